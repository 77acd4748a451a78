//! Two numbers in a register of AArch64.
#![expect(unsafe_code, reason = "instructions of a kind of processor")]
#![allow(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks,
    reason = "one reason for all: every processor of this architecture has these instructions"
)]

use std::arch::aarch64::*;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::{Bits, Lanes, Mask};

#[derive(Clone, Copy)]
pub(crate) struct F64x2(float64x2_t);

#[derive(Clone, Copy)]
pub(crate) struct U64x2(uint64x2_t);

#[derive(Clone, Copy)]
pub(crate) struct Mask2(uint64x2_t);

macro_rules! operators {
    ($($type:ident $trait:ident $method:ident $instruction:ident;)*) => {$(
        impl $trait for $type {
            type Output = $type;

            #[inline(always)]
            fn $method(self, other: $type) -> $type {
                $type(unsafe { $instruction(self.0, other.0) })
            }
        }
    )*};
}

operators! {
    F64x2 Add add vaddq_f64;
    F64x2 Sub sub vsubq_f64;
    F64x2 Mul mul vmulq_f64;
    F64x2 Div div vdivq_f64;
    U64x2 Add add vaddq_u64;
    U64x2 Sub sub vsubq_u64;
    U64x2 BitAnd bitand vandq_u64;
    U64x2 BitOr bitor vorrq_u64;
    U64x2 BitXor bitxor veorq_u64;
    Mask2 BitAnd bitand vandq_u64;
    Mask2 BitOr bitor vorrq_u64;
}

impl Neg for F64x2 {
    type Output = F64x2;

    #[inline(always)]
    fn neg(self) -> F64x2 {
        F64x2(unsafe { vnegq_f64(self.0) })
    }
}

impl Not for Mask2 {
    type Output = Mask2;

    #[inline(always)]
    fn not(self) -> Mask2 {
        Mask2(unsafe { veorq_u64(self.0, vdupq_n_u64(u64::MAX)) })
    }
}

impl U64x2 {
    #[inline(always)]
    fn to_array(self) -> [u64; 2] {
        unsafe { [vgetq_lane_u64::<0>(self.0), vgetq_lane_u64::<1>(self.0)] }
    }
}

impl Mask2 {
    #[inline(always)]
    fn to_array(self) -> [bool; 2] {
        let [a, b] = U64x2(self.0).to_array();
        [a != 0, b != 0]
    }
}

impl F64x2 {
    #[inline(always)]
    fn to_array(self) -> [f64; 2] {
        unsafe { [vgetq_lane_f64::<0>(self.0), vgetq_lane_f64::<1>(self.0)] }
    }

    #[inline(always)]
    fn from_array(x: [f64; 2]) -> F64x2 {
        F64x2(unsafe { vld1q_f64(x.as_ptr()) })
    }
}

impl Lanes for F64x2 {
    type Bits = U64x2;
    type Mask = Mask2;

    const N: usize = 2;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> F64x2 {
        F64x2(unsafe { vld1q_f64(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { vst1q_f64(to, self.0) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> F64x2 {
        F64x2(unsafe { vcvt_f64_f32(vld1_f32(from)) })
    }

    #[inline(always)]
    unsafe fn store_f32(self, to: *mut f32) {
        unsafe { vst1_f32(to, vcvt_f32_f64(self.0)) };
    }

    #[inline(always)]
    fn of(x: f64) -> F64x2 {
        F64x2(unsafe { vdupq_n_f64(x) })
    }

    #[inline(always)]
    fn sqrt(self) -> F64x2 {
        F64x2(unsafe { vsqrtq_f64(self.0) })
    }

    #[inline(always)]
    fn mul_add(self, y: F64x2, z: F64x2) -> F64x2 {
        F64x2(unsafe { vfmaq_f64(z.0, self.0, y.0) })
    }

    #[inline(always)]
    fn neg_mul_add(self, y: F64x2, z: F64x2) -> F64x2 {
        F64x2(unsafe { vfmsq_f64(z.0, self.0, y.0) })
    }

    #[inline(always)]
    fn rint(self) -> F64x2 {
        F64x2(unsafe { vrndnq_f64(self.0) })
    }

    #[inline(always)]
    fn abs(self) -> F64x2 {
        F64x2(unsafe { vabsq_f64(self.0) })
    }

    #[inline(always)]
    fn lt(self, y: F64x2) -> Mask2 {
        Mask2(unsafe { vcltq_f64(self.0, y.0) })
    }

    #[inline(always)]
    fn le(self, y: F64x2) -> Mask2 {
        Mask2(unsafe { vcleq_f64(self.0, y.0) })
    }

    #[inline(always)]
    fn eq(self, y: F64x2) -> Mask2 {
        Mask2(unsafe { vceqq_f64(self.0, y.0) })
    }

    #[inline(always)]
    fn bits(self) -> U64x2 {
        U64x2(unsafe { vreinterpretq_u64_f64(self.0) })
    }

    #[inline(always)]
    fn lookup<const LEN: usize>(index: U64x2, table: &'static [f64; LEN]) -> F64x2 {
        let [a, b] = index.to_array();
        F64x2::from_array([table[a as usize], table[b as usize]])
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(index: U64x2, table: &'static [[f64; 2]; LEN]) -> (F64x2, F64x2) {
        let [a, b] = index.to_array();
        let (a, b) = (&table[a as usize], &table[b as usize]);
        unsafe {
            let (a, b) = (vld1q_f64(a.as_ptr()), vld1q_f64(b.as_ptr()));
            (F64x2(vzip1q_f64(a, b)), F64x2(vzip2q_f64(a, b)))
        }
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: U64x2, table: &'static [[f64; 4]; LEN]) -> [F64x2; 4] {
        let [a, b] = index.to_array();
        let (a, b) = (&table[a as usize], &table[b as usize]);
        unsafe {
            let (a01, a23) = (vld1q_f64(a[..2].as_ptr()), vld1q_f64(a[2..].as_ptr()));
            let (b01, b23) = (vld1q_f64(b[..2].as_ptr()), vld1q_f64(b[2..].as_ptr()));
            [
                F64x2(vzip1q_f64(a01, b01)),
                F64x2(vzip2q_f64(a01, b01)),
                F64x2(vzip1q_f64(a23, b23)),
                F64x2(vzip2q_f64(a23, b23)),
            ]
        }
    }

    #[inline(always)]
    fn fix(self, mask: Mask2, x: F64x2, f: fn(f64) -> f64) -> F64x2 {
        if !mask.any() {
            return self;
        }
        let (mut result, x, set) = (self.to_array(), x.to_array(), mask.to_array());
        for lane in 0..2 {
            if set[lane] {
                result[lane] = f(x[lane]);
            }
        }
        F64x2::from_array(result)
    }

    #[inline(always)]
    fn fix2(self, mask: Mask2, x: F64x2, y: F64x2, f: fn(f64, f64) -> f64) -> F64x2 {
        if !mask.any() {
            return self;
        }
        let (mut result, set) = (self.to_array(), mask.to_array());
        let (x, y) = (x.to_array(), y.to_array());
        for lane in 0..2 {
            if set[lane] {
                result[lane] = f(x[lane], y[lane]);
            }
        }
        F64x2::from_array(result)
    }
}

impl Bits for U64x2 {
    type Lanes = F64x2;

    #[inline(always)]
    fn of(x: u64) -> U64x2 {
        U64x2(unsafe { vdupq_n_u64(x) })
    }

    #[inline(always)]
    fn float(self) -> F64x2 {
        F64x2(unsafe { vreinterpretq_f64_u64(self.0) })
    }

    #[inline(always)]
    fn shl<const BY: u32>(self) -> U64x2 {
        U64x2(unsafe { vshlq_u64(self.0, vdupq_n_s64(BY.into())) })
    }

    #[inline(always)]
    fn shr<const BY: u32>(self) -> U64x2 {
        // A shift to the left by a negative number.
        U64x2(unsafe { vshlq_u64(self.0, vdupq_n_s64(-i64::from(BY))) })
    }

    #[inline(always)]
    fn eq(self, y: U64x2) -> Mask2 {
        Mask2(unsafe { vceqq_u64(self.0, y.0) })
    }
}

impl Mask for Mask2 {
    type Lanes = F64x2;

    #[inline(always)]
    fn select(self, yes: F64x2, no: F64x2) -> F64x2 {
        F64x2(unsafe { vbslq_f64(self.0, yes.0, no.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        unsafe { vmaxvq_u32(vreinterpretq_u32_u64(self.0)) != 0 }
    }
}
