# -*- test-case-name: tests.services.wcs -*-
"""What the operations of the WCS work with; made where the server is put together."""

from __future__ import annotations

from dataclasses import dataclass

from twisted.internet.interfaces import IReactorTime

from ogctwist.cache.documents import DocumentCache
from ogctwist.interfaces import IWorkPool


@dataclass(frozen=True)
class CoverageLimits:
    """
    What one GetCoverage may cost.

    @ivar side: width or height, in pixels.
    @ivar pixels: width times height.
    @ivar size: of the values of all bands, in bytes: what the temporary file takes.
    @ivar seconds: from the first pixel read to the last one in the file.
    """

    side: int = 8192
    pixels: int = 16_000_000
    size: int = 1 << 30
    seconds: float = 30.0


@dataclass(frozen=True)
class WcsKit:
    """
    @ivar pool: where rasters are read and written.
    @ivar documents: capabilities and descriptions made before.
    @ivar clock: cuts off what takes too long.
    """

    pool: IWorkPool
    documents: DocumentCache
    clock: IReactorTime
    limits: CoverageLimits = CoverageLimits()
