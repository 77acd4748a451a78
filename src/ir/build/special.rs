//! The functions whose arguments are not all values.

use super::Translator;
use crate::dtype::{DType, Prim};
use crate::ir::complex::Pair;
use crate::ir::expand::{self, Number};
use crate::ir::{Binary, GraphBuilder, Unary, Value};
use crate::ops::{BinaryOp, CompareOp, Func};
use crate::syntax::ast::{ExprId, ExprKind};
use crate::types::promote::Beyond;
use crate::types::{Link, Special};

impl Translator<'_> {
    pub(super) fn special(&mut self, special: &Special) -> Number {
        match *special {
            Special::Round { x, dtype, decimals } => {
                let x = self.operand(x, dtype);
                x.map(|x| self.round(x, decimals))
            }
            Special::Clip { x, dtype, min, max } => self.clip(x, dtype, min, max),
            Special::Choose { ref cases, default, dtype } => {
                let mut result = match default {
                    Some(default) => self.operand(default, dtype),
                    None => {
                        let zero = self.builder.constant(0_i64);
                        Number::Real(zero).to(&mut self.builder, dtype)
                    }
                };
                for &(condition, value) in cases.iter().rev() {
                    let condition = self.truth(condition);
                    let value = self.operand(value, dtype);
                    result = expand::select(&mut self.builder, condition, value, result);
                }
                result
            }
            Special::NanToNum { x, dtype, nan, posinf, neginf } => {
                let x = self.operand(x, dtype);
                x.map(|x| self.nan_to_num(x, nan, posinf, neginf))
            }
            Special::IsClose { x, y, dtype, tolerance, rtol, atol, equal_nan } => {
                let (x, y_wide) = (self.operand(x, dtype), self.operand(y, dtype));
                let y = self
                    .operand(y, if dtype.is_complex() { widened(tolerance) } else { tolerance });
                Number::Real(self.isclose(x, y_wide, y, (rtol, atol), equal_nan))
            }
            Special::Compare { op, x, y, link } => Number::Real(self.link(op, x, y, link)),
            Special::IsIn { x, ref items, negated } => {
                Number::Real(self.among(x, items.iter().copied(), negated))
            }
        }
    }

    pub(super) fn membership(&mut self, id: ExprId, links: &[Link], negated: bool) -> Value {
        let ExprKind::Compare { first, ref rest } = self.ast.expr(id).kind else {
            unreachable!("only a comparison has links")
        };
        let items = match &self.ast.expr(self.ast.value(rest[0].operand)).kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => items,
            other => unreachable!("{other:?} is no list"),
        };
        self.among(first, items.iter().copied().zip(links.iter().copied()), negated)
    }

    /// Returns whether a value is one of the items.
    fn among(
        &mut self,
        x: ExprId,
        items: impl Iterator<Item = (ExprId, Link)>,
        negated: bool,
    ) -> Value {
        let mut some = self.builder.constant(false);
        for (item, link) in items {
            let equal = self.link(CompareOp::Eq, x, item, link);
            some = self.builder.binary(Binary::Or, some, equal);
        }
        if negated { self.builder.unary(Unary::Not, some) } else { some }
    }

    /// Rounds as NumPy: scaled by a power of ten, rounded to a whole number, and scaled back.
    fn round(&mut self, x: Value, decimals: i32) -> Value {
        let b = &mut self.builder;
        let prim = b.prim(x);
        if !prim.is_float() && decimals >= 0 {
            return x;
        }
        let wide = if prim.is_float() { prim } else { Prim::F64 };
        let y = b.cast(x, wide);
        if decimals == 0 {
            return b.unary(Unary::Rint, y);
        }
        let power = expand::float(b, 10_f64.powi(decimals.abs()), wide);
        let (up, down) =
            if decimals > 0 { (Binary::Mul, Binary::Div) } else { (Binary::Div, Binary::Mul) };
        let scaled = b.binary(up, y, power);
        let whole = b.unary(Unary::Rint, scaled);
        let result = b.binary(down, whole, power);
        // Integers of fewer than 64 bits wrap.
        let whole =
            if prim.is_float() || prim == Prim::U64 { result } else { b.cast(result, Prim::I64) };
        b.cast(whole, prim)
    }

    fn clip(
        &mut self,
        x: ExprId,
        dtype: DType,
        min: Option<ExprId>,
        max: Option<ExprId>,
    ) -> Number {
        let mut result = self.operand(x, dtype);
        let bounds = [(Func::Maximum, min, Beyond::Below), (Func::Minimum, max, Beyond::Above)];
        for (func, bound, side) in bounds {
            if let Some(bound) = bound {
                let bound = self.bound(bound, dtype, side);
                // Which of two zeros it is: NumPy keeps the number, but of complex ones the bound if there
                // are two bounds.
                let swapped = !dtype.is_complex() || min.is_some() && max.is_some();
                let args = if swapped { [bound, result] } else { [result, bound] };
                result = expand::function(&mut self.builder, func, dtype, &args);
            }
        }
        result
    }

    fn nan_to_num(
        &mut self,
        x: Value,
        nan: f64,
        posinf: Option<f64>,
        neginf: Option<f64>,
    ) -> Value {
        let b = &mut self.builder;
        let prim = b.prim(x);
        let largest = match prim {
            Prim::F32 => f32::MAX.into(),
            Prim::F64 => f64::MAX,
            _ => return x, // tidy: the others have neither NaN nor infinities
        };
        let mut result = x;
        let infinities = [
            (f64::INFINITY, posinf.unwrap_or(largest)),
            (f64::NEG_INFINITY, neginf.unwrap_or(-largest)),
        ];
        for (infinity, replacement) in infinities {
            let [infinity, replacement] =
                [infinity, replacement].map(|value| expand::float(b, value, prim));
            let found = b.binary(Binary::Eq, x, infinity);
            result = b.select(found, replacement, result);
        }
        let found = b.binary(Binary::Ne, x, x);
        let nan = expand::float(b, nan, prim);
        b.select(found, nan, result)
    }

    /// `abs(x - y) <= atol + rtol * abs(y)` for finite `y`, or `x == y`.
    fn isclose(
        &mut self,
        x: Number,
        y: Number,
        narrow: Number,
        (rtol, atol): (f64, f64),
        equal_nan: bool,
    ) -> Value {
        let b = &mut self.builder;
        let dtype_of = |b: &GraphBuilder, z: Number| match z {
            Number::Real(x) => b.prim(x).dtype(),
            Number::Complex(Pair { re, .. }) => widened(b.prim(re).dtype()),
        };
        let (wide, narrow_dtype) = (dtype_of(b, x), dtype_of(b, narrow));
        let call = |b: &mut _, func, dtype, z| expand::function(b, func, dtype, &[z]).real();
        let difference = expand::infix(b, BinaryOp::Sub, x, y);
        let distance = call(b, Func::Abs, wide, difference);
        let size = call(b, Func::Abs, narrow_dtype, narrow);
        let prim = b.prim(size);
        let [rtol, atol] = [rtol, atol].map(|value| expand::float(b, value, prim));
        let relative = b.binary(Binary::Mul, rtol, size);
        let allowed = b.binary(Binary::Add, atol, relative);
        let allowed = b.cast(allowed, b.prim(distance));
        let near = b.binary(Binary::Le, distance, allowed);
        let finite = call(b, Func::Isfinite, wide, y);
        let near = b.binary(Binary::And, near, finite);
        let equal = expand::compare(b, CompareOp::Eq, wide, x, y);
        let close = b.binary(Binary::Or, near, equal);
        if !equal_nan {
            return close;
        }
        let (p, q) = (call(b, Func::Isnan, wide, x), call(b, Func::Isnan, wide, y));
        let both = b.binary(Binary::And, p, q);
        b.binary(Binary::Or, close, both)
    }
}

/// Returns the complex dtype with parts of this float dtype.
fn widened(part: DType) -> DType {
    if part == DType::F32 { DType::C64 } else { DType::C128 }
}
