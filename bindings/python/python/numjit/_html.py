"""How kernels look in notebooks: a table, the stages, and the tree of the expression as SVG."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._numjit import Explanation

# Sizes of the drawing, in pixels.
_LEVEL = 46
_GAP = 14
_CHARACTER = 7.5
_HEIGHT = 22
# A larger tree is no picture any more.
_MAX_NODES = 200

_BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^",
    ast.BitAnd: "&", ast.MatMult: "@",
}  # fmt: skip
_UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
_COMPARE = {
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.GtE: ">=", ast.Gt: ">",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def explanation(explained: Explanation) -> str:
    """Returns how a kernel computes its program, as HTML."""
    inputs = ", ".join(
        f"{name}: {kind.__name__ if isinstance(kind, type) else kind}"
        for name, kind in explained.inputs.items()
    )
    outputs = ", ".join(
        f"{name}: {dtype}" if name else str(dtype) for name, dtype in explained.outputs
    )
    arrays = [kind for kind in explained.inputs.values() if not isinstance(kind, type)]
    read = sum(dtype.itemsize for dtype in arrays)
    written = sum(dtype.itemsize for _, dtype in explained.outputs)
    rows = [
        ("inputs", inputs or "none"),
        ("result", outputs),
        ("generator", explained.generator),
        ("vector width", _width(explained.stages)),
        ("bytes per element", f"{read} read + {written} written"),
    ]
    stages = [(f"stage {number}", text) for number, text in enumerate(explained.stages, 1)]
    table = "".join(
        f'<tr><th style="text-align:left">{escape(key)}</th>'
        f'<td style="text-align:left">{escape(value)}</td></tr>'
        for key, value in rows + stages
    )
    return (
        f'<div class="numjit"><pre><b>{escape(explained.expression)}</b></pre>'
        f"<table>{table}</table>{tree(explained.expression)}</div>"
    )


def _width(stages: Iterable[str]) -> str:
    """Returns how many elements an iteration of each loop computes."""
    widths = [found[1] for text in stages if (found := re.search(r"(\d+) elements per iter", text))]
    if not widths:
        return "one element at a time"
    return ", ".join(dict.fromkeys(widths)) + " elements per iteration"


class _Node:
    """A node of the drawing: its label, what is below it, and where it is."""

    __slots__ = ("below", "label", "level", "x")

    def __init__(self, label: str, below: list[_Node]) -> None:
        self.label = label
        self.below = below
        self.x = 0.0
        self.level = 0

    def width(self) -> float:
        return max(24.0, _CHARACTER * len(self.label) + 12)


def tree(expression: str) -> str:
    """Returns the tree of an expression as SVG; nothing for one that is no Python or too large."""
    try:
        statements = ast.parse(expression).body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    if sum(1 for statement in statements for _ in ast.walk(statement)) > 4 * _MAX_NODES:
        return ""
    roots = [node for statement in statements if (node := _statement(statement)) is not None]
    nodes: list[_Node] = []
    right = 0.0
    for root in roots:
        right = _place(root, 0, right, nodes)
    if not nodes or len(nodes) > _MAX_NODES:
        return ""
    height = (max(node.level for node in nodes) + 1) * _LEVEL
    lines = [
        f'<line x1="{node.x:.1f}" y1="{_y(node)}" x2="{child.x:.1f}" y2="{_y(child)}"/>'
        for node in nodes
        for child in node.below
    ]
    boxes = [
        f'<rect x="{node.x - node.width() / 2:.1f}" y="{_y(node) - _HEIGHT / 2}" rx="6" '
        f'width="{node.width():.1f}" height="{_HEIGHT}"/>'
        f'<text x="{node.x:.1f}" y="{_y(node) + 4}">{escape(node.label)}</text>'
        for node in nodes
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right:.0f}" height="{height}" '
        f'viewBox="0 0 {right:.0f} {height}" role="img">'
        f"<title>{escape(expression)}</title>"
        f'<g stroke="#888" fill="none">{"".join(lines)}</g>'
        f'<g font-family="monospace" font-size="12" text-anchor="middle" stroke-width="0.5">'
        f"<style>.numjit rect{{fill:#eef3fb;stroke:#6b88b5}}.numjit text{{fill:#123}}</style>"
        f"{''.join(boxes)}</g></svg>"
    )


def _y(node: _Node) -> float:
    return node.level * _LEVEL + _LEVEL / 2


def _place(node: _Node, level: int, left: float, nodes: list[_Node]) -> float:
    """Places a node over what is below it, and returns where its right edge is."""
    nodes.append(node)
    node.level = level
    right = left
    for child in node.below:
        right = _place(child, level + 1, right, nodes)
    if node.below:
        node.x = (node.below[0].x + node.below[-1].x) / 2
    else:
        node.x = left + (node.width() + _GAP) / 2
    # A label that is wider than all below it needs room on both sides.
    short = node.width() + _GAP - (right - left)
    if node.below and short > 0:
        _shift(node, short / 2)
    return max(right, left + node.width() + _GAP)


def _shift(node: _Node, by: float) -> None:
    node.x += by
    for child in node.below:
        _shift(child, by)


def _statement(statement: ast.stmt) -> _Node | None:
    match statement:
        case ast.Expr(value=value):
            return _node(value)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return _Node(f"{name} =", [_node(value)])
        case ast.FunctionDef(name=name, args=args, body=[ast.Return(value=ast.expr() as value)]):
            parameters = ", ".join(arg.arg for arg in args.args)
            return _Node(f"def {name}({parameters})", [_node(value)])
        case _:
            return None


def _node(expr: ast.expr) -> _Node:
    match expr:
        case ast.BinOp(left=left, op=op, right=right):
            return _Node(_BINARY[type(op)], [_node(left), _node(right)])
        case ast.UnaryOp(op=op, operand=operand):
            return _Node(_UNARY[type(op)], [_node(operand)])
        case ast.BoolOp(op=op, values=values):
            return _Node("and" if isinstance(op, ast.And) else "or", [_node(v) for v in values])
        case ast.Compare(left=left, ops=ops, comparators=others):
            label = " ".join(_COMPARE.get(type(op), "is") for op in ops)
            return _Node(label, [_node(value) for value in (left, *others)])
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _Node("if else", [_node(value) for value in (body, test, orelse)])
        case ast.Call(func=func, args=args, keywords=keywords):
            named = [_Node(f"{k.arg}=", [_node(k.value)]) for k in keywords]
            return _Node(f"{ast.unparse(func)}()", [*map(_node, args), *named])
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return _Node(",", [_node(item) for item in items])
        case ast.Subscript(value=value, slice=index):
            return _Node(f"[{ast.unparse(index)}]", [_node(value)])
        case ast.Attribute(value=value, attr=attr):
            return _Node(f".{attr}", [_node(value)])
        case _:
            return _Node(ast.unparse(expr), [])
