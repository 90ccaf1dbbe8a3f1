# -*- test-case-name: tests.native.test_paint -*-
"""
Polygons, lines and sprites to pixels, by the kernel.

Without it the canvas draws the same picture with cairo: L{ogctwist.canvas.canvas} chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ogctwist.native import kernel

CAPS = {"flat": 0, "square": 1, "round": 2}
JOINS = {"bevel": 0, "miter": 1, "round": 2}


class PixelPen(NamedTuple):
    """
    A solid pen.

    @ivar color: premultiplied ARGB32.
    @ivar width: pixels.
    @ivar miterLimit: length of the miter over the width.
    """

    color: int
    width: float
    cap: str
    join: str
    miterLimit: float


def premultiplied(red: float, green: float, blue: float, alpha: float) -> int:
    """A colour, channels from 0 to 1, as premultiplied ARGB32."""
    a = min(max(alpha, 0.0), 1.0)
    channels = (round(min(max(c, 0.0), 1.0) * a * 255) for c in (red, green, blue))
    value = round(a * 255)
    for channel in channels:
        value = value << 8 | channel
    return value


class PixelPaths:
    """
    Parts of rings as the kernel reads them; keeps the arrays alive.

    @ivar count: of parts.
    """

    def __init__(self, coords: np.ndarray, coordsOf: np.ndarray, ringsOf: np.ndarray, closed: np.ndarray):
        """
        @param coords: float64 (v, 2 or more), pixels, finite.
        @param coordsOf: int64 offsets of rings into C{coords}.
        @param ringsOf: int64 offsets of parts into rings.
        @param closed: bool, one a ring: whether a stroke joins its end to its start.
        """
        self._arrays: tuple[np.ndarray, ...] = (
            np.ascontiguousarray(coords[:, :2], np.float64),
            np.ascontiguousarray(coordsOf, np.int64),
            np.ascontiguousarray(ringsOf, np.int64),
            np.ascontiguousarray(closed, np.uint8),
        )
        self.count = len(ringsOf) - 1

    def writeTo(self, paths: Any) -> None:
        """Fill in the kernel's structure; it is valid as long as this object."""
        for name, kind, array in zip(
            ("coords", "coords_of", "rings_of", "closed"),
            ("double *", "int64_t *", "int64_t *", "uint8_t *"),
            self._arrays,
            strict=True,
        ):
            setattr(paths, name, kernel.ffi.cast(kind, array.ctypes.data))


class PixelCoat(NamedTuple):
    """
    One coat of paint.

    @ivar fill: premultiplied ARGB32, None for none.
    @ivar starts: int64 offsets of items into the parts of C{paths}; None when item i is part i.
    """

    paths: PixelPaths
    fill: int | None
    pen: PixelPen | None
    starts: np.ndarray | None = None


class PixelStamp(NamedTuple):
    """
    A small picture put at every item.

    @ivar sprite: uint8 (h, w, 4), as the picture that is painted.
    @ivar corners: int32 (n, 2): where its top left pixel goes.
    """

    sprite: np.ndarray
    corners: np.ndarray


def _surface(picture: np.ndarray) -> Any:
    height, width = picture.shape[:2]
    surface = kernel.ffi.new("ogt_surface *")
    surface.pixels = kernel.ffi.cast("uint32_t *", picture.ctypes.data)
    surface.width, surface.height = width, height
    surface.stride = picture.strides[0] // 4
    return surface


def paint(
    picture: np.ndarray,
    looks: Sequence[Sequence[PixelCoat | PixelStamp]],
    which: np.ndarray,
    items: np.ndarray,
) -> None:
    """
    Item after item, each with all coats of its look in order: filled by the
    even-odd rule, then stroked, or stamped; over what is there.

    @param picture: uint8 (h, w, 4), premultiplied ARGB32 in native byte order; changed.
    @param which: int (n,): the look of each step.
    @param items: int (n,): what each step draws: an item of the coats of its look.
    @raise MemoryError: there is none for the mask of a part.
    """
    ffi = kernel.ffi
    coats = [coat for look in looks for coat in look]
    offsets = np.cumsum([0, *(len(look) for look in looks)], dtype=np.int64)
    which, items = np.ascontiguousarray(which, np.int32), np.ascontiguousarray(items, np.int64)
    kept: list[Any] = []  # what the structures point to: cffi frees what nobody holds
    array = ffi.new("ogt_coat[]", len(coats))
    for entry, coat in zip(array, coats, strict=True):
        if isinstance(coat, PixelStamp):
            _writeStamp(entry, coat, kept)
        else:
            _writeCoat(entry, coat, kept)
    answer = kernel.lib.ogt_paint(
        _surface(picture),
        array,
        ffi.cast("int64_t *", offsets.ctypes.data),
        ffi.cast("int32_t *", which.ctypes.data),
        ffi.cast("int64_t *", items.ctypes.data),
        len(items),
    )
    if answer < 0:
        raise MemoryError("no memory for the mask of a shape")


def _writeCoat(entry: Any, coat: PixelCoat, kept: list[Any]) -> None:
    ffi = kernel.ffi
    coat.paths.writeTo(entry.paths)
    if coat.fill is not None:
        kept.append(ffi.new("uint32_t *", coat.fill))
        entry.fill = kept[-1]
    if coat.pen is not None:
        kept.append(_pen(coat.pen))
        entry.pen = kept[-1]
    if coat.starts is not None:
        kept.append(np.ascontiguousarray(coat.starts, np.int64))
        entry.starts = ffi.cast("int64_t *", kept[-1].ctypes.data)


def _writeStamp(entry: Any, coat: PixelStamp, kept: list[Any]) -> None:
    kept.append(_surface(coat.sprite))
    entry.sprite = kept[-1]
    kept.append(np.ascontiguousarray(coat.corners, np.int32))
    entry.places = kernel.ffi.cast("int32_t *", kept[-1].ctypes.data)


def _pen(pen: PixelPen) -> Any:
    stroke = kernel.ffi.new("ogt_pen *")
    stroke.color, stroke.half, stroke.miter = pen.color, pen.width / 2, pen.miterLimit
    stroke.cap, stroke.join = CAPS[pen.cap], JOINS[pen.join]
    return stroke


def stamp(picture: np.ndarray, sprite: np.ndarray, corners: np.ndarray) -> None:
    """
    Put a small picture at many places, in order.

    @param sprite: of the same form as C{picture}.
    @param corners: int (n, 2): where its top left pixel goes; partly or wholly outside is fine.
    """
    places = np.ascontiguousarray(corners, np.int32)
    pointer = kernel.ffi.cast("int32_t *", places.ctypes.data)
    kernel.lib.ogt_stamp(_surface(picture), _surface(sprite), pointer, len(places))
