"""Random formulas and programs."""

import random
import re

import numpy as np

from . import values
from .recorder import NUMERIC

SHAPES = [(), (1,), (4,), (3, 1), (3, 4), (2, 1, 4), (2, 3, 1)]
UNARY = ["-", "+", "~", "abs", "floor", "sqrt", "square", "sign", "isfinite", "real", "conj"]
BINARY = ["+", "-", "*", "/", "//", "%", "&", "|", "^", "<", "==", ">=", "maximum", "fmin", "where"]
LITERALS = ["1", "2", "-3", "0.5", "True", "7", "2.0", "100"]
AXES = ["", ", axis=0", ", axis=-1", ", keepdims=True"]


def record(recorder):
    formulas(recorder)
    programs(recorder)


def formulas(recorder):
    """Operations whose every rounding NumPy and numjit share."""
    rng = random.Random(7)
    wanted = len(recorder.cases) + 1200
    kept_errors = 0
    while len(recorder.cases) < wanted:
        count = rng.randint(1, 3)
        inputs = {}
        for name in "abc"[:count]:
            dtype, shape = rng.choice(NUMERIC), rng.choice(SHAPES)
            inputs[name] = values.dyadic(dtype, shape, rng.randrange(10**6))
        text = formula(rng, list(inputs), rng.randint(1, 4))
        if not any(re.search(rf"\b{name}\b", text) for name in inputs):
            continue
        # NumPy lets a single value have an axis, and leaves a literal what it is in `real(1)`.
        if "axis=" in text and any(x.ndim == 0 for x in inputs.values()) or re.search(r"real\([^abc]*\)", text):
            continue
        # Lengths and roots of complex numbers are not rounded correctly.
        if any(x.dtype.kind == "c" for x in inputs.values()) and re.search("abs|sqrt|sign", text):
            continue
        before = len(recorder.cases)
        recorder.add("random", text, inputs)
        if len(recorder.cases) > before and recorder.cases[-1][1]:
            # Most random formulas are mistakes: enough are kept.
            kept_errors += 1
            if kept_errors > 200:
                recorder.cases.pop()


def formula(rng, names, depth):
    if depth == 0:
        return rng.choice(names + names + [rng.choice(LITERALS)])
    inner = lambda: formula(rng, names, rng.randint(0, depth - 1))
    if rng.random() < 0.25:
        op = rng.choice(UNARY)
        return f"{op}({inner()})" if op.isalpha() else f"({op}{inner()})"
    if rng.random() < 0.1:
        # Of whole numbers and quarters: exact in any order.
        return f"{rng.choice(['sum', 'min', 'max'])}({rng.choice(names)}{rng.choice(AXES)})"
    op = rng.choice(BINARY)
    x, y = inner(), inner()
    if op == "where":
        return f"where({inner()} > 0, {x}, {y})"
    return f"{op}({x}, {y})" if op.isalpha() else f"({x} {op} {y})"


PROGRAMS = [
    ("t = x * x + y * y; sqrt(t), x - y", "(sqrt(x * x + y * y), x - y)"),
    ("t = x + y\nt * t", "(x + y) * (x + y)"),
    ("a = x * 2; b = a + y; a, b, a - b", "(x * 2, x * 2 + y, x * 2 - (x * 2 + y))"),
    ("m = max(x); x - m, m", "(x - max(x), max(x))"),
    ("def half(v): return v / 2\nhalf(x) + half(y)", "x / 2 + y / 2"),
    ("def dist(a, b): return abs(a - b)\nd = dist(x, y); d, d > 1", "(abs(x - y), abs(x - y) > 1)"),
    ("s = sum(x, axis=0); t = sum(y, axis=-1); s, t", "(sum(x, axis=0), sum(y, axis=-1))"),
    ("x, y", "(+x, +y)"),
    ("t = x > y; where(t, x, y), t", "(where(x > y, x, y), x > y)"),
]


def programs(recorder):
    for dtypes in [("f8", "f8"), ("f4", "i2"), ("i4", "u1"), ("c16", "f4"), ("i8", "f8")]:
        for shapes in [((3,), (3,)), ((2, 3), (3,)), ((4, 1), (1, 2))]:
            inputs = {
                "x": values.dyadic(dtypes[0], shapes[0], 31),
                "y": values.dyadic(dtypes[1], shapes[1], 32),
            }
            for text, by in PROGRAMS:
                # Lengths of complex numbers are not rounded correctly.
                if not (dtypes[0] == "c16" and "abs" in text):
                    recorder.add("program", text, inputs, by)
