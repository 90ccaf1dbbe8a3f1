"""Tests of path buffers."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.cairo import cairo, library
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.paths import Paths

MOVE, LINE, CLOSE = cairo.PATH_MOVE_TO, cairo.PATH_LINE_TO, cairo.PATH_CLOSE_PATH


def kinds(paths: Paths, part: int) -> list:
    canvas = Canvas(4, 4)
    library.cairo_append_path(canvas.context._pointer, paths.part(part))
    return [kind for kind, _ in canvas.context.copy_path()]


RING = np.array([(1, 1), (3, 1), (3, 3), (1, 1)], float)


class PathsTests(SynchronousTestCase):
    def test_closedRings(self):
        paths = Paths(RING, np.array([0, 4]), np.array([0, 1]), True)
        self.assertEqual(kinds(paths, 0)[:4], [MOVE, LINE, LINE, CLOSE])

    def test_linesThatReturnAreClosed(self):
        coords = np.concatenate([RING, [(0, 0), (2, 2)]])
        paths = Paths(coords, np.array([0, 4, 6]), np.array([0, 1, 2]), False)
        self.assertIn(CLOSE, kinds(paths, 0))
        self.assertEqual(kinds(paths, 1), [MOVE, LINE])

    def test_neverClosed(self):
        paths = Paths(RING, np.array([0, 4]), np.array([0, 1]), None)
        self.assertEqual(kinds(paths, 0), [MOVE, LINE, LINE, LINE])

    def test_emptyParts(self):
        paths = Paths(RING, np.array([0, 0, 4]), np.array([0, 1, 2]), True)
        self.assertEqual(kinds(paths, 0), [])
        self.assertEqual(paths.count, 2)

    @given(
        st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3), min_size=1, max_size=8),
        st.integers(1, 50),
    )
    def test_chunksCoverAllParts(self, parts, size):
        counts = [n for rings in parts for n in rings]
        coordsOf = np.concatenate([[0], np.cumsum(counts)])
        ringsOf = np.concatenate([[0], np.cumsum([len(rings) for rings in parts])])
        paths = Paths(np.random.default_rng(1).random((coordsOf[-1], 2)), coordsOf, ringsOf, True)
        covered = [i for start, stop in paths.chunks(0, len(parts), size) for i in range(start, stop)]
        self.assertEqual(covered, list(range(len(parts))))
