# -*- test-case-name: tests.expression.test_records -*-
"""
C{$area}, C{$length} and C{$perimeter}: on the project's ellipsoid, in its units.

The context tells by its variables: C{project_ellipsoid} (C{EPSG:7030}, C{NONE}),
C{layer_crs}, C{project_area_units} and C{project_distance_units}.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyproj
import shapely

from ogctwist.expression.column import Column, Kind
from ogctwist.expression.functions.geometric import LINE, MULTILINE, MULTIPOLYGON, POLYGON, settled, shapesOf
from ogctwist.expression.functions.registry import function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toText
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.transforms import transformCoords

_LENGTHS = {
    "meters": 1.0, "kilometers": 1000.0, "feet": 0.3048, "yards": 0.9144, "miles": 1609.344,
    "nautical miles": 1852.0, "centimeters": 0.01, "millimeters": 0.001, "degrees": 111319.49079327358,
}  # fmt: skip

_AREAS = {
    "square meters": 1.0, "m²": 1.0, "square kilometers": 1e6, "km²": 1e6, "square feet": 0.3048**2,
    "square yards": 0.9144**2, "square miles": 1609.344**2, "hectares": 1e4, "acres": 4046.8564224,
    "square nautical miles": 1852.0**2, "square centimeters": 1e-4, "square millimeters": 1e-6,
    "square degrees": 111319.49079327358**2,
}  # fmt: skip


@lru_cache(maxsize=32)
def geodOf(name: str) -> pyproj.Geod | None:
    """The ellipsoid of QGIS's name for it (C{EPSG:7030}, C{WGS84}, C{PARAMETER:a:b}); None for NONE."""
    if not name or name.upper() == "NONE":
        return None
    try:
        if name.upper().startswith("PARAMETER:"):
            a, b = map(float, name.split(":")[1:3])
            return pyproj.Geod(a=a, b=b)
        authority, _, code = name.partition(":")
        if code:
            ellipsoid: Any = pyproj.crs.Ellipsoid.from_authority(authority, code)
        else:
            ellipsoid = pyproj.crs.Ellipsoid.from_user_input(name)
    except (pyproj.exceptions.CRSError, ValueError):
        return None
    return pyproj.Geod(a=ellipsoid.semi_major_metre, b=ellipsoid.semi_minor_metre)


def _measured(scope: Scope, name: str) -> Column:
    shapes, _ = shapesOf(scope.geometry())
    variables = scope.context.variables
    geod = geodOf(toText(variables.get("project_ellipsoid") or ""))
    crs = _crsOf(toText(variables.get("layer_crs") or ""))
    kinds = shapely.get_type_id(shapes)
    if name == "area":
        fits, units, factors = np.isin(kinds, (POLYGON, MULTIPOLYGON)), "project_area_units", _AREAS
    elif name == "length":
        fits, units, factors = np.isin(kinds, (LINE, MULTILINE)), "project_distance_units", _LENGTHS
    else:
        fits, units, factors = np.isin(kinds, (POLYGON, MULTIPOLYGON)), "project_distance_units", _LENGTHS
    if geod is None or crs is None:
        values = shapely.area(shapes) if name == "area" else shapely.length(shapes)
    else:
        values = _onEllipsoid(shapes, fits, crs, geod, name == "area")
        values = values / factors.get(toText(variables.get(units) or ""), 1.0)
    return settled(np.where(fits, values, 0.0), Kind.REAL, scope, ~fits, None)


def _crsOf(authid: str) -> CRS | None:
    try:
        return CRS.fromAuthid(authid)
    except UnknownCRS:
        return None


def _onEllipsoid(
    shapes: np.ndarray, fits: np.ndarray, crs: CRS, geod: pyproj.Geod, isArea: bool
) -> np.ndarray:
    geodetic = crs.pyproj.geodetic_crs
    values = np.zeros(len(shapes))
    chosen = shapes[fits]
    if geodetic is not None and not crs.isGeographic and len(chosen):
        source, target = crs, CRS(geodetic.to_wkt())
        chosen = shapely.transform(chosen, lambda c: transformCoords(c, source, target))
    made = []
    for shape in chosen:
        area, length = geod.geometry_area_perimeter(shapely.orient_polygons(shape))
        made.append(abs(area) if isArea else length)
    values[fits] = made
    return values


@function("$area", "GeometryGroup", needs="columns", usesGeometry=True)
def currentArea(scope: Scope) -> Column:
    """The area of the feature."""
    return _measured(scope, "area")


@function("$length", "GeometryGroup", needs="columns", usesGeometry=True)
def currentLength(scope: Scope) -> Column:
    """The length of a line."""
    return _measured(scope, "length")


@function("$perimeter", "GeometryGroup", needs="columns", usesGeometry=True)
def currentPerimeter(scope: Scope) -> Column:
    """The length of the edge of an area."""
    return _measured(scope, "perimeter")
