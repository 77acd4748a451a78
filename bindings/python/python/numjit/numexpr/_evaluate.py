"""`evaluate` and its relatives: from names to arrays to results.

What has been compiled is kept for each thread apart, as numexpr does; beneath, all threads share
the native code. What is plain the native module computes alone: `numexpr_evaluate`.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import numpy as np

from .. import _numjit
from ._compiled import NumExpr as Compiled
from ._compiled import letter_of
from ._context import getContext
from ._kinds import TYPES, getType
from ._nodes import ExpressionNode
from ._parse import names_of, stringToExpression
from .utils import CacheDict

Names = Mapping[str, Any]

#: `CO_OPTIMIZED`: the code of a function, whose local variables are not the dictionary we see.
_OF_A_FUNCTION = 0x1


#: References to the copy of local variables that nobody else holds: the frame's, our two, and the
#: argument of the function that counts them.
_OWN_REFERENCES = 4


class _Names(threading.local):
    """The names in each expression of this thread."""

    def __init__(self) -> None:
        self.c: CacheDict[Any, tuple[str, ...]] = CacheDict(256)


class _Compiled(threading.local):
    """The compiled expressions of this thread."""

    def __init__(self) -> None:
        self.c: CacheDict[Any, Compiled] = CacheDict(256)


class _Last(threading.local):
    """What this thread has validated last."""

    l: _numjit.NumexprCall | None = None  # noqa: E741 - numexpr's name


_names_cache = _Names()
_numexpr_cache = _Compiled()
_numexpr_last = _Last()

#: There is nothing that only one thread may do.
evaluate_lock = threading.Lock()

_DEFAULTS = ("aggressive", False)


evaluate = _numjit.numexpr_evaluate
re_evaluate = _numjit.numexpr_re_evaluate


def evaluate_anew(
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
) -> Any:
    """Computes what is unusual or wrong; see `evaluate`."""
    frame = None
    if local_dict is None or global_dict is None:
        frame = sys._getframe(_frame_depth - 2)
    if disable_cache:
        return _compute_once(ex, local_dict, global_dict, frame, out, order, casting, kwargs)
    nex, arrays = _bind(ex, local_dict, global_dict, frame, out, order, casting, sanitize, kwargs)
    result = nex.call(arrays, out, order, casting)
    if not kwargs:
        _numjit.numexpr_know(ex, nex.input_names, nex)
    return result


def validate(
    ex: str,
    local_dict: Any = None,
    global_dict: Any = None,
    out: Any = None,
    order: Any = "K",
    casting: str = "safe",
    _frame_depth: int = 2,
    sanitize: bool | None = None,
    **kwargs: Any,
) -> Exception | None:
    """Compiles an expression for arrays, for `re_evaluate`. Takes what `evaluate` takes.

    Returns:
        nothing, or the exception that `evaluate` would raise.
    """
    try:
        frame = None
        if local_dict is None or global_dict is None:
            frame = sys._getframe(_frame_depth - 1)
        _bind(ex, local_dict, global_dict, frame, out, order, casting, sanitize, kwargs)
    except Exception as error:
        return error
    return None


def re_evaluate_anew(local_dict: Any, global_dict: Any, _frame_depth: int) -> Any:
    """Computes what is unusual or wrong; see `re_evaluate`."""
    last = _numexpr_last.l
    if last is None:
        raise RuntimeError(
            "A previous evaluate() execution was not found, please call `validate` or `evaluate` "
            "once before `re_evaluate`"
        )
    frame = None
    if local_dict is None or global_dict is None:
        frame = sys._getframe(_frame_depth - 1)
    arrays = _arguments(last.names, local_dict, global_dict, frame)
    out = None if last.out is None else last.out()
    return last.nex.call(arrays, out, last.order, last.casting)


def getArguments(
    names: Sequence[str], local_dict: Any = None, global_dict: Any = None, _frame_depth: int = 2
) -> list[Any]:
    """Returns the arrays with these names."""
    return _arguments(names, local_dict, global_dict, sys._getframe(_frame_depth))


def _arguments(
    names: Sequence[str], local_dict: Any, global_dict: Any, frame: FrameType | None
) -> list[Any]:
    leftover = None
    if frame is not None:
        if local_dict is None:
            local_dict = frame.f_locals
            if frame.f_code.co_flags & _OF_A_FUNCTION:
                leftover = local_dict
        if global_dict is None:
            global_dict = frame.f_globals
    try:
        arrays = []
        for name in names:
            try:
                value = local_dict[name]
            except KeyError:
                value = global_dict[name]
            arrays.append(value if type(value) is np.ndarray else np.asarray(value))
        return arrays
    finally:
        # Before Python 3.13 it is a copy that the frame keeps, and with it the arrays.
        if isinstance(leftover, dict) and sys.getrefcount(leftover) <= _OWN_REFERENCES:
            leftover.clear()


def _bind(
    ex: str,
    local_dict: Any,
    global_dict: Any,
    frame: FrameType | None,
    out: Any,
    order: Any,
    casting: str,
    sanitize: bool | None,
    kwargs: Names,
) -> tuple[Compiled, list[Any]]:
    """Finds the compiled expression and its arguments, and remembers them for `re_evaluate`."""
    if not isinstance(ex, str):
        raise ValueError("must specify expression as a string")
    options = tuple(getContext(kwargs).values()) if kwargs else _DEFAULTS
    names = _names_cache.c.get((ex, options))
    if names is None:
        names = _names_cache.c[ex, options] = tuple(names_of(ex, sanitizes(sanitize)))
    arrays = _arguments(names, local_dict, global_dict, frame)
    key = (ex, options, *[array.dtype for array in arrays])
    nex = _numexpr_cache.c.get(key)
    if nex is None:
        nex = _numexpr_cache.c[key] = _compiled(ex, names, arrays, options[0])
    reference = None if out is None else weakref.ref(out)
    _numexpr_last.l = _numjit.NumexprCall(nex, names, reference, order, casting)
    return nex, arrays


def _compiled(ex: str, names: Sequence[str], arrays: Sequence[Any], optimization: str) -> Compiled:
    """Compiles an expression for these arrays."""
    types = {name: getType(array) for name, array in zip(names, arrays, strict=True)}
    nex = compile_text(
        ex, names, "".join(letter_of(array.dtype) for array in arrays), types, optimization
    )
    nex.compile([array.dtype for array in arrays])
    return nex


def compile_text(
    ex: str, names: Sequence[str], kinds: str, types: Names, optimization: str
) -> Compiled:
    """Returns the text of an expression as something to compile.

    The native module has the default optimization. Others differ from it in the kinds of powers,
    and are written out.
    """
    context = {"optimization": optimization}
    if optimization != "aggressive" and "**" in ex:
        return Compiled.of_tree(stringToExpression(ex, types, context), names)
    return Compiled(ex, names, kinds, lambda: stringToExpression(ex, types, context))


def plain_expression(ex: str, names: Sequence[str], kinds: str) -> Compiled:
    """Returns the text of an expression, which is known to be one, as something to compile."""

    def tree() -> ExpressionNode:
        types = {name: TYPES[kind] for name, kind in zip(names, kinds, strict=True)}
        return stringToExpression(ex, types, {"optimization": "aggressive"})

    return Compiled(ex, names, kinds, tree)


def sanitizes(sanitize: bool | None) -> bool:
    """Returns whether texts are searched for forbidden characters before they are parsed."""
    if sanitize is not None:
        return sanitize
    return bool(int(os.environ["NUMEXPR_SANITIZE"])) if "NUMEXPR_SANITIZE" in os.environ else True


def _compute_once(
    ex: Any,
    local_dict: Any,
    global_dict: Any,
    frame: FrameType | None,
    out: Any,
    order: Any,
    casting: str,
    kwargs: Names,
) -> Any:
    if not isinstance(ex, str):
        raise TypeError("compile() arg 1 must be a string, bytes or AST object")
    optimization = getContext(kwargs)["optimization"]
    names = names_of(ex)
    arrays = _arguments(names, local_dict, global_dict, frame)
    if out is not None and not isinstance(out, np.ndarray):
        raise ValueError("out keyword parameter is not an array")
    return _compiled(ex, names, arrays, optimization).call(arrays, out, order, casting)
