//! Membership in a list of literals: `in`, `not in` and `isin`.

use super::{Checker, Stop};
use crate::diag::Span;
use crate::dtype::DType;
use crate::ops::{CompareOp, Func};
use crate::syntax::ast::{CompareLink, ExprId, ExprKind};
use crate::types::error::{ArgumentError, Callee, TypeError};
use crate::types::literal::{self, Literal};
use crate::types::operator;
use crate::types::promote::{Operand, Typed, common, promote};
use crate::types::{Link, Meaning, Special, Type};

impl Checker<'_> {
    /// Types `x in […]`: `x` is compared with each item as with a literal beside it.
    pub(super) fn membership(&self, first: ExprId, link: CompareLink) -> Result<Typed, Stop> {
        let negated = link.op == CompareOp::NotIn;
        let x = self.operand(first)?;
        let items = self.literals(link.operand, Func::Isin)?;
        if let Some(value) = known(x, &items) {
            return Ok(Typed::weak(Literal::Bool(value != negated)));
        }
        let links = (items.iter())
            .map(|&(_, item)| operator::link(CompareOp::Eq, link.op_span, x, item))
            .collect::<Result<Vec<_>, TypeError>>()?;
        Ok(Typed::strong(DType::Bool, Meaning::Membership { links, negated }))
    }

    /// Types `isin(x, […])`: the list is an array of its own dtype, as in NumPy, so `isin(f, [0.1])` compares
    /// f32 with f64.
    pub(super) fn isin(&self, span: Span, args: &[Option<ExprId>]) -> Result<Typed, Stop> {
        let (Some(x_id), Some(list)) = (args[0], args[1]) else { return Err(Stop::Poisoned) };
        let negated = match args[2] {
            Some(flag) => self.flag(Callee::Func(Func::Isin), "invert", flag)?,
            None => false,
        };
        let x = self.operand(x_id)?;
        let items = self.literals(list, Func::Isin)?;
        let operands: Vec<Operand> = items.iter().map(|&(_, item)| item).collect();
        let numbers = x.ty.kind().is_some() && operands.iter().all(|item| !item.is_strong());
        let link = |item: Operand| -> Result<Link, TypeError> {
            let link = operator::link(CompareOp::Eq, span, x, item)?;
            Ok(match link {
                Link::Compare(dtype) if numbers && !dtype.is_int() => {
                    Link::Compare(promote(dtype, common(&operands)))
                }
                link => link, // tidy: exact already
            })
        };
        let items = (items.iter())
            .map(|&(id, item)| Ok((id, link(item)?)))
            .collect::<Result<Vec<_>, TypeError>>()?;
        let special = Special::IsIn { x: x_id, items, negated };
        Ok(Typed::strong(DType::Bool, Meaning::Special(Box::new(special))))
    }

    /// Returns the items of a list, which are literals.
    fn literals(&self, list: ExprId, func: Func) -> Result<Vec<(ExprId, Operand)>, Stop> {
        let mistake = |span, why| TypeError::Argument {
            callee: Callee::Func(func),
            param: "values",
            span,
            why,
        };
        let Some(items) = self.items(list) else {
            self.operand(list)?;
            return Err(mistake(self.ast.expr(list).span, ArgumentError::NotList).into());
        };
        let mut literals = Vec::with_capacity(items.len());
        for &item in items {
            let operand = self.operand(item)?;
            let is_text = matches!(self.meanings[item.0 as usize], Meaning::Text);
            if operand.is_strong() && !is_text {
                return Err(mistake(operand.span, ArgumentError::NotLiterals).into());
            }
            literals.push((item, operand));
        }
        Ok(literals)
    }

    /// Returns the items of a tuple or list.
    pub(super) fn items(&self, id: ExprId) -> Option<&[ExprId]> {
        match &self.ast.expr(self.ast.value(id)).kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => Some(items),
            _ => None, // tidy: a filter, not a dispatch
        }
    }
}

/// Returns whether a literal is among others.
fn known(x: Operand, items: &[(ExprId, Operand)]) -> Option<bool> {
    let Type::Weak(x) = x.ty else { return None };
    let mut found = false;
    for &(_, item) in items {
        found |= literal::compare(CompareOp::Eq, x, item.literal()?);
    }
    Some(found)
}
