# -*- test-case-name: tests.symbology.test_lines -*-
"""Symbol layers that draw lines: the simple line, on lines and on the rings of polygons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.coats import Coat
from ogctwist.canvas.ink import Pen
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.along import MeasuredLines
from ogctwist.symbology.dynamic import field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import LINE, POLYGON, Parts, partsOfShapes
from ogctwist.symbology.strokes import Stroke, outlineVariations, parseDash, readLine, strokedPaths
from ogctwist.symbology.symbols import Drawing, LayerMarkup
from ogctwist.symbology.units import Length

ALL_RINGS, EXTERIOR_ONLY, INTERIOR_ONLY = 0, 1, 2
#: Of parallel lines: how far a corner may stick out, in distances.
MITRE_LIMIT = 2.0


@dataclass(frozen=True)
class SimpleLine:
    """
    A stroke along the geometry.

    @ivar offset: to the right of the line's direction; inwards for rings.
    @ivar ringFilter: which rings of polygons.
    @ivar drawInside: keep within the polygon.
    @ivar trimStart: left out at the start (likewise C{trimEnd}); percents of the length are allowed.
    """

    stroke: Stroke = Stroke()
    offset: Length = Length(0.0)
    ringFilter: int = ALL_RINGS
    drawInside: bool = False
    trimStart: Length = Length(0.0)
    trimEnd: Length = Length(0.0)
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> LinePainter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        pen = self.stroke.pen(drawing)
        if pen is None:
            return LinePainter(None, None)
        lines, owner = self._lines(parts, drawing.frame)
        paths, pen = strokedPaths(lines, pen, aligned=self.stroke.alignDash)
        return LinePainter(paths, pen, owner, len(parts), parts if self.drawInside else None)

    def _lines(self, parts: Parts, frame: Frame) -> tuple[Parts, np.ndarray | None]:
        """
        What is stroked.

        @return: (lines, for each line the part it comes from; None when line i is part i).
        """
        owner = None
        lines = parts
        offset = self.offset.pixels(frame)
        if parts.kind == POLYGON:
            lines, owner, isExterior = ringLines(parts, self.ringFilter)
            if offset:
                lines, owner = offsetRings(lines, owner, isExterior, offset)
        elif offset:
            lines, owner = offsetLines(lines, owner, offset)
        start, end = (trim.pixels(frame) for trim in (self.trimStart, self.trimEnd))
        if start or end:
            lines, owner = self._trimmed(lines, owner, start, end)
        return lines, owner

    def _trimmed(
        self, lines: Parts, owner: np.ndarray | None, start: float, end: float
    ) -> tuple[Parts, np.ndarray]:
        if owner is None:
            owner = np.arange(len(lines))
        measured = MeasuredLines(lines)
        lengths = measured.lengths
        first = lengths * start / 100 if self.trimStart.unit == "Percentage" else start
        last = lengths - (lengths * end / 100 if self.trimEnd.unit == "Percentage" else end)
        first = np.broadcast_to(first, lengths.shape)
        left = np.flatnonzero(last > first)
        return measured.stretches(left, first[left], last[left]), owner[left]

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return abs(self.offset.pixels(frame)) + self.stroke.width.pixels(frame) + 1


def ringLines(parts: Parts, ringFilter: int) -> tuple[Parts, np.ndarray, np.ndarray]:
    """
    The rings of polygons as lines.

    @return: (lines, the polygon of each, whether each is an exterior ring).
    """
    rings = parts.rings
    owner = np.repeat(np.arange(len(parts)), np.diff(parts.ringsOf))
    isExterior = np.zeros(len(rings), bool)
    isExterior[parts.ringsOf[:-1]] = True
    if ringFilter == ALL_RINGS:
        return rings, owner, isExterior
    chosen = np.flatnonzero(isExterior if ringFilter == EXTERIOR_ONLY else ~isExterior)
    return rings.take(chosen), owner[chosen], isExterior[chosen]


def offsetLines(lines: Parts, owner: np.ndarray | None, distance: float) -> tuple[Parts, np.ndarray]:
    """
    Parallel lines, with mitred corners as in QGIS.

    @param distance: pixels; positive is to the right.
    @return: (lines, C{owner} of each; what shrank to nothing is left out).
    """
    if owner is None:
        owner = np.arange(len(lines))
    moved = shapely.offset_curve(lines.shapes, distance, join_style="mitre", mitre_limit=MITRE_LIMIT)
    return _linesOf(moved, lines, owner)


def offsetRings(
    rings: Parts, owner: np.ndarray, isExterior: np.ndarray, distance: float
) -> tuple[Parts, np.ndarray]:
    """
    Rings of polygons moved towards the polygon's inside: exterior rings shrink, holes grow.

    @param isExterior: bool, for each ring.
    @param distance: pixels; negative moves outwards.
    @return: as L{offsetLines}.
    """
    shapes = rings.shapes
    counts = shapely.get_num_coordinates(shapes)
    good = counts > 3
    index = np.repeat(np.arange(good.sum()), counts[good])
    polygons = np.full(len(shapes), None, object)
    closed = shapely.linearrings(shapely.get_coordinates(shapes[good]), indices=index)
    polygons[good] = shapely.polygons(closed)
    grown = shapely.buffer(
        polygons, np.where(isExterior, -distance, distance), join_style="mitre", mitre_limit=MITRE_LIMIT
    )
    return _linesOf(shapely.boundary(grown), rings, owner)


def _linesOf(shapes: np.ndarray, before: Parts, owner: np.ndarray) -> tuple[Parts, np.ndarray]:
    result = partsOfShapes(shapes, np.arange(len(before)), LINE)
    lines = Parts(LINE, result.coords, result.coordsOf, result.ringsOf, before.rowOf[result.rowOf])
    return lines, owner[result.rowOf]


class LinePainter:
    """
    Strokes lines.

    @ivar owner: the part of each line, ascending; None when line i is part i.
    """

    def __init__(
        self,
        paths: Paths | None,
        pen: Pen | None,
        owner: np.ndarray | None = None,
        count: int = 0,
        inside: Parts | None = None,
    ):
        self._paths = paths
        self._pen = pen
        self._inside = inside
        self._starts = None if owner is None else np.searchsorted(owner, np.arange(count + 1))

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        paths, pen = self._paths, self._pen
        if pen is None or paths is None:
            return
        if self._inside is not None:
            for index in range(start, stop):
                with canvas.saved():
                    canvas.clipTo(self._inside.polygonPaths, index, index + 1)
                    self._stroke(canvas, index, index + 1, paths, pen)
            return
        self._stroke(canvas, start, stop, paths, pen)

    def coat(self) -> Coat | None:
        """See L{ogctwist.symbology.symbols.CoatPainter}."""
        if self._inside is not None or self._paths is None:
            return None
        return Coat(self._paths, None, self._pen, starts=self._starts)

    def _stroke(self, canvas: Canvas, start: int, stop: int, paths: Paths, pen: Pen) -> None:
        if self._starts is not None:
            start, stop = int(self._starts[start]), int(self._starts[stop])
        if pen.isOpaque and stop - start > 1:
            canvas.strokeTogether(paths, start, stop, pen)
        else:
            canvas.paintParts(paths, start, stop, None, pen)


def readSimpleLine(markup: LayerMarkup) -> SimpleLine:
    """A SimpleLine."""
    properties = markup.properties
    if properties.flag("tweak_dash_pattern_on_corners") and properties.flag("use_custom_dash"):
        markup.unsupported.append("dash pattern tweaked at corners")
    return SimpleLine(
        stroke=readLine(properties),
        offset=Length.read(properties, "offset"),
        ringFilter=int(properties.number("ring_filter")),
        drawInside=properties.flag("draw_inside_polygon"),
        trimStart=Length.read(properties, "trim_distance_start"),
        trimEnd=Length.read(properties, "trim_distance_end"),
        renderingPass=markup.renderingPass,
    )


SIMPLE_LINE_VARIATIONS = {
    **outlineVariations("stroke"),
    "offset": length("offset"),
    "customDash": field("stroke.customDash", lambda value: parseDash(str(value)) or None),
    "dashPatternOffset": length("stroke.dashOffset"),
    "trimStart": length("trimStart"),
    "trimEnd": length("trimEnd"),
}
