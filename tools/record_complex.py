#!/usr/bin/env python3
"""Records what complex functions give, for src/ir/complex/tests.rs.

    python tools/record_complex.py tests/data/complex.txt

Needs NumPy 2 and mpmath. Where the values of elementary functions come from is told in `rounding.py`;
functions that C99 does not have are not recorded for infinities and NaN. Arithmetic is NumPy's.

The file has sections. A section starts with `# name`; every other line is the bits of its numbers in
hexadecimal, or `nan`. `points` are pairs of parts; a function of one argument has a line for each point
in order, a function of two has a line for `point[i], point[(7 i + 3) mod n]`.
"""

import math
import random
import struct
import sys
import warnings

import numpy as np

from rounding import COMPLEX, complex_function, complex_power, without_fused_arithmetic

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


EXACT_UNARY = ["square", "reciprocal", "sign", "rint"]
EXACT_BINARY = ["multiply", "divide", "maximum", "minimum", "fmax", "fmin"]
COMPARISONS = ["less", "less_equal", "equal", "not_equal"]


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
    for name in COMPLEX:
        print("#", name, file=out)
        for z in points:
            write(complex_function(name, z))
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
        write(complex_power(x, y))


without_fused_arithmetic()
main()
