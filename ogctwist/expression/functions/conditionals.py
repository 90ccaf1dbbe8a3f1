# -*- test-case-name: tests.expression.test_answers -*-
"""Choices: if, coalesce, nullif, try; and variables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ogctwist.expression.column import Column, Kind
from ogctwist.expression.comparison import isSame
from ogctwist.expression.functions.conversions import asBoolean
from ogctwist.expression.functions.registry import function
from ogctwist.expression.logic import gathered, isTrue
from ogctwist.expression.nodes import Node
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toText

Evaluate = Callable[[Node, Scope], Column]


@function("if(condition, result_when_true, result_when_false)", "Conditionals", needs="nodes")
def chooseIf(scope: Scope, evaluate: Evaluate, condition: Node, yes: Node, no: Node) -> Column:
    """One or the other; unlike in CASE, any text but '', '0' and 'false' is true."""
    decided = evaluate(condition, scope)
    if decided.isConstant:
        column = evaluate(yes if asBoolean(decided.value) else no, scope)
        return column.withFailures(decided.failed, decided.failure)
    truths = isTrue(decided) if decided.kind in (Kind.TRUTH, Kind.BOOLEAN) else _booleans(decided)
    parts = []
    for rows, node in ((np.flatnonzero(truths), yes), (np.flatnonzero(~truths), no)):
        if len(rows):
            parts.append((rows, evaluate(node, scope if len(rows) == scope.length else scope.take(rows))))
    return gathered(parts, scope.length).withFailures(decided.failed, decided.failure)


def _booleans(column: Column) -> np.ndarray:
    return np.array([asBoolean(value) for value in column.values()], dtype=bool)


@function("coalesce(*)", "Conditionals", needs="nodes")
def coalesce(scope: Scope, evaluate: Evaluate, *arguments: Node) -> Column:
    """The first argument that is not NULL."""
    remaining = np.arange(scope.length)
    parts: list[tuple[np.ndarray, Column]] = []
    for argument in arguments:
        whole = len(remaining) == scope.length
        column = evaluate(argument, scope if whole else scope.take(remaining))
        settled = ~column.isNull()
        if column.failed is not None:
            settled |= column.failed
        if whole and settled.all():
            return column
        chosen = np.flatnonzero(settled)
        if len(chosen):
            parts.append((remaining[chosen], column.take(chosen)))
        remaining = remaining[~settled]
        if not len(remaining):
            break
    return gathered(parts, scope.length)


@function("nullif(value1, value2)", "Conditionals")
def nullIf(value: object, other: object) -> object:
    """NULL where both are the same."""
    return None if isSame(value, other) else value


@function("try(expression, alternative=None)", "Conditionals", needs="nodes")
def tryExpression(scope: Scope, evaluate: Evaluate, expression: Node, alternative: Node) -> Column:
    """The alternative where the expression cannot be computed."""
    column = evaluate(expression, scope)
    if column.failed is None:
        return column
    bad = np.flatnonzero(column.failed)
    good = np.flatnonzero(~column.failed)
    clean = Column(column.kind, column.array, column.length, column.value)
    parts = [(good, clean.take(good)), (bad, evaluate(alternative, scope.take(bad)))]
    return gathered(parts, scope.length)


@function("var(name)", "General", needs="columns")
def variable(scope: Scope, name: Column) -> Column:
    """The variable whose name is computed."""
    if name.isConstant:
        return scope.variable(toText(name.value))
    parts = []
    texts = name.values()
    for text in {toText(value) for value in texts if value is not None}:
        rows = np.array([i for i, value in enumerate(texts) if value == text], np.int64)
        parts.append((rows, scope.variable(text).take(rows)))
    return gathered(parts, scope.length)


@function("with_variable(name, value, expression)", "General", needs="nodes")
def withVariable(scope: Scope, evaluate: Evaluate, name: Node, value: Node, expression: Node) -> Column:
    """The expression with a variable set."""
    label = evaluate(name, scope)
    if not label.isConstant or label.kind is Kind.NULL:
        return Column.constant(None, scope.length)
    return evaluate(expression, scope.withVariables({toText(label.value): evaluate(value, scope)}))
