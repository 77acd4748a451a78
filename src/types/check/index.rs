//! Subscripts: full slices and new axes.

use super::{Checker, Stop};
use crate::ops::IndexItem;
use crate::syntax::ast::{ExprId, ExprKind};
use crate::types::error::{IndexError, TypeError};
use crate::types::literal::Kind;
use crate::types::operator;
use crate::types::promote::Typed;
use crate::types::{Meaning, Type};

/// The other name of `None`, unless a variable has it.
pub(super) const NEW_AXIS: &str = "newaxis";

impl Checker<'_> {
    pub(super) fn subscript(&self, object: ExprId, indices: &[ExprId]) -> Result<Typed, Stop> {
        let items =
            indices.iter().map(|&index| self.index(index)).collect::<Result<Vec<_>, _>>()?;
        let mut ellipses =
            indices.iter().zip(&items).filter(|(_, item)| **item == IndexItem::Ellipsis);
        if let Some((&second, _)) = ellipses.nth(1) {
            let span = self.ast.expr(second).span;
            return Err(TypeError::Index { span, why: IndexError::SecondEllipsis }.into());
        }
        let x = self.operand(object)?;
        if x.is_string() {
            return Err(
                TypeError::Strings { what: "a subscript", ty: x.ty.into(), span: x.span }.into()
            );
        }
        Ok(Typed::strong(operator::result(x)?, Meaning::Index(items)))
    }

    fn index(&self, id: ExprId) -> Result<IndexItem, Stop> {
        let expr = self.ast.expr(id);
        let why = match expr.kind {
            ExprKind::None => return Ok(IndexItem::NewAxis),
            ExprKind::Ellipsis => return Ok(IndexItem::Ellipsis),
            ExprKind::Slice { start: None, stop: None, step: None } => return Ok(IndexItem::Full),
            ExprKind::Name(name)
                if self.bound[name.0 as usize].is_none() && self.ast.name(name) == NEW_AXIS =>
            {
                return Ok(IndexItem::NewAxis);
            }
            ExprKind::Slice { .. } => IndexError::Bounds,
            ExprKind::Tuple(_) | ExprKind::List(_) => IndexError::Value,
            _ if self.types[id.0 as usize].is_none() => return Err(Stop::Poisoned),
            ExprKind::Str(_) => IndexError::Column,
            _ if self.types[id.0 as usize].and_then(Type::kind) == Some(Kind::Bool) => {
                IndexError::Mask
            }
            _ => IndexError::Value, // tidy: all that have a value
        };
        Err(TypeError::Index { span: expr.span, why }.into())
    }
}
