# -*- test-case-name: tests.canvas.test_canvas -*-
"""Layers of paint that lie over each other on every shape."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ogctwist.canvas.ink import Color, Ink, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.sprites import Sprite
from ogctwist.native.paint import PixelCoat, PixelPen, PixelStamp, premultiplied


class Coat(NamedTuple):
    """
    One layer of paint.

    @ivar fill: inside, by the even-odd rule; None for nothing.
    @ivar pen: along the outline; None for nothing.
    @ivar outlines: what is stroked, where that is not what is filled.
    @ivar starts: int64 offsets of items into the parts of C{paths}; None when item i is part i.
    """

    paths: Paths
    fill: Ink | None
    pen: Pen | None
    outlines: Paths | None = None
    starts: np.ndarray | None = None

    @property
    def isPlain(self) -> bool:
        """Whether the kernel can paint it: plain colours, no dashes."""
        pen = self.pen
        if self.outlines is not None or not (self.fill is None or isinstance(self.fill, Color)):
            return False
        return pen is None or (not pen.dash and isinstance(pen.ink, Color))

    def forPixels(self) -> PixelCoat:
        """As the kernel takes it."""
        fill, pen = self.fill, self.pen
        stroke = None
        if pen is not None:
            assert isinstance(pen.ink, Color)
            color = premultiplied(*pen.ink)
            stroke = PixelPen(color, pen.thickness, pen.cap, pen.join, pen.miterLimit)
        brush = premultiplied(*fill) if isinstance(fill, Color) else None
        return PixelCoat(self.paths.forPixels, brush, stroke, self.starts)


class Stamps(NamedTuple):
    """
    A sprite at every item.

    @ivar positions: float64 (n, 2): where the sprite's anchor goes; rounded to whole pixels.
    """

    sprite: Sprite
    positions: np.ndarray

    @property
    def isPlain(self) -> bool:
        """Always."""
        return True

    @property
    def corners(self) -> np.ndarray:
        """Of the top left pixels: float64 (n, 2), whole numbers within a million."""
        return np.clip(np.floor(self.positions - self.sprite.anchor + 0.5), -1_000_000, 1_000_000)

    def forPixels(self) -> PixelStamp:
        """As the kernel takes it."""
        return PixelStamp(self.sprite.picture, self.corners.astype(np.int32))
