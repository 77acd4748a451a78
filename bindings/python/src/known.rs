//! `evaluate` and `re_evaluate` of `numjit.numexpr`, and the expressions that they have met.

use std::sync::{Arc, RwLock};

use numjit::DType;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyWeakrefMethods, PyWeakrefReference};
use smallvec::SmallVec;

use crate::lookup::Scope;
use crate::npy::{self, NpArray};
use crate::numexpr::{self, NumexprKernel};
use crate::operand::Inputs;
use crate::plain::{CASTINGS, NumexprBase, Plan, is_word, number};

const POISONED: &str = "nothing panics under this lock";

/// So many expressions are known, and of each for so many choices of dtypes.
const MAX_TEXTS: usize = 1024;
const MAX_CALLS: usize = 32;

/// What `re_evaluate` repeats.
#[pyclass(frozen, get_all, module = "numjit._numjit")]
pub(crate) struct NumexprCall {
    nex: Py<NumexprBase>,
    names: Py<PyTuple>,
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
        names: Py<PyTuple>,
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
    names: Names,
    calls: RwLock<Vec<Arc<Call>>>,
}

/// Names with the objects that dicts are asked for.
type Names = Vec<(String, Py<PyString>)>;

/// What `re_evaluate` repeats, and its expression.
type Call = (Py<NumexprCall>, Py<NumexprBase>);

/// The texts that are known: a dict, as Python's strings know their hashes.
fn texts(py: Python<'_>) -> &Bound<'_, PyDict> {
    static TEXTS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    TEXTS.get_or_init(py, || PyDict::new(py).unbind()).bind(py)
}

/// Returns a text, with its names the first time.
fn known<'py>(
    text: &Bound<'py, PyString>,
    names: impl FnOnce() -> PyResult<Names>,
) -> PyResult<Bound<'py, Known>> {
    let py = text.py();
    let texts = texts(py);
    if let Some(known) = texts.get_item(text)? {
        return Ok(known.cast_into::<Known>()?);
    }
    let known = Bound::new(py, Known { names: names()?, calls: RwLock::default() })?;
    if texts.len() >= MAX_TEXTS {
        texts.clear();
    }
    texts.set_item(text, &known)?;
    Ok(known)
}

/// Tells that an expression is computed by `nex`, for the dtypes which that has.
#[pyfunction]
pub(crate) fn numexpr_know(
    ex: &Bound<'_, PyString>,
    names: Vec<Py<PyString>>,
    nex: &Bound<'_, NumexprBase>,
) -> PyResult<()> {
    let py = ex.py();
    let name = |name: &Py<PyString>| Ok((name.to_str(py)?.to_owned(), name.clone_ref(py)));
    let known = known(ex, || names.iter().map(name).collect())?;
    known.get().add(nex)?;
    Ok(())
}

impl Known {
    fn add(&self, nex: &Bound<'_, NumexprBase>) -> PyResult<Option<(Arc<Plan>, Arc<Call>)>> {
        let py = nex.py();
        let Some(plan) = nex.get().plan() else { return Ok(None) };
        let call = NumexprCall {
            nex: nex.clone().unbind(),
            names: PyTuple::new(py, self.names.iter().map(|(_, name)| name))?.unbind(),
            out: None,
            order: PyString::intern(py, "K").into_any().unbind(),
            casting: PyString::intern(py, "same_kind").into_any().unbind(),
        };
        let call = Arc::new((Py::new(py, call)?, nex.clone().unbind()));
        let is_other = |call: &Arc<Call>| {
            call.1.get().plan().is_some_and(|other| other.inputs() != plan.inputs())
        };
        let mut calls = self.calls.write().expect(POISONED);
        let (others, mut dropped): (Vec<_>, Vec<_>) =
            std::mem::take(&mut *calls).into_iter().partition(is_other);
        *calls = others;
        if calls.len() == MAX_CALLS {
            dropped.push(calls.remove(0));
        }
        calls.push(Arc::clone(&call));
        drop(calls);
        drop(dropped); // without the lock: this may run Python
        Ok(Some((plan, call)))
    }
}

/// Returns what the names of an expression stand for, if that is clear: arrays, and what NumPy makes them of.
fn look_up<'n, 'py>(
    py: Python<'py>,
    names: impl Iterator<Item = (&'n str, Bound<'py, PyString>)>,
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
        let object = scope.get(&object).ok()??;
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
    let disable_cache = disable_cache.map_or(Ok(false), Bound::is_truthy)?;
    let is_usual = _frame_depth == 3
        && kwargs.is_none()
        && !disable_cache
        && order.is_none_or(|order| is_word(order, &["K"]))
        && CASTINGS.contains(&casting);
    if is_usual
        && let Ok(text) = ex.cast_exact::<PyString>()
        && let Some(result) = evaluate_plain(text, local_dict, global_dict, out, casting)?
    {
        return Ok(result);
    }
    static EVALUATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let evaluate = EVALUATE.import(py, "numjit.numexpr._evaluate", "evaluate_anew")?;
    let order = order.unwrap_or(pyo3::intern!(py, "K"));
    let arguments =
        (ex, local_dict, global_dict, out, order, casting, sanitize, _frame_depth, disable_cache);
    evaluate.call(arguments, kwargs)
}

/// Computes an expression, if it is one over inputs of dtypes that need no conversion.
fn evaluate_plain<'py>(
    text: &Bound<'py, PyString>,
    local_dict: Option<&Bound<'py, PyAny>>,
    global_dict: Option<&Bound<'py, PyAny>>,
    out: Option<&Bound<'py, PyAny>>,
    casting: &str,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = text.py();
    let names = || {
        let names = numexpr::numexpr_names(text)?.into_iter();
        Ok(names
            .map(|name| {
                let object = PyString::intern(py, &name).unbind();
                (name, object)
            })
            .collect())
    };
    let Ok(known) = known(text, names) else { return Ok(None) };
    let known = known.get();
    let names = known.names.iter();
    let names = names.map(|(name, object)| (name.as_str(), object.bind(py).clone()));
    let Some(inputs) = look_up(py, names, local_dict, global_dict) else { return Ok(None) };
    let find = |call: &Arc<Call>| {
        let plan = call.1.get().plan().filter(|plan| plan.takes(&inputs))?;
        Some((plan, Arc::clone(call)))
    };
    let found = known.calls.read().expect(POISONED).iter().find_map(find);
    let found = match found {
        None => match compile(text, &inputs) {
            Ok(Some(nex)) => known.add(&nex)?,
            Ok(None) | Err(_) => None, // the Python part says what is wrong
        },
        found => found,
    };
    let Some((plan, call)) = found else { return Ok(None) };
    let last = last(py)?;
    if out.is_none() && casting == "same_kind" {
        last.setattr(pyo3::intern!(py, "l"), &call.0)?;
    } else {
        let call = call.0.get();
        let out = out.map(PyWeakrefReference::new).transpose()?;
        let call = NumexprCall {
            nex: call.nex.clone_ref(py),
            names: call.names.clone_ref(py),
            out: out.map(Bound::unbind),
            order: call.order.clone_ref(py),
            casting: PyString::intern(py, casting).into_any().unbind(),
        };
        last.setattr(pyo3::intern!(py, "l"), Bound::new(py, call)?)?;
    }
    plan.run(py, inputs, out.cloned())
}

/// Compiles an expression for these inputs, if their dtypes need no conversion.
fn compile<'py>(
    text: &Bound<'py, PyString>,
    inputs: &Inputs<'_, 'py>,
) -> PyResult<Option<Bound<'py, NumexprBase>>> {
    let py = text.py();
    let dtypes = inputs.vars.iter().map(|(name, array)| ((*name).to_owned(), array.dtype()));
    let dtypes: Vec<(String, DType)> = dtypes.collect();
    let Some(kinds) = dtypes.iter().map(|(_, dtype)| kind(*dtype)).collect::<Option<String>>()
    else {
        return Ok(None);
    };
    let kernel = Py::new(py, NumexprKernel::compile(py, text.to_str()?, &dtypes)?)?;
    let names = PyTuple::new(py, dtypes.iter().map(|(name, _)| name))?;
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let make = MAKE.import(py, "numjit.numexpr._evaluate", "plain_expression")?;
    let nex = make.call1((text, names, kinds))?.cast_into::<NumexprBase>()?;
    nex.get()._know(kernel, Vec::new());
    Ok(Some(nex))
}

/// Returns the letter of the kind that inputs of a dtype count as, if they are read as they are.
fn kind(dtype: DType) -> Option<char> {
    Some(match dtype {
        DType::Bool => 'b',
        DType::I8 | DType::I16 | DType::I32 | DType::U8 | DType::U16 => 'i',
        DType::I64 | DType::U32 => 'l',
        DType::U64 => 'u',
        DType::F32 => 'f',
        DType::F64 => 'd',
        DType::C64 | DType::C128 => 'c',
        DType::Bytes(_) => 's',
        _ => return None,
    })
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
        let names = self.names.bind(py).iter().map(|name| name.cast_into::<PyString>());
        let Ok(names) = names.collect::<Result<SmallVec<[_; 8]>, _>>() else { return Ok(None) };
        let names = plan.inputs().iter().map(|(name, _)| name.as_str()).zip(names);
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
