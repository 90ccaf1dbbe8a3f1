# -*- test-case-name: tests.native.test_image -*-
"""
Pictures to the rows of image files, by the kernel; the twins are in
L{ogctwist.encoders.png}.
"""

from __future__ import annotations

import numpy as np

from ogctwist.native import kernel


def palette(argb: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """
    The colours of a picture, if there are at most 256.

    @param argb: uint32, any shape, C-contiguous.
    @return: (colours sorted uint32, index uint8 of the same shape), or None.
    """
    colours, index = np.empty(256, np.uint32), np.empty(argb.shape, np.uint8)
    ffi = kernel.ffi
    found = kernel.lib.ogt_image_palette(
        ffi.cast("uint32_t *", argb.ctypes.data),
        argb.size,
        ffi.cast("uint32_t *", colours.ctypes.data),
        ffi.cast("uint8_t *", index.ctypes.data),
    )
    if found < 0:
        return None
    order = np.argsort(colours[:found])
    place = np.empty(256, np.uint8)
    place[order] = np.arange(found, dtype=np.uint8)
    return colours[:found][order], place[index]


def rows(argb: np.ndarray, size: int, up: bool) -> np.ndarray:
    """
    The rows of a PNG, each with its filter byte.

    @param argb: premultiplied uint32 (h, w), C-contiguous.
    @param size: 3 for red, green and blue, 4 with alpha.
    @param up: subtract the row above.
    @return: uint8 (h, w * size + 1).
    """
    height, width = argb.shape
    out = np.empty((height, width * size + 1), np.uint8)
    ffi = kernel.ffi
    kernel.lib.ogt_image_rows(
        ffi.cast("uint32_t *", argb.ctypes.data),
        width,
        height,
        size,
        int(up),
        ffi.cast("uint8_t *", out.ctypes.data),
    )
    return out
