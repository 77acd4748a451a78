//! The arrays that go in and come out: borrowed, borrowed for writing, owned.

use std::any::Any;
use std::fmt;

use crate::dtype::{DType, Element, Scalar};
use crate::exec::memory::{Buffer, each_buffer};
use crate::exec::view::{Operand, View, ViewMut};

/// An input: a borrowed one-dimensional array, or a single number that broadcasts.
///
/// Made with `from` out of `&[T]`, `&Vec<T>`, `&[T; N]`, `&Array`, `T` and `&T`, where `T` is one of
/// `bool`, `i32`, `i64`, `f32`, `f64`.
#[derive(Clone)]
pub struct ArrayRef<'a>(Source<'a>);

#[derive(Clone)]
enum Source<'a> {
    Scalar(Scalar),
    Array(View<'a>),
}

/// An output: a one-dimensional array borrowed for writing.
///
/// Made with `from` out of `&mut [T]`, `&mut Vec<T>` and `&mut [T; N]`.
pub struct ArrayMut<'a>(pub(crate) ViewMut<'a>);

/// An owned result: one-dimensional, or a single value (a reduction, an expression of numbers only).
#[derive(Clone, PartialEq)]
pub struct Array {
    data: Buffer,
    is_scalar: bool,
}

impl<'a> ArrayRef<'a> {
    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        match &self.0 {
            Source::Scalar(scalar) => scalar.dtype(),
            Source::Array(view) => view.dtype(),
        }
    }

    /// Returns the number of elements, or `None` for a single number that broadcasts.
    #[expect(clippy::len_without_is_empty, reason = "a single number is neither empty nor not")]
    pub fn len(&self) -> Option<usize> {
        match &self.0 {
            Source::Scalar(_) => None,
            Source::Array(view) => Some(view.len()),
        }
    }

    pub(crate) fn operand(&self) -> Operand<'_> {
        match &self.0 {
            Source::Scalar(scalar) => Operand::Scalar(*scalar),
            Source::Array(view) => Operand::Array(view),
        }
    }
}

impl ArrayMut<'_> {
    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        self.0.dtype()
    }
}

impl Array {
    pub(crate) fn new(data: Buffer) -> Array {
        Array { data, is_scalar: false }
    }

    pub(crate) fn scalar(value: Scalar) -> Array {
        let data = match value {
            Scalar::Bool(x) => Buffer::Bool(vec![x]),
            Scalar::I32(x) => Buffer::I32(vec![x]),
            Scalar::I64(x) => Buffer::I64(vec![x]),
            Scalar::F32(x) => Buffer::F32(vec![x]),
            Scalar::F64(x) => Buffer::F64(vec![x]),
        };
        Array { data, is_scalar: true }
    }

    /// Returns the dtype of the elements.
    pub fn dtype(&self) -> DType {
        match self.data {
            Buffer::Bool(_) => DType::Bool,
            Buffer::I32(_) => DType::I32,
            Buffer::I64(_) => DType::I64,
            Buffer::F32(_) => DType::F32,
            Buffer::F64(_) => DType::F64,
        }
    }

    /// Returns the number of elements; a single value has one.
    #[expect(clippy::len_without_is_empty, reason = "`is_empty` follows the conventions of slices")]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Returns the lengths of the axes: none for a single value, one for an array.
    pub fn shape(&self) -> Vec<usize> {
        if self.is_scalar { Vec::new() } else { vec![self.len()] }
    }

    /// Returns whether this is a single value rather than an array.
    pub fn is_scalar(&self) -> bool {
        self.is_scalar
    }

    /// Returns the element at `index`, or `None` past the end.
    pub fn get(&self, index: usize) -> Option<Scalar> {
        each_buffer!(&self.data, vec => vec.get(index).map(|&x| x.to_scalar()))
    }

    /// Returns the single value, or `None` for an array.
    pub fn to_scalar(&self) -> Option<Scalar> {
        if self.is_scalar { self.get(0) } else { None }
    }

    /// Returns the elements, or `None` when they are not of type `T`.
    pub fn as_slice<T: Element>(&self) -> Option<&[T]> {
        let vec: &dyn Any = each_buffer!(&self.data, vec => vec);
        vec.downcast_ref::<Vec<T>>().map(Vec::as_slice)
    }

    /// Returns the elements without copying them, or the array itself when they are not of type `T`.
    ///
    /// # Errors
    /// The array, unchanged, when its dtype is not that of `T`.
    pub fn into_vec<T: Element>(mut self) -> Result<Vec<T>, Array> {
        let vec: &mut dyn Any = each_buffer!(&mut self.data, vec => vec);
        match vec.downcast_mut::<Vec<T>>() {
            Some(vec) => Ok(std::mem::take(vec)),
            None => Err(self),
        }
    }
}

/// Prints the dtype, the shape and the elements, the middle left out when there are many.
impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} ", self.dtype(), self.shape())?;
        let n = self.len();
        let mut list = f.debug_list();
        for index in 0..n {
            if n > 10 && (5..n - 5).contains(&index) {
                if index == 5 {
                    list.entry(&format_args!("…"));
                }
                continue;
            }
            list.entry(&format_args!("{}", self.get(index).expect("index is below the length")));
        }
        list.finish()
    }
}

impl fmt::Debug for ArrayRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            None => write!(f, "ArrayRef({}, scalar)", self.dtype()),
            Some(n) => write!(f, "ArrayRef({}, [{n}])", self.dtype()),
        }
    }
}

impl fmt::Debug for ArrayMut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArrayMut({}, [{}])", self.dtype(), self.0.len())
    }
}

impl<'a> From<&'a Array> for ArrayRef<'a> {
    fn from(array: &'a Array) -> ArrayRef<'a> {
        if let Some(value) = array.to_scalar() {
            return ArrayRef(Source::Scalar(value));
        }
        ArrayRef(Source::Array(array.data.view()))
    }
}

impl<'a, T: Element> From<&'a [T]> for ArrayRef<'a> {
    fn from(slice: &'a [T]) -> ArrayRef<'a> {
        ArrayRef(Source::Array(View::from_slice(slice)))
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

macro_rules! scalars {
    ($($type:ty),*) => {$(
        impl From<$type> for ArrayRef<'_> {
            fn from(value: $type) -> Self {
                ArrayRef(Source::Scalar(value.into()))
            }
        }

        impl From<&$type> for ArrayRef<'_> {
            fn from(value: &$type) -> Self {
                ArrayRef::from(*value)
            }
        }
    )*};
}

scalars!(bool, i32, i64, f32, f64);
