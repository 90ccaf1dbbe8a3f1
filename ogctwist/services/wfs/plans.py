# -*- test-case-name: tests.services.wfs.test_plans -*-
"""
From queries to what is asked of sources and encoders.

Here names meet the schema: a type, property, reference system or id that does not exist - or not
for this request - is an exception or no feature, never all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from twisted.internet.defer import gatherResults
from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.encoders.featuretype import FeatureType, FieldEncoding, GeometryForm
from ogctwist.encoders.qtdates import ISO_PATTERN
from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.interfaces import IFeatureSource
from ogctwist.ows.exceptions import InvalidParameterValue
from ogctwist.project.layers import FieldSettings, Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.services.variables import layerContext
from ogctwist.services.wfs.exceptions import (
    LayerUnavailable,
    RequestNotWellFormed,
    readDenied,
    unknownProperty,
)
from ogctwist.services.wfs.featuretypes import hasGeometry, layerCrs, layerOf, publishedFields, typeName
from ogctwist.services.wfs.filters import QueryFilter, filterOfElement
from ogctwist.services.wfs.naming import OutputNaming, coordinatePrecision, crsNamed, outputNaming
from ogctwist.services.wfs.queries import GEOMETRY, BoxFilter, GetFeature, Query
from ogctwist.sources.query import FeatureQuery, FieldType, OrderBy, SourceError, SourceSchema

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

    def told(failure: object, layer: Layer) -> object:
        failure.trap(SourceError)  # type: ignore[attr-defined]
        log.error("{layer}: {reason}", layer=layer.id, reason=failure.getErrorMessage())  # type: ignore[attr-defined]
        raise LayerUnavailable(typeName(layer))

    described = [
        source.describe().addErrback(told, layer) for source, layer in zip(sources, layers, strict=True)
    ]
    gathered = gatherResults(described, consumeErrors=True)
    gathered.addErrback(lambda failure: failure.value.subFailure.raiseException())
    return await gathered


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
    names, withGeometry = selected(query, layer, schema)
    condition = _condition(query, layer, schema, crs)
    features = FeatureQuery(
        bbox=condition.bbox,
        exact=condition.bbox is not None,
        fields=names,
        ids=condition.ids,
        filter=condition.expression,
        orderBy=_order(query, layer, schema),
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


def selected(query: Query, layer: Layer, schema: SourceSchema) -> tuple[tuple[str, ...], bool]:
    """
    The names of the attributes to write, and whether the geometry is written.

    @raise RequestNotWellFormed: one that is asked for does not exist.
    """
    published = [field.name for field in publishedFields(layer, schema)]
    present = hasGeometry(schema) and query.geometry is not GeometryForm.NONE
    if query.properties is None:
        return tuple(published), present
    names: list[str] = []
    withGeometry = False
    for name in query.properties:
        if name == GEOMETRY and name not in published or name and name == schema.geometryName:
            withGeometry = present
        elif name in published:
            names.append(name)
        else:
            raise unknownProperty(name, typeName(layer))
    if withGeometry and not names:
        # only the geometry is asked for: QGIS Server takes that for all attributes
        names = published
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


@dataclass(frozen=True)
class _Condition:
    """Which features: in the form of a L{FeatureQuery}."""

    expression: Expression | None
    ids: tuple[int, ...] | None
    bbox: Box | None
    rectangle: Box | None


def _condition(query: Query, layer: Layer, schema: SourceSchema, crs: CRS | None) -> _Condition:
    names = [field.name for field in publishedFields(layer, schema)]
    bbox = None if query.bbox is None else layerBox(query.bbox, query.srsName, crs)
    filtered = QueryFilter()
    if query.filter is not None:
        filtered = filterOfElement(query.filter, layer, schema, names, query.srsName, crs)
    ids = numbersOf(query.ids)
    if filtered.ids is not None:
        ids = filtered.ids if ids is None else tuple(sorted(set(ids) & set(filtered.ids)))
    own = parsedExpression(query.expression, names)
    expression = Expression.conjunction([filtered.expression, own])
    return _Condition(expression, ids, bbox, bbox or filtered.rectangle)


def parsedExpression(text: str, names: Sequence[str]) -> Expression | None:
    """
    EXP_FILTER as an expression over these attributes.

    @raise RequestNotWellFormed: it cannot be read, or names another attribute.
    """
    if not text.strip():
        return None
    try:
        return Expression.parse(text).resolved(names)
    except ExpressionError as error:
        raise RequestNotWellFormed(
            f"The EXP_FILTER expression has errors: {error}", locator="EXP_FILTER"
        ) from None


def numbersOf(ids: Sequence[str] | None) -> tuple[int, ...] | None:
    """The numbers of feature ids, C{type.number} or the number alone; those that are none find nothing."""
    if ids is None:
        return None
    numbers = [identifier.rpartition(".")[2].strip() for identifier in ids]
    return tuple(int(n) for n in numbers if n.isascii() and n.removeprefix("-").isdecimal() and len(n) < 19)


def layerBox(bbox: BoxFilter, srsName: str, crs: CRS | None) -> Box:
    """
    BBOX in the system of the layer.  Without a name of its own it is in that of SRSNAME, else in
    the layer's, x first.

    @raise InvalidParameterValue: the name is not known, or the box has no place in the layer's system.
    """
    name = bbox.crsName or srsName
    if not name or crs is None:
        return bbox.box
    source, isInverted = crsNamed(name, "BBOX" if bbox.crsName else "SRSNAME")
    box = bbox.box.swapped() if isInverted else bbox.box
    try:
        return transformBox(box, source, crs)
    except TransformError:
        raise InvalidParameterValue("BBOX has no place in the reference system of the layer", locator="BBOX") from None


def _order(query: Query, layer: Layer, schema: SourceSchema) -> tuple[OrderBy, ...]:
    names = {field.name for field in publishedFields(layer, schema)}
    for term in query.sortBy:
        if term.name not in names:
            raise unknownProperty(term.name, typeName(layer))
    return tuple(OrderBy(Expression.column(term.name), term.ascending) for term in query.sortBy)


def limited(plan: QueryPlan, offset: int, limit: int | None) -> QueryPlan:
    """The same plan for a part of its features."""
    return replace(plan, features=replace(plan.features, offset=offset, limit=limit))
