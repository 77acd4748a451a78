"""Values of each dtype that are likely to go wrong."""

import itertools

import numpy as np

INF, NAN = np.inf, np.nan


def special(dtype):
    """A few of each kind: zeros, ones, ends of the range, infinities, NaN."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        values = [False, True]
    elif dtype.kind == "i":
        info = np.iinfo(dtype)
        values = [0, 1, -1, 2, 3, -7, info.max, info.min]
    elif dtype.kind == "u":
        info = np.iinfo(dtype)
        values = [0, 1, 2, 3, 7, 13, info.max // 2 + 1, info.max]
    elif dtype.kind == "f":
        info = np.finfo(dtype)
        values = [0.0, -0.0, 1.5, -3.0, 0.7, INF, -INF, NAN, info.max, info.smallest_subnormal]
    else:
        values = [0, 1, -2 + 3j, 0.5 - 0.25j, complex(-0.0, -1.5), complex(INF, 1), complex(2, NAN), 1e30j]
    return np.array(values, dtype)


def pairs(x, y):
    """Every value of one with every value of the other, as two arrays."""
    both = list(itertools.product(range(len(x)), range(len(y))))
    return x[[i for i, _ in both]], y[[j for _, j in both]]


def arguments(dtype):
    """Arguments of an elementary function."""
    dtype = np.dtype(dtype)
    if dtype.kind in "bi":
        values = [0, 1] if dtype.kind == "b" else [0, 1, -1, 2, -3, 10, 100]
    elif dtype.kind == "u":
        values = [0, 1, 2, 3, 10, 100, 200]
    elif dtype.kind == "f":
        small = float(np.finfo(dtype).smallest_subnormal)
        huge = float(np.finfo(dtype).max)
        values = [0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -3.7, 10.25, 0.1, 0.9999, 1e-10, -1e-30, small, 88.5]
        values += [-90.1, 700.3, -744.9, 12345.678, -2.5, 1e22, huge, -huge, INF, -INF, NAN]
    else:
        values = [1 + 1j, -2 + 0.5j, 0.25 - 3j, 1e-10 + 1e-10j, 80 - 2j, -0.5, 2j, 30 + 40j, -3 - 0.001j, 1e20j]
    return np.array(values, dtype)


def dyadic(dtype, shape, seed=0):
    """Numbers whose sums, differences and products of two are exact."""
    dtype = np.dtype(dtype)
    rng = np.random.default_rng(seed)
    if dtype.kind == "b":
        return rng.integers(0, 2, shape).astype(dtype)
    if dtype.kind == "u":
        return rng.integers(0, 50, shape).astype(dtype)
    whole = rng.integers(-40, 40, shape)
    if dtype.kind == "i":
        return whole.astype(dtype)
    if dtype.kind == "f":
        return (whole / 4).astype(dtype)
    return (whole / 4 + 1j * rng.integers(-8, 8, shape) / 2).astype(dtype)
