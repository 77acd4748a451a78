//! Two registers of a kind of processor as one vector.
//!
//! A function of `f32` needs few numbers at a time, so that two vectors of them fit in the registers: then constants
//! are loaded, and rare arguments looked for, once for both.
#![expect(unsafe_code, reason = "loads and stores of raw tiles")]
#![expect(clippy::multiple_unsafe_ops_per_block, reason = "they are safe for one reason")]

use super::vector::Instructions;

#[derive(Clone, Copy)]
pub(crate) struct Twice<I>(I);

/// Writes out instructions that are one for each register.
macro_rules! both {
    ($($name:ident($($x:ident: $type:ident),*) -> $result:ident;)*) => {$(
        #[inline(always)]
        fn $name($($x: [I::$type; 2]),*) -> [I::$result; 2] {
            [I::$name($($x[0]),*), I::$name($($x[1]),*)]
        }
    )*};
}

impl<I: Instructions> Instructions for Twice<I> {
    type F = [I::F; 2];
    type U = [I::U; 2];
    type M = [I::M; 2];

    const N: usize = 2 * I::N;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> [I::F; 2] {
        // SAFETY: the caller's promise.
        unsafe { [I::load(from), I::load(from.add(I::N))] }
    }

    #[inline(always)]
    unsafe fn store([low, high]: [I::F; 2], to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { I::store(low, to) };
        // SAFETY: as above.
        unsafe { I::store(high, to.add(I::N)) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> [I::F; 2] {
        // SAFETY: the caller's promise.
        unsafe { [I::load_f32(from), I::load_f32(from.add(I::N))] }
    }

    #[inline(always)]
    unsafe fn store_f32([low, high]: [I::F; 2], to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { I::store_f32(low, to) };
        // SAFETY: as above.
        unsafe { I::store_f32(high, to.add(I::N)) };
    }

    #[inline(always)]
    fn of(x: f64) -> [I::F; 2] {
        [I::of(x); 2]
    }

    #[inline(always)]
    fn int_of(x: u64) -> [I::U; 2] {
        [I::int_of(x); 2]
    }

    both! {
        add(x: F, y: F) -> F;
        sub(x: F, y: F) -> F;
        mul(x: F, y: F) -> F;
        div(x: F, y: F) -> F;
        sqrt(x: F) -> F;
        rint(x: F) -> F;
        min(x: F, y: F) -> F;
        max(x: F, y: F) -> F;
        mul_add(x: F, y: F, z: F) -> F;
        mul_sub(x: F, y: F, z: F) -> F;
        neg_mul_add(x: F, y: F, z: F) -> F;
        lt(x: F, y: F) -> M;
        le(x: F, y: F) -> M;
        eq(x: F, y: F) -> M;
        bits(x: F) -> U;
        float(x: U) -> F;
        int_add(x: U, y: U) -> U;
        int_sub(x: U, y: U) -> U;
        int_eq(x: U, y: U) -> M;
        is_negative(x: U) -> M;
        and(x: U, y: U) -> U;
        or(x: U, y: U) -> U;
        xor(x: U, y: U) -> U;
        mask_and(x: M, y: M) -> M;
        mask_or(x: M, y: M) -> M;
        mask_not(x: M) -> M;
        select(mask: M, yes: F, no: F) -> F;
    }

    #[inline(always)]
    fn shl([low, high]: [I::U; 2], by: u32) -> [I::U; 2] {
        [I::shl(low, by), I::shl(high, by)]
    }

    #[inline(always)]
    fn shr([low, high]: [I::U; 2], by: u32) -> [I::U; 2] {
        [I::shr(low, by), I::shr(high, by)]
    }

    #[inline(always)]
    fn any([low, high]: [I::M; 2]) -> bool {
        I::any(I::mask_or(low, high))
    }

    #[inline(always)]
    fn any_half_negative([low, high]: [I::U; 2]) -> bool {
        I::any_half_negative(I::or(low, high))
    }

    #[inline(always)]
    fn lanes([low, high]: [I::M; 2]) -> u32 {
        I::lanes(low) | I::lanes(high) << I::N
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(
        [low, high]: [I::U; 2],
        table: &'static [[f64; 2]; LEN],
    ) -> ([I::F; 2], [I::F; 2]) {
        let (low, high) = (I::lookup2(low, table), I::lookup2(high, table));
        ([low.0, high.0], [low.1, high.1])
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(
        [low, high]: [I::U; 2],
        table: &'static [[f64; 4]; LEN],
    ) -> [[I::F; 2]; 4] {
        let ([a, b, c, d], [e, f, g, h]) = (I::lookup4(low, table), I::lookup4(high, table));
        [[a, e], [b, f], [c, g], [d, h]]
    }
}
