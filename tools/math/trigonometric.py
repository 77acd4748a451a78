"""Constants of the trigonometric functions: prints src/math/elementary/trigonometric/constants.rs.

    python trigonometric.py > src/math/elementary/trigonometric/constants.rs

Also finds how near a number of f64 can come to a multiple of pi/2 below the limit of the reduction in three
parts, which is what the number of bits of those parts follows from (printed to stderr). Needs mpmath.
"""
import contextlib
import sys
from fractions import Fraction

import mpmath as mp

from remez import bits_of, minimax, rounded

mp.mp.prec = 1600

# Numbers up to 2^QUOTIENT_BITS times pi/2 are reduced in three parts.
QUOTIENT_BITS = 23


def parts():
    """pi/2 in three parts; any multiple of the second that is used is a number of f64."""
    half_pi = mp.pi / 2
    first = rounded(half_pi)
    second = rounded(half_pi - first, 53 - QUOTIENT_BITS)
    third = rounded(half_pi - first - second)
    return first, second, third


def nearest(exponent):
    """A bound below of the distance of m·2^exponent, m < 2^53, from the multiples of pi/2.

    No m below the denominator of a convergent of 2^(exponent+1)/pi makes m times it come nearer to a whole
    number than the convergent before.
    """
    x = Fraction(int(mp.nint(mp.ldexp(2 / mp.pi, exponent + 1500))), 1 << 1500)
    rest, p0, q0, p1, q1 = x, 0, 1, 1, 0
    while True:
        a = rest.numerator // rest.denominator
        p0, q0, p1, q1 = p1, q1, a * p1 + p0, a * q1 + q0
        if q1 >= 1 << 53:
            break
        rest = 1 / (rest - a)
    return abs(mp.mpf(q0) * mp.ldexp(1, exponent) - p0 * mp.pi / 2)


def polynomial(f, weight, limit, degree):
    """The best polynomial of which each coefficient is rounded before those of higher powers are found."""
    c = {}
    for power in range(degree + 1):
        def rest(z, power=power):
            return (f(z) - sum(k * z**p for p, k in c.items())) / z**power

        found = minimax(
            rest, mp.mpf(2) ** -20, limit, range(degree + 1 - power), weight=lambda z: weight(z) * z**power
        )
        c[power] = found[0]
    return c


def pi_as_product():
    """The number above pi, and two of which pi is the product, nearly."""
    above = rounded(mp.pi) + mp.ldexp(1, -51)
    factors = ((x, rounded(mp.pi / x)) for x in (1 + mp.ldexp(2 * k + 1, -20) for k in range(1 << 16)))
    return above, min(factors, key=lambda pair: abs(pair[0] * pair[1] - mp.pi))


def tangent(limit):
    """The quotient of polynomials in r² of degrees 2 and 3 that is tan r / r at Chebyshev's nodes."""
    above, below = 2, 3
    count = above + below
    a, b = mp.matrix(count, count), mp.matrix(count, 1)
    for i in range(count):
        z = limit / 2 * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count))
        y = mp.tan(mp.sqrt(z)) / mp.sqrt(z)
        for power in range(1, above + 1):
            a[i, power - 1] = z**power
        for power in range(1, below + 1):
            a[i, above + power - 1] = -y * z**power
        b[i] = y - 1
    c = mp.lu_solve(a, b)
    return (
        {power: c[power - 1] for power in range(1, above + 1)},
        {power: c[above + power - 1] for power in range(1, below + 1)},
    )


def fraction(limit):
    """The quotient of polynomials in r², of degrees 4, but none of the first above, that is tan r / r at Chebyshev's
    nodes. Returns what the one above is less than 1, and what the one below is more than 1 - r²/4."""
    above, below = [2, 3, 4], [1, 2, 3, 4]
    count = len(above) + len(below)
    a, b = mp.matrix(count, count), mp.matrix(count, 1)
    for i in range(count):
        z = limit / 2 * (1 - mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count))
        y = mp.tan(mp.sqrt(z)) / mp.sqrt(z)
        for j, power in enumerate(above):
            a[i, j] = z**power
        for j, power in enumerate(below):
            a[i, len(above) + j] = -y * z**power
        b[i] = y - 1
    c = mp.lu_solve(a, b)
    p = {power: -c[j] for j, power in enumerate(above)}
    q = {power: c[len(above) + j] for j, power in enumerate(below)}
    q[1] += mp.mpf(1) / 4
    return p, q


def window(exponent):
    """Four parts of 2^128·2/pi for numbers from 2^exponent on. What 2/pi has from a power of two on that makes multiples
    of 4 of them is replaced by that power: so the first part has as many bits in every row."""
    top = mp.ldexp(1, 54 - exponent)
    rest = top + mp.fmod(2 / mp.pi, top)
    parts = []
    for _ in range(4):
        part = rounded(rest)
        rest -= part
        parts.append(mp.ldexp(part, 128))
    return parts


def narrow_window(exponent):
    """Three parts of 1/pi, from the bit on that is worth 1 in the product with the last of 24 bits of 2^exponent."""
    top = 23 - exponent
    parts = []
    for bits in (29, 29, 53):
        last = top - bits + 1
        whole = int(mp.floor(mp.ldexp(1 / mp.pi, -last))) % (1 << bits)
        parts.append(mp.ldexp(whole, last))
        top = last - 1
    return parts


def write(name, doc, coefficients):
    print(f"\n/// {doc}")
    numbers = [repr(float(coefficients[power])) for power in sorted(coefficients, reverse=True)]
    head, row = f"pub(super) const {name}: [f64; {len(numbers)}] =", f"[{', '.join(numbers)}];"
    # As rustfmt has it.
    if len(head) + 1 + len(row) <= 100:
        print(head, row)
    elif 4 + len(row) <= 100:
        print(head)
        print("   ", row)
    else:
        print(head, "[")
        for number in numbers:
            print(f"    {number},")
        print("];")


def main():
    first, second, third = parts()
    rest = abs(mp.pi / 2 - first - second - third)
    least = min(nearest(e) for e in range(-52, QUOTIENT_BITS - 51))
    print(
        f"least distance 2^{float(mp.log(least, 2)):.2f}; relative error of the reduction at most "
        f"2^{float(mp.log(rest * 2**QUOTIENT_BITS / least, 2)):.2f}",
        file=sys.stderr,
    )

    print("//! Constants of the trigonometric functions, printed by `tools/math/trigonometric.py`.")
    print()
    def constant(name, x):
        print(f"pub(super) const {name}: f64 = f64::from_bits(0x{bits_of(rounded(x)):016x}); // {float(rounded(x))!r}")

    print("/// π/2 in three parts, to 2^-138; the second has 30 bits.")
    constant("HALF_PI", first)
    constant("HALF_PI_SECOND", second)
    constant("HALF_PI_THIRD", third)
    print("\n/// What π/2 is more than [`HALF_PI`].")
    constant("HALF_PI_LOW", mp.pi / 2 - first)
    print("\n/// π, and what it is more.")
    constant("PI", mp.pi)
    constant("PI_LOW", mp.pi - rounded(mp.pi))
    above, factors = pi_as_product()
    print("\n/// The number above π, and π as a product of two, to 2^-64.")
    constant("PI_ABOVE", above)
    print("pub(super) const PI_FACTORS: [f64; 2] = [")
    for x in factors:
        print(f"    f64::from_bits(0x{bits_of(x):016x}), // {float(x)!r}")
    print("];")
    print("\n/// 2/π; the number below 1/π, and what that is more.")
    constant("TWO_OVER_PI", 2 / mp.pi)
    below = mp.ldexp(mp.floor(mp.ldexp(1 / mp.pi, 54)), -54)
    constant("ONE_OVER_PI", below)
    constant("ONE_OVER_PI_LOW", 1 / mp.pi - below)

    limit = (mp.pi / 4) ** 2 * (1 + mp.mpf(2) ** -20)

    with contextlib.redirect_stdout(sys.stderr):
        mp.mp.prec = 240
        series = [
            (
                "SINE_FAST",
                "(r - sin r) / r³ for |r| <= π/2, in powers of r².",
                polynomial(
                    lambda z: (mp.sqrt(z) - mp.sin(mp.sqrt(z))) / z ** mp.mpf(1.5),
                    lambda z: z ** mp.mpf(1.5) / mp.sin(mp.sqrt(z)),
                    4 * limit,
                    6,
                ),
            ),
            (
                "ARCH",
                "(sin r / r - 1 + r²/8) / r² for |r| <= π/2, in powers of r².",
                polynomial(
                    lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1 + z / 8) / z,
                    lambda z: z ** mp.mpf(1.5) / mp.sin(mp.sqrt(z)),
                    4 * limit,
                    7,
                ),
            ),
            (
                "SINE_PI",
                "(sin πr / r - π + 4r²) / r² for |r| <= 1/2, in powers of r².",
                polynomial(
                    lambda z: (mp.sinpi(mp.sqrt(z)) / mp.sqrt(z) - mp.pi + 4 * z) / z,
                    lambda z: z ** mp.mpf(1.5) / mp.sinpi(mp.sqrt(z)),
                    mp.mpf(1) / 4,
                    7,
                ),
            ),
            (
                "SINE_PI_SINGLE",
                "(sin πr / r - π) / r² for |r| <= 1/2, in powers of r², to 2^-43.7.",
                polynomial(
                    lambda z: (mp.sinpi(mp.sqrt(z)) / mp.sqrt(z) - mp.pi) / z,
                    lambda z: z ** mp.mpf(1.5) / mp.sinpi(mp.sqrt(z)),
                    mp.mpf(1) / 4,
                    5,
                ),
            ),
        ]
        mp.mp.prec = 1600
    for name, doc, coefficients in series:
        write(name, doc, coefficients)
    over, under = fraction(limit)
    write("TANGENT_OVER", "tan r is r times the quotient of 1 - r⁴·(this) and 1 - r²/4 + r²·([`TANGENT_UNDER`]) for |r| <= π/4, both in\n/// powers of r², to 2^-59.", over)
    write("TANGENT_UNDER", "See [`TANGENT_OVER`].", under)
    above, below = tangent(limit)
    write("TANGENT_ABOVE", "tan r is r times the quotient of 1 and this and 1 and [`TANGENT_BELOW`] for |r| <= π/4, in powers of r² from\n/// the first, to 2^-43.1.", above)
    write("TANGENT_BELOW", "See [`TANGENT_ABOVE`].", below)

    print("\n/// 2^128·2/π in four parts, for numbers from 2^(16i + 1) in row i: a power of two that makes multiples of 4 of them")
    print("/// instead of all bits that do.")
    print("#[rustfmt::skip]")
    print("pub(super) const TWO_OVER_PI_ROWS: [[f64; 4]; 64] = [")
    for row in range(64):
        print("    [" + ", ".join(f"f64::from_bits(0x{bits_of(part):016x})" for part in window(16 * row + 1)) + "],")
    print("];")

    print("\n/// 1/π in three parts, for numbers of 24 bits from 2^(8i + 1) in row i: without the bits that make multiples of 2")
    print("/// of them. The last number of a row is not used.")
    print("#[rustfmt::skip]")
    print("pub(super) const ONE_OVER_PI_ROWS: [[f64; 4]; 16] = [")
    for row in range(16):
        numbers = [f"f64::from_bits(0x{bits_of(part):016x})" for part in narrow_window(8 * row + 1)]
        print("    [" + ", ".join(numbers) + ", 0.0],")
    print("];")


if __name__ == "__main__":
    main()
