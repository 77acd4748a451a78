"""A formula as a function of its variables."""

from __future__ import annotations

import re
from typing import Any

from . import _numjit

# Text and comments come first, so that names inside them are not found.
_WORDS = re.compile(
    r"""
    '''(?:\\.|[^\\])*?''' | \"\"\"(?:\\.|[^\\])*?\"\"\" | '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*"
    | \#[^\n]* | (?P<name>[^\W\d]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
_CONSTANTS = frozenset({"pi", "e", "inf", "nan", "newaxis"})


class vectorize:
    """A function over arrays, made of a formula.

    It is compiled for the dtypes it is called with, and keeps what it has compiled. Positional
    arguments are in the order in which the formula first names them, unless ``args`` gives another.

    >>> import numjit as nj
    >>> line = nj.vectorize("a*x + b")
    >>> line
    numjit.vectorize('a*x + b')(a, x, b)
    >>> line(2.0, [1.0, 2.0], 3.0)
    array([5., 7.])
    """

    __slots__ = ("args", "expression", "math", "threads")

    def __init__(
        self,
        expression: str,
        args: tuple[str, ...] | list[str] | None = None,
        *,
        threads: int | None = None,
        math: str | None = None,
    ) -> None:
        self.expression = expression
        self.threads = threads
        self.math = math
        variables = _numjit.variables(expression)
        if args is None:
            order = _in_order(expression)
            self.args = tuple(
                sorted(set(variables) - _CONSTANTS, key=lambda name: order.get(name, len(order)))
            )
        else:
            missing = set(variables) - _CONSTANTS - set(args)
            if missing:
                raise TypeError(f"args lacks {', '.join(sorted(missing))}")
            self.args = tuple(args)

    def __call__(
        self,
        *args: Any,
        out: Any = None,
        order: str = "K",
        casting: str = "same_kind",
        **names: Any,
    ) -> Any:
        if len(args) > len(self.args):
            raise TypeError(f"{self!r} takes {len(self.args)} arrays, and {len(args)} are given")
        given = dict(zip(self.args, args, strict=False))
        twice = given.keys() & names.keys()
        if twice:
            raise TypeError(f"{self!r} got several values for {', '.join(sorted(twice))}")
        given.update(names)
        unknown = given.keys() - set(self.args)
        if unknown:
            raise TypeError(f"{self!r} has no argument {', '.join(sorted(unknown))}")
        return _numjit.evaluate(
            self.expression, given, {}, out, order, casting, threads=self.threads, math=self.math
        )

    def __repr__(self) -> str:
        return f"numjit.vectorize({self.expression!r})({', '.join(self.args)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, vectorize) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __reduce__(self) -> Any:
        return _rebuild, self._identity()

    def _identity(self) -> tuple[str, tuple[str, ...], int | None, str | None]:
        return self.expression, self.args, self.threads, self.math


def _rebuild(
    expression: str, args: tuple[str, ...], threads: int | None, math: str | None
) -> vectorize:
    return vectorize(expression, args, threads=threads, math=math)


def _in_order(expression: str) -> dict[str, int]:
    """Returns the names in a text and where they come first."""
    order: dict[str, int] = {}
    for match in _WORDS.finditer(expression):
        if name := match["name"]:
            order.setdefault(name, len(order))
    return order
