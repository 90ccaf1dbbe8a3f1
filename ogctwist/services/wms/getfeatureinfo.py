# -*- test-case-name: tests.services.wms.test_getfeatureinfo -*-
"""WMS GetFeatureInfo (WMS 1.3.0, 7.4; 1.1.1, 7.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from ogctwist.access.view import ProjectView
from ogctwist.expression import Expression
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import WGS84
from ogctwist.ows.exceptions import OWSException, SecurityException, quoted
from ogctwist.project.layers import LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.variables import layerContext
from ogctwist.services.wms.dimensionfilters import dimensionFilters
from ogctwist.services.wms.filters import LayerFilter, layerFilters
from ogctwist.services.wms.info import decoding
from ogctwist.services.wms.info.answer import InfoAnswer, InfoLayer
from ogctwist.services.wms.info.decoding import GetFeatureInfo, decodeGetFeatureInfo
from ogctwist.services.wms.info.geojson import GEOJSON_TYPE, JSON_TYPE, jsonAnswer
from ogctwist.services.wms.info.markup import GML2_TYPE, GML3_TYPE, XML_TYPE, gmlAnswer, xmlAnswer
from ogctwist.services.wms.info.plain import HTML_TYPE, PLAIN_TYPE, htmlAnswer, plainAnswer
from ogctwist.services.wms.info.rasters import bandsAt
from ogctwist.services.wms.info.search import IsDrawn, Search
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.maplayers import MapLayer, MapLayers, mapLayers
from ogctwist.services.wms.mapparameters import RequestedLayer, drawnView, requestedLayers
from ogctwist.services.wms.painter import isVisible
from ogctwist.services.wms.versions import WmsVersion
from ogctwist.sources.query import FeatureQuery
from ogctwist.symbology.frame import Frame
from ogctwist.workers.together import allOf


class GetFeatureInfoOperation:
    """Carries out GetFeatureInfo for one version."""

    def __init__(self, version: WmsVersion, kit: WmsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Find what is at the point, or matches the filter, and write it."""
        parameters = request.parameters
        wanted = decodeGetFeatureInfo(parameters, self._version, project, self._kit.sizeLimits)
        # The whole map has to be one that the request may see, as in QGIS, not only the layers asked.
        shown = [layer for layer in requestedLayers(parameters) if layer.name not in names(wanted.layers)]
        found = await mapLayers(request, project, (*wanted.layers, *shown), self._kit.mostLayers)
        targets = queryable(found, wanted)
        filters = await layerFilters(wanted.filter, targets, found.view, wanted.crs)
        for layerId, condition in (await dimensionFilters(parameters, targets, found.view)).items():
            known = filters.get(layerId, LayerFilter())
            filters[layerId] = replace(
                known, expression=Expression.conjunction([known.expression, condition])
            )
        jobs = [
            self._layer(request, project, found.view, wanted, target, filters)
            for target in targets
            if wanted.view is None or isVisible(target, drawnView(wanted.view, self._version))
        ]
        layers = await allOf(jobs)
        answer = self._answer(project, wanted, layers)
        contentType, body = await self._kit.pool.run(_written, answer, wanted.form, project, parameters)
        response.setHeader("Content-Type", contentType)
        response.write(body)

    async def _layer(
        self,
        request: ServiceRequest,
        project: Project,
        view: ProjectView,
        wanted: GetFeatureInfo,
        target: MapLayer,
        filters: dict[str, LayerFilter],
    ) -> InfoLayer:
        if target.layer.kind is LayerKind.RASTER:
            bands = await bandsAt(view.coverage(target.layer.id), wanted, self._kit.pool)
            return InfoLayer(target.name, target.layer, bands=bands)
        condition = filters.get(target.layer.id, LayerFilter())

        async def read(layerId: str, query: FeatureQuery) -> list[FeatureBatch] | None:
            return await readAll(request, project, layerId, query)

        search = Search(wanted, project, view, target, condition.expression, condition.ids, read)
        return await search.run(self._isDrawn(project, target, wanted))

    def _isDrawn(self, project: Project, target: MapLayer, wanted: GetFeatureInfo) -> IsDrawn | None:
        """Where a map was clicked on, only what the renderer draws on it can be meant."""
        if wanted.view is None or wanted.point is None:
            return None
        layer, mapView = target.layer, drawnView(wanted.view, self._version)
        plan = self._kit.painter.plans.vector(project, layer, target.style)
        frame = Frame(mapView, layer.crs or mapView.crs, layerContext(project, layer, mapView))

        def isDrawn(batch: FeatureBatch) -> np.ndarray:
            return plan.draws(batch, frame)

        return isDrawn

    def _answer(self, project: Project, wanted: GetFeatureInfo, layers: list[InfoLayer]) -> InfoAnswer:
        declared = project.publication.wms.featureInfoPrecision
        precision = wanted.precision if wanted.precision is not None else declared
        crs = wanted.crs or (layers[0].layer.crs if layers else None) or project.crs or WGS84
        box = None
        if wanted.filter and wanted.point is None:
            box = _around(layers) or Box(0.0, 0.0, 0.0, 0.0)
        return InfoAnswer(tuple(layers), crs, precision, self._version.crsName, box)


def names(layers: Iterable[RequestedLayer]) -> set[str]:
    """The names of requested layers."""
    return {layer.name for layer in layers}


def queryable(found: MapLayers, wanted: GetFeatureInfo) -> list[MapLayer]:
    """
    The layers to ask, in the order of QUERY_LAYERS; those of a group top first,
    those that cannot be asked left out.

    @raise OWSException: code LayerNotQueryable, for a name of which nothing can be asked.
    """
    targets: list[MapLayer] = []
    for name in (layer.name for layer in wanted.layers):
        named, group = found.tree.layerNamed(name), found.tree.groupNamed(name)
        published = [named] if named is not None else list(group.layers()) if group is not None else []
        asked = [layer for layer in published if layer.isQueryable]
        if published and not asked:
            raise OWSException(
                f"The layer '{quoted(name)}' is not queryable.", "LayerNotQueryable", "QUERY_LAYERS"
            )
        byId = {layer.layer.id: layer for layer in found.layers}
        targets += [
            MapLayer(byId[layer.layer.id].layer, byId[layer.layer.id].style, layer.name)
            for layer in asked
            if layer.layer.id not in {target.layer.id for target in targets}
        ]
    return targets


async def readAll(
    request: ServiceRequest, project: Project, layerId: str, query: FeatureQuery
) -> list[FeatureBatch] | None:
    """All batches of a layer that serves as a lookup table; None where the request may not see it."""
    if layerId not in project.layers:
        return None
    view = await request.view(project, [layerId])
    try:
        source = view.features(layerId)
    except SecurityException:
        return None
    cursor = await source.open(query)
    batches = []
    try:
        while len(batch := await cursor.fetch()):
            batches.append(batch)
    finally:
        await cursor.close()
    return batches


def _around(layers: list[InfoLayer]) -> Box | None:
    around: Box | None = None
    for layer in layers:
        for feature in layer.features:
            if feature.box is not None:
                around = feature.box if around is None else around.union(feature.box)
    return around


def _written(answer: InfoAnswer, form: str, project: Project, parameters) -> tuple[str, bytes]:
    """(content type, body): for a worker thread."""
    isGeo = "geo+json" in parameters.text("INFO_FORMAT").lower()
    writers: dict[str, Callable[[], tuple[str, bytes]]] = {
        decoding.PLAIN: lambda: (PLAIN_TYPE, plainAnswer(answer)),
        decoding.HTML: lambda: (HTML_TYPE, htmlAnswer(answer)),
        decoding.XML: lambda: (XML_TYPE, xmlAnswer(answer)),
        decoding.GML2: lambda: (GML2_TYPE, gmlAnswer(answer, project, False)),
        decoding.GML3: lambda: (GML3_TYPE, gmlAnswer(answer, project, True)),
        decoding.JSON: lambda: (GEOJSON_TYPE if isGeo else JSON_TYPE, jsonAnswer(answer)),
    }
    return writers[form]()
