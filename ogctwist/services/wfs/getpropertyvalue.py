# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""GetPropertyValue (OGC 09-025r2, 10): the values of one property, streamed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from ogctwist.encoders.featuretype import GeometryForm
from ogctwist.encoders.gml import Collection
from ogctwist.encoders.gml32 import CONTENT_TYPE, NAMESPACES, ValueEncoder
from ogctwist.expression import Expression
from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue, quoted
from ogctwist.ows.xml import localName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.exceptions import RequestNotWellFormed
from ogctwist.services.wfs.featurestream import FeatureStream, Part
from ogctwist.services.wfs.featuretypes import publishedTypes
from ogctwist.services.wfs.formats import GML32
from ogctwist.services.wfs.getfeature import schemaLocation
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.paging import Page, countAll, linkUrl, paged
from ogctwist.services.wfs.plans import QueryPlan, planQueries
from ogctwist.services.wfs.queries import GEOMETRY, GetFeature
from ogctwist.services.wfs.querykvp import getFeatureFromParameters
from ogctwist.services.wfs.queryxml import getFeatureFromDocument
from ogctwist.services.wfs.versions import WfsVersion

#: What a value reference may be: steps of names, the last maybe an attribute.
_REFERENCE = re.compile(r"(?:valueOf\()?(?:[^/@()\[\]]+/)*(@?)(?:[^/@():\[\]]+:)?([^/@():\[\]]+?)\)?")


class GetPropertyValueOperation:
    """Carries out GetPropertyValue for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Answer with a stream of values, or with their number."""
        wanted, isOfIds = self._decoded(request)
        types = publishedTypes(project)
        _view, plans = await planQueries(request, project, types, wanted, self._kit.mostTypes)
        plans = [ofValues(plan, isOfIds) for plan in plans]
        url = request.serviceUrl("WFS", project)
        counts = await countAll(plans)
        moment = datetime.fromtimestamp(self._kit.clock.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = Page(wanted, counts, moment, linkUrl(request, url))
        collection = Collection(schemaLocation(wanted, plans, url), NAMESPACES, counts=page.attributes())
        encoder = ValueEncoder(collection, plans[0].featureType)
        response.setHeader("Content-Type", CONTENT_TYPE)
        if wanted.isHits:
            response.write(encoder.head() + encoder.tail())
            return
        parts = [
            Part(plan.source, plan.features, plan.featureType) for plan in await paged(plans, wanted, counts)
        ]
        response.stream(FeatureStream(parts, encoder, self._kit.pool))

    def _decoded(self, request: ServiceRequest) -> tuple[GetFeature, bool]:
        """
        The request as one for features with one property, and whether it is for ids.

        @raise OWSException: it cannot be read, or names more than one type.
        """
        document, parameters = request.document, request.parameters
        if document is not None and localName(document) == "GetPropertyValue":
            wanted = getFeatureFromDocument(document, parameters, self._version)
        else:
            wanted = getFeatureFromParameters(parameters, self._version)
        if len(wanted.queries) != 1:
            raise RequestNotWellFormed("GetPropertyValue is of one type", locator="TYPENAMES")
        if wanted.outputFormat is not GML32:
            raise InvalidParameterValue("Values are given as GML 3.2 only", locator="OUTPUTFORMAT")
        name, isOfIds = valueReference(parameters.text("VALUEREFERENCE"))
        query = replace(wanted.queries[0], properties=None if isOfIds else (name,))
        return replace(wanted, queries=(query,), isSingle=False), isOfIds


def valueReference(text: str) -> tuple[str, bool]:
    """
    The name of the property that a value reference means, and whether it is the ids of features.

    @raise OWSException: there is none, or it is an expression that is not understood here.
    """
    text = text.strip()
    if not text:
        raise MissingParameterValue("The parameter VALUEREFERENCE is missing", locator="VALUEREFERENCE")
    match = _REFERENCE.fullmatch(text)
    if match is None or (match[1] and match[2] != "id"):
        raise InvalidParameterValue(
            f"The value reference '{quoted(text)}' is not understood", locator="VALUEREFERENCE"
        )
    return match[2].strip(), bool(match[1])


def ofValues(plan: QueryPlan, isOfIds: bool) -> QueryPlan:
    """
    The plan for those features only that have a value, and for nothing but that.

    Asking for the geometry alone means all attributes elsewhere, as in QGIS Server; not here.
    """
    kind, features = plan.featureType, plan.features
    if isOfIds:
        kind = replace(kind, fields=(), geometry=GeometryForm.NONE)
        return replace(plan, featureType=kind, features=replace(features, fields=(), geometry=False))
    name = GEOMETRY if features.geometry else features.fields[0] if features.fields else ""
    if features.geometry:
        kind, present = replace(kind, fields=()), Expression.parse("$geometry IS NOT NULL")
    else:
        present = Expression.binary("IS NOT", Expression.column(name), Expression.literal(None))
    condition = Expression.conjunction([features.filter, present])
    fields = () if features.geometry else (name,)
    return replace(plan, featureType=kind, features=replace(features, fields=fields, filter=condition))
