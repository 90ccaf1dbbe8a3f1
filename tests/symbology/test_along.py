"""Tests of distances along lines."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.along import MeasuredLines
from ogctwist.symbology.parts import LINE, partsOfShapes


def measured(*lines, **options) -> MeasuredLines:
    shapes = np.array([shapely.LineString(line) for line in lines], object)
    return MeasuredLines(partsOfShapes(shapes, np.arange(len(shapes)), LINE), **options)


class MeasuredLinesTests(SynchronousTestCase):
    def test_distances(self):
        lines = measured([(0, 0), (3, 4), (3, 14)], [(5, 5), (6, 5)])
        self.assertEqual(lines.distances.tolist(), [0, 5, 15, 0, 1])
        self.assertEqual(lines.lengths.tolist(), [15, 1])

    def test_points(self):
        lines = measured([(0, 0), (10, 0), (10, 10)], [(0, 5), (0, 9)])
        points = lines.pointsAt(np.array([0, 0, 0, 1, 1]), np.array([0.0, 5, 15, 2, 99]))
        self.assertEqual(points.tolist(), [[0, 0], [5, 0], [10, 5], [0, 7], [0, 9]])

    def test_directions(self):
        lines = measured([(0, 0), (10, 0), (10, 10)])
        degrees = np.degrees(lines.directionsAt(np.array([0, 0]), np.array([2.0, 12.0])))
        self.assertEqual(degrees.tolist(), [0, 90])

    def test_inSteps(self):
        lines = measured([(0, 0), (3, 4), (10, 4)], inSteps=True)
        self.assertEqual(lines.distances.tolist(), [0, 4, 11])

    @settings(max_examples=50)
    @given(
        st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=8, unique=True),
        st.floats(0, 1),
        st.floats(0.01, 1),
    )
    def test_stretchesAreAsLongAsAsked(self, points, start, share):
        lines = measured(points)
        total = float(lines.lengths[0])
        first = start * total * 0.9
        last = first + (total - first) * share
        piece = lines.stretches(np.array([0]), np.array([first]), np.array([last]))
        self.assertAlmostEqual(float(shapely.length(piece.shapes)[0]), last - first, places=6)
