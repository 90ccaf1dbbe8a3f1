# -*- test-case-name: tests.qgiscompat.test_qt_shapes -*-
"""QPoint, QSize and QRect, whole and with fractions."""

from __future__ import annotations

from typing import Any


class _Numbers:
    """So many numbers; those of the whole kinds are rounded."""

    _whole = False
    _count = 2

    def __init__(self, *parts: Any):
        numbers = _numbers(parts) or [0] * self._count
        self._q: list[Any] = [round(n) if self._whole else float(n) for n in numbers]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Numbers) and self._q == other._q

    def __hash__(self) -> int:
        return hash(tuple(self._q))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(str, self._q))})"


def _numbers(parts: Any) -> list[float]:
    found: list[float] = []
    for part in parts:
        found += part._q if isinstance(part, _Numbers) else [part]
    return found


class QPointF(_Numbers):
    """A point."""

    def x(self) -> Any:
        return self._q[0]

    def y(self) -> Any:
        return self._q[1]

    def setX(self, x: float) -> None:
        self._q[0] = x

    def setY(self, y: float) -> None:
        self._q[1] = y

    def isNull(self) -> bool:
        return not any(self._q)

    def __add__(self, other: Any) -> Any:
        return type(self)(self.x() + other.x(), self.y() + other.y())

    def __sub__(self, other: Any) -> Any:
        return type(self)(self.x() - other.x(), self.y() - other.y())

    def __mul__(self, factor: float) -> Any:
        return type(self)(self.x() * factor, self.y() * factor)

    def toPoint(self) -> QPoint:
        return QPoint(*self._q)


class QPoint(QPointF):
    """A point of whole numbers."""

    _whole = True


class QSizeF(_Numbers):
    """Width and height."""

    def __init__(self, *parts: Any):
        super().__init__(*(parts or (-1, -1)))

    def width(self) -> Any:
        return self._q[0]

    def height(self) -> Any:
        return self._q[1]

    def setWidth(self, width: float) -> None:
        self._q[0] = width

    def setHeight(self, height: float) -> None:
        self._q[1] = height

    def isEmpty(self) -> bool:
        return min(self._q) <= 0

    def isValid(self) -> bool:
        return min(self._q) >= 0

    def isNull(self) -> bool:
        return not any(self._q)

    def transposed(self) -> Any:
        return type(self)(self.height(), self.width())

    def toSize(self) -> QSize:
        return QSize(*self._q)


class QSize(QSizeF):
    """Width and height in whole numbers."""

    _whole = True


class QRectF(_Numbers):
    """A rectangle: left, top, width, height."""

    _count = 4

    def x(self) -> Any:
        return self._q[0]

    def y(self) -> Any:
        return self._q[1]

    left, top = x, y

    def width(self) -> Any:
        return self._q[2]

    def height(self) -> Any:
        return self._q[3]

    def right(self) -> Any:
        return self._q[0] + self._q[2]

    def bottom(self) -> Any:
        return self._q[1] + self._q[3]

    def topLeft(self) -> Any:
        return QPointF(self._q[0], self._q[1])

    def bottomRight(self) -> Any:
        return QPointF(self.right(), self.bottom())

    def center(self) -> Any:
        return QPointF(self._q[0] + self._q[2] / 2, self._q[1] + self._q[3] / 2)

    def size(self) -> Any:
        return QSizeF(self._q[2], self._q[3])

    def setWidth(self, width: float) -> None:
        self._q[2] = width

    def setHeight(self, height: float) -> None:
        self._q[3] = height

    def setRect(self, *numbers: float) -> None:
        self._q[:] = numbers

    def moveTo(self, *place: Any) -> None:
        self._q[:2] = _numbers(place)

    def translated(self, *by: Any) -> Any:
        dx, dy = _numbers(by)
        return type(self)(self._q[0] + dx, self._q[1] + dy, self._q[2], self._q[3])

    def adjusted(self, left: float, top: float, right: float, bottom: float) -> Any:
        x, y, width, height = self._q
        return type(self)(x + left, y + top, width + right - left, height + bottom - top)

    def isEmpty(self) -> bool:
        return self._q[2] <= 0 or self._q[3] <= 0

    def isNull(self) -> bool:
        return not self._q[2] and not self._q[3]

    def isValid(self) -> bool:
        return not self.isEmpty()

    def contains(self, *place: Any) -> bool:
        x, y = _numbers(place)[:2]
        return bool(self._q[0] <= x <= self.right() and self._q[1] <= y <= self.bottom())

    def toRect(self) -> QRect:
        return QRect(*self._q)


class QRect(QRectF):
    """
    A rectangle of whole numbers.  As in Qt its right and bottom are the last pixels in it.
    """

    _whole = True

    def __init__(self, *parts: Any):
        if len(parts) == 2 and isinstance(parts[1], QPoint):
            x, y, right, bottom = _numbers(parts)
            parts = (x, y, right - x + 1, bottom - y + 1)
        super().__init__(*parts)

    def right(self) -> Any:
        return self._q[0] + self._q[2] - 1

    def bottom(self) -> Any:
        return self._q[1] + self._q[3] - 1

    def topLeft(self) -> Any:
        return QPoint(self._q[0], self._q[1])

    def bottomRight(self) -> Any:
        return QPoint(self.right(), self.bottom())

    def center(self) -> Any:
        return QPoint((self._q[0] + self.right()) // 2, (self._q[1] + self.bottom()) // 2)

    def size(self) -> Any:
        return QSize(self._q[2], self._q[3])
