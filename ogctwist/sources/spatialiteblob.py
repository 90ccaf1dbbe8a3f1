# -*- test-case-name: tests.sources.test_spatialiteblob -*-
"""
Geometry blobs of SpatiaLite to well-known binary, a column at a time.

A blob is C{00}, byte order, SRID, bounding box (38 bytes so far), C{7C}, the
geometry as in WKB but with C{69} instead of a byte order in front of each
member of a collection, and C{FE}.  What is rare (big endian, compressed,
tiny points) is converted one by one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.sources.gpkgblob import wkbOfGpkg

_LITTLE, _MEMBER, _MARK, _END, _TINY = 0x01, 0x69, 0x7C, 0xFE, 0x80
_HEADER = 38
_COMPRESSED = 1_000_000


def wkbOfSpatialite(blobs: Sequence[bytes | None]) -> pa.Array:
    """
    @param blobs: as they stand in the geometry column.
    @return: binary array of ISO WKB; null where the blob is null or is not a
        SpatiaLite geometry.
    """
    column = pa.array(blobs, pa.binary())
    isPlain = _plain(blobs)
    plain = column if isPlain.all() else pc.if_else(pa.array(isPlain), column, pa.scalar(None, pa.binary()))
    body = pc.binary_slice(plain, _HEADER, -1)
    offsets = np.frombuffer(body.buffers()[1], np.int32)[: len(body) + 1].astype(np.int64)
    data = np.array(np.frombuffer(body.buffers()[2] or b"", np.uint8))
    starts = offsets[:-1][isPlain]
    data[starts] = _LITTLE
    isOdd = _unmark(data, starts, offsets[1:][isPlain])
    result = pa.Array.from_buffers(
        pa.binary(), len(body), [body.buffers()[0], body.buffers()[1], pa.py_buffer(data)], body.null_count
    )
    places = np.concatenate([np.flatnonzero(~isPlain), np.flatnonzero(isPlain)[isOdd]])
    rare = [int(i) for i in places.tolist() if blobs[i] is not None]
    if rare:
        values = result.to_pylist()
        for i in rare:
            blob = blobs[i]
            values[i] = wkbOfOne(blob) if isinstance(blob, bytes) else None
        result = pa.array(values, pa.binary())
    return result


def _plain(blobs: Sequence[bytes | None]) -> np.ndarray:
    """Where the blob is a little-endian geometry in the usual form: bool, shape (n,)."""
    return np.array(
        [
            isinstance(b, bytes)
            and len(b) > _HEADER + 9
            and b[0] == 0
            and b[1] == _LITTLE
            and b[_HEADER] == _MARK
            and b[-1] == _END
            for b in blobs
        ],
        bool,
    )


def _uint32(data: np.ndarray, places: np.ndarray) -> np.ndarray:
    parts = data[places[:, None] + np.arange(4)].astype(np.int64)
    return parts @ np.array([1, 1 << 8, 1 << 16, 1 << 24])


def _unmark(data: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """
    Put the byte order in front of the members of all collections.

    @param starts: where each geometry begins; C{ends}: where it ends.
    @return: which are not in the usual form: bool, as long as C{starts}.
    """
    kinds = _uint32(data, starts + 1)
    isOdd = kinds >= _COMPRESSED
    isMulti = ~isOdd & (kinds % 1000 >= 4)
    rows = np.flatnonzero(isMulti)
    left = _uint32(data, starts[rows] + 5)
    places = starts[rows] + 9
    while len(rows):
        keep = left > 0
        rows, left, places = rows[keep], left[keep], places[keep]
        if not len(rows):
            break
        # the byte, the type and the count of a member must lie before the end
        fits = places + 9 <= ends[rows]
        isOdd[rows[~fits]] = True
        rows, left, places = rows[fits], left[fits], places[fits]
        kind = _uint32(data, places + 1)
        good = (data[places] == _MEMBER) & (kind < _COMPRESSED) & (kind % 1000 <= 3) & (kind % 1000 >= 1)
        isOdd[rows[~good]] = True
        rows, left, places, kind = rows[good], left[good], places[good], kind[good]
        data[places] = _LITTLE
        places, good = _afterMember(data, places, kind, ends[rows])
        isOdd[rows[~good]] = True
        rows, left, places = rows[good], left[good] - 1, places[good]
    return isOdd


def _afterMember(
    data: np.ndarray, places: np.ndarray, kind: np.ndarray, ends: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """@return: where each member ends, and whether that is before the end of its geometry."""
    point = 8 * np.array([2, 3, 3, 4])[np.minimum(kind // 1000, 3)]
    simple = kind % 1000
    after = places + 5
    after = np.where(simple == 1, after + point, after)
    lines = simple == 2
    after[lines] += 4 + _uint32(data, after[lines]) * point[lines]
    good = after <= ends
    polygons = np.flatnonzero((simple == 3) & good)
    rings = _uint32(data, after[polygons])
    after[polygons] += 4
    while len(polygons):
        more = (rings > 0) & (after[polygons] + 4 <= ends[polygons])
        good[polygons[(rings > 0) & ~more]] = False
        polygons, rings = polygons[more], rings[more] - 1
        after[polygons] += 4 + _uint32(data, after[polygons]) * point[polygons]
    return after, good & (after <= ends)


def wkbOfOne(blob: bytes) -> bytes | None:
    """One blob of any form; None when it cannot be read."""
    if blob[:2] == b"GP":
        return wkbOfGpkg([blob]).to_pylist()[0]  # what SQL functions make (L{ogctwist.sources.sqlfunctions})
    try:
        if len(blob) > 7 and blob[0] == 0 and blob[1] in (_TINY, _TINY | 1):
            return _tinyPoint(blob)
        if len(blob) < 45 or blob[0] != 0 or blob[1] not in (0, 1) or blob[_HEADER] != _MARK:
            return None
        return _Decoder(blob, "<" if blob[1] == 1 else ">").geometry(_HEADER + 1)
    except struct.error:
        return None


def _tinyPoint(blob: bytes) -> bytes:
    """A point without bounding box (SpatiaLite 5): order, SRID, dimensions, coordinates."""
    order = "<" if blob[1] & 1 else ">"
    dimensions = {1: 2, 2: 3, 3: 3, 4: 4}.get(blob[6], 2)
    kind = {1: 1, 2: 1001, 3: 2001, 4: 3001}.get(blob[6], 1)
    numbers = struct.unpack_from(f"{order}{dimensions}d", blob, 7)
    return struct.pack(f"<BI{dimensions}d", 1, kind, *numbers)


class _Decoder:
    """Reads one blob from a position on and writes little-endian WKB."""

    def __init__(self, blob: bytes, order: str):
        self.blob = blob
        self.order = order
        self.at = 0

    def geometry(self, start: int) -> bytes:
        """The geometry whose type stands at C{start}."""
        self.at = start
        return self._geometry(0)

    def _take(self, form: str) -> tuple:
        values = struct.unpack_from(self.order + form, self.blob, self.at)
        self.at += struct.calcsize(self.order + form)
        return values

    def _geometry(self, depth: int) -> bytes:
        (kind,) = self._take("I")
        isCompressed, kind = kind >= _COMPRESSED, kind % _COMPRESSED
        simple, dimensions = kind % 1000, (2, 3, 3, 4)[min(kind // 1000, 3)]
        out = struct.pack("<BI", 1, kind)
        if simple == 1:
            return out + struct.pack(f"<{dimensions}d", *self._take(f"{dimensions}d"))
        if simple == 2:
            return out + self._points(dimensions, kind, isCompressed)
        (count,) = self._take("I")
        if count > len(self.blob) or depth > 3:
            raise struct.error("more members than bytes")
        out += struct.pack("<I", count)
        for _ in range(count):
            if simple == 3:
                out += self._points(dimensions, kind, isCompressed)
            else:
                self._take("B")
                out += self._geometry(depth + 1)
        return out

    def _points(self, dimensions: int, kind: int, isCompressed: bool) -> bytes:
        (count,) = self._take("I")
        if count > len(self.blob):
            raise struct.error("more points than bytes")
        if not isCompressed:
            numbers: Sequence[float] = self._take(f"{count * dimensions}d")
        else:
            numbers = self._compressed(count, dimensions, hasM=kind // 1000 >= 2)
        return struct.pack(f"<I{count * dimensions}d", count, *numbers)

    def _compressed(self, count: int, dimensions: int, hasM: bool) -> list[float]:
        """All but the first and last point are differences in single precision; M never is."""
        numbers: list[float] = []
        for i in range(count):
            if i in (0, count - 1):
                numbers.extend(self._take(f"{dimensions}d"))
                continue
            differences = dimensions - 1 if hasM else dimensions
            before = numbers[-dimensions:]
            moved = [b + d for b, d in zip(before, self._take(f"{differences}f"), strict=False)]
            numbers.extend(moved)
            if hasM:
                numbers.extend(self._take("d"))
        return numbers
