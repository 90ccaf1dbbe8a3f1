# -*- test-case-name: tests.services.wms.info.test_rasters -*-
"""The values of a raster at a point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformPoint
from ogctwist.interfaces import ICoverageSource, IWorkPool
from ogctwist.services.wms.info.decoding import GetFeatureInfo
from ogctwist.sources.coverage import BandInfo, CoverageInfo

Bands = tuple[tuple[str, str | None], ...]


async def bandsAt(source: ICoverageSource, wanted: GetFeatureInfo, pool: IWorkPool) -> Bands:
    """
    Name and value of each band where the map was clicked on: no bands outside
    the raster, None for no data.
    """
    if wanted.point is None or wanted.view is None:
        return ()
    view = wanted.view
    x = view.extent.xmin + wanted.point[0] * view.unitsPerPixelX
    y = view.extent.ymax - wanted.point[1] * view.unitsPerPixelY
    return await pool.runCancellable(_identify, source, x, y, view.crs)


def _identify(
    source: ICoverageSource, x: float, y: float, crs: CRS, isCancelled: Callable[[], bool]
) -> Bands:
    info: CoverageInfo = source.info()
    own = info.crs or crs
    try:
        x, y = transformPoint(x, y, crs, own)
    except TransformError:
        return ()
    extent = info.extent
    if not (extent.xmin <= x <= extent.xmax and extent.ymin <= y <= extent.ymax):
        return ()
    width, height = extent.width / info.width, extent.height / info.height
    column = min(int((x - extent.xmin) / width), info.width - 1)
    row = min(int((extent.ymax - y) / height), info.height - 1)
    left, top = extent.xmin + column * width, extent.ymax - row * height
    pixel = Box(left, top - height, left + width, top)
    numbers = tuple(band.number for band in info.bands)
    window = source.read(pixel, 1, 1, own, numbers, "nearest", isCancelled)
    hasData = bool(window.mask[0, 0])
    return tuple(
        (_name(band), _text(window.values[index, 0, 0], band) if hasData else None)
        for index, band in enumerate(info.bands)
    )


def _name(band: BandInfo) -> str:
    """As QGIS names bands."""
    name = f"Band {band.number}"
    return f"{name}: {band.description}" if band.description else name


def _text(value: np.generic, band: BandInfo) -> str | None:
    number = float(value)
    if not np.isfinite(number) or (band.nodata is not None and number == band.nodata):
        return None
    return (
        f"{number:.0f}"
        if number == int(number)
        else repr(float(f"{number:.7g}" if band.dtype == "float32" else number))
    )
