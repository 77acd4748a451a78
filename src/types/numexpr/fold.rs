//! Operators and functions of what is known from the text.
//!
//! numexpr computes them with NumPy while it reads the text, and the result has the kind that NumPy gives
//! it: `floor(1) + 1` is `l`. The kinds are found here, and the values too where they are exact; a kernel
//! computes the others, as it does for arrays.

use smallvec::SmallVec;

use super::super::literal::{self, Literal};
use super::super::{Link, Meaning};
use super::error::Raised;
use super::function::Math;
use super::kind::Kind;
use super::known::known;
use super::operator::fits;
use super::python;
use super::value::{Constant, Node, Operand};
use super::walk::{Part, Phase, Stop, Walk};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{BinaryOp, CompareOp, Func, UnaryOp};
use crate::syntax::ast::ExprId;

impl Walk<'_> {
    pub(super) fn fold_unary(&self, id: ExprId, op: UnaryOp, x: Operand) -> Result<Part, Stop> {
        let span = self.span(id);
        if x.kind == Kind::Bytes {
            return Err(python::bad_operand(op, "bytes", span).into());
        }
        let kind = match (op, x.kind, x.is_numpy()) {
            (UnaryOp::Neg, Kind::Bool, true) => {
                let message = "The numpy boolean negative, the `-` operator, is not supported, \
                               use the `~` operator or the logical_not function instead.";
                return Err(Raised::type_error(span, message).into());
            }
            (UnaryOp::Invert, Kind::Float | Kind::Double | Kind::Complex, _) => {
                return Err(unsupported("invert", span).into());
            }
            (_, Kind::Bool, false) => Kind::Int,
            (_, kind, _) => kind, // tidy: the rest keep their kinds
        };
        let value = match x.value.known() {
            Some(Literal::Bool(x)) if kind == Kind::Bool => Some(Literal::Bool(!x)),
            Some(value) => Some(python::unary(op, value, span)?),
            None => None,
        };
        let dtype = kind.dtype();
        Ok(self.folded(id, (kind, dtype), value, &[x], Meaning::Operator(dtype)))
    }

    /// An operator other than `/`, and other than `**` with a node on its left.
    pub(super) fn fold_binary(
        &self,
        id: ExprId,
        span: Span,
        op: BinaryOp,
        x: Operand,
        y: Operand,
    ) -> Result<Part, Stop> {
        if x.kind == Kind::Bytes || y.kind == Kind::Bytes {
            return Err(Raised::mixed_strings(span).into());
        }
        let values = x.value.known().zip(y.value.known());
        if !x.is_numpy() && !y.is_numpy() {
            let Some((x, y)) = values else { unreachable!("Python's numbers have values") };
            return Ok(self.python_constant(id, python::binary(op, x, y, span)?));
        }
        let common = beside_numpy(&[x, y]);
        let both_bool = common == Kind::Bool;
        let is_bits = matches!(op, BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor);
        let is_shift = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
        let inexact = matches!(common, Kind::Float | Kind::Double | Kind::Complex);
        let kind = match op {
            BinaryOp::Sub if both_bool => {
                let message = "numpy boolean subtract, the `-` operator, is not supported, use \
                               the bitwise_xor, the `^` operator, or the logical_xor function \
                               instead.";
                return Err(Raised::type_error(span, message).into());
            }
            BinaryOp::Add | BinaryOp::Mul => common,
            _ if both_bool && !is_bits => Kind::Int, // tidy: NumPy's int8
            _ if (is_bits || is_shift) && inexact => {
                // tidy: a rule for all operators on bits
                return Err(unsupported(ufunc(op), span).into());
            }
            BinaryOp::FloorDiv | BinaryOp::Rem if common == Kind::Complex => {
                return Err(unsupported(ufunc(op), span).into());
            }
            BinaryOp::Pow => {
                let negative = y.value.known().is_some_and(|y| python::real(y) < 0.0);
                if common.is_int() && negative {
                    let message = "Integers to negative integer powers are not allowed.";
                    return Err(Raised::value_error(span, message).into());
                }
                common
            }
            _ => common, // tidy: the rest keep the common kind
        };
        let value = values.and_then(|(x, y)| literal::binary(op, x, y).ok());
        let dtype = kind.dtype();
        Ok(self.folded(id, (kind, dtype), value, &[x, y], Meaning::Operator(dtype)))
    }

    pub(super) fn fold_comparison(
        &self,
        id: ExprId,
        span: Span,
        op: CompareOp,
        x: Operand,
        y: Operand,
    ) -> Result<Part, Raised> {
        if x.kind == Kind::Bytes || y.kind == Kind::Bytes {
            return Err(Raised::mixed_strings(span));
        }
        let values = x.value.known().zip(y.value.known());
        let holds = values.map(|(x, y)| python::compare(op, x, y, span)).transpose()?;
        if let (false, false, Some(holds)) = (x.is_numpy(), y.is_numpy(), holds) {
            return Ok(self.python_constant(id, Literal::Bool(holds)));
        }
        let dtype = beside_numpy(&[x, y]).dtype();
        let meaning = Meaning::Comparison(vec![Link::Compare(dtype)]);
        Ok(self.folded(id, (Kind::Bool, dtype), holds.map(Literal::Bool), &[x, y], meaning))
    }

    pub(super) fn fold_call(
        &self,
        id: ExprId,
        span: Span,
        math: Math,
        operands: &[Operand],
    ) -> Result<Part, Stop> {
        let Math { func, name, .. } = math;
        let count = operands.len();
        let (least, most) = match func {
            Func::Complex => (0, 2),
            Func::Round => (1, 2),
            _ => (func.info().min_args, func.info().min_args), // tidy: all others take what they take
        };
        if !(least..=most).contains(&count) {
            let were = if count == 1 { "was" } else { "were" };
            let message = format!(
                "{name}() takes from {most} to {} positional arguments but {count} {were} given",
                most + 1,
            );
            return Err(Raised::type_error(span, message).into());
        }
        if operands.iter().any(|operand| operand.kind == Kind::Bytes) {
            return Err(unsupported(name, span).into());
        }
        let values: Option<SmallVec<[Literal; 3]>> =
            operands.iter().map(|operand| operand.value.known()).collect();
        let value = values.and_then(|values| known(func, &values));
        if func == Func::Complex {
            return match value {
                Some((value, _)) => Ok(self.python_constant(id, value)),
                None => {
                    let meaning = Meaning::Function(Func::Complex, DType::F64);
                    Ok(self.inexact(id, (Kind::Complex, DType::F64), None, operands, meaning))
                }
            };
        }
        if let (Func::Real | Func::Imag, Some((value, _)), [x]) = (func, value, operands)
            && !x.is_numpy()
        {
            return Ok(self.python_constant(id, value));
        }
        let common = as_numpy(operands);
        let Some(kind) = result(func, common, operands[0]) else {
            return Err(unsupported(name, span).into());
        };
        // What is computed when the kernel runs: in the kind of the result, if that is the arguments'.
        let dtype = match (func, common) {
            (Func::Abs, Kind::Complex) => DType::C128,
            (Func::Real | Func::Imag, _) => DType::C128,
            (Func::Isnan | Func::Isinf | Func::Isfinite, Kind::Complex) => DType::C128,
            (Func::Isnan | Func::Isinf | Func::Isfinite | Func::Signbit, _) => DType::F64,
            (_, _) => kind.dtype(), // tidy: all others compute what they give
        };
        let exact = value.is_some_and(|(_, exact)| exact);
        let value = value.map(|(value, _)| value);
        let meaning = match func {
            Func::Copy => Meaning::Bound(operands[0].at),
            _ => Meaning::Function(func, dtype), // tidy: all others compute
        };
        let kinds = (kind, dtype);
        Ok(if exact {
            self.folded(id, kinds, value, operands, meaning)
        } else {
            self.inexact(id, kinds, value, operands, meaning)
        })
    }

    /// A number that Python has computed.
    fn python_constant(&self, id: ExprId, value: Literal) -> Part {
        let constant = Constant { value: Some(value), exact: true, is_numpy: false };
        Part::constant(Kind::of_literal(value), constant, id)
    }

    /// A number that NumPy has computed: of this kind, and exact if its operands are. Else `meaning` computes
    /// it from operands of this dtype.
    fn folded(
        &self,
        id: ExprId,
        (kind, dtype): (Kind, DType),
        value: Option<Literal>,
        operands: &[Operand],
        meaning: Meaning,
    ) -> Part {
        let value = value.map(|value| as_kind(value, kind));
        let exact = operands.iter().all(|operand| operand.exact().is_some());
        match value {
            Some(value) if exact && fits(value, kind.dtype()) => {
                let constant = Constant { value: Some(value), exact: true, is_numpy: true };
                Part::constant(kind, constant, id)
            }
            Some(_) | None => self.inexact(id, (kind, dtype), value, operands, meaning),
        }
    }

    fn inexact(
        &self,
        id: ExprId,
        (kind, dtype): (Kind, DType),
        value: Option<Literal>,
        operands: &[Operand],
        meaning: Meaning,
    ) -> Part {
        let constant = Constant { value, exact: false, is_numpy: true };
        let children: SmallVec<[ExprId; 3]> = operands.iter().map(|operand| operand.at).collect();
        let part = Part::node(Node::constant(kind, constant, id), meaning, &children);
        let too_large =
            operands.iter().find(|operand| operand.exact().is_some_and(|x| !fits(x, dtype)));
        match too_large {
            None => part,
            Some(operand) => part.late(Phase::Constants, python::too_large(self.span(operand.at))),
        }
    }
}

/// The exception of NumPy for numbers that a function does not take.
fn unsupported(name: &str, span: Span) -> Raised {
    let message = format!(
        "ufunc '{name}' not supported for the input types, and the inputs could not be safely \
         coerced to any supported types according to the casting rule ''safe''"
    );
    Raised::type_error(span, message)
}

/// Returns NumPy's name of an infix operator.
fn ufunc(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "subtract",
        BinaryOp::Mul => "multiply",
        BinaryOp::Div => "divide",
        BinaryOp::FloorDiv => "floor_divide",
        BinaryOp::Rem => "remainder",
        BinaryOp::MatMul => "matmul",
        BinaryOp::Pow => "power",
        BinaryOp::Shl => "left_shift",
        BinaryOp::Shr => "right_shift",
        BinaryOp::BitAnd => "bitwise_and",
        BinaryOp::BitXor => "bitwise_xor",
        BinaryOp::BitOr => "bitwise_or",
        BinaryOp::And => "logical_and",
        BinaryOp::Or => "logical_or",
    }
}

/// Returns the kind that NumPy finds for numbers of which one at least is its own. Numbers of Python's
/// only bring their sort.
fn beside_numpy(operands: &[Operand]) -> Kind {
    let numpys = operands.iter().filter(|operand| operand.is_numpy());
    let strong = numpys.map(|operand| operand.kind).reduce(join).unwrap_or(Kind::Bool);
    let pythons = operands.iter().filter(|operand| !operand.is_numpy());
    pythons.fold(strong, |kind, python| match (kind, python.kind) {
        (_, Kind::Bool) => kind,
        (Kind::Bool, Kind::Int | Kind::Long | Kind::Unsigned) => Kind::Long,
        (_, Kind::Int | Kind::Long | Kind::Unsigned) => kind,
        (Kind::Float, Kind::Float | Kind::Double) => Kind::Float,
        (_, python) => kind.max(python), // tidy: the higher sort
    })
}

/// Returns the kind of arguments of a function: as arrays of NumPy's.
fn as_numpy(operands: &[Operand]) -> Kind {
    if operands.iter().any(|operand| operand.is_numpy()) {
        return beside_numpy(operands);
    }
    let kinds = operands.iter().map(|operand| match operand.kind {
        Kind::Int | Kind::Long | Kind::Unsigned => Kind::Long,
        kind => kind, // tidy: Python has one of each sort
    });
    kinds.max().unwrap_or(Kind::Bool)
}

fn join(x: Kind, y: Kind) -> Kind {
    match (x.min(y), x.max(y)) {
        (Kind::Int | Kind::Long | Kind::Unsigned, Kind::Float) => Kind::Double,
        (_, higher) => higher,
    }
}

/// Returns the kind of the result of a function of numbers, if it takes them.
fn result(func: Func, common: Kind, first: Operand) -> Option<Kind> {
    let whole = match common {
        Kind::Int | Kind::Long | Kind::Unsigned => Kind::Long,
        kind => kind, // tidy: only integers are widened
    };
    match func {
        Func::Isnan | Func::Isinf | Func::Isfinite => Some(Kind::Bool),
        Func::Signbit => (common != Kind::Complex).then_some(Kind::Bool),
        Func::Abs => Some(if common == Kind::Complex { Kind::Double } else { whole }),
        Func::Maximum | Func::Minimum => Some(whole),
        Func::Ceil | Func::Floor | Func::Trunc => (common != Kind::Complex).then_some(whole),
        Func::Round => Some(if common == Kind::Bool { Kind::Float } else { whole }),
        Func::Sign => (common != Kind::Bool).then_some(whole),
        Func::Conj => Some(if common == Kind::Bool { Kind::Int } else { whole }),
        Func::Copy | Func::OnesLike => Some(first.kind),
        Func::Real | Func::Imag => Some(match first.kind {
            Kind::Complex => Kind::Double,
            Kind::Bool => Kind::Int,
            kind => kind, // tidy: the parts of real numbers are such
        }),
        Func::Fmod => match common {
            Kind::Complex => None,
            Kind::Bool => Some(Kind::Int),
            _ => Some(whole), // tidy: fmod keeps the kind
        },
        Func::Arctan2 | Func::Hypot | Func::Copysign | Func::Nextafter => match common {
            Kind::Complex => None,
            Kind::Bool | Kind::Float => Some(Kind::Float),
            _ => Some(Kind::Double), // tidy: integers and `d`
        },
        _ => Some(match common {
            // tidy: all others are functions of floats
            Kind::Bool | Kind::Float => Kind::Float,
            Kind::Complex => Kind::Complex,
            _ => Kind::Double,
        }),
    }
}

/// Returns a number as one of a kind that is not lower than its own.
fn as_kind(value: Literal, kind: Kind) -> Literal {
    match kind {
        Kind::Bool => Literal::Bool(value.truth()),
        Kind::Int | Kind::Long | Kind::Unsigned => value.as_int().map_or(value, Literal::Int),
        Kind::Float | Kind::Double => Literal::Float(python::real(value)),
        Kind::Complex => python::complex(value),
        Kind::Bytes => value,
    }
}
