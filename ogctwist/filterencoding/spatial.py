# -*- test-case-name: tests.filterencoding.test_fes -*-
"""Spatial operators of OGC filters: relations, boxes and distances."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely
from lxml import etree

from ogctwist.expression import Expression
from ogctwist.filterencoding.target import FilterTarget, unknownProperty
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.gml import GEOMETRIES, GmlError, geometryFromGml, localName
from ogctwist.geo.transforms import transformCoords
from ogctwist.ows.exceptions import InvalidParameterValue, quoted

if TYPE_CHECKING:
    from ogctwist.filterencoding.fes import FilterReader

#: Operators of two geometries, and the functions that test them.
RELATIONS = {
    "Equals": "equals", "Disjoint": "disjoint", "Touches": "touches", "Within": "within",
    "Overlaps": "overlaps", "Crosses": "crosses", "Intersects": "intersects", "Intersect": "intersects",
    "Contains": "contains", "BBOX": "intersects",
}  # fmt: skip

#: Points put into each side of an envelope before it is transformed: its edges must stay where they are.
_DENSITY = 16

_METRES = {
    "m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "9001": 1.0,
    "km": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0, "kilometer": 1000.0, "kilometers": 1000.0,
    "9036": 1000.0, "cm": 0.01, "centimetre": 0.01, "centimeter": 0.01, "mm": 0.001, "ft": 0.3048,
    "feet": 0.3048, "foot": 0.3048, "9002": 0.3048, "us-ft": 1200 / 3937, "9003": 1200 / 3937,
    "yd": 0.9144, "yard": 0.9144,
    "mi": 1609.344, "mile": 1609.344, "miles": 1609.344, "statute miles": 1609.344, "9093": 1609.344,
    "nmi": 1852.0, "nautical miles": 1852.0, "9030": 1852.0,
}  # fmt: skip

_DEGREES = frozenset(("deg", "degree", "degrees", "dd", "9102", "9122"))


def relation(reader: FilterReader, element: etree._Element) -> Expression:
    """Intersects, Within, BBOX, …: the geometry of the feature, and one of the filter."""
    left, right = _operands(reader, element)
    return Expression.call(RELATIONS[localName(element)], left, right)


def distance(reader: FilterReader, element: etree._Element) -> Expression:
    """DWithin and Beyond; distances are measured in the plane of the layer's CRS."""
    children = reader.elements(element)
    measure = children[-1] if children else element
    if localName(measure) != "Distance":
        raise InvalidParameterValue(f"{localName(element)} needs a Distance", locator="Filter")
    left, right = _operands(reader, element, 1)
    number = _units(reader.target.crs, measure)
    word = "<=" if localName(element) == "DWithin" else ">"
    return Expression.binary(word, Expression.call("distance", left, right), Expression.literal(number))


def _operands(reader: FilterReader, element: etree._Element, more: int = 0) -> tuple[Expression, Expression]:
    children = reader.elements(element)
    children = children[: len(children) - more]
    if not 1 <= len(children) <= 2:
        raise InvalidParameterValue(f"{localName(element)} needs a property and a geometry", locator="Filter")
    operands = [_operand(reader, child) for child in children]
    if len(operands) == 1:  # the property may be left out: the geometry is meant
        if not operands[0].isLiteral:
            raise InvalidParameterValue(f"{localName(element)} needs a geometry", locator="Filter")
        operands.insert(0, Expression.call("$geometry"))
    return operands[0], operands[1]


def _operand(reader: FilterReader, element: etree._Element) -> Expression:
    name = localName(element)
    if name in ("PropertyName", "ValueReference"):
        reference = element.text or ""
        if reference.strip() and not reader.target.isGeometry(reference):
            raise unknownProperty(reference)
        return Expression.call("$geometry")
    if name in GEOMETRIES:
        return Expression.literal(geometryIn(reader.target, element))
    if name == "Literal" and len(element) == 1:
        return _operand(reader, element[0])
    return reader.value(element)


def geometryIn(target: FilterTarget, element: etree._Element) -> shapely.Geometry:
    """
    The geometry of an element, in the CRS of the layer.

    @raise InvalidParameterValue: it cannot be read, or its CRS is not known.
    """
    crs, isInverted = target.requestCrs or (target.crs, False)
    try:
        found = geometryFromGml(element, crs, isInverted)
    except UnknownCRS as error:
        raise InvalidParameterValue(f"The CRS {quoted(str(error))} is not known", locator="srsName") from None
    except GmlError as error:
        raise InvalidParameterValue(f"A geometry cannot be read: {error}", locator="Filter") from None
    shape = found.shape
    if found.crs is None or target.crs is None or found.crs == target.crs:
        return shape
    isBox = localName(element) in ("Box", "Envelope")
    return transformed(shape, found.crs, target.crs, isBox)


def transformed(shape: shapely.Geometry, source: CRS, target: CRS, isBox: bool = False) -> shapely.Geometry:
    """
    A geometry in another CRS; of a box, the box around its transformed edges.

    @raise InvalidParameterValue: it has no place there.
    """
    if isBox:
        longest = max(shapely.length(shape) / 4, 1e-9)
        shape = shapely.segmentize(shape, longest / _DENSITY)
    moved = shapely.transform(shape, lambda coordinates: transformCoords(coordinates, source, target))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise InvalidParameterValue("A geometry lies outside the CRS of the layer", locator="Filter")
    return shapely.box(*shapely.bounds(moved)) if isBox else moved


def _units(crs: CRS | None, measure: etree._Element) -> float:
    """A Distance in units of the layer; degrees are taken as long as at the equator."""
    try:
        number = float(measure.text or "")
    except ValueError:
        number = float("nan")
    if not 0 <= number < float("inf"):
        raise InvalidParameterValue("A Distance is not a number", locator="Filter")
    unit = (measure.get("uom") or measure.get("units") or "").strip()
    word = re.split(r"[:/#]", unit)[-1].lower()
    if not word or crs is None or word == "unity":
        return number
    if word in _DEGREES:
        return number if crs.isGeographic else number * 111319.49079327358 / crs.metresPerUnit
    if word not in _METRES:
        raise InvalidParameterValue(f"The unit {quoted(unit)} is not known", locator="Filter")
    return number * _METRES[word] / crs.metresPerUnit
