"""The exceptions of numjit: each is an :class:`Error` and the exception that Python would raise."""

from __future__ import annotations

import builtins
from typing import Any, TypedDict


class Mistake(TypedDict):
    """One mistake in a program or a call."""

    message: str
    kind: str
    span: tuple[int, int] | None
    notes: list[str]
    help: list[str]


class Error(Exception):
    """What is wrong with a program, its inputs or an option. ``str()`` is a picture with carets.

    Attributes
    ----------
    message : the first mistake in one line
    kind : what sort of mistake it is: ``"syntax"``, ``"unknownname"``, ``"type"``, ``"shape"``, …
    span : where it is in ``expression``, as (start, end) in characters, or None
    help : what to do about it, a list of lines
    expression : the text that ``span`` refers to
    mistakes : all mistakes, each with the attributes above
    """

    message: str
    kind: str
    span: tuple[int, int] | None
    help: list[str]
    expression: str
    mistakes: list[Mistake]

    def __init__(self, picture: str, expression: str = "", mistakes: list[Mistake] | None = None):
        super().__init__(picture)
        self._state = (picture, expression, mistakes or [])
        self.expression = expression
        self.mistakes = mistakes or []
        first: Any = self.mistakes[0] if self.mistakes else {}
        self.message = first.get("message", picture)
        self.kind = first.get("kind", "")
        self.span = first.get("span")
        self.help = first.get("help", [])

    def __str__(self) -> str:
        return self._state[0]

    def __reduce__(self) -> Any:
        return type(self), self._state


class AttributeError(Error, builtins.AttributeError): ...


class IndexError(Error, builtins.IndexError): ...


class KeyError(Error, builtins.KeyError): ...


class MemoryError(Error, builtins.MemoryError): ...


class NameError(Error, builtins.NameError): ...


class NotImplementedError(Error, builtins.NotImplementedError): ...


class OverflowError(Error, builtins.OverflowError): ...


class RuntimeError(Error, builtins.RuntimeError): ...


class SyntaxError(Error, builtins.SyntaxError): ...


class TypeError(Error, builtins.TypeError): ...


class ValueError(Error, builtins.ValueError): ...


class ZeroDivisionError(Error, builtins.ZeroDivisionError): ...


_CLASSES: dict[str, type[Error]] = {cls.__name__: cls for cls in Error.__subclasses__()}
# Its constructor takes a codec and an object; it is a ValueError, too.
_CLASSES["UnicodeEncodeError"] = ValueError


def _make(name: str, picture: str, expression: str, mistakes: list[Mistake]) -> Error:
    """Called by the native module."""
    return _CLASSES[name](picture, expression, mistakes)
