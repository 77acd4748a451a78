"""Programs of numexpr's virtual machine, for those who look at them.

Expressions are compiled by the native module and never run by these programs. They are made when
somebody asks for `NumExpr.program` or `disassemble`, or looks for operations with `typeCompileAst`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _opcodes
from ._kinds import (
    default_type,
    has_wide_ints,
    kind_to_type,
    kind_to_typecode,
    type_to_typecode,
    typecode_to_kind,
)

_REDUCTIONS = (b"sum_", b"prod_", b"min_", b"max_")


class ASTNode:
    """A node of an expression without arithmetic: only what it is."""

    def __init__(
        self,
        astType: str = "generic",
        astKind: str = "unknown",
        value: Any = None,
        children: Iterable[ASTNode] = (),
    ) -> None:
        self.astType = astType
        self.astKind = astKind
        self.value = value
        self.children = tuple(children)
        self.reg: Register | None = None

    def __repr__(self) -> str:
        return f"ASTNode({self.astType}, {self.astKind}, {self.value}, {self.children})"

    def key(self) -> tuple[Any, ...]:
        """Returns what is the same for nodes that compute the same."""
        return (self.astType, self.astKind, self.value, tuple(c.key() for c in self.children))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ASTNode) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def typecode(self) -> str:
        """Returns the letter of the kind."""
        return kind_to_typecode[self.astKind]

    def postorderWalk(self) -> Iterator[ASTNode]:
        """Returns the nodes below this one and this one, operands first."""
        for child in self.children:
            yield from child.postorderWalk()
        yield self

    def allOf(self, *astTypes: str) -> Iterator[ASTNode]:
        """Returns the nodes of these types."""
        return (node for node in self.postorderWalk() if node.astType in astTypes)


@dataclass(eq=False)
class Register:
    """Where an operand is: the register with the number `n`, or the number itself."""

    node: ASTNode
    n: int | None = None
    temporary: bool = False
    immediate: bool = False
    users: int = field(default=0, repr=False)


def expressionToAST(ex: Any) -> ASTNode:
    """Returns a tree of nodes as one that has no arithmetic."""
    node = ASTNode(ex.astType, ex.astKind, ex.value)
    node.children = tuple(expressionToAST(child) for child in ex.children)
    return node


def typeCompileAst(ast: ASTNode) -> ASTNode:
    """Finds an operation for each node, and converts operands where it wants another kind.

    Raises:
        NotImplementedError: if there is none for the kinds of the operands.
    """
    if ast.astType != "op":
        return ASTNode(ast.astType, ast.astKind, ast.value)
    result = ast.typecode()
    have = "".join(child.typecode() for child in ast.children)
    least = have
    named = result
    if "f" in have and has_wide_ints(ast.children):
        # Both become `d`, where numexpr had `f`; it names what it looked for.
        least = have.translate({ord("l"): "d", ord("f"): "d"})
        named = "f" if result == "d" and not set(have) & set("dc") else result
    found = _opcodes.find(ast.value, result, least)
    if found is None:
        raise NotImplementedError(f"couldn't find matching opcode for '{ast.value}_{named}{have}'")
    opcode, function, want = found
    children = []
    for child, letter in zip(ast.children, want, strict=True):
        kind = typecode_to_kind[letter]
        if child.typecode() == letter:
            children.append(typeCompileAst(child))
        elif child.astType == "constant":
            children.append(ASTNode("constant", kind, child.value))
        else:
            children.append(typeCompileAst(ASTNode("op", kind, "cast", (child,))))
    if function is not None:
        children.append(ASTNode("raw", "none", function))
    return ASTNode("op", ast.astKind, opcode.encode(), children)


def convertConstantToKind(x: Any, kind: str) -> Any:
    """Returns a number or string as one of a kind."""
    if kind == "float":
        return np.float32(x)
    if isinstance(x, str):
        return x.encode("ascii")
    return kind_to_type[kind](x)


def getInputOrder(ast: ASTNode, input_order: Sequence[str] | None = None) -> list[ASTNode]:
    """Returns the variables in this order, or sorted by their names.

    Raises:
        ValueError: if the order names others.
    """
    variables = {node.value: node for node in ast.allOf("variable")}
    if not input_order:
        return [variables[name] for name in sorted(variables)]
    check_names(input_order, variables)
    return [variables[name] for name in input_order]


def check_names(given: Sequence[str], found: Iterable[str]) -> None:
    """Checks that a signature names the variables of the expression.

    Raises:
        ValueError: if it names others.
    """
    if set(given) != set(found):
        raise ValueError(
            f"input names ({list(given)}) don't match those found in expression ({set(found)})"
        )


Instruction = tuple[Any, ...]


def three_address(
    ast: ASTNode, input_order: Sequence[str] | None
) -> tuple[list[Instruction], str, list[Any], list[str]]:
    """Returns the instructions for a tree, each with the registers of its result and its operands.

    Registers are numbered: the result is 0, then come the inputs, the constants by kind and value,
    and what is computed on the way.

    Returns:
        instructions, the kinds of temporaries, constants, and the names of inputs.
    """
    if ast.astType != "op":
        ast = ASTNode("op", ast.astKind, "copy", (ast,))
    ast = typeCompileAst(ast)
    unique: dict[Any, ASTNode] = {}
    for node in ast.postorderWalk():
        node.children = tuple(unique[child.key()] for child in node.children)
        unique.setdefault(node.key(), node)
    nodes = list(unique.values())
    root = nodes[-1]
    _assign(nodes, root)
    by_name = {node.value: node for node in nodes if node.astType == "variable"}
    if input_order:
        check_names(input_order, by_name)
    names = list(input_order) if input_order else sorted(by_name)
    constants = sorted((node for node in nodes if node.astType == "constant"), key=_order)
    _registers(root).n = 0
    ordered = [by_name[name] for name in names] + constants
    for n, node in enumerate(ordered, start=1):
        _registers(node).n = n
    temporaries = ""
    for node in nodes:
        register = _registers(node)
        if register.n is None:
            register.n = 1 + len(ordered) + len(temporaries)
            temporaries += register.node.typecode()
    instructions = [
        (node.value, _registers(node), *map(_registers, node.children))
        for node in nodes
        if node.astType == "op"
    ]
    values = [convertConstantToKind(node.value, node.astKind) for node in constants]
    return instructions, temporaries, values, names


def _registers(node: ASTNode) -> Register:
    assert node.reg is not None, "every node of a program has a register"
    return node.reg


def _assign(nodes: list[ASTNode], root: ASTNode) -> None:
    """Gives each node a register. Those of results that nobody needs any more are used again."""
    users: dict[int, set[int]] = {id(node): set() for node in nodes}
    for node in nodes:
        for child in node.children:
            users[id(child)].add(id(node))
    free: dict[str, list[Register]] = {}
    for node in nodes:
        if node.astType == "raw":
            node.reg = Register(node, n=node.value, immediate=True)
            continue
        if node.astType != "op":
            node.reg = Register(node)
            continue
        for child in node.children:
            register = _registers(child)
            waiting = users[id(child)]
            if register.temporary and id(node) in waiting:
                waiting.discard(id(node))
                if not waiting:
                    free.setdefault(child.astKind, []).append(register)
        # A reduction reads on while its result is being made.
        keeps_apart = node is root and node.value.startswith(_REDUCTIONS)
        again = None if keeps_apart else free.get(node.astKind)
        node.reg = again.pop() if again else Register(node, temporary=True)


def _order(node: ASTNode) -> tuple[Any, ...]:
    value = convertConstantToKind(node.value, node.astKind)
    if isinstance(value, complex):
        return (node.astKind, value.real, value.imag)
    return (node.astKind, value)


def compileThreeAddrForm(program: Iterable[Instruction]) -> bytes:
    """Returns the bytes of a program: four for an instruction, and four for further operands."""

    def number(register: Register | None) -> int:
        if register is None or register.n is None:
            return 255
        if register.n < 0:
            raise ValueError(f"negative value for register number {register.n}")
        return register.n

    code: list[int] = []
    for opcode, *registers in program:
        operands = [number(register) for register in registers]
        operands += [255] * (-len(operands) % 3)
        for at in range(0, len(operands), 3):
            code.append(_opcodes.opcodes[opcode if at == 0 else b"noop"])
            code.extend(operands[at : at + 3])
    return bytes(code)


def signature_of(names: Iterable[str], types: dict[str, Any]) -> str:
    """Returns the letters of the kinds of variables."""
    return "".join(type_to_typecode[types.get(name, default_type)] for name in names)


def disassemble(nex: Any) -> list[list[Any]]:
    """Returns the program of a compiled expression: for each instruction its name and its operands.

    The result is `r0`, inputs are `r1[name]`, constants `c2[value]`, temporaries `t3`.
    """
    names = {number: name for name, number in _opcodes.opcodes.items()}
    program, inputs, constants = nex.program, nex.input_names, nex.constants

    def operand(number: int, letter: str) -> Any:
        if number == 255:
            return None
        if letter == "n":
            return number
        if number == 0:
            return b"r0"
        if number <= len(inputs):
            return f"r{number}[{inputs[number - 1]}]".encode("ascii")
        at = number - len(inputs) - 1
        if at < len(constants):
            return f"c{number}[{constants[at]}]".encode("ascii")
        return f"t{number}".encode("ascii")

    rows = []
    for at in range(0, len(program), 4):
        name = names[program[at]]
        letters = name.decode().rpartition("_")[2] if b"_" in name else ""
        # Those that do not fit beside the name follow a `noop`.
        numbers = program[at + 1 : at + 4] + program[at + 5 : at + 8]
        row = [name, *(operand(*pair) for pair in zip(numbers, letters, strict=False))]
        rows.append(row + [None] * (4 - len(row)))
    return rows
