"""The constants of src/math/elementary/inverse.rs and roots.rs, and of their single.rs.

    python tools/math/inverse.py

prints them as Rust, `show` without the underscores. Needs mpmath.
"""
import mpmath as mp

from remez import bits_of, minimax, rounded, show


def balanced(errors, lo, hi):
    """The number between `lo` and `hi` for which the largest of its errors is least, and that error. The errors
    grow with the number."""
    for _ in range(40):
        k = (lo + hi) / 2
        e = list(errors(k))
        if max(e) > -min(e):
            hi = k
        else:
            lo = k
    return k, max(abs(x) for x in errors(k))


# Where `1/x` is looked for by `RECIPROCAL - bits(x)` (see `roots::reciprocal`): the constant whose largest
# relative error is least.
def reciprocal():
    def errors(k):
        # In units of the mantissa: x = 1 + m has the bits m (exponent 0 for 1), and k - m is read back.
        for i in range(4001):
            m = mp.mpf(i) / 4001
            b = k - m
            whole = mp.floor(b)
            yield mp.ldexp(1 + b - whole, int(whole)) * (1 + m) - 1

    k, worst = balanced(errors, mp.mpf(-0.2), mp.mpf(0))
    bits = int((2 * 1023 + k) * 2**20) << 32
    print(f"// largest relative error {mp.nstr(worst, 4)}")
    print(f"const RECIPROCAL: u64 = 0x{bits:016x};")


# x^(-1/3) as the number with the bits `START - bits(x) / 3`, and what is left to do.
def cube_root():
    third = mp.mpf(1) / 3

    def errors(k):
        # x t^3 - 1 over three binades; logarithms that are linear between powers of two.
        for i in range(3 * 1500):
            e, m = divmod(mp.mpf(i) / 1500, 1)
            b = k - (e + m) * third
            whole = mp.floor(b)
            t = mp.ldexp(1 + b - whole, int(whole))
            yield mp.ldexp(1 + m, int(e)) * t**3 - 1

    k, worst = balanced(errors, mp.mpf(-0.2), mp.mpf(0.2))
    # bits(t) >> 32 = (1023 + k) 2^20 - (bits(x) >> 32 - 1023 2^20) / 3
    start = int((1023 + k) * 2**20 + mp.mpf(1023) * 2**20 / 3)
    print(f"// |1 - x t^3| is at most {mp.nstr(worst, 6)}")
    print(f"const START: u64 = 0x{start:x};")
    edge = worst + mp.mpf(2) ** -16
    for count in (7, 8):
        print("// (1 - r)^(-2/3)" + (" of single.rs" if count == 8 else ""))
        show(minimax(lambda r: (1 - r) ** (-2 * third), -edge, edge, range(count), lambda r: (1 - r) ** (2 * third)))


def arc_tangent():
    def f(z):
        q = mp.sqrt(z)
        return (mp.atan(q) / q - 1) / z

    print("// (atan(q) / q - 1) / q^2 in q^2")
    edge = (mp.tan(mp.pi / 8) * (1 + mp.mpf(2) ** -40)) ** 2
    show(minimax(f, 0, edge, range(12)))
    print("// the same of single.rs")
    show(minimax(f, 0, edge, range(6), weight=lambda z: z))
    # 50 bits, so that its multiples up to 4 are numbers too.
    hi = rounded(mp.pi / 4, 50)
    print(f"const QUARTER_PI: f64 = f64::from_bits(0x{bits_of(hi):016x});")
    print(f"const QUARTER_PI_LOW: f64 = f64::from_bits(0x{bits_of(mp.pi / 4 - hi):016x});")


def arc_sine():
    def f(z):
        q = mp.sqrt(z)
        return (mp.asin(q) / q - 1) / z

    print("// (asin(q) / q - 1) / q^2 in q^2")
    show(minimax(f, 0, mp.mpf(1) / 4, range(13)))
    print("// the same of single.rs")
    show(minimax(f, 0, mp.mpf(1) / 4, range(7), weight=lambda z: z))
    hi = rounded(mp.pi / 2)
    print(f"const HALF_PI: f64 = f64::from_bits(0x{bits_of(hi):016x});")
    print(f"const HALF_PI_LOW: f64 = f64::from_bits(0x{bits_of(mp.pi / 2 - hi):016x});")


reciprocal()
cube_root()
arc_tangent()
arc_sine()
