"""Whether inputs and an output fit together, in NumPy's own words.

numexpr hands its operands to NumPy's iterator, whose exceptions its users know. So does this file,
when something is wrong or an output is given; the iterator is made and thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Its types have neither operands that are allocated nor axes that are missing.
_iterator: Any = np.nditer

_FLAGS = ["buffered", "reduce_ok", "ranged", "delay_bufalloc", "external_loop", "zerosize_ok"]
_INPUT = ["readonly", "nbo"]
_OUTPUT = ["writeonly", "allocate", "contig", "nbo", "no_broadcast"]
_REDUCED = ["readwrite", "allocate", "nbo", "no_broadcast"]

#: NumPy's iterator takes no more operands.
_MOST_OPERANDS = 64


def iterate(
    arrays: Sequence[Array],
    dtypes: Sequence[Any],
    out: Array | None,
    result: Any,
    order: str,
    casting: str,
) -> None:
    """Raises what NumPy's iterator raises for these inputs, as these dtypes, and this output."""
    if len(arrays) >= _MOST_OPERANDS:
        return
    _iterator(
        [out, *arrays],
        flags=_FLAGS,
        op_flags=[_OUTPUT, *[_INPUT] * len(arrays)],
        op_dtypes=[result, *dtypes],
        order=order,
        casting=casting,
    )


def iterate_reduced(
    arrays: Sequence[Array],
    dtypes: Sequence[Any],
    out: Array,
    result: Any,
    axis: int | None,
    casting: str,
) -> None:
    """As `iterate`, for a reduction over an axis, or all of them."""
    ndim = max((array.ndim for array in arrays), default=0)
    if axis is None or ndim == 1:
        if out.size != 1:
            raise ValueError("out argument must have size 1 for a full reduction")
        iterate([], [], out.reshape(()) if out.flags.writeable else out, result, "K", casting)
        return
    if axis >= ndim or len(arrays) >= _MOST_OPERANDS:
        return
    axes = []
    for array in arrays:
        own = [at - (ndim - array.ndim) for at in range(ndim) if at != axis]
        axes.append([max(at, -1) for at in own])
    _iterator(
        [out, *arrays],
        flags=_FLAGS,
        op_flags=[_REDUCED, *[_INPUT] * len(arrays)],
        op_dtypes=[result, *dtypes],
        op_axes=[None, *axes],
        casting=casting,
    )


def resolve_order(order: Any, arrays: Sequence[Array]) -> str:
    """Returns the order of a fresh result: `K`, `C` or `F`.

    Raises:
        ValueError: if it is none of NumPy's.
    """
    if order in ("K", "C", "F"):
        return str(order)
    # NumPy says what it takes.
    np.empty(0).copy(order=order)
    letter = "K" if order is None else str(order).upper()
    if letter == "A":
        return "F" if all(array.flags.f_contiguous for array in arrays) else "C"
    return letter


def check_casting(casting: Any) -> None:
    """Raises a `ValueError` if a casting rule is none of NumPy's."""
    np.can_cast(np.bool_, np.bool_, casting=casting)
