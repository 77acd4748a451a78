"""From the text of an expression to its nodes.

Python reads the text into a syntax tree; nothing of it is ever executed. What the tree may have in
it is listed here, and the native module has refused everything else before.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .. import _numjit
from ._context import optimizing
from ._functions import functions
from ._kinds import default_type, isConstant, type_to_kind
from ._nodes import ConstantNode, ExpressionNode, VariableNode

#: Numbers in the text are computed with so many bits, and strings repeated to so many characters.
_MOST_BITS = 128
_MOST_CHARACTERS = 1 << 16

_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


def _power(x: Any, y: Any) -> Any:
    if isinstance(x, int) and isinstance(y, int) and y * abs(x).bit_length() > 2 * _MOST_BITS:
        raise OverflowError("Python int too large to convert to C long")
    return x**y


def _shift(x: Any, y: Any) -> Any:
    if isinstance(x, int) and isinstance(y, int) and y > _MOST_BITS:
        raise OverflowError("Python int too large to convert to C long")
    return x << y


def _multiply(x: Any, y: Any) -> Any:
    for text, count in ((x, y), (y, x)):
        is_long = isinstance(count, int) and count > _MOST_CHARACTERS
        if isinstance(text, (bytes, str)) and is_long:
            raise OverflowError("a string in the expression would be too long")
    return x * y


_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _multiply,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.LShift: _shift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.MatMult: operator.matmul,
}
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda x, y: x in y,
    ast.NotIn: lambda x, y: x not in y,
}


def names_of(text: str, sanitize: bool = True) -> list[str]:
    """Returns the variables of an expression, sorted.

    Without `sanitize`, a text that is no expression of Python at all is a `SyntaxError`, where
    numexpr had found forbidden characters first. What is refused does not depend on it.

    Raises:
        Exception: what numexpr raises for the text.
    """
    try:
        return _numjit.numexpr_names(text)
    except ValueError:
        if not sanitize:
            _parsed(text)
        raise


def stringToExpression(
    s: str, types: Mapping[str, Any], context: Mapping[str, Any], sanitize: bool = True
) -> ExpressionNode:
    """Returns the nodes of an expression whose variables have these types; the others are `double`.

    Raises:
        Exception: what numexpr raises for the text.
    """
    # What is said of `double` variables does not count: these may have other types.
    with suppress(TypeError):
        names_of(s, sanitize)
    reader = _Reader(s, types)
    with optimizing(context):
        value = reader.read(_parsed(s))
    if isinstance(value, ExpressionNode):
        return value
    if not isConstant(value):
        raise TypeError(f"unsupported expression type: {type(value)}")
    return ConstantNode(value)


def _parsed(text: str) -> ast.expr:
    # Blanks before the text would be an indentation.
    return ast.parse(text.lstrip(" \t"), "<expr>", "eval").body


class _Reader:
    """Makes nodes of a syntax tree, in the order in which Python would compute it."""

    def __init__(self, text: str, types: Mapping[str, Any]) -> None:
        self._text = text
        self._types = types
        self._variables: dict[str, VariableNode] = {}

    def read(self, tree: ast.expr) -> Any:
        match tree:
            case ast.Constant(value):
                return value
            case ast.Name(name):
                return functions.get(name) or self._variable(name)
            case ast.UnaryOp(op, operand):
                value = self.read(operand)
                if isinstance(op, ast.Invert) and isinstance(value, bool):
                    return ~int(value)
                return _UNARY[type(op)](value)
            case ast.BinOp(left, op, right):
                return _BINARY[type(op)](self.read(left), self.read(right))
            case ast.BoolOp(op, values):
                return self._decide(isinstance(op, ast.Or), values)
            case ast.Compare(left, ops, comparators):
                return self._compare(left, ops, comparators)
            case ast.IfExp(test, body, orelse):
                return self.read(body if self.read(test) else orelse)
            case ast.Call(func, args, keywords):
                function = self.read(func)
                given = [self.read(arg) for arg in args]
                named = {word.arg: self.read(word.value) for word in keywords if word.arg}
                return function(*given, **named)
            case ast.Attribute(value, "real" | "imag" as part):
                return getattr(self.read(value), part)
            case ast.Tuple(items):
                return tuple(self.read(item) for item in items)
        raise ValueError(f"Expression {self._text} has forbidden control characters.")

    def _variable(self, name: str) -> VariableNode:
        # One node for each name, so that `a is a`.
        node = self._variables.get(name)
        if node is None:
            kind = type_to_kind[self._types.get(name, default_type)]
            node = self._variables[name] = VariableNode(name, kind)
        return node

    def _decide(self, when: bool, values: list[ast.expr]) -> Any:
        for tree in values[:-1]:
            value = self.read(tree)
            if bool(value) is when:
                return value
        return self.read(values[-1])

    def _compare(self, left: ast.expr, ops: list[ast.cmpop], rest: list[ast.expr]) -> Any:
        x = self.read(left)
        result: Any = True
        for index, (op, tree) in enumerate(zip(ops, rest, strict=True)):
            y = self.read(tree)
            result = _COMPARE[type(op)](x, y)
            if index + 1 < len(ops) and not result:
                break
            x = y
        return result
