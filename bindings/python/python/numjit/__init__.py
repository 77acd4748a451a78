"""Formulas as text, compiled into native code and run over arrays in one pass.

>>> import numpy as np, numjit as nj
>>> a, b = np.arange(3.0), np.ones(3)
>>> nj.evaluate("2*a + 3*b")
array([3., 5., 7.])

``evaluate`` computes a formula over the arrays that it names. ``compile`` makes a kernel to call
many times, ``vectorize`` a function that compiles itself for the dtypes it is called with.
``explain`` shows what is made of a formula. The package's README describes inputs, results and
errors.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from . import errors
from ._install import install_as_numexpr
from ._numjit import (
    Explanation,
    Kernel,
    __version__,
    _forked,
    compile,
    evaluate,
    explain,
    functions,
    get_num_threads,
    set_num_threads,
    variables,
)
from ._vectorize import vectorize
from .errors import Error

if TYPE_CHECKING:
    from .chunked import evaluate_chunked

# The threads of an engine do not live on in a child process, which needs engines of its own.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

__all__ = [
    "Error",
    "Explanation",
    "Kernel",
    "__version__",
    "compile",
    "errors",
    "evaluate",
    "evaluate_chunked",
    "explain",
    "functions",
    "get_num_threads",
    "install_as_numexpr",
    "set_num_threads",
    "variables",
    "vectorize",
]


def __getattr__(name: str) -> Any:
    """Imports what few programs use when it is first asked for."""
    if name == "evaluate_chunked":
        from .chunked import evaluate_chunked

        return evaluate_chunked
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
