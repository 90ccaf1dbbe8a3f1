"""Positions and samples."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import transformBox, transformer
from ogctwist.sources.warp import PixelGrid, bilinear, nearest, pixelGrid

LAMBERT, DEGREES, POLAR = (CRS.fromAuthid(f"EPSG:{code}") for code in (2154, 4326, 3995))


def pixelsOf(source: CRS, target: CRS, left: float, top: float, size: float):
    def toPixels(x, y):
        x, y = transformer(source, target).transform(x, y)
        return (x - left) / size, (top - y) / size

    return toPixels


def everyPixel(columns: np.ndarray, rows: np.ndarray) -> PixelGrid:
    height, width = columns.shape
    return PixelGrid(np.arange(float(width)), np.arange(float(height)), columns, rows, True)


class PixelGridTests(SynchronousTestCase):
    @given(
        st.floats(0, 1_000_000),
        st.floats(6_200_000, 7_000_000),
        st.floats(1_000, 500_000),
        st.integers(1, 200),
        st.integers(1, 200),
    )
    def test_theErrorIsSmall(self, left: float, bottom: float, size: float, width: int, height: int) -> None:
        extent = transformBox(Box(left, bottom, left + size, bottom + size), LAMBERT, DEGREES)
        pixel = size / max(width, height)
        toPixels = pixelsOf(DEGREES, LAMBERT, left, bottom + size, pixel)
        columns, rows = pixelGrid(extent, width, height, toPixels).spread()
        x = extent.xmin + (np.arange(width) + 0.5) * extent.width / width
        y = extent.ymax - (np.arange(height) + 0.5) * extent.height / height
        exactColumns, exactRows = toPixels(*(a.ravel() for a in np.meshgrid(x, y)))
        self.assertEqual(columns.shape, (height, width))
        self.assertLess(np.abs(columns.ravel() - exactColumns).max(), 0.3)
        self.assertLess(np.abs(rows.ravel() - exactRows).max(), 0.3)

    def test_aPole(self) -> None:
        """Where positions turn round, no knots are left out."""
        grid = pixelGrid(Box(-1e6, -1e6, 1e6, 1e6), 64, 64, pixelsOf(POLAR, DEGREES, -180, 90, 1.0))
        self.assertTrue(grid.isExact)

    def test_whereThereIsNoPosition(self) -> None:
        def toPixels(x, y):
            return np.where(x < 32, x, np.inf), y

        grid = pixelGrid(Box(0, 0, 64, 64), 64, 64, toPixels)
        self.assertTrue(grid.isExact)
        left, _, right, _ = grid.bounds(100, 100)
        self.assertEqual((left, right), (0.5, 31.5))
        self.assertFalse(grid.isInside(100, 100))

    def test_steps(self) -> None:
        def turned(x, y):
            return y / 3, x * 2

        grid = pixelGrid(Box(0, 0, 100, 100), 100, 100, turned)
        np.testing.assert_allclose(grid.steps(), (1 / 3, 2), rtol=1e-6)

    def test_boundsOutside(self) -> None:
        grid = everyPixel(np.full((2, 2), -5.0), np.full((2, 2), 1.0))
        self.assertIsNone(grid.bounds(10, 10))
        nowhere = everyPixel(np.full((2, 2), np.nan), np.full((2, 2), np.nan))
        self.assertIsNone(nowhere.bounds(10, 10))


class SampleTests(SynchronousTestCase):
    def setUp(self) -> None:
        generator = np.random.default_rng(5)
        self.values = generator.integers(0, 255, (2, 6, 8)).astype(np.uint8)
        self.mask = generator.random((6, 8)) > 0.2
        self.columns = generator.uniform(-1, 9, (40, 30)).astype(np.float32)
        self.rows = generator.uniform(-1, 7, (40, 30)).astype(np.float32)
        self.columns[0, 0] = np.nan
        self.rows[0, 1] = np.inf
        self.grid = everyPixel(self.columns, self.rows)

    def inside(self, i: int, j: int) -> bool:
        x, y = self.columns[i, j], self.rows[i, j]
        return bool(0 <= x < 8 and 0 <= y < 6)

    def test_nearest(self) -> None:
        values, mask, inside = nearest(self.values, self.mask, self.grid)
        for i, j in np.ndindex(self.columns.shape):
            self.assertEqual(inside[i, j], self.inside(i, j))
            if inside[i, j]:
                row, column = int(self.rows[i, j]), int(self.columns[i, j])
                self.assertEqual(mask[i, j], self.mask[row, column])
                np.testing.assert_array_equal(values[:, i, j], self.values[:, row, column])
            else:
                self.assertFalse(mask[i, j])

    def byHand(self, i: int, j: int, band: int, mask: np.ndarray) -> float | None:
        x, y = float(self.columns[i, j]) - 0.5, float(self.rows[i, j]) - 0.5
        left, top = int(np.floor(x)), int(np.floor(y))
        total = weights = 0.0
        for row, wy in ((top, 1 - (y - top)), (top + 1, y - top)):
            for column, wx in ((left, 1 - (x - left)), (left + 1, x - left)):
                r, c = min(max(row, 0), 5), min(max(column, 0), 7)
                if mask[r, c]:
                    total += wx * wy * self.values[band, r, c]
                    weights += wx * wy
        return total / weights if weights > 1e-6 else None

    def test_bilinear(self) -> None:
        for mask in (self.mask, np.ones_like(self.mask)):
            values, there, _ = bilinear(self.values, mask, self.grid)
            for i, j in np.ndindex(self.columns.shape):
                expected = self.byHand(i, j, 1, mask) if self.inside(i, j) else None
                if expected is None:
                    self.assertFalse(there[i, j] and not self.inside(i, j))
                else:
                    self.assertLessEqual(abs(float(values[1, i, j]) - expected), 0.51)

    def test_bilinearOfFloats(self) -> None:
        values, _, inside = bilinear(self.values.astype(np.float64), np.ones_like(self.mask), self.grid)
        self.assertEqual(values.dtype, np.float64)
        i, j = np.argwhere(inside)[3]
        expected = self.byHand(i, j, 0, np.ones_like(self.mask))
        self.assertAlmostEqual(float(values[0, i, j]), expected, places=3)
