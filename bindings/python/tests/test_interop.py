"""pandas, pyarrow and polars."""

from __future__ import annotations

import numjit as nj
import numpy as np
import pytest

pd = pytest.importorskip("pandas")
pa = pytest.importorskip("pyarrow")


def series(values, name=None, index=(10, 20, 30), dtype=None):
    return pd.Series(values, index=list(index), name=name, dtype=dtype)


def test_series_keep_their_index():
    x, y = series([1.0, 2.0, 3.0], "x"), series([4.0, 5.0, 6.0], "y")
    result = nj.evaluate("x + 2*y")
    pd.testing.assert_series_equal(result, x + 2 * y)
    assert result.name is None
    same = nj.evaluate("x * 2")
    assert same.name == "x"
    k = 3.0
    pd.testing.assert_series_equal(nj.evaluate("k*x"), k * x)
    array = np.ones(3)
    assert list(nj.evaluate("x + array").index) == [10, 20, 30]


def test_reductions_of_series_are_scalars():
    x = series([1.0, 2.0, 3.0])
    assert nj.evaluate("sum(x)") == 6
    first, second = nj.evaluate("x + 1, sum(x)")
    assert isinstance(first, pd.Series)
    assert second == 6


def test_other_indexes_are_errors():
    x, y = series([1.0, 2.0, 3.0]), series([1.0, 2.0, 3.0], index=(1, 2, 3))
    with pytest.raises(ValueError, match="different indexes"):
        nj.evaluate("x + y")


def test_columns_of_a_frame_are_names():
    df = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]}, index=["p", "q"])
    result = nj.evaluate("a * b", df)
    pd.testing.assert_series_equal(result, df.a * df.b, check_names=False)
    with pytest.raises(TypeError, match="DataFrame"):
        nj.evaluate("df * 2")


def test_kernels_take_series():
    kernel = nj.compile("x + y", x="f8", y="f8")
    x, y = series([1.0, 2.0, 3.0]), series([4.0, 5.0, 6.0])
    pd.testing.assert_series_equal(kernel(x, y), x + y)
    pd.testing.assert_series_equal(kernel(x, y=y), x + y)


def test_series_with_missing_values():
    x = series([1, None, 3], dtype="Int64")
    result = nj.evaluate("2*x")
    pd.testing.assert_series_equal(result, 2 * x)
    full = series([1, 2, 3], dtype="Int64")
    assert nj.evaluate("2*full").tolist() == [2, 4, 6]
    arrow = series([1.5, None, 2.5], dtype=pd.ArrowDtype(pa.float64()))
    result = nj.evaluate("arrow * 2")
    assert result.dtype == arrow.dtype
    assert result.isna().tolist() == [False, True, False]
    assert nj.evaluate("sum(arrow)") == 4.0


def test_series_of_text_and_moments():
    names = series(["muon", "pion", "muon"])
    assert nj.evaluate("names == 'muon'").tolist() == [True, False, True]
    times = series(pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"]))
    result = nj.evaluate("times - start", {"times": times, "start": times.to_numpy()[0]})
    assert result.tolist() == [pd.Timedelta(days=n) for n in range(3)]
    zoned = times.dt.tz_localize("UTC")
    assert nj.evaluate("zoned == zoned").all()


def test_pyarrow_arrays_keep_their_nulls():
    x = pa.array([1.0, None, 3.0])
    result = nj.evaluate("x + 1")
    assert isinstance(result, pa.Array)
    assert result.to_pylist() == [2.0, None, 4.0]
    assert nj.evaluate("sum(x)") == 4.0
    assert nj.evaluate("x > 2").to_pylist() == [False, None, True]
    assert nj.evaluate("max(x)", {"x": pa.array([], pa.float64())}) is None


def test_pyarrow_arrays_beside_others():
    x = pa.array([1.0, 2.0, 3.0])
    y = np.array([10.0, 20.0, 30.0])
    k = 2.0
    assert nj.evaluate("k*x + y").to_pylist() == [12, 24, 36]
    z = pa.array([1.0, None, 3.0])
    assert nj.evaluate("k*z + y").to_pylist() == [12, None, 36]
    single = pa.array([1.0, 2.0], pa.float32())
    assert nj.evaluate("k*single").type == pa.float32()


def test_pyarrow_slices_and_chunks():
    x = pa.chunked_array([[1, 2], [3, None], []])
    assert nj.evaluate("x * x").to_pylist() == [1, 4, 9, None]
    sliced = pa.array([1, 2, 3, 4]).slice(1, 2)
    assert nj.evaluate("sliced * 2").to_pylist() == [4, 6]
    kernel = nj.compile("a * 2", a="i8")
    assert kernel(sliced).to_pylist() == [4, 6]
    with pytest.raises(TypeError, match="`a` is f64, not i64"):
        kernel(pa.array([1.0]))


def test_pyarrow_types():
    words = pa.array(["a", None, "b"])
    assert nj.evaluate("words == 'b'").to_pylist() == [False, None, True]
    flags = pa.array([True, False, None])
    assert nj.evaluate("~flags").to_pylist() == [False, True, None]
    times = pa.array([0, 86_400], pa.timestamp("s", tz="UTC"))
    later = nj.evaluate(
        "times + step", {"times": times, "step": pa.array([1, 1], pa.duration("s"))}
    )
    assert later.type == pa.timestamp("s", tz="UTC")
    decimals = pa.array([1], pa.decimal128(5, 2))
    with pytest.raises(TypeError, match="Float64"):
        nj.evaluate("decimals + 1")


def test_several_arrow_results():
    x = pa.array([3.0, None])
    y = pa.array([4.0, 1.0])
    named = nj.evaluate("r = hypot(x, y); s = x + y; r, s")
    assert named["r"].to_pylist() == [5.0, None]
    assert nj.evaluate("x + y, x * y")[1].to_pylist() == [12.0, None]


def test_columns_of_other_lengths_are_errors():
    x, y = pa.array([1.0, 2.0]), pa.array([1.0])
    with pytest.raises(ValueError, match="lengths"):
        nj.evaluate("x + y")


def test_numbers_are_not_copied():
    values = np.arange(100_000.0)
    x = pa.array(values)
    before = pa.total_allocated_bytes()
    result = nj.evaluate("x * 2")
    assert len(result) == 100_000
    assert pa.total_allocated_bytes() == before
    assert x.buffers()[1].address == values.ctypes.data


def test_polars_series_keep_their_nulls():
    pl = pytest.importorskip("polars")
    x = pl.Series("x", [1.0, None, 3.0])
    result = nj.evaluate("x * 2")
    assert isinstance(result, pl.Series)
    assert result.to_list() == [2.0, None, 6.0]
    assert nj.evaluate("sum(x)") == 4.0
    several = pl.concat([x, x], rechunk=False)
    assert nj.evaluate("several + 1").to_list() == [2.0, None, 4.0] * 2
    words = pl.Series(["a", "b"])
    assert nj.evaluate("words == 'b'").to_list() == [False, True]
    k = 2
    full = pl.Series([1, 2])
    assert nj.evaluate("k * full").to_list() == [2, 4]
    assert nj.evaluate("k * x").to_list() == [2.0, None, 6.0]
    df = pl.DataFrame({"a": [1, 2], "b": [3, 4]})
    assert nj.evaluate("a * b", {name: df[name] for name in df.columns}).to_list() == [3, 8]
