//! Moments and durations: `i64` of which the smallest is "not a time".

use super::Translator;
use crate::dtype::{DType, Prim, TimeUnit};
use crate::ir::expand::{Number, times};
use crate::ir::{Binary, Unary, Value};
use crate::syntax::ast::ExprId;
use crate::types::TimeOp;

/// The first float above every `i64`.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

impl Translator<'_> {
    /// Returns a count of units as one of finer units; too large ones wrap, as in NumPy.
    pub(super) fn convert(&mut self, x: Value, unit: TimeUnit, finer: TimeUnit) -> Value {
        if unit <= TimeUnit::Month && finer > TimeUnit::Month {
            let days = self.first_day(x, unit);
            // Weeks are coarser than days: they begin on the Thursday of 1970.
            return if finer == TimeUnit::Week {
                let week = self.builder.constant(7_i64);
                let weeks = self.builder.binary(Binary::FloorDiv, days, week);
                times::unless_nat(&mut self.builder, &[x], weeks)
            } else {
                self.convert(days, TimeUnit::Day, finer)
            };
        }
        let factor = unit.count_of(finer).expect("the checker knows that units fit");
        if factor == 1 {
            return x;
        }
        let factor = self.builder.constant(factor);
        let converted = self.builder.binary(Binary::Mul, x, factor);
        times::unless_nat(&mut self.builder, &[x], converted)
    }

    /// Returns the day since 1970 on which a year or month since 1970 begins.
    ///
    /// Years are counted from March, so that the day that leap years have more is the last one: Howard Hinnant,
    /// "chrono-compatible low-level date algorithms" (2013), `days_from_civil`.
    fn first_day(&mut self, x: Value, unit: TimeUnit) -> Value {
        let months = self.convert(x, unit, TimeUnit::Month);
        let b = &mut self.builder;
        let mut op = |op, x, y: i64| {
            let y = b.constant(y);
            b.binary(op, x, y)
        };
        // From March of the year 0.
        let months = op(Binary::Add, months, 1970 * 12 - 2);
        let (year, month) = (op(Binary::FloorDiv, months, 12), op(Binary::Rem, months, 12));
        let past = op(Binary::Mul, month, 153);
        let past = op(Binary::Add, past, 2);
        let past = op(Binary::FloorDiv, past, 5);
        let days = op(Binary::Mul, year, 365);
        let leaps = [4, 100, 400].map(|years| op(Binary::FloorDiv, year, years));
        let days = op(Binary::Sub, days, 719_468);
        let days = b.binary(Binary::Add, days, leaps[0]);
        let days = b.binary(Binary::Sub, days, leaps[1]);
        let days = b.binary(Binary::Add, days, leaps[2]);
        let days = b.binary(Binary::Add, days, past);
        times::unless_nat(b, &[x], days)
    }

    pub(super) fn time(&mut self, id: ExprId, op: TimeOp) -> Number {
        let args = self.arguments(id);
        let (lhs, rhs) = (args[0], args[1]);
        let duration = |unit| DType::Timedelta(unit);
        let value = match op {
            TimeOp::Add(unit) | TimeOp::Sub(unit) => {
                let (x, y) = (self.real(lhs, duration(unit)), self.real(rhs, duration(unit)));
                let op = if matches!(op, TimeOp::Add(_)) { Binary::Add } else { Binary::Sub };
                let result = self.builder.binary(op, x, y);
                times::unless_nat(&mut self.builder, &[x, y], result)
            }
            TimeOp::Scale(unit) => {
                let (x, factor) = self.scaled(lhs, rhs, unit, DType::I64);
                let result = self.builder.binary(Binary::Mul, x, factor);
                times::unless_nat(&mut self.builder, &[x], result)
            }
            TimeOp::ScaleFloat(unit) => {
                let (x, factor) = self.scaled(lhs, rhs, unit, DType::F64);
                self.by_float(Binary::Mul, x, factor)
            }
            TimeOp::Shrink(unit) => {
                let (x, divisor) = (self.real(lhs, duration(unit)), self.real(rhs, DType::I64));
                times::shrink(&mut self.builder, x, divisor)
            }
            TimeOp::ShrinkFloat(unit) => {
                let (x, divisor) = (self.real(lhs, duration(unit)), self.real(rhs, DType::F64));
                self.by_float(Binary::Div, x, divisor)
            }
            TimeOp::Ratio(unit) => {
                let (x, y) = (self.real(lhs, duration(unit)), self.real(rhs, duration(unit)));
                let b = &mut self.builder;
                let (p, q) = (b.cast(x, Prim::F64), b.cast(y, Prim::F64));
                let ratio = b.binary(Binary::Div, p, q);
                let nat = times::some_nat(b, &[x, y]);
                let nan = b.constant(f64::NAN);
                b.select(nat, nan, ratio)
            }
            TimeOp::FloorRatio(unit) => {
                let (x, y) = (self.real(lhs, duration(unit)), self.real(rhs, duration(unit)));
                let b = &mut self.builder;
                // By zero it is 0, as in NumPy.
                let ratio = b.binary(Binary::FloorDiv, x, y);
                let nat = times::some_nat(b, &[x, y]);
                let zero = b.constant(0_i64);
                b.select(nat, zero, ratio)
            }
            TimeOp::Rem(unit) => {
                let (x, y) = (self.real(lhs, duration(unit)), self.real(rhs, duration(unit)));
                let b = &mut self.builder;
                let rem = b.binary(Binary::Rem, x, y);
                let zero = b.constant(0_i64);
                let by_zero = b.binary(Binary::Eq, y, zero);
                let nat = b.constant(times::NAT);
                let rem = b.select(by_zero, nat, rem);
                times::unless_nat(b, &[x, y], rem)
            }
        };
        Number::Real(value)
    }

    /// Returns the duration of a product and the factor, which stand in either order.
    fn scaled(
        &mut self,
        lhs: ExprId,
        rhs: ExprId,
        unit: TimeUnit,
        factor: DType,
    ) -> (Value, Value) {
        let is_duration = |id| self.types.get(id).is_some_and(|ty| ty.dtype().is_time());
        let (x, y) = if is_duration(lhs) { (lhs, rhs) } else { (rhs, lhs) };
        (self.real(x, DType::Timedelta(unit)), self.real(y, factor))
    }

    /// Multiplies or divides a duration by a float; what is no `i64` is "not a time".
    fn by_float(&mut self, op: Binary, x: Value, y: Value) -> Value {
        let b = &mut self.builder;
        let wide = b.cast(x, Prim::F64);
        let result = b.binary(op, wide, y);
        let size = b.unary(Unary::Abs, result);
        let beyond = b.constant(BEYOND);
        let fits = b.binary(Binary::Lt, size, beyond);
        let (cut, nat) = (b.cast(result, Prim::I64), b.constant(times::NAT));
        let result = b.select(fits, cut, nat);
        times::unless_nat(b, &[x], result)
    }
}
