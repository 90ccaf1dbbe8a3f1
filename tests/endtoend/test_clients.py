"""Clients that others wrote read what is served: OWSLib, and GDAL's WMS and WFS drivers."""

from __future__ import annotations

import io
import os
import sys

from PIL import Image
from twisted.internet.utils import getProcessOutputAndValue
from twisted.trial.unittest import SkipTest

from tests.endtoend.running import ServerTestCase

BOX = (-10.0, 35.0, 30.0, 60.0)


def owslib():
    """The package, or a skip where it is not installed."""
    try:
        import owslib
    except ImportError as error:
        raise SkipTest("OWSLib is not installed: pip install '.[test]'") from error
    return owslib


class OwsLibTests(ServerTestCase):
    async def test_wms(self) -> None:
        """Capabilities and a map, in both versions."""
        owslib()
        from owslib.wms import WebMapService

        def read(version: str) -> tuple[list[str], bytes]:
            service = WebMapService(self.root, version=version)
            picture = service.getmap(
                layers=["countries"], srs="EPSG:4326", bbox=BOX, size=(200, 125), format="image/png"
            )
            return list(service.contents), picture.read()

        for version in ("1.1.1", "1.3.0"):
            names, picture = await self.inThread(read, version)
            self.assertIn("countries", names)
            image = Image.open(io.BytesIO(picture)).convert("RGB")
            self.assertEqual(image.size, (200, 125))
            self.assertGreater(len(image.getcolors(1_000_000)), 3)

    async def test_wfs(self) -> None:
        """Capabilities, the schema of a layer, and its features."""
        owslib()
        from owslib.wfs import WebFeatureService

        def read(version: str) -> tuple[list[str], dict, bytes]:
            service = WebFeatureService(self.root, version=version)
            schema = service.get_schema("places")
            return list(service.contents), schema, service.getfeature(["places"], maxfeatures=5).read()

        for version in ("1.0.0", "1.1.0"):
            names, schema, features = await self.inThread(read, version)
            self.assertIn("places", names)
            self.assertIn("name", schema["properties"])
            self.assertEqual(features.count(b"<gml:featureMember>"), 5)


#: GDAL waits for HTTP with the interpreter's lock held, so it asks from a process of its own.
READ_WMS = """
import sys, rasterio
with rasterio.open(sys.argv[1]) as dataset:
    pixels = dataset.read()
print(pixels.shape[0], len(set(map(tuple, pixels.reshape(3, -1).T[::97].tolist()))))
"""
READ_WFS = """
import sys, pyogrio
names = [str(row[0]) for row in pyogrio.list_layers(sys.argv[1])]
layer = next(name for name in names if name.endswith("places"))
meta, _, geometries, _ = pyogrio.raw.read(sys.argv[1], layer=layer, max_features=5)
print(" ".join(names), len(geometries), " ".join(meta["fields"]), sep="|")
"""


class GdalTests(ServerTestCase):
    async def client(self, script: str, argument: str) -> str:
        out, err, code = await getProcessOutputAndValue(
            sys.executable, ["-c", script, argument], env=dict(os.environ)
        )
        self.assertEqual(code, 0, err.decode()[-2000:])
        return out.decode().strip()

    async def test_wms(self) -> None:
        """The WMS driver finds the layer and reads pixels."""
        description = (
            f"<GDAL_WMS><Service name='WMS'><Version>1.1.1</Version><ServerUrl>{self.root}?</ServerUrl>"
            "<Layers>countries</Layers><SRS>EPSG:4326</SRS><ImageFormat>image/png</ImageFormat></Service>"
            "<DataWindow><UpperLeftX>-10</UpperLeftX><UpperLeftY>60</UpperLeftY>"
            "<LowerRightX>30</LowerRightX><LowerRightY>35</LowerRightY>"
            "<SizeX>400</SizeX><SizeY>250</SizeY></DataWindow>"
            "<BandsCount>3</BandsCount></GDAL_WMS>"
        )
        bands, colours = (await self.client(READ_WMS, description)).split()
        self.assertEqual(bands, "3")
        self.assertGreater(int(colours), 2)

    async def test_wfs(self) -> None:
        """The WFS driver lists the layers and reads features with their attributes."""
        source = f"WFS:{self.root}?SERVICE=WFS&VERSION=1.1.0"
        names, count, fields = (await self.client(READ_WFS, source)).split("|")
        self.assertIn("countries", names)
        self.assertEqual(count, "5")
        self.assertIn("name", fields.split())
