# -*- test-case-name: tests.services.wms.test_getmap -*-
"""WMS GetMap (WMS 1.3.0, 7.3; 1.1.1, 7.2)."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.encoders.image import DEFAULT_QUALITY, JPEG, PNG, ImageFormat, imageFormat
from ogctwist.geo.view import MapView
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.maplayers import mapLayers
from ogctwist.services.wms.mapparameters import (
    RequestedLayer,
    SizeLimits,
    requestedColour,
    requestedLayers,
    requestedView,
)
from ogctwist.services.wms.versions import WmsVersion

WHITE = (255, 255, 255)


@dataclass(frozen=True)
class GetMap:
    """
    A GetMap request, whatever its version and encoding.

    @ivar layers: bottom first, as LAYERS gives them.
    @ivar background: red, green, blue, 0 to 255.
    @ivar quality: of lossy formats, 0 to 100.
    @ivar isTiled: TILED: the map is one of many that are put side by side.
    """

    layers: tuple[RequestedLayer, ...]
    view: MapView
    format: ImageFormat
    isTransparent: bool
    background: tuple[int, int, int]
    quality: int
    isTiled: bool


def decodeGetMap(parameters: Parameters, version: WmsVersion, project: Project, limits: SizeLimits) -> GetMap:
    """@raise OWSException: for any parameter that is missing or cannot be understood."""
    form = imageFormat(parameters.text("FORMAT")) if parameters.text("FORMAT") else PNG
    return GetMap(
        layers=requestedLayers(parameters),
        view=requestedView(parameters, version, project, limits),
        format=form,
        isTransparent=parameters.text("TRANSPARENT").strip().lower() in ("true", "1"),
        background=requestedColour(parameters, "BGCOLOR", WHITE),
        quality=imageQuality(parameters, project),
        isTiled=parameters.text("TILED").strip().lower() in ("true", "1"),
    )


def imageQuality(parameters: Parameters, project: Project) -> int:
    """IMAGE_QUALITY, else the project's, else the default; 0 to 100."""
    declared = project.publication.wms.imageQuality
    default = declared if 0 <= declared <= 100 else DEFAULT_QUALITY
    quality = parameters.integer("IMAGE_QUALITY", default, 0, 100)
    assert quality is not None
    return quality


class GetMapOperation:
    """Carries out GetMap for one version."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Draw the map and write it to the response."""
        kit = self._kit
        wanted = decodeGetMap(request.parameters, self._version, project, kit.sizeLimits)
        layers = await mapLayers(request, project, wanted.layers, kit.mostLayers)
        seeThrough = wanted.isTransparent and wanted.format is not JPEG and wanted.format.hasAlpha
        data = await kit.painter.paint(
            layers.view,
            layers.layers,
            wanted.view,
            wanted.format,
            background=None if seeThrough else wanted.background,
            quality=wanted.quality,
        )
        response.setHeader("Content-Type", wanted.format.contentType)
        response.write(data)
