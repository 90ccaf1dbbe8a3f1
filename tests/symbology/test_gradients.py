"""Tests of gradient and shapeburst fills."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.pixels import blurred, edgeDistances
from tests.symbology.drawing import SQUARE, batchOf, draw, layerXml, planOf, singleXml, symbolXml


def picture(className: str, wkt: str = SQUARE, **properties):
    colors = {"color": "255,0,0,255", "gradient_color2": "0,0,255,255"}
    plan = planOf(singleXml(symbolXml("fill", layerXml(className, **{**colors, **properties}))))
    assert plan.unsupported == ()
    return draw(plan, batchOf(wkt))


class GradientTests(SynchronousTestCase):
    def test_linear(self):
        result = picture("GradientFill")
        self.assertGreater(result[21, 50, 0], 240)
        self.assertGreater(result[78, 50, 2], 240)
        self.assertTrue(100 < result[50, 50, 0] < 155)
        self.assertEqual(result[10, 10, 3], 0)

    def test_referencePoints(self):
        result = picture("GradientFill", reference_point1="0,0.5", reference_point2="1,0.5")
        self.assertGreater(result[50, 21, 0], 240)
        self.assertGreater(result[50, 78, 2], 240)

    def test_angle(self):
        result = picture("GradientFill", angle="90")
        self.assertGreater(result[50, 21, 0], 240)

    def test_radial(self):
        result = picture("GradientFill", type="1", reference_point1="0.5,0.5", reference_point2="0.5,1")
        self.assertGreater(result[50, 50, 0], 240)
        self.assertGreater(result[22, 22, 2], 240)

    def test_conical(self):
        result = picture("GradientFill", type="2", reference_point1="0.5,0.5", reference_point2="0.5,1")
        self.assertGreater(result[75, 52, 0], 200)
        self.assertGreater(result[75, 47, 2], 200)

    def test_reflected(self):
        result = picture("GradientFill", spread="1", reference_point2="0.5,0.5")
        self.assertGreater(result[50, 50, 2], 240)
        self.assertGreater(result[78, 50, 0], 240)

    def test_onTheCentroid(self):
        result = picture("GradientFill", type="1", reference_point1_iscentroid="1", reference_point2="0.5,1")
        self.assertGreater(result[50, 50, 0], 240)

    def test_overTheMap(self):
        result = picture("GradientFill", coordinate_mode="1")
        self.assertTrue(150 < result[25, 50, 0] < 220)

    def test_ramp(self):
        result = picture(
            "GradientFill",
            color_type="1",
            color1="255,0,0,255",
            color2="255,0,0,255",
            stops="0.5;0,255,0,255",
        )
        self.assertGreater(result[50, 50, 1], 240)


class ShapeburstTests(SynchronousTestCase):
    def test_fromTheEdgeInwards(self):
        result = picture("ShapeburstFill")
        self.assertGreater(result[50, 21, 0], 230)
        self.assertGreater(result[50, 50, 2], 230)

    def test_upToADistance(self):
        result = picture("ShapeburstFill", use_whole_shape="0", max_distance="10", distance_unit="Pixel")
        self.assertGreater(result[50, 32, 2], 240)

    def test_holes(self):
        ring = "POLYGON ((10 10, 90 10, 90 90, 10 90, 10 10), (40 40, 60 40, 60 60, 40 60, 40 40))"
        self.assertGreater(picture("ShapeburstFill", ring)[50, 38, 0], 200)
        self.assertGreater(picture("ShapeburstFill", ring, ignore_rings="1")[50, 38, 2], 150)

    @settings(max_examples=40)
    @given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=2, max_size=7))
    def test_distancesAreExact(self, rows):
        inside = np.array(rows)
        ys, xs = np.nonzero(~inside)
        if not len(ys):
            return
        distances = edgeDistances(inside)
        for y, x in np.ndindex(*inside.shape):
            self.assertAlmostEqual(distances[y, x], np.sqrt((ys - y) ** 2 + (xs - x) ** 2).min())

    def test_blur(self):
        picture = np.zeros((21, 21, 4), np.uint8)
        picture[10, 10] = 255
        result = blurred(picture, 5)
        self.assertLess(result[10, 10, 3], 60)
        self.assertGreater(result[10, 13, 3], 0)
