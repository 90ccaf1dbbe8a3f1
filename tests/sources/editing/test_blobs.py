"""Geometries as GeoPackage and SpatiaLite keep them."""

from __future__ import annotations

import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.editing.blobs import gpkgBlob, spatialiteBlob
from ogctwist.sources.sqlfunctions import geometryOf

numbers = st.floats(-1e9, 1e9)
SHAPES = [
    "POINT (1 2)",
    "POINT Z (1 2 3)",
    "LINESTRING (0 0, 1 5)",
    "POLYGON ((0 0, 4 0, 4 4, 0 0), (1 0.5, 2 0.5, 2 1, 1 0.5))",
    "MULTIPOINT ((1 2), (3 4))",
    "MULTILINESTRING Z ((0 0 1, 1 5 2), (2 2 3, 3 3 4))",
    "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((10 10, 11 10, 11 11, 10 10)))",
    "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 5))",
]


class BlobTests(SynchronousTestCase):
    def test_read(self) -> None:
        """What is written is read as the same geometry of the same system."""
        for wkt in SHAPES:
            shape = shapely.from_wkt(wkt)
            for make in (gpkgBlob, spatialiteBlob):
                read, srid = geometryOf(make(shape, 2154)) or (None, 0)
                self.assertEqual((shapely.to_wkt(read), srid), (shapely.to_wkt(shape), 2154), (make, wkt))

    @given(numbers, numbers)
    def test_points(self, x: float, y: float) -> None:
        """Coordinates keep all their bits."""
        for make in (gpkgBlob, spatialiteBlob):
            read, _srid = geometryOf(make(shapely.Point(x, y), 4326)) or (None, 0)
            self.assertEqual((read.x, read.y), (x, y))

    def test_boxes(self) -> None:
        """A GeoPackage has the box of all but points and empty geometries, and says what is empty."""
        self.assertEqual(gpkgBlob(shapely.Point(1, 2), 1)[3], 0x01)
        self.assertEqual(gpkgBlob(shapely.LineString([(0, 0), (1, 1)]), 1)[3], 0x03)
        self.assertEqual(gpkgBlob(shapely.Polygon(), 1)[3], 0x11)
