# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value, assignment"
"""What a geometry is and measures, and how two lie to one another."""

from __future__ import annotations

import math

import numpy as np
import shapely

from ogctwist.expression.column import Column, Kind, mapRows
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.geometric import (
    COLLECTION,
    GROUP,
    LINE,
    MULTILINE,
    MULTIPOINT,
    MULTIPOLYGON,
    POINT,
    POLYGON,
    RING,
    measure,
    pairwise,
    settled,
    shapeOf,
    shapesOf,
)
from ogctwist.expression.functions.registry import function
from ogctwist.expression.functions.wkt import qgisWkt
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import Feature, toInteger, toReal, toText

_AREAS = (POLYGON, MULTIPOLYGON)
_LINES = (LINE, RING, MULTILINE)


def _perimeter(shapes: np.ndarray) -> np.ndarray:
    return shapely.length(shapes)


def _firstPoint(shapes: np.ndarray) -> np.ndarray:
    """Points as they are, of one-point multipoints the point, of others the centroid."""
    kinds = shapely.get_type_id(shapes)
    single = (kinds == MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    points = np.where(kinds == POINT, shapes, shapely.centroid(shapes))
    points[single] = shapely.get_geometry(shapes[single], 0)
    return points


measure("area(geometry)", shapely.area, only=_AREAS)
measure("perimeter(geometry)", _perimeter, only=_AREAS)
measure("x(geometry)", lambda shapes: shapely.get_x(_firstPoint(shapes)))
measure("y(geometry)", lambda shapes: shapely.get_y(_firstPoint(shapes)))
measure("z(geometry)", lambda shapes: shapely.get_z(_firstPoint(shapes)), only=(POINT, MULTIPOINT))
measure("m(geometry)", lambda shapes: shapely.get_m(_firstPoint(shapes)), only=(POINT, MULTIPOINT))
measure("x_min(geometry)", lambda shapes: shapely.bounds(shapes)[:, 0], "xmin")
measure("y_min(geometry)", lambda shapes: shapely.bounds(shapes)[:, 1], "ymin")
measure("x_max(geometry)", lambda shapes: shapely.bounds(shapes)[:, 2], "xmax")
measure("y_max(geometry)", lambda shapes: shapely.bounds(shapes)[:, 3], "ymax")
measure("bounds_width(geometry)", lambda s: shapely.bounds(s)[:, 2] - shapely.bounds(s)[:, 0])
measure("bounds_height(geometry)", lambda s: shapely.bounds(s)[:, 3] - shapely.bounds(s)[:, 1])
measure("num_points(geometry)", lambda s: shapely.get_num_coordinates(s).astype(np.int64), kind=Kind.INTEGER)
measure("is_valid(geometry)", shapely.is_valid, kind=Kind.TRUTH)
measure("is_empty(geometry)", shapely.is_empty, kind=Kind.TRUTH)
measure(
    "is_multipart(geometry)",
    lambda shapes: shapely.get_type_id(shapes) >= MULTIPOINT,
    kind=Kind.TRUTH,
)

pairwise("disjoint(geometry1, geometry2)", shapely.disjoint)
pairwise("intersects(geometry1, geometry2)", shapely.intersects)
pairwise("touches(geometry1, geometry2)", shapely.touches)
pairwise("crosses(geometry1, geometry2)", shapely.crosses)
pairwise("contains(geometry1, geometry2)", shapely.contains)
pairwise("overlaps(geometry1, geometry2)", shapely.overlaps)
pairwise("within(geometry1, geometry2)", shapely.within)
pairwise("equals(geometry1, geometry2)", shapely.equals)
pairwise("distance(geometry1, geometry2)", shapely.distance, kind=Kind.REAL)


def _boxesMeet(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    p, q = shapely.bounds(a), shapely.bounds(b)
    return (p[:, 0] <= q[:, 2]) & (q[:, 0] <= p[:, 2]) & (p[:, 1] <= q[:, 3]) & (q[:, 1] <= p[:, 3])


pairwise("intersects_bbox(geometry1, geometry2)", _boxesMeet, "bbox")


@function("is_empty_or_null(geometry)", GROUP, takesNull=True)
def isEmptyOrNull(value: object) -> int:
    """1 of NULL and of what has no coordinate."""
    return int(value is None or bool(shapely.is_empty(shapeOf(value))))


@function("length(text)", "String", needs="columns")
def lengthOf(scope: Scope, argument: Column) -> Column:
    """Characters of a text; of a line its length."""
    return mapRows(lambda v: None if v is None else _length(v), [argument], scope.length)


def _length(value: object) -> float | None:
    if isinstance(value, shapely.Geometry):
        return float(shapely.length(value)) if shapely.get_type_id(value) in _LINES else None
    return len(toText(value))


@function("length3D(geometry)", GROUP)
def length3d(value: object) -> float | None:
    """The length of a line, up and down counted."""
    shape = shapeOf(value)
    if shapely.get_type_id(shape) not in _LINES:
        return None
    total = 0.0
    for part in shapely.get_parts(shape):
        steps = np.diff(np.nan_to_num(shapely.get_coordinates(part, include_z=True)), axis=0)
        total += float(np.sqrt((steps**2).sum(axis=1)).sum())
    return total


@function("geometry_type(geometry)", GROUP)
def geometryType(value: object) -> str:
    """Point, Line, Polygon or Unknown geometry."""
    kind = shapely.get_type_id(shapeOf(value))
    if kind == COLLECTION:
        return "Unknown geometry"
    return "Point" if kind in (POINT, MULTIPOINT) else "Polygon" if kind in _AREAS else "Line"


@function("num_geometries(geometry)", GROUP)
def numGeometries(value: object) -> int:
    """The number of parts."""
    return int(shapely.get_num_geometries(shapeOf(value)))


def _polygon(value: object) -> shapely.Geometry | None:
    """A polygon, also as the only part of a multipolygon."""
    shape = shapeOf(value)
    kind = shapely.get_type_id(shape)
    if kind == MULTIPOLYGON and shapely.get_num_geometries(shape) == 1:
        return shapely.get_geometry(shape, 0)
    return shape if kind == POLYGON else None


@function("num_interior_rings(geometry)", GROUP)
def numInteriorRings(value: object) -> int | None:
    """The number of holes."""
    polygon = _polygon(value)
    return None if polygon is None else int(shapely.get_num_interior_rings(polygon))


@function("num_rings(geometry)", GROUP)
def numRings(value: object) -> int | None:
    """The number of rings of all polygons."""
    shape = shapeOf(value)
    return len(shapely.get_rings(shape)) if shapely.get_type_id(shape) in _AREAS else None


@function("is_closed(geometry)", GROUP)
def isClosed(value: object) -> int | None:
    """Whether a line ends where it began."""
    shape = shapeOf(value)
    if shapely.get_type_id(shape) not in _LINES:
        return None
    return int(bool(shapely.is_closed(shape)))


def _extreme(name: str, isMeasure: bool, largest: bool) -> None:
    @function(f"{name}(geometry)", GROUP)
    def extreme(value: object) -> float | None:
        shape = shapeOf(value)
        if not (shapely.has_m(shape) if isMeasure else shapely.has_z(shape)):
            return None
        column = shapely.get_coordinates(shape, include_z=not isMeasure, include_m=isMeasure)[:, 2]
        column = column[~np.isnan(column)]
        return float(column.max() if largest else column.min()) if len(column) else None


_extreme("z_max", False, True)
_extreme("z_min", False, False)
_extreme("m_max", True, True)
_extreme("m_min", True, False)


@function("relate(*)", GROUP)
def relate(*arguments: object) -> object:
    """The DE-9IM pattern of two geometries, or whether it fits the third argument."""
    if not 2 <= len(arguments) <= 3:
        raise EvaluationFailure("relate() takes two geometries and maybe a pattern")
    first, second = shapeOf(arguments[0]), shapeOf(arguments[1])
    if len(arguments) == 2:
        return str(shapely.relate(first, second))
    pattern = toText(arguments[2])
    if len(pattern) != 9 or set(pattern.upper()) - set("TF*012"):
        raise EvaluationFailure("this is no DE-9IM pattern")
    return int(bool(shapely.relate_pattern(first, second, pattern.upper())))


@function("hausdorff_distance(geometry1, geometry2, densify_fraction=None)", GROUP, takesNull=True)
def hausdorff(first: object, second: object, fraction: object) -> float | None:
    """How unlike two geometries are."""
    if first is None or second is None:
        return None
    share = None if fraction is None else toReal(fraction)
    if share is not None and not 0.001 <= share <= 1:
        raise EvaluationFailure("the densify fraction lies outside 0.001 to 1")
    return float(shapely.hausdorff_distance(shapeOf(first), shapeOf(second), share))


@function("azimuth(point_a, point_b)", GROUP)
def azimuth(first: object, second: object) -> float | None:
    """From north, clockwise, in radians."""
    (ax, ay), (bx, by) = _point(first), _point(second)
    if (ax, ay) == (bx, by):
        return 0.0
    return math.atan2(bx - ax, by - ay) % (2 * math.pi)


def _point(value: object) -> tuple[float, float]:
    shape = shapeOf(value)
    if shapely.get_type_id(shape) == MULTIPOINT and shapely.get_num_geometries(shape) == 1:
        shape = shapely.get_geometry(shape, 0)
    if shapely.get_type_id(shape) != POINT or shapely.is_empty(shape):
        raise EvaluationFailure("this function takes points")
    return float(shapely.get_x(shape)), float(shapely.get_y(shape))


@function("inclination(point_a, point_b)", GROUP)
def inclination(first: object, second: object) -> float:
    """From the zenith (0) to the nadir (180), in degrees."""
    (ax, ay), (bx, by) = _point(first), _point(second)
    az, bz = (float(np.nan_to_num(shapely.get_z(shapeOf(value)))) for value in (first, second))
    distance = math.sqrt((bx - ax) ** 2 + (by - ay) ** 2 + (bz - az) ** 2)
    return math.degrees(math.acos((bz - az) / distance)) if distance else 0.0


@function("sinuosity(geometry)", GROUP)
def sinuosity(value: object) -> float | None:
    """The length of a line by the distance of its ends."""
    straight = straightDistance(value)
    return None if not straight else float(shapely.length(shapeOf(value))) / straight


@function("straight_distance_2d(geometry)", GROUP)
def straightDistance(value: object) -> float | None:
    """The distance of the ends of a line."""
    shape = shapeOf(value)
    if shapely.get_type_id(shape) != LINE or shapely.is_empty(shape):
        return None
    ends = shapely.get_coordinates(shape)[[0, -1]]
    return float(math.dist(*ends.tolist()))


@function("roundness(geometry)", GROUP)
def roundness(value: object) -> float | None:
    """1 of a circle, less of others."""
    polygon = _polygon(value)
    if polygon is None or not shapely.length(polygon):
        return None
    return 4 * math.pi * float(shapely.area(polygon)) / float(shapely.length(polygon)) ** 2


@function("geom_to_wkt(geometry, precision=8)", GROUP, "geomToWKT")
def toWkt(value: object, precision: object) -> str:
    """As text with so many digits after the point, at most."""
    return qgisWkt(shapeOf(value), max(0, min(17, toInteger(precision))))


@function("geom_to_wkb(geometry)", GROUP)
def toWkb(value: object) -> bytes:
    """As well-known binary."""
    return shapely.to_wkb(shapeOf(value), flavor="iso")


@function("geometry(feature)", GROUP)
def geometryOf(value: object) -> shapely.Geometry | None:
    """The geometry of a feature."""
    if not isinstance(value, Feature):
        raise EvaluationFailure("this is no feature")
    return value.geometry


@function("$geometry", GROUP, needs="columns", usesGeometry=True)
def currentGeometry(scope: Scope) -> Column:
    """The geometry of the feature."""
    return scope.geometry()


@function("$x", GROUP, needs="columns", usesGeometry=True)
def currentX(scope: Scope) -> Column:
    """The x of a point."""
    return _ofPoints(scope, 0)


@function("$y", GROUP, needs="columns", usesGeometry=True)
def currentY(scope: Scope) -> Column:
    """The y of a point."""
    return _ofPoints(scope, 1)


@function("$z", GROUP, needs="columns", usesGeometry=True)
def currentZ(scope: Scope) -> Column:
    """The z of a point."""
    return _ofPoints(scope, 2)


def _ofPoints(scope: Scope, axis: int) -> Column:
    shapes, _ = shapesOf(scope.geometry())
    points = _firstPoint(shapes)
    values = (shapely.get_x, shapely.get_y, shapely.get_z)[axis](points)
    null = np.isnan(values) | np.equal(shapes, None).astype(bool)
    return settled(values, Kind.REAL, scope, null, None)


@function(
    "x_at(geometry_or_vertex, vertex=None)",
    GROUP,
    "$x_at",
    "xat",
    takesNull=True,
    needs="columns",
    usesGeometry=True,
)
def xAt(scope: Scope, geometry: Column, vertex: Column) -> Column:
    """The x of a vertex of a geometry, or, with one argument, of the feature's."""
    return _vertex(scope, geometry, vertex, 0)


@function(
    "y_at(geometry_or_vertex, vertex=None)",
    GROUP,
    "$y_at",
    "yat",
    takesNull=True,
    needs="columns",
    usesGeometry=True,
)
def yAt(scope: Scope, geometry: Column, vertex: Column) -> Column:
    """The y of a vertex of a geometry, or, with one argument, of the feature's."""
    return _vertex(scope, geometry, vertex, 1)


def _vertex(scope: Scope, geometry: Column, vertex: Column, axis: int) -> Column:
    if vertex.isConstant and vertex.value is None:
        geometry, vertex = scope.geometry(), geometry

    def coordinate(shape: object, index: object) -> float | None:
        if shape is None or index is None:
            return None
        coordinates = shapely.get_coordinates(shapeOf(shape))
        place = toInteger(index)
        place += len(coordinates) if place < 0 else 0
        return float(coordinates[place, axis]) if 0 <= place < len(coordinates) else None

    return mapRows(coordinate, [geometry, vertex], scope.length)
