//! Four numbers in a register of AVX2, with FMA.
#![expect(unsafe_code, reason = "instructions that not every processor has")]
#![allow(
    clippy::multiple_unsafe_ops_per_block,
    clippy::undocumented_unsafe_blocks,
    reason = "one reason for all: values of these types are only made in functions with the target features \
              `avx2` and `fma`, which are called where the processor has been asked for them"
)]

use std::arch::x86_64::*;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::{Bits, Lanes, Mask, SIGN};

#[derive(Clone, Copy)]
pub(crate) struct F64x4(__m256d);

#[derive(Clone, Copy)]
pub(crate) struct U64x4(__m256i);

#[derive(Clone, Copy)]
pub(crate) struct Mask4(__m256d);

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
    F64x4 Add add _mm256_add_pd;
    F64x4 Sub sub _mm256_sub_pd;
    F64x4 Mul mul _mm256_mul_pd;
    F64x4 Div div _mm256_div_pd;
    U64x4 Add add _mm256_add_epi64;
    U64x4 Sub sub _mm256_sub_epi64;
    U64x4 BitAnd bitand _mm256_and_si256;
    U64x4 BitOr bitor _mm256_or_si256;
    U64x4 BitXor bitxor _mm256_xor_si256;
    Mask4 BitAnd bitand _mm256_and_pd;
    Mask4 BitOr bitor _mm256_or_pd;
}

impl Neg for F64x4 {
    type Output = F64x4;

    #[inline(always)]
    fn neg(self) -> F64x4 {
        F64x4(unsafe { _mm256_xor_pd(self.0, F64x4::of(f64::from_bits(SIGN)).0) })
    }
}

impl Not for Mask4 {
    type Output = Mask4;

    #[inline(always)]
    fn not(self) -> Mask4 {
        Mask4(unsafe { _mm256_xor_pd(self.0, _mm256_castsi256_pd(_mm256_set1_epi64x(-1))) })
    }
}

impl U64x4 {
    #[inline(always)]
    fn to_array(self) -> [u64; 4] {
        unsafe { std::mem::transmute(self.0) }
    }
}

impl F64x4 {
    #[inline(always)]
    fn to_array(self) -> [f64; 4] {
        unsafe { std::mem::transmute(self.0) }
    }

    #[inline(always)]
    fn from_array(x: [f64; 4]) -> F64x4 {
        F64x4(unsafe { std::mem::transmute::<[f64; 4], __m256d>(x) })
    }
}

// These are functions and no closures, as closures are not always inlined, and a call here is several times
// the cost of all else.

#[inline(always)]
fn pair<const LEN: usize>(at: u64, table: &'static [[f64; 2]; LEN]) -> __m128d {
    unsafe { _mm_loadu_pd(table[at as usize].as_ptr()) }
}

#[inline(always)]
fn row<const LEN: usize>(at: u64, table: &'static [[f64; 4]; LEN]) -> __m256d {
    unsafe { _mm256_loadu_pd(table[at as usize].as_ptr()) }
}

impl Lanes for F64x4 {
    type Bits = U64x4;
    type Mask = Mask4;

    const N: usize = 4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> F64x4 {
        F64x4(unsafe { _mm256_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        unsafe { _mm256_storeu_pd(to, self.0) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> F64x4 {
        F64x4(unsafe { _mm256_cvtps_pd(_mm_loadu_ps(from)) })
    }

    #[inline(always)]
    unsafe fn store_f32(self, to: *mut f32) {
        unsafe { _mm_storeu_ps(to, _mm256_cvtpd_ps(self.0)) };
    }

    #[inline(always)]
    fn of(x: f64) -> F64x4 {
        F64x4(unsafe { _mm256_set1_pd(x) })
    }

    #[inline(always)]
    fn sqrt(self) -> F64x4 {
        F64x4(unsafe { _mm256_sqrt_pd(self.0) })
    }

    #[inline(always)]
    fn mul_add(self, y: F64x4, z: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_fmadd_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn mul_sub(self, y: F64x4, z: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_fmsub_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn neg_mul_add(self, y: F64x4, z: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_fnmadd_pd(self.0, y.0, z.0) })
    }

    #[inline(always)]
    fn min(self, y: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_min_pd(self.0, y.0) })
    }

    #[inline(always)]
    fn max(self, y: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_max_pd(self.0, y.0) })
    }

    #[inline(always)]
    fn rint(self) -> F64x4 {
        F64x4(unsafe {
            _mm256_round_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)
        })
    }

    #[inline(always)]
    fn lt(self, y: F64x4) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_LT_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn le(self, y: F64x4) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_LE_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn eq(self, y: F64x4) -> Mask4 {
        Mask4(unsafe { _mm256_cmp_pd::<_CMP_EQ_OQ>(self.0, y.0) })
    }

    #[inline(always)]
    fn bits(self) -> U64x4 {
        U64x4(unsafe { _mm256_castpd_si256(self.0) })
    }

    #[inline(always)]
    fn lookup<const LEN: usize>(index: U64x4, table: &'static [f64; LEN]) -> F64x4 {
        let [a, b, c, d] = index.to_array();
        F64x4::from_array([
            table[a as usize],
            table[b as usize],
            table[c as usize],
            table[d as usize],
        ])
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(index: U64x4, table: &'static [[f64; 2]; LEN]) -> (F64x4, F64x4) {
        // Rows are loaded as pairs, and the pairs turned: much faster than a gather.
        let [a, b, c, d] = index.to_array();
        let (a, b) = (pair(a, table), pair(b, table));
        let (c, d) = (pair(c, table), pair(d, table));
        unsafe {
            let ac = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(a), c);
            let bd = _mm256_insertf128_pd::<1>(_mm256_castpd128_pd256(b), d);
            (F64x4(_mm256_unpacklo_pd(ac, bd)), F64x4(_mm256_unpackhi_pd(ac, bd)))
        }
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: U64x4, table: &'static [[f64; 4]; LEN]) -> [F64x4; 4] {
        // Rows are loaded whole, and transposed: by pairs in the halves of the registers, then by halves.
        let [a, b, c, d] = index.to_array();
        let (a, b) = (row(a, table), row(b, table));
        let (c, d) = (row(c, table), row(d, table));
        unsafe {
            let (ab02, ab13) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
            let (cd02, cd13) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
            [
                F64x4(_mm256_permute2f128_pd::<0x20>(ab02, cd02)),
                F64x4(_mm256_permute2f128_pd::<0x20>(ab13, cd13)),
                F64x4(_mm256_permute2f128_pd::<0x31>(ab02, cd02)),
                F64x4(_mm256_permute2f128_pd::<0x31>(ab13, cd13)),
            ]
        }
    }

    #[inline(always)]
    fn fix(self, mask: Mask4, x: F64x4, f: fn(f64) -> f64) -> F64x4 {
        if mask.any() { fixed(self, mask, x, f) } else { self }
    }

    #[inline(always)]
    fn fix2(self, mask: Mask4, x: F64x4, y: F64x4, f: fn(f64, f64) -> f64) -> F64x4 {
        if mask.any() { fixed2(self, mask, x, y, f) } else { self }
    }
}

/// Out of line, so that nothing is kept in memory for it.
#[cold]
#[inline(never)]
fn fixed(result: F64x4, mask: Mask4, x: F64x4, f: fn(f64) -> f64) -> F64x4 {
    let (mut result, x) = (result.to_array(), x.to_array());
    let set = unsafe { _mm256_movemask_pd(mask.0) };
    for lane in 0..4 {
        if set >> lane & 1 != 0 {
            result[lane] = f(x[lane]);
        }
    }
    F64x4::from_array(result)
}

#[cold]
#[inline(never)]
fn fixed2(result: F64x4, mask: Mask4, x: F64x4, y: F64x4, f: fn(f64, f64) -> f64) -> F64x4 {
    let (mut result, x, y) = (result.to_array(), x.to_array(), y.to_array());
    let set = unsafe { _mm256_movemask_pd(mask.0) };
    for lane in 0..4 {
        if set >> lane & 1 != 0 {
            result[lane] = f(x[lane], y[lane]);
        }
    }
    F64x4::from_array(result)
}

impl Bits for U64x4 {
    type Lanes = F64x4;

    #[inline(always)]
    fn of(x: u64) -> U64x4 {
        U64x4(unsafe { _mm256_set1_epi64x(x.cast_signed()) })
    }

    #[inline(always)]
    fn float(self) -> F64x4 {
        F64x4(unsafe { _mm256_castsi256_pd(self.0) })
    }

    #[inline(always)]
    fn shl<const BY: u32>(self) -> U64x4 {
        U64x4(unsafe { _mm256_sll_epi64(self.0, _mm_cvtsi32_si128(BY.cast_signed())) })
    }

    #[inline(always)]
    fn shr<const BY: u32>(self) -> U64x4 {
        U64x4(unsafe { _mm256_srl_epi64(self.0, _mm_cvtsi32_si128(BY.cast_signed())) })
    }

    #[inline(always)]
    fn eq(self, y: U64x4) -> Mask4 {
        Mask4(unsafe { _mm256_castsi256_pd(_mm256_cmpeq_epi64(self.0, y.0)) })
    }
}

impl Mask for Mask4 {
    type Lanes = F64x4;

    #[inline(always)]
    fn select(self, yes: F64x4, no: F64x4) -> F64x4 {
        F64x4(unsafe { _mm256_blendv_pd(no.0, yes.0, self.0) })
    }

    #[inline(always)]
    fn any(self) -> bool {
        unsafe { _mm256_movemask_pd(self.0) != 0 }
    }
}
