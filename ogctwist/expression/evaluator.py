# -*- test-case-name: tests.expression.test_expression -*-
"""
From a tree and the rows of a batch to a column.

Rows that an operand does not concern are not computed for it where QGIS would
not: the branches of a CASE, what follows a false operand of AND or a true one
of OR.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from ogctwist.expression import arithmetic, comparison, logic, matching, nodes
from ogctwist.expression.column import Column, Kind, failuresOf, mapRows
from ogctwist.expression.context import Budget
from ogctwist.expression.errors import EvaluationFailure, ExpressionError
from ogctwist.expression.functions.registry import FUNCTIONS, Environment, Function, refusal
from ogctwist.expression.nodes import Node
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toText


def evaluate(node: Node, scope: Scope) -> Column:
    """
    The values of a tree for the rows of a scope.

    @raise ExpressionError: an attribute that does not exist, or a budget spent.
    """
    scope.budget.step(scope.length)
    return _EVALUATORS[type(node)](node, scope)


def _literal(node: nodes.Literal, scope: Scope) -> Column:
    return Column.constant(node.value, scope.length)


def _column(node: nodes.ColumnRef, scope: Scope) -> Column:
    return scope.attribute(node.name)


def _variable(node: nodes.Variable, scope: Scope) -> Column:
    return scope.variable(node.name)


def _unary(node: nodes.Unary, scope: Scope) -> Column:
    operand = evaluate(node.operand, scope)
    if node.operator == "NOT":
        return logic.invert(logic.truthOf(operand))
    return arithmetic.negate(operand)


def _binary(node: nodes.Binary, scope: Scope) -> Column:
    left, right = evaluate(node.left, scope), evaluate(node.right, scope)
    word = node.operator
    if word in nodes.COMPARISONS:
        return comparison.compare(word, left, right)
    if word in nodes.MATCHES:
        return matching.match(word, left, right, scope.budget)
    if word in nodes.IDENTITIES:
        return comparison.identity(word, left, right)
    if word == "||":
        return arithmetic.concatenate(left, right, scope.budget)
    return arithmetic.calculate(word, left, right)


def _logical(node: nodes.Logical, scope: Scope) -> Column:
    isAnd = node.operator == "AND"
    combine = pc.and_kleene if isAnd else pc.or_kleene
    decides = logic.isFalse if isAnd else logic.isTrue
    result = logic.truthOf(evaluate(node.operands[0], scope))
    for operand in node.operands[1:]:
        open_ = ~decides(result)
        if result.failed is not None:
            open_ &= ~result.failed
        count = int(np.count_nonzero(open_))
        if count == 0:
            break
        if count * 2 < scope.length or (count < scope.length and _isCostly(operand)):
            rows = np.flatnonzero(open_)
            part = logic.truthOf(evaluate(operand, scope.take(rows)))
            right = logic.gathered([(rows, part)], scope.length)
        else:
            right = logic.truthOf(evaluate(operand, scope))
        array = right.array if not right.isConstant else pa.nulls(scope.length, pa.bool_())
        combined = combine(result.array, array)
        if count < scope.length:
            combined = pc.if_else(pa.array(open_), combined, result.array)
        failed = result.failed
        if right.failed is not None:
            failed = right.failed & open_ if failed is None else failed | (right.failed & open_)
        if failed is not None:
            combined = pc.if_else(pa.array(failed), pa.scalar(None, pa.bool_()), combined)
        result = Column(Kind.TRUTH, combined, scope.length, None, failed, result.failure or right.failure)
    return result


def _isCostly(node: Node) -> bool:
    """Whether a part is worth leaving out for a few rows."""
    return any(isinstance(part, nodes.Call) for part in node.walk())


def _in(node: nodes.In, scope: Scope) -> Column:
    operand = evaluate(node.operand, scope)
    return comparison.membership(operand, [evaluate(o, scope) for o in node.options], node.isNegated)


def _between(node: nodes.Between, scope: Scope) -> Column:
    operand = evaluate(node.operand, scope)
    low = comparison.compare(">=", operand, evaluate(node.low, scope))
    high = comparison.compare("<=", operand, evaluate(node.high, scope))
    array = pc.and_kleene(comparison.truths(low), comparison.truths(high))
    outcome = Column.truths(pc.invert(array) if node.isNegated else array)
    return outcome.withFailures(*failuresOf((low, high)))


def _case(node: nodes.Case, scope: Scope) -> Column:
    return choose(list(node.branches), node.otherwise, scope)


def choose(branches: list[tuple[Node, Node]], otherwise: Node | None, scope: Scope) -> Column:
    """The result of the first branch whose condition is true, each for its own rows."""
    remaining = np.arange(scope.length)
    parts: list[tuple[np.ndarray, Column]] = []
    for condition, result in branches:
        within = scope if len(remaining) == scope.length else scope.take(remaining)
        truth = logic.truthOf(evaluate(condition, within))
        chosen = logic.isTrue(truth)
        rows = remaining[chosen]
        if len(rows):
            parts.append((rows, evaluate(result, _rows(scope, rows))))
        if truth.failed is not None:
            bad = remaining[truth.failed]
            parts.append(
                (bad, Column.constant(None, len(bad)).withFailures(np.ones(len(bad), bool), truth.failure))
            )
            chosen = chosen | truth.failed
        remaining = remaining[~chosen]
        if not len(remaining):
            break
    if otherwise is not None and len(remaining):
        parts.append((remaining, evaluate(otherwise, _rows(scope, remaining))))
    return logic.gathered(parts, scope.length)


def _rows(scope: Scope, rows: np.ndarray) -> Scope:
    return scope if len(rows) == scope.length else scope.take(rows)


def _index(node: nodes.Index, scope: Scope) -> Column:
    container, index = evaluate(node.container, scope), evaluate(node.index, scope)
    outcome = mapRows(_item, [container, index], scope.length)
    return outcome.withFailures(*failuresOf((container, index)))


def _item(container: object, index: object) -> object:
    if isinstance(container, list):
        position = toInteger(index)
        if position < 0:
            position += len(container)
        return container[position] if 0 <= position < len(container) else None
    if isinstance(container, dict):
        return container.get(toText(index))
    if container is None:
        return None
    raise EvaluationFailure("[] can only be used with map or array values")


def _call(node: nodes.Call, scope: Scope) -> Column:
    function = FUNCTIONS.get(node.name.lower())
    if function is None:
        raise ExpressionError(refusal(node.name))
    if function.needs == "nodes":
        return function.call(scope, evaluate, *_filled(function, node.arguments))
    columns = [evaluate(argument, scope) for argument in node.arguments]
    defaults = function.parameters[len(columns) :]
    columns += [Column.constant(parameter.default, scope.length) for parameter in defaults]
    return callColumns(function, columns, scope)


def callColumns(function: Function, columns: list[Column], scope: Scope) -> Column:
    """A function of columns that stand for all its parameters."""
    failed, reason = failuresOf(columns)
    if not function.takesNull and any(c.isConstant and c.kind is Kind.NULL for c in columns):
        return Column.constant(None, scope.length).withFailures(failed, reason)
    if function.needs == "columns":
        return function.call(scope, *columns).withFailures(failed, reason)
    call: Callable[..., object] = function.call
    if function.needs == "environment":
        environment = Environment(scope.context, scope.budget)
        call = _bound(call, environment)
    if not function.takesNull and columns:
        call = _strict(call)
    if not function.isPure and not columns:
        columns = [Column.fromValues([None] * scope.length)]
        call = _ignoring(call)
    outcome = mapRows(call, columns, scope.length)
    charge(outcome, scope.budget)
    return outcome.withFailures(failed, reason)


def charge(column: Column, budget: Budget) -> None:
    """Count what a function made.  @raise BudgetExceeded: it is too much."""
    if column.isConstant:
        if isinstance(column.value, (str, list, dict, shapely.Geometry)):
            budget.value(column.value)
    elif column.kind is Kind.TEXT:
        lengths = pc.binary_length(column.array)
        budget.text(pc.max(lengths).as_py() or 0)
        budget.produce(pc.sum(lengths).as_py() or 0)
    elif column.kind is Kind.OBJECT:
        for value in column.values():
            if isinstance(value, (str, list, dict, shapely.Geometry)):
                budget.value(value)


def _bound(call: Callable[..., object], environment: Environment) -> Callable[..., object]:
    return lambda *values: call(environment, *values)


def _strict(call: Callable[..., object]) -> Callable[..., object]:
    """NULL in, NULL out."""

    def strict(*values: object) -> object:
        for value in values:
            if value is None:
                return None
        return call(*values)

    return strict


def _ignoring(call: Callable[..., object]) -> Callable[..., object]:
    return lambda _: call()


def _filled(function: Function, arguments: tuple[Node, ...]) -> tuple[Node, ...]:
    defaults = function.parameters[len(arguments) :]
    return (*arguments, *(nodes.Literal(value=parameter.default) for parameter in defaults))


_EVALUATORS: dict[type[Node], Callable[..., Column]] = {
    nodes.Literal: _literal,
    nodes.ColumnRef: _column,
    nodes.Variable: _variable,
    nodes.Unary: _unary,
    nodes.Binary: _binary,
    nodes.Logical: _logical,
    nodes.In: _in,
    nodes.Between: _between,
    nodes.Case: _case,
    nodes.Index: _index,
    nodes.Call: _call,
}
