"""What the WCS says of itself and of its coverages."""

from __future__ import annotations

import io

from lxml import etree
from owslib.wcs import WebCoverageService
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IService
from tests.endtoend.running import ServerTestCase

SPACES = {"w": "http://www.opengis.net/wcs", "gml": "http://www.opengis.net/gml"}


class DocumentTests(ServerTestCase):
    async def document(self, request: str, **parameters: object) -> etree._Element:
        response, body = await self.ask(SERVICE="WCS", VERSION="1.0.0", REQUEST=request, **parameters)
        self.assertEqual(response.code, 200, body[:300])
        self.assertEqual(response.headers.getRawHeaders("content-type"), ["text/xml; charset=utf-8"])
        return etree.fromstring(body)

    def texts(self, root: etree._Element, path: str) -> list[str]:
        return [element.text for element in root.iterfind(path, SPACES)]

    async def test_capabilities(self) -> None:
        root = await self.document("GetCapabilities")
        self.assertEqual(root.tag, "{http://www.opengis.net/wcs}WCS_Capabilities")
        self.assertEqual(self.texts(root, "w:Service/w:label"), ["The world"])
        self.assertEqual(self.texts(root, ".//w:keyword"), ["world", "countries", "cities", "demo"])
        self.assertEqual(self.texts(root, ".//w:electronicMailAddress"), ["maps@example.org"])
        self.assertEqual(self.texts(root, ".//w:CoverageOfferingBrief/w:name"), ["sea"])
        self.assertEqual(self.texts(root, ".//w:lonLatEnvelope/gml:pos"), ["-180 -90", "180 90"])
        requests = [etree.QName(one).localname for one in root.find("w:Capability/w:Request", SPACES)]
        self.assertEqual(requests, ["GetCapabilities", "DescribeCoverage", "GetCoverage"])

    async def test_describeCoverage(self) -> None:
        root = await self.document("DescribeCoverage", COVERAGE="sea")
        self.assertEqual(self.texts(root, ".//gml:high"), ["1080 540"])
        self.assertEqual(self.texts(root, ".//gml:offsetVector"), ["0.333333 0", "0 0.333333"])
        self.assertEqual(self.texts(root, ".//w:singleValue"), ["1"])
        self.assertEqual(self.texts(root, ".//w:nativeCRSs"), ["EPSG:4326"])

    async def test_whichAreDescribed(self) -> None:
        """All without a name; the older name of the parameter; an unknown one is passed over."""
        for parameters, count in (({}, 1), ({"IDENTIFIER": "sea"}, 1), ({"COVERAGE": "nix"}, 0)):
            root = await self.document("DescribeCoverage", **parameters)
            self.assertEqual(len(root), count, parameters)

    async def test_vectorLayersAreNone(self) -> None:
        root = await self.document("DescribeCoverage", COVERAGE="countries,places")
        self.assertEqual(len(root), 0)

    async def test_operations(self) -> None:
        for name, status in (("", 501), ("GetMap", 501)):
            response, body = await self.ask(SERVICE="WCS", REQUEST=name)
            self.assertEqual(response.code, status)
            self.assertIn(b'code="OperationNotSupported"', body)

    def test_interface(self) -> None:
        registry = self.service.server.interface.services
        for name in ("WCS", "WMTS"):
            self.assertTrue(verifyObject(IService, registry.getService(name)))

    async def test_owslib(self) -> None:
        """A real client lists the coverage and reads a part of it."""

        def read() -> tuple[list[str], bytes]:
            service = WebCoverageService(self.root, version="1.0.0")
            coverage = service.getCoverage(
                identifier="sea",
                bbox=(-10, 40, 10, 50),
                crs="EPSG:4326",
                format="GeoTIFF",
                width=20,
                height=10,
            )
            return list(service.contents), coverage.read()

        names, body = await self.inThread(read)
        self.assertEqual(names, ["sea"])
        self.assertIn(io.BytesIO(body).read(2), (b"II", b"MM"))
