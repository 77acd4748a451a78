//! Numbers that are given with each run: what is computed of them beside the graph, and what it takes of them.

use super::Translator;
use crate::dtype::DType;
use crate::ir::complex::Pair;
use crate::ir::expand::{self, Number};
use crate::ir::{Binary, Input, Source, Unary, Value};
use crate::ops::{BinaryOp, CompareOp};
use crate::syntax::ast::{ExprId, ExprKind};
use crate::types::error::Shown;
use crate::types::given::{Arg, Step, StepId, Taken};
use crate::types::literal::{Kind, Part};
use crate::types::promote::Beyond;
use crate::types::{Meaning, Type};

impl Translator<'_> {
    /// Adds the step that computes a given number.
    pub(super) fn step(&mut self, id: ExprId, kind: Kind) {
        let expr = self.ast.expr(id);
        let mut span = expr.span;
        let step = match (&expr.kind, self.types.meaning(id)) {
            (_, &Meaning::Given(input)) => {
                let given = &mut self.given;
                let new = || given.step(Step::Input(input), kind, span);
                let step = *self.input_steps.entry(input).or_insert_with(new);
                self.steps.insert(id, step);
                return;
            }
            (&ExprKind::Bound(bound), _) => {
                let step = self.steps[&bound];
                self.steps.insert(id, step);
                return;
            }
            (&ExprKind::Unary { op, operand }, _) => Step::Unary(op, self.arg(operand)),
            (&ExprKind::Binary { op, op_span, lhs, rhs }, _) => {
                span = op_span;
                Step::Binary(op, self.arg(lhs), self.arg(rhs))
            }
            (ExprKind::Compare { first, rest }, _) => {
                let rest = rest.iter().map(|link| (link.op, self.arg(link.operand))).collect();
                Step::Compare(self.arg(*first), rest)
            }
            (&ExprKind::IfElse { condition, then, otherwise }, _) => Step::IfElse {
                condition: self.arg(condition),
                then: self.arg(then),
                otherwise: self.arg(otherwise),
            },
            (_, &Meaning::Function(func, _)) => {
                let part = if func == Part::Real.function() { Part::Real } else { Part::Imag };
                Step::Part(part, self.arg(self.arguments(id)[0]))
            }
            (other, _) => unreachable!("{other:?} is not made of given numbers alone"),
        };
        let step = self.given.step(step, kind, span);
        self.steps.insert(id, step);
    }

    fn arg(&self, id: ExprId) -> Arg {
        match self.types.get(id).and_then(Type::literal) {
            Some(literal) => Arg::Literal(literal),
            None => Arg::Step(self.steps[&id]),
        }
    }

    /// Returns what is taken of a given number, as a value of the graph.
    pub(super) fn take(&mut self, id: ExprId, taken: Taken) -> Number {
        self.take_step(id, self.steps[&id], taken, None)
    }

    /// `id` says where it is taken; a power with this base has its operator at the expression.
    fn take_step(
        &mut self,
        id: ExprId,
        step: StepId,
        taken: Taken,
        power: Option<(ExprId, ExprId)>,
    ) -> Number {
        if let Some(&number) = self.taken.get(&(step, taken)) {
            return number;
        }
        let power = power.map(|(base, power)| {
            let ty = self.types.get(base).expect("an operand of a checked tree has a type");
            let op_span = match self.ast.expr(power).kind {
                ExprKind::Binary { op_span, .. } => op_span,
                _ => self.ast.expr(power).span, // tidy: a call of the function
            };
            (Shown { ty: ty.into(), span: self.ast.expr(base).span }, op_span)
        });
        self.given.take(step, taken, self.ast.expr(id).span, power);
        let dtype = taken.dtype();
        let param = self.builder.number(dtype);
        let prim = dtype.prim().expect("numbers are taken as numbers");
        let mut input = |source| self.builder.input(Input { prim, source });
        let number = if dtype.is_complex() {
            let (re, im) = (input(Source::Re(param)), input(Source::Im(param)));
            Number::Complex(Pair { re, im })
        } else {
            Number::Real(input(Source::Param(param)))
        };
        self.taken.insert((step, taken), number);
        number
    }

    fn is_given(&self, id: ExprId) -> bool {
        matches!(self.types.get(id), Some(Type::Given(_)))
    }

    /// Returns the second operand of an infix operator. A given exponent of integers must not be negative.
    pub(super) fn rhs(
        &mut self,
        id: ExprId,
        op: BinaryOp,
        lhs: ExprId,
        rhs: ExprId,
        dtype: DType,
    ) -> Number {
        if op == BinaryOp::Pow && dtype.is_int() && self.is_given(rhs) {
            return self.take_step(rhs, self.steps[&rhs], Taken::Exponent(dtype), Some((lhs, id)));
        }
        self.operand(rhs, dtype)
    }

    /// Returns a bound of `clip`. A given one beyond the integers on its own side bounds nothing.
    pub(super) fn bound(&mut self, id: ExprId, dtype: DType, side: Beyond) -> Number {
        if dtype.is_int() && self.is_given(id) {
            return self.take(id, Taken::Within(dtype, Some(side)));
        }
        self.operand(id, dtype)
    }

    /// Compares weak numbers.
    pub(super) fn compare_given(&mut self, op: CompareOp, lhs: ExprId, rhs: ExprId) -> Value {
        let compared = Step::Compare(self.arg(lhs), vec![(op, self.arg(rhs))]);
        let span = self.ast.expr(lhs).span.to(self.ast.expr(rhs).span);
        let step = self.given.step(compared, Kind::Bool, span);
        self.take_step(lhs, step, Taken::Truth, None).real()
    }

    /// Compares integers with a given one, which may lie beyond their range: with the end of the range in its place,
    /// and that it lies beyond decides what the end does not.
    pub(super) fn compare_with_given(
        &mut self,
        op: CompareOp,
        lhs: ExprId,
        rhs: ExprId,
        dtype: DType,
    ) -> Value {
        let (given, other, op, is_left) =
            if self.is_given(lhs) { (lhs, rhs, op, true) } else { (rhs, lhs, op, false) };
        let other = self.operand(other, dtype);
        let end = self.take(given, Taken::Within(dtype, None));
        let (x, y) = if is_left { (end, other) } else { (other, end) };
        let b = &mut self.builder;
        let holds = expand::compare(b, op, dtype, x, y);
        // What `x op y` is where `y` is above all, if it is not what it is at the end; for `x` turned round.
        let op = if is_left { mirrored(op) } else { op };
        let (side, is_so) = match op {
            CompareOp::Lt => (Some(Beyond::Above), true),
            CompareOp::Le => (Some(Beyond::Below), false),
            CompareOp::Gt => (Some(Beyond::Below), true),
            CompareOp::Ge => (Some(Beyond::Above), false),
            CompareOp::Eq => (None, false),
            CompareOp::Ne => (None, true),
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => {
                unreachable!("`{}` is no comparison of numbers", op.symbol())
            }
        };
        let beyond = self.take(given, Taken::Beyond(dtype, side)).real();
        let b = &mut self.builder;
        if is_so {
            return b.binary(Binary::Or, holds, beyond);
        }
        let within = b.unary(Unary::Not, beyond);
        b.binary(Binary::And, holds, within)
    }
}

/// Returns the comparison that holds with its sides swapped.
fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        other => other, // tidy: the others are symmetric
    }
}
