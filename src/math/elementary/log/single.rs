//! Logarithms of `f32`.

use std::hint::cold_path;

use super::super::double::horner;
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::is_unsure;
use super::{Reduced, reduce, table};

const UNSURE: u32 = 13;

#[inline(always)]
pub(crate) fn log<L: Lanes>(x: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LN_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let table = k.mul_add(L::of(std::f64::consts::LN_2), log);
    let quick = r.mul_add(horner(r, &table::SINGLE_LN), table);
    finish::<UNSURE, L>(quick, k, x, x, slow_log)
}

#[inline(always)]
pub(crate) fn log2<L: Lanes>(x: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LOG2_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let quick = r.mul_add(horner(r, &table::SINGLE_LOG2), k + log);
    finish::<UNSURE, L>(quick, k, x, x, slow_log2)
}

#[inline(always)]
pub(crate) fn log10<L: Lanes>(x: L) -> L {
    let Reduced { k, m, inverse, log, .. } = reduce(x, &table::LOG10_TABLE);
    let r = m.mul_sub(inverse, L::of(1.0));
    let table = k.mul_add(L::of(std::f64::consts::LOG10_2), log);
    let quick = r.mul_add(horner(r, &table::SINGLE_LOG10), table);
    finish::<UNSURE, L>(quick, k, x, x, slow_log10)
}

#[inline(always)]
pub(crate) fn log1p<L: Lanes>(x: L) -> L {
    let sum = x + L::of(1.0);
    let Reduced { k, power, inverse, log, .. } = reduce(sum, &table::LN_TABLE);
    let scale = (inverse.bits() - power).float();
    let r = x.mul_add(scale, scale - L::of(1.0));
    let table = k.mul_add(L::of(std::f64::consts::LN_2), log);
    let quick = r.mul_add(horner(r, &table::SINGLE_LN), table);
    let quick = (quick.bits() | (x.bits() & L::Bits::of(super::SIGN))).float();
    finish::<UNSURE, L>(quick, k, sum, x, slow_log1p)
}

#[inline(always)]
pub(super) fn finish<const UNSURE: u32, L: Lanes>(
    quick: L,
    k: L,
    argument: L,
    x: L,
    slow: fn(f64) -> f64,
) -> L {
    let outside = L::of(200.0).le(k.abs());
    let unsure = is_unsure::<UNSURE, L>(quick);
    if !(unsure | outside).any() {
        return quick;
    }
    cold_path();
    let result = outside.select(argument, quick);
    let result = argument.eq(L::of(0.0)).select(L::of(f64::NEG_INFINITY), result);
    let result = argument.lt(L::of(0.0)).select(L::of(f64::NAN), result);
    result.fix(unsure & !outside, x, slow)
}

#[cold]
#[inline(never)]
fn slow_log(x: f64) -> f64 {
    super::log(One(x)).0
}

#[cold]
#[inline(never)]
fn slow_log2(x: f64) -> f64 {
    super::log2(One(x)).0
}

#[cold]
#[inline(never)]
fn slow_log10(x: f64) -> f64 {
    super::log10(One(x)).0
}

#[cold]
#[inline(never)]
fn slow_log1p(x: f64) -> f64 {
    super::log1p(One(x)).0
}
