# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""
WFS GetCapabilities (OGC 02-058, 12; 04-094, 13; 09-025r2, 8).

The document is made from the project alone; only an extent that the project does not know is
asked of the layer's source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from twisted.logger import Logger

from ogctwist.access.permissions import LayerPermissions
from ogctwist.cache.documents import DocumentKey
from ogctwist.geo.box import Box
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.capabilities import Capabilities, PublishedType
from ogctwist.services.wfs.capabilities10 import capabilities10
from ogctwist.services.wfs.capabilities11 import capabilities11
from ogctwist.services.wfs.capabilities20 import capabilities20
from ogctwist.services.wfs.featuretypes import publishedTypes
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.sources.query import SourceError
from ogctwist.workers.together import allOf

log = Logger()

CONTENT_TYPE = "text/xml; charset=utf-8"

#: The document of each version, by the beginning of its number.
DOCUMENTS: dict[str, Callable[[Capabilities], bytes]] = {
    "1.0": capabilities10,
    "1.1": capabilities11,
    "2.0": capabilities20,
}


class GetCapabilitiesOperation:
    """Carries out GetCapabilities for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit, offered: frozenset[str]):
        """
        @param offered: lower-case names of the operations of the service.
        """
        self._version = version
        self._kit = kit
        self._offered = offered

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the capabilities, kept from before where the rights are the same."""
        url = request.serviceUrl("WFS", project)
        key = DocumentKey("WFS", self._version.number, "GetCapabilities", (("URL", url),))
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            document = await self._make(request, project, url)
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)

    async def _make(self, request: ServiceRequest, project: Project, url: str) -> bytes:
        types = publishedTypes(project)
        view = await request.view(project, [layer.id for layer in types.values()], contents=False)
        readable = {name: layer for name, layer in types.items() if layer.id not in view.denied}
        extents = await typeExtents(request, project, readable)
        rights = {
            name: operationsOn(layer, view.layer(layer.id).permissions) for name, layer in readable.items()
        }
        editable = await self._editable(
            request, project, {name: layer for name, layer in readable.items() if len(rights[name]) > 1}
        )
        published = [
            PublishedType(name, layer, rights[name] if name in editable else ("Query",), extents.get(name))
            for name, layer in readable.items()
        ]
        told = Capabilities(
            self._version, project, published, url, self._offered, tuple(sorted(self._kit.extraFormats))
        )
        return await self._kit.pool.run(DOCUMENTS[self._version.number[:3]], told)

    async def _editable(
        self, request: ServiceRequest, project: Project, types: Mapping[str, Layer]
    ) -> frozenset[str]:
        """Which of the types have data that can be changed; only these have to be opened."""
        editing = self._kit.editing
        if editing is None or not types:
            return frozenset()
        sessions = editing.sessions
        view = await request.view(project, [layer.id for layer in types.values()])

        async def isEditable(layer: Layer) -> bool:
            try:
                schema = await view.features(layer.id).describe()
            except SourceError as error:
                log.warn("layer {layer} cannot be changed: {reason}", layer=layer.id, reason=str(error))
                return False
            return await self._kit.pool.run(sessions.isEditable, layer, schema)

        found = await allOf(isEditable(layer) for layer in types.values())
        return frozenset(name for name, isOne in zip(types, found, strict=True) if isOne)


def operationsOn(layer: Layer, permissions: LayerPermissions) -> tuple[str, ...]:
    """What may be done with the features of a layer: the project and access control both allow it."""
    wfs = layer.wfs
    allowed = (
        ("Query", True),
        ("Insert", wfs.insert and permissions.canInsert),
        ("Update", wfs.update and permissions.canUpdate),
        ("Delete", wfs.delete and permissions.canDelete),
    )
    return tuple(name for name, isAllowed in allowed if isAllowed)


async def typeExtents(
    request: ServiceRequest, project: Project, types: Mapping[str, Layer]
) -> dict[str, Box]:
    """The extents of feature types in their own CRS; those that are not known are missing."""
    known = {name: layer.extent for name, layer in types.items() if _isKnown(layer.extent)}
    unknown = {
        name: layer
        for name, layer in types.items()
        if name not in known and layer.crs is not None and layer.failure is None
    }
    if unknown:
        view = await request.view(project, [layer.id for layer in unknown.values()])

        async def measure(layer: Layer) -> Box | None:
            try:
                return await view.features(layer.id).extent()
            except SourceError as error:
                log.warn("no extent of layer {layer}: {reason}", layer=layer.id, reason=str(error))
                return None

        measured = await allOf(measure(layer) for layer in unknown.values())
        known |= dict(zip(unknown, measured, strict=True))
    return {name: box for name, box in known.items() if box is not None}


def _isKnown(box: Box | None) -> bool:
    """Whether a project file's extent is one: not empty, not inside out, finite."""
    return box is not None and box.isFinite and box.width >= 0 and box.height >= 0
