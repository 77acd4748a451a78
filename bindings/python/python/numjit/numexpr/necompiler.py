"""What `numexpr.necompiler` has: from texts and nodes to compiled expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import interpreter
from ._compiled import NumExpr as Compiled
from ._context import context_info, getContext
from ._evaluate import (
    _names_cache,
    _numexpr_cache,
    _numexpr_last,
    compile_text,
    evaluate,
    evaluate_lock,
    getArguments,
    re_evaluate,
    validate,
)
from ._kinds import (
    default_type,
    double,
    getType,
    int_,
    kind_to_type,
    kind_to_typecode,
    long_,
    scalar_constant_kinds,
    type_to_kind,
    type_to_typecode,
    typecode_to_kind,
)
from ._parse import names_of, stringToExpression
from ._program import (
    ASTNode,
    Instruction,
    Register,
    check_names,
    compileThreeAddrForm,
    convertConstantToKind,
    disassemble,
    expressionToAST,
    getInputOrder,
    signature_of,
    three_address,
    typeCompileAst,
)
from .interpreter import use_vml
from .utils import CacheDict

is_cpu_amd_intel = False

Signature = Sequence[tuple[str, Any]]


def NumExpr(ex: Any, signature: Signature = (), sanitize: bool = True, **kwargs: Any) -> Compiled:
    """Compiles an expression.

    Args:
        ex: a text, or a tree of nodes such as `2.0 * E.a + E.b`.
        signature: names and types of the variables, in the order of the arguments; without it they
            are sorted by their names and `double`.
        sanitize: accepted; texts are never executed.
        kwargs: `optimization` and `truediv`.

    Raises:
        ValueError: if the signature does not name the variables.
        KeyError: if a type in it stands for no kind.
        Exception: what `evaluate` raises for the expression.
    """
    context = getContext(kwargs)
    types = dict(signature)
    order = [name for name, _ in signature]
    if isinstance(ex, str):
        try:
            names = names_of(ex, sanitize)
        except TypeError:
            # What is wrong with `double` variables need not be wrong with these.
            ex = stringToExpression(ex, types, context, sanitize)
    if not isinstance(ex, str):
        ast = expressionToAST(ex)
        names = [node.value for node in getInputOrder(ast)]
        typeCompileAst(ast)
    for name in names:
        type_to_kind[types.get(name, default_type)]
    if order:
        check_names(order, names)
        names = order
    if isinstance(ex, str):
        kinds = signature_of(names, types)
        nex = compile_text(ex, names, kinds, types, context["optimization"])
    else:
        nex = Compiled.of_tree(ex, names)
    nex.compile()
    return nex


def precompile(
    ex: Any,
    signature: Signature = (),
    context: Mapping[str, Any] | None = None,
    sanitize: bool = True,
) -> tuple[list[Instruction], str, str, list[Any], tuple[str, ...]]:
    """Returns the program of an expression.

    Returns:
        instructions, kinds of inputs, kinds of temporaries, constants, and names of inputs.
    """
    types = dict(signature)
    if isinstance(ex, str):
        ex = stringToExpression(ex, types, context or {}, sanitize)
    order = [name for name, _ in signature]
    program, temporaries, constants, names = three_address(expressionToAST(ex), order)
    return program, signature_of(names, types), temporaries, constants, tuple(names)


def getExprNames(
    text: str, context: Mapping[str, Any], sanitize: bool = True
) -> tuple[list[str], bool]:
    """Returns the names of the variables of an expression, and whether it wants Intel's library."""
    return names_of(text, sanitize), use_vml


def getConstants(ast: ASTNode) -> tuple[list[ASTNode], list[Any]]:
    """Returns the constants of a tree by kind and value, as nodes and as numbers."""
    unique = {node.key(): node for node in ast.allOf("constant")}
    nodes = sorted(unique.values(), key=lambda node: (node.astKind, node.value))
    return nodes, [convertConstantToKind(node.value, node.astKind) for node in nodes]


__all__ = [
    "ASTNode",
    "CacheDict",
    "NumExpr",
    "Register",
    "_names_cache",
    "_numexpr_cache",
    "_numexpr_last",
    "compileThreeAddrForm",
    "context_info",
    "convertConstantToKind",
    "default_type",
    "disassemble",
    "double",
    "evaluate",
    "evaluate_lock",
    "expressionToAST",
    "getArguments",
    "getConstants",
    "getContext",
    "getExprNames",
    "getInputOrder",
    "getType",
    "int_",
    "interpreter",
    "is_cpu_amd_intel",
    "kind_to_type",
    "kind_to_typecode",
    "long_",
    "precompile",
    "re_evaluate",
    "scalar_constant_kinds",
    "stringToExpression",
    "typeCompileAst",
    "type_to_kind",
    "type_to_typecode",
    "typecode_to_kind",
    "use_vml",
    "validate",
]
