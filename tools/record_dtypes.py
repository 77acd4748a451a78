"""Records the dtypes of NumPy's results for pairs of operands.

Writes `src/types/pairs.txt`: for each expression a table whose rows are the dtypes of x and whose columns are those
of y. `-` is an error, also where NumPy computes in float16. Run with NumPy 2.4:

    python tools/record_dtypes.py > src/types/pairs.txt
"""

import warnings

import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")

DTYPES = "bool i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16 M8[D] M8[s] m8[D] m8[s] m8[M] S2 U3".split()
SHORT = {
    "bool": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64", "uint8": "u8", "uint16": "u16",
    "uint32": "u32", "uint64": "u64", "float32": "f32", "float64": "f64", "complex64": "c64", "complex128": "c128",
}
LITERALS = {"True": True, "1": 1, "1.5": 1.5, "1j": 1j}


def short(dtype):
    if dtype.kind in "SU":
        return dtype.kind + str(dtype.itemsize // (4 if dtype.kind == "U" else 1))
    if dtype.kind in "mM":
        return dtype.str[1:]
    return SHORT[str(dtype)]


def operand(name):
    return LITERALS[name] if name in LITERALS else np.ones(2, name)


def result(function, *names):
    try:
        dtype = function(*map(operand, names)).dtype
    except Exception:
        return "-"
    return "-" if dtype == np.float16 or dtype.kind not in "biufcmM" else short(dtype)


NAMES = [short(np.dtype(name)) for name in DTYPES] + list(LITERALS)
OPERANDS = DTYPES + list(LITERALS)


def table(text, rows):
    print(text)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("    " + " ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    print()


def pairs(function):
    yield [""] + NAMES
    for x, name in zip(OPERANDS, NAMES):
        yield [name] + ["." if x in LITERALS and y in LITERALS else result(function, x, y) for y in OPERANDS]


BINARY = {
    "x + y": np.add, "x - y": np.subtract, "x * y": np.multiply, "x / y": np.divide, "x // y": np.floor_divide,
    "x % y": np.remainder, "x ** y": np.power, "x << y": np.left_shift, "x >> y": np.right_shift,
    "x & y": np.bitwise_and, "x ^ y": np.bitwise_xor, "x | y": np.bitwise_or, "x < y": np.less,
    "x == y": np.equal, "x and y": np.logical_and, "logical_xor(x, y)": np.logical_xor,
    "where(True, x, y)": lambda x, y: np.where([True, False], x, y),
    "arctan2(x, y)": np.arctan2, "hypot(x, y)": np.hypot, "copysign(x, y)": np.copysign,
    "nextafter(x, y)": np.nextafter, "heaviside(x, y)": np.heaviside, "logaddexp(x, y)": np.logaddexp,
    "fmod(x, y)": np.fmod, "maximum(x, y)": np.maximum, "fmin(x, y)": np.fmin, "gcd(x, y)": np.gcd,
    "float_power(x, y)": np.float_power, "isclose(x, y)": np.isclose, "clip(x, y, None)": lambda x, y: np.clip(x, y, None),
    "less_equal(x, y)": np.less_equal, "add(x, y)": np.add,
}
UNARY = {
    "-x": np.negative, "+x": np.positive, "~x": np.invert, "not x": np.logical_not,
    "round(x)": np.round, "round(x, 2)": lambda x: np.round(x, 2), "x.real": np.real, "nan_to_num(x)": np.nan_to_num,
    "x.imag": lambda x: np.asarray(x).imag, "bit_count(x)": np.bitwise_count,
    "angle(x)": np.angle, "sinc(x)": np.sinc,
}
for name in (
    "sqrt cbrt square reciprocal exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh "
    "arcsinh arccosh arctanh deg2rad rad2deg abs fabs sign floor ceil trunc rint isnan isinf isfinite isnat signbit "
    "conj copy ones_like zeros_like sum prod min max mean var std any all argmin argmax count_nonzero nansum nanprod "
    "nanmin nanmax nanmean"
).split():
    UNARY[f"{name}(x)"] = getattr(np, name)

if __name__ == "__main__":
    print("# An expression, and below it the dtype of its result for each dtype of x (rows) and y (columns): NumPy")
    print(f"# {np.__version__}'s, recorded by tools/record_dtypes.py. `-` is a mistake, also where NumPy has float16; literals")
    print("# stand for themselves, and `.` is not recorded. A table of one row is of an expression of x alone.\n")
    for text, function in BINARY.items():
        table(text, list(pairs(function)))
    for text, function in UNARY.items():
        # Operators on literals give literals, not arrays.
        is_function = text.endswith(")")
        cells = ["." if x in LITERALS and not is_function else result(function, x) for x in OPERANDS]
        table(text, [NAMES, cells])
