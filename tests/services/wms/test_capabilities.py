"""WMS capabilities made from a project alone."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.project.publication import InspirePublication, Publication, WmsPublication
from ogctwist.services.wms.capabilities.extents import decimal, rounded
from ogctwist.services.wms.getcapabilities import capabilitiesDocument
from ogctwist.services.wms.versions import WMS_1_1_1, WMS_1_3_0
from tests.services.wms.projects import project

OFFERED = frozenset({"getcapabilities", "getmap", "getlegendgraphic"})
NS = {"w": "http://www.opengis.net/wms", "sld": "http://www.opengis.net/sld"}
URL = "http://maps.example/?MAP=p&"


def document(made=None, version=WMS_1_3_0, hidden=()):
    made = made or project()
    readable = {i: layer for i, layer in made.layers.items() if i not in hidden}
    return etree.fromstring(capabilitiesDocument(made, readable, version, URL, OFFERED))


class CapabilitiesTests(SynchronousTestCase):
    def names(self, root):
        return [e.text for e in root.iterfind(".//w:Layer/w:Name", NS)]

    def test_tree(self) -> None:
        """The root stands for the project; restricted layers are left out, order is the tree's."""
        self.assertEqual(self.names(document()), ["A map", "t", "w", "rivers", "table"])

    def test_hiddenLayersLeaveNoTrace(self) -> None:
        """A denied layer is not there, nor a group of which nothing is left."""
        root = document(hidden={"rivers_id"})
        self.assertEqual(self.names(root), ["A map", "t", "table"])
        self.assertNotIn(b"water", etree.tostring(root))

    def test_queryable(self) -> None:
        """A group is queryable when something in it is."""
        found = {
            e.findtext("w:Name", namespaces=NS): e.get("queryable")
            for e in document().iterfind(".//w:Layer", NS)
        }
        self.assertEqual(found, {"A map": "1", "t": "1", "w": "0", "rivers": "0", "table": "1"})

    def test_onlyOfferedOperations(self) -> None:
        request = document().find("w:Capability/w:Request", NS)
        self.assertEqual(
            [etree.QName(e).localname for e in request], ["GetCapabilities", "GetMap", "GetLegendGraphic"]
        )

    def test_axisOrder(self) -> None:
        """In 1.3.0 the box of EPSG:4326 has latitude first, in 1.1.1 it has not."""
        new = document().find(".//w:Layer/w:Layer/w:BoundingBox[@CRS='EPSG:4326']", NS)
        self.assertEqual([new.get(k) for k in ("minx", "miny", "maxx", "maxy")], ["42", "1", "51", "9"])
        old = document(version=WMS_1_1_1).find(".//Layer/Layer/BoundingBox[@SRS='EPSG:4326']")
        self.assertEqual([old.get(k) for k in ("minx", "miny", "maxx", "maxy")], ["1", "42", "9", "51"])

    def test_tableHasNoBox(self) -> None:
        table = document().find(".//w:Layer[w:Name='table']", NS)
        self.assertIsNone(table.find("w:BoundingBox", NS))
        self.assertIsNone(table.find("w:CRS", NS))

    def test_scale(self) -> None:
        layer = document().find(".//w:Layer[w:Name='t']", NS)
        self.assertEqual(layer.findtext("w:MinScaleDenominator", namespaces=NS), "1000")
        self.assertEqual(layer.findtext("w:MaxScaleDenominator", namespaces=NS), "1e+06")

    def test_declaration(self) -> None:
        """Plugins look for this very spelling."""
        made = project()
        text = capabilitiesDocument(made, made.layers, WMS_1_3_0, URL, OFFERED)
        self.assertTrue(text.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n'))

    def test_emptyLayerCoversTheWorld(self) -> None:
        made = project()
        towns = replace(made.layers["towns_id"], extent=None)
        made = replace(made, layers={**made.layers, "towns_id": towns})
        west = document(made).findtext(".//w:Layer[w:Name='t']//w:westBoundLongitude", namespaces=NS)
        self.assertEqual(west, "-180")

    def test_crsThatNobodyKnows(self) -> None:
        """It is listed, as the project says, but has no box; the document is made all the same."""
        made = project(publication=Publication(wms=WmsPublication(crsList=("EPSG:4326", "EPSG:123456"))))
        root = document(made)
        self.assertIn("EPSG:123456", [e.text for e in root.iterfind(".//w:CRS", NS)])
        self.assertEqual(root.findall(".//w:BoundingBox[@CRS='EPSG:123456']", NS), [])

    def test_inspire(self) -> None:
        made = project(
            publication=Publication(
                wms=WmsPublication(inspire=InspirePublication(True, "fre", "http://meta", "application/xml"))
            )
        )
        text = etree.tostring(document(made)).decode()
        self.assertIn("http://meta", text)
        self.assertIn("<inspire_common:Language>fre</inspire_common:Language>", text)


class NumberTests(SynchronousTestCase):
    def test_decimal(self) -> None:
        self.assertEqual([decimal(v, 3) for v in (1.0, 1.5, -0.0, 1234.5678)], ["1", "1.5", "0", "1234.568"])

    def test_roundedOutwards(self) -> None:
        self.assertEqual(rounded(Box(0.11, 0.19, 0.91, 0.99), 1), Box(0.1, 0.1, 1.0, 1.0))
