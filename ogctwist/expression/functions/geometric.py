# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value"
"""How functions of geometries are declared: on whole columns, with Shapely's array functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from ogctwist.expression.column import Column, Kind, objectArray
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import Feature, toReal, toText

GROUP = "GeometryGroup"

#: Kinds as Shapely numbers them.
POINT, LINE, RING, POLYGON, MULTIPOINT, MULTILINE, MULTIPOLYGON, COLLECTION = range(8)


def shapeOf(value: object) -> shapely.Geometry:
    """@raise EvaluationFailure: it is no geometry."""
    if isinstance(value, Feature) and value.geometry is not None:
        return value.geometry
    if not isinstance(value, shapely.Geometry):
        raise EvaluationFailure(f"Cannot convert '{toText(value)[:200]}' to geometry")
    return value


def shapesOf(column: Column) -> tuple[np.ndarray, np.ndarray | None]:
    """
    The geometries of a column: object array, shape (n,), of length 1 for a
    constant; and which rows hold something else (None if none does).
    """
    if column.isConstant:
        values = objectArray([column.value])
    else:
        values = column.array if column.kind is Kind.OBJECT else objectArray(column.values())
    alien = ~(shapely.is_geometry(values) | np.equal(values, None).astype(bool))
    if not alien.any():
        return values, None
    values = values.copy()
    values[alien] = None
    return values, np.broadcast_to(alien, (column.length,))


def settled(
    outcome: np.ndarray, kind: Kind, scope: Scope, null: np.ndarray, alien: np.ndarray | None
) -> Column:
    """The column of an array function's answer; of length 1 it stands for all rows."""
    if len(outcome) == 1 and scope.length != 1 and len(null) == 1:
        value = None if null[0] else outcome[0].item() if kind is not Kind.OBJECT else outcome[0]
        column = Column.constant(
            int(value) if kind is Kind.TRUTH and value is not None else value, scope.length
        )
    elif kind is Kind.OBJECT:
        values = np.array(outcome, dtype=object, copy=True)
        values[null] = None
        column = Column.objects(values)
        scope.budget.vertices(int(shapely.get_num_coordinates(values).sum()))
    else:
        column = Column.fromArray(kind, pa.array(outcome, mask=null))
    return column.withFailures(alien, "Cannot convert to geometry")


def measure(
    signature: str,
    work: Callable[[np.ndarray], np.ndarray],
    *aliases: str,
    kind: Kind = Kind.REAL,
    only: tuple[int, ...] = (),
) -> None:
    """
    Declare a function of one geometry.

    @param work: from an object array of geometries (None among them) to an array of as many values;
        NaN and None are NULL.
    @param only: kinds of geometries that have such a value; NULL of others.
    """

    def column(scope: Scope, argument: Column) -> Column:
        shapes, alien = shapesOf(argument)
        null = np.equal(shapes, None).astype(bool)
        if only:
            null |= ~np.isin(shapely.get_type_id(shapes), only)
        outcome = work(shapes)
        if kind is Kind.REAL:
            null = null | np.isnan(outcome)
        elif kind is Kind.OBJECT:
            null = null | np.equal(outcome, None).astype(bool)
        return settled(outcome, kind, scope, null, alien)

    function(signature, GROUP, *aliases, needs="columns")(column)


def pairwise(
    signature: str,
    work: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *aliases: str,
    kind: Kind = Kind.TRUTH,
) -> None:
    """Declare a function of two geometries; a constant one is prepared for many tests."""

    def column(scope: Scope, left: Column, right: Column) -> Column:
        a, alienA = shapesOf(left)
        b, alienB = shapesOf(right)
        for shapes, other in ((a, b), (b, a)):
            if kind is Kind.TRUTH and len(shapes) == 1 and len(other) > 8:
                shapely.prepare(shapes)
        null = np.equal(a, None).astype(bool) | np.equal(b, None).astype(bool)
        try:
            outcome = work(a, b)
        except shapely.errors.GEOSException as error:
            return _rowByRow(scope, work, kind, left, right, error)
        if kind is Kind.REAL:
            null = null | np.isnan(outcome)
        elif kind is Kind.OBJECT:
            null = null | np.equal(outcome, None).astype(bool)
        alien = alienA if alienB is None else alienB if alienA is None else alienA | alienB
        return settled(outcome, kind, scope, null, alien)

    function(signature, GROUP, *aliases, needs="columns")(column)


def _rowByRow(
    scope: Scope,
    work: Callable[[np.ndarray, np.ndarray], np.ndarray],
    kind: Kind,
    left: Column,
    right: Column,
    error: Exception,
) -> Column:
    """One invalid geometry fails its own row only."""
    results: list[object] = []
    failed = np.zeros(scope.length, bool)
    for row, (a, b) in enumerate(zip(left.values(), right.values(), strict=True)):
        value: Any = None
        if isinstance(a, shapely.Geometry) and isinstance(b, shapely.Geometry):
            try:
                value = work(objectArray([a]), objectArray([b]))[0]
                value = value if kind is Kind.OBJECT else value.item()
            except shapely.errors.GEOSException:
                failed[row] = True
        results.append(int(value) if kind is Kind.TRUTH and value is not None else value)
    return Column.fromValues(results).withFailures(failed, str(error)[:100])


def numbersOf(column: Column, scope: Scope) -> tuple[np.ndarray, np.ndarray | None]:
    """
    A column of numbers as float64 (NaN for NULL), of length 1 for a constant;
    and the rows that are none.
    """
    values = [column.value] if column.isConstant else column.values()
    numbers = np.full(len(values), np.nan)
    alien = np.zeros(len(values), bool)
    for i, value in enumerate(values):
        if value is not None:
            try:
                numbers[i] = toReal(value)
            except EvaluationFailure:
                alien[i] = True
    return numbers, np.broadcast_to(alien, (column.length,)) if alien.any() else None
