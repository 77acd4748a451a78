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


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        table()
    else:
        constants()
