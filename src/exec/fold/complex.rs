//! Reductions of complex numbers, whose parts lie in tiles of their own.
#![expect(unsafe_code, reason = "reads the tiles that kernels have written")]

use super::number::{element, first_beaten};
use super::{Accumulate, Tiles};
use crate::dtype::Primitive;

/// A complex number in a register.
type Pair<T> = (T, T);

/// # Safety
/// Both tiles have more than `at` elements of type `T`.
#[inline(always)]
unsafe fn pair<T: Primitive>(tiles: Tiles, at: usize) -> Pair<T> {
    // SAFETY: the caller's promise.
    let re = unsafe { element(tiles[0], at) };
    // SAFETY: as above.
    let im = unsafe { element(tiles[1], at) };
    (re, im)
}

/// # Safety
/// `out` has room for more than `at` elements of type `T`.
unsafe fn write_part<T: Copy>(state: Pair<T>, part: usize, out: *mut u8, at: usize) {
    let value = if part == 0 { state.0 } else { state.1 };
    // SAFETY: the caller's promise.
    unsafe { out.cast::<T>().wrapping_add(at).write(value) };
}

pub(super) struct ComplexProd<T>(std::marker::PhantomData<T>);

pub(super) struct ComplexExtreme<T, const MAX: bool>(std::marker::PhantomData<T>);

pub(super) struct ComplexPosition<T, const MAX: bool>(std::marker::PhantomData<T>);

macro_rules! complex {
    ($($type:ty)*) => {$(
        impl Accumulate for ComplexProd<$type> {
            type State = Pair<$type>;

            fn identity() -> Pair<$type> {
                (1.0, 0.0)
            }

            unsafe fn lift(tiles: Tiles, at: usize, _index: i64) -> Pair<$type> {
                // SAFETY: the caller's promise.
                unsafe { pair(tiles, at) }
            }

            fn combine(x: Pair<$type>, y: Pair<$type>) -> Pair<$type> {
                (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0)
            }

            unsafe fn write(state: Pair<$type>, part: usize, out: *mut u8, at: usize) {
                // SAFETY: the caller's promise.
                unsafe { write_part(state, part, out, at) };
            }
        }
    )*};
}

complex!(f32 f64);

/// Whether `y` is beyond `x`: by the real parts, then by the imaginary ones.
fn beyond<T: PartialOrd, const MAX: bool>(x: Pair<T>, y: Pair<T>) -> bool {
    let (x, y) = if MAX { (x, y) } else { (y, x) };
    y.0 > x.0 || y.0 == x.0 && y.1 > x.1
}

#[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
fn has_nan<T: PartialEq>(x: &Pair<T>) -> bool {
    x.0 != x.0 || x.1 != x.1
}

impl<T: Primitive + PartialOrd, const MAX: bool> Accumulate for ComplexExtreme<T, MAX> {
    type State = (Pair<T>, i64);

    fn identity() -> (Pair<T>, i64) {
        ((T::default(), T::default()), -1)
    }

    unsafe fn lift(tiles: Tiles, at: usize, index: i64) -> (Pair<T>, i64) {
        // SAFETY: the caller's promise.
        (unsafe { pair(tiles, at) }, index)
    }

    fn combine(x: (Pair<T>, i64), y: (Pair<T>, i64)) -> (Pair<T>, i64) {
        first_beaten(x, y, beyond::<T, MAX>, |x| has_nan(&x))
    }

    unsafe fn write(state: (Pair<T>, i64), part: usize, out: *mut u8, at: usize) {
        // SAFETY: the caller's promise.
        unsafe { write_part(state.0, part, out, at) };
    }
}

impl<T: Primitive + PartialOrd, const MAX: bool> Accumulate for ComplexPosition<T, MAX> {
    type State = (Pair<T>, i64);

    fn identity() -> (Pair<T>, i64) {
        ComplexExtreme::<T, MAX>::identity()
    }

    unsafe fn lift(tiles: Tiles, at: usize, index: i64) -> (Pair<T>, i64) {
        // SAFETY: the caller's promise.
        unsafe { ComplexExtreme::<T, MAX>::lift(tiles, at, index) }
    }

    fn combine(x: (Pair<T>, i64), y: (Pair<T>, i64)) -> (Pair<T>, i64) {
        ComplexExtreme::<T, MAX>::combine(x, y)
    }

    unsafe fn write(state: (Pair<T>, i64), _part: usize, out: *mut u8, at: usize) {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<i64>().wrapping_add(at).write(state.1) };
    }
}
