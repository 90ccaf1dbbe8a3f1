# -*- test-case-name: tests.symbology.test_markers -*-
"""Symbol layers that mark points: the simple marker, and what all markers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.coats import Coat, Stamps
from ogctwist.canvas.ink import BLACK, Color, Ink, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, color, field, length, shift
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.shapes import circleSegments, markerShape
from ogctwist.symbology.strokes import Stroke, outlineVariations, readOutline
from ogctwist.symbology.symbols import Drawing, LayerMarkup
from ogctwist.symbology.units import Length

#: Markers up to this size (pixels) are drawn once and stamped.
LARGEST_SPRITE = 200.0


@dataclass(frozen=True)
class Placement:
    """
    Where a marker stands to its point, and how large it is.

    @ivar angle: degrees clockwise.
    @ivar offset: from the point; turns with the angle.
    @ivar anchor: (horizontal, vertical): 0 left or top, 1 centre, 2 right or bottom
        of the marker is at the point.
    @ivar scalesArea: sizes from the data are areas: their square root counts.
    """

    size: Length = Length(2.0)
    angle: float = 0.0
    offset: Shift = Shift()
    anchor: tuple[int, int] = (1, 1)
    scalesArea: bool = False

    def sizes(self, values: np.ndarray, frame: Frame) -> np.ndarray:
        """Sizes from the data in pixels; NaN where the layer's own counts."""
        values = np.where(np.isnan(values), self.size.value, np.maximum(values, 0))
        if self.scalesArea:
            values = np.sqrt(values)
        if self.size.isBounded:
            return np.array([self.size.withValue(v).pixels(frame) for v in values.tolist()])
        return values * self.size.factor(frame)

    def shift(self, frame: Frame, width: np.ndarray | float, height: np.ndarray | float) -> np.ndarray:
        """From the point to the middle of markers of that size, before turning; pixels (2,) or (n, 2)."""
        horizontal, vertical = self.anchor
        x, y = self.offset.pixels(frame)
        right, down = (1 - horizontal) / 2 * np.asarray(width), (1 - vertical) / 2 * np.asarray(height)
        return np.stack([x + right, y + down], axis=-1)

    def centres(
        self, points: np.ndarray, drawing: Drawing, width: np.ndarray | float, height: np.ndarray | float
    ) -> tuple[np.ndarray, np.ndarray | float]:
        """
        @param points: (n, 2) pixels.
        @param width: of each marker, or of all; pixels (likewise C{height}).
        @return: (middles of the markers, (n, 2); angles in degrees clockwise, (n,) or one for all).
        """
        angles = self.angle if drawing.angles is None else self.angle + drawing.angles
        shift = self.shift(drawing.frame, width, height)
        if not shift.any():
            return points, angles
        a = np.radians(angles)
        cos, sin = np.cos(a), np.sin(a)
        x, y = shift[..., 0], shift[..., 1]
        return points + np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1), angles


def readPlacement(properties: Properties, size: float = 2.0) -> Placement:
    """What all markers have in common."""
    anchors = (properties.number(f"{d}_anchor_point", default=1) for d in ("horizontal", "vertical"))
    horizontal, vertical = (int(a) if a in (0, 1, 2) else 1 for a in anchors)
    return Placement(
        size=Length.read(properties, "size", size),
        angle=properties.number("angle"),
        offset=readShift(properties),
        anchor=(horizontal, vertical),
        scalesArea=properties.get("scale_method") == "area",
    )


@dataclass(frozen=True)
class SimpleMarker:
    """A geometric shape."""

    shape: str = "circle"
    color: Color = BLACK
    stroke: Stroke = Stroke()
    placement: Placement = Placement()
    renderingPass: int = 0

    #: Properties that may come as one number for each part.
    arrays: ClassVar[frozenset[str]] = frozenset(("size", "angle"))

    def withArrays(self, columns: Mapping[str, np.ndarray], drawing: Drawing) -> tuple[SimpleMarker, Drawing]:
        """Sizes and angles of each part, NaN where the layer's own counts, as part of the drawing."""
        placement = self.placement
        if "angle" in columns:
            angles = columns["angle"]
            angles = np.where(np.isnan(angles), placement.angle, angles)
            drawing = replace(drawing, angles=angles if drawing.angles is None else angles + drawing.angles)
            placement = replace(placement, angle=0.0)
        if "size" in columns:
            drawing = replace(drawing, sizes=placement.sizes(columns["size"], drawing.frame))
        return replace(self, placement=placement), drawing

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> SpritePainter | ShapePainter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        fill, pen = self.inks(drawing)
        size = max(self.placement.size.pixels(drawing.frame), 0.0)
        sizes = size if drawing.sizes is None else drawing.sizes
        points, angles = self.placement.centres(parts.firstPoints, drawing, sizes, sizes)
        varies = drawing.angles is not None or drawing.sizes is not None
        if varies or drawing.frame.isExact or size > LARGEST_SPRITE:
            return ShapePainter(self.paths(points, angles, sizes), fill, pen)
        return SpritePainter(self.sprite(size, float(angles), fill, pen), points)

    def inks(self, drawing: Drawing) -> tuple[Ink | None, Pen | None]:
        """What it is filled and stroked with."""
        color = drawing.color(self.color)
        isFilled = markerShape(self.shape).isFilled
        fill = color if isFilled and color.alpha > 0 else None
        return fill, self.stroke.pen(drawing, selectable=not isFilled)

    def sprite(self, size: float, angle: float, fill: Ink | None, pen: Pen | None) -> Sprite:
        """
        The marker as a picture, its middle in the middle.  Of an even size (cut to
        whole pixels) markers stand on the middle of a pixel, else on its corner, as in QGIS.
        """
        reach = size * 0.75 + (pen.thickness * 4 if pen else 0) + 2
        side = 2 * int(np.ceil(reach)) + (1 if int(size) % 2 == 0 else 0)
        canvas = Canvas(side, side)
        paths = self.paths(np.array([[side / 2, side / 2]]), angle, size)
        canvas.paintParts(paths, 0, 1, fill, pen)
        return Sprite(canvas.pixels, (side / 2, side / 2))

    def paths(self, points: np.ndarray, angles: np.ndarray | float, sizes: np.ndarray | float) -> Paths:
        """The shape at every point; angles and sizes for each, or one for all."""
        sizes = np.broadcast_to(np.asarray(sizes, float), len(points))
        largest = float(sizes.max()) if len(sizes) else 0.0
        shape = markerShape(self.shape, circleSegments(largest / 2))
        a = np.radians(np.broadcast_to(np.asarray(angles, float), len(points)))
        x, y = (axis * (sizes[:, None] / 2) for axis in shape.coords.T)
        cos, sin = np.cos(a)[:, None], np.sin(a)[:, None]
        coords = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1) + points[:, None, :]
        lines = len(shape.lines)
        count = len(shape.coords)
        ends = shape.offsets[1:][None, :] + np.arange(len(points))[:, None] * count
        coordsOf = np.concatenate([[0], ends.ravel()])
        return Paths(coords.reshape(-1, 2), coordsOf, np.arange(len(points) + 1) * lines, shape.isFilled)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = self.placement.size.pixels(frame)
        shift = float(np.abs(self.placement.shift(frame, size, size)).max())
        return float(size * 0.75 + shift + self.stroke.width.pixels(frame) + 1)


class SpritePainter:
    """Stamps one picture at every point."""

    def __init__(self, sprite: Sprite, points: np.ndarray):
        self.sprite = sprite
        self.points = points

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        canvas.stamp(self.sprite, self.points[start:stop])

    def coat(self) -> Stamps:
        """See L{ogctwist.symbology.symbols.CoatPainter}."""
        return Stamps(self.sprite, self.points)


class ShapePainter:
    """Fills and strokes a path at every point."""

    def __init__(self, paths: Paths, fill: Ink | None, pen: Pen | None):
        self._paths = paths
        self._fill = fill
        self._pen = pen

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        if self._fill is not None or self._pen is not None:
            canvas.paintParts(self._paths, start, stop, self._fill, self._pen)

    def coat(self) -> Coat:
        """See L{ogctwist.symbology.symbols.CoatPainter}."""
        return Coat(self._paths, self._fill, self._pen)


def readSimpleMarker(markup: LayerMarkup) -> SimpleMarker:
    """A SimpleMarker."""
    properties = markup.properties
    stroke = readOutline(properties)
    if "outline_width" not in properties:
        stroke = replace(stroke, width=replace(stroke.width, value=0.0))
    return SimpleMarker(
        shape=properties.get("name", "circle"),
        color=parseColor(properties.first("color"), Color(1, 0, 0)),
        stroke=stroke,
        placement=readPlacement(properties),
        renderingPass=markup.renderingPass,
    )


def _anchor(axis: int, names: Sequence[str]) -> Variation:
    """A variation of the anchor: a word; what is none of them is ignored."""

    def vary(layer, value):
        if value not in names:
            return layer
        anchor = list(layer.placement.anchor)
        anchor[axis] = names.index(value)
        return replace(layer, placement=replace(layer.placement, anchor=tuple(anchor)))

    return vary


#: Of all markers.
PLACEMENT_VARIATIONS = {
    "size": length("placement.size"),
    "angle": field("placement.angle", toNumber),
    "offset": shift("placement.offset"),
    "hAnchor": _anchor(0, ("left", "center", "right")),
    "vAnchor": _anchor(1, ("top", "center", "bottom")),
}

SIMPLE_MARKER_VARIATIONS = {
    **PLACEMENT_VARIATIONS,
    "name": field("shape", lambda value: value if isinstance(value, str) else None),
    "fillColor": color("color"),
    **outlineVariations("stroke"),
}
