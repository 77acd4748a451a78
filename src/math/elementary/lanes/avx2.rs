//! Four numbers in a register of AVX2, with FMA.
#![expect(unsafe_code, reason = "instructions that not every processor has")]
#![expect(clippy::multiple_unsafe_ops_per_block, reason = "they are safe for one reason")]

use std::arch::asm;
use std::arch::x86_64::*;

use super::row_mask;
use super::twice::Twice;
use super::vector::{Floats, Instructions, instructions};

pub(crate) type F64x4 = Floats<Avx2>;
pub(crate) type F64x4x2 = Floats<Twice<Avx2>>;

#[derive(Clone, Copy)]
pub(crate) struct Avx2;

impl Instructions for Avx2 {
    type F = __m256d;
    type U = __m256i;
    /// Of each lane the highest bit counts.
    type M = __m256d;

    const N: usize = 4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> __m256d {
        // SAFETY: the caller's promise.
        unsafe { _mm256_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn store(x: __m256d, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_pd(to, x) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> __m256d {
        // SAFETY: the caller's promise.
        unsafe { _mm256_cvtps_pd(_mm_loadu_ps(from)) }
    }

    #[inline(always)]
    unsafe fn store_f32(x: __m256d, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { _mm_storeu_ps(to, _mm256_cvtpd_ps(x)) };
    }

    instructions! {
        of(x: f64) -> __m256d = _mm256_set1_pd(x);
        add(x: __m256d, y: __m256d) -> __m256d = _mm256_add_pd(x, y);
        sub(x: __m256d, y: __m256d) -> __m256d = _mm256_sub_pd(x, y);
        mul(x: __m256d, y: __m256d) -> __m256d = _mm256_mul_pd(x, y);
        div(x: __m256d, y: __m256d) -> __m256d = _mm256_div_pd(x, y);
        sqrt(x: __m256d) -> __m256d = _mm256_sqrt_pd(x);
        rint(x: __m256d) -> __m256d =
            _mm256_round_pd::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x);
        min(x: __m256d, y: __m256d) -> __m256d = _mm256_min_pd(x, y);
        max(x: __m256d, y: __m256d) -> __m256d = _mm256_max_pd(x, y);
        mul_add(x: __m256d, y: __m256d, z: __m256d) -> __m256d = _mm256_fmadd_pd(x, y, z);
        mul_sub(x: __m256d, y: __m256d, z: __m256d) -> __m256d = _mm256_fmsub_pd(x, y, z);
        neg_mul_add(x: __m256d, y: __m256d, z: __m256d) -> __m256d = _mm256_fnmadd_pd(x, y, z);
        lt(x: __m256d, y: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_LT_OQ>(x, y);
        le(x: __m256d, y: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_LE_OQ>(x, y);
        eq(x: __m256d, y: __m256d) -> __m256d = _mm256_cmp_pd::<_CMP_EQ_OQ>(x, y);
        bits(x: __m256d) -> __m256i = _mm256_castpd_si256(x);
        float(x: __m256i) -> __m256d = _mm256_castsi256_pd(x);
        int_of(x: u64) -> __m256i = _mm256_set1_epi64x(x.cast_signed());
        int_add(x: __m256i, y: __m256i) -> __m256i = _mm256_add_epi64(x, y);
        int_sub(x: __m256i, y: __m256i) -> __m256i = _mm256_sub_epi64(x, y);
        int_eq(x: __m256i, y: __m256i) -> __m256d = _mm256_castsi256_pd(_mm256_cmpeq_epi64(x, y));
        // Of a mask only the highest bit of a lane counts.
        and(x: __m256i, y: __m256i) -> __m256i = _mm256_and_si256(x, y);
        or(x: __m256i, y: __m256i) -> __m256i = _mm256_or_si256(x, y);
        xor(x: __m256i, y: __m256i) -> __m256i = _mm256_xor_si256(x, y);
        shl(x: __m256i, by: u32) -> __m256i =
            _mm256_sll_epi64(x, _mm_cvtsi32_si128(by.cast_signed()));
        shr(x: __m256i, by: u32) -> __m256i =
            _mm256_srl_epi64(x, _mm_cvtsi32_si128(by.cast_signed()));
        any_half_negative(x: __m256i) -> bool =
            opaque(_mm256_movemask_ps(_mm256_castsi256_ps(x))) != 0;
        is_negative(x: __m256i) -> __m256d = _mm256_castsi256_pd(x);
        mask_and(x: __m256d, y: __m256d) -> __m256d = _mm256_and_pd(x, y);
        mask_or(x: __m256d, y: __m256d) -> __m256d = _mm256_or_pd(x, y);
        mask_not(x: __m256d) -> __m256d =
            _mm256_xor_pd(x, _mm256_castsi256_pd(_mm256_set1_epi64x(-1)));
        select(mask: __m256d, yes: __m256d, no: __m256d) -> __m256d =
            _mm256_blendv_pd(no, yes, mask);
        any(mask: __m256d) -> bool = opaque(_mm256_movemask_pd(mask)) != 0;
        lanes(mask: __m256d) -> u32 = _mm256_movemask_pd(mask).cast_unsigned();
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(
        index: __m256i,
        table: &'static [[f64; 2]; LEN],
    ) -> (__m256d, __m256d) {
        // Rows are loaded as pairs, and the pairs turned: much faster than a gather.
        let [a, b, c, d] = rows::<LEN>(index);
        let (ac, bd) = (pairs(a, c, table), pairs(b, d, table));
        // SAFETY: the processor has the instructions.
        unsafe { (_mm256_unpacklo_pd(ac, bd), _mm256_unpackhi_pd(ac, bd)) }
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(index: __m256i, table: &'static [[f64; 4]; LEN]) -> [__m256d; 4] {
        // Rows are loaded whole, and transposed: by pairs in the halves of the registers, then by halves.
        let [a, b, c, d] = rows::<LEN>(index);
        let (a, b, c, d) = (set(table[a]), set(table[b]), set(table[c]), set(table[d]));
        // SAFETY: the processor has the instructions.
        unsafe {
            let (ab02, ab13) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
            let (cd02, cd13) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
            [
                _mm256_permute2f128_pd::<0x20>(ab02, cd02),
                _mm256_permute2f128_pd::<0x20>(ab13, cd13),
                _mm256_permute2f128_pd::<0x31>(ab02, cd02),
                _mm256_permute2f128_pd::<0x31>(ab13, cd13),
            ]
        }
    }
}

/// The same number, of which LLVM does not know where it comes from: it would make `vtestpd` of a movemask that is
/// compared with 0, which is two operations. A black box would write it to memory.
#[inline(always)]
fn opaque(mut x: i32) -> i32 {
    // SAFETY: it does nothing.
    unsafe {
        asm!("/* {0:e} */", inout(reg) x, options(pure, nomem, nostack, preserves_flags));
    }
    x
}

/// The rows of a table that indexes stand for.
///
/// Two of them go into an integer register at once, which is half the moves, and they are masked there: what
/// limits lookups is operations on vectors.
#[inline(always)]
fn rows<const LEN: usize>(index: __m256i) -> [usize; 4] {
    // SAFETY: the processor has the instruction; a vector is four integers of 64 bits.
    let [ab, _, cd, _]: [u64; 4] =
        unsafe { std::mem::transmute(_mm256_shuffle_epi32::<0b10_00>(index)) };
    let row = const { row_mask(LEN) };
    [ab as usize & row, (ab >> 32) as usize & row, cd as usize & row, (cd >> 32) as usize & row]
}

#[inline(always)]
fn set(x: [f64; 4]) -> __m256d {
    // SAFETY: both are four numbers.
    unsafe { std::mem::transmute(x) }
}

/// Two rows of a table, one after the other.
#[inline(always)]
fn pairs<const LEN: usize>(a: usize, b: usize, table: &'static [[f64; 2]; LEN]) -> __m256d {
    let (a, b) = (&table[a], &table[b]);
    // SAFETY: a row has two numbers, and the processor has the instructions.
    unsafe {
        let a = _mm256_castpd128_pd256(_mm_loadu_pd(a.as_ptr()));
        _mm256_insertf128_pd::<1>(a, _mm_loadu_pd(b.as_ptr()))
    }
}
