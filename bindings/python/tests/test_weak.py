"""Numbers of Python take in each operation the dtype of what they meet, as in NumPy 2."""

from __future__ import annotations

import pickle
import warnings

import numjit as nj
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

needs_numpy_2 = pytest.mark.skipif(
    np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="NumPy 1 looks at values"
)

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16"]
INTS = [0, 1, 2, -3, 100, 300, -129, 70_000, 2**31, 2**53 + 1, -(2**63), 2**63, 2**64 - 1, 2**70]
NUMBERS = [*INTS, 0.0, 0.5, -2.5, 3.0, 1e40, float("inf"), float("nan"), 2j, 0.5 - 1j]
OPERATORS = [
    "+",
    "-",
    "*",
    "/",
    "//",
    "%",
    "**",
    "&",
    "|",
    "^",
    "<<",
    ">>",
    "<",
    "<=",
    "==",
    "!=",
    ">",
    ">=",
]


def array(dtype: str) -> np.ndarray:
    dtype = np.dtype(dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return np.array([limits.min, 1, 3, limits.max], dtype)
    return np.array([0, 1, 3.5, -7], dtype)


def outcome(compute):
    """What comes out, or the exception of NumPy or Python that it is."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return compute()
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        kinds = (OverflowError, ZeroDivisionError, TypeError, ValueError)
        return next(kind for kind in kinds if isinstance(error, kind))


def assert_same(got, expected, what: str, rtol: float = 0) -> None:
    if isinstance(expected, type) or isinstance(got, type):
        assert got is expected, f"{what}: {got!r}, not {expected!r}"
        return
    expected = np.asarray(expected)
    assert np.asarray(got).dtype == expected.dtype, what
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(got, expected, rtol=rtol, atol=0, err_msg=what)


def differs(dtype: str, op: str, k: complex) -> bool:
    """Where numjit is not NumPy, with numbers as with literals."""
    large = isinstance(k, int) and not -(2**63) <= k < 2**63
    if op == "**":
        # NumPy's operator takes squares of truth values for `square`, and its function `power` does not; powers of
        # complex numbers differ where they overflow.
        return (dtype == "?" and k == 2) or (dtype in ("c8", "c16") and abs(k) > 10)
    # NumPy compares truth values with what fits int64 only.
    return dtype == "?" and large and op in ("<", "<=", "==", "!=", ">", ">=")


@needs_numpy_2
@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_operator(dtype, op):
    x = array(dtype)
    if op == "**" and x.dtype.kind in "iu":
        x = x[(x >= 0) & (x < 10)]  # negative exponents in an array are no error
    is_close = op in ("**", "/", "*") and (np.dtype(dtype).kind in "fc" or op == "**")
    for k in NUMBERS:
        if differs(dtype, op, k):
            continue
        for text in (f"x {op} k", f"k {op} x"):
            expected = outcome(lambda text=text, k=k: eval(text, {"x": x, "k": k}))
            got = outcome(lambda text=text, k=k: nj.evaluate(text, {"x": x, "k": k}))
            single = np.dtype(dtype).char in "fF" or (op == "**" and x.dtype.itemsize < 4)
            rtol = (1e-5 if single else 1e-12) if is_close else 0
            assert_same(got, expected, f"{text} with {dtype} and {k!r}", rtol)


@needs_numpy_2
@pytest.mark.parametrize(
    ("text", "numpy"),
    [
        ("maximum(x, k)", lambda x, k: np.maximum(x, k)),
        ("arctan2(x, k)", lambda x, k: np.arctan2(x, k)),
        ("where(x > 1, k, x)", lambda x, k: np.where(x > 1, k, x)),
        ("x * k.real", lambda x, k: x * k.real),
        ("sum(x * k)", lambda x, k: np.sum(x * k)),
        ("isclose(x, k)", lambda x, k: np.isclose(x, k)),
        ("add(k, k) + x", lambda x, k: np.add(k, k) + x),
    ],
)
@pytest.mark.parametrize("dtype", ["i2", "i4", "u8", "f4", "f8"])
def test_functions(text, numpy, dtype):
    x = array(dtype)
    for k in (2, 100, 0.5, -2.5):
        expected = outcome(lambda k=k: numpy(x, k))
        got = outcome(lambda k=k: nj.evaluate(text, {"x": x, "k": k}))
        assert_same(got, expected, f"{text} with {dtype} and {k!r}", 1e-6)


def test_each_operation_has_its_own_dtype():
    f, n, d = (np.arange(3).astype(t) for t in ("f4", "i4", "f8"))
    k = 0.1
    names = {"f": f, "n": n, "d": d, "k": k}
    results = nj.evaluate("k*f, k*n, k*d, k*f + d, (k + 1)*f", names)
    assert [result.dtype.name for result in results] == [
        "float32",
        "float64",
        "float64",
        "float64",
        "float32",
    ]
    np.testing.assert_array_equal(results[3], k * f + d)


NAMES = {
    "f": np.array([0.5, -1.25, 3], "f4"),
    "d": np.array([0.1, -2.5, 7], "f8"),
    "n": np.array([1, -7, 100], "i4"),
    "u": np.array([1, 7, 200], "u1"),
    "p": np.array([True, False, True]),
    "l": np.array([2**53 + 1, -3, 5], "i8"),
}
ints = st.integers(-300, 300) | st.sampled_from([2**31, -(2**31), 2**40])
floats = st.floats(-1e3, 1e3).map(lambda x: float(np.float32(x)))
leaves = st.sampled_from([*NAMES, "j", "j", "h", "h", "2", "0.5"])


def combine(children):
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", "==", ">"])
    return st.one_of(
        st.tuples(children, binary, children).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        children.map(lambda x: f"(-{x})"),
        st.tuples(children, children).map(lambda t: f"maximum({t[0]}, {t[1]})"),
    )


@needs_numpy_2
@settings(max_examples=400, deadline=None)
@given(st.recursive(leaves, combine, max_leaves=10), ints, floats)
def test_programs_of_several_operations(text, j, h):
    names = {**NAMES, "j": j, "h": h}
    expected = outcome(lambda: eval(text, {"maximum": np.maximum}, names))
    got = outcome(lambda: nj.evaluate(text, names))
    # Which of several mistakes is found first is not said; minus of a truth value is one of Python's numbers.
    if isinstance(expected, type):
        assert isinstance(got, type) or expected is TypeError, f"{text}: {got!r}"
        return
    # Integers of Python have no largest; a result is an array of `int64`.
    assume(np.asarray(expected).dtype.kind in "biufc" and np.asarray(expected).dtype != np.uint64)
    assert_same(got, expected, f"{text} with j={j!r}, h={h!r}")


def test_an_integer_that_does_not_fit_is_an_error():
    x = np.arange(3, dtype=np.int8)
    with pytest.raises(nj.errors.OverflowError, match="integer 300 does not fit i8") as caught:
        nj.evaluate("x + k", {"x": x, "k": 300})
    assert caught.value.span == (4, 5)
    assert caught.value.kind == "value"
    with pytest.raises(OverflowError):
        nj.evaluate("x + k", {"x": x, "k": 10**50})
    np.testing.assert_array_equal(nj.evaluate("x < k", {"x": x, "k": 300}), [True] * 3)
    np.testing.assert_array_equal(nj.evaluate("x / k", {"x": x, "k": 300}), x / 300)


def test_numbers_alone_compute_as_in_python():
    x = np.ones(2, np.float32)
    assert nj.evaluate("x * (a / b)", {"x": x, "a": 1, "b": 3}).dtype == np.float32
    assert nj.evaluate("a // b", {"a": -7, "b": 2}) == -4
    with pytest.raises(ZeroDivisionError):
        nj.evaluate("x * (a / b)", {"x": x, "a": 1, "b": 0})
    np.testing.assert_array_equal(
        nj.evaluate("x * (a / b if b else 0)", {"x": x, "a": 1, "b": 0}), [0, 0]
    )


def test_kernels_of_numbers():
    kernel = nj.compile("k*x + n", k=float, x="f4", n=int)
    assert kernel.inputs == {"k": float, "x": np.dtype("f4"), "n": int}
    assert kernel.dtype == np.float32
    assert repr(kernel) == '<numjit.Kernel "k * x + n", k=float, x="float32", n=int>'
    x = np.arange(3, dtype=np.float32)
    np.testing.assert_array_equal(kernel(0.5, x, 2), np.float32(0.5) * x + 2)
    assert kernel(3, x, True).dtype == np.float32
    again = pickle.loads(pickle.dumps(kernel))
    assert again == kernel and hash(again) == hash(kernel)
    assert kernel != nj.compile("k*x + n", k="f8", x="f4", n=int)
    assert nj.compile("k*x + n", k=2.0, x=x, n=5) == kernel
    with pytest.raises(TypeError, match="`k` is f64, not weak float"):
        kernel(np.ones(3), x, 2)
    with pytest.raises(TypeError, match="`n` is weak float, not weak integer"):
        kernel(0.5, x, 2.5)
    assert "k: float" in kernel._repr_html_()


def test_numbers_of_numpy_have_a_dtype():
    x = np.ones(3, np.float32)
    assert nj.evaluate("k * x", {"k": np.float64(2), "x": x}).dtype == np.float64
    assert nj.evaluate("k * x", {"k": np.array(2.0), "x": x}).dtype == np.float64


def test_numexprs_dialect_keeps_its_rules():
    x = np.ones(3, np.float32)
    assert nj.evaluate("k * x", {"k": 2.0, "x": x}, dialect="numexpr").dtype == np.float64


def test_functions_made_of_formulas_and_chunks():
    x = np.arange(10, dtype=np.float32)
    assert nj.vectorize("a*x + b")(2.0, x, 1).dtype == np.float32
    out = np.empty_like(x)
    nj.evaluate_chunked("a*x", {"a": 0.1, "x": x}, out, chunk=3)
    np.testing.assert_array_equal(out, np.float32(0.1) * x)


def test_dask():
    da = pytest.importorskip("dask.array")
    import numjit.dask

    x = da.arange(10, chunks=4, dtype=np.float32)
    result = numjit.dask.evaluate("a*x + d*b", a=0.1, x=x, d=x.astype("f8"), b=3)
    expected = 0.1 * np.arange(10, dtype="f4") + np.arange(10.0) * 3
    np.testing.assert_array_equal(result.compute(), expected)
    assert numjit.dask.evaluate("sum(a*x)", a=0.1, x=x).dtype == np.float32
