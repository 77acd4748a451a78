"""Tables and polynomials of powers: prints src/math/elementary/pow/table.rs.

    python tools/math/pow.py | rustfmt --edition 2024 > src/math/elementary/pow/table.rs

With the argument `single` it prints the polynomials of src/math/elementary/pow/single.rs.

The logarithm: x = 2^k m, where m begins at OFFSET and its intervals are cut by the seven leading bits after
that. One interval is around 1, from 1 - 2^-9 to 1 + 2^-8. For each there is a short number 1/c, so short that
r = m (1/c) - 1 is a number of 53 bits; log c is split at a bit so high that k ln 2 + log c is exact in its
high part. The exponential: 2^(j/128) as a number and its relative error.
"""
import sys

import mpmath as mp

from remez import bits_of, minimax, rounded, show

BITS = 7
N = 1 << BITS
BIAS = 0x95 << 44  # what is added to the bits so that intervals begin at multiples of 2^45
ONE = 0x3FF << 52
GRID = 42  # the high part of logarithms is a multiple of 2^-42: k ln 2 has 10 bits before the point


def float_of(bits):
    import struct

    return mp.mpf(struct.unpack(">d", struct.pack(">Q", bits))[0])


def reciprocal(low, high):
    """The 1/c with the smallest |m/c - 1| for m in [low, high] that leaves every r exact."""
    if low < 1 < high:
        return mp.mpf(1), max(1 - low, high - 1)
    grid = mp.mpf(2) ** (-53 if low < 1 else -52)
    best = None
    for places in (6, 7, 8, 9, 10):
        unit = mp.mpf(2) ** -places
        start = mp.floor(2 / (low + high) / unit)
        for inverse in (start * unit, (start + 1) * unit):
            most = max(abs(low * inverse - 1), abs(high * inverse - 1))
            if most <= 2**53 * grid * unit and (best is None or most < best[1]):
                best = inverse, most
    return best


def logarithms():
    rows, widest = [], 0
    for j in range(N):
        # The bits of m: those of 1 less the bias, as the exponent of m is taken away after it is added.
        low, high = (float_of(ONE - BIAS + ((j + i) << (52 - BITS))) for i in (0, 1))
        inverse, most = reciprocal(low, high)
        c = -mp.log(inverse)
        hi = mp.nint(mp.ldexp(c, GRID)) * mp.mpf(2) ** -GRID
        # log c is 0 or the larger part of log c + r, as the sum of the two is taken to be.
        assert hi == 0 or abs(hi) > most
        rows.append((inverse, hi, rounded(c - hi)))
        widest = max(widest, most)
    return rows, widest


def exponentials():
    rows = []
    for j in range(N):
        exact = mp.power(2, mp.mpf(j) / N)
        hi = rounded(exact)
        rows.append((hi, rounded(exact / hi - 1)))
    return rows


def constant(doc, name, value):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: f64 = {literal(value)};")
    print()


def literal(x):
    return f"f64::from_bits(0x{bits_of(x):016x})"


def table(doc, name, rows, columns):
    print(f"/// {doc}")
    print("#[rustfmt::skip]")
    print(f"pub(super) static {name}: [[f64; {columns}]; {len(rows)}] = [")
    for row in rows:
        row = list(row) + [mp.mpf(0)] * (columns - len(row))
        print("    [" + ", ".join(literal(x) for x in row) + "],")
    print("];")
    print()


def polynomial(doc, name, coefficients):
    print(f"/// {doc}")
    print(f"pub(super) const {name}: [f64; {len(coefficients)}] = [")
    for power in sorted(coefficients):
        print(f"    {literal(coefficients[power])}, // {mp.nstr(coefficients[power], 17)}")
    print("];")
    print()


def log_tail(r):
    """(log(1 + r) - r + r^2/2) / r^3"""
    if abs(r) < mp.mpf(2) ** -12:
        return sum((-1) ** n * r**n / (n + 3) for n in range(24))
    return (mp.log1p(r) - r + r * r / 2) / r**3


def exp_tail(r):
    """(e^r - 1 - r) / r^2"""
    if abs(r) < mp.mpf(2) ** -12:
        return sum(r**n / mp.factorial(n + 2) for n in range(24))
    return (mp.expm1(r) - r) / r**2


def single():
    low = float_of(ONE - BIAS)
    edge = max((1 - low) / (1 + low), (2 * low - 1) / (2 * low + 1)) ** 2
    f = lambda z: 2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) / mp.log(2)
    print("// log2((1 + s) / (1 - s)) / s in s^2")
    show(minimax(f, 0, edge, range(6), weight=lambda z: 1 / f(z)))
    half = mp.mpf(1) / 2
    print("// 2^r")
    show(minimax(lambda r: mp.power(2, r), -half, half, range(9), weight=lambda r: mp.power(2, -r)))


def main():
    rows, widest = logarithms()
    print(f"// |r| <= 2^{float(mp.log(widest, 2)):.3f}", file=sys.stderr)
    stdout, sys.stdout = sys.stdout, sys.stderr
    # Relative to the logarithm: near 1, where it is least, r is at most 2^-8.
    near = mp.mpf(2) ** -8
    log_weight = lambda r: r**2 if abs(r) <= near else abs(r) ** 3 / (mp.mpf(2) * near)
    q = minimax(log_tail, -widest, widest, range(6), weight=log_weight)
    # Half a step, and the low part of y log x, which is at most 2^-17 of 745.
    half = mp.log(2) / (2 * N) * (1 + mp.mpf(2) ** -6) + mp.mpf(745) * mp.mpf(2) ** -17
    p = minimax(exp_tail, -half, half, range(5), weight=lambda r: r**2)
    sys.stdout = stdout

    print("//! Constants of powers, printed by `tools/math/pow.py`.")
    print()
    print("/// What is added to the bits of x: intervals then begin at multiples of 2^45, and 2^k where the sum has")
    print("/// a new exponent.")
    print(f"pub(super) const BIAS: u64 = 0x{BIAS:016x};")
    print()
    hi = mp.nint(mp.ldexp(mp.log(2), GRID)) * mp.mpf(2) ** -GRID
    constant("ln 2, a multiple of 2^-42.", "LN2_HI", hi)
    constant("What it lacks.", "LN2_LO", rounded(mp.log(2) - hi))
    constant("128 / ln 2.", "STEPS", rounded(N / mp.log(2)))
    step = rounded(mp.log(2) / N)
    constant("ln 2 / 128.", "STEP_HI", step)
    constant("What it lacks.", "STEP_LO", rounded(mp.log(2) / N - step))
    polynomial("(log(1 + r) - r + r²/2) / r³, from the power 0 up.", "LOG", q)
    polynomial("(e^r - 1 - r) / r², from the power 0 up.", "EXP", p)
    table("1/c, log c as a multiple of 2^-42, and what it lacks.", "LOGARITHMS", rows, 4)
    table("2^(j/128), and the relative error of it.", "EXPONENTIALS", exponentials(), 2)


if __name__ == "__main__":
    single() if sys.argv[1:] == ["single"] else main()
