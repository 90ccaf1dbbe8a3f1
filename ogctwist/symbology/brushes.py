# -*- test-case-name: tests.symbology.test_fills -*-
"""The hatched and dotted brushes of Qt: patterns of 8 by 8 pixels that begin at the picture's corner."""

from __future__ import annotations

import sys
from functools import lru_cache

import numpy as np

from ogctwist.canvas.ink import Color, Ink, Tile

#: A row of bits for each line of the pattern, leftmost pixel first.
PATTERNS = {
    "dense1": (255, 221, 255, 255, 255, 221, 255, 255),
    "dense2": (238, 255, 187, 255, 238, 255, 187, 255),
    "dense3": (170, 221, 170, 119, 170, 221, 170, 119),
    "dense4": (85, 170, 85, 170, 85, 170, 85, 170),
    "dense5": (85, 34, 85, 136, 85, 34, 85, 136),
    "dense6": (17, 0, 68, 0, 17, 0, 68, 0),
    "dense7": (0, 34, 0, 0, 0, 34, 0, 0),
    "horizontal": (0, 0, 0, 255, 0, 0, 0, 0),
    "vertical": (8, 8, 8, 8, 8, 8, 8, 8),
    "cross": (8, 8, 8, 255, 8, 8, 8, 8),
    "b_diagonal": (1, 2, 4, 8, 16, 32, 64, 128),
    "f_diagonal": (128, 64, 32, 16, 8, 4, 2, 1),
    "diagonal_x": (129, 66, 36, 24, 24, 36, 66, 129),
}


def brushInk(style: str, color: Color) -> Ink | None:
    """The ink of a brush; None for no fill.  An unknown style is solid, as in QGIS."""
    if style == "no" or color.alpha <= 0:
        return None
    if style in PATTERNS:
        return _tile(style, color)
    return color


@lru_cache(maxsize=256)
def _tile(style: str, color: Color) -> Tile:
    bits = np.unpackbits(np.array(PATTERNS[style], np.uint8)[:, None], axis=1).astype(bool)
    red, green, blue, alpha = color
    argb = np.array([blue * alpha, green * alpha, red * alpha, alpha]) * 255
    if sys.byteorder == "big":  # cairo's pixels are native 32-bit words
        argb = argb[::-1]
    picture = np.zeros((8, 8, 4), np.uint8)
    picture[bits] = np.round(argb)
    return Tile(picture)
