# -*- test-case-name: tests.symbology.test_gradients -*-
"""The shapeburst fill: colours by the distance from the polygon's edge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import BLACK, Color, Tile
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colorramps import ColorRamp
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, color, field, shift
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.gradients import readColors
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.pixels import blurred, edgeDistances, pictureOf
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter
from ogctwist.symbology.units import Length, readUnit


@dataclass(frozen=True)
class ShapeburstFill:
    """
    @ivar maximum: the distance at which the second colour is reached; None for the
        greatest within the polygon.
    @ivar ignoresRings: distances are to the outer edge only.
    @ivar blur: radius in pixels.
    """

    first: Color = Color(0, 0, 1)
    second: Color = Color(1, 1, 1)
    ramp: ColorRamp | None = None
    maximum: Length | None = None
    ignoresRings: bool = False
    blur: int = 0
    offset: Shift = Shift()
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        move = self.offset.pixels(drawing.frame)
        if move.any():
            parts = replace(parts, coords=parts.coords + move)
        return ShapeburstPainter(self, parts, drawing)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return float(hypot(*self.offset.pixels(frame))) + 1


class ShapeburstPainter:
    """Fills polygons by the distance from their edges."""

    def __init__(self, layer: ShapeburstFill, parts: Parts, drawing: Drawing):
        self._layer = layer
        self._parts = parts
        stops = layer.ramp.stops if layer.ramp else ((0.0, layer.first), (1.0, layer.second))
        discrete = layer.ramp is not None and layer.ramp.isDiscrete
        self._ramp = ColorRamp(tuple((at, drawing.color(c)) for at, c in stops), discrete)
        self._maximum = None if layer.maximum is None else layer.maximum.pixels(drawing.frame)

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        for index in range(start, stop):
            tile = self._tile(index, canvas)
            if tile is not None:
                canvas.paintParts(self._parts.polygonPaths, index, index + 1, tile, None)

    def _tile(self, index: int, canvas: Canvas) -> Tile | None:
        """The colours over the polygon's box, as far as the polygon reaches a little beyond the map."""
        left, top, right, bottom = self._parts.bounds[index]
        margin = max(canvas.width, canvas.height) // 10 + 2
        x, y = int(max(left, -margin)) - 2, int(max(top, -margin)) - 2
        width = int(min(right, canvas.width + margin)) + 3 - x
        height = int(min(bottom, canvas.height + margin)) + 3 - y
        if width <= 4 or height <= 4:
            return None
        one = self._parts.slice(index, index + 1)
        distances = edgeDistances(self._inside(one, x, y, width, height))
        if self._layer.ignoresRings:
            # within the holes the distance to the outer edge counts, and it is not drawn anyway
            outer = self._inside(one.slice(0, 1), x, y, width, height, onlyShell=True)
            distances = edgeDistances(outer)
        greatest = self._maximum if self._maximum else float(distances.max())
        share = distances / greatest if greatest > 0 else np.zeros_like(distances)
        picture = pictureOf(np.minimum(share, 1), self._ramp)
        if self._layer.blur > 0:
            picture = blurred(picture, self._layer.blur)
        return Tile(picture, (x, y))

    def _inside(
        self, part: Parts, x: int, y: int, width: int, height: int, *, onlyShell: bool = False
    ) -> np.ndarray:
        """bool (height, width): which pixels lie in the polygon."""
        canvas = Canvas(width, height)
        coordsOf = part.coordsOf[:2] if onlyShell else part.coordsOf
        ringsOf = np.array([0, len(coordsOf) - 1])
        paths = Paths(part.coords[: coordsOf[-1]] - (x, y), coordsOf, ringsOf, True)
        canvas.paintParts(paths, 0, 1, BLACK, None)
        return canvas.pixels[..., 3] > 127


def readShapeburstFill(markup: LayerMarkup) -> ShapeburstFill:
    """A ShapeburstFill."""
    properties = markup.properties
    first, second, ramp = readColors(properties, Color(0, 0, 1), Color(1, 1, 1))
    whole = properties.flag("use_whole_shape", True)
    distance = readUnit(properties, "distance", properties.number("max_distance", default=5.0))
    return ShapeburstFill(
        first=first,
        second=second,
        ramp=ramp,
        maximum=None if whole else distance,
        ignoresRings=properties.flag("ignore_rings"),
        blur=int(min(properties.number("blur_radius"), 100)),
        offset=readShift(properties),
        renderingPass=markup.renderingPass,
    )


def _whole(layer: ShapeburstFill, value: object) -> ShapeburstFill:
    if value:
        return replace(layer, maximum=None)
    return layer if layer.maximum is not None else replace(layer, maximum=Length(5.0))


def _maximum(layer: ShapeburstFill, value: object) -> ShapeburstFill:
    found = toNumber(value)
    if found is None or layer.maximum is None:
        return layer
    return replace(layer, maximum=layer.maximum.withValue(found))


SHAPEBURST_VARIATIONS: dict[str, Variation] = {
    "fillColor": color("first"),
    "color2": color("second"),
    "blurRadius": field("blur", lambda value: None if toNumber(value) is None else int(toNumber(value) or 0)),
    "shapeburstWholeShape": _whole,
    "shapeburstMaxDist": _maximum,
    "shapeburstIgnoreRings": field("ignoresRings", bool),
    "offset": shift("offset"),
}
