# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""ListStoredQueries (OGC 09-025r2, 14.3)."""

from __future__ import annotations

from lxml import etree

from ogctwist.encoders.featuretype import elementName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.featuretypes import readableTypes
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.storedqueries import GET_FEATURE_BY_ID, TITLE, responseRoot
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.services.xmldocuments import serialised

CONTENT_TYPE = "text/xml; charset=utf-8"


class ListStoredQueriesOperation:
    """Carries out ListStoredQueries for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self._version = version

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the list of the one query, with the types that it may give."""
        root = responseRoot("ListStoredQueriesResponse", self._version)
        query = etree.SubElement(root, f"{{{self._version.wfs}}}StoredQuery", id=GET_FEATURE_BY_ID)
        etree.SubElement(query, f"{{{self._version.wfs}}}Title").text = TITLE
        for name in await readableTypes(request, project):
            element = etree.SubElement(query, f"{{{self._version.wfs}}}ReturnFeatureType")
            element.text = f"qgs:{elementName(name)}"
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(serialised(root))
