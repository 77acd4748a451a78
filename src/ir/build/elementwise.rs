//! Operators, comparisons and functions of values.

use super::Translator;
use crate::dtype::{DType, Prim};
use crate::ir::expand::{self, Number};
use crate::ir::{Binary, Unary, Value};
use crate::ops::{BinaryOp, CompareOp, Func, FuncClass, UnaryOp};
use crate::syntax::ast::{CompareLink, ExprId, ExprKind};
use crate::types::Link;

impl Translator<'_> {
    pub(super) fn operator(&mut self, id: ExprId, dtype: DType) -> Number {
        match self.ast.expr(id).kind {
            ExprKind::Unary { op, operand } => {
                let x = self.operand(operand, dtype);
                expand::prefix(&mut self.builder, op, x)
            }
            ExprKind::Binary { op, lhs, rhs, .. } => {
                let (x, y) = (self.operand(lhs, dtype), self.rhs(id, op, lhs, rhs, dtype));
                expand::infix(&mut self.builder, op, x, y)
            }
            ExprKind::IfElse { condition, then, otherwise } => {
                self.choose(condition, then, otherwise, dtype)
            }
            ref other => unreachable!("{other:?} is not an operator"),
        }
    }

    fn choose(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        dtype: DType,
    ) -> Number {
        let condition = self.truth(condition);
        let (then, otherwise) = (self.operand(then, dtype), self.operand(otherwise, dtype));
        expand::select(&mut self.builder, condition, then, otherwise)
    }

    pub(super) fn logical(&mut self, id: ExprId) -> Value {
        match self.ast.expr(id).kind {
            ExprKind::Unary { op: UnaryOp::Not, operand } => {
                let x = self.truth(operand);
                self.builder.unary(Unary::Not, x)
            }
            ExprKind::Binary { op, lhs, rhs, .. } => self.both(op, lhs, rhs),
            ref other => unreachable!("{other:?} is not logical"),
        }
    }

    fn both(&mut self, op: BinaryOp, lhs: ExprId, rhs: ExprId) -> Value {
        let (x, y) = (self.truth(lhs), self.truth(rhs));
        let op = if op == BinaryOp::And { Binary::And } else { Binary::Or };
        self.builder.binary(op, x, y)
    }

    pub(super) fn comparison(&mut self, id: ExprId, links: &[Link]) -> Value {
        let ExprKind::Compare { first, ref rest } = self.ast.expr(id).kind else {
            unreachable!("only comparisons have links")
        };
        let mut lhs = first;
        let mut all: Option<Value> = None;
        for (&CompareLink { op, operand: rhs, .. }, &link) in rest.iter().zip(links) {
            let holds = self.link(op, lhs, rhs, link);
            all = Some(match all {
                Some(before) => self.builder.binary(Binary::And, before, holds),
                None => holds,
            });
            lhs = rhs;
        }
        all.expect("a comparison has a link")
    }

    /// Returns what one comparison says.
    pub(super) fn link(&mut self, op: CompareOp, lhs: ExprId, rhs: ExprId, link: Link) -> Value {
        match link {
            Link::Known(holds) => self.builder.constant(holds),
            Link::Given => self.compare_given(op, lhs, rhs),
            Link::Range(dtype) => self.compare_with_given(op, lhs, rhs, dtype),
            Link::Signs => {
                let (x, y) = (self.number(lhs).real(), self.number(rhs).real());
                expand::compare_signs(&mut self.builder, op, x, y)
            }
            Link::Compare(dtype) if dtype.is_string() => self.compare_strings(op, lhs, rhs),
            Link::Compare(dtype) => {
                let (x, y) = (self.operand(lhs, dtype), self.operand(rhs, dtype));
                expand::compare(&mut self.builder, op, dtype, x, y)
            }
        }
    }

    pub(super) fn function(&mut self, id: ExprId, func: Func, dtype: DType) -> Number {
        let args = self.arguments(id);
        match func.info().class {
            FuncClass::Text(test) => return Number::Real(self.test(test, args[0], args[1])),
            FuncClass::Infix(op @ (BinaryOp::And | BinaryOp::Or)) => {
                return Number::Real(self.both(op, args[0], args[1]));
            }
            FuncClass::Prefix(UnaryOp::Not) => {
                let x = self.truth(args[0]);
                return Number::Real(self.builder.unary(Unary::Not, x));
            }
            FuncClass::Compare(op) => {
                let link = Link::Compare(dtype);
                return Number::Real(self.link(op, args[0], args[1], link));
            }
            FuncClass::Infix(op) => {
                let (x, y) =
                    (self.operand(args[0], dtype), self.rhs(id, op, args[0], args[1], dtype));
                return expand::function(&mut self.builder, func, dtype, &[x, y]);
            }
            FuncClass::Prefix(_)
            | FuncClass::Float
            | FuncClass::FloatComplex
            | FuncClass::Same
            | FuncClass::SameComplex
            | FuncClass::Integer
            | FuncClass::Predicate
            | FuncClass::Special => {}
        }
        match func {
            Func::Where => self.choose(args[0], args[1], args[2], dtype),
            Func::LogicalXor => {
                let (x, y) = (self.truth(args[0]), self.truth(args[1]));
                Number::Real(self.builder.binary(Binary::Xor, x, y))
            }
            // Without the arguments that say how to compute.
            Func::Round => {
                let x = self.operand(args[0], dtype);
                if dtype.prim().is_some_and(Prim::is_float) {
                    x.map(|x| self.builder.unary(Unary::Rint, x))
                } else {
                    x
                }
            }
            // tidy: all others have values only
            _ => {
                // tidy: all others have values only
                let args: Vec<Number> = args.iter().map(|&arg| self.operand(arg, dtype)).collect();
                expand::function(&mut self.builder, func, dtype, &args)
            }
        }
    }
}
