//! Reductions of real numbers and truth values.
#![expect(unsafe_code, reason = "reads the tiles that kernels have written")]

use super::{Accumulate, Tiles};
use crate::dtype::Primitive;
use crate::ir::interp::REDUCE_LANES;
use crate::ir::{Reduce, eval};

/// # Safety
/// `tile` has more than `at` elements of type `T`.
#[inline(always)]
pub(super) unsafe fn element<T: Primitive>(tile: *const u8, at: usize) -> T {
    // SAFETY: the caller's promise; tiles are aligned to more than any prim.
    unsafe { tile.cast::<T>().wrapping_add(at).read() }
}

/// The operations that reductions repeat, as plain Rust that vectorizes. They are those of
/// `eval::combine`, to the last bit.
pub(in super::super) trait Number: Primitive + PartialOrd {
    fn sum(self, y: Self) -> Self;
    fn product(self, y: Self) -> Self;
    /// `self` if it is NaN or not beaten, else `y`.
    fn least(self, y: Self) -> Self;
    fn greatest(self, y: Self) -> Self;
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn sum(self, y: Self) -> Self {
                self.wrapping_add(y)
            }

            #[inline(always)]
            fn product(self, y: Self) -> Self {
                self.wrapping_mul(y)
            }

            #[inline(always)]
            fn least(self, y: Self) -> Self {
                self.min(y)
            }

            #[inline(always)]
            fn greatest(self, y: Self) -> Self {
                self.max(y)
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 u8 u16 u32 u64);

macro_rules! floats {
    ($($type:ty)*) => {$(
        impl Number for $type {
            #[inline(always)]
            fn sum(self, y: Self) -> Self {
                self + y
            }

            #[inline(always)]
            fn product(self, y: Self) -> Self {
                self * y
            }

            #[inline(always)]
            fn least(self, y: Self) -> Self {
                if self <= y || self.is_nan() { self } else { y }
            }

            #[inline(always)]
            fn greatest(self, y: Self) -> Self {
                if self >= y || self.is_nan() { self } else { y }
            }
        }
    )*};
}

floats!(f32 f64);

impl Number for bool {
    fn sum(self, y: Self) -> Self {
        self | y
    }

    fn product(self, y: Self) -> Self {
        self & y
    }

    fn least(self, y: Self) -> Self {
        self & y
    }

    fn greatest(self, y: Self) -> Self {
        self | y
    }
}

/// Declares a reduction that carries an element.
macro_rules! plain {
    ($($name:ident $operation:ident)*) => {$(
        pub(super) struct $name<T>(std::marker::PhantomData<T>);

        impl<T: Number> Accumulate for $name<T> {
            type State = T;

            #[inline(always)]
            fn identity() -> T {
                let identity = eval::identity(Reduce::$name, T::PRIM);
                T::from_scalar(identity).expect("a reduction keeps the prim")
            }

            #[inline(always)]
            unsafe fn lift(tiles: Tiles, at: usize, _index: i64) -> T {
                // SAFETY: the caller's promise.
                unsafe { element(tiles[0], at) }
            }

            #[inline(always)]
            fn combine(x: T, y: T) -> T {
                x.$operation(y)
            }

            unsafe fn write(state: T, _part: usize, out: *mut u8, at: usize) {
                // SAFETY: the caller's promise.
                unsafe { out.cast::<T>().wrapping_add(at).write(state) };
            }
        }
    )*};
}

plain!(Sum sum Prod product Min least Max greatest Any sum All product);

/// The position of an extreme: of the first element that nothing beats, or of the first NaN. A negative
/// position is none.
pub(super) struct Position<T, const MAX: bool>(std::marker::PhantomData<T>);

impl<T: Number, const MAX: bool> Accumulate for Position<T, MAX> {
    type State = (T, i64);

    fn identity() -> (T, i64) {
        (T::default(), -1)
    }

    #[inline(always)]
    unsafe fn lift(tiles: Tiles, at: usize, index: i64) -> (T, i64) {
        // SAFETY: the caller's promise.
        (unsafe { element(tiles[0], at) }, index)
    }

    #[inline(always)]
    fn combine(x: (T, i64), y: (T, i64)) -> (T, i64) {
        first_beaten(x, y, |x, y| if MAX { y > x } else { y < x }, is_nan)
    }

    /// The extreme first, which vectorizes, then where it is.
    #[inline(always)]
    unsafe fn block(tiles: Tiles, (start, end): (usize, usize), index: usize) -> (T, i64) {
        let better = |x: T, y: T| if MAX { x.greatest(y) } else { x.least(y) };
        // SAFETY: `start` is below `end`, since a block has elements.
        let mut lanes = [unsafe { element::<T>(tiles[0], start) }; 2 * REDUCE_LANES];
        let whole = start + (end - start) / lanes.len() * lanes.len();
        for group in (start..whole).step_by(lanes.len()) {
            for (lane, state) in lanes.iter_mut().enumerate() {
                // SAFETY: the element is before `end`.
                *state = better(*state, unsafe { element(tiles[0], group + lane) });
            }
        }
        for at in whole..end {
            // SAFETY: as above.
            lanes[at - whole] = better(lanes[at - whole], unsafe { element(tiles[0], at) });
        }
        let extreme = lanes.into_iter().reduce(better).expect("there are lanes");
        let is_it = |at: &usize| {
            // SAFETY: as above.
            let x = unsafe { element::<T>(tiles[0], *at) };
            x == extreme || is_nan(extreme) && is_nan(x)
        };
        let at = (start..end).find(is_it).expect("the extreme is one of the elements");
        (extreme, (index + at - start).cast_signed() as i64)
    }

    unsafe fn write(state: (T, i64), _part: usize, out: *mut u8, at: usize) {
        // SAFETY: the caller's promise.
        unsafe { out.cast::<i64>().wrapping_add(at).write(state.1) };
    }
}

#[expect(clippy::eq_op, reason = "only a NaN differs from itself")]
#[inline(always)]
fn is_nan<T: PartialEq>(x: T) -> bool {
    x != x
}

/// Of two elements with positions, the one that a search from the front would stop at.
#[inline(always)]
pub(super) fn first_beaten<V: Copy>(
    x: (V, i64),
    y: (V, i64),
    beats: impl Fn(V, V) -> bool,
    is_nan: impl Fn(V) -> bool,
) -> (V, i64) {
    if x.1 < 0 || y.1 < 0 {
        return if x.1 < 0 { y } else { x };
    }
    let (early, late) = if x.1 < y.1 { (x, y) } else { (y, x) };
    if is_nan(early.0) {
        return early;
    }
    if is_nan(late.0) || beats(early.0, late.0) { late } else { early }
}
