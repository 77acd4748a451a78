//! What the expressions of `numjit.numexpr` are made of. Calls that need no conversion and are right are computed
//! here; whatever is unusual about a call is left to the Python part, which knows numexpr's words.

use std::sync::{Arc, RwLock};

use numjit::{ArrayRef, DType};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyString, PyTuple};

use crate::engines;
use crate::npy::{self, NpArray};
use crate::numexpr::{NumexprKernel, plain};
use crate::operand::{Inputs, Layout};
use crate::run::{self, Wish};

const POISONED: &str = "nothing panics under this lock";

/// Casting rules that let each kind be computed from the dtypes that have it.
pub(crate) const CASTINGS: [&str; 3] = ["same_kind", "safe", "unsafe"];

/// What `numexpr.NumExpr` inherits: it knows the code for inputs that need no conversion.
#[pyclass(frozen, subclass, module = "numjit._numjit")]
pub(crate) struct NumexprBase {
    plan: RwLock<Option<Arc<Plan>>>,
}

pub(crate) struct Plan {
    /// Of which epoch the code is.
    epoch: u64,
    kernel: Py<NumexprKernel>,
    /// The last inputs, which are the same in each call.
    constants: Vec<Py<PyAny>>,
}

#[pymethods]
impl NumexprBase {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> NumexprBase {
        NumexprBase { plan: RwLock::default() }
    }

    /// Sets the code for inputs of its dtypes.
    pub(crate) fn _know(&self, kernel: Py<NumexprKernel>, constants: Vec<Py<PyAny>>) {
        let plan = Arc::new(Plan { epoch: engines::epoch(), kernel, constants });
        let before = self.plan.write().expect(POISONED).replace(plan);
        drop(before); // without the lock
    }

    /// Computes the expression over arrays, in the order of `input_names`.
    ///
    /// Takes `out`, `order` and `casting`, which is `'safe'` by default; with any of them also `ex_uses_vml`.
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        args: &Bound<'py, PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(out) = usual_keywords(kwargs)?
            && let Some(plan) = slf.get().plan()
            && let Some(inputs) = plan.arguments(args)
            && let Some(result) = plan.run(args.py(), inputs, out)?
        {
            return Ok(result);
        }
        slf.getattr(pyo3::intern!(args.py(), "_call"))?.call(args, kwargs)
    }
}

/// Returns the output that the keywords of a call name, if they ask for nothing unusual.
fn usual_keywords<'py>(
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Option<Option<Bound<'py, PyAny>>>> {
    let Some(kwargs) = kwargs else { return Ok(Some(None)) };
    let mut out = None;
    let mut says_vml = false;
    for (key, value) in kwargs.iter() {
        let is_usual = match key.cast::<PyString>()?.to_str()? {
            "out" => {
                out = (!value.is_none()).then_some(value);
                true
            }
            "order" => is_word(&value, &["K"]),
            "casting" => is_word(&value, &CASTINGS),
            "ex_uses_vml" => {
                says_vml = true;
                true
            }
            _ => false,
        };
        if !is_usual {
            return Ok(None);
        }
    }
    Ok(says_vml.then_some(out))
}

pub(crate) fn is_word(object: &Bound<'_, PyAny>, words: &[&str]) -> bool {
    let text = object.cast_exact::<PyString>();
    text.is_ok_and(|text| text.to_str().is_ok_and(|text| words.contains(&text)))
}

impl NumexprBase {
    pub(crate) fn plan(&self) -> Option<Arc<Plan>> {
        let plan = self.plan.read().expect(POISONED).clone();
        plan.filter(|plan| plan.epoch == engines::epoch())
    }
}

impl Plan {
    /// The inputs that are given in each call.
    pub(crate) fn inputs(&self) -> &[(String, DType)] {
        let inputs = self.kernel.get().inputs();
        &inputs[..inputs.len() - self.constants.len()]
    }

    /// Returns arguments as inputs, if they have the dtypes of the code.
    fn arguments<'p, 'py>(&'p self, args: &Bound<'py, PyTuple>) -> Option<Inputs<'p, 'py>> {
        let wanted = self.inputs();
        if args.len() != wanted.len() {
            return None;
        }
        let mut inputs = Inputs::new();
        for ((name, dtype), object) in wanted.iter().zip(args.iter()) {
            if NpArray::exact(&object).is_some() {
                inputs.push(name, object, None).ok()?;
            } else if npy::is_scalar(&object) {
                inputs.push(name, npy::from_any(&object, None, name).ok()?, None).ok()?;
            } else {
                inputs.push_single(name, number(&object, Some(*dtype))?);
            }
        }
        if !self.takes(&inputs) {
            return None;
        }
        self.add_constants(args.py(), &mut inputs).ok()?;
        Some(inputs)
    }

    pub(crate) fn add_constants<'p, 'py>(
        &'p self,
        py: Python<'py>,
        inputs: &mut Inputs<'p, 'py>,
    ) -> PyResult<()> {
        let further = self.kernel.get().inputs().iter().skip(inputs.vars.len());
        for (constant, (name, dtype)) in self.constants.iter().zip(further) {
            inputs.push(name, constant.bind(py).clone(), Some(*dtype))?;
        }
        Ok(())
    }

    /// Returns whether inputs have the dtypes of the code.
    pub(crate) fn takes(&self, inputs: &Inputs<'_, '_>) -> bool {
        let wanted = self.inputs();
        let is_it =
            |((_, dtype), (_, array)): (&(_, DType), &(_, ArrayRef<'_>))| *dtype == array.dtype();
        inputs.vars.len() == wanted.len() && wanted.iter().zip(&inputs.vars).all(is_it)
    }

    /// Runs the code. Returns nothing if something may be wrong that the Python part has words for.
    pub(crate) fn run<'py>(
        &self,
        py: Python<'py>,
        inputs: Inputs<'_, 'py>,
        out: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let compiled = self.kernel.get().fitting(py, &inputs.vars)?;
        if let Some(out) = &out {
            let Some(array) = NpArray::exact(out) else { return Ok(None) };
            let Layout::Same(first) = inputs.layout else { return Ok(None) };
            let is_alike = compiled.is_plain
                && array.is_native_of(compiled.dtype)
                && array.shape() == inputs.vars[first].1.shape()
                && array.is_writeable();
            if !is_alike {
                return Ok(None);
            }
        }
        let wish = Wish { keep_arrays: true, ..Wish::default() };
        match run::run_with(py, &compiled, inputs, out, wish, plain) {
            Ok(result) => Ok(Some(result)),
            Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Returns a number of Python as NumPy makes an array of it, of this dtype or of its own.
pub(crate) fn number(
    object: &Bound<'_, PyAny>,
    wanted: Option<DType>,
) -> Option<ArrayRef<'static>> {
    if let Ok(x) = object.cast_exact::<PyFloat>() {
        return Some(x.value().into());
    }
    if let Ok(x) = object.cast_exact::<PyInt>() {
        let x: i64 = x.extract().ok()?;
        return match wanted {
            Some(DType::F64) => Some((x as f64).into()),
            Some(DType::I32) => Some(i32::try_from(x).ok()?.into()),
            Some(_) | None => Some(x.into()),
        };
    }
    Some(object.cast_exact::<PyBool>().ok()?.is_true().into())
}
