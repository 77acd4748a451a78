"""The roots of quadratic equations on a cluster, here one of two processes of this machine."""

# %% Arrays in chunks, which no process holds as a whole.
import dask.array as da
import numjit as nj
import numjit.dask
import numpy as np
from dask.distributed import Client, LocalCluster

FORMULA = "(-b + sqrt(b**2 - 4*a*c)) / (2*a)"
SIZE, CHUNK = 4_000_000, 500_000


def main() -> None:
    # %% Each chunk of the roots is one task. Nothing is computed yet.
    a, b, c = (da.random.default_rng(seed).random(SIZE, chunks=CHUNK) for seed in (1, 2, 3))
    arrays = {"a": a + 1, "b": b + 5, "c": c}
    roots = numjit.dask.evaluate(FORMULA, **arrays)
    mean = numjit.dask.evaluate("mean(roots)", roots=roots)
    print(roots)

    # %% The cluster computes them.
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        on_cluster = mean.compute()
        some = roots[:CHUNK].compute()
    print("mean of the roots:", on_cluster)

    # %% This process alone gives the same bits.
    assert mean.compute(scheduler="threads") == on_cluster
    first = {name: array[:CHUNK].compute(scheduler="threads") for name, array in arrays.items()}
    np.testing.assert_array_equal(some, nj.evaluate(FORMULA, first))


# Processes of the cluster import this file.
if __name__ == "__main__":
    main()
