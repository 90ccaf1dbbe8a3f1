# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""The vertices and parts of a QgsGeometry as lists of points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely

from ogctwist.qgiscompat.core.points import QgsPoint, QgsPointXY
from ogctwist.qgiscompat.wrapper import Wrapper

_KINDS = {0: "Point", 1: "LineString", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString",
          6: "MultiPolygon", 7: "GeometryCollection"}  # fmt: skip


class GeometryParts(Wrapper):
    """What a geometry is made of."""

    _q_shape: shapely.Geometry | None

    def _q_expect(self, *kinds: str) -> Any:
        if self._q_shape is None:
            raise ValueError("Null geometry cannot be converted to a " + kinds[0].lower() + ".")
        kind = _KINDS[shapely.get_type_id(self._q_shape)]
        if kind not in kinds:
            raise TypeError(
                f"{kind} geometry cannot be converted to a {kinds[0].lower()}. "
                f"Only {kinds[0]} types are permitted."
            )
        return self._q_shape

    def asPoint(self) -> QgsPointXY:
        """@raise TypeError: it is no point."""
        shape = self._q_expect("Point")
        return QgsPointXY() if shape.is_empty else QgsPointXY(shape.x, shape.y)

    def asMultiPoint(self) -> list[QgsPointXY]:
        """@raise TypeError: it is none."""
        return [point for part in shapely.get_parts(self._q_expect("MultiPoint")) for point in _points(part)]

    def asPolyline(self) -> list[QgsPointXY]:
        """@raise TypeError: it is no line."""
        return _points(self._q_expect("LineString"))

    def asMultiPolyline(self) -> list[list[QgsPointXY]]:
        """@raise TypeError: it is none."""
        return [_points(part) for part in shapely.get_parts(self._q_expect("MultiLineString"))]

    def asPolygon(self) -> list[list[QgsPointXY]]:
        """Its rings, the outer one first.  @raise TypeError: it is no polygon."""
        return _rings(self._q_expect("Polygon"))

    def asMultiPolygon(self) -> list[list[list[QgsPointXY]]]:
        """@raise TypeError: it is none."""
        return [_rings(part) for part in shapely.get_parts(self._q_expect("MultiPolygon"))]

    def asGeometryCollection(self) -> list[Any]:
        """Its parts."""
        from ogctwist.qgiscompat.core.geometry import partsOf

        return list(partsOf(self))  # type: ignore[arg-type]

    def parts(self) -> Iterator[Any]:
        """Its parts, each with what constGet() has."""
        return iter(self.asGeometryCollection())

    constParts = parts

    def vertices(self) -> Iterator[QgsPoint]:
        """All vertices."""
        if self._q_shape is not None:
            for values in shapely.get_coordinates(self._q_shape, include_z=self._q_shape.has_z):
                yield QgsPoint(*map(float, values))

    def vertexAt(self, index: int) -> QgsPoint:
        """One vertex; an empty point when there is none."""
        return next((p for i, p in enumerate(self.vertices()) if i == index), QgsPoint())

    def constGet(self) -> Any:
        """What it holds: itself, as there is no second kind of geometry here; None when it is null."""
        return None if self._q_shape is None else self

    get = constGet

    def nCoordinates(self) -> int:
        """How many vertices."""
        return 0 if self._q_shape is None else int(shapely.get_num_coordinates(self._q_shape))

    def partCount(self) -> int:
        """How many parts."""
        return 0 if self._q_shape is None else int(shapely.get_num_geometries(self._q_shape))

    numGeometries = partCount

    def is3D(self) -> bool:
        """Whether it has heights."""
        return self._q_shape is not None and bool(self._q_shape.has_z)

    def x(self) -> float:
        """Of a point."""
        return self.asPoint().x()

    def y(self) -> float:
        """Of a point."""
        return self.asPoint().y()

    def _q_geometry(self) -> Any:
        return self._q_shape

    @staticmethod
    def createGeometryEngine(geometry: Any) -> Any:
        """What tests other geometries against this one, many times."""
        return GeometryEngine(geometry)


class GeometryEngine(Wrapper):
    """A geometry prepared for being asked often."""

    def _make(self, geometry: Any) -> None:
        self._q_shape = geometry._q_geometry()

    def prepareGeometry(self) -> None:
        """Make questions quick."""
        shapely.prepare(self._q_shape)

    def intersects(self, other: Any) -> bool:
        """Whether it and another share a point."""
        return bool(shapely.intersects(self._q_shape, other._q_geometry()))

    def contains(self, other: Any) -> bool:
        """Whether another lies in it."""
        return bool(shapely.contains(self._q_shape, other._q_geometry()))

    def within(self, other: Any) -> bool:
        """Whether it lies in another."""
        return bool(shapely.within(self._q_shape, other._q_geometry()))

    def distance(self, other: Any) -> float:
        """The shortest distance."""
        return float(shapely.distance(self._q_shape, other._q_geometry()))


def single(shape: shapely.Geometry) -> shapely.Geometry:
    """The first part of a geometry."""
    return shapely.get_geometry(shape, 0)


def _points(shape: shapely.Geometry) -> list[QgsPointXY]:
    return [QgsPointXY(float(x), float(y)) for x, y in shapely.get_coordinates(shape)]


def _rings(shape: shapely.Geometry) -> list[list[QgsPointXY]]:
    return [_points(ring) for ring in shapely.get_rings(shape)]
