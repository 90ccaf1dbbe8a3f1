# -*- test-case-name: tests.symbology.test_fills -*-
"""Symbol layers that fill polygons: the simple fill."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.coats import Coat
from ogctwist.canvas.ink import BLACK, Color, Ink, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.brushes import PATTERNS, brushInk
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.dynamic import choiceOf, color, shift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.strokes import Stroke, outlineVariations, readOutline, strokedPaths
from ogctwist.symbology.symbols import Drawing, LayerMarkup
from ogctwist.symbology.units import Length, readUnit


@dataclass(frozen=True)
class Shift:
    """An offset of a symbol layer: x to the right, y downwards."""

    x: Length = Length(0.0)
    y: Length = Length(0.0)

    def pixels(self, frame: Frame) -> np.ndarray:
        """float64 (2,)."""
        return np.array([self.x.pixels(frame), self.y.pixels(frame)])


def readShift(properties: Properties, name: str = "offset") -> Shift:
    """The property C{"x,y"} with its unit."""
    x, y = properties.pair(name)
    return Shift(readUnit(properties, name, x), readUnit(properties, name, y))


@dataclass(frozen=True)
class SimpleFill:
    """
    A brush inside, a stroke on the outline.

    @ivar brush: 'solid', 'no' or a pattern of L{ogctwist.symbology.brushes}.
    """

    color: Color = BLACK
    brush: str = "solid"
    stroke: Stroke = Stroke()
    offset: Shift = Shift()
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> FillPainter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        shift = self.offset.pixels(drawing.frame)
        if shift.any():
            parts = replace(parts, coords=parts.coords + shift)
        fill, pen = self._inks(drawing)
        outlines = None
        if pen is not None and pen.dash:
            outlines, pen = strokedPaths(parts, pen)
        return FillPainter(parts.polygonPaths, fill, pen, outlines)

    def _inks(self, drawing: Drawing) -> tuple[Ink | None, Pen | None]:
        if drawing.selectionColor is None:
            color = self.color.faded(drawing.opacity)
            return brushInk(self.brush, color), self.stroke.pen(drawing, selectable=False)
        # What is selected is solid, with a thin line around it, whatever the style says, as in QGIS.
        return drawing.color(self.color), Pen(self.stroke.color.faded(drawing.opacity))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return float(np.abs(self.offset.pixels(frame)).max()) + self.stroke.width.pixels(frame) / 2 + 1


class FillPainter:
    """Fills and strokes closed paths, part by part."""

    def __init__(self, paths: Paths, fill: Ink | None, pen: Pen | None, outlines: Paths | None = None):
        self._paths = paths
        self._outlines = outlines
        self._fill = fill
        self._pen = pen

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        if self._fill is not None or self._pen is not None:
            canvas.paintParts(self._paths, start, stop, self._fill, self._pen, self._outlines)

    def coat(self) -> Coat:
        """See L{ogctwist.symbology.symbols.CoatPainter}."""
        return Coat(self._paths, self._fill, self._pen, self._outlines)


def readSimpleFill(markup: LayerMarkup) -> SimpleFill:
    """A SimpleFill."""
    properties = markup.properties
    return SimpleFill(
        color=parseColor(properties.get("color"), Color(0, 0, 1)),
        brush=properties.get("style", "solid"),
        stroke=readOutline(properties),
        offset=readShift(properties),
        renderingPass=markup.renderingPass,
    )


SIMPLE_FILL_VARIATIONS = {
    "fillColor": color("color"),
    "fillStyle": choiceOf("brush", ("solid", "no", *PATTERNS)),
    "offset": shift("offset"),
    **outlineVariations("stroke"),
}
