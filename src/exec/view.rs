//! Views of the caller's memory, checked once when they are made.
//!
//! A view is a pointer, a dtype, a shape and strides that are known to lie inside one borrowed slice,
//! so everything that runs later relies on the type. Only one-dimensional contiguous views can be made
//! here; shape and strides are kept for any number of axes.
#![expect(unsafe_code, reason = "views turn slices into the raw pointers that kernels take")]

use std::marker::PhantomData;

use smallvec::{SmallVec, smallvec};

use crate::dtype::{DType, Element, Scalar};

/// Lengths of axes; up to two without allocating.
pub(crate) type Shape = SmallVec<[usize; 2]>;

/// Distances between neighbours along each axis, in bytes.
pub(crate) type Strides = SmallVec<[isize; 2]>;

/// What a kernel reads: an array, or one value for all elements.
#[derive(Clone, Copy)]
pub(crate) enum Operand<'a> {
    Scalar(Scalar),
    Array(&'a View<'a>),
}

/// A borrowed array.
#[derive(Clone)]
pub(crate) struct View<'a> {
    ptr: *const u8,
    dtype: DType,
    shape: Shape,
    strides: Strides,
    memory: PhantomData<&'a [u8]>,
}

/// An array borrowed for writing.
pub(crate) struct ViewMut<'a> {
    ptr: *mut u8,
    dtype: DType,
    shape: Shape,
    strides: Strides,
    memory: PhantomData<&'a mut [u8]>,
}

// SAFETY: a `View` is a shared borrow of plain numbers, as `&[T]` of a `T: Element`, which is `Sync`.
unsafe impl Send for View<'_> {}
// SAFETY: as above; nothing can be written through a `View`.
unsafe impl Sync for View<'_> {}
// SAFETY: a `ViewMut` is an exclusive borrow of plain numbers, as `&mut [T]` of a `T: Element`, which
// is `Send`.
unsafe impl Send for ViewMut<'_> {}

impl<'a> View<'a> {
    pub(crate) fn from_slice<T: Element>(slice: &'a [T]) -> View<'a> {
        View {
            ptr: slice.as_ptr().cast(),
            dtype: T::DTYPE,
            shape: smallvec![slice.len()],
            strides: smallvec![size_of::<T>() as isize],
            memory: PhantomData,
        }
    }

    pub(crate) fn ptr(&self) -> *const u8 {
        self.ptr
    }

    pub(crate) fn dtype(&self) -> DType {
        self.dtype
    }

    /// Returns the distance between neighbours of a one-dimensional array, in bytes.
    pub(crate) fn step(&self) -> isize {
        self.strides[0]
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns the elements. The dtype must be that of `T`.
    pub(crate) fn as_slice<T: Element>(&self) -> &'a [T] {
        assert_eq!(self.dtype, T::DTYPE);
        // SAFETY: the view was made from a slice of `T`, of this length, that it borrows.
        unsafe { std::slice::from_raw_parts(self.ptr.cast::<T>(), self.len()) }
    }

    /// Returns the view of `len` elements from `start` on.
    pub(crate) fn rows(&self, start: usize, len: usize) -> View<'a> {
        assert!(start.checked_add(len).is_some_and(|end| end <= self.len()));
        let mut rows = self.clone();
        rows.ptr = self.ptr.wrapping_add(start * self.dtype.size());
        rows.shape[0] = len;
        rows
    }

    /// Returns the element of an array that has only one.
    pub(crate) fn single(&self) -> Option<Scalar> {
        match self.dtype {
            DType::Bool => only(self.as_slice::<bool>()),
            DType::I32 => only(self.as_slice::<i32>()),
            DType::I64 => only(self.as_slice::<i64>()),
            DType::F32 => only(self.as_slice::<f32>()),
            DType::F64 => only(self.as_slice::<f64>()),
        }
    }
}

fn only<T: Element>(slice: &[T]) -> Option<Scalar> {
    if let [x] = slice { Some(x.to_scalar()) } else { None }
}

impl<'a> ViewMut<'a> {
    pub(crate) fn from_slice<T: Element>(slice: &'a mut [T]) -> ViewMut<'a> {
        ViewMut {
            ptr: slice.as_mut_ptr().cast(),
            dtype: T::DTYPE,
            shape: smallvec![slice.len()],
            strides: smallvec![size_of::<T>() as isize],
            memory: PhantomData,
        }
    }

    pub(crate) fn ptr(&mut self) -> *mut u8 {
        self.ptr
    }

    pub(crate) fn dtype(&self) -> DType {
        self.dtype
    }

    /// Returns the distance between neighbours of a one-dimensional array, in bytes.
    pub(crate) fn step(&self) -> isize {
        self.strides[0]
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Sets every element to a value of the view's dtype.
    pub(crate) fn fill(&mut self, value: Scalar) {
        assert_eq!(self.dtype, value.dtype());
        match value {
            Scalar::Bool(x) => self.as_slice().fill(x),
            Scalar::I32(x) => self.as_slice().fill(x),
            Scalar::I64(x) => self.as_slice().fill(x),
            Scalar::F32(x) => self.as_slice().fill(x),
            Scalar::F64(x) => self.as_slice().fill(x),
        }
    }

    fn as_slice<T: Element>(&mut self) -> &mut [T] {
        assert_eq!(self.dtype, T::DTYPE);
        // SAFETY: the view was made from a slice of `T`, of this length, that it borrows exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.ptr.cast::<T>(), self.len()) }
    }
}
