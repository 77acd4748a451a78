"""Shapes, layouts, reductions and casts."""

import itertools
import math

import numpy as np

from . import values
from .recorder import COMPLEX, FLOATS, NUMERIC


def record(recorder):
    broadcasts(recorder)
    layouts(recorder)
    bytes_in_memory(recorder)
    subscripts(recorder)
    reductions(recorder)
    nested_reductions(recorder)
    casts(recorder)
    outputs(recorder)


SHAPES = [(), (1,), (3,), (0,), (2, 3), (2, 1), (1, 3), (0, 3), (2, 0), (4, 2, 3), (4, 1, 3), (1, 1, 1), (5,)]


def broadcasts(recorder):
    for a, b in itertools.product(SHAPES, SHAPES):
        inputs = {"x": values.dyadic("f8", a, 1), "y": values.dyadic("i4", b, 2)}
        recorder.add("broadcast", "x * y", inputs)
        recorder.add("broadcast", "where(x > 0, x, y)", inputs)
    for a, b, c in [((2, 1, 3), (4, 1), (1,)), ((3,), (2, 1), ()), ((2,), (3,), (1,)), ((5, 1), (1, 4), (5, 4))]:
        inputs = {"x": values.dyadic("f4", a, 1), "y": values.dyadic("f8", b, 2), "z": values.dyadic("i1", c, 3)}
        for text in ["x + y * z", "clip(x, y, z)", "where(x > 0, y, z)", "maximum(x, y) - z"]:
            recorder.add("broadcast", text, inputs)
    for ndim in (8, 16, 32, 64):
        shape = (2,) + (1,) * (ndim - 2) + (3,)
        inputs = {"x": values.dyadic("f8", shape, 1), "y": values.dyadic("f8", (3,), 2)}
        recorder.add("broadcast", "x * 2 + y", inputs)


def fortran(array):
    """In Fortran's order; its transpose is the buffer."""
    return array.T.copy().T


def laid_out(dtype, seed):
    """One 4 x 6 array in many layouts, and the name of each."""
    base = values.dyadic(dtype, (4, 6), seed)
    big = values.dyadic(dtype, (10, 16), seed + 1)
    yield "C", base
    yield "F", fortran(base)
    yield "reversed rows", base[::-1]
    yield "reversed", base[::-1, ::-1]
    yield "reversed columns", base[:, ::-1]
    yield "strided", big[1:9:2, 2:14:2]
    yield "rows of more", big[:4, :6]
    yield "columns of more", big.T[3:7, :6]
    yield "transposed", big[:6, :4].T
    yield "repeated row", np.broadcast_to(base[1], (4, 6))
    yield "repeated column", np.broadcast_to(base[:, 2:3], (4, 6))
    yield "one element", np.broadcast_to(base[2, 3], (4, 6))


def layouts(recorder):
    for dtype in ["f8", "f4", "i2", "u1", "c16", "?"]:
        dtype = np.dtype(dtype)
        for (_, x), (_, y) in itertools.product(laid_out(dtype, 1), laid_out(dtype, 7)):
            recorder.add("layout", "x + y", {"x": x, "y": y}, strides=True)
        for _, x in laid_out(dtype, 3):
            recorder.add("layout", "~x" if dtype == "?" else "-x", {"x": x}, strides=True)
            recorder.add("layout", "x * x + x", {"x": x})
            recorder.add("layout", "sum(x, axis=0)", {"x": x})
            recorder.add("layout", "x ^ max(x)" if dtype == "?" else "x - max(x)", {"x": x})
    for permutation in itertools.permutations(range(4)):
        x = values.dyadic("f8", (2, 3, 4, 5), 5).transpose(permutation)
        y = values.dyadic("f4", x.shape, 6)
        recorder.add("layout", "-x", {"x": x}, strides=True)
        recorder.add("layout", "x + x", {"x": x}, strides=True)
        recorder.add("layout", "x * y", {"x": x, "y": y}, strides=True)
        recorder.add("layout", "sum(x, axis=1)", {"x": x})
        recorder.add("layout", "x - min(x, axis=-1, keepdims=True)", {"x": x})
    for shape in [(3, 1, 4), (1, 5, 1), (0, 4), (7,), ()]:
        x = fortran(values.dyadic("f8", shape, 8))
        recorder.add("layout", "x * 2", {"x": x}, strides=x.size > 0)


def bytes_in_memory(recorder):
    for dtype in NUMERIC:
        x, y = values.dyadic(dtype, (3, 5), 1), values.dyadic(dtype, (5,), 2)
        if dtype.itemsize > 1:
            swapped = x.astype(dtype.newbyteorder(">"))
            recorder.add("memory", "x * y", {"x": swapped, "y": y})
            recorder.add("memory", "x == y", {"x": swapped, "y": y})
            recorder.add("memory", "x", {"x": swapped[:, ::-2]}, "+x")
        raw = np.zeros(x.nbytes + 1 + y.nbytes, "u1")
        unaligned = np.ndarray(x.shape, dtype, buffer=raw, offset=1)
        unaligned[...] = x
        recorder.add("memory", "x * y", {"x": unaligned, "y": y})
        recorder.add("memory", "sum(x)", {"x": unaligned.T})


def subscripts(recorder):
    x, y = values.dyadic("f8", (3,), 1), values.dyadic("f8", (4,), 2)
    z = values.dyadic("f4", (3, 4), 3)
    inputs = {"x": x, "y": y, "z": z}
    texts = """x[:, None] * y | x[:, newaxis] - y[newaxis, :] | x[None, :, None] + y |
    z[..., None] | z[None, ...] | z[:, None, :] * y | z[:] | z[:, :] | z[...] | x[:, None] + z |
    (x[:, None] * y)[None] | sum(x[:, None] * y, axis=0) | sum(x[:, None] * y) | z[:, :, :] | x[:, :] |
    x[..., ...] | abs(x)[:, None] * y | max(z, axis=1)[:, None] - z | x[:, None, None] * y[None, :, None]"""
    for text in texts.split("|"):
        recorder.add("subscript", text.strip(), inputs)


REDUCTIONS = """sum prod min max amin amax mean var std any all argmin argmax count_nonzero nansum nanprod nanmin
nanmax nanmean""".split()
INEXACT = {"var", "std"}
ROUNDED = INEXACT | {"sum", "prod", "mean", "nansum", "nanprod", "nanmean"}


def reduction(recorder, text, inputs, name, exact=True):
    """A sum of dyadic numbers is exact, and the mean a single division."""
    is_float = inputs["x"].dtype.kind in "fc"
    ulp = 0 if exact and name not in INEXACT and not (is_float and name in ("prod", "nanprod")) else name
    recorder.add("reduction", text, inputs, ulp=ulp)


def reductions(recorder):
    for name in REDUCTIONS:
        for dtype in NUMERIC:
            x = values.dyadic(dtype, (3, 4), 11)
            if name in ("prod", "nanprod"):
                x = np.where(abs(x) > 4, x.dtype.type(1), x)
            calls = ["x", "x, axis=0", "x, axis=-1", "x, axis=1, keepdims=True"]
            # The mean of three numbers is not dyadic, but correctly rounded all the same.
            for call in calls:
                exact = not (dtype.kind == "c" and name in ("mean", "nanmean"))
                reduction(recorder, f"{name}({call})", {"x": x}, name, exact)
            if dtype.kind in "fc":
                x = values.special(dtype).reshape(-1, 2)
                x = x[:, :1] if name in ("prod", "nanprod", "var", "std") and dtype.kind == "c" else x
                if dtype.kind == "c" and name in ("mean", "nanmean"):
                    continue  # NumPy divides by a complex number, which makes NaN of infinities
                x = np.where(np.isfinite(x) & (abs(x) > 1e6), x.dtype.type(2), x)
                x = np.where(np.isfinite(x) & (abs(x) < 1e-30), x.dtype.type(0), x)
                for call in ["x", "x, axis=0", "x, axis=1"]:
                    reduction(recorder, f"{name}({call})", {"x": x}, name, name not in ROUNDED)
        options(recorder, name)
    long_sums(recorder)


def long_sums(recorder):
    """Sums that are not exact: rounded once here. They are 400 times smaller than the sum of the sizes."""
    rng = np.random.default_rng(5)
    for dtype in FLOATS:
        x = rng.standard_normal(1000).astype(dtype)
        exact = math.fsum(map(float, x))
        recorder.add("reduction", "sum(x)", {"x": x}, lambda: np.array(exact, dtype), ulp=500)
        recorder.add("reduction", "mean(x)", {"x": x}, lambda: np.array(exact / 1000, dtype), ulp=500)
        big = np.full(3000, 16777.25, dtype)
        recorder.add("reduction", "sum(x)", {"x": big}, lambda: np.array(16777.25 * 3000, dtype), ulp="sum")


def options(recorder, name):
    deep = values.dyadic("f8", (2, 3, 4), 12)
    deep = np.where(abs(deep) > 4, 1.0, deep) if "prod" in name else deep
    short = deep.astype("i2")
    for x in (deep, short, deep.T):
        calls = "x | x, 0 | x, axis=1 | x, axis=-3 | x, axis=(0, 2) | x, axis=(-1, 0), keepdims=True | x, axis=() | x, keepdims=True | x, axis=None"
        calls += " | x, axis=3 | x, axis=-4 | x, axis=(0, 0) | x, axis=1.0"
        for call in calls.split("|"):
            reduction(recorder, f"{name}({call.strip()})", {"x": x}, name)
    for shape in [(0,), (0, 3), (3, 0), (2, 0, 3)]:
        for dtype in ["f8", "i4", "f4", "?", "c16"]:
            x = np.zeros(shape, dtype)
            for call in ["x", "x, axis=0", "x, axis=-1, keepdims=True"]:
                reduction(recorder, f"{name}({call})", {"x": x}, name)
    scalar = np.array(2.5)
    # NumPy lets a single value have axis 0; numjit says that there is none.
    for call in ["x", "x, axis=1", "x, keepdims=True", "x, axis=()"]:
        reduction(recorder, f"{name}({call})", {"x": scalar}, name)
    mask = values.dyadic("?", (2, 3, 4), 13)
    row = np.array([True, False, True, True])
    for x in (deep, short):
        for condition in (mask, row):
            for call in ["x, where=m", "x, axis=1, where=m", "x, axis=(0, 2), keepdims=True, where=m"]:
                reduction(recorder, f"{name}({call})", {"x": x, "m": condition}, name)
        # Nothing is left: sums are 0, extremes have no identity.
        reduction(recorder, f"{name}(x, axis=0, where=m)", {"x": x, "m": np.zeros(4, bool)}, name)
        for call in ["x, initial=5", "x, axis=1, initial=-50", "x, axis=0, initial=100, where=m", "x, initial=0.5"]:
            if x.dtype.kind == "i" and "0.5" in call:
                continue  # NumPy cuts it to a whole number
            reduction(recorder, f"{name}({call})", {"x": x, "m": mask}, name)
        for call in ["x, ddof=1", "x, axis=1, ddof=1", "x, axis=0, ddof=2", "x, ddof=0.5", "x, ddof=24"]:
            reduction(recorder, f"{name}({call})", {"x": x}, name)


def nested_reductions(recorder):
    texts = """a - mean(a) | (a - mean(a)) * 2 | sum(a * b) | sum(a * b) / sqrt(sum(a * a) * sum(b * b)) |
    (a - min(a, axis=0)) / (max(a, axis=0) - min(a, axis=0)) | a - mean(a, axis=1, keepdims=True) |
    sum(a > b) | any(a > 5) | all(a < b) | max(abs(a - b)) | sum(sum(a, axis=0)) | max(sum(a, axis=1)) |
    sum(a - max(a)) | a / sum(a) + b / sum(b) | sum(where(a > 0, a, 0)) | where(a > mean(b), a, b) |
    sum(a, axis=0) + sum(b, axis=0) | sum(a * b, axis=1)[:, None] * a | argmax(a, axis=1) == argmin(b, axis=1) |
    mean(a) < mean(b) | count_nonzero(a > 0) + 1 | min(a) <= a | sum(a)[None] | prod(sum(a > 0, axis=1))"""
    for dtype in ["f8", "f4", "i4", "i8", "u1", "c16"]:
        inputs = {"a": values.dyadic(dtype, (4, 8), 21), "b": values.dyadic(dtype, (4, 8), 22)}
        for text in texts.split("|"):
            text = text.strip()
            # Complex division rounds as numjit's does; means and square roots need not, nor lengths.
            if dtype == "c16" and any(name in text for name in ("mean", "sqrt", "abs")):
                continue
            recorder.add("nested reduction", text, inputs)


CASTINGS = ["no", "equiv", "safe", "same_kind", "unsafe"]


def castable(dtype):
    """Values that every other dtype holds, but for their fractions."""
    if dtype.kind in "biu":
        return np.array([0, 1, 100], dtype)
    return np.array([0, 1.5, 100.25], dtype)


def casts(recorder):
    for a, b, casting in itertools.product(NUMERIC, NUMERIC, CASTINGS):
        recorder.add("cast", "x", {"x": castable(a)}, into=(np.zeros(3, b), casting))
    for a, b in itertools.product(NUMERIC, NUMERIC):
        if a.kind in "iu" and b.kind in "iufc":
            x = values.special(a)
            recorder.add("cast", "x", {"x": x}, into=(np.zeros(len(x), b), "unsafe"))
        elif a.kind in "fc" and b.kind in "fc":
            x = values.special(a)
            recorder.add("cast", "x", {"x": x}, into=(np.zeros(len(x), b), "same_kind"))


def outputs(recorder):
    x, y = values.dyadic("f8", (2, 3), 1), values.dyadic("i4", (3,), 2)
    inputs = {"x": x, "y": y}
    for shape in [(2, 3), (4, 2, 3), (1, 2, 3), (3,), (2, 1), (3, 2), (2, 3, 1), ()]:
        for dtype in ["f8", "f4", "c16"]:
            recorder.add("out", "x + y", inputs, into=(np.zeros(shape, dtype), "same_kind"))
    big = np.zeros((8, 12))
    for target in [np.zeros((3, 2)).T, big[::-4, ::4], big[:2, :3], np.zeros((2, 3), ">f8"), np.zeros((2, 3), ">f4")]:
        recorder.add("out", "x * y", inputs, into=(target, "same_kind"))
    for dtype in ["i4", "f4", "?", "c8"]:
        for casting in CASTINGS:
            recorder.add("out", "sum(x, axis=0)", {"x": x}, into=(np.zeros(3, dtype), casting))
            recorder.add("out", "x > 0", {"x": x}, into=(np.zeros((2, 3), dtype), casting))
