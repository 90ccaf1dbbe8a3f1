"""Tests of the simple line."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.strokes import parseDash
from tests.symbology.drawing import SQUARE, batchOf, draw, layerXml, planOf, singleXml, symbolXml

BLUE = [0, 0, 255, 255]


def picture(*wkt: str, kind: str = "line", **properties):
    settings = {
        "line_color": "0,0,255,255",
        "line_width_unit": "Pixel",
        "line_width": "4",
        "capstyle": "flat",
    }
    layer = layerXml("SimpleLine", **{**settings, **properties})
    return draw(planOf(singleXml(symbolXml(kind, layer))), batchOf(*wkt))


HORIZONTAL = "LINESTRING (20 50, 80 50)"


def drawn(row) -> list[tuple[int, int]]:
    """Where a row is drawn: [first, last) of each run."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row[:, 3] > 127, [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


class SimpleLineTests(SynchronousTestCase):
    def test_widthAndCaps(self):
        for cap, first, last in (("flat", 20, 80), ("square", 18, 82), ("round", 18, 82)):
            result = picture(HORIZONTAL, capstyle=cap)
            self.assertEqual(drawn(result[50]), [(first, last)], cap)
            self.assertEqual((result[:, 50, 3] > 0).sum(), 4)

    def test_joins(self):
        corner = "LINESTRING (20 20, 50 20, 50 50)"
        alphas = {
            join: int(picture(corner, joinstyle=join, line_width="10")[84, 54, 3])
            for join in ("bevel", "miter", "round")
        }
        self.assertEqual(alphas["miter"], 255)
        self.assertLess(alphas["bevel"], 10)
        self.assertLess(alphas["round"], 255)

    def test_namedDash(self):
        self.assertEqual(drawn(picture(HORIZONTAL, line_style="dash")[50]), [(20, 36), (44, 60), (68, 80)])

    def test_customDash(self):
        result = picture(HORIZONTAL, use_custom_dash="1", customdash="10;5", customdash_unit="Pixel")
        self.assertEqual(drawn(result[50]), [(20, 30), (35, 45), (50, 60), (65, 75)])
        moved = picture(
            HORIZONTAL,
            use_custom_dash="1",
            customdash="10;5",
            customdash_unit="Pixel",
            dash_pattern_offset="5",
            dash_pattern_offset_unit="Pixel",
        )
        self.assertEqual(drawn(moved[50])[0], (20, 25))

    def test_thinDashesHaveNoCaps(self):
        result = picture("LINESTRING (20 50.5, 80 50.5)", line_style="dot", line_width="1", capstyle="square")
        self.assertEqual(drawn(result[49])[:3], [(20, 21), (23, 24), (26, 27)])

    def test_offsetIsToTheRight(self):
        result = picture(HORIZONTAL, offset="10", offset_unit="Pixel")
        self.assertEqual(np.flatnonzero(result[:, 50, 3]).tolist(), [58, 59, 60, 61])

    def test_opaqueLinesOfManyFeatures(self):
        result = picture(HORIZONTAL, "LINESTRING (50 20, 50 80)")
        self.assertEqual(result[50, 30].tolist(), BLUE)
        self.assertEqual(result[30, 50].tolist(), BLUE)

    def test_translucentLinesAddUp(self):
        result = picture(HORIZONTAL, "LINESTRING (50 20, 50 80)", line_color="0,0,255,128")
        self.assertGreater(result[50, 50, 3], result[50, 30, 3])

    def test_trim(self):
        result = picture(
            HORIZONTAL,
            trim_distance_start="10",
            trim_distance_start_unit="Pixel",
            trim_distance_end="25",
            trim_distance_end_unit="Percentage",
        )
        self.assertEqual(drawn(result[50]), [(30, 65)])

    def test_ringsOfPolygons(self):
        polygon = "POLYGON ((20 20, 80 20, 80 80, 20 80, 20 20), (40 40, 60 40, 60 60, 40 60, 40 40))"
        for choice, runs in (("0", 4), ("1", 2), ("2", 2)):
            result = picture(polygon, kind="fill", ring_filter=choice)
            self.assertEqual(len(drawn(result[50])), runs)

    def test_insideThePolygon(self):
        result = picture(SQUARE, kind="fill", draw_inside_polygon="1")
        self.assertEqual(drawn(result[50]), [(20, 22), (78, 80)])

    def test_ringsMoveInwards(self):
        polygon = "POLYGON ((10 10, 90 10, 90 90, 10 90, 10 10), (40 40, 60 40, 60 60, 40 60, 40 40))"
        result = picture(polygon, kind="fill", offset="5", offset_unit="Pixel", line_width="2")
        self.assertEqual(drawn(result[50]), [(14, 16), (34, 36), (64, 66), (84, 86)])

    def test_dashes(self):
        self.assertEqual(parseDash("5;2;1"), (5, 2))
        self.assertEqual(parseDash(""), ())
