# -*- test-case-name: tests.services.wmts.test_gettile -*-
"""WMTS GetFeatureInfo (OGC 07-057r7, 7.3): what is at a pixel of a tile, as the WMS tells it."""

from __future__ import annotations

from ogctwist.geo.tilematrix import TILE_SIZE
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wmts.kit import WmtsKit
from ogctwist.services.wmts.tiles import RequestNotWellFormed, requestedTile


class GetFeatureInfoOperation:
    """Carries out GetFeatureInfo."""

    def __init__(self, kit: WmtsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Have the WMS answer for the tile."""
        given = request.parameters
        tile = requestedTile(given, project)
        asked = {
            **tile.mapParameters(),
            "REQUEST": "GetFeatureInfo",
            "QUERY_LAYERS": tile.layer,
            "INFO_FORMAT": given.text("INFOFORMAT") or given.text("INFO_FORMAT"),
            "I": str(_pixel(given, "I")),
            "J": str(_pixel(given, "J")),
        }
        await self._kit.getFeatureInfo(request.withParameters(Parameters(asked)), response, project)


def _pixel(parameters: Parameters, name: str) -> int:
    """I or J, from the top left corner of the tile."""
    number = parameters.integer(name)
    if number is None:
        raise RequestNotWellFormed(f"{name} is mandatory", locator=name)
    if not 0 <= number < TILE_SIZE:
        raise RequestNotWellFormed(f"{name} is not a pixel of the tile", "PointIJOutOfRange", name)
    return number
