# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""Geometries as QGIS's text: C{PointZ (1 2 3)}."""

from __future__ import annotations

import math

import shapely

from ogctwist.expression.values import realText

_NAMES = {0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString",
          6: "MultiPolygon", 7: "GeometryCollection"}  # fmt: skip


def kindOf(shape: shapely.Geometry) -> str:
    """QGIS's name of a geometry's type."""
    return _NAMES[shapely.get_type_id(shape)] + ("Z" if shape.has_z else "")


def textOf(shape: shapely.Geometry, precision: int = 17) -> str:
    """@param precision: digits behind the point."""
    if shape.is_empty:
        return f"{kindOf(shape)} EMPTY"
    return f"{kindOf(shape)} {_body(shape, precision)}"


def _body(shape: shapely.Geometry, precision: int) -> str:
    kind = shapely.get_type_id(shape)
    if kind <= 2:
        return _coordinates(shape, precision)
    if kind == 3:
        return "(" + ",".join(_coordinates(ring, precision) for ring in shapely.get_rings(shape)) + ")"
    parts = shapely.get_parts(shape)
    if kind == 7:
        return "(" + ",".join(textOf(part, precision) for part in parts) + ")"
    return "(" + ",".join(_body(part, precision) for part in parts) + ")"


def _coordinates(shape: shapely.Geometry, precision: int) -> str:
    points = shapely.get_coordinates(shape, include_z=shape.has_z)
    return "(" + ", ".join(" ".join(_number(float(v), precision) for v in point) for point in points) + ")"


def _number(value: float, precision: int) -> str:
    if precision >= 17:
        return realText(value) if abs(value) < 1e15 else f"{value:.0f}"
    scale = 10.0**precision
    # Halves are rounded away from zero, other than Python does.
    text = f"{math.copysign(math.floor(abs(value) * scale + 0.5) / scale, value):.{precision}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
