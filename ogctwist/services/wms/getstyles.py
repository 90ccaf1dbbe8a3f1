# -*- test-case-name: tests.services.wms.test_descriptions -*-
"""WMS GetStyles (SLD 1.0, 6.7; QGIS also calls it GetStyle): styles as a descriptor."""

from __future__ import annotations

from ogctwist.ows.exceptions import MissingParameterValue
from ogctwist.project.layers import LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.getcapabilities import CONTENT_TYPE
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.maplayers import mapLayers
from ogctwist.services.wms.mapparameters import requestedLayers
from ogctwist.services.wms.sld.writing import descriptor
from ogctwist.services.wms.versions import WmsVersion


class GetStylesOperation:
    """Carries out GetStyles; the same for all versions."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the descriptor of the vector layers that LAYERS names."""
        wanted = requestedLayers(request.parameters)
        if not wanted:
            raise MissingParameterValue("The LAYERS parameter is missing.", locator="LAYERS")
        found = await mapLayers(request, project, wanted, self._kit.mostLayers)
        vectors = [(t.name, t.layer) for t in found.layers if t.layer.kind is LayerKind.VECTOR]
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(await self._kit.pool.run(descriptor, vectors))
