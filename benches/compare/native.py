"""Loops in C, compiled by gcc for this machine and called through ctypes."""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from engines import Arrays, Call, Engine
from formulas import C_TYPES, Formula

# Below this a loop is not split: waking a thread costs more.
SPLIT_FROM = 20_000


class Gcc(Engine):
    """`gcc -O3 -march=native`, on several threads with `-fopenmp`."""

    name = "gcc"
    options: tuple[str, ...] = ()

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        said = subprocess.run(["gcc", "-dumpfullversion"], capture_output=True, text=True, check=True)
        self.version = said.stdout.strip()
        self.folder = tempfile.TemporaryDirectory()
        self.count = 0

    def source(self, formula: Formula) -> str:
        text, powers = formula.c
        kind = C_TYPES[formula.dtype]
        arguments = ", ".join(f"const {kind}* restrict {name}" for name in formula.inputs)
        split = f"if(n >= {SPLIT_FROM})"
        match formula.reduction:
            case None:
                result = C_TYPES.get(formula.result.name, "_Bool")
                start, step, end, reduction = "", f"out[i] = {text};", "", ""
            case "sum" | "mean":
                result = "double"
                start, step, reduction = "double s = 0;", f"s += {text};", "reduction(+:s)"
                end = "out[0] = s / n;" if formula.reduction == "mean" else "out[0] = s;"
            case other:
                result, sign = kind, ">" if other == "max" else "<"
                start = f"int64_t i = 0; {kind} s = {text};"
                step = f"{kind} v = {text}; s = v {sign} s ? v : s;"
                end, reduction = "out[0] = s;", f"reduction({other}:s)"
        omp = f"#pragma omp parallel for simd schedule(static) {split} {reduction}\n" if self.threads > 1 else ""
        outer = start.replace("int64_t i = 0; ", "").replace("[i]", "[0]")
        return f"""#include <math.h>
#include <stdint.h>
void omp_set_num_threads(int);
{powers}
void threads(int count) {{ {"omp_set_num_threads(count);" if self.threads > 1 else ""} }}
void run(int64_t n, {result}* restrict out, {arguments}) {{
  {outer}
{omp}  for (int64_t i = 0; i < n; i++) {{ {step} }}
  {end}
}}
"""

    def make(self, formula: Formula) -> Any:
        self.count += 1
        base = Path(self.folder.name) / f"formula{self.count}"
        source, compiled, library = (base.with_suffix(suffix) for suffix in (".c", ".o", ".so"))
        source.write_text(self.source(formula))
        omp = ["-fopenmp"] if self.threads > 1 else []
        build = ["gcc", "-O3", "-march=native", "-fPIC", *self.options, *omp, "-c", source, "-o", compiled]
        subprocess.run(build, check=True)
        # Linked without -ffast-math, which would switch off subnormal numbers in the whole process.
        subprocess.run(["gcc", "-shared", compiled, *omp, "-o", library, "-lm"], check=True)
        loaded = ctypes.CDLL(str(library))
        loaded.threads(self.threads)
        run = loaded.run
        run.restype = None
        run.argtypes = [ctypes.c_int64] + [ctypes.c_void_p] * (1 + len(formula.inputs))
        return run

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        n, inputs = columns[0].size, [column.ctypes.data for column in columns]
        if formula.reduction:
            given = np.empty((), formula.result)
            return partial(_into, made, n, given, given.ctypes.data, inputs, columns)
        if out is not None:
            return partial(_into, made, n, out, out.ctypes.data, inputs, columns)
        return partial(_fresh, made, n, formula.result, inputs, columns)


class GccFast(Gcc):
    """The same with `-ffast-math`."""

    name = "gcc -ffast-math"
    options = ("-ffast-math",)


def _into(run: Any, n: int, out: Any, address: int, inputs: list[int], _alive: Arrays) -> Any:
    run(n, address, *inputs)
    return out


def _fresh(run: Any, n: int, dtype: Any, inputs: list[int], _alive: Arrays) -> Any:
    out = np.empty(n, dtype)
    run(n, out.ctypes.data, *inputs)
    return out
