//! Numbers without a dtype that are given with each run.
//!
//! They are weak as literals are, and so is what operators make of them and of literals alone: the checker knows
//! its kind, and each run its value, by the arithmetic of literals, before an array is read. So a kernel is
//! compiled for kinds and not for values. Where the kind of a power depends on values (`2**-1` is a float), it is
//! that of small ones, and another is a mistake of the run.

mod mistake;

use smallvec::SmallVec;

pub(crate) use self::mistake::Mistake;
use self::mistake::{NegativePower, What};
use super::Type;
use super::error::Shown;
use super::literal::{self, Kind, Literal, LiteralError, Part};
use super::promote::{Beyond, side};
use crate::diag::Span;
use crate::dtype::{DType, Prim, Scalar};
use crate::ops::{BinaryOp, CompareOp, UnaryOp};

/// Returns the kind of what a prefix operator makes of a given number.
pub(super) fn unary(op: UnaryOp, kind: Kind) -> Result<Kind, LiteralError> {
    literal::unary(op, one(kind)).map(Literal::kind)
}

/// Returns the kind of what an infix operator makes of weak numbers.
pub(super) fn binary(op: BinaryOp, x: Type, y: Type) -> Result<Kind, LiteralError> {
    let sample = |ty: Type| ty.literal().unwrap_or_else(|| one(ty.kind().unwrap_or(Kind::Float)));
    literal::binary(op, sample(x), sample(y)).map(Literal::kind)
}

/// One has no power, quotient or shift that is an error.
fn one(kind: Kind) -> Literal {
    raised(Literal::Bool(true), kind)
}

/// Returns a number as one of this kind, which is its own or a higher one.
fn raised(x: Literal, kind: Kind) -> Literal {
    match kind {
        Kind::Bool => x,
        Kind::Int => x.as_int().map_or(x, Literal::Int),
        Kind::Float => x.as_float().map_or(x, Literal::Float),
        Kind::Complex => {
            let (re, im) = x.parts();
            Literal::Complex(re, im)
        }
    }
}

/// What is computed of given numbers, and what the program takes of the results.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Operands come before their users.
    steps: Vec<(Step, Kind, Span)>,
    uses: Vec<Use>,
}

/// The step with this index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StepId(u32);

/// A number that is computed in each run.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// The input with this index.
    Input(u32),
    Unary(UnaryOp, Arg),
    Binary(BinaryOp, Arg, Arg),
    /// A chain of comparisons.
    Compare(Arg, Vec<(CompareOp, Arg)>),
    IfElse {
        condition: Arg,
        then: Arg,
        otherwise: Arg,
    },
    Part(Part, Arg),
}

/// An operand of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg {
    Literal(Literal),
    Step(StepId),
}

/// A single value that the rest of the program takes of a step.
#[derive(Clone, Debug)]
struct Use {
    step: StepId,
    taken: Taken,
    /// Where it is taken.
    span: Span,
    /// Of an exponent, the base and the operator.
    power: Option<(Shown, Span)>,
}

/// What is taken of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Taken {
    /// The number as this dtype; an integer that does not fit an integer dtype is a mistake.
    As(DType),
    /// As this integer dtype, an integer beyond this side of its range, or any, as the end of the range.
    Within(DType, Option<Beyond>),
    /// As this integer dtype, of which it is the exponent; a negative one is a mistake.
    Exponent(DType),
    /// Whether it is not zero.
    Truth,
    /// Whether it is an integer beyond this side of the range of an integer dtype, or any.
    Beyond(DType, Option<Beyond>),
}

impl Taken {
    /// Returns the dtype of the value.
    pub(crate) fn dtype(self) -> DType {
        match self {
            Taken::As(dtype) | Taken::Within(dtype, _) | Taken::Exponent(dtype) => dtype,
            Taken::Truth | Taken::Beyond(..) => DType::Bool,
        }
    }
}

/// The value of a step, or which step failed and why.
type Value = Result<Literal, (StepId, LiteralError)>;

impl Given {
    /// Adds a number of this kind.
    pub(crate) fn step(&mut self, step: Step, kind: Kind, span: Span) -> StepId {
        self.steps.push((step, kind, span));
        StepId(u32::try_from(self.steps.len() - 1).expect("node limits keep the arena within u32"))
    }

    /// Adds a value that is taken; [`compute`](Given::compute) returns it at the place that this returns.
    pub(crate) fn take(
        &mut self,
        step: StepId,
        taken: Taken,
        span: Span,
        power: Option<(Shown, Span)>,
    ) -> usize {
        self.uses.push(Use { step, taken, span, power });
        self.uses.len() - 1
    }

    /// Returns whether nothing is taken.
    pub(crate) fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// Returns how many values are taken.
    pub(crate) fn len(&self) -> usize {
        self.uses.len()
    }

    /// Returns the dtypes of the values that are taken, in their order.
    pub(crate) fn dtypes(&self) -> impl Iterator<Item = DType> + '_ {
        self.uses.iter().map(|of| of.taken.dtype())
    }

    /// Returns the values that are taken, each with its imaginary part; `inputs` are the numbers by the index of
    /// the input.
    pub(crate) fn compute(
        &self,
        inputs: &[Option<Literal>],
    ) -> Result<SmallVec<[(Scalar, Scalar); 4]>, Mistake> {
        let mut values: SmallVec<[Value; 4]> = SmallVec::with_capacity(self.steps.len());
        for (at, &(ref step, kind, _)) in (0..).zip(&self.steps) {
            let value = computed(step, kind, &values, inputs);
            values.push(value.map_err(|failed| match failed {
                Failed::Here(why) => (StepId(at), why),
                Failed::Below(below) => below,
            }));
        }
        (self.uses.iter())
            .map(|of| {
                let value =
                    values[of.step.0 as usize].map_err(|(step, why)| self.failed(step, why))?;
                take(value, of)
            })
            .collect()
    }

    fn failed(&self, id: StepId, why: LiteralError) -> Mistake {
        let (step, _, span) = &self.steps[id.0 as usize];
        let op = match step {
            Step::Unary(op, _) => op.symbol(),
            Step::Binary(op, ..) => op.symbol(),
            Step::Input(_) | Step::Compare(..) | Step::IfElse { .. } | Step::Part(..) => "",
        };
        Mistake { span: *span, what: What::Arithmetic { op, why } }
    }
}

/// Why a step has no value.
enum Failed {
    Here(LiteralError),
    Below((StepId, LiteralError)),
}

impl From<LiteralError> for Failed {
    fn from(why: LiteralError) -> Failed {
        Failed::Here(why)
    }
}

fn computed(
    step: &Step,
    kind: Kind,
    values: &[Value],
    inputs: &[Option<Literal>],
) -> Result<Literal, Failed> {
    let arg = |arg: Arg| match arg {
        Arg::Literal(literal) => Ok(literal),
        Arg::Step(step) => values[step.0 as usize].map_err(Failed::Below),
    };
    let value = match *step {
        Step::Input(input) => inputs[input as usize].expect("the input is a number"),
        Step::Unary(op, x) => literal::unary(op, arg(x)?)?,
        // What decides alone keeps a mistake of the other from being one, as in Python.
        Step::Binary(BinaryOp::And, x, y) => Literal::Bool(arg(x)?.truth() && arg(y)?.truth()),
        Step::Binary(BinaryOp::Or, x, y) => Literal::Bool(arg(x)?.truth() || arg(y)?.truth()),
        Step::Binary(op, x, y) => literal::binary(op, arg(x)?, arg(y)?)?,
        Step::Compare(first, ref rest) => {
            let mut x = arg(first)?;
            let mut holds = true;
            for &(op, y) in rest {
                let y = arg(y)?;
                holds = literal::compare(op, x, y);
                if !holds {
                    break;
                }
                x = y;
            }
            Literal::Bool(holds)
        }
        Step::IfElse { condition, then, otherwise } => {
            arg(if arg(condition)?.truth() { then } else { otherwise })?
        }
        Step::Part(part, x) => literal::part(part, arg(x)?),
    };
    match value.kind() {
        found if found <= kind => Ok(raised(value, kind)),
        Kind::Complex => Err(LiteralError::ComplexPower.into()),
        _ => Err(LiteralError::FloatPower.into()),
    }
}

/// Returns what is taken of a value, with its imaginary part.
fn take(value: Literal, of: &Use) -> Result<(Scalar, Scalar), Mistake> {
    let mistake = |what| Mistake { span: of.span, what };
    let range = |dtype: DType| dtype.prim().and_then(Prim::int_range);
    // Where an integer lies that an integer dtype does not hold.
    let beyond = |dtype| side(value.as_int()?, range(dtype)?);
    let whole = |value: bool| (Scalar::Bool(value), Scalar::Bool(false));
    let plain = |value: Literal, dtype: DType| {
        let prim = dtype.prim().expect("a number has a prim");
        (
            value.to_scalar(prim),
            if dtype.is_complex() { value.imaginary(prim) } else { Scalar::small(0, prim) },
        )
    };
    match of.taken {
        Taken::Truth => Ok(whole(value.truth())),
        Taken::Beyond(dtype, ends) => {
            let side = beyond(dtype);
            Ok(whole(side.is_some() && (ends.is_none() || side == ends)))
        }
        Taken::Within(dtype, ends) => match (beyond(dtype), range(dtype)) {
            (Some(side), Some((least, greatest))) if ends.is_none_or(|end| end == side) => {
                let end = if side == Beyond::Below { least } else { greatest };
                Ok(plain(Literal::Int(end), dtype))
            }
            (Some(_), _) => Err(mistake(What::does_not_fit(value, dtype))),
            (None, _) => Ok(plain(value, dtype)),
        },
        Taken::Exponent(dtype) => match (value.as_int(), of.power) {
            (Some(exponent), Some((base, op_span))) if exponent < 0 => {
                Err(mistake(What::NegativePower(NegativePower { base, op_span, exponent })))
            }
            _ if beyond(dtype).is_some() => Err(mistake(What::does_not_fit(value, dtype))),
            _ => Ok(plain(value, dtype)), // tidy: fits
        },
        Taken::As(dtype) if beyond(dtype).is_some() => {
            Err(mistake(What::does_not_fit(value, dtype)))
        }
        Taken::As(dtype) => Ok(plain(value, dtype)),
    }
}

/// Returns a number as a single value of a dtype, with its imaginary part, if it is of its kind or a higher one
/// and holds it.
pub(crate) fn fitting(value: Literal, dtype: DType) -> Option<(Scalar, Scalar)> {
    Kind::of(dtype).filter(|kind| value.kind() <= *kind)?;
    let of = Use { step: StepId(0), taken: Taken::As(dtype), span: Span::default(), power: None };
    take(value, &of).ok()
}
