# -*- test-case-name: tests.services.wcs.test_getcapabilities -*-
"""
WCS GetCapabilities (OGC 03-065r6, 7).

The document is made from the project alone; only a raster whose extent the project does not know
is asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from ogctwist.cache.documents import DocumentKey
from ogctwist.project.model import Project
from ogctwist.project.publication import ServiceIdentification
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wcs.coverages import (
    VERSION,
    Coverage,
    describedCoverages,
    knownCoverage,
    publishedCoverages,
)
from ogctwist.services.wcs.elements import SPACES, appendBrief, wcsRoot
from ogctwist.services.wcs.kit import WcsKit
from ogctwist.services.xmldocuments import XLINK, Writer, serialised

CONTENT_TYPE = "text/xml; charset=utf-8"

OPERATIONS = ("GetCapabilities", "DescribeCoverage", "GetCoverage")


class GetCapabilitiesOperation:
    """Carries out GetCapabilities."""

    def __init__(self, kit: WcsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """Write the capabilities, kept from before where the rights are the same."""
        url = request.serviceUrl("WCS", project)
        key = DocumentKey("WCS", VERSION, "GetCapabilities", (("URL", url),), isLight=True)
        document = await self._kit.documents.getDocument(request, project, key)
        if document is None:
            coverages = await self._coverages(request, project)
            document = await self._kit.pool.run(capabilitiesDocument, project, coverages, url)
            await self._kit.documents.putDocument(request, project, key, document)
        response.setHeader("Content-Type", CONTENT_TYPE)
        response.write(document)

    async def _coverages(self, request: ServiceRequest, project: Project) -> list[Coverage]:
        """Those that the request may see, in the order of the project."""
        published = publishedCoverages(project)
        view = await request.view(project, [layer.id for layer in published.values()], contents=False)
        seen = {name: layer for name, layer in published.items() if layer.id not in view.denied}
        known = {name: knownCoverage(name, layer) for name, layer in seen.items()}
        asked = [(name, layer) for name, layer in seen.items() if known[name] is None]
        described = {
            coverage.name: coverage for coverage in await describedCoverages(request, project, asked)
        }
        found = (known[name] or described.get(name) for name in seen)
        return [coverage for coverage in found if coverage is not None]


def capabilitiesDocument(project: Project, coverages: Sequence[Coverage], url: str) -> bytes:
    """The document, as QGIS Server writes it."""
    writer = Writer(SPACES)
    root = wcsRoot(writer, "WCS_Capabilities", "wcsCapabilities.xsd")
    _appendService(writer, root, project)
    requests = writer.addPath(root, "Capability", "Request")
    for name in OPERATIONS:
        operation = writer.add(requests, name)
        for method in ("Get", "Post"):
            _appendResource(
                writer, writer.addPath(operation, "DCPType", "HTTP", method), "OnlineResource", url
            )
    content = writer.add(root, "ContentMetadata")
    for coverage in coverages:
        appendBrief(writer, writer.add(content, "CoverageOfferingBrief"), coverage)
    return serialised(root)


def _appendService(writer: Writer, root: etree._Element, project: Project) -> None:
    identification = project.publication.service
    service = writer.add(root, "Service")
    writer.add(service, "name", "WCS")
    writer.add(service, "label", identification.title or project.title or "Untitled")
    writer.addIf(service, "description", identification.abstract)
    if identification.keywords:
        keywords = writer.add(service, "keywords")
        for word in identification.keywords:
            writer.add(keywords, "keyword", word)
    _appendParty(writer, service, identification)
    writer.add(service, "fees", identification.fees or "conditions unknown")
    writer.add(service, "accessConstraints", identification.accessConstraints or "None")


def _appendParty(writer: Writer, service: etree._Element, told: ServiceIdentification) -> None:
    """Who offers the service, as far as the project says it."""
    names = (told.contactPerson, told.contactOrganization, told.contactPosition)
    ways = (told.contactMail, told.contactPhone, told.onlineResource)
    if not any((*names, *ways)):
        return
    party = writer.add(service, "responsibleParty")
    for element, text in zip(("individualName", "organisationName", "positionName"), names, strict=True):
        writer.addIf(party, element, text)
    if not any(ways):
        return
    contact = writer.add(party, "contactInfo")
    if told.contactMail:
        writer.add(writer.add(contact, "address"), "electronicMailAddress", told.contactMail)
    if told.contactPhone:
        writer.add(writer.add(contact, "phone"), "voice", told.contactPhone)
    if told.onlineResource:
        _appendResource(writer, contact, "onlineResource", told.onlineResource)


def _appendResource(writer: Writer, parent: etree._Element, name: str, url: str) -> None:
    resource = writer.add(parent, name)
    resource.set(f"{{{XLINK}}}type", "simple")
    resource.set(f"{{{XLINK}}}href", url)
