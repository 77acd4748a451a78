//! Eight numbers in a register of AVX-512.
#![expect(unsafe_code, reason = "instructions that not every processor has")]
#![allow(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks,
    reason = "one reason for all: values of these types are only made in functions with the target features \
              `avx512f` and `avx512dq`, which are called where the processor has been asked for them"
)]

use std::arch::x86_64::*;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::{Bits, Lanes, Mask, SIGN};

#[derive(Clone, Copy)]
pub(crate) struct F64x8(__m512d);

#[derive(Clone, Copy)]
pub(crate) struct U64x8(__m512i);

#[derive(Clone, Copy)]
pub(crate) struct Mask8(__mmask8);

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
    F64x8 Add add _mm512_add_pd;
    F64x8 Sub sub _mm512_sub_pd;
    F64x8 Mul mul _mm512_mul_pd;
    F64x8 Div div _mm512_div_pd;
    U64x8 Add add _mm512_add_epi64;
    U64x8 Sub sub _mm512_sub_epi64;
    U64x8 BitAnd bitand _mm512_and_si512;
    U64x8 BitOr bitor _mm512_or_si512;
    U64x8 BitXor bitxor _mm512_xor_si512;
    Mask8 BitAnd bitand _kand_mask8;
    Mask8 BitOr bitor _kor_mask8;
}

impl Neg for F64x8 {
    type Output = F64x8;

    #[inline(always)]
    fn neg(self) -> F64x8 {
        F64x8(unsafe { _mm512_xor_pd(self.0, F64x8::of(f64::from_bits(SIGN)).0) })
    }
}

impl Not for Mask8 {
    type Output = Mask8;

    #[inline(always)]
    fn not(self) -> Mask8 {
        Mask8(!self.0)
    }
}

impl U64x8 {
    #[inline(always)]
    fn to_array(self) -> [u64; 8] {
        unsafe { std::mem::transmute(self.0) }
    }
}

impl F64x8 {
    #[inline(always)]
    fn to_array(self) -> [f64; 8] {
        unsafe { std::mem::transmute(self.0) }
    }

    #[inline(always)]
    fn from_array(x: [f64; 8]) -> F64x8 {
        F64x8(unsafe { std::mem::transmute::<[f64; 8], __m512d>(x) })
    }
}

// These are functions and no closures, as closures are not always inlined, and a call here is several times
// the cost of all else.

#[inline(always)]
fn pair<const LEN: usize>(at: u64, table: &'static [[f64; 2]; LEN]) -> __m128d {
    unsafe { _mm_loadu_pd(table[at as usize].as_ptr()) }
}

#[inline(always)]
fn join([a, b, c, d]: [__m128d; 4]) -> __m512d {
    unsafe {
        let ab = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(a), b);
        let cd = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(c), d);
        _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(ab), cd)
    }
}

#[inline(always)]
fn rows<const LEN: usize>(a: u64, b: u64, table: &'static [[f64; 4]; LEN]) -> __m512d {
    unsafe {
        let low = _mm512_castpd256_pd512(_mm256_loadu_pd(table[a as usize].as_ptr()));
        _mm512_insertf64x4::<1>(low, _mm256_loadu_pd(table[b as usize].as_ptr()))
    }
}

impl Lanes for F64x8 {
    type Bits = U64x8;
    type Mask = Mask8;

    const N: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> F64x8 {
        F64x8(unsafe { _mm512_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { _mm512_storeu_pd(to, self.0) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> F64x8 {
        F64x8(unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from)) })
    }

    #[inline(always)]
    unsafe fn store_f32(self, to: *mut f32) {
        unsafe { _mm256_storeu_ps(to, _mm512_cvtpd_ps(self.0)) };
    }

    #[inline(always)]
    fn of(x: f64) -> F64x8 {
        F64x8(unsafe { _mm512_set1_pd(x) })
    }

    #[inline(always)]
    fn sqrt(self) -> F64x8 {
        F64x8(unsafe { _mm512_sqrt_pd(self.0) })
    }

    #[inline(always)]
    fn mul_add(self, y: F64x8, z: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_fmadd_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn mul_sub(self, y: F64x8, z: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_fmsub_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn neg_mul_add(self, y: F64x8, z: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_fnmadd_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn min(self, y: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_min_pd(self.0, y.0) })
    }

    #[inline(always)]
    fn max(self, y: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_max_pd(self.0, y.0) })
    }

    #[inline(always)]
    fn rint(self) -> F64x8 {
        F64x8(unsafe {
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }

    #[inline(always)]
    fn lt(self, y: F64x8) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_LT_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn le(self, y: F64x8) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_LE_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn eq(self, y: F64x8) -> Mask8 {
        Mask8(unsafe { _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn bits(self) -> U64x8 {
        U64x8(unsafe { _mm512_castpd_si512(self.0) })
    }

    #[inline(always)]
    fn lookup<const LEN: usize>(index: U64x8, table: &'static [f64; LEN]) -> F64x8 {
        let [a, b, c, d, e, f, g, h] = index.to_array();
        let (a, b, c, d) =
            (table[a as usize], table[b as usize], table[c as usize], table[d as usize]);
        let (e, f, g, h) =
            (table[e as usize], table[f as usize], table[g as usize], table[h as usize]);
        F64x8::from_array([a, b, c, d, e, f, g, h])
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(index: U64x8, table: &'static [[f64; 2]; LEN]) -> (F64x8, F64x8) {
        // Rows are loaded as pairs, and the pairs turned.
        let [a, b, c, d, e, f, g, h] = index.to_array();
        unsafe {
            let even = [pair(a, table), pair(c, table), pair(e, table), pair(g, table)];
            let odd = [pair(b, table), pair(d, table), pair(f, table), pair(h, table)];
            let (even, odd) = (join(even), join(odd));
            (F64x8(_mm512_unpacklo_pd(even, odd)), F64x8(_mm512_unpackhi_pd(even, odd)))
        }
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: U64x8, table: &'static [[f64; 4]; LEN]) -> [F64x8; 4] {
        // Rows are loaded whole, those of lanes i and i + 4 into one register. Pairs are taken in its quarters,
        // then the quarters of lanes 0, 1 and 2, 3 are put side by side.
        let [a, b, c, d, e, f, g, h] = index.to_array();
        unsafe {
            let (a, b) = (rows(a, e, table), rows(b, f, table));
            let (c, d) = (rows(c, g, table), rows(d, h, table));
            let (ab02, ab13) = (_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b));
            let (cd02, cd13) = (_mm512_unpacklo_pd(c, d), _mm512_unpackhi_pd(c, d));
            let low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
            let high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
            [
                F64x8(_mm512_permutex2var_pd(ab02, low, cd02)),
                F64x8(_mm512_permutex2var_pd(ab13, low, cd13)),
                F64x8(_mm512_permutex2var_pd(ab02, high, cd02)),
                F64x8(_mm512_permutex2var_pd(ab13, high, cd13)),
            ]
        }
    }

    #[inline(always)]
    fn fix(self, mask: Mask8, x: F64x8, f: fn(f64) -> f64) -> F64x8 {
        if mask.any() { fixed(self, mask, x, f) } else { self }
    }

    #[inline(always)]
    fn fix2(self, mask: Mask8, x: F64x8, y: F64x8, f: fn(f64, f64) -> f64) -> F64x8 {
        if mask.any() { fixed2(self, mask, x, y, f) } else { self }
    }
}

/// Out of line, so that nothing is kept in memory for it.
#[cold]
#[inline(never)]
fn fixed(result: F64x8, mask: Mask8, x: F64x8, f: fn(f64) -> f64) -> F64x8 {
    let (mut result, x) = (result.to_array(), x.to_array());
    let set = mask.0;
    for lane in 0..8 {
        if set >> lane & 1 != 0 {
            result[lane] = f(x[lane]);
        }
    }
    F64x8::from_array(result)
}

#[cold]
#[inline(never)]
fn fixed2(result: F64x8, mask: Mask8, x: F64x8, y: F64x8, f: fn(f64, f64) -> f64) -> F64x8 {
    let (mut result, x, y) = (result.to_array(), x.to_array(), y.to_array());
    let set = mask.0;
    for lane in 0..8 {
        if set >> lane & 1 != 0 {
            result[lane] = f(x[lane], y[lane]);
        }
    }
    F64x8::from_array(result)
}

impl Bits for U64x8 {
    type Lanes = F64x8;

    #[inline(always)]
    fn of(x: u64) -> U64x8 {
        U64x8(unsafe { _mm512_set1_epi64(x.cast_signed()) })
    }

    #[inline(always)]
    fn float(self) -> F64x8 {
        F64x8(unsafe { _mm512_castsi512_pd(self.0) })
    }

    #[inline(always)]
    fn shl<const BY: u32>(self) -> U64x8 {
        U64x8(unsafe { _mm512_sll_epi64(self.0, _mm_cvtsi32_si128(BY.cast_signed())) })
    }

    #[inline(always)]
    fn shr<const BY: u32>(self) -> U64x8 {
        U64x8(unsafe { _mm512_srl_epi64(self.0, _mm_cvtsi32_si128(BY.cast_signed())) })
    }

    #[inline(always)]
    fn eq(self, y: U64x8) -> Mask8 {
        Mask8(unsafe { _mm512_cmpeq_epi64_mask(self.0, y.0) })
    }
}

impl Mask for Mask8 {
    type Lanes = F64x8;

    #[inline(always)]
    fn select(self, yes: F64x8, no: F64x8) -> F64x8 {
        F64x8(unsafe { _mm512_mask_blend_pd(self.0, no.0, yes.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        self.0 != 0
    }
}
