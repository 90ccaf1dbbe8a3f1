# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value, assignment"
"""Geometries from numbers, texts and other geometries."""

from __future__ import annotations

import math

import numpy as np
import shapely

from ogctwist.expression.column import Column, Kind, objectArray
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.geometric import (
    GROUP,
    LINE,
    MULTIPOINT,
    POINT,
    POLYGON,
    measure,
    numbersOf,
    pairwise,
    settled,
    shapeOf,
)
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal, toText
from ogctwist.geo.gml import GmlError, geometryFromText
from ogctwist.geo.wellknown import WellKnownError, fromWkb, fromWkt

measure("centroid(geometry)", shapely.centroid, kind=Kind.OBJECT)
measure("point_on_surface(geometry)", shapely.point_on_surface, kind=Kind.OBJECT)
measure("convex_hull(geometry)", shapely.convex_hull, "convexHull", kind=Kind.OBJECT)
measure("reverse(geometry)", shapely.reverse, kind=Kind.OBJECT)
measure("line_merge(geometry)", shapely.line_merge, kind=Kind.OBJECT)
measure("make_valid(geometry)", shapely.make_valid, kind=Kind.OBJECT)

pairwise("difference(geometry1, geometry2)", shapely.difference, kind=Kind.OBJECT)
pairwise("intersection(geometry1, geometry2)", shapely.intersection, kind=Kind.OBJECT)
pairwise(
    "sym_difference(geometry1, geometry2)", shapely.symmetric_difference, "symDifference", kind=Kind.OBJECT
)
pairwise("union(geometry1, geometry2)", shapely.union, "combine", kind=Kind.OBJECT)
pairwise("shortest_line(geometry1, geometry2)", shapely.shortest_line, kind=Kind.OBJECT)
pairwise(
    "closest_point(geometry1, geometry2)",
    lambda a, b: shapely.get_point(shapely.shortest_line(a, b), 0),
    kind=Kind.OBJECT,
)


def _boxes(shapes: np.ndarray) -> np.ndarray:
    bounds = shapely.bounds(shapes)
    boxes = np.full(len(shapes), None, dtype=object)
    good = ~np.isnan(bounds).any(axis=1)
    x0, y0, x1, y1 = bounds[good].T
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1, x0, y0], axis=1).reshape(-1, 5, 2)
    boxes[good] = shapely.polygons(corners) if len(corners) else []
    return boxes


measure("bounds(geometry)", _boxes, kind=Kind.OBJECT)


def orientedBox(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """The rectangle of least area around a shape, along a side of its hull; None without area."""
    hull = None if shape is None else shapely.convex_hull(shape)
    if hull is None or shapely.get_type_id(hull) != POLYGON:
        return None
    ring = shapely.get_coordinates(shapely.get_exterior_ring(hull))
    steps = np.diff(ring, axis=0)
    along = steps / np.sqrt((steps**2).sum(axis=1))[:, None]
    across = np.column_stack([-along[:, 1], along[:, 0]])
    u, v = ring @ along.T, ring @ across.T
    spans = np.stack([u.min(axis=0), u.max(axis=0), v.min(axis=0), v.max(axis=0)], axis=1)
    best = int(np.argmin((spans[:, 1] - spans[:, 0]) * (spans[:, 3] - spans[:, 2])))
    u0, u1, v0, v1 = spans[best]
    corners = np.array([[u0, v0], [u1, v0], [u1, v1], [u0, v1]])
    return shapely.Polygon(corners @ np.stack([along[best], across[best]]))


measure("oriented_bbox(geometry)", lambda s: objectArray(map(orientedBox, s)), kind=Kind.OBJECT)


@function("main_angle(geometry)", GROUP)
def mainAngle(value: object) -> float | None:
    """Of the longer side of the oriented bounding box, from north, clockwise, 0 to 180 degrees."""
    box = orientedBox(shapeOf(value))
    if box is None:
        return None
    sides = np.diff(shapely.get_coordinates(box)[:3], axis=0)
    dx, dy = sides[int(np.argmax((sides**2).sum(axis=1)))].tolist()
    return math.degrees(math.atan2(dx, dy)) % 180


def _boundaries(shapes: np.ndarray) -> np.ndarray:
    edges = shapely.boundary(shapes)
    edges[shapely.is_empty(edges)] = None
    return edges


measure("boundary(geometry)", _boundaries, kind=Kind.OBJECT)


@function("geom_from_wkt(text)", GROUP, "geomFromWKT")
def geometryFromWkt(text: object) -> shapely.Geometry | None:
    """NULL of what is none."""
    try:
        return fromWkt(toText(text))
    except WellKnownError:
        return None


@function("geom_from_wkb(binary)", GROUP)
def geometryFromWkb(data: object) -> shapely.Geometry | None:
    """NULL of what is none."""
    try:
        return fromWkb(data) if isinstance(data, bytes) else None
    except WellKnownError:
        return None


@function("geom_from_gml(gml)", GROUP, "geomFromGML")
def geometryFromGml(text: object) -> shapely.Geometry | None:
    """Of GML 2 or 3, x first whatever its srsName; NULL of what is none."""
    try:
        return geometryFromText(toText(text))
    except GmlError:
        return None


@function("make_point(*)", GROUP, needs="columns")
def makePoint(scope: Scope, *arguments: Column) -> Column:
    """Of x, y and maybe z and m."""
    if not 2 <= len(arguments) <= 4:
        raise EvaluationFailure("Function make_point requires 2-4 arguments")
    numbers, aliens = zip(*(numbersOf(argument, scope) for argument in arguments), strict=True)
    alien = None
    for each in aliens:
        alien = each if alien is None else alien if each is None else alien | each
    length = 1 if all(len(n) == 1 for n in numbers) else scope.length
    coordinates = np.stack([np.broadcast_to(n, (length,)) for n in numbers], axis=1)
    null = np.isnan(coordinates).any(axis=1)
    points = shapely.points(np.nan_to_num(coordinates[:, :3]))
    if len(arguments) == 4:
        points = objectArray(_withMeasure(row) for row in np.nan_to_num(coordinates).tolist())
    return settled(np.atleast_1d(points), Kind.OBJECT, scope, null, alien)


def _withMeasure(row: list[float]) -> shapely.Geometry:
    return shapely.from_wkt(f"POINT ZM ({' '.join(map(repr, row))})")


@function("make_point_m(x, y, m)", GROUP)
def makePointM(x: object, y: object, m: object) -> shapely.Geometry:
    """With a measure."""
    return shapely.from_wkt(f"POINT M ({toReal(x)!r} {toReal(y)!r} {toReal(m)!r})")


def _pointsOf(arguments: tuple[object, ...]) -> list[shapely.Geometry]:
    """The points of the arguments, lists among them."""
    values: list[object] = []
    for argument in arguments:
        values.extend(argument if isinstance(argument, list) else [argument])
    shapes = [shapeOf(value) for value in values if value is not None]
    if any(shapely.get_type_id(shape) != POINT for shape in shapes):
        raise EvaluationFailure("this function takes points")
    return shapes


@function("make_line(*)", GROUP)
def makeLine(*arguments: object) -> shapely.Geometry | None:
    """Of two or more points, or a list of them."""
    points = _pointsOf(arguments)
    if len(points) < 2:
        return None
    hasZ = any(bool(shapely.has_z(point)) for point in points)
    return shapely.linestrings(np.nan_to_num(np.vstack([_xyz(point, hasZ) for point in points])))


def _xyz(shape: shapely.Geometry, hasZ: bool) -> np.ndarray:
    return shapely.get_coordinates(shape, include_z=hasZ)


@function("make_polygon(*)", GROUP)
def makePolygon(*arguments: object) -> shapely.Geometry:
    """Of a closed line, and others for its holes."""
    rings = []
    for argument in arguments:
        shape = shapeOf(argument)
        if shapely.get_num_geometries(shape) == 1:
            shape = shapely.get_geometry(shape, 0)
        if shapely.get_type_id(shape) != LINE:
            raise EvaluationFailure("make_polygon() takes lines")
        rings.append(shapely.get_coordinates(shape, include_z=bool(shapely.has_z(shape))))
    if not rings or any(len(ring) < 3 for ring in rings):
        raise EvaluationFailure("make_polygon() needs a ring of three points")
    return shapely.Polygon(rings[0], rings[1:])


@function("make_triangle(point1, point2, point3)", GROUP)
def makeTriangle(*arguments: object) -> shapely.Geometry:
    """Of three points."""
    return shapely.Polygon([shapely.get_coordinates(point)[0] for point in _pointsOf(arguments)])


@function("collect_geometries(*)", GROUP, needs="environment")
def collect(environment: Environment, *arguments: object) -> shapely.Geometry | None:
    """Several as the parts of one."""
    values: list[object] = []
    for argument in arguments:
        values.extend(argument if isinstance(argument, list) else [argument])
    return collected([shapeOf(value) for value in values if value is not None], environment)


def collected(
    shapes: list[shapely.Geometry], environment: Environment | None = None
) -> shapely.Geometry | None:
    """A multipoint, multiline or multipolygon of parts of one kind, else a collection; None of nothing."""
    if not shapes:
        return None
    parts = shapely.get_parts(np.array(shapes, dtype=object))
    if environment is not None:
        environment.budget.vertices(int(shapely.get_num_coordinates(parts).sum()))
    kinds = set(shapely.get_type_id(parts).tolist())
    if kinds == {POINT}:
        return shapely.multipoints(parts)
    if kinds == {LINE}:
        return shapely.multilinestrings(parts)
    if kinds == {POLYGON}:
        return shapely.multipolygons(parts)
    return shapely.geometrycollections(parts)


def vertices(shape: shapely.Geometry) -> np.ndarray:
    """The coordinates, shape (v, 2) or with z (v, 3)."""
    return shapely.get_coordinates(shape, include_z=bool(shapely.has_z(shape)))


@function("point_n(geometry, index)", GROUP)
def pointN(value: object, index: object) -> shapely.Geometry:
    """The vertex of that number, from 1; from the end when negative."""
    coordinates, place = vertices(shapeOf(value)), toInteger(index)
    place = place - 1 if place > 0 else len(coordinates) + place
    if not 0 <= place < len(coordinates):
        raise EvaluationFailure("Point index is out of range")
    return shapely.Point(coordinates[place])


@function("start_point(geometry)", GROUP)
def startPoint(value: object) -> shapely.Geometry | None:
    """The first vertex."""
    coordinates = vertices(shapeOf(value))
    return shapely.Point(coordinates[0]) if len(coordinates) else None


@function("end_point(geometry)", GROUP)
def endPoint(value: object) -> shapely.Geometry | None:
    """The last vertex."""
    coordinates = vertices(shapeOf(value))
    return shapely.Point(coordinates[-1]) if len(coordinates) else None


@function("nodes_to_points(geometry, ignore_closing_nodes=False)", GROUP)
def nodesToPoints(value: object, ignoreClosing: object) -> shapely.Geometry:
    """All vertices as points."""
    shape = shapeOf(value)
    parts = shapely.get_parts(shape)
    if shapely.get_type_id(parts[0] if len(parts) else shape) == POLYGON:
        parts = shapely.get_rings(parts)
    found = []
    for part in parts:
        coordinates = vertices(part)
        isClosed = len(coordinates) > 2 and (coordinates[0] == coordinates[-1]).all()
        found.append(coordinates[:-1] if ignoreClosing and isClosed else coordinates)
    return shapely.multipoints(shapely.points(np.vstack(found))) if found else shapely.MultiPoint()


@function("segments_to_lines(geometry)", GROUP)
def segmentsToLines(value: object) -> shapely.Geometry | None:
    """All segments as lines."""
    parts = shapely.get_parts(shapeOf(value))
    if len(parts) and shapely.get_type_id(parts[0]) == POLYGON:
        parts = shapely.get_rings(parts)
    pairs = [np.stack([c[:-1], c[1:]], axis=1) for c in map(vertices, parts) if len(c) > 1]
    return shapely.multilinestrings(shapely.linestrings(np.vstack(pairs))) if pairs else None


def _single(value: object, kind: int) -> shapely.Geometry | None:
    shape = shapeOf(value)
    if shapely.get_type_id(shape) >= MULTIPOINT and shapely.get_num_geometries(shape) == 1:
        shape = shapely.get_geometry(shape, 0)
    return shape if shapely.get_type_id(shape) == kind else None


def _asLine(ring: shapely.Geometry | None) -> shapely.Geometry | None:
    return None if ring is None else shapely.linestrings(vertices(ring))


@function("exterior_ring(geometry)", GROUP)
def exteriorRing(value: object) -> shapely.Geometry | None:
    """The outer ring of a polygon, as a line."""
    polygon = _single(value, POLYGON)
    return None if polygon is None else _asLine(shapely.get_exterior_ring(polygon))


@function("interior_ring_n(geometry, index)", GROUP)
def interiorRing(value: object, index: object) -> shapely.Geometry | None:
    """A hole of a polygon, from 1, as a line."""
    polygon, place = _single(value, POLYGON), toInteger(index) - 1
    if polygon is None or not 0 <= place < shapely.get_num_interior_rings(polygon):
        return None
    return _asLine(shapely.get_interior_ring(polygon, place))


@function("geometry_n(geometry, index)", GROUP)
def geometryN(value: object, index: object) -> shapely.Geometry | None:
    """A part of a collection, from 1."""
    shape, place = shapeOf(value), toInteger(index) - 1
    if shapely.get_type_id(shape) < MULTIPOINT or not 0 <= place < shapely.get_num_geometries(shape):
        return None
    return shapely.get_geometry(shape, place)
