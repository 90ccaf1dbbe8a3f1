# -*- test-case-name: tests.services.wms -*-
"""What the operations of WMS work with; built in assemble.py."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.cache.capabilities import CapabilitiesCache
from ogctwist.interfaces import IWorkPool
from ogctwist.services.wms.mapparameters import SizeLimits
from ogctwist.services.wms.painter import MapPainter


@dataclass(frozen=True)
class WmsKit:
    """
    @ivar pool: for encoding and other work without a source.
    @ivar painter: draws maps.
    @ivar mostLayers: how many layers a request may name.
    """

    pool: IWorkPool
    painter: MapPainter
    capabilities: CapabilitiesCache
    sizeLimits: SizeLimits = SizeLimits()
    mostLayers: int = 200
