# -*- test-case-name: tests.symbology.test_markers -*-
"""Symbol layers that mark points: the simple marker, and what all markers share."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import BLACK, Color, Ink, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.fills import Shift, readShift
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.shapes import circleSegments, markerShape
from ogctwist.symbology.strokes import Stroke, readOutline
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
    """

    size: Length = Length(2.0)
    angle: float = 0.0
    offset: Shift = Shift()
    anchor: tuple[int, int] = (1, 1)

    def shift(self, frame: Frame, width: float, height: float) -> np.ndarray:
        """From the point to the middle of a marker of that size, before turning; pixels (2,)."""
        horizontal, vertical = self.anchor
        anchored = np.array([(1 - horizontal) * width / 2, (1 - vertical) * height / 2])
        return self.offset.pixels(frame) + anchored

    def centres(
        self, points: np.ndarray, drawing: Drawing, width: float, height: float
    ) -> tuple[np.ndarray, np.ndarray | float]:
        """
        @param points: (n, 2) pixels.
        @return: (middles of the markers, (n, 2); angles in degrees clockwise, (n,) or one for all).
        """
        angles = self.angle if drawing.angles is None else self.angle + drawing.angles
        shift = self.shift(drawing.frame, width, height)
        if not shift.any():
            return points, angles
        a = np.radians(angles)
        cos, sin = np.cos(a), np.sin(a)
        moved = np.stack([shift[0] * cos - shift[1] * sin, shift[0] * sin + shift[1] * cos], axis=-1)
        return points + moved, angles


def readPlacement(properties: Properties, size: float = 2.0) -> Placement:
    """What all markers have in common."""
    anchors = (properties.number(f"{d}_anchor_point", default=1) for d in ("horizontal", "vertical"))
    horizontal, vertical = (int(a) if a in (0, 1, 2) else 1 for a in anchors)
    return Placement(
        size=Length.read(properties, "size", size),
        angle=properties.number("angle"),
        offset=readShift(properties),
        anchor=(horizontal, vertical),
    )


@dataclass(frozen=True)
class SimpleMarker:
    """
    A geometric shape.

    @ivar exact: never snap to pixels (as QGIS does when size or angle vary with the data).
    """

    shape: str = "circle"
    color: Color = BLACK
    stroke: Stroke = Stroke()
    placement: Placement = Placement()
    exact: bool = False
    renderingPass: int = 0

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> SpritePainter | ShapePainter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = max(self.placement.size.pixels(drawing.frame), 0.0)
        points, angles = self.placement.centres(parts.firstPoints, drawing, size, size)
        fill, pen = self.inks(drawing)
        if self.exact or drawing.angles is not None or size > LARGEST_SPRITE:
            return ShapePainter(self.paths(points, angles, size), fill, pen)
        return SpritePainter(self.sprite(size, float(angles), fill, pen), points)

    def inks(self, drawing: Drawing) -> tuple[Ink | None, Pen | None]:
        """What it is filled and stroked with."""
        color = drawing.color(self.color)
        filled = markerShape(self.shape).isFilled and color.alpha > 0
        return (color if filled else None), self.stroke.pen(drawing)

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

    def paths(self, points: np.ndarray, angles: np.ndarray | float, size: float) -> Paths:
        """The shape at every point."""
        shape = markerShape(self.shape, circleSegments(size / 2))
        a = np.radians(np.broadcast_to(np.asarray(angles, float), len(points)))
        x, y = shape.coords.T * (size / 2)
        cos, sin = np.cos(a)[:, None], np.sin(a)[:, None]
        coords = np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1) + points[:, None, :]
        lines = len(shape.lines)
        count = len(shape.coords)
        ends = shape.offsets[1:][None, :] + np.arange(len(points))[:, None] * count
        coordsOf = np.concatenate([[0], ends.ravel()])
        return Paths(
            coords.reshape(-1, 2), coordsOf, np.arange(len(points) + 1) * lines, shape.isFilled
        )

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        size = self.placement.size.pixels(frame)
        shift = np.abs(self.placement.shift(frame, size, size)).max()
        return float(size * 0.75 + shift + self.stroke.width.pixels(frame) + 1)


class SpritePainter:
    """Stamps one picture at every point."""

    def __init__(self, sprite: Sprite, points: np.ndarray):
        self.sprite = sprite
        self.points = points

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        canvas.stamp(self.sprite, self.points[start:stop])


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
