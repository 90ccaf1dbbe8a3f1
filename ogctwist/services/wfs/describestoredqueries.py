# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""DescribeStoredQueries (OGC 09-025r2, 14.4)."""

from __future__ import annotations

from lxml import etree

from ogctwist.encoders.featuretype import elementName
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.featuretypes import readableTypes
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.storedqueries import (
    GET_FEATURE_BY_ID,
    PRIVATE,
    TITLE,
    checkQueryId,
    responseRoot,
    wantedQueries,
)
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.services.xmldocuments import serialised

CONTENT_TYPE = "text/xml; charset=utf-8"


class DescribeStoredQueriesOperation:
    """Carries out DescribeStoredQueries for one version."""

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self._version = version

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the description of the one query."""
        for name in wantedQueries(request.document, request.parameters):
            checkQueryId(name, "STOREDQUERY_ID")
        wfs = self._version.wfs
        root = responseRoot("DescribeStoredQueriesResponse", self._version)
        description = etree.SubElement(root, f"{{{wfs}}}StoredQueryDescription", id=GET_FEATURE_BY_ID)
        etree.SubElement(description, f"{{{wfs}}}Title").text = TITLE
        etree.SubElement(description, f"{{{wfs}}}Parameter", name="ID", type="xsd:string")
        text = etree.SubElement(description, f"{{{wfs}}}QueryExpressionText")
        text.set("isPrivate", "true")
        text.set("language", PRIVATE)
        names = await readableTypes(request, project)
        text.set("returnFeatureTypes", " ".join(f"qgs:{elementName(name)}" for name in names))
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(serialised(root))
