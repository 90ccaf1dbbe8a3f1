# -*- test-case-name: tests.symbology.test_patterns -*-
"""
Fills with a repeated picture: lines, points, SVG and raster files.

The pattern of a feature begins at the lower left corner of its bounding box,
so it does not depend on where the map is cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import atan2, cos, hypot, radians, sin, tan

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import BLACK, Color, Tile
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, color, field, length
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import LINE, POINT, Parts
from ogctwist.symbology.picturemarkers import EmptyPainter, scaledPicture
from ogctwist.symbology.pictures import decodedPicture
from ogctwist.symbology.svg import SvgError, SvgStyle, svgPicture, svgSize
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length, readUnit

#: Pixels of a side beyond which a pattern is not drawn.
LARGEST_TILE = 4096


class TilePainter:
    """
    Fills polygons with a picture that begins at a place of their own.

    @param pictureOf: the picture for a row of the batch; None for none.
    @param origins: float64 (p, 2), pixels.
    """

    def __init__(
        self, parts: Parts, paths: Paths, pictureOf: Callable[[int], Tile | None], origins: np.ndarray
    ):
        self._parts = parts
        self._paths = paths
        self._pictureOf = pictureOf
        self._origins = np.floor(origins + 0.5)

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        for index in range(start, stop):
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

    @param coords: (k, 2): points, or pairs of points that are lines, in the tile's pixels.
    @param batch: one feature, for what of the symbol is data-defined.
    """
    width, height = size
    reach = symbol.extent(drawing.frame)
    across, down = (min(int(np.ceil(reach / side)) + 1, 8) for side in size)
    shifts = [(x * width, y * height) for y in range(-down, down + 1) for x in range(-across, across + 1)]
    points = np.concatenate([coords + shift for shift in shifts])
    perPart = 1 if kind == POINT else 2
    count = np.arange(len(points) // perPart + 1, dtype=np.int64)
    parts = Parts(kind, points, count * perPart, count, np.zeros(len(count) - 1, np.int64))
    canvas = Canvas(width, height)
    symbol.painter(parts, batch, replace(drawing, angles=None, sizes=None)).paint(canvas, 0, len(parts))
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
        return TilePainter(parts, parts.polygonPaths, tiles, featureCorners(parts, batch, frame))

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
    return (width, height), np.array([normal - direction, normal + direction])


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
        return TilePainter(parts, parts.polygonPaths, tiles, featureCorners(parts, batch, frame))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return 0.0


@dataclass(frozen=True)
class SvgFill:
    """An SVG picture, repeated."""

    name: str
    color: Color = BLACK
    strokeColor: Color = BLACK
    strokeWidth: Length = Length(0.2)
    width: Length = Length(20.0)
    angle: float = 0.0
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        data = frame.pictures.read(self.name)
        side = int(self.width.pixels(frame))
        if data is None or side < 1:
            return EmptyPainter()
        try:
            own = svgSize(data)
            height = max(round(side * own[1] / own[0]), 1)
            scale = own[0] / side
            strokeWidth = self.strokeWidth.pixels(frame) * scale
            style = SvgStyle(drawing.color(self.color), drawing.color(self.strokeColor), strokeWidth)
            picture = svgPicture(data, side, height, style)
        except SvgError:
            return EmptyPainter()
        tile = Tile(picture, angle=self.angle, smooth=bool(self.angle))
        return TilePainter(parts, parts.polygonPaths, lambda row: tile, featureCorners(parts, batch, frame))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return 0.0


@dataclass(frozen=True)
class RasterFill:
    """
    A picture file, repeated.

    @ivar width: of a repetition; 0 for the size of the picture.
    @ivar fromMap: begin at the picture's corner instead of that of each polygon.
    """

    name: str
    opacity: float = 1.0
    width: Length = Length(0.0, "Pixel")
    angle: float = 0.0
    offset: Shift = Shift()
    fromMap: bool = False
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        frame = drawing.frame
        data = frame.pictures.read(self.name)
        picture = None if data is None else decodedPicture(data)
        if picture is None or not len(parts):
            return EmptyPainter()
        width = self.width.pixels(frame)
        if 1 <= width <= LARGEST_TILE:
            height = max(round(picture.shape[0] * width / picture.shape[1]), 1)
            picture = scaledPicture(picture, max(round(width), 1), height)
        tile = Tile(
            picture, angle=self.angle, opacity=self.opacity * drawing.opacity, smooth=bool(self.angle)
        )
        shift = self.offset.pixels(frame)
        moved = replace(parts, coords=parts.coords + shift) if shift.any() else parts
        origins = np.zeros((len(parts), 2)) if self.fromMap else moved.bounds[:, :2]
        return TilePainter(moved, moved.polygonPaths, lambda row: tile, origins)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return float(hypot(*self.offset.pixels(frame)))


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


def readSvgFill(markup: LayerMarkup) -> SvgFill:
    """An SVGFill."""
    properties = markup.properties
    data = properties.get("data", "")
    return SvgFill(
        name=properties.get("svgFile", "") or (f"base64:{_base64OfHex(data)}" if data else ""),
        color=parseColor(properties.first("color", "svgFillColor"), BLACK),
        strokeColor=parseColor(properties.first("outline_color", "svgOutlineColor"), BLACK),
        strokeWidth=readUnit(
            properties,
            "svg_outline_width",
            properties.number("outline_width", "svgOutlineWidth", default=0.2),
        ),
        width=Length.read(properties, "width", 20.0, prefix="pattern_width"),
        angle=properties.number("angle"),
        renderingPass=markup.renderingPass,
    )


def _base64OfHex(text: str) -> str:
    import base64

    try:
        return base64.b64encode(bytes.fromhex(text)).decode()
    except ValueError:
        return ""


def readRasterFill(markup: LayerMarkup) -> RasterFill:
    """A RasterFill."""
    properties = markup.properties
    return RasterFill(
        name=properties.get("imageFile", ""),
        opacity=properties.number("alpha", default=1.0),
        width=replace(
            Length.read(properties, "width", 0.0),
            unit=Length.read(properties, "width").unit if "width_unit" in properties else "Pixel",
        ),
        angle=properties.number("angle"),
        offset=readShift(properties),
        fromMap=int(properties.number("coordinate_mode")) == 1,
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

SVG_FILL_VARIATIONS: dict[str, Variation] = {
    "width": length("width"),
    "angle": field("angle", toNumber),
    "fillColor": color("color"),
    "outlineColor": color("strokeColor"),
    "outlineWidth": length("strokeWidth"),
    "file": field("name", lambda value: value if isinstance(value, str) else None),
}

RASTER_FILL_VARIATIONS: dict[str, Variation] = {
    "file": field("name", lambda value: value if isinstance(value, str) else None),
    "alpha": field("opacity", toNumber),
    "angle": field("angle", toNumber),
    "width": length("width"),
}
