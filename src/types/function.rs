//! The rules of functions and reductions.

use super::error::{NotForBool, TypeError};
use super::operator::as_float;
use super::promote::{Operand, Typed, common, common_fitting};
use super::{Meaning, Type};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{Func, FuncClass, Reduction};

/// Types a call of a function with as many arguments as it takes.
///
/// Literals among the arguments adapt to the arrays; if all are literals, they become arrays first.
pub(super) fn function(func: Func, span: Span, args: &[Operand]) -> Result<Typed, TypeError> {
    let typed = |result, dtype| Ok(Typed::strong(result, Meaning::Function(func, dtype)));
    let not_for_bool = |why| {
        let args = args.iter().map(|arg| arg.shown()).collect();
        Err(TypeError::NotForBool { func, span, args, why })
    };
    match func.info().class {
        FuncClass::Float => match common(args) {
            DType::Bool => not_for_bool(NotForBool::GivesFloat16),
            // Integers become floats first, so an integer literal need not fit them.
            dtype @ (DType::I32 | DType::I64 | DType::F32 | DType::F64) => {
                let dtype = as_float(dtype);
                typed(dtype, dtype)
            }
        },
        FuncClass::Same => {
            let dtype = common_fitting(args)?;
            match bool_verdict(func) {
                Some(why) if dtype == DType::Bool => not_for_bool(why),
                Some(_) | None => typed(dtype, dtype),
            }
        }
        FuncClass::Predicate => typed(DType::Bool, common_fitting(args)?),
        FuncClass::Select => {
            // The condition comes first and is compared with zero as whatever it is.
            let dtype = common_fitting(&args[1..])?;
            typed(dtype, dtype)
        }
    }
}

/// Returns why a function that keeps dtypes does not take `bool`, if it does not.
fn bool_verdict(func: Func) -> Option<NotForBool> {
    match func {
        Func::Sign => Some(NotForBool::NoSign),
        Func::Fmod => Some(NotForBool::GivesInt8),
        Func::Conj => Some(NotForBool::OwnConjugate),
        // NumPy leaves whole numbers alone in floor, ceil and trunc, but rounds bool to float16.
        Func::Round => Some(NotForBool::IsWhole),
        Func::Abs
        | Func::Floor
        | Func::Ceil
        | Func::Trunc
        | Func::Maximum
        | Func::Minimum
        | Func::Copy
        | Func::OnesLike
        | Func::Real
        | Func::Imag => None,
        Func::Sqrt
        | Func::Exp
        | Func::Expm1
        | Func::Log
        | Func::Log2
        | Func::Log10
        | Func::Log1p
        | Func::Sin
        | Func::Cos
        | Func::Tan
        | Func::Arcsin
        | Func::Arccos
        | Func::Arctan
        | Func::Arctan2
        | Func::Sinh
        | Func::Cosh
        | Func::Tanh
        | Func::Arcsinh
        | Func::Arccosh
        | Func::Arctanh
        | Func::Hypot
        | Func::Copysign
        | Func::Nextafter
        | Func::Isnan
        | Func::Isinf
        | Func::Isfinite
        | Func::Signbit
        | Func::Where => unreachable!("{func} does not keep dtypes"),
    }
}

/// Types a call of a reduction.
pub(super) fn reduction(reduction: Reduction, x: Operand) -> Result<Typed, TypeError> {
    let given = common_fitting(&[x])?;
    let dtype = match reduction {
        Reduction::Sum | Reduction::Prod => match given {
            DType::Bool | DType::I32 | DType::I64 => DType::I64,
            DType::F32 | DType::F64 => given,
        },
        Reduction::Mean => as_float(given),
        Reduction::Min | Reduction::Max => given,
        Reduction::Any | Reduction::All => DType::Bool,
    };
    Ok(Typed { ty: Type::Strong(dtype), meaning: Meaning::Reduction(reduction, dtype) })
}
