"""The formulas that are measured, and what is made of their text for each engine.

Only the text of a formula is written down; loops for Numba and C are derived from its syntax tree,
so that any other formula can be measured in the same way.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

REDUCTIONS = ("sum", "mean", "max", "min")

# As NumPy's ufuncs are called: the outermost one takes `out=`.
UFUNCS: dict[type[ast.AST], str] = {
    ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "true_divide",
    ast.Pow: "power", ast.BitAnd: "bitwise_and", ast.BitOr: "bitwise_or", ast.Gt: "greater",
    ast.Lt: "less", ast.GtE: "greater_equal", ast.LtE: "less_equal", ast.Eq: "equal",
    ast.USub: "negative",
}  # fmt: skip
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitAnd: "&", ast.BitOr: "|",
    ast.Gt: ">", ast.Lt: "<", ast.GtE: ">=", ast.LtE: "<=", ast.Eq: "==", ast.USub: "-",
}  # fmt: skip
# Where C has another name than NumPy.
C_NAMES = {"abs": "fabs", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2",
           "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "maximum": "fmax", "minimum": "fmin"}  # fmt: skip
C_TYPES = {"float64": "double", "float32": "float", "int32": "int32_t", "int64": "int64_t"}


@dataclass(frozen=True)
class Formula:
    name: str
    text: str
    dtype: str = "float64"

    @cached_property
    def tree(self) -> ast.expr:
        return ast.parse(self.text, mode="eval").body

    @cached_property
    def inputs(self) -> list[str]:
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return sorted(names.difference(self.functions))

    @cached_property
    def functions(self) -> set[str]:
        """The names of what is called."""
        calls = [node.func for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return {name.id for name in calls if isinstance(name, ast.Name)}

    @cached_property
    def reduction(self) -> str | None:
        """The reduction around the formula, if there is one."""
        match self.tree:
            case ast.Call(func=ast.Name(id=name)) if name in REDUCTIONS:
                return name
        return None

    @cached_property
    def inner(self) -> ast.expr:
        """The formula per element."""
        return self.tree.args[0] if self.reduction else self.tree  # type: ignore[attr-defined]

    @cached_property
    def numpy(self) -> Callable[..., Any]:
        return self.function(np)

    def function(self, module: Any) -> Callable[..., Any]:
        """The formula as a function with the functions of NumPy or of a module like it."""
        names = {name: getattr(module, name) for name in self.functions}
        return define(f"def f({', '.join(self.inputs)}): return {self.text}", names)

    @cached_property
    def numpy_into(self) -> Callable[..., Any]:
        """The formula in NumPy, its outermost operation into an array `out`."""
        match self.tree:
            case ast.BinOp(left=left, op=op, right=right):
                call = f"{UFUNCS[type(op)]}({ast.unparse(left)}, {ast.unparse(right)}, out=out)"
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                call = f"{UFUNCS[type(op)]}({ast.unparse(left)}, {ast.unparse(right)}, out=out)"
            case ast.UnaryOp(op=op, operand=operand):
                call = f"{UFUNCS[type(op)]}({ast.unparse(operand)}, out=out)"
            case ast.Call(func=ast.Name(id=name), args=args):
                call = f"{name}({', '.join(map(ast.unparse, args))}, out=out)"
            case _:
                raise ValueError(f"no operation is outermost in {self.text}")
        names = {name: getattr(np, name) for name in (*self.functions, *UFUNCS.values())}
        return define(f"def f({', '.join(self.inputs)}, *, out): return {call}", names)

    @cached_property
    def result(self) -> np.dtype[Any]:
        """The dtype of the result in NumPy."""
        return np.asarray(self.numpy(*self.columns(10))).dtype

    def columns(self, n: int) -> list[np.ndarray[Any, Any]]:
        """Inputs: in [1, 2), the second in [6, 7), so that the quadratic has real roots; or integers."""
        made = []
        for at in range(len(self.inputs)):
            rng = np.random.default_rng(at)
            if self.dtype.startswith("int"):
                made.append(rng.integers(0, 1000, n, dtype=self.dtype))
                continue
            column = np.empty(n, self.dtype)
            rng.random(out=column, dtype=self.dtype)  # type: ignore[call-overload]
            column += 6 if at == 1 else 1
            made.append(column)
        return made

    @cached_property
    def numba(self) -> str:
        """The formula per element in Python; numbers have the dtype of the arrays, as in NumPy."""
        single = self.dtype == "float32"

        class Scalar(ast.NodeTransformer):
            def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
                if isinstance(node.op, ast.Pow):  # an exponent stays as it is
                    node.left = self.visit(node.left)
                    return node
                return self.generic_visit(node)

            def visit_Call(self, node: ast.Call) -> ast.AST:
                self.generic_visit(node)
                match node:
                    case ast.Call(func=ast.Name(id="where"), args=[condition, left, right]):
                        return ast.IfExp(condition, left, right)
                return node

            def visit_Constant(self, node: ast.Constant) -> ast.AST:
                return ast.parse(f"float32({node.value})", mode="eval").body if single else node

        return ast.unparse(Scalar().visit(ast.parse(ast.unparse(self.inner), mode="eval")))

    @cached_property
    def c(self) -> tuple[str, str]:
        """The formula per element in C, and the functions for powers that it needs."""
        powers: set[int] = set()
        single = self.dtype == "float32"

        def spell(node: ast.AST) -> str:
            match node:
                case ast.Name(id=name):
                    return f"{name}[i]"
                case ast.Constant(value=bool() | int() as value):
                    return str(int(value))
                case ast.Constant(value=value):
                    return f"{value!r}f" if single else repr(value)
                case ast.UnaryOp(op=op, operand=operand):
                    return f"({OPERATORS[type(op)]}{spell(operand)})"
                case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)):
                    powers.add(power)
                    return f"power_{power}({spell(left)})"
                case ast.BinOp(left=left, op=ast.Pow(), right=right):
                    return f"pow{'f' * single}({spell(left)}, {spell(right)})"
                case ast.BinOp(left=left, op=op, right=right):
                    cast = "(double)" if isinstance(op, ast.Div) and "int" in self.dtype else ""
                    return f"({cast}{spell(left)} {OPERATORS[type(op)]} {spell(right)})"
                case ast.Compare(left=left, ops=[op], comparators=[right]):
                    return f"({spell(left)} {OPERATORS[type(op)]} {spell(right)})"
                case ast.Call(func=ast.Name(id="where"), args=[condition, left, right]):
                    return f"({spell(condition)} ? {spell(left)} : {spell(right)})"
                case ast.Call(func=ast.Name(id=name), args=args):
                    return f"{C_NAMES.get(name, name)}{'f' * single}({', '.join(map(spell, args))})"
            raise ValueError(f"C for {ast.dump(node)}")

        text = spell(self.inner)
        return text, "\n".join(power_in_c(power, C_TYPES[self.dtype]) for power in sorted(powers))


def power_in_c(power: int, kind: str) -> str:
    """A function that squares and multiplies, as one would write it by hand."""
    lines, at = [f"{kind} r = 1;"], power
    while at:
        if at % 2:
            lines.append("r *= x;")
        at //= 2
        if at:
            lines.append("x *= x;")
    return f"static inline {kind} power_{power}({kind} x) {{ {' '.join(lines)} return r; }}"


def define(source: str, names: dict[str, Any]) -> Callable[..., Any]:
    """Returns the function that a source text defines."""
    names = dict(names)
    exec(source, names)
    found: Callable[..., Any] = names["f"]
    return found


def ulps(left: Any, right: Any) -> int:
    """The largest distance of two results, in units in the last place; for others than floats the number of
    elements that differ."""
    left, right = np.atleast_1d(left), np.atleast_1d(right)
    if right.dtype.kind != "f" or left.dtype != right.dtype:
        return int(np.count_nonzero(left != right))
    bits = np.int64 if right.dtype == np.float64 else np.int32
    lowest = np.iinfo(bits).min

    def order(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        seen = np.ascontiguousarray(values).view(bits)
        return np.where(seen < 0, lowest - seen, seen).astype(np.float64 if bits is np.int32 else bits)

    return int(np.max(np.abs(order(left) - order(right)), initial=0))


QUADRATIC = "(-b + sqrt(b**2 - 4*a*c)) / (2*a)"
ALL: Sequence[Formula] = (
    Formula("linear", "2*a + 3*b"),
    Formula("quadratic", QUADRATIC),
    Formula("asymmetry", "abs(a-b)/(abs(a)+abs(b))"),
    Formula("radius", "sqrt(x**2 + y**2)"),
    Formula(
        "horner",
        "((((((((((x*0.1 + 0.2)*x - 0.3)*x + 0.4)*x - 0.5)*x + 0.6)*x - 0.7)*x + 0.8)*x - 0.9)*x + 1.0)*x - 1.1)",
    ),
    Formula(
        "powers",
        "0.1*x**10 + 0.2*x**9 - 0.3*x**8 + 0.4*x**7 - 0.5*x**6 + 0.6*x**5 - 0.7*x**4 + 0.8*x**3 - 0.9*x**2 + x - 1.1",
    ),
    Formula("polynomial_log", "2*a**3 - 4*a**5 + 6*log(a)"),
    Formula("dimuon_mass", "sqrt(2*pt1*pt2*(cosh(eta1-eta2) - cos(phi1-phi2)))"),
    Formula("square_sum", "a**2 + 3*b"),
    Formula("radius_i32", "sqrt(x**2 + y**2)", "int32"),
    Formula("radius_i64", "sqrt(x**2 + y**2)", "int64"),
    Formula("linear_f32", "2*a + 3*b", "float32"),
    Formula("sum", "sum(a)"),
    Formula("mean", "mean(a)"),
    Formula("max", "max(a)"),
    Formula("mask", "(a > 1.25) & (b < 6.5)"),
)
