"""Values and geometries of Transactions."""

from __future__ import annotations

import datetime
from typing import Any

import shapely
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.crs import CRS, WGS84
from ogctwist.services.wfs.givenvalues import Unfit, fitted, geometryOf, valueOf
from ogctwist.sources.query import FieldType, SourceField


def value(text: str | None, kind: FieldType, length: int = 0) -> Any:
    return valueOf(text, SourceField("x", kind, length=length))


class ValueTests(SynchronousTestCase):
    def test_values(self) -> None:
        for text, kind, expected in (
            ("12", FieldType.INTEGER, 12),
            (" -12 ", FieldType.LONG, -12),
            (str(2**40), FieldType.LONG, 2**40),
            ("1.5e3", FieldType.DOUBLE, 1500.0),
            ("true", FieldType.BOOLEAN, True),
            ("0", FieldType.BOOLEAN, False),
            ("2024-05-06", FieldType.DATE, datetime.date(2024, 5, 6)),
            ("2024-05-06Z", FieldType.DATE, datetime.date(2024, 5, 6)),
            ("12:30:00", FieldType.TIME, datetime.time(12, 30)),
            ("12:30:00Z", FieldType.TIME, datetime.time(12, 30)),
            ("2024-05-06T12:30:00", FieldType.DATETIME, datetime.datetime(2024, 5, 6, 12, 30)),
            ("2024-05-06T12:30:00+02:00", FieldType.DATETIME, datetime.datetime(2024, 5, 6, 10, 30)),
            ("YWI=", FieldType.BINARY, b"ab"),
            ('{"a": 1}', FieldType.MAP, '{"a": 1}'),
            ('["a"]', FieldType.STRING_LIST, ["a"]),
            (" kept ", FieldType.STRING, " kept "),
            ("", FieldType.STRING, ""),
        ):
            self.assertEqual(value(text, kind), expected, (text, kind))

    def test_nothing(self) -> None:
        """No value is NULL; an empty one is, but for texts."""
        for kind in FieldType:
            self.assertIsNone(value(None, kind))
            if kind is not FieldType.STRING:
                self.assertIsNone(value(" ", kind))

    def test_unfit(self) -> None:
        for text, kind in (
            ("1.5", FieldType.INTEGER),
            ("1_000", FieldType.INTEGER),
            ("x", FieldType.INTEGER),
            (str(2**31), FieldType.INTEGER),
            (str(2**63), FieldType.LONG),
            ("9" * 5000, FieldType.LONG),
            ("nan", FieldType.DOUBLE),
            ("1e999", FieldType.DOUBLE),
            ("1_0", FieldType.DOUBLE),
            ("yes", FieldType.BOOLEAN),
            ("2024-13-01", FieldType.DATE),
            ("2024-05-06x", FieldType.DATE),
            ("25:00", FieldType.TIME),
            ("yesterday", FieldType.DATETIME),
            ("a b", FieldType.BINARY),
            ("{", FieldType.MAP),
            ("{}", FieldType.LIST),
            ("a\0b", FieldType.STRING),
        ):
            self.assertRaises(Unfit, value, text, kind)
        self.assertRaises(Unfit, value, "abcd", FieldType.STRING, 3)
        self.assertEqual(value("abc", FieldType.STRING, 3), "abc")

    @given(st.text(max_size=30), st.sampled_from(list(FieldType)))
    def test_anything(self, text: str, kind: FieldType) -> None:
        """Any text is a value, or is refused as such."""
        try:
            value(text, kind)
        except Unfit:
            pass


def geometry(inner: str, wkbType: str = "Point", crs: CRS = WGS84, named: Any = None) -> str:
    element = etree.fromstring(f'<g xmlns:gml="http://www.opengis.net/gml">{inner}</g>')[0]
    return geometryOf(element, wkbType, crs, named or (crs, False)).wkt


class GeometryTests(SynchronousTestCase):
    def test_systems(self) -> None:
        """The element's own system, else what holds around it; coordinates become the layer's."""
        here = "<gml:pos>48 2</gml:pos>"
        self.assertEqual(geometry(f"<gml:Point>{here}</gml:Point>"), "POINT (48 2)")
        turned = f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326">{here}</gml:Point>'
        self.assertEqual(geometry(turned), "POINT (2 48)")
        self.assertEqual(geometry(f"<gml:Point>{here}</gml:Point>", named=(WGS84, True)), "POINT (2 48)")
        mercator = CRS.fromAuthid("EPSG:3857")
        moved = shapely.from_wkt(geometry(turned, crs=mercator))
        self.assertAlmostEqual(moved.x, 222638.98, 2)
        self.assertAlmostEqual(moved.y, 6106854.83, 2)

    def test_unfit(self) -> None:
        mercator = CRS.fromAuthid("EPSG:3857")
        for inner, crs in (
            ("<gml:Point><gml:pos>x y</gml:pos></gml:Point>", WGS84),
            ('<gml:Point srsName="EPSG:999999"><gml:pos>1 2</gml:pos></gml:Point>', WGS84),
            ('<gml:Point srsName="EPSG:4326"><gml:pos>0 95</gml:pos></gml:Point>', mercator),
        ):
            self.assertRaises(Unfit, geometry, inner, crs=crs)

    def test_fitted(self) -> None:
        """The type of the layer, where nothing is lost by it."""
        for given_, kind, expected in (
            ("POINT (1 2)", "MultiPoint", "MULTIPOINT ((1 2))"),
            ("MULTIPOINT ((1 2))", "Point", "POINT (1 2)"),
            ("POINT (1 2)", "PointZ", "POINT Z (1 2 0)"),
            ("POINT (1 2)", "Point25D", "POINT Z (1 2 0)"),
            ("POINT Z (1 2 3)", "Point", "POINT (1 2)"),
            ("LINESTRING (0 0, 1 1)", "MultiCurveZ", "MULTILINESTRING Z ((0 0 0, 1 1 0))"),
            ("POLYGON ((0 0, 1 0, 1 1, 0 0))", "CurvePolygon", "POLYGON ((0 0, 1 0, 1 1, 0 0))"),
            ("GEOMETRYCOLLECTION (POINT (1 2), POINT (3 4))", "MultiPoint", "MULTIPOINT ((1 2), (3 4))"),
            ("POINT (1 2)", "GeometryCollection", "GEOMETRYCOLLECTION (POINT (1 2))"),
            ("POINT Z (1 2 3)", "Unknown", "POINT Z (1 2 3)"),
            ("LINEARRING (0 0, 1 0, 1 1, 0 0)", "LineString", "LINEARRING (0 0, 1 0, 1 1, 0 0)"),
        ):
            self.assertEqual(fitted(shapely.from_wkt(given_), kind).wkt, expected)

    def test_otherTypes(self) -> None:
        for given_, kind in (
            ("POINT (1 2)", "LineString"),
            ("MULTIPOINT ((1 2), (3 4))", "Point"),
            ("GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))", "MultiPoint"),
            ("POINT (1 2)", "NoGeometry"),
            ("POINT (1 2)", "TINZ"),
        ):
            self.assertRaises(Unfit, fitted, shapely.from_wkt(given_), kind)
