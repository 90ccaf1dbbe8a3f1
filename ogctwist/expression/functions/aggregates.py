# -*- test-case-name: tests.expression.test_records -*-
"""
Aggregates over the features of a layer, read once for a request.

Within the expressions of an aggregate attributes are those of the layer that
is read; the feature that asks is C{@parent}.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from ogctwist.expression import nodes
from ogctwist.expression.column import Column, failuresOf
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.arrays import ORDER
from ogctwist.expression.functions.construction import collected
from ogctwist.expression.functions.records import featureOf, readLayer
from ogctwist.expression.functions.registry import FUNCTIONS, function
from ogctwist.expression.logic import isTrue, truthOf
from ogctwist.expression.nodes import Node
from ogctwist.expression.printer import printed
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import Feature, isNumber, toText

GROUP = "Aggregates"

Evaluate = Callable[[Node, Scope], Column]
_NULL = nodes.Literal(value=None)


@dataclass(frozen=True, eq=False)
class Question:
    """
    What is aggregated.

    @ivar kind: count, sum, concatenate, …
    """

    layer: str
    kind: str
    expression: Node
    condition: Node = _NULL
    group: Node = _NULL
    order: Node = _NULL
    concatenator: str = ""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The expressions over the layer that is read."""
        return self.expression, self.condition, self.group, self.order

    @property
    def asksParent(self) -> bool:
        """Whether the answer differs by the feature that asks."""
        parts = (part for node in self.nodes for part in node.walk())
        return any(isinstance(part, nodes.Variable) and part.name == "parent" for part in parts)


def _isNone(node: Node) -> bool:
    return isinstance(node, nodes.Literal) and node.value is None


def _needs(question: Question) -> tuple[set[str] | None, bool]:
    """Which attributes, and whether geometries, must be read."""
    fields: set[str] | None = set()
    geometry = False
    for node in (part for each in question.nodes for part in each.walk()):
        if isinstance(node, nodes.ColumnRef) and fields is not None:
            fields.add(node.name)
        elif isinstance(node, nodes.Variable) and node.name in ("feature", "geometry"):
            geometry, fields = True, None if node.name == "feature" else fields
        elif isinstance(node, nodes.Call):
            called = FUNCTIONS.get(node.name.lower())
            geometry = geometry or bool(called and called.usesGeometry)
            if node.name.lower() in ("attributes", "attribute", "$currentfeature", "eval", "eval_template"):
                fields = None
    return fields, geometry


def _groups(
    scope: Scope, evaluate: Evaluate, question: Question, parent: Feature | None
) -> dict[str | None, list[object]]:
    """The values of each group, in order; the key is the text of the group's value."""
    rows: list[tuple[object, object, object]] = []
    fields, geometry = _needs(question)
    for batch in readLayer(scope, question.layer, fields, geometry):
        inner = Scope(batch, len(batch), scope.context, scope.budget)
        inner = inner.withVariables({"parent": Column.constant(parent, len(batch))})
        if not _isNone(question.condition):
            keep = np.flatnonzero(isTrue(truthOf(evaluate(question.condition, inner))))
            inner = inner.take(keep)
        if not inner.length:
            continue
        columns = [evaluate(node, inner) for node in (question.expression, question.group, question.order)]
        failed, reason = failuresOf(columns)
        if failed is not None:
            raise EvaluationFailure(reason)
        rows.extend(zip(*(column.values() for column in columns), strict=True))
    if not _isNone(question.order):
        rows.sort(key=lambda row: ORDER(row[2]))
    groups: dict[str | None, list[object]] = {}
    for value, group, _ in rows:
        groups.setdefault(None if group is None else toText(group), []).append(value)
    return groups


def _answers(
    scope: Scope, evaluate: Evaluate, question: Question, parent: Feature | None = None
) -> dict[str | None, object]:
    """The aggregate of each group; kept for the request unless a parent is asked about."""
    key = (question.layer, question.kind, question.concatenator, *(printed(n) for n in question.nodes))
    known = scope.context.memory.get(key) if parent is None else None
    if known is None:
        groups = _groups(scope, evaluate, question, parent)
        if not groups and _isNone(question.group):
            groups = {None: []}
        known = {name: aggregated(question, values, scope) for name, values in groups.items()}
        if parent is None:
            scope.context.memory[key] = known
    return known  # type: ignore[return-value]


def _answered(scope: Scope, evaluate: Evaluate, question: Question) -> Column:
    """The aggregate as each row sees it."""
    try:
        if question.asksParent:
            answers = [
                _answers(scope, evaluate, question, featureOf(feature)).get(None)
                for feature in scope.features().values()
            ]
            return Column.fromValues(answers)
        known = _answers(scope, evaluate, question)
    except EvaluationFailure as failure:
        failed = Column.constant(None, scope.length)
        return failed.withFailures(np.ones(scope.length, bool), str(failure))
    if _isNone(question.group):
        return Column.constant(known.get(None), scope.length)
    keys = evaluate(question.group, scope).values()
    return Column.fromValues([known.get(None if key is None else toText(key)) for key in keys])


def aggregated(question: Question, values: list[object], scope: Scope) -> object:
    """
    The aggregate of some values.

    @raise EvaluationFailure: there is none of that name.
    """
    kind = question.kind
    present = [value for value in values if value is not None]
    if kind in _COUNTS:
        return _COUNTS[kind](values, present)
    if kind in _STATISTICS:
        numbers = [float(value) for value in present if isNumber(value)]  # type: ignore[arg-type]
        return _STATISTICS[kind](numbers) if numbers else None
    if kind in ("concatenate", "concatenate_unique"):
        texts = [toText(value) for value in present]
        texts = list(dict.fromkeys(texts)) if kind == "concatenate_unique" else texts
        scope.budget.text(sum(map(len, texts)) + len(texts) * len(question.concatenator))
        return question.concatenator.join(texts)
    if kind == "array_agg":
        scope.budget.produce(len(values))
        return values
    if kind == "collect":
        shapes = [value for value in present if isinstance(value, shapely.Geometry)]
        scope.budget.vertices(int(shapely.get_num_coordinates(shapes).sum()) if shapes else 0)
        return collected(shapes)
    raise EvaluationFailure(f"there is no aggregate {kind[:50]}")


def _extreme(values: list[object], largest: bool) -> object:
    if not values:
        return None
    return max(values, key=ORDER) if largest else min(values, key=ORDER)


def _frequent(values: list[object], most: bool) -> object:
    """The most (or least) frequent value; of several the first."""
    counts: dict[str, list] = {}
    for value in values:
        counts.setdefault(toText(value), [value, 0])[1] += 1
    if not counts:
        return None
    return (max if most else min)(counts.values(), key=lambda pair: pair[1])[0]


_COUNTS: dict[str, Callable[[list[object], list[object]], object]] = {
    "count": lambda values, present: len(present),
    "count_distinct": lambda values, present: len({toText(value) for value in present}),
    "count_missing": lambda values, present: len(values) - len(present),
    "min": lambda values, present: _extreme(present, False),
    "max": lambda values, present: _extreme(present, True),
    "minority": lambda values, present: _frequent(present, False),
    "majority": lambda values, present: _frequent(present, True),
    "min_length": lambda values, present: min((len(toText(v)) for v in present), default=None),
    "max_length": lambda values, present: max((len(toText(v)) for v in present), default=None),
}


def _quartile(numbers: list[float], upper: bool) -> float:
    """The median of the upper or lower half, the middle left out of an odd number."""
    ordered, half = sorted(numbers), len(numbers) // 2
    part = ordered[len(ordered) - half :] if upper else ordered[:half]
    return statistics.median(part or ordered)


_STATISTICS: dict[str, Callable[[list[float]], object]] = {
    "sum": math.fsum,
    "mean": lambda numbers: math.fsum(numbers) / len(numbers),
    "median": statistics.median,
    "stdev": statistics.pstdev,
    "stdevsample": lambda numbers: statistics.stdev(numbers) if len(numbers) > 1 else 0.0,
    "range": lambda numbers: max(numbers) - min(numbers),
    "q1": lambda numbers: _quartile(numbers, False),
    "q3": lambda numbers: _quartile(numbers, True),
    "iqr": lambda numbers: _quartile(numbers, True) - _quartile(numbers, False),
}


def _text(scope: Scope, evaluate: Evaluate, node: Node) -> str:
    """An argument that is the same for all rows, as a text."""
    column = evaluate(node, scope)
    if not column.isConstant:
        column = column.take(np.arange(min(1, scope.length)))
    values = column.values()
    return toText(values[0]) if values and values[0] is not None else ""


@function(
    "aggregate(layer, aggregate, expression, filter=None, concatenator='', order_by=None)",
    GROUP,
    needs="nodes",
)
def aggregate(
    scope: Scope,
    evaluate: Evaluate,
    layer: Node,
    kind: Node,
    expression: Node,
    condition: Node,
    concatenator: Node,
    order: Node,
) -> Column:
    """Any aggregate over any layer."""
    question = Question(
        _text(scope, evaluate, layer),
        _text(scope, evaluate, kind).lower(),
        expression,
        condition,
        order=order,
        concatenator=_text(scope, evaluate, concatenator),
    )
    return _answered(scope, evaluate, question)


@function(
    "relation_aggregate(relation, aggregate, expression, concatenator='', order_by=None)",
    GROUP,
    needs="nodes",
)
def relationAggregate(
    scope: Scope,
    evaluate: Evaluate,
    relation: Node,
    kind: Node,
    expression: Node,
    concatenator: Node,
    order: Node,
) -> Column:
    """Over the features that refer to each row."""
    name = _text(scope, evaluate, relation)
    found = scope.context.layers.relation(name) if scope.context.layers is not None else None
    if found is None or not found[1]:
        empty = Column.constant(None, scope.length)
        return empty.withFailures(np.ones(scope.length, bool), "there is no such relation")
    layer, pairs = found
    referencing: list[Node] = [
        nodes.Call(name="to_string", arguments=(nodes.ColumnRef(name=a),)) for a, _ in pairs
    ]
    group = nodes.Call(name="concat", arguments=tuple(_joined(referencing)))
    question = Question(
        layer,
        _text(scope, evaluate, kind).lower(),
        expression,
        group=group,
        order=order,
        concatenator=_text(scope, evaluate, concatenator),
    )
    try:
        known = _answers(scope, evaluate, question)
    except EvaluationFailure as failure:
        failed = Column.constant(None, scope.length)
        return failed.withFailures(np.ones(scope.length, bool), str(failure))
    columns = [scope.attribute(b).values() for _, b in pairs]
    keys = ["\x1f".join(toText(value) for value in row) for row in zip(*columns, strict=True)]
    nothing = aggregated(question, [], scope)
    return Column.fromValues([known.get(key, nothing) for key in keys])


def _joined(parts: list[Node]) -> list[Node]:
    """The parts with a separator between them."""
    separated: list[Node] = [parts[0]]
    for part in parts[1:]:
        separated += [nodes.Literal(value="\x1f"), part]
    return separated


def _short(name: str, kind: str) -> None:
    """Declare an aggregate over the layer of the features."""

    @function(f"{name}(expression, group_by=None, filter=None)", GROUP, needs="nodes")
    def short(scope: Scope, evaluate: Evaluate, expression: Node, group: Node, condition: Node) -> Column:
        question = Question(_ownLayer(scope), kind, expression, condition, group)
        return _answered(scope, evaluate, question)


def _ownLayer(scope: Scope) -> str:
    variables = scope.context.variables
    return toText(variables.get("layer_id") or variables.get("layer") or "")


for _name, _kind in (
    ("count", "count"), ("count_distinct", "count_distinct"), ("count_missing", "count_missing"),
    ("minimum", "min"), ("maximum", "max"), ("sum", "sum"), ("mean", "mean"), ("median", "median"),
    ("stdev", "stdev"), ("range", "range"), ("minority", "minority"), ("majority", "majority"),
    ("q1", "q1"), ("q3", "q3"), ("iqr", "iqr"), ("min_length", "min_length"), ("max_length", "max_length"),
    ("collect", "collect"),
):  # fmt: skip
    _short(_name, _kind)


def _joining(name: str) -> None:
    """Declare concatenate and its like."""

    @function(
        f"{name}(expression, group_by=None, filter=None, concatenator='', order_by=None)",
        GROUP,
        needs="nodes",
    )
    def joining(
        scope: Scope,
        evaluate: Evaluate,
        expression: Node,
        group: Node,
        condition: Node,
        concatenator: Node,
        order: Node,
    ) -> Column:
        between = _text(scope, evaluate, concatenator)
        question = Question(_ownLayer(scope), name, expression, condition, group, order, between)
        return _answered(scope, evaluate, question)


_joining("concatenate")
_joining("concatenate_unique")


@function("array_agg(expression, group_by=None, filter=None, order_by=None)", GROUP, needs="nodes")
def arrayAggregate(
    scope: Scope, evaluate: Evaluate, expression: Node, group: Node, condition: Node, order: Node
) -> Column:
    """All values in a list."""
    question = Question(_ownLayer(scope), "array_agg", expression, condition, group, order)
    return _answered(scope, evaluate, question)
