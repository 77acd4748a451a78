//! Logarithms of `f32`.

use std::hint::cold_path;

use super::super::double::horner;
use super::super::lanes::one::One;
use super::super::lanes::{Bits, Lanes, Mask};
use super::super::single::is_unsure;
use super::EXPONENT;

const UNSURE: u32 = 11;
pub(super) const LN: [f64; 6] = [0.19609083966535976, 0.22174177181500276, 0.2857216801900858, 0.3999999487214132, 0.6666666667965172, 1.9999999999999467];
const LOG2: [f64; 6] = [0.28289928194896735, 0.3199057545554366, 0.4122092510846992, 0.5770779423762225, 0.9617966941133103, 2.88539008177785];
const LOG10: [f64; 6] = [0.08516116961844104, 0.09630122790670571, 0.12408734906667994, 0.17371777049129344, 0.28952965465856123, 0.8685889638064805];

pub(super) struct Power<L: Lanes> {
    pub(super) minus_k: L,
    pub(super) power: L::Bits,
}

#[inline(always)]
pub(super) fn power<L: Lanes>(x: L) -> Power<L> {
    split(x.bits() - L::Bits::of(0x3fe6_a09e_667f_3bcd))
}

#[inline(always)]
pub(super) fn split<L: Lanes>(bits: L::Bits) -> Power<L> {
    let power = bits & L::Bits::of(EXPONENT);
    let biased = bits.shr::<52>() ^ L::Bits::of(0x4330_0000_0000_0800);
    let minus_k = L::of(4_503_599_627_372_544.0) - biased.float();
    Power { minus_k, power }
}

#[inline(always)]
pub(crate) fn log<L: Lanes>(x: L) -> L {
    let Power { minus_k, power } = power(x);
    let m = (x.bits() - power).float();
    let s = (m - L::of(1.0)) / (m + L::of(1.0));
    let quick = s.mul_add(poly(s * s, &LN), minus_k * L::of(-std::f64::consts::LN_2));
    finish::<UNSURE, L>(quick, minus_k, x, x, slow_log)
}

#[inline(always)]
pub(crate) fn log2<L: Lanes>(x: L) -> L {
    let Power { minus_k, power } = power(x);
    let m = (x.bits() - power).float();
    let s = (m - L::of(1.0)) / (m + L::of(1.0));
    let quick = s.mul_sub(poly(s * s, &LOG2), minus_k);
    finish::<UNSURE, L>(quick, minus_k, x, x, slow_log2)
}

#[inline(always)]
pub(crate) fn log10<L: Lanes>(x: L) -> L {
    let Power { minus_k, power } = power(x);
    let m = (x.bits() - power).float();
    let s = (m - L::of(1.0)) / (m + L::of(1.0));
    let quick = s.mul_add(poly(s * s, &LOG10), minus_k * L::of(-std::f64::consts::LOG10_2));
    finish::<UNSURE, L>(quick, minus_k, x, x, slow_log10)
}

#[inline(always)]
pub(crate) fn log1p<L: Lanes>(x: L) -> L {
    let sum = x + L::of(1.0);
    let Power { minus_k, power } = power(sum);
    let scale = (L::of(1.0).bits() - power).float();
    let f = x.mul_add(scale, scale - L::of(1.0));
    let s = f / (f + L::of(2.0));
    let quick = s.mul_add(poly(s * s, &LN), minus_k * L::of(-std::f64::consts::LN_2));
    finish::<UNSURE, L>(quick, minus_k, sum, x, slow_log1p)
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

#[inline(always)]
fn poly<L: Lanes>(u: L, c: &[f64; 6]) -> L {
    let [c5, c4, c3, c2, c1, c0] = c.map(L::of);
    let square = u * u;
    let high = c5.mul_add(u, c4);
    let mid = c3.mul_add(u, c2);
    let low = c1.mul_add(u, c0);
    high.mul_add(square, mid).mul_add(square, low)
}
