"""Correctly rounded values of elementary functions, for the scripts that record test data.

Real functions are mpmath's to thousands of bits, rounded once, also to subnormal numbers. Where an
argument is zero, infinite or NaN, and where a function has a pole, the value is NumPy's if NumPy has the
function, which then is exact. Complex functions: a zero part is a number too small to matter with the sign
of the zero, so the sides of the branch cuts come out by themselves; those of infinities and NaN are
NumPy's, which are the C library's (glibc), which are those of C99, Annex G.
"""

import math
import os
import sys
from fractions import Fraction

import numpy as np
from mpmath import mp, mpc, mpf


def without_fused_arithmetic():
    """Starts the script again where NumPy does not use instructions that fuse a product and a sum."""
    name = "NPY_DISABLE_CPU_FEATURES"
    if name not in os.environ:
        os.environ[name] = "X86_V3 X86_V4"
        os.execv(sys.executable, [sys.executable, *sys.argv])


# Bits of the significand and the exponent of the smallest number.
FORMATS = {np.dtype("f4"): (24, -149), np.dtype("f8"): (53, -1074)}


def rounded(x, dtype=np.dtype("f8")):
    """The number of a float dtype nearest to an mpf, halves to even."""
    if mp.isnan(x):
        return math.nan
    if mp.isinf(x):
        return math.inf if x > 0 else -math.inf
    digits, smallest = FORMATS[np.dtype(dtype)]
    sign, man, exp, bits = x._mpf_
    if man == 0:
        return 0.0
    top = exp + bits
    if top < smallest - 1:
        value = 0.0
    elif top > 1100:
        value = math.inf
    else:
        quantum = Fraction(2) ** max(top - digits, smallest)
        whole = round(Fraction(int(man)) * Fraction(2) ** int(exp) / quantum)
        exact = whole * quantum
        value = math.inf if exact > float(np.finfo(dtype).max) else float(exact)
    return -value if sign else value

EPSILON = 6000  # 2^-6000 stands for zero


def exact(z):
    zero = lambda part: mp.ldexp(mpf(math.copysign(1, part)), -EPSILON)
    x = mpf(z.real) if z.real != 0 else zero(z.real)
    y = mpf(z.imag) if z.imag != 0 else zero(z.imag)
    return mpc(x, y)


def precision(*numbers):
    has_zero = any(part == 0 for z in numbers for part in (z.real, z.imag))
    return 14000 if has_zero else 4600


COMPLEX = {
    "exp": mp.exp,
    "exp2": lambda z: mp.exp(z * mp.ln2),
    "expm1": lambda z: mp.exp(z) - 1,
    "log": mp.log,
    "log2": lambda z: mp.log(z) / mp.ln2,
    "log10": lambda z: mp.log(z) / mp.ln10,
    "log1p": lambda z: mp.log(1 + z),
    "sqrt": mp.sqrt,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
}
REAL_ON_THE_AXIS = ["exp", "exp2", "expm1", "sin", "cos", "sinh", "cosh"]
NOT_IN_C99 = ["exp2", "expm1", "log2", "log10", "log1p"]
POLES = {"log": [0], "log2": [0], "log10": [0], "log1p": [-1, 0], "arctan": [1j, -1j], "arctanh": [1, -1]}


def complex_function(name, z, dtype=np.dtype("f8")):
    """The value of a function of one complex number, with parts of a dtype; None if it is unknown."""
    if not (math.isfinite(z.real) and math.isfinite(z.imag)):
        return None if name in NOT_IN_C99 else complex(getattr(np, name)(np.array([z]))[0])
    if z in POLES.get(name, []):
        return complex(getattr(np, name)(np.array([z]))[0])
    mp.prec = precision(z)
    w = COMPLEX[name](exact(z))
    re, im = rounded(w.real, dtype), rounded(w.imag, dtype)
    # A factor that overflows may outgrow the number that stands for zero.
    if z.real == 0 and name in ("sin", "sinh"):
        re = math.copysign(0.0, re)
    if z.real == 0 and name in ("cos", "cosh") or z.imag == 0 and name in REAL_ON_THE_AXIS:
        im = math.copysign(0.0, im)
    return complex(re, im)


def complex_power(x, y, dtype=np.dtype("f8")):
    """A power of finite complex numbers."""
    if x == 0 or y == 0:
        return complex(np.power(np.array([x]), np.array([y]))[0])
    mp.prec = precision(x, y)
    w = mp.exp(exact(y) * mp.log(exact(x)))
    return complex(rounded(w.real, dtype), rounded(w.imag, dtype))


def sign_of(x):
    return math.copysign(1.0, x)


def gamma_at_edge(x):
    if x == 0:
        return math.copysign(math.inf, x)
    return math.inf if x == math.inf else math.nan


# Functions of real numbers: the function of an mpf, and what NumPy lacks at 0, infinity and NaN.
REAL = {
    "cbrt": (lambda x: mp.cbrt(x) if x > 0 else -mp.cbrt(-x), None),
    "exp": (mp.exp, None),
    "exp2": (lambda x: mp.power(2, x), None),
    "exp10": (lambda x: mp.power(10, x), lambda x: 1.0 if x == 0 else math.inf if x > 0 else 0.0),
    "expm1": (mp.expm1, None),
    "log": (mp.log, None),
    "log2": (lambda x: mp.log(x) / mp.ln2, None),
    "log10": (mp.log10, None),
    "log1p": (mp.log1p, None),
    "sin": (mp.sin, None),
    "cos": (mp.cos, None),
    "tan": (mp.tan, None),
    "sinpi": (mp.sinpi, lambda x: x if x == 0 else math.nan),
    "cospi": (mp.cospi, lambda x: 1.0 if x == 0 else math.nan),
    "arcsin": (mp.asin, None),
    "arccos": (mp.acos, None),
    "arctan": (mp.atan, None),
    "sinh": (mp.sinh, None),
    "cosh": (mp.cosh, None),
    "tanh": (mp.tanh, None),
    "arcsinh": (mp.asinh, None),
    "arccosh": (mp.acosh, None),
    "arctanh": (mp.atanh, None),
    "erf": (mp.erf, lambda x: x if x == 0 else sign_of(x)),
    "erfc": (mp.erfc, lambda x: 1.0 if x == 0 else 1.0 - sign_of(x)),
    "gamma": (mp.gamma, gamma_at_edge),
    "lgamma": (lambda x: mp.log(abs(mp.gamma(x))) if x < 0 else mp.loggamma(x), lambda x: math.inf),
    "sinc": (lambda x: mp.sinpi(x) / (mp.pi * x), lambda x: 1.0 if x == 0 else math.nan),
    "deg2rad": (lambda x: x * mp.pi / 180, None),
    "rad2deg": (lambda x: x * 180 / mp.pi, None),
    "arctan2": (lambda y, x: mp.atan2(y, x), None),
    "hypot": (lambda x, y: mp.hypot(x, y), None),
    "logaddexp": (lambda x, y: max(x, y) + mp.log1p(mp.exp(-abs(x - y))), None),
    "logaddexp2": (lambda x, y: max(x, y) + mp.log1p(mp.power(2, -abs(x - y))) / mp.ln2, None),
    "power": (lambda x, y: mp.power(x, y), None),
}


def is_outside(name, x):
    """Whether a function of one finite number has no value there, or a pole."""
    return {
        "log": x <= 0,
        "log2": x <= 0,
        "log10": x <= 0,
        "log1p": x <= -1,
        "arcsin": abs(x) > 1,
        "arccos": abs(x) > 1,
        "arccosh": x < 1,
        "arctanh": abs(x) >= 1,
    }.get(name, False)


def real_function(name, *args, dtype=np.dtype("f8")):
    """The value of a function of floats, in a float dtype."""
    function, edge = REAL[name]
    at_edge = any(x == 0 or not math.isfinite(x) for x in args)
    if name == "power" and args[0] < 0 and args[1] != int(args[1] if math.isfinite(args[1]) else 0):
        at_edge = True
    if name in ("gamma", "lgamma") and -math.inf < args[0] < 0 and args[0] % 1 == 0:
        return math.nan if name == "gamma" else math.inf
    if at_edge or (len(args) == 1 and is_outside(name, args[0])):
        if math.isnan(args[0]) and edge:
            return math.nan
        return edge(*args) if edge else float(getattr(np, name)(*(np.full(1, x, dtype) for x in args))[0])
    if name == "gamma" and abs(args[0]) > 200:
        return math.inf if args[0] > 0 else 0.0
    mp.prec = 2400
    with np.errstate(all="ignore"):
        value = rounded(mpf(function(*(mpf(x) for x in args))), dtype)
    # Zero has the sign of an odd function's argument.
    if value == 0 and name in ("sinpi", "sin", "tan", "arctan2") and args[0] < 0:
        return -0.0
    return value
