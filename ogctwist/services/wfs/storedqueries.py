# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""
The stored queries of WFS 2.0 (OGC 09-025r2, 14).  There is the one that every server has to offer;
more cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.ows.xml import localName
from ogctwist.services.wfs.exceptions import NotFound
from ogctwist.services.wfs.queries import Query
from ogctwist.services.wfs.versions import QGS, XSI, WfsVersion

#: The query for one feature by its id (7.9.3.6).
GET_FEATURE_BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"
TITLE = "Feature by its id"
#: That it is written in the server itself, and answers with features of any type.
PRIVATE = "urn:ogc:def:queryLanguage:OGC-WFS::WFS_QueryExpression"
XSD = "http://www.w3.org/2001/XMLSchema"


def checkQueryId(name: str, locator: str) -> None:
    """
    @raise InvalidParameterValue: there is no stored query of that id.
    """
    if name.strip() not in (GET_FEATURE_BY_ID, GET_FEATURE_BY_ID.replace("::", ":")):
        raise InvalidParameterValue(f"There is no stored query '{quoted(name)}'", locator=locator)


def queryById(identifier: str, srsName: str = "") -> Query:
    """
    The query that finds a feature.

    @raise NotFound: that can be no id.
    """
    name, dot, _number = identifier.strip().rpartition(".")
    if not dot or not name:
        raise NotFound(f"There is no feature '{quoted(identifier)}'", locator="ID")
    return Query(name, srsName=srsName, ids=(identifier.strip(),))


def queryFromParameters(parameters: Parameters) -> Query:
    """The query that STOREDQUERY_ID names, with its parameter ID."""
    checkQueryId(parameters.text("STOREDQUERY_ID"), "STOREDQUERY_ID")
    if not parameters.text("ID"):
        raise MissingParameterValue("The parameter ID is missing", locator="ID")
    return queryById(parameters.text("ID"), parameters.text("SRSNAME"))


def queryFromElement(element: etree._Element) -> Query:
    """The query that a C{wfs:StoredQuery} element names."""
    checkQueryId(element.get("id") or "", "storedQuery")
    values = [
        "".join(str(text) for text in child.itertext())
        for child in element
        if localName(child) == "Parameter" and (child.get("name") or "").lower() == "id"
    ]
    if len(values) != 1 or not values[0].strip():
        raise MissingParameterValue("The parameter ID is missing", locator="ID")
    return queryById(values[0])


def wantedQueries(document: etree._Element | None, parameters: Parameters) -> Iterator[str]:
    """The ids that DescribeStoredQueries names; none for all."""
    if document is not None:
        for child in document:
            if localName(child) == "StoredQueryId":
                yield (child.text or "").strip()
        return
    yield from (name for name in parameters.items("STOREDQUERY_ID") if name)


def responseRoot(name: str, version: WfsVersion) -> etree._Element:
    """The root of an answer about stored queries."""
    spaces: dict[Any, str] = {"wfs": version.wfs, "xsi": XSI, "xsd": XSD, "qgs": QGS}
    root = etree.Element(f"{{{version.wfs}}}{name}", nsmap=spaces)
    root.set(f"{{{XSI}}}schemaLocation", f"{version.wfs} {version.schema}")
    return root
