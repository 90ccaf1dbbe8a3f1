"""GML 3.2."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType, GeometryForm
from ogctwist.encoders.gml import Collection
from ogctwist.encoders.gml32 import NAMESPACES, Gml32Encoder, Gml32Feature, ValueEncoder
from ogctwist.geo.box import Box
from ogctwist.interfaces import IFeatureEncoder
from tests.encoders.columns import COLUMNS, batch, featureType

SPACES = dict(NAMESPACES)
COLLECTION = Collection("a b", NAMESPACES)
ID = f"{{{SPACES['gml']}}}id"


def typeNamed(name: str, *fields: str) -> FeatureType:
    return replace(featureType(*fields), name=name)


def document(encoder: Any, *batches: Any) -> etree._Element:
    return etree.fromstring(encoder.head() + b"".join(map(encoder.batch, batches)) + encoder.tail())


class CollectionTests(SynchronousTestCase):
    def test_interface(self) -> None:
        for make in (Gml32Encoder, Gml32Feature, ValueEncoder):
            verifyObject(IFeatureEncoder, make(COLLECTION, featureType()))

    def test_ids(self) -> None:
        """Every feature and every geometry has an id of its own, which is a name in XML."""
        rows = batch(
            "POINT(1 2)", "MULTIPOINT(1 2,3 4)", "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))"
        )
        root = document(Gml32Encoder(COLLECTION, typeNamed("1 träge")), rows)
        found = [element.get(ID) for element in root.iter() if element.get(ID)]
        self.assertEqual(len(found), len(set(found)))
        first = int(rows.ids[0])
        self.assertEqual(
            found[:5],
            [
                f"_1_träge.{first}",
                f"_1_träge.geometry.{first}",
                f"_1_träge.{first + 1}",
                f"_1_träge.geometry.{first + 1}",
                f"_1_träge.geometry.{first + 1}.1",
            ],
        )
        geometries = [
            e for e in root.iter() if etree.QName(e).localname in ("Point", "LineString", "MultiPoint")
        ]
        self.assertTrue(all(element.get(ID) for element in geometries))

    def test_structure(self) -> None:
        """Members and boxes in the namespace of WFS 2.0."""
        bounds = CollectionBounds(Box(1, 2, 3, 4), "EPSG:4326", False, 3)
        root = document(
            Gml32Encoder(Collection("a b", NAMESPACES, bounds), featureType()), batch("POINT(1 2)")
        )
        self.assertEqual([etree.QName(e).localname for e in root], ["boundedBy", "member"])
        self.assertEqual({etree.QName(e).namespace for e in root}, {SPACES["wfs"]})
        self.assertEqual(
            root.findtext("wfs:boundedBy/gml:Envelope/gml:upperCorner", namespaces=SPACES), "3 4"
        )
        (feature,) = root.find("wfs:member", SPACES)
        self.assertEqual(feature[0].tag, f"{{{SPACES['gml']}}}boundedBy")

    def test_parts(self) -> None:
        """Several queries: each has a collection of its own, also one without features."""
        encoder = Gml32Encoder(COLLECTION, featureType(), [' n="1"', ' n="2"', ' n="3"', ' n="4"'])
        texts = [encoder.head(), encoder.batch(batch("POINT(1 2)", "POINT(3 4)"))]
        encoder.ofType(typeNamed("b"))
        encoder.ofType(typeNamed("c"))
        texts.append(encoder.batch(batch("POINT(1 2)")))
        encoder.ofType(typeNamed("d"))
        texts.append(encoder.tail())
        root = etree.fromstring(b"".join(texts))
        inner = root.findall("wfs:member/wfs:FeatureCollection", SPACES)
        self.assertEqual(
            [(part.get("n"), len(part)) for part in inner], [("1", 2), ("2", 0), ("3", 1), ("4", 0)]
        )

    def test_noParts(self) -> None:
        """Nothing was found by any query."""
        encoder = Gml32Encoder(COLLECTION, featureType(), ["", ""])
        encoder.ofType(typeNamed("b"))
        root = etree.fromstring(encoder.head() + encoder.tail())
        self.assertEqual(len(root.findall("wfs:member/wfs:FeatureCollection", SPACES)), 2)


class FeatureTests(SynchronousTestCase):
    def test_root(self) -> None:
        """The feature is the document."""
        root = document(
            Gml32Feature(COLLECTION, typeNamed("a", *COLUMNS)),
            batch("POINT(1 2)", None, columns=COLUMNS).slice(0, 1),
        )
        self.assertEqual(root.tag, f"{{{SPACES['qgs']}}}a")
        self.assertTrue(root.get(ID).startswith("a."))
        self.assertIsNotNone(root.find("qgs:geometry/gml:Point", SPACES))
        self.assertEqual(root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"), "a b")


class ValueTests(SynchronousTestCase):
    def values(self, rows: Any, *names: str, **options: Any) -> list[etree._Element]:
        root = document(ValueEncoder(COLLECTION, featureType(*names, **options)), rows)
        self.assertEqual(root.tag, f"{{{SPACES['wfs']}}}ValueCollection")
        return root.findall("wfs:member", SPACES)

    def test_geometries(self) -> None:
        """A geometry each, nothing for none."""
        members = self.values(batch("POINT(1 2)", "POINT EMPTY", "POINT(3 4)"))
        self.assertEqual(
            [member.findtext("gml:Point/gml:pos", namespaces=SPACES) for member in members], ["1 2", "3 4"]
        )

    def test_ids(self) -> None:
        members = self.values(batch("POINT(1 2)", "POINT(3 4)"), geometry=GeometryForm.NONE)
        self.assertEqual(len(members), 2)
        self.assertTrue(all(member.text.startswith("places.") for member in members))

    def test_attributes(self) -> None:
        """The values of an attribute, escaped; none for NULL."""
        rows = batch("POINT(1 2)", None, columns=COLUMNS)
        for name, text in (
            ("text", 'a & <b> "q" \\ \n]]>é'),
            ("int", "1"),
            ("bool", "true"),
            ("date", "2020-01-02"),
        ):
            (member,) = self.values(rows, name)
            self.assertEqual(member.text, text)
