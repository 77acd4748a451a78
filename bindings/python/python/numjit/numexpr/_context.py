"""Options of a compilation: how far powers are rewritten.

The option holds while one expression is read, in this thread only, and never longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

#: For each option its name, the values it may have, and the default.
context_info: list[tuple[str, tuple[Any, ...], Any]] = [
    ("optimization", ("none", "moderate", "aggressive"), "aggressive"),
    ("truediv", (False, True, "auto"), "auto"),
]

#: Nodes that are joined by hand, outside of a compilation, are left as they are.
_optimization: ContextVar[str] = ContextVar("numexpr_optimization", default="none")


def getContext(kwargs: Mapping[str, Any], _frame_depth: int = 1) -> dict[str, Any]:
    """Returns the options of a compilation, with defaults for those that are not given.

    Raises:
        ValueError: if there is no such option, or no such value.
    """
    rest = dict(kwargs)
    context = {}
    for name, allowed, default in context_info:
        value = rest.pop(name, default)
        if value not in allowed:
            raise ValueError(f"'{name}' must be one of {allowed}")
        context[name] = value
    if rest:
        raise ValueError(f"Unknown keyword argument '{rest.popitem()[0]}'")
    if context["truediv"] == "auto":
        # Division is always true division; the option is only told apart from the others.
        context["truediv"] = False
    return context


def get_optimization() -> str:
    """Returns the optimization of the expression that is being read."""
    return _optimization.get()


@contextmanager
def optimizing(context: Mapping[str, Any]) -> Iterator[None]:
    """Sets the optimization while an expression is read."""
    token = _optimization.set(context.get("optimization", "none"))
    try:
        yield
    finally:
        _optimization.reset(token)
