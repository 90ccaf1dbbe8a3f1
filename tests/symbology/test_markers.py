"""Tests of markers: shapes, sizes, places."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.shapes import markerShape
from tests.symbology.drawing import batchOf, draw, layerXml, planOf, singleXml, symbolXml

NAMES = (
    "square quarter_square half_square diagonal_half_square diamond pentagon hexagon triangle octagon",
    "equilateral_triangle star arrow circle cross cross_fill cross2 line arrowhead filled_arrowhead",
    "semi_circle third_circle quarter_circle left_half_triangle right_half_triangle asterisk_fill",
    "square_with_corners half_arc third_arc quarter_arc rounded_square decagon trapezium shield",
    "parallelogram_left parallelogram_right diamond_star heart",
)
NAMES = " ".join(NAMES).split()


def picture(*wkt: str, **properties):
    settings = {"color": "255,0,0,255", "outline_style": "no", "size_unit": "Pixel", "size": "20"}
    layer = layerXml("SimpleMarker", **{**settings, **properties})
    return draw(planOf(singleXml(symbolXml("marker", layer))), batchOf(*(wkt or ("POINT (50 50)",))))


def box(result) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(result[..., 3] > 140)
    return int(xs.min()), int(ys.min()), int(xs.max()) + 1, int(ys.max()) + 1


class ShapeTests(SynchronousTestCase):
    def test_allWithinTheSquare(self):
        for name in NAMES:
            self.assertLessEqual(np.abs(markerShape(name).coords).max(), 1.001, name)

    def test_unknownIsACircle(self):
        self.assertTrue(np.allclose(np.hypot(*markerShape("blob").coords.T), 1))

    def test_strokedOnly(self):
        for name in ("cross", "cross2", "x", "line", "arrowhead", "half_arc"):
            self.assertFalse(markerShape(name).isFilled, name)

    def test_allDraw(self):
        for name in NAMES:
            result = picture(name=name, outline_style="solid", outline_color="0,0,0", outline_width="0.3")
            self.assertTrue(result.any(), name)


class SimpleMarkerTests(SynchronousTestCase):
    def test_size(self):
        self.assertEqual(box(picture(name="square", size="19")), (41, 41, 59, 59))

    def test_evenSizesStandOnPixels(self):
        left, _, right, _ = box(picture("POINT (50.2 50)", name="square", size="10"))
        self.assertEqual((left + right) / 2, 50.5)

    def test_angleIsClockwise(self):
        up = picture(name="triangle")
        right = picture(name="triangle", angle="90")
        self.assertGreater(up[57, 43, 3], 200)
        self.assertGreater(right[43, 43, 3], 200)
        self.assertEqual(right[50, 58, 3] > 100, True)

    def test_offsetTurnsWithTheAngle(self):
        self.assertEqual(box(picture(name="square", size="9", offset="10,0", offset_unit="Pixel"))[0], 56)
        turned = box(picture(name="square", size="9", offset="10,0", offset_unit="Pixel", angle="90"))
        self.assertEqual(turned[1], 56)

    def test_anchors(self):
        result = box(
            picture(name="square", size="11", horizontal_anchor_point="0", vertical_anchor_point="2")
        )
        self.assertLessEqual(abs(result[0] - 50), 1)
        self.assertLessEqual(abs(result[3] - 50), 1)

    def test_multipoints(self):
        result = picture("MULTIPOINT ((20 20), (80 80))", size="9")
        self.assertGreater(result[80, 20, 3], 200)
        self.assertGreater(result[20, 80, 3], 200)

    def test_severalLayers(self):
        outer = layerXml(
            "SimpleMarker", name="square", color="255,0,0", size="21", size_unit="Pixel", outline_style="no"
        )
        inner = layerXml(
            "SimpleMarker", name="square", color="0,0,255", size="7", size_unit="Pixel", outline_style="no"
        )
        result = draw(
            planOf(singleXml(symbolXml("marker", outer, inner))), batchOf("POINT (50 50)", "POINT (55 50)")
        )
        self.assertEqual(result[49, 55].tolist(), [0, 0, 255, 255])
        self.assertEqual(
            result[49, 49].tolist(), [255, 0, 0, 255]
        )  # the second marker is on top of the first

    def test_exact(self):
        from tests.symbology.drawing import frameOf

        layer = layerXml(
            "SimpleMarker", name="square", color="255,0,0", size="10", size_unit="Pixel", outline_style="no"
        )
        plan = planOf(singleXml(symbolXml("marker", layer)))
        result = draw(plan, batchOf("POINT (50.25 50)"), frame=frameOf(isExact=True))
        self.assertIn(int(result[50, 45, 3]), (191, 192))
        self.assertIn(int(result[50, 55, 3]), (63, 64))

    def test_selected(self):
        from tests.symbology.drawing import frameOf

        layer = layerXml(
            "SimpleMarker",
            name="square",
            size="21",
            size_unit="Pixel",
            outline_color="0,0,255",
            outline_width="4",
            outline_width_unit="Pixel",
        )
        plan = planOf(singleXml(symbolXml("marker", layer)))
        result = draw(plan, batchOf("POINT (50 50)"), frame=frameOf(selectedIds=frozenset([0])))
        self.assertEqual(result[50, 50].tolist(), [255, 255, 0, 255])
        self.assertEqual(result[50, 39].tolist(), [0, 0, 255, 255])

    def test_requirementsReachAsFarAsTheMarker(self):
        from tests.symbology.drawing import frameOf

        layer = layerXml("SimpleMarker", size="40", size_unit="Pixel", offset="10,0", offset_unit="Pixel")
        margin = planOf(singleXml(symbolXml("marker", layer))).requirements(frameOf()).marginPixels
        self.assertGreaterEqual(margin, 40)
        self.assertLess(margin, 60)

    @given(st.sampled_from(NAMES), st.integers(0, 360), st.integers(1, 30))
    def test_staysNearItsPoint(self, name, angle, size):
        result = picture(name=name, angle=str(angle), size=str(size), outline_style="no")
        if result.any():
            left, top, right, bottom = box(result) if (result[..., 3] > 140).any() else (50, 50, 50, 50)
            self.assertLessEqual(max(50 - left, right - 50, 50 - top, bottom - 50), size * 0.75 + 2)
