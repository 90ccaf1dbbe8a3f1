# -*- test-case-name: tests.native.test_wkb -*-
"""Well-known binary to coordinates, offsets and types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from ogctwist.geo.geometry import GeometryColumn, Ragged, raggedOf
from ogctwist.native import kernel
from ogctwist.native.shapes import Shapes

#: WKB's types by Shapely's; a linear ring is a line.
_TYPES = np.array([1, 2, 2, 3, 4, 5, 6, 7], np.uint8)


class UnreadableGeometry(ValueError):
    """A binary that is no well-known binary, or holds a type that is not read (a curve)."""


def ragged(column: GeometryColumn) -> Ragged:
    """Coordinates and offsets of a column of geometries; kept with the column."""
    return shapes(column).ragged


def shapes(column: GeometryColumn) -> Shapes:
    """
    Coordinates, offsets and types of a column of geometries.

    Without Shapely objects where the kernel is there and the column still has its binary.

    @raise UnreadableGeometry: for a binary that cannot be read.
    """
    known = column.__dict__.get("_nativeShapes")
    if known is None:
        binary = column.__dict__.get("_wkb")
        known = byKernel(binary) if kernel.AVAILABLE and binary is not None else byTwin(column)
        # set once with one value: two threads may both compute it, none sees half of it
        column.__dict__["_nativeShapes"] = known
    return known


def byTwin(column: GeometryColumn) -> Shapes:
    """L{shapes} by Shapely."""
    try:
        objects = column.shapes
    except shapely.errors.GEOSException as error:
        raise UnreadableGeometry(str(error)[:200]) from error
    ids = shapely.get_type_id(objects)
    types = np.where(ids < 0, 0, _TYPES[np.maximum(ids, 0)]).astype(np.uint8)
    return Shapes(raggedOf(objects), types)


def byKernel(binary: pa.Array) -> Shapes:
    """
    L{shapes} in C.

    @param binary: an Arrow binary or large_binary array.
    """
    ffi, lib = kernel.ffi, kernel.lib
    column, kept = _column(binary)
    extent = ffi.new("ogt_extent *")
    _check(lib.ogt_wkb_measure(column, extent), extent)
    n, stride = len(binary), 3 if extent.has_z else 2
    coords = np.empty((extent.coords, stride))
    kinds = np.empty(extent.parts, np.uint8)
    coordsOf = np.empty(extent.rings + 1, np.int64)
    ringsOf = np.empty(extent.parts + 1, np.int64)
    partsOf = np.empty(n + 1, np.int64)
    types = np.empty(n, np.uint8)
    places = ffi.new(
        "ogt_places *",
        {
            "coords": ffi.from_buffer("double[]", coords),
            "kinds": ffi.from_buffer("uint8_t[]", kinds),
            "coords_of": ffi.from_buffer("int64_t[]", coordsOf),
            "rings_of": ffi.from_buffer("int64_t[]", ringsOf),
            "parts_of": ffi.from_buffer("int64_t[]", partsOf),
            "types": ffi.from_buffer("uint8_t[]", types),
            "stride": stride,
        },
    )
    _check(lib.ogt_wkb_read(column, places, extent), extent)
    del kept
    return Shapes(Ragged(coords, kinds, coordsOf, ringsOf, partsOf), types)


def _column(binary: pa.Array) -> tuple[Any, object]:
    """C{ogt_wkb} of an array, and what must live as long as it does."""
    validity, offsets, data = binary.buffers()
    struct = kernel.ffi.new(
        "ogt_wkb *",
        {
            "count": len(binary),
            "start": binary.offset,
            "validity": kernel.address(validity, "uint8_t *"),
            "offsets": kernel.address(offsets, "void *"),
            "data": kernel.address(data, "uint8_t *"),
            "wide": int(pa.types.is_large_binary(binary.type)),
        },
    )
    return struct, binary


def _check(answer: int, extent: Any) -> None:
    if answer == -2:
        raise UnreadableGeometry(f"geometry {extent.row} of the batch is of a type that is not read")
    if answer < 0:
        raise UnreadableGeometry(f"geometry {extent.row} of the batch is no well-known binary")
