"""The native module. What users see is exported by ``numjit``; the rest is private."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict, final
from weakref import ReferenceType

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

__version__: str

_Casting = Literal["no", "equiv", "safe", "same_kind", "unsafe"]
_Order = Literal["K", "A", "C", "F"]
_Math = Literal["accurate", "fast"]
_Dialect = Literal["numpy", "numexpr"]

def evaluate(
    expr: str,
    local_dict: Mapping[str, Any] | None = None,
    global_dict: Mapping[str, Any] | None = None,
    out: Any = None,
    order: _Order | str = "K",
    casting: _Casting | str = "same_kind",
    *,
    threads: int | None = None,
    math: _Math | str | None = None,
    dialect: _Dialect | str | None = None,
) -> Any:
    """Computes a program over the arrays that it names.

    Names are looked up in ``local_dict``, then in ``global_dict``; by default these are the
    variables of the caller. Returns a scalar for a result without axes, else an array; for a
    program with several results a tuple, or a dict if each has a name. With ``out``, an array or a
    tuple of them, that is returned.
    """

def explain(
    expr: str,
    local_dict: Mapping[str, Any] | None = None,
    global_dict: Mapping[str, Any] | None = None,
    /,
    *,
    threads: int | None = None,
    math: _Math | str | None = None,
    dialect: _Dialect | str | None = None,
    **names: Any,
) -> Explanation:
    """Returns how a program is computed over these arrays; nothing is computed."""

def compile(
    expr: str,
    dtypes: Mapping[str, Any] | None = None,
    /,
    *,
    threads: int | None = None,
    math: _Math | str | None = None,
    dialect: _Dialect | str | None = None,
    **names: Any,
) -> Kernel:
    """Compiles a program.

    Each keyword gives the dtype of the variable with this name, or an array that has it. The types
    ``int``, ``float`` and ``complex`` stand for numbers of Python: without a dtype, they take in
    each operation that of what they meet. For arrays of ``float64`` write ``np.float64`` or
    ``"f8"``.
    Variables that are called like an option are given in the mapping ``dtypes``.
    """

def variables(expr: str, /) -> tuple[str, ...]:
    """Returns the names that a program reads, sorted."""

class FunctionInfo(TypedDict):
    """A function of the language. ``max_ulp`` is the largest error, in units in the last place."""

    name: str
    aliases: tuple[str, ...]
    params: tuple[str, ...]
    min_args: int
    max_ulp: float | None
    is_reduction: bool
    doc: str

def functions() -> list[FunctionInfo]:
    """Returns the functions of the language, then the reductions."""

def get_num_threads() -> int:
    """Returns how many threads large arrays are computed on."""

def set_num_threads(threads: int, /) -> int:
    """Sets how many threads large arrays are computed on, and returns how many it were before.

    Kernels that exist keep their number.
    """

@final
class Kernel:
    """A program compiled for inputs of given names and dtypes.

    May be called by several threads at once.
    """

    def __call__(
        self, *args: ArrayLike | Any, out: Any = None, **names: ArrayLike | Any
    ) -> Any: ...
    def explain(self) -> Explanation:
        """Returns how the kernel computes its program."""
    @property
    def expression(self) -> str: ...
    @property
    def inputs(self) -> dict[str, np.dtype[Any] | type[int | float | complex]]: ...
    @property
    def outputs(self) -> tuple[tuple[str | None, np.dtype[Any]], ...]: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...
    def _repr_html_(self) -> str: ...

@final
class Explanation:
    """How a kernel computes its program. ``str()`` is a summary; in a notebook it is a page."""

    @property
    def expression(self) -> str: ...
    @property
    def inputs(self) -> dict[str, np.dtype[Any] | type[int | float | complex]]: ...
    @property
    def outputs(self) -> tuple[tuple[str | None, np.dtype[Any]], ...]: ...
    @property
    def generator(self) -> str: ...
    @property
    def stages(self) -> list[str]: ...
    @property
    def ir(self) -> str: ...
    @property
    def passes(self) -> list[tuple[str, str]]: ...
    @property
    def optimized(self) -> str: ...
    @property
    def clif(self) -> str: ...
    @property
    def disassembly(self) -> str: ...
    def _repr_html_(self) -> str: ...

@final
class ArrowArray:
    """A result for any library that reads the Arrow C data interface."""

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]: ...
    def __len__(self) -> int: ...

class MixedWithNulls(TypeError): ...

def _evaluate_arrow(
    expr: str,
    columns: dict[str, Any],
    *,
    threads: int | None = None,
    math: str | None = None,
    kernel: Kernel | None = None,
) -> tuple[list[tuple[str | None, ArrowArray]], bool, bool]: ...
def _cached_kernels() -> int: ...
def _check(
    expr: str, arrays: dict[str, Any]
) -> tuple[
    dict[str, np.dtype[Any]],
    tuple[tuple[str | None, np.dtype[Any]], ...],
    list[tuple[int, ...]],
]: ...
def _epoch() -> int: ...
def _forked() -> None: ...
def _rebuild(
    expr: str, inputs: dict[str, str | type], threads: int, math: str, dialect: str
) -> Kernel: ...

# For numjit.numexpr.

def numexpr_names(expr: str) -> list[str]: ...

@final
class NumexprKernel:
    def __init__(self, expr: str, names: Sequence[str], dtypes: Sequence[DTypeLike]) -> None: ...
    @property
    def dtype(self) -> np.dtype[Any]: ...
    def run(
        self, arrays: Sequence[Any], out: NDArray[Any] | None, order: str, casting: str
    ) -> NDArray[Any]: ...

class NumexprBase:
    def __init__(self, *args: Any, **kwargs: Any) -> None: ...
    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def _know(self, kernel: NumexprKernel, constants: Sequence[NDArray[Any]]) -> None: ...

@final
class NumexprCall:
    def __init__(
        self,
        nex: NumexprBase,
        names: tuple[str, ...],
        out: ReferenceType[Any] | None,
        order: Any,
        casting: Any,
    ) -> None: ...
    @property
    def nex(self) -> Any: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def out(self) -> ReferenceType[Any] | None: ...
    @property
    def order(self) -> Any: ...
    @property
    def casting(self) -> Any: ...

def numexpr_evaluate(
    ex: str,
    local_dict: Any = None,
    global_dict: Any = None,
    out: Any = None,
    order: Any = "K",
    casting: str = "same_kind",
    sanitize: bool | None = None,
    _frame_depth: int = 3,
    disable_cache: bool = False,
    **kwargs: Any,
) -> Any: ...
def numexpr_know(ex: str, names: Sequence[str], nex: NumexprBase) -> None: ...
def numexpr_re_evaluate(
    local_dict: Any = None, global_dict: Any = None, _frame_depth: int = 2
) -> Any: ...
