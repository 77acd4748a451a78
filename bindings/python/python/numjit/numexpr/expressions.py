"""Expressions as trees of nodes: what `numexpr.expressions` has."""

from __future__ import annotations

from ._context import get_optimization
from ._functions import contains_func, encode_axis, functions, where_func
from ._kinds import (
    bestConstantType,
    commonKind,
    default_kind,
    double,
    getKind,
    int_,
    isConstant,
    kind_rank,
    kind_to_type,
    long_,
    max_int32,
    min_int32,
    scalar_constant_types,
    type_to_kind,
)
from ._nodes import (
    ConstantNode,
    E,
    Expression,
    ExpressionNode,
    FuncNode,
    LeafNode,
    OpNode,
    RawNode,
    VariableNode,
    allConstantNodes,
)
from ._nodes import divide as div_op
from ._nodes import divide as truediv_op
from ._nodes import power as pow_op

__all__ = [
    "ConstantNode",
    "E",
    "Expression",
    "ExpressionNode",
    "FuncNode",
    "LeafNode",
    "OpNode",
    "RawNode",
    "VariableNode",
    "allConstantNodes",
    "bestConstantType",
    "commonKind",
    "contains_func",
    "default_kind",
    "div_op",
    "double",
    "encode_axis",
    "functions",
    "getKind",
    "get_optimization",
    "int_",
    "isConstant",
    "kind_rank",
    "kind_to_type",
    "long_",
    "max_int32",
    "min_int32",
    "pow_op",
    "scalar_constant_types",
    "truediv_op",
    "type_to_kind",
    "where_func",
]
