//! Vectors of any kind of processor, from the list of its instructions.
#![expect(unsafe_code, reason = "loads and stores of raw tiles")]

use std::hint::cold_path;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Sub};

use super::{Bits, Lanes, Mask, SIGN};

/// The most lanes that there are.
pub(crate) const MOST: usize = 8;

/// The instructions of a kind of processor. What they do is what [`Lanes`], [`Bits`] and [`Mask`] say of the method
/// of that name.
///
/// The functions are safe, as only loops for that kind of processor call them, which are chosen where it is one.
pub(crate) trait Instructions: Copy {
    /// Numbers, integers, and yes or no, side by side.
    type F: Copy;
    type U: Copy;
    type M: Copy;

    /// How many.
    const N: usize;

    /// # Safety
    /// As [`Lanes::load`].
    unsafe fn load(from: *const f64) -> Self::F;

    /// # Safety
    /// As [`Lanes::store`].
    unsafe fn store(x: Self::F, to: *mut f64);

    /// # Safety
    /// As [`Lanes::load_f32`].
    unsafe fn load_f32(from: *const f32) -> Self::F;

    /// # Safety
    /// As [`Lanes::store_f32`].
    unsafe fn store_f32(x: Self::F, to: *mut f32);

    fn of(x: f64) -> Self::F;
    fn add(x: Self::F, y: Self::F) -> Self::F;
    fn sub(x: Self::F, y: Self::F) -> Self::F;
    fn mul(x: Self::F, y: Self::F) -> Self::F;
    fn div(x: Self::F, y: Self::F) -> Self::F;
    fn sqrt(x: Self::F) -> Self::F;
    fn rint(x: Self::F) -> Self::F;
    fn min(x: Self::F, y: Self::F) -> Self::F;
    fn max(x: Self::F, y: Self::F) -> Self::F;
    fn mul_add(x: Self::F, y: Self::F, z: Self::F) -> Self::F;
    fn mul_sub(x: Self::F, y: Self::F, z: Self::F) -> Self::F;
    fn neg_mul_add(x: Self::F, y: Self::F, z: Self::F) -> Self::F;
    fn lt(x: Self::F, y: Self::F) -> Self::M;
    fn le(x: Self::F, y: Self::F) -> Self::M;
    fn eq(x: Self::F, y: Self::F) -> Self::M;

    fn bits(x: Self::F) -> Self::U;
    fn float(x: Self::U) -> Self::F;

    fn int_of(x: u64) -> Self::U;
    fn int_add(x: Self::U, y: Self::U) -> Self::U;
    fn int_sub(x: Self::U, y: Self::U) -> Self::U;
    fn int_eq(x: Self::U, y: Self::U) -> Self::M;
    fn and(x: Self::U, y: Self::U) -> Self::U;
    fn or(x: Self::U, y: Self::U) -> Self::U;
    fn xor(x: Self::U, y: Self::U) -> Self::U;
    fn shl(x: Self::U, by: u32) -> Self::U;
    fn shr(x: Self::U, by: u32) -> Self::U;

    fn mask_and(x: Self::M, y: Self::M) -> Self::M;
    fn mask_or(x: Self::M, y: Self::M) -> Self::M;
    fn mask_not(x: Self::M) -> Self::M;
    fn select(mask: Self::M, yes: Self::F, no: Self::F) -> Self::F;
    fn any(mask: Self::M) -> bool;
    fn is_negative(x: Self::U) -> Self::M;
    fn any_half_negative(x: Self::U) -> bool;

    /// One bit for each lane, that of the first one is the lowest.
    fn lanes(mask: Self::M) -> u32;

    fn lookup2<const LEN: usize>(
        index: Self::U,
        table: &'static [[f64; 2]; LEN],
    ) -> (Self::F, Self::F);
    fn lookup4<const LEN: usize>(index: Self::U, table: &'static [[f64; 4]; LEN]) -> [Self::F; 4];
}

/// Writes out [`Instructions`] that are one expression each.
macro_rules! instructions {
    ($($name:ident($($x:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {$(
        #[inline(always)]
        fn $name($($x: $type),*) -> $result {
            // SAFETY: the processor has the instruction: only loops that are chosen for its kind come here, and those
            // have its target features, so that all of this is inlined into them.
            unsafe { $body }
        }
    )*};
}

pub(super) use instructions;

#[derive(Clone, Copy)]
pub(crate) struct Floats<I: Instructions>(I::F);

#[derive(Clone, Copy)]
pub(crate) struct Ints<I: Instructions>(I::U);

#[derive(Clone, Copy)]
pub(crate) struct Truths<I: Instructions>(I::M);

macro_rules! operators {
    ($($type:ident $trait:ident $method:ident $instruction:ident;)*) => {$(
        impl<I: Instructions> $trait for $type<I> {
            type Output = $type<I>;

            #[inline(always)]
            fn $method(self, other: $type<I>) -> $type<I> {
                $type(I::$instruction(self.0, other.0))
            }
        }
    )*};
}

operators! {
    Floats Add add add;
    Floats Sub sub sub;
    Floats Mul mul mul;
    Floats Div div div;
    Ints Add add int_add;
    Ints Sub sub int_sub;
    Ints BitAnd bitand and;
    Ints BitOr bitor or;
    Ints BitXor bitxor xor;
    Truths BitAnd bitand mask_and;
    Truths BitOr bitor mask_or;
}

impl<I: Instructions> Neg for Floats<I> {
    type Output = Floats<I>;

    #[inline(always)]
    fn neg(self) -> Floats<I> {
        (self.bits() ^ Ints::of(SIGN)).float()
    }
}

impl<I: Instructions> Not for Truths<I> {
    type Output = Truths<I>;

    #[inline(always)]
    fn not(self) -> Truths<I> {
        Truths(I::mask_not(self.0))
    }
}

/// Methods of these operands that are one instruction.
macro_rules! methods {
    ($type:ident: $($name:ident($($x:ident),*) -> $result:ident;)*) => {$(
        #[inline(always)]
        fn $name(self $(, $x: $type<I>)*) -> $result<I> {
            $result(I::$name(self.0 $(, $x.0)*))
        }
    )*};
}

impl<I: Instructions> Lanes for Floats<I> {
    type Bits = Ints<I>;
    type Mask = Truths<I>;

    const N: usize = I::N;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Floats<I> {
        // SAFETY: the caller's promise.
        Floats(unsafe { I::load(from) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { I::store(self.0, to) };
    }

    #[inline(always)]
    unsafe fn load_f32(from: *const f32) -> Floats<I> {
        // SAFETY: the caller's promise.
        Floats(unsafe { I::load_f32(from) })
    }

    #[inline(always)]
    unsafe fn store_f32(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { I::store_f32(self.0, to) };
    }

    #[inline(always)]
    fn of(x: f64) -> Floats<I> {
        Floats(I::of(x))
    }

    methods! { Floats:
        sqrt() -> Floats;
        rint() -> Floats;
        min(y) -> Floats;
        max(y) -> Floats;
        mul_add(y, z) -> Floats;
        mul_sub(y, z) -> Floats;
        neg_mul_add(y, z) -> Floats;
        lt(y) -> Truths;
        le(y) -> Truths;
        eq(y) -> Truths;
        bits() -> Ints;
    }

    #[inline(always)]
    fn lookup2<const LEN: usize>(
        index: Ints<I>,
        table: &'static [[f64; 2]; LEN],
    ) -> (Floats<I>, Floats<I>) {
        let (x, y) = I::lookup2(index.0, table);
        (Floats(x), Floats(y))
    }

    #[inline(always)]
    fn lookup4<const LEN: usize>(
        index: Ints<I>,
        table: &'static [[f64; 4]; LEN],
    ) -> [Floats<I>; 4] {
        // No `map`: closures are not always inlined, and a call here is several times the cost of all else.
        let [x, y, z, w] = I::lookup4(index.0, table);
        [Floats(x), Floats(y), Floats(z), Floats(w)]
    }

    #[inline(always)]
    fn fix(self, mask: Truths<I>, x: Floats<I>, f: fn(f64) -> f64) -> Floats<I> {
        if !mask.any() {
            return self;
        }
        cold_path();
        // Copies, as what a pointer is made of is kept in memory, also where it is not followed.
        let mut result = to_array(self);
        fixed(&mut result, I::lanes(mask.0), &to_array(x), f);
        from_array(&result)
    }

    #[inline(always)]
    fn fix2(
        self,
        mask: Truths<I>,
        x: Floats<I>,
        y: Floats<I>,
        f: fn(f64, f64) -> f64,
    ) -> Floats<I> {
        if !mask.any() {
            return self;
        }
        cold_path();
        let mut result = to_array(self);
        fixed2(&mut result, I::lanes(mask.0), &to_array(x), &to_array(y), f);
        from_array(&result)
    }
}

/// Out of line, as it is rare.
#[cold]
#[inline(never)]
fn fixed(result: &mut [f64; MOST], lanes: u32, x: &[f64; MOST], f: fn(f64) -> f64) {
    for lane in set(lanes) {
        result[lane] = f(x[lane]);
    }
}

#[cold]
#[inline(never)]
fn fixed2(
    result: &mut [f64; MOST],
    lanes: u32,
    x: &[f64; MOST],
    y: &[f64; MOST],
    f: fn(f64, f64) -> f64,
) {
    for lane in set(lanes) {
        result[lane] = f(x[lane], y[lane]);
    }
}

/// The numbers of the bits that are set.
fn set(lanes: u32) -> impl Iterator<Item = usize> {
    (0..MOST).filter(move |lane| lanes >> lane & 1 != 0)
}

#[inline(always)]
fn to_array<I: Instructions>(x: Floats<I>) -> [f64; MOST] {
    let mut array = [0.0; MOST];
    // SAFETY: it has room for all lanes.
    unsafe { x.store(array.as_mut_ptr()) };
    array
}

#[inline(always)]
fn from_array<I: Instructions>(array: &[f64; MOST]) -> Floats<I> {
    // SAFETY: it has as many as there are lanes, or more.
    unsafe { Lanes::load(array.as_ptr()) }
}

impl<I: Instructions> Bits for Ints<I> {
    type Lanes = Floats<I>;

    #[inline(always)]
    fn of(x: u64) -> Ints<I> {
        Ints(I::int_of(x))
    }

    #[inline(always)]
    fn float(self) -> Floats<I> {
        Floats(I::float(self.0))
    }

    #[inline(always)]
    fn shl<const BY: u32>(self) -> Ints<I> {
        Ints(I::shl(self.0, BY))
    }

    #[inline(always)]
    fn shr<const BY: u32>(self) -> Ints<I> {
        Ints(I::shr(self.0, BY))
    }

    #[inline(always)]
    fn eq(self, y: Ints<I>) -> Truths<I> {
        Truths(I::int_eq(self.0, y.0))
    }

    #[inline(always)]
    fn any_half_negative(self) -> bool {
        I::any_half_negative(self.0)
    }

    #[inline(always)]
    fn is_negative(self) -> Truths<I> {
        Truths(I::is_negative(self.0))
    }
}

impl<I: Instructions> Mask for Truths<I> {
    type Lanes = Floats<I>;

    #[inline(always)]
    fn select(self, yes: Floats<I>, no: Floats<I>) -> Floats<I> {
        Floats(I::select(self.0, yes.0, no.0))
    }

    #[inline(always)]
    fn any(self) -> bool {
        I::any(self.0)
    }
}
