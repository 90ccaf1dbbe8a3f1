# -*- test-case-name: tests.sources.test_sqlfunctions -*-
"""
The spatial SQL functions that subset strings and views of GeoPackage and
SpatiaLite use most, without either's library.

They are pure, and called once a row, only where a project's own SQL calls
them.  Anything that is no geometry gives NULL, as there.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from ogctwist.sources.gpkgblob import wkbOfGpkg
from ogctwist.sources.spatialiteblob import wkbOfOne

#: Corners, or characters, of what a function may make.
_MOST = 1_000_000


def registerFunctions(connection: sqlite3.Connection) -> None:
    """Make the functions known to a connection."""
    for names, count, function in _FUNCTIONS:
        for name in names.split():
            connection.create_function(name, count, _guarded(function), deterministic=True)


def geometryOf(blob: object) -> tuple[Any, int] | None:
    """
    @param blob: of GeoPackage or SpatiaLite.
    @return: a Shapely geometry and its SRID; None if it is neither.
    """
    if not isinstance(blob, bytes) or len(blob) < 9:
        return None
    if blob[:2] == b"GP":
        (wkb,) = wkbOfGpkg([blob]).to_pylist()
        (srid,) = struct.unpack_from("<i" if blob[3] & 1 else ">i", blob, 4)
    else:
        wkb = wkbOfOne(blob)
        (srid,) = struct.unpack_from("<i" if blob[1] & 1 else ">i", blob, 2)
    if wkb is None:
        return None
    shape = shapely.from_wkb(wkb, on_invalid="ignore")
    return None if shape is None else (shape, srid)


def blobOf(shape: Any, srid: int) -> bytes | None:
    """A geometry as GeoPackage keeps it, which every reader here understands."""
    if shape is None or shapely.get_num_coordinates(shape) > _MOST:
        return None
    isEmpty = 0x10 if shape.is_empty else 0
    return b"GP\0" + bytes([1 | isEmpty]) + struct.pack("<i", srid) + shapely.to_wkb(shape, flavor="iso")


def _guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        try:
            return function(*arguments)
        except (TypeError, ValueError, shapely.errors.ShapelyError, pa.ArrowException, struct.error):
            return None

    return call


def _measure(measure: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function of one geometry that gives a number or a text."""

    def call(blob: Any) -> Any:
        known = geometryOf(blob)
        if known is None:
            return None
        value = measure(known[0])
        if isinstance(value, float | np.floating):
            return None if np.isnan(value) else float(value)
        return int(value) if isinstance(value, bool | np.bool_ | np.integer) else value

    return call


def _bound(side: int) -> Callable[[Any], Any]:
    return _measure(lambda shape: float(shapely.bounds(shape)[side]))


def _ordinate(axis: int) -> Callable[[Any], Any]:
    return _measure(lambda shape: (shapely.get_x, shapely.get_y)[axis](shape))


def _relation(relation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(left: Any, right: Any) -> Any:
        first, second = geometryOf(left), geometryOf(right)
        if first is None or second is None:
            return None
        return int(relation(first[0], second[0]))

    return call


def _distance(left: Any, right: Any) -> Any:
    first, second = geometryOf(left), geometryOf(right)
    return None if first is None or second is None else float(shapely.distance(first[0], second[0]))


def _made(make: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a geometry and numbers that gives a geometry."""

    def call(blob: Any, *numbers: float) -> Any:
        known = geometryOf(blob)
        return None if known is None else blobOf(make(known[0], *numbers), known[1])

    return call


def _ofBoth(make: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def call(left: Any, right: Any) -> Any:
        first, second = geometryOf(left), geometryOf(right)
        if first is None or second is None:
            return None
        return blobOf(make(first[0], second[0]), first[1])

    return call


def _fromText(text: str, srid: int = 0) -> bytes | None:
    if len(text) > _MOST:
        return None
    return blobOf(shapely.from_wkt(text), int(srid))


def _point(x: float, y: float, srid: int = 0) -> bytes | None:
    return blobOf(shapely.Point(float(x), float(y)), int(srid))


def _box(x1: float, y1: float, x2: float, y2: float, srid: int = 0) -> bytes | None:
    left, bottom, right, top = map(float, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
    return blobOf(shapely.box(left, bottom, right, top), int(srid))


def _srid(blob: Any) -> int | None:
    known = geometryOf(blob)
    return None if known is None else known[1]


def _boxesMeet(left: Any, right: Any) -> bool:
    return bool(shapely.intersects(shapely.envelope(left), shapely.envelope(right)))


def _buffer(shape: Any, radius: float, segments: int = 30) -> Any:
    return shapely.buffer(shape, float(radius), quad_segs=max(1, min(int(segments), 100)))


def _typeName(shape: Any) -> str:
    return str(shape.geom_type).upper()


#: Names, number of arguments, function.
_FUNCTIONS: tuple[tuple[str, int, Callable[..., Any]], ...] = (
    ("ST_X X", 1, _ordinate(0)),
    ("ST_Y Y", 1, _ordinate(1)),
    ("ST_MinX MbrMinX", 1, _bound(0)),
    ("ST_MinY MbrMinY", 1, _bound(1)),
    ("ST_MaxX MbrMaxX", 1, _bound(2)),
    ("ST_MaxY MbrMaxY", 1, _bound(3)),
    ("ST_Area Area", 1, _measure(shapely.area)),
    ("ST_Length GLength", 1, _measure(lambda s: shapely.length(s) if "Polygon" not in s.geom_type else 0.0)),
    ("ST_Perimeter Perimeter", 1, _measure(lambda s: shapely.length(s) if "Polygon" in s.geom_type else 0.0)),
    ("ST_IsEmpty IsEmpty", 1, _measure(shapely.is_empty)),
    ("ST_IsValid IsValid", 1, _measure(shapely.is_valid)),
    ("ST_NumGeometries NumGeometries", 1, _measure(shapely.get_num_geometries)),
    ("ST_NPoints", 1, _measure(shapely.get_num_coordinates)),
    ("ST_GeometryType GeometryType", 1, _measure(_typeName)),
    ("ST_AsText AsText", 1, _measure(lambda shape: shapely.to_wkt(shape, rounding_precision=-1))),
    ("ST_SRID Srid", 1, _srid),
    ("ST_GeomFromText GeomFromText", 1, _fromText),
    ("ST_GeomFromText GeomFromText", 2, _fromText),
    ("MakePoint ST_Point", 2, _point),
    ("MakePoint ST_Point", 3, _point),
    ("BuildMbr", 4, _box),
    ("BuildMbr", 5, _box),
    ("ST_Intersects Intersects", 2, _relation(shapely.intersects)),
    ("ST_Disjoint Disjoint", 2, _relation(shapely.disjoint)),
    ("ST_Within Within", 2, _relation(shapely.within)),
    ("ST_Contains Contains", 2, _relation(shapely.contains)),
    ("ST_Covers Covers", 2, _relation(shapely.covers)),
    ("ST_CoveredBy CoveredBy", 2, _relation(shapely.covered_by)),
    ("ST_Touches Touches", 2, _relation(shapely.touches)),
    ("ST_Crosses Crosses", 2, _relation(shapely.crosses)),
    ("ST_Overlaps Overlaps", 2, _relation(shapely.overlaps)),
    ("ST_Equals Equals", 2, _relation(shapely.equals)),
    ("MbrIntersects MbrOverlaps ST_EnvIntersects", 2, _relation(_boxesMeet)),
    ("ST_Distance Distance", 2, _distance),
    ("ST_Buffer Buffer", 2, _made(_buffer)),
    ("ST_Buffer Buffer", 3, _made(_buffer)),
    ("ST_Centroid Centroid", 1, _made(shapely.centroid)),
    ("ST_PointOnSurface PointOnSurface", 1, _made(shapely.point_on_surface)),
    ("ST_Envelope Envelope", 1, _made(shapely.envelope)),
    ("ST_ConvexHull ConvexHull", 1, _made(shapely.convex_hull)),
    ("ST_Boundary Boundary", 1, _made(shapely.boundary)),
    ("ST_Union GUnion", 2, _ofBoth(shapely.union)),
    ("ST_Intersection Intersection", 2, _ofBoth(shapely.intersection)),
    ("ST_Difference Difference", 2, _ofBoth(shapely.difference)),
)
