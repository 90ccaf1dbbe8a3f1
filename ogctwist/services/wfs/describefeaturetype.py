# -*- test-case-name: tests.services.wfs.test_describefeaturetype -*-
"""
DescribeFeatureType (OGC 02-058, 8; 04-094, 8; 09-025r2, 9): the schema of feature types, as XML
schema or as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ogctwist.cache.documents import DocumentKey
from ogctwist.encoders.featuretype import elementName
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted
from ogctwist.ows.xml import localName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.exceptions import readDenied
from ogctwist.services.wfs.featuretypes import (
    hasGeometry,
    localTypeName,
    publishedFields,
    publishedTypes,
    typeName,
)
from ogctwist.services.wfs.formats import GEOJSON, outputFormat
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.plans import describeAll
from ogctwist.services.wfs.querykvp import typeNames
from ogctwist.services.wfs.queryxml import named
from ogctwist.services.wfs.schema import DescribedType, fieldType, isNillable, schemaDocument
from ogctwist.services.wfs.versions import QGS, WfsVersion

CONTENT_TYPE = "text/xml; charset=utf-8"
JSON_TYPE = "application/json; charset=utf-8"
JSON = "json"


def requestedTypes(request: ServiceRequest) -> list[str]:
    """The type names of the request, without prefixes; none for all types."""
    document = request.document
    if document is not None and localName(document) == "DescribeFeatureType":
        names = [(element.text or "").strip() for element in named(document, "TypeName")]
    else:
        names = typeNames(request.parameters)
    return [localTypeName(name) for name in names if name]


def schemaFormat(text: str, version: WfsVersion) -> str:
    """
    Which GML the schema builds on, C{gml2}, C{gml3} or C{gml32}; or C{json}.

    @raise InvalidParameterValue: the format is not offered.
    """
    wanted = text.strip().lower()
    if wanted in ("", "xmlschema"):
        return version.gmlFormat
    if wanted.startswith("application/schema+json"):
        return JSON
    try:
        form = outputFormat(text, version)
    except OWSException:
        raise _notOffered(text) from None
    if form is GEOJSON:
        return JSON
    if not form.isGml:
        raise _notOffered(text)
    return form.key


def _notOffered(text: str) -> InvalidParameterValue:
    return InvalidParameterValue(f"The output format '{quoted(text)}' is not offered", locator="OUTPUTFORMAT")


class DescribeFeatureTypeOperation:
    """Carries out DescribeFeatureType for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self._version = version
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the schema, kept from before where the rights are the same."""
        form = schemaFormat(request.parameters.text("OUTPUTFORMAT"), self._version)
        names = requestedTypes(request)
        if form == JSON:
            response.setHeader("Content-Type", JSON_TYPE)
            response.write(jsonDocument(await self._described(request, project, names)))
            return
        variant = (("TYPENAME", ",".join(names)), ("OUTPUTFORMAT", form))
        key = DocumentKey("WFS", self._version.number, "DescribeFeatureType", variant)
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            types = await self._described(request, project, names)
            document = schemaDocument(types, self._version, form)
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)

    async def _described(
        self, request: ServiceRequest, project: Project, names: Sequence[str]
    ) -> list[DescribedType]:
        """
        The types with what their sources hold.  Names that are not published are passed over, as
        QGIS Server does; without names it is all that may be read.

        @raise SecurityException: one that is named may not be read.
        """
        types = publishedTypes(project)
        layers = [
            layer for name, layer in types.items() if not names or {name, elementName(name)} & set(names)
        ]
        view = await request.view(project, [layer.id for layer in layers])
        if names and any(layer.id in view.denied for layer in layers):
            raise readDenied()
        layers = [layer for layer in layers if layer.id not in view.denied]
        schemas = await describeAll(layers, [view.features(layer.id) for layer in layers])
        return [DescribedType(layer, schema) for layer, schema in zip(layers, schemas, strict=True)]


def jsonDocument(types: Sequence[DescribedType]) -> bytes:
    """The schema as JSON, in the form that GeoServer made known."""
    described = [{"typeName": typeName(t.layer), "properties": _properties(t)} for t in types]
    document = {
        "elementFormDefault": "qualified",
        "targetNamespace": QGS,
        "targetPrefix": "qgs",
        "featureTypes": described,
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _properties(described: DescribedType) -> list[dict[str, object]]:
    properties: list[dict[str, object]] = []
    if hasGeometry(described.schema):
        properties.append(_property("geometry", f"gml:{described.schema.wkbType}", True))
    settings = {settings.name: settings for settings in described.layer.fields}
    for field in publishedFields(described.layer, described.schema):
        own = settings.get(field.name)
        properties.append(_property(field.name, f"xsd:{fieldType(field, own)}", isNillable(field, own)))
    return properties


def _property(name: str, kind: str, nillable: bool) -> dict[str, object]:
    return {
        "name": name,
        "maxOccurs": 1,
        "minOccurs": 0 if nillable else 1,
        "nillable": nillable,
        "type": kind,
        "localType": kind.partition(":")[2],
    }
