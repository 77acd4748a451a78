#!/usr/bin/env python3
"""Records what complex functions give, for src/ir/complex/tests.rs.

    NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4" python tools/record_complex.py tests/data/complex.txt

Needs NumPy 2 and mpmath. Elementary functions of finite numbers are mpmath's, to thousands of bits,
rounded once; a zero part is a number too small to matter with the sign of the zero, so the sides of the
branch cuts come out by themselves. Those of infinities and NaN are NumPy's, which are the C library's
(glibc 2.36), which are those of C99, Annex G; functions that C99 does not have are not recorded there.
Arithmetic is NumPy's, without the vector instructions that fuse multiplication and addition.

The file has sections. A section starts with `# name`; every other line is the bits of its numbers in
hexadecimal, or `nan`. `points` are pairs of parts; a function of one argument has a line for each point
in order, a function of two has a line for `point[i], point[(7 i + 3) mod n]`.
"""

import math
import random
import struct
import sys
import warnings
from fractions import Fraction

import numpy as np
from mpmath import mp, mpc, mpf

warnings.simplefilter("ignore")

SPECIAL = [0.0, 0.5, 1.0, 2.0, 1e-300, 1e300, math.inf, math.nan]


def special_points():
    # The other half plane follows: every function commutes with conjugation.
    reals = SPECIAL + [-x for x in SPECIAL[:-1]]
    return [complex(x, y) for x in reals for y in SPECIAL]


def random_points(seed):
    rng = random.Random(seed)
    sign = lambda: rng.choice([-1.0, 1.0])
    points = []
    for _ in range(60):
        points.append(complex(rng.uniform(-3, 3), rng.uniform(-3, 3)))
    for _ in range(60):
        points.append(complex(sign() * 10 ** rng.uniform(-20, 20), sign() * 10 ** rng.uniform(-20, 20)))
    for _ in range(40):
        # Close to 1, -1, i, -i, and to the unit circle.
        center = rng.choice([1, -1, 1j, -1j])
        near = complex(sign() * 10 ** rng.uniform(-16, -1), sign() * 10 ** rng.uniform(-16, -1))
        points.append(center + near)
        angle = rng.uniform(-math.pi, math.pi)
        size = 1 + sign() * 10 ** rng.uniform(-16, -2)
        points.append(complex(size * math.cos(angle), size * math.sin(angle)))
    for _ in range(40):
        points.append(complex(sign() * 10 ** rng.uniform(-323, 308), sign() * 10 ** rng.uniform(-323, 308)))
    for _ in range(40):
        # Where the exponential overflows, alone or not.
        x, y = sign() * rng.uniform(700, 1460), sign() * 10 ** rng.uniform(-323, 1)
        points.append(complex(x, y) if rng.random() < 0.7 else complex(y, x))
    return points


def rounded(x):
    """Rounds to the nearest double, also to subnormal ones; mpmath rounds twice there."""
    sign, man, exp, bits = x._mpf_
    if man == 0:
        return 0.0
    if exp + bits > 1025:
        value = math.inf
    elif exp + bits < -1080:
        value = 0.0
    else:
        try:
            value = float(Fraction(int(man)) * Fraction(2) ** int(exp))
        except OverflowError:
            value = math.inf
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


UNARY = {
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
NOT_IN_C99 = ["exp2", "expm1", "log2", "log10", "log1p"]
POLES = {"log": [0], "log2": [0], "log10": [0], "log1p": [-1, 0], "arctan": [1j, -1j], "arctanh": [1, -1]}
EXACT_UNARY = ["square", "reciprocal", "sign", "rint"]
EXACT_BINARY = ["multiply", "divide", "maximum", "minimum", "fmax", "fmin"]
COMPARISONS = ["less", "less_equal", "equal", "not_equal"]


def elementary(name, z):
    if not (math.isfinite(z.real) and math.isfinite(z.imag)):
        if name in NOT_IN_C99:
            return None
        w = getattr(np, name)(np.array([z]))[0]
        return complex(w)
    if z in POLES.get(name, []):
        return complex(getattr(np, name)(np.array([z]))[0])
    mp.prec = precision(z)
    w = UNARY[name](exact(z))
    return complex(rounded(w.real), rounded(w.imag))


def bits(x):
    return "nan" if math.isnan(x) else struct.pack(">d", x).hex()


def main():
    out = open(sys.argv[1], "w")
    points = special_points() + random_points(20)
    # A second argument asks for more, to look for the worst errors.
    for seed in range(int(sys.argv[2]) if len(sys.argv) > 2 else 0):
        points += random_points(100 + seed)
    n = len(points)
    others = [points[(7 * i + 3) % n] for i in range(n)]
    write = lambda z: print("-" if z is None else f"{bits(z.real)} {bits(z.imag)}", file=out)
    print("# points", file=out)
    for z in points:
        write(z)
    for name in UNARY:
        print("#", name, file=out)
        for z in points:
            write(elementary(name, z))
    xs, ys = np.array(points), np.array(others)
    for name in EXACT_UNARY:
        print("#", name, file=out)
        for w in getattr(np, name)(xs):
            write(complex(w))
    for name in EXACT_BINARY:
        print("#", name, file=out)
        for w in getattr(np, name)(xs, ys):
            write(complex(w))
    print("# compare", file=out)
    for answers in zip(*(getattr(np, name)(xs, ys) for name in COMPARISONS)):
        print("".join(str(int(a)) for a in answers), file=out)
    print("# power", file=out)
    for x, y in zip(points, others):
        parts = (x.real, x.imag, y.real, y.imag)
        if not all(map(math.isfinite, parts)) or x == 0 or y == 0:
            write(None)
            continue
        mp.prec = precision(x, y)
        w = mp.exp(exact(y) * mp.log(exact(x)))
        write(complex(rounded(w.real), rounded(w.imag)))


main()
