# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""
GetFeature (OGC 02-058, 9; 04-094, 9; 09-025r2, 11), streamed.

Everything that can be wrong with the request is found before the first byte; then features leave
batch by batch.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from ogctwist.encoders.csvtext import CsvEncoder
from ogctwist.encoders.featuretype import CollectionBounds
from ogctwist.encoders.geojson import CONTENT_TYPE as JSON_TYPE
from ogctwist.encoders.geojson import GeoJsonEncoder
from ogctwist.encoders.gml import NAMESPACES, Collection, GmlEncoder
from ogctwist.encoders.gml2 import Gml2Encoder
from ogctwist.encoders.gml3 import Gml3Encoder
from ogctwist.ows.xml import localName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.bounds import collectionBounds
from ogctwist.services.wfs.exceptions import LayerUnavailable, unknownProperty
from ogctwist.services.wfs.featurestream import FeatureStream, Part
from ogctwist.services.wfs.featuretypes import publishedTypes, typeName
from ogctwist.services.wfs.formats import CSV, GEOJSON, GML2, GML3
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.plans import QueryPlan, allOf, limited, log, planQueries
from ogctwist.services.wfs.queries import GetFeature
from ogctwist.services.wfs.querykvp import getFeatureFromParameters
from ogctwist.services.wfs.queryxml import getFeatureFromDocument
from ogctwist.services.wfs.versions import QGS, WfsVersion
from ogctwist.sources.query import SourceError, UnknownField

_GML_ENCODERS: dict[str, type[GmlEncoder]] = {"gml2": Gml2Encoder, "gml3": Gml3Encoder}


def decoded(request: ServiceRequest, version: WfsVersion) -> GetFeature:
    """The request as a value, from its XML document if it has one, else from its parameters."""
    document = request.document
    if document is not None and localName(document) == "GetFeature":
        return getFeatureFromDocument(document, request.parameters, version)
    return getFeatureFromParameters(request.parameters, version)


class GetFeatureOperation:
    """Carries out GetFeature for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Answer with the number of features, or with a stream of them."""
        wanted = decoded(request, self._version)
        types = publishedTypes(project)
        view, plans = await planQueries(request, project, types, wanted, self._kit.mostTypes)
        url = request.serviceUrl("WFS", project)
        if wanted.isHits:
            matched = await countAll(plans)
            self._writeHits(response, wanted, plans, url, bounded(matched, wanted))
            return
        plans = await paged(plans, wanted)
        bounds = await collectionBounds(self._version, wanted.outputFormat, plans, view)
        encoder = self._encoder(wanted, plans, bounds, url)
        response.setHeader("Content-Type", encoder.contentType)
        parts = [Part(plan.source, plan.features, plan.featureType) for plan in plans]
        response.stream(FeatureStream(parts, encoder, self._kit.pool))

    def _encoder(
        self, wanted: GetFeature, plans: Sequence[QueryPlan], bounds: CollectionBounds | None, url: str
    ) -> GmlEncoder | GeoJsonEncoder | CsvEncoder:
        first = plans[0].featureType
        if wanted.outputFormat is GEOJSON:
            return GeoJsonEncoder(bounds, first)
        if wanted.outputFormat is CSV:
            return CsvEncoder(first)
        collection = Collection(schemaLocation(wanted, plans, url), NAMESPACES, bounds)
        return _GML_ENCODERS[wanted.outputFormat.key](collection, first)

    def _writeHits(
        self, response: ServiceResponse, wanted: GetFeature, plans: Sequence[QueryPlan], url: str, number: int
    ) -> None:
        moment = datetime.fromtimestamp(self._kit.clock.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if wanted.outputFormat is GEOJSON:
            response.setHeader("Content-Type", JSON_TYPE)
            answer = {"type": "FeatureCollection", "timeStamp": moment, "numberOfFeatures": number}
            response.write(json.dumps(answer).encode())
            return
        maker = _GML_ENCODERS.get(wanted.outputFormat.key, _GML_ENCODERS[self._version.gmlFormat])
        counts = (("timeStamp", moment), ("numberOfFeatures", str(number)))
        collection = Collection(schemaLocation(wanted, plans, url), NAMESPACES, counts=counts)
        response.setHeader("Content-Type", maker.contentType)
        response.write(f"{collection.head()}</wfs:FeatureCollection>".encode())


#: What DescribeFeatureType is asked for in a document's schema location; the blank is QGIS Server's.
_DESCRIBED_AS = {
    GML2: "text/xml; subtype%3Dgml/2.1.2",
    GML3: "text/xml; subtype%3Dgml/3.1.1",
}


def schemaLocation(wanted: GetFeature, plans: Sequence[QueryPlan], url: str) -> str:
    """Where the schemas of WFS and of the feature types are."""
    version = wanted.version
    form = (
        "XMLSCHEMA"
        if version.number == "1.0.0"
        else _DESCRIBED_AS.get(wanted.outputFormat, _DESCRIBED_AS[GML3])
    )
    names = ",".join(typeName(plan.layer) for plan in plans)
    described = (
        f"{url}{'&' if '?' in url else '?'}SERVICE=WFS&VERSION={version.number}"
        f"&REQUEST=DescribeFeatureType&TYPENAME={names}&OUTPUTFORMAT={form}"
    )
    return f"{version.wfs} {version.schema} {QGS} {described}"


async def countAll(plans: Sequence[QueryPlan]) -> list[int]:
    """
    How many features each query finds.

    @raise LayerUnavailable: one cannot be counted.
    """
    return await allOf(_count(plan) for plan in plans)


async def _count(plan: QueryPlan) -> int:
    try:
        return await plan.source.count(plan.features)
    except UnknownField as error:
        raise unknownProperty(error.field, typeName(plan.layer)) from error
    except SourceError as error:
        log.error("{layer} cannot be counted: {reason}", layer=plan.layer.id, reason=str(error))
        raise LayerUnavailable(typeName(plan.layer)) from error


def bounded(counts: Sequence[int], wanted: GetFeature) -> int:
    """How many features an answer has that finds so many."""
    number = max(0, sum(counts) - wanted.startIndex)
    return number if wanted.maxFeatures is None else min(number, wanted.maxFeatures)


async def paged(plans: Sequence[QueryPlan], wanted: GetFeature) -> list[QueryPlan]:
    """
    The plans with the page that is asked for shared out among them: how many each skips and gives.

    One query pages in its source; of several those before the last are counted.
    """
    offset, limit = wanted.startIndex, wanted.maxFeatures
    if len(plans) == 1 or (offset == 0 and limit is None):
        return [limited(plan, offset, limit) for plan in plans]
    counts = [*await countAll(plans[:-1]), None]
    pages = []
    for plan, count in zip(plans, counts, strict=True):
        pages.append(limited(plan, offset, limit))
        if count is not None:
            given = max(0, count - offset)
            offset = max(0, offset - count)
            limit = None if limit is None else max(0, limit - given)
    return pages
