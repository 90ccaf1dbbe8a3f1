# -*- test-case-name: tests.sources.test_raster -*-
"""Raster files on data sets that are kept open, and what they say of themselves."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.sources.coverage import BandInfo, BandStatistics, CoverageInfo
from ogctwist.sources.keptopen import Idle
from ogctwist.sources.ogrschema import isRemote, watchedFiles
from ogctwist.sources.query import SourceError
from ogctwist.sources.stamp import Stamp, stampOf


def idleDatasets(maximum: int) -> Idle[Any]:
    """A place for data sets that nobody uses."""
    return Idle(maximum, lambda dataset: dataset.close())


class RasterFile:
    """
    One raster, on data sets that are kept open.

    A data set is lent to one reader at a time, whatever its thread; one that was
    opened before the file changed is not used again.
    """

    def __init__(
        self,
        path: str,
        openOptions: Mapping[str, str] | None = None,
        idle: Idle[Any] | None = None,
        check: Callable[[], None] | None = None,
    ):
        """
        @param idle: where data sets are kept that nobody uses; it may serve many files.
        @param check: called before the file is opened; raises SourceError if it must not be.
        """
        self.path = path
        self._openOptions = dict(openOptions or {})
        self._watched = (*watchedFiles(path), path + ".ovr", path + ".aux.xml", path + ".msk")
        self._check = check
        self._key = (path, *sorted(self._openOptions.items()))
        self._idle = idleDatasets(4) if idle is None else idle
        self._known: tuple[Stamp, CoverageInfo] | None = None

    def info(self) -> CoverageInfo:
        """@raise SourceError: when it cannot be opened."""
        stamp = stampOf(self._watched)
        known = self._known
        if known is None or known[0] != stamp:
            with self.lease() as dataset:
                known = (stamp, infoOf(dataset))
            self._known = known
        return known[1]

    @contextmanager
    def lease(self) -> Iterator[Any]:
        """A rasterio data set for the block.  @raise SourceError: when it cannot be opened or read."""
        stamp = stampOf(self._watched)
        dataset = self._idle.take(self._key, stamp)
        if dataset is None:
            dataset = self._open()
        try:
            try:
                yield dataset
            except (RasterioError, OSError, ValueError) as error:
                raise SourceError(f"{self.path}: {error}") from error
        finally:
            self._idle.give(self._key, stamp, dataset)

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        self._idle.close()

    def _open(self) -> Any:
        if isRemote(self.path):
            raise SourceError(f"not a local file: {self.path}")
        if self._check is not None:
            self._check()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                return rasterio.open(self.path, **self._openOptions)
        except (RasterioIOError, OSError, ValueError) as error:
            raise SourceError(f"{self.path}: {error}") from error


def infoOf(dataset: Any) -> CoverageInfo:
    """What a rasterio data set says of itself."""
    transform = tuple(map(float, dataset.transform[:6]))
    west, south, east, north = _bounds(dataset)
    return CoverageInfo(
        tuple(_bandInfo(dataset, number) for number in dataset.indexes),
        dataset.width,
        dataset.height,
        transform,  # type: ignore[arg-type]
        _crsOf(dataset),
        Box(west, south, east, north),
        tuple(dataset.overviews(1)) if dataset.count else (),
        dataset.driver,
    )


def _bounds(dataset: Any) -> tuple[float, float, float, float]:
    corners = [dataset.transform * (c, r) for c in (0, dataset.width) for r in (0, dataset.height)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _crsOf(dataset: Any) -> CRS | None:
    if dataset.crs is None or not (dataset.crs.is_projected or dataset.crs.is_geographic):
        return None  # also a plane that is nowhere on earth
    authority = dataset.crs.to_authority()
    return CRS.fromAuthid(":".join(authority)) if authority else CRS(dataset.crs.to_wkt())


def _bandInfo(dataset: Any, number: int) -> BandInfo:
    at = number - 1
    scale, offset = float(dataset.scales[at]), float(dataset.offsets[at])
    dtype = dataset.dtypes[at]
    nodata = dataset.nodatavals[at]
    if (scale, offset) != (1.0, 0.0):
        dtype = "float64"
        nodata = None if nodata is None else nodata * scale + offset
    interpretation = dataset.colorinterp[at].name
    table = None
    if interpretation == "palette":
        table = {int(k): tuple(map(int, v)) for k, v in dataset.colormap(number).items()}
    return BandInfo(
        number,
        dtype,
        None if nodata is None else float(nodata),
        interpretation,
        table,  # type: ignore[arg-type]
        _storedStatistics(dataset.tags(number)),
        dataset.descriptions[at] or "",
        dataset.units[at] or "",
        scale,
        offset,
    )


def _storedStatistics(tags: Mapping[str, str]) -> BandStatistics | None:
    try:
        low, high = float(tags["STATISTICS_MINIMUM"]), float(tags["STATISTICS_MAXIMUM"])
    except (KeyError, ValueError):
        return None
    rest: list[float | None] = []
    for name in ("STATISTICS_MEAN", "STATISTICS_STDDEV"):
        try:
            rest.append(float(tags[name]))
        except (KeyError, ValueError):
            rest.append(None)
    return BandStatistics(low, high, *rest)
