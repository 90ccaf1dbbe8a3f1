"""Tests of fills with repeated pictures."""

import base64

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import batchOf, draw, frameOf, layerXml, planOf, singleXml, symbolXml
from tests.symbology.test_repeated import DASH, DOT

ALL = "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0))"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
    b'<rect width="5" height="10" fill="#f00"/></svg>'
)


def picture(className: str, sub: str = "", *wkt: str, frame=None, **properties):
    plan = planOf(singleXml(symbolXml("fill", layerXml(className, sub, **properties))))
    assert plan.unsupported == (), plan.unsupported
    return draw(plan, batchOf(*(wkt or (ALL,))), frame=frame)


def centres(row: np.ndarray) -> list[float]:
    """The middles of what is drawn along a row."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row[:, 3] > 100, [0]])))
    return [(a + b) / 2 for a, b in zip(edges[::2], edges[1::2], strict=True)]


class LinePatternTests(SynchronousTestCase):
    settings = {"distance": "10.4", "distance_unit": "Pixel"}

    def test_horizontalFromTheLowerCorner(self):
        rows = centres(picture("LinePatternFill", DASH, angle="0", **self.settings)[:, 50])
        self.assertEqual([round(r) % 10 for r in rows[1:-1]], [0] * len(rows[1:-1]))

    def test_vertical(self):
        columns = centres(picture("LinePatternFill", DASH, angle="90", **self.settings)[50])
        self.assertEqual(set(np.diff(columns[1:-1])), {10})

    def test_rising(self):
        result = picture("LinePatternFill", DASH, angle="45", **self.settings)
        (first, *_), (second, *_) = centres(result[50])[1:], centres(result[51])[1:]
        self.assertLess(second, first)

    def test_withThePolygonNotWithTheMap(self):
        square = "POLYGON ((13 17, 93 17, 93 97, 13 97, 13 17))"
        result = picture("LinePatternFill", DASH, square, angle="90", **self.settings)
        self.assertIn(23, centres(result[50]))

    def test_tooFine(self):
        self.assertFalse(picture("LinePatternFill", DASH, distance="0.1", distance_unit="Pixel").any())


class PointPatternTests(SynchronousTestCase):
    settings = {
        "distance_x": "20",
        "distance_x_unit": "Pixel",
        "distance_y": "10",
        "distance_y_unit": "Pixel",
    }

    def test_grid(self):
        result = picture("PointPatternFill", DOT, **self.settings)
        self.assertEqual(set(np.diff(centres(result[50])[1:-1])), {20})
        self.assertEqual(set(np.diff(centres(result[:, 40])[1:-1])), {10})

    def test_displaced(self):
        result = picture(
            "PointPatternFill", DOT, displacement_x="10", displacement_x_unit="Pixel", **self.settings
        )
        self.assertNotEqual(centres(result[50])[1] % 20, centres(result[60])[1] % 20)

    def test_dataDefinedMarkers(self):
        from tests.symbology.drawing import dataDefined

        layer = layerXml(
            "SimpleMarker",
            dataDefined(fillColor="v"),
            name="square",
            size="6",
            size_unit="Pixel",
            outline_style="no",
        )
        fill = layerXml("PointPatternFill", symbolXml("marker", layer, name="@0@0"), **self.settings)
        plan = planOf(singleXml(symbolXml("fill", fill)), "v")
        left, right = (
            "POLYGON ((0 0, 50 0, 50 100, 0 100, 0 0))",
            "POLYGON ((50 0, 100 0, 100 100, 50 100, 50 0))",
        )
        result = draw(plan, batchOf(left, right, v=["255,0,0", "0,0,255"]))
        self.assertTrue((result[:, :46, 2] == 0).all() and (result[:, :46, 0] == 255).any())
        self.assertTrue((result[:, 54:, 0] == 0).all() and (result[:, 54:, 2] == 255).any())


class PictureFillTests(SynchronousTestCase):
    def test_svg(self):
        name = "base64:" + base64.b64encode(SVG).decode()
        result = picture("SVGFill", svgFile=name, width="10", pattern_width_unit="Pixel")
        self.assertEqual([int(result[50, x, 3]) for x in (2, 7, 12, 17)], [255, 0, 255, 0])

    def test_svgWithinTheStyle(self):
        result = picture("SVGFill", data=SVG.hex(), width="10", pattern_width_unit="Pixel")
        self.assertTrue(result.any())

    def test_missingFile(self):
        self.assertFalse(picture("SVGFill", svgFile="gone.svg", width="10").any())
        self.assertFalse(picture("RasterFill", imageFile="gone.png").any())

    def test_raster(self):
        import io

        from PIL import Image

        file = io.BytesIO()
        Image.fromarray(np.array([[[255, 0, 0, 255], [0, 0, 255, 255]]], np.uint8), "RGBA").save(file, "PNG")
        name = "base64:" + base64.b64encode(file.getvalue()).decode()
        result = picture("RasterFill", imageFile=name)
        self.assertEqual(result[50, 10].tolist(), [255, 0, 0, 255])
        self.assertEqual(result[50, 11].tolist(), [0, 0, 255, 255])
        faint = picture("RasterFill", imageFile=name, alpha="0.5", frame=frameOf())
        self.assertIn(int(faint[50, 10, 3]), (127, 128))
