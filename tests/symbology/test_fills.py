"""Tests of the simple fill."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.brushes import PATTERNS
from tests.symbology.drawing import (
    SQUARE,
    batchOf,
    draw,
    frameOf,
    layerXml,
    oldProp,
    planOf,
    singleXml,
    symbolXml,
)

RED, CLEAR = [255, 0, 0, 255], [0, 0, 0, 0]


def picture(*wkt: str, frame=None, alpha: float = 1, **properties):
    layer = layerXml("SimpleFill", **{"color": "255,0,0,255", "outline_style": "no", **properties})
    plan = planOf(singleXml(symbolXml("fill", layer, alpha=alpha)))
    assert plan.unsupported == ()
    return draw(plan, batchOf(*(wkt or (SQUARE,))), frame=frame)


class SimpleFillTests(SynchronousTestCase):
    def test_fills(self):
        result = picture()
        self.assertEqual(result[50, 50].tolist(), RED)
        self.assertEqual(result[50, 19].tolist(), CLEAR)
        self.assertEqual(result[20, 50].tolist(), RED)
        self.assertEqual(result[19, 50].tolist(), CLEAR)

    def test_outlineIsCentred(self):
        result = picture(
            outline_style="solid", outline_color="0,0,255", outline_width="4", outline_width_unit="Pixel"
        )
        self.assertEqual(np.flatnonzero(result[50, :50, 2] > 0).tolist(), [18, 19, 20, 21])

    def test_outlineOfNoWidthIsOnePixel(self):
        result = picture(
            "POLYGON ((20.5 20.5, 80.5 20.5, 80.5 80.5, 20.5 80.5, 20.5 20.5))",
            outline_style="solid",
            outline_color="0,0,255",
            outline_width="0",
        )
        self.assertEqual(result[50, 20].tolist(), [0, 0, 255, 255])
        self.assertEqual(result[50, 21].tolist(), RED)

    def test_holes(self):
        result = picture("POLYGON ((20 20, 80 20, 80 80, 20 80, 20 20), (40 40, 60 40, 60 60, 40 60, 40 40))")
        self.assertEqual(result[50, 50].tolist(), CLEAR)

    def test_laterFeaturesAreOnTop(self):
        outline = {
            "outline_style": "solid",
            "outline_color": "0,0,255",
            "outline_width": "2",
            "outline_width_unit": "Pixel",
        }
        result = picture(SQUARE, "POLYGON ((50 50, 90 50, 90 90, 50 90, 50 50))", **outline)
        self.assertEqual(result[40, 80].tolist(), RED)  # the first one's outline is covered
        self.assertEqual(result[50, 60].tolist(), [0, 0, 255, 255])

    def test_opacityAddsUpWhereFillsOverlap(self):
        result = picture(SQUARE, SQUARE, alpha=0.5)
        self.assertIn(int(result[50, 50, 3]), (191, 192))

    def test_brushes(self):
        for style, rows in PATTERNS.items():
            result = picture("POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))", style=style)
            for y, bits in enumerate(rows):
                expected = [bool(bits >> (7 - x) & 1) for x in range(8)]
                self.assertEqual((result[8 + y, 16:24, 3] > 0).tolist(), expected, style)

    def test_noBrush(self):
        self.assertFalse(picture(style="no").any())

    def test_offset(self):
        result = picture(offset="5,-10", offset_unit="Pixel")
        self.assertEqual(result[15, 30].tolist(), RED)
        self.assertEqual(result[75, 30].tolist(), CLEAR)
        self.assertEqual(result[50, 22].tolist(), CLEAR)

    def test_oldSpelling(self):
        properties = oldProp(color="255,0,0,255", style="solid", style_border="no")
        layer = f'<layer class="SimpleFill">{properties}</layer>'
        result = draw(planOf(singleXml(symbolXml("fill", layer))), batchOf(SQUARE))
        self.assertEqual(result[50, 50].tolist(), RED)

    def test_otherGeometriesAreNotDrawn(self):
        self.assertFalse(picture("POINT (50 50)", "LINESTRING (0 0, 100 100)").any())

    def test_dpi(self):
        outline = {"outline_style": "solid", "outline_color": "0,0,255", "outline_width": "2.54"}
        result = picture(frame=frameOf(dpi=100.0), **outline)
        self.assertEqual(int((result[50, :50, 2] > 0).sum()), 10)
