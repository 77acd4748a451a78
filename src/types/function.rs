//! The rules of functions whose arguments are all values.
//!
//! Literals among the arguments adapt to the arrays; if all are literals, they become arrays first.

use super::error::{Because, Callee, TypeError};
use super::literal::{Kind, Literal};
use super::operator;
use super::promote::{
    Operand, Typed, common, common_fitting, complex_of, fit, promote, real_of, with_kind,
};
use super::{Meaning, Type, text, time};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{Func, FuncClass, UnaryOp};

/// Types a call of a function with as many arguments as it takes.
pub(super) fn function(func: Func, span: Span, args: &[Operand]) -> Result<Typed, TypeError> {
    match func.info().class {
        FuncClass::Text(_) => text::function(func, span, args),
        FuncClass::Infix(op) => {
            operator::infix(op, span, args[0], args[1]).map(|typed| as_function(func, typed))
        }
        FuncClass::Prefix(op) => {
            let dtype = args[0].ty.dtype();
            if op != UnaryOp::Not {
                fit(args, dtype)?;
            }
            operator::prefix(op, args[0], dtype).map(|typed| as_function(func, typed))
        }
        class => {
            let typed = match class {
                FuncClass::Float => float(func, args, Complex::Refused),
                FuncClass::FloatComplex => float(func, args, Complex::Taken),
                FuncClass::Same => same(func, args, Complex::Refused)?,
                FuncClass::SameComplex => same(func, args, Complex::Taken)?,
                FuncClass::Integer => integer(func, args)?,
                FuncClass::Predicate => predicate(func, args)?,
                FuncClass::Special
                | FuncClass::Compare(_)
                | FuncClass::Text(_)
                | FuncClass::Infix(_)
                | FuncClass::Prefix(_) => special(func, args)?,
            };
            typed.map_err(|because| not_taken(func, span, args, because))
        }
    }
}

pub(super) fn not_taken(func: Func, span: Span, args: &[Operand], because: Because) -> TypeError {
    let args = args.iter().map(|arg| arg.shown()).collect();
    TypeError::NotTaken { callee: Callee::Func(func), span, args, because }
}

/// Returns what an operator that is written as a function does.
fn as_function(func: Func, typed: Typed) -> Typed {
    let meaning = match typed.meaning {
        Meaning::Operator(dtype) => Meaning::Function(func, dtype),
        Meaning::Logical => Meaning::Function(func, DType::Bool),
        meaning => meaning, // tidy: moments say themselves what they do
    };
    Typed { ty: typed.ty, meaning }
}

/// Whether a function takes complex numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Complex {
    Taken,
    Refused,
}

/// What a rule finds: a type, or why there is none, which the caller puts into words.
type Verdict = Result<Typed, Because>;

fn typed(func: Func, result: DType, dtype: DType) -> Verdict {
    Ok(Typed::strong(result, Meaning::Function(func, dtype)))
}

/// Returns why arguments are not numbers, if some are not.
fn not_numbers(args: &[Operand]) -> Option<Because> {
    if args.iter().any(|arg| arg.is_string()) {
        Some(Because::OfStrings)
    } else if args.iter().any(|arg| arg.is_time()) {
        Some(Because::OfTimes)
    } else {
        None
    }
}

fn float(func: Func, args: &[Operand], complex: Complex) -> Verdict {
    let dtype = float_dtype(args)?;
    if dtype.is_complex() && complex == Complex::Refused {
        return Err(Because::NeedsReal);
    }
    typed(func, dtype, dtype)
}

/// Returns the float or complex dtype in which NumPy computes a function of floats: each integer goes to the
/// smallest float that holds it, and then they promote.
pub(super) fn float_dtype(args: &[Operand]) -> Result<DType, Because> {
    if let Some(because) = not_numbers(args) {
        return Err(because);
    }
    let strong = || args.iter().filter(|arg| arg.is_strong()).map(|arg| arg.ty.dtype());
    let weak = args.iter().filter_map(|arg| arg.weak_kind()).max();
    let kind = strong().filter_map(Kind::of).max();
    // A literal that raises the kind also decides the size: integers beside a float literal are f64.
    let raised = weak.filter(|weak| Some(*weak) > kind && *weak > Kind::Bool);
    if let (Some(weak), false) = (raised, kind == Some(Kind::Float)) {
        return Ok(match weak {
            Kind::Complex => DType::C128,
            Kind::Bool | Kind::Int | Kind::Float => DType::F64,
        });
    }
    let floats = strong().filter_map(|dtype| match dtype {
        DType::Bool | DType::I8 | DType::U8 => None, // float16, which goes with all others
        DType::I16 | DType::U16 | DType::F32 => Some(DType::F32),
        DType::I32 | DType::I64 | DType::U32 | DType::U64 | DType::F64 => Some(DType::F64),
        DType::C64 | DType::C128 => Some(dtype),
        DType::Bytes(_) | DType::Str(_) | DType::Datetime(_) | DType::Timedelta(_) => {
            unreachable!("{dtype} is not a number")
        }
    });
    let dtype = floats.reduce(promote).ok_or(Because::GivesFloat16)?;
    Ok(raised.map_or(dtype, |weak| with_kind(dtype, weak)))
}

fn same(func: Func, args: &[Operand], complex: Complex) -> Result<Verdict, TypeError> {
    if args.iter().any(|arg| arg.is_string()) {
        return Ok(Err(Because::OfStrings));
    }
    if args.iter().any(|arg| arg.is_time()) {
        return times(func, args);
    }
    let dtype = common_fitting(args)?;
    if dtype.is_complex() && complex == Complex::Refused {
        return Ok(Err(Because::NeedsReal));
    }
    if dtype != DType::Bool {
        let result = if func == Func::Abs { real_of(dtype) } else { dtype };
        return Ok(typed(func, result, dtype));
    }
    Ok(match func {
        Func::Sign => Err(Because::NoSign),
        Func::Fmod | Func::Square | Func::Reciprocal | Func::Conj => {
            typed(func, DType::I8, DType::I8)
        }
        _ => typed(func, DType::Bool, DType::Bool), // tidy: all others leave truth values alone
    })
}

/// Types a function that keeps dtypes of moments and durations.
fn times(func: Func, args: &[Operand]) -> Result<Verdict, TypeError> {
    let allowed = match args[0].ty.dtype() {
        _ if matches!(func, Func::Maximum | Func::Minimum | Func::Fmax | Func::Fmin) => true,
        DType::Timedelta(_) => matches!(func, Func::Abs | Func::Sign),
        _ => false, // tidy: numbers are typed elsewhere, and moments have no sign
    };
    if !allowed {
        return Ok(Err(Because::OfTimes));
    }
    let dtype = match time::common(args) {
        Ok(dtype) => dtype,
        Err(because) => return Ok(Err(because)),
    };
    operator::fit_counts(args)?;
    Ok(typed(func, dtype, dtype))
}

fn integer(func: Func, args: &[Operand]) -> Result<Verdict, TypeError> {
    if let Some(because) = not_numbers(args) {
        return Ok(Err(because));
    }
    let dtype = common(args);
    if args.iter().any(|arg| arg.ty.kind() > Some(Kind::Int)) || dtype == DType::Bool {
        return Ok(Err(Because::NeedsInteger));
    }
    if !dtype.is_int() {
        return Ok(Err(Because::MixedSigns));
    }
    fit(args, dtype)?;
    Ok(typed(func, dtype, dtype))
}

fn predicate(func: Func, args: &[Operand]) -> Result<Verdict, TypeError> {
    if args[0].is_string() {
        return Ok(Err(Because::OfStrings));
    }
    let dtype = args[0].ty.dtype();
    fit(args, dtype)?;
    Ok(typed(func, DType::Bool, dtype))
}

/// Types a function with a rule of its own.
fn special(func: Func, args: &[Operand]) -> Result<Verdict, TypeError> {
    let x = args[0];
    let given = x.ty.dtype();
    if func == Func::Where {
        return where_(args);
    }
    if let Some(because) = not_numbers(args) {
        return Ok(match (func, because) {
            (Func::Isnat, Because::OfTimes) => typed(func, DType::Bool, given),
            (Func::Isnat, _) => Err(Because::NeedsTime),
            (Func::Copy | Func::OnesLike | Func::ZerosLike, Because::OfTimes) => {
                typed(func, given, given)
            }
            (Func::LogicalXor, Because::OfTimes) => typed(func, DType::Bool, DType::Bool),
            (_, because) => Err(because),
        });
    }
    Ok(match func {
        Func::Signbit if given.is_complex() => Err(Because::NeedsReal),
        Func::Signbit => {
            fit(args, given)?;
            typed(func, DType::Bool, given)
        }
        Func::Isnat => Err(Because::NeedsTime),
        Func::BitCount => match given {
            DType::Bool => typed(func, DType::U8, DType::I8),
            _ if given.is_int() => {
                fit(args, given)?;
                typed(func, DType::U8, given)
            }
            _ => Err(Because::NeedsInteger), // tidy: all that are not integers
        },
        Func::Sinc => {
            let dtype = operator::divided(given);
            typed(func, dtype, dtype)
        }
        Func::FloatPower => {
            let complex = common(args).is_complex();
            let dtype = if complex { DType::C128 } else { DType::F64 };
            typed(func, dtype, dtype)
        }
        Func::LogicalXor => typed(func, DType::Bool, DType::Bool),
        Func::Complex => {
            let part = operator::divided(common(args));
            if part.is_complex() {
                Err(Because::NeedsReal)
            } else {
                typed(func, complex_of(part), part)
            }
        }
        Func::Real | Func::Imag => {
            fit(args, given)?;
            typed(func, real_of(given), given)
        }
        // NumPy computes arctan2(0, x) for real numbers.
        Func::Angle => {
            let zero = Operand { ty: Type::Weak(Literal::Int(0)), span: x.span };
            match float_dtype(&[x, zero]) {
                Ok(dtype) => typed(func, real_of(dtype), dtype),
                Err(because) => Err(because),
            }
        }
        Func::Copy | Func::OnesLike | Func::ZerosLike => {
            fit(args, given)?;
            typed(func, given, given)
        }
        _ => unreachable!("{func} has arguments that are not values"), // tidy: `check` types them
    })
}

/// Types `where(condition, x, y)`; the condition is compared with zero as whatever it is.
fn where_(args: &[Operand]) -> Result<Verdict, TypeError> {
    if args[0].is_string() {
        return Ok(Err(Because::OfStrings));
    }
    let dtype = operator::choose(&args[1..])?;
    Ok(typed(Func::Where, dtype, dtype))
}
