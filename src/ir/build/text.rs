//! Strings: literals, and questions about two of them.

use std::sync::Arc;

use super::{Built, Translator};
use crate::dtype::{DType, Prim};
use crate::ir::{Input, Source, StrOperand, Value};
use crate::ops::{CompareOp, StrTest};
use crate::syntax::ast::{ExprId, ExprKind};
use crate::types::Type;

impl Translator<'_> {
    pub(super) fn literal_text(&self, id: ExprId) -> StrOperand {
        match &self.ast.expr(id).kind {
            ExprKind::Bytes(text) => {
                let end = text.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                StrOperand::Bytes(Arc::from(&text[..end]))
            }
            // In a dialect whose strings are bytes.
            ExprKind::Str(text)
                if matches!(self.types.get(id), Some(Type::Strong(DType::Bytes(_)))) =>
            {
                StrOperand::Bytes(Arc::from(text.trim_end_matches('\0').as_bytes()))
            }
            ExprKind::Str(text) => {
                StrOperand::Str(text.trim_end_matches('\0').chars().map(u32::from).collect())
            }
            other => unreachable!("{other:?} is no text"),
        }
    }

    fn strings(&self, id: ExprId) -> StrOperand {
        match &self.built[id.0 as usize] {
            Built::Strings(strings) => strings.clone(),
            Built::Number(_) | Built::Nothing => unreachable!("a checked operand is a string"),
        }
    }

    /// Compares two strings.
    pub(super) fn compare_strings(&mut self, op: CompareOp, x: ExprId, y: ExprId) -> Value {
        match op {
            CompareOp::Eq => self.test(StrTest::Eq, x, y),
            CompareOp::Ne => self.test(StrTest::Ne, x, y),
            CompareOp::Lt => self.test(StrTest::Lt, x, y),
            CompareOp::Le => self.test(StrTest::Le, x, y),
            CompareOp::Gt => self.test(StrTest::Lt, y, x),
            CompareOp::Ge => self.test(StrTest::Le, y, x),
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
                unreachable!("`{}` is no order", op.symbol())
            }
        }
    }

    /// Asks a question about two strings; that about two literals is answered here.
    pub(super) fn test(&mut self, test: StrTest, x: ExprId, y: ExprId) -> Value {
        let (x, y) = (self.strings(x), self.strings(y));
        let known = match (&x, &y) {
            (StrOperand::Bytes(x), StrOperand::Bytes(y)) => Some(answer(test, x, y)),
            (StrOperand::Str(x), StrOperand::Str(y)) => Some(answer(test, x, y)),
            (StrOperand::Param(_) | StrOperand::Bytes(_) | StrOperand::Str(_), _) => None,
        };
        match known {
            Some(holds) => self.builder.constant(holds),
            None => {
                let source = Source::Test(test, x, y);
                self.builder.input(Input { prim: Prim::Bool, source })
            }
        }
    }
}

fn answer<T: Ord>(test: StrTest, x: &[T], y: &[T]) -> bool {
    match test {
        StrTest::Eq => x == y,
        StrTest::Ne => x != y,
        StrTest::Lt => x < y,
        StrTest::Le => x <= y,
        StrTest::Contains => y.is_empty() || x.windows(y.len()).any(|window| window == y),
        StrTest::StartsWith => x.starts_with(y),
        StrTest::EndsWith => x.ends_with(y),
    }
}
