"""Tables and polynomials of the error and gamma functions.

    python special.py erf   > src/math/elementary/erf/table.rs
    python special.py gamma > src/math/elementary/gamma/table.rs

Rustfmt lays them out. Needs mpmath.
"""
import struct
import sys

from remez import bits_of, minimax, mp, rounded

mp.mp.prec = 200


def f64(x):
    return f"f64::from_bits(0x{bits_of(rounded(x)):016x})"


def packed(upper, lower, bits=32, steps=(-1, 0, 1)):
    """An f64 whose lowest `bits` bits are the highest of `lower`, and whose others are those of about `upper`.

    Read as it is, it is `upper` to within 2^(bits - 52) of itself; shifted up by 64 - `bits` it is `lower`.
    """
    low = bits_of(rounded(lower, bits - 11)) >> (64 - bits)
    best = None
    for step in steps:
        whole = (((bits_of(rounded(upper)) >> bits) + step) << bits) | low
        value = struct.unpack(">d", struct.pack(">Q", whole))[0]
        if best is None or abs(value - upper) < abs(best[0] - upper):
            best = (value, whole)
    return f"f64::from_bits(0x{best[1]:016x})"


def table(name, doc, rows, length):
    """Prints a table of numbers or rows, filled up with zeros to a power of two."""
    columns = len(rows[0]) if isinstance(rows[0], tuple) else 0
    zeros = ("0.0",) * columns if columns else "0.0"
    rows = rows + [zeros] * (length - len(rows))
    print(f"\n/// {doc}")
    if not columns:
        print(f"pub(super) static {name}: [f64; {length}] = [")
        for number in rows:
            print(f"    {number},")
        print("];")
        return
    # As bits, which leave a row on a line.
    print(f"pub(super) static {name}: [[f64; {columns}]; {length}] = floats([")
    for row in rows:
        bits = (x.removeprefix("f64::from_bits(").removesuffix(")") for x in row)
        print(f"    [{', '.join('0' if x == '0.0' else x for x in bits)}],")
    print("]);")


def polynomial(name, doc, coefficients):
    """Prints a polynomial, its highest power first."""
    print(f"\n/// {doc}")
    print(f"pub(super) const {name}: [f64; {len(coefficients)}] = [")
    for power in sorted(coefficients, reverse=True):
        print(f"    {f64(coefficients[power])},")
    print("];")


def constant(name, x, bits=53):
    print(f"pub(super) const {name}: f64 = {f64(rounded(x, bits))};")
    return rounded(x, bits)


def fit(f, lo, hi, n):
    """The polynomial of n coefficients that agrees with f at the Chebyshev nodes, about the middle."""
    mid, half = (lo + hi) / 2, (hi - lo) / 2
    nodes = [half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / n) for i in range(n)]
    a, b = mp.matrix(n, n), mp.matrix(n, 1)
    for i, x in enumerate(nodes):
        b[i] = f(mid + x)
        for j in range(n):
            a[i, j] = x**j
    return list(mp.lu_solve(a, b))


def fit_between(f, lo, hi, n):
    """The same in powers of the argument itself."""
    mid, half = (lo + hi) / 2, (hi - lo) / 2
    nodes = [mid + half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / n) for i in range(n)]
    a, b = mp.matrix(n, n), mp.matrix(n, 1)
    for i, x in enumerate(nodes):
        b[i] = f(x)
        for j in range(n):
            a[i, j] = x**j
    return list(mp.lu_solve(a, b))


def piecewise(name, doc, f, intervals, length):
    """Two tables of the polynomials of degree 7 on the intervals: coefficients 0 to 3, and 4 to 7, where the last is
    packed with the low part of the first."""
    rows = [fit(f, lo, hi, 8) for lo, hi in intervals]
    table(f"{name}0", f"{doc}: coefficients 0 to 3.", [tuple(f64(x) for x in c[:4]) for c in rows], length)
    table(f"{name}4", f"{doc}: coefficients 4 to 7, the last packed with the low part of coefficient 0.",
          [(*(f64(x) for x in c[4:7]), packed(c[7], c[0] - rounded(c[0]))) for c in rows], length)


def binades(lowest, highest, parts, end):
    """Intervals [lo, hi): each power of two from 2^lowest on in equal parts."""
    for e in range(lowest, highest):
        for i in range(parts):
            lo = mp.mpf(2) ** e * (1 + mp.mpf(i) / parts)
            if lo < end:
                yield lo, lo + mp.mpf(2) ** e / parts


# --- erf ---------------------------------------------------------------------------------------------------

def near(x, bits):
    """Whether x is a number of 53 bits, and nearly so many more."""
    return abs(x - rounded(x)) < abs(x) * mp.mpf(2) ** (-53 - bits)


def erf_rows():
    """Points near k/64 where erf and its derivative are, by good luck, numbers of 53 bits (Gal 1986)."""
    scale = 2 / mp.sqrt(mp.pi)
    rows = [(mp.mpf(0), mp.mpf(0), scale)]
    for k in range(1, 381):
        at = mp.mpf(k) / 64
        if k < 300:
            step = 0
            while True:
                c = at + step * mp.mpf(2) ** -36
                slope = scale * mp.exp(-c * c)
                value = mp.erf(c) if near(slope, 3 if k < 32 else 1) else None
                if value is not None and near(value, 7):
                    break
                step = -step if step > 0 else 1 - step
        else:
            # erf is so flat that luck does not help: the point where it is the number wanted.
            value = min(rounded(mp.erf(at)), 1 - mp.mpf(2) ** -53)
            c = at
            for _ in range(20):
                c += (mp.erfc(c) - (1 - value)) / (scale * mp.exp(-c * c))
            c = rounded(c)
            slope = scale * mp.exp(-c * c)
        rows.append((c, value, slope))
    return rows


# Powers of a = c d and b = d^2 in the sum for erf.
MOMENTS = [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (0, 1), (1, 1), (2, 1), (3, 1), (0, 2), (1, 2), (0, 3)]


def erf_moments():
    """The polynomial in a and b that is best for the mean S of exp(-2 c t - t^2) over [0, d], less 1.

    By least squares, with weights that are raised where the error is large (Lawson 1961).
    """
    scale = 2 / mp.sqrt(mp.pi)
    points = []
    for k in list(range(0, 24)) + list(range(24, 260, 4)):
        c = mp.mpf(k) / 64
        for i in range(-8, 9):
            d = mp.mpf(i) / 8 * mp.mpf(257) / 256 / 128
            if d == 0 or c + d <= 0:
                continue
            slope = scale * mp.exp(-c * c)
            mean = (mp.erf(c + d) - mp.erf(c)) / (slope * d) - 1
            size = abs(slope * d / mp.erf(c + d))
            points.append(([(c * d) ** n * (d * d) ** m for n, m in MOMENTS], mean, size))
    weights = [mp.mpf(1)] * len(points)
    count, best = len(MOMENTS), None
    for _ in range(12):
        a, right = mp.matrix(count, count), mp.matrix(count, 1)
        for (terms, mean, size), weight in zip(points, weights):
            factor = weight * size * size
            for i in range(count):
                scaled = factor * terms[i]
                right[i] += scaled * mean
                for j in range(count):
                    a[i, j] += scaled * terms[j]
        c = mp.lu_solve(a, right)
        errors = [abs(sum(x * y for x, y in zip(c, terms)) - mean) * size for terms, mean, size in points]
        if best is None or max(errors) < best[0]:
            best = (max(errors), list(c))
        weights = [w * (e / max(errors) + mp.mpf("0.01")) for w, e in zip(weights, errors)]
        total = sum(weights)
        weights = [w / total for w in weights]
    print(f"# relative error of erf 2^{float(mp.log(best[0], 2)):.2f}", file=sys.stderr)
    return dict(zip(MOMENTS, best[1]))


# The parts of erfcx are those of the powers of two of u + OFFSET.
OFFSET = 2
# Where the fraction that stands for u has its pole: it makes the polynomials short.
POLE = 2


def erfcx(u):
    return mp.exp(u * u) * mp.erfc(u)


def erf_module():
    print("//! Tables of the error functions, printed by `tools/math/special.py`.\n")
    print("use super::super::table::floats;")
    rows = erf_rows()
    table("ERF", "Points c near k/64, erf(c), 2/sqrt(pi) exp(-c^2), and nothing.",
          [(f64(c), f64(v), f64(s), "0.0") for c, v, s in rows], 512)
    moments = erf_moments()
    for m in range(4):
        polynomial(f"MOMENTS{m}", f"The terms of b^{m}, in a.",
                   {n: moments[n, k] for n, k in MOMENTS if k == m})
    rows = []
    for lo, hi in binades(1, 5, 64, mp.mpf("27.3") + OFFSET):
        lo, hi = lo - OFFSET, hi - OFFSET
        mid = (lo + hi) / 2
        # In d = (u - mid) / (u + POLE).
        c = fit_between(lambda d: erfcx((mid + POLE * d) / (1 - d)), (lo - mid) / (lo + POLE),
                        (hi - mid) / (hi + POLE), 7)
        rows.append([c[0]] + [x / c[0] for x in c[1:]])
    doc = "exp(u^2) erfc(u), a row for each 32nd of the powers of two of u + 1, in d = (u - c) / (u + 2)"
    table("ERFCX0", f"{doc}: the value at c, and 1 to 3 of the coefficients in units of it.",
          [tuple(f64(x) for x in c[:4]) for c in rows], 256)
    table("ERFCX4", f"{doc}: 4 packed with what the value lacks, in units of it; 5 packed with 6.",
          [(packed(c[4], (c[0] - rounded(c[0])) / c[0], 24), packed(c[5], c[6])) for c in rows], 256)
    powers = [mp.mpf(2) ** (mp.mpf(i) / 64) for i in range(64)]
    table("EXP2", "2^(i/64) less i in the bits from 2^46 on, and what it lacks, in units of it.",
          [(f"0x{bits_of(rounded(x)) - (i << 46):016x}", f64((x - rounded(x)) / x)) for i, x in enumerate(powers)],
          64)
    step = mp.log(2) / 64
    print("\n/// log(2)/64, in two parts.")
    hi = constant("STEP_HI", step)
    constant("STEP_LO", step - hi)
    end = step * mp.mpf("0.5001")
    polynomial("EXP", "(exp(-r) - 1 + r) / r^2 for |r| <= log(2)/128.",
               minimax_quiet(lambda r: (mp.exp(-r) - 1 + r) / r**2, -end, end, list(range(4)),
                             weight=lambda r: r**2))
    erf_single()


def quotient(f, lo, hi, m, n, count=100, rounds=9):
    """Two polynomials of degrees m and n whose quotient is about the best for f in relative error.

    By least squares of the linear problem, divided by the last denominator, and with weights that are raised where
    the error is large (Lawson 1961).
    """
    mid, half = (lo + hi) / 2, (hi - lo) / 2
    points = [mid - half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count) for i in range(count)]
    values = [f(x) for x in points]
    weights, denominators, best = [mp.mpf(1)] * count, [mp.mpf(1)] * count, None
    for at in range(rounds):
        a, b = mp.matrix(m + n + 1, m + n + 1), mp.matrix(m + n + 1, 1)
        for x, y, w, q in zip(points, values, weights, denominators):
            row = [(x / hi) ** j / y for j in range(m + 1)] + [-((x / hi) ** j) for j in range(1, n + 1)]
            for i, r in enumerate(row):
                b[i] += w * r / q**2
                for j, t in enumerate(row):
                    a[i, j] += w * r * t / q**2
        c = mp.lu_solve(a, b)
        above = {j: c[j] / hi**j for j in range(m + 1)}
        below = {0: mp.mpf(1)} | {j: c[m + j] / hi**j for j in range(1, n + 1)}
        value = lambda c, x: sum(k * x**j for j, k in c.items())
        denominators = [value(below, x) for x in points]
        errors = [abs(value(above, x) / q / y - 1) for x, y, q in zip(points, values, denominators)]
        if best is None or max(errors) < best[0]:
            best = max(errors), above, below
        if at >= 2:
            weights = [w * (e / max(errors) + mp.mpf("0.003")) for w, e in zip(weights, errors)]
            total = sum(weights) / count
            weights = [w / total for w in weights]
    print(f"# relative error of a quotient 2^{float(mp.log(best[0], 2)):.2f}", file=sys.stderr)
    return best[1], best[2]


def minimax_quiet(*arguments, **named):
    """What `minimax` says goes to stderr."""
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        return minimax(*arguments, **named)
    finally:
        sys.stdout = out


def erf_single():
    """What the functions of f32 need."""
    above, below = quotient(lambda s: mp.erf(mp.sqrt(s)) / mp.sqrt(s), mp.mpf(0), mp.mpf("3.97") ** 2, 8, 7)
    # Exact at 0: subnormal results are rounded at bits where nothing tells how sure they are.
    above[0] = 2 / mp.sqrt(mp.pi)
    doc = "with a relative error below 2^-40"
    polynomial("ERF_ABOVE", f"erf(u) / u for u < 3.97, in u^2, {doc}: the dividend.", above)
    polynomial("ERF_BELOW", "The divisor.", below)
    above, below = quotient(erfcx, mp.mpf(0), mp.mpf("10.1"), 6, 7)
    polynomial("ERFCX_ABOVE", "exp(u^2) erfc(u) for u < 10.1, with a relative error below 2^-39: the dividend.", above)
    polynomial("ERFCX_BELOW", "The divisor.", below)
    end = mp.log(2) / 2 * mp.mpf("1.0001")
    even, odd = quotient(lambda s: mp.sqrt(s) / mp.tanh(mp.sqrt(s) / 2) if s else mp.mpf(2), mp.mpf(0), end**2, 2, 1)
    polynomial("EXP_EVEN", "a in exp(r) = (a + r b) / (a - r b) for |r| <= log(2)/2, in r^2.", even)
    polynomial("EXP_ODD", "b.", odd)


# --- gamma -------------------------------------------------------------------------------------------------

def log_tables():
    rows, largest = [], 0
    for i in range(128):
        # So few bits that the product with a number of 53 bits, less 1, has no more either.
        inverse = mp.nint(256 / (1 + (i + mp.mpf(1) / 2) / 128)) / 256
        value = -mp.log(inverse)
        hi = mp.nint(value * mp.mpf(2) ** 42) / mp.mpf(2) ** 42
        # Cut off, and not to the nearest: what is left is 1/c itself.
        rows.append((f64(hi), packed(inverse, value - hi, steps=(0,))))
        largest = max(largest, *(abs((1 + mp.mpf(j) / 128) * inverse - 1) for j in (i, i + 1)))
    table("LOGS", "For the parts of [1, 2]: -log(1/c), a multiple of 2^-42, and 1/c packed with what that lacks.",
          rows, 128)
    c = minimax_quiet(lambda r: (mp.log1p(r) - r) / r**2, -largest, largest, list(range(6)), weight=lambda r: r**2)
    polynomial("LOG", "(log(1 + r) - r) / r^2 for |r| <= 0.0056, with an error of the logarithm below 2^-68.", c)


def stirling(w):
    return mp.loggamma(w) - (w - mp.mpf(1) / 2) * mp.log(w) + w - mp.log(2 * mp.pi) / 2


def lgamma_quotient(t):
    if abs(t - 1) < 1e-30:
        return mp.euler
    if abs(t - 2) < 1e-30:
        return 1 - mp.euler
    return mp.loggamma(t) / ((t - 1) * (t - 2))


def gamma_module():
    print("//! Tables of the gamma functions, printed by `tools/math/special.py`.\n")
    print("use super::super::table::floats;\n")
    half = mp.log(2 * mp.pi) / 2 - mp.mpf(1) / 2
    print("/// (log(2 pi) - 1) / 2, in two parts.")
    hi = constant("HALF_LOG_HI", half)
    constant("HALF_LOG_LO", half - hi)
    print("\n/// log(2) in two parts, the first a multiple of 2^-42.")
    hi = mp.nint(mp.log(2) * mp.mpf(2) ** 42) / mp.mpf(2) ** 42
    constant("LN2_HI", hi)
    constant("LN2_LO", mp.log(2) - hi)
    print("\n/// -pi^2 / 6, in two parts: the first term of `SINE`.")
    hi = constant("SINE_HI", -mp.pi**2 / 6)
    constant("SINE_LO", -mp.pi**2 / 6 - hi)

    def remainder(s):
        w = 1 / mp.sqrt(s)
        return (stirling(w) * w - mp.mpf(1) / 12) / s
    c = minimax_quiet(remainder, mp.mpf(2) ** -30, mp.mpf(1) / 16, list(range(9)),
                      weight=lambda s: s * mp.sqrt(s))
    polynomial("STIRLING", "Binet's remainder, w mu(w), in s = 1/w^2 for w >= 4; the error of mu is below 2^-61 "
               "beside the rounding of its first coefficient, 1/12.",
               {0: mp.mpf(1) / 12, **{p + 1: k for p, k in c.items()}})

    def sine(s):
        g = mp.sqrt(s)
        return (mp.sin(mp.pi * g) / (mp.pi * g) - 1 + mp.pi**2 / 6 * s) / s**2
    c = minimax_quiet(sine, mp.mpf(2) ** -12, mp.mpf(1) / 4, list(range(8)), weight=lambda s: s**2)
    polynomial("SINE", "sin(pi g) / (pi g) in s = g^2 for g <= 1/2, from the term of s^2 on.", c)
    log_tables()
    piecewise("NEAR", "lgamma(t) / ((t - 1) (t - 2))", lgamma_quotient, list(binades(-1, 2, 32, 4)), 128)
    gamma_single()


def gamma_single():
    """What the functions of f32 need."""
    c = minimax_quiet(lambda s: (lambda w: stirling(w) * w)(1 / mp.sqrt(s)), mp.mpf(2) ** -30, mp.mpf(1) / 16,
                      list(range(7)), weight=mp.sqrt)
    polynomial("STIRLING_SHORT", "STIRLING with fewer terms.", c)
    c = minimax_quiet(lambda s: mp.sin(mp.pi * mp.sqrt(s)) / (mp.pi * mp.sqrt(s)), mp.mpf(2) ** -12, mp.mpf(1) / 4,
                      list(range(8)))
    polynomial("SINE_SHORT", "sin(pi g) / (pi g) in g^2 for g <= 1/2.", c)
    r = mp.mpf("0.0056")
    c = minimax_quiet(lambda r: (mp.log1p(r) - r) / r**2, -r, r, list(range(4)), weight=lambda r: r**2)
    polynomial("LOG_SHORT", "LOG with fewer terms.", c)


{"erf": erf_module, "gamma": gamma_module}[sys.argv[1]]()
