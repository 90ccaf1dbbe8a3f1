# -*- test-case-name: tests.expression.test_expression -*-
"""An expression: read once, evaluated over any number of batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa

from ogctwist.expression import nodes
from ogctwist.expression.column import Column
from ogctwist.expression.context import Budget, ExpressionContext
from ogctwist.expression.errors import ExpressionError
from ogctwist.expression.evaluator import evaluate
from ogctwist.expression.functions import (  # noqa: F401 - they register themselves
    aggregates,
    arrayloops,
    arrays,
    colours,
    conditionals,
    construction,
    conversions,
    dates,
    ellipsoidal,
    fuzzy,
    maps,
    mathematics,
    measures,
    overlays,
    partorder,
    patterns,
    records,
    shapes,
    strings,
    transformations,
)
from ogctwist.expression.functions.registry import FUNCTIONS
from ogctwist.expression.logic import isTrue, truthOf
from ogctwist.expression.nodes import Node
from ogctwist.expression.parser import callOf, parseText
from ogctwist.expression.printer import printed
from ogctwist.expression.scope import Scope
from ogctwist.geo.batch import FeatureBatch
from ogctwist.ows.exceptions import quoted

_NOTHING = ExpressionContext()


class Expression:
    """
    A QGIS expression, immutable.  Two are equal when they print the same.

    @ivar node: the root of the tree.
    """

    def __init__(self, node: Node):
        self.node = node

    @classmethod
    def parse(cls, text: str) -> Expression:
        """
        The expression of a text; the last few hundred are kept.

        @raise ExpressionError: it cannot be read, calls a function that does not
            exist or is refused, or is over a limit.
        """
        return _parse(text)

    @classmethod
    def parseUntrusted(cls, text: str) -> Expression:
        """
        The expression of a text that comes with a request: like L{parse}, but
        expressions that read expressions out of texts are refused.

        @raise ExpressionError: as for L{parse}.
        """
        expression = _parse(text)
        refused = sorted((expression.functions & UNTRUSTED) | expression.foreignFunctions)
        if refused:
            raise ExpressionError(f"the function {refused[0]} may not be used in a request")
        return expression

    # making

    @classmethod
    def literal(cls, value: object) -> Expression:
        """A constant: None, bool, int, float, str, date, time, datetime or a Shapely geometry."""
        return cls(nodes.Literal(value=value))

    @classmethod
    def column(cls, name: str) -> Expression:
        """An attribute."""
        return cls(nodes.ColumnRef(name=name))

    @classmethod
    def call(cls, name: str, *arguments: Expression) -> Expression:
        """A call.  @raise ExpressionError: no such function, or not with so many arguments."""
        return cls(callOf(name, tuple(argument.node for argument in arguments), {}))

    @classmethod
    def binary(cls, operator: str, left: Expression, right: Expression) -> Expression:
        """C{left operator right}, the operator as printed: C{=}, C{<>}, C{LIKE}, C{||}, …"""
        return cls(nodes.Binary(operator=operator, left=left.node, right=right.node))

    @classmethod
    def fieldEquals(cls, name: str, value: object) -> Expression:
        """C{"name" = value}; C{"name" IS NULL} for None."""
        return cls.binary("IS" if value is None else "=", cls.column(name), cls.literal(value))

    @classmethod
    def fieldIn(cls, name: str, values: Iterable[object]) -> Expression:
        """C{"name" IN (values)}; of no values: false."""
        options = tuple(nodes.Literal(value=value) for value in values)
        if not options:
            return cls.literal(False)
        return cls(nodes.In(operand=nodes.ColumnRef(name=name), options=options))

    @classmethod
    def membership(cls, operand: Expression, options: Iterable[Expression]) -> Expression:
        """C{operand IN (options)}; of no options: false."""
        parts = tuple(option.node for option in options)
        return cls(nodes.In(operand=operand.node, options=parts)) if parts else cls.literal(False)

    @classmethod
    def conjunction(cls, expressions: Iterable[Expression | None]) -> Expression | None:
        """All of them joined by AND, as trees; None stands for "no condition"."""
        return cls._joined("AND", expressions)

    @classmethod
    def disjunction(cls, expressions: Iterable[Expression | None]) -> Expression | None:
        """All of them joined by OR, as trees."""
        return cls._joined("OR", expressions)

    @classmethod
    def _joined(cls, operator: str, expressions: Iterable[Expression | None]) -> Expression | None:
        known = [e for e in expressions if e is not None]
        if len(known) < 2:
            return known[0] if known else None
        return cls(nodes.Logical(operator=operator, operands=tuple(e.node for e in known)))

    def negated(self) -> Expression:
        """NOT this."""
        return Expression(nodes.Unary(operator="NOT", operand=self.node))

    # asking

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names of the attributes it mentions, as it spells them (see L{resolved})."""
        return frozenset(n.name for n in self.node.walk() if isinstance(n, nodes.ColumnRef))

    @cached_property
    def needsGeometry(self) -> bool:
        """Whether it looks at the geometry of the feature."""
        if self.variables & {"geometry", "feature"}:
            return True
        return any(FUNCTIONS[name].usesGeometry for name in self.functions if name in FUNCTIONS)

    @cached_property
    def needsAllFields(self) -> bool:
        """Whether it may look at attributes that it does not name (C{attributes()}, C{eval}, …)."""
        if self.foreignFunctions or "feature" in self.variables:
            return True
        return not self.functions.isdisjoint(_ALL_FIELDS)

    @cached_property
    def functions(self) -> frozenset[str]:
        """Lower-case names of the functions it calls."""
        return frozenset(n.name.lower() for n in self.node.walk() if isinstance(n, nodes.Call))

    @cached_property
    def foreignFunctions(self) -> frozenset[str]:
        """Those of C{functions} that are plugins'."""
        return frozenset(name for name in self.functions if name in FUNCTIONS and FUNCTIONS[name].isForeign)

    @cached_property
    def variables(self) -> frozenset[str]:
        """Names of the variables it mentions, without C{@}."""
        return frozenset(n.name for n in self.node.walk() if isinstance(n, nodes.Variable))

    @property
    def columnName(self) -> str | None:
        """The attribute's name, if the expression is just that."""
        return self.node.name if isinstance(self.node, nodes.ColumnRef) else None

    @property
    def isLiteral(self) -> bool:
        """Whether it is just a constant."""
        return isinstance(self.node, nodes.Literal)

    def resolved(self, names: Sequence[str]) -> Expression:
        """
        The same with attributes spelled as in C{names}: by the name itself, else
        by the name in any case, as QGIS looks fields up.

        @raise ExpressionError: an attribute is not among them.
        """
        folded = {name.lower(): name for name in reversed(names)}
        known = frozenset(names)
        spelling: dict[str, str] = {}
        for name in self.fields:
            actual = name if name in known else folded.get(name.lower())
            if actual is None:
                raise ExpressionError(f"Field '{quoted(name)}' not found")
            spelling[name] = actual
        if all(name == actual for name, actual in spelling.items()):
            return self
        return Expression(_renamed(self.node, spelling))

    # evaluating

    def evaluate(self, batch: FeatureBatch, context: ExpressionContext = _NOTHING) -> pa.Array:
        """
        The values for the features of a batch.

        @return: an Arrow array of length n, null for NULL and for rows whose
            value cannot be computed; comparisons as int64, geometries as WKB.
        @raise ExpressionError: an unknown attribute, or a budget spent.
        """
        return self.evaluateColumn(batch, context).arrow()

    def evaluateColumn(self, batch: FeatureBatch, context: ExpressionContext = _NOTHING) -> Column:
        """The same as a L{Column}, which may be one constant and may hold any value."""
        return self._evaluated(Scope(batch, len(batch), context, Budget(context)))

    def _evaluated(self, scope: Scope) -> Column:
        try:
            return evaluate(self.node, scope)
        except RecursionError:
            raise ExpressionError("the expression is nested too deeply") from None

    def mask(self, batch: FeatureBatch, context: ExpressionContext = _NOTHING) -> np.ndarray:
        """
        For which features it is true; NULL and what cannot be computed is not.

        @return: bool, shape (n,).
        @raise ExpressionError: an unknown attribute, or a budget spent.
        """
        if not len(batch):
            return np.zeros(0, bool)
        return isTrue(truthOf(self.evaluateColumn(batch, context)))

    def evaluateScalar(self, context: ExpressionContext = _NOTHING) -> object:
        """
        The value without a feature, as a Python value.

        @raise ExpressionError: it names an attribute, cannot be computed, or
            spends its budget.
        """
        column = self._evaluated(Scope(None, 1, context, Budget(context)))
        if column.failed is not None:
            raise ExpressionError(column.failure)
        return column.values()[0]

    # being a value

    @cached_property
    def text(self) -> str:
        """The expression in QGIS's syntax."""
        return printed(self.node)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Expression.parse({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


#: Functions that only the project's own expressions may call.
UNTRUSTED = frozenset(("eval", "eval_template", "order_parts"))

_ALL_FIELDS = frozenset((
    "attributes", "attribute", "eval", "eval_template", "$currentfeature", "represent_value",
    "represent_attributes", "display_expression",
))  # fmt: skip


@lru_cache(maxsize=2048)
def _parse(text: str) -> Expression:
    return Expression(parseText(text))


def _renamed(node: Node, spelling: dict[str, str]) -> Node:
    return rebuilt(
        node, lambda n: nodes.ColumnRef(name=spelling[n.name]) if isinstance(n, nodes.ColumnRef) else None
    )


def rebuilt(node: Node, replacement: Callable[[Node], Node | None]) -> Node:
    """A tree with some nodes replaced: where C{replacement} answers a node, it stands for the part."""
    new = replacement(node)
    if new is not None:
        return new
    again = [rebuilt(child, replacement) for child in node.children]
    if all(a is b for a, b in zip(again, node.children, strict=True)):
        return node
    return _withChildren(node, again)


def _withChildren(node: Node, children: list[Node]) -> Node:
    if isinstance(node, nodes.Unary):
        return nodes.Unary(operator=node.operator, operand=children[0])
    if isinstance(node, nodes.Binary):
        return nodes.Binary(operator=node.operator, left=children[0], right=children[1])
    if isinstance(node, nodes.Logical):
        return nodes.Logical(operator=node.operator, operands=tuple(children))
    if isinstance(node, nodes.In):
        return nodes.In(operand=children[0], options=tuple(children[1:]), isNegated=node.isNegated)
    if isinstance(node, nodes.Between):
        operand, low, high = children
        return nodes.Between(operand=operand, low=low, high=high, isNegated=node.isNegated)
    if isinstance(node, nodes.Case):
        pairs = tuple(zip(children[0 : 2 * len(node.branches) : 2], children[1::2], strict=False))
        return nodes.Case(branches=pairs, otherwise=None if node.otherwise is None else children[-1])
    if isinstance(node, nodes.Index):
        return nodes.Index(container=children[0], index=children[1])
    assert isinstance(node, nodes.Call)
    return nodes.Call(name=node.name, arguments=tuple(children))
