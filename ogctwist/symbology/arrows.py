# -*- test-case-name: tests.symbology.test_arrows -*-
"""The arrow line: lines drawn as arrows, straight or bent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import atan2, hypot, pi

import numpy as np

from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.clipping import offsetsOf
from ogctwist.symbology.dynamic import Variation, field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.lines import ALL_RINGS, offsetLines, offsetRings, ringLines
from ogctwist.symbology.parts import POLYGON, Parts
from ogctwist.symbology.repeated import GroupedPainter
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length

SINGLE, REVERSED, DOUBLE = 0, 1, 2
PLAIN, LEFT_HALF, RIGHT_HALF = 0, 1, 2
#: Points of an arc for each quarter of a circle.
ARC_POINTS = 12


@dataclass(frozen=True)
class ArrowSizes:
    """Of one arrow, in pixels."""

    width: float
    startWidth: float
    headLength: float
    headThickness: float


@dataclass(frozen=True)
class ArrowLine:
    """
    @ivar isCurved: arcs through three vertices each.
    @ivar isRepeated: an arrow for every segment (or arc); otherwise one from the first
        vertex to the last.
    @ivar heads: L{SINGLE}, L{REVERSED} or L{DOUBLE}.
    @ivar halves: L{PLAIN}, or only the left or right half of the arrow.
    """

    symbol: Symbol
    width: Length = Length(1.0)
    startWidth: Length = Length(1.0)
    headLength: Length = Length(1.5)
    headThickness: Length = Length(1.5)
    offset: Length = Length(0.0)
    isCurved: bool = True
    isRepeated: bool = True
    heads: int = SINGLE
    halves: int = PLAIN
    ringFilter: int = ALL_RINGS
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the fill of the arrows needs."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        lines, owner = self._lines(parts, frame)
        sizes = ArrowSizes(
            self.width.pixels(frame),
            self.startWidth.pixels(frame),
            self.headLength.pixels(frame),
            self.headThickness.pixels(frame),
        )
        outlines: list[np.ndarray] = []
        owners: list[int] = []
        for index in range(len(lines)):
            coords = lines.coords[lines.coordsOf[index] : lines.coordsOf[index + 1]]
            for outline in self._arrows(coords, sizes):
                outlines.append(outline)
                owners.append(int(owner[index]))
        held = np.array(owners, np.int64)
        coordsOf = offsetsOf(np.array([len(outline) for outline in outlines], np.int64))
        coords = np.concatenate(outlines) if outlines else np.empty((0, 2))
        count = np.arange(len(outlines) + 1, dtype=np.int64)
        arrows = Parts(POLYGON, coords, coordsOf, count, parts.rowOf[held])
        inner = self.symbol.painter(arrows, batch, replace(drawing, angles=None, sizes=None))
        return GroupedPainter(inner, np.searchsorted(held, np.arange(len(parts) + 1)))

    def _lines(self, parts: Parts, frame: Frame) -> tuple[Parts, np.ndarray]:
        offset = self.offset.pixels(frame)
        if parts.kind == POLYGON:
            lines, owner, isExterior = ringLines(parts.outlinesByRing, self.ringFilter)
            if offset:
                lines, owner = offsetRings(lines, owner, isExterior, offset)
            return lines, owner
        if offset:
            return offsetLines(parts, None, offset)
        return parts, np.arange(len(parts))

    def _arrows(self, coords: np.ndarray, sizes: ArrowSizes) -> list[np.ndarray]:
        """The outlines of the arrows along a line."""
        found: list[np.ndarray | None] = []
        if self.isCurved and len(coords) > 2:
            if self.isRepeated:
                found = [
                    self._curved(coords[i], coords[i + 1], coords[i + 2], sizes)
                    for i in range(0, len(coords) - 2, 2)
                ]
                if len(coords) % 2 == 0:
                    found.append(self._straight(coords[-2], coords[-1], sizes))
            else:
                found = [self._curved(coords[0], coords[len(coords) // 2], coords[-1], sizes)]
        elif self.isRepeated:
            found = [self._straight(a, b, sizes) for a, b in pairwise(coords)]
        else:
            found = [self._straight(coords[0], coords[-1], sizes)]
        return [outline for outline in found if outline is not None]

    def _straight(self, start: np.ndarray, end: np.ndarray, sizes: ArrowSizes) -> np.ndarray | None:
        length = hypot(*(end - start))
        if length <= 0:
            return None
        along = (end - start) / length
        right = np.array([-along[1], along[0]])
        spine = np.array([[0.0, 0.0], [length, 0.0]])
        shape = self._outline(spine[:, 0], sizes)
        return None if shape is None else start + shape[:, :1] * along + shape[:, 1:] * right

    def _outline(self, distances: np.ndarray, sizes: ArrowSizes) -> np.ndarray | None:
        """
        The arrow about a straight spine: (distance along it, distance to its right) of each corner.

        @param distances: where the shaft has vertices, ascending from 0 to the length.
        """
        length = float(distances[-1])
        atEnd = self.heads in (SINGLE, DOUBLE)
        atStart = self.heads in (REVERSED, DOUBLE)
        first = sizes.headLength if atStart else 0.0
        last = length - (sizes.headLength if atEnd else 0.0)
        if last < first:
            if length < sizes.headLength * (atEnd + atStart) * 0.999 and not (atEnd and not atStart):
                return None
            first = last = max(min(length - sizes.headLength, length), 0.0)
        inner = distances[(distances > first) & (distances < last)]
        shaft = np.concatenate([[first], inner, [last]])
        share = (shaft - first) / max(last - first, 1e-9)
        half = (sizes.startWidth + (sizes.width - sizes.startWidth) * share) / 2
        wing = sizes.headThickness
        right = np.column_stack([shaft, half])
        left = np.column_stack([shaft, -half])[::-1]
        tip = [(last, wing), (length, 0.0), (last, -wing)] if atEnd else []
        tail = [(first, -wing), (0.0, 0.0), (first, wing)] if atStart else []
        if self.halves == LEFT_HALF:
            right = np.column_stack([shaft[[0, -1]], [0.0, 0.0]])
            tip, tail = tip[1:], tail[:-1]
        elif self.halves == RIGHT_HALF:
            left = np.column_stack([shaft[[-1, 0]], [0.0, 0.0]])
            tip, tail = tip[:-1], tail[1:]
        return np.vstack([right, *([tip] if tip else []), left, *([tail] if tail else [])])

    def _curved(
        self, start: np.ndarray, middle: np.ndarray, end: np.ndarray, sizes: ArrowSizes
    ) -> np.ndarray | None:
        """An arrow along the arc through three points; straight where they lie on a line."""
        circle = circleThrough(start, middle, end)
        if circle is None:
            return self._straight(start, end, sizes)
        centre, radius = circle
        a, b, c = (atan2(p[1] - centre[1], p[0] - centre[0]) for p in (start, middle, end))
        turn = (c - a) % (2 * pi)
        if (b - a) % (2 * pi) > turn:
            turn -= 2 * pi
        length = abs(turn) * radius
        points = max(int(abs(turn) / (pi / 2) * ARC_POINTS), 4)
        shape = self._outline(np.linspace(0, length, points + 1), sizes)
        if shape is None:
            return None
        clockwise = 1.0 if turn > 0 else -1.0
        angle = a + clockwise * shape[:, 0] / radius
        reach = radius - clockwise * shape[:, 1]
        return centre + np.column_stack([np.cos(angle), np.sin(angle)]) * reach[:, None]

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        wing = self.headThickness.pixels(frame) + self.width.pixels(frame)
        return abs(self.offset.pixels(frame)) + wing + self.symbol.extent(frame)


def circleThrough(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, float] | None:
    """(centre, radius) of the circle through three points; None if they lie on a line."""
    p, q = b - a, c - a
    cross = 2 * (p[0] * q[1] - p[1] * q[0])
    if abs(cross) < 1e-6 * max(hypot(*p), hypot(*q), 1):
        return None
    pp, qq = p @ p, q @ q
    offset = np.array([q[1] * pp - p[1] * qq, p[0] * qq - q[0] * pp]) / cross
    return a + offset, hypot(*offset)


def readArrowLine(markup: LayerMarkup) -> ArrowLine:
    """An ArrowLine."""
    properties = markup.properties
    return ArrowLine(
        markup.requiredSubSymbol(),
        width=_size(markup, "arrow_width", 1.0),
        startWidth=_size(markup, "arrow_start_width", 1.0),
        headLength=_size(markup, "head_length", 1.5),
        headThickness=_size(markup, "head_thickness", 1.5),
        offset=_size(markup, "offset", 0.0),
        isCurved=properties.flag("is_curved", True),
        isRepeated=properties.flag("is_repeated", True),
        heads=int(properties.number("head_type")),
        halves=int(properties.number("arrow_type")),
        ringFilter=int(properties.number("ring_filter")),
        renderingPass=markup.renderingPass,
    )


def _size(markup: LayerMarkup, name: str, default: float) -> Length:
    return Length.read(markup.properties, name, default)


ARROW_LINE_VARIATIONS: dict[str, Variation] = {
    "arrowWidth": length("width"),
    "arrowStartWidth": length("startWidth"),
    "arrowHeadLength": length("headLength"),
    "arrowHeadThickness": length("headThickness"),
    "offset": length("offset"),
    "arrowHeadType": field("heads", lambda value: {"single": 0, "reversed": 1, "double": 2}.get(str(value))),
    "arrowType": field("halves", lambda value: {"plain": 0, "lefthalf": 1, "righthalf": 2}.get(str(value))),
}
