"""Kernels and vectorized formulas."""

from __future__ import annotations

import copy
import pickle

import numjit as nj
import numpy as np
import pytest


def test_positions_and_keywords():
    kernel = nj.compile("a*x + b", a="f8", x=np.float64, b="<f8")
    a, x, b = np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])
    expected = a * x + b
    np.testing.assert_array_equal(kernel(a, x, b), expected)
    np.testing.assert_array_equal(kernel(b=b, a=a, x=x), expected)
    np.testing.assert_array_equal(kernel(a, b=b, x=x), expected)
    out = np.empty(2)
    assert kernel(a, x, b, out=out) is out
    np.testing.assert_array_equal(out, expected)


def test_attributes():
    kernel = nj.compile("r = hypot(x, y); r, x + y", x="f4", y="f4")
    assert kernel.inputs == {"x": np.dtype("f4"), "y": np.dtype("f4")}
    assert kernel.outputs == (("r", np.dtype("f4")), (None, np.dtype("f4")))
    assert kernel.dtype == np.float32
    assert "hypot" in kernel.expression
    assert 'x="float32"' in repr(kernel)
    assert "stage 1" in str(kernel.explain())


def test_dtypes_in_a_mapping_and_of_arrays():
    x = np.ones(2, np.int32)
    assert nj.compile("x + threads", {"threads": "i4"}, x=x).dtype == np.int32
    assert nj.compile("s == 'a'", s="U4").dtype == bool
    assert nj.compile("t - t", t="M8[ns]").dtype == np.dtype("m8[ns]")
    with pytest.raises(TypeError):
        nj.compile("x + 1", x="O")


def test_names_of_dtypes_are_numpys():
    for name in ("i8", "u8", "f8", "<i4", "c16", "int16", "bool", "?"):
        assert nj.compile("x", x=name).dtype == np.dtype(name)
    assert nj.compile("x", x="i16").dtype == np.int16
    assert nj.compile("x", x="f64").dtype == np.float64
    with pytest.raises(TypeError, match="nonsense"):
        nj.compile("x", x="nonsense")


def test_numbers_take_the_dtype_of_the_kernel():
    kernel = nj.compile("k*x", k="f4", x="f4")
    result = kernel(2, np.ones(3, np.float32))
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, [2, 2, 2])
    np.testing.assert_array_equal(kernel(0.5, [1, 2]), [0.5, 1])
    small = nj.compile("k*x", k="i1", x="i1")
    with pytest.raises(OverflowError, match="does not fit i8"):
        small(300, np.ones(3, np.int8))


def test_calls_that_do_not_fit():
    kernel = nj.compile("a + b", a="f8", b="f8")
    x = np.ones(3)
    with pytest.raises(nj.errors.TypeError, match="no value is given for `b`"):
        kernel(x)
    with pytest.raises(TypeError, match="3 arrays are given"):
        kernel(x, x, x)
    with pytest.raises(nj.errors.TypeError, match="twice"):
        kernel(x, x, a=x)
    with pytest.raises(nj.errors.TypeError, match="no input `c`"):
        kernel(x, x, c=x)
    with pytest.raises(nj.errors.TypeError, match="other dtypes"):
        kernel(x, np.ones(3, np.int64))
    with pytest.raises(nj.errors.ValueError, match="shapes do not fit"):
        kernel(x, np.ones(4))


def test_kernels_are_values():
    kernel = nj.compile("a+b", a="f8", b="f8")
    same = nj.compile("a + b", a="f8", b="f8")
    other = nj.compile("a + b", a="f4", b="f8")
    assert kernel == same
    assert hash(kernel) == hash(same)
    assert kernel != other
    assert kernel != "a + b"
    assert len({kernel, same, other}) == 2
    assert nj.compile("a+b", a="f8", b="f8", threads=1) != nj.compile(
        "a+b", a="f8", b="f8", threads=2
    )


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_kernels_are_pickled(protocol):
    kernel = nj.compile("exp(a) + t", a="f4", t="f8", math="fast", threads=2)
    again = pickle.loads(pickle.dumps(kernel, protocol))
    assert again == kernel
    x = np.ones(3, np.float32)
    np.testing.assert_array_equal(again(x, 1.0), kernel(x, 1.0))
    assert copy.deepcopy(kernel) == kernel


def test_kernels_are_frozen():
    kernel = nj.compile("a", a="f8")
    with pytest.raises(AttributeError):
        kernel.dtype = 1
    with pytest.raises(TypeError):
        nj.Kernel()


def test_vectorize():
    line = nj.vectorize("a*x + b")
    assert line.args == ("a", "x", "b")
    x = np.arange(3.0)
    np.testing.assert_array_equal(line(2.0, x, 1.0), [1, 3, 5])
    np.testing.assert_array_equal(line(2.0, b=1.0, x=[0, 1]), [1, 3])
    assert line(np.float32(2), x.astype("f4"), np.float32(1)).dtype == np.float32
    out = np.empty(3)
    assert line(1, x, 1, out=out) is out
    assert pickle.loads(pickle.dumps(line)) == line
    assert "a*x + b" in repr(line)


def test_vectorize_orders_its_arguments():
    assert nj.vectorize("z - 'z' == a  # b").args == ("z", "a")
    assert nj.vectorize("b + a", ["a", "b"]).args == ("a", "b")
    assert nj.vectorize("sin(x) * pi").args == ("x",)
    with pytest.raises(TypeError, match="lacks b"):
        nj.vectorize("a + b", ["a"])
    line = nj.vectorize("a + b")
    with pytest.raises(TypeError, match="several values"):
        line(1, 2, a=1)
    with pytest.raises(TypeError, match="no argument c"):
        line(1, 2, c=1)
    with pytest.raises(TypeError, match="takes 2"):
        line(1, 2, 3)
    with pytest.raises(nj.errors.NameError):
        line(1)
