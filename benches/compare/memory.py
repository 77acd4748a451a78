"""The peak of memory of one engine, in a process of its own."""

from __future__ import annotations

import json
import resource
import sys

from engines import all_engines
from formulas import ALL


def peak() -> int:
    """Bytes; macOS counts in bytes, others in KiB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(name: str, n: int, threads: int) -> None:
    """Prints by how much a formula raises the peak above the inputs and what compiles it."""
    engine = next(engine for engine in all_engines(threads, only=name)[0])
    formula = next(formula for formula in ALL if formula.name == "quadratic")
    small = engine.call(formula, formula.columns(50_000))
    columns = formula.columns(n)
    call = engine.call(formula, columns)
    assert small and call
    small()
    before = peak()
    result = call()
    after = peak()
    del result
    print(json.dumps(after - before))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
