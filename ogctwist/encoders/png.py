# -*- test-case-name: tests.encoders.test_image_png -*-
"""
PNG (ISO/IEC 15948) written from pictures, for speed: rows are built in numpy and
compressed at the fastest level; what a picture does not use (alpha, more than
256 colours) is not written.

A picture is uint8 of shape (h, w, 4): premultiplied cairo ARGB32 in native
byte order, which is blue, green, red, alpha on little-endian machines.
"""

from __future__ import annotations

import struct
import sys
import zlib

import numpy as np

from ogctwist.native import image as native
from ogctwist.native import kernel

try:
    from isal import isal_zlib
except ImportError:  # no wheel for this platform: the standard library is several times slower
    isal_zlib = None  # type: ignore[assignment]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, INDEXED, RGBA = 0, 2, 3, 6
INCHES_PER_METRE = 39.37007874015748
#: A picture with more than this share of pixels unlike their left neighbour is a photograph.
PHOTOGRAPH = 0.45
#: Rows filtered and compared together, so that they stay in the processor's cache.
BLOCK_ROWS = 64

#: _STRAIGHT[alpha * 256 + value]: a premultiplied value with its alpha divided out.
_alpha, _value = np.divmod(np.arange(65536), 256)
_STRAIGHT = np.minimum(255, (_value * 255 + _alpha // 2) // np.maximum(_alpha, 1)).astype(np.uint8)
_STRAIGHT[:256] = 0


def words(picture: np.ndarray) -> np.ndarray:
    """A picture as uint32 ARGB words, shape (h, w); a view where memory allows."""
    return np.ascontiguousarray(picture).view(np.uint32)[..., 0]


def isOpaque(argb: np.ndarray) -> bool:
    """Whether no pixel (uint32 ARGB) lets anything through."""
    return argb.size == 0 or int(np.bitwise_and.reduce(argb, axis=None)) >= 0xFF000000


def straightened(argb: np.ndarray) -> np.ndarray:
    """
    Colours with alpha no longer multiplied in.

    @param argb: premultiplied uint32 ARGB words of any shape.
    @return: uint32 ARGB of the same shape; the same array when nothing changes.
    """
    alpha = argb >> np.uint32(24)
    partial = np.flatnonzero((alpha - np.uint32(1)) < np.uint32(254))
    clear = argb[alpha == 0]
    if not len(partial) and not clear.any():
        return argb
    result = np.where(alpha == 0, np.uint32(0), argb)
    if len(partial):
        flat = result.reshape(-1)
        some = flat[partial]
        base = (some >> np.uint32(16)) & np.uint32(0xFF00)
        out = some & np.uint32(0xFF000000)
        for shift in (0, 8, 16):
            value = (some >> np.uint32(shift)) & np.uint32(0xFF)
            out |= _STRAIGHT[base | value].astype(np.uint32) << np.uint32(shift)
        flat[partial] = out
    return result


class Runs:
    """
    Runs of equal pixels of a picture in reading order: maps have few, so that
    work done once a run is cheap.

    @ivar starts: index of the first pixel of each run.
    @ivar values: uint32, the pixel of each run.
    """

    def __init__(self, flat: np.ndarray):
        change = np.empty(len(flat), bool)
        change[:1] = True
        np.not_equal(flat[1:], flat[:-1], out=change[1:])
        self.size = len(flat)
        self.starts = np.flatnonzero(change)
        self.values = flat[self.starts]

    @property
    def density(self) -> float:
        """Runs per pixel: near 1 for a photograph, near 0 for a flat map."""
        return len(self.starts) / max(1, self.size)

    def palette(self, limit: int = 256) -> tuple[np.ndarray, np.ndarray] | None:
        """
        The colours and each pixel's place among them.

        @return: (colours sorted uint32, index uint8 of every pixel), or None when
            there are more than C{limit} colours.
        """
        stride = max(1, len(self.values) // 4096)
        if stride > 1 and len(np.unique(self.values[::stride])) > limit:
            return None
        colours = np.unique(self.values)
        if len(colours) > limit:
            return None
        places = np.searchsorted(colours, self.values).astype(np.uint8)
        lengths = np.diff(self.starts, append=self.size)
        return colours, np.repeat(places, lengths)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def _deflate(rows: np.ndarray) -> bytes:
    if isal_zlib is not None:
        return isal_zlib.compress(rows, level=1)
    return zlib.compress(rows, 1)


def document(
    rows: np.ndarray,
    width: int,
    height: int,
    depth: int,
    colourType: int,
    palette: np.ndarray | None = None,
    dpi: float | None = None,
) -> bytes:
    """
    A PNG file.

    @param rows: uint8, filter type byte and samples of each row, C-contiguous.
    @param depth: bits a sample.
    @param palette: straight uint32 ARGB colours for C{INDEXED}.
    """
    parts = [SIGNATURE, _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colourType, 0, 0, 0))]
    if dpi:
        perMetre = round(dpi * INCHES_PER_METRE)
        parts.append(_chunk(b"pHYs", struct.pack(">IIB", perMetre, perMetre, 1)))
    if palette is not None:
        channels = palette.astype(">u4").view(np.uint8).reshape(-1, 4)
        parts.append(_chunk(b"PLTE", channels[:, 1:].tobytes()))
        translucent = np.flatnonzero(channels[:, 0] < 255)
        if len(translucent):
            parts.append(_chunk(b"tRNS", channels[: translucent[-1] + 1, 0].tobytes()))
    parts.append(_chunk(b"IDAT", _deflate(rows)))
    parts.append(_chunk(b"IEND", b""))
    return b"".join(parts)


def indexed(index: np.ndarray, palette: np.ndarray, dpi: float | None = None) -> bytes:
    """
    A PNG with a palette, of 1, 2, 4 or 8 bits a pixel as the palette needs.

    @param index: uint8, shape (h, w).
    @param palette: straight uint32 ARGB, at most 256; translucent colours are moved to
        the front, so that their table is short.
    """
    order = np.argsort(palette >> np.uint32(24), kind="stable")
    place = np.empty(len(palette), np.uint8)
    place[order] = np.arange(len(palette), dtype=np.uint8)
    if (order[1:] < order[:-1]).any():
        index = place[index]
    height, width = index.shape
    depth = next(bits for bits in (1, 2, 4, 8) if len(palette) <= 1 << bits)
    if depth < 8:
        perByte = 8 // depth
        padded = np.zeros((height, -(-width // perByte) * perByte), np.uint8)
        padded[:, :width] = index
        index = padded[:, ::perByte] << (8 - depth)
        for k in range(1, perByte):
            index |= padded[:, k::perByte] << (8 - depth * (k + 1))
    rows = np.zeros((height, index.shape[1] + 1), np.uint8)
    rows[:, 1:] = index
    return document(rows, width, height, depth, INDEXED, palette[order], dpi)


def trueColour(argb: np.ndarray, opaque: bool, photograph: bool, dpi: float | None = None) -> bytes:
    """
    An RGB or RGBA PNG.

    @param argb: straight uint32 ARGB, shape (h, w).
    @param opaque: leave the alpha out.
    @param photograph: subtract the row above, which makes photographs smaller and maps larger.
    """
    height, width = argb.shape
    size = 3 if opaque else 4
    rows = np.empty((height, width * size + 1), np.uint8)
    rows[:, 0] = 2 if photograph else 0
    samples = rows[:, 1:]
    raw = argb.view(np.uint8).reshape(height, width * 4)
    order = (2, 1, 0, 3) if sys.byteorder == "little" else (1, 2, 3, 0)
    for first in range(0, height, BLOCK_ROWS):
        block = slice(first, first + BLOCK_ROWS)
        for k in range(size):
            samples[block, k::size] = raw[block, order[k] :: 4]
    if photograph:
        for first in reversed(range(1, height, BLOCK_ROWS)):
            last = min(first + BLOCK_ROWS, height)
            samples[first:last] -= samples[first - 1 : last - 1].copy()
    return document(rows, width, height, 8, RGB if opaque else RGBA, None, dpi)


def encodePng(picture: np.ndarray, dpi: float | None = None) -> bytes:
    """
    A lossless PNG: with a palette when the picture has at most 256 colours,
    without alpha when it is opaque.
    """
    argb = words(picture)
    if kernel.AVAILABLE:
        return _byKernel(np.ascontiguousarray(argb), dpi)
    height, width = argb.shape
    opaque = isOpaque(argb)
    runs = Runs(argb.reshape(-1))
    photograph = runs.density > PHOTOGRAPH
    palette = runs.palette()
    if palette is not None:
        colours, index = palette
        return indexed(index.reshape(height, width), straightened(colours), dpi)
    if not opaque:
        argb = straightened(argb)
    return trueColour(argb, opaque, photograph, dpi)


def _byKernel(argb: np.ndarray, dpi: float | None) -> bytes:
    """The same file, its rows made in C."""
    found = native.palette(argb)
    if found is not None:
        colours, index = found
        return indexed(index, straightened(colours), dpi)
    flat = argb.reshape(-1)
    photograph = int(np.count_nonzero(flat[1:] != flat[:-1])) + 1 > PHOTOGRAPH * flat.size
    opaque = isOpaque(argb)
    rows = native.rows(argb, 3 if opaque else 4, photograph)
    height, width = argb.shape
    return document(rows, width, height, 8, RGB if opaque else RGBA, None, dpi)
