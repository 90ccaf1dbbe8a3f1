# -*- test-case-name: tests.services.wfs.test_transactionxml -*-
"""Transaction out of an XML document (OGC 02-058, 11; 04-094, 12; 09-025r2, 15)."""

from __future__ import annotations

from lxml import etree

from ogctwist.geo.gml import GEOMETRIES
from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.ows.xml import localName
from ogctwist.services.wfs.exceptions import RequestNotWellFormed
from ogctwist.services.wfs.featuretypes import localTypeName
from ogctwist.services.wfs.queries import Query
from ogctwist.services.wfs.queryxml import lastStep, named
from ogctwist.services.wfs.transactions import Action, ActionKind, GivenFeature, GivenValue, Transaction
from ogctwist.services.wfs.versions import XSI, WfsVersion

_COLLECTIONS = ("FeatureCollection",)
_MEMBERS = ("featureMember", "featureMembers", "member")


def transactionFromDocument(document: etree._Element, version: WfsVersion, mostActions: int) -> Transaction:
    """
    @param document: the root element, C{Transaction}.
    @raise OWSException: the document cannot be read, or has too many actions.
    """
    actions = []
    lockId = (document.get("lockId") or "").strip()
    for element in document:
        name = localName(element)
        if name == "LockId":
            lockId = (element.text or "").strip()
        elif name == "Native":
            _refuseNative(element)
        elif name in _READERS:
            actions.append(_READERS[name](element))
        elif name:
            raise RequestNotWellFormed(f"'{quoted(name)}' is no action of a Transaction")
    if not actions:
        raise RequestNotWellFormed("No actions found")
    if len(actions) > mostActions:
        raise RequestNotWellFormed(f"A Transaction has {mostActions} actions at most")
    release = (document.get("releaseAction") or "ALL").upper()
    if release not in ("ALL", "SOME"):
        raise InvalidParameterValue("releaseAction has to be ALL or SOME", locator="releaseAction")
    return Transaction(version, tuple(actions), document.get("handle") or "", lockId, release == "ALL")


def _refuseNative(element: etree._Element) -> None:
    """Nothing native is known here; what need not be understood is passed over."""
    if (element.get("safeToIgnore") or "").strip().lower() not in ("true", "1"):
        raise InvalidParameterValue("Native actions are not known here", locator="Native")


def _insert(element: etree._Element) -> Action:
    features = tuple(featureFromElement(each) for each in _featureElements(element))
    if not features:
        raise RequestNotWellFormed("An Insert holds no feature")
    return Action(
        ActionKind.INSERT,
        features[0].typeName,
        element.get("handle") or "",
        features,
        srsName=(element.get("srsName") or "").strip(),
        keepsIds=(element.get("idgen") or "").strip().lower() == "useexisting",
    )


def _featureElements(element: etree._Element) -> list[etree._Element]:
    """The features within an Insert, also those within a collection."""
    found = []
    for child in element:
        name = localName(child)
        if name in _COLLECTIONS or name in _MEMBERS:
            found += _featureElements(child)
        elif name and name != "boundedBy":
            found.append(child)
    return found


def featureFromElement(element: etree._Element) -> GivenFeature:
    """A feature with all of its properties."""
    identifiers = [
        value for key, value in element.attrib.items() if etree.QName(key).localname in ("id", "fid")
    ]
    names = [(localName(child), child) for child in element]
    values = [_given(name, child) for name, child in names if name not in ("", "boundedBy")]
    return GivenFeature(
        localTypeName(localName(element)),
        tuple(values),
        str(identifiers[0]) if identifiers else "",
    )


def _given(name: str, element: etree._Element | None) -> GivenValue:
    """
    A property out of the element that holds its value.

    @param element: None for no value.
    """
    if element is None or (element.get(f"{{{XSI}}}nil") or "").strip() in ("true", "1"):
        return GivenValue(name, None)
    children = [child for child in element if localName(child)]
    if len(children) == 1 and localName(children[0]) in GEOMETRIES:
        return GivenValue(name, None, children[0])
    if children:
        raise RequestNotWellFormed(f"The value of '{quoted(name)}' is neither text nor a geometry")
    return GivenValue(name, "".join(str(text) for text in element.itertext()))


def _update(element: etree._Element) -> Action:
    values = []
    for child in named(element, "Property"):
        names = [lastStep(each.text) for each in named(child, "Name", "ValueReference")]
        if len(names) != 1 or not names[0]:
            raise RequestNotWellFormed("A Property has to have one name", locator="Property")
        texts = list(named(child, "Value"))
        if len(texts) > 1:
            raise RequestNotWellFormed("A Property has one Value at most", locator="Property")
        values.append(_given(names[0], texts[0] if texts else None))
    if not values:
        raise RequestNotWellFormed("An Update changes no Property", locator="Property")
    query = _query(element)
    return Action(
        ActionKind.UPDATE,
        localTypeName(query.typeName),
        element.get("handle") or "",
        values=tuple(values),
        query=query,
        srsName=query.srsName,
    )


def _delete(element: etree._Element) -> Action:
    query = _query(element)
    if query.filter is None:
        raise RequestNotWellFormed("Delete action element first child is not Filter")
    return Action(
        ActionKind.DELETE,
        localTypeName(query.typeName),
        element.get("handle") or "",
        query=query,
        srsName=query.srsName,
    )


def _replace(element: etree._Element) -> Action:
    features = [child for child in element if localName(child) not in ("", "Filter")]
    if len(features) != 1:
        raise RequestNotWellFormed("A Replace has to hold one feature")
    feature = featureFromElement(features[0])
    query = _query(element, feature.typeName)
    if query.filter is None:
        raise RequestNotWellFormed("A Replace has to hold a Filter")
    return Action(
        ActionKind.REPLACE,
        feature.typeName,
        element.get("handle") or "",
        (feature,),
        query=query,
        srsName=query.srsName,
    )


def _query(element: etree._Element, typeName: str = "") -> Query:
    """Which features an action is about."""
    typeName = typeName or (element.get("typeName") or "").strip()
    if not typeName:
        raise RequestNotWellFormed(f"{localName(element)} has to name a type", locator="typeName")
    filters = list(named(element, "Filter"))
    if len(filters) > 1:
        raise RequestNotWellFormed("An action has one Filter at most", locator="Filter")
    srsName = (element.get("srsName") or "").strip()
    return Query(typeName, srsName=srsName, filter=filters[0] if filters else None)


_READERS = {"Insert": _insert, "Update": _update, "Delete": _delete, "Replace": _replace}
