# -*- test-case-name: tests.services.wms.test_dimensionfilters -*-
"""TIME, ELEVATION and DIM_* of a request (WMS 1.3.0, annex C) as conditions on the layers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ogctwist.access.view import ProjectView
from ogctwist.expression import Expression
from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.ows.parameters import Parameters, finiteNumber
from ogctwist.project.layers import Dimension, LayerKind
from ogctwist.services.wms.dimensions import (
    ALL_VALUES,
    MAX_VALUE,
    MIN_VALUE,
    valuesOf,
)
from ogctwist.services.wms.maplayers import MapLayer
from ogctwist.sources.query import FieldType

#: How many values one dimension may have in a request.
MOST_VALUES = 200
#: Dimensions whose parameters have no C{DIM_} before their names.
_PLAIN = frozenset(("TIME", "ELEVATION"))
_NUMBERS = frozenset((FieldType.INTEGER, FieldType.LONG, FieldType.DOUBLE))


async def dimensionFilters(
    parameters: Parameters, targets: Iterable[MapLayer], view: ProjectView
) -> dict[str, Expression]:
    """
    @return: layer id -> condition, for layers with dimensions that the request names, or that
        show one value when it does not.
    @raise InvalidParameterValue: a value is not of the dimension's type.
    """
    found: dict[str, Expression] = {}
    for target in targets:
        layer = target.layer
        if layer.kind is not LayerKind.VECTOR or not layer.dimensions or layer.id in found:
            continue
        source = view.features(layer.id)
        types = {field.name: field.type for field in (await source.describe()).fields}
        conditions = []
        for dimension in layer.dimensions:
            if not _isReadable(dimension, types):
                continue
            text = requestedValue(parameters, dimension)
            if not text and dimension.defaultDisplay in (MIN_VALUE, MAX_VALUE):
                values = await valuesOf(source, dimension)
                if not values:
                    continue
                text = values[0] if dimension.defaultDisplay == MIN_VALUE else values[-1]
            elif not text:
                text = "" if dimension.defaultDisplay == ALL_VALUES else dimension.referenceValue
            if text:
                conditions.append(dimensionCondition(dimension, text, types[dimension.fieldName]))
        together = Expression.conjunction(conditions)
        if together is not None:
            found[layer.id] = together
    return found


def _isReadable(dimension: Dimension, types: dict[str, FieldType]) -> bool:
    """Whether the request may read its fields: else it is as if the layer did not have it."""
    return all(name in types for name in (dimension.fieldName, dimension.endFieldName) if name)


def requestedValue(parameters: Parameters, dimension: Dimension) -> str:
    """What the request says of a dimension; '' for nothing."""
    name = dimension.name.upper()
    if name in _PLAIN and parameters.text(name):
        return parameters.text(name)
    return parameters.text(f"DIM_{name}")


def dimensionCondition(dimension: Dimension, text: str, kind: FieldType) -> Expression:
    """
    The condition of a value: single ones, lists of them, and ranges with a slash.

    A dimension of one field holds for features with the value or within the range; one of two fields
    for those whose span has the value, or meets the range.

    @raise InvalidParameterValue: a value is not of the fields' type.
    """
    parts = text.split(",")
    if len(parts) > MOST_VALUES:
        raise InvalidParameterValue(f"{len(parts)} values are too many", locator=dimension.name.upper())
    alternatives = " OR ".join(f"({one})" for one in _alternatives(dimension, parts, kind))
    return Expression.parse(alternatives)


def _alternatives(dimension: Dimension, parts: list[str], kind: FieldType) -> Iterator[str]:
    start = _name(dimension.fieldName)
    end = _name(dimension.endFieldName) if dimension.endFieldName else ""
    for part in parts:
        bounds = [_literal(bound.strip(), kind, dimension) for bound in part.split("/")]
        if len(bounds) == 1:
            value = bounds[0]
            yield f"{start} <= {value} AND {end} >= {value}" if end else f"{start} = {value}"
            continue
        # a third value is the resolution, which says nothing of what is asked for
        low, high = bounds[0], bounds[1]
        if end:
            yield f"{start} <= {high} AND {end} >= {low}"
        else:
            yield f"{start} >= {low} AND {start} <= {high}"


def _name(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


def _literal(text: str, kind: FieldType, dimension: Dimension) -> str:
    try:
        if kind in _NUMBERS:
            number = finiteNumber(text)
            if number is None:
                raise ValueError(text)
            return text
        if kind is FieldType.DATE:
            return f"to_date('{datetime.fromisoformat(text).date().isoformat()}')"
        if kind is FieldType.DATETIME:
            return f"to_datetime('{_instant(text)}')"
    except ValueError:
        raise InvalidParameterValue(
            f"'{quoted(text)}' is not a value of the dimension {quoted(dimension.name)}",
            locator=dimension.name.upper(),
        ) from None
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _instant(text: str) -> str:
    if len(text) == 10:
        return f"{date.fromisoformat(text).isoformat()}T00:00:00"
    return datetime.fromisoformat(text).replace(tzinfo=None).isoformat()
