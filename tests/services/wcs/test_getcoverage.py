"""Parts of rasters, with their values."""

from __future__ import annotations

import io
import re
from unittest import mock

import numpy as np
import rasterio
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.interfaces import OWSException
from ogctwist.ows.parameters import Parameters
from ogctwist.services.wcs import coveragefile
from ogctwist.services.wcs.coveragefile import CoverageCut, coverageFile
from ogctwist.services.wcs.getcoverage import requestedCut, requestedName
from ogctwist.services.wcs.kit import CoverageLimits
from ogctwist.sources.query import SourceError
from tests.doubles.coverages import MemoryCoverage
from tests.endtoend.running import DEMO, ServerTestCase

VALUES = np.arange(3 * 20 * 40, dtype=np.int16).reshape(3, 20, 40)
EXTENT = Box(0.0, 0.0, 40.0, 20.0)
PART = {"BBOX": "10,5,30,15", "WIDTH": "20", "HEIGHT": "10"}


def never() -> bool:
    return False


class CutTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.info = MemoryCoverage(VALUES, EXTENT, WGS84).info()

    def cut(self, **changes: str) -> CoverageCut:
        return requestedCut(Parameters({**PART, **changes}), self.info, CoverageLimits(100, 5000))

    def refused(self, code: str, **changes: str) -> None:
        error = self.assertRaises(OWSException, self.cut, **changes)
        self.assertEqual((error.code, error.status), (code, 400), changes)
        self.assertLess(len(error.message), 400)

    def test_plain(self) -> None:
        self.assertEqual(self.cut(), CoverageCut(Box(10, 5, 30, 15), WGS84, 20, 10))

    def test_resolution(self) -> None:
        """RESX and RESY stand for WIDTH and HEIGHT."""
        cut = self.cut(WIDTH="", HEIGHT="", RESX="0.5", RESY="2")
        self.assertEqual((cut.width, cut.height), (40, 5))

    def test_anotherCrs(self) -> None:
        """BBOX is in CRS; the answer in RESPONSE_CRS, or in the coverage's own."""
        mercator = CRS.fromAuthid("EPSG:3857")
        there = self.cut(RESPONSE_CRS="EPSG:3857")
        self.assertEqual(there.crs, mercator)
        self.assertAlmostEqual(there.extent.xmin, 1113194.9, 1)
        bounds = ",".join(map(str, there.extent.bounds))
        back = self.cut(CRS="EPSG:3857", BBOX=bounds)
        self.assertEqual(back.crs, WGS84)
        for value, wanted in zip(back.extent.bounds, (10, 5, 30, 15), strict=True):
            self.assertAlmostEqual(value, wanted, 6)

    def test_bandsAndInterpolation(self) -> None:
        cut = self.cut(BANDS="3,1,3", INTERPOLATION="Bilinear")
        self.assertEqual((cut.bands, cut.resampling), ((3, 1), "bilinear"))

    def test_refusals(self) -> None:
        for box in ("", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,0,0,1", "1,1,0,0"):
            self.refused("RequestNotWellFormed", BBOX=box)
        self.refused("RequestNotWellFormed", CRS="EPSG:999999")
        self.refused("RequestNotWellFormed", RESPONSE_CRS="+proj=merc")
        self.refused("RequestNotWellFormed", WIDTH="", HEIGHT="")
        self.refused("RequestNotWellFormed", WIDTH="", HEIGHT="", RESX="0", RESY="1")
        self.refused("InvalidParameterValue", WIDTH="", HEIGHT="", RESX="1e-300", RESY="1e-300")
        self.refused("InvalidParameterValue", WIDTH="101")
        self.refused("InvalidParameterValue", WIDTH="100", HEIGHT="100")
        self.refused("InvalidParameterValue", WIDTH="-5")
        self.refused("InvalidParameterValue", BANDS="4")
        self.refused("InvalidParameterValue", BANDS="0")
        self.refused("InvalidParameterValue", INTERPOLATION="magic" * 500)
        self.refused("InvalidFormat", FORMAT="image/png")

    def test_bytes(self) -> None:
        """All bands count: 20 by 10 pixels of three short integers are 1,200 bytes."""
        for size, bands in ((1200, ""), (1199, "1,2")):
            requestedCut(Parameters({**PART, "BANDS": bands}), self.info, CoverageLimits(size=size))
        limits = CoverageLimits(size=1199)
        self.assertRaises(OWSException, requestedCut, Parameters(PART), self.info, limits)

    def test_oneCoverage(self) -> None:
        for text in ("", "a,b"):
            self.assertRaises(OWSException, requestedName, Parameters({"COVERAGE": text}))
        self.assertEqual(requestedName(Parameters({"IDENTIFIER": "a"})), "a")


class FileTests(SynchronousTestCase):
    def read(self, source: MemoryCoverage, **changes: object) -> tuple[rasterio.DatasetReader, np.ndarray]:
        asked = {"extent": Box(10, 5, 30, 15), "crs": WGS84, "width": 20, "height": 10, **changes}
        with (
            coverageFile(source, CoverageCut(**asked), never) as file,
            rasterio.MemoryFile(file.read()) as memory,
        ):
            dataset = memory.open()
            self.addCleanup(dataset.close)
            return dataset, dataset.read()

    def test_valuesAreThoseOfTheRaster(self) -> None:
        dataset, values = self.read(MemoryCoverage(VALUES, EXTENT, WGS84))
        np.testing.assert_array_equal(values, VALUES[:, 5:15, 10:30])
        self.assertEqual(dataset.dtypes, ("int16",) * 3)
        self.assertEqual(tuple(dataset.bounds), (10, 5, 30, 15))
        self.assertEqual(dataset.crs.to_epsg(), 4326)

    def test_stripsJoin(self) -> None:
        """However few rows are read at once, the picture is the same."""
        whole = self.read(MemoryCoverage(VALUES, EXTENT, WGS84))[1]
        with mock.patch.object(coveragefile, "_STRIP_VALUES", 135):
            source = MemoryCoverage(VALUES, EXTENT, WGS84)
            np.testing.assert_array_equal(self.read(source)[1], whole)
        self.assertEqual([size for _, _, size, *_ in source.reads], [2] * 5)

    def test_bands(self) -> None:
        _, values = self.read(MemoryCoverage(VALUES, EXTENT, WGS84), bands=(3, 1))
        np.testing.assert_array_equal(values, VALUES[[2, 0], 5:15, 10:30])

    def test_outside(self) -> None:
        """Where the raster has no data there is its value for that; zero without one, NaN for floats."""
        box = Box(30, 5, 50, 15)
        for values, nodata, expected in (
            (VALUES, -1, -1),
            (VALUES, None, 0),
            (VALUES.astype("float32"), None, np.nan),
        ):
            source = MemoryCoverage(values, EXTENT, WGS84, nodata)
            dataset, read = self.read(source, extent=box)
            np.testing.assert_array_equal(read[:, :, 10:], np.full((3, 10, 10), expected, values.dtype))
            self.assertTrue(dataset.nodata == nodata or np.isnan(dataset.nodata))

    def test_failuresLeaveNoFile(self) -> None:
        source = MemoryCoverage(VALUES, EXTENT, WGS84)
        made = []
        real = coveragefile.tempfile.NamedTemporaryFile

        def noted(**options: str) -> object:
            made.append(real(**options))
            return made[-1]

        cut = CoverageCut(EXTENT, WGS84, 10, 10, resampling="no such")
        with mock.patch.object(coveragefile.tempfile, "NamedTemporaryFile", noted):
            self.assertRaises(SourceError, coverageFile, source, cut, never)
        self.assertEqual([file.file.closed for file in made], [True])


class ServedTests(ServerTestCase):
    async def coverage(self, **changes: object) -> tuple[int, bytes]:
        query = {
            "SERVICE": "WCS",
            "VERSION": "1.0.0",
            "REQUEST": "GetCoverage",
            "COVERAGE": "sea",
            "CRS": "EPSG:4326",
            "BBOX": "-20,30,20,60",
            "WIDTH": 120,
            "HEIGHT": 90,
            "FORMAT": "GeoTIFF",
        }
        response, body = await self.ask(**{**query, **changes})
        self.contentType = response.headers.getRawHeaders("content-type")[0]
        return response.code, body

    async def test_aPart(self) -> None:
        status, body = await self.coverage()
        self.assertEqual((status, self.contentType), (200, "image/tiff"))
        with rasterio.open(DEMO.parent / "sea.tif") as sea, rasterio.open(io.BytesIO(body)) as part:
            window = sea.window(-20, 30, 20, 60)
            np.testing.assert_array_equal(part.read(), sea.read(window=window))

    async def test_aLargeOneIsStreamed(self) -> None:
        """More than one piece of the file, and all of it arrives."""
        status, body = await self.coverage(WIDTH=2000, HEIGHT=1500)
        self.assertEqual(status, 200)
        with rasterio.open(io.BytesIO(body)) as part:
            self.assertEqual((part.width, part.height), (2000, 1500))
            self.assertGreater(part.read().max(), 0)

    async def test_refusals(self) -> None:
        for code, changes in (
            ("RequestNotWellFormed", {"COVERAGE": "countries"}),
            ("RequestNotWellFormed", {"COVERAGE": ""}),
            ("RequestNotWellFormed", {"BBOX": "1"}),
            ("InvalidParameterValue", {"WIDTH": 100_000}),
        ):
            status, body = await self.coverage(**changes)
            self.assertEqual((status, self.contentType), (400, "text/xml; charset=utf-8"), changes)
            self.assertEqual(re.findall(rb'code="(\w+)"', body), [code.encode()])

    async def test_whatTakesTooLong(self) -> None:
        """It is cut off by the clock, with a report."""
        clock = Clock()
        operation = self.service.server.interface.services.getService("WCS")._operations["getcoverage"]
        kit = operation._kit
        operation._kit = type(kit)(kit.pool, kit.documents, clock, CoverageLimits(seconds=5))

        def slow(source: object, cut: object, isCancelled: object) -> None:
            # The time is over while the thread works.
            clockAdvanced = self.reactorCall(clock.advance, 6)
            clockAdvanced.wait(10)

        with mock.patch("ogctwist.services.wcs.getcoverage.coverageFile", slow):
            status, body = await self.coverage()
        self.assertEqual((status, b"longer than 5 seconds" in body), (500, True))

    @staticmethod
    def reactorCall(function, *arguments):
        """Call something in the reactor's thread.  @return: an event that tells that it was."""
        from threading import Event

        from twisted.internet import reactor

        done = Event()

        def call() -> None:
            function(*arguments)
            done.set()

        reactor.callFromThread(call)
        return done
