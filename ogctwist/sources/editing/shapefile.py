# -*- test-case-name: tests.sources.editing.test_shapefile -*-
"""
The geometry files of a shapefile (ESRI, July 1998): records of points, lines and polygons, with Z
and M as far as they are there.

Records that are not changed keep their bytes.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import shapely

from ogctwist.sources.editing.edits import EditRefused

_HEADER = 100
_MAGIC, _VERSION = 9994, 1000
NULL, POINT, LINE, POLYGON, MULTIPOINT = 0, 1, 3, 5, 8


class ShapeFile:
    """
    The geometries in memory.

    @ivar type: of all geometries but the null ones.
    @ivar records: the content of each record, beginning with its type.
    """

    def __init__(self, data: bytes):
        """
        @raise EditRefused: it is no file that is understood here.
        """
        if len(data) < _HEADER or struct.unpack_from(">i", data)[0] != _MAGIC:
            raise EditRefused("The geometries cannot be read")
        (self.type,) = struct.unpack_from("<i", data, 32)
        if self.type % 10 not in (POINT, LINE, POLYGON, MULTIPOINT) or self.type > 28:
            raise EditRefused("Geometries of this type cannot be written")
        self.records: list[bytes] = []
        place = _HEADER
        while place + 8 <= len(data):
            length = 2 * struct.unpack_from(">i", data, place + 4)[0]
            if length < 4 or place + 8 + length > len(data):
                raise EditRefused("The geometries are cut short")
            self.records.append(data[place + 8 : place + 8 + length])
            place += 8 + length

    @property
    def hasZ(self) -> bool:
        """Whether geometries have Z."""
        return self.type // 10 == 1

    def record(self, geometry: Any) -> bytes:
        """
        The content of a record.

        @raise EditRefused: the geometry is of another type than the file's.
        """
        if geometry is None or shapely.is_empty(geometry):
            return struct.pack("<i", NULL)
        kind = self.type % 10
        if kind == POINT:
            return self._point(geometry)
        parts = _parts(geometry, kind)
        coords = np.concatenate([shapely.get_coordinates(part, include_z=True) for part in parts])
        bounds = (*coords[:, :2].min(axis=0), *coords[:, :2].max(axis=0))
        head = struct.pack("<i4d", self.type, *bounds)
        if kind == MULTIPOINT:
            head += struct.pack("<i", len(coords))
        else:
            lengths = [shapely.get_num_coordinates(part) for part in parts]
            starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype("<i4")
            head += struct.pack("<ii", len(parts), len(coords)) + starts.tobytes()
        return head + coords[:, :2].astype("<f8").tobytes() + self._measures(coords)

    def _point(self, geometry: Any) -> bytes:
        if geometry.geom_type == "MultiPoint" and len(geometry.geoms) == 1:
            geometry = geometry.geoms[0]
        if geometry.geom_type != "Point":
            raise _mismatch()
        record = struct.pack("<i2d", self.type, geometry.x, geometry.y)
        if self.hasZ:
            z = geometry.z if geometry.has_z else 0.0
            return record + struct.pack("<2d", z, 0.0)
        return record + (struct.pack("<d", 0.0) if self.type // 10 == 2 else b"")

    def _measures(self, coords: np.ndarray) -> bytes:
        """What follows the coordinates: ranges and values of Z, and of M, which are all zero."""
        zeros = np.zeros(len(coords) + 2, "<f8").tobytes()
        if self.hasZ:
            z = np.nan_to_num(coords[:, 2]).astype("<f8")
            return struct.pack("<2d", z.min(), z.max()) + z.tobytes() + zeros
        return zeros if self.type // 10 == 2 else b""

    def pack(self) -> tuple[bytes, bytes]:
        """The whole .shp and .shx files."""
        contents, index, place = [], [], _HEADER
        for number, record in enumerate(self.records, 1):
            contents.append(struct.pack(">ii", number, len(record) // 2) + record)
            index.append(struct.pack(">ii", place // 2, len(record) // 2))
            place += 8 + len(record)
        bounds = self._bounds()
        return (
            self._header(place, bounds) + b"".join(contents),
            self._header(_HEADER + 8 * len(index), bounds) + b"".join(index),
        )

    def _header(self, length: int, bounds: tuple[float, ...]) -> bytes:
        head = struct.pack(">i20xi", _MAGIC, length // 2)
        return head + struct.pack("<ii8d", _VERSION, self.type, *bounds)

    def _bounds(self) -> tuple[float, ...]:
        """xmin, ymin, xmax, ymax, zmin, zmax, mmin, mmax; zeros without geometries."""
        kind = self.type % 10
        size = 16 if kind == POINT else 32
        boxes = [
            np.frombuffer(record, "<f8", size // 8, 4) for record in self.records if len(record) >= 4 + size
        ]
        if not boxes:
            return (0.0,) * 8
        corners = np.array([np.tile(box, 2) if kind == POINT else box for box in boxes])
        low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
        zs = [z for record in self.records for z in self._zOf(record)] if self.hasZ else []
        return (*low.tolist(), *high.tolist(), min(zs, default=0.0), max(zs, default=0.0), 0.0, 0.0)

    def _zOf(self, record: bytes) -> tuple[float, ...]:
        """The least and the largest Z of a record."""
        if len(record) <= 4:
            return ()
        if self.type % 10 == POINT:
            return struct.unpack_from("<d", record, 20)
        if self.type % 10 == MULTIPOINT:
            (count,) = struct.unpack_from("<i", record, 36)
            return struct.unpack_from("<2d", record, 40 + 16 * count)
        parts, count = struct.unpack_from("<2i", record, 36)
        return struct.unpack_from("<2d", record, 44 + 4 * parts + 16 * count)


def _mismatch() -> EditRefused:
    return EditRefused("The geometry is of another type than the layer")


def _parts(geometry: Any, kind: int) -> list[Any]:
    """The points, lines or rings of a geometry; outer rings clockwise, inner ones the other way."""
    members = [member for member in shapely.get_parts(geometry) if not member.is_empty]
    wanted = {LINE: ("LineString",), POLYGON: ("Polygon",), MULTIPOINT: ("Point",)}[kind]
    if not members or any(member.geom_type not in wanted for member in members):
        raise _mismatch()
    if kind != POLYGON:
        return members
    rings = []
    for polygon in members:
        for ring, isShell in [(polygon.exterior, True), *((hole, False) for hole in polygon.interiors)]:
            rings.append(shapely.reverse(ring) if ring.is_ccw == isShell else ring)
    return rings
