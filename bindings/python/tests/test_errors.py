"""Exceptions: their classes, their places in the text, and the picture."""

from __future__ import annotations

import builtins
import pickle

import numjit as nj
import numpy as np
import pytest


def caught(expr, **names):
    with pytest.raises(nj.Error) as raised:
        nj.evaluate(expr, names, {})
    return raised.value


@pytest.mark.parametrize(
    ("expr", "names", "exception"),
    [
        ("a +", {"a": 1.0}, "SyntaxError"),
        ("a + nothing", {"a": 1.0}, "NameError"),
        ("a & 1", {"a": 1.0}, "TypeError"),
        ("a + b", {"a": np.ones(2), "b": np.ones(3)}, "ValueError"),
    ],
)
def test_errors_are_those_of_python_too(expr, names, exception):
    error = caught(expr, **names)
    assert isinstance(error, getattr(builtins, exception))
    assert isinstance(error, getattr(nj.errors, exception))
    assert error.kind


def test_the_text_is_a_picture_with_carets():
    error = caught("(a + 1) & b", a=np.ones(2), b=np.ones(2, bool))
    text = str(error)
    assert "│ ------- ^ - bool" in text
    assert "(a + 1) & b" in text
    assert "help:" in text
    assert error.help
    assert error.message in text
    assert "\n" not in error.message


def test_spans_count_characters():
    error = caught("'größe' == 'x' and missing", a=1)
    start, end = error.span
    assert error.expression[start:end] == "missing"


def test_all_unknown_names_are_reported():
    error = caught("one + two + one")
    assert {name for name in ("one", "two") if f"`{name}`" in str(error)} == {"one", "two"}


def test_errors_are_pickled():
    error = caught("a +", a=1)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.span == error.span


def test_key_errors_show_the_picture():
    assert str(nj.errors.KeyError("a\nb")) == "a\nb"


def test_expressions_are_text():
    for bad in (1, b"a", None):
        with pytest.raises(TypeError, match="must be a string"):
            nj.evaluate(bad)
    with pytest.raises(ValueError):
        nj.evaluate("\ud800")
