"""What `numexpr.interpreter` has: the type of compiled expressions, and limits."""

from __future__ import annotations

import operator
import os
import sys

from .. import _numjit
from ._compiled import NumExpr
from ._functions import ALL_AXES as allaxes
from ._opcodes import funccodes, opcodes

#: numexpr computes so many elements at a time. Only its name is left.
__BLOCK_SIZE1__ = 1024

#: NumPy's limit on axes.
maxdims = 64

#: There is no MKL here.
use_vml = False


def _most_threads() -> int:
    """Returns how many threads may be asked for."""
    setting = os.environ.get("NUMEXPR_MAX_THREADS", "")
    return int(setting) if setting.isdecimal() and int(setting) > 0 else 64


MAX_THREADS = _most_threads()


def _get_num_threads() -> int:
    """Returns how many threads large arrays are computed on."""
    return _numjit.get_num_threads()


def _set_num_threads(nthreads: int) -> int:
    """Sets how many threads large arrays are computed on.

    Returns:
        how many it were, or -1 if so many are not possible.
    """
    wanted = operator.index(nthreads)
    if wanted <= 0:
        print("Error.  nthreads must be a positive integer", end="", file=sys.stderr)
        return -1
    if wanted > MAX_THREADS:
        print(
            'Error.  nthreads cannot be larger than environment variable "NUMEXPR_MAX_THREADS" '
            f"({MAX_THREADS})",
            end="",
            file=sys.stderr,
        )
        return -1
    before = _get_num_threads()
    if wanted != before:
        _numjit.set_num_threads(wanted)
    return before


__all__ = [
    "MAX_THREADS",
    "__BLOCK_SIZE1__",
    "NumExpr",
    "allaxes",
    "funccodes",
    "maxdims",
    "opcodes",
    "use_vml",
]
