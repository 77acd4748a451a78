//! Loops over tiles: one for each function and kind of processor.
#![expect(unsafe_code, reason = "generated code passes tiles as raw pointers")]

use std::hint::cold_path;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

#[cfg(target_arch = "x86_64")]
use super::lanes::avx2::{F64x4, F64x4x2};
#[cfg(target_arch = "x86_64")]
use super::lanes::avx512::F64x8;
#[cfg(target_arch = "aarch64")]
use super::lanes::neon::F64x2;
use super::lanes::one::One;
use super::lanes::vector::MOST;
use super::lanes::{Bits, Lanes};
use super::{Function1, Function2, Map1, Map2, Steps, Visit1, Visit2};

/// Computes `out[i]` from `x[i]` for `i < n`.
///
/// # Safety
/// `x` is readable and `out` writable for `n` elements; `out` may be `x`, otherwise they do not overlap. No
/// alignment is needed.
pub(crate) type Tile1 = unsafe extern "C" fn(x: *const u8, out: *mut u8, n: usize);

/// Computes `out[i]` from `x[i]` and `y[i]` for `i < n`.
///
/// # Safety
/// As [`Tile1`]; `out` may be `x`, `y` or both.
pub(crate) type Tile2 = unsafe extern "C" fn(x: *const u8, y: *const u8, out: *mut u8, n: usize);

/// A kind of processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// One number at a time, a fused multiply-add in software.
    One,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Level {
    /// Returns the kinds that this processor is, the best one last.
    pub(crate) fn available() -> Vec<Level> {
        #[cfg_attr(
            not(any(target_arch = "x86_64", target_arch = "aarch64")),
            expect(unused_mut, reason = "there is one")
        )]
        let mut levels = vec![Level::One];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            levels.push(Level::Avx2);
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
                levels.push(Level::Avx512);
            }
        }
        #[cfg(target_arch = "aarch64")]
        levels.push(Level::Neon);
        levels
    }

    /// Returns the best one.
    pub(crate) fn best() -> Level {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(|| Level::available().pop().expect("one number is always possible"))
    }
}

/// The two types of elements.
pub(crate) trait Element: Copy {
    /// What fills up the last vector.
    const ONE: Self;

    /// The vector of AVX2.
    #[cfg(target_arch = "x86_64")]
    type Avx2: Lanes;

    /// # Safety
    /// As [`Lanes::load`].
    unsafe fn load<L: Lanes>(from: *const Self) -> L;

    /// # Safety
    /// As [`Lanes::store`].
    unsafe fn store<L: Lanes>(x: L, to: *mut Self);

    /// Whether the function for elements of this type is one in two [`Steps`] of `F::Single`.
    fn in_steps<F: Map1>() -> bool;

    /// The function for elements of this type.
    fn call1<F: Map1, L: Lanes>(x: L) -> L;
    fn call2<F: Map2, L: Lanes>(x: L, y: L) -> L;
}

impl Element for f64 {
    const ONE: f64 = 1.0;

    #[cfg(target_arch = "x86_64")]
    type Avx2 = F64x4;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const f64) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load(from) }
    }

    #[inline(always)]
    unsafe fn store<L: Lanes>(x: L, to: *mut f64) {
        // SAFETY: the caller's promise.
        unsafe { x.store(to) }
    }

    #[inline(always)]
    fn in_steps<F: Map1>() -> bool {
        false
    }

    #[inline(always)]
    fn call1<F: Map1, L: Lanes>(x: L) -> L {
        F::call(x)
    }

    #[inline(always)]
    fn call2<F: Map2, L: Lanes>(x: L, y: L) -> L {
        F::call(x, y)
    }
}

impl Element for f32 {
    const ONE: f32 = 1.0;

    #[cfg(target_arch = "x86_64")]
    type Avx2 = F64x4x2;

    #[inline(always)]
    unsafe fn load<L: Lanes>(from: *const f32) -> L {
        // SAFETY: the caller's promise.
        unsafe { L::load_f32(from) }
    }

    #[inline(always)]
    unsafe fn store<L: Lanes>(x: L, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { x.store_f32(to) }
    }

    #[inline(always)]
    fn in_steps<F: Map1>() -> bool {
        F::Single::TWO
    }

    #[inline(always)]
    fn call1<F: Map1, L: Lanes>(x: L) -> L {
        F::Single::call(x)
    }

    #[inline(always)]
    fn call2<F: Map2, L: Lanes>(x: L, y: L) -> L {
        F::call_f32(x, y)
    }
}

/// # Safety
/// `from` is readable for `n` elements, fewer than [`MOST`].
#[inline(always)]
unsafe fn padded<T: Element>(from: *const T, n: usize) -> [T; MOST] {
    let mut buffer = [T::ONE; MOST];
    for (at, place) in buffer.iter_mut().take(n).enumerate() {
        // SAFETY: the caller's promise.
        *place = unsafe { from.wrapping_add(at).read_unaligned() };
    }
    buffer
}

/// # Safety
/// `to` is writable for `n` elements, fewer than [`MOST`].
#[inline(always)]
unsafe fn write<T: Element>(x: impl Lanes, to: *mut T, n: usize) {
    let mut buffer = [T::ONE; MOST];
    // SAFETY: the buffer has room for the lanes.
    unsafe { T::store(x, buffer.as_mut_ptr()) };
    for (at, &element) in buffer.iter().take(n).enumerate() {
        // SAFETY: the caller's promise.
        unsafe { to.wrapping_add(at).write_unaligned(element) };
    }
}

/// How many elements a step is taken for before the next one. (With 32 or 512 tangents take a tenth more time.)
const BLOCK: usize = 128;

/// What the first of two steps leaves.
type Block = [f64; BLOCK];

/// Takes the second step for a vector: what was computed from `x` is `quick`.
///
/// # Safety
/// All are readable and `out` is writable for a vector of the kind of processor that this is for. `out` may be `x`.
type Settle<T> = unsafe fn(x: *const T, quick: *const f64, out: *mut T);

/// # Safety
/// As [`Settle`].
#[inline(always)]
unsafe fn settle<T: Element, L: Lanes, F: Map1>(x: *const T, quick: *const f64, out: *mut T) {
    // SAFETY: the caller's promise.
    let lanes: L = unsafe { T::load(x) };
    // SAFETY: as above.
    let quick = unsafe { L::load(quick) };
    // SAFETY: as above.
    unsafe { T::store(F::Single::settle(lanes, quick), out) };
}

/// # Safety
/// As [`Tile1`] for elements of type `T`, where `n` is a multiple of `L::N` and at most [`BLOCK`].
#[inline(always)]
unsafe fn steps<T: Element, L: Lanes, F: Map1>(
    x: *const T,
    out: *mut T,
    n: usize,
    block: &mut MaybeUninit<Block>,
    settle: Settle<T>,
) {
    let between = block.as_mut_ptr().cast::<f64>();
    for at in (0..n).step_by(L::N) {
        // SAFETY: the vector lies in the tile.
        let lanes: L = unsafe { T::load(x.wrapping_add(at)) };
        // SAFETY: the block is as long.
        unsafe { F::Single::quick(lanes).store(between.wrapping_add(at)) };
    }
    for at in (0..n).step_by(L::N) {
        let (x, quick, out) = (x.wrapping_add(at), between.wrapping_add(at), out.wrapping_add(at));
        // SAFETY: written above.
        let lanes = unsafe { L::load(quick) };
        if F::Single::doubts(lanes).any_half_negative() {
            cold_path();
            // SAFETY: the vectors lie in the tiles and in the block.
            unsafe { settle(x, quick, out) };
        } else {
            // SAFETY: as above; it has been read.
            unsafe { T::store(lanes, out) };
        }
    }
}

/// # Safety
/// As [`Tile1`], for elements of type `T`.
#[inline(always)]
unsafe fn map1<T: Element, L: Lanes, F: Map1>(
    x: *const u8,
    out: *mut u8,
    n: usize,
    settle: Settle<T>,
) {
    let (x, out) = (x.cast::<T>(), out.cast::<T>());
    let whole = n - n % L::N;
    if T::in_steps::<F>() {
        let mut block = MaybeUninit::uninit();
        for at in (0..whole).step_by(BLOCK) {
            let n = BLOCK.min(whole - at);
            let (x, out) = (x.wrapping_add(at), out.wrapping_add(at));
            // SAFETY: they lie in the tile.
            unsafe { steps::<T, L, F>(x, out, n, &mut block, settle) };
        }
    } else {
        let mut at = 0;
        while at < whole {
            // SAFETY: the vector lies in the tile.
            let lanes: L = unsafe { T::load(x.wrapping_add(at)) };
            // SAFETY: as above; it has been read.
            unsafe { T::store(T::call1::<F, L>(lanes), out.wrapping_add(at)) };
            at += L::N;
        }
    }
    if whole < n {
        // SAFETY: what is left is less than a vector.
        let rest = unsafe { padded(x.wrapping_add(whole), n - whole) };
        // SAFETY: the buffer holds a vector.
        let lanes: L = unsafe { T::load(rest.as_ptr()) };
        // SAFETY: as above.
        unsafe { write(T::call1::<F, L>(lanes), out.wrapping_add(whole), n - whole) };
    }
}

/// # Safety
/// As [`Tile2`], for elements of type `T`.
#[inline(always)]
unsafe fn map2<T: Element, L: Lanes, F: Map2>(x: *const u8, y: *const u8, out: *mut u8, n: usize) {
    let (x, y, out) = (x.cast::<T>(), y.cast::<T>(), out.cast::<T>());
    let whole = n - n % L::N;
    let mut at = 0;
    while at < whole {
        // SAFETY: the vector lies in the tile.
        let first: L = unsafe { T::load(x.wrapping_add(at)) };
        // SAFETY: as above.
        let second: L = unsafe { T::load(y.wrapping_add(at)) };
        // SAFETY: as above; both have been read.
        unsafe { T::store(T::call2::<F, L>(first, second), out.wrapping_add(at)) };
        at += L::N;
    }
    if whole < n {
        // SAFETY: what is left is less than a vector.
        let rest = unsafe { padded(x.wrapping_add(whole), n - whole) };
        // SAFETY: the buffer holds a vector.
        let first: L = unsafe { T::load(rest.as_ptr()) };
        // SAFETY: as above.
        let rest = unsafe { padded(y.wrapping_add(whole), n - whole) };
        // SAFETY: as above.
        let second: L = unsafe { T::load(rest.as_ptr()) };
        // SAFETY: as above.
        unsafe { write(T::call2::<F, L>(first, second), out.wrapping_add(whole), n - whole) };
    }
}

/// Declares the loops of a kind of processor.
macro_rules! level {
    ($one:ident $two:ident $lanes:ty $(, #[$feature:meta])?) => {
        /// # Safety
        /// As [`Tile1`], on a processor of this kind.
        $(#[$feature])?
        unsafe extern "C" fn $one<T: Element, F: Map1>(x: *const u8, out: *mut u8, n: usize) {
            /// # Safety
            /// As [`Settle`], on a processor of this kind.
            #[cold]
            #[inline(never)]
            $(#[$feature])?
            unsafe fn rarely<T: Element, F: Map1>(x: *const T, quick: *const f64, out: *mut T) {
                // SAFETY: the caller's promise.
                unsafe { settle::<T, $lanes, F>(x, quick, out) }
            }

            // SAFETY: the caller's promise.
            unsafe { map1::<T, $lanes, F>(x, out, n, rarely::<T, F>) }
        }

        /// # Safety
        /// As [`Tile2`], on a processor of this kind.
        $(#[$feature])?
        unsafe extern "C" fn $two<T: Element, F: Map2>(
            x: *const u8,
            y: *const u8,
            out: *mut u8,
            n: usize,
        ) {
            // SAFETY: the caller's promise.
            unsafe { map2::<T, $lanes, F>(x, y, out, n) }
        }
    };
}

level!(one1 one2 One);
#[cfg(target_arch = "x86_64")]
level!(avx2_1 avx2_2 T::Avx2, #[target_feature(enable = "avx2,fma")]);
#[cfg(target_arch = "x86_64")]
level!(avx512_1 avx512_2 F64x8, #[target_feature(enable = "avx512f,avx512dq,avx2,fma")]);
#[cfg(target_arch = "aarch64")]
level!(neon1 neon2 F64x2);

struct Select<T> {
    level: Level,
    element: std::marker::PhantomData<T>,
}

impl<T: Element> Visit1 for Select<T> {
    type Output = Tile1;

    fn visit<F: Map1>(self) -> Tile1 {
        match self.level {
            Level::One => one1::<T, F>,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2_1::<T, F>,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512_1::<T, F>,
            #[cfg(target_arch = "aarch64")]
            Level::Neon => neon1::<T, F>,
        }
    }
}

impl<T: Element> Visit2 for Select<T> {
    type Output = Tile2;

    fn visit<F: Map2>(self) -> Tile2 {
        match self.level {
            Level::One => one2::<T, F>,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => avx2_2::<T, F>,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => avx512_2::<T, F>,
            #[cfg(target_arch = "aarch64")]
            Level::Neon => neon2::<T, F>,
        }
    }
}

/// Returns the loop of a function; the processor must be of the kind.
pub(crate) fn tile1<T: Element>(function: Function1, level: Level) -> Tile1 {
    function.visit(Select::<T> { level, element: std::marker::PhantomData })
}

/// Returns the loop of a function; the processor must be of the kind.
pub(crate) fn tile2<T: Element>(function: Function2, level: Level) -> Tile2 {
    function.visit(Select::<T> { level, element: std::marker::PhantomData })
}

/// Computes one element.
pub(crate) fn call1<T: Element>(function: Function1, x: T) -> T {
    let mut out = x;
    let tile = tile1::<T>(function, Level::best());
    // SAFETY: one element each, and the processor is of its own kind.
    unsafe { tile((&raw const x).cast(), (&raw mut out).cast(), 1) };
    out
}

/// Computes one element.
pub(crate) fn call2<T: Element>(function: Function2, x: T, y: T) -> T {
    let mut out = x;
    let tile = tile2::<T>(function, Level::best());
    // SAFETY: as above.
    unsafe { tile((&raw const x).cast(), (&raw const y).cast(), (&raw mut out).cast(), 1) };
    out
}
