"""Programs over dask arrays, in this process and on a cluster of others."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

import numjit as nj
import numpy as np
import pytest

da = pytest.importorskip("dask.array", reason="dask is not installed")
nd = pytest.importorskip("numjit.dask")

RANDOM = np.random.default_rng(5)
X = RANDOM.random((30, 40))
F = RANDOM.random(40).astype("f4")
QUADRATIC = "(-b + sqrt(b**2 - 4*a*c)) / (2*a)"


def x():
    return da.from_array(X, chunks=(7, 11))


def f():
    return da.from_array(F, chunks=16)


@pytest.mark.parametrize("text", ["2*x + k*f", "where(x > 0.5, x, f)", "y = x + f; y*y", "f*k + 1"])
def test_elements_are_the_local_ones(text):
    given = {"x": x(), "f": f(), "k": 3}
    used = {name: given[name] for name in nj.variables(text)}
    result = nd.evaluate(text, **used)
    local = nj.evaluate(text, {"x": X, "f": F, "k": 3}, {})
    assert (result.dtype, result.shape) == (local.dtype, local.shape)
    np.testing.assert_array_equal(result.compute(scheduler="threads"), local)


REDUCTIONS = ["sum(x)", "sum(x*f, axis=0)", "mean(2*x, axis=-1)", "mean(x > 0.5)", "prod(x, 1)"]
REDUCTIONS += ["min(x, axis=(0, 1), keepdims=True)", "y = x + 1; max(y*f)", "any(x > 0.99)"]
REDUCTIONS += ["all(x >= 0, axis=1)", "count_nonzero(x > f)", "r = sum(f)", "mean(f)"]


@pytest.mark.parametrize("text", REDUCTIONS)
def test_reductions(text):
    given = {"x": x(), "f": f()}
    result = nd.evaluate(text, {name: given[name] for name in nj.variables(text)})
    local = nj.evaluate(text, {"x": X, "f": F}, {})
    computed = result.compute(scheduler="threads")
    assert result.shape == np.shape(computed) == np.shape(local)
    assert result.dtype == computed.dtype == np.asarray(local).dtype
    np.testing.assert_allclose(computed, local, rtol=1e-6 if result.dtype == "f4" else 1e-13)


def test_reductions_of_nothing():
    some = da.from_array(np.arange(5.0) + 1, chunks=((2, 0, 3),))
    assert nd.evaluate("min(e)", e=some).compute() == 1
    assert nd.evaluate("sum(e)", e=some[:0]).compute() == 0
    assert np.isnan(nd.evaluate("mean(e)", e=some[:0]).compute())
    with pytest.raises(ValueError, match="no elements"):
        nd.evaluate("max(e)", e=some[:0]).compute()


def test_a_program_of_elements_is_one_layer():
    before = x()
    result = nd.evaluate("2*x + sqrt(x)*x", x=before)
    assert len(result.dask.layers) == len(before.dask.layers) + 1
    assert len(result.__dask_graph__().layers[result.name]) == before.npartitions


def test_several_results():
    first, second = nd.evaluate("x + 1, x > 0.5", x=x())
    np.testing.assert_array_equal(first.compute(), X + 1)
    assert second.dtype == bool
    named = nd.evaluate("r = x*x\ns = r + f\nr, s", x=x(), f=F)
    assert list(named) == ["r", "s"]
    np.testing.assert_array_equal(named["s"].compute(), X * X + F)


def test_sizes_of_chunks_may_be_unknown():
    some = x()[x() > 0.5]
    np.testing.assert_array_equal(nd.evaluate("2*s", s=some).compute(), 2 * X[X > 0.5])
    np.testing.assert_allclose(nd.evaluate("sum(s)", s=some).compute(), X[X > 0.5].sum())
    with pytest.raises(ValueError, match="compute_chunk_sizes"):
        nd.evaluate("mean(s)", s=some)


@pytest.mark.parametrize("dtype", ["i1", "u4", "f4", "c16", "M8[D]", "m8[s]", ">f8"])
def test_dtypes(dtype):
    values = np.arange(100).astype(dtype)
    chunked = da.from_array(values, chunks=9)
    text = "sum(v)" if dtype[0] != "M" else "max(v)"
    result, local = nd.evaluate(text, v=chunked).compute(), nj.evaluate(text, {"v": values}, {})
    assert (result.dtype, result) == (local.dtype, local)


def test_without_dask_arrays_it_is_evaluate():
    assert nd.evaluate("2*k", k=4) == 8


@pytest.mark.parametrize(
    "text", ["x / sum(x)", "x[:, None]", "std(x)", "sum(x, where=x > 0)", "x, f", "y = x; sum(f)"]
)
def test_what_needs_all_chunks_is_refused_with_advice(text):
    given = {"x": x(), "f": f()}
    with pytest.raises(NotImplementedError, match="help: "):
        nd.evaluate(text, {name: given[name] for name in nj.variables(text)})


def test_mistakes():
    with pytest.raises(SyntaxError):
        nd.evaluate("x +", x=x())
    with pytest.raises(TypeError, match="does not use z"):
        nd.evaluate("x", x=x(), z=1)
    with pytest.raises(ValueError, match="shapes do not fit"):
        nd.evaluate("x + y", x=x(), y=np.ones(3))
    with pytest.raises(TypeError, match="masked"):
        nd.evaluate("x + y", x=x(), y=np.ma.ones(40))
    with pytest.raises(ValueError, match="axis 2"):
        nd.evaluate("sum(x, axis=2)", x=x())


def test_nothing_is_compiled_before_it_is_computed():
    script = """
import dask.array as da, numpy as np, numjit.dask, numjit._numjit as native
x, f = da.ones((6, 8), chunks=3), da.ones(8, chunks=4, dtype="f4")
for text in ("2*x + k*f", "r = x*f; r, r > k", "sum(x*f + k, axis=0)", "mean(f*x*k)", "max(x - f*k)"):
    built = numjit.dask.evaluate(text, x=x, f=f, k=3)
    assert native._cached_kernels() == 0, text
try:
    numjit.dask.evaluate("x + f*k", x=x, f=f[:7], k=3)
except ValueError:
    assert native._cached_kernels() == 0
assert built.compute(scheduler="sync") == -2
assert native._cached_kernels() > 0
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=120)


def test_a_process_compiles_a_program_once():
    before = nd._compile.cache_info().misses
    nd.evaluate("x*17.25 + 4", x=x()).compute(scheduler="threads", num_workers=8)
    assert nd._compile.cache_info().misses == before + 1


# A cluster. Functions that its workers call are sent as they are.


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    import dask

    with (
        dask.config.set({"distributed.worker.daemon": False, "distributed.admin.tick.limit": "1h"}),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=True,
            memory_limit="400MiB",
            dashboard_address=None,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def _compiled():
    return importlib.import_module("numjit.dask")._compile.cache_info().misses


def quadratic():
    a, b, c = (da.random.default_rng(k).random(400_000, chunks=50_000) for k in range(3))
    return {"a": a, "b": b + 2, "c": c}


def test_the_quadratic_is_the_local_one(client):
    given = quadratic()
    local = nj.evaluate(QUADRATIC, {k: v.compute(scheduler="sync") for k, v in given.items()}, {})
    before = client.run(_compiled)
    np.testing.assert_array_equal(nd.evaluate(QUADRATIC, given).compute(), local)
    # Eight chunks, and each process compiles once.
    assert all(count - before[worker] <= 1 for worker, count in client.run(_compiled).items())


def test_a_sum_has_the_same_bits_for_any_number_of_workers(client):
    total = nd.evaluate("sum(sqrt(b*b - 4*a*c) * (a - b))", quadratic())
    bits = {
        float(total.compute(scheduler="sync")).hex(),
        float(total.compute(scheduler="threads")).hex(),
        float(client.compute(total).result()).hex(),
        float(client.compute(total, workers=[next(iter(client.nthreads()))]).result()).hex(),
    }
    assert len(bits) == 1


def test_an_array_larger_than_the_memory_of_a_worker(client):
    large = da.random.default_rng(7).random(75_000_000, chunks=2_500_000)
    limits = [worker["memory_limit"] for worker in client.scheduler_info()["workers"].values()]
    assert all(large.nbytes > limit for limit in limits)
    mean = nd.evaluate("mean(where(x > 0.5, x, 1 - x))", x=large).compute()
    assert abs(mean - 0.75) < 1e-3


def _held(block):
    from distributed import Event

    Event("started").set()
    Event("go").wait()
    return block


def test_a_worker_that_dies_is_replaced(client):
    from distributed import Event

    x = da.arange(80.0, chunks=5).map_blocks(_held, dtype="f8", meta=np.empty(0))
    pids = client.run(os.getpid)
    future = client.compute(nd.evaluate("sum(x*x)", x=x))
    # In the middle: some chunk is being computed, and none can end.
    assert Event("started").wait(timeout=60)
    os.kill(next(iter(pids.values())), 9)
    Event("go").set()
    assert future.result(timeout=60) == np.sum(np.arange(80.0) ** 2)
