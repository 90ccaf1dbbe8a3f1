# -*- test-case-name: tests.services.wcs.test_getcoverage -*-
"""A part of a coverage as a GeoTIFF; all of it blocks, so it is for worker threads only."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import rasterio
from rasterio.enums import ColorInterp
from rasterio.errors import RasterioError
from rasterio.transform import from_bounds
from rasterio.windows import Window

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.interfaces import ICoverageSource
from ogctwist.sources.coverage import BandInfo, CoverageInfo, CoverageWindow
from ogctwist.sources.query import SourceError

#: Values that are read and written at once: memory does not grow with the coverage.
_STRIP_VALUES = 1 << 20

#: What the data types of numpy are in a GeoTIFF, where they are not the same.
_WIDER = {"int64": "float64", "uint64": "float64", "float16": "float32"}


@dataclass(frozen=True)
class CoverageCut:
    """
    What is wanted of a coverage.

    @ivar extent: in C{crs}, x and y in this order.
    @ivar crs: of the file.
    @ivar bands: numbers, from 1; none for all.
    @ivar resampling: as L{ICoverageSource.read} has it.
    """

    extent: Box
    crs: CRS
    width: int
    height: int
    bands: tuple[int, ...] = ()
    resampling: str = "nearest"

    def bandsOf(self, info: CoverageInfo) -> list[BandInfo]:
        """The bands that are wanted, in the order of the file."""
        return [info.bands[number - 1] for number in self.bands] or list(info.bands)

    def size(self, info: CoverageInfo) -> int:
        """How many bytes its values take."""
        bands = self.bandsOf(info)
        return self.width * self.height * len(bands) * _typeOf(bands).itemsize


def coverageFile(source: ICoverageSource, cut: CoverageCut, isCancelled: Callable[[], bool]) -> IO[bytes]:
    """
    Write the part to a temporary file, strip by strip.

    @return: the file, at its beginning; it is gone when it is closed.
    @raise SourceError: the raster cannot be read, or the disk is full.
    @raise Cancelled: nobody waits for it any more.
    """
    bands = cut.bandsOf(source.info())
    file: Any = tempfile.NamedTemporaryFile(prefix="ogctwist-", suffix=".tif")  # noqa: SIM115
    try:
        _write(file.name, source, cut, bands, isCancelled)
        file.seek(0)
    except (RasterioError, OSError) as error:
        file.close()
        raise SourceError(f"the coverage cannot be written: {error}") from error
    except BaseException:
        file.close()
        raise
    opened: IO[bytes] = file
    return opened


def _write(
    path: str,
    source: ICoverageSource,
    cut: CoverageCut,
    bands: Sequence[BandInfo],
    isCancelled: Callable[[], bool],
) -> None:
    box = cut.extent
    dtype = _typeOf(bands)
    nodata = _nodata(bands, dtype)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=cut.width,
        height=cut.height,
        count=len(bands),
        dtype=dtype.name,
        crs=rasterio.CRS.from_user_input(cut.crs.definition),
        transform=from_bounds(box.xmin, box.ymin, box.xmax, box.ymax, cut.width, cut.height),
        nodata=nodata,
        BIGTIFF="IF_SAFER",
    ) as file:
        _describe(file, bands)
        rows = max(1, _STRIP_VALUES // (cut.width * len(bands)))
        for top in range(0, cut.height, rows):
            count = min(rows, cut.height - top)
            strip = _strip(source, cut, [band.number for band in bands], top, count, isCancelled)
            values = np.where(strip.mask, strip.values, 0 if nodata is None else nodata)
            file.write(values.astype(file.dtypes[0], copy=False), window=Window(0, top, cut.width, count))


def _strip(
    source: ICoverageSource,
    cut: CoverageCut,
    numbers: Sequence[int],
    top: int,
    count: int,
    isCancelled: Callable[[], bool],
) -> CoverageWindow:
    """Some rows of the part, counted from its north."""
    box, pixel = cut.extent, cut.extent.height / cut.height
    extent = Box(box.xmin, box.ymax - (top + count) * pixel, box.xmax, box.ymax - top * pixel)
    window: CoverageWindow = source.read(
        extent, cut.width, count, cut.crs, tuple(numbers), cut.resampling, isCancelled
    )
    return window


def _typeOf(bands: Sequence[BandInfo]) -> np.dtype:
    """The data type of the file: one that holds the values of all bands, and that a GeoTIFF has."""
    found = np.result_type(*(band.dtype for band in bands))
    return np.dtype(_WIDER.get(found.name, found))


def _nodata(bands: Sequence[BandInfo], dtype: np.dtype) -> float | None:
    """
    The value for pixels without data: the raster's own, where its bands agree, else NaN where there is
    one.  None otherwise: any value might be a datum of some band.
    """
    own = {band.nodata for band in bands}
    if len(own) == 1 and None not in own:
        return own.pop()
    return float("nan") if dtype.kind == "f" else None


def _describe(file: Any, bands: Sequence[BandInfo]) -> None:
    """Names, units and colours of the bands."""
    known = ColorInterp.__members__
    if len(bands) > 1:
        file.colorinterp = [known.get(band.colorInterpretation, ColorInterp.undefined) for band in bands]
    for at, band in enumerate(bands, 1):
        if band.description:
            file.set_band_description(at, band.description)
        if band.unit:
            file.set_band_unit(at, band.unit)
    table = bands[0].colorTable
    if len(bands) == 1 and table and file.dtypes[0] in ("uint8", "uint16"):
        file.write_colormap(1, dict(table))
