"""Arrays of every dtype and layout, and everything that is not an array."""

from __future__ import annotations

import numjit as nj
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

NUMERIC = [
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64,
    np.float32, np.float64, np.complex64, np.complex128,
]  # fmt: skip


def sample(dtype, n=7):
    rng = np.random.default_rng(n)
    if np.dtype(dtype).kind == "c":
        return (rng.normal(size=n) + 1j * rng.normal(size=n)).astype(dtype)
    return (rng.normal(size=n) * 10).astype(dtype)


@pytest.mark.parametrize("x", NUMERIC)
@pytest.mark.parametrize("y", NUMERIC)
def test_dtypes_promote_as_numpys(x, y):
    a, b = sample(x), sample(y)
    result = nj.evaluate("a + b")
    expected = a + b
    assert result.dtype == expected.dtype
    np.testing.assert_allclose(result, expected, rtol=1e-6)


@pytest.mark.parametrize("dtype", NUMERIC)
def test_byte_order_and_alignment_do_not_matter(dtype):
    a = sample(dtype)
    expected = nj.evaluate("a + a")
    swapped = a.astype(a.dtype.newbyteorder())
    np.testing.assert_array_equal(nj.evaluate("swapped + swapped"), expected)
    assert nj.evaluate("swapped + swapped").dtype.isnative
    raw = np.zeros(a.nbytes + 1, np.uint8)
    unaligned = raw[1:].view(a.dtype)
    unaligned[:] = a
    np.testing.assert_array_equal(nj.evaluate("unaligned + a"), expected)
    out = np.empty(7, expected.dtype.newbyteorder())
    nj.evaluate("a + a", out=out)
    np.testing.assert_array_equal(out, expected)


def test_read_only_inputs():
    a = np.arange(3.0)
    a.flags.writeable = False
    np.testing.assert_array_equal(nj.evaluate("a + 1"), [1, 2, 3])


@given(
    hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, max_side=5),
    st.data(),
)
def test_layouts_broadcast_as_numpys(shapes, data):
    arrays = {}
    for name, shape in zip("abc", shapes.input_shapes, strict=True):
        whole = np.arange(np.prod(shape, dtype=int), dtype=float).reshape(shape) + ord(name)
        axes = data.draw(st.permutations(range(len(shape))))
        moved = whole.transpose(axes).copy().transpose(np.argsort(axes).astype(int))
        flip = tuple(
            slice(None, None, data.draw(st.sampled_from([1, -1]))) for _ in range(len(shape))
        )
        wide = np.zeros((*moved.shape, 2))
        wide[..., 0] = moved
        arrays[name] = data.draw(st.sampled_from([whole, moved, wide[..., 0]]))[flip]
    a, b, c = arrays.values()
    result = nj.evaluate("a*b + c", arrays)
    expected = a * b + c
    assert np.shape(result) == np.shape(expected)
    np.testing.assert_array_equal(result, expected)


@given(
    hnp.arrays(st.sampled_from([np.float64, np.float32, np.int32]), hnp.array_shapes(max_dims=3)),
    st.sampled_from(["a*a - a", "-a", "abs(a) + 1", "where(a > 0, a, 0)", "a >= 0", "a != a"]),
)
def test_values_are_numpys(a, expr):
    with np.errstate(all="ignore"):
        where = np.where
        expected = {
            "a*a - a": lambda: a * a - a,
            "-a": lambda: -a,
            "abs(a) + 1": lambda: abs(a) + 1,
            "where(a > 0, a, 0)": lambda: where(a > 0, a, 0),
            "a >= 0": lambda: a >= 0,
            "a != a": lambda: a != a,
        }[expr]()
    result = nj.evaluate(expr)
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result, expected)


def test_empty_arrays_and_single_elements():
    a = np.empty((0, 3))
    assert nj.evaluate("a + 1").shape == (0, 3)
    one = np.ones(1)
    assert nj.evaluate("one + 1").shape == (1,)
    many = np.ones(3)
    assert nj.evaluate("one + many").shape == (3,)
    zero = np.array(2.0)
    assert nj.evaluate("zero * many").tolist() == [2, 2, 2]
    assert type(nj.evaluate("zero * 2")) is np.float64


def test_numbers_of_python_and_scalars_of_numpy():
    a = np.arange(3.0)
    for k in (2, 2.0, True, np.float64(2), np.int32(2), np.array(2)):
        np.testing.assert_array_equal(nj.evaluate("k * a"), k * a)
    z = 1 + 2j
    np.testing.assert_array_equal(nj.evaluate("z * a"), z * a)
    single = np.float32(2)
    assert nj.evaluate("single * a").dtype == np.float64
    assert nj.evaluate("single * 2").dtype == np.float32


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int8, np.int32, np.uint16])
@pytest.mark.parametrize("k", [2, 2.0])
def test_numbers_of_python_are_weak(dtype, k):
    a = np.arange(3).astype(dtype)
    result = nj.evaluate("k * a")
    assert result.dtype == (k * a).dtype
    np.testing.assert_array_equal(result, k * a)


def test_an_integer_that_does_not_fit():
    a = np.arange(3, dtype=np.int8)
    k = 300
    with pytest.raises(OverflowError):
        nj.evaluate("k * a")
    np.testing.assert_array_equal(nj.evaluate("a < k"), [True, True, True])
    huge = 10**30
    with pytest.raises(OverflowError):
        nj.evaluate("huge * a")


def test_lists_and_tuples():
    x = [1.0, 2.0, 3.0]
    y = (1, 2, 3)
    np.testing.assert_array_equal(nj.evaluate("x + y"), [2, 4, 6])
    ragged = [[1], [1, 2]]
    with pytest.raises(TypeError, match="ragged"):
        nj.evaluate("ragged + 1")


def test_strings_and_bytes():
    names = np.array(["muon", "pion", "muon"])
    np.testing.assert_array_equal(nj.evaluate("names == 'muon'"), [True, False, True])
    wanted = "pion"
    np.testing.assert_array_equal(nj.evaluate("names == wanted"), [False, True, False])
    tags = np.array([b"a", b"bc"])
    np.testing.assert_array_equal(nj.evaluate("tags == b'bc'"), [False, True])
    tag = b"a"
    np.testing.assert_array_equal(nj.evaluate("tags == tag"), [True, False])


def test_moments_and_durations():
    days = np.array(["2024-01-01", "2024-03-01"], "M8[D]")
    start = np.datetime64("2024-02-01", "D")
    np.testing.assert_array_equal(nj.evaluate("days >= start"), days >= start)
    result = nj.evaluate("days - start")
    assert result.dtype == np.dtype("m8[D]")
    np.testing.assert_array_equal(result, days - start)
    step = np.array([1, 2], "m8[s]")
    np.testing.assert_array_equal(nj.evaluate("days + step"), days + step)
    last = nj.evaluate("max(days)")
    assert last == days.max()
    tens = np.array([1], "M8[10s]")
    with pytest.raises(TypeError, match="plain unit"):
        nj.evaluate("tens == tens")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.array([1, None], object), "object.*Python objects"),
        (np.ones(2, np.float16), "float16.*float32"),
        (np.ones(2, np.longdouble), "float128|longdouble"),
        (np.zeros(2, [("x", "f8")]), "fields"),
    ],
)
def test_other_dtypes_are_errors_that_say_what_to_do(array, words):
    import re

    with pytest.raises(TypeError) as raised:
        nj.evaluate("array + 1")
    assert "`array`" in str(raised.value)
    assert re.search(words, str(raised.value), re.DOTALL)


class WithArray:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype)


class WithInterface:
    def __init__(self, values):
        self.values = values

    @property
    def __array_interface__(self):
        return self.values.__array_interface__


class WithDlpack:
    def __init__(self, values):
        self.values = values

    def __dlpack__(self, **options):
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.values.__dlpack_device__()


@pytest.mark.parametrize("wrapper", [WithArray, WithInterface, WithDlpack])
def test_objects_that_offer_their_memory(wrapper):
    values = np.arange(3.0)
    x = wrapper(values)
    np.testing.assert_array_equal(nj.evaluate("2*x"), 2 * values)
    kernel = nj.compile("2*x", x="f8")
    np.testing.assert_array_equal(kernel(x), 2 * values)
    np.testing.assert_array_equal(kernel(x=x), 2 * values)


def test_subclasses_of_arrays(tmp_path):
    x = np.memmap(tmp_path / "x", dtype="f8", mode="w+", shape=(4,))
    x[:] = [1, 2, 3, 4]
    np.testing.assert_array_equal(nj.evaluate("x * 2"), [2, 4, 6, 8])
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    with pytest.raises(TypeError, match="mask"):
        nj.evaluate("masked + 1")


def test_an_object_that_is_no_array():
    thing = object()
    with pytest.raises(TypeError, match="thing"):
        nj.evaluate("thing + 1")
