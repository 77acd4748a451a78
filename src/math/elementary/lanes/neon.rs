//! Two numbers in a register of AArch64.
#![expect(unsafe_code, reason = "instructions of a kind of processor")]
#![expect(clippy::multiple_unsafe_ops_per_block, reason = "they are safe for one reason")]

use std::arch::aarch64::*;

use super::row_mask;
use super::vector::{Floats, Instructions, instructions};

pub(crate) type F64x2 = Floats<Neon>;

/// Every processor of this architecture has them.
#[derive(Clone, Copy)]
pub(crate) struct Neon;

impl Instructions for Neon {
    type F = float64x2_t;
    type U = uint64x2_t;
    type M = uint64x2_t;

    const N: usize = 2;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> float64x2_t {
        // SAFETY: the caller's promise.
        unsafe { vld1q_f64(from) }
    }

    #[inline(always)]
    unsafe fn store(x: float64x2_t, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { vst1q_f64(to, x) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> float64x2_t {
        // SAFETY: the caller's promise.
        unsafe { vcvt_f64_f32(vld1_f32(from)) }
    }

    #[inline(always)]
    unsafe fn store_f32(x: float64x2_t, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { vst1_f32(to, vcvt_f32_f64(x)) };
    }

    instructions! {
        of(x: f64) -> float64x2_t = vdupq_n_f64(x);
        add(x: float64x2_t, y: float64x2_t) -> float64x2_t = vaddq_f64(x, y);
        sub(x: float64x2_t, y: float64x2_t) -> float64x2_t = vsubq_f64(x, y);
        mul(x: float64x2_t, y: float64x2_t) -> float64x2_t = vmulq_f64(x, y);
        div(x: float64x2_t, y: float64x2_t) -> float64x2_t = vdivq_f64(x, y);
        sqrt(x: float64x2_t) -> float64x2_t = vsqrtq_f64(x);
        rint(x: float64x2_t) -> float64x2_t = vrndnq_f64(x);
        // The instructions of these names treat NaN in another way.
        min(x: float64x2_t, y: float64x2_t) -> float64x2_t = vbslq_f64(vcltq_f64(x, y), x, y);
        max(x: float64x2_t, y: float64x2_t) -> float64x2_t = vbslq_f64(vcgtq_f64(x, y), x, y);
        mul_add(x: float64x2_t, y: float64x2_t, z: float64x2_t) -> float64x2_t = vfmaq_f64(z, x, y);
        mul_sub(x: float64x2_t, y: float64x2_t, z: float64x2_t) -> float64x2_t =
            vfmaq_f64(vnegq_f64(z), x, y);
        neg_mul_add(x: float64x2_t, y: float64x2_t, z: float64x2_t) -> float64x2_t =
            vfmsq_f64(z, x, y);
        lt(x: float64x2_t, y: float64x2_t) -> uint64x2_t = vcltq_f64(x, y);
        le(x: float64x2_t, y: float64x2_t) -> uint64x2_t = vcleq_f64(x, y);
        eq(x: float64x2_t, y: float64x2_t) -> uint64x2_t = vceqq_f64(x, y);
        bits(x: float64x2_t) -> uint64x2_t = vreinterpretq_u64_f64(x);
        float(x: uint64x2_t) -> float64x2_t = vreinterpretq_f64_u64(x);
        int_of(x: u64) -> uint64x2_t = vdupq_n_u64(x);
        int_add(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vaddq_u64(x, y);
        int_sub(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vsubq_u64(x, y);
        int_eq(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vceqq_u64(x, y);
        and(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vandq_u64(x, y);
        or(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vorrq_u64(x, y);
        xor(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = veorq_u64(x, y);
        shl(x: uint64x2_t, by: u32) -> uint64x2_t = vshlq_u64(x, vdupq_n_s64(by.into()));
        // To the left by a negative number.
        shr(x: uint64x2_t, by: u32) -> uint64x2_t = vshlq_u64(x, vdupq_n_s64(-i64::from(by)));
        any_half_negative(x: uint64x2_t) -> bool = vminvq_s32(vreinterpretq_s32_u64(x)) < 0;
        is_negative(x: uint64x2_t) -> uint64x2_t = vcltzq_s64(vreinterpretq_s64_u64(x));
        mask_and(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vandq_u64(x, y);
        mask_or(x: uint64x2_t, y: uint64x2_t) -> uint64x2_t = vorrq_u64(x, y);
        mask_not(x: uint64x2_t) -> uint64x2_t = veorq_u64(x, vdupq_n_u64(u64::MAX));
        select(mask: uint64x2_t, yes: float64x2_t, no: float64x2_t) -> float64x2_t =
            vbslq_f64(mask, yes, no);
        any(mask: uint64x2_t) -> bool = vmaxvq_u32(vreinterpretq_u32_u64(mask)) != 0;
    }

    #[inline(always)]
    fn lanes(mask: uint64x2_t) -> u32 {
        let [a, b] = to_array(mask);
        u32::from(a != 0) | u32::from(b != 0) << 1
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(
        index: uint64x2_t,
        table: &'static [[f64; 2]; LEN],
    ) -> (float64x2_t, float64x2_t) {
        let [a, b] = rows::<LEN>(index);
        turned(set(&table[a]), set(&table[b]))
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(
        index: uint64x2_t,
        table: &'static [[f64; 4]; LEN],
    ) -> [float64x2_t; 4] {
        let [a, b] = rows::<LEN>(index);
        let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (&table[a], &table[b]);
        let (x, y) = turned(set(&[*a0, *a1]), set(&[*b0, *b1]));
        let (z, w) = turned(set(&[*a2, *a3]), set(&[*b2, *b3]));
        [x, y, z, w]
    }
}

#[inline(always)]
fn to_array(x: uint64x2_t) -> [u64; 2] {
    // SAFETY: the processor has the instruction.
    unsafe { [vgetq_lane_u64::<0>(x), vgetq_lane_u64::<1>(x)] }
}

/// The rows of a table that indexes stand for.
#[inline(always)]
fn rows<const LEN: usize>(index: uint64x2_t) -> [usize; 2] {
    let [a, b] = to_array(index);
    let row = const { row_mask(LEN) };
    [a as usize & row, b as usize & row]
}

#[inline(always)]
fn set(x: &[f64; 2]) -> float64x2_t {
    // SAFETY: it has two numbers.
    unsafe { vld1q_f64(x.as_ptr()) }
}

/// The first numbers of two rows, and the second ones.
#[inline(always)]
fn turned(a: float64x2_t, b: float64x2_t) -> (float64x2_t, float64x2_t) {
    // SAFETY: the processor has the instructions.
    unsafe { (vzip1q_f64(a, b), vzip2q_f64(a, b)) }
}
