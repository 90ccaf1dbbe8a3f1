# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""The INSPIRE extension of WMS capabilities (View Service, scenarios 1 and 2)."""

from __future__ import annotations

from lxml import etree

from ogctwist.project.model import Project
from ogctwist.services.wms.versions import XSI

VS = "http://inspire.ec.europa.eu/schemas/inspire_vs/1.0"
COMMON = "http://inspire.ec.europa.eu/schemas/common/1.0"
NAMESPACES = {"inspire_vs": VS, "inspire_common": COMMON}
SCHEMA = f"{VS} http://inspire.ec.europa.eu/schemas/inspire_vs/1.0/inspire_vs.xsd"


def appendInspire(capability: etree._Element, project: Project) -> None:
    """
    Append C{inspire_vs:ExtendedCapabilities}: a link to the metadata when the
    project has one (scenario 1), else the metadata themselves (scenario 2).
    """
    inspire = project.publication.wms.inspire
    extension = etree.SubElement(capability, f"{{{VS}}}ExtendedCapabilities", nsmap=NAMESPACES)
    if inspire.metadataUrl:
        link = _add(extension, "MetadataUrl")
        link.set(f"{{{XSI}}}type", "inspire_common:resourceLocatorType")
        _add(link, "URL", inspire.metadataUrl)
        if inspire.metadataUrlType:
            _add(link, "MediaType", inspire.metadataUrlType)
    else:
        _appendMetadata(extension, project)
    languages = _add(extension, "SupportedLanguages")
    languages.set(f"{{{XSI}}}type", "inspire_common:supportedLanguagesType")
    _add(_add(languages, "DefaultLanguage"), "Language", inspire.language)
    _add(_add(extension, "ResponseLanguage"), "Language", inspire.language)


def _appendMetadata(extension: etree._Element, project: Project) -> None:
    inspire = project.publication.wms.inspire
    identification = project.publication.service
    _add(extension, "ResourceType", "service")
    _add(extension, "SpatialDataServiceType", "view")
    if inspire.temporalReference:
        _add(_add(extension, "TemporalReference"), "DateOfLastRevision", inspire.temporalReference)
    contact = _add(extension, "MetadataPointOfContact")
    if identification.contactOrganization:
        _add(contact, "OrganisationName", identification.contactOrganization)
    if identification.contactMail:
        _add(contact, "EmailAddress", identification.contactMail)
    if inspire.metadataDate:
        _add(extension, "MetadataDate", inspire.metadataDate)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{COMMON}}}{name}")
    if text is not None:
        element.text = text
    return element
