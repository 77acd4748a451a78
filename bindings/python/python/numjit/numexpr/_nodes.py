"""Nodes of expressions: what operators and functions make of variables and numbers.

A node knows its kind, so that joining nodes finds out what the result is. Operators between
constants are computed at once, as Python groups them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, ClassVar, NoReturn

import numpy as np

from ._context import get_optimization
from ._kinds import commonKind, getKind, isConstant

_NO_TRUTH = (
    "You can't use Python's standard boolean operators in NumExpr expressions. You should use "
    "their bitwise counterparts instead: '&' instead of 'and', '|' instead of 'or', and '~' "
    "instead of 'not'."
)

#: Functions whose result is a truth value whatever they are given.
_QUESTIONS = ("isnan", "isfinite", "isinf", "signbit")

#: Exponents up to this one, whole or half, are written as products and roots.
LARGEST_PRODUCT = 50

#: Names of operators that are not those of Python's functions.
_FUNCTIONS = {"and": operator.and_, "or": operator.or_}


def lift(x: Any) -> ExpressionNode:
    """Returns an operand as a node.

    Raises:
        TypeError: if it is neither a node nor a number or string.
    """
    if isinstance(x, ExpressionNode):
        return x
    if isConstant(x):
        return ConstantNode(x)
    raise TypeError(f"unsupported object type: {type(x)}")


def allConstantNodes(nodes: Iterable[Any]) -> bool:
    """Returns whether all operands are known."""
    return all(isinstance(node, ConstantNode) for node in nodes)


def binary(name: str, x: Any, y: Any, kind: str | None = None) -> ExpressionNode:
    """Joins two operands, or computes the result if both are known."""
    left, right = lift(x), lift(y)
    if isinstance(left, ConstantNode) and isinstance(right, ConstantNode):
        compute = _FUNCTIONS.get(name) or getattr(operator, name)
        return ConstantNode(compute(left.value, right.value))
    return OpNode(name, (left, right), kind)


_Operator = Callable[["ExpressionNode", Any], "ExpressionNode"]


def _operator(name: str, kind: str | None = None) -> _Operator:
    return lambda self, other: binary(name, self, other, kind)


def _reflected(name: str, kind: str | None = None) -> _Operator:
    return lambda self, other: binary(name, other, self, kind)


class ExpressionNode:
    """A part of an expression, which takes part in arithmetic like a number."""

    astType: ClassVar[str] = "generic"
    astKind: str
    value: Any
    children: tuple[Any, ...]

    def __init__(
        self, value: Any = None, kind: str | None = None, children: Iterable[Any] | None = None
    ) -> None:
        self.value = value
        self.astKind = "none" if kind is None else kind
        self.children = () if children is None else tuple(children)

    @property
    def real(self) -> ExpressionNode:
        """The real part."""
        return OpNode("real", (self,), "double")

    @property
    def imag(self) -> ExpressionNode:
        """The imaginary part."""
        return OpNode("imag", (self,), "double")

    def __str__(self) -> str:
        return f"{type(self).__name__}({self.value}, {self.astKind}, {self.children})"

    __repr__ = __str__

    def __bool__(self) -> NoReturn:
        raise TypeError(_NO_TRUTH)

    def __pos__(self) -> ExpressionNode:
        return self

    def __neg__(self) -> ExpressionNode:
        return OpNode("neg", (self,))

    def __invert__(self) -> ExpressionNode:
        return OpNode("invert", (self,))

    __add__ = __radd__ = _operator("add")
    __mul__ = __rmul__ = _operator("mul")
    __sub__, __rsub__ = _operator("sub"), _reflected("sub")

    def __truediv__(self, other: Any) -> ExpressionNode:
        return divide(self, other)

    def __rtruediv__(self, other: Any) -> ExpressionNode:
        return divide(other, self)

    __floordiv__, __rfloordiv__ = _operator("floordiv"), _reflected("floordiv")
    __mod__, __rmod__ = _operator("mod"), _reflected("mod")
    __rpow__ = _reflected("pow")

    def __pow__(self, other: Any) -> ExpressionNode:
        return power(self, other)

    __lshift__, __rlshift__ = _operator("lshift"), _reflected("lshift")
    __rshift__, __rrshift__ = _operator("rshift"), _reflected("rshift")
    __and__, __rand__ = _operator("and"), _reflected("and")
    __or__, __ror__ = _operator("or"), _reflected("or")
    __xor__, __rxor__ = _operator("xor"), _reflected("xor")

    # There is no "less than": its sides are exchanged.
    __gt__, __lt__ = _operator("gt", "bool"), _reflected("gt", "bool")
    __ge__, __le__ = _operator("ge", "bool"), _reflected("ge", "bool")
    __eq__ = _operator("eq", "bool")  # type: ignore[assignment]
    __ne__ = _operator("ne", "bool")  # type: ignore[assignment]


class LeafNode(ExpressionNode):
    """A node without operands."""

    leafNode = True


class VariableNode(LeafNode):
    """An input, by its name."""

    astType = "variable"

    def __init__(self, value: Any = None, kind: str | None = None, children: Any = None) -> None:
        super().__init__(value, kind)


class ConstantNode(LeafNode):
    """A number or string."""

    astType = "constant"

    def __init__(self, value: Any = None, children: Any = None) -> None:
        kind = getKind(value)
        if kind == "float" and isinstance(value, float):
            kind = "double"
        super().__init__(value, kind)

    @property
    def real(self) -> ExpressionNode:
        return ConstantNode(complex(self.value).real)

    @property
    def imag(self) -> ExpressionNode:
        return ConstantNode(complex(self.value).imag)

    def __neg__(self) -> ExpressionNode:
        return ConstantNode(-self.value)

    def __invert__(self) -> ExpressionNode:
        # Python will take the operator away from truth values; as an integer it stays the same.
        return ConstantNode(~int(self.value) if isinstance(self.value, bool) else ~self.value)


class OpNode(ExpressionNode):
    """An operation on nodes. Sums of truth values are "or", products are "and"."""

    astType = "op"

    def __init__(
        self, opcode: str = "", args: Iterable[Any] | None = None, kind: str | None = None
    ) -> None:
        args = None if args is None else tuple(args)
        if kind is None and args is not None:
            kind = commonKind(args)
        if kind == "bool":
            opcode = {"mul": "and", "add": "or"}.get(opcode, opcode)
        super().__init__(opcode, kind, args)


class FuncNode(OpNode):
    """A function of nodes."""

    def __init__(
        self, opcode: str = "", args: Iterable[Any] | None = None, kind: str | None = None
    ) -> None:
        super().__init__(opcode, args, "bool" if opcode in _QUESTIONS else kind)


class RawNode:
    """A bare number that belongs to an operation, such as the axis of a sum."""

    astType = "raw"
    astKind = "none"
    children: tuple[Any, ...] = ()

    def __init__(self, value: Any) -> None:
        self.value = value

    def __str__(self) -> str:
        return f"RawNode({self.value})"

    __repr__ = __str__


class Expression:
    """Makes variables: `E.a` is the variable `a`, a `double`."""

    def __getattr__(self, name: str) -> VariableNode:
        if name.startswith("_"):
            raise AttributeError
        return VariableNode(name, "double")


E = Expression()


def divide(x: Any, y: Any) -> ExpressionNode:
    """True division: of integers it gives `double`. Never computed ahead."""
    operands = [lift(x), lift(y)]
    kind = commonKind(operands)
    return OpNode("div", operands, "double" if kind in ("bool", "int", "long") else kind)


def power(x: Any, y: Any) -> ExpressionNode:
    """A power. Those with small constant exponents become products and roots if optimized.

    Raises:
        ValueError: if the power of an integer would be a fraction by the kinds' rules.
    """
    base, exponent = lift(x), lift(y)
    if not isinstance(exponent, ConstantNode):
        return OpNode("pow", (base, exponent))
    p = exponent.value
    is_int = base.astKind in ("int", "long")
    if is_int and exponent.astKind in ("int", "long") and p < 0:
        raise ValueError("Integers to negative integer powers are not allowed.")
    optimization = get_optimization()
    if optimization == "none" or isinstance(p, (bytes, str, complex, np.complexfloating)):
        return OpNode("pow", (base, exponent))
    if is_int and (p < 0 or p % 1 != 0) and optimization == "aggressive" and is_small(p):
        # Products of integers would wrap on the way.
        return OpNode("pow", (base, exponent), "double")
    if optimization == "aggressive" and is_small(p):
        return _product(base, p)
    if p == -1:
        return OpNode("div", (ConstantNode(1), base))
    if p == 0:
        return OpNode("ones_like", (base,))
    if p == 0.5:
        return FuncNode("sqrt", (base,), "double" if is_int else base.astKind)
    if p == 1:
        return base
    return OpNode("mul", (base, base)) if p == 2 else OpNode("pow", (base, exponent))


def is_small(p: Any) -> bool:
    """Returns whether an exponent is whole or half, and small enough to be written as a product."""
    return bool(math.isfinite(p) and 2 * p % 1 == 0 and abs(p) <= LARGEST_PRODUCT)


def _product(base: ExpressionNode, p: Any) -> ExpressionNode:
    """A power as a product of squares of squares, times a root if the exponent is half."""
    factors: list[ExpressionNode] = []
    square, n = base, int(abs(p))
    while n:
        if n & 1:
            factors.append(square)
        n >>= 1
        if n:
            square = OpNode("mul", (square, square))
    if 2 * p % 2:
        factors.append(OpNode("sqrt", (base,)))
    if not factors:
        return OpNode("ones_like", (base,))
    result = reduce(lambda x, y: OpNode("mul", (x, y)), factors)
    return divide(1, result) if p < 0 else result
