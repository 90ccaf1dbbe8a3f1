"""Pyramids of tiles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.tilematrix import MOST_LEVELS, TileMatrixSet, TileRange, levelsDownTo

MERCATOR = CRS.fromAuthid("EPSG:3857")
HALF = 20037508.342789248
WORLD = TileMatrixSet(MERCATOR, -HALF, HALF, 559082264.0287179, 1, 1, 21)


class PyramidTests(SynchronousTestCase):
    def test_theWorldIsOneTile(self) -> None:
        (first, *rest) = WORLD.matrices
        box = WORLD.tile(first, 0, 0)
        for value, wanted in zip(box.bounds, (-HALF, -HALF, HALF, HALF), strict=True):
            self.assertAlmostEqual(value, wanted, 2)
        self.assertEqual(len(rest), 20)
        self.assertEqual((rest[-1].columns, rest[-1].rows), (2**20, 2**20))

    def test_covering(self) -> None:
        matrix = WORLD.matrices[2]
        self.assertEqual(WORLD.covering(matrix, Box(1.0, 1.0, 2.0, 2.0)), TileRange(2, 2, 1, 1))
        self.assertEqual(WORLD.covering(matrix, Box(-1.0, -1.0, 1.0, 1.0)), TileRange(1, 2, 1, 2))

    def test_whatLiesOutsideStaysWithin(self) -> None:
        matrix = WORLD.matrices[1]
        self.assertEqual(WORLD.covering(matrix, Box(-9e9, -9e9, 9e9, 9e9)), TileRange(0, 1, 0, 1))
        self.assertEqual(WORLD.covering(matrix, Box(8e9, 8e9, 9e9, 9e9)), TileRange(1, 1, 0, 0))

    def test_levels(self) -> None:
        self.assertEqual(levelsDownTo(559082264.0287179, 500), 21)
        self.assertEqual(levelsDownTo(1000, 2000), 1)
        self.assertEqual(levelsDownTo(1e30, 1e-30), MOST_LEVELS)

    @given(st.integers(0, 20), st.integers(0, 10**6), st.integers(0, 10**6))
    def test_aTileCoversItself(self, level: int, column: int, row: int) -> None:
        matrix = WORLD.matrices[level]
        column, row = column % matrix.columns, row % matrix.rows
        box = WORLD.tile(matrix, column, row)
        inner = Box(
            box.xmin + box.width / 4,
            box.ymin + box.height / 4,
            box.xmax - box.width / 4,
            box.ymax - box.height / 4,
        )
        self.assertEqual(WORLD.covering(matrix, inner), TileRange(column, column, row, row))
