"""The operations that describe layers and styles, on the demo project."""

from __future__ import annotations

from lxml import etree

from tests.endtoend.running import ServerTestCase


class DescriptionTests(ServerTestCase):
    async def document(self, operation: str, status: int = 200, **parameters) -> etree._Element:
        response, body = await self.ask(SERVICE="WMS", REQUEST=operation, **parameters)
        self.assertEqual(response.code, status, body)
        return etree.fromstring(body)

    def texts(self, root: etree._Element, name: str) -> list[str | None]:
        return [e.text for e in root.iterfind(f".//{{*}}{name}")]

    async def test_describeLayer(self) -> None:
        root = await self.document("DescribeLayer", LAYERS="countries,sea", SLD_VERSION="1.1.0")
        self.assertEqual(self.texts(root, "owsType"), ["wfs", "wcs"])
        self.assertEqual(self.texts(root, "FeatureTypeName"), ["countries"])
        self.assertEqual(self.texts(root, "CoverageTypeName"), ["sea"])

    async def test_describeLayerRefusals(self) -> None:
        for parameters in ({"LAYERS": "countries"}, {"SLD_VERSION": "1.1.0"}):
            root = await self.document("DescribeLayer", status=400, **parameters)
            self.assertEqual(root[0].get("code"), "MissingParameterValue")
        root = await self.document("DescribeLayer", status=400, LAYERS="sea", SLD_VERSION="9")
        self.assertEqual(root[0].get("code"), "InvalidParameterValue")

    async def test_styles(self) -> None:
        """GetStyle is another name of GetStyles; rasters have no descriptor."""
        for operation in ("GetStyles", "GetStyle"):
            root = await self.document(operation, LAYERS="countries,sea")
            self.assertEqual(etree.QName(root).localname, "StyledLayerDescriptor")
            self.assertEqual(root.findtext("{*}NamedLayer/{*}Name"), "countries")
            self.assertEqual(len(root.findall("{*}NamedLayer")), 1)
        root = await self.document("GetStyles", status=400)
        self.assertEqual(root[0].get("code"), "MissingParameterValue")

    async def test_context(self) -> None:
        root = await self.document("GetContext")
        names = [e.get("name") for e in root.iterfind(".//{*}Layer")]
        self.assertEqual(names[0], "sea")
        self.assertEqual(set(names), {"sea", "countries", "places"})
        low, high = self.texts(root, "LowerCorner")[0], self.texts(root, "UpperCorner")[0]
        self.assertLess(float(low.split()[0]), float(high.split()[0]))

    async def test_schemaExtension(self) -> None:
        root = await self.document("GetSchemaExtension")
        self.assertEqual(root.get("targetNamespace"), "http://www.qgis.org/wms")
        self.assertEqual([e.get("name") for e in root.iterfind("{*}element")], ["GetPrint", "GetStyles"])
