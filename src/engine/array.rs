//! The arrays that come out: owned.

use std::fmt;

use super::array_ref::ArrayRef;
use crate::dtype::{Complex, DType, Element, Primitive, Scalar};
use crate::error::Result;
use crate::exec::memory::{Buffer, each_buffer};
use crate::exec::run::{Owned, view_of};
use crate::exec::view::{View, is_contiguous};

/// An owned result of any number of axes; without axes it is a single value.
pub struct Array(pub(super) Owned);

/// Whether the elements of a result lie as its shape says, and what they are as one value.
trait ToScalar {
    fn to_single(&self) -> Option<Scalar>;
}

impl<T: Primitive> ToScalar for T {
    fn to_single(&self) -> Option<Scalar> {
        Some(self.to_scalar())
    }
}

impl ToScalar for Complex<f32> {
    fn to_single(&self) -> Option<Scalar> {
        None
    }
}

impl ToScalar for Complex<f64> {
    fn to_single(&self) -> Option<Scalar> {
        None
    }
}

impl Array {
    pub(crate) fn new(owned: Owned) -> Array {
        Array(owned)
    }

    /// Makes an array of one axis.
    pub fn from_vec<T: Element>(elements: Vec<T>) -> Array
    where
        ArrayBuffer: From<Vec<T>>,
    {
        let n = elements.len();
        let ArrayBuffer(buffer) = ArrayBuffer::from(elements);
        Array(Owned::contiguous(T::DTYPE, buffer, &[n]))
    }

    /// Makes an array of strings along one axis, as wide as the longest (`U`).
    pub fn from_strings<S: AsRef<str>>(strings: &[S]) -> Array {
        let chars = |s: &S| s.as_ref().chars().count();
        let width = strings.iter().map(chars).max().unwrap_or(0).max(1);
        let mut units: Vec<u32> = Vec::with_capacity(width * strings.len());
        for string in strings {
            let end = units.len() + width;
            units.extend(string.as_ref().chars().map(u32::from));
            units.resize(end, 0);
        }
        let dtype = DType::Str(u32::try_from(width).expect("a string is shorter than memory"));
        Array(Owned::contiguous(dtype, Buffer::from(units), &[strings.len()]))
    }

    /// Makes an array of byte strings along one axis, as wide as the longest (`S`).
    pub fn from_byte_strings<S: AsRef<[u8]>>(strings: &[S]) -> Array {
        let width = strings.iter().map(|s| s.as_ref().len()).max().unwrap_or(0).max(1);
        let mut bytes: Vec<u8> = Vec::with_capacity(width * strings.len());
        for string in strings {
            let end = bytes.len() + width;
            bytes.extend_from_slice(string.as_ref());
            bytes.resize(end, 0);
        }
        let dtype = DType::Bytes(u32::try_from(width).expect("a string is shorter than memory"));
        Array(Owned::contiguous(dtype, Buffer::from(bytes), &[strings.len()]))
    }

    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        self.0.dtype
    }

    /// Returns the lengths of the axes; none for a single value.
    pub fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    /// Returns the distances between neighbours along each axis, in bytes.
    pub fn strides(&self) -> &[isize] {
        &self.0.strides
    }

    /// Returns the number of axes.
    pub fn ndim(&self) -> usize {
        self.0.shape.len()
    }

    /// Returns the number of elements; a single value has one.
    #[expect(clippy::len_without_is_empty, reason = "`is_empty` follows the conventions of slices")]
    pub fn len(&self) -> usize {
        self.0.shape.iter().product()
    }

    /// Returns whether this is a single value rather than an array.
    pub fn is_scalar(&self) -> bool {
        self.0.shape.is_empty()
    }

    /// Returns whether the elements lie in the order of their indices, the last axis innermost.
    pub fn is_contiguous(&self) -> bool {
        is_contiguous(&self.0.shape, &self.0.strides, self.0.dtype.size())
    }

    /// Returns element number `index` in the order of the indices, or `None` past the end and for strings
    /// and complex numbers. Moments and durations are counts of their unit.
    pub fn get(&self, index: usize) -> Option<Scalar> {
        if index >= self.len() || self.0.dtype.is_string() || self.0.dtype.is_complex() {
            return None;
        }
        let at = self.position(index);
        each_buffer!(&self.0.buffer, vec => vec.get(at).and_then(ToScalar::to_single))
    }

    /// Returns where in memory element number `index` is, in elements.
    fn position(&self, index: usize) -> usize {
        let size = self.0.dtype.size().max(1).cast_signed();
        let mut rest = index;
        let mut at = 0;
        for (&len, &stride) in self.0.shape.iter().zip(&self.0.strides).rev() {
            at += (rest % len).cast_signed() * (stride / size);
            rest /= len;
        }
        at.cast_unsigned()
    }

    /// Returns the single value, or `None` for an array.
    pub fn to_scalar(&self) -> Option<Scalar> {
        if self.is_scalar() { self.get(0) } else { None }
    }

    /// Returns the elements in the order of their indices, or `None` when they are not of type `T` or do
    /// not lie in this order. Moments and durations are `i64`, code points `u32`, bytes `u8`.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        if !self.is_contiguous() {
            return None;
        }
        self.0.buffer.as_slice()
    }

    /// Returns the elements in the order of their indices, or `None` when they are not of type `T`.
    pub fn to_vec<T: Element>(&self) -> Option<Vec<T>> {
        if let Some(slice) = self.as_slice() {
            return Some(slice.to_vec());
        }
        let elements = self.0.buffer.as_slice::<T>()?;
        if self.0.dtype.is_string() {
            return None;
        }
        Some((0..self.len()).map(|index| elements[self.position(index)]).collect())
    }

    /// Returns the elements without copying them, or the array itself when they are not of type `T` or do
    /// not lie in the order of their indices.
    ///
    /// # Errors
    /// The array, unchanged, in these cases.
    pub fn into_vec<T: Element>(self) -> Result<Vec<T>, Array> {
        if !self.is_contiguous() {
            return Err(self);
        }
        let Owned { dtype, buffer, shape, strides } = self.0;
        buffer.into_vec().map_err(|buffer| Array(Owned { dtype, buffer, shape, strides }))
    }

    /// Returns the bytes of the elements, in the order in which they lie in memory.
    pub fn memory(&self) -> &[u8] {
        self.0.buffer.as_bytes()
    }

    /// Returns the bytes of the elements, in the order of their indices.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.is_contiguous() {
            return self.memory().to_vec();
        }
        let size = self.0.dtype.size();
        let memory = self.memory();
        (0..self.len())
            .flat_map(|index| {
                let at = self.position(index) * size;
                memory[at..at + size].iter().copied()
            })
            .collect()
    }

    /// Returns the strings in the order of their indices, without trailing zeros; bytes that are not
    /// UTF-8 and code points that do not exist become U+FFFD. `None` for numbers.
    pub fn to_strings(&self) -> Option<Vec<String>> {
        if !self.0.dtype.is_string() {
            return None;
        }
        let bytes = self.to_bytes();
        let size = self.0.dtype.size();
        let string = |index: usize| {
            let bytes = &bytes[index * size..(index + 1) * size];
            let text: String = if let DType::Bytes(_) = self.0.dtype {
                String::from_utf8_lossy(bytes).into_owned()
            } else {
                (bytes.chunks_exact(4))
                    .map(|unit| u32::from_ne_bytes([unit[0], unit[1], unit[2], unit[3]]))
                    .map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            };
            text.trim_end_matches('\0').to_owned()
        };
        Some((0..self.len()).map(string).collect())
    }

    pub(crate) fn view(&self) -> View<'_> {
        view_of(&self.0)
    }

    /// Returns an array of one axis with the element of this one, `n` times.
    #[cfg(feature = "arrow")]
    pub(super) fn repeated(self, n: usize) -> Array {
        assert_eq!(self.len(), 1);
        let buffer = each_buffer!(&self.0.buffer, vec => Buffer::from(vec.repeat(n)));
        Array(Owned::contiguous(self.0.dtype, buffer, &[n]))
    }

    /// Returns the array as an input.
    pub fn as_ref(&self) -> ArrayRef<'_> {
        ArrayRef::from(self)
    }
}

/// What a vector of elements becomes.
#[doc(hidden)]
pub struct ArrayBuffer(Buffer);

macro_rules! array_buffers {
    ($($type:ty),*) => {$(
        impl From<Vec<$type>> for ArrayBuffer {
            fn from(vec: Vec<$type>) -> ArrayBuffer {
                ArrayBuffer(Buffer::from(vec))
            }
        }
    )*};
}

array_buffers!(bool, i8, i16, i32, i64, u8, u16, u32, u64, f32, f64, Complex<f32>, Complex<f64>);

#[cfg(feature = "ndarray")]
impl ArrayBuffer {
    pub(super) fn new(buffer: Buffer) -> ArrayBuffer {
        ArrayBuffer(buffer)
    }
}

impl Clone for Array {
    fn clone(&self) -> Array {
        Array(Owned {
            dtype: self.0.dtype,
            buffer: self.0.buffer.clone(),
            shape: self.0.shape.clone(),
            strides: self.0.strides.clone(),
        })
    }
}

/// Equal arrays have one dtype, one shape, and elements that are equal as numbers.
impl PartialEq for Array {
    fn eq(&self, other: &Array) -> bool {
        if self.dtype() != other.dtype() || self.shape() != other.shape() {
            return false;
        }
        if self.is_contiguous() && other.is_contiguous() {
            return self.0.buffer == other.0.buffer;
        }
        if self.dtype().is_string() || self.dtype().is_complex() {
            return self.to_bytes() == other.to_bytes();
        }
        let number = |array: &Array, index| array.get(index).map(Scalar::to_f64);
        (0..self.len()).all(|index| number(self, index) == number(other, index))
    }
}

/// Prints the dtype, the shape and the elements, the middle left out when there are many.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} ", self.dtype(), self.shape())?;
        let strings = self.to_strings();
        let n = self.len();
        let mut list = f.debug_list();
        for index in 0..n {
            if n > 10 && (5..n - 5).contains(&index) {
                if index == 5 {
                    list.entry(&format_args!("…"));
                }
                continue;
            }
            match (&strings, self.get(index)) {
                (Some(strings), _) => list.entry(&strings[index]),
                (None, Some(scalar)) => list.entry(&format_args!("{scalar}")),
                (None, None) => {
                    let complex = each_buffer!(&self.0.buffer, vec => {
                        format!("{:?}", vec.get(self.position(index)))
                    });
                    list.entry(&format_args!("{complex}"))
                }
            };
        }
        list.finish()
    }
}
