"""Which answers are offered to cache filters, and asked of them: those of QGIS Server."""

from __future__ import annotations

from ogctwist.server.interface import PluginInterface
from tests.doubles.caches import MemoryServerCache
from tests.endtoend.running import ServerTestCase

DOCUMENTS = (
    {"SERVICE": "WMS", "REQUEST": "GetCapabilities"},
    {"SERVICE": "WFS", "REQUEST": "GetCapabilities"},
    {"SERVICE": "WCS", "REQUEST": "GetCapabilities"},
    {"SERVICE": "WMTS", "REQUEST": "GetCapabilities"},
    {"SERVICE": "WMS", "REQUEST": "GetContext"},
    {"SERVICE": "WFS", "REQUEST": "DescribeFeatureType", "TYPENAME": "places"},
    {"SERVICE": "WCS", "REQUEST": "DescribeCoverage", "COVERAGE": "sea"},
)
IMAGES = (
    {"SERVICE": "WMS", "REQUEST": "GetLegendGraphic", "LAYERS": "countries", "FORMAT": "image/png"},
    {
        "SERVICE": "WMTS", "REQUEST": "GetTile", "LAYER": "countries", "TILEMATRIXSET": "EPSG:3857",
        "TILEMATRIX": 0, "TILEROW": 0, "TILECOL": 0,
    },
)  # fmt: skip
MAP = {
    "SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": "countries", "STYLES": "",
    "CRS": "EPSG:4326", "BBOX": "40,0,50,10", "WIDTH": 8, "HEIGHT": 8, "FORMAT": "image/png",
}  # fmt: skip


class CacheFilterTests(ServerTestCase):
    async def asked(self, cache: MemoryServerCache, **parameters: object) -> list[str]:
        """The hooks that a request called."""
        cache.events.clear()
        response, body = await self.ask(**parameters)
        self.assertEqual(response.code, 200, (parameters, body[:300]))
        return list(cache.events)

    async def test_whatTheyAreAsked(self) -> None:
        cache = MemoryServerCache()
        PluginInterface(self.service.server.interface, "keeper").registerServerCache(cache, 10)
        for requests, kind in ((DOCUMENTS, "Document"), (IMAGES, "Image")):
            for parameters in requests:
                first = await self.asked(cache, **parameters)
                self.assertEqual(first, [f"getCached{kind}", f"setCached{kind}"], parameters)
                # The capabilities in memory are asked first.
                self.assertNotIn(f"setCached{kind}", await self.asked(cache, **parameters), parameters)
        self.assertEqual((len(cache.documents), len(cache.images)), (len(DOCUMENTS), len(IMAGES)))
        self.assertEqual(await self.asked(cache, **MAP), [])
