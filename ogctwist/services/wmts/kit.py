# -*- test-case-name: tests.services.wmts -*-
"""What the operations of the WMTS work with; made where the server is put together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ogctwist.cache.documents import DocumentCache
from ogctwist.interfaces import IWorkPool
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.getfeatureinfo import GetFeatureInfoOperation
from ogctwist.services.wms.getmap import GetMapOperation
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.versions import WMS_1_3_0

Operation = Callable[[ServiceRequest, ServiceResponse, Project], Awaitable[None]]


@dataclass(frozen=True)
class WmtsKit:
    """
    @ivar pool: where documents are written.
    @ivar documents: capabilities and tiles made before.
    @ivar getMap: GetMap of WMS 1.3.0, which draws the tiles.
    @ivar getFeatureInfo: GetFeatureInfo of WMS 1.3.0.
    """

    pool: IWorkPool
    documents: DocumentCache
    getMap: Operation
    getFeatureInfo: Operation

    @classmethod
    def over(cls, maps: WmsKit) -> WmtsKit:
        """Tiles that are drawn as the maps of a WMS are."""
        return cls(
            maps.pool,
            maps.documents,
            GetMapOperation(WMS_1_3_0, maps),
            GetFeatureInfoOperation(WMS_1_3_0, maps),
        )
