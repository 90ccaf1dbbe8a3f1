# -*- test-case-name: tests.expression.test_parser -*-
"""
The tree of an expression.

Nodes are immutable and know their depth and how many nodes they hold, so that
the bounds of L{MAX_DEPTH} and L{MAX_NODES} hold for every tree, parsed or
built by a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ogctwist.expression.errors import ExpressionError

#: Bounds of every tree; see the default limits of the server.
MAX_NODES = 5000
MAX_DEPTH = 100

COMPARISONS = frozenset(("=", "<>", "<", "<=", ">", ">="))
MATCHES = frozenset(("LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "~"))
IDENTITIES = frozenset(("IS", "IS NOT"))
ARITHMETIC = frozenset(("+", "-", "*", "/", "//", "%", "^"))


@dataclass(frozen=True, eq=False)
class Node:
    """
    A part of an expression.

    @ivar depth: 1 for a leaf.
    @ivar size: number of nodes of the tree below and including this one.
    """

    depth: int = field(init=False, repr=False, default=1)
    size: int = field(init=False, repr=False, default=1)

    @property
    def children(self) -> tuple[Node, ...]:
        """The operands, in the order in which they are written."""
        return ()

    def __post_init__(self) -> None:
        children = self.children
        if children:
            depth = 1 + max(child.depth for child in children)
            size = 1 + sum(child.size for child in children)
            if depth > MAX_DEPTH:
                raise ExpressionError(f"the expression is nested deeper than {MAX_DEPTH} levels")
            if size > MAX_NODES:
                raise ExpressionError(f"the expression has more than {MAX_NODES} parts")
            object.__setattr__(self, "depth", depth)
            object.__setattr__(self, "size", size)

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children))


@dataclass(frozen=True, eq=False)
class Literal(Node):
    """
    A constant: None, bool, int, float, str, or - built by a program, printed as
    the call that makes it - a date, time, datetime or Shapely geometry.
    """

    value: object = None


@dataclass(frozen=True, eq=False)
class ColumnRef(Node):
    """An attribute of the feature."""

    name: str = ""


@dataclass(frozen=True, eq=False)
class Unary(Node):
    """C{operator} is 'NOT' or '-'."""

    operator: str = "-"
    operand: Node = field(default_factory=Node)

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand,)


@dataclass(frozen=True, eq=False)
class Binary(Node):
    """Any operator of two operands but AND and OR."""

    operator: str = "="
    left: Node = field(default_factory=Node)
    right: Node = field(default_factory=Node)

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, eq=False)
class Logical(Node):
    """AND or OR of two or more operands, from left to right."""

    operator: str = "AND"
    operands: tuple[Node, ...] = ()

    @property
    def children(self) -> tuple[Node, ...]:
        return self.operands


@dataclass(frozen=True, eq=False)
class In(Node):
    """C{operand [NOT] IN (options)}."""

    operand: Node = field(default_factory=Node)
    options: tuple[Node, ...] = ()
    isNegated: bool = False

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand, *self.options)


@dataclass(frozen=True, eq=False)
class Between(Node):
    """C{operand [NOT] BETWEEN low AND high}."""

    operand: Node = field(default_factory=Node)
    low: Node = field(default_factory=Node)
    high: Node = field(default_factory=Node)
    isNegated: bool = False

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.operand, self.low, self.high)


@dataclass(frozen=True, eq=False)
class Case(Node):
    """C{CASE WHEN … THEN … ELSE … END}; C{otherwise} is None without ELSE."""

    branches: tuple[tuple[Node, Node], ...] = ()
    otherwise: Node | None = None

    @property
    def children(self) -> tuple[Node, ...]:
        flat = [node for branch in self.branches for node in branch]
        return tuple(flat) if self.otherwise is None else (*flat, self.otherwise)


@dataclass(frozen=True, eq=False)
class Index(Node):
    """C{container[index]}."""

    container: Node = field(default_factory=Node)
    index: Node = field(default_factory=Node)

    @property
    def children(self) -> tuple[Node, ...]:
        return (self.container, self.index)


@dataclass(frozen=True, eq=False)
class Call(Node):
    """
    A call of a function, arguments in the order of its parameters.

    @ivar name: as the registry has it, C{$geometry} and the like included.
    """

    name: str = ""
    arguments: tuple[Node, ...] = ()

    @property
    def children(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, eq=False)
class Variable(Node):
    """C{@name}."""

    name: str = ""


def conjunction(operator: str, left: Node, right: Node) -> Logical:
    """
    C{left AND right} or C{left OR right}, flat where the left side is a chain
    of the same operator already (evaluation is from left to right either way).
    """
    if isinstance(left, Logical) and left.operator == operator:
        return Logical(operator=operator, operands=(*left.operands, right))
    return Logical(operator=operator, operands=(left, right))
