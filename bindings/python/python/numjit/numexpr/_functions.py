"""The functions of expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._kinds import commonKind, kind_rank
from ._nodes import ConstantNode, ExpressionNode, FuncNode, RawNode, allConstantNodes, lift

#: Stands for all axes.
ALL_AXES = 255

#: Functions of integers that give integers.
_KEEPS_INTS = ("copy", "absolute", "ones_like", "round", "sign")


def math_function(
    compute: Callable[..., Any], least: str | None = None, most: str | None = None
) -> Callable[..., ExpressionNode]:
    """Returns a function of nodes, whose result has at least and at most these kinds."""
    name = compute.__name__

    def function(*args: Any) -> ExpressionNode:
        nodes = [lift(arg) for arg in args]
        if allConstantNodes(nodes):
            return ConstantNode(_fold(compute, [node.value for node in nodes]))
        kind = commonKind(nodes)
        if kind in ("int", "long"):
            kind = kind if name in _KEEPS_INTS else "double"
        elif least or most:
            rank = kind_rank.index(kind)  # of a string: a ValueError, as in numexpr
            if least is not None:
                rank = max(rank, kind_rank.index(least))
            if most is not None:
                rank = min(rank, kind_rank.index(most))
            kind = kind_rank[rank]
        return FuncNode(name, nodes, kind)

    function.__name__ = name
    return function


def _fold(compute: Callable[..., Any], values: list[Any]) -> Any:
    """Computes a function of numbers."""
    if compute is np.copy and len(values) == 1:
        return values[0]
    if compute is np.ones_like and len(values) == 1:
        return type(values[0])(1)
    if compute in (np.floor, np.ceil, np.trunc) and isinstance(values[0], (int, np.integer)):
        # As NumPy 2 has it.
        return np.int64(values[0])
    with np.errstate(all="ignore"):
        value = compute(*values)
        if isinstance(value, np.float16):
            # Functions of truth values; half precision is no kind.
            value = compute(*(np.float32(value) for value in values))
    return value


def where_func(a: Any, b: Any, c: Any) -> ExpressionNode:
    """Chooses by a condition; one that is known chooses now."""
    condition, x, y = lift(a), lift(b), lift(c)
    if isinstance(condition, ConstantNode):
        return x if condition.value else y
    return FuncNode("where", (condition, x, y))


def contains_func(a: Any, b: Any) -> ExpressionNode:
    """Whether the first string has the second one in it."""
    return FuncNode("contains", (lift(a), lift(b)), "bool")


def encode_axis(axis: Any) -> RawNode:
    """Returns the axis of a reduction as an operand.

    Raises:
        ValueError: if there is no such axis.
    """
    if isinstance(axis, ConstantNode):
        axis = axis.value
    if axis is None:
        return RawNode(ALL_AXES)
    if axis < 0:
        raise ValueError("negative axis are not supported")
    if axis >= ALL_AXES:
        raise ValueError("cannot encode axis")
    return RawNode(axis)


def reduction(name: str) -> Callable[..., ExpressionNode]:
    """Returns a function that reduces one axis, or all."""

    def function(a: Any, axis: Any = None) -> ExpressionNode:
        encoded = encode_axis(axis)
        if isinstance(a, ConstantNode):
            return a
        if isinstance(a, (bool, int, float, complex, np.number)):
            # Of a single number all reductions are the number.
            return ConstantNode(a)
        return FuncNode(name, (a, encoded), a.astKind)

    function.__name__ = name
    return function


_FLOAT = """
sqrt sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh
log log1p log10 log2 exp expm1 fmod arctan2 abs
"""
_DOUBLE = """
hypot nextafter copysign maximum minimum round trunc sign isnan isfinite isinf signbit
"""

#: The functions of expressions by name. No variable can have one of these names.
functions: dict[str, Callable[..., Any]] = {
    "copy": math_function(np.copy),
    "ones_like": math_function(np.ones_like),
    **{name: math_function(getattr(np, name), "float") for name in _FLOAT.split()},
    **{name: math_function(getattr(np, name), "double") for name in _DOUBLE.split()},
    "ceil": math_function(np.ceil, "float", "double"),
    "floor": math_function(np.floor, "float", "double"),
    "real": math_function(np.real, "double", "double"),
    "imag": math_function(np.imag, "double", "double"),
    "complex": math_function(complex, "complex"),
    "conj": math_function(np.conj, "complex"),
    "where": where_func,
    "contains": contains_func,
    **{name: reduction(name) for name in ("sum", "prod", "min", "max")},
}

#: Names of operations that expressions write in another way.
SPELLINGS = {"absolute": "abs", "conjugate": "conj"}
