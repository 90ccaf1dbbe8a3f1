"""GetLegendGraphic over HTTP, on the demo project."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
from PIL import Image

from tests.endtoend.running import ServerTestCase


class LegendTests(ServerTestCase):
    async def legend(self, **parameters):
        query = {"SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetLegendGraphic", "FORMAT": "image/png"}
        return await self.ask(**{**query, **parameters})

    async def picture(self, **parameters):
        response, body = await self.legend(**parameters)
        self.assertEqual(
            (response.code, response.headers.getRawHeaders("content-type")), (200, ["image/png"])
        )
        return np.asarray(Image.open(io.BytesIO(body)).convert("RGBA"))

    async def refusal(self, **parameters):
        response, body = await self.legend(**parameters)
        self.assertEqual(response.code, 400)
        return body.decode()

    async def test_titlesAndLabelsTakePlace(self) -> None:
        """Without title and label what is left is the symbol: 7 by 4 mm within spaces of QGIS's sizes."""
        whole = await self.picture(LAYERS="countries")
        bare = await self.picture(LAYERS="countries", LAYERTITLE="FALSE", RULELABEL="FALSE")
        self.assertLess(bare.shape[1], whole.shape[1])
        self.assertLess(bare.shape[0], whole.shape[0])
        self.assertTrue((whole[0, 0] == 255).all())

    async def test_spaces(self) -> None:
        """Millimetres at 3.571 pixels."""
        small = await self.picture(LAYERS="countries", BOXSPACE="2")
        large = await self.picture(LAYERS="countries", BOXSPACE="12")
        for side in (0, 1):
            self.assertApproximates(large.shape[side] - small.shape[side], 20 * 3.571, 1)

    async def test_backgroundAndTransparency(self) -> None:
        green = await self.picture(LAYERS="countries", BGCOLOR="0x00ff00")
        self.assertEqual(green[0, 0].tolist(), [0, 255, 0, 255])
        clear = await self.picture(LAYERS="countries", TRANSPARENT="TRUE")
        self.assertEqual(clear[0, 0].tolist(), [0, 0, 0, 0])

    async def test_fontColours(self) -> None:
        red = await self.picture(LAYERS="countries", LAYERFONTCOLOR="red", LAYERFONTSIZE="30")
        self.assertTrue((red[..., :3] == [255, 0, 0]).all(axis=-1).any())

    async def test_featureCounts(self) -> None:
        plain = await self.picture(LAYERS="countries")
        counted = await self.picture(LAYERS="countries", SHOWFEATURECOUNT="TRUE")
        self.assertGreater(counted.shape[1], plain.shape[1])

    async def test_byContent(self) -> None:
        """Where a map has nothing, the legend is empty; boxes of the other way round are the axis order's."""
        empty = await self.picture(
            LAYERS="countries", BBOX="30,-40,31,-39", CRS="EPSG:4326", SRCWIDTH=100, SRCHEIGHT=100
        )
        self.assertEqual(empty.shape[:2], (26, 14))

    async def test_json(self) -> None:
        _, body = await self.legend(LAYERS="countries,places", FORMAT="application/json")
        nodes = json.loads(body)["nodes"]
        self.assertEqual([node["title"] for node in nodes], ["Places", "Countries"])
        for node in nodes:
            for symbol in node.get("symbols", [node]):
                icon = Image.open(io.BytesIO(base64.b64decode(symbol["icon"])))
                self.assertGreaterEqual(min(icon.size), 16)

    async def test_oneRule(self) -> None:
        _, body = await self.legend(LAYERS="countries", FORMAT="application/json")
        node = json.loads(body)["nodes"][0]
        label = node.get("symbols", [node])[0]["title"]
        picture = await self.picture(LAYERS="countries", RULE=label, WIDTH=30, HEIGHT=20)
        self.assertEqual(picture.shape[:2], (20, 30))
        self.assertGreater(len(np.unique(picture.reshape(-1, 4), axis=0)), 1)

    async def test_rasters(self) -> None:
        picture = await self.picture(LAYERS="sea")
        self.assertGreater(len(np.unique(picture.reshape(-1, 4), axis=0)), 10)

    async def test_refusals(self) -> None:
        self.assertIn("The LAYERS parameter is missing", await self.refusal(LAYERS=""))
        self.assertIn(
            "cannot be combined with RULE", await self.refusal(LAYERS="sea", BBOX="0,0,1,1", RULE="x")
        )
        self.assertIn("InvalidFormat", await self.refusal(LAYERS="sea", FORMAT="image/xyz"))
        self.assertIn("too large", await self.refusal(LAYERS="sea", BOXSPACE="9999"))
        self.assertIn("BOXSPACE", await self.refusal(LAYERS="sea", BOXSPACE="wide"))
        self.assertIn("no legend entry", await self.refusal(LAYERS="sea", RULE="nix", WIDTH=9, HEIGHT=9))
        self.assertIn("LayerNotDefined", await self.refusal(LAYERS="nix"))
