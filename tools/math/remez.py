"""Minimax polynomials with coefficients that are f64 numbers.

    from remez import minimax, show
    c = minimax(f, lo, hi, powers=[1, 2, 3], weight=lambda x: 1 / f(x))

finds the polynomial sum(c[k] * x**powers[k]) whose largest |weight(x) * (p(x) - f(x))| on [lo, hi] is least
(the exchange algorithm of Remez, in mpmath numbers), and rounds its coefficients to f64, or to the number of
bits given for a power in `bits`. Needs mpmath.
"""
import mpmath as mp

mp.mp.prec = 240


def _solve(f, weight, powers, points):
    n = len(powers)
    a, b = mp.matrix(n + 1, n + 1), mp.matrix(n + 1, 1)
    for i, x in enumerate(points):
        for j, power in enumerate(powers):
            a[i, j] = x**power
        a[i, n] = (-1) ** i / weight(x)
        b[i] = f(x)
    solution = mp.lu_solve(a, b)
    return [solution[j] for j in range(n)], abs(solution[n])


def _exchange(f, weight, lo, hi, powers, rounds=30, grid=600):
    n = len(powers)
    mid, half = (hi + lo) / 2, (hi - lo) / 2
    # Chebyshev nodes, and a grid that is as dense at the ends.
    def nodes(count):
        # Not at 0, where functions are often a quotient of two that vanish.
        near = half * mp.mpf(2) ** -30
        points = [mid - half * mp.cos(mp.pi * (i + mp.mpf(1) / 2) / count) for i in range(count)]
        return [near if abs(x) < near else x for x in points]

    points, fine = nodes(n + 1), nodes(grid)
    values = [(x, f(x), weight(x)) for x in fine]
    for _ in range(rounds):
        c, level = _solve(f, weight, powers, points)
        errors = [w * (sum(k * x**p for k, p in zip(c, powers)) - y) for x, y, w in values]
        # The largest error in each run of one sign.
        runs = []
        for x, e in zip(fine, errors):
            if runs and mp.sign(runs[-1][1]) == mp.sign(e):
                if abs(e) > abs(runs[-1][1]):
                    runs[-1] = (x, e)
            else:
                runs.append((x, e))
        while len(runs) > n + 1:
            runs.pop(0 if abs(runs[0][1]) < abs(runs[-1][1]) else -1)
        worst = max(abs(e) for e in errors)
        if len(runs) < n + 1 or worst <= level * (1 + mp.mpf(10) ** -4):
            break
        points = [x for x, _ in runs]
    return c, worst


def rounded(x, bits=53):
    """x to so many bits."""
    if x == 0:
        return mp.mpf(0)
    m, e = mp.frexp(x)
    return mp.ldexp(mp.nint(mp.ldexp(m, bits)), int(e) - bits)


def minimax(f, lo, hi, powers, weight=lambda x: mp.mpf(1), bits=None):
    """Returns {power: coefficient} and prints the error before and after the coefficients are rounded.

    Leading terms that are known (as the 1 + x of exp) are best taken out of `f`, and `f` divided by the
    power that is left: polynomials that all vanish at a point of the interval have no unique best one.
    """
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    exact, error = _exchange(f, weight, lo, hi, powers)
    c = {p: rounded(k, (bits or {}).get(p, 53)) for p, k in zip(powers, exact)}
    final = max(
        abs(weight(x) * (sum(k * x**p for p, k in c.items()) - f(x)))
        for x in (lo + (hi - lo) * (mp.mpf(i) + mp.mpf(1) / 3) / 997 for i in range(997))
    )
    print(f"# largest weighted error 2^{float(mp.log(error, 2)):.2f}, rounded 2^{float(mp.log(final, 2)):.2f}")
    return c


def show(coefficients):
    """Prints coefficients as Rust, that of the highest power first."""
    for power in sorted(coefficients, reverse=True):
        print(f"    f64::from_bits(0x{bits_of(coefficients[power]):016x}), // x^{power}: {mp.nstr(coefficients[power], 17)}")


def bits_of(x):
    import struct
    return struct.unpack(">Q", struct.pack(">d", float(x)))[0]


def hex_of(x):
    return float(x).hex()


if __name__ == "__main__":
    show(minimax(lambda x: (mp.exp(x) - 1 - x) / x**2, -mp.log(2) / 256, mp.log(2) / 256, [0, 1, 2, 3]))
