# -*- test-case-name: tests.sources.test_gpkgblob -*-
"""Geometry blobs of GeoPackage to well-known binary, a column at a time (OGC 12-128r18, 2.1.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Bytes of the envelope for each envelope code; codes above 4 are not defined.
_ENVELOPE = np.array([0, 32, 48, 48, 64, 0, 0, 0])
_EMPTY = 0x10
_TO_THE_END = 2**31 - 1


def wkbOfGpkg(blobs: Sequence[bytes | None]) -> pa.Array:
    """
    @param blobs: as they stand in the geometry column.
    @return: binary array of ISO WKB; null where the blob is null, is flagged
        empty, or is not a GeoPackage geometry.
    """
    column = pa.array(blobs, pa.large_binary())
    sizes, isGood = headerSizes(column)
    if not isGood.all():
        column = pc.if_else(pa.array(isGood), column, pa.scalar(None, pa.large_binary()))
    used = np.unique(sizes[isGood])
    if not len(used):
        return column
    result = _cut(column, int(used[0]))
    for size in used[1:]:
        result = pc.if_else(pa.array(sizes == size), _cut(column, int(size)), result)
    return result


def headerSizes(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """
    @param column: large binary array of blobs.
    @return: size of each header (int, shape (n,)), and where there is a
        geometry behind it (bool, shape (n,)).
    """
    n = len(column)
    offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset : column.offset + n + 1]
    isGood = np.diff(offsets) >= 13
    if not isGood.any():
        return np.zeros(n, np.int64), isGood
    data = np.frombuffer(column.buffers()[2], np.uint8)
    starts = np.where(isGood, offsets[:-1], offsets[:-1][isGood][0])
    isGood &= (data[starts] == 0x47) & (data[starts + 1] == 0x50)
    flags = data[starts + 3]
    isGood &= (flags & _EMPTY) == 0
    return 8 + _ENVELOPE[(flags >> 1) & 7], isGood


def _cut(column: pa.Array, size: int) -> pa.Array:
    return pc.binary_slice(column.cast(pa.binary()), size, _TO_THE_END)
