//! Calls of `numjit.numexpr` like ones that were made before. Whatever is new or unusual about a call is left
//! to the Python part, which knows numexpr's words; it says what it has found here.

use std::sync::{Arc, RwLock};

use numjit::{ArrayRef, DType};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDict, PyFloat, PyInt, PyString, PyTuple, PyWeakrefMethods, PyWeakrefReference,
};

use crate::engines;
use crate::lookup::Scope;
use crate::npy::{self, NpArray};
use crate::numexpr::{NumexprKernel, plain};
use crate::operand::{Inputs, Layout};
use crate::run::{self, Wish};

const POISONED: &str = "nothing panics under this lock";

/// So many expressions are known, and of each for so many choices of dtypes.
const MAX_TEXTS: usize = 1024;
const MAX_CALLS: usize = 32;

/// Casting rules that let each kind be computed from the dtypes that have it.
const CASTINGS: [&str; 3] = ["same_kind", "safe", "unsafe"];

/// What `numexpr.NumExpr` is made of: it knows the code for inputs that need no conversion.
#[pyclass(frozen, subclass, module = "numjit._numjit")]
pub(crate) struct NumexprBase {
    plan: RwLock<Option<Arc<Plan>>>,
}

struct Plan {
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
    fn _know(&self, kernel: Py<NumexprKernel>, constants: Vec<Py<PyAny>>) {
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
#[expect(clippy::type_complexity, reason = "an output that may be missing, if it is known")]
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

fn is_word(object: &Bound<'_, PyAny>, words: &[&str]) -> bool {
    let text = object.cast_exact::<PyString>();
    text.is_ok_and(|text| text.to_str().is_ok_and(|text| words.contains(&text)))
}

impl NumexprBase {
    fn plan(&self) -> Option<Arc<Plan>> {
        let plan = self.plan.read().expect(POISONED).clone();
        plan.filter(|plan| plan.epoch == engines::epoch())
    }
}

impl Plan {
    /// The inputs that are given in each call.
    fn inputs(&self) -> &[(String, DType)] {
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

    fn add_constants<'p, 'py>(
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
    fn takes(&self, inputs: &Inputs<'_, '_>) -> bool {
        let wanted = self.inputs();
        let is_it =
            |((_, dtype), (_, array)): (&(_, DType), &(_, ArrayRef<'_>))| *dtype == array.dtype();
        inputs.vars.len() == wanted.len() && wanted.iter().zip(&inputs.vars).all(is_it)
    }

    /// Runs the code. Returns nothing if something may be wrong that the Python part has words for.
    fn run<'py>(
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
fn number(object: &Bound<'_, PyAny>, wanted: Option<DType>) -> Option<ArrayRef<'static>> {
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

/// What `re_evaluate` repeats.
#[pyclass(frozen, get_all, module = "numjit._numjit")]
pub(crate) struct NumexprCall {
    nex: Py<NumexprBase>,
    names: Vec<Py<PyString>>,
    /// A weak reference to an array, or nothing.
    out: Option<Py<PyWeakrefReference>>,
    order: Py<PyAny>,
    casting: Py<PyAny>,
}

#[pymethods]
impl NumexprCall {
    #[new]
    fn new(
        nex: Py<NumexprBase>,
        names: Vec<Py<PyString>>,
        out: Option<Py<PyWeakrefReference>>,
        order: Py<PyAny>,
        casting: Py<PyAny>,
    ) -> NumexprCall {
        NumexprCall { nex, names, out, order, casting }
    }
}

/// A text whose names are known, and what it was computed with before: with the default options.
#[pyclass(frozen, module = "numjit._numjit")]
struct Known {
    /// With the objects that dicts are asked for.
    names: Vec<(String, Py<PyString>)>,
    calls: RwLock<Vec<Arc<Call>>>,
}

/// What `re_evaluate` repeats, and its expression.
type Call = (Py<NumexprCall>, Py<NumexprBase>);

/// The texts that are known: a dict, as Python's strings know their hashes.
fn texts(py: Python<'_>) -> &Bound<'_, PyDict> {
    static TEXTS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    TEXTS.get_or_init(py, || PyDict::new(py).unbind()).bind(py)
}

/// Tells that an expression is computed by `nex`, for the dtypes which that has.
#[pyfunction]
pub(crate) fn numexpr_know(
    ex: &Bound<'_, PyString>,
    names: Vec<Py<PyString>>,
    nex: &Bound<'_, NumexprBase>,
) -> PyResult<()> {
    let py = ex.py();
    let texts = texts(py);
    let known = match texts.get_item(ex)? {
        Some(known) => known.cast_into::<Known>()?,
        None => {
            let name = |name: &Py<PyString>| Ok((name.to_str(py)?.to_owned(), name.clone_ref(py)));
            let pairs = names.iter().map(name).collect::<PyResult<_>>()?;
            let known = Bound::new(py, Known { names: pairs, calls: RwLock::default() })?;
            if texts.len() >= MAX_TEXTS {
                texts.clear();
            }
            texts.set_item(ex, &known)?;
            known
        }
    };
    let call = NumexprCall {
        nex: nex.clone().unbind(),
        names,
        out: None,
        order: PyString::intern(py, "K").into_any().unbind(),
        casting: PyString::intern(py, "same_kind").into_any().unbind(),
    };
    let call = Arc::new((Py::new(py, call)?, nex.clone().unbind()));
    let Some(plan) = nex.get().plan() else { return Ok(()) };
    let is_other =
        |call: &Arc<Call>| call.1.get().plan().is_some_and(|other| other.inputs() != plan.inputs());
    let mut calls = known.get().calls.write().expect(POISONED);
    let (others, mut dropped): (Vec<_>, Vec<_>) =
        std::mem::take(&mut *calls).into_iter().partition(is_other);
    *calls = others;
    if calls.len() == MAX_CALLS {
        dropped.push(calls.remove(0));
    }
    calls.push(call);
    drop(calls);
    drop(dropped); // without the lock: this may run Python
    Ok(())
}

/// Returns what the names of an expression stand for, if that is clear: arrays, and what NumPy makes them of.
fn look_up<'n, 'py>(
    py: Python<'py>,
    names: impl Iterator<Item = (&'n str, &'n Py<PyString>)>,
    local_dict: Option<&Bound<'py, PyAny>>,
    global_dict: Option<&Bound<'py, PyAny>>,
) -> Option<Inputs<'n, 'py>> {
    let is_dict = |given: Option<&Bound<'py, PyAny>>| {
        given.is_none_or(|given| given.is_exact_instance_of::<PyDict>())
    };
    if !is_dict(local_dict) || !is_dict(global_dict) {
        return None;
    }
    let scope = Scope::new(py, local_dict.cloned(), global_dict.cloned());
    let mut inputs = Inputs::new();
    for (name, object) in names {
        let object = scope.get(object.bind(py)).ok()??;
        if NpArray::exact(&object).is_some() {
            inputs.push(name, object, None).ok()?;
        } else if let Some(number) = number(&object, None) {
            inputs.push_single(name, number);
        } else {
            inputs.push(name, npy::from_any(&object, None, name).ok()?, None).ok()?;
        }
    }
    Some(inputs)
}

/// Where each thread keeps what it has computed last.
fn last(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static LAST: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    LAST.import(py, "numjit.numexpr._evaluate", "_numexpr_last")
}

/// Computes an expression over arrays.
///
/// Args:
///     ex: the expression.
///     local_dict: where names are looked up first; by default the caller's local variables.
///     global_dict: where they are looked up then; by default the caller's global variables.
///     out: an array for the result. Inputs broadcast to its shape.
///     order: how a fresh result is laid out: `'K'`, `'C'`, `'F'` or `'A'`, as in NumPy.
///     casting: which dtype changes of inputs and output are allowed, as in NumPy.
///     sanitize: accepted; texts are never executed.
///     disable_cache: compile anew, and keep nothing.
///     kwargs: `optimization` and `truediv`.
///
/// Raises:
///     KeyError: if a name is unknown.
///     TypeError, ValueError, NotImplementedError, SyntaxError: if the expression is not one, or
///         not one of these arrays; in numexpr's words.
#[pyfunction]
#[pyo3(
    signature = (ex, local_dict=None, global_dict=None, out=None, order=None, casting="same_kind", sanitize=None, _frame_depth=3, disable_cache=None, **kwargs),
    text_signature = "(ex, local_dict=None, global_dict=None, out=None, order='K', casting='same_kind', sanitize=None, _frame_depth=3, disable_cache=False, **kwargs)"
)]
#[expect(clippy::too_many_arguments, reason = "they are numexpr's")]
pub(crate) fn numexpr_evaluate<'py>(
    ex: &Bound<'py, PyAny>,
    local_dict: Option<&Bound<'py, PyAny>>,
    global_dict: Option<&Bound<'py, PyAny>>,
    out: Option<&Bound<'py, PyAny>>,
    order: Option<&Bound<'py, PyAny>>,
    casting: &str,
    sanitize: Option<&Bound<'py, PyAny>>,
    _frame_depth: isize,
    disable_cache: Option<&Bound<'py, PyAny>>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = ex.py();
    let is_usual = _frame_depth == 3
        && kwargs.is_none()
        && disable_cache.is_none()
        && order.is_none_or(|order| is_word(order, &["K"]))
        && CASTINGS.contains(&casting);
    if is_usual
        && let Ok(text) = ex.cast_exact::<PyString>()
        && let Some(result) = evaluate_known(text, local_dict, global_dict, out, casting)?
    {
        return Ok(result);
    }
    static EVALUATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let evaluate = EVALUATE.import(py, "numjit.numexpr._evaluate", "evaluate_anew")?;
    let order = order.unwrap_or(pyo3::intern!(py, "K"));
    let disable_cache = disable_cache.map_or(Ok(false), Bound::is_truthy)?;
    let arguments =
        (ex, local_dict, global_dict, out, order, casting, sanitize, _frame_depth, disable_cache);
    evaluate.call(arguments, kwargs)
}

/// Computes an expression as it was computed before, if it was.
fn evaluate_known<'py>(
    text: &Bound<'py, PyString>,
    local_dict: Option<&Bound<'py, PyAny>>,
    global_dict: Option<&Bound<'py, PyAny>>,
    out: Option<&Bound<'py, PyAny>>,
    casting: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = text.py();
    let Some(known) = texts(py).get_item(text)? else { return Ok(None) };
    let known = known.cast_into::<Known>()?;
    let known = known.get();
    let names = known.names.iter().map(|(name, object)| (name.as_str(), object));
    let Some(inputs) = look_up(py, names, local_dict, global_dict) else { return Ok(None) };
    let find = |call: &Arc<Call>| {
        let plan = call.1.get().plan().filter(|plan| plan.takes(&inputs))?;
        Some((plan, Arc::clone(call)))
    };
    let found = known.calls.read().expect(POISONED).iter().find_map(find);
    let Some((plan, call)) = found else { return Ok(None) };
    let last = last(py)?;
    if out.is_none() && casting == "same_kind" {
        last.setattr(pyo3::intern!(py, "l"), &call.0)?;
    } else {
        let call = call.0.get();
        let out = out.map(PyWeakrefReference::new).transpose()?;
        let call = NumexprCall {
            nex: call.nex.clone_ref(py),
            names: call.names.iter().map(|name| name.clone_ref(py)).collect(),
            out: out.map(Bound::unbind),
            order: call.order.clone_ref(py),
            casting: PyString::intern(py, casting).into_any().unbind(),
        };
        last.setattr(pyo3::intern!(py, "l"), Bound::new(py, call)?)?;
    }
    plan.run(py, inputs, out.cloned())
}

/// Computes what this thread has validated or evaluated last, over other arrays.
///
/// Raises:
///     RuntimeError: if there is nothing.
#[pyfunction]
#[pyo3(signature = (local_dict=None, global_dict=None, _frame_depth=2))]
pub(crate) fn numexpr_re_evaluate<'py>(
    py: Python<'py>,
    local_dict: Option<&Bound<'py, PyAny>>,
    global_dict: Option<&Bound<'py, PyAny>>,
    _frame_depth: isize,
) -> PyResult<Bound<'py, PyAny>> {
    if _frame_depth == 2
        && let Ok(call) = last(py)?.getattr(pyo3::intern!(py, "l"))?.cast_into::<NumexprCall>()
        && let Some(result) = call.get().repeat(py, local_dict, global_dict)?
    {
        return Ok(result);
    }
    static EVALUATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let evaluate = EVALUATE.import(py, "numjit.numexpr._evaluate", "re_evaluate_anew")?;
    evaluate.call1((local_dict, global_dict, _frame_depth))
}

impl NumexprCall {
    fn repeat<'py>(
        &self,
        py: Python<'py>,
        local_dict: Option<&Bound<'py, PyAny>>,
        global_dict: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let is_usual =
            is_word(self.order.bind(py), &["K"]) && is_word(self.casting.bind(py), &CASTINGS);
        let Some(plan) = self.nex.get().plan().filter(|_| is_usual) else { return Ok(None) };
        let names = plan.inputs().iter().zip(&self.names);
        let names = names.map(|((name, _), object)| (name.as_str(), object));
        let Some(mut inputs) = look_up(py, names, local_dict, global_dict) else {
            return Ok(None);
        };
        if !plan.takes(&inputs) {
            return Ok(None);
        }
        plan.add_constants(py, &mut inputs)?;
        let out = self.out.as_ref().and_then(|out| out.bind(py).upgrade());
        plan.run(py, inputs, out)
    }
}
