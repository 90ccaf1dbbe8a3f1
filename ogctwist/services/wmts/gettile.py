# -*- test-case-name: tests.services.wmts.test_gettile -*-
"""WMTS GetTile (OGC 07-057r7, 7.2): a tile is a map of the WMS, 256 by 256 pixels."""

from __future__ import annotations

from ogctwist.cache.documents import DocumentKey
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.answer import Answer
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wmts.kit import WmtsKit
from ogctwist.services.wmts.tiles import requestedTile


class GetTileOperation:
    """Carries out GetTile."""

    def __init__(self, kit: WmtsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the tile: one that a cache filter kept for the same rights, else a new one."""
        tile = requestedTile(request.parameters, project)
        key = DocumentKey("WMTS", "1.0.0", "GetTile", tile.variant)
        kept = await self._kit.documents.getImage(request, project, key)
        if kept is not None:
            response.setHeader("Content-Type", tile.format)
            response.write(kept)
            return
        # Into an answer of its own: what filters wrote to the response before is no part of the tile.
        drawn = Answer()
        asked = request.withParameters(Parameters(tile.mapParameters()))
        await self._kit.getMap(asked, ServiceResponse(drawn), project)
        image = drawn.take()
        await self._kit.documents.putImage(request, project, key, image)
        response.setHeader("Content-Type", tile.format)
        response.write(image)
