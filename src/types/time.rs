//! The rules of moments (`datetime64`) and durations (`timedelta64`).
//!
//! Both sides meet in the finer unit. A moment that counts years or months is the beginning of a day in
//! the calendar; durations of years and months have no fixed length and go only with each other. Integers
//! beside durations count units. A conversion to a finer unit that overflows wraps. All as in NumPy.

use super::error::Because;
use super::literal::Kind;
use super::promote::{Operand, Typed};
use super::{Meaning, TimeOp, Type};
use crate::dtype::{DType, TimeUnit};
use crate::ops::BinaryOp;

/// What an operand is beside a moment or a duration.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Moment(TimeUnit),
    Duration(TimeUnit),
    Bool,
    Int,
    /// An unsigned 64-bit integer, which does not count units where it is not added to them.
    Wide,
    Float,
    /// Complex numbers and strings.
    Other,
}

fn class(x: Operand) -> Class {
    let of_kind = |kind| match kind {
        Kind::Bool => Class::Bool,
        Kind::Int => Class::Int,
        Kind::Float => Class::Float,
        Kind::Complex => Class::Other,
    };
    match x.ty {
        Type::Weak(literal) => of_kind(literal.kind()),
        Type::Given(kind) => of_kind(kind),
        Type::Strong(DType::Datetime(unit)) => Class::Moment(unit),
        Type::Strong(DType::Timedelta(unit)) => Class::Duration(unit),
        Type::Strong(DType::U64) => Class::Wide,
        Type::Strong(dtype) => Kind::of(dtype).map_or(Class::Other, of_kind),
    }
}

/// Types an infix operator with a moment or a duration on some side.
pub(super) fn binary(op: BinaryOp, lhs: Operand, rhs: Operand) -> Result<Typed, Because> {
    let (x, y) = (class(lhs), class(rhs));
    match op {
        BinaryOp::Add => sum(x, y),
        BinaryOp::Sub => difference(x, y),
        BinaryOp::Mul => product(x, y),
        BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Rem => quotient(op, x, y),
        BinaryOp::MatMul
        | BinaryOp::Pow
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::BitAnd
        | BinaryOp::BitXor
        | BinaryOp::BitOr
        | BinaryOp::And
        | BinaryOp::Or => Err(Because::OfTimes),
    }
}

fn typed(dtype: DType, op: TimeOp) -> Result<Typed, Because> {
    Ok(Typed::strong(dtype, Meaning::Time(op)))
}

fn sum(x: Class, y: Class) -> Result<Typed, Because> {
    use Class::{Bool, Duration, Int, Moment, Wide};
    match (x, y) {
        (Moment(_), Moment(_)) => Err(Because::TwoMoments),
        (Moment(u), Duration(v)) | (Duration(v), Moment(u)) => {
            let unit = moved(u, v)?;
            typed(DType::Datetime(unit), TimeOp::Add(unit))
        }
        (Moment(unit), Bool | Int | Wide) | (Bool | Int | Wide, Moment(unit)) => {
            typed(DType::Datetime(unit), TimeOp::Add(unit))
        }
        (Duration(u), Duration(v)) => {
            let unit = finer(u, v)?;
            typed(DType::Timedelta(unit), TimeOp::Add(unit))
        }
        (Duration(unit), Bool | Int | Wide) | (Bool | Int | Wide, Duration(unit)) => {
            typed(DType::Timedelta(unit), TimeOp::Add(unit))
        }
        (_, _) if x_or_y_moment(x, y) => Err(Because::MomentAndOther),
        (_, _) => Err(Because::DurationAndFloat),
    }
}

fn x_or_y_moment(x: Class, y: Class) -> bool {
    matches!(x, Class::Moment(_)) || matches!(y, Class::Moment(_))
}

fn difference(x: Class, y: Class) -> Result<Typed, Because> {
    use Class::{Bool, Duration, Int, Moment, Wide};
    match (x, y) {
        (Moment(u), Moment(v)) => {
            let unit = finer_moment(u, v)?;
            typed(DType::Timedelta(unit), TimeOp::Sub(unit))
        }
        (Duration(u), Duration(v)) => {
            let unit = finer(u, v)?;
            typed(DType::Timedelta(unit), TimeOp::Sub(unit))
        }
        (Moment(u), Duration(v)) => {
            let unit = moved(u, v)?;
            typed(DType::Datetime(unit), TimeOp::Sub(unit))
        }
        (Moment(unit), Bool | Int | Wide) => typed(DType::Datetime(unit), TimeOp::Sub(unit)),
        (Duration(unit), Bool | Int | Wide) | (Bool | Int | Wide, Duration(unit)) => {
            typed(DType::Timedelta(unit), TimeOp::Sub(unit))
        }
        (_, Moment(_)) => Err(Because::MinusMoment),
        (Moment(_), _) => Err(Because::MomentAndOther),
        (_, _) => Err(Because::DurationAndFloat),
    }
}

fn product(x: Class, y: Class) -> Result<Typed, Because> {
    use Class::{Bool, Duration, Float, Int, Wide};
    match (x, y) {
        (Duration(unit), Bool | Int | Wide) | (Bool | Int | Wide, Duration(unit)) => {
            typed(DType::Timedelta(unit), TimeOp::Scale(unit))
        }
        (Duration(unit), Float) | (Float, Duration(unit)) => {
            typed(DType::Timedelta(unit), TimeOp::ScaleFloat(unit))
        }
        (_, _) if x_or_y_moment(x, y) => Err(Because::MomentScaled),
        (_, _) => Err(Because::OfTimes),
    }
}

fn quotient(op: BinaryOp, x: Class, y: Class) -> Result<Typed, Because> {
    use Class::{Duration, Float, Int, Wide};
    match (x, y) {
        (Duration(u), Duration(v)) => {
            let unit = finer(u, v)?;
            match op {
                BinaryOp::FloorDiv => typed(DType::I64, TimeOp::FloorRatio(unit)),
                BinaryOp::Rem => typed(DType::Timedelta(unit), TimeOp::Rem(unit)),
                _ => typed(DType::F64, TimeOp::Ratio(unit)), // tidy: what is left is `/`
            }
        }
        (Duration(_), Int | Wide | Float) if op == BinaryOp::Rem => Err(Because::DurationAndNumber),
        // `//` by a number cuts like `/`, in NumPy as well.
        (Duration(unit), Int | Wide) => typed(DType::Timedelta(unit), TimeOp::Shrink(unit)),
        (Duration(unit), Float) => typed(DType::Timedelta(unit), TimeOp::ShrinkFloat(unit)),
        (_, _) if x_or_y_moment(x, y) => Err(Because::MomentScaled),
        (_, Duration(_)) => Err(Because::NumberByDuration),
        (_, _) => Err(Because::DurationAndNumber),
    }
}

/// Returns the dtype in which values are compared or chosen from; some is a moment or a duration.
pub(super) fn common(operands: &[Operand]) -> Result<DType, Because> {
    use Class::{Bool, Duration, Float, Int, Moment, Other, Wide};
    let mut common: Option<Class> = None;
    for &operand in operands {
        let class = class(operand);
        common = Some(match (common, class) {
            (None, class) => class,
            (Some(Moment(u)), Moment(v)) => Moment(finer_moment(u, v)?),
            (Some(Duration(u)), Duration(v)) => Duration(finer(u, v)?),
            (Some(Duration(unit)), Bool | Int) | (Some(Bool | Int), Duration(unit)) => {
                Duration(unit)
            }
            (Some(Bool | Int), Bool | Int) => Int,
            (Some(x), y) if x_or_y_moment(x, y) => return Err(Because::MomentAndOther),
            (Some(Duration(_)), Wide) | (Some(Wide), Duration(_)) => {
                return Err(Because::DurationAndUnsigned);
            }
            (Some(Duration(_)), Float | Other) | (Some(Float | Other), Duration(_)) => {
                return Err(Because::DurationAndFloat);
            }
            (Some(_), _) => Float,
        });
    }
    match common {
        Some(Moment(unit)) => Ok(DType::Datetime(unit)),
        Some(Duration(unit)) => Ok(DType::Timedelta(unit)),
        Some(Bool | Int | Wide | Float | Other) | None => Err(Because::DurationAndFloat),
    }
}

/// Returns the finer of the units of two moments. A year or month begins on a day of the calendar.
fn finer_moment(u: TimeUnit, v: TimeUnit) -> Result<TimeUnit, Because> {
    let (coarser, finer) = (u.min(v), u.max(v));
    let day =
        if coarser <= TimeUnit::Month && finer > TimeUnit::Month { TimeUnit::Day } else { coarser };
    if day <= finer && day.count_of(finer).is_none() {
        return Err(Because::UnitsTooFar);
    }
    Ok(finer)
}

/// Returns the unit in which a duration is added to a moment.
fn moved(moment: TimeUnit, duration: TimeUnit) -> Result<TimeUnit, Because> {
    if duration <= TimeUnit::Month && moment > TimeUnit::Month {
        return Err(Because::Units);
    }
    finer_moment(moment, duration)
}

/// Returns the finer of two units, if it divides the other and the conversion does not overflow.
fn finer(u: TimeUnit, v: TimeUnit) -> Result<TimeUnit, Because> {
    let finer = u.max(v);
    match u.min(v).count_of(finer) {
        Some(_) => Ok(finer),
        None if u.min(v) <= TimeUnit::Month => Err(Because::Units),
        None => Err(Because::UnitsTooFar),
    }
}
