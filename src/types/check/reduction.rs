//! Reductions: their arguments and the dtypes of their results.

use super::{Checker, Stop};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{Axes, Reduction};
use crate::syntax::ast::{ExprId, ExprKind, Keyword};
use crate::types::error::{ArgumentError, Because, Callee, TypeError};
use crate::types::literal::{Kind, Literal};
use crate::types::promote::{Operand, Typed, beyond, is_unsigned, real_of};
use crate::types::{Meaning, Reducing, Type, operator};
use smallvec::SmallVec;

/// The arguments besides the array, as expressions.
#[derive(Default)]
struct Given {
    axis: Option<ExprId>,
    keepdims: Option<ExprId>,
    condition: Option<ExprId>,
    initial: Option<ExprId>,
    ddof: Option<ExprId>,
}

impl Checker<'_> {
    pub(super) fn reduction(
        &self,
        reduction: Reduction,
        span: Span,
        args: &[ExprId],
        keywords: &[Keyword],
    ) -> Result<Typed, Stop> {
        let callee = Callee::Reduction(reduction);
        let (&x_id, axis) = match args {
            [x] => (x, None),
            [x, axis] => (x, Some(*axis)),
            // tidy: a slice of another length
            _ => return Err(TypeError::ArgumentCount { callee, span, given: args.len() }.into()),
        };
        let given = self.given_by_name(reduction, axis, keywords)?;
        let x = self.operand(x_id)?;
        let (dtype, result) = dtypes(reduction, x).map_err(|because| TypeError::NotTaken {
            callee,
            span,
            args: vec![x.shown()],
            because,
        })?;
        operator::result(x)?;
        let axes = Axes {
            axes: given.axis.map_or(Ok(None), |axis| self.axes(callee, axis))?,
            keepdims: match given.keepdims {
                Some(flag) => self.flag(callee, "keepdims", flag)?,
                None => false,
            },
        };
        let ddof = match given.ddof {
            Some(ddof) => self.number(callee, "ddof", ddof)?,
            None => 0.0,
        };
        if let Some(condition) = given.condition {
            self.condition(reduction, condition, given.initial.is_some())?;
        }
        if let Some(initial) = given.initial {
            self.initial(callee, initial, result)?;
        }
        let reducing = Reducing {
            reduction,
            dtype,
            x: x_id,
            axes,
            condition: given.condition,
            initial: given.initial,
            ddof,
        };
        Ok(Typed::strong(result, Meaning::Reduction(Box::new(reducing))))
    }

    fn given_by_name(
        &self,
        reduction: Reduction,
        axis: Option<ExprId>,
        keywords: &[Keyword],
    ) -> Result<Given, Stop> {
        let callee = Callee::Reduction(reduction);
        let mut given = Given { axis, ..Given::default() };
        for keyword in keywords {
            let name = self.ast.name(keyword.name);
            let Some(&param) = reduction.info().params.iter().find(|&&param| param == name) else {
                return Err(self.keyword(callee, keyword).into());
            };
            let place = match param {
                "axis" => &mut given.axis,
                "keepdims" => &mut given.keepdims,
                "where" => &mut given.condition,
                "initial" => &mut given.initial,
                "ddof" => &mut given.ddof,
                _ => unreachable!("the table has no other"), // tidy: names, not an op
            };
            if place.replace(keyword.value).is_some() {
                let span = keyword.name_span;
                return Err(TypeError::ArgumentTwice { callee, param, span }.into());
            }
        }
        Ok(given)
    }

    /// Returns the axes that an argument names; `None` is all of them.
    fn axes(&self, callee: Callee, id: ExprId) -> Result<Option<SmallVec<[i64; 2]>>, Stop> {
        if matches!(self.ast.expr(self.ast.value(id)).kind, ExprKind::None) {
            return Ok(None);
        }
        let mistake = |span| {
            let (param, why) = ("axis", ArgumentError::NotAxis);
            TypeError::Argument { callee, param, span, why }
        };
        let axis = |id: ExprId| match self.types[id.0 as usize] {
            Some(Type::Weak(Literal::Int(axis))) => {
                i64::try_from(axis).map_err(|_| self.bad_argument(id, mistake))
            }
            _ => Err(self.bad_argument(id, mistake)), // tidy: a filter, not a dispatch
        };
        match (self.items(id), callee) {
            // NumPy's argmin has no tuples: a position along several axes is none.
            (Some(_), Callee::Reduction(Reduction::Argmin | Reduction::Argmax)) => {
                Err(mistake(self.ast.expr(id).span).into())
            }
            (Some(items), _) => {
                items.iter().map(|&item| axis(item)).collect::<Result<_, _>>().map(Some)
            }
            (None, _) => axis(id).map(|axis| Some(SmallVec::from_slice(&[axis]))),
        }
    }

    fn condition(&self, reduction: Reduction, id: ExprId, initial: bool) -> Result<(), Stop> {
        let callee = Callee::Reduction(reduction);
        let condition = self.operand(id)?;
        let mistake =
            |why| TypeError::Argument { callee, param: "where", span: condition.span, why };
        let dtype = condition.ty.dtype();
        if dtype != DType::Bool {
            return Err(mistake(ArgumentError::NotBool(dtype)).into());
        }
        match reduction {
            Reduction::Min | Reduction::Max | Reduction::Nanmin | Reduction::Nanmax if !initial => {
                Err(mistake(ArgumentError::NeedsInitial).into())
            }
            _ => Ok(()), // tidy: all others have a result for no elements
        }
    }

    /// Checks that the value from which a result starts is a literal of its dtype.
    fn initial(&self, callee: Callee, id: ExprId, dtype: DType) -> Result<(), Stop> {
        let mistake = |span| {
            let why = ArgumentError::NotOfDType(dtype);
            TypeError::Argument { callee, param: "initial", span, why }
        };
        let kind = Kind::of(dtype).unwrap_or(Kind::Int);
        match self.types[id.0 as usize] {
            Some(ty @ Type::Weak(literal))
                if literal.kind() <= kind
                    && beyond(ty, dtype.prim().map_or(dtype, |prim| prim.dtype())).is_none() =>
            {
                Ok(())
            }
            _ => Err(self.bad_argument(id, mistake)), // tidy: a filter, not a dispatch
        }
    }
}

/// Returns what the elements are converted to, and the dtype of the result.
fn dtypes(reduction: Reduction, x: Operand) -> Result<(DType, DType), Because> {
    let given = x.ty.dtype();
    if given.is_string() {
        return Err(Because::OfStrings);
    }
    if let DType::Datetime(_) = given
        && matches!(
            reduction,
            Reduction::Sum | Reduction::Nansum | Reduction::Mean | Reduction::Nanmean
        )
    {
        return Err(Because::OfMoments);
    }
    let summed = match given {
        DType::Bool | DType::I8 | DType::I16 | DType::I32 | DType::I64 => DType::I64,
        _ if is_unsigned(given) => DType::U64,
        _ => given, // tidy: floats, complex numbers and durations
    };
    Ok(match reduction {
        Reduction::Any | Reduction::All => (given, DType::Bool),
        Reduction::Argmin | Reduction::Argmax | Reduction::CountNonzero => (given, DType::I64),
        Reduction::Min | Reduction::Max | Reduction::Nanmin | Reduction::Nanmax => (given, given),
        // "Not a time" is no NaN: it comes through, in NumPy as well.
        Reduction::Mean | Reduction::Nanmean if given.is_time() => (given, given),
        Reduction::Prod | Reduction::Nanprod | Reduction::Var | Reduction::Std
            if given.is_time() =>
        {
            return Err(Because::OfTimes);
        }
        Reduction::Sum | Reduction::Nansum | Reduction::Prod | Reduction::Nanprod => {
            (summed, summed)
        }
        Reduction::Mean | Reduction::Nanmean => {
            let dtype = operator::divided(given);
            (dtype, dtype)
        }
        Reduction::Var | Reduction::Std => {
            let dtype = operator::divided(given);
            (dtype, real_of(dtype))
        }
    })
}
