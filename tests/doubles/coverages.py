"""Pixels in memory behind ICoverageSource."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from affine import Affine
from rasterio.io import MemoryFile
from twisted.internet import defer
from zope.interface import implementer

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.interfaces import ICoverageSource
from ogctwist.sources.coverage import CoverageInfo, CoverageWindow
from ogctwist.sources.raster import windowOf
from ogctwist.sources.rasterfile import infoOf
from ogctwist.sources.reader import IsCancelled


@implementer(ICoverageSource)
class MemoryCoverage:
    """
    An L{ICoverageSource} over an array.

    @param values: shape (bands, height, width), the northernmost row first.
    @ivar reads: what was asked for: (extent, width, height, crs, bands, resampling).
    """

    def __init__(self, values: np.ndarray, extent: Box, crs: CRS, nodata: float | None = None):
        self.reads: list[tuple[Any, ...]] = []
        bands, height, width = values.shape
        self._memory = MemoryFile()
        pixel = (extent.width / width, 0.0, extent.xmin, 0.0, -extent.height / height, extent.ymax)
        with self._memory.open(
            driver="GTiff",
            count=bands,
            width=width,
            height=height,
            dtype=values.dtype,
            crs=crs.definition,
            transform=Affine(*pixel),
            nodata=nodata,
        ) as dataset:
            dataset.write(values)

    def info(self) -> CoverageInfo:
        """What C{describe} answers."""
        with self._memory.open() as dataset:
            return infoOf(dataset)

    def describe(self) -> defer.Deferred[Any]:
        """See L{ICoverageSource.describe}."""
        return defer.succeed(self.info())

    def read(
        self,
        extent: Box,
        width: int,
        height: int,
        crs: CRS | None,
        bands: Sequence[int],
        resampling: str,
        isCancelled: IsCancelled,
    ) -> CoverageWindow:
        """See L{ICoverageSource.read}."""
        self.reads.append((extent, width, height, crs, tuple(bands), resampling))
        with self._memory.open() as dataset:
            return windowOf(dataset, self.info(), extent, width, height, crs, bands, resampling, isCancelled)
