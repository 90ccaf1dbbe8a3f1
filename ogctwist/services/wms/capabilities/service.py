# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""The Service and Request parts of WMS capabilities: who offers what, where."""

from __future__ import annotations

from lxml import etree

from ogctwist.project.model import Project
from ogctwist.services.wms.capabilities.elements import Elements
from ogctwist.services.wms.versions import QGS, SLD

#: OGC's keyword for a view service, which QGIS always gives.
VIEW_SERVICE = "infoMapAccessService"

MAP_FORMATS = (
    "image/jpeg",
    "image/png",
    "image/png; mode=16bit",
    "image/png; mode=8bit",
    "image/png; mode=1bit",
)
INFO_FORMATS = (
    "text/plain",
    "text/html",
    "text/xml",
    "application/vnd.ogc.gml",
    "application/vnd.ogc.gml/3.1.1",
    "application/json",
    "application/geo+json",
)
LEGEND_FORMATS = ("image/jpeg", "image/png", "application/json")

#: Operation, namespace of its element in 1.3.0 (None: the version's own), formats.
Operation = tuple[str, str | None, tuple[str, ...]]


def operations(
    offered: frozenset[str], capabilitiesFormat: str, mapFormats: tuple[str, ...]
) -> list[Operation]:
    """The operations of a capabilities document, those that the service offers, in QGIS's order."""
    known: list[Operation] = [
        ("GetCapabilities", None, (capabilitiesFormat,)),
        ("GetMap", None, mapFormats),
        ("GetFeatureInfo", None, INFO_FORMATS),
        ("GetLegendGraphic", SLD, LEGEND_FORMATS),
        ("DescribeLayer", SLD, ("text/xml",)),
        ("GetStyles", QGS, ("text/xml",)),
    ]
    return [operation for operation in known if operation[0].lower() in offered]


def appendService(elements: Elements, parent: etree._Element, project: Project, serviceUrl: str) -> None:
    """Append C{Service}: title, contact and terms (WMS 1.3.0, 7.2.4.3)."""
    identification = project.publication.service
    service = elements.add(parent, "Service")
    elements.add(service, "Name", "WMS")
    elements.add(service, "Title", titleOf(project))
    elements.addIf(service, "Abstract", identification.abstract)
    appendKeywords(elements, service, project)
    elements.addLink(service, identification.onlineResource or serviceUrl.rstrip("&?") or serviceUrl)
    _appendContact(elements, service, project)
    elements.add(service, "Fees", identification.fees or "None")
    elements.add(service, "AccessConstraints", identification.accessConstraints or "None")
    wms = project.publication.wms
    if elements.version.namespace:
        if wms.maxWidth > 0:
            elements.add(service, "MaxWidth", str(wms.maxWidth))
        if wms.maxHeight > 0:
            elements.add(service, "MaxHeight", str(wms.maxHeight))


def _appendContact(elements: Elements, service: etree._Element, project: Project) -> None:
    identification = project.publication.service
    contact = etree.Element(elements.tag("ContactInformation"), nsmap=service.nsmap)
    if identification.contactPerson or identification.contactOrganization:
        primary = elements.add(contact, "ContactPersonPrimary")
        elements.addIf(primary, "ContactPerson", identification.contactPerson)
        elements.addIf(primary, "ContactOrganization", identification.contactOrganization)
    elements.addIf(contact, "ContactPosition", identification.contactPosition)
    elements.addIf(contact, "ContactVoiceTelephone", identification.contactPhone)
    elements.addIf(contact, "ContactElectronicMailAddress", identification.contactMail)
    if len(contact):
        service.append(contact)


def appendKeywords(elements: Elements, parent: etree._Element, project: Project) -> None:
    """Append the project's KeywordList."""
    keywords = elements.add(parent, "KeywordList")
    keyword = elements.add(keywords, "Keyword", VIEW_SERVICE)
    if elements.version.namespace:
        keyword.set("vocabulary", "ISO")
    for keyword in project.publication.service.keywords:
        elements.addIf(keywords, "Keyword", keyword.strip())


def titleOf(project: Project) -> str:
    """The title of the service: WMSServiceTitle, else the project's, else QGIS's word for none."""
    return project.publication.service.title or project.title or "Untitled"


def appendRequests(
    elements: Elements, capability: etree._Element, offered: list[Operation], serviceUrl: str
) -> None:
    """Append C{Request} with one element for each operation."""
    requests = elements.add(capability, "Request")
    if not elements.version.namespace:
        # the DTD of 1.1.1 has an order
        offered = sorted(offered, key=lambda operation: operation[0] == "GetLegendGraphic")
        offered = sorted(offered, key=lambda operation: operation[0] == "GetStyles")
    for name, namespace, formats in offered:
        tag = elements.tag(name) if namespace is None else elements.qualified(namespace, name)
        operation = etree.SubElement(requests, tag)
        for form in formats:
            elements.add(operation, "Format", form)
        place = elements.add(elements.add(operation, "DCPType"), "HTTP")
        elements.addLink(elements.add(place, "Get"), serviceUrl)
