# -*- test-case-name: tests.filterencoding.test_fes -*-
"""
OGC Filter Encoding 1.0, 1.1 and 2.0 to expressions.

The versions differ in namespaces and in some names only (C{PropertyName} and
C{ValueReference}, C{FeatureId} and C{ResourceId}): local names are enough to
read all three.  What is not known is an exception; it never means "all".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from ogctwist.expression import Expression, ExpressionError
from ogctwist.expression.column import Kind
from ogctwist.expression.expression import UNTRUSTED
from ogctwist.filterencoding import spatial
from ogctwist.filterencoding.literals import literalFor
from ogctwist.filterencoding.target import Filter, FilterTarget
from ogctwist.geo.gml import GEOMETRIES, localName
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted
from ogctwist.ows.xml import parseXml

#: Bounds of one filter.
MAX_ELEMENTS = 5000
MAX_DEPTH = 50

_COMPARISONS = {
    "PropertyIsEqualTo": "=", "PropertyIsNotEqualTo": "<>", "PropertyIsLessThan": "<",
    "PropertyIsGreaterThan": ">", "PropertyIsLessThanOrEqualTo": "<=", "PropertyIsGreaterThanOrEqualTo": ">=",
    "PropertyIsLessThanEqualTo": "<=", "PropertyIsGreaterThanEqualTo": ">=",
}  # fmt: skip

_ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/"}
_TEMPORAL = {"After": ">", "Before": "<", "TEquals": "="}
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):")
_SPACES = {
    "ogc": "http://www.opengis.net/ogc", "fes": "http://www.opengis.net/fes/2.0",
    "gml": "http://www.opengis.net/gml", "wfs": "http://www.opengis.net/wfs",
}  # fmt: skip


def filterFromText(text: str, target: FilterTarget) -> Filter:
    """
    The filter of a FILTER parameter; prefixes need not be declared.

    @raise OWSException: it is not XML, no filter, or names what there is not.
    """
    text = text.strip()
    declared = "".join(
        f' xmlns:{prefix}="{_SPACES.get(prefix, "urn:undeclared")}"'
        for prefix in sorted(set(_PREFIX.findall(text)))
        if f"xmlns:{prefix}=" not in text
    )
    if declared:
        text = re.sub(r"^(<[\w.:-]+)", lambda m: m.group(1) + declared, text, count=1)
    return filterFromXml(parseXml(text.encode()), target)


def filterFromXml(element: etree._Element, target: FilterTarget) -> Filter:
    """
    @param element: C{Filter}, of any version.
    @raise OWSException: InvalidParameterValue for what is not understood, an
        unknown property, a geometry or CRS that cannot be read, or beyond the bounds.
    """
    if localName(element) != "Filter":
        raise _refused(f"{quoted(localName(element))} is not a Filter")
    reader = FilterReader(target)
    children = reader.elements(element)
    ids = tuple(i for child in children if localName(child) in _IDS for i in _idsOf(child))
    conditions = [child for child in children if localName(child) not in _IDS]
    if not ids and not conditions:
        raise _refused("A Filter is empty")
    if ids and conditions:
        raise _refused("A Filter has ids and conditions")
    try:
        expression = Expression.conjunction(reader.condition(child) for child in conditions)
    except ExpressionError as error:
        raise _refused(str(error)) from None
    return Filter(expression, ids)


def _refused(message: str) -> InvalidParameterValue:
    return InvalidParameterValue(message, locator="Filter")


_IDS = frozenset(("FeatureId", "GmlObjectId", "ResourceId"))


def _idsOf(element: etree._Element) -> list[str]:
    """The id of an id element; C{rid}, C{fid} or C{gml:id}, whichever it has."""
    for name, value in element.attrib.items():
        if etree.QName(name).localname in ("fid", "rid", "id") and str(value).strip():
            return [str(value).strip()]
    raise _refused(f"A {localName(element)} has no id")


class FilterReader:
    """Reads the conditions of one filter; counts its elements."""

    def __init__(self, target: FilterTarget):
        self.target = target
        self._left = MAX_ELEMENTS
        self._depth = 0

    def elements(self, element: etree._Element) -> list[etree._Element]:
        """The child elements.  @raise InvalidParameterValue: the filter is too large."""
        children = [child for child in element if isinstance(child.tag, str)]
        self._left -= len(children)
        if self._left < 0:
            raise _refused(f"A Filter has more than {MAX_ELEMENTS} elements")
        return children

    # conditions

    def condition(self, element: etree._Element) -> Expression:
        """A condition of any kind."""
        name = localName(element)
        read = _CONDITIONS.get(name)
        if read is None:
            raise _refused(f"{quoted(name)} is not a condition that is known here")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _refused(f"A Filter is nested deeper than {MAX_DEPTH} levels")
        try:
            return read(self, element)
        finally:
            self._depth -= 1

    def _several(self, element: etree._Element) -> Expression:
        """And, Or."""
        operands = [self.condition(child) for child in self.elements(element)]
        if not operands:
            raise _refused(f"{localName(element)} is empty")
        join = Expression.conjunction if localName(element) == "And" else Expression.disjunction
        joined = join(operands)
        assert joined is not None
        return joined

    def _not(self, element: etree._Element) -> Expression:
        children = self.elements(element)
        if len(children) != 1:
            raise _refused("Not takes one condition")
        return self.condition(children[0]).negated()

    def _comparison(self, element: etree._Element) -> Expression:
        left, right = self._pair(element)
        if element.get("matchCase", "true").lower() in ("false", "0"):
            left, right = Expression.call("lower", left), Expression.call("lower", right)
        return Expression.binary(_COMPARISONS[localName(element)], left, right)

    def _pair(self, element: etree._Element) -> tuple[Expression, Expression]:
        """Two values; a literal takes the type of the attribute beside it."""
        children = self.elements(element)
        if len(children) != 2:
            raise _refused(f"{localName(element)} takes two values")
        kind = self._kindOf(*children)
        return self.value(children[0], kind), self.value(children[1], kind)

    def _kindOf(self, *elements: etree._Element) -> Kind | None:
        """What the attribute among the elements holds."""
        for element in elements:
            if localName(element) in ("PropertyName", "ValueReference"):
                return self.target.fields[self.target.fieldNamed(element.text or "")]
        return None

    def _like(self, element: etree._Element) -> Expression:
        children = self.elements(element)
        if len(children) != 2 or localName(children[1]) != "Literal":
            raise _refused("PropertyIsLike takes a property and a Literal")
        pattern = likePattern(
            _textOf(children[1]),
            element.get("wildCard", ""),
            element.get("singleChar", ""),
            element.get("escapeChar", element.get("escape", "")),
        )
        ignoresCase = element.get("matchCase", "true").lower() in ("false", "0")
        value = self.value(children[0])
        return Expression.binary("ILIKE" if ignoresCase else "LIKE", value, Expression.literal(pattern))

    def _null(self, element: etree._Element) -> Expression:
        """PropertyIsNull and PropertyIsNil: attributes are NULL, never missing."""
        children = self.elements(element)
        if len(children) != 1:
            raise _refused(f"{localName(element)} takes one property")
        return Expression.binary("IS", self.value(children[0]), Expression.literal(None))

    def _between(self, element: etree._Element) -> Expression:
        children = self.elements(element)
        if [localName(child) for child in children[1:]] != ["LowerBoundary", "UpperBoundary"]:
            raise _refused("PropertyIsBetween takes a value and two boundaries")
        kind = self._kindOf(children[0])
        low, high = (self._within(child, kind) for child in children[1:])
        value = self.value(children[0])
        joined = Expression.conjunction(
            (Expression.binary(">=", value, low), Expression.binary("<=", value, high))
        )
        assert joined is not None
        return joined

    def _within(self, element: etree._Element, kind: Kind | None) -> Expression:
        """The value within an element; plain text is a literal."""
        children = self.elements(element)
        if not children:
            return literalFor(kind, _textOf(element))
        if len(children) != 1:
            raise _refused(f"{localName(element)} takes one value")
        return self.value(children[0], kind)

    def _temporal(self, element: etree._Element) -> Expression:
        """After, Before, TEquals."""
        children = self.elements(element)
        if len(children) != 2:
            raise _refused(f"{localName(element)} takes two values")
        kind = self._kindOf(*children)
        left, right = self.value(children[0], kind), self._moments(children[1], kind)[-1]
        if localName(element) == "Before":
            right = self._moments(children[1], kind)[0]
        return Expression.binary(_TEMPORAL[localName(element)], left, right)

    def _during(self, element: etree._Element) -> Expression:
        children = self.elements(element)
        if len(children) != 2:
            raise _refused("During takes two values")
        kind = self._kindOf(*children)
        moments, value = self._moments(children[1], kind), self.value(children[0], kind)
        if len(moments) != 2:
            raise _refused("During takes a TimePeriod")
        joined = Expression.conjunction(
            (Expression.binary(">", value, moments[0]), Expression.binary("<", value, moments[1]))
        )
        assert joined is not None
        return joined

    def _moments(self, element: etree._Element, kind: Kind | None) -> list[Expression]:
        """The one or two points in time of a TimeInstant, TimePeriod or Literal."""
        if localName(element) == "Literal" and not len(element):
            return [literalFor(kind, _textOf(element))]
        names = ("timePosition", "beginPosition", "endPosition")
        found = [part for part in element.iter() if localName(part) in names]
        if not 1 <= len(found) <= 2:
            raise _refused("A point in time cannot be read")
        return [literalFor(kind, (part.text or "").strip()) for part in found]

    # values

    def value(self, element: etree._Element, kind: Kind | None = None) -> Expression:
        """An attribute, a literal, a calculation or a function."""
        name = localName(element)
        if name in ("PropertyName", "ValueReference"):
            return Expression.column(self.target.fieldNamed(element.text or ""))
        if name == "Literal":
            return literalFor(kind, _textOf(element))
        if name in GEOMETRIES:
            return Expression.literal(spatial.geometryIn(self.target, element))
        if name not in _ARITHMETIC and name != "Function":
            raise _refused(f"{quoted(name)} is not a value that is known here")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise _refused(f"A Filter is nested deeper than {MAX_DEPTH} levels")
        try:
            operands = [self.value(child, kind) for child in self.elements(element)]
        finally:
            self._depth -= 1
        if name == "Function":
            return self._function(element.get("name", ""), operands)
        if len(operands) != 2:
            raise _refused(f"{name} takes two values")
        return Expression.binary(_ARITHMETIC[name], *operands)

    def _function(self, name: str, arguments: list[Expression]) -> Expression:
        if name.lower() in UNTRUSTED:
            raise _refused(f"The function {quoted(name)} may not be used in a filter")
        try:
            return Expression.call(name, *arguments)
        except ExpressionError as error:
            raise _refused(str(error)) from None


def _textOf(element: etree._Element) -> str:
    """The text of a literal.  @raise InvalidParameterValue: it holds elements."""
    if len(element):
        raise _refused(f"A {localName(element)} holds an element")
    return element.text or ""


def likePattern(text: str, wildCard: str, singleChar: str, escape: str) -> str:
    """
    A pattern of PropertyIsLike as one of LIKE, with C{%}, C{_} and the backslash.

    What is not given is not special, so that C{%} without a wildCard is just a
    percent sign - but where none of the three is given they are C{%}, C{_} and
    the backslash, which clients that leave them out mean.
    """
    if not (wildCard or singleChar or escape):
        return text
    parts, position = [], 0
    while position < len(text):
        rest = text[position:]
        if escape and rest.startswith(escape) and len(rest) > len(escape):
            position += len(escape)
            special = next(
                (s for s in (wildCard, singleChar, escape) if s and text.startswith(s, position)), None
            )
            word = special if special is not None else escape + text[position]
            position += len(special) if special is not None else 1
            parts.append(_literalPattern(word))
        elif wildCard and rest.startswith(wildCard):
            parts.append("%")
            position += len(wildCard)
        elif singleChar and rest.startswith(singleChar):
            parts.append("_")
            position += len(singleChar)
        else:
            parts.append(_literalPattern(text[position]))
            position += 1
    return "".join(parts)


def _literalPattern(text: str) -> str:
    return re.sub(r"([%_])", r"\\\1", text)


_CONDITIONS: dict[str, Callable[[FilterReader, etree._Element], Expression]] = {
    "And": FilterReader._several,
    "Or": FilterReader._several,
    "Not": FilterReader._not,
    "PropertyIsLike": FilterReader._like,
    "PropertyIsNull": FilterReader._null,
    "PropertyIsNil": FilterReader._null,
    "PropertyIsBetween": FilterReader._between,
    "During": FilterReader._during,
    "DWithin": spatial.distance,
    "Beyond": spatial.distance,
    **dict.fromkeys(_COMPARISONS, FilterReader._comparison),
    **dict.fromkeys(_TEMPORAL, FilterReader._temporal),
    **dict.fromkeys(spatial.RELATIONS, spatial.relation),
}

__all__ = ["FilterReader", "OWSException", "filterFromText", "filterFromXml", "likePattern"]
