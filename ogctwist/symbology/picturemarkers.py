# -*- test-case-name: tests.symbology.test_picturemarkers -*-
"""Markers that are pictures: SVG and raster files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import BLACK, Color
from ogctwist.canvas.sprites import Sprite
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.coloreffect import ColorEffect
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import color, field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markers import PLACEMENT_VARIATIONS, Placement, readPlacement
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.pictures import decodedPicture
from ogctwist.symbology.svg import SvgError, SvgStyle, svgPicture, svgSize
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter
from ogctwist.symbology.units import Length

#: What stands where a file is missing: a question mark in the outline's colour.
UNKNOWN = b"""<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20">
<path d="M7 7.5 Q7 4 10.2 4 Q13.2 4 13.2 7 Q13.2 8.6 11.4 10.2 Q10.1 11.3 10.1 13"
 fill="none" stroke="#000" stroke-width="1.6"/><circle cx="10.1" cy="15.6" r="1.1"/></svg>"""


class PicturePainter:
    """
    One picture at every point, each turned by its own angle.

    @param sprite: with its middle as anchor.
    @param angles: degrees clockwise, one for each point or one for all.
    """

    def __init__(self, sprite: Sprite, points: np.ndarray, angles: np.ndarray | float, opacity: float = 1.0):
        self._sprite = sprite
        self._points = points
        self._angles = np.broadcast_to(np.asarray(angles, float), len(points))
        self._opacity = opacity

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        points, angles = self._points[start:stop], self._angles[start:stop]
        if self._opacity >= 1 and not angles.any():
            canvas.stamp(self._sprite, points)
        else:
            canvas.stampTurned(self._sprite, points, angles, self._opacity)


class EmptyPainter:
    """Draws nothing."""

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""


@dataclass(frozen=True)
class SvgMarker:
    """
    An SVG picture.

    @ivar aspect: height over width; 0 for that of the picture.
    @ivar parameters: values of further parameters.
    """

    name: str
    color: Color = BLACK
    strokeColor: Color = BLACK
    strokeWidth: Length = Length(0.2)
    placement: Placement = Placement(Length(4.0))
    aspect: float = 0.0
    parameters: tuple[tuple[str, str], ...] = ()
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        data = drawing.frame.pictures.read(self.name) or UNKNOWN
        width = max(self.placement.size.pixels(drawing.frame), 0.0)
        try:
            own = svgSize(data)
        except SvgError:
            data, own = UNKNOWN, svgSize(UNKNOWN)
        height = width * (self.aspect if self.aspect > 0 else own[1] / own[0])
        points, angles = self.placement.centres(parts.firstPoints, drawing, width, height)
        style = SvgStyle(
            fill=drawing.color(self.color),
            stroke=self.strokeColor.faded(drawing.opacity),
            strokeWidth=self.strokeWidth.pixels(drawing.frame) * own[0] / width if width else 0.0,
            others=self.parameters,
        )
        try:
            sprite = _sprite(width, height, lambda w, h: _tinted(svgPicture(data, w, h, style), drawing))
        except SvgError:
            return EmptyPainter()
        # What has no parameters is faded with the symbol all the same.
        opacity = 1.0 if b"param(" in data else drawing.opacity
        return PicturePainter(sprite, points, angles, opacity)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = self.placement.size.pixels(frame) * max(1.0, self.aspect)
        return _reach(self.placement, frame, size)


@dataclass(frozen=True)
class RasterMarker:
    """
    A picture file.

    @ivar opacity: 0 to 1.
    @ivar aspect: height over width; 0 for that of the picture.
    """

    name: str
    opacity: float = 1.0
    placement: Placement = Placement(Length(4.0))
    aspect: float = 0.0
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        data = drawing.frame.pictures.read(self.name)
        picture = None if data is None else decodedPicture(data)
        width = max(self.placement.size.pixels(drawing.frame), 0.0)
        if picture is None or not width:
            return EmptyPainter()
        height = width * (self.aspect if self.aspect > 0 else picture.shape[0] / picture.shape[1])
        points, angles = self.placement.centres(parts.firstPoints, drawing, width, height)
        sprite = _sprite(width, height, lambda w, h: _tinted(scaledPicture(picture, w, h), drawing))
        return PicturePainter(sprite, points, angles, self.opacity * drawing.opacity)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return _reach(self.placement, frame, self.placement.size.pixels(frame) * max(1.0, self.aspect))


def _tinted(picture: np.ndarray, drawing: Drawing) -> np.ndarray:
    """The picture, in the hue of the selection if it is of something selected."""
    if drawing.selectionColor is None:
        return picture
    return ColorEffect(tint=drawing.selectionColor).apply(picture, drawing.frame)


def _reach(placement: Placement, frame: Frame, size: float) -> float:
    return size + float(np.abs(placement.shift(frame, size, size)).max())


def _sprite(width: float, height: float, picture: Callable[[int, int], np.ndarray]) -> Sprite:
    """A picture of about that size, in whole pixels."""
    w, h = max(round(width), 1), max(round(height), 1)
    return Sprite(picture(w, h), (w / 2, h / 2))


def scaledPicture(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """
    A picture in another size, smoothly.

    @param picture: uint8 (h, w, 4), premultiplied.
    """
    canvas = Canvas(width, height)
    context = canvas.context
    context.scale(width / picture.shape[1], height / picture.shape[0])
    context.set_source_surface(Sprite(picture, (0, 0)).surface, 0, 0)
    context.get_source().set_extend(canvas.PAD)
    context.paint()
    return canvas.pixels


def readSvgMarker(markup: LayerMarkup) -> SvgMarker:
    """An SvgMarker."""
    properties = markup.properties
    parameters = properties.structure("parameters")
    others = {k: str(v) for k, v in parameters.items()} if isinstance(parameters, dict) else {}
    return SvgMarker(
        name=properties.get("name", ""),
        color=parseColor(properties.first("color", "fill"), Color(35 / 255, 35 / 255, 35 / 255)),
        strokeColor=parseColor(properties.first("outline_color", "outline"), BLACK),
        strokeWidth=Length.read(properties, "outline_width", properties.number("outline-width", default=0.2)),
        placement=readPlacement(properties, 4.0),
        aspect=properties.number("fixedAspectRatio"),
        parameters=tuple(sorted(others.items())),
        renderingPass=markup.renderingPass,
    )


def readRasterMarker(markup: LayerMarkup) -> RasterMarker:
    """A RasterMarker."""
    properties = markup.properties
    return RasterMarker(
        name=properties.get("imageFile", ""),
        opacity=properties.number("alpha", default=1.0),
        placement=readPlacement(properties, 4.0),
        aspect=properties.number("fixedAspectRatio"),
        renderingPass=markup.renderingPass,
    )


def _share(value: object) -> float | None:
    """A percentage as a share."""
    percent = toNumber(value)
    return None if percent is None else min(max(percent / 100, 0.0), 1.0)


def _name(value: object) -> str | None:
    return value if isinstance(value, str) else None


SVG_MARKER_VARIATIONS = {
    **PLACEMENT_VARIATIONS,
    "name": field("name", _name),
    "fillColor": color("color"),
    "outlineColor": color("strokeColor"),
    "outlineWidth": length("strokeWidth"),
    "width": length("placement.size"),
}

RASTER_MARKER_VARIATIONS = {
    **PLACEMENT_VARIATIONS,
    "name": field("name", _name),
    "file": field("name", _name),
    "alpha": field("opacity", _share),
    "width": length("placement.size"),
}
