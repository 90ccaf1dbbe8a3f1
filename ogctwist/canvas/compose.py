# -*- test-case-name: tests.canvas.test_compose -*-
"""One picture over another, with an opacity and any of QGIS's blend modes."""

from __future__ import annotations

import numpy as np

from ogctwist.canvas.cairo import cairo

#: QGIS's numbers of blend modes (as written to style XML) -> cairo's operators.
#: 0 to 12 mix colours, 13 to 23 are the rules of Porter and Duff; QGIS's
#: "subtract" is what the standards call exclusion.
OPERATORS = {
    0: cairo.OPERATOR_OVER,
    1: cairo.OPERATOR_LIGHTEN,
    2: cairo.OPERATOR_SCREEN,
    3: cairo.OPERATOR_COLOR_DODGE,
    4: cairo.OPERATOR_ADD,
    5: cairo.OPERATOR_DARKEN,
    6: cairo.OPERATOR_MULTIPLY,
    7: cairo.OPERATOR_COLOR_BURN,
    8: cairo.OPERATOR_OVERLAY,
    9: cairo.OPERATOR_SOFT_LIGHT,
    10: cairo.OPERATOR_HARD_LIGHT,
    11: cairo.OPERATOR_DIFFERENCE,
    12: cairo.OPERATOR_EXCLUSION,
    13: cairo.OPERATOR_SOURCE,
    14: cairo.OPERATOR_DEST_OVER,
    15: cairo.OPERATOR_CLEAR,
    16: cairo.OPERATOR_DEST,
    17: cairo.OPERATOR_IN,
    18: cairo.OPERATOR_DEST_IN,
    19: cairo.OPERATOR_OUT,
    20: cairo.OPERATOR_DEST_OUT,
    21: cairo.OPERATOR_ATOP,
    22: cairo.OPERATOR_DEST_ATOP,
    23: cairo.OPERATOR_XOR,
}


def operatorOf(blendMode: int) -> int:
    """Cairo's operator for a blend mode of QGIS; an unknown number is normal mixing, as in QGIS."""
    return OPERATORS.get(blendMode, cairo.OPERATOR_OVER)


def surfaceOf(picture: np.ndarray):
    """A cairo surface that shares the memory of a picture (uint8, (h, w, 4), C-contiguous)."""
    height, width = picture.shape[:2]
    return cairo.ImageSurface.create_for_data(picture, cairo.FORMAT_ARGB32, width, height, width * 4)


def compose(below: np.ndarray, above: np.ndarray, opacity: float = 1.0, blendMode: int = 0) -> np.ndarray:
    """
    Put one picture over another of the same size, in place.

    @param below: uint8 (h, w, 4), premultiplied, cairo's byte order; changed.
    @param above: likewise; not changed.
    @param opacity: what the alpha of C{above} is multiplied with, 0 to 1.
    @param blendMode: QGIS's number.
    @return: C{below}.
    @raise ValueError: if the sizes differ.
    """
    if below.shape != above.shape:
        raise ValueError(f"pictures of {below.shape} and {above.shape}")
    if 0 in below.shape:
        return below
    target = surfaceOf(below)
    context = cairo.Context(target)
    context.set_operator(operatorOf(blendMode))
    context.set_source_surface(surfaceOf(np.ascontiguousarray(above)), 0, 0)
    context.get_source().set_filter(cairo.FILTER_NEAREST)
    if opacity >= 1:
        context.paint()
    else:
        context.paint_with_alpha(max(opacity, 0.0))
    target.flush()
    return below
