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

from ogctwist.encoders import gml32
from ogctwist.encoders.csvtext import CsvEncoder
from ogctwist.encoders.featuretype import CollectionBounds
from ogctwist.encoders.geojson import CONTENT_TYPE as JSON_TYPE
from ogctwist.encoders.geojson import GeoJsonEncoder
from ogctwist.encoders.gml import NAMESPACES, Collection, GmlEncoder
from ogctwist.encoders.gml2 import Gml2Encoder
from ogctwist.encoders.gml3 import Gml3Encoder
from ogctwist.encoders.gml32 import Gml32Encoder, Gml32Feature
from ogctwist.ows.xml import localName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.bounds import collectionBounds
from ogctwist.services.wfs.exceptions import NotFound
from ogctwist.services.wfs.featurestream import FeatureStream, Part
from ogctwist.services.wfs.featuretypes import publishedTypes, typeName
from ogctwist.services.wfs.formats import CSV, GEOJSON, GML2, GML3, GML32
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.paging import Page, countAll, linkUrl, paged
from ogctwist.services.wfs.plans import QueryPlan, planQueries
from ogctwist.services.wfs.queries import GetFeature
from ogctwist.services.wfs.querykvp import getFeatureFromParameters
from ogctwist.services.wfs.queryxml import getFeatureFromDocument
from ogctwist.services.wfs.versions import QGS, WFS_2_0_0, WfsVersion

_GML_ENCODERS: dict[str, type[GmlEncoder]] = {"gml2": Gml2Encoder, "gml3": Gml3Encoder}

Encoder = GmlEncoder | GeoJsonEncoder | CsvEncoder


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
        isCounted = wanted.isHits or wanted.outputFormat is GML32
        counts = await countAll(plans) if isCounted else None
        page = Page(wanted, counts, self._moment(), linkUrl(request, url))
        if wanted.isSingle and not sum(counts or await countAll(plans)):
            raise NotFound("There is no such feature", locator="ID")
        if wanted.isHits:
            self._writeHits(response, page, plans, url)
            return
        plans = await paged(plans, wanted, counts)
        bounds = await collectionBounds(self._version, wanted.outputFormat, plans, view)
        encoder = self._encoder(page, plans, bounds, url)
        response.setHeader("Content-Type", encoder.contentType)
        parts = [Part(plan.source, plan.features, plan.featureType) for plan in plans]
        response.stream(FeatureStream(parts, encoder, self._kit.pool))

    def _moment(self) -> str:
        return datetime.fromtimestamp(self._kit.clock.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _encoder(
        self, page: Page, plans: Sequence[QueryPlan], bounds: CollectionBounds | None, url: str
    ) -> Encoder:
        wanted, first = page.wanted, plans[0].featureType
        if wanted.outputFormat is GEOJSON:
            return GeoJsonEncoder(bounds, first)
        if wanted.outputFormat is CSV:
            return CsvEncoder(first)
        location = schemaLocation(wanted, plans, url)
        if wanted.outputFormat is not GML32:
            maker = _GML_ENCODERS[wanted.outputFormat.key]
            return maker(Collection(location, NAMESPACES, bounds), first)
        if wanted.isSingle:
            return Gml32Feature(Collection(location, gml32.NAMESPACES), first)
        collection = Collection(location, gml32.NAMESPACES, bounds, page.attributes())
        return Gml32Encoder(collection, first, page.parts() if len(plans) > 1 else ())

    def _writeHits(self, response: ServiceResponse, page: Page, plans: Sequence[QueryPlan], url: str) -> None:
        form = page.wanted.outputFormat
        if form is GEOJSON:
            response.setHeader("Content-Type", JSON_TYPE)
            numbers = {"timeStamp": page.moment, "numberOfFeatures": page.returned}
            response.write(json.dumps({"type": "FeatureCollection", **numbers}).encode())
            return
        location = schemaLocation(page.wanted, plans, url)
        if form is GML32 or self._version.isTwo:
            collection = Collection(location, gml32.NAMESPACES, counts=page.attributes())
            contentType = gml32.CONTENT_TYPE
        else:
            counts = (("timeStamp", page.moment), ("numberOfFeatures", str(page.returned)))
            collection = Collection(location, NAMESPACES, counts=counts)
            maker = _GML_ENCODERS.get(form.key, _GML_ENCODERS[self._version.gmlFormat])
            contentType = maker.contentType
        response.setHeader("Content-Type", contentType)
        response.write(f"{collection.head()}</wfs:FeatureCollection>".encode())


#: What DescribeFeatureType is asked for in a document's schema location; the blank is QGIS Server's.
_DESCRIBED_AS = {
    GML2: "text/xml; subtype%3Dgml/2.1.2",
    GML3: "text/xml; subtype%3Dgml/3.1.1",
    GML32: "application/gml%2Bxml;%20version%3D3.2",
}


def schemaLocation(wanted: GetFeature, plans: Sequence[QueryPlan], url: str) -> str:
    """Where the schemas of WFS and of the feature types are."""
    version = wanted.version
    if wanted.outputFormat is GML32 and not version.isTwo:
        version = WFS_2_0_0  # its collections are those of 2.0
    form = (
        "XMLSCHEMA"
        if version.number == "1.0.0"
        else _DESCRIBED_AS.get(wanted.outputFormat, _DESCRIBED_AS[GML32 if version.isTwo else GML3])
    )
    names = ",".join(typeName(plan.layer) for plan in plans)
    described = (
        f"{url}{'&' if '?' in url else '?'}SERVICE=WFS&VERSION={version.number}"
        f"&REQUEST=DescribeFeatureType&TYPENAME={names}&OUTPUTFORMAT={form}"
    )
    return f"{version.wfs} {version.schema} {QGS} {described}"
