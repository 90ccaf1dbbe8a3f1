"""Tests of SVG and raster markers."""

import base64
import io

import numpy as np
from PIL import Image
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import batchOf, draw, layerXml, planOf, singleXml, symbolXml
from tests.symbology.test_svg import svg

BAR = svg('<rect width="20" height="10" fill="param(fill)" fill-opacity="param(fill-opacity)"/>')


def embedded(data: bytes) -> str:
    return "base64:" + base64.b64encode(data).decode()


def png() -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.full((5, 10, 4), [0, 0, 255, 255], np.uint8), "RGBA").save(file, "PNG")
    return file.getvalue()


def picture(className: str, alpha: float = 1, **properties):
    layer = layerXml(className, **{"size": "20", "size_unit": "Pixel", "color": "255,0,0,255", **properties})
    plan = planOf(singleXml(symbolXml("marker", layer, alpha=alpha)))
    assert plan.unsupported == ()
    return draw(plan, batchOf("POINT (50 50)"))


def size(result) -> tuple[int, int]:
    ys, xs = np.nonzero(result[..., 3] > 127)
    return int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1


class SvgMarkerTests(SynchronousTestCase):
    def test_sizeAndColor(self):
        result = picture("SvgMarker", name=embedded(BAR))
        self.assertEqual(size(result), (20, 10))
        self.assertEqual(result[50, 50].tolist(), [255, 0, 0, 255])

    def test_turned(self):
        self.assertEqual(size(picture("SvgMarker", name=embedded(BAR), angle="90")), (10, 20))

    def test_proportions(self):
        self.assertEqual(size(picture("SvgMarker", name=embedded(BAR), fixedAspectRatio="2")), (20, 40))

    def test_opacity(self):
        plain = svg('<rect width="20" height="10" fill="#00f"/>')
        for data in (BAR, plain):
            result = picture("SvgMarker", 0.5, name=embedded(data))
            self.assertIn(int(result[50, 50, 3]), (127, 128))

    def test_missingIsAQuestionMark(self):
        for name in ("gone.svg", embedded(b"nonsense")):
            result = picture("SvgMarker", name=name)
            self.assertTrue(10 < (result[..., 3] > 127).sum() < 150)


class RasterMarkerTests(SynchronousTestCase):
    def test_sizeAndOpacity(self):
        result = picture("RasterMarker", imageFile=embedded(png()), alpha="0.5")
        self.assertEqual(size(picture("RasterMarker", imageFile=embedded(png()))), (20, 10))
        self.assertIn(int(result[50, 50, 3]), (127, 128))

    def test_missing(self):
        self.assertFalse(picture("RasterMarker", imageFile="gone.png").any())
