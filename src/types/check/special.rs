//! The functions whose arguments are not all values: rounding, bounds, replacement, choice, closeness.

use super::{Checker, Stop};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::Func;
use crate::syntax::ast::{ExprId, ExprKind};
use crate::types::error::{ArgumentError, Because, Callee, TypeError};
use crate::types::function::not_taken;
use crate::types::literal::{Kind, Literal};
use crate::types::promote::{
    Beyond, Operand, Typed, beyond, common, fit, promote, real_of, with_kind,
};
use crate::types::{Meaning, Special, Type, operator, time};

/// Beyond this, a power of ten is 0 or infinite in any dtype.
const MAX_DECIMALS: i128 = 400;

fn special(result: DType, special: Special) -> Result<Typed, Stop> {
    Ok(Typed::strong(result, Meaning::Special(Box::new(special))))
}

impl Checker<'_> {
    /// Returns an argument that must be given, and was: the count is checked.
    fn given(&self, args: &[Option<ExprId>], at: usize) -> Result<(ExprId, Operand), Stop> {
        let id = args[at].ok_or(Stop::Poisoned)?;
        Ok((id, self.operand(id)?))
    }

    /// Checks that a value is a number.
    fn numeric(&self, func: Func, span: Span, x: Operand) -> Result<DType, Stop> {
        let because = if x.is_string() {
            Because::OfStrings
        } else if x.is_time() {
            Because::OfTimes
        } else {
            return Ok(x.ty.dtype());
        };
        Err(not_taken(func, span, &[x], because).into())
    }

    pub(super) fn round(&self, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let (x_id, x) = self.given(args, 0)?;
        let dtype = self.numeric(Func::Round, span, x)?;
        fit(&[x], dtype)?;
        let mistake = |span| TypeError::Argument {
            callee: Callee::Func(Func::Round),
            param: "decimals",
            span,
            why: ArgumentError::NotInteger,
        };
        let decimals = match args[1] {
            None => 0,
            Some(id) => match self.types[id.0 as usize] {
                Some(Type::Weak(Literal::Int(n))) => {
                    i32::try_from(n.clamp(-MAX_DECIMALS, MAX_DECIMALS)).expect("it is clamped")
                }
                _ => return Err(self.bad_argument(id, mistake)), // tidy: a filter
            },
        };
        if dtype == DType::Bool {
            return Err(not_taken(Func::Round, span, &[x], Because::GivesFloat16).into());
        }
        special(dtype, Special::Round { x: x_id, dtype, decimals })
    }

    pub(super) fn clip(&self, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let (x_id, x) = self.given(args, 0)?;
        let mut bounds = [None, None];
        for (bound, &arg) in bounds.iter_mut().zip(&args[1..]) {
            if let Some(id) = arg
                && !matches!(self.ast.expr(self.ast.value(id)).kind, ExprKind::None)
            {
                *bound = Some((id, self.operand(id)?));
            }
        }
        // Bounds adapt to the number, not the other way round.
        let x = Operand { ty: Type::Strong(operator::result(x)?), ..x };
        let mut operands = vec![x];
        operands.extend(bounds.iter().flatten().map(|&(_, bound)| bound));
        if operands.iter().any(|operand| operand.is_string()) {
            return Err(not_taken(Func::Clip, span, &operands, Because::OfStrings).into());
        }
        if operands.iter().any(|operand| operand.is_time()) {
            let dtype = time::common(&operands)
                .map_err(|because| not_taken(Func::Clip, span, &operands, because))?;
            operator::fit_counts(&operands)?;
            let [min, max] = bounds.map(|bound| bound.map(|(id, _)| id));
            return special(dtype, Special::Clip { x: x_id, dtype, min, max });
        }
        let dtype = common(&operands);
        // A bound beyond the integers on its own side bounds nothing, as in NumPy.
        for (bound, side) in bounds.iter_mut().zip([Beyond::Below, Beyond::Above]) {
            *bound = bound.filter(|(_, operand)| beyond(operand.ty, dtype) != Some(side));
        }
        let mut left = vec![x];
        left.extend(bounds.iter().flatten().map(|&(_, bound)| bound));
        fit(&left, dtype)?;
        let [min, max] = bounds.map(|bound| bound.map(|(id, _)| id));
        special(dtype, Special::Clip { x: x_id, dtype, min, max })
    }

    pub(super) fn nan_to_num(&self, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let (x_id, x) = self.given(args, 0)?;
        let dtype = self.numeric(Func::NanToNum, span, x)?;
        fit(&[x], dtype)?;
        let callee = Callee::Func(Func::NanToNum);
        let value =
            |at: usize, param| args[at].map(|id| self.number(callee, param, id)).transpose();
        let (nan, posinf, neginf) = (value(1, "nan")?, value(2, "posinf")?, value(3, "neginf")?);
        let nan = nan.unwrap_or(0.0);
        special(dtype, Special::NanToNum { x: x_id, dtype, nan, posinf, neginf })
    }

    pub(super) fn isclose(&self, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let ((x_id, x), (y_id, y)) = (self.given(args, 0)?, self.given(args, 1)?);
        self.numeric(Func::Isclose, span, x)?;
        self.numeric(Func::Isclose, span, y)?;
        let callee = Callee::Func(Func::Isclose);
        let tolerance = |at: usize, param, default| {
            args[at].map_or(Ok(default), |id| self.number(callee, param, id))
        };
        let (rtol, atol) = (tolerance(2, "rtol", 1e-5)?, tolerance(3, "atol", 1e-8)?);
        let equal_nan = match args[4] {
            Some(id) => self.flag(callee, "equal_nan", id)?,
            None => false,
        };
        // The second number is made inexact first; the tolerance has its precision.
        let inexact = match y.weak_kind() {
            None => with_kind(y.ty.dtype(), Kind::Float),
            Some(kind) => kind.max(Kind::Float).default_dtype(),
        };
        let dtype = match (x.weak_kind(), y.weak_kind()) {
            (None, None) => promote(x.ty.dtype(), inexact),
            (None, Some(y)) => with_kind(x.ty.dtype(), y.max(Kind::Float)),
            (Some(x), _) => with_kind(inexact, x),
        };
        let tolerance = real_of(inexact);
        let isclose =
            Special::IsClose { x: x_id, y: y_id, dtype, tolerance, rtol, atol, equal_nan };
        special(DType::Bool, isclose)
    }

    /// Types `select([c1, c2], [x1, x2], default)`.
    pub(super) fn select(&self, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let mistake = |param, why| {
            move |span| TypeError::Argument { callee: Callee::Func(Func::Select), param, span, why }
        };
        let list = |at: usize, param| {
            let id = args[at].ok_or(Stop::Poisoned)?;
            let items = self.items(id);
            items.ok_or_else(|| self.bad_argument(id, mistake(param, ArgumentError::NotList)))
        };
        let (conditions, choices) = (list(0, "conditions")?, list(1, "choices")?);
        if conditions.len() != choices.len() || conditions.is_empty() {
            let span = self.ast.expr(args[1].ok_or(Stop::Poisoned)?).span;
            return Err(mistake("choices", ArgumentError::OtherLength)(span).into());
        }
        let cases = conditions.iter().copied().zip(choices.iter().copied()).collect();
        self.choose(Func::Select, cases, args[2])
    }

    /// Types `case(c1, x1, c2, x2, …, default)`.
    pub(super) fn case(&self, span: Span, args: &[ExprId]) -> Result<Typed, Stop> {
        let (Some(&default), true) = (args.last(), args.len() % 2 == 1) else {
            let (callee, param) = (Callee::Func(Func::Case), "default");
            let why = ArgumentError::NoDefault;
            return Err(TypeError::Argument { callee, param, span, why }.into());
        };
        let cases = args.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        self.choose(Func::Case, cases, Some(default))
    }

    fn choose(
        &self,
        func: Func,
        cases: Vec<(ExprId, ExprId)>,
        default: Option<ExprId>,
    ) -> Result<Typed, Stop> {
        let mut values = Vec::with_capacity(cases.len() + 1);
        for &(condition, value) in &cases {
            let condition = self.operand(condition)?;
            if condition.is_string() {
                let because = Because::OfStrings;
                return Err(not_taken(func, condition.span, &[condition], because).into());
            }
            values.push(self.operand(value)?);
        }
        values.push(match default {
            Some(default) => self.operand(default)?,
            None => Operand { ty: Type::Weak(Literal::Int(0)), span: values[0].span },
        });
        let dtype = operator::choose(&values)?;
        special(dtype, Special::Choose { cases, default, dtype })
    }
}
