"""Two thousand recorded answers of numexpr 2.14.2, and what is right where they are not."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numjit.numexpr as ne
import numpy as np
import pytest
from numjit.numexpr import necompiler

RECORDED = Path(__file__).parents[3] / "tests" / "data" / "numexpr_cases.jsonl"

#: The length at which messages were cut when they were recorded.
CUT = 160


class Case(NamedTuple):
    expr: str
    inputs: dict[str, Any]
    optimization: str
    #: An array, or the name of an exception and its text.
    answer: Any

    @property
    def is_error(self) -> bool:
        return isinstance(self.answer, tuple)

    def has(self, *names: str) -> bool:
        """Whether an input that the expression names has one of these dtypes."""
        words = set(re.findall(r"\w+", self.expr))
        return any(a.dtype.name in names for name, a in self.inputs.items() if name in words)


def array(data: dict[str, Any]) -> Any:
    dtype = np.dtype(data["dtype"].lstrip("|"))
    values: list[Any] = data["v"]
    match dtype.kind:
        case "b":
            values = [text == "True" for text in values]
        case "i" | "u":
            values = [int(text) for text in values]
        case "f":
            values = [float(text) for text in values]
        case "c":
            values = [complex(text.replace("infj", "infj")) for text in values]
        case _:
            values = [ast.literal_eval(text) for text in values]
    return np.array(values, dtype).reshape(data["shape"])


def recorded() -> dict[str, list[Case]]:
    groups = defaultdict(list)
    for line in RECORDED.read_text().splitlines():
        data = json.loads(line)
        case = Case(
            data["expr"],
            {name: array(value) for name, value in data["in"].items()},
            data.get("opts", {}).get("optimization", "aggressive"),
            tuple(data["err"]) if "err" in data else array(data["out"]),
        )
        groups[data["group"]].append(case)
    return dict(groups)


GROUPS = recorded()


def excluded(case: Case) -> bool:
    """Whether the answer to the whole case is one of numexpr's defects."""
    expr = case.expr
    if case.is_error:
        exception, message = case.answer
        reflected = (
            message.startswith("unsupported operand type(s) for") and "'int' and '" in message
        )
        return (
            exception == "SystemError"  # min and max of int32 have a value
            or (reflected and any(op in expr for op in ("&", "|", "^", "//")))
            or message == "data type must provide an itemsize"  # a string alone is a result
            or exception == "SyntaxError"  # the words are CPython's
        )
    # abs keeps integers; int64 with float32 is float64.
    return (expr.startswith("abs(") and case.has("int32", "int64")) or (
        case.answer.dtype == np.float32 and case.has("int64") and case.has("float32")
    )


def corrected(case: Case) -> Any:
    """Returns the right values, where numexpr's are not: those of NumPy."""
    expr = case.expr.replace(" ", "")
    x, y = case.inputs.get("x"), case.inputs.get("y")
    result = case.answer.dtype
    with np.errstate(all="ignore"):
        if expr == "x%y" and result.kind in "if":
            return np.remainder(x.astype(result), y.astype(result))
        if expr == "x//y" and result.kind == "f":
            return np.floor_divide(x.astype(result), y.astype(result))
        power = re.fullmatch(r"x\*\*(y|-?\d+)", expr)
        if power and result.kind == "i" and x.dtype.kind == "i":
            y = y if power[1] == "y" else np.array(int(power[1]))
            if y.dtype.kind == "i":
                return integer_power(x.astype(result), y.astype(np.int64))
        compare = {
            "x<y": np.less,
            "x<=y": np.less_equal,
            "x>y": np.greater,
            "x>=y": np.greater_equal,
        }
        if expr in compare and x.dtype.kind == "S" and y.dtype.kind == "S":
            return compare[expr](x, y)
    return case.answer


def integer_power(x: Any, y: Any) -> Any:
    """Wraps; a negative exponent gives the quotient cut towards zero, 0 for 0."""
    raised = np.power(x, np.maximum(y, 0).astype(x.dtype))
    below = np.where(x == 1, 1, np.where(x == -1, 1 - 2 * (y % 2), 0))
    return np.where(y < 0, below, raised).astype(x.dtype)


INVERSE = re.compile(r"(sqrt|arc\w+|log\w*)\(")


def excused(case: Case) -> Any:
    """Returns where elements may be something else than numexpr's."""
    want, expr = case.answer, case.expr
    excuse = np.zeros(want.shape, bool)
    same = [a for a in case.inputs.values() if a.shape == want.shape and a.dtype.kind in "bifc"]
    if want.dtype.kind == "c" or any(a.dtype.kind == "c" for a in same):
        # Infinities, NaNs, divisions by zero and branch cuts are C99's.
        excuse |= ~np.isfinite(want)
        for a in same:
            excuse |= ~np.isfinite(a)
        if INVERSE.match(expr):
            on_axis = [(np.real(a) == 0) | (np.imag(a) == 0) for a in same]
            excuse |= np.logical_and.reduce(on_axis) if on_axis else False
        if "**" in expr and same:
            excuse |= same[0] == 0
    if expr.startswith(("maximum", "minimum")):
        # Which of two zeros is larger is not specified.
        excuse |= want == 0
    return excuse


def tolerance(case: Case) -> float:
    """How many units in the last place our functions and those of the C library may differ."""
    ulps = 6.0 * len(re.findall(r"[a-z]\w*\(", case.expr))
    if "**" in case.expr:
        ulps += 4  # of the products that numexpr makes
        if case.answer.dtype.kind == "c":
            ulps += 4  # of the logarithm that numexpr multiplies
    if case.expr.startswith("x/3"):
        ulps += 1  # numexpr multiplies by a third
    if case.answer.dtype.kind == "c" or case.has("complex128"):
        ulps += 4
    return ulps


def distance(got: Any, want: Any) -> Any:
    """Returns the distance in units in the last place."""
    if got.dtype.kind not in "fc":
        return np.where(got == want, 0, np.inf)
    with np.errstate(all="ignore"):
        if got.dtype.kind == "c":
            size = np.maximum(np.abs(want.real), np.abs(want.imag))
            unit = np.spacing(size)
            return np.maximum(apart(got.real, want.real, unit), apart(got.imag, want.imag, unit))
        return apart(got, want, np.spacing(np.abs(want)))


def apart(got: Any, want: Any, unit: Any) -> Any:
    same = (got == want) & (np.signbit(got) == np.signbit(want)) | np.isnan(got) & np.isnan(want)
    far = np.where(got == want, 0.5, np.abs(got - want) / unit)  # zeros of two signs
    return np.where(same, 0, np.where(np.isnan(far), np.inf, far))


def ask(case: Case) -> Any:
    try:
        return ne.evaluate(
            case.expr, dict(case.inputs), {}, optimization=case.optimization, disable_cache=True
        )
    except Exception as error:
        return error


def mistake(case: Case, got: Any) -> str | None:
    """Returns what is wrong with an answer."""
    failed = isinstance(got, Exception)
    if excluded(case):
        wrong = failed and case.is_error and type(got).__name__ != case.answer[0]
        return f"{got!r}, not a {case.answer[0]}" if wrong else None
    if case.is_error or failed:
        if not (case.is_error and failed):
            return f"{got!r}, not {case.answer}"
        exception, message = case.answer
        text = str(got)
        same = text.startswith(message) if len(message) == CUT else text == message
        return None if same and type(got).__name__ == exception else f"{got!r}, not {case.answer}"
    want = corrected(case)
    if (got.dtype, got.shape) != (want.dtype, want.shape):
        return f"{got.dtype} {got.shape}, not {want.dtype} {want.shape}"
    bad = (distance(got, want) > tolerance(case)) & ~excused(case)
    return f"{got[bad]}, not {want[bad]}" if bad.any() else None


@pytest.mark.parametrize("group", GROUPS)
def test_answers_are_those_of_numexpr_or_right(group: str) -> None:
    wrong = []
    for case in GROUPS[group]:
        what = mistake(case, ask(case))
        if what:
            dtypes = {name: a.dtype.name for name, a in case.inputs.items()}
            wrong.append(f"{case.expr} over {dtypes}, {case.optimization}: {what}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def again(case: Case) -> list[Any]:
    """Returns what an expression comes to when it is new, and when it is known."""
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(ne.evaluate(case.expr, dict(case.inputs), {}))
        except Exception as error:
            outcomes.append(error)
    return outcomes


@pytest.mark.parametrize("group", GROUPS)
def test_known_expressions_come_to_what_new_ones_come_to(group: str) -> None:
    wrong = []
    for case in GROUPS[group]:
        if case.optimization != "aggressive":
            continue
        first, second = again(case)
        if isinstance(first, Exception) or isinstance(second, Exception):
            same = type(first) is type(second) and str(first) == str(second)
        else:
            same = (first.dtype, first.shape) == (second.dtype, second.shape)
            same = same and first.tobytes() == second.tobytes()
        if not same:
            wrong.append(f"{case.expr}: {second!r}, not {first!r}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


@pytest.mark.parametrize("group", GROUPS)
def test_trees_of_nodes_come_to_what_texts_come_to(group: str) -> None:
    wrong = []
    for case in GROUPS[group]:
        whole = ask(case)
        try:
            names, _ = necompiler.getExprNames(case.expr, {})
            arrays = [case.inputs[name] for name in names]
            types = {name: necompiler.getType(case.inputs[name]) for name in names}
            context = {"optimization": case.optimization}
            tree = necompiler.stringToExpression(case.expr, types, context)
            nex = necompiler.NumExpr(tree, [(name, types[name]) for name in names])
            got = nex(*arrays, casting="same_kind", ex_uses_vml=False)
        except Exception as error:
            got = error
        if isinstance(got, Exception) or isinstance(whole, Exception):
            if type(got) is not type(whole) or str(got) != str(whole):
                wrong.append(f"{case.expr}: {got!r}, not {whole!r}")
            continue
        dtypes = {name: a.dtype.name for name, a in case.inputs.items()}
        if (got.dtype, got.shape) != (whole.dtype, whole.shape):
            wrong.append(f"{case.expr} over {dtypes}: {got.dtype}, not {whole.dtype}")
        elif np.any(distance(got, whole) > 8) and not case.is_error and not excused(case).any():
            wrong.append(f"{case.expr} over {dtypes}: {got}, not {whole}")
    assert not wrong, f"{len(wrong)} wrong\n" + "\n".join(wrong)


def test_all_cases_are_there() -> None:
    assert sum(map(len, GROUPS.values())) == 2036
