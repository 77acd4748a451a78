"""Evaluates formulas with NumPy and writes cases."""

import collections
import json
import re
import subprocess

import numpy as np

NUMERIC = [
    np.dtype(name)
    for name in "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()
]
INTEGERS = [d for d in NUMERIC if d.kind in "iu"]
REAL = [d for d in NUMERIC if d.kind != "c"]
FLOATS = [d for d in NUMERIC if d.kind == "f"]
COMPLEX = [d for d in NUMERIC if d.kind == "c"]
# What NumPy says where a function lacks a parameter that numjit gives to all of its kind.
EXTENDED = ["unexpected keyword argument", "'tuple' object cannot be interpreted"]
SUPPORTED = set("?bhilqBHILQfdFDSUMm")


def complex_of(re, im):
    re, im = np.broadcast_arrays(re, im)
    dtype = np.result_type(re, im)
    out = np.empty(re.shape, "c8" if dtype == "f4" else "c16")
    out.real, out.imag = re, im
    return out


def case(*args):
    return np.select(list(args[:-1:2]), list(args[1:-1:2]), args[-1])


def by_strings(find):
    return lambda x, part: find(np.asarray(x), np.asarray(part))


# What numjit's names mean where Python evaluates the text of the formula itself.
NAMES = {name: getattr(np, name) for name in dir(np) if not name.startswith("_")}
NAMES |= {
    "np": np,
    "inf": np.inf,
    "nan": np.nan,
    "abs": np.abs,
    "round": np.round,
    "sum": np.sum,
    "min": np.min,
    "max": np.max,
    "any": np.any,
    "all": np.all,
    "pow": np.power,
    "complex": complex_of,
    "case": case,
    "bit_count": np.bitwise_count,
    "popcount": np.bitwise_count,
    "contains": by_strings(lambda x, part: np.strings.find(x, part) >= 0),
    "startswith": by_strings(np.strings.startswith),
    "endswith": by_strings(np.strings.endswith),
}


def name_of(dtype):
    return dtype.str[1:] if dtype.kind in "SU" and dtype.itemsize == 0 else {
        "S": f"S{dtype.itemsize}",
        "U": f"U{dtype.itemsize // 4}",
    }.get(dtype.kind, dtype.name)


def layout(array):
    entry = {"dtype": name_of(array.dtype), "shape": list(array.shape)}
    if array.dtype.byteorder == ">":
        entry["swapped"] = True
    return entry


def encode_input(array):
    """The whole buffer, so that strides and offsets mean what they mean in NumPy."""
    entry = layout(array)
    if array.flags.c_contiguous:
        entry["data"] = array.tobytes().hex()
        return entry
    base = array
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert base.flags.c_contiguous, "a buffer is contiguous"
    address = lambda a: a.__array_interface__["data"][0]
    entry["strides"] = list(array.strides)
    entry["offset"] = address(array) - address(base)
    entry["data"] = base.tobytes().hex()
    return entry


def encode_output(array, with_strides):
    entry = layout(array)
    if with_strides:
        entry["strides"] = list(array.strides)
    entry["data"] = np.ascontiguousarray(array).tobytes().hex()
    return entry


class Recorder:
    def __init__(self):
        self.cases = []
        self.seen = set()
        self.left_out = collections.Counter()

    def add(self, group, expr, inputs, by=None, ulp=0, strides=False, into=None):
        """Records a formula over named arrays.

        `by` says how NumPy computes it: another text, or a function without arguments; by default the
        text itself. `ulp` names the function whose bound applies. `strides` asks for the layout of the
        result. `into` is (array, casting). Arrays that the text does not name are left out.
        """
        words = set(re.findall(r"[A-Za-z_]\w*", expr))
        inputs = {name: np.asarray(x) for name, x in inputs.items() if name in words}
        entry = {"group": group, "expr": expr}
        entry["in"] = {name: encode_input(x) for name, x in inputs.items()}
        try:
            with np.errstate(all="ignore"):
                value = by() if callable(by) else eval(by or expr, dict(NAMES), dict(inputs))
                if into is not None:
                    value = self.copy_into(entry, value, *into)
        except (TypeError, ValueError, OverflowError, IndexError) as error:
            if any(part in str(error) for part in EXTENDED):
                self.left_out["numjit has it, NumPy not"] += 1
                return
            # NumPy's own subclasses say no more.
            kinds = [TypeError, OverflowError, ValueError, IndexError]
            entry["err"] = next(kind.__name__ for kind in kinds if isinstance(error, kind))
            return self.keep(entry)
        values = value if isinstance(value, tuple) else (value,)
        values = [np.asarray(value) for value in values]
        for value in values:
            if value.dtype.char not in SUPPORTED:
                # float16 of 8-bit integers and bool, object, longdouble: numjit has no such dtype.
                self.left_out[f"dtype {value.dtype}"] += 1
                return
        outs = [encode_output(value, strides) for value in values]
        entry["out"] = outs if isinstance(value, list) or len(outs) > 1 else outs[0]
        entry["ulp"] = ulp
        self.keep(entry)

    def copy_into(self, entry, value, target, casting):
        entry["into"] = layout(target) | {"casting": casting}
        if not target.flags.c_contiguous:
            entry["into"]["strides"] = list(target.strides)
        np.copyto(target, value, casting=casting)
        return target

    def keep(self, entry):
        line = json.dumps(entry, separators=(",", ":"))
        if line in self.seen:
            self.left_out["said twice"] += 1
            return
        self.seen.add(line)
        self.cases.append((entry["group"], "err" in entry, line))

    def write(self, path):
        text = "".join(line + "\n" for _, _, line in self.cases)
        command = ["zstd", "-19", "--long=24", "-q", "-f", "-o", path]
        subprocess.run(command, input=text.encode(), check=True)

    def report(self):
        groups = collections.Counter((group, is_error) for group, is_error, _ in self.cases)
        for (group, is_error), count in sorted(groups.items()):
            print(f"{count:6} {group}{' (errors)' if is_error else ''}")
        print(f"{len(self.cases):6} cases")
        for reason, count in self.left_out.items():
            print(f"{count:6} left out: {reason}")
