"""Times of all engines in one process, in turn."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from engines import Arrays, Call, Engine
from formulas import Formula, ulps

# A sample takes at least this long, so that reading the clock does not count.
SAMPLE_S = 200e-6
MAX_ROUNDS, MIN_ROUNDS = 21, 3


def table(
    engines: list[Engine], formulas: list[Formula], sizes: list[int], budget_s: float, say: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Yields the times of each formula and size, results allocated or given."""
    cases = [(formula, n) for formula in formulas for n in sizes]
    started = time.perf_counter()
    for at, (formula, n) in enumerate(cases):
        columns = formula.columns(n)
        forms = [("fresh", None)]
        if not formula.reduction:
            forms.append(("given", np.empty(n, formula.result)))
        say(f"{formula.name} at {n}")
        for form, out in forms:
            calls = bound(engines, formula, columns, out, say)
            # What is left is shared by the cases that are left.
            left = max(budget_s - (time.perf_counter() - started), 0.0) / (len(cases) - at)
            times = rounds(calls, left / len(forms))
            yield {"formula": formula.name, "n": n, "form": form, **summary(times, n)}


def bound(
    engines: list[Engine], formula: Formula, columns: Arrays, out: Any, say: Callable[[str], None]
) -> dict[str, Call]:
    """Returns the calls that work, each done once, so that everything is compiled."""
    calls: dict[str, Call] = {}
    for engine in engines:
        try:
            if call := engine.call(formula, columns, out):
                call()
                calls[engine.name] = call
        except Exception as error:
            if engine.name in ("numjit", "NumPy") and out is None:
                raise
            say(f"{engine.name} has no {formula.name}: {error!r:.200}")
    return calls


def rounds(calls: dict[str, Call], budget_s: float) -> dict[str, list[float]]:
    """Returns seconds per call: engines take turns in another order every round, each after an untimed call, so
    that none pays for memory that another has just freed."""
    repeat = {name: repetitions(call) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + budget_s
    for done in range(MAX_ROUNDS):
        if done >= MIN_ROUNDS and time.perf_counter() > end:
            break
        for name in random.sample(list(calls), len(calls)):
            call, count = calls[name], repeat[name]
            call()
            times[name].append(timed(call, count))
    return times


def timed(call: Call, count: int) -> float:
    """Seconds per call. The result lives until the next, as in a program that uses it."""
    loop = range(count)
    start = time.perf_counter()
    for _ in loop:
        call()
    return (time.perf_counter() - start) / count


def repetitions(call: Call) -> int:
    count = 1
    while (taken := timed(call, count) * count) < SAMPLE_S / 2:
        count = max(2 * count, int(count * SAMPLE_S / max(taken, 1e-7) / 2))
    return max(1, min(int(SAMPLE_S / taken * count) + 1, 2000))


def summary(times: dict[str, list[float]], n: int) -> dict[str, Any]:
    """Medians: nanoseconds per element of each, and the time of numjit over it within a round."""
    ours = times["numjit"]
    middle = statistics.median(ours)
    spread = statistics.median(abs(value - middle) for value in ours) / middle
    return {
        "rounds": len(ours),
        "spread": spread,
        "ns": {name: statistics.median(taken) / n * 1e9 for name, taken in times.items()},
        "ratios": {
            name: statistics.median(a / b for a, b in zip(ours, taken, strict=True)) for name, taken in times.items()
        },
    }


def accuracy(
    engines: list[Engine], formulas: list[Formula], say: Callable[[str], None], n: int = 20_000
) -> Iterator[dict[str, Any]]:
    """Yields the largest difference of each engine to NumPy and to long double."""
    for formula in formulas:
        columns = formula.columns(n)
        beside = np.asarray(formula.numpy(*columns))
        exact = np.asarray(formula.numpy(*(column.astype(np.longdouble) for column in columns)))
        exact = exact.astype(beside.dtype)
        found = {}
        for name, call in bound(engines, formula, columns, None, say).items():
            result = np.asarray(call())
            note = "" if result.dtype == beside.dtype else str(result.dtype)
            result = result.astype(beside.dtype)
            found[name] = [ulps(result, beside), ulps(result, exact), note]
        yield {"formula": formula.name, "dtype": str(beside.dtype), "ulps": found}


def first_calls(engines: list[Engine], count: int) -> dict[str, list[float]]:
    """Returns seconds from the text of a quadratic that is new to the first result, of 10 elements."""
    times: dict[str, list[float]] = {}
    fresh = 4
    for engine in engines:
        if engine.name in ("noise", "NumPy"):
            continue
        slow = engine.name.startswith(("Numba", "gcc", "JAX"))
        taken = []
        for at in range(1 + (min(count, 3) if slow else 5 * count)):
            fresh += 1
            formula = Formula("new", f"(-b + sqrt(b**2 - {fresh}.5*a*c*0.1)) / (2*a)")
            columns = formula.columns(10)
            assert formula.result  # what is derived from the text is not the engine's
            assert formula.numba and formula.c
            start = time.perf_counter()
            call = engine.call(formula, columns)
            assert call
            call()
            if at:  # the first one of all loads parts of the compiler
                taken.append(time.perf_counter() - start)
        times[engine.name] = taken
    return times


def overhead(engines: list[Engine], budget_s: float) -> dict[str, float]:
    """Returns seconds per call of `2*a + 3*b` at 10 elements, in the forms that engines have."""
    formula = Formula("linear", "2*a + 3*b")
    columns = formula.columns(10)
    names = dict(zip(formula.inputs, columns, strict=True))
    out = np.empty(10)
    calls: dict[str, Call] = {}
    for engine in engines:
        for form, given in (("", None), (", given out", out)):
            if engine.name != "noise" and (call := engine.call(formula, columns, given)):
                calls[engine.name + form] = call
    present = {engine.name: engine for engine in engines}
    ours: Any = present["numjit"]
    numjit = ours.module
    calls["numjit.evaluate"] = lambda: numjit.evaluate(formula.text, names)
    if peer := present.get("numexpr"):
        numexpr: Any = peer.module  # type: ignore[attr-defined]
        numexpr.evaluate(formula.text, names)
        calls["numexpr.evaluate"] = lambda: numexpr.evaluate(formula.text, names)
        # Of the expression of the last `evaluate`, which is the same.
        calls["numexpr.re_evaluate"] = lambda: numexpr.re_evaluate(names)
    return {name: statistics.median(taken) for name, taken in rounds(calls, budget_s).items()}
