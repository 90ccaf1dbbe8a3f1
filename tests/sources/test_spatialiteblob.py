"""Blobs of SpatiaLite become well-known binary."""

from __future__ import annotations

import struct

import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.spatialiteblob import wkbOfOne, wkbOfSpatialite
from tests.sources.sample import spatialiteBlob

numbers = st.floats(-1000, 1000, allow_nan=False, width=32)
pairs = st.tuples(numbers, numbers)
points = pairs.map(shapely.Point)
lines = st.lists(pairs, min_size=2, max_size=5).map(shapely.LineString)
boxes = pairs.map(lambda p: shapely.box(p[0], p[1], p[0] + 3, p[1] + 3))
holed = boxes.map(lambda b: b.difference(b.centroid.buffer(1, quad_segs=1)))
polygons = st.one_of(boxes, holed)


def many(kind, parts):
    return st.lists(parts, min_size=1, max_size=4).map(lambda p: kind(p))


shapes = st.one_of(
    points,
    lines,
    polygons,
    many(shapely.MultiPoint, points),
    many(shapely.MultiLineString, lines),
    many(shapely.MultiPolygon, polygons),
    many(shapely.GeometryCollection, st.one_of(points, lines, polygons)),
    st.tuples(numbers, numbers, numbers).map(shapely.Point),
    st.lists(st.tuples(numbers, numbers, numbers), min_size=2, max_size=4).map(
        lambda c: shapely.MultiLineString([c, c])
    ),
)


class WkbOfSpatialiteTests(SynchronousTestCase):
    @given(st.lists(st.one_of(st.none(), shapes), max_size=8))
    def test_columns(self, column: list[object]) -> None:
        blobs = [None if s is None else spatialiteBlob(s) for s in column]
        expected = [None if s is None else shapely.to_wkb(s, flavor="iso") for s in column]
        self.assertEqual(wkbOfSpatialite(blobs).to_pylist(), expected)

    @given(shapes)
    def test_oneByOne(self, shape: object) -> None:
        self.assertEqual(wkbOfOne(spatialiteBlob(shape)), shapely.to_wkb(shape, flavor="iso"))

    @given(st.one_of(points, lines, polygons))
    def test_bigEndian(self, shape: object) -> None:
        blob = spatialiteBlob(shape, order=">")
        self.assertEqual(wkbOfSpatialite([blob]).to_pylist(), [shapely.to_wkb(shape, flavor="iso")])

    @given(st.binary(max_size=120), shapes, st.integers(0, 60), st.integers(0, 255))
    def test_brokenBlobs(self, noise: bytes, shape: object, place: int, byte: int) -> None:
        """Whatever comes out, it does not break the column or its neighbours."""
        whole = spatialiteBlob(shape)
        broken = bytearray(whole)
        broken[place % len(broken)] = byte
        truncated = whole[: place % len(whole)]
        result = wkbOfSpatialite([whole, noise, bytes(broken), truncated, whole])
        result.validate(full=True)
        values = result.to_pylist()
        self.assertEqual(values[0], shapely.to_wkb(shape, flavor="iso"))
        self.assertEqual(values[4], values[0])

    def test_tinyPoints(self) -> None:
        for dimensions, kind, form in ((1, 1, "2d"), (2, 1001, "3d"), (3, 2001, "3d"), (4, 3001, "4d")):
            values = range(1, int(form[0]) + 1)
            blob = b"\0\x81" + struct.pack("<IB" + form, 4326, dimensions, *values) + b"\xfe"
            self.assertEqual(
                wkbOfSpatialite([blob]).to_pylist(), [struct.pack("<BI" + form, 1, kind, *values)]
            )

    def test_compressedLines(self) -> None:
        coordinates = [(0.0, 0.0), (1.0, 1.0), (3.0, 2.0), (10.0, 10.0)]
        body = struct.pack("<II2d", 1_000_002, 4, 0.0, 0.0)
        body += struct.pack("<4f", 1.0, 1.0, 2.0, 1.0) + struct.pack("<2d", 10.0, 10.0)
        blob = b"\0\1" + bytes(36) + b"\x7c" + body + b"\xfe"
        (wkb,) = wkbOfSpatialite([blob]).to_pylist()
        self.assertEqual(list(shapely.from_wkb(wkb).coords), coordinates)
