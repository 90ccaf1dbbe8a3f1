"""GetMap over HTTP: what a request adds to the project's own styles, on the demo project."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tests.endtoend.running import ServerTestCase
from tests.services.wms.test_highlights import SYMBOL

RED = (
    '<StyledLayerDescriptor xmlns="http://www.opengis.net/sld"><NamedLayer><Name>countries</Name><UserStyle>'
    '<FeatureTypeStyle><Rule><PolygonSymbolizer><Fill><CssParameter name="fill">#ff0000</CssParameter></Fill>'
    "</PolygonSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
)


class MapTests(ServerTestCase):
    async def map(self, **parameters):
        query = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "FORMAT": "image/png"}
        query |= {"CRS": "EPSG:4326", "BBOX": "35,-10,60,25", "WIDTH": 140, "HEIGHT": 100, "STYLES": ""}
        return await self.ask(**{**query, **parameters})

    async def picture(self, **parameters) -> np.ndarray:
        response, body = await self.map(**parameters)
        self.assertEqual(response.code, 200, body[:500])
        return np.asarray(Image.open(io.BytesIO(body)).convert("RGB"))

    def share(self, picture: np.ndarray, color: tuple[int, int, int]) -> float:
        return float((picture == color).all(axis=-1).mean())

    async def test_sldBody(self) -> None:
        """The descriptor names the layers; their own styles do not count."""
        picture = await self.picture(SLD_BODY=RED)
        self.assertGreater(self.share(picture, (255, 0, 0)), 0.3)
        self.assertGreater(self.share(picture, (255, 255, 255)), 0.1)

    async def test_sldIsNotFetched(self) -> None:
        response, body = await self.map(LAYERS="countries", SLD="http://127.0.0.1:1/x.sld")
        self.assertEqual((response.code, b"not fetched" in body), (400, True))

    async def test_brokenSld(self) -> None:
        for text in ("<a", RED.replace("#ff0000", "#zz0000"), RED.replace("countries", "nix")):
            response, _ = await self.map(SLD_BODY=text)
            self.assertEqual(response.code, 400)

    async def test_highlightsAreOnTop(self) -> None:
        geometry = "POLYGON((-5 40,20 40,20 55,-5 55,-5 40))"
        plain = await self.picture(LAYERS="countries")
        marked = await self.picture(LAYERS="countries", HIGHLIGHT_GEOM=geometry, HIGHLIGHT_SYMBOL=SYMBOL)
        self.assertLess(self.share(plain, (255, 0, 0)), 0.01)
        # labels of the layers are written over it
        self.assertTrue(0.3 < self.share(marked, (255, 0, 0)) <= 25 * 15 / (35 * 25) + 0.01)

    async def test_labelsOfTheLayers(self) -> None:
        """The places have labels: more is drawn than their symbols."""
        picture = await self.picture(LAYERS="places")
        self.assertGreater(len(np.unique(picture.reshape(-1, 3), axis=0)), 5)
