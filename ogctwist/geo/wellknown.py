# -*- test-case-name: tests.geo.test_wellknown -*-
"""
Well-known text and binary of strangers to geometries, within bounds.

The bounds are checked before GEOS sees the input: its readers recurse.
"""

from __future__ import annotations

import re
import struct

import shapely

#: Bounds of a geometry in a request; see the default limits of the server.
MAX_VERTICES = 100_000
MAX_DEPTH = 10

_TYPE = re.compile(
    r"\b((?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\s*(ZM|Z|M)?\s*(?=\(|EMPTY)", re.IGNORECASE
)
_OTHER = re.compile(r"[^\s(),.+\-\dA-Za-z]")


class WellKnownError(ValueError):
    """A text or bytes that are no geometry, or one beyond the bounds."""


def fromWkt(text: str, maxVertices: int = MAX_VERTICES) -> shapely.Geometry:
    """
    A geometry of its text, in the spelling of the standard or of QGIS (C{PointZ (1 2 3)}).

    @raise WellKnownError: it is none, or too large.
    """
    if text.count(",") >= maxVertices or len(text) > 100 * maxVertices + 1000:
        raise WellKnownError(f"a geometry has more than {maxVertices} vertices")
    if _nesting(text) > MAX_DEPTH + 3:
        raise WellKnownError("a geometry is nested too deeply")
    if _OTHER.search(text):
        raise WellKnownError("this is no geometry")
    spelled = _TYPE.sub(lambda m: f"{m.group(1)} {m.group(2) or ''} ", text)
    try:
        shape = shapely.from_wkt(spelled)
    except (shapely.errors.GEOSException, NotImplementedError):
        raise WellKnownError("this is no geometry") from None
    return shape


def _nesting(text: str) -> int:
    depth = deepest = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(deepest, depth)
    return deepest


def fromWkb(data: bytes, maxVertices: int = MAX_VERTICES) -> shapely.Geometry:
    """
    A geometry of its binary form, ISO or extended.

    @raise WellKnownError: it is none, or too large.
    """
    if len(data) > maxVertices * 48 + 1000:
        raise WellKnownError(f"a geometry has more than {maxVertices} vertices")
    _checkedBinary(data)
    try:
        return shapely.from_wkb(data)
    except (shapely.errors.GEOSException, NotImplementedError):
        raise WellKnownError("this is no geometry") from None


def _checkedBinary(data: bytes) -> None:
    """Walk over the headers.  @raise WellKnownError: one of them is wrong, or too deep."""
    position, pending, parts = 0, [1], 0
    try:
        while pending:
            if pending[-1] == 0:
                pending.pop()
                continue
            pending[-1] -= 1
            position, children = _binaryPart(data, position)
            parts += 1
            if len(pending) > MAX_DEPTH or children > len(data) or parts > len(data):
                raise WellKnownError("a geometry is nested too deeply")
            if children:
                pending.append(children)
    except struct.error:
        raise WellKnownError("this is no geometry") from None


def _binaryPart(data: bytes, position: int) -> tuple[int, int]:
    """Where the next part begins, and how many parts belong to this one."""
    order = "<" if data[position : position + 1] == b"\x01" else ">"
    (kind,) = struct.unpack_from(f"{order}I", data, position + 1)
    position += 5
    hasZ, hasM = bool(kind & 0x80000000), bool(kind & 0x40000000)
    if kind & 0x20000000:
        position += 4
    flat = kind & 0x0FFFFFFF
    thousands, flat = divmod(flat, 1000)
    size = 8 * (2 + (hasZ or thousands in (1, 3)) + (hasM or thousands in (2, 3)))
    if flat == 1:
        return _within(data, position + size), 0
    (count,) = struct.unpack_from(f"{order}I", data, position)
    position += 4
    if flat == 2:
        return _within(data, position + count * size), 0
    if flat == 3:
        for _ in range(count):
            (points,) = struct.unpack_from(f"{order}I", data, position)
            position = _within(data, position + 4 + points * size)
        return position, 0
    if flat not in (4, 5, 6, 7):
        raise WellKnownError("curves are not supported here")
    return position, count


def _within(data: bytes, position: int) -> int:
    if position > len(data):
        raise WellKnownError("this is no geometry")
    return position
