"""Raster files: what they say of themselves, what counts as data, what is kept open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.enums import ColorInterp
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import LayerKind
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import SourceError
from ogctwist.sources.rasterfile import RasterFile
from tests.conformance.coveragesource import EXTENT, FIRST, HEIGHT, LAMBERT, LEFT, TOP, WIDTH
from tests.doubles.features import ImmediatePool
from tests.sources.rasters import writeRaster
from tests.sources.sample import layerOf


class RasterCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.path = str(self.folder / "a.tif")
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, uri: str = "", crs: CRS | None = None) -> Any:
        return self.catalogue.coverage(layerOf(uri or self.path, "gdal", LayerKind.RASTER, crs=crs))

    def read(
        self, bands: tuple[int, ...] = (1,), resampling: str = "nearest", extent: Box = EXTENT, size: int = 1
    ) -> Any:
        source = self.source()
        return source.read(extent, WIDTH * size, HEIGHT * size, LAMBERT, bands, resampling, lambda: False)


class DescriptionTests(RasterCase):
    def test_bands(self) -> None:
        writeRaster(self.path, np.array([FIRST, FIRST]), nodata=None)
        with rasterio.open(self.path, "r+") as dataset:
            dataset.colorinterp = (ColorInterp.palette, ColorInterp.alpha)
            dataset.write_colormap(1, {0: (1, 2, 3, 255), 255: (4, 5, 6, 255)})
            dataset.set_band_description(1, "classes")
            dataset.update_tags(1, STATISTICS_MINIMUM="1", STATISTICS_MAXIMUM="9.5", STATISTICS_MEAN="3")
        first, second = self.source().info().bands
        self.assertEqual((first.colorInterpretation, second.colorInterpretation), ("palette", "alpha"))
        self.assertEqual((first.colorTable[0], first.colorTable[255]), ((1, 2, 3, 255), (4, 5, 6, 255)))
        self.assertIsNone(second.colorTable)
        self.assertEqual(first.description, "classes")
        statistics = first.statistics
        self.assertEqual((statistics.minimum, statistics.maximum, statistics.mean), (1, 9.5, 3))
        self.assertIsNone(statistics.standardDeviation)
        self.assertIsNone(second.statistics)

    def test_theCrsOfTheLayerCounts(self) -> None:
        writeRaster(self.path)
        mercator = CRS.fromAuthid("EPSG:3857")
        self.assertEqual(self.source(crs=mercator).info().crs, mercator)
        self.assertEqual(self.source().info().crs.srid, 2154)

    def test_withoutCrs(self) -> None:
        writeRaster(self.path, crs=None)
        self.assertIsNone(self.source().info().crs)
        np.testing.assert_array_equal(self.read().values[0], FIRST)

    def test_overviews(self) -> None:
        writeRaster(self.path)
        with rasterio.open(self.path, "r+") as dataset:
            dataset.build_overviews([2, 4])
        self.assertEqual(self.source().info().overviews, (2, 4))


class MaskTests(RasterCase):
    def test_severalBands(self) -> None:
        second = np.full_like(FIRST, 7)
        second[3, 3] = 0
        writeRaster(self.path, np.array([FIRST, second]))
        expected = FIRST != 0
        np.testing.assert_array_equal(self.read().mask, expected)
        expected[3, 3] = False
        np.testing.assert_array_equal(self.read((1, 2)).mask, expected)

    def test_notANumber(self) -> None:
        values = FIRST.astype(np.float32)
        values[2, 2] = np.nan
        for nodata in (np.nan, -9999, None):
            writeRaster(self.path, values[None], nodata=nodata)
            self.assertEqual(np.argwhere(~self.read().mask).tolist(), [[2, 2]])
            Path(self.path).unlink()

    def test_notANumberWhenResampled(self) -> None:
        values = FIRST.astype(np.float32)
        values[2, 2] = np.nan
        writeRaster(self.path, values[None], nodata=np.nan)
        window = self.read(resampling="bilinear", size=3)
        self.assertTrue(np.isfinite(window.values[0][window.mask]).all())
        degrees = Box(2.31, 48.84, 2.32, 48.85)
        source = self.source()
        warped = source.read(degrees, 64, 64, CRS.fromAuthid("EPSG:4326"), (1,), "bilinear", lambda: False)
        self.assertTrue(np.isfinite(warped.values[0][warped.mask]).all())

    def test_aMaskBesideTheBands(self) -> None:
        writeRaster(self.path, nodata=None)
        mask = np.full(FIRST.shape, 255, np.uint8)
        mask[1:3, 4:6] = 0
        with rasterio.open(self.path, "r+") as dataset:
            dataset.write_mask(mask)
        np.testing.assert_array_equal(self.read().mask, mask > 0)

    def test_alphaIsABand(self) -> None:
        alpha = np.zeros_like(FIRST)
        writeRaster(self.path, np.array([FIRST, alpha]), nodata=None)
        with rasterio.open(self.path, "r+") as dataset:
            dataset.colorinterp = (ColorInterp.gray, ColorInterp.alpha)
        self.assertTrue(self.read().mask.all())

    def test_scaleAndOffset(self) -> None:
        writeRaster(self.path, FIRST[None])
        with rasterio.open(self.path, "r+") as dataset:
            dataset.scales, dataset.offsets = (0.5,), (10.0,)
        band = self.source().info().bands[0]
        self.assertEqual((band.dtype, band.nodata), ("float64", 10.0))
        window = self.read()
        np.testing.assert_allclose(window.values[0], FIRST * 0.5 + 10)
        np.testing.assert_array_equal(window.mask, FIRST != 0)


class FormatTests(RasterCase):
    def test_rastersOfGeopackage(self) -> None:
        writeRaster(self.path, np.array([FIRST] * 3), nodata=None)
        package = self.folder / "a.gpkg"
        with rasterio.open(self.path) as source:
            profile = {**source.profile, "driver": "GPKG", "raster_table": "pictures", "tile_format": "PNG"}
            for unwanted in ("tiled", "blockxsize", "blockysize", "interleave", "compress"):
                profile.pop(unwanted, None)
            with rasterio.open(package, "w", **profile) as target:
                target.write(source.read())
        source = self.source(f"GPKG:{package}:pictures")
        self.assertEqual((source.info().width, source.info().height), (WIDTH, HEIGHT))
        window = source.read(EXTENT, WIDTH, HEIGHT, LAMBERT, (1,), "nearest", lambda: False)
        np.testing.assert_array_equal(window.values[0], FIRST)

    def test_openOptions(self) -> None:
        writeRaster(self.path, np.zeros((1, 64, 64), np.uint8), tiled=True, blockxsize=16, blockysize=16)
        with rasterio.open(self.path, "r+") as dataset:
            dataset.build_overviews([2])
        self.assertEqual(self.source(f"{self.path}|option:OVERVIEW_LEVEL=0").info().width, 32)

    def test_whatCannotBeOpened(self) -> None:
        text = self.folder / "a.txt"
        text.write_text("nothing")
        for uri in ("/no/such.tif", str(text)):
            self.assertRaises(SourceError, self.source(uri).info)

    def test_nothingIsFetchedFromElsewhere(self) -> None:
        for uri in (
            "http://example.invalid/a.tif",
            "/vsicurl/http://example.invalid/a.tif",
            "<GDAL_WMS><Service/></GDAL_WMS>",
            "WMTS:http://example.invalid",
        ):
            error = self.assertRaises(SourceError, self.source(uri).info)
            self.assertIn("not a local file", str(error))


class KeepingTests(RasterCase):
    def test_dataSetsAreUsedAgain(self) -> None:
        file = RasterFile(writeRaster(self.path))
        self.addCleanup(file.close)
        with file.lease() as first, file.lease() as second:
            self.assertIsNot(first, second)
        with file.lease() as third:
            self.assertIn(third, (first, second))

    def test_aReplacedFile(self) -> None:
        writeRaster(self.path)
        source = self.source()
        self.assertEqual(source.info().width, WIDTH)
        other = writeRaster(self.folder / "b.tif", np.ones((1, 5, 4), np.int16))
        Path(other).replace(self.path)
        self.assertEqual((source.info().width, source.info().bands[0].dtype), (4, "int16"))

    def test_closed(self) -> None:
        file = RasterFile(writeRaster(self.path))
        with file.lease() as dataset:
            file.close()
            self.assertFalse(dataset.closed)
        self.assertTrue(dataset.closed)

    def test_errorsOfReading(self) -> None:
        noise = np.random.default_rng(1).integers(0, 255, (1, 256, 256)).astype(np.uint8)
        path = Path(writeRaster(self.path, noise, compress="deflate"))
        source = self.source()
        self.assertEqual(source.info().width, 256)
        data = path.read_bytes()
        middle = len(data) // 2
        path.write_bytes(data[:middle] + b"\xff" * 1000 + data[middle + 1000 :])
        extent = Box(LEFT, TOP - 2560, LEFT + 2560, TOP)
        self.assertRaises(SourceError, source.read, extent, 256, 256, LAMBERT, (1,), "nearest", lambda: False)

    def test_turned(self) -> None:
        """A raster at 45 degrees shows its middle in the middle."""
        values = np.full((21, 21), 5, np.uint8)
        values[10, 10] = 99
        turned = Affine.translation(LEFT, TOP) * Affine.rotation(45) * Affine.scale(10, -10)
        writeRaster(self.path, values[None], turned)
        x, y = turned * (10.5, 10.5)
        window = self.source().read(
            Box(x - 1, y - 1, x + 1, y + 1), 3, 3, LAMBERT, (1,), "nearest", lambda: False
        )
        self.assertEqual(window.values[0].tolist(), [[99] * 3] * 3)
