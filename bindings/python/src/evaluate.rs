//! `evaluate`: one call from text to result.

use numjit::{Casting, Order};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};

use crate::engines;
use crate::errors;
use crate::explain::Explanation;
use crate::lookup::Scope;
use crate::operand::Inputs;
use crate::program::Program;
use crate::run::{self, Wish};

/// Computes an expression over arrays of the caller.
///
/// Names are looked up in `local_dict`, then in `global_dict`; by default these are the variables of the
/// caller. See `help(numjit)`.
#[pyfunction]
#[pyo3(signature = (expr, local_dict=None, global_dict=None, out=None, order="K", casting="same_kind", *, threads=None, math=None, dialect=None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords of Python")]
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    expr: &Bound<'py, PyAny>,
    local_dict: Option<Bound<'py, PyAny>>,
    global_dict: Option<Bound<'py, PyAny>>,
    out: Option<Bound<'py, PyAny>>,
    order: &str,
    casting: &str,
    threads: Option<usize>,
    math: Option<&str>,
    dialect: Option<&str>,
) -> PyResult<Bound<'py, PyAny>> {
    let text = text_of(expr)?;
    let shared = if threads.is_none() && math.is_none() && dialect.is_none() {
        engines::default(py)?
    } else {
        engines::with(py, engines::options(threads, math, dialect)?)?
    };
    let program = shared.programs.get(text, &shared)?;
    let program = program.get();
    let mut inputs = Inputs::new();
    let scope = Scope::new(py, local_dict, global_dict);
    for (name, object) in &program.names {
        if let Some(object) = scope.get(object.bind(py))?
            && !inputs.push(name, object, None)?
        {
            let objects = all(py, program, &scope)?;
            drop(scope);
            let arguments = (text, objects, out, order, casting, threads, math, dialect);
            return foreign(py, "evaluate")?.call1(arguments);
        }
    }
    drop(scope);
    let compiled = program.kernel(py, &inputs.vars)?;
    run::run(py, &compiled, inputs, out, wish(order, casting)?)
}

/// Returns all objects that a program names.
fn all<'py>(
    py: Python<'py>,
    program: &Program,
    scope: &Scope<'py>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (_, name) in &program.names {
        let name = name.bind(py);
        if let Some(object) = scope.get(name)? {
            dict.set_item(name, object)?;
        }
    }
    Ok(dict)
}

/// Returns a function of the part that knows pandas and the others.
pub(crate) fn foreign<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("numjit._foreign")?.getattr(name)
}

/// Returns the text of an expression.
pub(crate) fn text_of<'a, 'py>(expr: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyString>> {
    expr.cast::<PyString>().map_err(|_| {
        let name = expr.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("the expression must be a string, not {name}"))
    })
}

/// Reads NumPy's names of orders and casting rules.
pub(crate) fn wish(order: &str, casting: &str) -> PyResult<Wish> {
    let order = match order {
        "K" | "k" | "A" | "a" => None,
        "C" | "c" => Some(Order::C),
        "F" | "f" => Some(Order::F),
        other => {
            let message = format!("order must be one of 'C', 'F', 'A' or 'K', not {other:?}");
            return Err(PyValueError::new_err(message));
        }
    };
    let rules = [Casting::No, Casting::Equiv, Casting::Safe, Casting::SameKind, Casting::Unsafe];
    let Some(casting) = rules.into_iter().find(|rule| rule.name() == casting) else {
        let message = format!(
            "casting must be one of 'no', 'equiv', 'safe', 'same_kind' or 'unsafe', not {casting:?}"
        );
        return Err(PyValueError::new_err(message));
    };
    Ok(Wish { order, casting, keep_arrays: false })
}

/// Returns the names that an expression reads, sorted.
#[pyfunction]
#[pyo3(signature = (expr, /))]
pub(crate) fn variables<'py>(expr: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let py = expr.py();
    let shared = engines::default(py)?;
    let program = shared.programs.get(text_of(expr)?, &shared)?;
    PyTuple::new(py, program.get().names.iter().map(|(_, name)| name))
}

/// Returns how an expression is computed over arrays: for their dtypes and numbers of axes.
#[pyfunction]
#[pyo3(signature = (expr, local_dict=None, global_dict=None, /, *, threads=None, math=None, dialect=None, **names))]
#[expect(clippy::too_many_arguments, reason = "they are keywords of Python")]
pub(crate) fn explain<'py>(
    py: Python<'py>,
    expr: &Bound<'py, PyAny>,
    local_dict: Option<Bound<'py, PyAny>>,
    global_dict: Option<Bound<'py, PyAny>>,
    threads: Option<usize>,
    math: Option<&str>,
    dialect: Option<&str>,
    names: Option<Bound<'py, PyDict>>,
) -> PyResult<Explanation> {
    let shared = engines::with(py, engines::options(threads, math, dialect)?)?;
    let program = shared.programs.get(text_of(expr)?, &shared)?;
    let program = program.get();
    let scope = Scope::new(py, local_dict, global_dict);
    let find = |name: &Bound<'py, PyString>| {
        let given = names.as_ref().map(|names| names.get_item(name)).transpose()?.flatten();
        if given.is_some() { Ok(given) } else { scope.get(name) }
    };
    let inputs = collect(py, program, find)?;
    let compiled = program.kernel(py, &inputs.vars)?;
    let explanation = compiled.kernel.explain_for(&inputs.vars);
    let explanation = explanation.map_err(|error| errors::raise(py, &error))?;
    Ok(Explanation::new(&compiled.kernel, explanation))
}

/// Returns the inputs of a program, as far as `find` finds what its names stand for.
pub(crate) fn collect<'n, 'py>(
    py: Python<'py>,
    program: &'n Program,
    find: impl Fn(&Bound<'py, PyString>) -> PyResult<Option<Bound<'py, PyAny>>>,
) -> PyResult<Inputs<'n, 'py>> {
    let mut inputs = Inputs::new();
    for (name, object) in &program.names {
        if let Some(object) = find(object.bind(py))?
            && !inputs.push(name, object.clone(), None)?
        {
            let array = foreign(py, "plain")?.call1((name, object))?;
            if !inputs.push(name, array, None)? {
                return Err(PyTypeError::new_err(format!("`{name}` is no array")));
            }
        }
    }
    Ok(inputs)
}

/// Returns a dict for each function of the language, then for each reduction.
#[pyfunction]
pub(crate) fn functions(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let describe = |function: numjit::FunctionInfo| {
        let dict = PyDict::new(py);
        dict.set_item("name", function.name)?;
        dict.set_item("aliases", PyTuple::new(py, function.aliases)?)?;
        dict.set_item("params", PyTuple::new(py, function.params)?)?;
        dict.set_item("min_args", function.min_args)?;
        dict.set_item("max_ulp", function.max_ulp)?;
        dict.set_item("is_reduction", function.is_reduction)?;
        dict.set_item("doc", function.doc)?;
        Ok(dict)
    };
    numjit::functions().map(describe).collect()
}
