"""Maps of the demo project, whole: from the request to the pixels."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from tests.endtoend.running import ServerTestCase

MAP = {
    "SERVICE": "WMS",
    "VERSION": "1.3.0",
    "REQUEST": "GetMap",
    "LAYERS": "countries",
    "STYLES": "",
    "CRS": "EPSG:4326",
    "BBOX": "35,-10,60,30",
    "WIDTH": 160,
    "HEIGHT": 100,
    "FORMAT": "image/png",
}


class GetMapTests(ServerTestCase):
    async def picture(self, **changes: object) -> Image.Image:
        response, body = await self.ask(**{**MAP, **changes})
        self.assertEqual(response.code, 200, body[:300])
        return Image.open(io.BytesIO(body))

    async def pixels(self, **changes: object) -> np.ndarray:
        return np.asarray((await self.picture(**changes)).convert("RGBA")).astype(int)

    async def test_transparency(self) -> None:
        """The sea is see-through when asked for, of the background's colour when not."""
        seeThrough = await self.pixels(TRANSPARENT="TRUE")
        self.assertEqual(seeThrough[60, 10, 3], 0)  # the Atlantic
        red = await self.pixels(BGCOLOR="0xFF0000")
        self.assertEqual(red[60, 10].tolist(), [255, 0, 0, 255])

    async def test_formats(self) -> None:
        for form, expected in (
            ("image/png", "PNG"),
            ("image/png; mode=8bit", "PNG"),
            ("image/png; mode=1bit", "PNG"),
            ("image/jpeg", "JPEG"),
            ("image/webp", "WEBP"),
        ):
            picture = await self.picture(FORMAT=form)
            self.assertEqual((picture.format, picture.size), (expected, (160, 100)))

    async def test_axisOrder(self) -> None:
        """The same map asked for in the order of either version."""
        new = await self.pixels()
        old = await self.pixels(VERSION="1.1.1", SRS="EPSG:4326", CRS="", BBOX="-10,35,30,60")
        self.assertLess(np.abs(new - old).mean(), 0.5)

    async def test_reprojected(self) -> None:
        """In another system the map shows the same countries."""
        box = "-1113194,4163881,3339584,8399737"
        mercator = await self.pixels(CRS="EPSG:3857", BBOX=box, TRANSPARENT="TRUE", HEIGHT=152)
        self.assertEqual(mercator[90, 10, 3], 0)  # the Bay of Biscay
        self.assertEqual(mercator[120, 28, 3], 255)  # Spain

    async def test_layersLieInTheOrderOfTheRequest(self) -> None:
        """What LAYERS names last is drawn on top (WMS 1.3.0, 7.3.3.3)."""
        below = await self.pixels(LAYERS="sea,countries")
        above = await self.pixels(LAYERS="countries,sea")
        self.assertGreater(np.abs(below - above).mean(), 5)

    async def test_groupsAndTheRoot(self) -> None:
        everything = await self.pixels(LAYERS="world")
        named = await self.pixels(LAYERS="sea,countries,places")
        self.assertLess(np.abs(everything - named).mean(), 1.0)

    async def test_opacities(self) -> None:
        faint = await self.pixels(OPACITIES="128", TRANSPARENT="TRUE")
        self.assertIn(faint[70, 30, 3], (127, 128))  # Spain

    async def test_filter(self) -> None:
        """Only what the condition lets through is drawn."""
        one = await self.pixels(FILTER="countries:\"name\" = 'France'", TRANSPARENT="TRUE")
        all_ = await self.pixels(TRANSPARENT="TRUE")
        self.assertLess((one[..., 3] > 0).sum(), 0.3 * (all_[..., 3] > 0).sum())
        self.assertGreater(one[50, 48, 3], 0)

    async def test_post(self) -> None:
        """A form by POST asks the same."""
        body = "&".join(f"{name}={value}" for name, value in MAP.items()).encode()
        response, picture = await self.post(body, "application/x-www-form-urlencoded")
        self.assertEqual(response.code, 200)
        self.assertEqual(picture[:8], b"\x89PNG\r\n\x1a\n")

    async def test_landingPage(self) -> None:
        """The page at / links the capabilities and shows the map."""
        response, body = await self.ask()
        self.assertEqual(response.code, 200)
        self.assertIn(b"GetCapabilities", body)
        self.assertIn(b"GetMap", body)
