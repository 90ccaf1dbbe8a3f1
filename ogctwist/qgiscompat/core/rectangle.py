# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""QgsRectangle and QgsReferencedRectangle."""

from __future__ import annotations

import math
from typing import Any

import shapely

from ogctwist.expression.values import realText
from ogctwist.geo.box import Box
from ogctwist.qgiscompat.core.points import QgsPointXY
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsRectangle(Wrapper):
    """A rectangle; of nothing it is null: all zeros."""

    _q_sides: list[float]

    def _make(self, *parts: Any, normalize: bool = True) -> None:
        if len(parts) == 5:
            *parts, normalize = parts  # type: ignore[assignment]
        if len(parts) == 2:
            a, b = parts
            if isinstance(a, (QgsPointXY,)) or hasattr(a, "x"):
                parts = (a.x(), a.y(), b.x(), b.y())
        if not parts:
            self._q_sides = [0.0] * 4
            return
        if len(parts) == 1:
            other = parts[0]
            if isinstance(other, QgsRectangle):
                self._q_sides = list(other._q_sides)
            else:  # a QRectF
                self._q_sides = [other.left(), other.top(), other.right(), other.bottom()]
            return
        self._q_sides = [float(part) for part in parts]
        if len(self._q_sides) != 4:
            raise TypeError("QgsRectangle takes four numbers, two points or a rectangle")
        if normalize:
            self._q_normalize()

    @classmethod
    def _q_of(cls, box: Box | None) -> QgsRectangle:
        return cls() if box is None else cls(*box.bounds)

    def _q_box(self) -> Box:
        return Box(*self._q_sides)

    def xMinimum(self) -> float:
        """The left side."""
        return self._q_sides[0]

    def yMinimum(self) -> float:
        """The bottom."""
        return self._q_sides[1]

    def xMaximum(self) -> float:
        """The right side."""
        return self._q_sides[2]

    def yMaximum(self) -> float:
        """The top."""
        return self._q_sides[3]

    def setXMinimum(self, x: float) -> None:
        """Move the left side."""
        self._q_sides[0] = float(x)

    def setYMinimum(self, y: float) -> None:
        """Move the bottom."""
        self._q_sides[1] = float(y)

    def setXMaximum(self, x: float) -> None:
        """Move the right side."""
        self._q_sides[2] = float(x)

    def setYMaximum(self, y: float) -> None:
        """Move the top."""
        self._q_sides[3] = float(y)

    def set(self, *parts: Any) -> None:
        """Make it another rectangle."""
        QgsRectangle._make(self, *parts)

    def setMinimal(self) -> None:
        """Make it one that every point enlarges."""
        large = float(2**1023) * (2 - 2**-52)
        self._q_sides = [large, large, -large, -large]

    def normalize(self) -> None:
        """Exchange sides that are the wrong way round."""
        self._q_normalize()

    def _q_normalize(self) -> None:
        x1, y1, x2, y2 = self._q_sides
        self._q_sides = [min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)]

    def width(self) -> float:
        """Right minus left."""
        return self._q_sides[2] - self._q_sides[0]

    def height(self) -> float:
        """Top minus bottom."""
        return self._q_sides[3] - self._q_sides[1]

    def area(self) -> float:
        """Width times height."""
        return self.width() * self.height()

    def perimeter(self) -> float:
        """The length of the sides."""
        return 2 * (self.width() + self.height())

    def center(self) -> QgsPointXY:
        """The middle."""
        x, y = self._q_box().centre
        return QgsPointXY(x, y)

    def isNull(self) -> bool:
        """Whether it is that of nothing."""
        return not any(self._q_sides)

    def isEmpty(self) -> bool:
        """Whether it has no area."""
        x1, y1, x2, y2 = self._q_sides
        return x2 <= x1 or y2 <= y1

    def isFinite(self) -> bool:
        """Whether all sides are finite numbers."""
        return all(map(math.isfinite, self._q_sides))

    def scale(self, factor: float, center: Any = None) -> None:
        """Make it so many times as wide and high."""
        x, y = self._q_box().centre if center is None else (center.x(), center.y())
        width, height = self.width() * factor / 2, self.height() * factor / 2
        self._q_sides = [x - width, y - height, x + width, y + height]

    def scaled(self, factor: float, center: Any = None) -> QgsRectangle:
        """The rectangle so many times as wide and high."""
        made = QgsRectangle(self)
        made.scale(factor, center)
        return made

    def grow(self, delta: float) -> None:
        """Move all sides outwards."""
        self._q_sides = list(self._q_box().grown(delta).bounds)

    def buffered(self, width: float) -> QgsRectangle:
        """The rectangle with all sides moved outwards."""
        return QgsRectangle(*self._q_box().grown(width).bounds)

    def intersect(self, other: QgsRectangle) -> QgsRectangle:
        """What both share; null when nothing."""
        shared = self._q_box().intersection(other._q_box())
        return QgsRectangle._q_of(shared)

    def intersects(self, other: QgsRectangle) -> bool:
        """Whether both share a point."""
        return self._q_box().intersects(other._q_box())

    def contains(self, *what: Any) -> bool:
        """Whether a rectangle, a point or x and y lie in it."""
        x1, y1, x2, y2 = self._q_sides
        if len(what) == 1 and isinstance(what[0], QgsRectangle):
            a, b, c, d = what[0]._q_sides
            return x1 <= a and c <= x2 and y1 <= b and d <= y2
        x, y = what if len(what) == 2 else (what[0].x(), what[0].y())
        return x1 <= x <= x2 and y1 <= y <= y2

    def combineExtentWith(self, *what: Any) -> None:
        """Enlarge it by a rectangle, a point or x and y."""
        if len(what) == 1 and isinstance(what[0], QgsRectangle):
            added = what[0]._q_sides
        else:
            x, y = what if len(what) == 2 else (what[0].x(), what[0].y())
            added = [x, y, x, y]
        if self.isNull():
            self._q_sides = list(map(float, added))
            return
        mine = self._q_sides
        self._q_sides = [*map(min, mine[:2], added[:2]), *map(max, mine[2:], added[2:])]

    include = combineExtentWith

    def invert(self) -> None:
        """Exchange the axes."""
        x1, y1, x2, y2 = self._q_sides
        self._q_sides = [y1, x1, y2, x2]

    def toString(self, precision: int = 16) -> str:
        """Its corners, with so many digits behind the point."""
        if precision < 0:
            precision = 0
            if self.width() > 0 and self.height() > 0:
                step = min(self.width(), self.height()) / 10
                precision = min(max(math.ceil(-math.log10(step)) + 1, 0), 20)
        if self.isEmpty():
            return "Empty"
        a, b, c, d = (f"{side:.{precision}f}" for side in self._q_sides)
        return f"{a},{b} : {c},{d}"

    def asWktCoordinates(self) -> str:
        """C{xmin ymin, xmax ymax}."""
        a, b, c, d = map(realText, self._q_sides)
        return f"{a} {b}, {c} {d}"

    def asWktPolygon(self) -> str:
        """A polygon, as text."""
        a, b, c, d = map(realText, self._q_sides)
        return f"POLYGON(({a} {b}, {c} {b}, {c} {d}, {a} {d}, {a} {b}))"

    def toRectF(self) -> Any:
        """A QRectF."""
        from ogctwist.qgiscompat.qt import qtModule

        return qtModule("QtCore").QRectF(*self._q_sides[:2], self.width(), self.height())

    @staticmethod
    def fromWkt(text: str) -> QgsRectangle:
        """The box of a geometry's text; null when it is none."""
        from ogctwist.geo.wellknown import WellKnownError, fromWkt

        try:
            shape = fromWkt(text)
        except WellKnownError:
            return QgsRectangle()
        return QgsRectangle() if shape.is_empty else QgsRectangle(*shape.bounds)

    @staticmethod
    def fromCenterAndSize(center: Any, width: float, height: float) -> QgsRectangle:
        """A rectangle around a point."""
        x, y = center.x(), center.y()
        return QgsRectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def _q_polygon(self) -> shapely.Geometry:
        a, b, c, d = self._q_sides
        return shapely.Polygon([(a, b), (c, b), (c, d), (a, d), (a, b)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QgsRectangle) and self._q_sides == other._q_sides

    def __hash__(self) -> int:
        return hash(tuple(self._q_sides))

    def __repr__(self) -> str:
        return f"<QgsRectangle: {self.asWktCoordinates()}>"


class QgsReferencedRectangle(QgsRectangle):
    """A rectangle with its reference system."""

    _q_crs: Any = None

    def _make(self, rectangle: Any = None, crs: Any = None, **named: Any) -> None:
        super()._make(*([] if rectangle is None else [rectangle]))
        self._q_crs = (
            rectangle._q_crs if crs is None and isinstance(rectangle, QgsReferencedRectangle) else crs
        )

    def crs(self) -> Any:
        """The reference system."""
        from ogctwist.qgiscompat.core.crs import QgsCoordinateReferenceSystem

        return self._q_crs or QgsCoordinateReferenceSystem()
