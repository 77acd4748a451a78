//! How results of `f32` get to be the nearest number.
//!
//! A function of `f32` is computed in `f64` with fewer terms than that of `f64`: to about 2^-46 of the result, say.
//! Rounded, that is the nearest `f32`, unless the result is as near as that to the middle between two of them, as
//! one in some hundred thousand is. Those are computed again, one by one, by the function of `f64`. Where even that
//! one is rounded to the wrong side, which of all 2³² arguments a handful are, the result is written down. (Ziv,
//! "Fast evaluation of elementary mathematical functions with correctly rounded last bit", 1991.)
//!
//! `cargo xtask accuracy` holds all arguments of all functions against correctly rounded results.

use super::lanes::{Bits, Lanes, SIGN};

/// The bits of an `f64` that a normal `f32` does not have.
const DROPPED: u32 = 29;

/// `quick`, whose relative error is below 2^(`UNSURE` - 53), and where that may be rounded to the wrong side, the
/// result of `slow` for the argument `x`. For results that are normal numbers of `f32`, or much smaller ones.
#[inline(always)]
pub(crate) fn nearest<const UNSURE: u32, L: Lanes>(quick: L, x: L, slow: fn(f64) -> f64) -> L {
    quick.fix(is_unsure::<UNSURE, L>(quick), x, slow)
}

/// Whether what lies `2^UNSURE` units of an `f64` above or below may be rounded to another `f32`.
#[inline(always)]
pub(crate) fn is_unsure<const UNSURE: u32, L: Lanes>(quick: L) -> L::Mask {
    doubts::<UNSURE, L>(quick).is_negative()
}

/// Numbers that are negative where that is so; of the others the lower half is not negative.
#[inline(always)]
pub(crate) fn doubts<const UNSURE: u32, L: Lanes>(quick: L) -> L::Bits {
    let around = 1_u64 << UNSURE;
    let from = (1_u64 << (DROPPED - 1)) - around;
    // How far it is above the lowest number in doubt that is not above it.
    let above = (quick.bits() - L::Bits::of(from)) & L::Bits::of((1 << DROPPED) - 1);
    above - L::Bits::of(2 * around)
}

/// Numbers of which the lower half is negative where that is so, and the upper one where the magnitude is [`LARGE`] or
/// more, or NaN: it takes no operation more.
#[inline(always)]
pub(crate) fn doubts_or_large<const UNSURE: u32, L: Lanes>(quick: L) -> L::Bits {
    let around = 1_u64 << UNSURE;
    let half = 1_u64 << (DROPPED - 1);
    // The numbers in doubt become the highest below 2^DROPPED. Adding leaves 0 a small number.
    let turned = quick.bits() + L::Bits::of(half - around);
    let kept = turned & L::Bits::of(((1 << DROPPED) - 1) | (u64::MAX >> 33 << 32));
    let up_to_sign = (1 << 31) - (1 << DROPPED) + 2 * around;
    kept + L::Bits::of((SIGN - LARGE.to_bits()) | up_to_sign)
}

/// Beyond the logarithms of all numbers of `f32`.
pub(crate) const LARGE: f64 = 256.0;

/// The result for `x` that stands beside it in a list, or what `f` makes of it.
pub(crate) fn or_listed(x: f64, list: &[(f32, f32)], f: impl FnOnce(f64) -> f64) -> f64 {
    let listed = list.iter().find(|&&(argument, _)| f64::from(argument) == x);
    listed.map_or_else(|| f(x), |&(_, result)| result.into())
}
