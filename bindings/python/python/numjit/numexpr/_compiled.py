"""Compiled expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .. import _numjit
from ._checks import Array, check_casting, iterate, iterate_reduced, resolve_order
from ._kinds import DTYPES
from ._nodes import ExpressionNode
from ._opcodes import opcodes
from ._program import compileThreeAddrForm, expressionToAST, three_address
from ._text import Written

#: Dtypes that the native module reads, by NumPy's letters; all others are converted first.
_NATIVE = frozenset("?bBhHiIlLqQfdFDS")
_UNSIGNED = frozenset("LQ")

_STRING = np.dtype("S")


class _Plan(NamedTuple):
    """How inputs of certain dtypes are run.

    Attributes:
        kernel: the compiled code.
        conversions: for each input the dtype that it is converted to before, if it is.
        dtypes: what the inputs count as.
    """

    kernel: _numjit.NumexprKernel
    conversions: tuple[Any, ...] | None
    dtypes: tuple[Any, ...]


class _Program(NamedTuple):
    code: bytes
    temporaries: str
    constants: tuple[Any, ...]


class NumExpr(_numjit.NumexprBase):
    """An expression, compiled for inputs of certain kinds. Several threads may call it at once.

    Attributes:
        input_names: the names of the inputs, in the order of the arguments.
    """

    __module__ = "numexpr"

    def __init__(
        self,
        text: str,
        names: Sequence[str],
        kinds: str,
        tree: Callable[[], ExpressionNode],
        constants: Sequence[tuple[str, Array]] = (),
    ) -> None:
        """Takes what `text` says about the variables `names` of these kinds.

        `tree` gives the nodes of the expression, for those who want to see the program. `constants`
        are inputs that are the same in each call.
        """
        self.input_names = tuple(names)
        self._text = text
        self._names = [*names, *(name for name, _ in constants)]
        self._kinds = kinds
        self._tree = tree
        self._constants = [array for _, array in constants]
        self._kernels: dict[tuple[Any, ...], _numjit.NumexprKernel] = {}
        self._plans: dict[tuple[Any, ...], _Plan] = {}
        self._epoch = _numjit._epoch()

    @classmethod
    def of_tree(cls, tree: ExpressionNode, names: Sequence[str]) -> NumExpr:
        """Returns a tree of nodes with these variables, whose kinds the nodes say."""
        written = Written(tree)
        kinds = {node.value: node.typecode() for node in expressionToAST(tree).allOf("variable")}
        nex = cls(
            written.text,
            [written.names[name] for name in names],
            "".join(kinds[name] for name in names),
            lambda: tree,
            list(written.constants.items()),
        )
        nex.input_names = tuple(names)
        return nex

    def compile(self, dtypes: Sequence[Any] | None = None) -> None:
        """Compiles for inputs of these dtypes, by default the kinds' own.

        Raises:
            Exception: what numexpr raises for the expression.
        """
        if dtypes is None:
            dtypes = [DTYPES.get(letter, _STRING) for letter in self._kinds]
        self._renew()
        pairs = zip(dtypes, self._kinds, strict=True)
        self._kernel([_counted(dtype, letter)[1] for dtype, letter in pairs])

    def _renew(self) -> None:
        """Drops code that was made for other threads: of another process, or another number."""
        epoch = _numjit._epoch()
        if epoch != self._epoch:
            self._kernels = {}
            self._plans = {}
            self._epoch = epoch

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        """Computes what is new, or unusual, or wrong; see `__call__`."""
        if len(args) != len(self._kinds):
            raise ValueError("number of inputs doesn't match program")
        order, casting, out = "K", "safe", None
        if kwargs:
            casting = kwargs.get("casting", casting)
            check_casting(casting)
            order = kwargs.get("order", order)
            if "ex_uses_vml" not in kwargs:
                raise ValueError("ex_uses_vml parameter is required")
            out = kwargs.get("out")
            if out is not None and not isinstance(out, np.ndarray):
                raise ValueError("out keyword parameter is not an array")
        arrays = list(args)
        for at, arg in enumerate(args):
            if not isinstance(arg, np.ndarray):
                arrays[at] = np.asarray(arg, DTYPES.get(self._kinds[at], _STRING))
        return self.call(arrays, out, order, casting)

    run = _numjit.NumexprBase.__call__

    def call(self, arrays: list[Array], out: Array | None, order: Any, casting: str) -> Any:
        """Computes the expression over arrays."""
        key = (casting, *[array.dtype for array in arrays])
        self._renew()
        plan = self._plans.get(key) or self._plan(key[1:], casting, arrays)
        if plan.conversions is not None:
            arrays = [
                array if dtype is None else array.astype(dtype)
                for array, dtype in zip(arrays, plan.conversions, strict=True)
            ]
        operands = arrays + self._constants if self._constants else arrays
        if order != "K":
            order = resolve_order(order, arrays)
        if out is not None:
            return self._call_into(plan, arrays, operands, out, order, casting)
        try:
            return plan.kernel.run(operands, None, order, casting)
        except ValueError:
            iterate(arrays, plan.dtypes, None, plan.kernel.dtype, order, casting)
            raise

    def _call_into(
        self,
        plan: _Plan,
        arrays: list[Array],
        operands: list[Array],
        out: Array,
        order: str,
        casting: str,
    ) -> Any:
        result = plan.kernel.dtype
        if not arrays:
            return _constant_into(plan.kernel.run(operands, None, "K", casting), out)
        is_reduction, axis = self._reduction
        if is_reduction:
            iterate_reduced(arrays, plan.dtypes, out, result, axis, casting)
        else:
            iterate(arrays, plan.dtypes, out, result, order, casting)
        if out.dtype.char in _NATIVE:
            plan.kernel.run(operands, out, order, "unsafe")
        else:
            np.copyto(out, plan.kernel.run(operands, None, order, "unsafe"), casting="unsafe")
        return out

    def _plan(self, dtypes: tuple[Any, ...], casting: str, arrays: Sequence[Array]) -> _Plan:
        """Finds out how inputs of these dtypes are run.

        Raises:
            TypeError: if the casting rule does not let an input be what it counts as.
        """
        check_casting(casting)
        pairs = zip(dtypes, self._kinds, strict=True)
        counted = [_counted(dtype, letter) for dtype, letter in pairs]
        kinds = tuple(kind for kind, _ in counted)
        for number, (dtype, kind) in enumerate(zip(dtypes, kinds, strict=True), start=1):
            is_other = (kind is _STRING) != (dtype.char == "S")
            if is_other or not np.can_cast(dtype, kind, casting=casting):  # type: ignore[arg-type]
                iterate(arrays, kinds, None, None, "K", casting)
                raise TypeError(
                    f"Iterator operand {number} dtype could not be cast from {dtype!r} to {kind!r} "
                    f"according to the rule '{casting}'"
                )
        conversions = tuple(
            None if dtype is own else own for dtype, (_, own) in zip(dtypes, counted, strict=True)
        )
        is_plain = all(dtype is None for dtype in conversions)
        kernel = self._kernel([own for _, own in counted])
        plan = _Plan(kernel, None if is_plain else conversions, kinds)
        key = (casting, *dtypes)
        self._plans[key] = plan
        if is_plain:
            self._know(kernel, self._constants)
        return plan

    def _kernel(self, dtypes: Sequence[Any]) -> _numjit.NumexprKernel:
        key = tuple(dtypes)
        kernel = self._kernels.get(key)
        if kernel is None:
            constants = [array.dtype for array in self._constants]
            kernel = _numjit.NumexprKernel(self._text, self._names, [*dtypes, *constants])
            self._kernels[key] = kernel
        return kernel

    @cached_property
    def _program(self) -> _Program:
        rows, temporaries, constants, _ = three_address(
            expressionToAST(self._tree()), self.input_names
        )
        return _Program(compileThreeAddrForm(rows), temporaries, tuple(constants))

    @cached_property
    def _reduction(self) -> tuple[bool, int | None]:
        """Whether the expression reduces, and which axis; none is all of them."""
        if not any(f"{name}(" in self._text for name in ("sum", "prod", "min", "max")):
            return False, None
        code = self._program.code
        is_reduction = code[-4] > opcodes[b"func_lln"]
        return is_reduction, None if code[-1] == 255 else code[-1]

    @property
    def program(self) -> bytes:
        """The program of numexpr's virtual machine; it is for looking at, and not what runs."""
        return self._program.code

    @property
    def constants(self) -> tuple[Any, ...]:
        """The constants of the program."""
        return self._program.constants

    @property
    def signature(self) -> bytes:
        """The kinds of the inputs, a letter for each."""
        return self._kinds.replace("u", "l").encode()

    @property
    def tempsig(self) -> bytes:
        """The kinds of what is computed on the way."""
        return self._program.temporaries.encode()

    @property
    def constsig(self) -> bytes:
        """The kinds of the constants."""
        return "".join(map(_letter_of_value, self.constants)).encode()

    @property
    def fullsig(self) -> bytes:
        """The kinds of all registers."""
        kind = expressionToAST(self._tree()).typecode()
        return kind.encode() + self.signature + self.constsig + self.tempsig

    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle 'numexpr.NumExpr' object")


def _counted(dtype: Any, letter: str) -> tuple[Any, Any]:
    """Returns what a dtype counts as among inputs of a kind, and the dtype in which it is read."""
    kind = DTYPES.get(letter, _STRING)
    if letter == "u":
        kind = dtype.newbyteorder("=") if dtype.char in _UNSIGNED else DTYPES["l"]
    if dtype.char in _NATIVE and letter_of(dtype) == letter:
        return kind, dtype
    return kind, kind


def letter_of(dtype: Any) -> str:
    """Returns the letter of the kind of a dtype; unsigned 64-bit integers have one of their own."""
    match dtype.kind:
        case "i":
            return "l" if dtype.itemsize > 4 else "i"
        case "u":
            return "u" if dtype.itemsize > 4 else "l" if dtype.itemsize == 4 else "i"
        case "f":
            return "d" if dtype.itemsize > 4 else "f"
        case "S":
            return "s"
        case kind:
            return str(kind)


def _letter_of_value(value: Any) -> str:
    if isinstance(value, bytes):
        return "s"
    return letter_of(np.asarray(value).dtype)


def _constant_into(value: Array, out: Array) -> Array:
    """Writes the value of an expression without variables, as numexpr does."""
    if out.size != 1:
        raise ValueError("output for a constant expression must have size 1")
    if not out.flags.writeable:
        raise ValueError("output is not writeable")
    if not np.can_cast(out.dtype, value.dtype, casting="safe"):
        raise TypeError(
            f"Cannot cast array data from {out.dtype!r} to {value.dtype!r} according to the rule "
            "'safe'"
        )
    np.copyto(out, value, casting="unsafe")
    return out if out.dtype == value.dtype else np.full(out.shape, value)
