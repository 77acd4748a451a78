//! Arrays of the crate `ndarray`, in and out without a copy.
//!
//! Views of any layout go in: transposed, sliced, reversed, broadcast. Results keep the layout they have.
#![expect(unsafe_code, reason = "borrows the memory of arrays of another crate")]

use ndarray::{ArrayBase, ArrayD, Data, DataMut, Dimension, IxDyn, ShapeBuilder};

use super::array::{Array, ArrayBuffer};
use super::array_ref::{ArrayMut, ArrayRef, in_bytes, layout_error};
use crate::dtype::Element;
use crate::error::Result;
use crate::exec::memory::Buffer;
use crate::exec::run::Owned;
use crate::exec::view::{Form, Layout, View, ViewMut};

impl<'a> ArrayRef<'a> {
    /// An array of the crate `ndarray`, of any layout; the elements stay where they are.
    ///
    /// ```
    /// use ndarray::{array, s};
    /// use numjit::{ArrayRef, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    /// let backwards = x.slice(s![.., ..;-1]);
    /// let sums = numjit::evaluate("sum(x, axis=0)", vars! { x: ArrayRef::from_ndarray(&backwards)? })?;
    /// assert_eq!(sums.as_slice::<f64>(), Some(&[9.0, 7.0, 5.0][..]));
    ///
    /// // The conversion that `vars!` uses does the same.
    /// let sums = numjit::evaluate("sum(backwards, axis=1)", vars! { backwards })?;
    /// assert_eq!(sums.as_slice::<f64>(), Some(&[6.0, 15.0][..]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there are more than 64 axes, or more elements than memory could hold, which only a broadcast view
    /// has.
    pub fn from_ndarray<S, D>(array: &'a ArrayBase<S, D>) -> Result<ArrayRef<'a>>
    where
        S: Data<Elem: Element>,
        D: Dimension,
    {
        let layout = layout(array.as_ptr(), array.shape(), array.strides())?;
        // SAFETY: `as_ptr` leads to the element at index zero, and `ndarray` keeps every element of the shape
        // and strides initialised and borrowed with the array. Elements of one dtype lie alike (see
        // `Element`), and a `bool` is 0 or 1.
        Ok(ArrayRef::of(unsafe { View::from_layout(layout) }))
    }
}

impl<'a> ArrayMut<'a> {
    /// An array of the crate `ndarray`, of any layout, to be written to.
    ///
    /// ```
    /// use ndarray::{Array2, array};
    /// use numjit::{ArrayMut, vars};
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let x = array![1.0, 2.0, 3.0];
    /// let mut table = Array2::<f64>::zeros((3, 2));
    /// let mut column = table.column_mut(1);
    /// numjit::evaluate_into("x * x", vars! { x }, &mut column)?;
    /// assert_eq!(table, array![[0.0, 1.0], [0.0, 4.0], [0.0, 9.0]]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there are more than 64 axes.
    pub fn from_ndarray<S, D>(array: &'a mut ArrayBase<S, D>) -> Result<ArrayMut<'a>>
    where
        S: DataMut<Elem: Element>,
        D: Dimension,
    {
        // Before the shape: an array that is shared becomes one of its own here, maybe of other strides.
        let ptr = array.as_mut_ptr();
        let layout = layout(ptr, array.shape(), array.strides())?;
        // SAFETY: as in `ArrayRef::from_ndarray`; the array is borrowed exclusively, and no two elements of an
        // array that may be written share memory. Only valid elements are written.
        Ok(ArrayMut(unsafe { ViewMut::from_layout(layout) }))
    }
}

fn layout<T: Element>(ptr: *const T, shape: &[usize], strides: &[isize]) -> Result<Layout> {
    // The strides of an array without elements can be anything.
    let (_, strides) = if shape.contains(&0) {
        (0, vec![0; shape.len()])
    } else {
        in_bytes(size_of::<T>(), 0, strides)?
    };
    let layout = Layout {
        ptr: ptr.cast_mut().cast(),
        dtype: T::DTYPE,
        shape: shape.into(),
        strides: strides.into(),
        form: Form::Native,
    };
    layout.check_shape().map_err(layout_error)?;
    Ok(layout)
}

/// As [`ArrayRef::from_ndarray`].
///
/// # Panics
/// Where it has an error.
impl<'a, S, D> From<&'a ArrayBase<S, D>> for ArrayRef<'a>
where
    S: Data<Elem: Element>,
    D: Dimension,
{
    fn from(array: &'a ArrayBase<S, D>) -> ArrayRef<'a> {
        ArrayRef::from_ndarray(array).expect("the array has at most 64 axes and fits into memory")
    }
}

/// As [`ArrayRef::from_ndarray`].
///
/// # Panics
/// Where it has an error.
impl<'a, S, D> From<&&'a ArrayBase<S, D>> for ArrayRef<'a>
where
    S: Data<Elem: Element>,
    D: Dimension,
{
    fn from(array: &&'a ArrayBase<S, D>) -> ArrayRef<'a> {
        ArrayRef::from(*array)
    }
}

/// As [`ArrayMut::from_ndarray`].
///
/// # Panics
/// Where it has an error.
impl<'a, S, D> From<&'a mut ArrayBase<S, D>> for ArrayMut<'a>
where
    S: DataMut<Elem: Element>,
    D: Dimension,
{
    fn from(array: &'a mut ArrayBase<S, D>) -> ArrayMut<'a> {
        ArrayMut::from_ndarray(array).expect("the array has at most 64 axes")
    }
}

impl Array {
    /// Returns the array as one of the crate `ndarray`, without a copy and with the same strides. Moments and
    /// durations are `i64`.
    ///
    /// ```
    /// use ndarray::{ArrayD, array};
    /// use numjit::vars;
    ///
    /// # fn main() -> Result<(), numjit::Error> {
    /// let x = array![[1.0, 2.0], [3.0, 4.0]];
    /// let y: ArrayD<f64> = numjit::evaluate("2 * x", vars! { x })?.into_ndarray().expect("f64");
    /// assert_eq!(y, array![[2.0, 4.0], [6.0, 8.0]].into_dyn());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The array, unchanged, when its elements are not of type `T`.
    pub fn into_ndarray<T: Element>(self) -> Result<ArrayD<T>, Array> {
        if self.0.dtype.is_string() {
            return Err(self);
        }
        let Owned { dtype, buffer, shape, strides } = self.0;
        let elements: Vec<T> = match buffer.into_vec() {
            Ok(elements) => elements,
            Err(buffer) => return Err(Array(Owned { dtype, buffer, shape, strides })),
        };
        let size = size_of::<T>().cast_signed();
        let axes = IxDyn(&shape);
        let array = if elements.is_empty() {
            ArrayD::from_shape_vec(axes, elements)
        } else {
            // Strides of axes of length 1 do not matter; `ndarray` wants them inside the memory.
            let stride = |(&stride, &len): (&isize, &usize)| {
                if len == 1 { 0 } else { (stride / size).cast_unsigned() }
            };
            let strides: Vec<usize> = strides.iter().zip(&shape).map(stride).collect();
            ArrayD::from_shape_vec(axes.strides(IxDyn(&strides)), elements)
        };
        Ok(array.expect("a result fills its memory, and its strides are not negative"))
    }
}

macro_rules! complex_buffers {
    ($($part:ty),*) => {$(
        impl From<Vec<num_complex::Complex<$part>>> for ArrayBuffer {
            fn from(vec: Vec<num_complex::Complex<$part>>) -> ArrayBuffer {
                let mut vec = std::mem::ManuallyDrop::new(vec);
                let (ptr, len, capacity) = (vec.as_mut_ptr(), vec.len(), vec.capacity());
                // SAFETY: the parts of a vector that is not dropped; both types are `repr(C)`, a real part
                // followed by an imaginary one.
                let vec = unsafe {
                    Vec::from_raw_parts(ptr.cast::<crate::dtype::Complex<$part>>(), len, capacity)
                };
                ArrayBuffer::new(Buffer::from(vec))
            }
        }
    )*};
}

complex_buffers!(f32, f64);

// What the conversions of complex numbers rest on.
const _: () = {
    use std::mem::offset_of;
    assert!(size_of::<num_complex::Complex<f64>>() == size_of::<crate::dtype::Complex<f64>>());
    assert!(align_of::<num_complex::Complex<f64>>() == align_of::<crate::dtype::Complex<f64>>());
    assert!(
        offset_of!(num_complex::Complex<f64>, re) == offset_of!(crate::dtype::Complex<f64>, re)
    );
    assert!(
        offset_of!(num_complex::Complex<f64>, im) == offset_of!(crate::dtype::Complex<f64>, im)
    );
};
