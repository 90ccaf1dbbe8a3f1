# -*- test-case-name: tests.canvas.test_canvas -*-
"""What shapes are filled and lines are drawn with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ogctwist.canvas.cairo import cairo


class Color(NamedTuple):
    """Red, green, blue and alpha, 0 to 1, not premultiplied."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def faded(self, opacity: float) -> Color:
        """The colour with its alpha multiplied."""
        return self if opacity == 1 else self._replace(alpha=self.alpha * opacity)

    @property
    def isOpaque(self) -> bool:
        """Whether nothing below shows through."""
        return self.alpha >= 1


BLACK = Color(0.0, 0.0, 0.0)
CLEAR = Color(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Tile:
    """
    A picture repeated over the plane.

    @ivar picture: uint8 (h, w, 4), premultiplied, in cairo's byte order.
    @ivar origin: (x, y) in pixels of the top left corner of one of the tiles.
    @ivar angle: degrees clockwise about the origin.
    @ivar scale: pixels of the canvas for a pixel of the picture.
    @ivar opacity: what its alpha is multiplied with.
    @ivar smooth: interpolate between pixels.
    """

    picture: np.ndarray
    origin: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0
    scale: float = 1.0
    opacity: float = 1.0
    smooth: bool = False

    def pattern(self) -> Any:
        """A repeating cairo pattern."""
        picture = np.ascontiguousarray(self.picture)
        if self.opacity < 1:
            picture = (picture * self.opacity + 0.5).astype(np.uint8)
        height, width = picture.shape[:2]
        surface = cairo.ImageSurface.create_for_data(picture, cairo.FORMAT_ARGB32, width, height, width * 4)
        pattern = cairo.SurfacePattern(surface)
        pattern.set_extend(cairo.EXTEND_REPEAT)
        pattern.set_filter(cairo.FILTER_GOOD if self.smooth else cairo.FILTER_NEAREST)
        matrix = cairo.Matrix()
        matrix.scale(1 / self.scale, 1 / self.scale)
        matrix.rotate(-np.radians(self.angle))
        matrix.translate(-self.origin[0], -self.origin[1])
        pattern.set_matrix(matrix)
        return pattern


@dataclass(frozen=True, eq=False)
class Gradient:
    """
    Colours along a line or around a point.

    @ivar stops: (offset 0 to 1, colour), ascending.
    @ivar spread: 'pad', 'repeat' or 'reflect'.
    @ivar radius: of a radial gradient about C{start}; None for a linear one from C{start} to C{end}.
    @ivar box: (x, y, width, height) of the rectangle whose corners are (0, 0) and (1, 1) for the
        points and the radius above; None when they are in pixels.
    """

    stops: tuple[tuple[float, Color], ...]
    start: tuple[float, float]
    end: tuple[float, float] = (0.0, 0.0)
    radius: float | None = None
    spread: str = "pad"
    box: tuple[float, float, float, float] | None = None

    def pattern(self) -> Any:
        """The cairo pattern."""
        if self.radius is None:
            pattern = cairo.LinearGradient(*self.start, *self.end)
        else:
            pattern = cairo.RadialGradient(*self.start, 0, *self.start, self.radius)
        for offset, color in self.stops:
            pattern.add_color_stop_rgba(offset, *color)
        extend = {"repeat": cairo.EXTEND_REPEAT, "reflect": cairo.EXTEND_REFLECT}
        pattern.set_extend(extend.get(self.spread, cairo.EXTEND_PAD))
        if self.box is not None:
            x, y, width, height = self.box
            matrix = cairo.Matrix()
            matrix.scale(1 / max(width, 1e-6), 1 / max(height, 1e-6))
            matrix.translate(-x, -y)
            pattern.set_matrix(matrix)
        return pattern


Ink = Color | Tile | Gradient


def inkPattern(ink: Ink) -> Any:
    """The cairo pattern of an ink."""
    if isinstance(ink, Color):
        return cairo.SolidPattern(*ink)
    return ink.pattern()


_CAPS = {"flat": cairo.LINE_CAP_BUTT, "square": cairo.LINE_CAP_SQUARE, "round": cairo.LINE_CAP_ROUND}
_JOINS = {"bevel": cairo.LINE_JOIN_BEVEL, "miter": cairo.LINE_JOIN_MITER, "round": cairo.LINE_JOIN_ROUND}


@dataclass(frozen=True)
class Pen:
    """
    How a line is drawn.

    @ivar width: pixels; 0 is a hairline of one pixel.
    @ivar cap: 'flat', 'square' or 'round'.
    @ivar join: 'bevel', 'miter' or 'round'.
    @ivar dash: lengths of dashes and gaps in pixels; empty for a solid line.
    @ivar miterLimit: as cairo counts it: length of the miter over the width.
    """

    ink: Ink
    width: float = 1.0
    cap: str = "square"
    join: str = "bevel"
    dash: tuple[float, ...] = ()
    dashOffset: float = 0.0
    miterLimit: float = 4.123

    @property
    def thickness(self) -> float:
        """The width that is drawn."""
        return self.width if self.width > 0 else 1.0

    @property
    def isOpaque(self) -> bool:
        """Whether what it crosses does not show through."""
        return isinstance(self.ink, Color) and self.ink.isOpaque

    def apply(self, context) -> None:
        """Set up a cairo context for this pen, all but its ink."""
        context.set_line_width(self.thickness)
        context.set_line_cap(_CAPS[self.cap])
        context.set_line_join(_JOINS[self.join])
        context.set_miter_limit(self.miterLimit)
        context.set_dash(self.dash, self.dashOffset)
