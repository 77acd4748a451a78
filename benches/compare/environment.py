"""What processes of engines are told about threads before they start."""

from __future__ import annotations

import os


def environment(threads: int) -> dict[str, str]:
    """Returns the variables for a process of so many threads. XLA makes its threads once, and as many as
    PJRT_NPROC says, hence a process for each number."""
    count = str(threads)
    names = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS", "PJRT_NPROC",
             "NPROC", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # fmt: skip
    flags = "--xla_cpu_multi_thread_eigen=" + ("true" if threads > 1 else "false")
    # The threads of OpenMP would spin into the time of the next.
    return {**os.environ, **dict.fromkeys(names, count), "XLA_FLAGS": flags, "GOMP_SPINCOUNT": "10000"}
