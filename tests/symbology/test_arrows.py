"""Tests of arrow lines."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.arrows import circleThrough
from tests.symbology.drawing import batchOf, draw, fillXml, layerXml, planOf, singleXml, symbolXml

UNITS = {
    f"{name}_unit": "Pixel" for name in ("arrow_width", "arrow_start_width", "head_length", "head_thickness")
}
SIZES = {"arrow_width": "4", "arrow_start_width": "4", "head_length": "20", "head_thickness": "10"}


def picture(wkt: str, **properties):
    layer = layerXml(
        "ArrowLine", fillXml("255,0,0", "@0@0"), **{**UNITS, **SIZES, "is_curved": "0", **properties}
    )
    plan = planOf(singleXml(symbolXml("line", layer)))
    assert plan.unsupported == ()
    return draw(plan, batchOf(wkt))


def heights(result, *columns) -> list[int]:
    return [int((result[:, x, 3] > 127).sum()) for x in columns]


LINE = "LINESTRING (10 50, 90 50)"


class ArrowTests(SynchronousTestCase):
    def test_headAtTheEnd(self):
        self.assertEqual(heights(picture(LINE), 20, 60, 71, 88), [4, 4, 18, 2])

    def test_reversedAndDouble(self):
        self.assertEqual(heights(picture(LINE, head_type="1"), 28, 80)[0], 18)
        double = heights(picture(LINE, head_type="2"), 28, 50, 71)
        self.assertEqual(double, [18, 4, 18])

    def test_halves(self):
        for kind, above, below in (("1", True, False), ("2", False, True)):
            result = picture(LINE, arrow_type=kind)
            self.assertEqual((result[48, 40, 3] > 127, result[51, 40, 3] > 127), (above, below))

    def test_everySegmentOrOne(self):
        bent = "LINESTRING (10 50, 50 50, 90 50)"
        self.assertGreater(heights(picture(bent), 32)[0], 10)
        self.assertEqual(heights(picture(bent, is_repeated="0"), 32)[0], 4)

    def test_curved(self):
        result = picture("LINESTRING (10 20, 50 60, 90 20)", is_curved="1")
        self.assertTrue(result[100 - 60 - 2 : 100 - 60 + 2, 50, 3].any())
        self.assertFalse(result[80, 50, 3])

    def test_degenerate(self):
        self.assertFalse(picture("LINESTRING (10 50, 10 50)").any())

    def test_circle(self):
        centre, radius = circleThrough(*np.array([(1.0, 0), (0, 1), (-1, 0)]))
        np.testing.assert_allclose([*centre, radius], [0, 0, 1], atol=1e-9)
        self.assertIsNone(circleThrough(*np.array([(0.0, 0), (1, 1), (2, 2)])))
