"""The suite of ICoverageSource over rasters of several kinds and over the double."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.layers import LayerKind
from ogctwist.sources.catalogue import SourceCatalogue
from tests.conformance.coveragesource import (
    EXTENT,
    FIRST,
    HEIGHT,
    LAMBERT,
    LEFT,
    PIXEL,
    SECOND,
    TOP,
    CoverageSourceSuite,
)
from tests.doubles.coverages import MemoryCoverage
from tests.doubles.features import ImmediatePool
from tests.sources.rasters import writeRaster
from tests.sources.sample import layerOf


class CatalogueSuite(CoverageSourceSuite):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.layer = layerOf(self.write(), "gdal", LayerKind.RASTER, crs=LAMBERT)
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def write(self) -> str:
        raise NotImplementedError

    def makeSource(self) -> Any:
        return self.catalogue.coverage(self.layer)


class GeotiffTests(CatalogueSuite, SynchronousTestCase):
    def write(self) -> str:
        return writeRaster(self.folder / "a.tif")


class OverviewTests(CatalogueSuite, SynchronousTestCase):
    def write(self) -> str:
        path = writeRaster(
            self.folder / "a.tif", tiled=True, blockxsize=16, blockysize=16, compress="deflate"
        )
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews([2, 4], rasterio.enums.Resampling.nearest)
        return path

    def test_average(self) -> None:
        """Of the overview, which is read instead of all pixels."""
        window = self.read(self.part(4, 4, 12, 12), 2, 2, resampling="average")
        blocks = FIRST[4:12, 4:12].reshape(2, 4, 2, 4).swapaxes(1, 2).reshape(2, 2, 16)
        low, high = blocks.min(axis=2), blocks.max(axis=2)
        self.assertTrue(((low <= window.values[0]) & (window.values[0] <= high)).all())


class SouthUpTests(CatalogueSuite, SynchronousTestCase):
    """The southernmost row comes first in the file."""

    def write(self) -> str:
        transform = Affine(PIXEL, 0, LEFT, 0, PIXEL, TOP - HEIGHT * PIXEL)
        return writeRaster(self.folder / "a.tif", np.array([FIRST[::-1], SECOND[::-1]]), transform)


class TurnedTests(CatalogueSuite, SynchronousTestCase):
    """Rows of the file run from south to north, columns from west to east."""

    def write(self) -> str:
        transform = Affine(0, PIXEL, LEFT, -PIXEL, 0, TOP)
        return writeRaster(self.folder / "a.tif", np.array([FIRST.T, SECOND.T]), transform)

    def test_description(self) -> None:
        info = self.successResultOf(self.makeSource().describe())
        self.assertEqual((info.width, info.height, info.extent), (FIRST.shape[0], FIRST.shape[1], EXTENT))
        self.assertFalse(info.isNorthUp)


class DoubleTests(CoverageSourceSuite, SynchronousTestCase):
    def makeSource(self) -> Any:
        return MemoryCoverage(np.array([FIRST, SECOND]), EXTENT, LAMBERT, nodata=0)
