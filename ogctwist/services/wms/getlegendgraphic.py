# -*- test-case-name: tests.services.wms.test_getlegendgraphic -*-
"""WMS GetLegendGraphic (SLD 1.1.0 profile of WMS, 12; QGIS Server's parameters)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import shapely

from ogctwist.access.view import ProjectView
from ogctwist.cache.documents import DocumentKey
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.encoders.image import JPEG, encodeImage
from ogctwist.geo.box import Box
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.variables import layerContext
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.legend.counting import Counts, keyCounts
from ogctwist.services.wms.legend.decoding import JSON, GetLegendGraphic, decodeGetLegendGraphic
from ogctwist.services.wms.legend.icons import legendJson
from ogctwist.services.wms.legend.layout import LegendLayout, drawEntry
from ogctwist.services.wms.legend.nodes import (
    LegendLayer,
    counted,
    pictureLayer,
    rasterLayer,
    vectorLayer,
)
from ogctwist.services.wms.maplayers import MapLayer, MapLayers, mapLayers
from ogctwist.services.wms.mapparameters import checkSize
from ogctwist.services.wms.painter import searchBox
from ogctwist.services.wms.versions import WmsVersion
from ogctwist.sources.query import FeatureQuery, SourceError
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.pictures import PictureFolders, decodedPicture
from ogctwist.symbology.vector import VectorPlan

IsCancelled = Callable[[], bool]


class GetLegendGraphicOperation:
    """Carries out GetLegendGraphic (and GetLegendGraphics, QGIS's older name) for one version."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Draw the legend, or take it from a cache, and write it to the response."""
        kit = self._kit
        wanted = decodeGetLegendGraphic(request.parameters, self._version, project, kit.sizeLimits)
        layers = await mapLayers(request, project, wanted.layers, kit.mostLayers)
        key = legendKey(request, self._version)
        data = None if wanted.format is None else await kit.documents.getImage(request, project, key)
        if data is None:
            data = await kit.pool.runCancellable(self._make, project, wanted, layers)
            if wanted.format is not None:
                await kit.documents.putImage(request, project, key, data)
        response.setHeader("Content-Type", JSON if wanted.format is None else wanted.format.contentType)
        response.write(data)

    def _make(
        self, project: Project, wanted: GetLegendGraphic, found: MapLayers, isCancelled: IsCancelled
    ) -> bytes:
        """The legend's bytes: for a worker thread."""
        try:
            layers = list(self._layers(project, wanted, found, isCancelled))
        except SourceError as error:
            raise OWSException("A layer of the legend cannot be read.", status=500) from error
        frame = Frame(view=wanted.view, isCancelled=isCancelled)
        if wanted.format is None:
            return legendJson(layers, wanted.settings, frame)
        if wanted.rule:
            return _encoded(self._entry(layers, wanted, frame), wanted)
        layout = LegendLayout([layer.labelled(wanted.ruleLabels) for layer in layers], wanted.settings, frame)
        width, height = layout.pixels
        try:
            checkSize(width, height, project, self._kit.sizeLimits)
        except InvalidParameterValue:
            raise InvalidParameterValue("Legend image is too large", locator="LAYERS") from None
        canvas = _background(width, height, wanted)
        layout.draw(canvas)
        return _encoded(canvas, wanted)

    @staticmethod
    def _entry(layers: Iterable[LegendLayer], wanted: GetLegendGraphic, frame: Frame) -> Canvas:
        for layer in layers:
            for node in layer.nodes:
                if node.label == wanted.rule:
                    canvas = _background(*wanted.size, wanted)
                    drawEntry(canvas, layer, node, wanted.settings, frame)
                    return canvas
        raise InvalidParameterValue(f"There is no legend entry '{quoted(wanted.rule)}'", locator="RULE")

    def _layers(
        self, project: Project, wanted: GetLegendGraphic, found: MapLayers, isCancelled: IsCancelled
    ) -> Iterable[LegendLayer]:
        """Top first."""
        for target in reversed(found.layers):
            scales = target.style.scales
            if wanted.scale is not None and scales is not None and not scales.contains(wanted.scale):
                continue
            legend = self._layer(project, wanted, target, found.view, isCancelled)
            if legend is not None:
                yield legend

    def _layer(
        self,
        project: Project,
        wanted: GetLegendGraphic,
        target: MapLayer,
        view: ProjectView,
        isCancelled: IsCancelled,
    ) -> LegendLayer | None:
        layer, style = target.layer, target.style
        picture = placeholder(project, layer)
        if picture is not None:
            return pictureLayer(layer, picture)
        plans = self._kit.painter.plans
        if layer.kind is LayerKind.RASTER:
            names = bandNames(view.coverage(layer.id).info().bands)
            return rasterLayer(layer, style, plans.raster(project, layer, style), names)
        plan = plans.vector(project, layer, style)
        drawn = None
        if wanted.content is not None:
            drawn = self._counts(project, target, plan, view, wanted, isCancelled, wanted.content).bySymbol
        legend = vectorLayer(layer, style, plan, wanted.scale, drawn)
        if drawn is not None and not legend.nodes:
            return None
        if wanted.countsFeatures:
            counts = self._counts(project, target, plan, view, wanted, isCancelled, None)
            legend = counted(legend, counts.total, keyCounts(plan, counts))
        return legend

    def _counts(
        self,
        project: Project,
        target: MapLayer,
        plan: VectorPlan,
        view: ProjectView,
        wanted: GetLegendGraphic,
        isCancelled: IsCancelled,
        content: Box | None,
    ) -> Counts:
        """How many features each symbol draws: in the view, or in all."""
        layer, mapView = target.layer, wanted.view
        frame = Frame(
            view=mapView,
            layerCrs=layer.crs or mapView.crs,
            context=layerContext(project, layer, mapView),
            isCancelled=isCancelled,
            scale=0.0 if content is None else None,
        )
        fields = plan.renderer.fields(frame)
        names = None if fields is None else tuple(sorted(fields))
        query = FeatureQuery(fields=names, geometry=False)
        if content is not None:
            box = searchBox(replace(mapView, extent=content), layer, 0.0)
            if box is None:
                return Counts()
            # what only its bounding box has in the map is not on it
            query = FeatureQuery(bbox=box, fields=names, within=shapely.box(*box.bounds))
        counts = Counts()
        for batch in view.features(layer.id).read(query, isCancelled):
            counts = counts.withBatch(plan, batch, frame)
        return counts


def legendKey(request: ServiceRequest, version: WmsVersion) -> DocumentKey:
    """What the legend's bytes depend on: the operation's own parameters, in a fixed order."""
    names = sorted(request.parameters)
    pairs = tuple((n, request.parameters.text(n)) for n in names if n in KEY_PARAMETERS)
    return DocumentKey("WMS", version.number, "GetLegendGraphic", pairs)


KEY_PARAMETERS = frozenset(
    (
        *("LAYER", "LAYERS", "STYLE", "STYLES", "FORMAT", "SCALE", "BBOX", "CRS", "SRS", "DPI"),
        *("WIDTH", "HEIGHT", "SRCWIDTH", "SRCHEIGHT", "RULE", "RULELABEL", "SHOWFEATURECOUNT", "LAYERTITLE"),
        *("BOXSPACE", "LAYERSPACE", "LAYERTITLESPACE", "SYMBOLSPACE", "ICONLABELSPACE"),
        *("SYMBOLWIDTH", "SYMBOLHEIGHT", "TRANSPARENT", "BGCOLOR"),
        *(
            f"{place}FONT{part}"
            for place in ("LAYER", "ITEM")
            for part in ("FAMILY", "SIZE", "BOLD", "ITALIC", "COLOR")
        ),
    )
)


def placeholder(project: Project, layer: Layer) -> np.ndarray | None:
    """The picture that stands for the layer in legends, from the style or below the project's folder."""
    if not layer.legendPlaceholder:
        return None
    folder = os.path.dirname(project.path)
    data = PictureFolders.of([folder] if folder else []).read(layer.legendPlaceholder)
    return None if data is None else decodedPicture(data)


def bandNames(bands) -> dict[int, str]:
    """QGIS's names of bands: number, then description, or in brackets what it holds."""
    names = {}
    for band in bands:
        name = f"Band {band.number}"
        if band.description:
            name += f": {band.description}"
        elif band.colorInterpretation not in ("undefined", ""):
            name += f" ({band.colorInterpretation.capitalize()})"
        names[band.number] = name
    return names


def _background(width: int, height: int, wanted: GetLegendGraphic) -> Canvas:
    canvas = Canvas(width, height)
    form = wanted.format
    if not wanted.isTransparent or form is JPEG or form is None or not form.hasAlpha:
        red, green, blue = wanted.background
        canvas.clear(Color(red / 255, green / 255, blue / 255))
    return canvas


def _encoded(canvas: Canvas, wanted: GetLegendGraphic) -> bytes:
    assert wanted.format is not None
    return encodeImage(canvas.pixels, wanted.format, dpi=wanted.settings.pixelsPerMm * 25.4)
