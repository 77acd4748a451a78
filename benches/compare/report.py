"""The tables in Markdown, and their place in RESULTS.md."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

START, END = "<!-- compare: start -->", "<!-- compare: end -->"


def markdown(made: dict[str, Any]) -> str:
    """Returns the whole section."""
    names = [name for name in made["engines"] if name != "numjit"]
    rounds = [entry["rounds"] for part in made["threads"].values() for entry in part["table"]]
    lines = [
        "## compare: beside other engines", "", "```", "cargo xtask bench", "```", "",
        "Written by `benches/compare/run.py`. All engines take turns in one process for each number of threads, in another "
        "order every round, each after an untimed call. A number is the time of `numjit` over the time of the other within a "
        "round, the median of the rounds: below 1 `numjit` is faster. *noise* is `numjit` beside itself, *spread* the median "
        "deviation of its times from their median. All were compiled before: a kernel of `numjit`, a `NumExpr` of numexpr. "
        "*given* is into an array that is there, *fresh* into one that the call makes; JAX has only the latter. NumPy has one "
        "thread always; so have `njit` of Numba and reductions of numexpr. On several threads gcc has `-fopenmp`. JAX has "
        "its inputs as arrays of its own. Where a cell is empty the engine has no such form.", "",
        "| | |", "|---|---|",
        f"| machine | {made['machine']} |",
        f"| versions | {', '.join(made['versions'])} |",
        f"| date | {made['date']} |",
        f"| rounds | {min(rounds)} to {max(rounds)}, fewest for the largest |",
    ]  # fmt: skip
    lines += [f"| note | {note} |" for note in made["notes"]]
    for threads, part in made["threads"].items():
        lines += ["", f"### {threads} thread{'s' if threads != '1' else ''}", ""]
        lines += times(part["table"], names)
    lines += ["", "### Largest difference of results, in units in the last place", ""]
    lines += ["To NumPy / to long double, rounded. For truth values and integers the number of elements that "
              "differ; *as float32* where the result has another dtype than in NumPy.", ""]  # fmt: skip
    lines += accuracy(made["accuracy"], ["numjit", *(name for name in names if name != "noise")])
    lines += ["", "### First call: a text that is new, to the result of 10 elements", ""]
    lines += header(["engine", "median ms", "least ms"])
    for name, taken in made["first"].items():
        lines.append(row([name, f"{statistics.median(taken) * 1e3:.3f}", f"{min(taken) * 1e3:.3f}"]))
    lines += ["", "### A call of `2*a + 3*b` at 10 elements", "", *header(["call", "µs"])]
    lines += [row([name, f"{taken * 1e6:.2f}"]) for name, taken in made["overhead"].items()]
    lines += ["", f"### Memory: the quadratic at {made['memory_n']:,} elements", ""]
    lines += ["Peak above inputs and compiler, of which the result is "
              f"{made['memory_n'] * 8 / 1e6:.0f} MB; each in a process of its own.", ""]  # fmt: skip
    lines += header(["engine", "MB"])
    lines += [row([name, f"{taken / 1e6:.1f}"]) for name, taken in made["memory"].items()]
    return "\n".join(lines) + "\n"


def times(entries: list[dict[str, Any]], names: list[str]) -> list[str]:
    shown = [name for name in names if any(name in entry["ratios"] for entry in entries)]
    lines = header(
        ["formula", "n", "out", "ns", "spread", *(f"/{name}" if name != "noise" else name for name in shown)]
    )
    for entry in entries:
        cells = [f"{entry['ratios'][name]:.3f}" if name in entry["ratios"] else "" for name in shown]
        first = [entry["formula"], str(entry["n"]), entry["form"], f"{entry['ns']['numjit']:.3f}"]
        lines.append(row([*first, f"{entry['spread']:.1%}", *cells]))
    for form in ("fresh", "given"):
        for n in sorted({entry["n"] for entry in entries}):
            same = [entry for entry in entries if entry["form"] == form and entry["n"] == n]
            if not same:
                continue
            cells = []
            for name in shown:
                found = [entry["ratios"][name] for entry in same if name in entry["ratios"]]
                cells.append(f"{statistics.geometric_mean(found):.3f}" if found else "")
            lines.append(row(["**geometric mean**", str(n), form, "", "", *cells]))
    return lines


def accuracy(entries: list[dict[str, Any]], names: list[str]) -> list[str]:
    lines = header(["formula", "dtype", *names])
    for entry in entries:
        cells = []
        for name in names:
            beside, exact, dtype = entry["ulps"].get(name, ("", "", ""))
            cells.append(f"as {dtype}" if dtype else f"{beside} / {exact}" if name in entry["ulps"] else "")
        lines.append(row([entry["formula"], entry["dtype"], *cells]))
    return lines


def header(names: list[str]) -> list[str]:
    return [row(names), "|---|" + "---:|" * (len(names) - 1)]


def row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def insert(path: Path, section: str) -> None:
    """Puts the section between its markers, or at the end where there are none."""
    text = path.read_text() if path.exists() else "# Results\n"
    block = f"{START}\n{section}{END}"
    if START in text and END in text:
        before, rest = text.split(START, 1)
        after = rest.split(END, 1)[1]
        path.write_text(before + block + after)
    else:
        path.write_text(f"{text.rstrip()}\n\n{block}\n")
