# -*- test-case-name: tests.expression.test_answers -*-
# mypy: disable-error-code="call-overload, arg-type, return-value"
"""Regular shapes, and the places along a line."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import shapely

from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.functions.construction import vertices
from ogctwist.expression.functions.geometric import GROUP, LINE, MULTILINE, POINT, POLYGON, shapeOf
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.functions.transformations import segmentsOf
from ogctwist.expression.values import toInteger, toReal


def pointOf(value: object) -> np.ndarray:
    """x and y.  @raise EvaluationFailure: it is no point."""
    shape = shapeOf(value)
    if shapely.get_type_id(shape) != POINT or shapely.is_empty(shape):
        raise EvaluationFailure("this function takes points")
    return shapely.get_coordinates(shape)[0]


def _around(centre: np.ndarray, count: int, major: float, minor: float, azimuth: float = 0.0) -> np.ndarray:
    """A closed ring of points on an ellipse, clockwise from its top; azimuth of the major axis in radians."""
    angles = np.arange(count) * 2 * math.pi / count
    along, across = major * np.cos(angles), minor * np.sin(angles)
    x = centre[0] + along * math.sin(azimuth) + across * math.cos(azimuth)
    y = centre[1] + along * math.cos(azimuth) - across * math.sin(azimuth)
    ring = np.column_stack([x, y])
    return np.vstack([ring, ring[:1]])


def _circleSegments(value: object) -> int:
    count = segmentsOf(value)
    if count < 3:
        raise EvaluationFailure("a circle has 3 segments at least")
    return count


@function("make_circle(center, radius, segments=36)", GROUP)
def makeCircle(centre: object, radius: object, segments: object) -> shapely.Geometry:
    """A polygon of so many corners."""
    size = toReal(radius)
    return shapely.Polygon(_around(pointOf(centre), _circleSegments(segments), size, size))


@function("make_ellipse(center, semi_major_axis, semi_minor_axis, azimuth, segments=36)", GROUP)
def makeEllipse(
    centre: object, major: object, minor: object, azimuth: object, segments: object
) -> shapely.Geometry:
    """A polygon of so many corners; the azimuth is in degrees."""
    count = _circleSegments(segments)
    angle = math.radians(toReal(azimuth))
    return shapely.Polygon(_around(pointOf(centre), count, toReal(major), toReal(minor), angle))


@function("make_regular_polygon(center, radius, number_sides, circle=0)", GROUP)
def makeRegularPolygon(centre: object, corner: object, sides: object, circle: object) -> shapely.Geometry:
    """Within a circle (0), or about one (1), that passes through a point."""
    middle, edge = pointOf(centre), pointOf(corner)
    count = _circleSegments(sides)
    dx, dy = edge - middle
    radius, azimuth = math.hypot(dx, dy), math.atan2(dx, dy)
    if toInteger(circle) == 1:
        radius /= math.cos(math.pi / count)
        azimuth -= math.pi / count
    return shapely.Polygon(_around(middle, count, radius, radius, azimuth))


@function("make_square(point1, point2)", GROUP)
def makeSquare(first: object, second: object) -> shapely.Geometry:
    """Of the ends of a diagonal."""
    a, c = pointOf(first), pointOf(second)
    middle, half = (a + c) / 2, (c - a) / 2
    turned = np.array([-half[1], half[0]])
    return shapely.Polygon([a, middle + turned, c, middle - turned])


@function("make_rectangle_3points(point1, point2, point3, option=0)", GROUP)
def makeRectangle(first: object, second: object, third: object, option: object) -> shapely.Geometry:
    """Of two corners and the distance (0) or the projection (1) of a third point."""
    a, b, c = pointOf(first), pointOf(second), pointOf(third)
    side = b - a
    length = math.hypot(*side)
    if not length:
        raise EvaluationFailure("the points make no rectangle")
    normal = np.array([side[1], -side[0]]) / length
    away = float(np.dot(c - a, normal))
    if toInteger(option) == 0:
        away = math.copysign(math.hypot(*(c - b)), away)
    return shapely.Polygon([a, b, b + normal * away, a + normal * away])


@function("wedge_buffer(center, azimuth, width, outer_radius, inner_radius=0.0)", GROUP)
def wedgeBuffer(
    centre: object, azimuth: object, width: object, outer: object, inner: object
) -> shapely.Geometry:
    """A piece of a disc about a direction, in degrees."""
    middle, direction, spread = pointOf(centre), toReal(azimuth), toReal(width)
    far, near = toReal(outer), toReal(inner)
    if spread >= 360:
        rim, hole = _around(middle, 360, far, far), _around(middle, 360, near, near)
        return shapely.Polygon(rim, [hole] if near > 0 else None)
    angles = np.radians(direction + np.linspace(-spread / 2, spread / 2, max(2, int(spread) + 1)))
    rim = np.column_stack([np.sin(angles), np.cos(angles)])
    start = middle + rim * near if near > 0 else middle[None, :]
    return shapely.Polygon(np.vstack([middle + rim * far, start[::-1]]))


def _varied(shape: shapely.Geometry, widths: np.ndarray, segments: int) -> shapely.Geometry:
    """Discs of given diameters at the vertices of a line, joined along it."""
    coordinates = shapely.get_coordinates(shape)
    discs = shapely.buffer(shapely.points(coordinates), widths / 2, quad_segs=segments)
    pairs = [shapely.convex_hull(shapely.union(a, b)) for a, b in pairwise(discs)]
    return shapely.union_all(pairs)


def _lines(value: object) -> list[shapely.Geometry]:
    shape = shapeOf(value)
    if shapely.get_type_id(shape) not in (LINE, MULTILINE):
        raise EvaluationFailure("this function takes lines")
    return shapely.get_parts(shape).tolist()


@function("tapered_buffer(geometry, start_width, end_width, segments=8)", GROUP, needs="environment")
def taperedBuffer(
    environment: Environment, value: object, start: object, end: object, segments: object
) -> shapely.Geometry:
    """A line drawn with a width that changes along it."""
    quarter, made = segmentsOf(segments), []
    for line in _lines(value):
        coordinates = shapely.get_coordinates(line)
        environment.budget.vertices(len(coordinates) * quarter * 4)
        steps = np.sqrt((np.diff(coordinates, axis=0) ** 2).sum(axis=1))
        along = np.concatenate([[0], np.cumsum(steps)])
        shares = along / along[-1] if along[-1] else along
        made.append(_varied(line, toReal(start) + (toReal(end) - toReal(start)) * shares, quarter))
    return shapely.union_all(made)


@function("buffer_by_m(geometry, segments=8)", GROUP, needs="environment")
def bufferByMeasure(environment: Environment, value: object, segments: object) -> shapely.Geometry:
    """A line drawn with the width of its measures."""
    quarter, made = segmentsOf(segments), []
    for line in _lines(value):
        if not shapely.has_m(line):
            raise EvaluationFailure("the line has no measures")
        widths = np.nan_to_num(shapely.get_coordinates(line, include_m=True)[:, -1])
        environment.budget.vertices(len(widths) * quarter * 4)
        made.append(_varied(line, widths, quarter))
    return shapely.union_all(made)


@function("extend(geometry, start_distance, end_distance)", GROUP)
def extend(value: object, start: object, end: object) -> shapely.Geometry:
    """A line made longer at its ends, straight on."""
    made = []
    for line in _lines(value):
        points = vertices(line).copy()
        points[0] = _beyond(points[1], points[0], toReal(start))
        points[-1] = _beyond(points[-2], points[-1], toReal(end))
        made.append(shapely.LineString(points))
    return made[0] if len(made) == 1 else shapely.MultiLineString(made)


def _beyond(origin: np.ndarray, point: np.ndarray, distance: float) -> np.ndarray:
    length = math.hypot(*(point - origin)[:2])
    return point + (point - origin) / length * distance if length else point


@function("close_line(geometry)", GROUP)
def closeLine(value: object) -> shapely.Geometry:
    """With its first vertex at the end too."""
    made = []
    for line in _lines(value):
        points = vertices(line)
        isClosed = (points[0] == points[-1]).all()
        made.append(line if isClosed else shapely.LineString(np.vstack([points, points[:1]])))
    return made[0] if len(made) == 1 else shapely.MultiLineString(made)


@function("pole_of_inaccessibility(geometry, tolerance)", GROUP)
def poleOfInaccessibility(value: object, tolerance: object) -> shapely.Geometry | None:
    """The point furthest from the edge, within a tolerance."""
    shape = shapeOf(value)
    if shapely.get_type_id(shape) not in (POLYGON, 6):
        return None
    step = toReal(tolerance)
    if step <= 0:
        raise EvaluationFailure("Tolerance must be greater than zero")
    return shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=step), 0)


@function("minimal_circle(geometry, segments=36)", GROUP)
def minimalCircle(value: object, segments: object) -> shapely.Geometry | None:
    """The smallest circle around it, as a polygon of so many corners."""
    circle = shapely.minimum_bounding_circle(shapeOf(value))
    if shapely.is_empty(circle):
        return None
    centre = shapely.get_coordinates(shapely.centroid(circle))[0]
    radius = float(shapely.minimum_bounding_radius(shapeOf(value)))
    return shapely.Polygon(_around(centre, _circleSegments(segments), radius, radius))


@function("project(point, distance, azimuth, elevation=1.5707963267948966)", GROUP)
def project(value: object, distance: object, azimuth: object, elevation: object) -> shapely.Geometry:
    """The point at a distance in a direction, in radians."""
    x, y = pointOf(value)
    length, angle, rise = toReal(distance), toReal(azimuth), toReal(elevation)
    point = shapeOf(value)
    if not shapely.has_z(point):
        return shapely.Point(x + length * math.sin(angle), y + length * math.cos(angle))
    flat = length * math.sin(rise)
    z = float(shapely.get_z(point)) + length * math.cos(rise)
    return shapely.Point(x + flat * math.sin(angle), y + flat * math.cos(angle), z)


def _ringOrLine(value: object) -> shapely.Geometry:
    shape = shapeOf(value)
    kind = shapely.get_type_id(shape)
    if kind == MULTILINE and shapely.get_num_geometries(shape) == 1:
        return shapely.get_geometry(shape, 0)
    return shapely.LineString(vertices(shapely.get_exterior_ring(shape))) if kind == POLYGON else shape


@function("line_interpolate_point(geometry, distance)", GROUP)
def lineInterpolatePoint(value: object, distance: object) -> shapely.Geometry | None:
    """The point at a distance along a line; NULL beyond its end."""
    line, place = _ringOrLine(value), toReal(distance)
    if shapely.get_type_id(line) not in (LINE, MULTILINE) or not 0 <= place <= shapely.length(line):
        return None
    return shapely.line_interpolate_point(line, place)


@function("line_interpolate_angle(geometry, distance)", GROUP)
def lineInterpolateAngle(value: object, distance: object) -> float | None:
    """The direction of a line at a distance along it, in degrees clockwise from north."""
    line, place = _ringOrLine(value), toReal(distance)
    if shapely.get_type_id(line) != LINE or not 0 <= place <= shapely.length(line):
        return None
    points = shapely.get_coordinates(line)
    steps = np.sqrt((np.diff(points, axis=0) ** 2).sum(axis=1))
    segment = min(int(np.searchsorted(np.cumsum(steps), place)), len(steps) - 1)
    dx, dy = points[segment + 1] - points[segment]
    return math.degrees(math.atan2(dx, dy)) % 360


@function("line_locate_point(geometry, point)", GROUP)
def lineLocatePoint(value: object, point: object) -> float | None:
    """How far along a line the place next to a point is."""
    line = _ringOrLine(value)
    return (
        float(shapely.line_locate_point(line, shapeOf(point))) if shapely.get_type_id(line) == LINE else None
    )


@function("line_substring(geometry, start_distance, end_distance)", GROUP)
def lineSubstring(value: object, start: object, end: object) -> shapely.Geometry | None:
    """The part of a line between two distances along it."""
    line = _ringOrLine(value)
    if shapely.get_type_id(line) != LINE:
        return None
    points, length = vertices(line), float(shapely.length(line))
    first, last = max(0.0, toReal(start)), min(length, toReal(end))
    if last <= first:
        return None
    along = np.concatenate([[0], np.cumsum(np.sqrt((np.diff(points[:, :2], axis=0) ** 2).sum(axis=1)))])
    inner = points[(along > first) & (along < last)]
    ends = [
        np.array([np.interp(place, along, points[:, axis]) for axis in range(points.shape[1])])
        for place in (first, last)
    ]
    return shapely.LineString(np.vstack([ends[0], inner, ends[1]]))


@function("angle_at_vertex(geometry, vertex)", GROUP)
def angleAtVertex(value: object, vertex: object) -> float | None:
    """The mean direction before and after a vertex, in degrees clockwise from north."""
    points = shapely.get_coordinates(shapeOf(value))
    place = toInteger(vertex)
    place += len(points) if place < 0 else 0
    if not 0 <= place < len(points) or len(points) < 2:
        raise EvaluationFailure("Cannot find vertex")
    isClosed = bool((points[0] == points[-1]).all())
    before = points[place - 1] if place > 0 else points[-2] if isClosed else None
    after = points[place + 1] if place < len(points) - 1 else points[1] if isClosed else None
    directions = [points[place] - before] if before is not None else []
    directions += [after - points[place]] if after is not None else []
    units = [d / math.hypot(*d) for d in directions if math.hypot(*d)]
    if not units:
        return 0.0
    dx, dy = np.sum(units, axis=0)
    return math.degrees(math.atan2(dx, dy)) % 360


@function("distance_to_vertex(geometry, vertex)", GROUP)
def distanceToVertex(value: object, vertex: object) -> float:
    """How far along a line a vertex is."""
    points = shapely.get_coordinates(shapeOf(value))
    place = toInteger(vertex)
    place += len(points) if place < 0 else 0
    if not 0 <= place < len(points):
        raise EvaluationFailure("Cannot find vertex")
    steps = np.sqrt((np.diff(points[: place + 1], axis=0) ** 2).sum(axis=1))
    return float(steps.sum())
