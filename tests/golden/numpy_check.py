#!/usr/bin/env python3
"""Compares the golden files with Python and NumPy (2.2 or newer).

    python tests/golden/numpy_check.py

The `run` and `type` sections must be what NumPy computes, to the last bit or to the digits of the file,
and the `parse` section must have Python's syntax tree. What numjit defines and NumPy does not is listed in
`OUR_OWN`. This is no part of `cargo test`: the golden files are the record of what it found.
"""

import ast
import pathlib
import re
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")

ROOT = pathlib.Path(__file__).parent
DTYPES = {"bool": np.bool_, "i32": np.int32, "i64": np.int64, "f32": np.float32, "f64": np.float64}

# Why each of these differs from NumPy.
OUR_OWN = {
    "run/integer_power_of_a_negative_exponent": "NumPy refuses negative exponents",
    "run/half_power_is_a_square_root": "NumPy calls pow, or sqrt, depending on the version",
    "run/a_name_may_be_a_functions": "the name means two things",
    "run/output_of_a_single_value_fills": "run_into",
    "reductions/independent_lengths": "lengths that NumPy broadcasts nowhere",
    "codegen/maximum_of_zeros_is_the_first_operand": "NumPy leaves open which zero it is",
    "codegen/minimum_of_zeros_is_the_first_operand": "NumPy leaves open which zero it is",
    "reductions/sum_of_negative_zeros_is_negative_zero": "NumPy adds to 0.0, so it has no -0.0",
    "reductions/sum_over_chunks_has_one_order": "NumPy adds in another order",
}

FUNCTIONS = {
    "round": np.round, "asin": np.arcsin, "atan2": np.arctan2, "absolute": np.abs,
    "conjugate": np.conj, "where": np.where,
    "sum": np.sum, "prod": np.prod, "min": np.min, "max": np.max, "mean": np.mean,
    "any": np.any, "all": np.all, "abs": np.abs, "copy": np.positive,
}
for name in (
    "sqrt exp expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh "
    "arccosh arctanh hypot fmod sign floor ceil trunc copysign nextafter maximum minimum isnan isinf "
    "isfinite signbit ones_like real imag conj"
).split():
    FUNCTIONS[name] = getattr(np, name)


class ToNumPy(ast.NodeTransformer):
    """`and`, `or`, `not`, chains and conditionals, element by element."""

    def call(self, name, *args):
        return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()), list(args), [])

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        name = "logical_and" if isinstance(node.op, ast.And) else "logical_or"
        result = node.values[0]
        for value in node.values[1:]:
            result = self.call(name, result, value)
        return result

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return self.call("logical_not", node.operand) if isinstance(node.op, ast.Not) else node

    def visit_Compare(self, node):
        self.generic_visit(node)
        operands = [node.left, *node.comparators]
        links = [
            ast.Compare(left, [op], [right]) for left, op, right in zip(operands, node.ops, operands[1:])
        ]
        result = links[0]
        for link in links[1:]:
            result = self.call("logical_and", result, link)
        return result

    def visit_IfExp(self, node):
        self.generic_visit(node)
        return self.call("where", self.call("not_equal", node.test, ast.Constant(0)), node.body, node.orelse)

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "where":
            node.args[0] = self.call("not_equal", node.args[0], ast.Constant(0))
        return node


def unescape(text):
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: chr(int(m[1], 16)), text)
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")


def read(path):
    head, *sections = re.split(r"^---- ", path.read_text(), flags=re.M)
    header, expression = {"in": []}, []
    for line in head.splitlines():
        match = re.match(r"# (\w+): (.*)", line)
        if not expression and line.startswith("#"):
            if match and match[1] == "in":
                header["in"].append(match[2])
            elif match:
                header[match[1]] = match[2]
        else:
            expression.append(line)
    expression = "\n".join(expression)
    if "escaped" in header:
        expression = unescape(expression)
    bodies = dict(section.split("\n", 1) for section in sections)
    return header, expression, {name: body.rstrip("\n") for name, body in bodies.items()}


def value(word, dtype):
    return word == "true" if dtype is np.bool_ else dtype(int(word) if "int" in dtype.__name__ else word)


def inputs(header):
    result = {}
    for line in header["in"]:
        left, right = line.split("=")
        name, dtype, *length = left.split()
        values = [value(word, DTYPES[dtype]) for word in right.split()]
        if length:
            n = int(length[0].strip("[]"))
            values = [values[i % len(values)] for i in range(n)]
            result[name] = np.array(values, DTYPES[dtype])
        else:
            result[name] = DTYPES[dtype](values[0])
    return result


def same_float(x, y, digits):
    if np.isnan(x) or np.isnan(y):
        return np.isnan(x) and np.isnan(y)
    if digits and np.isfinite(x) and x != 0:
        return abs(float(x) - float(y)) <= 10.0 ** (1 - digits) * abs(float(x))
    return x == y and np.signbit(x) == np.signbit(y)


def check_run(header, expression, sections):
    tree = ToNumPy().visit(ast.parse(expression.strip().replace("\r", "\n"), mode="eval"))
    scope = {"np": np, "__builtins__": {}, **FUNCTIONS, **inputs(header)}
    got = np.asarray(eval(compile(ast.fix_missing_locations(tree), "golden", "eval"), scope))
    if "type" in sections and got.dtype != DTYPES[sections["type"]]:
        return f"dtype {got.dtype}"
    if "run" not in sections:
        return None
    words = sections["run"].split()
    if words[:1] == ["scalar"]:
        words = words[1:]
        if got.shape != ():
            return f"shape {got.shape}"
    elif got.ndim == 0:
        return "a scalar"
    got = got.ravel()
    if "…" in words:
        gap = words.index("…")
        got = np.concatenate([got[:gap], got[gap + 1 - len(words):]])
        words.remove("…")
    if len(words) != len(got):
        return f"{len(got)} elements"
    dtype, digits = got.dtype.type, int(header.get("digits", 0))
    for word, element in zip(words, got):
        expected = value(word, dtype)
        same = same_float(expected, element, digits) if got.dtype.kind == "f" else expected == element
        if not same:
            return f"{got} at {word}"
    return None


def main():
    counts = {"run": 0, "type": 0, "parse": 0}
    failures = []
    for path in sorted(ROOT.glob("**/*.nj")):
        name = str(path.relative_to(ROOT)).removesuffix(".nj")
        header, expression, sections = read(path)
        if "parse" in sections:
            counts["parse"] += 1
            ours = ast.dump(ast.parse(sections["parse"], mode="eval"))
            if ours != ast.dump(ast.parse(expression.strip(), mode="eval")):
                failures.append(f"{name}: another tree")
        if {"run", "type"} & sections.keys() and name not in OUR_OWN:
            for section in ("run", "type"):
                counts[section] += section in sections
            try:
                problem = check_run(header, expression, sections)
            except Exception as error:
                problem = repr(error)
            if problem:
                failures.append(f"{name}: NumPy gives {problem}, not {sections.get('run')}")
    print("\n".join(failures))
    print(f"checked {counts}: {len(failures)} differ")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
