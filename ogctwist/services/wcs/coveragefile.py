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

#: Pixels that are read and written at once: memory does not grow with the coverage.
_STRIP_PIXELS = 1 << 20

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


def coverageFile(source: ICoverageSource, cut: CoverageCut, isCancelled: Callable[[], bool]) -> IO[bytes]:
    """
    Write the part to a temporary file, strip by strip.

    @return: the file, at its beginning; it is gone when it is closed.
    @raise SourceError: the raster cannot be read, or the disk is full.
    @raise Cancelled: nobody waits for it any more.
    """
    info: CoverageInfo = source.info()
    wanted = cut.bands or tuple(band.number for band in info.bands)
    bands = [info.bands[number - 1] for number in wanted]
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
    dtype = np.result_type(*(band.dtype for band in bands)).name
    nodata = _nodata(bands, dtype)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=cut.width,
        height=cut.height,
        count=len(bands),
        dtype=_WIDER.get(dtype, dtype),
        crs=rasterio.CRS.from_user_input(cut.crs.definition),
        transform=from_bounds(box.xmin, box.ymin, box.xmax, box.ymax, cut.width, cut.height),
        nodata=nodata,
        BIGTIFF="IF_SAFER",
    ) as file:
        _describe(file, bands)
        rows = max(1, _STRIP_PIXELS // cut.width)
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


def _nodata(bands: Sequence[BandInfo], dtype: str) -> float | None:
    """The value for pixels without data: the raster's own, else NaN where there is one, else none."""
    for band in bands:
        if band.nodata is not None:
            return band.nodata
    return float("nan") if np.dtype(dtype).kind == "f" else None


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
