# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""Which features a query asks for, as conditions on the layer: ids, OGC filter, expression, box."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from ogctwist.encoders.featuretype import elementName
from ogctwist.expression import Expression
from ogctwist.filterencoding import FilterTarget, expressionFilter, filterFromXml
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.ows.exceptions import InvalidParameterValue
from ogctwist.ows.xml import localName
from ogctwist.project.layers import Layer
from ogctwist.services.filtertarget import KINDS
from ogctwist.services.wfs.featuretypes import publishedFields
from ogctwist.services.wfs.naming import crsNamed
from ogctwist.services.wfs.queries import BoxFilter, Query
from ogctwist.services.wfs.versions import WfsVersion
from ogctwist.sources.query import SourceSchema


@dataclass(frozen=True)
class Condition:
    """
    Which features.

    @ivar ids: only these; None for no such condition.
    @ivar bbox: what they have to meet, in the layer's CRS; None for no such condition.
    @ivar rectangle: the box that the request names, in a parameter or as the BBOX of a filter, in
        the layer's CRS: what the answer's head tells as its bounds.
    """

    expression: Expression | None = None
    ids: tuple[int, ...] | None = None
    bbox: Box | None = None
    rectangle: Box | None = None


def targetOf(
    layer: Layer, schema: SourceSchema, crs: CRS | None, version: WfsVersion, srsName: str = ""
) -> FilterTarget:
    """
    A layer as what filters of a WFS request are about: what is not published does not exist.

    @param crs: of the layer.
    @param srsName: of the query: what holds for geometries that name none; '' for the layer's.
    @raise InvalidParameterValue: it is not known.
    """
    fields = publishedFields(layer, schema)
    return FilterTarget(
        fields={field.name: KINDS.get(field.type) for field in fields},
        published={elementName(field.name): field.name for field in reversed(fields)},
        crs=crs,
        requestCrs=requestCrs(version, crs, srsName),
    )


def requestCrs(version: WfsVersion, crs: CRS | None, srsName: str) -> tuple[CRS, bool] | None:
    """
    The system of geometries in a request that do not name one, and whether northing is first.

    In WFS 2.0 the layer's system is known by its URN, so its authority orders the axes; before that
    x is first, as QGIS Server reads it.

    @return: None for the layer's, x first.
    @raise InvalidParameterValue: the name is not known.
    """
    if srsName:
        return crsNamed(srsName)
    return (crs, crs.isNorthFirst) if version.isTwo and crs is not None else None


def conditionOf(query: Query, target: FilterTarget) -> Condition:
    """
    All conditions of a query together.

    @raise OWSException: one of them cannot be read, or names what there is not.
    """
    expression: Expression | None = None
    rectangle: Box | None = None
    ids = numbersOf(query.ids)
    if query.filter is not None:
        read = filterFromXml(query.filter, target)
        expression, rectangle = read.expression, rectangleOf(query.filter, target)
        if read.isAboutIds:
            named = numbersOf(read.ids) or ()
            ids = named if ids is None else tuple(sorted(set(ids) & set(named)))
    if query.expression.strip():
        expression = Expression.conjunction([expression, expressionFilter(query.expression, target)])
    bbox = None if query.bbox is None else layerBox(query.bbox, target)
    return Condition(expression, ids, bbox, bbox or rectangle)


def rectangleOf(element: etree._Element, target: FilterTarget) -> Box | None:
    """The box of the BBOX that a filter is, or is joined with by an outermost And."""
    found = [child for child in element if localName(child) == "BBOX"]
    for child in element:
        if localName(child) == "And":
            found += [operand for operand in child if localName(operand) == "BBOX"]
    if len(found) != 1:
        return None
    alone = etree.Element(element.tag)
    alone.append(deepcopy(found[0]))
    return filterFromXml(alone, target).bbox


def numbersOf(ids: Sequence[str] | None) -> tuple[int, ...] | None:
    """
    The numbers of feature ids, written C{type.number} or as the number alone; one that is none
    finds nothing.
    """
    if ids is None:
        return None
    numbers = [identifier.rpartition(".")[2].strip() for identifier in ids]
    return tuple(int(n) for n in numbers if n.isascii() and n.removeprefix("-").isdecimal() and len(n) < 19)


def layerBox(bbox: BoxFilter, target: FilterTarget) -> Box:
    """
    BBOX in the system of the layer.  Without a name of its own it is in that of SRSNAME, else in
    the layer's, x first.

    @raise InvalidParameterValue: the name is not known, or the box has no place in the layer's system.
    """
    source, isInverted = (
        crsNamed(bbox.crsName, "BBOX") if bbox.crsName else target.requestCrs or (None, False)
    )
    if source is None or target.crs is None:
        return bbox.box
    box = bbox.box.swapped() if isInverted else bbox.box
    try:
        return transformBox(box, source, target.crs)
    except TransformError:
        raise InvalidParameterValue(
            "BBOX has no place in the reference system of the layer", locator="BBOX"
        ) from None
