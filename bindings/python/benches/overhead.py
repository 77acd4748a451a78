"""What a call costs besides the computation, beside numexpr in the same run.

pip install numexpr && python benches/overhead.py
"""

from __future__ import annotations

import itertools
import random
import statistics
import timeit
from collections.abc import Callable
from typing import Any

import numexpr as ne
import numjit as nj
import numjit.numexpr as dropin
import numpy as np

ROUNDS = 25
CALLS = 2000


def cases(n: int) -> dict[str, Callable[[], Any]]:
    """Returns the calls for arrays of so many elements."""
    a, b = np.random.default_rng(0).random((2, n))
    out = np.empty(n)
    names = {"a": a, "b": b}
    kernel = nj.compile("2*a + 3*b", a="f8", b="f8")
    vectorized = nj.vectorize("2*a + 3*b")
    signature = [("a", np.float64), ("b", np.float64)]
    compiled = ne.NumExpr("2*a + 3*b", signature)
    dropped = dropin.NumExpr("2*a + 3*b", signature)

    def in_frame() -> Any:
        assert a is not b
        return nj.evaluate("2*a + 3*b")

    def in_frame_numexpr() -> Any:
        assert a is not b
        return ne.evaluate("2*a + 3*b")

    def in_frame_dropin() -> Any:
        assert a is not b
        return dropin.evaluate("2*a + 3*b")

    return {
        "numjit evaluate, frame": in_frame,
        "numjit evaluate, dict": lambda: nj.evaluate("2*a + 3*b", names),
        "numjit evaluate, dict, out": lambda: nj.evaluate("2*a + 3*b", names, out=out),
        "numjit kernel": lambda: kernel(a, b),
        "numjit kernel, out": lambda: kernel(a, b, out=out),
        "numjit vectorize": lambda: vectorized(a, b),
        "drop-in evaluate, frame": in_frame_dropin,
        "drop-in evaluate, dict": lambda: dropin.evaluate("2*a + 3*b", names),
        "drop-in evaluate, dict, out": lambda: dropin.evaluate("2*a + 3*b", names, out=out),
        "drop-in re_evaluate": lambda: dropin.re_evaluate(names),
        "drop-in compiled": lambda: dropped(a, b),
        "numexpr evaluate, frame": in_frame_numexpr,
        "numexpr evaluate, dict": lambda: ne.evaluate("2*a + 3*b", names),
        "numexpr evaluate, dict, out": lambda: ne.evaluate("2*a + 3*b", names, out=out),
        "numexpr re_evaluate": lambda: ne.re_evaluate(names),
        "numexpr compiled": lambda: compiled(a, b),
        "numpy": lambda: 2 * a + 3 * b,
    }


def first_calls() -> dict[str, Callable[[], Any]]:
    """Returns calls with a text that is new each time, of ten elements."""
    names = dict(zip("ab", np.random.default_rng(0).random((2, 10)), strict=True))
    number = itertools.count()

    def text() -> str:
        return f"2.{next(number)}*a + 3*b"

    return {
        "numjit, new text": lambda: nj.evaluate(text(), names),
        "drop-in, new text": lambda: dropin.evaluate(text(), names),
        "numexpr, new text": lambda: ne.evaluate(text(), names),
    }


def measure(calls: dict[str, Callable[[], Any]], number: int) -> None:
    """Prints what each call takes, in rounds of so many calls of each."""
    for call in calls.values():
        call()  # in this order: `re_evaluate` wants an `evaluate` before it
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name in random.sample(list(calls), len(calls)):
            calls[name]()
            times[name].append(timeit.timeit(calls[name], number=number) / number)
    for name, taken in times.items():
        print(f"{name:28} {min(taken) * 1e6:6.2f} {statistics.median(taken) * 1e6:8.2f}")


def main() -> None:
    print(f"numjit {nj.__version__}, numexpr {ne.__version__}, numpy {np.__version__}")
    for n in (10, 1000):
        print(f"\n{n} elements               least   median  (µs per call)")
        measure(cases(n), CALLS)
    print()
    measure(first_calls(), CALLS // 20)


if __name__ == "__main__":
    main()
