# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsGeometry, over Shapely."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

import shapely
import shapely.ops

from ogctwist.geo.wellknown import WellKnownError, fromWkb, fromWkt
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.core.geometryparts import GeometryParts, single
from ogctwist.qgiscompat.core.points import QgsPoint, QgsPointXY
from ogctwist.qgiscompat.core.rectangle import QgsRectangle
from ogctwist.qgiscompat.core.wkbtypes import QgsWkbTypes, typeNamed
from ogctwist.qgiscompat.core.wkttext import kindOf, textOf
from ogctwist.qgiscompat.qt import qtModule

_RESULT = enumOf("QgsGeometry", "OperationResult")
_CAPS = {1: "round", 2: "flat", 3: "square"}
_JOINS = {1: "round", 2: "mitre", 3: "bevel"}


@withEnums("QgsGeometry")
class QgsGeometry(GeometryParts):
    """A geometry, or none: then it is null."""

    def _make(self, other: Any = None) -> None:
        self._q_shape = None
        if isinstance(other, QgsGeometry):
            self._q_shape = other._q_shape
        elif other is not None:  # an abstract geometry
            self._q_shape = other._q_geometry()

    @classmethod
    def _q_of(cls, shape: shapely.Geometry | None) -> QgsGeometry:
        made = cls()
        made._q_shape = shape
        return made

    # -- making

    @staticmethod
    def fromWkt(text: str) -> QgsGeometry:
        """Of a text; null when it is none, or has arcs."""
        try:
            return QgsGeometry._q_of(fromWkt(text))
        except WellKnownError:
            return QgsGeometry()

    def fromWkb(self, data: Any) -> None:
        """Make it the geometry of its binary form."""
        try:
            self._q_shape = fromWkb(bytes(data))
        except WellKnownError:
            self._q_shape = None

    @staticmethod
    def fromRect(rectangle: QgsRectangle) -> QgsGeometry:
        """A polygon of a rectangle."""
        return QgsGeometry._q_of(rectangle._q_polygon())

    @staticmethod
    def fromPointXY(point: Any) -> QgsGeometry:
        """A point."""
        return QgsGeometry._q_of(shapely.Point(point.x(), point.y()))

    @staticmethod
    def fromMultiPointXY(points: Iterable[Any]) -> QgsGeometry:
        """Points."""
        return QgsGeometry._q_of(shapely.MultiPoint([(p.x(), p.y()) for p in points]))

    @staticmethod
    def fromPolylineXY(points: Iterable[Any]) -> QgsGeometry:
        """A line."""
        return QgsGeometry._q_of(shapely.LineString([(p.x(), p.y()) for p in points]))

    @staticmethod
    def fromPolyline(points: Iterable[Any]) -> QgsGeometry:
        """A line, with heights if its points have some."""
        return QgsGeometry._q_of(shapely.LineString([p._q_geometry().coords[0] for p in points]))

    @staticmethod
    def fromMultiPolylineXY(lines: Iterable[Any]) -> QgsGeometry:
        """Lines."""
        return QgsGeometry._q_of(shapely.MultiLineString([[(p.x(), p.y()) for p in line] for line in lines]))

    @staticmethod
    def fromPolygonXY(rings: Iterable[Any]) -> QgsGeometry:
        """A polygon: its outer ring first."""
        return QgsGeometry._q_of(_polygon(rings))

    @staticmethod
    def fromMultiPolygonXY(polygons: Iterable[Any]) -> QgsGeometry:
        """Polygons."""
        return QgsGeometry._q_of(shapely.MultiPolygon([_polygon(rings) for rings in polygons]))

    @staticmethod
    def collectGeometry(geometries: Iterable[QgsGeometry]) -> QgsGeometry:
        """Geometries as the parts of one."""
        parts = [part for g in geometries if g._q_shape is not None for part in shapely.get_parts(g._q_shape)]
        return QgsGeometry._q_of(collected(parts))

    @staticmethod
    def unaryUnion(geometries: Iterable[QgsGeometry]) -> QgsGeometry:
        """All that geometries cover."""
        return QgsGeometry._q_of(shapely.union_all([g._q_shape for g in geometries]))

    # -- asking

    def isNull(self) -> bool:
        """Whether there is none."""
        return self._q_shape is None

    def isEmpty(self) -> bool:
        """Whether it covers nothing."""
        return self._q_shape is None or self._q_shape.is_empty

    def wkbType(self) -> Any:
        """Its type."""
        return typeNamed("Unknown" if self._q_shape is None else kindOf(self._q_shape))

    def type(self) -> Any:
        """Point, line or polygon."""
        if self._q_shape is None:
            return QgsWkbTypes.GeometryType.Unknown
        return QgsWkbTypes.geometryType(self.wkbType())

    def isMultipart(self) -> bool:
        """Whether its type is one of several parts."""
        return self._q_shape is not None and QgsWkbTypes.isMultiType(self.wkbType())

    def asWkt(self, precision: int = 17) -> str:
        """Its text."""
        return "" if self._q_shape is None else textOf(self._q_shape, precision)

    def asWkb(self, flags: Any = None) -> Any:
        """Its binary form: a QByteArray."""
        data = b"" if self._q_shape is None else shapely.to_wkb(self._q_shape, flavor="iso", byte_order=1)
        return qtModule("QtCore").QByteArray(data)

    def wkbSize(self) -> int:
        """How many bytes that are."""
        return len(self.asWkb())

    def asJson(self, precision: int = 17) -> str:
        """Its GeoJSON."""
        return json.dumps(self._q_json(precision), separators=(",", ":"), sort_keys=True)

    def _q_json(self, precision: int = 17) -> Any:
        if self._q_shape is None:
            return None
        found = json.loads(shapely.to_geojson(self._q_shape))
        return found if precision >= 17 else _rounded(found, precision)

    def boundingBox(self) -> QgsRectangle:
        """The box around it."""
        if self.isEmpty():
            return QgsRectangle()
        return QgsRectangle(*self._q_shape.bounds, normalize=False)

    def area(self) -> float:
        """In square map units; -1 when it is null."""
        return -1.0 if self._q_shape is None else float(self._q_shape.area)

    def length(self) -> float:
        """Of lines, else the perimeter; -1 when it is null."""
        return -1.0 if self._q_shape is None else float(self._q_shape.length)

    def distance(self, other: QgsGeometry) -> float:
        """The shortest distance; -1 when one is null."""
        if self._q_shape is None or other._q_shape is None:
            return -1.0
        return float(shapely.distance(self._q_shape, other._q_shape))

    def isGeosValid(self, flags: Any = None) -> bool:
        """Whether it does not cross itself, and so on."""
        return self._q_shape is not None and bool(shapely.is_valid(self._q_shape))

    def isSimple(self) -> bool:
        """Whether its lines do not cross."""
        return self._q_shape is not None and bool(shapely.is_simple(self._q_shape))

    def lastError(self) -> str:
        """Why the last operation failed: those that do answer a null geometry."""
        return ""

    def _q_test(self, predicate: Any, other: Any) -> bool:
        theirs = other._q_polygon() if isinstance(other, QgsRectangle) else _shapeOf(other)
        return self._q_shape is not None and theirs is not None and bool(predicate(self._q_shape, theirs))

    def intersects(self, other: Any) -> bool:
        """Whether it and a geometry or rectangle share a point."""
        return self._q_test(shapely.intersects, other)

    def contains(self, other: Any, y: float | None = None) -> bool:
        """Whether a geometry, a point or x and y lie in it."""
        return self._q_test(shapely.contains, other if y is None else QgsPointXY(other, y))

    def within(self, other: QgsGeometry) -> bool:
        """Whether it lies in another."""
        return self._q_test(shapely.within, other)

    def touches(self, other: QgsGeometry) -> bool:
        """Whether only their borders meet."""
        return self._q_test(shapely.touches, other)

    def crosses(self, other: QgsGeometry) -> bool:
        """Whether they cross."""
        return self._q_test(shapely.crosses, other)

    def overlaps(self, other: QgsGeometry) -> bool:
        """Whether they overlap."""
        return self._q_test(shapely.overlaps, other)

    def disjoint(self, other: QgsGeometry) -> bool:
        """Whether they share no point."""
        return self._q_test(shapely.disjoint, other)

    def equals(self, other: QgsGeometry) -> bool:
        """Whether they are the same, vertex by vertex."""
        return self._q_test(shapely.equals_exact, other)

    def isGeosEqual(self, other: QgsGeometry) -> bool:
        """Whether they cover the same."""
        return self._q_test(shapely.equals, other)

    # -- constructing

    def _q_with(self, operation: Any, *arguments: Any, **named: Any) -> QgsGeometry:
        if self._q_shape is None:
            return QgsGeometry()
        try:
            return QgsGeometry._q_of(operation(self._q_shape, *arguments, **named))
        except shapely.errors.GEOSException:
            return QgsGeometry()

    def buffer(
        self,
        distance: float,
        segments: int,
        endCapStyle: int = 1,
        joinStyle: int = 1,
        miterLimit: float = 2.0,
    ) -> QgsGeometry:
        """What lies within a distance."""
        return self._q_with(
            shapely.buffer, distance, quad_segs=segments, cap_style=_CAPS[int(endCapStyle)],
            join_style=_JOINS[int(joinStyle)], mitre_limit=miterLimit,
        )  # fmt: skip

    def intersection(self, other: QgsGeometry) -> QgsGeometry:
        """What both cover."""
        return self._q_with(shapely.intersection, other._q_shape)

    def combine(self, other: QgsGeometry) -> QgsGeometry:
        """What one of them covers."""
        return self._q_with(shapely.union, other._q_shape)

    def difference(self, other: QgsGeometry) -> QgsGeometry:
        """What the other does not cover."""
        return self._q_with(shapely.difference, other._q_shape)

    def symDifference(self, other: QgsGeometry) -> QgsGeometry:
        """What only one of them covers."""
        return self._q_with(shapely.symmetric_difference, other._q_shape)

    def centroid(self) -> QgsGeometry:
        """Its middle."""
        return self._q_with(shapely.centroid)

    def pointOnSurface(self) -> QgsGeometry:
        """A point in it."""
        return self._q_with(shapely.point_on_surface)

    def convexHull(self) -> QgsGeometry:
        """The convex geometry around it."""
        return self._q_with(shapely.convex_hull)

    def simplify(self, tolerance: float) -> QgsGeometry:
        """With fewer vertices."""
        return self._q_with(shapely.simplify, tolerance)

    def makeValid(self, *options: Any) -> QgsGeometry:
        """Made valid."""
        return self._q_with(shapely.make_valid)

    def densifyByDistance(self, distance: float) -> QgsGeometry:
        """With vertices at least so close to each other."""
        return self._q_with(shapely.segmentize, distance)

    def interpolate(self, distance: float) -> QgsGeometry:
        """The point at a distance along it."""
        return self._q_with(shapely.line_interpolate_point, distance)

    def nearestPoint(self, other: QgsGeometry) -> QgsGeometry:
        """The point of it that is nearest to the other."""
        if self._q_shape is None or other._q_shape is None:
            return QgsGeometry()
        return QgsGeometry._q_of(shapely.get_point(shapely.shortest_line(self._q_shape, other._q_shape), 0))

    # -- changing

    def transform(self, transform: Any, direction: int = 0, transformZ: bool = False) -> Any:
        """Move it to another reference system.  @raise QgsCsException: it has no place there."""
        from ogctwist.qgiscompat.core.crs import QgsCsException

        if self._q_shape is None:
            return _RESULT.InvalidBaseGeometry
        moved = shapely.transform(
            self._q_shape, lambda c: transform._q_coordinates(c, direction), include_z=self._q_shape.has_z
        )
        if not all(map(math.isfinite, moved.bounds)) and not moved.is_empty:
            raise QgsCsException("the geometry has no place in the other system")
        self._q_shape = moved
        return _RESULT.Success

    def translate(self, dx: float, dy: float, dz: float = 0.0, dm: float = 0.0) -> Any:
        """Shift it."""
        if self._q_shape is None:
            return _RESULT.InvalidBaseGeometry
        has = self._q_shape.has_z
        shift = (dx, dy, dz) if has else (dx, dy)
        self._q_shape = shapely.transform(self._q_shape, lambda c: c + shift, include_z=has)
        return _RESULT.Success

    def convertToMultiType(self) -> bool:
        """Make it one of several parts."""
        if self._q_shape is None:
            return False
        if not self.isMultipart():
            self._q_shape = collected([self._q_shape])
        return True

    def convertToSingleType(self) -> bool:
        """Make it its first part."""
        if self._q_shape is None:
            return False
        self._q_shape = single(self._q_shape)
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsGeometry) and self._q_shape == other._q_shape

    __hash__ = None  # type: ignore[assignment]

    def __bool__(self) -> bool:
        return not self.isEmpty()

    def __repr__(self) -> str:
        if self._q_shape is None:
            return "<QgsGeometry: null>"
        return f"<QgsGeometry: {self.asWkt()}>"


def collected(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Parts as one geometry, of the narrowest type that takes them."""
    kinds = {shapely.get_type_id(part) for part in parts}
    makers = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 3: shapely.MultiPolygon}
    if not parts:
        return None
    return (
        makers.get(kinds.pop(), shapely.GeometryCollection)(parts)
        if len(kinds) == 1
        else (shapely.GeometryCollection(parts))
    )


def _polygon(rings: Iterable[Any]) -> shapely.Geometry:
    shell, *holes = ([(p.x(), p.y()) for p in ring] for ring in rings)
    return shapely.Polygon(shell, holes)


def _shapeOf(thing: Any) -> shapely.Geometry | None:
    if isinstance(thing, QgsPointXY):
        return shapely.Point(thing.x(), thing.y())
    return thing._q_geometry() if isinstance(thing, QgsPoint) else thing._q_shape


def _rounded(value: Any, precision: int) -> Any:
    if isinstance(value, float):
        return round(value, precision)
    if isinstance(value, list):
        return [_rounded(item, precision) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item, precision) for key, item in value.items()}
    return value


def partsOf(geometry: QgsGeometry) -> Iterator[QgsGeometry]:
    """The parts, each a geometry by itself."""
    if geometry._q_shape is not None:
        yield from map(QgsGeometry._q_of, shapely.get_parts(geometry._q_shape))
