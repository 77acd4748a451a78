"""What kind of program a text is: one that is computed piece by piece, or a reduction of one.

The language is written as Python is, so that Python's parser finds its statements. Nothing is run.
"""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from functools import lru_cache

from . import _numjit


@dataclass(frozen=True)
class Elementwise:
    """A program whose elements depend on one element of each input."""

    text: str
    is_tuple: bool = False


@dataclass(frozen=True)
class Reduction:
    """A program that reduces what it has computed."""

    before: str
    """The statements before the last one."""
    name: str
    operand: str
    axis: int | tuple[int, ...] | None
    keepdims: bool

    def text(self, name: str, axes: tuple[int, ...], operand: str | None = None) -> str:
        """Returns the program with this reduction along axes that keep their places."""
        operand = self.operand if operand is None else operand
        return f"{self.before}{name}({operand}, axis={axes}, keepdims=True)"

    @property
    def elements(self) -> str:
        """The program of the elements that are reduced."""
        return f"{self.before}({self.operand})"


@lru_cache(maxsize=256)
def structure(text: str) -> Elementwise | Reduction:
    """Returns what a program is.

    Raises:
        NotImplementedError: it cannot be computed piece by piece.
    """
    _numjit.variables(text)  # Texts that are wrong are refused with numjit's words.
    text = textwrap.dedent(text).strip()
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        raise NotImplementedError(
            "this program is not written as Python is\n"
            "help: begin every statement at the same column"
        ) from error
    bound = {name for statement in module.body for name in _bound(statement)}
    reductions = _reductions() - bound
    last = module.body[-1]
    value = last.value if isinstance(last, ast.Expr | ast.Assign) else None
    if isinstance(value, ast.Call) and _called(value) in reductions:
        reduction = _reduction(text, last, value)
        rest: list[ast.AST] = [*module.body[:-1], *value.args[:1]]
        if not any(_is_reduction(node, reductions) for part in rest for node in ast.walk(part)):
            _check_subscripts(rest)
            return reduction
    for node in ast.walk(module):
        if _is_reduction(node, reductions):
            raise NotImplementedError(
                f"`{ast.unparse(node)}` inside a program needs all pieces of its operand\n"
                "help: evaluate it first, and pass the result as an input; only a reduction that "
                "is the whole result is computed piece by piece"
            )
    _check_subscripts([module])
    return Elementwise(text, isinstance(value, ast.Tuple))


@lru_cache(maxsize=1)
def _reductions() -> frozenset[str]:
    return frozenset(
        name
        for function in _numjit.functions()
        if function["is_reduction"]
        for name in (function["name"], *function["aliases"])
    )


def _bound(statement: ast.stmt) -> list[str]:
    """Returns the names that a statement binds."""
    if isinstance(statement, ast.FunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    return []


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _is_reduction(node: ast.AST, reductions: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and _called(node) in reductions


def _check_subscripts(parts: list[ast.AST]) -> None:
    for part in parts:
        for node in ast.walk(part):
            if isinstance(node, ast.Subscript):
                raise NotImplementedError(
                    f"`{ast.unparse(node)}` gives an array further axes, which pieces do not "
                    "have\nhelp: give the array with these axes, as in "
                    'evaluate("x * y", x=x[:, None], y=y)'
                )


def _reduction(text: str, last: ast.stmt, call: ast.Call) -> Reduction:
    name = _called(call)
    names = {keyword.arg: keyword.value for keyword in call.keywords}
    for parameter, argument in zip(("axis", "keepdims"), call.args[1:], strict=False):
        names[parameter] = argument
    operand = call.args[0] if call.args else names.pop("x", None)
    unknown = names.keys() - {"axis", "keepdims"}
    if operand is None or unknown or len(call.args) > 3:
        parts = ", ".join(f"`{part}`" for part in sorted(filter(None, unknown))) or "this"
        raise NotImplementedError(
            f"{parts} of `{name}` is not computed piece by piece\n"
            f"help: choose elements inside, as in {name}(where(condition, x, 0))"
        )
    try:
        axis = ast.literal_eval(names["axis"]) if "axis" in names else None
        keepdims = bool(ast.literal_eval(names["keepdims"])) if "keepdims" in names else False
    except ValueError as error:
        raise NotImplementedError(f"`axis` and `keepdims` of `{name}` must be literals") from error
    lines = text.splitlines(keepends=True)
    before = "".join(lines[: last.lineno - 1])
    before += lines[last.lineno - 1].encode()[: last.col_offset].decode()
    segment = ast.get_source_segment(text, operand) or ast.unparse(operand)
    return Reduction(before, name, f"({segment})", axis, keepdims)
