# -*- test-case-name: tests.symbology.test_patterns -*-
"""
Fills with a repeated pattern of lines or points.

The pattern of a feature begins at the lower left corner of its bounding box,
so it does not depend on where the map is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import atan2, cos, radians, sin, tan

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color, Tile
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, field, length
from ogctwist.symbology.fills import Shift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import LINE, POINT, Parts
from ogctwist.symbology.picturemarkers import EmptyPainter
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length, readUnit

#: Pixels of a side beyond which a pattern is not drawn.
LARGEST_TILE = 4096


class TilePainter:
    """
    Fills polygons with a picture that begins at a place of their own.

    @param pictureOf: the picture for a row of the batch; None for none.
    @param origins: float64 (p, 2), pixels.
    @param below: what polygons are filled with first: the selection's colour.
    """

    def __init__(
        self,
        parts: Parts,
        pictureOf: Callable[[int], Tile | None],
        origins: np.ndarray,
        below: Color | None = None,
    ):
        self._parts = parts
        self._paths = parts.polygonPaths
        self._below = below
        self._pictureOf = pictureOf
        self._origins = np.floor(origins + 0.5)

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        for index in range(start, stop):
            if self._below is not None:
                canvas.paintParts(self._paths, index, index + 1, self._below, None)
            tile = self._pictureOf(int(self._parts.rowOf[index]))
            if tile is not None:
                x, y = self._origins[index].tolist()
                ink = replace(tile, origin=(tile.origin[0] + x, tile.origin[1] + y))
                canvas.paintParts(self._paths, index, index + 1, ink, None)


def featureCorners(parts: Parts, batch: FeatureBatch, frame: Frame) -> np.ndarray:
    """The lower left corners of the bounding boxes of the parts' features: (p, 2), pixels."""
    if batch.geometry is None:  # in a legend
        return np.zeros((len(parts), 2))
    corners = frame.toPixels(batch.geometry.bounds[:, :2])[parts.rowOf]
    return np.where(np.isfinite(corners).all(axis=1)[:, None], corners, 0.0)


def tileOf(
    symbol: Symbol,
    kind: int,
    coords: np.ndarray,
    size: tuple[int, int],
    batch: FeatureBatch,
    drawing: Drawing,
) -> np.ndarray:
    """
    A symbol drawn into a tile, with what sticks out on one side coming in on the other.

    @param coords: (k, 2): points, or the two ends of a line, in the tile's pixels.
    @param batch: one feature, for what of the symbol is data-defined.
    """
    width, height = size
    reach = symbol.extent(drawing.frame)
    across, down = (min(int(np.ceil(reach / side)) + 1, 8) for side in size)
    if kind == LINE:
        # along the line it goes on by itself: only the lines beside it are missing
        isLevel = abs(coords[1, 1] - coords[0, 1]) < 1e-9
        across, down = (0, down) if isLevel else (across + 1, 0)
    shifts = [(x * width, y * height) for y in range(-down, down + 1) for x in range(-across, across + 1)]
    points = np.concatenate([coords + shift for shift in shifts])
    perPart = 1 if kind == POINT else 2
    count = np.arange(len(points) // perPart + 1, dtype=np.int64)
    parts = Parts(kind, points, count * perPart, count, np.zeros(len(count) - 1, np.int64))
    canvas = Canvas(width, height)
    plain = replace(drawing, angles=None, sizes=None, selectionColor=None)
    symbol.painter(parts, batch, plain).paint(canvas, 0, len(parts))
    return canvas.pixels


@dataclass(frozen=True)
class LinePattern:
    """
    Parallel lines.

    @ivar angle: degrees counter-clockwise from the x axis.
    @ivar offset: of the lines across their direction.
    """

    symbol: Symbol
    angle: float = 45.0
    distance: Length = Length(5.0)
    offset: Length = Length(0.0)
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the lines need."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        distance = self.distance.pixels(frame)
        if distance < 1 or not len(parts):
            return EmptyPainter()
        size, ends = _hatching(self.angle, distance, self.offset.pixels(frame))
        if max(size) > LARGEST_TILE:
            return EmptyPainter()
        tiles = _Tiles(
            lambda row: tileOf(self.symbol, LINE, ends, size, batch.slice(row, row + 1), drawing),
            isVaried=self.symbol.fields != frozenset(),
        )
        return TilePainter(parts, tiles, featureCorners(parts, batch, frame), drawing.selectionColor)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return 0.0


class _Tiles:
    """Tiles by row; one for all rows where nothing varies."""

    def __init__(self, draw: Callable[[int], np.ndarray], *, isVaried: bool):
        self._draw = draw
        self._isVaried = isVaried
        self._kept: tuple[int, Tile] | None = None

    def __call__(self, row: int) -> Tile:
        if self._kept is None or (self._isVaried and self._kept[0] != row):
            self._kept = (row, Tile(self._draw(row)))
        return self._kept[1]


def _hatching(angle: float, distance: float, offset: float) -> tuple[tuple[int, int], np.ndarray]:
    """
    A tile whose repetition makes parallel lines through its corner.

    Its sides are cut to whole pixels, as in QGIS, so that lines lie a little closer
    and steeper than they should.

    @return: ((width, height), ends of a line through the tile, (2, 2)).
    """
    a = angle % 180
    if a < 1e-6 or a > 180 - 1e-6:
        size = (max(round(distance), 16), int(distance))
        return size, np.array([(0.0, offset), (size[0], offset)])
    if abs(a - 90) < 1e-6:
        size = (int(distance), max(round(distance), 16))
        return size, np.array([(offset, size[1]), (offset, 0.0)])
    width = max(int(abs(distance / sin(radians(a))) + 1e-9), 1)
    height = max(int(abs(distance / cos(radians(a))) + 1e-9), 1)
    steepness = atan2(height, width)
    # QGIS moves lines that rise to the right one way, all others the other way.
    sign = 1 if 0 < angle % 360 < 90 else -1
    along = steepness if a < 90 else np.pi - steepness
    normal = np.array([-sin(along), -cos(along)]) * sign * offset
    direction = np.array([width, -height if tan(radians(a)) > 0 else height])
    return (width, height), np.array([normal - 2 * direction, normal + 2 * direction])


@dataclass(frozen=True)
class PointPattern:
    """
    A grid of markers.

    @ivar distances: between columns and between rows.
    @ivar displacements: by which every second row goes right, and every second column up.
    @ivar offset: of the whole grid.
    """

    symbol: Symbol
    distances: Shift = Shift(Length(15.0), Length(15.0))
    displacements: Shift = Shift()
    offset: Shift = Shift()
    angle: float = 0.0
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the markers need."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        dx, dy = self.distances.pixels(frame)
        if min(dx, dy) < 1 or max(dx, dy) * 2 > LARGEST_TILE or not len(parts):
            return EmptyPainter()
        size = (int(2 * dx), int(2 * dy))
        right, up = self.displacements.pixels(frame)
        points = np.array([(0, 0), (dx, -up), (right, -dy), (dx + right, -dy - up)])
        points = points + self.offset.pixels(frame)
        tiles = _Tiles(
            lambda row: tileOf(self.symbol, POINT, points, size, batch.slice(row, row + 1), drawing),
            isVaried=self.symbol.fields != frozenset(),
        )
        return TilePainter(parts, tiles, featureCorners(parts, batch, frame), drawing.selectionColor)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return 0.0


def readLinePattern(markup: LayerMarkup) -> LinePattern:
    """A LinePatternFill."""
    properties = markup.properties
    return LinePattern(
        markup.requiredSubSymbol(),
        angle=properties.number("angle", "lineangle", default=45.0),
        distance=Length.read(properties, "distance", 5.0),
        offset=Length.read(properties, "offset"),
        renderingPass=markup.renderingPass,
    )


def _pairOf(properties: Properties, name: str, default: float) -> Shift:
    x, y = (
        readUnit(properties, f"{name}_{axis}", properties.number(f"{name}_{axis}", default=default))
        for axis in "xy"
    )
    return Shift(x, y)


def readPointPattern(markup: LayerMarkup) -> PointPattern:
    """A PointPatternFill."""
    properties = markup.properties
    return PointPattern(
        markup.requiredSubSymbol(),
        distances=_pairOf(properties, "distance", 15.0),
        displacements=_pairOf(properties, "displacement", 0.0),
        offset=_pairOf(properties, "offset", 0.0),
        renderingPass=markup.renderingPass,
    )


LINE_PATTERN_VARIATIONS: dict[str, Variation] = {
    "lineAngle": field("angle", toNumber),
    "lineDistance": length("distance"),
}

POINT_PATTERN_VARIATIONS: dict[str, Variation] = {
    "distanceX": length("distances.x"),
    "distanceY": length("distances.y"),
    "displacementX": length("displacements.x"),
    "displacementY": length("displacements.y"),
    "offsetX": length("offset.x"),
    "offsetY": length("offset.y"),
}
