"""Tests of generated geometries and vector fields."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from tests.symbology.drawing import SQUARE, batchOf, draw, frameOf, layerXml, planOf, singleXml, symbolXml
from tests.symbology.test_repeated import DASH, DOT


class GeneratorTests(SynchronousTestCase):
    def picture(self, sub: str, expression: str, *wkt: str, kind: str = "fill"):
        layer = layerXml("GeometryGenerator", sub, geometryModifier=expression)
        plan = planOf(singleXml(symbolXml(kind, layer)), "v")
        return draw(plan, batchOf(*wkt, v=list(range(len(wkt))))), plan

    def test_centroid(self):
        result, plan = self.picture(DOT, "centroid($geometry)", SQUARE)
        self.assertEqual(plan.unsupported, ())
        self.assertEqual([int(result[50, x, 3]) for x in (50, 30)], [255, 0])

    def test_onceForEachFeature(self):
        translucent = symbolXml(
            "fill", layerXml("SimpleFill", color="255,0,0,128", outline_style="no"), name="@0@0"
        )
        many = "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0)), ((20 0, 29 0, 29 9, 20 9, 20 0)))"
        result, _ = self.picture(translucent, "buffer(centroid($geometry), 5)", many)
        self.assertEqual(int(result[..., 3].max()), 128)

    def test_attributesItNeeds(self):
        _, plan = self.picture(DASH, "buffer($geometry, v)", SQUARE)
        self.assertEqual(plan.requirements(frameOf()).fields, frozenset(["v"]))

    def test_brokenOrOtherKind(self):
        _, plan = self.picture(DOT, "centroid(", SQUARE)
        self.assertIn("geometry generator", plan.unsupported[0])
        self.assertFalse(self.picture(DOT, "5", SQUARE)[0].any())
        self.assertFalse(self.picture(DOT, "NULL", SQUARE)[0].any())


class VectorFieldTests(SynchronousTestCase):
    def picture(self, **properties):
        settings = {
            "x_attribute": "x",
            "y_attribute": "y",
            "distance_unit": "Pixel",
            "scale": "1",
            **properties,
        }
        plan = planOf(singleXml(symbolXml("marker", layerXml("VectorField", DASH, **settings))), "x", "y")
        self.assertEqual(plan.requirements(frameOf()).fields, frozenset(("x", "y")))
        return draw(plan, batchOf("POINT (50 50)", x=[20.0], y=[0.0]))

    def test_cartesian(self):
        self.assertEqual(np.flatnonzero(self.picture()[50, :, 3] > 127).tolist(), list(range(50, 70)))

    def test_polar(self):
        result = self.picture(vector_field_type="1")
        self.assertEqual(np.flatnonzero(result[:, 50, 3] > 127).tolist(), list(range(30, 50)))

    def test_scale(self):
        self.assertEqual((self.picture(scale="2")[50, :, 3] > 127).sum(), 40)
