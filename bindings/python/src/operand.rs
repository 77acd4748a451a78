//! Objects of Python to inputs.
#![expect(unsafe_code, reason = "keeps arrays of NumPy alive while they are read")]

use numjit::{ArrayRef, Complex, DType, Scalar, Weak};
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyComplex, PyFloat, PyInt, PyList, PyString, PyTuple};
use smallvec::SmallVec;

use crate::npy::{self, NpArray};

/// Inputs of a run: arrays by name, and the objects whose memory they are.
pub(crate) struct Inputs<'n, 'py> {
    pub(crate) vars: SmallVec<[(&'n str, ArrayRef<'static>); 8]>,
    held: SmallVec<[Bound<'py, PyAny>; 8]>,
    pub(crate) layout: Layout,
}

/// What the arrays have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// There are none, only single values.
    Singles,
    /// They have one shape, that of the input with this index, and their elements lie in C order.
    Same(usize),
    /// Anything else.
    Mixed,
}

impl<'n, 'py> Inputs<'n, 'py> {
    pub(crate) fn new() -> Inputs<'n, 'py> {
        Inputs { vars: SmallVec::new(), held: SmallVec::new(), layout: Layout::Singles }
    }

    /// Returns the inputs with further ones. They are valid as long as this.
    pub(crate) fn beside<'v>(
        &'v self,
        further: impl IntoIterator<Item = (&'v str, ArrayRef<'v>)>,
    ) -> Vec<(&'v str, ArrayRef<'v>)> {
        let own = self.vars.iter().map(|(name, array)| (*name, array.clone()));
        own.chain(further).collect()
    }

    /// Adds an object. Numbers of Python have no dtype; lists are arrays of the dtype `wanted`, if there is one.
    /// Returns false, and adds nothing, if it is an object that the Python part has to look at.
    pub(crate) fn push(
        &mut self,
        name: &'n str,
        object: Bound<'py, PyAny>,
        wanted: Option<DType>,
    ) -> PyResult<bool> {
        if let Some(array) = NpArray::exact(&object) {
            // SAFETY: `held` keeps the array alive as long as `vars`.
            let input = unsafe { input(array, name)? };
            self.add(name, input, array.is_c_contiguous());
            self.held.push(object);
            return Ok(true);
        }
        if let Some(number) = number(&object, name)? {
            self.vars.push((name, ArrayRef::weak(number)));
            return Ok(true);
        }
        if let Ok(x) = object.cast_exact::<PyBool>() {
            let single = match wanted {
                Some(dtype) if dtype != DType::Bool => ArrayRef::weak(i32::from(x.is_true())),
                Some(_) | None => ArrayRef::from(x.is_true()),
            };
            self.vars.push((name, single));
            return Ok(true);
        }
        if let Ok(text) = object.cast_exact::<PyString>() {
            self.vars.push((name, ArrayRef::from(text.to_str()?)));
            return Ok(true);
        }
        let is_plain = npy::is_scalar(&object)
            || object.is_exact_instance_of::<PyList>()
            || object.is_exact_instance_of::<PyTuple>()
            || object.is_exact_instance_of::<PyBytes>();
        if !is_plain {
            return Ok(false);
        }
        let array = npy::from_any(&object, wanted, &format!("`{name}`"))?;
        let Some(view) = NpArray::any(&array) else {
            return Err(PyTypeError::new_err(format!("`{name}` is no array")));
        };
        // SAFETY: as above.
        let input = unsafe { input(view, name)? };
        self.add(name, input, view.is_c_contiguous());
        self.held.push(array);
        Ok(true)
    }

    /// Adds a single value that has its dtype.
    pub(crate) fn push_single(&mut self, name: &'n str, value: ArrayRef<'static>) {
        self.vars.push((name, value));
    }

    /// Makes arrays of one shape in C order rows of one axis.
    pub(crate) fn flatten(&mut self) {
        for (_, array) in &mut self.vars {
            if array.len().is_some() {
                *array = array.clone().flat().expect("the elements lie in C order");
            }
        }
    }

    fn add(&mut self, name: &'n str, input: ArrayRef<'static>, is_contiguous: bool) {
        if input.len().is_some() {
            self.layout = match self.layout {
                _ if !is_contiguous => Layout::Mixed,
                Layout::Singles => Layout::Same(self.vars.len()),
                Layout::Same(first) if self.vars[first].1.shape() == input.shape() => {
                    Layout::Same(first)
                }
                Layout::Same(_) | Layout::Mixed => Layout::Mixed,
            };
        }
        self.vars.push((name, input));
    }
}

/// Returns an array as an input; one without axes as the single value that it is.
///
/// # Safety
/// The array is kept alive as long as the result.
unsafe fn input(array: NpArray<'_, '_>, name: &str) -> PyResult<ArrayRef<'static>> {
    // SAFETY: the caller's promise.
    let input = unsafe { array.input(name)? };
    if !array.shape().is_empty() || !array.is_native() {
        return Ok(input);
    }
    let data = array.data();
    macro_rules! read {
        ($type:ty) => {
            // SAFETY: the array has one element, of this type; it need not be aligned.
            unsafe { data.cast::<$type>().read_unaligned() }
        };
    }
    let scalar = match input.dtype() {
        DType::Bool => Scalar::Bool(read!(u8) != 0),
        DType::I8 => Scalar::I8(read!(i8)),
        DType::I16 => Scalar::I16(read!(i16)),
        DType::I32 => Scalar::I32(read!(i32)),
        DType::I64 | DType::Datetime(_) | DType::Timedelta(_) => Scalar::I64(read!(i64)),
        DType::U8 => Scalar::U8(read!(u8)),
        DType::U16 => Scalar::U16(read!(u16)),
        DType::U32 => Scalar::U32(read!(u32)),
        DType::U64 => Scalar::U64(read!(u64)),
        DType::F32 => Scalar::F32(read!(f32)),
        DType::F64 => Scalar::F64(read!(f64)),
        DType::C64 => {
            let [re, im] = read!([f32; 2]);
            return Ok(ArrayRef::from(Complex { re, im }));
        }
        DType::C128 => {
            let [re, im] = read!([f64; 2]);
            return Ok(ArrayRef::from(Complex { re, im }));
        }
        _ => return Ok(input), // strings stay arrays
    };
    Ok(ArrayRef::single(input.dtype(), scalar).unwrap_or(input))
}

/// Returns a number of Python; `None` for other objects, and for truth values, which have a dtype.
pub(crate) fn number(object: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<Weak>> {
    // `numpy.float64` is a subclass of `float`, but has a dtype of its own, so types are compared exactly.
    if let Ok(x) = object.cast_exact::<PyFloat>() {
        return Ok(Some(Weak::Float(x.value())));
    }
    if let Ok(x) = object.cast_exact::<PyInt>() {
        if let Ok(small) = x.extract::<i64>() {
            return Ok(Some(Weak::Int(small.into())));
        }
        let too_large =
            |_| PyOverflowError::new_err(format!("`{name}` is an integer of more than 128 bits"));
        return x.extract::<i128>().map(|x| Some(Weak::Int(x))).map_err(too_large);
    }
    if let Ok(x) = object.cast_exact::<PyComplex>() {
        return Ok(Some(Weak::Complex(Complex { re: x.real(), im: x.imag() })));
    }
    Ok(None)
}
