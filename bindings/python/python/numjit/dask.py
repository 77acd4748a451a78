"""Programs over dask arrays.

>>> import dask.array as da, numjit.dask
>>> x = da.ones(10, chunks=4)
>>> numjit.dask.evaluate("sum(2*x + 1)", x=x).compute()
30.0

Nothing is computed before dask asks for it. Tasks carry the text of a program and the dtypes of its
inputs; each process compiles it once.
"""

from __future__ import annotations

import functools
import math as _math
import operator
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dask.array as da
import numpy as np

from . import _foreign, _numjit
from ._structure import Elementwise, Reduction, structure

#: So many partial results are combined at once. Fixed, since the last bits of sums depend on it.
SPLIT_EVERY = 8

#: What combines partial results.
_COMBINE = {name: name for name in ("sum", "prod", "min", "max", "any", "all")}
_COMBINE |= {"amin": "min", "amax": "max", "mean": "sum", "count_nonzero": "sum"}

#: Names, and dtypes or Python's types of numbers.
Signature = tuple[tuple[str, str | type[int | float | complex]], ...]

_compiling = threading.Lock()


def evaluate(
    expr: str,
    arrays: Mapping[str, Any] | None = None,
    /,
    *,
    math: str | None = None,
    **names: Any,
) -> Any:
    """Returns a program over dask arrays as a dask array.

    Arrays of NumPy and numbers may stand beside the dask arrays. Variables that are called like an
    option are given in the mapping ``arrays``. A program with several results gives a tuple, or a
    dict if each has a name.

    A program of elements becomes one task for each chunk. One that is a reduction (``sum``,
    ``prod``, ``min``, ``max``, ``mean``, ``any``, ``all`` or ``count_nonzero``, with ``axis`` and
    ``keepdims``) is reduced in each chunk, then over the chunks in a tree that depends on nothing
    but their number: a result has the same bits for any number of workers. Other chunks may change
    the last bits of sums.

    Raises:
        NotImplementedError: the program cannot be computed chunk by chunk.
    """
    given = {**(arrays or {}), **names}
    used = _numjit.variables(expr)
    unknown = names.keys() - set(used)
    if unknown:
        raise TypeError(f"the program does not use {', '.join(sorted(unknown))}")
    given = {name: _array(name, value) for name, value in given.items() if name in used}
    if not any(isinstance(value, da.Array) for value in given.values()):
        return _numjit.evaluate(expr, given, {}, math=math)
    kind = structure(expr)
    if isinstance(kind, Reduction):
        return _reduce(kind, given, math)
    return _elementwise(kind, given, math)


@dataclass(frozen=True)
class _Task:
    """A program as text. Called with a chunk of each input."""

    text: str
    names: tuple[str, ...]
    signature: Signature
    math: str | None

    def __call__(self, *chunks: Any) -> Any:
        kernel = _kernel(self.text, self.signature, self.math)
        return kernel(**dict(zip(self.names, chunks, strict=True)))


@dataclass(frozen=True)
class _Partial:
    """A reduction of one chunk.

    It keeps all axes. Those that are reduced have length 1, or 0 if there is nothing in the chunk
    and a reduction of nothing has no value.
    """

    task: _Task
    axes: tuple[int, ...]
    ndim: int
    dtype: np.dtype[Any]
    needs_elements: bool

    def __call__(self, *chunks: Any) -> Any:
        if self.needs_elements:
            shape = np.broadcast_shapes(*(np.shape(chunk) for chunk in chunks))
            if any(shape[axis] == 0 for axis in self.axes):
                return np.empty(_reduced(shape, self.axes), self.dtype)
        return np.asarray(self.task(*chunks))


@dataclass(frozen=True)
class _Combine:
    """Combines partial results, and finishes them."""

    name: str
    dtype: np.dtype[Any]
    needs_elements: bool
    count: float | None = None
    is_last: bool = False

    def __call__(self, partial: Any, axis: Any = None, keepdims: bool = True) -> Any:
        partial = np.asarray(partial)
        axes = tuple(range(partial.ndim)) if axis is None else tuple(np.atleast_1d(axis).tolist())
        if self.needs_elements and not self.is_last and 0 in (partial.shape[k] for k in axes):
            return np.empty(_reduced(partial.shape, axes), partial.dtype)
        text = f"{self.name}(x, axis={axes}, keepdims={bool(keepdims)})"
        signature = (("x", partial.dtype.str),)
        result = _kernel(text, signature, None)(partial)
        if self.is_last and self.count is not None:
            with np.errstate(divide="ignore", invalid="ignore"):
                result = result / result.dtype.type(self.count)
        return np.asarray(result, dtype=self.dtype) if self.is_last else result


def _same(chunk: Any, axis: Any = None, keepdims: bool = True) -> Any:
    """What `da.reduction` does with chunks that are reduced already."""
    return chunk


def _kernel(text: str, signature: Signature, math: str | None) -> _numjit.Kernel:
    """Returns a kernel of this process, compiled by whichever task needs it first."""
    with _compiling:
        return _compile(text, signature, math)


@functools.lru_cache(maxsize=256)
def _compile(text: str, signature: Signature, math: str | None) -> _numjit.Kernel:
    # One thread: dask runs a task for each core.
    return _numjit.compile(text, dict(signature), threads=1, math=math)


def _array(name: str, value: Any) -> Any:
    """Returns an input as a dask array, or as a number."""
    if isinstance(value, da.Array | bool | int | float | complex | str | bytes | np.generic):
        return value
    array = np.asarray(_foreign.plain(name, value))
    return da.from_array(array, chunks=-1) if array.ndim else array[()]


@dataclass(frozen=True)
class _Checked:
    """What is known of a program without code and without a chunk."""

    signature: Signature
    outputs: tuple[tuple[str | None, np.dtype[Any]], ...]
    shapes: list[tuple[int, ...]]

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the first result."""
        return self.outputs[0][1]


def _check(text: str, given: Mapping[str, Any]) -> _Checked:
    """Finds the dtypes of inputs and results. Nothing is compiled, and no chunk is looked at."""
    inputs, outputs, shapes = _numjit._check(text, _metas(given))
    signature = tuple(
        (name, kind if isinstance(kind, type) else kind.str) for name, kind in inputs.items()
    )
    return _Checked(signature, outputs, shapes)


def _metas(given: Mapping[str, Any]) -> dict[str, Any]:
    """Returns empty arrays for the inputs, with those axes of length 1 that broadcast."""
    return {
        name: np.empty([int(n == 1) for n in value.shape], value.dtype)
        if isinstance(value, da.Array)
        else value
        for name, value in given.items()
    }


def _check_elements(text: str, given: Mapping[str, Any]) -> _Checked:
    """As `_check`; moreover inputs broadcast, and each result has all their axes."""
    shapes = {name: np.shape(value) for name, value in given.items()}
    known = [tuple(1 if n != n else n for n in shape) for shape in shapes.values()]
    try:
        np.broadcast_shapes(*known)
    except ValueError:
        shown = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes do not fit: {shown}") from None
    expected = np.broadcast_shapes(*(np.shape(meta) for meta in _metas(given).values()))
    checked = _check(text, given)
    if any(shape != expected for shape in checked.shapes):
        raise NotImplementedError(
            "a result does not have the shape of all inputs together\n"
            "help: evaluate results of different shapes each by itself, with the inputs that "
            "it depends on"
        )
    return checked


def _meta(ndim: int, dtype: np.dtype[Any] | type) -> Any:
    return np.empty((0,) * ndim, dtype)


def _ndim(given: Mapping[str, Any]) -> int:
    return max(np.ndim(value) for value in given.values())


def _blockwise(
    function: Any, ndim: int, given: Mapping[str, Any], meta: Any, reduced: tuple[int, ...] = ()
) -> Any:
    """Returns one layer that calls a function with a chunk of each input.

    Arrays are aligned at their last axes.
    """
    arguments: list[Any] = []
    for value in given.values():
        is_array = isinstance(value, da.Array)
        arguments += [value, tuple(range(ndim - value.ndim, ndim)) if is_array else None]
    one = dict.fromkeys(reduced, 1)
    return da.blockwise(
        function,
        tuple(range(ndim)),
        *arguments,
        token="numjit",
        meta=meta,
        dtype=meta.dtype,
        adjust_chunks=one,
    )


def _elementwise(program: Elementwise, given: Mapping[str, Any], math: str | None) -> Any:
    checked = _check_elements(program.text, given)
    outputs = checked.outputs
    ndim = _ndim(given)
    task = _Task(program.text, tuple(given), checked.signature, math)
    if len(outputs) == 1 and not program.is_tuple:
        return _blockwise(task, ndim, given, _meta(ndim, outputs[0][1]))
    is_dict = all(name is not None for name, _ in outputs)
    together = _blockwise(task, ndim, given, _meta(ndim, object))
    results = []
    for place, (name, dtype) in enumerate(outputs):
        take = operator.itemgetter(name if is_dict else place)
        results.append(together.map_blocks(take, dtype=dtype, meta=_meta(ndim, dtype)))
    if is_dict:
        return {name: result for (name, _), result in zip(outputs, results, strict=True)}
    return tuple(results)


def _reduce(program: Reduction, given: Mapping[str, Any], math: str | None) -> Any:
    name = program.name
    if name not in _COMBINE:
        raise NotImplementedError(
            f"`{name}` is not computed chunk by chunk\n"
            f"help: {', '.join(sorted(_COMBINE))} are; otherwise rechunk to one chunk and use "
            "map_blocks with a kernel, or write it with sums"
        )
    _check_elements(program.elements, given)
    ndim = _ndim(given)
    axes = _axes(program.axis, ndim)
    dtype = _check(program.text(name, axes), given).dtype
    operand, count = program.operand, None
    if name == "mean":
        if dtype.kind not in "fc":
            raise NotImplementedError(f"the mean of {dtype} is not computed chunk by chunk")
        # Integers are added as the floats that their mean is.
        operand = f"{operand} * 1.0" if dtype.kind == "f" else operand
        count = _count(given, ndim, axes)
    name = "sum" if name == "mean" else name
    text = program.text(name, axes, operand)
    checked = _check(text, given)
    needs_elements = _COMBINE[name] in ("min", "max")
    task = _Task(text, tuple(given), checked.signature, math)
    partial = _Partial(task, axes, ndim, checked.dtype, needs_elements)
    partials = _blockwise(partial, ndim, given, _meta(ndim, checked.dtype), axes)
    combine = functools.partial(_Combine, _COMBINE[name], dtype, needs_elements)
    return da.reduction(
        partials,
        chunk=_same,
        combine=combine(),
        aggregate=combine(count=count, is_last=True),
        axis=axes,
        keepdims=program.keepdims,
        dtype=dtype,
        meta=_meta(ndim if program.keepdims else ndim - len(axes), dtype),
        split_every=SPLIT_EVERY,
        concatenate=True,
    )


def _axes(axis: int | tuple[int, ...] | None, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    axes = (axis,) if isinstance(axis, int) else axis
    for one in axes:
        if not -ndim <= one < ndim:
            raise ValueError(f"axis {one} is out of bounds for arrays with {ndim} axes")
    return tuple(sorted(one % ndim for one in axes))


def _count(given: Mapping[str, Any], ndim: int, axes: tuple[int, ...]) -> float:
    """Returns how many elements go into one mean."""
    shapes = [(1,) * (ndim - np.ndim(value)) + np.shape(value) for value in given.values()]
    lengths = [{shape[axis] for shape in shapes} - {1} or {1} for axis in axes]
    count = _math.prod(length.pop() for length in lengths)
    if _math.isnan(count):
        raise ValueError(
            "a mean needs the number of elements, and chunks of an input have unknown sizes\n"
            "help: call its method compute_chunk_sizes() first"
        )
    return float(count)


def _reduced(shape: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(min(n, 1) if axis in axes else n for axis, n in enumerate(shape))
