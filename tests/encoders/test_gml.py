"""GML 2 and GML 3."""

from __future__ import annotations

import pyarrow as pa
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType, GeometryForm
from ogctwist.encoders.gml import NAMESPACES, Collection, GmlEncoder
from ogctwist.encoders.gml2 import Gml2Encoder
from ogctwist.encoders.gml3 import Gml3Encoder
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.interfaces import IFeatureEncoder
from tests.encoders.columns import COLUMNS, FIELDS, MERCATOR, WGS84, batch, featureType

SPACES = dict(NAMESPACES)
COLLECTION = Collection("a b", NAMESPACES)


def features(encoder: GmlEncoder, *batches: FeatureBatch) -> etree._Element:
    """The root of a whole document."""
    return etree.fromstring(encoder.head() + b"".join(map(encoder.batch, batches)) + encoder.tail())


def geometryOf(make, wkt: str, **options) -> str:
    """A geometry as it stands in the document, without its namespaces and property element."""
    encoder = make(COLLECTION, featureType(**options))
    text = encoder.batch(batch(wkt)).decode()
    return text.partition("<qgs:geometry>")[2].partition("</qgs:geometry>")[0]


class GeometryTests(SynchronousTestCase):
    """The geometry elements of the two versions."""

    def check(self, make, expected: dict[str, str]) -> None:
        for wkt, text in expected.items():
            self.assertEqual(
                geometryOf(make, wkt).replace("gml:", "").replace(' srsName="EPSG:4326"', "@"), text
            )

    def test_gml2(self) -> None:
        """OGC 02-069, 4.3: coordinates with commas; z is left out as QGIS does."""
        c = '<coordinates cs="," ts=" ">{}</coordinates>'.format
        ring = lambda name, text: f"<{name}><LinearRing>{c(text)}</LinearRing></{name}>"  # noqa: E731
        polygon = ring("outerBoundaryIs", "0,0 4,0 4,4 0,0") + ring("innerBoundaryIs", "2,1 3,1 3,2 2,1")
        wkt = "((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))"
        member = f"<polygonMember><Polygon>{polygon}</Polygon></polygonMember>"
        self.check(
            Gml2Encoder,
            {
                "POINT Z (1 2 3)": f"<Point@>{c('1,2')}</Point>",
                "LINESTRING(1 2,3.5 4)": f"<LineString@>{c('1,2 3.5,4')}</LineString>",
                f"POLYGON{wkt}": f"<Polygon@>{polygon}</Polygon>",
                f"MULTIPOLYGON({wkt},{wkt})": f"<MultiPolygon@>{member * 2}</MultiPolygon>",
                "MULTIPOINT(1 2)": "<MultiPoint@><pointMember><Point>"
                f"{c('1,2')}</Point></pointMember></MultiPoint>",
                "MULTILINESTRING((1 2,3 4))": "<MultiLineString@><lineStringMember><LineString>"
                f"{c('1,2 3,4')}</LineString></lineStringMember></MultiLineString>",
                "GEOMETRYCOLLECTION(POINT(1 2))": "<MultiGeometry@><geometryMember><Point>"
                f"{c('1,2')}</Point></geometryMember></MultiGeometry>",
                "MULTIPOLYGON EMPTY": "<MultiPolygon@></MultiPolygon>",
            },
        )

    def test_gml3(self) -> None:
        """OGC 03-105r1, 10: curves and surfaces, positions with blanks."""
        p = '<posList srsDimension="2">{}</posList>'.format
        ring = lambda name, text: f"<{name}><LinearRing>{p(text)}</LinearRing></{name}>"  # noqa: E731
        polygon = ring("exterior", "0 0 4 0 4 4 0 0") + ring("interior", "2 1 3 1 3 2 2 1")
        wkt = "((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))"
        member = f"<surfaceMember><Polygon>{polygon}</Polygon></surfaceMember>"
        self.check(
            Gml3Encoder,
            {
                "POINT(1 2)": '<Point@><pos srsDimension="2">1 2</pos></Point>',
                "LINESTRING(1 2,3.5 4)": f"<LineString@>{p('1 2 3.5 4')}</LineString>",
                f"POLYGON{wkt}": f"<Polygon@>{polygon}</Polygon>",
                f"MULTIPOLYGON({wkt},{wkt})": f"<MultiSurface@>{member * 2}</MultiSurface>",
                "MULTILINESTRING((1 2,3 4))": "<MultiCurve@><curveMember><LineString>"
                f"{p('1 2 3 4')}</LineString></curveMember></MultiCurve>",
            },
        )

    def test_z(self) -> None:
        """GML 3 has a third number, and says so; what lacks it has 0."""
        self.assertEqual(
            geometryOf(Gml3Encoder, "LINESTRING Z (1 2 3.5,4 5 6)", hasZ=True, srsName=""),
            '<gml:LineString><gml:posList srsDimension="3">1 2 3.5 4 5 6</gml:posList></gml:LineString>',
        )
        self.assertEqual(
            geometryOf(Gml3Encoder, "POINT(1 2)", hasZ=True, srsName=""),
            '<gml:Point><gml:pos srsDimension="3">1 2 0</gml:pos></gml:Point>',
        )

    def test_axisOrder(self) -> None:
        """Latitude first, in geometry and box alike."""
        text = (
            Gml3Encoder(COLLECTION, featureType(isSwapped=True))
            .batch(batch("LINESTRING(1 20,3 40)"))
            .decode()
        )
        self.assertIn(">20 1 40 3</gml:posList>", text)
        self.assertIn("<gml:lowerCorner>20 1</gml:lowerCorner><gml:upperCorner>40 3</gml:upperCorner>", text)

    def test_precision(self) -> None:
        """Digits after the point; zeros at the end are dropped."""
        text = geometryOf(Gml3Encoder, "POINT(1.23456 2.5)", precision=3)
        self.assertIn(">1.235 2.5<", text)

    def test_forms(self) -> None:
        """Extent, centroid or nothing instead of the geometry."""
        wkt = "LINESTRING(0 0,4 0,4 2)"
        self.assertIn(
            ">0 0 4 0 4 2 0 2 0 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
            geometryOf(Gml3Encoder, wkt, geometry=GeometryForm.EXTENT),
        )
        self.assertIn("<gml:Point", geometryOf(Gml3Encoder, wkt, geometry=GeometryForm.CENTROID))
        text = Gml3Encoder(COLLECTION, featureType(geometry=GeometryForm.NONE)).batch(batch(wkt)).decode()
        self.assertNotIn("geometry", text)
        self.assertNotIn("boundedBy", text)

    def test_reprojected(self) -> None:
        """Coordinates and boxes in the output's system; what has no place there is left out."""
        kind = featureType(crs=WGS84, outputCrs=MERCATOR, srsName="EPSG:3857", precision=2)
        text = (
            Gml3Encoder(COLLECTION, kind)
            .batch(batch("POINT(8.20349634 44.90148253)", "POINT(0 95)"))
            .decode()
        )
        self.assertEqual(text.count("913209.04 5606025.24"), 3)
        self.assertEqual(text.count("<qgs:geometry>"), 1)
        self.assertEqual(text.count("<gml:boundedBy>"), 1)


class FeatureTests(SynchronousTestCase):
    """Features, attributes and the collection around them."""

    def test_attributes(self) -> None:
        """Every type of attribute; nulls are nil."""
        kind = FeatureType("places", FIELDS)
        root = features(Gml3Encoder(COLLECTION, kind), batch(None, None, columns=COLUMNS))
        values, nulls = root.findall("gml:featureMember/qgs:places", SPACES)
        self.assertEqual(
            {etree.QName(e).localname: e.text for e in values},
            {
                "int": "1",
                "long": "12345678901234",
                "double": "0.1",
                "text": 'a & <b> "q" \\ \n]]>é',
                "bool": "true",
                "date": "2020-01-02",
                "time": "03:04:05.678",
                "moment": "2020-01-02T03:04:05.678",
                "blob": "AAFhYg==",
                "list": '["x", "é"]',
            },
        )
        nil = f"{{{SPACES['xsi']}}}nil"
        self.assertEqual([e.get(nil) for e in nulls], ["true"] * len(COLUMNS))

    def test_identifiers(self) -> None:
        """Type name and number: fid in GML 2, gml:id in GML 3."""
        for make, name in ((Gml2Encoder, "fid"), (Gml3Encoder, f"{{{SPACES['gml']}}}id")):
            root = features(make(COLLECTION, featureType()), batch("POINT(1 2)", None, first=7))
            members = root.findall("gml:featureMember/qgs:places", SPACES)
            self.assertEqual([m.get(name) for m in members], ["places.7", "places.8"])

    def test_noGeometry(self) -> None:
        """A null geometry leaves neither box nor property."""
        root = features(Gml2Encoder(COLLECTION, featureType()), batch("POINT(1 2)", None, "POINT EMPTY"))
        self.assertEqual([len(m[0]) for m in root.findall("gml:featureMember", SPACES)], [2, 0, 0])

    def test_names(self) -> None:
        """Names that XML cannot hold are made fit; the id keeps the type's name."""
        kind = FeatureType("Layer (copy) & 2", featureType("my field", "a<b", "1st").fields)
        columns = {name: pa.array(["x"]) for name in ("my field", "a<b", "1st")}
        root = features(Gml3Encoder(COLLECTION, kind), batch(None, columns=columns))
        member = root.find("gml:featureMember/qgs:Layer_copy__2", SPACES)
        self.assertEqual(member.get(f"{{{SPACES['gml']}}}id"), "Layer (copy) & 2.1")
        self.assertEqual([etree.QName(e).localname for e in member], ["my_field", "ab", "_1st"])

    def test_severalTypes(self) -> None:
        """One document, features of one type after those of another."""
        encoder = Gml3Encoder(COLLECTION, featureType())
        first = encoder.batch(batch("POINT(1 2)"))
        encoder.ofType(FeatureType("roads", crs=WGS84, srsName="EPSG:3857"))
        second = encoder.batch(batch("POINT(1 2)"))
        self.assertIn(b"<qgs:places ", first)
        self.assertIn(b"<qgs:roads ", second)
        self.assertIn(b'srsName="EPSG:3857"', second)

    def test_emptyBatch(self) -> None:
        """No features, no bytes."""
        encoder = Gml2Encoder(COLLECTION, featureType("a"))
        self.assertEqual(encoder.batch(FeatureBatch.empty(["a"])), b"")


class CollectionTests(SynchronousTestCase):
    """The head of a document."""

    def test_root(self) -> None:
        """The schema location is the last thing on its line; counts have lines of their own."""
        head = Collection('x?a=1&b="2"', NAMESPACES, counts=(("numberOfFeatures", "3"),)).head()
        first, second, _rest = head.split("\n")
        self.assertTrue(first.endswith('xsi:schemaLocation="x?a=1&amp;b=&quot;2&quot;"'), first)
        self.assertEqual(second, ' numberOfFeatures="3">')

    def test_bounds(self) -> None:
        """The box of the collection, with the axes in the document's order."""
        bounds = CollectionBounds(Box(1, 20, 3, 40.123), "EPSG:4326", precision=2)
        swapped = CollectionBounds(Box(1, 20, 3, 40.123), isSwapped=True, precision=2)
        two, three = Gml2Encoder(COLLECTION, featureType()), Gml3Encoder(COLLECTION, featureType())
        self.assertEqual(
            two.boundedBy(bounds),
            '<gml:boundedBy><gml:Box srsName="EPSG:4326"><gml:coordinates cs="," ts=" ">1,20 3,40.12'
            "</gml:coordinates></gml:Box></gml:boundedBy>\n",
        )
        self.assertEqual(
            three.boundedBy(swapped),
            "<gml:boundedBy><gml:Envelope><gml:lowerCorner>20 1</gml:lowerCorner>"
            "<gml:upperCorner>40.12 3</gml:upperCorner></gml:Envelope></gml:boundedBy>\n",
        )
        self.assertIn("<gml:null>", two.boundedBy(None))
        self.assertEqual(three.boundedBy(None), "")

    def test_interface(self) -> None:
        """Both are feature encoders."""
        for make in (Gml2Encoder, Gml3Encoder):
            self.assertTrue(verifyObject(IFeatureEncoder, make(COLLECTION, featureType())))
