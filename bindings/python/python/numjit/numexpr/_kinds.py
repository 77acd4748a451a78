"""numexpr's kinds: in what an operation computes, and which kind operands agree on.

There are seven, each with a letter that stands for it in the names of operations, and one type of
Python or NumPy that asks for it in signatures.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

double = np.double
int_ = np.int32
long_ = np.int64

typecode_to_kind = {
    "b": "bool",
    "i": "int",
    "l": "long",
    "f": "float",
    "d": "double",
    "c": "complex",
    "n": "none",
    "s": "str",
}
kind_to_typecode = {
    "bool": "b",
    "int": "i",
    "long": "l",
    "float": "f",
    "double": "d",
    "complex": "c",
    "bytes": "s",
    "str": "s",
    "none": "n",
}
type_to_kind: dict[Any, str] = {
    bool: "bool",
    int_: "int",
    long_: "long",
    float: "float",
    double: "double",
    complex: "complex",
    bytes: "bytes",
    str: "str",
}
kind_to_type: dict[str, Any] = {kind: type_ for type_, kind in type_to_kind.items()}
type_to_typecode: dict[Any, str] = {
    type_: kind_to_typecode[kind] for type_, kind in type_to_kind.items()
}
kind_rank = ("bool", "int", "long", "float", "double", "complex", "none")
scalar_constant_kinds = list(kind_to_typecode)
scalar_constant_types: tuple[Any, ...] = (bool, int_, int, float, double, complex, bytes, str)
default_kind = "double"
default_type = kind_to_type[default_kind]

max_int32 = 2**31 - 1
min_int32 = -(2**31)

#: The dtype in which each kind is computed; strings have their own.
DTYPES = {
    "b": np.dtype(np.bool_),
    "i": np.dtype(np.int32),
    "l": np.dtype(np.int64),
    "f": np.dtype(np.float32),
    "d": np.dtype(np.float64),
    "c": np.dtype(np.complex128),
}


#: For each letter the type that stands for the kind; unsigned 64-bit integers have a letter, too.
TYPES: dict[str, Any] = {
    letter: kind_to_type[kind] for kind, letter in kind_to_typecode.items() if kind in kind_to_type
}
TYPES |= {"s": bytes, "u": long_}


class HasDtype(Protocol):
    """What has a dtype: an array, or one of PyTables' atoms."""

    @property
    def dtype(self) -> Any: ...


class HasKind(Protocol):
    """A node of an expression."""

    @property
    def astType(self) -> str: ...
    @property
    def astKind(self) -> str: ...


def getType(a: HasDtype) -> Any:
    """Returns the type that stands for the kind in which an array is computed.

    Raises:
        ValueError: if numexpr does not take the dtype.
    """
    dtype = a.dtype
    wide = dtype.itemsize > 4
    match dtype.kind:
        case "b":
            return bool
        case "i":
            return long_ if wide else int_
        case "u":
            return long_ if dtype.itemsize >= 4 else int_
        case "f":
            return double if wide else float
        case "c":
            return complex
        case "S":
            return bytes
        case "U":
            raise ValueError("NumExpr 2 does not support Unicode as a dtype.")
    raise ValueError(f"unknown type {dtype.name}")


def isConstant(x: object) -> bool:
    """Returns whether an operand is a number or string that stands for itself."""
    return isinstance(x, scalar_constant_types)


def bestConstantType(x: Any) -> Any:
    """Returns the type that stands for the kind of a number or string."""
    if isinstance(x, (bytes, str)):
        return bytes
    if isinstance(x, (bool, np.bool_)):
        return bool
    if isinstance(x, np.int64):
        return long_
    if isinstance(x, (int, np.integer)):
        return int_ if min_int32 <= x <= max_int32 else long_
    if isinstance(x, np.float64):
        return double
    # Numbers of Python's count as `float` here, and as `double` in expressions.
    if isinstance(x, (float, np.floating)):
        return float
    return complex if isinstance(x, (complex, np.complexfloating)) else None


def getKind(x: Any) -> str:
    """Returns the kind of a number or string."""
    return type_to_kind[bestConstantType(x)]


def commonKind(nodes: Iterable[HasKind]) -> str:
    """Returns the kind that operands agree on: the highest of them.

    `long` and `float` agree on `double`, which holds both, unless the `long` is a constant.

    Raises:
        TypeError: if some are strings and some are not.
    """
    nodes = list(nodes)
    strings = [node.astKind in ("bytes", "str") for node in nodes]
    if any(strings):
        if not all(strings):
            raise TypeError("strings can only be operated with strings")
        return "bytes"
    highest = max((kind_rank.index(node.astKind) for node in nodes), default=-1)
    if kind_rank[highest] == "float" and has_wide_ints(nodes):
        return "double"
    return kind_rank[highest]


def has_wide_ints(nodes: Iterable[HasKind]) -> bool:
    """Returns whether one of the operands is of 64-bit integers that `float` does not hold."""
    return any(node.astKind == "long" and node.astType != "constant" for node in nodes)
