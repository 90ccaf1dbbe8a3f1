# -*- test-case-name: tests.services.wms.info.test_search -*-
"""Which features of a layer a GetFeatureInfo request means, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from lxml import etree

from ogctwist.access.view import ProjectView
from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformBox, transformCoords
from ogctwist.interfaces import IFeatureSource
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.services.variables import layerContext
from ogctwist.services.wms.info.answer import InfoAttribute, InfoFeature, InfoLayer
from ogctwist.services.wms.info.decoding import GetFeatureInfo
from ogctwist.services.wms.info.maptip import mapTipOf
from ogctwist.services.wms.info.representation import (
    Formatter,
    ReadLayer,
    displayExpression,
    formatterOf,
    plainText,
)
from ogctwist.services.wms.maplayers import MapLayer
from ogctwist.sources.query import FeatureQuery, SourceSchema
from ogctwist.workers.together import allOf

#: The share of the map's width that is looked around the point, by the kind of geometry, as in QGIS.
SHARES = {"point": 1 / 100, "line": 1 / 200, "polygon": 1 / 400}

#: Tells which features of a batch the renderer draws at all: bool, shape (n,).
IsDrawn = Callable[[FeatureBatch], np.ndarray]


@dataclass(frozen=True)
class Search:
    """
    One layer's part of a request.

    @ivar filter: of FILTER, already meant for this layer.
    @ivar ids: only these features, or None.
    """

    wanted: GetFeatureInfo
    project: Project
    view: ProjectView
    target: MapLayer
    filter: Expression | None
    ids: tuple[int, ...] | None
    read: ReadLayer

    async def run(self, isDrawn: IsDrawn | None) -> InfoLayer:
        """
        @param isDrawn: leaves out what the renderer does not draw; None for no such test.
        """
        layer = self.target.layer
        source = self.view.features(layer.id)
        query = self._query()
        if query is None:
            return InfoLayer(self.target.name, layer)
        batches = await self._found(source, query, isDrawn)
        schema = await source.describe()
        telling = await Telling.of(self, schema)
        features = tuple(feature for batch in batches for feature in telling.features(batch))
        return InfoLayer(self.target.name, layer, features)

    def _query(self) -> FeatureQuery | None:
        """None when the place that is asked for has no place in the layer's CRS."""
        wanted, layer = self.wanted, self.target.layer
        box, within = None, None
        try:
            if wanted.point is not None and wanted.view is not None and layer.crs is not None:
                box = transformBox(searchBox(wanted, layer), wanted.view.crs, layer.crs)
            elif wanted.view is not None:
                box = transformBox(wanted.view.extent, wanted.view.crs, layer.crs or wanted.view.crs)
        except TransformError:
            return None
        if wanted.within is not None:
            within = moved(wanted.within, wanted.crs or layer.crs, layer.crs)
        return FeatureQuery(bbox=box, exact=box is not None, within=within, filter=self.filter, ids=self.ids)

    async def _found(
        self, source: IFeatureSource, query: FeatureQuery, isDrawn: IsDrawn | None
    ) -> list[FeatureBatch]:
        """The first features that match and are drawn, as many as are wanted."""
        cursor = await source.open(query)
        kept: list[FeatureBatch] = []
        left = self.wanted.count
        try:
            while left > 0 and len(batch := await cursor.fetch()):
                if isDrawn is not None:
                    batch = batch.take(isDrawn(batch))
                batch = batch.slice(0, left)
                if len(batch):
                    kept.append(batch)
                    left -= len(batch)
        finally:
            await cursor.close()
        return kept


@dataclass(frozen=True)
class Telling:
    """How the features of one layer are told."""

    search: Search
    shown: tuple[str, ...]
    labels: dict[str, str]
    formatters: dict[str, Formatter]
    schema: SourceSchema
    showsGeometry: bool
    context: ExpressionContext

    @classmethod
    async def of(cls, search: Search, schema: SourceSchema) -> Telling:
        """Look up what the formatters need."""
        layer, project = search.target.layer, search.project
        shown, labels = _fieldsShown(layer, schema, project)
        formatters = await allOf(
            formatterOf(layer.fieldSettings(name), _field(schema, name), layer, project, search.read)
            for name in shown
        )
        return cls(
            search=search,
            shown=shown,
            labels=labels,
            formatters=dict(zip(shown, formatters, strict=True)),
            schema=schema,
            showsGeometry=project.publication.wms.featureInfoAddWktGeometry,
            context=layerContext(project, layer, search.wanted.view),
        )

    def features(self, batch: FeatureBatch) -> list[InfoFeature]:
        """What is told of each feature of a batch."""
        search = self.search
        layer, wanted = search.target.layer, search.wanted
        shapes = self._shapes(batch)
        tips = mapTipOf(layer, batch, self.context) if wanted.withMapTip else None
        names = self._displayNames(batch) if wanted.withDisplayName else None
        columns = {name: batch.columns[name].to_pylist() for name in self.shown if name in batch.columns}
        told = []
        for row in range(len(batch)):
            attributes = tuple(self._attribute(name, values[row]) for name, values in columns.items())
            shape = None if shapes is None else shapes[row]
            told.append(
                InfoFeature(
                    id=int(batch.ids[row]),
                    attributes=attributes,
                    geometry=shape if wanted.withGeometry and self.showsGeometry else None,
                    box=_boxOf(shape) if self.showsGeometry or wanted.point is None else None,
                    mapTip=None if tips is None else tips[row],
                    displayName=None if names is None else names[row],
                )
            )
        return told

    def _attribute(self, name: str, value: object) -> InfoAttribute:
        text = self.formatters[name](value)
        shown = plainText(value, self.schema.field(name)) if text is None else text
        return InfoAttribute(name, self.labels[name], value, shown, text is not None)

    def _shapes(self, batch: FeatureBatch) -> np.ndarray | None:
        if batch.geometry is None:
            return None
        source, target = self.search.target.layer.crs, self.search.wanted.crs
        if source is None or target is None or source == target:
            return batch.geometry.shapes
        return shapely.transform(
            batch.geometry.shapes, lambda coords: transformCoords(coords, source, target)
        )

    def _displayNames(self, batch: FeatureBatch) -> list[str] | None:
        expression = displayExpression(self.search.target.layer)
        if expression is None:
            return None
        try:
            return [plainText(v) for v in expression.evaluate(batch, self.context).to_pylist()]
        except ExpressionError:
            return None


def searchBox(wanted: GetFeatureInfo, layer: Layer) -> Box:
    """
    The place that was clicked on, with its tolerance, in the map's CRS: the top left
    corner of the pixel, as QGIS has it (WMS 1.3.0, 7.4.3.7 has its middle).
    """
    assert wanted.point is not None and wanted.view is not None
    view = wanted.view
    kind = geometryKind(layer)
    pixels = getattr(wanted.tolerances, kind)
    reach = view.extent.width * SHARES[kind] if pixels is None else pixels * view.unitsPerPixel
    x = view.extent.xmin + wanted.point[0] * view.unitsPerPixelX
    y = view.extent.ymax - wanted.point[1] * view.unitsPerPixelY
    return Box(x, y, x, y).grown(reach)


def geometryKind(layer: Layer) -> str:
    """C{point}, C{line} or C{polygon}; what is unknown is looked for as generously as a point."""
    name = layer.wkbType.lower()
    if "polygon" in name or "surface" in name:
        return "polygon"
    return "line" if "line" in name or "curve" in name or "string" in name else "point"


def moved(geometry: shapely.Geometry, source: CRS | None, target: CRS | None) -> shapely.Geometry:
    """A geometry in another system."""
    if source is None or target is None or source == target:
        return geometry
    return shapely.transform(geometry, lambda coords: transformCoords(coords, source, target))


def _fieldsShown(
    layer: Layer, schema: SourceSchema, project: Project
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names of the fields that are told, in order, and their labels."""
    shown, labels = [], {}
    for field in schema.fields:
        settings = layer.fieldSettings(field.name)
        if settings is not None and settings.excludeWms:
            continue
        shown.append(field.name)
        labels[field.name] = (settings.alias if settings is not None else "") or field.name
    if project.publication.wms.featureInfoUseFormSettings:
        ordered = formFields(layer)
        if ordered:
            shown = [name for name in ordered if name in labels]
    return tuple(shown), labels


def formFields(layer: Layer) -> list[str]:
    """The fields of a form made with the designer, in its order; empty where the form is generated."""
    if not layer.editFormLayout:
        return []
    root = etree.fromstring(layer.editFormLayout)
    return [e.get("name", "") for e in root.iter("attributeEditorField")]


def _field(schema: SourceSchema, name: str):
    field = schema.field(name)
    assert field is not None
    return field


def _boxOf(shape: shapely.Geometry | None) -> Box | None:
    return None if shape is None or shape.is_empty else Box(*shape.bounds)
