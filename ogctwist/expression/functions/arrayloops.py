# -*- test-case-name: tests.expression.test_answers -*-
"""Expressions of each item of a list: array_foreach and array_filter."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ogctwist.expression.column import Column, objectArray
from ogctwist.expression.context import Budget
from ogctwist.expression.functions.conversions import asBoolean
from ogctwist.expression.functions.registry import function
from ogctwist.expression.nodes import Node
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger

Evaluate = Callable[[Node, Scope], Column]


def _flattened(scope: Scope, evaluate: Evaluate, array: Node, body: Node) -> tuple[Column, Column]:
    """The lists, and the body evaluated for every item of every list with @element and @counter set."""
    lists = evaluate(array, scope)
    values = lists.values()
    rows = np.repeat(
        np.arange(scope.length), [len(value) if isinstance(value, list) else 0 for value in values]
    )
    scope.budget.step(len(rows))
    elements = [item for value in values if isinstance(value, list) for item in value]
    counters = [i for value in values if isinstance(value, list) for i in range(len(value))]
    inner = scope.take(rows).withVariables(
        {"element": _column(elements), "counter": Column.fromValues(counters)}
    )
    results = evaluate(body, inner) if len(rows) else Column.constant(None, 0)
    return _checked(lists, results, rows), results


def _column(values: list[object]) -> Column:
    return Column.fromValues(values) if values else Column.objects(objectArray(values))


def _checked(lists: Column, results: Column, rows: np.ndarray) -> Column:
    """The lists, failed where they are none or a result failed."""
    bad = np.array([value is not None and not isinstance(value, list) for value in lists.values()], bool)
    if results.failed is not None:
        bad[rows[results.failed]] = True
    return lists.withFailures(bad, results.failure or "Cannot convert to array")


@function("array_foreach(array, expression)", "Arrays", needs="nodes")
def foreach(scope: Scope, evaluate: Evaluate, array: Node, body: Node) -> Column:
    """The expression of each item, which it finds as @element."""
    lists, results = _flattened(scope, evaluate, array, body)
    items = iter(results.values())
    made = [None if value is None else [next(items) for _ in value] for value in _lists(lists)]
    return _rebuilt(made, lists, scope.budget)


@function("array_filter(array, expression, limit=0)", "Arrays", needs="nodes")
def filtered(scope: Scope, evaluate: Evaluate, array: Node, body: Node, limit: Node) -> Column:
    """The items for which the expression is true; at most limit of them when it is above 0."""
    lists, results = _flattened(scope, evaluate, array, body)
    keep = iter(results.values())
    made = []
    for value, most in zip(_lists(lists), evaluate(limit, scope).values(), strict=True):
        chosen = None if value is None else [item for item in value if asBoolean(next(keep))]
        count = toInteger(most) if most is not None else 0
        made.append(chosen[:count] if chosen is not None and count > 0 else chosen)
    return _rebuilt(made, lists, scope.budget)


def _lists(lists: Column) -> list[list[object] | None]:
    return [value if isinstance(value, list) else None for value in lists.values()]


def _rebuilt(made: list[list[object] | None], lists: Column, budget: Budget) -> Column:
    column = Column.objects(objectArray(made))
    for value in made:
        if value is not None:
            budget.value(value)
    return column.withFailures(lists.failed, lists.failure)
