# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""
WMS GetCapabilities (WMS 1.3.0, 7.2; 1.1.1, 7.1).

The document is made from the project alone; only the values of WMS dimensions,
where a layer has some, are asked of its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from lxml import etree
from twisted.logger import Logger

from ogctwist.cache.documents import DocumentKey
from ogctwist.geo.box import Box
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.capabilities import inspire
from ogctwist.services.wms.capabilities.elements import Elements, start
from ogctwist.services.wms.capabilities.extents import Extents, isUnknownExtent
from ogctwist.services.wms.capabilities.layers import DimensionValues, LayerElements
from ogctwist.services.wms.capabilities.service import MAP_FORMATS, appendRequests, appendService, operations
from ogctwist.services.wms.capabilities.settings import ProjectSettingsElements, Schemas
from ogctwist.services.wms.dimensions import dimensionValues
from ogctwist.services.wms.kit import WmsKit
from ogctwist.services.wms.layertree import PublishedTree
from ogctwist.services.wms.versions import QGS, SLD, WMS, XSI, WmsVersion
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.workers.together import allOf

log = Logger()

DOCTYPE_1_1_1 = (
    "<!DOCTYPE WMT_MS_Capabilities SYSTEM 'http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd'>"
)
CONTENT_TYPE = "text/xml; charset=utf-8"


class GetCapabilitiesOperation:
    """
    Carries out GetCapabilities for one version.

    @param offered: lower-case names of the operations of the service.
    """

    operation = "GetCapabilities"

    def __init__(self, version: WmsVersion, kit: WmsKit, offered: frozenset[str]):
        self._version = version
        self._kit = kit
        self._offered = offered

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the capabilities, kept from before where the rights are the same."""
        url = linkable(request.serviceUrl("WMS", project))
        key = DocumentKey("WMS", self._version.number, self.operation, (("URL", url),))
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            document = await self._make(request, project, url)
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)

    async def _make(self, request: ServiceRequest, project: Project, url: str) -> bytes:
        view = await request.view(project, project.layers, contents=False)
        readable = {i: layer for i, layer in project.layers.items() if i not in view.denied}
        dimensions = await dimensionValues(request, project, readable)
        measured = await measuredExtents(request, project, readable)
        schemas = await self._schemas(request, project, readable)
        make = partial(capabilitiesDocument, mapFormats=MAP_FORMATS, schemas=schemas)
        return await self._kit.pool.run(
            make, project, readable, self._version, url, self._offered, dimensions, measured
        )

    async def _schemas(
        self, request: ServiceRequest, project: Project, readable: Mapping[str, Layer]
    ) -> Schemas | None:
        """Capabilities do not look into sources."""
        return None


class GetProjectSettingsOperation(GetCapabilitiesOperation):
    """GetProjectSettings: QGIS Server's capabilities with the tree and the attributes of the layers."""

    operation = "GetProjectSettings"

    async def _schemas(
        self, request: ServiceRequest, project: Project, readable: Mapping[str, Layer]
    ) -> Schemas | None:
        vectors = [i for i, r in readable.items() if r.kind is LayerKind.VECTOR and r.failure is None]
        view = await request.view(project, vectors)

        async def describe(layerId: str) -> SourceSchema | None:
            try:
                return await view.features(layerId).describe()
            except SourceError as error:
                log.warn("no attributes of layer {layer}: {reason}", layer=layerId, reason=str(error))
                return None

        found = await allOf(describe(i) for i in vectors)
        return {i: schema for i, schema in zip(vectors, found, strict=True) if schema is not None}


def linkable(url: str) -> str:
    """A service URL to which parameters can be appended."""
    if "?" not in url:
        return url + "?"
    return url if url.endswith(("?", "&")) else url + "&"


async def measuredExtents(
    request: ServiceRequest, project: Project, readable: Mapping[str, Layer]
) -> dict[str, Box]:
    """
    Extents of those layers whose extent the project file does not tell, asked
    of their sources; QGIS has written it for every layer since 3.0.
    """
    unknown = [
        i
        for i, layer in readable.items()
        if layer.kind is LayerKind.VECTOR
        and layer.crs is not None
        and layer.failure is None
        and isUnknownExtent(layer.extent)
    ]
    if not unknown:
        return {}
    view = await request.view(project, unknown)

    async def measure(layerId: str) -> Box | None:
        try:
            return await view.features(layerId).extent()
        except SourceError as error:
            log.warn("no extent of layer {layer}: {reason}", layer=layerId, reason=str(error))
            return None

    boxes = await allOf(measure(i) for i in unknown)
    return {i: box for i, box in zip(unknown, boxes, strict=True) if box is not None}


def capabilitiesDocument(
    project: Project,
    readable: Mapping[str, Layer],
    version: WmsVersion,
    serviceUrl: str,
    offered: frozenset[str],
    dimensions: Mapping[str, DimensionValues] | None = None,
    measured: Mapping[str, Box] | None = None,
    mapFormats: tuple[str, ...] = MAP_FORMATS,
    schemas: Schemas | None = None,
) -> bytes:
    """
    The capabilities of a project.

    @param readable: the layers that the request may read, by id.
    @param serviceUrl: where the service answers; ends in C{?} or C{&}.
    @param offered: lower-case names of the operations that the service has.
    @param dimensions: values of WMS dimensions by layer id.
    @param measured: extents of layers whose extent the project does not know, by id.
    @param schemas: what the sources of vector layers hold, by id: the document is then that of
        GetProjectSettings.
    """
    inspired = project.publication.wms.inspire.isActive and bool(version.namespace)
    root = start(version, inspire.NAMESPACES if inspired else None)
    if version.namespace:
        root.set(f"{{{XSI}}}schemaLocation", schemaLocation(serviceUrl, inspired))
    elements = Elements(version)
    appendService(elements, root, project, serviceUrl)
    capability = elements.add(root, "Capability")
    appendRequests(
        elements, capability, operations(offered, version.capabilitiesFormat, mapFormats), serviceUrl
    )
    elements.add(elements.add(capability, "Exception"), "Format", version.exceptionFormat)
    if version.namespace:
        _appendUserDefinedSymbolization(capability)
    if inspired:
        inspire.appendInspire(capability, project)
    tree = PublishedTree(project, readable)
    extents = Extents(project, version, measured)
    layers = LayerElements(elements, extents, serviceUrl, dimensions or {})
    if schemas is not None:
        layers = ProjectSettingsElements(elements, extents, serviceUrl, dimensions or {}, schemas)
    layers.appendRoot(capability, tree)
    return serialised(root, "" if version.namespace else DOCTYPE_1_1_1)


def schemaLocation(serviceUrl: str, inspired: bool) -> str:
    """Pairs of namespace and schema; QGIS's extensions are described by GetSchemaExtension."""
    pairs = [
        f"{WMS} http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd",
        f"{SLD} http://schemas.opengis.net/sld/1.1.0/sld_capabilities.xsd",
        f"{QGS} {serviceUrl}SERVICE=WMS&REQUEST=GetSchemaExtension",
    ]
    if inspired:
        pairs.insert(2, inspire.SCHEMA)
    return " ".join(pairs)


def _appendUserDefinedSymbolization(capability: etree._Element) -> None:
    element = etree.SubElement(capability, f"{{{SLD}}}UserDefinedSymbolization")
    for name, value in (
        ("SupportSLD", "1"),
        ("UserLayer", "0"),
        ("UserStyle", "1"),
        ("RemoteWFS", "0"),
        ("InlineFeature", "0"),
        ("RemoteWCS", "0"),
    ):
        element.set(name, value)


def serialised(root: etree._Element, doctype: str = "") -> bytes:
    """A document as UTF-8, with the declaration in the very spelling that plugins look for."""
    etree.indent(root, " ")
    body = etree.tostring(root, encoding="utf-8", xml_declaration=False, doctype=doctype or None)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body
