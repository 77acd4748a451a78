//! Eight numbers in a register of AVX-512.
#![expect(unsafe_code, reason = "instructions that not every processor has")]
#![expect(clippy::multiple_unsafe_ops_per_block, reason = "they are safe for one reason")]

use std::arch::x86_64::*;

use super::row_mask;
use super::vector::{Floats, Instructions, instructions};

pub(crate) type F64x8 = Floats<Avx512>;

/// With the parts F and DQ.
#[derive(Clone, Copy)]
pub(crate) struct Avx512;

impl Instructions for Avx512 {
    type F = __m512d;
    type U = __m512i;
    type M = __mmask8;

    const N: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> __m512d {
        // SAFETY: the caller's promise.
        unsafe { _mm512_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn store(x: __m512d, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { _mm512_storeu_pd(to, x) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> __m512d {
        // SAFETY: the caller's promise.
        unsafe { _mm512_cvtps_pd(_mm256_loadu_ps(from)) }
    }

    #[inline(always)]
    unsafe fn store_f32(x: __m512d, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_ps(to, _mm512_cvtpd_ps(x)) };
    }

    instructions! {
        of(x: f64) -> __m512d = _mm512_set1_pd(x);
        add(x: __m512d, y: __m512d) -> __m512d = _mm512_add_pd(x, y);
        sub(x: __m512d, y: __m512d) -> __m512d = _mm512_sub_pd(x, y);
        mul(x: __m512d, y: __m512d) -> __m512d = _mm512_mul_pd(x, y);
        div(x: __m512d, y: __m512d) -> __m512d = _mm512_div_pd(x, y);
        sqrt(x: __m512d) -> __m512d = _mm512_sqrt_pd(x);
        rint(x: __m512d) -> __m512d =
            _mm512_roundscale_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
        min(x: __m512d, y: __m512d) -> __m512d = _mm512_min_pd(x, y);
        max(x: __m512d, y: __m512d) -> __m512d = _mm512_max_pd(x, y);
        mul_add(x: __m512d, y: __m512d, z: __m512d) -> __m512d = _mm512_fmadd_pd(x, y, z);
        mul_sub(x: __m512d, y: __m512d, z: __m512d) -> __m512d = _mm512_fmsub_pd(x, y, z);
        neg_mul_add(x: __m512d, y: __m512d, z: __m512d) -> __m512d = _mm512_fnmadd_pd(x, y, z);
        lt(x: __m512d, y: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LT_OQ>(x, y);
        le(x: __m512d, y: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_LE_OQ>(x, y);
        eq(x: __m512d, y: __m512d) -> __mmask8 = _mm512_cmp_pd_mask::<_CMP_EQ_OQ>(x, y);
        bits(x: __m512d) -> __m512i = _mm512_castpd_si512(x);
        float(x: __m512i) -> __m512d = _mm512_castsi512_pd(x);
        int_of(x: u64) -> __m512i = _mm512_set1_epi64(x.cast_signed());
        int_add(x: __m512i, y: __m512i) -> __m512i = _mm512_add_epi64(x, y);
        int_sub(x: __m512i, y: __m512i) -> __m512i = _mm512_sub_epi64(x, y);
        int_eq(x: __m512i, y: __m512i) -> __mmask8 = _mm512_cmpeq_epi64_mask(x, y);
        and(x: __m512i, y: __m512i) -> __m512i = _mm512_and_si512(x, y);
        or(x: __m512i, y: __m512i) -> __m512i = _mm512_or_si512(x, y);
        xor(x: __m512i, y: __m512i) -> __m512i = _mm512_xor_si512(x, y);
        shl(x: __m512i, by: u32) -> __m512i =
            _mm512_sll_epi64(x, _mm_cvtsi32_si128(by.cast_signed()));
        shr(x: __m512i, by: u32) -> __m512i =
            _mm512_srl_epi64(x, _mm_cvtsi32_si128(by.cast_signed()));
        any_half_negative(x: __m512i) -> bool = _mm512_movepi32_mask(x) != 0;
        is_negative(x: __m512i) -> __mmask8 = _mm512_movepi64_mask(x);
        mask_and(x: __mmask8, y: __mmask8) -> __mmask8 = _kand_mask8(x, y);
        mask_or(x: __mmask8, y: __mmask8) -> __mmask8 = _kor_mask8(x, y);
        mask_not(x: __mmask8) -> __mmask8 = _knot_mask8(x);
        select(mask: __mmask8, yes: __m512d, no: __m512d) -> __m512d =
            _mm512_mask_blend_pd(mask, no, yes);
    }

    #[inline(always)]
    fn any(mask: __mmask8) -> bool {
        mask != 0
    }

    #[inline(always)]
    fn lanes(mask: __mmask8) -> u32 {
        mask.into()
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(
        index: __m512i,
        table: &'static [[f64; 2]; LEN],
    ) -> (__m512d, __m512d) {
        // Rows are loaded as pairs, and the pairs turned.
        let [a, b, c, d, e, f, g, h] = rows::<LEN>(index);
        let (even, odd) = (pairs([a, c, e, g], table), pairs([b, d, f, h], table));
        // SAFETY: the processor has the instructions.
        unsafe { (_mm512_unpacklo_pd(even, odd), _mm512_unpackhi_pd(even, odd)) }
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: __m512i, table: &'static [[f64; 4]; LEN]) -> [__m512d; 4] {
        // Rows are loaded whole, those of lanes i and i + 4 into one register. Pairs are taken in its quarters,
        // then the quarters of lanes 0, 1 and 2, 3 are put side by side.
        let [a, b, c, d, e, f, g, h] = rows::<LEN>(index);
        let (a, b) = (fours(a, e, table), fours(b, f, table));
        let (c, d) = (fours(c, g, table), fours(d, h, table));
        // SAFETY: the processor has the instructions.
        unsafe {
            let (ab02, ab13) = (_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b));
            let (cd02, cd13) = (_mm512_unpacklo_pd(c, d), _mm512_unpackhi_pd(c, d));
            let low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13);
            let high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
            [
                _mm512_permutex2var_pd(ab02, low, cd02),
                _mm512_permutex2var_pd(ab13, low, cd13),
                _mm512_permutex2var_pd(ab02, high, cd02),
                _mm512_permutex2var_pd(ab13, high, cd13),
            ]
        }
    }
}

/// The rows of a table that indexes stand for.
#[inline(always)]
fn rows<const LEN: usize>(index: __m512i) -> [usize; 8] {
    let row = const { row_mask(LEN) as i64 };
    // SAFETY: the processor has the instructions; a vector is eight integers of 64 bits.
    unsafe { std::mem::transmute(_mm512_and_si512(index, _mm512_set1_epi64(row))) }
}

/// Four rows of a table, one after the other.
#[inline(always)]
fn pairs<const LEN: usize>([a, b, c, d]: [usize; 4], table: &'static [[f64; 2]; LEN]) -> __m512d {
    let (a, b, c, d) = (&table[a], &table[b], &table[c], &table[d]);
    // SAFETY: a row has two numbers, and the processor has the instructions.
    unsafe {
        let a = _mm256_castpd128_pd256(_mm_loadu_pd(a.as_ptr()));
        let ab = _mm256_insertf128_pd::<1>(a, _mm_loadu_pd(b.as_ptr()));
        let c = _mm256_castpd128_pd256(_mm_loadu_pd(c.as_ptr()));
        let cd = _mm256_insertf128_pd::<1>(c, _mm_loadu_pd(d.as_ptr()));
        _mm512_insertf64x4::<1>(_mm512_castpd256_pd512(ab), cd)
    }
}

/// Two rows of a table, one after the other.
#[inline(always)]
fn fours<const LEN: usize>(a: usize, b: usize, table: &'static [[f64; 4]; LEN]) -> __m512d {
    let (a, b) = (&table[a], &table[b]);
    // SAFETY: a row has four numbers, and the processor has the instructions.
    unsafe {
        let a = _mm512_castpd256_pd512(_mm256_loadu_pd(a.as_ptr()));
        _mm512_insertf64x4::<1>(a, _mm256_loadu_pd(b.as_ptr()))
    }
}
