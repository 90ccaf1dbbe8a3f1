# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""GetFeature out of an XML document (OGC 02-058, 9.1; 04-094, 9.2; 09-025r2, 11.3)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ogctwist.ows.parameters import Parameters
from ogctwist.ows.xml import localName
from ogctwist.services.wfs import storedqueries
from ogctwist.services.wfs.exceptions import OptionNotSupported, RequestNotWellFormed
from ogctwist.services.wfs.formats import outputFormat
from ogctwist.services.wfs.queries import GetFeature, Query, SortTerm
from ogctwist.services.wfs.querykvp import checkUnsupported, geometryForm, isHits
from ogctwist.services.wfs.versions import WfsVersion


def getFeatureFromDocument(
    document: etree._Element, parameters: Parameters, version: WfsVersion
) -> GetFeature:
    """
    @param document: the root element, C{GetFeature}.
    @param parameters: the root's attributes and what the URL says besides, as filters left them.
    @raise OWSException: the document cannot be read.
    """
    if version.isTwo:
        checkUnsupported(parameters)
    queries = tuple(queryFromElement(element, parameters) for element in named(document, "Query"))
    stored = tuple(map(storedqueries.queryFromElement, named(document, "StoredQuery")))
    if stored and (queries or len(stored) > 1):
        raise OptionNotSupported("A stored query is asked alone here", locator="StoredQuery")
    queries = queries or stored
    if not queries:
        raise RequestNotWellFormed("GetFeature without a Query")
    count = "COUNT" if parameters.text("COUNT") else "MAXFEATURES"
    return GetFeature(
        version,
        queries,
        outputFormat(parameters.text("OUTPUTFORMAT"), version),
        parameters.integer(count, minimum=0),
        parameters.integer("STARTINDEX", 0, minimum=0) or 0,
        isHits(parameters.text("RESULTTYPE")),
        isSingle=bool(stored),
    )


def queryFromElement(element: etree._Element, parameters: Parameters) -> Query:
    """A query out of a C{Query} element."""
    typeName = (element.get("typeName") or element.get("typeNames") or "").strip()
    if element.get("aliases"):
        raise OptionNotSupported("Joins are not offered", locator="aliases")
    if not typeName or "," in typeName or " " in typeName:
        raise RequestNotWellFormed("A Query has to name one type", locator="typeName")
    names = [name for name in (lastStep(e.text) for e in named(element, "PropertyName")) if name]
    filters = list(named(element, "Filter"))
    if len(filters) > 1:
        raise RequestNotWellFormed("A Query has one Filter at most", locator="Filter")
    return Query(
        typeName,
        None if not names or "*" in names else tuple(names),
        (element.get("srsName") or "").strip(),
        filters[0] if filters else None,
        sortBy=tuple(sortTerms(element)),
        geometry=geometryForm(parameters),
    )


def named(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The children of those local names, whatever their namespace."""
    return (child for child in element if localName(child) in names)


def lastStep(path: str | None) -> str:
    """The name at the end of a path of element names: C{qgs:roads/qgs:name} is C{name}."""
    return (path or "").strip().rpartition("/")[2].rpartition(":")[2]


def sortTerms(element: etree._Element) -> Iterator[SortTerm]:
    """The terms of the C{SortBy} of a query."""
    for sortBy in named(element, "SortBy"):
        for term in named(sortBy, "SortProperty"):
            names = [lastStep(e.text) for e in named(term, "PropertyName", "ValueReference")]
            if len(names) != 1 or not names[0]:
                raise RequestNotWellFormed("A SortProperty has to name one property", locator="SortBy")
            orders = [(e.text or "").strip().upper() for e in named(term, "SortOrder")]
            yield SortTerm(names[0], not orders or not orders[0].startswith("D"))
