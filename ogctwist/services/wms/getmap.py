# -*- test-case-name: tests.services.wms.test_getmap -*-
"""WMS GetMap (WMS 1.3.0, 7.3; 1.1.1, 7.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import shapely

from ogctwist.encoders.image import DEFAULT_QUALITY, JPEG, PNG, ImageFormat, imageFormat
from ogctwist.expression import Expression
from ogctwist.geo.view import MapView
from ogctwist.ows.exceptions import InvalidParameterValue, UnreadableValue, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.layers import LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.filtertarget import filterTarget
from ogctwist.services.wms.dimensionfilters import dimensionFilters
from ogctwist.services.wms.filters import LayerFilter, layerFilters
from ogctwist.services.wms.highlights import Highlight, requestedHighlights
from ogctwist.services.wms.info.decoding import filterGeometry
from ogctwist.services.wms.info.search import moved
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.maplayers import MapLayers, mapLayers
from ogctwist.services.wms.mapparameters import (
    RequestedLayer,
    SizeLimits,
    drawnView,
    requestedColour,
    requestedLayers,
    requestedView,
)
from ogctwist.services.wms.painter import Condition
from ogctwist.services.wms.sld.reading import SldLayer, sldLayers, userStyle
from ogctwist.services.wms.versions import WmsVersion

WHITE = (255, 255, 255)
LARGEST_BUFFER = 256


@dataclass(frozen=True)
class GetMap:
    """
    A GetMap request, whatever its version and encoding.

    @ivar layers: bottom first, as LAYERS gives them.
    @ivar background: red, green, blue, 0 to 255.
    @ivar quality: of lossy formats, 0 to 100.
    @ivar isTiled: TILED: the map is one of many that are put side by side.
    @ivar filter: FILTER as it came.
    @ivar within: FILTER_GEOM, in the CRS of the map.
    @ivar selection: layer name -> ids of selected features.
    @ivar highlights: what is drawn over the layers.
    @ivar styled: the layers of SLD_BODY; they are then C{layers}.
    """

    layers: tuple[RequestedLayer, ...]
    view: MapView
    format: ImageFormat
    isTransparent: bool
    background: tuple[int, int, int]
    quality: int
    isTiled: bool
    filter: str = ""
    within: shapely.Geometry | None = None
    selection: Mapping[str, frozenset[int]] = field(default_factory=dict)
    highlights: tuple[Highlight, ...] = ()
    styled: tuple[SldLayer, ...] = ()


def decodeGetMap(parameters: Parameters, version: WmsVersion, project: Project, limits: SizeLimits) -> GetMap:
    """@raise OWSException: for any parameter that is missing or cannot be understood."""
    form = imageFormat(parameters.text("FORMAT")) if parameters.text("FORMAT") else PNG
    styled = requestedSld(parameters)
    named = tuple(RequestedLayer(layer.name, layer.namedStyle) for layer in styled)
    return GetMap(
        layers=named or requestedLayers(parameters),
        view=drawnView(requestedView(parameters, version, project, limits), version),
        format=form,
        isTransparent=parameters.text("TRANSPARENT").strip().lower() in ("true", "1"),
        background=requestedColour(parameters, "BGCOLOR", WHITE),
        quality=imageQuality(parameters, project),
        isTiled=parameters.text("TILED").strip().lower() in ("true", "1"),
        filter=parameters.text("FILTER"),
        within=filterGeometry(parameters),
        selection=requestedSelection(parameters),
        highlights=requestedHighlights(parameters),
        styled=styled,
    )


def requestedSld(parameters: Parameters) -> tuple[SldLayer, ...]:
    """
    SLD_BODY.

    @raise InvalidParameterValue: it cannot be read; or SLD is given, since the server does not fetch
        documents that a request names.
    """
    if parameters.text("SLD"):
        raise UnreadableValue("SLD is not fetched by this server: send the style as SLD_BODY", locator="SLD")
    text = parameters.text("SLD_BODY")
    return sldLayers(text) if text.strip() else ()


def imageQuality(parameters: Parameters, project: Project) -> int:
    """IMAGE_QUALITY, else the project's, else the default; 0 to 100."""
    declared = project.publication.wms.imageQuality
    default = declared if 0 <= declared <= 100 else DEFAULT_QUALITY
    quality = parameters.integer("IMAGE_QUALITY", default, 0, 100)
    assert quality is not None
    return quality


def tileBuffer(project: Project) -> int:
    """Pixels around tiles that are drawn too, as the project has it: at most C{LARGEST_BUFFER}."""
    return min(max(project.publication.wms.tileBuffer, 0), LARGEST_BUFFER)


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
        layers = await self._styled(wanted, layers)
        dimensions = await dimensionFilters(request.parameters, layers.layers, layers.view)
        conditions = await self._conditions(wanted, layers, dimensions)
        seeThrough = wanted.isTransparent and wanted.format is not JPEG and wanted.format.hasAlpha
        data = await kit.painter.paint(
            layers.view,
            layers.layers,
            wanted.view,
            wanted.format,
            background=None if seeThrough else wanted.background,
            quality=wanted.quality,
            conditions=conditions,
            overlays=wanted.highlights,
            buffer=tileBuffer(project) if wanted.isTiled else 0,
        )
        response.setHeader("Content-Type", wanted.format.contentType)
        response.write(data)

    async def _styled(self, wanted: GetMap, layers: MapLayers) -> MapLayers:
        """The layers in the styles of SLD_BODY."""
        styles = {layer.name: layer.userStyle for layer in wanted.styled if layer.userStyle is not None}
        targets = []
        for target in layers.layers:
            element = styles.get(target.asked)
            if element is not None and target.layer.kind is LayerKind.VECTOR:
                schema = await layers.view.features(target.layer.id).describe()
                about = filterTarget(target.layer, schema, wanted.view.crs)
                style = userStyle(element, target.layer.geometryKind, about)
                target = replace(target, style=replace(style, scales=target.style.scales))
            targets.append(target)
        return replace(layers, layers=tuple(targets))

    async def _conditions(
        self, wanted: GetMap, layers: MapLayers, dimensions: Mapping[str, Expression]
    ) -> dict[str, Condition]:
        """What FILTER, FILTER_GEOM, SELECTION and dimensions mean for each vector layer."""
        filters = await layerFilters(wanted.filter, layers.layers, layers.view, wanted.view.crs)
        conditions = {}
        for target in layers.layers:
            layer = target.layer
            if layer.kind is not LayerKind.VECTOR:
                continue
            found = filters.get(layer.id, LayerFilter())
            within = None if wanted.within is None else moved(wanted.within, wanted.view.crs, layer.crs)
            selected = wanted.selection.get(target.name, frozenset())
            both = Expression.conjunction([found.expression, dimensions.get(layer.id)])
            conditions[layer.id] = Condition(both, found.ids, within, selected)
        return conditions


def requestedSelection(parameters: Parameters) -> dict[str, frozenset[int]]:
    """
    SELECTION: C{layer:1,2;other:3}.

    @raise OWSException: it has another form.
    """
    selection: dict[str, frozenset[int]] = {}
    for part in parameters.text("SELECTION").split(";"):
        if not part.strip():
            continue
        name, separator, ids = part.rpartition(":")
        numbers = [text.strip() for text in ids.split(",") if text.strip()]
        if not (separator and name) or any(not (n.isdecimal() and len(n) < 19) for n in numbers):
            text = quoted(parameters.text("SELECTION"))
            raise InvalidParameterValue(
                f"SELECTION ('{text}') is not properly formatted", locator="SELECTION"
            )
        selection[name] = selection.get(name, frozenset()) | frozenset(map(int, numbers))
    return selection
