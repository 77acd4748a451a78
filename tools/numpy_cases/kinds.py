"""Choices, chains of comparisons, strings, moments and durations."""

import itertools
import re

import numpy as np

from . import values
from .recorder import NUMERIC


def record(recorder):
    choices(recorder)
    membership(recorder)
    chains(recorder)
    strings(recorder)
    times(recorder)
    mistakes(recorder)


def choices(recorder):
    for a, b in itertools.product(NUMERIC, NUMERIC):
        x, y = values.special(a), values.special(b)
        n = min(len(x), len(y))
        inputs = {"c": np.arange(n) % 2 == 0, "x": x[:n], "y": y[:n]}
        recorder.add("choice", "where(c, x, y)", inputs)
        if a == b or b == "f8":
            recorder.add("choice", "x if c else y", inputs, "where(c, x, y)")
            recorder.add("choice", "select([c, x > 0], [x, y], 1)", inputs)
            recorder.add("choice", "case(c, x, x > 0, y, 1)", inputs, "select([c, x > 0], [x, y], 1)")
    for dtype in NUMERIC:
        x = values.special(dtype)
        inputs = {"x": x, "c": np.arange(len(x)) % 3 == 0}
        for text in ["where(c, x, 1)", "where(c, 0, x)", "where(c, x, 2.5)", "where(c, 1, 2)", "where(c, 1.5, True)"]:
            recorder.add("choice", text, inputs)
        # A condition of any dtype is compared with zero.
        recorder.add("choice", "where(x, 1, 2)", inputs)
        recorder.add("choice", "where(x, x, c)", inputs)
        recorder.add("choice", "x if x == x else 0", inputs, "where(x == x, x, 0)")
        recorder.add("choice", "1 if c else x if x > 0 else 2", inputs, "where(c, 1, where(x > 0, x, 2))")
        recorder.add("choice", "select([c], [x])", inputs)
        recorder.add("choice", "select([c, x > 1], [1, 2], default=3)", inputs)
    x = {"x": values.dyadic("f8", (2, 3), 1), "y": values.dyadic("f8", (3,), 2)}
    recorder.add("choice", "select([x > 5, y > 0], [x, y], 0.5)", x)
    recorder.add("choice", "select([x > 5], [x, y])", x)
    for a, b in [("f4", "f4"), ("f8", "f8"), ("f4", "f8")]:
        x, y = values.pairs(values.special(a), values.special(b))
        recorder.add("choice", "complex(x, y)", {"x": x, "y": y})
        for text in ["real(complex(x, y))", "imag(complex(x, y))", "complex(x, y) * 2"]:
            recorder.add("choice", text, {"x": x, "y": y})


def membership(recorder):
    for dtype in NUMERIC:
        inputs = {"x": values.special(dtype)}
        for items in ["[1, 2]", "[0]", "[]", "[1.5, -3.0]", "[-1, 300]", "[True, 7]"]:
            # NumPy would cast both sides to one dtype; each item is compared as `==` does.
            listed = eval(items)
            by = lambda: np.any([inputs["x"] == item for item in listed] + [np.zeros(len(inputs["x"]), bool)], axis=0)
            recorder.add("membership", f"isin(x, {items})", inputs, by)
            recorder.add("membership", f"x in {items}", inputs, by)
            recorder.add("membership", f"x not in {items}", inputs, lambda: ~by())
        recorder.add("membership", "isin(x, [1, 2], invert=True)", inputs, "(x != 1) & (x != 2)")


def chains(recorder):
    for a, b in [("f8", "f8"), ("i4", "f4"), ("u8", "i8"), ("i1", "u1"), ("?", "i2"), ("f4", "u4"), ("c16", "c16"), ("u8", "i1")]:
        x, y = values.pairs(values.special(a), values.special(b))
        inputs = {"x": x, "y": y}
        for text, links in [
            ("0 < x < y", ["0 < x", "x < y"]),
            ("x <= y <= 3", ["x <= y", "y <= 3"]),
            ("x == y == 1", ["x == y", "y == 1"]),
            ("x < y > 0 != x", ["x < y", "y > 0", "0 != x"]),
            ("-1 < x <= 2 < y", ["-1 < x", "x <= 2", "2 < y"]),
            ("not x < y < 2", None),
        ]:
            if links is None:
                by = "logical_not((x < y) & (y < 2))"
            else:
                by = " & ".join(f"({link})" for link in links)
            recorder.add("chain", text, inputs, by)


def strings(recorder):
    words = ["", "a", "ab", "abc", "b", "aB", "ba", "abab"]
    accents = words[:5] + ["é", "日本", "a\U0001f600", "aé"]
    narrow = np.array([w.encode() for w in words])
    wide = np.array(accents)
    for first, second, make in [
        (narrow, narrow, lambda w: f"b'{w}'"),
        (wide, wide, lambda w: f"'{w}'"),
        (narrow.astype("S7"), narrow, None),
        (wide, wide.astype("U9"), None),
        (narrow, wide[:8], None),
    ]:
        x, y = values.pairs(first, second)
        inputs = {"x": x, "y": y}
        is_mixed = x.dtype.kind != y.dtype.kind
        for op in ["==", "!=", "<", "<=", ">", ">="]:
            # NumPy says that all strings of bytes differ from all others; numjit refuses to compare them.
            recorder.add("strings", f"x {op} y", inputs, "np.less(x, y)" if is_mixed else None)
        for name in ["contains", "startswith", "endswith"]:
            recorder.add("strings", f"{name}(x, y)", inputs)
        for name in ["equal", "less", "greater_equal"]:
            recorder.add("strings", f"{name}(x, y)", inputs)
        if make:
            for word in ["", "a", "ab", "b", "abcd"] + (["é", "日"] if x.dtype.kind == "U" else []):
                for op in ["==", "!=", "<", ">="]:
                    recorder.add("strings", f"x {op} {make(word)}", {"x": first})
                recorder.add("strings", f"{make(word)} <= x", {"x": first})
                for name in ["contains", "startswith", "endswith"]:
                    recorder.add("strings", f"{name}(x, {make(word)})", {"x": first})
            a, b = make("ab"), make("b")
            recorder.add("strings", f"x in [{a}, {b}]", {"x": first}, f"(x == {a}) | (x == {b})")
            recorder.add("strings", f"{a} <= x < {b}", {"x": first}, f"({a} <= x) & (x < {b})")
            recorder.add("strings", f"(x == {a}) | (x < y)", inputs)
            recorder.add("strings", f"where(x == {a}, 1, 2.5)", {"x": first})
            recorder.add("strings", f"sum(x < {b})", {"x": first})
        for text in ["x + 1", "x * 2", "-x", "x & y", "sqrt(x)", "x / y", "isnan(x)", "x ** 2", "x > 1"]:
            recorder.add("strings", text, inputs, "sqrt(x)")  # all of them are refused
    for layout in [narrow[::2], narrow[::-1], np.broadcast_to(narrow[3], (4,)), narrow.reshape(2, 4).T]:
        recorder.add("strings", "x == b'ab'", {"x": layout})
        recorder.add("strings", "x", {"x": layout}, lambda: layout.copy())
    for layout in [wide[::2], wide[::-1], wide.astype(">U4"), wide[:8].reshape(2, 4).T]:
        recorder.add("strings", "x >= 'ab'", {"x": layout})
        recorder.add("strings", "contains(x, 'a')", {"x": layout})
    recorder.add("strings", "x < y", {"x": narrow[:, None], "y": narrow[None, :3]})
    recorder.add("strings", "startswith(x, y)", {"x": wide[:, None], "y": wide[None, :3]})
    recorder.add("strings", "x == y", {"x": np.array([b"a\0b", b"a\0\0"], "S4"), "y": np.array(b"a", "S1")})
    recorder.add("strings", "x == y", {"x": np.zeros(0, "S3"), "y": np.zeros(1, "S3")})


UNITS = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns"]


def moments(unit):
    days = np.array(["2020-02-29", "1969-12-31", "NaT", "1970-01-01", "2024-07-15"], "M8[D]")
    return days.astype(f"M8[{unit}]")


def durations(unit):
    x = np.array([0, 1, -7, 0, 100, 25], "i8").astype(f"m8[{unit}]")
    x[3] = "NaT"
    return x


def times(recorder):
    for a, b in itertools.product(UNITS, UNITS):
        # Not every pair in full: neighbours, and each against a few.
        is_near = abs(UNITS.index(a) - UNITS.index(b)) <= 1 or b in ("D", "s", "ns")
        if not is_near:
            continue
        if {a, b} <= {"Y", "M", "W", "D", "h", "s", "ms"} or a == b:
            moment_pairs(recorder, a, b)
        x, y = values.pairs(durations(a), durations(b))
        inputs = {"x": x, "y": y}
        for text in ["x + y", "x - y", "x / y", "x // y", "x % y", "x < y", "x == y", "x != y", "x >= y"]:
            recorder.add("time", text, inputs)
        if a == b:
            for text in ["maximum(x, y)", "fmin(x, y)", "x * y", "x & y", "where(x > y, x, y)", "remainder(x, y)", "fmod(x, y)"]:
                recorder.add("time", text, inputs)
    for unit in ["D", "s", "ns", "M"]:
        x, t = durations(unit), moments(unit)
        for text in ["-x", "+x", "abs(x)", "sign(x)", "isnat(x)", "not x", "~x", "sqrt(x)", "isnan(x)", "isfinite(x)", "floor(x)", "square(x)", "x ** 2"]:
            recorder.add("time", text, {"x": x}, "logical_not(x)" if text == "not x" else None)
        for text in ["-t", "isnat(t)", "isnan(t)", "isfinite(t)", "abs(t)", "t + 5", "5 + t", "t - 3", "t * 2", "t + 1.5", "t == t", "t / 2", "t > 0"]:
            recorder.add("time", text, {"t": t})
        for text in ["x * 2", "3 * x", "x * 2.5", "0.5 * x", "x / 2", "x / 2.5", "x // 2", "x // 1.5", "x % 2", "x + 1", "1 - x", "x / 0.5", "x < 3", "2 / x", "x * 1j", "x * True"]:
            recorder.add("time", text, {"x": x})
        for dtype in ["?", "i1", "u2", "i4", "i8", "u8", "f4", "f8", "c16"]:
            n = np.array([0, 1, 2, 3, 1, 2]).astype(dtype)
            for text in ["x * n", "n * x", "x / n", "x // n", "x + n", "n - x"]:
                # Division of a duration by a whole zero is "not a time"; by any dtype but these an error.
                recorder.add("time", text, {"x": x, "n": n})
        for name in ["sum", "min", "max", "mean", "prod", "any", "all", "argmin", "argmax", "count_nonzero", "var"]:
            clean = x[[0, 1, 2, 4]]
            recorder.add("time", f"{name}(x)", {"x": clean})
            if name in ("sum", "min", "max", "argmin", "mean"):
                recorder.add("time", f"{name}(x)", {"x": x})
            if name in ("sum", "min", "max", "argmax", "argmin", "mean"):
                recorder.add("time", f"{name}(t)", {"t": t})
        recorder.add("time", "max(t) - min(t)", {"t": t[[0, 1, 3]]})
        recorder.add("time", "t - min(t)", {"t": t[[0, 1, 3]]})
    t = moments("s")
    recorder.add("time", "x + y", {"x": t[:, None], "y": durations("s")})
    recorder.add("time", "x - y", {"x": t[::-1], "y": t[:, None]})
    for a, b in itertools.product(["D", "s", "ns", "M"], ["D", "s", "ns", "M"]):
        for casting in ["no", "safe", "same_kind", "unsafe"]:
            recorder.add("time", "x", {"x": durations(a)}, into=(np.zeros(6, f"m8[{b}]"), casting))
            if "ns" not in (a, b):
                recorder.add("time", "t", {"t": moments(a)}, into=(np.zeros(5, f"M8[{b}]"), casting))


def moment_pairs(recorder, a, b):
    x, y = values.pairs(moments(a), moments(b))
    inputs = {"x": x, "y": y}
    for text in ["x - y", "x + y", "x < y", "x == y", "x != y", "x >= y", "x * y"]:
        recorder.add("time", text, inputs)
    if a == b:
        for text in ["maximum(x, y)", "minimum(x, y)", "fmax(x, y)", "where(x > y, x, y)"]:
            recorder.add("time", text, inputs)
    x, y = values.pairs(moments(a), durations(b))
    inputs = {"x": x, "y": y}
    for text in ["x + y", "y + x", "x - y", "y - x", "x < y", "x / y"]:
        recorder.add("time", text, inputs)


def mistakes(recorder):
    f, i, b, c, u = (values.special(d)[:2] for d in ["f8", "i4", "?", "c16", "u8"])
    inputs = {"f": f, "i": i, "b": b, "c": c, "u": u}
    texts = """f & i | i ^ f | ~f | ~c | f << 1 | i << f | b - b | -b | c // c | c % c | floor(c) | ceil(c) |
    trunc(c) | cbrt(c) | fabs(c) | arctan2(c, f) | hypot(c, c) | fmod(c, c) | copysign(c, f) | nextafter(c, f) |
    heaviside(c, f) | gcd(f, i) | lcm(i, f) | gcd(i, u) | i & u | i << u | signbit(c) | logaddexp(c, c) | deg2rad(c) |
    bitwise_and(f, f) | left_shift(f, i) | bit_count(f) | isnat(f) | sign(b) | b // b | b % b | b ** b | b << b |
    b << i | positive(b) | negative(b) | i + 3000000000 | u - 1 + -1 | b + 1 | b * 2.5 | c ** 2 | c < f |
    maximum(c, i) | sqrt(b) | reciprocal(b) | square(b) | arctan2(i, u) | u // i | u % i"""
    for text in re.split(r"\s\|\s", texts):
        recorder.add("mistake", text.strip(), inputs)
    for shapes in [((2,), (3,)), ((2, 3), (2,)), ((2, 3), (3, 2)), ((0,), (2,)), ((4, 1, 3), (2, 3, 1))]:
        x, y = (np.zeros(shape) for shape in shapes)
        for text in ["x + y", "where(x > 0, x, y)", "sum(x * y)", "x == y", "arctan2(x, y)", "x + 0 * y"]:
            recorder.add("mistake", text, {"x": x, "y": y})
