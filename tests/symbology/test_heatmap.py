"""Tests of the heatmap."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.heatmap import spread
from tests.symbology.drawing import batchOf, draw, frameOf, planOf, prop


def renderer(**attributes) -> str:
    settings = {"radius": "10", "radius_unit": "2", "max_value": "0", "weight_expression": "", **attributes}
    text = " ".join(f'{k}="{v}"' for k, v in settings.items())
    ramp = prop(color1="255,0,0,0", color2="255,0,0,255")
    ramp = f'<colorramp type="gradient">{ramp}</colorramp>'
    return f'<renderer-v2 type="heatmapRenderer" {text}>{ramp}</renderer-v2>'


class HeatmapTests(SynchronousTestCase):
    def test_hotAtThePoint(self):
        result = draw(planOf(renderer()), batchOf("POINT (50.5 49.5)"))
        self.assertEqual(int(result[50, 50, 3]), 255)
        self.assertEqual(int(result[50, 61, 3]), 0)
        self.assertTrue(100 < result[50, 55, 3] < 200)

    def test_weightsAndMaximum(self):
        plan = planOf(renderer(weight_expression="w", max_value="10"), "w")
        result = draw(
            plan, batchOf("POINT (20.5 49.5)", "POINT (80.5 49.5)", "POINT (50.5 49.5)", w=[5, 10, None])
        )
        self.assertEqual([round(int(result[50, x, 3]) / 255, 1) for x in (20, 80, 50)], [0.5, 1.0, 0.0])
        needs = plan.requirements(frameOf())
        self.assertEqual((needs.fields, needs.marginPixels), (frozenset(["w"]), 10))

    def test_pointsBeyondTheEdgeCount(self):
        result = draw(planOf(renderer(max_value="1")), batchOf("POINT (-3 50)"))
        self.assertGreater(result[50, 0, 3], 100)

    def test_blocksOfPixels(self):
        import ogctwist.symbology.heatmap as module

        self.patch(module, "MOST_CELLS", 5000)
        result = draw(planOf(renderer(max_value="1")), batchOf("POINT (50.5 49.5)"))
        self.assertEqual(result[50, 50].tolist(), result[51, 51].tolist())
        self.assertGreater(result[50, 50, 3], 200)
        self.assertEqual(int(result[50, 64, 3]), 0)

    def test_noPoints(self):
        self.assertEqual(int(draw(planOf(renderer()))[..., 3].max()), 0)

    def test_spreadIsTheSumOfKernels(self):
        radius = 3
        counts = np.zeros((14, 16))
        counts[6, 7], counts[7, 9] = 2, 1
        expected = np.zeros((8, 10))
        for (y, x), weight in (((3, 4), 2), ((4, 6), 1)):
            for row, column in np.ndindex(8, 10):
                share = 1 - ((row - y) ** 2 + (column - x) ** 2) / radius**2
                expected[row, column] += weight * max(share, 0) ** 2
        np.testing.assert_allclose(spread(counts, radius), expected, atol=1e-9)
