# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsPointXY, QgsPoint and QgsVector."""

from __future__ import annotations

import math
from typing import Any

import shapely

from ogctwist.expression.values import realText
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsPointXY(Wrapper):
    """A point in the plane."""

    _q_x: float
    _q_y: float

    def _make(self, x: Any = 0.0, y: float | None = None) -> None:
        if hasattr(x, "x"):
            x, y = x.x(), x.y()
        self._q_x, self._q_y = float(x), float(y or 0.0)

    def x(self) -> float:
        """Easting or longitude."""
        return self._q_x

    def y(self) -> float:
        """Northing or latitude."""
        return self._q_y

    def setX(self, x: float) -> None:
        """Set it."""
        self._q_x = float(x)

    def setY(self, y: float) -> None:
        """Set it."""
        self._q_y = float(y)

    def set(self, x: float, y: float) -> None:
        """Set both."""
        self._q_x, self._q_y = float(x), float(y)

    def distance(self, *other: Any) -> float:
        """The distance to a point, or to x and y."""
        x, y = other if len(other) == 2 else (other[0].x(), other[0].y())
        return math.hypot(self._q_x - x, self._q_y - y)

    def sqrDist(self, *other: Any) -> float:
        """The square of L{distance}."""
        x, y = other if len(other) == 2 else (other[0].x(), other[0].y())
        return (self._q_x - x) ** 2 + (self._q_y - y) ** 2

    def azimuth(self, other: Any) -> float:
        """Degrees, clockwise from north."""
        return math.degrees(math.atan2(other.x() - self._q_x, other.y() - self._q_y))

    def compare(self, other: Any, epsilon: float = 4 * 2.220446049250313e-16) -> bool:
        """Whether both are as good as equal."""
        return abs(self._q_x - other.x()) <= epsilon and abs(self._q_y - other.y()) <= epsilon

    def isEmpty(self) -> bool:
        """Whether it is no place."""
        return math.isnan(self._q_x) or math.isnan(self._q_y)

    def toString(self, precision: int = -1) -> str:
        """C{x,y}, with so many digits behind the point."""
        if precision < 0:
            return f"{realText(self._q_x)}, {realText(self._q_y)}"
        return f"{self._q_x:.{precision}f},{self._q_y:.{precision}f}"

    def asWkt(self) -> str:
        """The text of the geometry."""
        return f"POINT({realText(self._q_x)} {realText(self._q_y)})"

    def _q_coordinates(self) -> tuple[float, ...]:
        return self._q_x, self._q_y

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsPointXY) and self._q_coordinates() == other._q_coordinates()

    def __hash__(self) -> int:
        return hash(self._q_coordinates())

    def __iter__(self) -> Any:
        return iter(self._q_coordinates())

    def __len__(self) -> int:
        return 2

    def __getitem__(self, place: int) -> float:
        return self._q_coordinates()[place]

    def __repr__(self) -> str:
        return f"<QgsPointXY: {self.asWkt()}>"


class QgsPoint(Wrapper):
    """A point, perhaps with z and m."""

    _q_values: list[float]

    def _make(self, x: Any = math.nan, y: float = math.nan, z: float = math.nan, m: float = math.nan) -> None:
        if hasattr(x, "x"):
            point = x
            x, y = point.x(), point.y()
            z = point.z() if hasattr(point, "z") else math.nan
            m = point.m() if hasattr(point, "m") else math.nan
        self._q_values = [float(x), float(y), float(z), float(m)]

    def x(self) -> float:
        """Easting or longitude."""
        return self._q_values[0]

    def y(self) -> float:
        """Northing or latitude."""
        return self._q_values[1]

    def z(self) -> float:
        """The height; NaN when there is none."""
        return self._q_values[2]

    def m(self) -> float:
        """The measure; NaN when there is none."""
        return self._q_values[3]

    def is3D(self) -> bool:
        """Whether it has a height."""
        return not math.isnan(self._q_values[2])

    def isMeasure(self) -> bool:
        """Whether it has a measure."""
        return not math.isnan(self._q_values[3])

    def isEmpty(self) -> bool:
        """Whether it is no place."""
        return math.isnan(self._q_values[0])

    def setX(self, x: float) -> None:
        """Set it."""
        self._q_values[0] = float(x)

    def setY(self, y: float) -> None:
        """Set it."""
        self._q_values[1] = float(y)

    def distance(self, other: Any) -> float:
        """The distance in the plane."""
        return math.hypot(self.x() - other.x(), self.y() - other.y())

    def _q_geometry(self) -> shapely.Geometry:
        return (
            shapely.Point(self._q_values[: 3 if self.is3D() else 2])
            if not self.isEmpty()
            else shapely.Point()
        )

    def asWkt(self, precision: int = 17) -> str:
        """The text of the geometry."""
        from ogctwist.qgiscompat.core.geometry import QgsGeometry

        return QgsGeometry._q_of(self._q_geometry()).asWkt(precision)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsPoint) and repr(self._q_values) == repr(other._q_values)

    def __hash__(self) -> int:
        return hash(repr(self._q_values))

    def __repr__(self) -> str:
        return f"<QgsPoint: {self.asWkt()}>"
