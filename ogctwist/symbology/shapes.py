# -*- test-case-name: tests.symbology.test_markers -*-
"""
The shapes of simple markers, in a square from -1 to 1; y grows downwards.

Each was measured from what QGIS draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin

import numpy as np

Line = tuple[tuple[float, float], ...]

_STAR = 0.381966
_POLYGONS: dict[str, Line] = {
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "quarter_square": ((-1, -1), (0, -1), (0, 0), (-1, 0)),
    "half_square": ((-1, -1), (0, -1), (0, 1), (-1, 1)),
    "diagonal_half_square": ((-1, -1), (1, 1), (-1, 1)),
    "diamond": ((-1, 0), (0, 1), (1, 0), (0, -1)),
    "triangle": ((-1, 1), (1, 1), (0, -1)),
    "left_half_triangle": ((0, 1), (1, 1), (0, -1)),
    "right_half_triangle": ((-1, 1), (0, 1), (0, -1)),
    "arrow": ((0, -1), (0.5, -0.5), (0.25, -0.5), (0.25, 1), (-0.25, 1), (-0.25, -0.5), (-0.5, -0.5)),
    "filled_arrowhead": ((0, 0), (-1, 1), (-1, -1)),
    "trapezium": ((0.5, -0.5), (1, 0.5), (-1, 0.5), (-0.5, -0.5)),
    "parallelogram_left": ((1, 0.5), (0.5, -0.5), (-1, -0.5), (-0.5, 0.5)),
    "parallelogram_right": ((0.5, 0.5), (1, -0.5), (-0.5, -0.5), (-1, 0.5)),
    "shield": ((1, 0.5), (1, -1), (-1, -1), (-1, 0.5), (0, 1)),
}
#: Shapes that are stroked only.
_OPEN: dict[str, tuple[Line, ...]] = {
    "cross": (((-1, 0), (1, 0)), ((0, -1), (0, 1))),
    "cross2": (((-1, -1), (1, 1)), ((-1, 1), (1, -1))),
    "line": (((0, -1), (0, 1)),),
    "arrowhead": (((-1, -1), (0, 0), (-1, 1)),),
}
#: Arcs: degrees counter-clockwise from the east: (from, to).
_ARCS = {"half_arc": (0, 180), "third_arc": (90, 210), "quarter_arc": (90, 180)}
_SECTORS = {"semi_circle": (0, 180), "third_circle": (90, 210), "quarter_circle": (90, 180)}
_ALIASES = {"regular_star": "star", "x": "cross2", "rectangle": "square"}


@dataclass(frozen=True)
class Shape:
    """
    @ivar lines: the outline as one or more lines.
    @ivar isFilled: whether the lines are closed and filled.
    """

    lines: tuple[np.ndarray, ...]
    isFilled: bool = True

    @property
    def coords(self) -> np.ndarray:
        """float64 (k, 2): the vertices of all lines."""
        return np.concatenate(self.lines)

    @property
    def offsets(self) -> np.ndarray:
        """int64 offsets of the lines into C{coords}."""
        return np.cumsum([0, *(len(line) for line in self.lines)])


@lru_cache(maxsize=1024)
def markerShape(name: str, segments: int = 32) -> Shape:
    """
    @param name: as QGIS writes it; what is unknown is a circle, as in QGIS.
    @param segments: of a full circle.
    """
    name = _ALIASES.get(name, name)
    if name in _OPEN:
        return Shape(tuple(np.array(line, float) for line in _OPEN[name]), False)
    if name in _ARCS:
        return Shape((_arc(*_ARCS[name], segments),), False)
    if name in _SECTORS:
        return Shape((np.vstack([[[0.0, 0.0]], _arc(*_SECTORS[name], segments)]),))
    if name in _POLYGONS:
        return Shape((np.array(_POLYGONS[name], float),))
    maker = _MADE.get(name)
    if maker is not None:
        return Shape((maker(segments),))
    return Shape((_arc(0, 360, segments)[:-1],))


def circleSegments(radius: float) -> int:
    """How many segments make a circle of that radius in pixels round to the eye."""
    return int(min(max(16, 8 * radius**0.5 + 8), 256)) // 4 * 4


def _arc(start: float, end: float, segments: int) -> np.ndarray:
    angles = np.radians(np.linspace(start, end, max(3, int(segments * (end - start) / 360)) + 1))
    return np.column_stack([np.cos(angles), -np.sin(angles)])


def _regular(corners: int, first: float = -pi / 2, radius: float = 1.0) -> np.ndarray:
    angles = first + np.arange(corners) * (2 * pi / corners)
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def _starOf(corners: int, inner: float) -> np.ndarray:
    outer = _regular(corners)
    return np.stack([outer, _regular(corners, -pi / 2 + pi / corners, inner)], axis=1).reshape(-1, 2)


def _crossFilled(_: int) -> np.ndarray:
    w = 0.2
    quarter = np.array([(-w, -w), (-w, -1), (w, -1)])
    return np.concatenate([_turned(quarter, 90 * i) for i in range(4)])


def _asterisk(_: int) -> np.ndarray:
    w = 0.15
    notch = w / sin(radians(22.5)) * cos(radians(22.5))
    arm = np.array([(-w, -notch), (-w, -1), (w, -1)])
    return np.concatenate([_turned(arm, 45 * i) for i in range(8)])


def _turned(line: np.ndarray, degrees: float) -> np.ndarray:
    a = radians(degrees)
    return line @ np.array([[cos(a), sin(a)], [-sin(a), cos(a)]])


def _bevelled(corner: float) -> np.ndarray:
    c = corner
    return np.array([(-c, 1), (c, 1), (1, c), (1, -c), (c, -1), (-c, -1), (-1, -c), (-1, c)], float)


def _roundedSquare(segments: int) -> np.ndarray:
    radius = 0.25
    quarter = _arc(0, 90, segments * 4) * radius + [1 - radius, radius - 1]
    return np.concatenate([_turned(quarter, -90 * i) for i in range(4)])


def _heart(segments: int) -> np.ndarray:
    lobe = _arc(-45, 180, segments) * 0.5 + [-0.5, -0.45]
    left = lobe[::-1] * [1, 1]
    right = np.column_stack([-lobe[:, 0], lobe[:, 1]])
    sides = [np.array([(0.0, 1.0)])]
    return np.concatenate([sides[0], left[left[:, 1] <= 0], right[right[:, 1] <= 0]])


_MADE = {
    "pentagon": lambda _: _regular(5),
    "hexagon": lambda _: _regular(6),
    "octagon": lambda _: _bevelled(0.414214),
    "decagon": lambda _: _regular(10),
    "equilateral_triangle": lambda _: _regular(3),
    "star": lambda _: _starOf(5, _STAR),
    "diamond_star": lambda _: _starOf(4, _STAR),
    "square_with_corners": lambda _: _bevelled(0.6072),
    "cross_fill": _crossFilled,
    "asterisk_fill": _asterisk,
    "rounded_square": _roundedSquare,
    "heart": _heart,
}
