"""numjit and what it is compared with: each makes a call without arguments from a formula and arrays."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

import numpy as np

from formulas import Formula, define

Call = Callable[[], Any]
Arrays = Sequence[np.ndarray[Any, Any]]


class Engine:
    """An engine in a process that is for one number of threads; see `environment.py`."""

    name: str
    version: str

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._made: dict[tuple[str, str], Any] = {}

    def make(self, formula: Formula) -> Any:
        """Compiles; `None` where the engine has no such formula."""
        raise NotImplementedError

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call | None:
        """Returns the call, into `out` if that is given; `None` where this cannot be."""
        raise NotImplementedError

    def call(self, formula: Formula, columns: Arrays, out: Any = None) -> Call | None:
        key = formula.text, formula.dtype
        if key not in self._made:
            self._made[key] = self.make(formula)
        made = self._made[key]
        return None if made is None else self.bind(made, formula, columns, out)


class Numjit(Engine):
    name = "numjit"

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        import numjit

        self.module, self.version = numjit, numjit.__version__
        numjit.set_num_threads(threads)

    def make(self, formula: Formula) -> Any:
        dtypes = dict.fromkeys(formula.inputs, formula.dtype)
        return self.module.compile(formula.text, dtypes)

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        return partial(made, *columns) if out is None else partial(made, *columns, out=out)


class Twin(Numjit):
    """The same again: how far its ratio is from 1 is the noise."""

    name = "noise"


class NumPy(Engine):
    name, version = "NumPy", np.__version__

    def make(self, formula: Formula) -> Any:
        return formula

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        if out is None:
            return partial(formula.numpy, *columns)
        return partial(formula.numpy_into, *columns, out=out)


class Numexpr(Engine):
    """A compiled `NumExpr`, as the kernels of the others are compiled before."""

    name = "numexpr"

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        import numexpr

        self.module, self.version = numexpr, numexpr.__version__
        numexpr.set_num_threads(threads)

    def make(self, formula: Formula) -> Any:
        if formula.reduction == "mean":
            return None
        kind = self.module.necompiler.getType(np.empty(0, formula.dtype))
        signature = [(name, kind) for name in formula.inputs]
        return self.module.NumExpr(formula.text, signature)

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        return partial(made, *columns, out=out, ex_uses_vml=False)


class Numba(Engine):
    name = "Numba njit"
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        import numba

        self.module, self.version = numba, numba.__version__
        numba.set_num_threads(threads)

    def names(self, formula: Formula) -> dict[str, Any]:
        reductions = {"max": max, "min": min}
        names = {name: reductions.get(name) or getattr(np, name) for name in formula.functions}
        return {**names, "float32": np.float32, "prange": self.module.prange}

    def make(self, formula: Formula) -> Any:
        body = formula.numba
        for name in formula.inputs:  # whole words: `a` is not in `abs`
            body = replace_word(body, name, f"{name}[i]")
        arguments, first = ", ".join(formula.inputs), formula.inputs[0]
        loop = f"for i in prange({first}.size)"
        match formula.reduction:
            case None:
                source = f"def f(out, {arguments}):\n {loop}:\n  out[i] = {body}"
            case "sum" | "mean":
                mean = f" / {first}.size" if formula.reduction == "mean" else ""
                source = f"def f({arguments}):\n s = 0.0\n {loop}:\n  s += {body}\n return s{mean}"
            case other:
                start = body.replace("[i]", "[0]")
                source = f"def f({arguments}):\n s = {start}\n {loop}:\n  s = {other}(s, {body})\n return s"
        return self.module.njit(**self.options)(define(source, self.names(formula)))

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        if formula.reduction:
            return partial(made, *columns)
        if out is not None:
            return partial(into, made, out, columns)
        return partial(fresh, made, columns, formula.result)


class NumbaParallel(Numba):
    name = "Numba parallel, fastmath"
    options: ClassVar[dict[str, Any]] = {"parallel": True, "fastmath": True}


class NumbaVectorize(Numba):
    name = "Numba vectorize"

    def make(self, formula: Formula) -> Any:
        if formula.reduction:
            return None
        arguments = ", ".join(formula.inputs)
        function = define(f"def f({arguments}): return {formula.numba}", self.names(formula))
        result = {"bool": "boolean"}.get(formula.result.name, formula.result.name)
        signature = f"{result}({', '.join([formula.dtype] * len(formula.inputs))})"
        target = "cpu" if self.threads == 1 else "parallel"
        return self.module.vectorize([signature], target=target)(function)

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call:
        return partial(made, *columns) if out is None else partial(made, *columns, out=out)


class Jax(Engine):
    """Its arrays cannot be written, so there is no form with a given output."""

    name = "JAX"

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        import jax

        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", True)
        self.module, self.version = jax, jax.__version__

    def make(self, formula: Formula) -> Any:
        return self.module.jit(formula.function(self.module.numpy))

    def bind(self, made: Any, formula: Formula, columns: Arrays, out: Any) -> Call | None:
        if out is not None:
            return None
        arrays = [self.module.device_put(column) for column in columns]
        # It only starts a computation, so that one has to wait for the result.
        return lambda: made(*arrays).block_until_ready()


def into(made: Any, out: Any, columns: Arrays) -> Any:
    made(out, *columns)
    return out


def fresh(made: Any, columns: Arrays, dtype: Any) -> Any:
    out = np.empty(columns[0].size, dtype)
    made(out, *columns)
    return out


def replace_word(text: str, word: str, by: str) -> str:
    return re.sub(rf"\b{re.escape(word)}\b", by, text)


def all_engines(threads: int, only: str | None = None) -> tuple[list[Engine], list[str]]:
    """Returns the engines that are there, and a line for each that is not."""
    from native import Gcc, GccFast

    kinds: list[type[Engine]] = [Numjit, Twin, NumPy, Numexpr, Numba, NumbaVectorize, NumbaParallel, Jax, Gcc, GccFast]
    found, missing = [], []
    for kind in kinds:
        if only not in (None, kind.name):
            continue
        try:
            found.append(kind(threads))
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            missing.append(f"{kind.name} is left out: {error}")
    return found, missing


def machine() -> str:
    """Returns what is measured on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            model = next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"
