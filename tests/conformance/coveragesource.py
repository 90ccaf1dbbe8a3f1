"""What every ICoverageSource must hold to."""

from __future__ import annotations

from typing import Any

import numpy as np
from zope.interface.verify import verifyObject

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import transformBox, transformer
from ogctwist.interfaces import ICoverageSource
from ogctwist.sources.query import SourceError
from ogctwist.sources.reader import Cancelled

LAMBERT = CRS("EPSG:2154", "EPSG:2154")
DEGREES = CRS("EPSG:4326", "EPSG:4326")

#: The raster of the suite: 16 columns and 12 rows of 10 m, two bands; 0 in the first is no data.
WIDTH, HEIGHT, PIXEL = 16, 12, 10.0
LEFT, TOP = 650_000.0, 6_860_000.0
EXTENT = Box(LEFT, TOP - HEIGHT * PIXEL, LEFT + WIDTH * PIXEL, TOP)
FIRST = (np.arange(HEIGHT)[:, None] * WIDTH + np.arange(WIDTH)).astype(np.uint8)
SECOND = (255 - FIRST).astype(np.uint8)


class CoverageSourceSuite:
    """Mix into a SynchronousTestCase, and say how to make the source."""

    def makeSource(self) -> Any:
        raise NotImplementedError

    def read(
        self,
        extent: Box = EXTENT,
        width: int = WIDTH,
        height: int = HEIGHT,
        crs: CRS = LAMBERT,
        bands: tuple[int, ...] = (1,),
        resampling: str = "nearest",
    ) -> Any:
        window = self.makeSource().read(extent, width, height, crs, bands, resampling, lambda: False)
        self.assertEqual(window.values.shape, (len(bands), height, width))
        self.assertEqual((window.mask.shape, window.mask.dtype), ((height, width), np.dtype(bool)))
        return window

    def part(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A box from positions in pixels."""
        return Box(LEFT + left * PIXEL, TOP - bottom * PIXEL, LEFT + right * PIXEL, TOP - top * PIXEL)

    def test_itProvidesTheInterface(self) -> None:
        verifyObject(ICoverageSource, self.makeSource())

    def test_description(self) -> None:
        info = self.successResultOf(self.makeSource().describe())
        self.assertEqual((info.width, info.height, len(info.bands)), (WIDTH, HEIGHT, 2))
        self.assertEqual((info.crs.srid, info.extent), (2154, EXTENT))
        self.assertEqual([band.dtype for band in info.bands], ["uint8", "uint8"])
        self.assertEqual(info.bands[0].nodata, 0)
        self.assertIsNone(info.band(3))
        self.assertEqual(self.makeSource().info(), info)

    def test_everything(self) -> None:
        window = self.read(bands=(1, 2))
        np.testing.assert_array_equal(window.values, [FIRST, SECOND])
        np.testing.assert_array_equal(window.mask, FIRST != 0)
        self.assertEqual(window.values.dtype, np.uint8)

    def test_bandsInTheOrderAskedFor(self) -> None:
        np.testing.assert_array_equal(self.read(bands=(2, 1, 2)).values, [SECOND, FIRST, SECOND])

    def test_aPart(self) -> None:
        window = self.read(self.part(3, 2, 8, 6), 5, 4)
        np.testing.assert_array_equal(window.values[0], FIRST[2:6, 3:8])
        self.assertTrue(window.mask.all())

    def test_enlarged(self) -> None:
        window = self.read(self.part(3, 2, 8, 6), 20, 12)
        np.testing.assert_array_equal(window.values[0], FIRST[2:6, 3:8].repeat(3, axis=0).repeat(4, axis=1))

    def test_betweenPixels(self) -> None:
        """A pixel of the answer shows the pixel in which its centre lies."""
        window = self.read(self.part(3.4, 2.4, 8.4, 6.4), 5, 4)
        np.testing.assert_array_equal(window.values[0], FIRST[2:6, 3:8])
        window = self.read(self.part(3.6, 2.6, 8.6, 6.6), 5, 4)
        np.testing.assert_array_equal(window.values[0], FIRST[3:7, 4:9])

    def test_reduced(self) -> None:
        window = self.read(width=8, height=6)
        blocks = FIRST.reshape(6, 2, 8, 2).swapaxes(1, 2).reshape(6, 8, 4)
        self.assertTrue((blocks == window.values[0][..., None]).any(axis=2).all())

    def test_reducedToOnePixel(self) -> None:
        self.assertIn(self.read(width=1, height=1).values.item(), FIRST)

    def test_partlyOutside(self) -> None:
        window = self.read(self.part(-2, -3, 2, 1), 4, 4)
        expected = np.zeros((4, 4), bool)
        expected[3, 2:] = True
        np.testing.assert_array_equal(window.inside, expected)
        expected[3, 2] = False
        np.testing.assert_array_equal(window.mask, expected)
        self.assertEqual(window.values[0, 3, 3], 1)

    def test_outside(self) -> None:
        for box in (self.part(100, 0, 110, 5), self.part(0, -20, 10, -10)):
            for resampling in ("nearest", "bilinear"):
                self.assertFalse(self.read(box, 5, 5, resampling=resampling).mask.any())

    def test_theRasterInAWideMap(self) -> None:
        window = self.read(EXTENT.grown(1e6), 3, 3)
        self.assertLessEqual(window.mask.sum(), 1)

    def test_bilinear(self) -> None:
        window = self.read(self.part(4, 4, 6, 6), 8, 8, resampling="bilinear")
        self.assertEqual(window.values.dtype, np.uint8)
        row = window.values[0, 3].astype(int)
        self.assertTrue((np.diff(row) >= 0).all())
        low, high = FIRST[3:7, 3:7].min(), FIRST[3:7, 3:7].max()
        self.assertTrue(((window.values >= low) & (window.values <= high)).all())

    def test_bilinearLeavesNoDataAlone(self) -> None:
        window = self.read(self.part(0, 0, 4, 4), 16, 16, resampling="bilinear")
        self.assertTrue((window.values[0][window.mask] >= 1).all())

    def test_average(self) -> None:
        window = self.read(self.part(4, 4, 12, 12), 2, 2, resampling="average")
        expected = FIRST[4:12, 4:12].reshape(2, 4, 2, 4).mean(axis=(1, 3))
        np.testing.assert_allclose(window.values[0], expected, atol=1)

    def test_otherSystems(self) -> None:
        box = transformBox(self.part(1, 1, 15, 11), LAMBERT, DEGREES)
        width, height = 70, 60
        window = self.read(box, width, height, DEGREES)
        x = box.xmin + (np.arange(width) + 0.5) * box.width / width
        y = box.ymax - (np.arange(height) + 0.5) * box.height / height
        ex, ny = transformer(DEGREES, LAMBERT).transform(*np.meshgrid(x, y))
        columns, rows = (ex - LEFT) / PIXEL, (TOP - ny) / PIXEL
        inside = (columns > 0) & (columns < WIDTH) & (rows > 0) & (rows < HEIGHT)
        # away from edges of pixels, where an eighth of a pixel may decide
        clear = inside & (np.abs(columns % 1 - 0.5) < 0.35) & (np.abs(rows % 1 - 0.5) < 0.35)
        expected = FIRST[rows[clear].astype(int), columns[clear].astype(int)]
        np.testing.assert_array_equal(window.values[0][clear], expected)
        self.assertTrue(window.mask[clear & (window.values[0] != 0)].all())
        for resampling in ("bilinear", "cubic", "average"):
            smooth = self.read(box, width, height, DEGREES, resampling=resampling)
            middle = np.s_[20:40, 20:50]
            difference = smooth.values[0][middle].astype(int) - window.values[0][middle]
            self.assertLessEqual(np.abs(difference).max(), WIDTH + 2)

    def test_whereThereIsNoTransformation(self) -> None:
        window = self.read(Box(-180, -90, 180, 90), 36, 18, DEGREES)
        self.assertLessEqual(window.mask.sum(), 1)

    def test_whatCannotBeRead(self) -> None:
        for bands, resampling in (((3,), "nearest"), ((0,), "nearest"), ((), "nearest"), ((1,), "strange")):
            self.assertRaises(
                SourceError, self.makeSource().read, EXTENT, 4, 4, LAMBERT, bands, resampling, lambda: False
            )

    def test_cancelled(self) -> None:
        self.assertRaises(
            Cancelled, self.makeSource().read, EXTENT, 4, 4, LAMBERT, (1,), "nearest", lambda: True
        )
