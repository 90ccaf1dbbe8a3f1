"""GetProjectSettings: what it adds to the capabilities."""

from __future__ import annotations

from dataclasses import replace

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import FieldSettings, WfsPublication
from ogctwist.services.wms.capabilities.settings import displayField
from ogctwist.services.wms.getcapabilities import capabilitiesDocument
from ogctwist.services.wms.versions import WMS_1_3_0
from ogctwist.sources.query import FieldType, SourceField, SourceSchema
from tests.endtoend.running import ServerTestCase
from tests.services.wms.projects import project, vectorLayer

NS = {"w": "http://www.opengis.net/wms"}
SCHEMA = SourceSchema(
    (SourceField("id", FieldType.LONG, "Integer64", 10), SourceField("pin", FieldType.STRING))
)


def document(made, readable) -> etree._Element:
    return etree.fromstring(
        capabilitiesDocument(
            made, readable, WMS_1_3_0, "http://m/?", frozenset(), schemas={"rivers_id": SCHEMA}
        )
    )


class SettingsTests(SynchronousTestCase):
    def setUp(self) -> None:
        made = project()
        rivers = replace(
            made.layers["rivers_id"],
            fields=(FieldSettings("id", alias="Number"), FieldSettings("pin", excludeWms=True)),
            displayExpression='"id"',
            geometryKind="Line",
            wfs=WfsPublication(True),
        )
        self.made = replace(made, layers={**made.layers, "rivers_id": rivers})
        self.root = document(self.made, self.made.layers)

    def test_attributes(self) -> None:
        """Those that WMS may tell, with their aliases; of layers whose source answers."""
        found = self.root.findall(".//w:Attribute", NS)
        told = [(a.get("name"), a.get("alias"), a.get("type")) for a in found]
        self.assertEqual(told, [("id", "Number", "qlonglong")])

    def test_tree(self) -> None:
        rivers = self.root.find(".//w:Layer[@geometryType='Line']", NS)
        self.assertEqual(rivers.get("displayField"), "Number")
        self.assertEqual(rivers.findtext("w:TreeName", namespaces=NS), "rivers")
        group = rivers.getparent()
        self.assertEqual((group.get("mutuallyExclusive"), group.get("visible")), ("0", "1"))
        self.assertLess(group.index(group.find("w:TreeName", NS)), group.index(rivers))

    def test_orderAndWfs(self) -> None:
        self.assertEqual(self.root.findtext(".//w:LayerDrawingOrder", namespaces=NS), "table,rivers,t")
        self.assertEqual([e.get("name") for e in self.root.iterfind(".//w:WFSLayer", NS)], ["rivers"])

    def test_hiddenLayersLeaveNoTrace(self) -> None:
        readable = {i: layer for i, layer in self.made.layers.items() if i != "rivers_id"}
        self.assertNotIn(b"rivers", etree.tostring(document(self.made, readable)))

    def test_displayField(self) -> None:
        layer = vectorLayer("l", fields=(FieldSettings("a"),))
        for text, told in (('"a"', "a"), ("a", "a"), ("a || 'x'", "a || 'x'")):
            self.assertEqual(displayField(replace(layer, displayExpression=text)), told)


class OverHttpTests(ServerTestCase):
    async def test_attributesComeFromTheSources(self) -> None:
        response, body = await self.ask(SERVICE="WMS", REQUEST="GetProjectSettings")
        self.assertEqual(response.code, 200)
        root = etree.fromstring(body)
        self.assertGreater(len(root.findall(".//w:Attribute", NS)), 2)
