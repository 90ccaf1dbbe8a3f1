# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value"
"""Geometries moved, turned, grown and thinned."""

from __future__ import annotations

import math

import numpy as np
import shapely

from ogctwist.expression.column import Column, Kind, mapRows
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.construction import vertices
from ogctwist.expression.functions.geometric import (
    GROUP,
    LINE,
    MULTILINE,
    POINT,
    POLYGON,
    measure,
    shapeOf,
)
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.scope import Scope
from ogctwist.expression.values import toInteger, toReal, toText
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.transforms import transformCoords

#: Most segments of a quarter circle, and of a circle.
MAX_SEGMENTS = 1000


def segmentsOf(value: object) -> int:
    """@raise EvaluationFailure: too few or too many."""
    count = toInteger(value)
    if not 1 <= count <= MAX_SEGMENTS:
        raise EvaluationFailure(f"segments lie between 1 and {MAX_SEGMENTS}")
    return count


def moved(shape: shapely.Geometry, matrix: np.ndarray, offset: tuple[float, float]) -> shapely.Geometry:
    """The shape with C{matrix @ (x, y) + offset}; z and m stay."""

    def change(coordinates: np.ndarray) -> np.ndarray:
        result = coordinates.copy()
        result[:, :2] = coordinates[:, :2] @ matrix.T + offset
        return result

    return shapely.transform(shape, change, include_z=bool(shapely.has_z(shape)))


measure(
    "flip_coordinates(geometry)",
    lambda shapes: shapely.transform(shapes, lambda c: c[:, ::-1]),
    kind=Kind.OBJECT,
)


@function("translate(geometry, dx, dy)", GROUP)
def translate(value: object, dx: object, dy: object) -> shapely.Geometry:
    """Moved."""
    return moved(shapeOf(value), np.eye(2), (toReal(dx), toReal(dy)))


def _turn(degrees: float) -> np.ndarray:
    """Clockwise."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


@function("rotate(geometry, rotation, center=None, per_part=False)", GROUP, takesNull=True)
def rotate(value: object, rotation: object, centre: object, perPart: object) -> shapely.Geometry | None:
    """Clockwise in degrees, about a point or the middle of its bounding box."""
    if value is None or rotation is None:
        return None
    shape, matrix = shapeOf(value), _turn(toReal(rotation))
    if centre is None:
        x0, y0, x1, y1 = shapely.bounds(shape).tolist()
        pivot = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    else:
        pivot = shapely.get_coordinates(shapeOf(centre))[0]
    offset = pivot - matrix @ pivot
    return moved(shape, matrix, (float(offset[0]), float(offset[1])))


@function("scale(geometry, x_scale, y_scale, center=None)", GROUP, takesNull=True)
def scaled(value: object, x: object, y: object, centre: object) -> shapely.Geometry | None:
    """By factors, about a point or the middle of its bounding box."""
    if value is None or x is None or y is None:
        return None
    shape, matrix = shapeOf(value), np.diag([toReal(x), toReal(y)])
    if centre is None:
        x0, y0, x1, y1 = shapely.bounds(shape).tolist()
        pivot = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    else:
        pivot = shapely.get_coordinates(shapeOf(centre))[0]
    offset = pivot - matrix @ pivot
    return moved(shape, matrix, (float(offset[0]), float(offset[1])))


@function(
    "affine_transform(geometry, delta_x, delta_y, rotation_z, scale_x, scale_y,"
    " delta_z=0, delta_m=0, scale_z=1, scale_m=1)",
    GROUP,
)
def affineTransform(value: object, *arguments: object) -> shapely.Geometry:
    """Scaled, then turned counter-clockwise about the origin, then moved; measures are dropped."""
    dx, dy, rotation, sx, sy, dz, _, sz, _ = (toReal(argument) for argument in arguments)
    shape = shapeOf(value)
    matrix = _turn(-rotation) @ np.diag([sx, sy])
    if not (dz or sz != 1 or shapely.has_z(shape)):
        return moved(shape, matrix, (dx, dy))

    def change(coordinates: np.ndarray) -> np.ndarray:
        xy = coordinates[:, :2] @ matrix.T + (dx, dy)
        z = np.nan_to_num(coordinates[:, 2]) if coordinates.shape[1] > 2 else np.zeros(len(coordinates))
        return np.column_stack([xy, z * sz + dz])

    return shapely.transform(shapely.force_3d(shape), change, include_z=True)


@function("transform(geometry, source_auth_id, dest_auth_id)", GROUP, needs="columns")
def transform(scope: Scope, geometry: Column, source: Column, target: Column) -> Column:
    """From one CRS to another; as it is when either is not known."""
    return mapRows(_transformed, [geometry, source, target], scope.length)


def _transformed(value: object, source: object, target: object) -> shapely.Geometry | None:
    if value is None or source is None or target is None:
        return None
    shape = shapeOf(value)
    try:
        crs, other = CRS.fromAuthid(toText(source)), CRS.fromAuthid(toText(target))
    except UnknownCRS:
        return shape
    result = shapely.transform(
        shape, lambda c: transformCoords(c, crs, other), include_z=bool(shapely.has_z(shape))
    )
    if not np.isfinite(shapely.get_coordinates(result)).all():
        raise EvaluationFailure("the geometry has no place in that CRS")
    return result


_CAPS = {"round": "round", "flat": "flat", "square": "square"}
_JOINS = {"round": "round", "bevel": "bevel", "miter": "mitre", "mitre": "mitre"}


@function(
    "buffer(geometry, distance, segments=8, cap='round', join='round', miter_limit=2)",
    GROUP,
    needs="environment",
)
def buffer(
    environment: Environment,
    value: object,
    distance: object,
    segments: object,
    cap: object,
    join: object,
    limit: object,
) -> shapely.Geometry:
    """All within a distance; segments are those of a quarter circle."""
    shape, quarter = shapeOf(value), segmentsOf(segments)
    environment.budget.vertices(int(shapely.get_num_coordinates(shape)) * quarter)
    return shapely.buffer(
        shape,
        toReal(distance),
        quad_segs=quarter,
        cap_style=_CAPS.get(toText(cap).lower(), "round"),  # type: ignore[arg-type]
        join_style=_JOINS.get(toText(join).lower(), "round"),  # type: ignore[arg-type]
        mitre_limit=toReal(limit),
    )


_STYLES = {1: "round", 2: "mitre", 3: "bevel"}


def _lineOf(value: object) -> shapely.Geometry:
    shape = shapeOf(value)
    if shapely.get_type_id(shape) not in (LINE, MULTILINE):
        raise EvaluationFailure("this function takes lines")
    return shape


@function("offset_curve(geometry, distance, segments=8, join=1, miter_limit=2.0)", GROUP)
def offsetCurve(
    value: object, distance: object, segments: object, join: object, limit: object
) -> shapely.Geometry:
    """A line beside it, on its left for a positive distance."""
    offset = toReal(distance)
    line = shapely.offset_curve(
        _lineOf(value),
        offset,
        quad_segs=segmentsOf(segments),
        join_style=_STYLES.get(toInteger(join), "round"),  # type: ignore[arg-type]
        mitre_limit=toReal(limit),
    )
    return line


@function("single_sided_buffer(geometry, distance, segments=8, join=1, miter_limit=2.0)", GROUP)
def singleSidedBuffer(
    value: object, distance: object, segments: object, join: object, limit: object
) -> shapely.Geometry:
    """The buffer on one side of a line, the left one for a positive distance."""
    return shapely.buffer(
        _lineOf(value),
        toReal(distance),
        quad_segs=segmentsOf(segments),
        join_style=_STYLES.get(toInteger(join), "round"),  # type: ignore[arg-type]
        mitre_limit=toReal(limit),
        single_sided=True,
    )


@function("simplify(geometry, tolerance)", GROUP)
def simplify(value: object, tolerance: object) -> shapely.Geometry:
    """By distance, as Douglas and Peucker do."""
    return shapely.simplify(shapeOf(value), toReal(tolerance), preserve_topology=True)


@function("simplify_vw(geometry, tolerance)", GROUP)
def simplifyByArea(value: object, tolerance: object) -> shapely.Geometry:
    """By area, as Visvalingam does."""
    shape, area = shapeOf(value), toReal(tolerance)

    def thinned(part: shapely.Geometry) -> shapely.Geometry:
        kind = shapely.get_type_id(part)
        if kind == POLYGON:
            rings = [_visvalingam(vertices(ring), area, 4) for ring in shapely.get_rings(part)]
            return shapely.Polygon(rings[0], rings[1:])
        return part if kind == POINT else shapely.LineString(_visvalingam(vertices(part), area, 2))

    parts = [thinned(part) for part in shapely.get_parts(shape)]
    return parts[0] if shapely.get_type_id(shape) < 4 else _rejoined(shape, parts)


def _visvalingam(coordinates: np.ndarray, tolerance: float, least: int) -> np.ndarray:
    """Vertices whose triangle with their neighbours is smaller than the tolerance go, smallest first."""
    points = coordinates.tolist()
    while len(points) > least:
        areas = [
            abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
            for a, b, c in zip(points, points[1:], points[2:], strict=False)
        ]
        smallest = min(range(len(areas)), key=areas.__getitem__)
        if areas[smallest] >= tolerance**2:
            break
        del points[smallest + 1]
    return np.array(points)


def _rejoined(shape: shapely.Geometry, parts: list[shapely.Geometry]) -> shapely.Geometry:
    makers = {4: shapely.MultiPoint, 5: shapely.MultiLineString, 6: shapely.MultiPolygon}
    return makers.get(int(shapely.get_type_id(shape)), shapely.GeometryCollection)(parts)


@function(
    "smooth(geometry, iterations=1, offset=0.25, min_length=-1, max_angle=180)", GROUP, needs="environment"
)
def smooth(
    environment: Environment,
    value: object,
    iterations: object,
    offset: object,
    least: object,
    sharpest: object,
) -> shapely.Geometry:
    """With its corners cut, as Chaikin does."""
    shape, rounds = shapeOf(value), toInteger(iterations)
    share = toReal(offset)
    if not 0 <= rounds <= 10 or not 0 < share <= 0.5:
        raise EvaluationFailure("iterations lie between 0 and 10, the offset between 0 and 0.5")
    environment.budget.vertices(int(shapely.get_num_coordinates(shape)) * 2**rounds)
    options = (rounds, share, toReal(least), math.radians(toReal(sharpest)))

    def smoothed(part: shapely.Geometry) -> shapely.Geometry:
        kind = shapely.get_type_id(part)
        if kind == POLYGON:
            rings = [_chaikin(vertices(ring), True, *options) for ring in shapely.get_rings(part)]
            return shapely.Polygon(rings[0], rings[1:])
        return part if kind == POINT else shapely.LineString(_chaikin(vertices(part), False, *options))

    parts = [smoothed(part) for part in shapely.get_parts(shape)]
    return parts[0] if shapely.get_type_id(shape) < 4 else _rejoined(shape, parts)


def _chaikin(
    points: np.ndarray, isRing: bool, rounds: int, share: float, least: float, sharpest: float
) -> np.ndarray:
    for _ in range(rounds):
        if len(points) < 3:
            break
        steps = np.diff(points, axis=0)
        first = points[:-1] + steps * share
        last = points[:-1] + steps * (1 - share)
        short = np.sqrt((steps[:, :2] ** 2).sum(axis=1)) < least if least > 0 else np.zeros(len(steps), bool)
        first[short], last[short] = points[:-1][short], points[1:][short]
        sharp = _sharpCorners(points, isRing, sharpest)
        first[sharp[:-1]] = points[:-1][sharp[:-1]]
        last[sharp[1:]] = points[1:][sharp[1:]]
        cut = np.stack([first, last], axis=1).reshape(-1, points.shape[1])
        points = np.vstack([cut, cut[:1]]) if isRing else np.vstack([points[:1], cut[1:-1], points[-1:]])
        keep = np.ones(len(points), bool)
        keep[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
        points = points[keep]
    return points


def _sharpCorners(points: np.ndarray, isRing: bool, sharpest: float) -> np.ndarray:
    """Which vertices turn by more than an angle, and are left as they are."""
    sharp = np.zeros(len(points), bool)
    if sharpest >= math.pi:
        return sharp
    steps = np.diff(points[:, :2], axis=0)
    angles = np.arctan2(steps[:, 1], steps[:, 0])
    turns = np.abs((np.diff(angles) + math.pi) % (2 * math.pi) - math.pi)
    sharp[1:-1] = turns > sharpest
    if isRing:
        closing = abs((angles[0] - angles[-1] + math.pi) % (2 * math.pi) - math.pi)
        sharp[[0, -1]] = closing > sharpest
    return sharp


@function("force_rhr(geometry)", GROUP, "force_polygon_cw")
def forceClockwise(value: object) -> shapely.Geometry:
    """Outer rings clockwise, inner ones the other way."""
    return shapely.orient_polygons(shapeOf(value), exterior_cw=True)


@function("force_polygon_ccw(geometry)", GROUP)
def forceCounterClockwise(value: object) -> shapely.Geometry:
    """Outer rings counter-clockwise, inner ones the other way."""
    return shapely.orient_polygons(shapeOf(value), exterior_cw=False)


@function("extrude(geometry, x, y)", GROUP)
def extrude(value: object, x: object, y: object) -> shapely.Geometry:
    """The area that a line passes when it is moved."""
    offset = np.array([toReal(x), toReal(y)])
    polygons = []
    for part in shapely.get_parts(_lineOf(value)):
        coordinates = shapely.get_coordinates(part)
        polygons.append(shapely.Polygon(np.vstack([coordinates, coordinates[::-1] + offset])))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


@function("densify_by_count(geometry, vertices)", GROUP, needs="environment")
def densifyByCount(environment: Environment, value: object, count: object) -> shapely.Geometry:
    """With so many vertices put evenly into each segment."""
    shape, more = shapeOf(value), toInteger(count)
    if not 0 <= more <= 10_000:
        raise EvaluationFailure("vertices lie between 0 and 10000")
    environment.budget.vertices(int(shapely.get_num_coordinates(shape)) * (more + 1))

    def dense(part: shapely.Geometry) -> shapely.Geometry:
        kind = shapely.get_type_id(part)
        if kind == POINT:
            return part
        if kind == POLYGON:
            rings = [_dense(vertices(ring), more) for ring in shapely.get_rings(part)]
            return shapely.Polygon(rings[0], rings[1:])
        return shapely.LineString(_dense(vertices(part), more))

    parts = [dense(part) for part in shapely.get_parts(shape)]
    return parts[0] if shapely.get_type_id(shape) < 4 else _rejoined(shape, parts)


def _dense(points: np.ndarray, more: int) -> np.ndarray:
    shares = np.arange(more + 1) / (more + 1)
    steps = np.diff(points, axis=0)
    made = points[:-1, None, :] + steps[:, None, :] * shares[None, :, None]
    return np.vstack([made.reshape(-1, points.shape[1]), points[-1:]])


@function("densify_by_distance(geometry, distance)", GROUP, needs="environment")
def densifyByDistance(environment: Environment, value: object, distance: object) -> shapely.Geometry:
    """With vertices no further apart than a distance."""
    shape, step = shapeOf(value), toReal(distance)
    if step <= 0:
        raise EvaluationFailure("the distance must be above 0")
    environment.budget.vertices(float(shapely.length(shape)) / step)
    return shapely.segmentize(shape, step)


@function("concave_hull(geometry, target_percent, allow_holes=False)", GROUP)
def concaveHull(value: object, share: object, holes: object) -> shapely.Geometry:
    """Tighter than the convex hull the smaller the share."""
    return shapely.concave_hull(shapeOf(value), min(1.0, max(0.0, toReal(share))), bool(holes))
