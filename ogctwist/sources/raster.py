# -*- test-case-name: tests.sources.test_raster -*-
"""Rasters through rasterio: windows read from overviews, on the asker's pixels, in the asker's CRS."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pyproj.exceptions import ProjError
from rasterio.enums import MaskFlags, Resampling
from rasterio.windows import Window
from twisted.internet import defer
from zope.interface import implementer

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import transformer
from ogctwist.interfaces import ICoverageSource, IWorkPool
from ogctwist.sources import warp
from ogctwist.sources.coverage import CoverageInfo, CoverageWindow
from ogctwist.sources.query import SourceError
from ogctwist.sources.rasterfile import RasterFile
from ogctwist.sources.reader import Cancelled, IsCancelled

_RESAMPLING = {
    "nearest": Resampling.nearest,
    "bilinear": Resampling.bilinear,
    "cubic": Resampling.cubic,
    "average": Resampling.average,
}
#: Pixels on each side of what is read for resampling that looks at neighbours.
_MARGIN = 2
#: Pixels that are read for one of the answer, at most, in another CRS.
_MOST_PIXELS = 16.0


@dataclass(frozen=True)
class _Block:
    """Pixels of the raster, perhaps reduced: C{left, top, right, bottom} in its own pixels."""

    values: np.ndarray
    mask: np.ndarray
    left: float
    top: float
    right: float
    bottom: float


@implementer(ICoverageSource)
class RasterSource:
    """An L{ICoverageSource}; C{crs} is the layer's and overrides the file's."""

    def __init__(self, file: RasterFile, crs: CRS | None, pool: IWorkPool):
        self._file = file
        self._crs = crs
        self._pool = pool

    def describe(self) -> defer.Deferred[Any]:
        """See L{ICoverageSource.describe}."""
        return self._pool.run(self.info)

    def info(self) -> CoverageInfo:
        """See L{ICoverageSource.info}."""
        info = self._file.info()
        return info if self._crs is None else replace(info, crs=self._crs)

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
        """
        See L{ICoverageSource.read}.
        @raise SourceError: no such band, unknown resampling, or the file cannot be read.
        @raise Cancelled: when it was cancelled before the pixels were read.
        """
        info = self.info()
        with self._file.lease() as dataset:
            return windowOf(dataset, info, extent, width, height, crs, bands, resampling, isCancelled)


@implementer(ICoverageSource)
class NoCoverage:
    """A coverage that cannot be opened, whatever is tried."""

    def __init__(self, reason: str):
        self._reason = reason

    def describe(self) -> defer.Deferred[Any]:
        """@return: a failed Deferred."""
        return defer.fail(SourceError(self._reason))

    def info(self) -> CoverageInfo:
        """@raise SourceError: always."""
        raise SourceError(self._reason)

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
        """@raise SourceError: always."""
        raise SourceError(self._reason)


def windowOf(
    dataset: Any,
    info: CoverageInfo,
    extent: Box,
    width: int,
    height: int,
    crs: CRS | None,
    bands: Sequence[int],
    resampling: str,
    isCancelled: IsCancelled,
) -> CoverageWindow:
    """C{ICoverageSource.read} on an open rasterio data set that C{info} describes."""
    if resampling not in _RESAMPLING:
        raise SourceError(f"unknown resampling {resampling!r}")
    if not bands or any(info.band(number) is None for number in bands):
        raise SourceError(f"bands {tuple(bands)!r} of {len(info.bands)}")
    if isCancelled():
        raise Cancelled()
    reading = _Reading(dataset, info, tuple(bands), resampling)
    if (crs is None or info.crs is None or crs == info.crs) and info.isNorthUp:
        return reading.aligned(extent, width, height)
    return reading.warped(extent, width, height, crs or info.crs)


@dataclass(frozen=True)
class _Reading:
    """One window on its way."""

    dataset: Any
    info: CoverageInfo
    bands: tuple[int, ...]
    resampling: str

    def aligned(self, extent: Box, width: int, height: int) -> CoverageWindow:
        """A window in the raster's own CRS, its rows and columns those of the raster."""
        a, _, c, _, e, f = self.info.transform
        columns = (extent.xmin - c + (np.arange(width) + 0.5) * extent.width / width) / a
        rows = (extent.ymax - f - (np.arange(height) + 0.5) * extent.height / height) / e
        inside = ((rows >= 0) & (rows < self.info.height))[:, None] & (
            (columns >= 0) & (columns < self.info.width)
        )
        if not inside.any():
            return self._nothing(width, height)
        if self.resampling != "nearest":
            return self._resampled(extent, inside)
        stepX, stepY = extent.width / width / a, -extent.height / height / e
        block = self._block(
            (extent.xmin - c) / a,
            (extent.ymax - f) / e,
            (extent.xmax - c) / a,
            (extent.ymin - f) / e,
            stepX,
            stepY,
            0,
        )
        if block is None:
            return self._nothing(width, height)
        at = self._within(columns, block.left, block.right, block.mask.shape[1])
        down = self._within(rows, block.top, block.bottom, block.mask.shape[0])
        values, mask = block.values, block.mask
        if not _isIdentity(down, values.shape[1]):
            values, mask = values.take(down, axis=1), mask.take(down, axis=0)
        if not _isIdentity(at, values.shape[2]):
            values, mask = values.take(at, axis=2), mask.take(at, axis=1)
        return CoverageWindow(values, mask & inside, inside)

    @staticmethod
    def _within(positions: np.ndarray, low: float, high: float, size: int) -> np.ndarray:
        """Positions in the raster to places in a block."""
        places = np.floor((positions - low) / (high - low) * size).astype(np.intp)
        return np.clip(places, 0, size - 1)

    def _resampled(self, extent: Box, inside: np.ndarray) -> CoverageWindow:
        """GDAL's own resampling, on those pixels of the window that lie in the raster."""
        height, width = inside.shape
        a, _, c, _, e, f = self.info.transform
        across, down = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
        stepX, stepY = extent.width / width / a, -extent.height / height / e
        left = (extent.xmin - c) / a + across[0] * stepX
        top = (extent.ymax - f) / e + down[0] * stepY
        right, bottom = left + len(across) * stepX, top + len(down) * stepY
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, float(self.info.width)), min(bottom, float(self.info.height))
        window = Window(left, top, right - left, bottom - top)
        part, partMask = self._pixels(window, len(across), len(down), _RESAMPLING[self.resampling])
        values = np.zeros((len(self.bands), height, width), part.dtype)
        mask = np.zeros((height, width), bool)
        there = np.s_[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        values[(slice(None), *there)] = part
        mask[there] = partMask
        return CoverageWindow(values, mask & inside, inside)

    def warped(self, extent: Box, width: int, height: int, crs: CRS | None) -> CoverageWindow:
        """A window in another CRS, or of a raster that is not north up."""
        grid = warp.pixelGrid(extent, width, height, self._toPixels(crs))
        bounds = grid.bounds(self.info.width, self.info.height)
        if bounds is None:
            return self._nothing(width, height)
        stepX, stepY = grid.steps()
        pixels = (bounds[2] - bounds[0]) / max(stepX, 1) * (bounds[3] - bounds[1]) / max(stepY, 1)
        # a map around a pole needs much of the raster though its pixels lie close together
        excess = max(1.0, math.sqrt(pixels / (_MOST_PIXELS * width * height)))
        block = self._block(*bounds, max(stepX, 1) * excess, max(stepY, 1) * excess, _MARGIN)
        if block is None:
            return self._nothing(width, height)
        blockHeight, blockWidth = block.mask.shape
        scaleX, scaleY = blockWidth / (block.right - block.left), blockHeight / (block.bottom - block.top)
        sample = warp.nearest if self.resampling == "nearest" else warp.bilinear
        return CoverageWindow(
            *sample(block.values, block.mask, grid.within(block.left, block.top, scaleX, scaleY))
        )

    def _toPixels(self, crs: CRS | None) -> warp.ToPixels:
        """From coordinates of the map to pixels of the raster."""
        a, b, c, d, e, f = self.info.transform
        determinant = a * e - b * d
        if determinant == 0:
            raise SourceError("the raster's transform cannot be inverted")
        toRaster = self._toRaster(crs)

        def toPixels(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            x, y = toRaster(x, y)
            with np.errstate(invalid="ignore"):
                return (
                    (e * (x - c) - b * (y - f)) / determinant,
                    (a * (y - f) - d * (x - c)) / determinant,
                )

        return toPixels

    def _toRaster(self, crs: CRS | None) -> warp.ToPixels:
        if crs is None or self.info.crs is None or crs == self.info.crs:
            return lambda x, y: (x, y)
        try:
            return transformer(crs, self.info.crs).transform
        except ProjError as error:
            raise SourceError(f"no transformation from {crs} to {self.info.crs}: {error}") from error

    def _block(
        self, left: float, top: float, right: float, bottom: float, stepX: float, stepY: float, margin: int
    ) -> _Block | None:
        """
        Whole pixels of the raster around a rectangle in its pixels; reduced, where
        one pixel of the answer takes several of the raster, to about as many as
        are needed.  QGIS reads in the same way, which decides which pixels are seen.
        """
        grow = margin * max(1.0, stepX, stepY)
        x0, y0 = max(math.floor(left - grow), 0), max(math.floor(top - grow), 0)
        x1 = min(math.floor(right + grow) + 1, self.info.width)
        y1 = min(math.floor(bottom + grow) + 1, self.info.height)
        if x0 >= x1 or y0 >= y1:
            return None
        width, height = x1 - x0, y1 - y0
        outWidth = width if stepX <= 1 else max(1, round(width / stepX))
        outHeight = height if stepY <= 1 else max(1, round(height / stepY))
        isReduced = outWidth < width or outHeight < height
        method = Resampling.nearest
        if isReduced and self.resampling != "nearest":
            method = Resampling.average
        values, mask = self._pixels(Window(x0, y0, width, height), outWidth, outHeight, method)
        return _Block(values, mask, x0, y0, x1, y1)

    def _pixels(
        self, window: Window, width: int, height: int, method: Resampling
    ) -> tuple[np.ndarray, np.ndarray]:
        """Values of shape (bands, height, width) and their mask, scaled as the bands say."""
        bands = list(self.bands)
        values = self.dataset.read(
            bands, window=window, out_shape=(len(bands), height, width), resampling=method
        )
        mask = self._mask(values, window, width, height)
        infos = [self.info.bands[number - 1] for number in bands]
        if any((band.scale, band.offset) != (1.0, 0.0) for band in infos):
            scale = np.array([band.scale for band in infos])[:, None, None]
            offset = np.array([band.offset for band in infos])[:, None, None]
            values = values * scale + offset
        return values, mask

    def _mask(self, values: np.ndarray, window: Window, width: int, height: int) -> np.ndarray:
        """Where all bands have data, by their values, or by a mask that the file brings along."""
        mask = np.ones((height, width), bool)
        hasOwn = False
        for plane, number in zip(values, self.bands, strict=True):
            nodata = self.dataset.nodatavals[number - 1]
            if nodata is not None:
                mask &= ~np.isnan(plane) if math.isnan(nodata) else plane != nodata
            if plane.dtype.kind == "f":
                mask &= ~np.isnan(plane)
            flags = self.dataset.mask_flag_enums[number - 1]
            hasOwn |= MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags
        if hasOwn:
            mask &= self.dataset.dataset_mask(window=window, out_shape=(height, width)) > 0
        return mask

    def _nothing(self, width: int, height: int) -> CoverageWindow:
        kind = np.result_type(*(self.info.bands[number - 1].dtype for number in self.bands))
        nowhere = np.zeros((height, width), bool)
        return CoverageWindow(np.zeros((len(self.bands), height, width), kind), nowhere, nowhere)


def _isIdentity(places: np.ndarray, size: int) -> bool:
    return len(places) == size and bool((places == np.arange(size)).all())
