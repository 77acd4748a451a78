//! Views of the caller's memory, checked once when they are made.
//!
//! A view is a pointer, a dtype, a shape and strides in bytes that are known to stay inside one borrowed
//! piece of memory, so everything that runs later relies on the type.
#![expect(unsafe_code, reason = "views turn slices into the raw pointers that kernels take")]

use std::marker::PhantomData;

use smallvec::{SmallVec, smallvec};

use crate::dtype::{DType, Element, Prim, Scalar};
use crate::ir::shape::{MAX_NDIM, Shape};

/// Distances between neighbours along each axis, in bytes.
pub(crate) type Strides = SmallVec<[isize; 4]>;

/// What a kernel reads: an array, or one value for all elements.
#[derive(Clone, Copy)]
pub(crate) enum Operand<'a> {
    Single(Single),
    Array(&'a View<'a>),
}

impl Operand<'_> {
    pub(crate) fn dtype(&self) -> DType {
        match self {
            Operand::Single(single) => single.dtype,
            Operand::Array(view) => view.dtype(),
        }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        match self {
            Operand::Single(_) => &[],
            Operand::Array(view) => view.shape(),
        }
    }
}

/// A single value: a number, or both parts of a complex one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Single {
    pub(crate) dtype: DType,
    pub(crate) re: Scalar,
    /// Zero for all but complex numbers.
    pub(crate) im: Scalar,
}

impl Single {
    pub(crate) fn real(dtype: DType, value: Scalar) -> Single {
        Single { dtype, re: value, im: Scalar::small(0, value.prim()) }
    }
}

/// How the bytes of an element lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As the machine has them.
    Native,
    /// In the other order.
    Swapped,
    /// Of a `bool` that may be any byte, where all but 0 mean true.
    AnyByte,
}

/// A borrowed array.
#[derive(Clone)]
pub(crate) struct View<'a> {
    layout: Layout,
    memory: PhantomData<&'a [u8]>,
}

/// An array borrowed for writing.
pub(crate) struct ViewMut<'a> {
    layout: Layout,
    memory: PhantomData<&'a mut [u8]>,
}

/// Where the elements of an array lie.
#[derive(Clone)]
pub(crate) struct Layout {
    /// Of the element at index zero. Written through only by the owner of a [`ViewMut`].
    pub(crate) ptr: *mut u8,
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    pub(crate) strides: Strides,
    pub(crate) form: Form,
}

// SAFETY: a `View` is a shared borrow of plain numbers, as `&[T]` of a `T: Element`, which is `Sync`.
unsafe impl Send for View<'_> {}
// SAFETY: as above; nothing can be written through a `View`.
unsafe impl Sync for View<'_> {}
// SAFETY: a `ViewMut` is an exclusive borrow of plain numbers, as `&mut [T]` of a `T: Element`, which
// is `Send`.
unsafe impl Send for ViewMut<'_> {}

/// Why a piece of memory cannot be seen as an array.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LayoutError {
    #[error("{shape} shape lengths and {strides} strides")]
    Ndim { shape: usize, strides: usize },
    #[error("an array has at most {MAX_NDIM} dimensions, not {0}")]
    TooManyAxes(usize),
    #[error("an array of shape {shape:?} has {want} elements, and there are {have}")]
    Length { shape: Vec<usize>, want: usize, have: usize },
    #[error(
        "the array reaches outside the memory it is given: it needs bytes {from} to {to} of {have}"
    )]
    Outside { from: i128, to: i128, have: usize },
    #[error("the number of elements of shape {0:?} is beyond what memory can hold")]
    Overflow(Vec<usize>),
    #[error("two elements of an output share memory along axis {axis}")]
    SelfOverlap { axis: usize },
}

impl Layout {
    /// The layout of elements one after the other, the last axis innermost.
    pub(crate) fn contiguous(ptr: *mut u8, dtype: DType, shape: &[usize]) -> Layout {
        Layout {
            ptr,
            dtype,
            shape: shape.into(),
            strides: contiguous_strides(shape, dtype.size()),
            form: Form::Native,
        }
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Returns the first byte and the one past the last.
    pub(crate) fn bytes(&self) -> (usize, usize) {
        if self.len() == 0 {
            return (self.ptr.addr(), self.ptr.addr());
        }
        let (mut low, mut high) = (0, self.dtype.size().cast_signed());
        for (&len, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = (len - 1).cast_signed() * stride;
            if reach < 0 { low += reach } else { high += reach }
        }
        (self.ptr.addr().wrapping_add_signed(low), self.ptr.addr().wrapping_add_signed(high))
    }

    /// Checks that there is such a shape.
    pub(crate) fn check_shape(&self) -> Result<(), LayoutError> {
        if self.shape.len() != self.strides.len() {
            let (shape, strides) = (self.shape.len(), self.strides.len());
            return Err(LayoutError::Ndim { shape, strides });
        }
        check_shape(&self.shape, self.dtype.size())
    }

    /// Checks that `size` bytes hold the array if its element at index zero is `offset` bytes in.
    fn check(&self, offset: usize, size: usize) -> Result<(), LayoutError> {
        self.check_shape()?;
        if self.len() == 0 {
            return Ok(());
        }
        let (mut from, mut to) = (offset as i128, offset as i128 + self.dtype.size() as i128);
        for (&len, &stride) in self.shape.iter().zip(&self.strides) {
            let reach = (len - 1) as i128 * stride as i128;
            if reach < 0 { from += reach } else { to += reach }
        }
        if from < 0 || to > size as i128 {
            return Err(LayoutError::Outside { from, to, have: size });
        }
        Ok(())
    }
}

/// Returns the strides of elements one after the other, the last axis innermost. Those of a shape that is
/// beyond what memory can hold mean nothing.
pub(crate) fn contiguous_strides(shape: &[usize], size: usize) -> Strides {
    let mut strides: Strides = smallvec![0; shape.len()];
    let mut step = size.cast_signed();
    for (stride, &len) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step = step.wrapping_mul(len.max(1).cast_signed());
    }
    strides
}

/// Returns whether elements lie one after the other; strides of axes of length 1 do not matter.
pub(crate) fn is_contiguous(shape: &[usize], strides: &[isize], size: usize) -> bool {
    let mut step = size.cast_signed();
    for (&stride, &len) in strides.iter().zip(shape).rev() {
        if len == 0 {
            return true;
        }
        if len != 1 && stride != step {
            return false;
        }
        step = step.wrapping_mul(len.cast_signed());
    }
    true
}

fn check_shape(shape: &[usize], size: usize) -> Result<(), LayoutError> {
    if shape.len() > MAX_NDIM {
        return Err(LayoutError::TooManyAxes(shape.len()));
    }
    // Lengths of zero do not make the others harmless: strides are computed from all of them.
    let product = |n: usize, &len: &usize| n.checked_mul(len.max(1));
    let bytes = shape.iter().try_fold(size.max(1), product);
    match bytes {
        Some(bytes) if bytes <= isize::MAX.cast_unsigned() => Ok(()),
        Some(_) | None => Err(LayoutError::Overflow(shape.to_vec())),
    }
}

impl<'a> View<'a> {
    /// The elements of a slice along one axis.
    pub(crate) fn from_slice<T: Element>(slice: &'a [T]) -> View<'a> {
        let ptr = slice.as_ptr().cast_mut().cast();
        View {
            layout: Layout {
                ptr,
                dtype: T::DTYPE,
                shape: smallvec![slice.len()],
                strides: smallvec![size_of::<T>().cast_signed()],
                form: Form::Native,
            },
            memory: PhantomData,
        }
    }

    /// The elements of a slice as an array of this shape, the last axis innermost.
    pub(crate) fn from_shape<T: Element>(
        slice: &'a [T],
        shape: &[usize],
    ) -> Result<View<'a>, LayoutError> {
        check_shape(shape, size_of::<T>())?;
        let want = shape.iter().product();
        if want != slice.len() {
            return Err(LayoutError::Length { shape: shape.to_vec(), want, have: slice.len() });
        }
        let ptr = slice.as_ptr().cast_mut().cast();
        Ok(View { layout: Layout::contiguous(ptr, T::DTYPE, shape), memory: PhantomData })
    }

    /// Bytes as an array with its element at index zero `offset` bytes in.
    pub(crate) fn from_bytes(
        bytes: &'a [u8],
        dtype: DType,
        (offset, shape, strides): (usize, &[usize], &[isize]),
        form: Form,
    ) -> Result<View<'a>, LayoutError> {
        let ptr = bytes.as_ptr().cast_mut().wrapping_add(offset);
        let form = if dtype == DType::Bool { Form::AnyByte } else { form };
        let layout = Layout { ptr, dtype, shape: shape.into(), strides: strides.into(), form };
        layout.check(offset, bytes.len())?;
        Ok(View { layout, memory: PhantomData })
    }

    /// # Safety
    /// Every element of the layout is initialised and may be read for the lifetime; a `bool` is 0 or 1 if
    /// the form is native.
    pub(crate) unsafe fn from_layout(layout: Layout) -> View<'a> {
        View { layout, memory: PhantomData }
    }

    /// Stands for the shape of an array whose elements nothing reads.
    pub(crate) fn shape_only(dtype: DType, shape: &[usize]) -> View<'static> {
        let ptr = std::ptr::without_provenance_mut(dtype.alignment());
        let strides = SmallVec::from_elem(0, shape.len());
        let layout = Layout { ptr, dtype, shape: shape.into(), strides, form: Form::Native };
        View { layout, memory: PhantomData }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn dtype(&self) -> DType {
        self.layout.dtype
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.layout.shape
    }

    /// Returns the number of elements.
    pub(crate) fn len(&self) -> usize {
        self.layout.len()
    }

    /// Returns the view of `len` rows from `start` on: of the elements along the first axis.
    pub(crate) fn rows(&self, start: usize, len: usize) -> View<'a> {
        assert!(start.checked_add(len).is_some_and(|end| end <= self.layout.shape[0]));
        let mut rows = self.clone();
        let offset = start.cast_signed() * self.layout.strides[0];
        rows.layout.ptr = self.layout.ptr.wrapping_offset(offset);
        rows.layout.shape[0] = len;
        rows
    }

    /// Returns the view with another dtype of the same size: an `i64` as a moment in time.
    pub(crate) fn cast(mut self, dtype: DType) -> View<'a> {
        assert_eq!(self.layout.dtype.size(), dtype.size());
        self.layout.dtype = dtype;
        self
    }

    /// Returns the view as one of a single axis, if its elements lie in the order of their indices.
    pub(crate) fn flat(mut self) -> Option<View<'a>> {
        let layout = &mut self.layout;
        let size = layout.dtype.size();
        let n = layout.shape.iter().product();
        if n > 0 && !is_contiguous(&layout.shape, &layout.strides, size) {
            return None;
        }
        (layout.shape, layout.strides) = (smallvec![n], smallvec![size.cast_signed()]);
        Some(self)
    }

    /// Returns the view with its axes in another order: `axes[i]` becomes axis `i`.
    pub(crate) fn permuted(mut self, axes: &[usize]) -> View<'a> {
        let layout = &self.layout;
        let shape = axes.iter().map(|&axis| layout.shape[axis]).collect();
        let strides = axes.iter().map(|&axis| layout.strides[axis]).collect();
        (self.layout.shape, self.layout.strides) = (shape, strides);
        self
    }
}

impl<'a> ViewMut<'a> {
    /// The elements of a slice along one axis.
    pub(crate) fn from_slice<T: Element>(slice: &'a mut [T]) -> ViewMut<'a> {
        let ptr = slice.as_mut_ptr().cast();
        let layout = Layout::contiguous(ptr, T::DTYPE, &[slice.len()]);
        ViewMut { layout, memory: PhantomData }
    }

    /// The elements of a slice as an array of this shape, the last axis innermost.
    pub(crate) fn from_shape<T: Element>(
        slice: &'a mut [T],
        shape: &[usize],
    ) -> Result<ViewMut<'a>, LayoutError> {
        let layout = View::from_shape(slice, shape)?.layout;
        let ptr = slice.as_mut_ptr().cast();
        Ok(ViewMut { layout: Layout { ptr, ..layout }, memory: PhantomData })
    }

    /// Bytes as an array with its element at index zero `offset` bytes in. What it writes is valid for
    /// the dtype.
    pub(crate) fn from_bytes(
        bytes: &'a mut [u8],
        dtype: DType,
        (offset, shape, strides): (usize, &[usize], &[isize]),
        form: Form,
    ) -> Result<ViewMut<'a>, LayoutError> {
        let ptr = bytes.as_mut_ptr().wrapping_add(offset);
        let layout = Layout { ptr, dtype, shape: shape.into(), strides: strides.into(), form };
        layout.check(offset, bytes.len())?;
        if let Some(axis) = self_overlap(&layout) {
            return Err(LayoutError::SelfOverlap { axis });
        }
        Ok(ViewMut { layout, memory: PhantomData })
    }

    /// # Safety
    /// Every element of the layout may be written for the lifetime, and no two share memory.
    pub(crate) unsafe fn from_layout(layout: Layout) -> ViewMut<'a> {
        ViewMut { layout, memory: PhantomData }
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn dtype(&self) -> DType {
        self.layout.dtype
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.layout.shape
    }
}

/// Returns an axis along which elements overlap each other or those of an axis inside it. Layouts whose
/// axes interleave without overlap are refused too; NumPy makes none.
pub(crate) fn self_overlap(layout: &Layout) -> Option<usize> {
    if layout.len() == 0 {
        return None;
    }
    let mut axes: Vec<usize> = (0..layout.shape.len()).filter(|&i| layout.shape[i] > 1).collect();
    axes.sort_by_key(|&axis| layout.strides[axis].unsigned_abs());
    let mut extent = layout.dtype.size();
    for axis in axes {
        let stride = layout.strides[axis].unsigned_abs();
        if stride < extent {
            return Some(axis);
        }
        extent += stride * (layout.shape[axis] - 1);
    }
    None
}

/// One strided stream of a single prim: what a loop reads or writes.
#[derive(Clone, Debug)]
pub(crate) struct Lane {
    pub(crate) ptr: *mut u8,
    pub(crate) prim: Prim,
    /// By axis of the space that is run over.
    pub(crate) strides: Strides,
    pub(crate) form: Form,
}

// SAFETY: a `Lane` is a place, not a borrow; whoever reads or writes through it proves that it may.
unsafe impl Send for Lane {}
// SAFETY: as above.
unsafe impl Sync for Lane {}

impl Lane {
    /// Returns whether kernels can read and write it where it lies, as far as single elements go.
    pub(crate) fn is_direct(&self) -> bool {
        let size = self.prim.size();
        self.form == Form::Native
            && self.ptr.addr().is_multiple_of(size)
            && self.strides.iter().all(|stride| stride.unsigned_abs().is_multiple_of(size))
    }
}
