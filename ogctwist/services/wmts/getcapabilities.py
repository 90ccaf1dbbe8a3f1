# -*- test-case-name: tests.services.wmts.test_getcapabilities -*-
"""WMTS GetCapabilities (OGC 07-057r7, 7.1), from the project alone."""

from __future__ import annotations

from ogctwist.cache.documents import DocumentKey
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.layertree import PublishedTree
from ogctwist.services.wmts.capabilities import capabilitiesDocument
from ogctwist.services.wmts.kit import WmtsKit
from ogctwist.services.wmts.published import tileLayers, touchedLayers
from ogctwist.services.wmts.tilesets import tileMatrixSets

CONTENT_TYPE = "text/xml; charset=utf-8"


class GetCapabilitiesOperation:
    """Carries out GetCapabilities."""

    def __init__(self, kit: WmtsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the capabilities, kept from before where the rights are the same."""
        url = request.serviceUrl("WMTS", project)
        key = DocumentKey("WMTS", "1.0.0", "GetCapabilities", (("URL", url),))
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            touched = touchedLayers(project)
            view = await request.view(project, touched, contents=False)
            readable = {id_: project.layers[id_] for id_ in touched if id_ not in view.denied}
            document = await self._kit.pool.run(_document, project, PublishedTree(project, readable), url)
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)


def _document(project: Project, tree: PublishedTree, url: str) -> bytes:
    return capabilitiesDocument(project, tileLayers(project, tree), tileMatrixSets(project), url)
