# -*- test-case-name: tests.symbology.test_patterns -*-
"""Fills with a repeated picture: SVG and raster files."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from ogctwist.canvas.ink import BLACK, Color, Tile
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, color, field, length
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.patterns import LARGEST_TILE, TilePainter, featureCorners
from ogctwist.symbology.picturemarkers import EmptyPainter, scaledPicture
from ogctwist.symbology.pictures import decodedPicture
from ogctwist.symbology.svg import SvgError, SvgStyle, svgPicture, svgSize
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter
from ogctwist.symbology.units import Length, readUnit


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
            fill, stroke = (c.faded(drawing.opacity) for c in (self.color, self.strokeColor))
            style = SvgStyle(fill, stroke, strokeWidth)
            picture = svgPicture(data, side, height, style)
        except SvgError:
            return EmptyPainter()
        tile = Tile(picture, angle=self.angle, smooth=bool(self.angle))
        corners = featureCorners(parts, batch, frame)
        return TilePainter(parts, lambda row: tile, corners, drawing.selectionColor)

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
        return TilePainter(moved, lambda row: tile, origins, drawing.selectionColor)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return float(hypot(*self.offset.pixels(frame)))


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
