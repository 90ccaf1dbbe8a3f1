# -*- test-case-name: tests.canvas.test_paths -*-
"""
Coordinates as cairo takes them: one buffer of path data for a whole batch of
parts, so that a part, or any run of parts, is appended with one call.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ogctwist.canvas.cairo import ffi
from ogctwist.native.paint import PixelPaths

_MOVE_TO, _LINE_TO, _CLOSE_PATH = 0, 1, 3
_PATH = np.dtype([("status", "i4"), ("data", "u8"), ("length", "i4")], align=True)


class Paths:
    """
    The outlines of p parts; each part is some rings (or lines) that are drawn
    as one path.  Immutable; safe to share between threads.

    @ivar count: p.
    """

    def __init__(self, coords: np.ndarray, coordsOf: np.ndarray, ringsOf: np.ndarray, closed: bool | None):
        """
        @param coords: float64 (v, 2), in pixels; finite and within a few million.
        @param coordsOf: int64 offsets of rings into C{coords}, shape (rings + 1,).
        @param ringsOf: int64 offsets of parts into rings, shape (p + 1,).
        @param closed: whether all rings are closed by an edge back to their first
            point.  When they are not, those are whose last point repeats the first:
            a stroke joins there, it has no caps, as in Qt.  None: no ring is closed.
        """
        self.count = len(ringsOf) - 1
        if closed is None:
            rings = np.zeros(len(coordsOf) - 1, bool)
        else:
            coords, coordsOf, repeated = _withoutClosingPoints(coords, coordsOf)
            rings = np.ones_like(repeated) if closed else repeated
        self._coords, self._coordsOf, self._ringsOf, self._closed = coords, coordsOf, ringsOf, rings

    @cached_property
    def forPixels(self) -> PixelPaths:
        """The parts as the kernel takes them."""
        return PixelPaths(self._coords, self._coordsOf, self._ringsOf, self._closed)

    @cached_property
    def _elements(self) -> tuple[np.ndarray, np.ndarray]:
        """(path elements of all parts, where each part begins)."""
        data, startsOf = _pathData(self._coords, self._coordsOf, self._closed)
        return data, startsOf[self._ringsOf]

    @property
    def _data(self) -> np.ndarray:
        return self._elements[0]

    @property
    def _starts(self) -> np.ndarray:
        return self._elements[1]

    @cached_property
    def _table(self) -> np.ndarray:
        """A C{cairo_path_t} for each part."""
        table = np.zeros(self.count, _PATH)
        table["data"] = self._data.ctypes.data + 16 * self._starts[:-1]
        table["length"] = np.diff(self._starts)
        return table

    def part(self, index: int):
        """A C{cairo_path_t *} of one part; valid as long as this object lives."""
        return ffi.cast("cairo_path_t *", self._table.ctypes.data) + index

    def run(self, start: int, stop: int):
        """One C{cairo_path_t *} of the parts from C{start} up to C{stop}."""
        path = ffi.new("cairo_path_t *")
        path.status = 0
        path.data = ffi.cast("cairo_path_data_t *", int(self._data.ctypes.data + 16 * self._starts[start]))
        path.num_data = int(self._starts[stop] - self._starts[start])
        return path

    def chunks(self, start: int, stop: int, size: int):
        """(start, stop) of runs of parts with about C{size} path elements each."""
        while start < stop:
            goal = self._starts[start] + size
            end = int(np.searchsorted(self._starts, goal, "right")) - 1
            end = min(max(end, start + 1), stop)
            yield start, end
            start = end


def _withoutClosingPoints(
    coords: np.ndarray, coordsOf: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Rings without a last point that repeats the first: cairo closes them with a join of its own.

    @return: (coords, offsets, which rings had such a point).
    """
    counts = np.diff(coordsOf)
    repeated = counts > 2
    some = np.flatnonzero(repeated)
    last = coordsOf[some + 1] - 1
    repeated[some] = (coords[last] == coords[coordsOf[some]]).all(axis=1)
    if not repeated.any():
        return coords, coordsOf, repeated
    keep = np.ones(len(coords), bool)
    keep[coordsOf[1:][repeated] - 1] = False
    return coords[keep], np.concatenate([[0], np.cumsum(counts - repeated)]), repeated


def _pathData(coords: np.ndarray, coordsOf: np.ndarray, closed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    C{cairo_path_data_t} elements (16 bytes: a header, or a point) of all rings.

    @param closed: bool (rings,).
    @return: (elements, where each ring begins; shape (rings + 1,)).
    """
    counts = np.diff(coordsOf)
    full = counts > 0
    closed = closed & full
    starts = np.concatenate([[0], np.cumsum(2 * counts + closed)]).astype(np.int64)
    data = np.empty((int(starts[-1]), 2), np.float64)
    headers = data.view(np.int32).reshape(-1, 4)
    positions = np.arange(len(coords), dtype=np.int64) * 2
    positions += np.repeat(starts[:-1] - 2 * coordsOf[:-1], counts)
    headers[positions, 0] = _LINE_TO
    headers[positions, 1] = 2
    data[positions + 1] = coords[:, :2]
    headers[starts[:-1][full], 0] = _MOVE_TO
    ends = starts[1:][closed] - 1
    headers[ends, 0] = _CLOSE_PATH
    headers[ends, 1] = 1
    return data, starts
