# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""
Colours of pixels while they are worked on: planes of straight red, green, blue
and alpha, of a whole picture or of a table of values.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace

import numpy as np

#: Places of blue, green, red and alpha in a pixel of a picture.
BLUE, GREEN, RED, ALPHA = (0, 1, 2, 3) if sys.byteorder == "little" else (3, 2, 1, 0)


@dataclass(frozen=True, eq=False)
class Shades:
    """
    Colours that are not premultiplied.

    @ivar red: uint8 of any shape; likewise C{green} and C{blue}, which may be the same array.
    @ivar alpha: uint8 of that shape, or None where all is opaque.
    """

    red: np.ndarray
    green: np.ndarray
    blue: np.ndarray
    alpha: np.ndarray | None = None

    @classmethod
    def grey(cls, values: np.ndarray) -> Shades:
        """Equal red, green and blue."""
        return cls(values, values, values)

    @classmethod
    def fromTable(cls, table: np.ndarray, places: np.ndarray) -> Shades:
        """
        @param table: uint8 (n, 4), RGBA.
        @param places: integers of any shape, indices into the table.
        """
        alpha = None if (table[:, 3] == 255).all() else table[places, 3]
        return cls(table[places, 0], table[places, 1], table[places, 2], alpha)

    def withOpacity(self, opacity: np.ndarray | float) -> Shades:
        """The alpha multiplied by 0 to 1: a number, or one for each pixel."""
        if np.ndim(opacity) == 0 and opacity >= 1:
            return self
        alpha = 255.0 if self.alpha is None else self.alpha
        faded = np.broadcast_to(np.rint(alpha * opacity), self.red.shape)
        return replace(self, alpha=np.clip(faded, 0, 255).astype(np.uint8))

    def shownWhere(self, shown: np.ndarray | None) -> Shades:
        """Transparent where C{shown} is False; None: shown everywhere."""
        if shown is None:
            return self
        alpha = np.where(shown, np.uint8(255) if self.alpha is None else self.alpha, np.uint8(0))
        return replace(self, alpha=alpha)

    def mapped(self, table: np.ndarray) -> Shades:
        """Red, green and blue through a table: uint8 (256,)."""
        if self.green is self.red and self.blue is self.red:
            return replace(self, **dict.fromkeys(("red", "green", "blue"), table[self.red]))
        return replace(self, red=table[self.red], green=table[self.green], blue=table[self.blue])

    def pixels(self) -> np.ndarray:
        """Premultiplied pixels: uint8, the shape of the planes and then 4, in cairo's byte order."""
        result = np.empty((*self.red.shape, 4), np.uint8)
        for place, plane in ((RED, self.red), (GREEN, self.green), (BLUE, self.blue)):
            result[..., place] = plane if self.alpha is None else multiplied(plane, self.alpha)
        result[..., ALPHA] = 255 if self.alpha is None else self.alpha
        return result


def multiplied(values: np.ndarray, alpha: np.ndarray | np.uint8) -> np.ndarray:
    """uint8 values times alpha / 255, rounded."""
    product = values.astype(np.uint16)
    product *= alpha
    product += np.uint16(128)
    product += product >> np.uint16(8)
    return (product >> np.uint16(8)).astype(np.uint8)
