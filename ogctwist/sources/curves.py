# -*- test-case-name: tests.sources.test_curves -*-
"""
Curves as lines: what reads and draws geometries here knows straight ones only.

Arcs become chords of at most one degree, as in QGIS; end points stay as they
are.  Types are those of ISO 13249-3 (WKB 8 to 12, 15 to 17, with Z and M).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa

#: Type of a curve -> type of what it becomes.
_STRAIGHT = {8: 2, 9: 2, 10: 3, 11: 5, 12: 6, 13: 2, 14: 3, 15: 6, 16: 6, 17: 3}
_DEGREE = math.pi / 180
_DEEPEST = 16


def straightWkb(column: pa.Array) -> pa.Array:
    """
    @param column: (large) binary array of ISO WKB.
    @return: the same array if there is no curve in it, else one without curves;
        what cannot be read is null.
    """
    isCurved = curvedRows(column)
    if not isCurved.any():
        return column
    values = column.to_pylist()
    for row in np.flatnonzero(isCurved).tolist():
        values[row] = straightened(values[row])
    return pa.array(values, column.type)


def curvedRows(column: pa.Array) -> np.ndarray:
    """Which values are curves, or collections that may hold some: bool, shape (n,)."""
    n = len(column)
    offsetType = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    buffer = column.buffers()[1]
    if not n or buffer is None:
        return np.zeros(n, bool)
    offsets = np.frombuffer(buffer, offsetType)[column.offset : column.offset + n + 1]
    isThere = np.diff(offsets) >= 5
    if not isThere.any():
        return isThere
    data = np.frombuffer(column.buffers()[2], np.uint8)
    starts = offsets[:-1]
    starts = np.where(isThere, starts, starts[isThere][0])
    isLittle = data[starts] == 1
    # the type is below 4,000 but for EWKB, which is not kept in the sources of this server
    low = data[starts + np.where(isLittle, 1, 4)].astype(np.int64)
    high = data[starts + np.where(isLittle, 2, 3)].astype(np.int64)
    return isThere & ((low + 256 * high) % 1000 >= 7)


def straightened(wkb: bytes) -> bytes | None:
    """One geometry without curves, little endian; None if it cannot be read."""
    try:
        return _Straightener(wkb).geometry(0)
    except (struct.error, IndexError, ValueError):
        return None


class _Straightener:
    """Reads WKB from the beginning on and writes straight WKB."""

    def __init__(self, wkb: bytes):
        self._wkb = wkb
        self._at = 0

    def geometry(self, depth: int) -> bytes:
        """The next geometry."""
        order, kind = self._header()
        simple, dimensions = kind % 1000, (2, 3, 3, 4)[min(kind // 1000, 3)]
        new = kind - simple + _STRAIGHT.get(simple, simple)
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
        head = struct.pack("<BI", 1, new)
        if simple == 1:
            return head + self._points(1, dimensions, order).tobytes()
        if simple in (2, 8, 13):
            return head + _counted(self._line(simple, dimensions, order))
        if simple == 9:
            return head + _counted(self._compound(dimensions, order))
        if simple in (3, 14, 17):
            rings = [self._line(2, dimensions, order) for _ in range(self._count(order))]
            return head + struct.pack("<I", len(rings)) + b"".join(map(_counted, rings))
        if simple == 10:
            rings = [self._curve() for _ in range(self._count(order))]
            return head + struct.pack("<I", len(rings)) + b"".join(map(_counted, rings))
        members = [self.geometry(depth + 1) for _ in range(self._count(order))]
        return head + struct.pack("<I", len(members)) + b"".join(members)

    def _header(self) -> tuple[str, int]:
        order = "<" if self._wkb[self._at] == 1 else ">"
        (kind,) = struct.unpack_from(order + "I", self._wkb, self._at + 1)
        self._at += 5
        return order, kind

    def _count(self, order: str) -> int:
        (count,) = struct.unpack_from(order + "I", self._wkb, self._at)
        self._at += 4
        if count > len(self._wkb):
            raise ValueError("more members than bytes")
        return count

    def _points(self, count: int, dimensions: int, order: str) -> np.ndarray:
        size = count * dimensions
        if self._at + 8 * size > len(self._wkb):
            raise ValueError("more points than bytes")
        points = np.frombuffer(self._wkb, order + "f8", size, self._at).astype("<f8")
        self._at += 8 * size
        return points.reshape(count, dimensions)

    def _line(self, simple: int, dimensions: int, order: str) -> np.ndarray:
        points = self._points(self._count(order), dimensions, order)
        return arcsToLine(points) if simple == 8 else points

    def _curve(self) -> np.ndarray:
        """A line, circular string or compound curve with a header of its own."""
        order, kind = self._header()
        simple, dimensions = kind % 1000, (2, 3, 3, 4)[min(kind // 1000, 3)]
        if simple == 9:
            return self._compound(dimensions, order)
        if simple not in (2, 8):
            raise ValueError("not a curve")
        return self._line(simple, dimensions, order)

    def _compound(self, dimensions: int, order: str) -> np.ndarray:
        parts = [self._curve() for _ in range(self._count(order))]
        return joinedLines(parts, dimensions)


def _counted(points: np.ndarray) -> bytes:
    return struct.pack("<I", len(points)) + np.ascontiguousarray(points, "<f8").tobytes()


def joinedLines(parts: Sequence[np.ndarray], dimensions: int) -> np.ndarray:
    """Lines one after the other; a point where two meet stands once."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return np.empty((0, dimensions))
    joined = [parts[0]]
    for before, part in pairwise(parts):
        joined.append(part[1:] if (before[-1] == part[0]).all() else part)
    return np.concatenate(joined)


def arcsToLine(points: np.ndarray) -> np.ndarray:
    """
    @param points: of a circular string, shape (2 k + 1, 2 to 4): ends and a point
        between of each arc.
    """
    parts = [arc(*points[i : i + 3]) for i in range(0, len(points) - 2, 2)]
    if not parts or len(points) % 2 == 0:
        return points
    return joinedLines(parts, points.shape[1])


def arc(start: np.ndarray, middle: np.ndarray, end: np.ndarray) -> np.ndarray:
    """
    The points of an arc; Z and M change evenly from the start over the middle
    to the end.  A start that is also the end is a whole circle, the middle opposite.
    """
    centre = _centre(start, middle, end)
    if centre is None:
        return np.array([start, middle, end])
    angles = [math.atan2(p[1] - centre[1], p[0] - centre[0]) for p in (start, middle, end)]
    radius = math.hypot(start[0] - centre[0], start[1] - centre[1])
    first = (angles[1] - angles[0]) % math.tau
    whole = (angles[2] - angles[0]) % math.tau or math.tau
    if first > whole:  # the middle is met only the other way round
        first, whole = first - math.tau, whole - math.tau
    halves = []
    for begin, turn, left, right in (
        (angles[0], first, start, middle),
        (angles[0] + first, whole - first, middle, end),
    ):
        count = max(1, math.ceil(abs(turn) / _DEGREE))
        part = np.linspace(left, right, count + 1)
        at = begin + turn * np.arange(1, count) / count
        part[1:-1, 0] = centre[0] + radius * np.cos(at)
        part[1:-1, 1] = centre[1] + radius * np.sin(at)
        halves.append(part)
    return np.concatenate([halves[0], halves[1][1:]])


def _centre(start: np.ndarray, middle: np.ndarray, end: np.ndarray) -> tuple[float, float] | None:
    """Of the circle through three points; None for points on a line."""
    if start[0] == end[0] and start[1] == end[1]:
        if start[0] == middle[0] and start[1] == middle[1]:
            return None
        return (start[0] + middle[0]) / 2, (start[1] + middle[1]) / 2
    # relative to the start, so that large coordinates keep their digits
    bx, by = middle[0] - start[0], middle[1] - start[1]
    cx, cy = end[0] - start[0], end[1] - start[1]
    cross = 2 * (bx * cy - by * cx)
    if abs(cross) <= 1e-12 * (abs(bx * cy) + abs(by * cx)) or cross == 0:
        return None
    b, c = bx * bx + by * by, cx * cx + cy * cy
    return start[0] + (cy * b - by * c) / cross, start[1] + (bx * c - cx * b) / cross
