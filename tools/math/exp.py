"""Tables and coefficients of the exponential and hyperbolic functions.

    python tools/math/exp.py table > src/math/elementary/exp/table.rs
    python tools/math/exp.py                 # constants and coefficients
"""
import sys

import mpmath as mp
from remez import bits_of, minimax, rounded, show

STEPS = 128


def table():
    print("//! The powers 2^(j/128). Made by tools/math/exp.py.")
    print()
    print("/// For each j the bits of 2^(j/128), rounded, less j·2^45, and what relative error the rounding left:")
    print("/// 2^(j/128) = power·(1 + rest). To the bits j·2^45 + k·2^52 is added, which makes them those of")
    print("/// 2^(k + j/128): j and k need not be taken apart.")
    print("pub(super) static POWERS: [[f64; 2]; 128] = [")
    for j in range(STEPS):
        exact = mp.power(2, mp.mpf(j) / STEPS)
        power = rounded(exact)
        rest = rounded(exact / power - 1)
        first = bits_of(power) - (j << 45)
        print(f"    [f64::from_bits(0x{first:016x}), f64::from_bits(0x{bits_of(rest):016x})],")
    print("];")


def split(name, x):
    hi = rounded(x)
    lo = rounded(x - hi)
    print(f"# {name}: {float(hi)!r} {float(lo)!r}")


def constants():
    ln2 = mp.log(2)
    split("128/ln 2", STEPS / ln2)
    split("ln(2)/128", ln2 / STEPS)
    split("128·log2(10)", STEPS * mp.log(10, 2))
    split("log10(2)/128", mp.log10(2) / STEPS)
    split("ln 2", ln2)
    split("ln 10", mp.log(10))
    for name, base, half in [
        ("exp", mp.e, ln2 / 256),
        ("exp2", mp.mpf(2), mp.mpf(1) / 256),
        ("exp10", mp.mpf(10), mp.log10(2) / 256),
    ]:
        print(f"# {name}: base^r - 1 = r·log(base) + r^2·(…), error absolute")
        half *= mp.mpf("1.001")
        show(minimax(lambda r: (mp.power(base, r) - 1 - r * mp.log(base)) / r**2, -half, half,
                     [0, 1, 2, 3], weight=lambda r: r**2))
    print("# expm1, |r| <= 1/16: r + r^2·(…), error relative")
    show(minimax(lambda r: (mp.expm1(r) - r) / r**2, -mp.mpf(1) / 16, mp.mpf(1) / 16,
                 list(range(8)), weight=lambda r: abs(r**2 / mp.expm1(r))))
    print("# sinh, |x| <= 1/8: x + x^3·(…) of x^2, error relative")
    # Below 2^-20 the quotient is its own series.
    def sinh_rest(x):
        return mp.nsum(lambda k: x**k / mp.factorial(2 * k + 3), [0, 12])
    show(minimax(sinh_rest, mp.mpf(2) ** -40, mp.mpf(1) / 64, list(range(4)),
                 weight=lambda x: x * mp.sqrt(x) / mp.sinh(mp.sqrt(x))))


def single():
    """Those of f32. Ranges are a little wider than they need be, as steps are rounded."""
    ln2, wide = mp.log(2), mp.mpf("1.0001")
    for name, base, half in [
        ("EXP", mp.e, ln2 / 2),
        ("EXP2", mp.mpf(2), mp.mpf(1) / 2),
        ("EXP10", mp.mpf(10), mp.log10(2) / 2),
    ]:
        print(f"# {name}: base^r, error relative")
        half *= wide
        show(minimax(lambda r: mp.power(base, r), -half, half, list(range(9)),
                     weight=lambda r: mp.power(base, -r)))
    half = ln2 / 2 * wide
    print("# EXPM1: (e^r - 1)/r, error relative")
    show(minimax(lambda r: mp.expm1(r) / r, -half, half, list(range(9)),
                 weight=lambda r: r / mp.expm1(r)))

    def cosh(x):
        return mp.cosh(mp.sqrt(x))

    def sinh(x):
        return mp.sinh(mp.sqrt(x)) / mp.sqrt(x)

    near, most = mp.mpf(2) ** -40, half**2
    print("# COSH: cosh r of r^2, error relative")
    show(minimax(cosh, near, most, list(range(5)), weight=lambda x: 1 / cosh(x)))
    print("# SINH_ROUGH: (sinh r)/r of r^2, error of sinh r absolute")
    show(minimax(sinh, near, most, list(range(4)), weight=mp.sqrt))
    print("# SINH: the same, error relative")
    show(minimax(sinh, near, most, list(range(5)), weight=lambda x: 1 / sinh(x)))
    print("# TANH: (tanh x)/x of x^2, error relative")
    for coefficients in quotient(lambda x: mp.tanh(mp.sqrt(x)) / mp.sqrt(x) if x else mp.mpf(1),
                                 mp.mpf("9.02") ** 2, 5, 6, nearest_pole=mp.pi**2 / 4):
        show(dict(enumerate(coefficients)))


def quotient(f, most, m, n, nearest_pole):
    """Polynomials p of degree m and q of degree n, where q(0) = 1, so that the largest relative error of p/q against
    f on [0, most] is least: the exchange algorithm, the equations for the level of the error solved by Newton's
    method. Points are dense where f is near to its pole at -nearest_pole."""
    count = m + n + 2
    spread = mp.log((most + nearest_pole) / nearest_pole)

    def nodes(number):
        return [nearest_pole * (mp.exp(spread * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / number)) / 2) - 1)
                for i in range(number)]

    points, fine = nodes(count), nodes(700)
    p, q, level = [], [mp.mpf(1)] + [mp.mpf(0)] * n, mp.mpf(0)

    def at(c, x):
        return mp.polyval(c[::-1], x)

    while True:
        for _ in range(8):
            a, b = mp.matrix(count, count), mp.matrix(count, 1)
            for i, x in enumerate(points):
                y = f(x) * (1 + (-1) ** i * level)
                for j in range(m + 1):
                    a[i, j] = x**j
                for j in range(1, n + 1):
                    a[i, m + j] = -y * x**j
                a[i, count - 1] = -f(x) * (-1) ** i * at(q, x)
                b[i] = y
            solution = mp.lu_solve(a, b)
            p, q = list(solution[: m + 1]), [mp.mpf(1)] + list(solution[m + 1 : count - 1])
            level += solution[count - 1]
        runs = []
        for x in fine:
            error = at(p, x) / at(q, x) / f(x) - 1
            if runs and mp.sign(runs[-1][1]) == mp.sign(error):
                runs[-1] = max(runs[-1], (x, error), key=lambda run: abs(run[1]))
            else:
                runs.append((x, error))
        worst = max(abs(error) for _, error in runs)
        if len(runs) != count or worst <= abs(level) * (1 + mp.mpf(10) ** -3):
            print(f"# largest relative error 2^{float(mp.log(worst, 2)):.2f}")
            return p, q
        points = [x for x, _ in runs]


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        table()
    else:
        constants()
        single()
