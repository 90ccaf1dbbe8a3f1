# -*- test-case-name: tests.sources.editing.test_blobs -*-
"""Shapely geometries as GeoPackage and SpatiaLite keep them."""

from __future__ import annotations

import struct
from typing import Any

import shapely


def gpkgBlob(geometry: Any, srsId: int) -> bytes:
    """OGC 12-128r18, 2.1.3: little endian, with a box unless it is a point or empty."""
    wkb = shapely.to_wkb(geometry, flavor="iso", byte_order=1)
    if geometry.is_empty:
        return struct.pack("<2sBBi", b"GP", 0, 0x11, srsId) + wkb
    if geometry.geom_type == "Point":
        return struct.pack("<2sBBi", b"GP", 0, 0x01, srsId) + wkb
    xmin, ymin, xmax, ymax = geometry.bounds
    return struct.pack("<2sBBi4d", b"GP", 0, 0x03, srsId, xmin, xmax, ymin, ymax) + wkb


def spatialiteBlob(geometry: Any, srid: int) -> bytes:
    """
    SpatiaLite's BLOB-Geometry: a box, then the geometry as in WKB with C{69} in place of the byte
    order in front of the members of a collection.
    """
    bounds = (0.0, 0.0, 0.0, 0.0) if geometry.is_empty else geometry.bounds
    head = struct.pack("<BBi4dB", 0, 1, srid, *bounds, 0x7C)
    return head + _body(geometry) + b"\xfe"


def _body(geometry: Any) -> bytes:
    """The type and contents of a geometry, without a byte order."""
    members = getattr(geometry, "geoms", None)
    wkb = shapely.to_wkb(geometry, flavor="iso", byte_order=1)
    if members is None:
        return wkb[1:]
    return wkb[1:9] + b"".join(b"\x69" + _body(member) for member in members)
