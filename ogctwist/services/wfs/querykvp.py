# -*- test-case-name: tests.services.wfs.test_querykvp -*-
"""
GetFeature out of parameters (OGC 02-058, 13.7; 04-094, 14.7; 09-025r2, table 8), with QGIS
Server's own: EXP_FILTER, GEOMETRYNAME, and STARTINDEX and SORTBY in every version.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from lxml import etree

from ogctwist.encoders.featuretype import GeometryForm
from ogctwist.geo.box import Box
from ogctwist.ows.parameters import Parameters, finiteNumber
from ogctwist.ows.xml import parseXml
from ogctwist.services.wfs import storedqueries
from ogctwist.services.wfs.exceptions import OptionNotSupported, RequestNotWellFormed
from ogctwist.services.wfs.formats import outputFormat
from ogctwist.services.wfs.queries import BoxFilter, GetFeature, Query, SortTerm
from ogctwist.services.wfs.versions import WfsVersion


def getFeatureFromParameters(parameters: Parameters, version: WfsVersion) -> GetFeature:
    """
    @raise OWSException: a value cannot be read, or the values contradict each other.
    """
    isStored = version.isTwo and bool(parameters.text("STOREDQUERY_ID"))
    if version.isTwo:
        checkUnsupported(parameters)
    return GetFeature(
        version,
        (storedqueries.queryFromParameters(parameters),) if isStored else queriesOf(parameters),
        outputFormat(parameters.text("OUTPUTFORMAT"), version),
        parameters.integer(*_oneOf(parameters, "MAXFEATURES", "COUNT"), minimum=0),
        parameters.integer("STARTINDEX", 0, minimum=0) or 0,
        isHits(parameters.text("RESULTTYPE")),
        isSingle=isStored,
    )


def checkUnsupported(parameters: Parameters) -> None:
    """
    @raise OptionNotSupported: the request asks for what this server does not do: joins, and other
        servers' resources.
    """
    if parameters.text("ALIASES"):
        raise OptionNotSupported("Joins are not offered", locator="ALIASES")
    if parameters.text("RESOLVE").strip().lower() not in ("", "none", "local"):
        raise OptionNotSupported("Resources of other servers are not resolved", locator="RESOLVE")


def _oneOf(parameters: Parameters, *names: str) -> tuple[str]:
    """The first of the names that is given, else the first of them."""
    return (next((name for name in names if parameters.text(name)), names[0]),)


def isHits(text: str) -> bool:
    """
    Whether RESULTTYPE asks for the number of features only.

    @raise RequestNotWellFormed: it asks for something else than C{hits} and C{results}.
    """
    if text.lower() in ("", "results"):
        return False
    if text.lower() != "hits":
        raise RequestNotWellFormed("RESULTTYPE has to be 'results' or 'hits'", locator="RESULTTYPE")
    return True


def queriesOf(parameters: Parameters) -> tuple[Query, ...]:
    types = typeNames(parameters)
    ids = [i for name in ("FEATUREID", "RESOURCEID") for i in parameters.items(name) if i]
    if (parameters.text("FILTER") and (ids or parameters.text("BBOX"))) or (ids and parameters.text("BBOX")):
        raise RequestNotWellFormed("FEATUREID FILTER and BBOX parameters are mutually exclusive")
    if ids:
        return _queriesOfIds(parameters, ids)
    if not types:
        raise RequestNotWellFormed("TYPENAME is mandatory except if FEATUREID is used", locator="TYPENAME")
    n = len(types)
    columns = zip(
        types,
        _lists(parameters, "PROPERTYNAME", n),
        _filters(parameters, n),
        _expressions(parameters, n),
        _sorts(parameters, n),
        strict=True,
    )
    srsName, bbox, form = parameters.text("SRSNAME"), boxFilter(parameters), geometryForm(parameters)
    return tuple(
        Query(name, properties, srsName, element, expression, None, bbox, sort, form)
        for name, properties, element, expression, sort in columns
    )


def _queriesOfIds(parameters: Parameters, ids: list[str]) -> tuple[Query, ...]:
    """
    One query for each type that the ids name, in alphabetical order; expressions do not count, as
    in QGIS Server.
    """
    byType: dict[str, list[str]] = {}
    for identifier in ids:
        name, dot, _number = identifier.rpartition(".")
        if not dot:
            raise RequestNotWellFormed("FEATUREID has to have TYPENAME in the values", locator="FEATUREID")
        byType.setdefault(name, []).append(identifier)
    names = sorted(byType)
    lists = _lists(parameters, "PROPERTYNAME", len(names))
    srsName, form = parameters.text("SRSNAME"), geometryForm(parameters)
    return tuple(
        Query(name, properties, srsName, ids=tuple(byType[name]), geometry=form)
        for name, properties in zip(names, lists, strict=True)
    )


def typeNames(parameters: Parameters) -> list[str]:
    """The type names of TYPENAME or, in 2.0, TYPENAMES; C{(a)(b)} is as good as C{a,b}."""
    text = parameters.text("TYPENAME") or parameters.text("TYPENAMES")
    names = groups(text) if ")(" in text else text.split(",")
    return [name.strip() for name in names if name.strip()]


def groups(text: str) -> list[str]:
    """The texts within the outermost brackets of C{(a)(b)}; the whole text when it is not of that form."""
    text = text.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return [text]
    found, depth, start = [], 0, 0
    for place, character in enumerate(text):
        if character == "(":
            depth += 1
            if depth == 1:
                start = place + 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                found.append(text[start:place])
            elif depth < 0:
                return [text]
        elif depth == 0 and not character.isspace():
            return [text]
    return found if depth == 0 else [text]


def _spread(values: list[str], n: int, name: str) -> Sequence[str]:
    """One value for each of n types; one alone is for all of them."""
    if len(values) == 1 and n > 1:
        return list(repeat(values[0], n))
    if len(values) != n:
        raise RequestNotWellFormed(
            f"There has to be a 1:1 mapping between each element in a TYPENAME and the {name} list",
            locator=name,
        )
    return values


def _lists(parameters: Parameters, name: str, n: int) -> list[tuple[str, ...] | None]:
    """For each of n types the names of a list, None for all: no list, or C{*}."""
    text = parameters.text(name)
    if not text:
        return [None] * n
    split = [
        [item.strip() for item in group.split(",") if item.strip()]
        for group in _spread(groups(text), n, name)
    ]
    return [None if not names or "*" in names else tuple(names) for names in split]


def _filters(parameters: Parameters, n: int) -> list[etree._Element | None]:
    text = parameters.text("FILTER")
    if not text:
        return [None] * n
    return [parseXml(part.encode()) if part.strip() else None for part in _spread(groups(text), n, "FILTER")]


def _expressions(parameters: Parameters, n: int) -> Sequence[str]:
    text = parameters.text("EXP_FILTER")
    if not text:
        return [""] * n
    return [text] if n == 1 else _spread(splitOutsideQuotes(text, ";"), n, "EXP_FILTER")


def splitOutsideQuotes(text: str, mark: str) -> list[str]:
    """The pieces between marks that are not within C{'…'} or C{"…"}."""
    pieces, quote, start = [], "", 0
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == mark:
            pieces.append(text[start:place])
            start = place + 1
    return [*pieces, text[start:]]


def _sorts(parameters: Parameters, n: int) -> list[tuple[SortTerm, ...]]:
    text = parameters.text("SORTBY")
    if not text:
        return [()] * n
    return [
        tuple(_sortTerm(item) for item in group.split(",")) for group in _spread(groups(text), n, "SORTBY")
    ]


_DIRECTIONS = {"a": True, "asc": True, "d": False, "desc": False}


def _sortTerm(text: str) -> SortTerm:
    """C{name}, C{name A}, C{name D}, C{name ASC}, C{name DESC}; a plus sign in place of the blank will do."""
    words = text.replace("+", " ").split()
    direction = _DIRECTIONS.get(words[-1].lower()) if len(words) > 1 else None
    name = " ".join(words if direction is None else words[:-1])
    if not name:
        raise RequestNotWellFormed("SORTBY holds an empty name", locator="SORTBY")
    return SortTerm(name, True if direction is None else direction)


def boxFilter(parameters: Parameters) -> BoxFilter | None:
    """BBOX: four numbers, and maybe the name of their reference system."""
    text = parameters.text("BBOX")
    if not text.strip():
        return None
    parts = text.split(",")
    numbers = [finiteNumber(part.strip()) for part in parts[:4]]
    if len(numbers) != 4 or None in numbers:
        raise parameters.invalid("BBOX", "cannot be converted into a rectangle")
    box = Box(*(number for number in numbers if number is not None))
    if box.width < 0 or box.height < 0:
        raise parameters.invalid("BBOX", "is not a rectangle")
    return BoxFilter(box, ",".join(parts[4:]).strip())


def geometryForm(parameters: Parameters) -> GeometryForm:
    """GEOMETRYNAME: extent, centroid or none; anything else is the name of the geometry itself."""
    name = parameters.text("GEOMETRYNAME").strip().lower()
    known = {form.value: form for form in GeometryForm}
    return known.get(name, GeometryForm.FULL)
