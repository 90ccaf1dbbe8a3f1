"""Tiles, and what is at their pixels."""

from __future__ import annotations

import io
import json
import re

import numpy as np
from PIL import Image

from ogctwist.access.permissions import LayerPermissions
from ogctwist.project.layers import Layer
from ogctwist.server.interface import PluginInterface
from tests.doubles.access import FixedAccess
from tests.doubles.caches import MemoryServerCache
from tests.endtoend.running import ServerTestCase

TILE = {
    "SERVICE": "WMTS",
    "VERSION": "1.0.0",
    "REQUEST": "GetTile",
    "LAYER": "countries",
    "STYLE": "default",
    "TILEMATRIXSET": "EPSG:3857",
    "TILEMATRIX": 2,
    "TILEROW": 1,
    "TILECOL": 2,
    "FORMAT": "image/png",
}


class TileTests(ServerTestCase):
    async def tile(self, **changes: object) -> bytes:
        response, body = await self.ask(**{**TILE, **changes})
        self.assertEqual(response.code, 200, body[:300])
        self.contentType = response.headers.getRawHeaders("content-type")[0]
        return body

    async def refused(self, code: str, **changes: object) -> None:
        response, body = await self.ask(**{**TILE, **changes})
        self.assertEqual(response.code, 400, body[:300])
        self.assertEqual(re.findall(rb'code="([^"]+)"', body), [code.encode()], changes)

    @staticmethod
    def pixels(body: bytes) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(body)).convert("RGBA"))

    async def test_aTileIsTheMapOfItsBox(self) -> None:
        body = await self.tile()
        _, drawn = await self.ask(
            SERVICE="WMS", VERSION="1.3.0", REQUEST="GetMap", LAYERS="countries", STYLES="", CRS="EPSG:3857",
            BBOX="0,0,10018754.171394624,10018754.171394624", WIDTH=256, HEIGHT=256, FORMAT="image/png",
            TRANSPARENT="TRUE", TILED="TRUE",
        )  # fmt: skip
        picture = self.pixels(body)
        self.assertEqual(picture.shape, (256, 256, 4))
        np.testing.assert_allclose(picture.astype(int), self.pixels(drawn).astype(int), atol=16)
        self.assertGreater((picture[..., 3] > 0).mean(), 0.2)

    async def test_degreesHaveTheirLatitudeFirst(self) -> None:
        """The same place in both sets: central Europe is land, the ocean west of it is not."""
        picture = self.pixels(await self.tile(TILEMATRIXSET="EPSG:4326", TILEMATRIX=2, TILEROW=0, TILECOL=4))
        self.assertGreater((picture[..., 3] > 0).mean(), 0.3)

    async def test_formats(self) -> None:
        for asked, told, start in (
            ("image/jpeg", "image/jpeg", b"\xff\xd8"),
            ("", "image/png", b"\x89PNG"),
        ):
            body = await self.tile(FORMAT=asked)
            self.assertTrue(body.startswith(start))
            self.assertEqual(self.contentType, told)

    async def test_groupsAndTheProject(self) -> None:
        for name in ("world", "base"):
            self.assertGreater(len(await self.tile(LAYER=name)), 1000)

    async def test_refusals(self) -> None:
        await self.refused("RequestNotWellFormed", LAYER="")
        await self.refused("LayerNotDefined", LAYER="places")
        await self.refused("LayerNotDefined", LAYER="nix")
        await self.refused("RequestNotWellFormed", TILEMATRIXSET="")
        await self.refused("RequestNotWellFormed", TILEMATRIXSET="EPSG:2154")
        for name in ("TILEMATRIX", "TILEROW", "TILECOL"):
            await self.refused("RequestNotWellFormed", **{name: ""})
            await self.refused("RequestNotWellFormed", **{name: -1})
            await self.refused("RequestNotWellFormed", **{name: 10**9})
            await self.refused("Invalid Parameter", **{name: "FOO"})
        await self.refused("InvalidFormat", FORMAT="image/webp")
        await self.refused("StyleNotDefined", STYLE="nothing")

    async def test_cacheFiltersKeepTiles(self) -> None:
        """One that a filter kept is not drawn again; other tiles have other keys."""
        kept = MemoryServerCache()
        PluginInterface(self.service.server.interface, "kept").registerServerCache(kept, 10)
        first = await self.tile()
        self.assertEqual(list(kept.images.values()), [first])
        (key,) = kept.images
        kept.images[key] = b"\x89PNG kept"
        self.assertEqual(await self.tile(), b"\x89PNG kept")
        await self.tile(TILECOL=1)
        self.assertEqual(len(kept.images), 2)

    async def test_deniedLayers(self) -> None:
        """They are not in the capabilities, and no tile shows them."""

        def permissions(layer: Layer) -> LayerPermissions:
            return LayerPermissions() if layer.name == "Countries" else LayerPermissions.all()

        plugin = PluginInterface(self.service.server.interface, "strict")
        plugin.registerAccessControl(FixedAccess(permissions=permissions), 10)
        _, body = await self.ask(SERVICE="WMTS", REQUEST="GetCapabilities")
        names = set(re.findall(rb"<ows:Identifier>([a-z]+)<", body))
        self.assertEqual(names, {b"world", b"base", b"default"})
        response, body = await self.ask(**TILE)
        self.assertEqual((response.code, b'code="Security"' in body), (403, True))

    async def test_featureInfo(self) -> None:
        """Germany, in the tile of the north east, near its left edge and its middle."""
        asked = {**TILE, "REQUEST": "GetFeatureInfo", "INFOFORMAT": "application/json", "I": 28, "J": 92}
        response, body = await self.ask(**asked)
        self.assertEqual(response.code, 200, body[:300])
        (feature,) = json.loads(body)["features"]
        self.assertIn("Germany", feature["properties"].values())
        for changes, code in (({"I": 256}, b"PointIJOutOfRange"), ({"J": ""}, b"RequestNotWellFormed")):
            response, body = await self.ask(**{**asked, **changes})
            self.assertEqual((response.code, code in body), (400, True))
