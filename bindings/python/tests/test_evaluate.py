"""`evaluate`: where names come from, and what comes back."""

from __future__ import annotations

import gc
import weakref

import numjit as nj
import numpy as np
import pytest

MODULE_LEVEL = np.array([10.0, 20.0])


def test_names_are_the_callers():
    a, b = np.arange(3.0), np.ones(3)
    np.testing.assert_array_equal(nj.evaluate("2*a + 3*b"), 2 * a + 3 * b)


def test_globals_are_found_after_locals():
    np.testing.assert_array_equal(nj.evaluate("MODULE_LEVEL * 2"), [20.0, 40.0])
    MODULE_LEVEL = np.array([1.0])
    np.testing.assert_array_equal(nj.evaluate("MODULE_LEVEL * 2"), [2.0])


def test_names_of_a_closure_are_found():
    a = np.arange(3.0)

    def inner():
        assert a is not None
        return nj.evaluate("a + 1")

    np.testing.assert_array_equal(inner(), [1, 2, 3])


def test_names_in_a_class_body_survive():
    class Body:
        a = np.arange(2.0)
        b = nj.evaluate("a + 1")
        c = a

    np.testing.assert_array_equal(Body.b, [1, 2])
    assert Body.c is Body.a


def test_dicts_and_mappings_give_names():
    from types import MappingProxyType

    table = {"a": np.arange(3.0)}
    np.testing.assert_array_equal(nj.evaluate("a * 2", table), [0, 2, 4])
    np.testing.assert_array_equal(nj.evaluate("a * 2", MappingProxyType(table)), [0, 2, 4])
    np.testing.assert_array_equal(nj.evaluate("a*b", table, {"b": np.ones(3)}), [0, 1, 2])
    with pytest.raises(nj.errors.NameError):
        nj.evaluate("a * MODULE_LEVEL", table, {})


def test_a_deleted_local_is_freed():
    a = np.arange(1000.0)
    freed = weakref.ref(a)
    nj.evaluate("a + 1")
    del a
    gc.collect()
    assert freed() is None


def test_constants_are_hidden_by_variables():
    assert nj.evaluate("pi") == np.pi
    pi = 3.0
    assert nj.evaluate("pi") == pi


def test_results_without_axes_are_scalars():
    a = np.arange(4.0)
    total = nj.evaluate("sum(a)")
    assert type(total) is np.float64
    assert total == 6
    assert type(nj.evaluate("1 + 1")) is np.int64


def test_several_results_are_a_tuple_and_named_ones_a_dict():
    x, y = np.array([3.0, 6.0]), np.array([4.0, 8.0])
    first, second = nj.evaluate("r = hypot(x, y); r, x + y")
    np.testing.assert_array_equal(first, [5, 10])
    np.testing.assert_array_equal(second, [7, 14])
    named = nj.evaluate("r = hypot(x, y); s = x + y; r, s")
    assert list(named) == ["r", "s"]
    np.testing.assert_array_equal(named["s"], [7, 14])
    assert isinstance(nj.evaluate("x + 1,"), tuple)
    one = nj.evaluate("r = hypot(x, y)")
    np.testing.assert_array_equal(one, [5, 10])


def test_out_is_written_and_returned():
    a = np.arange(5.0)
    out = np.empty(5)
    assert nj.evaluate("a * 2", out=out) is out
    np.testing.assert_array_equal(out, a * 2)
    assert nj.evaluate("a + 1", out=a) is a
    np.testing.assert_array_equal(a, [1, 2, 3, 4, 5])


def test_out_may_overlap_an_input():
    a = np.arange(10.0)
    nj.evaluate("x * 2", {"x": a[:-1]}, out=a[1:])
    np.testing.assert_array_equal(a, [0, 0, 2, 4, 6, 8, 10, 12, 14, 16])


def test_out_follows_the_casting_rule():
    a = np.array([1.5, 2.5])
    out = np.empty(2, np.float32)
    nj.evaluate("a * 2", out=out)
    np.testing.assert_array_equal(out, [3, 5])
    ints = np.empty(2, np.int64)
    with pytest.raises(nj.errors.TypeError, match="same_kind"):
        nj.evaluate("a * 2", out=ints)
    nj.evaluate("a * 2", out=ints, casting="unsafe")
    np.testing.assert_array_equal(ints, [3, 5])


def test_out_of_several_results_is_a_tuple():
    x = np.arange(3.0)
    outs = np.empty(3), np.empty(3)
    assert nj.evaluate("x + 1, x * 2", out=outs) is outs
    np.testing.assert_array_equal(outs[1], [0, 2, 4])
    with pytest.raises(ValueError, match="tuple of 2"):
        nj.evaluate("x + 1, x * 2", out=outs[0])


@pytest.mark.parametrize("bad", [[1.0, 2.0], "text", 1.0])
def test_out_must_be_an_array(bad):
    a = np.ones(2)
    with pytest.raises(TypeError, match=r"numpy\.ndarray"):
        nj.evaluate("a + 1", out=bad)


def test_out_must_be_writeable():
    a = np.ones(2)
    out = np.empty(2)
    out.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        nj.evaluate("a + 1", out=out)
    with pytest.raises(ValueError):
        nj.evaluate("a + 1", out=np.broadcast_to(np.empty(1), 2))


def test_order_of_results():
    a = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    assert nj.evaluate("a + 1").flags.f_contiguous
    assert nj.evaluate("a + 1", order="C").flags.c_contiguous
    c = np.ascontiguousarray(a)
    assert nj.evaluate("c + 1", order="F").flags.f_contiguous
    with pytest.raises(ValueError, match="order"):
        nj.evaluate("a", order="X")
    with pytest.raises(ValueError, match="casting"):
        nj.evaluate("a", casting="maybe")


def test_a_binding_without_use_does_not_shape_the_result():
    a = np.ones(5)
    assert nj.evaluate("t = a*2; 3.0") == 3.0
    assert np.ndim(nj.evaluate("t = a*2; 3.0")) == 0


def test_results_own_their_memory_or_keep_it():
    a = np.arange(100_000.0)
    result = nj.evaluate("a + 1")
    view = nj.evaluate("a[:, None] + b", {"a": a[:300], "b": a[:200]})
    del a
    gc.collect()
    assert result[-1] == 100_000
    assert view[-1, -1] == 299 + 199


def test_options():
    a = np.linspace(0, 1, 1000)
    exact = nj.evaluate("exp(a)")
    np.testing.assert_array_equal(nj.evaluate("exp(a)", threads=1), exact)
    np.testing.assert_allclose(nj.evaluate("exp(a)", math="fast"), exact, rtol=1e-15)
    assert nj.evaluate("a / 2", {"a": np.array([3])}, dialect="numexpr").dtype == np.float64
    for bad in ({"threads": 0}, {"math": "sloppy"}, {"dialect": "sql"}):
        with pytest.raises(ValueError):
            nj.evaluate("a", **bad)


def test_threads_are_set_for_all():
    before = nj.set_num_threads(2)
    try:
        assert nj.get_num_threads() == 2
        a = np.arange(3e6)
        np.testing.assert_array_equal(nj.evaluate("a * 2"), a * 2)
    finally:
        nj.set_num_threads(before)
    with pytest.raises(ValueError):
        nj.set_num_threads(0)


def test_variables():
    assert nj.variables("b*x + a") == ("a", "b", "x")
    assert nj.variables("t = a + 1; t*t") == ("a",)


def test_explain_needs_no_result():
    text = str(nj.explain("a*b + 1", a=np.ones(3), b=2.0))
    assert "a: f64" in text
    assert "stage 1" in text
    a = np.ones((2, 3))
    assert nj.explain("sum(a, axis=0)").stages


def test_functions_are_listed():
    table = {function["name"]: function for function in nj.functions()}
    assert table["sqrt"]["params"] == ("x",)
    assert table["sum"]["is_reduction"]
    assert table["exp"]["max_ulp"] < 1
