# -*- test-case-name: tests.symbology.test_gradients -*-
"""Fills with gradients: along a line, around a point, or inwards from the edge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import atan2, cos, hypot, pi, radians, sin

import numpy as np
import shapely

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color, Gradient, Ink, Tile
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colorramps import ColorRamp, rampOf
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, color, field, shift
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.pixels import pictureOf
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter

LINEAR, RADIAL, CONICAL = "linear", "radial", "conical"
_TYPES = (LINEAR, RADIAL, CONICAL)
_SPREADS = ("pad", "reflect", "repeat")

Point = tuple[float, float]


@dataclass(frozen=True)
class GradientFill:
    """
    @ivar first: the colour at the first reference point, unless there is a C{ramp}.
    @ivar points: reference points in the polygon's bounding box, (0, 0) at its top left.
    @ivar onCentroid: for each reference point, whether the centroid stands for it.
    @ivar inViewport: the box is that of the map.
    @ivar angle: degrees by which the reference points are turned about the middle.
    """

    first: Color = Color(0, 0, 1)
    second: Color = Color(1, 1, 1)
    ramp: ColorRamp | None = None
    kind: str = LINEAR
    spread: str = "pad"
    inViewport: bool = False
    points: tuple[Point, Point] = ((0.5, 0.0), (0.5, 1.0))
    onCentroid: tuple[bool, bool] = (False, False)
    angle: float = 0.0
    offset: Shift = Shift()
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        move = self.offset.pixels(drawing.frame)
        if move.any():
            parts = replace(parts, coords=parts.coords + move)
        centroids = np.zeros((len(parts), 2))
        if any(self.onCentroid):
            found = shapely.centroid(parts.shapes)
            known = np.array([c is not None and not c.is_empty for c in found], bool)
            centroids[known] = shapely.get_coordinates(found[known])
        return GradientPainter(self, parts, centroids, drawing)

    def stops(self, drawing: Drawing) -> tuple[tuple[float, Color], ...]:
        """The colours on a map."""
        stops = ((0.0, self.first), (1.0, self.second)) if self.ramp is None else self.ramp.stops
        return tuple((position, drawing.color(c)) for position, c in stops)

    def ink(self, box: tuple[float, float, float, float], centroid: Point, drawing: Drawing) -> Ink:
        """
        @param box: (x, y, width, height) that the reference points refer to.
        @param centroid: in pixels.
        """
        x, y, width, height = box
        relative = ((centroid[0] - x) / max(width, 1e-6), (centroid[1] - y) / max(height, 1e-6))
        start, end = (
            relative if on else _turned(point, self.angle)
            for point, on in zip(self.points, self.onCentroid, strict=True)
        )
        stops = self.stops(drawing)
        if self.kind == CONICAL:
            return _conical(box, start, end, ColorRamp(stops))
        radius = hypot(end[0] - start[0], end[1] - start[1]) if self.kind == RADIAL else None
        return Gradient(stops, start, end, radius, self.spread, box)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return float(hypot(*self.offset.pixels(frame))) + 1


def _turned(point: Point, angle: float) -> Point:
    """A reference point turned about the middle of the box, and kept within it."""
    if not angle:
        return point
    x, y = point[0] - 0.5, point[1] - 0.5
    length, direction = hypot(x, y), atan2(y, x) - radians(angle)
    turned = (0.5 + length * cos(direction), 0.5 + length * sin(direction))
    return (min(max(turned[0], 0.0), 1.0), min(max(turned[1], 0.0), 1.0))


def _conical(box: tuple[float, float, float, float], start: Point, end: Point, ramp: ColorRamp) -> Tile:
    """Colours around a point, counter-clockwise, beginning in the direction of C{end}; as a picture."""
    x, y, width, height = box
    left, top = int(np.floor(x)), int(np.floor(y))
    columns, rows = int(np.ceil(x + width)) - left + 1, int(np.ceil(y + height)) - top + 1
    u = (np.arange(columns) + left + 0.5 - x) / max(width, 1e-6) - start[0]
    v = (np.arange(rows) + top + 0.5 - y) / max(height, 1e-6) - start[1]
    first = atan2(-(end[1] - start[1]), end[0] - start[0])
    share = ((np.arctan2(-v[:, None], u[None, :]) - first) / (2 * pi)) % 1.0
    return Tile(pictureOf(share, ramp), (left, top))


class GradientPainter:
    """Fills each polygon with a gradient of its own."""

    def __init__(self, layer: GradientFill, parts: Parts, centroids: np.ndarray, drawing: Drawing):
        self._layer = layer
        self._parts = parts
        self._centroids = centroids
        self._drawing = drawing

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        layer = self._layer
        for index in range(start, stop):
            left, top, right, bottom = self._parts.bounds[index].tolist()
            box = (left, top, right - left, bottom - top)
            if layer.inViewport:
                box = (0.0, 0.0, float(canvas.width), float(canvas.height))
            ink = layer.ink(box, tuple(self._centroids[index].tolist()), self._drawing)
            canvas.paintParts(self._parts.polygonPaths, index, index + 1, ink, None)


def readColors(properties: Properties, first: Color, second: Color) -> tuple[Color, Color, ColorRamp | None]:
    """Two colours, and the ramp that stands for them if the style has one."""
    ramp = None
    if int(properties.number("color_type")) == 1:
        ramp = rampOf(properties.get("rampType", "gradient") or "gradient", properties)
    return (
        parseColor(properties.first("color", "gradient_color"), first),
        parseColor(properties.get("gradient_color2"), second),
        ramp,
    )


def readGradientFill(markup: LayerMarkup) -> GradientFill:
    """A GradientFill."""
    properties = markup.properties
    first, second, ramp = readColors(properties, Color(0, 0, 1), Color(1, 1, 1))
    kind, spread = (int(properties.number(name)) for name in ("type", "spread"))
    return GradientFill(
        first=first,
        second=second,
        ramp=ramp,
        kind=_TYPES[kind] if 0 <= kind < 3 else LINEAR,
        spread=_SPREADS[spread] if 0 <= spread < 3 else "pad",
        inViewport=int(properties.number("coordinate_mode")) == 1,
        points=(
            properties.pair("reference_point1", (0.5, 0.0)),
            properties.pair("reference_point2", (0.5, 1.0)),
        ),
        onCentroid=(
            properties.flag("reference_point1_iscentroid"),
            properties.flag("reference_point2_iscentroid"),
        ),
        angle=properties.number("angle"),
        offset=readShift(properties),
        renderingPass=markup.renderingPass,
    )


def _coordinate(which: int, axis: int) -> Variation:
    def vary(layer: GradientFill, value: object) -> GradientFill:
        found = toNumber(value)
        if found is None:
            return layer
        x, y = layer.points[which]
        point = (found, y) if axis == 0 else (x, found)
        other = layer.points[1 - which]
        return replace(layer, points=(point, other) if which == 0 else (other, point))

    return vary


def _centroid(which: int) -> Variation:
    def vary(layer: GradientFill, value: object) -> GradientFill:
        first, second = layer.onCentroid
        return replace(layer, onCentroid=(bool(value), second) if which == 0 else (first, bool(value)))

    return vary


def _word(known: tuple[str, ...]):
    return lambda value: value if value in known else None


GRADIENT_FILL_VARIATIONS: dict[str, Variation] = {
    "fillColor": color("first"),
    "color2": color("second"),
    "angle": field("angle", toNumber),
    "gradientType": field("kind", _word(_TYPES)),
    "gradientMode": field("inViewport", lambda value: value == "viewport"),
    "gradientSpread": field("spread", _word(_SPREADS)),
    "gradientRef1X": _coordinate(0, 0),
    "gradientRef1Y": _coordinate(0, 1),
    "gradientRef2X": _coordinate(1, 0),
    "gradientRef2Y": _coordinate(1, 1),
    "gradientRef1Centroid": _centroid(0),
    "gradientRef2Centroid": _centroid(1),
    "offset": shift("offset"),
}
