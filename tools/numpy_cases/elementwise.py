"""Operators, functions and literals."""

import numpy as np

import rounding
from . import values
from .recorder import COMPLEX, FLOATS, INTEGERS, NUMERIC

ARITHMETIC = ["+", "-", "*", "/", "//", "%"]
BITS = ["&", "|", "^", "<<", ">>"]
COMPARISONS = ["==", "!=", "<", "<=", ">", ">="]
WHOLE_FUNCTIONS = "maximum minimum fmax fmin".split()


def record(recorder):
    binary_operators(recorder)
    powers(recorder)
    unary_operators(recorder)
    exact_functions(recorder)
    elementary_functions(recorder)
    literals(recorder)


def dtype_pairs():
    return [(a, b) for a in NUMERIC for b in NUMERIC]


def binary_operators(recorder):
    for a, b in dtype_pairs():
        x, y = values.pairs(values.special(a), values.special(b))
        inputs = {"x": x, "y": y}
        # Everything where the dtypes differ in kind or the same one meets itself; elsewhere half.
        is_main = a == b or a.kind != b.kind or a.itemsize == 8 or b.itemsize == 8
        for op in ARITHMETIC + BITS + ["==", "<"]:
            recorder.add("binary", f"x {op} y", inputs)
        if is_main:
            for op in ["!=", "<=", ">", ">="]:
                recorder.add("binary", f"x {op} y", inputs)
        for name in WHOLE_FUNCTIONS if a == b else ["maximum"] if is_main else []:
            recorder.add("binary", f"{name}(x, y)", unequal_zeros(x, y))
    for dtype in NUMERIC:
        x, y = values.pairs(values.special(dtype), values.special(dtype))
        recorder.add("logical", "x and y", {"x": x, "y": y}, "logical_and(x, y)")
        recorder.add("logical", "x or y", {"x": x, "y": y}, "logical_or(x, y)")
        recorder.add("logical", "not x", {"x": x}, "logical_not(x)")
        recorder.add("logical", "not x or y and x", {"x": x, "y": y}, "logical_or(logical_not(x), logical_and(y, x))")


def unequal_zeros(x, y):
    """The pairs without two zeros: which one is the larger depends on the instructions that NumPy uses."""
    keep = (x != 0) | (y != 0)
    return {"x": x[keep], "y": y[keep]}


def powers(recorder):
    """Whole exponents of whole numbers are not negative: there NumPy raises what depends on the values, and
    numjit gives the exact quotient cut to a whole number."""
    for a, b in dtype_pairs():
        bases = values.special(a)
        if "c" in (a.kind, b.kind):
            # Infinities have no powers to agree on; the smallest numbers overflow when they are inverted.
            sizes = abs(bases.astype("c16"))
            bases = bases[(sizes < 1e10) & ((sizes == 0) | (sizes > 1e-30))]
        if b.kind in "biu":
            exponents = [False, True] if b.kind == "b" else [0, 1, 2, 3, 5, 7]
            if b.kind == "i" and a.kind in "fc":
                exponents += [-1, -2]
        elif b.kind == "f":
            exponents = [0.0, 0.5, 1.0, 2.0, -1.0, -0.0, 3.0, 2.7]
            exponents += [] if a.kind == "c" else [np.inf, -np.inf, np.nan]
        else:
            exponents = [0, 1, 2, 0.5, 1 + 2j, -1, -2j]
        x, y = values.pairs(bases, np.array(exponents, b))
        inputs = {"x": x, "y": y}
        dtype = np.power(x[:1], y[:1]).dtype
        if dtype.kind in "iu":
            recorder.add("power", "x ** y", inputs)
            recorder.add("power", "pow(x, y)" if a == b else "power(x, y)", inputs)
        else:
            by = lambda: correct_powers(x, y, dtype)
            recorder.add("power", "x ** y", inputs, by, ulp=power_bound(x, y, dtype))
    for dtype in FLOATS + COMPLEX:
        for exponent in ["0", "1", "2", "3", "4", "10", "-1", "-2", "0.5", "-0.5", "1.5", "2.0"]:
            x = values.arguments(dtype)
            if exponent == "0.5" and dtype.kind == "f":
                # NumPy takes the root, which differs from the power at -inf and -0.
                x = x[(x != -np.inf) & ((x != 0) | ~np.signbit(x))]
            if dtype.kind == "c":
                x = x[abs(x) < 1e10]
            y = np.full(x.shape, float(exponent), dtype)
            by = lambda: correct_powers(x, y, dtype)
            recorder.add("power", f"x ** {exponent}", {"x": x}, by, ulp=power_bound(x, y, dtype))
    for dtype in INTEGERS:
        x = values.special(dtype)
        for exponent in ["0", "1", "2", "3", "4", "10", "31", "0.5", "True"]:
            if exponent == "0.5":
                target = np.power(x, 0.5).dtype
                by = lambda: correct_powers(x, np.full(x.shape, 0.5), target)
                if target != "f2":
                    recorder.add("power", "x ** 0.5", {"x": x}, by, ulp="power")
            else:
                recorder.add("power", f"x ** {exponent}", {"x": x})


def power_bound(x, y, dtype):
    """The function's; of complex numbers, where the error of the logarithm counts as many times as the
    exponent is large, in units of the last place of the larger part."""
    if dtype.kind != "c":
        return "power"
    x, y = x[x != 0].astype("c16"), y[x != 0].astype("c16")
    return int(8 + 4 * abs(y * np.log(x)).max())


def correct_powers(x, y, dtype):
    x, y = x.astype(dtype), y.astype(dtype)
    if dtype.kind == "c":
        part = np.dtype(f"f{dtype.itemsize // 2}")
        results = [rounding.complex_power(complex(a), complex(b), part) for a, b in zip(x, y)]
    else:
        results = [rounding.real_function("power", float(a), float(b), dtype=dtype) for a, b in zip(x, y)]
    return np.array(results, dtype)


def unary_operators(recorder):
    for dtype in NUMERIC:
        for op in ["-", "+", "~", "- -", "-~", "not -"]:
            by = f"logical_not({op[4:]}x)" if op.startswith("not") else None
            recorder.add("unary", f"{op}x", {"x": values.special(dtype)}, by)


EXACT_UNARY = """sqrt square reciprocal abs absolute fabs sign floor ceil trunc fix rint round around isnan isinf
isfinite signbit real imag conj conjugate copy ones_like zeros_like nan_to_num negative positive bitwise_not
invert bitwise_invert logical_not bit_count popcount bitwise_count""".split()
EXACT_BINARY = """fmod copysign nextafter heaviside gcd lcm add subtract multiply divide true_divide floor_divide
remainder mod bitwise_and bitwise_or bitwise_xor left_shift right_shift bitwise_left_shift
bitwise_right_shift logical_and logical_or logical_xor equal
not_equal less less_equal greater greater_equal maximum minimum fmax fmin isclose""".split()


def exact_functions(recorder):
    for name in EXACT_UNARY:
        for dtype in NUMERIC:
            x = values.special(dtype)
            if name == "sqrt":
                if dtype.kind == "c":
                    continue
                x = np.concatenate([x, values.arguments(dtype)])
            if name in ("floor", "ceil", "trunc", "fix", "rint", "round", "around") and dtype.kind in "fc":
                halves = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999, 4503599627370497.5, -7.3]
                x = np.concatenate([x, np.array(halves, dtype)])
            if name == "reciprocal" and dtype.kind in "iu":
                x = x[x != 0]  # NumPy leaves what that is to the machine
            # Lengths of complex numbers are the C library's, not rounded correctly.
            is_length = dtype.kind == "c" and name in ("abs", "absolute", "sign")
            recorder.add("function", f"{name}(x)", {"x": x}, ulp="hypot" if is_length else 0)
    for name in EXACT_BINARY:
        for a, b in dtype_pairs():
            is_infix = name in EXACT_BINARY[6:32]
            wanted = a == b if is_infix else a == b or (a.itemsize >= 4 and b.itemsize >= 4) or a.kind != b.kind
            if wanted:
                x, y = values.pairs(values.special(a), values.special(b))
                inputs = unequal_zeros(x, y) if name in WHOLE_FUNCTIONS else {"x": x, "y": y}
                recorder.add("function", f"{name}(x, y)", inputs)
    for dtype in FLOATS + COMPLEX:
        x = np.concatenate([values.special(dtype), np.array([1.2345, -2.675, 1234.5678, 15.0], dtype)])
        for decimals in ["0", "1", "2", "-1", "-2"]:
            recorder.add("round", f"round(x, {decimals})", {"x": x})
        recorder.add("round", "round(x, decimals=3)", {"x": x})
    for dtype in INTEGERS:
        recorder.add("round", "round(x, 2)", {"x": values.special(dtype)})
    for dtype in FLOATS:
        x = values.special(dtype)
        recorder.add("function", "nan_to_num(x, nan=1.5, posinf=2.5, neginf=-3.5)", {"x": x})
        recorder.add("function", "nan_to_num(x, nan=-1)", {"x": x})
        near, far = values.pairs(np.array([1, 1.0001, 1.000001, 0, 1e-9, np.inf, np.nan], dtype), x)
        inputs = {"x": near, "y": far}
        for call in ["x, y", "x, y, rtol=1e-3", "x, y, 0.0, 1e-8", "x, y, equal_nan=True", "x, 1.0"]:
            recorder.add("function", f"isclose({call})", inputs)
    clips(recorder)


def clips(recorder):
    for dtype in NUMERIC:
        x = values.special(dtype)
        for bounds in ["0, 2", "1, None", "None, 2", "-1, 1", "0.5, 1.5", "2, 1", "0, 300", "min=1, max=2"]:
            recorder.add("clip", f"clip(x, {bounds})", {"x": x})
    for a, b in dtype_pairs():
        if a == b or a.itemsize == 8:
            x, y = values.special(a)[:8], values.special(b)[-7:]
            recorder.add("clip", "clip(x, low, high)", {"x": x, "low": y[0], "high": y[1]})


REAL_AND_COMPLEX = """exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh
arccosh arctanh""".split()
ALIASES = {
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "radians": "deg2rad",
    "degrees": "rad2deg",
    "tgamma": "gamma",
    "gammaln": "lgamma",
}
REAL_ONLY = "cbrt exp10 sinpi cospi sinc erf erfc gamma lgamma deg2rad rad2deg".split()
BINARY = ["arctan2", "hypot", "logaddexp", "logaddexp2"]


def float_dtype(*dtypes):
    """The dtype in which NumPy computes a function of floats: of its loops the first that holds all."""
    function = np.sin if len(dtypes) == 1 else np.arctan2
    return function(*(np.zeros(1, dtype) for dtype in dtypes)).dtype


def elementary_functions(recorder):
    for name in REAL_AND_COMPLEX + REAL_ONLY:
        for dtype in NUMERIC:
            record_elementary(recorder, name, name, dtype)
    for alias, name in ALIASES.items():
        record_elementary(recorder, alias, name, np.dtype("f8"))
    for dtype in COMPLEX:
        record_elementary(recorder, "sqrt", "sqrt", dtype)
    for name in BINARY:
        for a, b in dtype_pairs():
            if a.kind != "c" and b.kind != "c":
                target = float_dtype(a, b)
                x, y = values.pairs(values.special(a), values.special(b))
                record_correct(recorder, f"{name}(x, y)", name, {"x": x, "y": y}, target)
            else:
                x, y = values.special(a)[:1], values.special(b)[:1]
                recorder.add("elementary", f"{name}(x, y)", {"x": x, "y": y})
    x, y = values.pairs(values.special("f8"), values.special("f8"))
    record_correct(recorder, "atan2(x, y)", "arctan2", {"x": x, "y": y}, np.dtype("f8"))
    for dtype in COMPLEX:
        x = values.special(dtype)
        recorder.add("elementary", "angle(x)", {"x": x}, ulp="arctan2")
    for a, b in [("f4", "f4"), ("f8", "f4"), ("i4", "i4"), ("f4", "i8"), ("u1", "f8")]:
        x = np.array([0, 1, 2, 3, 7], a)
        y = np.array([2, 3, 0, 1, 2], b)
        by = lambda: correct_powers(x, y, np.dtype("f8"))
        recorder.add("elementary", "float_power(x, y)", {"x": x, "y": y}, by, ulp="power")


def refused():
    raise TypeError


def record_elementary(recorder, text, name, dtype):
    x = values.arguments(dtype)
    if dtype.kind == "c":
        if name in REAL_ONLY and name != "sinc":
            recorder.add("elementary", f"{text}(x)", {"x": values.special(dtype)}, refused)
            return
        if name == "sinc":
            return  # of a complex number: NumPy's loses digits
        if name not in rounding.NOT_IN_C99:
            x = np.concatenate([x, values.special(dtype)])
        if name == "exp2":
            x = x[abs(x.imag) < 1e6]  # beyond, the angle has an error of its own
        part = np.dtype(f"f{dtype.itemsize // 2}")
        with np.errstate(all="ignore"):
            results = np.array([rounding.complex_function(name, complex(z), part) for z in x], dtype)
        recorder.add("elementary", f"{text}(x)", {"x": x}, lambda: results, ulp=name)
        return
    # NumPy computes this one of whole numbers in double precision.
    target = np.sinc(np.zeros(1, dtype)).dtype if name == "sinc" else float_dtype(dtype)
    record_correct(recorder, f"{text}(x)", name, {"x": x}, target)


def record_correct(recorder, text, name, inputs, dtype):
    """The results in a dtype; for half precision NumPy's own, which are left out."""
    if dtype == "f2":
        recorder.add("elementary", text, inputs, lambda: np.zeros(1, "f2"))
        return
    columns = [x.astype(dtype) for x in inputs.values()]
    with np.errstate(all="ignore"):
        results = [rounding.real_function(name, *map(float, row), dtype=dtype) for row in zip(*columns)]
    recorder.add("elementary", text, inputs, lambda: np.array(results, dtype), ulp=name)


# Beside each array, what Python's literals become; powers are in `powers`.
LITERALS = ["1", "-1", "2", "300", "2.5", "1e300", "True", "1j", "-0.0", "0", "70000"]


def literals(recorder):
    for dtype in NUMERIC:
        inputs = {"x": values.special(dtype)}
        for literal in LITERALS:
            for op in ["+", "*", "//", "%", "&", "<", "=="]:
                recorder.add("literal", f"x {op} {literal}", inputs)
            for op in ["-", "/", "<<", ">="]:
                recorder.add("literal", f"{literal} {op} x", inputs)
            if literal not in ("0", "-0.0"):  # see `unequal_zeros`
                recorder.add("literal", f"maximum(x, {literal})", inputs)
        for text in ["x + (1 + 2)", "x * (1 / 2)", "(2 ** 3) - x", "x + 1 + 1.5", "1.5 + 1 + x", "x // 2 * 2 + x % 2"]:
            recorder.add("literal", text, inputs)
        for name, value in [("pi", "pi"), ("e", "e"), ("inf", "inf"), ("nan", "nan")]:
            recorder.add("literal", f"x * {name}", inputs, f"x * {value}")
