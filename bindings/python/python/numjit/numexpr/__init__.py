"""numexpr's interface, computed by numjit: `import numjit.numexpr as ne`.

Names, results and exceptions are those of numexpr 2.14, except for its defects; the differences are
listed in docs/for-numexpr-users.md. Texts are never executed.
"""

from __future__ import annotations

from typing import Any

from . import expressions, interpreter, necompiler, utils, version
from .expressions import E
from .interpreter import __BLOCK_SIZE1__, MAX_THREADS, use_vml
from .necompiler import NumExpr, disassemble, evaluate, re_evaluate, validate
from .utils import (
    _init_num_threads,
    detect_number_of_cores,
    detect_number_of_threads,
    get_num_threads,
    get_vml_version,
    set_num_threads,
    set_vml_accuracy_mode,
    set_vml_num_threads,
)

__version__ = version.version

is_cpu_amd_intel = False
ncores = detect_number_of_cores()
nthreads = _init_num_threads()


def print_versions() -> None:
    """Prints the versions of what computes, and facts about the machine."""
    from .tests import print_versions

    print_versions()


def test(verbosity: int = 1) -> Any:
    """Runs a few tests of the installation.

    Returns:
        the result of `unittest`.
    """
    from .tests import test

    return test(verbosity=verbosity)


__all__ = [
    "MAX_THREADS",
    "__BLOCK_SIZE1__",
    "E",
    "NumExpr",
    "__version__",
    "_init_num_threads",
    "detect_number_of_cores",
    "detect_number_of_threads",
    "disassemble",
    "evaluate",
    "expressions",
    "get_num_threads",
    "get_vml_version",
    "interpreter",
    "is_cpu_amd_intel",
    "ncores",
    "necompiler",
    "nthreads",
    "print_versions",
    "re_evaluate",
    "set_num_threads",
    "set_vml_accuracy_mode",
    "set_vml_num_threads",
    "test",
    "use_vml",
    "utils",
    "validate",
    "version",
]
