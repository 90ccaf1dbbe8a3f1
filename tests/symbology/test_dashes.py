"""Tests of dashes."""

import numpy as np
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.dashes import dashedParts
from ogctwist.symbology.parts import LINE, partsOfShapes


def line(*points):
    return partsOfShapes(np.array([shapely.LineString(points)], object), np.array([0]), LINE)


def pieces(parts) -> list[list[list[float]]]:
    return [
        np.round(parts.coords[parts.coordsOf[i] : parts.coordsOf[i + 1]], 6).tolist()
        for i in range(len(parts.coordsOf) - 1)
    ]


class DashTests(SynchronousTestCase):
    def test_dashesAndGaps(self):
        dashed = dashedParts(line((0, 0), (10, 0)), (3.0, 2.0))
        self.assertEqual(pieces(dashed), [[[0, 0], [3, 0]], [[5, 0], [8, 0]]])
        self.assertEqual(dashed.ringsOf.tolist(), [0, 2])

    def test_aroundTheCorner(self):
        dashed = dashedParts(line((0, 0), (4, 0), (4, 4)), (6.0, 1.0))
        self.assertEqual(pieces(dashed)[0], [[0, 0], [4, 0], [4, 2]])

    def test_offset(self):
        dashed = dashedParts(line((0, 0), (10, 0)), (3.0, 2.0), 1.0)
        self.assertEqual(pieces(dashed), [[[0, 0], [2, 0]], [[4, 0], [7, 0]], [[9, 0], [10, 0]]])

    def test_aligned(self):
        # 11 = two and a fifth patterns: the dash at the end is made whole
        dashed = dashedParts(line((0, 0), (11, 0)), (3.0, 2.0), aligned=True)
        self.assertEqual(len(pieces(dashed)), 3)
        self.assertAlmostEqual(pieces(dashed)[-1][1][0], 11)
        lengths = [b[0] - a[0] for a, b in pieces(dashed)]
        self.assertAlmostEqual(max(lengths) - min(lengths), 0, places=5)

    def test_inSteps(self):
        dashed = dashedParts(line((0, 0), (10, 10)), (2.0, 3.0), inSteps=True)
        self.assertEqual(pieces(dashed), [[[0, 0], [2, 2]], [[5, 5], [7, 7]]])

    def test_tinyPatternIsSolid(self):
        solid = line((0, 0), (10, 0))
        self.assertIs(dashedParts(solid, (0.01, 0.01)), solid)
