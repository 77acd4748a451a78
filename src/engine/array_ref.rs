//! The arrays that go in and are written to: borrowed.
#![expect(unsafe_code, reason = "offers raw memory of other languages as arrays")]

use std::fmt;

use super::array::Array;
use super::weak::Weak;
use crate::diag::{Diagnostic, ErrorKind};
use crate::dtype::{Complex, DType, Element, Scalar};
use crate::error::{Error, Result};
use crate::exec::strings::OwnedText;
use crate::exec::view::{Form, Layout, LayoutError, Operand, Single, View, ViewMut, self_overlap};
use crate::types::given;
use crate::types::literal::Literal;

/// An input: a borrowed array of any layout, or a single value that broadcasts.
///
/// Made with `from` out of `&[T]`, `&Vec<T>`, `&[T; N]` (one axis), `&Array`, `T`, `&T` and `&str`, where
/// `T` is an [`Element`]; with [`from_shape`](ArrayRef::from_shape) out of a slice and a shape; with
/// [`from_strides`](ArrayRef::from_strides) and [`from_bytes`](ArrayRef::from_bytes) out of anything else.
#[derive(Clone)]
pub struct ArrayRef<'a>(pub(super) Source<'a>);

#[derive(Clone)]
pub(super) enum Source<'a> {
    Single(Single),
    Weak(Weak),
    Array(View<'a>),
    Text(OwnedText),
}

/// An output: an array of any layout, borrowed for writing.
///
/// Made with `from` out of `&mut [T]`, `&mut Vec<T>` and `&mut [T; N]`, or as an [`ArrayRef`] is.
pub struct ArrayMut<'a>(pub(crate) ViewMut<'a>);

/// The order of the bytes of an element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// That of the machine.
    #[default]
    Native,
    /// The other one.
    Swapped,
}

impl ByteOrder {
    fn form(self) -> Form {
        match self {
            ByteOrder::Native => Form::Native,
            ByteOrder::Swapped => Form::Swapped,
        }
    }
}

impl<'a> ArrayRef<'a> {
    /// The elements of a slice as an array of this shape, the last axis innermost (C order).
    ///
    /// ```
    /// use numjit::{ArrayRef, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let x = ArrayRef::from_shape(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3])?;
    /// let sums = numjit::evaluate("sum(x, axis=0)", vars! { x })?;
    /// assert_eq!(sums.as_slice::<f64>(), Some(&[5.0, 7.0, 9.0][..]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the slice has another number of elements than the shape.
    pub fn from_shape<T: Element>(elements: &'a [T], shape: &[usize]) -> Result<ArrayRef<'a>> {
        View::from_shape(elements, shape).map(ArrayRef::of).map_err(layout_error)
    }

    /// Elements of a slice as an array of this shape: the one at index zero is `elements[offset]`, and
    /// the next along axis `i` is `strides[i]` elements further on. Strides may be negative or zero.
    ///
    /// # Errors
    /// When the array would reach outside the slice.
    pub fn from_strides<T: Element>(
        elements: &'a [T],
        offset: usize,
        shape: &[usize],
        strides: &[isize],
    ) -> Result<ArrayRef<'a>> {
        let size = size_of::<T>();
        let (offset, strides) = in_bytes(size, offset, strides)?;
        // SAFETY: elements have no padding; a `bool` is 0 or 1, which is stricter than what is assumed.
        let bytes = unsafe {
            std::slice::from_raw_parts(elements.as_ptr().cast::<u8>(), size_of_val(elements))
        };
        View::from_bytes(bytes, T::DTYPE, (offset, shape, &strides), Form::Native)
            .map(ArrayRef::of)
            .map_err(layout_error)
    }

    /// Bytes as an array of this dtype and shape: the element at index zero begins at `bytes[offset]`,
    /// and the next along axis `i` is `strides[i]` bytes further on. Elements need not be aligned; a
    /// `bool` is true if its byte is not 0.
    ///
    /// # Errors
    /// When the array would reach outside the bytes.
    pub fn from_bytes(
        bytes: &'a [u8],
        dtype: DType,
        offset: usize,
        shape: &[usize],
        strides: &[isize],
        order: ByteOrder,
    ) -> Result<ArrayRef<'a>> {
        View::from_bytes(bytes, dtype, (offset, shape, strides), order.form())
            .map(ArrayRef::of)
            .map_err(layout_error)
    }

    /// An array in memory that others own: `ptr` leads to the element at index zero, strides are in bytes.
    /// Elements need not be aligned; a `bool` is true if its byte is not 0.
    ///
    /// # Errors
    /// When there are more axes than 64, or shape and strides differ in length.
    ///
    /// # Safety
    /// Every element is initialised, and may be read and is not written while the result or a copy of it
    /// lives, except by an [`ArrayMut`] that is given to the same call.
    pub unsafe fn from_raw_parts(
        ptr: *const u8,
        dtype: DType,
        shape: &[usize],
        strides: &[isize],
        order: ByteOrder,
    ) -> Result<ArrayRef<'a>> {
        let form = if dtype == DType::Bool { Form::AnyByte } else { order.form() };
        let layout = raw_layout(ptr.cast_mut(), dtype, shape, strides, form)?;
        // SAFETY: the caller's promise.
        Ok(ArrayRef::of(unsafe { View::from_layout(layout) }))
    }

    /// A single moment or duration, or another number with a dtype of the same size.
    ///
    /// # Errors
    /// When the dtype is not made of such a number.
    pub fn single(dtype: DType, value: impl Into<Scalar>) -> Result<ArrayRef<'static>> {
        let value = value.into();
        if dtype.is_complex() || dtype.prim() != Some(value.prim()) {
            let message = format!("a single {} cannot be {dtype}", value.dtype());
            return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message)));
        }
        Ok(ArrayRef(Source::Single(Single::real(dtype, value))))
    }

    /// A number without a dtype: see [`Weak`].
    pub fn weak(value: impl Into<Weak>) -> ArrayRef<'static> {
        ArrayRef(Source::Weak(value.into()))
    }

    /// The same memory seen as another dtype: `i64` as moments or durations, or the other way round. A [number
    /// without a dtype](Weak) becomes a single value of this one.
    ///
    /// # Errors
    /// When one of them is not made of `i64`, or the number is of a higher kind than the dtype or does not fit it.
    pub fn with_dtype(self, dtype: DType) -> Result<ArrayRef<'a>> {
        if let Some(number) = self.literal() {
            let Some((re, im)) = given::fitting(number, dtype) else {
                let message = format!("{self:?} is no {dtype}");
                return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message)));
            };
            return Ok(ArrayRef(Source::Single(Single { dtype, re, im })));
        }
        let counts = |dtype: DType| dtype == DType::I64 || dtype.is_time();
        if !counts(self.dtype()) || !counts(dtype) {
            let message = format!("{} cannot be seen as {dtype}", self.dtype());
            return Err(Error::plain(Diagnostic::new(ErrorKind::DType, message)));
        }
        Ok(ArrayRef(match self.0 {
            Source::Single(single) => Source::Single(Single { dtype, ..single }),
            weak @ Source::Weak(_) => weak,
            Source::Array(view) => Source::Array(view.cast(dtype)),
            Source::Text(text) => Source::Text(text),
        }))
    }

    /// The array with its axes in the opposite order.
    pub fn transpose(self) -> ArrayRef<'a> {
        match self.0 {
            Source::Array(view) => {
                let axes: Vec<usize> = (0..view.shape().len()).rev().collect();
                ArrayRef::of(view.permuted(&axes))
            }
            single @ (Source::Single(_) | Source::Weak(_) | Source::Text(_)) => ArrayRef(single),
        }
    }

    /// The elements as an array of one axis, in the order of their indices; `None` for a single value and
    /// where they do not lie one after the other in this order.
    pub fn flat(self) -> Option<ArrayRef<'a>> {
        match self.0 {
            Source::Array(view) => view.flat().map(ArrayRef::of),
            Source::Single(_) | Source::Weak(_) | Source::Text(_) => None,
        }
    }

    pub(super) fn of(view: View<'a>) -> ArrayRef<'a> {
        ArrayRef(Source::Array(view))
    }

    /// Returns the dtype of the elements; of a number without one, that which it has alone.
    pub fn dtype(&self) -> DType {
        match &self.0 {
            Source::Single(single) => single.dtype,
            Source::Weak(weak) => weak.dtype(),
            Source::Array(view) => view.dtype(),
            Source::Text(text) => text.view().dtype(),
        }
    }

    /// Returns the lengths of the axes; none for a single value.
    pub fn shape(&self) -> &[usize] {
        match &self.0 {
            Source::Single(_) | Source::Weak(_) => &[],
            Source::Array(view) => view.shape(),
            Source::Text(text) => text.view().shape(),
        }
    }

    /// Returns the number of elements, or `None` for a single value that broadcasts.
    #[expect(clippy::len_without_is_empty, reason = "a single value is neither empty nor not")]
    pub fn len(&self) -> Option<usize> {
        match &self.0 {
            Source::Single(_) | Source::Weak(_) | Source::Text(_) => None,
            Source::Array(view) => Some(view.len()),
        }
    }

    /// Returns whether it was given as a number, not as an array.
    pub fn is_single(&self) -> bool {
        matches!(self.0, Source::Single(_) | Source::Weak(_))
    }

    /// Returns whether it is a number without a dtype.
    pub fn is_weak(&self) -> bool {
        matches!(self.0, Source::Weak(_))
    }

    /// Returns the number, if it is one without a dtype.
    pub(super) fn literal(&self) -> Option<Literal> {
        match self.0 {
            Source::Weak(weak) => Some(weak.literal()),
            Source::Single(_) | Source::Array(_) | Source::Text(_) => None,
        }
    }

    /// Returns what a kernel reads; of a number without a dtype nothing but that it has no axes.
    pub(crate) fn operand(&self) -> Operand<'_> {
        match &self.0 {
            Source::Single(single) => Operand::Single(*single),
            Source::Weak(weak) => {
                let dtype = weak.dtype();
                let zero = Scalar::small(0, dtype.prim().expect("numbers have a prim"));
                Operand::Single(Single::real(dtype, zero))
            }
            Source::Array(view) => Operand::Array(view),
            Source::Text(text) => Operand::Array(text.view()),
        }
    }
}

impl<'a> ArrayMut<'a> {
    /// The elements of a slice as an array of this shape, the last axis innermost (C order).
    ///
    /// # Errors
    /// When the slice has another number of elements than the shape.
    pub fn from_shape<T: Element>(elements: &'a mut [T], shape: &[usize]) -> Result<ArrayMut<'a>> {
        ViewMut::from_shape(elements, shape).map(ArrayMut).map_err(layout_error)
    }

    /// Elements of a slice as an array of this shape, as [`ArrayRef::from_strides`].
    ///
    /// # Errors
    /// When the array would reach outside the slice, or elements of it share memory.
    pub fn from_strides<T: Element>(
        elements: &'a mut [T],
        offset: usize,
        shape: &[usize],
        strides: &[isize],
    ) -> Result<ArrayMut<'a>> {
        let (offset, strides) = in_bytes(size_of::<T>(), offset, strides)?;
        let len = size_of_val(elements);
        // SAFETY: the slice is borrowed for as long, and only valid elements are written to it.
        let bytes =
            unsafe { std::slice::from_raw_parts_mut(elements.as_mut_ptr().cast::<u8>(), len) };
        ViewMut::from_bytes(bytes, T::DTYPE, (offset, shape, &strides), Form::Native)
            .map(ArrayMut)
            .map_err(layout_error)
    }

    /// Bytes as an array of this dtype and shape, as [`ArrayRef::from_bytes`].
    ///
    /// # Errors
    /// When the array would reach outside the bytes, or elements of it share memory.
    pub fn from_bytes(
        bytes: &'a mut [u8],
        dtype: DType,
        offset: usize,
        shape: &[usize],
        strides: &[isize],
        order: ByteOrder,
    ) -> Result<ArrayMut<'a>> {
        ViewMut::from_bytes(bytes, dtype, (offset, shape, strides), order.form())
            .map(ArrayMut)
            .map_err(layout_error)
    }

    /// An array in memory that others own, as [`ArrayRef::from_raw_parts`].
    ///
    /// # Errors
    /// As there, and when elements of the array share memory.
    ///
    /// # Safety
    /// Every element may be written while the result lives, and nobody else reads or writes them then,
    /// except through an [`ArrayRef`] that is given to the same call.
    pub unsafe fn from_raw_parts(
        ptr: *mut u8,
        dtype: DType,
        shape: &[usize],
        strides: &[isize],
        order: ByteOrder,
    ) -> Result<ArrayMut<'a>> {
        let layout = raw_layout(ptr, dtype, shape, strides, order.form())?;
        if let Some(axis) = self_overlap(&layout) {
            return Err(layout_error(LayoutError::SelfOverlap { axis }));
        }
        // SAFETY: the caller's promise.
        Ok(ArrayMut(unsafe { ViewMut::from_layout(layout) }))
    }

    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        self.0.dtype()
    }

    /// Returns the lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        self.0.shape()
    }
}

fn raw_layout(
    ptr: *mut u8,
    dtype: DType,
    shape: &[usize],
    strides: &[isize],
    form: Form,
) -> Result<Layout> {
    let layout = Layout { ptr, dtype, shape: shape.into(), strides: strides.into(), form };
    layout.check_shape().map_err(layout_error)?;
    Ok(layout)
}

pub(super) fn in_bytes(
    size: usize,
    offset: usize,
    strides: &[isize],
) -> Result<(usize, Vec<isize>)> {
    let far = || {
        let message = "an offset or stride is beyond what memory can hold";
        Error::plain(Diagnostic::new(ErrorKind::Shape, message))
    };
    let offset = offset.checked_mul(size).ok_or_else(far)?;
    let scale = |stride: &isize| stride.checked_mul(size.cast_signed()).ok_or_else(far);
    Ok((offset, strides.iter().map(scale).collect::<Result<_>>()?))
}

pub(super) fn layout_error(error: LayoutError) -> Error {
    Error::plain(Diagnostic::new(ErrorKind::Shape, error))
}

impl fmt::Debug for ArrayRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Single(_) | Source::Text(_) => write!(f, "ArrayRef({}, scalar)", self.dtype()),
            Source::Weak(weak) => write!(f, "ArrayRef({weak:?})"),
            Source::Array(view) => write!(f, "ArrayRef({}, {:?})", self.dtype(), view.shape()),
        }
    }
}

impl fmt::Debug for ArrayMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArrayMut({}, {:?})", self.dtype(), self.shape())
    }
}

impl<'a> From<&'a Array> for ArrayRef<'a> {
    fn from(array: &'a Array) -> ArrayRef<'a> {
        match array.to_scalar() {
            Some(value) if !array.dtype().is_time() => ArrayRef::from(value),
            Some(_) | None => ArrayRef::of(array.view()),
        }
    }
}

impl<'a, T: Element> From<&'a [T]> for ArrayRef<'a> {
    fn from(slice: &'a [T]) -> ArrayRef<'a> {
        ArrayRef::of(View::from_slice(slice))
    }
}

impl<'a, T: Element> From<&&'a [T]> for ArrayRef<'a> {
    fn from(slice: &&'a [T]) -> ArrayRef<'a> {
        ArrayRef::from(*slice)
    }
}

impl<'a, T: Element> From<&'a Vec<T>> for ArrayRef<'a> {
    fn from(vec: &'a Vec<T>) -> ArrayRef<'a> {
        ArrayRef::from(vec.as_slice())
    }
}

impl<'a, T: Element> From<&&'a Vec<T>> for ArrayRef<'a> {
    fn from(vec: &&'a Vec<T>) -> ArrayRef<'a> {
        ArrayRef::from(vec.as_slice())
    }
}

impl<'a, T: Element, const N: usize> From<&'a [T; N]> for ArrayRef<'a> {
    fn from(array: &'a [T; N]) -> ArrayRef<'a> {
        ArrayRef::from(array.as_slice())
    }
}

impl<'a, T: Element, const N: usize> From<&&'a [T; N]> for ArrayRef<'a> {
    fn from(array: &&'a [T; N]) -> ArrayRef<'a> {
        ArrayRef::from(array.as_slice())
    }
}

impl<'a> From<&&'a Array> for ArrayRef<'a> {
    fn from(array: &&'a Array) -> ArrayRef<'a> {
        ArrayRef::from(*array)
    }
}

impl<'a> From<&ArrayRef<'a>> for ArrayRef<'a> {
    fn from(array: &ArrayRef<'a>) -> ArrayRef<'a> {
        array.clone()
    }
}

impl From<&str> for ArrayRef<'_> {
    fn from(text: &str) -> Self {
        ArrayRef(Source::Text(OwnedText::new(text)))
    }
}

impl From<&&str> for ArrayRef<'_> {
    fn from(text: &&str) -> Self {
        ArrayRef::from(*text)
    }
}

impl From<&String> for ArrayRef<'_> {
    fn from(text: &String) -> Self {
        ArrayRef::from(text.as_str())
    }
}

impl From<Scalar> for ArrayRef<'_> {
    fn from(value: Scalar) -> Self {
        ArrayRef(Source::Single(Single::real(value.dtype(), value)))
    }
}

impl<'a, T: Element> From<&'a mut [T]> for ArrayMut<'a> {
    fn from(slice: &'a mut [T]) -> ArrayMut<'a> {
        ArrayMut(ViewMut::from_slice(slice))
    }
}

impl<'a, T: Element> From<&'a mut Vec<T>> for ArrayMut<'a> {
    fn from(vec: &'a mut Vec<T>) -> ArrayMut<'a> {
        ArrayMut::from(vec.as_mut_slice())
    }
}

impl<'a, T: Element, const N: usize> From<&'a mut [T; N]> for ArrayMut<'a> {
    fn from(array: &'a mut [T; N]) -> ArrayMut<'a> {
        ArrayMut::from(array.as_mut_slice())
    }
}

macro_rules! singles {
    ($($type:ty),*) => {$(
        impl From<$type> for ArrayRef<'_> {
            fn from(value: $type) -> Self {
                ArrayRef::from(Scalar::from(value))
            }
        }

        impl From<&$type> for ArrayRef<'_> {
            fn from(value: &$type) -> Self {
                ArrayRef::from(*value)
            }
        }
    )*};
}

singles!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

macro_rules! complex_singles {
    ($($type:ty),*) => {$(
        impl From<Complex<$type>> for ArrayRef<'_> {
            fn from(value: Complex<$type>) -> Self {
                let dtype = Complex::<$type>::DTYPE;
                let (re, im) = (value.re.into(), value.im.into());
                ArrayRef(Source::Single(Single { dtype, re, im }))
            }
        }

        impl From<&Complex<$type>> for ArrayRef<'_> {
            fn from(value: &Complex<$type>) -> Self {
                ArrayRef::from(*value)
            }
        }
    )*};
}

complex_singles!(f32, f64);
