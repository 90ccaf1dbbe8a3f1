"""Tests of markers on polygons."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import SQUARE, batchOf, draw, layerXml, planOf, singleXml, symbolXml
from tests.symbology.test_repeated import DOT


def picture(className: str, *wkt: str, **properties):
    plan = planOf(singleXml(symbolXml("fill", layerXml(className, DOT, **properties))))
    assert plan.unsupported == ()
    return draw(plan, batchOf(*wkt))


def dots(result) -> list[tuple[int, int]]:
    ys, xs = np.nonzero(result[..., 3] > 200)
    return sorted(
        {(round(x / 10) * 10, round(y / 10) * 10) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)}
    )


TWO = "MULTIPOLYGON (((0 0, 60 0, 60 60, 0 60, 0 0)), ((70 80, 90 80, 90 100, 70 100, 70 80)))"
HORSESHOE = "POLYGON ((10 10, 90 10, 90 90, 70 90, 70 30, 30 30, 30 90, 10 90, 10 10))"


class CentroidTests(SynchronousTestCase):
    def test_onTheCentroid(self):
        self.assertEqual(dots(picture("CentroidFill", SQUARE)), [(50, 50)])

    def test_everyPartOrTheLargest(self):
        self.assertEqual(dots(picture("CentroidFill", TWO)), [(30, 70), (80, 10)])
        self.assertEqual(dots(picture("CentroidFill", TWO, point_on_all_parts="0")), [(30, 70)])

    def test_inside(self):
        ((x, y),) = dots(picture("CentroidFill", HORSESHOE, point_on_surface="1"))
        self.assertTrue(y >= 70 or x <= 30 or x >= 70)
        self.assertEqual(dots(picture("CentroidFill", SQUARE, point_on_surface="1")), [(50, 50)])

    def test_clipped(self):
        self.assertEqual(dots(picture("CentroidFill", HORSESHOE, clip_points="1")), [])


class RandomTests(SynchronousTestCase):
    def test_insideAndRepeatable(self):
        first = picture("RandomMarkerFill", HORSESHOE, point_count="30", seed="5")
        self.assertTrue((first == picture("RandomMarkerFill", HORSESHOE, point_count="30", seed="5")).all())
        self.assertFalse((first == picture("RandomMarkerFill", HORSESHOE, point_count="30", seed="6")).all())
        self.assertEqual(int(first[30, 50, 3]), 0)
        self.assertTrue(first.any())

    def test_byDensity(self):
        settings = {
            "count_method": "1",
            "density_area": "10",
            "density_area_unit": "Pixel",
            "point_count": "1",
            "seed": "1",
        }
        few = picture("RandomMarkerFill", SQUARE, **settings)
        many = picture("RandomMarkerFill", SQUARE, **{**settings, "density_area": "1"})
        self.assertLess((few[..., 3] > 0).sum(), (many[..., 3] > 0).sum())
