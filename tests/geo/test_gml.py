# -*- test-case-name: tests.geo.test_gml -*-
"""Tests of L{ogctwist.geo.gml}: geometries in GML 2, 3.1.1 and 3.2."""

from __future__ import annotations

import shapely
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.axisorder import UnknownCRS
from ogctwist.geo.crs import CRS
from ogctwist.geo.gml import GmlError, GmlGeometry, geometryFromGml, geometryFromText

GML3, GML32 = "http://www.opengis.net/gml", "http://www.opengis.net/gml/3.2"


def read(text: str, space: str = GML3, **options: object) -> GmlGeometry:
    """The geometry of elements without prefix."""
    return geometryFromGml(etree.fromstring(text.replace(">", f' xmlns="{space}">', 1)), **options)  # type: ignore[arg-type]


class KindTests(SynchronousTestCase):
    """Each kind of geometry."""

    cases = (
        # GML 2
        ("<Point ><coordinates>1,2</coordinates></Point>", "POINT (1 2)"),
        ("<Point ><coord><X>1</X><Y>2</Y></coord></Point>", "POINT (1 2)"),
        ("<LineString ><coordinates>0,0 1,1 2,0</coordinates></LineString>", "LINESTRING (0 0, 1 1, 2 0)"),
        (
            "<LineString ><coordinates decimal=',' cs=';' ts='|'>0,5;0|1;1,5</coordinates></LineString>",
            "LINESTRING (0.5 0, 1 1.5)",
        ),
        (
            "<LineString ><coord><X>0</X><Y>0</Y></coord><coord><X>1</X><Y>1</Y></coord></LineString>",
            "LINESTRING (0 0, 1 1)",
        ),
        (
            "<Polygon ><outerBoundaryIs><LinearRing><coordinates>0,0 4,0 4,4 0,0</coordinates></LinearRing>"
            "</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>2,1 3,1 3,2 2,1</coordinates></LinearRing>"  # noqa: E501
            "</innerBoundaryIs></Polygon>",
            "POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 1, 3 2, 2 1))",
        ),
        ("<Box ><coordinates>3,4 1,2</coordinates></Box>", "POLYGON ((3 2, 3 4, 1 4, 1 2, 3 2))"),
        (
            "<MultiPoint ><pointMember><Point><coordinates>1,2</coordinates></Point></pointMember>"
            "<pointMember><Point><coordinates>3,4</coordinates></Point></pointMember></MultiPoint>",
            "MULTIPOINT ((1 2), (3 4))",
        ),
        (
            "<MultiLineString ><lineStringMember><LineString><coordinates>0,0 1,1</coordinates></LineString>"
            "</lineStringMember></MultiLineString>",
            "MULTILINESTRING ((0 0, 1 1))",
        ),
        (
            "<MultiPolygon ><polygonMember><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0"
            "</coordinates></LinearRing></outerBoundaryIs></Polygon></polygonMember></MultiPolygon>",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
        ),
        (
            "<MultiGeometry ><geometryMember><Point><pos>1 2</pos></Point></geometryMember>"
            "<geometryMember><LineString><posList>0 0 1 1</posList></LineString></geometryMember></MultiGeometry>",  # noqa: E501
            "GEOMETRYCOLLECTION (POINT (1 2), LINESTRING (0 0, 1 1))",
        ),
        # GML 3
        ("<Point ><pos>1 2</pos></Point>", "POINT (1 2)"),
        ("<Point ><pos srsDimension='3'>1 2 3</pos></Point>", "POINT Z (1 2 3)"),
        ("<LineString ><posList>0 0 1 1 2 0</posList></LineString>", "LINESTRING (0 0, 1 1, 2 0)"),
        ("<LineString ><pos>0 0</pos><pos>1 1</pos></LineString>", "LINESTRING (0 0, 1 1)"),
        (
            "<LineString  srsDimension='3'><posList>0 0 5 1 1 6</posList></LineString>",
            "LINESTRING Z (0 0 5, 1 1 6)",
        ),
        (
            "<Envelope ><lowerCorner>1 2</lowerCorner><upperCorner>3 4</upperCorner></Envelope>",
            "POLYGON ((3 2, 3 4, 1 4, 1 2, 3 2))",
        ),
        (
            "<Polygon ><exterior><LinearRing><posList>0 0 4 0 4 4 0 0</posList></LinearRing></exterior></Polygon>",  # noqa: E501
            "POLYGON ((0 0, 4 0, 4 4, 0 0))",
        ),
        (
            "<Curve ><segments><LineStringSegment><posList>0 0 1 1</posList></LineStringSegment>"
            "<LineStringSegment><posList>1 1 2 0</posList></LineStringSegment></segments></Curve>",
            "LINESTRING (0 0, 1 1, 2 0)",
        ),
        (
            "<Surface ><patches><PolygonPatch><exterior><LinearRing><posList>0 0 1 0 1 1 0 0</posList></LinearRing>"  # noqa: E501
            "</exterior></PolygonPatch></patches></Surface>",
            "POLYGON ((0 0, 1 0, 1 1, 0 0))",
        ),
        (
            "<MultiCurve ><curveMember><LineString><posList>0 0 1 1</posList></LineString></curveMember></MultiCurve>",  # noqa: E501
            "MULTILINESTRING ((0 0, 1 1))",
        ),
        (
            "<MultiSurface ><surfaceMembers><Polygon><exterior><LinearRing><posList>0 0 1 0 1 1 0 0</posList>"
            "</LinearRing></exterior></Polygon></surfaceMembers></MultiSurface>",
            "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
        ),
        (
            "<MultiPoint ><pointMembers><Point><pos>1 2</pos></Point><Point><pos>3 4</pos></Point></pointMembers></MultiPoint>",  # noqa: E501
            "MULTIPOINT ((1 2), (3 4))",
        ),
    )

    def test_kinds(self) -> None:
        """In the namespaces of all versions."""
        for text, wkt in self.cases:
            for space in (GML3, GML32):
                self.assertEqual(read(text, space).shape, shapely.from_wkt(wkt), text)

    def test_axisOrder(self) -> None:
        """The srsName says which coordinate comes first; inside it is always x."""
        for name, text, isInverted in (
            ("EPSG:4326", "8 44", False),
            ("urn:ogc:def:crs:EPSG::4326", "44 8", True),
            ("http://www.opengis.net/def/crs/EPSG/0/4326", "44 8", True),
            ("http://www.opengis.net/gml/srs/epsg.xml#4326", "8 44", False),
            ("urn:ogc:def:crs:OGC:1.3:CRS84", "8 44", False),
        ):
            found = read(f"<Point  srsName='{name}'><pos>{text}</pos></Point>")
            self.assertEqual((found.shape, found.isInverted), (shapely.Point(8, 44), isInverted), name)
            assert found.crs is not None
            self.assertTrue(found.crs.isGeographic)
        high = read("<Point  srsName='urn:ogc:def:crs:EPSG::4326'><pos>44 8 100</pos></Point>").shape
        self.assertEqual((high.x, high.y, high.z), (8, 44, 100))

    def test_inheritedCrs(self) -> None:
        """Without srsName what the caller says holds; one further down counts for all."""
        found = read("<Point ><pos>44 8</pos></Point>", crs=CRS.fromAuthid("EPSG:4326"), isInverted=True)
        self.assertEqual(found.shape, shapely.Point(8, 44))
        self.assertIsNone(read("<Point ><pos>1 2</pos></Point>").crs)
        inner = read(
            "<MultiPoint ><pointMember><Point srsName='urn:ogc:def:crs:EPSG::4326'><pos>44 8</pos></Point>"
            "</pointMember></MultiPoint>"
        )
        self.assertEqual(inner.shape, shapely.from_wkt("MULTIPOINT ((8 44))"))

    def test_refused(self) -> None:
        """What is none, what is not supported, what lies."""
        for text in (
            "<Nothing ></Nothing>",
            "<Point ></Point>",
            "<Point ><pos></pos></Point>",
            "<Point ><pos>1</pos></Point>",
            "<Point ><pos>1 x</pos></Point>",
            "<Point ><pos>1 nan</pos></Point>",
            "<Point ><pos>1 2</pos><pos>1 2</pos></Point>",
            "<LineString ><posList>0 0 1</posList></LineString>",
            "<LineString ><posList>0 0</posList></LineString>",
            "<Polygon ></Polygon>",
            "<Polygon ><exterior><LinearRing><posList>0 0 1 1</posList></LinearRing></exterior></Polygon>",
            "<Polygon ><exterior/></Polygon>",
            "<Envelope ><lowerCorner>1 2</lowerCorner></Envelope>",
            "<Curve ></Curve>",
            "<Curve ><segments><Arc><posList>0 0 1 1 2 0</posList></Arc></segments></Curve>",
            "<MultiPoint ><pointMember><LineString><posList>0 0 1 1</posList></LineString></pointMember></MultiPoint>",  # noqa: E501
            "<LineString ><coordinates cs='ab'>0,0 1,1</coordinates></LineString>",
            "<LineString ><coordinates>,</coordinates></LineString>",
            "<MultiGeometry >" + "<MultiGeometry>" * 15 + "</MultiGeometry>" * 15 + "</MultiGeometry>",
        ):
            self.assertRaises(GmlError, read, text)
        self.assertRaises(UnknownCRS, read, "<Point  srsName='EPSG:1'><pos>1 2</pos></Point>")

    def test_vertexLimit(self) -> None:
        """Vertices are counted over all parts."""
        line = "<LineString ><posList>" + "0 0 " * 5 + "1 1</posList></LineString>"
        read(line, maxVertices=6)
        self.assertRaises(GmlError, read, line, maxVertices=5)
        self.assertRaises(
            GmlError, read, "<LineString ><posList>" + "0 1 " * 100_001 + "</posList></LineString>"
        )

    def test_text(self) -> None:
        """As text within an expression, its prefixes unbound."""
        box = '<gml:Box> <gml:coordinates cs="," ts=" ">1,2 3,4</gml:coordinates></gml:Box>'
        self.assertEqual(geometryFromText(box).bounds, (1, 2, 3, 4))
        for text in (
            "",
            "x",
            "<a",
            "<gml:Point>",
            "<!DOCTYPE a><a/>",
            "<Point/><Point/>",
            "<x:Point><pos>1 2</pos></x:Point>",
        ):
            self.assertRaises(GmlError, geometryFromText, text)
