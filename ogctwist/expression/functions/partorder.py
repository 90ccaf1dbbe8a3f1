# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value"
"""order_parts: the parts of a geometry in the order of an expression of each part."""

from __future__ import annotations

import numpy as np
import shapely

from ogctwist.expression.column import Column, mapRows
from ogctwist.expression.errors import BudgetExceeded, EvaluationFailure
from ogctwist.expression.evaluator import evaluate
from ogctwist.expression.functions.arrays import ORDER
from ogctwist.expression.functions.construction import collected
from ogctwist.expression.functions.conversions import asBoolean
from ogctwist.expression.functions.geometric import GROUP, MULTIPOINT, shapeOf
from ogctwist.expression.functions.records import MAX_TEXTS
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toText
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn


@function("order_parts(geometry, orderby, ascending=True)", GROUP, needs="columns")
def orderParts(scope: Scope, geometry: Column, order: Column, ascending: Column) -> Column:
    """The order is a text: an expression of each part, which it finds as $geometry."""

    def ordered(shape: object, text: object, up: object) -> object:
        if shape is None or text is None:
            return None
        whole = shapeOf(shape)
        if shapely.get_type_id(whole) < MULTIPOINT:
            return whole
        parts = shapely.get_parts(whole)
        keys = [ORDER(value) for value in _values(scope, parts, toText(text))]
        places = sorted(range(len(parts)), key=keys.__getitem__, reverse=not asBoolean(up))
        return collected([parts[place] for place in places])

    return mapRows(ordered, [geometry, order, ascending], scope.length)


def _values(scope: Scope, parts: np.ndarray, text: str) -> list[object]:
    from ogctwist.expression.parser import parseText

    batch = FeatureBatch(np.arange(len(parts)), GeometryColumn.fromShapes(parts), {})
    scope.budget.texts += 1
    try:
        if scope.budget.texts > MAX_TEXTS:
            raise BudgetExceeded(f"expressions lie deeper than {MAX_TEXTS} levels in texts")
        column = evaluate(parseText(text), Scope(batch, len(parts), scope.context, scope.budget))
    finally:
        scope.budget.texts -= 1
    if column.failed is not None:
        raise EvaluationFailure(column.failure)
    return column.values()
