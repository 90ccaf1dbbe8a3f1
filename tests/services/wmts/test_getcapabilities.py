"""What the WMTS says of itself."""

from __future__ import annotations

from lxml import etree
from owslib.wmts import WebMapTileService

from tests.endtoend.running import ServerTestCase

SPACES = {"w": "http://www.opengis.net/wmts/1.0", "ows": "http://www.opengis.net/ows/1.1"}


class CapabilitiesTests(ServerTestCase):
    async def capabilities(self) -> etree._Element:
        response, body = await self.ask(SERVICE="WMTS", REQUEST="GetCapabilities")
        self.assertEqual(response.code, 200, body[:300])
        return etree.fromstring(body)

    def texts(self, root: etree._Element, path: str) -> list[str]:
        return [element.text for element in root.iterfind(path, SPACES)]

    async def test_layers(self) -> None:
        """The project, then its groups, then its layers."""
        root = await self.capabilities()
        self.assertEqual(
            self.texts(root, "w:Contents/w:Layer/ows:Identifier"), ["world", "base", "countries"]
        )
        formats = [self.texts(layer, "w:Format") for layer in root.iterfind(".//w:Layer", SPACES)]
        both = ["image/png", "image/jpeg"]
        self.assertEqual(formats, [both, both, ["image/png"]])

    async def test_whereTheyLie(self) -> None:
        root = await self.capabilities()
        layer = root.find(".//w:Layer", SPACES)
        self.assertEqual(self.texts(layer, "ows:WGS84BoundingBox/ows:LowerCorner"), ["-180 -85.05"])
        self.assertEqual([box.get("crs") for box in layer.iterfind("ows:BoundingBox", SPACES)], ["EPSG:3857"])
        limits = layer.find("w:TileMatrixSetLink/w:TileMatrixSetLimits/w:TileMatrixLimits", SPACES)
        self.assertEqual([one.text for one in limits], ["0", "0", "1", "0", "0"])

    async def test_sets(self) -> None:
        root = await self.capabilities()
        self.assertEqual(
            self.texts(root, "w:Contents/w:TileMatrixSet/ows:Identifier"), ["EPSG:4326", "EPSG:3857"]
        )
        corners = set(self.texts(root, ".//w:TopLeftCorner"))
        self.assertEqual(corners, {"90 -180", "-20037508.343 20037508.343"})

    async def test_owslib(self) -> None:
        """A real client reads the capabilities, and a tile."""

        def read() -> tuple[list[str], bytes]:
            service = WebMapTileService(self.root)
            tile = service.gettile(
                layer="world", tilematrixset="EPSG:3857", tilematrix="0", row=0, column=0, format="image/png"
            )
            return list(service.contents), tile.read()

        names, body = await self.inThread(read)
        self.assertEqual(names, ["world", "base", "countries"])
        self.assertTrue(body.startswith(b"\x89PNG"))
