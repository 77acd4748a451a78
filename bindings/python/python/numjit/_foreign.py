"""Inputs that are not plain NumPy arrays: pandas, pyarrow, polars, and whatever offers its memory.

The native module calls this when it meets an object that it does not know. Plain arrays and numbers
never come here, so nothing below costs them time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from . import _numjit

Objects = dict[str, Any]


def evaluate(
    expr: str,
    objects: Objects,
    out: Any,
    order: str,
    casting: str,
    threads: int | None,
    math: str | None,
    dialect: str | None,
) -> Any:
    """Computes an expression over objects of any kind."""

    def plain(arrays: Objects) -> Any:
        return _numjit.evaluate(
            expr, arrays, {}, out, order, casting, threads=threads, math=math, dialect=dialect
        )

    def arrow(columns: Objects) -> tuple[Any, bool, bool]:
        if out is not None or dialect == "numexpr":
            raise TypeError(
                "`out` and the dialect of numexpr are for NumPy arrays, not for Arrow columns"
            )
        return _numjit._evaluate_arrow(expr, columns, threads=threads, math=math)

    return _dispatch(objects, plain, arrow)


def call(kernel: _numjit.Kernel, objects: Objects, out: Any) -> Any:
    """Calls a kernel with objects of any kind."""

    def plain(arrays: Objects) -> Any:
        return kernel(out=out, **arrays)

    def arrow(columns: Objects) -> tuple[Any, bool, bool]:
        if out is not None:
            raise TypeError("`out` is for NumPy arrays, not for Arrow columns")
        return _numjit._evaluate_arrow(kernel.expression, columns, kernel=kernel)

    return _dispatch(objects, plain, arrow)


def plain(name: str, value: Any) -> Any:
    """Returns a value as an array or number of NumPy."""
    if _is_series(value):
        return value.to_numpy()
    if _is_arrow(value):
        raise TypeError(f"`{name}` is an Arrow column; give its dtype instead")
    return _array(name, value)


def _dispatch(
    objects: Objects,
    compute: Callable[[Objects], Any],
    compute_arrow: Callable[[Objects], tuple[Any, bool, bool]],
) -> Any:
    series = {name: value for name, value in objects.items() if _is_series(value)}
    if series:
        return _over_series(objects, series, compute, compute_arrow)
    if any(_is_arrow(value) for value in objects.values()):
        to_library = _library_of(objects)
        return _over_arrow(objects, compute_arrow, to_library)
    return compute({name: _array(name, value) for name, value in objects.items()})


def _array(name: str, value: Any) -> Any:
    """Returns an object as an array of NumPy or a number, without a copy where that is possible."""
    if isinstance(value, (np.ma.MaskedArray)):
        raise TypeError(
            f"`{name}` is a masked array, and numjit would ignore the mask\n"
            f"help: give `{name}.filled(...)`, or Arrow columns, whose nulls are honoured"
        )
    if type(value) in (np.ndarray, bool, int, float, complex, str, bytes, list, tuple):
        return value
    module = type(value).__module__.partition(".")[0]
    if module == "dask":
        raise TypeError(f"`{name}` is a dask array: use numjit.dask.evaluate")
    if module == "pandas":
        raise TypeError(
            f"`{name}` is a pandas {type(value).__name__}; numjit takes Series"
            f"\nhelp: name its columns, as in evaluate('a + b', df)"
        )
    if not hasattr(value, "__array__") and hasattr(value, "__dlpack__"):
        return np.from_dlpack(value)
    array = np.asarray(value)
    if array.dtype == object and not isinstance(value, np.ndarray):
        kind = type(value).__qualname__
        raise TypeError(f"`{name}` is a {kind}, which NumPy cannot make an array of numbers of")
    return array


# Arrow


def _is_arrow(value: Any) -> bool:
    if type(value).__module__.partition(".")[0] == "pandas":
        return False
    return hasattr(value, "__arrow_c_array__") or hasattr(value, "__arrow_c_stream__")


def _library_of(objects: Objects) -> Callable[[Any], Any]:
    """Returns what makes a column of the library that the inputs are from."""
    modules = {type(value).__module__.partition(".")[0] for value in objects.values()}
    if "pyarrow" not in modules and "polars" in modules:
        import polars

        return polars.Series
    if "pyarrow" in modules or "pyarrow" in sys.modules:
        import pyarrow

        make: Callable[[Any], Any] = pyarrow.array
        return make
    return lambda column: column


def _over_arrow(
    objects: Objects,
    compute: Callable[[Objects], tuple[Any, bool, bool]],
    to_library: Callable[[Any], Any],
) -> Any:
    columns = {
        name: value if _is_arrow(value) else _array(name, value) for name, value in objects.items()
    }
    try:
        results, is_tuple, is_single = compute(columns)
    except _numjit.MixedWithNulls:
        n = max(len(value) for value in columns.values() if _is_arrow(value))
        results, is_tuple, is_single = compute(
            {name: _as_column(name, value, n, to_library) for name, value in columns.items()}
        )
    made = [(name, to_library(array)) for name, array in results]
    if is_single:
        value = made[0][1][0]
        return value.as_py() if hasattr(value, "as_py") else value
    return _bundle(made, is_tuple)


def _as_column(name: str, value: Any, n: int, to_library: Callable[[Any], Any]) -> Any:
    if _is_arrow(value):
        return value
    array = np.asarray(value)
    if array.ndim > 1:
        raise TypeError(f"`{name}` has {array.ndim} axes, and there are Arrow columns with nulls")
    if array.ndim == 0:
        array = np.full(n, array)
    return to_library(array)


def _bundle(results: list[tuple[str | None, Any]], is_tuple: bool) -> Any:
    """Several results are a dict if all have names, else a tuple."""
    if len(results) == 1 and not is_tuple:
        return results[0][1]
    if all(name is not None for name, _ in results):
        return dict(results)
    return tuple(value for _, value in results)


# pandas


def _is_series(value: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.Series)


def _over_series(
    objects: Objects,
    series: Objects,
    compute: Callable[[Objects], Any],
    compute_arrow: Callable[[Objects], tuple[Any, bool, bool]],
) -> Any:
    """Results as long as the Series are Series with their index."""
    import pandas

    index = _common_index(series)
    names = {value.name for value in series.values()}
    name = names.pop() if len(names) == 1 else None

    def wrap(result: Any) -> Any:
        if isinstance(result, (tuple, list)):
            return tuple(wrap(item) for item in result)
        if isinstance(result, dict):
            return {key: wrap(item) for key, item in result.items()}
        if getattr(result, "shape", None) == (len(index),):
            return pandas.Series(result, index=index, name=name, copy=False)
        return result

    if any(_needs_arrow(value) for value in series.values()):
        import pyarrow

        extension = any(isinstance(value.dtype, pandas.ArrowDtype) for value in series.values())

        def to_pandas(column: Any) -> Any:
            array = pyarrow.array(column)
            if extension:
                return pandas.array(array, dtype=pandas.ArrowDtype(array.type))
            return array.to_pandas(types_mapper=_nullable(pyarrow, pandas).get).array

        columns = {
            key: pyarrow.array(value) if key in series else value for key, value in objects.items()
        }
        columns = {
            key: value.combine_chunks() if isinstance(value, pyarrow.ChunkedArray) else value
            for key, value in columns.items()
        }

        def arrow(columns: Objects) -> Any:
            return _over_arrow(columns, compute_arrow, pyarrow.array)

        def back(result: Any) -> Any:
            if isinstance(result, dict):
                return {key: back(item) for key, item in result.items()}
            if isinstance(result, tuple):
                return tuple(back(item) for item in result)
            return to_pandas(result) if isinstance(result, pyarrow.Array) else result

        return wrap(back(arrow(columns)))
    arrays = {
        key: _series_array(value) if key in series else _array(key, value)
        for key, value in objects.items()
    }
    return wrap(compute(arrays))


def _common_index(series: Objects) -> Any:
    (first, index), *others = ((name, value.index) for name, value in series.items())
    for other, its in others:
        if its is not index and not its.equals(index):
            raise ValueError(
                f"`{first}` and `{other}` have different indexes\n"
                f"help: align them first, for example `{first}, {other} = {first}.align({other})`"
            )
    return index


def _needs_arrow(series: Any) -> bool:
    """Whether a Series is one whose values are no array of NumPy, or may be missing beside it."""
    import pandas

    if isinstance(series.dtype, np.dtype):
        return False
    if isinstance(series.dtype, (pandas.ArrowDtype, pandas.StringDtype, pandas.DatetimeTZDtype)):
        return True
    return bool(getattr(series.array, "_hasna", True)) or not hasattr(series.dtype, "numpy_dtype")


def _series_array(series: Any) -> Any:
    if isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    return series.to_numpy(dtype=series.dtype.numpy_dtype)


def _nullable(pyarrow: Any, pandas: Any) -> dict[Any, Any]:
    """The dtypes of pandas that may miss values, by the type of Arrow."""
    integers = {
        getattr(pyarrow, f"{sign.lower()}int{bits}")(): getattr(pandas, f"{sign}Int{bits}Dtype")()
        for sign in ("", "U")
        for bits in (8, 16, 32, 64)
    }
    return {
        **integers,
        pyarrow.float32(): pandas.Float32Dtype(),
        pyarrow.float64(): pandas.Float64Dtype(),
        pyarrow.bool_(): pandas.BooleanDtype(),
    }
