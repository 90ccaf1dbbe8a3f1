"""Tests of ellipses, filled shapes and letters."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import batchOf, draw, fillXml, layerXml, planOf, singleXml, symbolXml


def picture(className: str, inner: str = "", **properties):
    layer = layerXml(className, inner, **{"outline_style": "no", "color": "255,0,0,255", **properties})
    plan = planOf(singleXml(symbolXml("marker", layer)))
    assert plan.unsupported == ()
    return draw(plan, batchOf("POINT (50 50)"))


def size(result) -> tuple[int, int]:
    ys, xs = np.nonzero(result[..., 3] > 140)
    return int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1


class EllipseTests(SynchronousTestCase):
    def ellipse(self, **properties):
        units = {"symbol_width_unit": "Pixel", "symbol_height_unit": "Pixel"}
        return picture("EllipseMarker", symbol_width="30", symbol_height="10", **units, **properties)

    def test_widthAndHeight(self):
        for shape in ("circle", "rectangle", "diamond", "triangle"):
            width, height = size(self.ellipse(symbol_name=shape))
            self.assertTrue(26 <= width <= 30 and 8 <= height <= 10, shape)

    def test_turned(self):
        width, height = size(self.ellipse(symbol_name="rectangle", angle="90"))
        self.assertEqual((width, height), (10, 30))

    def test_linesOnly(self):
        for shape in ("cross", "arrow"):
            self.assertFalse(self.ellipse(symbol_name=shape).any())


class FilledTests(SynchronousTestCase):
    def test_withASymbolOfItsOwn(self):
        result = picture(
            "FilledMarker", fillXml("0,0,255", "@0@0"), name="square", size="20", size_unit="Pixel"
        )
        self.assertEqual(size(result), (20, 20))
        self.assertEqual(result[50, 50].tolist(), [0, 0, 255, 255])


class FontTests(SynchronousTestCase):
    def test_letter(self):
        result = picture(
            "FontMarker", chr="H", size="40", size_unit="Pixel", font="sans-serif", outline_width="0"
        )
        width, height = size(result)
        self.assertTrue(15 < width < 40 and 20 < height < 40)
        _, xs = np.nonzero(result[..., 3] > 127)
        self.assertLess(abs((xs.min() + xs.max()) / 2 - 50), 4)

    def test_noLetter(self):
        self.assertFalse(picture("FontMarker", chr="", size="40").any())
