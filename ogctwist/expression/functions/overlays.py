# -*- test-case-name: tests.expression.test_records -*-
# mypy: disable-error-code="call-overload, arg-type, return-value"
"""How the feature lies to the features of another layer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from ogctwist.expression import nodes
from ogctwist.expression.column import Column, objectArray
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.evaluator import evaluate as evaluateNode
from ogctwist.expression.functions.geometric import GROUP, shapesOf
from ogctwist.expression.functions.records import readLayer
from ogctwist.expression.functions.registry import function
from ogctwist.expression.logic import isTrue, truthOf
from ogctwist.expression.nodes import Node
from ogctwist.expression.printer import printed
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal, toText
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.transforms import transformCoords

Evaluate = Callable[[Node, Scope], Column]


class _Others:
    """The features of the other layer that count: their geometries, ids, and what is asked of them."""

    def __init__(self, shapes: np.ndarray, ids: np.ndarray, values: list[object]):
        self.shapes = shapes
        self.ids = ids
        self.values = values
        self.tree = shapely.STRtree(shapes)


def _others(scope: Scope, layer: str, expression: Node, condition: Node) -> _Others:
    key = ("overlay", layer, printed(expression), printed(condition))
    known = scope.context.memory.get(key)
    if known is None:
        shapes: list[np.ndarray] = [np.empty(0, object)]
        ids: list[np.ndarray] = [np.empty(0, np.int64)]
        values: list[object] = []
        for batch in readLayer(scope, layer, None, True):
            inner = Scope(batch, len(batch), scope.context, scope.budget)
            if not _isNull(condition):
                inner = inner.take(np.flatnonzero(isTrue(truthOf(evaluateNode(condition, inner)))))
            if inner.length:
                shapes.append(objectArray(inner.geometry().values()))
                ids.append(np.array(inner.ids().values(), np.int64))
                values.extend(evaluateNode(expression, inner).values())
        known = _Others(np.concatenate(shapes), np.concatenate(ids), values)
        scope.context.memory[key] = known
    assert isinstance(known, _Others)
    return known


def _isNull(node: Node) -> bool:
    return isinstance(node, nodes.Literal) and node.value is None


def _constant(scope: Scope, node: Node) -> object:
    column = evaluateNode(node, scope)
    return column.value if column.isConstant else next(iter(column.values()), None)


def _pairs(predicate: str, shapes: np.ndarray, others: _Others) -> np.ndarray:
    """Rows and positions of the others for which the predicate holds, shape (2, k)."""
    if predicate in ("equals", "disjoint"):
        pairs = others.tree.query(shapes, predicate="intersects")
        if predicate == "equals":
            return pairs[:, shapely.equals(shapes[pairs[0]], others.shapes[pairs[1]])]
        apart = np.ones((len(shapes), len(others.shapes)), bool)
        apart[pairs[0], pairs[1]] = False
        apart[np.equal(shapes, None).astype(bool)] = False
        return np.stack(np.nonzero(apart))
    return others.tree.query(shapes, predicate=predicate)


def _ownShapes(scope: Scope, layer: str) -> np.ndarray:
    """The geometries of the rows, in the CRS of the other layer."""
    shapes, _ = shapesOf(scope.geometry())
    if len(shapes) != scope.length:
        shapes = np.full(scope.length, None, dtype=object)
    layers = scope.context.layers
    other = toText(layers.layerProperty(layer, "crs") or "") if layers is not None else ""
    own = toText(scope.context.variables.get("layer_crs") or "")
    if not own or not other or own == other:
        return shapes
    try:
        source, target = CRS.fromAuthid(own), CRS.fromAuthid(other)
    except UnknownCRS:
        return shapes
    return shapely.transform(shapes, lambda c: transformCoords(c, source, target))


def _isOwnLayer(scope: Scope, layer: str) -> bool:
    variables = scope.context.variables
    return layer in (variables.get("layer_id"), variables.get("layer_name"))


def _overlay(predicate: str) -> None:
    @function(
        f"overlay_{predicate}(layer, expression=None, filter=None, limit=-1, cache=False, min_overlap=-1,"
        " min_inscribed_circle_radius=-1, return_details=False, sort_by_intersection_size='')",
        GROUP,
        needs="nodes",
        usesGeometry=True,
    )
    def overlay(
        scope: Scope,
        evaluate: Evaluate,
        layer: Node,
        expression: Node,
        condition: Node,
        limit: Node,
        *more: Node,
    ) -> Column:
        def work(name: str) -> Column:
            others = _others(scope, name, expression, condition)
            shapes = _ownShapes(scope, name)
            if predicate == "disjoint":
                scope.budget.step(len(shapes) * len(others.shapes))
            rows, found = _pairs(predicate, shapes, others)
            if _isOwnLayer(scope, name):
                keep = np.array(scope.ids().values())[rows] != others.ids[found]
                rows, found = rows[keep], found[keep]
            return _listed(scope, expression, others, rows, found, toInteger(_constant(scope, limit)))

        return _guarded(scope, layer, work)


def _guarded(scope: Scope, layer: Node, work: Callable[[str], Column]) -> Column:
    try:
        return work(toText(_constant(scope, layer)))
    except EvaluationFailure as failure:
        failed = Column.constant(None, scope.length)
        return failed.withFailures(np.ones(scope.length, bool), str(failure))


def _listed(
    scope: Scope, expression: Node, others: _Others, rows: np.ndarray, found: np.ndarray, limit: int
) -> Column:
    """Whether there are any, or what the expression says of each."""
    if _isNull(expression):
        counts = np.bincount(rows, minlength=scope.length)
        return Column.fromValues((counts > 0).tolist())
    scope.budget.produce(len(rows))
    lists: list[list[object]] = [[] for _ in range(scope.length)]
    for row, other in zip(rows.tolist(), found.tolist(), strict=True):
        if limit < 0 or len(lists[row]) < limit:
            lists[row].append(others.values[other])
    return Column.objects(objectArray(lists))


for _predicate in ("contains", "crosses", "disjoint", "equals", "intersects", "touches", "within"):
    _overlay(_predicate)


@function(
    "overlay_nearest(layer, expression=None, filter=None, limit=1, max_distance=0, cache=False)",
    GROUP,
    needs="nodes",
    usesGeometry=True,
)
def overlayNearest(
    scope: Scope,
    evaluate: Evaluate,
    layer: Node,
    expression: Node,
    condition: Node,
    limit: Node,
    distance: Node,
    cache: Node,
) -> Column:
    """The nearest features, nearest first."""

    def work(name: str) -> Column:
        others = _others(scope, name, expression, condition)
        shapes = _ownShapes(scope, name)
        most, furthest = toInteger(_constant(scope, limit)), toReal(_constant(scope, distance))
        scope.budget.step(len(shapes) * len(others.shapes))
        ids = scope.ids().values()
        isOwn = _isOwnLayer(scope, name)
        rows: list[int] = []
        found: list[int] = []
        for row, shape in enumerate(shapes):
            if shape is None or not len(others.shapes):
                continue
            away = shapely.distance(shape, others.shapes)
            for other in np.argsort(away, kind="stable"):
                if (isOwn and others.ids[other] == ids[row]) or not away[other] < np.inf:
                    continue
                if (furthest > 0 and away[other] > furthest) or (
                    most >= 0 and rows[-most:].count(row) >= most > 0
                ):
                    break
                rows.append(row)
                found.append(other)
        return _listed(scope, expression, others, np.array(rows, np.int64), np.array(found, np.int64), most)

    return _guarded(scope, layer, work)
