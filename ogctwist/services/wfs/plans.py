# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""
From queries to what is asked of sources and encoders.

Here names meet the schema: a type, property, reference system or id that does not exist - or not
for this request - is an exception or no feature, never all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.encoders.featuretype import FeatureType, FieldEncoding, GeometryForm
from ogctwist.encoders.qtdates import ISO_PATTERN
from ogctwist.expression import Expression
from ogctwist.filterencoding import FilterTarget
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.interfaces import IFeatureSource
from ogctwist.ows.exceptions import InvalidParameterValue
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.exceptions import LayerUnavailable, readDenied
from ogctwist.services.wfs.featuretypes import hasGeometry, layerCrs, layerOf, typeName
from ogctwist.services.wfs.filters import conditionOf, targetOf
from ogctwist.services.wfs.naming import OutputNaming, coordinatePrecision, outputNaming
from ogctwist.services.wfs.queries import GetFeature, Query
from ogctwist.sources.query import FeatureQuery, FieldType, OrderBy, SourceError, SourceSchema
from ogctwist.workers.together import allOf

log = Logger()


@dataclass(frozen=True, eq=False)
class QueryPlan:
    """
    One query, ready to be carried out.

    @ivar crs: of the layer.
    @ivar rectangle: the box that the query is limited to, in C{crs}; None for no box.
    """

    layer: Layer
    source: IFeatureSource
    schema: SourceSchema
    crs: CRS | None
    features: FeatureQuery
    featureType: FeatureType
    naming: OutputNaming
    rectangle: Box | None = None


async def planQueries(
    request: ServiceRequest,
    project: Project,
    types: Mapping[str, Layer],
    wanted: GetFeature,
    mostTypes: int,
) -> tuple[ProjectView, list[QueryPlan]]:
    """
    The plans of all queries of a request, in their order, and the view that they were made with.

    @param types: what the project publishes.
    @raise OWSException: a name is not known, or may not be used.
    """
    if len(wanted.queries) > mostTypes:
        raise InvalidParameterValue(f"More than {mostTypes} queries in one request", locator="TYPENAME")
    layers = [layerOf(types, query.typeName) for query in wanted.queries]
    view = await request.view(project, {layer.id for layer in layers})
    if any(layer.id in view.denied for layer in layers):
        raise readDenied()
    sources = [view.features(layer.id) for layer in layers]
    schemas = await describeAll(layers, sources)
    plans = [
        planQuery(project, wanted, query, layer, source, schema)
        for query, layer, source, schema in zip(wanted.queries, layers, sources, schemas, strict=True)
    ]
    return view, plans


async def describeAll(layers: Sequence[Layer], sources: Sequence[IFeatureSource]) -> list[SourceSchema]:
    """
    What the sources hold, asked at the same time.

    @raise LayerUnavailable: one of them cannot be read.
    """

    async def describe(layer: Layer, source: IFeatureSource) -> SourceSchema:
        try:
            return await source.describe()
        except SourceError as error:
            log.error("{layer}: {reason}", layer=layer.id, reason=str(error))
            raise LayerUnavailable(typeName(layer)) from error

    return await allOf(describe(layer, source) for layer, source in zip(layers, sources, strict=True))


def planQuery(
    project: Project,
    wanted: GetFeature,
    query: Query,
    layer: Layer,
    source: IFeatureSource,
    schema: SourceSchema,
) -> QueryPlan:
    """The plan of one query."""
    crs = layerCrs(layer, schema)
    naming = outputNaming(wanted.version, wanted.outputFormat, query.srsName, crs)
    target = targetOf(layer, schema, crs, wanted.version, query.srsName)
    condition = conditionOf(query, target)
    names, withGeometry = selected(query, target, hasGeometry(schema))
    features = FeatureQuery(
        bbox=condition.bbox,
        exact=condition.bbox is not None,
        fields=names,
        ids=condition.ids,
        filter=condition.expression,
        orderBy=orderOf(query, target),
        geometry=withGeometry,
        context=layerContext(project, layer),
    )
    settings = {settings.name: settings for settings in layer.fields}
    kinds = {field.name: field.type for field in schema.fields}
    featureType = FeatureType(
        typeName(layer),
        tuple(fieldEncoding(name, kinds[name], settings.get(name)) for name in names),
        crs,
        naming.crs,
        naming.srsName,
        naming.isSwapped,
        coordinatePrecision(wanted.outputFormat, layer.wfs.precision, crs, naming.crs),
        schema.wkbType.endswith(("Z", "ZM", "25D")),
        query.geometry if withGeometry else GeometryForm.NONE,
    )
    return QueryPlan(layer, source, schema, crs, features, featureType, naming, condition.rectangle)


def selected(query: Query, target: FilterTarget, hasGeometry: bool) -> tuple[tuple[str, ...], bool]:
    """
    The names of the attributes to write, and whether the geometry is written.

    @raise InvalidParameterValue: one that is asked for does not exist.
    """
    published = tuple(target.fields)
    present = hasGeometry and query.geometry is not GeometryForm.NONE
    if query.properties is None:
        return published, present
    names = [target.fieldNamed(name) for name in query.properties if not target.isGeometry(name)]
    withGeometry = present and any(target.isGeometry(name) for name in query.properties)
    if not names:
        # nothing but the geometry: QGIS Server takes that for all attributes
        return published, withGeometry
    return tuple(dict.fromkeys(names)), withGeometry


def fieldEncoding(name: str, kind: FieldType, settings: FieldSettings | None) -> FieldEncoding:
    """How an attribute is written: date and range widgets have a say, as in QGIS Server."""
    isJson = kind is FieldType.MAP
    if settings is None:
        return FieldEncoding(name, isJson)
    widget, config = settings.editWidget.kind, settings.editWidget.config
    if widget == "DateTime":
        isIso = str(config.get("field_iso_format", "")).lower() in ("true", "1")
        return FieldEncoding(name, isJson, ISO_PATTERN if isIso else str(config.get("field_format") or ""))
    if widget == "Range":
        digits = str(config.get("Precision", ""))
        return FieldEncoding(name, isJson, decimals=int(digits) if digits.isdecimal() else None)
    return FieldEncoding(name, isJson)


def orderOf(query: Query, target: FilterTarget) -> tuple[OrderBy, ...]:
    """
    The order that a query asks for.

    @raise InvalidParameterValue: by an attribute that does not exist.
    """
    return tuple(
        OrderBy(Expression.column(target.fieldNamed(term.name)), term.ascending) for term in query.sortBy
    )


def limited(plan: QueryPlan, offset: int, limit: int | None) -> QueryPlan:
    """The same plan for a part of its features."""
    return replace(plan, features=replace(plan.features, offset=offset, limit=limit))
