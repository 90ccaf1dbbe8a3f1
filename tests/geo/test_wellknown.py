# -*- test-case-name: tests.geo.test_wellknown -*-
"""Tests of L{ogctwist.geo.wellknown}."""

from __future__ import annotations

import struct

import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.wellknown import WellKnownError, fromWkb, fromWkt

TEXTS = (
    "POINT (1 2)",
    "POINT Z (1 2 3)",
    "POINT M (1 2 3)",
    "POINT ZM (1 2 3 4)",
    "LINESTRING (0 0, 1 1)",
    "POLYGON ((0 0, 1 0, 1 1, 0 0), (0.1 0.1, 0.2 0.1, 0.2 0.2, 0.1 0.1))",
    "MULTIPOINT ((0 0), (1 1))",
    "MULTILINESTRING Z ((0 0 1, 1 1 2))",
    "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
    "GEOMETRYCOLLECTION (POINT (1 2), GEOMETRYCOLLECTION (LINESTRING (0 0, 1 1)))",
    "POINT EMPTY",
)


class TextTests(SynchronousTestCase):
    """WKT."""

    def test_spellings(self) -> None:
        """The standard's, QGIS's, and in any case."""
        for text, same in (
            ("POINT(1 2)", "POINT (1 2)"),
            ("PointZ (1 2 3)", "POINT Z (1 2 3)"),
            ("pointm(1 2 3)", "POINT M (1 2 3)"),
            ("LineStringZM(0 0 1 2, 1 1 3 4)", "LINESTRING ZM (0 0 1 2, 1 1 3 4)"),
            ("MULTIPOINT(1 2, 3 4)", "MULTIPOINT ((1 2), (3 4))"),
            ("POINT(1e3 -.5)", "POINT (1000 -0.5)"),
        ):
            self.assertEqual(fromWkt(text), shapely.from_wkt(same), text)
        for text in TEXTS:
            self.assertEqual(fromWkt(text), shapely.from_wkt(text))

    def test_refused(self) -> None:
        """What is none, and what is too large."""
        for text in (
            "",
            "POINT",
            "POINT(1)",
            "POINT(a b)",
            "LINESTRING(0 0)",
            "CIRCULARSTRING(0 0, 1 1, 2 0)",
            "POINT(1 2); x",
            "GEOMETRYCOLLECTION(" * 20 + "POINT(1 2)" + ")" * 20,
            "(" * 100_000,
            "LINESTRING(" + "0 0," * 100_001 + "1 1)",
            "POINT(" + "1" * 20_000_000,
            "SRID=4326;POINT(1 2)",
        ):
            self.assertRaises(WellKnownError, fromWkt, text)

    @given(st.text(alphabet="POINTLESRGYZM ()0123.,-eEmpty", max_size=40))
    def test_fuzz(self, text: str) -> None:
        """Any text is a geometry or an error."""
        try:
            fromWkt(text)
        except WellKnownError:
            pass


class BinaryTests(SynchronousTestCase):
    """WKB."""

    def test_flavours(self) -> None:
        """ISO and extended, either byte order, with an SRID."""
        for text in TEXTS:
            shape = shapely.from_wkt(text)
            for flavor in ("iso", "extended"):
                for order in (0, 1):
                    data = shapely.to_wkb(shape, flavor=flavor, byte_order=order)
                    self.assertEqual(fromWkb(data), shape, (text, flavor, order))
        self.assertEqual(
            fromWkb(shapely.to_wkb(shapely.set_srid(shapely.Point(1, 2), 4326), include_srid=True)).y, 2
        )

    def test_refused(self) -> None:
        """Cut, deep, lying and foreign ones."""
        line = shapely.to_wkb(shapely.from_wkt("LINESTRING (0 0, 1 1)"))
        deep = struct.pack("<BII", 1, 7, 1) * 100_000 + shapely.to_wkb(shapely.Point(1, 2))
        lying = struct.pack("<BII", 1, 2, 0xFFFFFFFF)
        many = struct.pack("<BII", 1, 7, 0xFFFFFFFF) + shapely.to_wkb(shapely.Point(1, 2))
        rings = struct.pack("<BII", 1, 3, 0xFFFFFFFF) + b"\0" * 1000
        curve = struct.pack("<BII", 1, 8, 0)
        for data in (
            b"",
            line[:-1],
            line[:7],
            deep,
            lying,
            many,
            rings,
            curve,
            b"\x01" * 50,
            b"\0" * 10_000_000,
        ):
            self.assertRaises(WellKnownError, fromWkb, data)

    @given(st.binary(max_size=60))
    def test_fuzz(self, data: bytes) -> None:
        """Any bytes are a geometry or an error."""
        for prefix in (b"", b"\x01", struct.pack("<BI", 1, 7), struct.pack("<BI", 1, 3)):
            try:
                fromWkb(prefix + data)
            except WellKnownError:
                pass
