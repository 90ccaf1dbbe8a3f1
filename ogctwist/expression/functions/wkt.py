# -*- test-case-name: tests.expression.test_answers -*-
"""Geometries as text in QGIS's spelling: C{Point (6 50)}, C{MultiLineStringZ ((0 0 1, 1 1 2))}."""

from __future__ import annotations

import numpy as np
import shapely

_NAMES = {
    0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "MultiPoint",
    5: "MultiLineString", 6: "MultiPolygon", 7: "GeometryCollection",
}  # fmt: skip


def qgisWkt(shape: shapely.Geometry, precision: int = 17) -> str:
    """
    @param precision: digits after the point, at most; trailing zeros are left out.
    """
    kind = int(shapely.get_type_id(shape))
    suffix = ("Z" if shapely.has_z(shape) else "") + ("M" if shapely.has_m(shape) else "")
    name = _NAMES[kind] + suffix
    if shapely.is_empty(shape):
        return f"{name} EMPTY"
    if kind == 7:
        return f"{name} ({','.join(qgisWkt(part, precision) for part in shapely.get_parts(shape))})"
    if kind >= 4:
        return f"{name} ({','.join(_body(part, precision) for part in shapely.get_parts(shape))})"
    return f"{name} {_body(shape, precision)}"


def _body(shape: shapely.Geometry, precision: int) -> str:
    """The text in brackets of a point, line or polygon."""
    if shapely.get_type_id(shape) == 3:
        return f"({','.join(_body(ring, precision) for ring in shapely.get_rings(shape))})"
    hasZ, hasM = bool(shapely.has_z(shape)), bool(shapely.has_m(shape))
    return f"({_positions(shapely.get_coordinates(shape, include_z=hasZ, include_m=hasM), precision)})"


def _positions(coordinates: np.ndarray, precision: int) -> str:
    return ", ".join(" ".join(_number(value, precision) for value in row) for row in coordinates.tolist())


def _number(value: float, precision: int) -> str:
    text = f"{value:.{min(precision, 17)}f}" if precision < 17 else repr(value)
    if "e" in text or "n" in text:
        text = f"{value:.17f}" if "e" in text else text
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
