"""From nodes to text that the native module compiles.

Numbers whose kind the text cannot tell, such as a `float32`, become further inputs of the kernel.
"""

from __future__ import annotations

import keyword
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ._functions import ALL_AXES, SPELLINGS, functions
from ._kinds import DTYPES, kind_to_typecode
from ._nodes import ConstantNode, ExpressionNode, RawNode, VariableNode, is_small

_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "lshift": "<<",
    "rshift": ">>",
    "and": "&",
    "or": "|",
    "xor": "^",
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "ge": ">=",
}
_PREFIX = {"neg": "-", "invert": "~"}
_REDUCTIONS = ("sum", "prod", "min", "max")


def walk(root: Any) -> Iterator[Any]:
    """Returns the nodes of a tree, each one once and after its operands."""
    done: set[int] = set()
    todo = [(root, False)]
    while todo:
        node, are_operands_done = todo.pop()
        if id(node) in done:
            continue
        if are_operands_done:
            done.add(id(node))
            yield node
        else:
            todo.append((node, True))
            todo.extend((child, False) for child in reversed(node.children))


class Written:
    """The text of a tree of nodes.

    Attributes:
        text: the expression.
        names: for each variable of the tree its name in the text.
        constants: the further inputs, by their names in the text.
    """

    def __init__(self, root: ExpressionNode) -> None:
        self.names: dict[str, str] = {}
        self.constants: dict[str, np.ndarray[Any, Any]] = {}
        parts: dict[int, str] = {}
        for node in walk(root):
            parts[id(node)] = self._part(node, [parts[id(child)] for child in node.children])
        self.text = parts[id(root)]

    def _part(self, node: Any, operands: list[str]) -> str:
        if isinstance(node, VariableNode):
            return self._variable(node.value)
        if isinstance(node, ConstantNode):
            return self._constant(node)
        if isinstance(node, RawNode):
            return "" if node.value == ALL_AXES else f"axis={node.value}"
        name = node.value
        if name == "pow" and is_rewritten(node):
            return f"({operands[0]} ** {self._hidden(node.children[1])})"
        if name in _INFIX:
            return f"({operands[0]} {_INFIX[name]} {operands[1]})"
        if name in _PREFIX:
            return f"({_PREFIX[name]}{operands[0]})"
        return f"{SPELLINGS.get(name, name)}({', '.join(filter(None, operands))})"

    def _variable(self, name: str) -> str:
        if name not in self.names:
            is_plain = name.isidentifier() and not keyword.iskeyword(name)
            is_free = name not in functions and not name.startswith("_")
            self.names[name] = name if is_plain and is_free else f"_v{len(self.names)}"
        return self.names[name]

    def _constant(self, node: ConstantNode) -> str:
        value, kind = node.value, node.astKind
        match kind:
            case "bytes" | "str":
                return repr(value.encode("ascii") if isinstance(value, str) else bytes(value))
            case "bool":
                return str(bool(value))
            case "int":
                return f"({int(value)})" if value < 0 else str(int(value))
            case "long":
                # What a function makes of a small integer is a `long`.
                return f"floor({int(value)})"
            case "double" if math.isfinite(value):
                return f"({float(value)!r})" if math.copysign(1, value) < 0 else repr(float(value))
            case _:
                return self._hidden(node)

    def _hidden(self, node: ConstantNode) -> str:
        name = f"_c{len(self.constants)}"
        dtype = DTYPES[kind_to_typecode[node.astKind]]
        self.constants[name] = np.asarray(node.value, dtype)
        return name


def is_rewritten(node: ExpressionNode) -> bool:
    """Returns whether the text of a power would stand for a power of another kind."""
    base, exponent = node.children
    if not isinstance(exponent, ConstantNode) or isinstance(exponent.value, (bytes, str, complex)):
        return False
    if not is_small(exponent.value):
        return False
    is_fraction = exponent.value < 0 or exponent.value % 1 != 0
    is_int = base.astKind in ("bool", "int", "long")
    return bool(node.astKind != ("double" if is_int and is_fraction else base.astKind))
