"""Tables and coefficients of the logarithms: prints `src/math/elementary/log/table.rs`.

    python tools/math/log.py > src/math/elementary/log/table.rs

An argument is 2^k · m with m in [0.707, 1.414). The first 8 bits of its fraction choose a row of two
numbers, 1/c and log c, where c is near the middle of the m that have these bits. Of the many c near the
middle the one is taken for which log c is a multiple of 2^-42 to within about 2^-67 (Gal 1986): then one f64
is all of log c, and k·log 2 + log c is exact when the first part of log 2 is a multiple of 2^-42 as well.

The rows around 1 have c = 1: there the logarithm is that of 1 + r with r = m - 1 exact. They reach to 1/128
on both sides, so that what is lost in rounding r elsewhere, 2^-63, is little compared to the result.

Needs mpmath.
"""
import contextlib
import io

import mpmath as mp

from remez import bits_of, minimax, rounded

GRID = 42
BITS = 8
ROWS = 1 << BITS
# The row of the smallest m, 1/2 + FIRST/2^9, near the root of 1/2.
FIRST = 106
TRIES = 1 << 16
# Fixed-point arithmetic for the search.
POINT = 192


def ends(row):
    """Where the m of a row begin and end."""
    low, high = 1 + mp.mpf(row) / ROWS, 1 + mp.mpf(row + 1) / ROWS
    return (low / 2, high / 2) if row >= FIRST else (low, high)


def find(row, base):
    """1/c and the logarithm of c."""
    low, high = ends(row)
    if low >= 1 - mp.mpf(2) ** -7 and high <= 1 + mp.mpf(2) ** -7:
        return mp.mpf(1), mp.mpf(0), mp.mpf(0)
    start = mp.nint(mp.ldexp(mp.log((low + high) / 2) / mp.log(base), GRID)) - TRIES // 2
    # 1/c for logarithms start, start + 1, …: each time by base^(-2^-42).
    value = int(mp.nint(mp.ldexp(mp.power(base, -mp.ldexp(start, -GRID)), POINT)))
    factor = int(mp.nint(mp.ldexp(1 - mp.power(base, -mp.ldexp(1, -GRID)), POINT)))
    unit = POINT - (53 if value < 1 << POINT else 52)
    half = 1 << (unit - 1)
    best = None
    for step in range(TRIES):
        off = abs(((value + half) & ((1 << unit) - 1)) - half)
        if best is None or off < best[0]:
            best = (off, step, (value + half) >> unit)
        value -= (value * factor) >> POINT
    inverse = mp.ldexp(best[2], unit - POINT)
    log = mp.ldexp(start + best[1], -GRID)
    return inverse, log, abs(-mp.log(inverse) / mp.log(base) - log)


def table(name, base, what):
    rows = [find(row, base) for row in range(ROWS)]
    worst = max(off for _, _, off in rows)
    widest = max(
        max(abs(m * inverse - 1) for m in ends(row))
        for row, (inverse, log, _) in enumerate(rows)
        if log != 0
    )
    worst, widest = float(mp.log(worst, 2)), float(mp.log(widest, 2))
    print(f"/// 1/c and {what}, off by at most 2^{worst:.1f}; m/c - 1 is at most 2^{widest:.3f}.")
    print(f"pub(super) static {name}: [[f64; 2]; {ROWS}] = floats([")
    for inverse, log, _ in rows:
        print(f"    [0x{bits_of(inverse):016x}, 0x{bits_of(log):016x}],")
    print("]);\n")


def polynomial(name, base, what):
    def f(r):
        return (mp.log1p(r) - r) / r**2 / mp.log(base)

    end = mp.mpf(2) ** -7
    c, error = best(f, -end, end, 6, lambda r: r * mp.log(base))
    print(f"/// {what}: the highest power first; off by at most {error} of the logarithm.")
    print_coefficients(name, c)


def best(f, low, high, terms, weight):
    """The polynomial of so many terms, and its largest error, as it is printed."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        c = minimax(f, low, high, list(range(terms)), weight=weight)
    return c, output.getvalue().split()[-1]


def print_coefficients(name, c):
    print(f"pub(super) const {name}: [f64; {len(c)}] = [")
    for power in sorted(c, reverse=True):
        print(f"    {number(c[power])},")
    print("];\n")


def single(name, factor, terms, end, what):
    """For functions of f32: factor · atanh(s) / s by powers of s², where the first is the factor itself."""
    first = rounded(factor)

    def rest(u):
        s = mp.sqrt(u)
        return (factor * mp.atanh(s) / s - first) / u

    c, error = best(rest, 0, end**2, terms - 1, lambda u: u / factor)
    print(f"/// {what}: the highest power first; off by at most {error} of it.")
    print_coefficients(name, {0: first, **{power + 1: k for power, k in c.items()}})


def single_exponential():
    end = mp.log(2) / 2 * (1 + mp.mpf(2) ** -20)
    c, error = best(mp.exp, -end, end, 10, lambda r: mp.exp(-r))
    print(f"/// exp(r) for |r| up to log(2) / 2: the highest power first; off by at most {error} of it.")
    print_coefficients("SINGLE_EXP", c)


def exponential():
    """For the logarithm of a sum of exponentials."""
    end = mp.log(2) / 2 * (1 + mp.mpf(2) ** -20)
    c, error = best(lambda r: (mp.exp(r) - 1 - r) / r**2, -end, end, 11, lambda r: r**2)
    print(f"/// (exp(r) - 1 - r) / r² for |r| up to log(2) / 2: the highest power first; off by at most {error} / r².")
    print_coefficients("EXP", c)


def number(x):
    text = repr(float(x))
    return text if "." in text or "e" not in text else text.replace("e", ".0e")


def parts(name, x, what):
    """A constant as a multiple of 2^-42 and the rest."""
    high = mp.ldexp(mp.nint(mp.ldexp(x, GRID)), -GRID)
    print(f"/// {what}, and the rest of it: the first is a multiple of 2^-{GRID}.")
    print(f"pub(super) const {name}: [f64; 2] = [{number(high)}, {number(x - high)}];\n")


def double(name, x, what):
    high = mp.mpf(float(x))
    print(f"/// {what}, and the rest of it.")
    print(f"pub(super) const {name}: [f64; 2] = [{number(high)}, {number(x - high)}];\n")


if __name__ == "__main__":
    print("//! Tables and coefficients of the logarithms, printed by `tools/math/log.py`.\n")
    print("use super::super::table::floats;\n")
    parts("LN_2", mp.log(2), "log 2")
    parts("LOG10_2", mp.log10(2), "The decimal logarithm of 2")
    double("LOG2_E", 1 / mp.log(2), "The binary logarithm of e")
    double("LOG10_E", 1 / mp.log(10), "The decimal logarithm of e")
    polynomial("LN", mp.e, "(log(1 + r) - r) / r² for |r| up to 1/128")
    polynomial("LOG2", mp.mpf(2), "(log2(1 + r) - r·log2(e)) / r²")
    polynomial("LOG10", mp.mpf(10), "(log10(1 + r) - r·log10(e)) / r²")
    exponential()
    # √2 is the largest m, and (m - 1) / (m + 1) the largest s.
    end = (mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)
    single("SINGLE_LN", mp.mpf(2), 6, end, "log((1 + s) / (1 - s)) / s for |s| up to 0.172, by powers of s²")
    single("SINGLE_LOG2", 2 / mp.log(2), 5, end, "log2((1 + s) / (1 - s)) / s")
    single("SINGLE_LOG10", 2 / mp.log(10), 5, end, "log10((1 + s) / (1 - s)) / s")
    single("SINGLE_ATANH", mp.mpf(1), 6, mp.mpf("0.2012"), "atanh(s) / s for |s| up to 0.201")
    single("SINGLE_SUM", mp.mpf(2), 9, mp.mpf(1) / 3, "log((1 + s) / (1 - s)) / s for |s| up to 1/3")
    single_exponential()
    table("LN_TABLE", mp.e, "log c")
    table("LOG2_TABLE", mp.mpf(2), "log2 c")
    table("LOG10_TABLE", mp.mpf(10), "log10 c")
