"""Compares numjit with other engines and writes a table.

    python benches/compare/run.py                     everything, about a quarter of an hour
    python benches/compare/run.py --quick             some of it, less than a minute
    python benches/compare/run.py --formula 'exp(-x*x)' --dtype float32
    python benches/compare/run.py --results benches/RESULTS.md

numjit and NumPy have to be there; numexpr, Numba, JAX and gcc are left out where they are not. Threads are set
per process: by the engines' own functions, and by environment variables for XLA (PJRT_NPROC,
--xla_cpu_multi_thread_eigen) and OpenMP (OMP_NUM_THREADS, and omp_set_num_threads).
"""

from __future__ import annotations

import argparse
import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
QUICK = ["linear", "quadratic", "sum"]


def main() -> None:
    options = arguments()
    if options.worker:
        worker(options)
        return
    # This process stays small, since a child's peak of memory is counted from that of its parent.
    from_workers: dict[str, Any] = {}
    for threads in options.threads:
        command = [sys.executable, str(HERE / "run.py"), "--worker", str(threads), *sys.argv[1:]]
        said = subprocess.run(command, env=settings(threads), stdout=subprocess.PIPE, text=True, check=True)
        from_workers[str(threads)] = json.loads(said.stdout.splitlines()[-1])
    first = next(iter(from_workers.values()))
    made = {**first, "threads": from_workers, "memory": {}, "memory_n": options.memory_n}
    made["date"] = datetime.date.today().isoformat()
    made["notes"] = [*options.note, *first["missing"]]
    for name in first["engines"]:
        if name == "noise":
            continue
        command = [sys.executable, str(HERE / "memory.py"), name, str(options.memory_n), str(options.threads[0])]
        said = subprocess.run(command, env=settings(options.threads[0]), stdout=subprocess.PIPE, text=True)
        if said.returncode:  # Windows has no such number
            print(f"the peak of memory of {name} is not known", file=sys.stderr)
            continue
        made["memory"][name] = json.loads(said.stdout.splitlines()[-1])

    from report import insert, markdown

    section = markdown(made)
    print(section)
    if options.results:
        insert(options.results, section)
    if options.json:
        options.json.write_text(json.dumps(made, indent=1))


def worker(options: argparse.Namespace) -> None:
    """Measures on one number of threads, and prints all of it as one line of JSON."""
    from engines import all_engines, machine
    from formulas import ALL, Formula
    from measure import accuracy, first_calls, overhead, table

    def say(text: str) -> None:
        print(f"{options.worker} threads: {text}", file=sys.stderr, flush=True)

    engines, missing = all_engines(options.worker)
    for line in missing:
        say(line)
    if not any(engine.name == "numjit" for engine in engines):
        raise SystemExit("numjit itself is not there")
    formulas = [formula for formula in ALL if not options.only or formula.name in options.only]
    if options.formula:
        formulas = [Formula(text, text, options.dtype) for text in options.formula]
    budget = options.budget / len(options.threads)
    if len({formula.name for formula in formulas}) < len(options.only or ()):
        raise SystemExit(f"rows are {', '.join(formula.name for formula in ALL)}")
    made: dict[str, Any] = {
        "engines": [engine.name for engine in engines],
        "missing": missing,
        "machine": machine(),
        "versions": versions(engines),
        "table": list(table(engines, formulas, options.sizes, budget, say)),
    }
    if options.worker == options.threads[0]:  # what does not depend on threads
        say("accuracy, first calls, overhead")
        made["accuracy"] = list(accuracy(engines, formulas, say))
        made["first"] = first_calls(engines, 1 if options.quick else 3)
        made["overhead"] = overhead(engines, 1.0)
    print(json.dumps(made))


def versions(engines: list[Any]) -> list[str]:
    """The versions of packages, each once."""
    seen = {f"{engine.name.split()[0]} {engine.version}": None for engine in engines if engine.name != "noise"}
    return [f"Python {sys.version.split()[0]}", *seen]


def settings(threads: int) -> dict[str, str]:
    """The environment of a worker, without NumPy in this process."""
    from environment import environment

    return environment(threads)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    numbers = lambda text: [int(float(part)) for part in text.split(",")]  # noqa: E731
    parser.add_argument("--quick", action="store_true", help="three formulas, two sizes")
    parser.add_argument("--sizes", type=numbers, metavar="N,N", help="numbers of elements (10^2 to 10^7)")
    parser.add_argument("--threads", type=numbers, default=[1, 2], metavar="N,N", help="numbers of threads (1,2)")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="about how long all rounds take (600)")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this row; may be repeated")
    parser.add_argument("--formula", action="append", metavar="TEXT", help="measure this instead; may be repeated")
    parser.add_argument("--dtype", default="float64", help="of the inputs of --formula")
    parser.add_argument("--note", action="append", default=[], help="a remark about the machine")
    parser.add_argument("--results", type=Path, metavar="FILE", help="write the section into this file")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers into this file")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.memory_n = 10**6 if options.quick else 10**7
    options.sizes = options.sizes or ([1000, 100_000] if options.quick else [10**k for k in range(2, 8)])
    options.budget = options.budget or (6 if options.quick else 600)
    if options.quick and not options.only:
        options.only = QUICK
    return options


if __name__ == "__main__":
    main()
