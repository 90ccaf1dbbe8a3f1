"""Tests of marker and hash lines."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import batchOf, draw, frameOf, layerXml, planOf, singleXml, symbolXml

DOT = symbolXml(
    "marker",
    layerXml("SimpleMarker", name="square", color="255,0,0", outline_style="no", size="4", size_unit="Pixel"),
    name="@0@0",
)
DASH = symbolXml(
    "line",
    layerXml("SimpleLine", line_color="0,0,255", line_width="2", line_width_unit="Pixel", capstyle="flat"),
    name="@0@0",
)


def picture(className: str, sub: str, *wkt: str, kind: str = "line", **properties):
    settings = {"interval": "20", "interval_unit": "Pixel", "average_angle_length": "0", **properties}
    plan = planOf(singleXml(symbolXml(kind, layerXml(className, sub, **settings))))
    assert plan.unsupported == ()
    return draw(plan, batchOf(*wkt)), plan


class MarkerLineTests(SynchronousTestCase):
    def test_atIntervals(self):
        result, plan = picture("MarkerLine", DOT, "LINESTRING (10 50, 90 50)")
        self.assertEqual([int(result[50, x, 3]) for x in (10, 30, 50, 70, 90)], [255] * 5)
        self.assertEqual(int(result[50, 20, 3]), 0)
        self.assertGreater(plan.requirements(frameOf()).marginPixels, 2)

    def test_turnsWithTheLine(self):
        arrow = DOT.replace("square", "line").replace('"no"', '"solid"').replace('value="4"', 'value="20"')
        across, _ = picture("MarkerLine", arrow, "LINESTRING (10 50, 90 50)", placement="centralpoint")
        along, _ = picture("MarkerLine", arrow, "LINESTRING (50 10, 50 90)", placement="centralpoint")
        upright, _ = picture(
            "MarkerLine", arrow, "LINESTRING (50 10, 50 90)", placement="centralpoint", rotate="0"
        )
        tall = [bool((p[..., 3] > 100).any(axis=1).sum() > 10) for p in (across, along, upright)]
        self.assertEqual(tall, [True, False, True])

    def test_onRings(self):
        result, _ = picture(
            "MarkerLine",
            DOT,
            "POLYGON ((20 20, 80 20, 80 80, 20 80, 20 20))",
            kind="fill",
            placement="vertex",
        )
        self.assertEqual(
            [int(result[y, x, 3]) > 200 for x, y in ((20, 20), (80, 80), (50, 50))], [True, True, False]
        )

    def test_withoutSymbol(self):
        result, _ = picture("MarkerLine", "", "LINESTRING (10 50, 90 50)")
        self.assertFalse(result.any())


class HashLineTests(SynchronousTestCase):
    def test_acrossTheLine(self):
        result, _ = picture(
            "HashLine", DASH, "LINESTRING (10 50, 90 50)", hash_length="20", hash_length_unit="Pixel"
        )
        self.assertEqual(np.flatnonzero(result[:, 30, 3] > 127).tolist(), list(range(40, 60)))

    def test_angle(self):
        result, _ = picture(
            "HashLine",
            DASH,
            "LINESTRING (10 50, 90 50)",
            hash_length="20",
            hash_length_unit="Pixel",
            hash_angle="90",
        )
        self.assertLess((result[:, 30, 3] > 127).sum(), 4)
