# -*- test-case-name: tests.services.wms -*-
"""What the operations of WMS work with; built in assemble.py."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.cache.documents import DocumentCache
from ogctwist.interfaces import IWorkPool
from ogctwist.services.wms.mapparameters import SizeLimits
from ogctwist.services.wms.painter import MapPainter


@dataclass(frozen=True)
class WmsKit:
    """
    @ivar pool: for encoding and other work without a source.
    @ivar painter: draws maps.
    @ivar documents: capabilities, legends and such that were made before.
    @ivar mostLayers: how many layers a request may name.
    """

    pool: IWorkPool
    painter: MapPainter
    documents: DocumentCache
    sizeLimits: SizeLimits = SizeLimits()
    mostLayers: int = 200
