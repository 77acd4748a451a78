#![expect(unsafe_code, reason = "generated code passes tiles as raw pointers")]
//! The functions of [`math`](super) over whole tiles: what generated code calls, once per tile and
//! never per element.
//!
//! Every combination of operation and prim is a loop of its own, so the operation is chosen when a
//! kernel is compiled and costs nothing per element.

use super::elementary::Function2;
use super::elementary::kernels::{self, Level};
use super::{Float, Int, Op1, Op2, float_binary, int_binary, unary};
use crate::dtype::Prim;

/// Computes `out[i]` from `x[i]` for `i < n`; operand and result have the prim it was asked for.
///
/// # Safety
/// `x` must be readable and `out` writable for `n` elements of the prim, in one allocation each.
/// `out` may equal `x`; otherwise they must not overlap. No alignment is needed.
pub(crate) type TileFn1 = unsafe extern "C" fn(x: *const u8, out: *mut u8, n: usize);

/// Computes `out[i]` from `x[i]` and `y[i]` for `i < n`; all have the prim it was asked for.
///
/// # Safety
/// `x` and `y` must be readable and `out` writable for `n` elements of the prim, in one allocation
/// each. `out` may equal `x`, `y` or both; otherwise it must not overlap them. No alignment is needed.
pub(crate) type TileFn2 = unsafe extern "C" fn(x: *const u8, y: *const u8, out: *mut u8, n: usize);

/// Returns the kernel of an operation, or `None` if the prim is not a float.
pub(crate) fn tile1(op: Op1, prim: Prim) -> Option<TileFn1> {
    match prim {
        Prim::F32 => Some(float_tile1::<f32>(op)),
        Prim::F64 => Some(float_tile1::<f64>(op)),
        Prim::Bool
        | Prim::I8
        | Prim::I16
        | Prim::I32
        | Prim::I64
        | Prim::U8
        | Prim::U16
        | Prim::U32
        | Prim::U64 => None,
    }
}

/// Returns the kernel of an operation, or `None` if the operation does not have the prim.
pub(crate) fn tile2(op: Op2, prim: Prim) -> Option<TileFn2> {
    match prim {
        Prim::Bool => None,
        Prim::I8 => int_tile2::<i8>(op),
        Prim::I16 => int_tile2::<i16>(op),
        Prim::I32 => int_tile2::<i32>(op),
        Prim::I64 => int_tile2::<i64>(op),
        Prim::U8 => int_tile2::<u8>(op),
        Prim::U16 => int_tile2::<u16>(op),
        Prim::U32 => int_tile2::<u32>(op),
        Prim::U64 => int_tile2::<u64>(op),
        Prim::F32 => float_tile2::<f32>(op),
        Prim::F64 => float_tile2::<f64>(op),
    }
}

/// Types whose every bit pattern is a value, so that memory of the right size can be read as them.
trait Plain: Copy + Default {}

macro_rules! plain {
    ($($type:ty),*) => {$(impl Plain for $type {})*};
}

plain!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

fn float_tile1<T: Plain + Float>(op: Op1) -> TileFn1 {
    macro_rules! tiles {
        ($($op:ident)*) => {
            match op {
                Op1::Function(function) => kernels::tile1::<T>(function, Level::best()),
                $(Op1::$op => {
                    unsafe extern "C" fn tile<T: Plain + Float>(x: *const u8, out: *mut u8, n: usize) {
                        // SAFETY: the contract of `TileFn1` is the contract of `map1`.
                        unsafe { map1(x, out, n, |x: T| unary(Op1::$op, x)) }
                    }
                    tile::<T>
                })*
            }
        };
    }
    tiles! { Floor Ceil Trunc Rint }
}

macro_rules! tile2_of {
    ($bound:ident, $element:ident, $op:expr, $($variant:ident)*) => {
        match $op {
            $(Op2::$variant => {
                // Where there is no value there must be no kernel; the default is never computed.
                $element(Op2::$variant, T::default(), T::default())?;
                unsafe extern "C" fn tile<T: Plain + $bound>(
                    x: *const u8,
                    y: *const u8,
                    out: *mut u8,
                    n: usize,
                ) {
                    let f = |x: T, y: T| $element(Op2::$variant, x, y).unwrap_or_default();
                    // SAFETY: the contract of `TileFn2` is the contract of `map2`.
                    unsafe { map2(x, y, out, n, f) }
                }
                Some(tile::<T>)
            })*
            _ => None, // tidy: what floats and integers do not share
        }
    };
}

fn float_tile2<T: Plain + Float>(op: Op2) -> Option<TileFn2> {
    let function = match op {
        Op2::Function(function) => function,
        Op2::Pow => Function2::Pow,
        Op2::Fmod => Function2::Fmod,
        Op2::Rem => Function2::Rem,
        Op2::FloorDiv => Function2::FloorDiv,
        Op2::Nextafter => return tile2_of!(Float, float_binary, Op2::Nextafter, Nextafter),
        Op2::Gcd | Op2::Lcm => return None,
    };
    Some(kernels::tile2::<T>(function, Level::best()))
}

fn int_tile2<T: Plain + Int>(op: Op2) -> Option<TileFn2> {
    tile2_of!(Int, int_binary, op, FloorDiv Rem Fmod Pow Gcd Lcm)
}

/// # Safety
/// As [`TileFn1`], for elements of type `T`.
#[inline(always)]
unsafe fn map1<T: Plain>(x: *const u8, out: *mut u8, n: usize, f: impl Fn(T) -> T) {
    let (x, out) = (x.cast::<T>(), out.cast::<T>());
    for i in 0..n {
        // SAFETY: i < n, the caller's `x` is readable for n elements, and any bits are a `Plain`. Element
        // i of `out` is written after element i of `x` is read, so `out == x` reads what the caller wrote.
        let element = unsafe { x.wrapping_add(i).read_unaligned() };
        // SAFETY: i < n, and the caller's `out` is writable for n elements.
        unsafe { out.wrapping_add(i).write_unaligned(f(element)) };
    }
}

/// # Safety
/// As [`TileFn2`], for elements of type `T`.
#[inline(always)]
unsafe fn map2<T: Plain>(
    x: *const u8,
    y: *const u8,
    out: *mut u8,
    n: usize,
    f: impl Fn(T, T) -> T,
) {
    let (x, y, out) = (x.cast::<T>(), y.cast::<T>(), out.cast::<T>());
    for i in 0..n {
        // SAFETY: i < n, the caller's `x` is readable for n elements, and any bits are a `Plain`. Element
        // i of `out` is written after both elements i are read, so `out` may equal either operand.
        let left = unsafe { x.wrapping_add(i).read_unaligned() };
        // SAFETY: as for `x`.
        let right = unsafe { y.wrapping_add(i).read_unaligned() };
        // SAFETY: i < n, and the caller's `out` is writable for n elements.
        unsafe { out.wrapping_add(i).write_unaligned(f(left, right)) };
    }
}

#[cfg(test)]
mod tests {
    use super::super::elementary::Function1;
    use super::*;

    #[test]
    fn a_tile_is_its_elements_in_place_or_not() {
        let x = [0.5_f32, -2.5, 3.5, f32::INFINITY, -0.0];
        let want = x.map(|x| unary(Op1::Rint, x));
        let tile = tile1(Op1::Rint, Prim::F32).expect("rint is for floats");
        let mut out = [0_f32; 5];
        // SAFETY: both arrays have five elements and are distinct.
        unsafe { tile(x.as_ptr().cast(), out.as_mut_ptr().cast(), x.len()) };
        assert_eq!(out.map(f32::to_bits), want.map(f32::to_bits));
        let mut out = x;
        let at = out.as_mut_ptr().cast::<u8>();
        // SAFETY: five elements, in place.
        unsafe { tile(at, at, x.len()) };
        assert_eq!(out.map(f32::to_bits), want.map(f32::to_bits));
    }

    #[test]
    fn a_tile_of_two_operands_may_end_in_either() {
        let (x, y) = ([7_i64, -7, i64::MIN, 5], [2_i64, 2, -1, 0]);
        let want = [3, -4, i64::MIN, 0];
        let tile = tile2(Op2::FloorDiv, Prim::I64).expect("floor_div is for integers");
        let (mut left, mut right) = (x, y);
        let at = left.as_mut_ptr().cast::<u8>();
        // SAFETY: four elements each; `out` is `x`.
        unsafe { tile(at, y.as_ptr().cast(), at, x.len()) };
        assert_eq!(left, want);
        let at = right.as_mut_ptr().cast::<u8>();
        // SAFETY: four elements each; `out` is `y`.
        unsafe { tile(x.as_ptr().cast(), at, at, x.len()) };
        assert_eq!(right, want);
    }

    #[test]
    fn only_meaningful_combinations_have_a_kernel() {
        for prim in Prim::ALL {
            assert_eq!(tile1(Op1::Function(Function1::Exp), prim).is_some(), prim.is_float());
            assert_eq!(tile2(Op2::Pow, prim).is_some(), prim != Prim::Bool);
            assert_eq!(tile2(Op2::Function(Function2::Hypot), prim).is_some(), prim.is_float());
            assert_eq!(tile2(Op2::Gcd, prim).is_some(), prim.is_int());
        }
    }
}
