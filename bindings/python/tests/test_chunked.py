"""Programs over data that is read piece by piece."""

from __future__ import annotations

import tracemalloc

import numjit as nj
import numpy as np
import pytest

N = 10_007


def arrays():
    random = np.random.default_rng(3)
    return {"x": random.random((N, 3)), "y": random.random((N, 1)).astype("f4")}


def stores(kind, folder, given):
    """Returns inputs and an output in files."""
    if kind == "memmap":
        made = {}
        for name, array in given.items():
            made[name] = np.lib.format.open_memmap(
                folder / f"{name}.npy", "w+", array.dtype, array.shape
            )
            made[name][:] = array
        return made, np.lib.format.open_memmap(folder / "out.npy", "w+", "f8", (N, 3))
    if kind == "hdf5":
        h5py = pytest.importorskip("h5py", reason="h5py is not installed")
        file = h5py.File(folder / "data.h5", "w")
        made = {
            name: file.create_dataset(name, data=array, chunks=(512, array.shape[1]))
            for name, array in given.items()
        }
        return made, file.create_dataset("out", (N, 3), "f8", chunks=(512, 3))
    zarr = pytest.importorskip("zarr", reason="zarr is not installed")
    made = {}
    for name, array in given.items():
        made[name] = zarr.open_array(
            str(folder / name), mode="w", shape=array.shape, chunks=(512, 3), dtype=array.dtype
        )
        made[name][:] = array
    return made, zarr.open_array(
        str(folder / "out"), mode="w", shape=(N, 3), chunks=(512, 3), dtype="f8"
    )


@pytest.mark.parametrize("kind", ["memmap", "hdf5", "zarr"])
@pytest.mark.parametrize("chunk", [None, 1000])
def test_results_are_those_of_the_whole(kind, chunk, tmp_path):
    given = arrays()
    w = np.array([1.0, 2.0, 3.0])
    made, out = stores(kind, tmp_path, given)
    assert nj.evaluate_chunked("k*x + sqrt(y)*w", {**made, "w": w, "k": 2}, out, chunk=chunk) is out
    local = nj.evaluate("k*x + sqrt(y)*w", {**given, "w": w, "k": 2}, {})
    np.testing.assert_array_equal(out[:], local)


def test_memory_is_bounded(tmp_path):
    x = np.lib.format.open_memmap(tmp_path / "x.npy", "w+", "f8", (4_000_000,))
    sums = []
    tracemalloc.start()
    nj.evaluate_chunked(
        "x + 1", {"x": x}, lambda start, part: sums.append(part.sum()), chunk=100_000
    )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(sums) == 4_000_000
    assert peak < 4_000_000


def test_several_results():
    x = np.arange(10.0)
    out = np.empty(10), np.empty(10, bool)
    nj.evaluate_chunked("x*2, x > 4", {"x": x}, out, chunk=3)
    np.testing.assert_array_equal(out[0], x * 2)
    np.testing.assert_array_equal(out[1], x > 4)
    named = {"r": np.empty(10), "s": np.empty(10)}
    nj.evaluate_chunked("r = x*2; s = r + 1; r, s", {"x": x}, named, chunk=3)
    np.testing.assert_array_equal(named["s"], x * 2 + 1)


def test_batches(tmp_path):
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table({"a": np.arange(1000.0), "b": np.arange(1000)})
    parquet.write_table(table, tmp_path / "t.parquet", row_group_size=300)
    expected = np.arange(1000.0) * 2 + np.arange(1000)
    for source in (
        parquet.ParquetFile(tmp_path / "t.parquet"),
        table,
        iter(table.to_batches(max_chunksize=170)),
    ):
        out = np.zeros(1000)
        nj.evaluate_chunked("2*a + b", source, out, chunk=128)
        np.testing.assert_array_equal(out, expected)


def test_nulls_need_a_place():
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    table = pa.table({"a": pa.array([1.0, None, 3.0])})
    with pytest.raises(ValueError, match="nulls"):
        nj.evaluate_chunked("a + 1", table, np.empty(3))
    parts = []
    nj.evaluate_chunked("a + 1", table, lambda _, part: parts.append(part))
    assert parts[0].to_pylist() == [2.0, None, 4.0]


def test_progress(capsys):
    pytest.importorskip("tqdm", reason="tqdm is not installed")
    nj.evaluate_chunked("x", {"x": np.ones(10)}, np.empty(10), chunk=5, progress=True)
    assert "100%" in capsys.readouterr().err


def test_mistakes():
    x = np.arange(10.0)
    with pytest.raises(NotImplementedError, match="needs all chunks"):
        nj.evaluate_chunked("sum(x)", {"x": x}, np.empty(1))
    with pytest.raises(ValueError, match="do not fit along the first axis"):
        nj.evaluate_chunked("x + y", {"x": x, "y": x[:4]}, np.empty(10))
    with pytest.raises(TypeError, match="cast"):
        nj.evaluate_chunked("x", {"x": x}, np.empty(10, "i4"))
    with pytest.raises(ValueError, match="7 rows"):
        nj.evaluate_chunked("x", {"x": x}, np.empty(7), chunk=4)
    with pytest.raises((TypeError, ValueError)):
        nj.evaluate_chunked("x, x", {"x": x}, np.empty(10))
    with pytest.raises(ValueError, match="at least one row"):
        nj.evaluate_chunked("x", {"x": x}, x, chunk=0)
    with pytest.raises(ValueError, match="no input has an axis"):
        nj.evaluate_chunked("k", {"k": 1}, np.empty(1))
