"""Programs over data that does not fit into memory: memory maps, HDF5, Zarr, Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

from . import _numjit
from ._structure import Reduction, structure

#: A chunk of all inputs together takes about so many bytes.
CHUNK_BYTES = 16 << 20


def evaluate_chunked(
    expr: str,
    inputs: Mapping[str, Any] | Iterable[Any],
    out: Any,
    *,
    chunk: int | None = None,
    progress: bool = False,
    math: str | None = None,
    threads: int | None = None,
) -> Any:
    """Computes a program of elements chunk by chunk along the first axis, in bounded memory.

    Args:
        inputs: by name, arrays of NumPy (memory maps too), datasets of h5py, arrays of Zarr, or
            whatever has a shape and can be sliced. Those with fewer axes than the others, or of
            length 1, are read once and broadcast; so are numbers. Instead of this, Arrow record
            batches: a table, a file of ``pyarrow.parquet`` or an iterator, whose columns are the
            inputs.
        out: where results go: an array, memory map, dataset or Zarr array of their shape, or a
            function ``write(start, result)``. For several results a tuple of these, or a dict by
            name; one function is called with all results.
        chunk: how many rows are computed at a time. By default so many that the inputs take
            16 MiB; for batches their own lengths.
        progress: whether a bar is shown, by tqdm.

    Returns:
        ``out``.

    Raises:
        NotImplementedError: the program cannot be computed chunk by chunk.
    """
    if chunk is not None and chunk < 1:
        raise ValueError(f"a chunk must have at least one row, not {chunk}")
    kind = structure(expr)
    if isinstance(kind, Reduction):
        raise NotImplementedError(
            f"`{kind.name}` needs all chunks\n"
            "help: let `out` be a function that reduces each chunk, or use numjit.dask.evaluate"
        )
    pieces: Pieces = (
        _Arrays(expr, inputs, chunk) if isinstance(inputs, Mapping) else _Batches(inputs, chunk)
    )
    for store in _stores(out):
        if pieces.total is not None and store.shape[0] != pieces.total:
            raise ValueError(f"`out` has {store.shape[0]} rows, and the result has {pieces.total}")
    with _bar(progress, pieces.total) as bar:
        for start, stop, values in pieces:
            _compute(expr, values, out, start, stop, math, threads)
            if bar is not None:
                bar.update(stop - start)
    return out


class _Arrays:
    """The chunks of arrays."""

    def __init__(self, expr: str, inputs: Mapping[str, Any], chunk: int | None) -> None:
        used = _numjit.variables(expr)
        sources = {name: inputs[name] for name in used if name in inputs}
        sources = {
            name: source
            if hasattr(source, "shape")
            else np.asarray(source)
            if isinstance(source, list | tuple)
            else source
            for name, source in sources.items()
        }
        ndim = max((len(_shape(source)) for source in sources.values()), default=0)
        if ndim == 0:
            raise ValueError("no input has an axis to cut into chunks; use numjit.evaluate")
        long = {
            name: source
            for name, source in sources.items()
            if len(_shape(source)) == ndim and _shape(source)[0] != 1
        }
        lengths = {_shape(source)[0] for source in long.values()}
        if len(lengths) > 1:
            shown = ", ".join(f"{name} {_shape(source)}" for name, source in long.items())
            raise ValueError(f"shapes do not fit along the first axis: {shown}")
        self.total: int | None = lengths.pop() if lengths else 1
        self._long = long
        self._whole = {
            name: np.asarray(source[...]) if _shape(source) else source
            for name, source in sources.items()
            if name not in long
        }
        self._chunk = chunk or _rows(long.values())

    def __iter__(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        total = self.total or 0
        for start in range(0, total, self._chunk):
            stop = min(start + self._chunk, total)
            parts = {name: source[start:stop] for name, source in self._long.items()}
            yield start, stop, {**self._whole, **parts}


class _Batches:
    """The columns of Arrow record batches."""

    def __init__(self, source: Any, chunk: int | None) -> None:
        self.total: int | None = None
        if hasattr(source, "iter_batches"):  # A file of Parquet.
            self.total = source.metadata.num_rows
            source = source.iter_batches(**({"batch_size": chunk} if chunk else {}))
        elif hasattr(source, "to_batches"):  # A table.
            self.total = source.num_rows
            source = source.to_batches(**({"max_chunksize": chunk} if chunk else {}))
        self._batches = source
        self._chunk = chunk

    def __iter__(self) -> Iterator[tuple[int, int, dict[str, Any]]]:
        start = 0
        for batch in self._batches:
            step = self._chunk or max(batch.num_rows, 1)
            for offset in range(0, batch.num_rows, step):
                part = batch.slice(offset, step)
                names = part.schema.names
                stop = start + part.num_rows
                yield start, stop, dict(zip(names, part.columns, strict=True))
                start = stop


Pieces = _Arrays | _Batches


def _compute(
    expr: str,
    values: dict[str, Any],
    out: Any,
    start: int,
    stop: int,
    math: str | None,
    threads: int | None,
) -> None:
    if type(out) in (np.ndarray, np.memmap) and _fits(out, values):
        # Written where it belongs, without a copy between.
        _numjit.evaluate(expr, values, {}, out[start:stop], math=math, threads=threads)
        return
    result = _numjit.evaluate(expr, values, {}, math=math, threads=threads)
    if callable(out):
        out(start, result)
    elif isinstance(result, dict):
        if not isinstance(out, Mapping) or out.keys() != result.keys():
            raise TypeError(f"`out` must be a dict with the results {', '.join(result)}")
        for name, part in result.items():
            _store(out[name], start, stop, part)
    elif isinstance(result, tuple):
        if not isinstance(out, tuple | list) or len(out) != len(result):
            raise TypeError(f"`out` must be a tuple of {len(result)}, one for each result")
        for store, part in zip(out, result, strict=True):
            _store(store, start, stop, part)
    else:
        _store(out, start, stop, result)


def _fits(out: Any, values: dict[str, Any]) -> bool:
    """Returns whether these are arrays of NumPy, which can be computed into another one."""
    known = (np.ndarray, np.generic, int, float, complex)
    return out.ndim > 0 and all(isinstance(value, known) for value in values.values())


def _store(store: Any, start: int, stop: int, result: Any) -> None:
    if callable(store):
        store(start, result)
        return
    if getattr(result, "null_count", 0):
        raise ValueError(
            "results have nulls, which an array has no place for\n"
            "help: let `out` be a function, which gets them as Arrow columns"
        )
    if hasattr(result, "to_numpy") and not isinstance(result, np.ndarray):
        result = result.to_numpy(zero_copy_only=False)
    result = np.asarray(result)
    if not np.can_cast(result.dtype, store.dtype, "same_kind"):
        raise TypeError(f"cannot cast results of {result.dtype} into {store.dtype} by same_kind")
    if store.shape[0] < stop:
        raise ValueError(f"`out` has {store.shape[0]} rows, and there are at least {stop}")
    store[start:stop] = result


def _stores(out: Any) -> list[Any]:
    """Returns the arrays that results go to."""
    stores = out.values() if isinstance(out, Mapping) else out
    stores = stores if isinstance(out, Mapping | tuple | list) else [out]
    return [store for store in stores if not callable(store)]


def _shape(source: Any) -> tuple[int, ...]:
    return tuple(getattr(source, "shape", ()))


def _rows(sources: Iterable[Any]) -> int:
    """Returns how many rows are computed at a time."""
    row, stored = 0, 1
    for source in sources:
        elements = int(np.prod(_shape(source)[1:], dtype=np.int64))
        row += elements * np.dtype(source.dtype).itemsize
        # A chunk of a file is best read once.
        chunks = getattr(source, "chunks", None)
        stored = max(stored, int(chunks[0])) if chunks else stored
    rows = max(CHUNK_BYTES // max(row, 1), 1)
    return max(rows // stored * stored, 1) if rows >= stored else rows


def _bar(progress: bool, total: int | None) -> AbstractContextManager[Any]:
    if not progress:
        from contextlib import nullcontext

        return nullcontext()
    from tqdm.auto import tqdm

    bar: AbstractContextManager[Any] = tqdm(total=total, unit="row", unit_scale=True)
    return bar
