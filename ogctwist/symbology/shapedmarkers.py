# -*- test-case-name: tests.symbology.test_shapedmarkers -*-
"""Markers with a shape of their own: ellipses, filled shapes, letters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.ink import BLACK, Color, Ink, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.text import TextFont, TextPath, shapeLine
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.dynamic import color, field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markers import PLACEMENT_VARIATIONS, Placement, ShapePainter, readPlacement
from ogctwist.symbology.parts import POLYGON, Parts
from ogctwist.symbology.shapes import Shape, circleSegments, markerShape
from ogctwist.symbology.strokes import Stroke, outlineVariations, readOutline
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length

#: Shapes of ellipse markers; all others are ellipses, as in QGIS.
_ELLIPSE_SHAPES = {
    "rectangle": "square",
    "square": "square",
    "diamond": "diamond",
    "cross": "cross",
    "triangle": "triangle",
    "left_half_triangle": "left_half_triangle",
    "right_half_triangle": "right_half_triangle",
    "semi_circle": "semi_circle",
}
_OPEN_ARROW = Shape((np.array([(-1.0, 1.0), (0.0, -1.0), (1.0, 1.0)]),), False)


def shapeCoords(
    shape: Shape, points: np.ndarray, angles: np.ndarray | float, width: float, height: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    A shape at every point, stretched and turned: (coords, offsets of lines, offsets of shapes).
    """
    a = np.radians(np.broadcast_to(np.asarray(angles, float), len(points)))[:, None]
    x, y = shape.coords[:, 0] * width / 2, shape.coords[:, 1] * height / 2
    turned = np.stack([x * np.cos(a) - y * np.sin(a), x * np.sin(a) + y * np.cos(a)], axis=-1)
    ends = shape.offsets[1:][None, :] + np.arange(len(points))[:, None] * len(shape.coords)
    coordsOf = np.concatenate([[0], ends.ravel()])
    ringsOf = np.arange(len(points) + 1) * len(shape.lines)
    return (turned + points[:, None, :]).reshape(-1, 2), coordsOf, ringsOf


@dataclass(frozen=True)
class EllipseMarker:
    """A shape with a width and a height."""

    shape: str = "circle"
    color: Color = BLACK
    stroke: Stroke = Stroke()
    width: Length = Length(4.0)
    height: Length = Length(3.0)
    placement: Placement = Placement()
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        width, height = (max(v.pixels(drawing.frame), 0.0) for v in (self.width, self.height))
        points, angles = self.placement.centres(parts.firstPoints, drawing, width, height)
        if self.shape == "arrow":
            shape = _OPEN_ARROW
        else:
            known = _ELLIPSE_SHAPES.get(self.shape, "circle")
            shape = markerShape(known, circleSegments(max(width, height) / 2))
        paths = Paths(*shapeCoords(shape, points, angles, width, height), shape.isFilled)
        fill = drawing.color(self.color) if shape.isFilled else None
        return ShapePainter(paths, fill, self.stroke.pen(drawing, selectable=not shape.isFilled))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = max(self.width.pixels(frame), self.height.pixels(frame))
        shift = float(np.abs(self.placement.shift(frame, size, size)).max())
        return size * 0.75 + shift + self.stroke.width.pixels(frame) + 1


@dataclass(frozen=True)
class FilledMarker:
    """A shape that is drawn as a polygon with another symbol."""

    symbol: Symbol
    shape: str = "circle"
    placement: Placement = Placement()
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the symbol needs."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = max(self.placement.size.pixels(drawing.frame), 0.0)
        points, angles = self.placement.centres(parts.firstPoints, drawing, size, size)
        shape = markerShape(self.shape, circleSegments(size / 2))
        polygons = Parts(POLYGON, *shapeCoords(shape, points, angles, size, size), parts.rowOf)
        return self.symbol.painter(polygons, batch, replace(drawing, angles=None, sizes=None))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = self.placement.size.pixels(frame)
        shift = float(np.abs(self.placement.shift(frame, size, size)).max())
        return size * 0.75 + shift + self.symbol.extent(frame)


@dataclass(frozen=True)
class FontMarker:
    """
    Letters, as outlines.

    @ivar family: of the font.
    @ivar style: its style's name, or ''.
    """

    text: str
    family: str
    style: str = ""
    color: Color = BLACK
    stroke: Stroke = Stroke(width=Length(0.0))
    placement: Placement = Placement(Length(4.23333))
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = max(self.placement.size.pixels(drawing.frame), 0.0)
        if size <= 0 or not self.text:
            return TextPainter(TextPath.joined([]), np.empty((0, 2)), 0.0, None, None)
        chain = systemFonts().chain(FontChoice((self.family,), self.style))
        font = TextFont(chain, size)
        line = shapeLine(self.text, font)
        points, angles = self.placement.centres(parts.firstPoints, drawing, size, size)
        path = line.path().moved(-line.width / 2, font.metrics.ascent / 2)
        pen = self.stroke.pen(drawing, selectable=False) if self.stroke.width.value > 0 else None
        return TextPainter(path, points, angles, drawing.color(self.color), pen)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = self.placement.size.pixels(frame) * max(len(self.text), 1)
        return size + float(np.abs(self.placement.shift(frame, size, size)).max())


class TextPainter:
    """
    Outlines of text at every point.

    @param path: about the origin.
    @param angles: degrees clockwise, one for each point or one for all.
    """

    def __init__(
        self,
        path: TextPath,
        points: np.ndarray,
        angles: np.ndarray | float,
        fill: Ink | None,
        pen: Pen | None,
    ):
        self._path = path
        self._points = points
        self._angles = np.radians(np.broadcast_to(np.asarray(angles, float), len(points)))
        self._fill = fill
        self._pen = pen

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        if not self._path:
            return
        for (x, y), angle in zip(
            self._points[start:stop].tolist(), self._angles[start:stop].tolist(), strict=True
        ):
            placed = self._path.moved(x, y, angle)
            if self._fill is not None:
                placed.fill(canvas.context, self._fill)
            if self._pen is not None:
                placed.stroke(canvas.context, self._pen)


def readEllipseMarker(markup: LayerMarkup) -> EllipseMarker:
    """An EllipseMarker."""
    properties = markup.properties
    stroke = readOutline(properties, "miter")
    return EllipseMarker(
        shape=properties.get("symbol_name", "circle"),
        color=parseColor(properties.first("color", "fill_color"), Color(1, 1, 1)),
        stroke=stroke,
        width=Length.read(properties, "symbol_width", 4.0),
        height=Length.read(properties, "symbol_height", 3.0),
        placement=readPlacement(properties),
        renderingPass=markup.renderingPass,
    )


def readFilledMarker(markup: LayerMarkup) -> FilledMarker:
    """A FilledMarker."""
    properties = markup.properties
    return FilledMarker(
        symbol=markup.requiredSubSymbol(),
        shape=properties.get("name", "circle"),
        placement=readPlacement(properties),
        renderingPass=markup.renderingPass,
    )


def readFontMarker(markup: LayerMarkup) -> FontMarker:
    """A FontMarker."""
    properties = markup.properties
    stroke = readOutline(properties, "miter")
    if "outline_width" not in properties:
        stroke = replace(stroke, width=Length(0.0))
    return FontMarker(
        text=properties.get("chr", "A"),
        family=properties.get("font", ""),
        style=properties.get("font_style", ""),
        color=parseColor(properties.get("color"), BLACK),
        stroke=stroke,
        placement=readPlacement(properties, 4.23333),
        renderingPass=markup.renderingPass,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


ELLIPSE_MARKER_VARIATIONS = {
    **PLACEMENT_VARIATIONS,
    **outlineVariations("stroke"),
    "name": field("shape", _text),
    "fillColor": color("color"),
    "width": length("width"),
    "height": length("height"),
}

FILLED_MARKER_VARIATIONS = {**PLACEMENT_VARIATIONS, "name": field("shape", _text)}

FONT_MARKER_VARIATIONS = {
    **PLACEMENT_VARIATIONS,
    **outlineVariations("stroke"),
    "char": field("text", lambda value: None if value is None else str(value)),
    "fillColor": color("color"),
    "fontFamily": field("family", _text),
    "fontStyle": field("style", _text),
}
