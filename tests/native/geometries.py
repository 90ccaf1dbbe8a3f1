"""Geometries for the tests of this room."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

number = st.floats(-1e7, 1e7).map(lambda x: round(x, 4))
point = st.tuples(number, number)


def _ring(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [*points, points[0]]


rings = st.lists(point, min_size=3, max_size=6).map(_ring)
polygons = st.builds(shapely.Polygon, rings, st.lists(rings, max_size=2))
lines = st.lists(point, min_size=2, max_size=6).map(shapely.LineString)
points = point.map(shapely.Point)
simple = st.one_of(points, lines, polygons)
multi = st.one_of(
    st.lists(points, min_size=1, max_size=3).map(shapely.MultiPoint),
    st.lists(lines, min_size=1, max_size=3).map(shapely.MultiLineString),
    st.lists(polygons, min_size=1, max_size=3).map(shapely.MultiPolygon),
)
empty = st.sampled_from(
    [shapely.from_wkt(f"{k} EMPTY") for k in ("POINT", "LINESTRING", "POLYGON", "MULTIPOLYGON")]
)
collections = st.lists(st.one_of(simple, multi), max_size=3).map(shapely.GeometryCollection)
flat = st.one_of(simple, multi, collections, empty, st.none())


def _raised(shape):
    if shape is None or shapely.is_empty(shape):
        return shape
    return shapely.force_3d(shape, 12.5)


columns = st.lists(flat, max_size=6).map(lambda shapes: _objects(shapes))
columns3d = st.lists(st.one_of(flat, flat.map(_raised)), max_size=6).map(lambda shapes: _objects(shapes))


def _objects(shapes: list) -> np.ndarray:
    column = np.empty(len(shapes), object)
    column[:] = shapes
    return column
