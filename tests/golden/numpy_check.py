#!/usr/bin/env python3
"""Compares the golden files with Python and NumPy (2.2 or newer).

    python tests/golden/numpy_check.py

The `run` and `type` sections must be what NumPy computes, to the last bit or to the digits of the file,
and the `parse` section must have Python's syntax tree. What numjit defines and NumPy does not is listed in
`OUR_OWN`. This is no part of `cargo test`: the golden files are the record of what it found.
"""

import ast
import math
import pathlib
import re
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")

ROOT = pathlib.Path(__file__).parent
DTYPES = {"bool": "?", "c64": "c8", "c128": "c16"}
for letter in "iuf":
    for bits in (8, 16, 32, 64):
        DTYPES[f"{letter}{bits}"] = f"{letter}{bits // 8}"


def dtype_of(name):
    return np.dtype(DTYPES.get(name, name))


# Why each of these differs from NumPy.
OUR_OWN = {
    "run/integer_power_of_a_negative_exponent": "NumPy refuses negative exponents",
    "run/half_power_is_a_square_root": "NumPy calls pow, or sqrt, depending on the version",
    "run/weak_choice_is_lazy": "`where` computes both branches",
    "run/a_name_may_be_a_functions": "the name means two things",
    "run/output_of_a_single_value_fills": "run_into",
    "reductions/independent_lengths": "lengths that NumPy broadcasts nowhere",
    "reductions/sum_of_negative_zeros_is_negative_zero": "NumPy adds to 0.0, so it has no -0.0",
    "ops/sinc": "exactly 0 at whole numbers",
    "run/special_functions": "sinc is exactly 0 at whole numbers",
    "ops/gamma": "NumPy has none, and Python's raises an error at zero",
    "ops/lgamma": "NumPy has none, and Python's raises an error at zero",
    "reductions/sum_over_chunks_has_one_order": "NumPy adds in another order",
}



def only_bool(function):
    return lambda x, *args, **keywords: function(np.not_equal(x, 0), *args, **keywords)


def case(*args):
    *pairs, default = args
    return select(pairs[::2], pairs[1::2], default)


def select(conditions, choices, default=0):
    result = default
    for condition, choice in reversed(list(zip(conditions, choices))):
        result = np.where(condition, choice, result)
    return result


def strings(name):
    def function(x, part):
        x, part = np.broadcast_arrays(x, part)
        answer = [getattr(a, name)(b) for a, b in zip(x.ravel().tolist(), part.ravel().tolist())]
        return np.array(answer, bool).reshape(x.shape)

    return function


def elementwise(function):
    """Python's functions raise errors at poles."""

    def safe(x):
        try:
            return function(x)
        except ValueError:
            return math.copysign(math.inf, x)

    return np.vectorize(safe, otypes=[float])


def complex_of(re, im):
    result = np.empty(np.shape(re), np.result_type(re, np.complex64))
    result.real, result.imag = re, im
    return result


def trigonometric_of_pi(function):
    """The remainder by 2 is exact, and so are the values at quarters of the circle."""

    def value(x):
        if not math.isfinite(x):
            return math.nan
        rest = math.fmod(x, 2)
        result = function(math.pi * rest)
        return round(result) + 0.0 if (2 * rest).is_integer() else result

    return np.vectorize(value, otypes=[float])


def sinpi(x):
    result = trigonometric_of_pi(math.sin)(x)
    return np.where(result == 0, np.copysign(0, x), result)


FUNCTIONS = {
    "case": case, "select": select, "isin": np.isin, "clip": np.clip, "nan_to_num": np.nan_to_num,
    "contains": strings("__contains__"), "startswith": strings("startswith"), "endswith": strings("endswith"),
    "complex": complex_of, "angle": np.angle,
    "bit_count": np.bitwise_count, "isclose": np.isclose, "count_nonzero": np.count_nonzero,
    "erf": elementwise(math.erf), "erfc": elementwise(math.erfc), "gamma": elementwise(math.gamma),
    "lgamma": elementwise(math.lgamma), "exp10": lambda x: 10.0**x,
    "sinpi": sinpi, "cospi": trigonometric_of_pi(math.cos), "newaxis": None,
    "pi": np.pi, "e": np.e, "inf": np.inf, "nan": np.nan,
    "round": np.round, "asin": np.arcsin, "atan2": np.arctan2, "absolute": np.abs,
    "conjugate": np.conj, "where": np.where,
    "sum": np.sum, "prod": np.prod, "min": np.min, "max": np.max, "mean": np.mean,
    "any": np.any, "all": np.all, "abs": np.abs, "copy": np.positive,
}
for name in (
    "sqrt exp expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh "
    "arccosh arctanh hypot fmod sign floor ceil trunc copysign nextafter maximum minimum isnan isinf "
    "isfinite signbit ones_like real imag conj cbrt exp2 heaviside logaddexp sinc square deg2rad rad2deg rint "
    "fmax fmin gcd lcm add floor_divide remainder power left_shift bitwise_xor logical_xor less_equal isnat "
    "bitwise_and bitwise_or bitwise_not divide equal fabs float_power greater greater_equal less logaddexp2 "
    "logical_and logical_not logical_or multiply negative not_equal positive reciprocal right_shift subtract "
    "zeros_like var std argmin argmax nansum nanprod nanmin nanmax nanmean"
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
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            found = self.call("isin", operands[0], ast.List(list(operands[1].elts), ast.Load()))
            return self.call("logical_not", found) if isinstance(node.ops[0], ast.NotIn) else found
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


def words_of(line):
    return re.findall(r"(?:'[^']*'|\S)+", line)


def value(word, dtype):
    if dtype.kind == "b":
        return word == "true"
    if dtype.kind == "U":
        return word.strip("'")
    if dtype.kind == "S":
        return word.strip("'").encode()
    if dtype.kind in "mM":
        return np.int64(np.iinfo("i8").min if word == "NaT" else int(word)).view(dtype)
    if dtype.kind == "c":
        # Python reads `-1-0j` as a difference, which loses the sign of the imaginary part.
        match = re.fullmatch(r"(?:(.+?)(?=(?<![eE])[+-][^+-]*(?:e[+-]?\d+)?j$))?(.*)j|(.*)", word)
        re_part, im_part = (match[3], "0") if match[3] is not None else (match[1] or "0", match[2])
        number = np.zeros((), dtype)
        number.real, number.imag = float(re_part), float(im_part)
        return number[()]
    return dtype.type(int(word) if dtype.kind in "iu" else word)


def inputs(header):
    result = {}
    for line in header["in"]:
        left, right = line.split("=", 1)
        name, dtype, *rest = left.split()
        if dtype == "weak":
            result[name] = ast.literal_eval(right.strip())
            continue
        dtype = dtype_of(dtype)
        values = [value(word, dtype) for word in words_of(right)]
        if not rest:
            result[name] = values[0]
            continue
        shape = tuple(int(n) for n in rest[0].strip("[]").split(",") if n)
        n = math.prod(shape)
        values = [values[i % len(values)] for i in range(n)]
        result[name] = np.array(values, dtype).reshape(shape, order="C")
    return result


def same_float(x, y, digits):
    if np.isnan(x) or np.isnan(y):
        return np.isnan(x) and np.isnan(y)
    if digits and np.isfinite(x):
        # Beside a number of size one, what is lost of a smaller one does not count.
        return abs(float(x) - float(y)) <= 10.0 ** (1 - digits) * max(abs(float(x)), 1e-3)
    return x == y and np.signbit(x) == np.signbit(y)


def same(expected, got, digits):
    if got.dtype.kind == "f":
        return same_float(expected, got, digits)
    if got.dtype.kind == "c":
        return same_float(expected.real, got.real, digits) and same_float(expected.imag, got.imag, digits)
    if got.dtype.kind in "mM":
        return np.int64(expected.view("i8")) == got.view("i8")
    return expected == got


def parsed(expression):
    text = expression.strip()
    try:
        return ast.parse(text)
    except SyntaxError:
        # Between statements indentation and further semicolons mean nothing in numjit.
        lines = (re.sub(r"(;\s*)+", "; ", line).strip("; ") for line in text.splitlines())
        return ast.parse("\n".join(lines))


def evaluate(header, expression):
    """Runs a program: all statements but the last bind, the last one is the result."""
    module = ToNumPy().visit(parsed(expression.replace("\r", "\n")))
    *before, last = module.body
    if isinstance(last, ast.Assign):
        before, last = [*before, last], ast.Expr(ast.Name(last.targets[0].id, ast.Load()))
    scope = {"np": np, "__builtins__": {}, **FUNCTIONS, **inputs(header)}
    exec(compile(ast.fix_missing_locations(ast.Module(before, [])), "golden", "exec"), scope)
    tree = ast.fix_missing_locations(ast.Expression(last.value))
    return eval(compile(tree, "golden", "eval"), scope)


def check_one(got, dtype, body, digits):
    got = np.asarray(got)
    if dtype is not None and got.dtype != dtype_of(dtype):
        return f"dtype {got.dtype}"
    if body is None:
        return None
    words = words_of(body)
    if words[:1] == ["scalar"]:
        words, shape = words[1:], ()
    elif body.startswith("("):
        shape, body = body.split("\n", 1) if "\n" in body else (body, "")
        words, shape = words_of(body), tuple(int(n) for n in shape.strip("()").split(",") if n)
    else:
        shape = None
    if got.shape != shape and (shape is not None or got.ndim != 1):
        return f"shape {got.shape}"
    got = got.ravel()
    if "…" in words:
        gap = words.index("…")
        got = np.concatenate([got[:gap], got[gap + 1 - len(words):]])
        words.remove("…")
    if len(words) != len(got):
        return f"{len(got)} elements"
    for word, element in zip(words, got):
        expected = value(word, got.dtype)
        if not same(expected, element, digits):
            return f"{got} at {word}"
    return None


def check_run(header, expression, sections):
    got = evaluate(header, expression)
    digits, body = int(header.get("digits", 0)), sections.get("run")
    dtypes = sections["type"].split(", ") if "type" in sections else None
    if not isinstance(got, tuple):
        return check_one(got, dtypes and dtypes[0], body, digits)
    dtypes = dtypes or [None] * len(got)
    bodies = [None] * len(got)
    if body is not None:
        bodies = re.split(r"^\w+:[ \n]?", body, flags=re.M)[1:]
    if (len(dtypes), len(bodies)) != (len(got), len(got)):
        return f"{len(got)} results"
    for at, (array, dtype, body) in enumerate(zip(got, dtypes, bodies)):
        problem = check_one(array, dtype, body and body.rstrip("\n"), digits)
        if problem:
            return f"in result {at} {problem}"
    return None


def main():
    counts = {"run": 0, "type": 0, "parse": 0}
    failures = []
    for path in sorted(ROOT.glob("**/*.nj")):
        name = str(path.relative_to(ROOT)).removesuffix(".nj")
        header, expression, sections = read(path)
        if "parse" in sections:
            counts["parse"] += 1
            if ast.dump(ast.parse(sections["parse"])) != ast.dump(parsed(expression)):
                failures.append(f"{name}: another tree")
        special = {"out", "dialect"} & header.keys()
        if {"run", "type"} & sections.keys() and name not in OUR_OWN and not special:
            for section in ("run", "type"):
                counts[section] += section in sections
            try:
                problem = check_run(header, expression, sections)
            except Exception as error:
                problem = repr(error)
            if problem:
                failures.append(f"{name}: NumPy gives {problem}, not {sections.get('run', sections.get('type'))}")
    print("\n".join(failures))
    print(f"checked {counts}: {len(failures)} differ")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
