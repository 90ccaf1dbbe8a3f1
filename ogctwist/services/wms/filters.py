# -*- test-case-name: tests.services.wms.test_filters -*-
"""
The FILTER parameter of WMS: for each layer a condition, as an expression
(C{layer:"f" = 'x';other:…}) or as OGC Filter elements in parentheses, one for
each layer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ogctwist.expression import Expression, ExpressionError
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, SecurityException, quoted
from ogctwist.ows.xml import parseXml
from ogctwist.project.layers import Layer
from ogctwist.services.wms.maplayers import MapLayer

#: FILTER has the form of OGC Filter elements.
_IS_XML = re.compile(r"\s*[(<]")


@dataclass(frozen=True)
class LayerFilter:
    """
    The condition on one layer.

    @ivar ids: feature ids, None for all.
    """

    expression: Expression | None = None
    ids: tuple[int, ...] | None = None


def layerFilters(text: str, targets: Sequence[MapLayer]) -> dict[str, LayerFilter]:
    """
    @param text: FILTER as it came; '' for none.
    @param targets: the layers that it may be about, in the order of the request.
    @return: layer id -> condition.
    @raise OWSException: it cannot be read.  What is no expression of the closed set is refused with
        code Security, as in QGIS; it never means "all".
    """
    if not text.strip():
        return {}
    return _fromXml(text, targets) if _IS_XML.match(text) else _fromExpressions(text, targets)


def _fromExpressions(text: str, targets: Sequence[MapLayer]) -> dict[str, LayerFilter]:
    conditions: dict[str, Expression] = {}
    parts = text.split(";")
    if any(":" not in part for part in parts if part.strip()):
        raise InvalidParameterValue(f"FILTER ('{quoted(text)}') is not properly formatted", locator="FILTER")
    for part in parts:
        if not part.strip():
            continue
        names, separator, condition = part.partition(":")
        if not (separator and condition.strip()):
            raise InvalidParameterValue(
                f"FILTER ('{quoted(text)}') is not properly formatted", locator="FILTER"
            )
        expression = _parsed(condition)
        for name in (piece.strip() for piece in names.split(",")):
            for target in targets:
                if target.name == name:
                    known = conditions.get(target.layer.id)
                    joined = Expression.conjunction([known, expression])
                    assert joined is not None
                    conditions[target.layer.id] = joined
    return {layerId: LayerFilter(expression) for layerId, expression in conditions.items()}


def _parsed(text: str) -> Expression:
    try:
        return Expression.parse(text.strip())
    except ExpressionError:
        raise SecurityException(
            f"The filter string {quoted(text.strip())} has been rejected because of security reasons: "
            "it is not a condition on attributes"
        ) from None


def _fromXml(text: str, targets: Sequence[MapLayer]) -> dict[str, LayerFilter]:
    from ogctwist.filterencoding import splitParenthesised

    parts = splitParenthesised(text) if text.lstrip().startswith("(") else [text]
    filters: dict[str, LayerFilter] = {}
    if len(parts) > max(len(targets), 1):
        raise InvalidParameterValue("FILTER has more filters than there are layers", locator="FILTER")
    for part, target in zip(parts, targets, strict=False):
        if part.strip():
            filters[target.layer.id] = _layerFilter(part, target.layer)
    return filters


def _layerFilter(text: str, layer: Layer) -> LayerFilter:
    try:
        element = parseXml(text.encode())
    except OWSException as error:
        raise InvalidParameterValue("FILTER is not an OGC filter", locator="FILTER") from error
    from ogctwist.filterencoding import filterFromXml

    found = filterFromXml(element, layer)
    return LayerFilter(found.expression, found.ids)


def checkFields(conditions: dict[str, LayerFilter], layer: Layer, name: str, known: Sequence[str]) -> None:
    """
    @raise InvalidParameterValue: a condition names a field that the layer does not have for
        this request.
    """
    condition = conditions.get(layer.id)
    if condition is None or condition.expression is None:
        return
    folded = {field.lower() for field in known}
    if any(field.lower() not in folded for field in condition.expression.fields):
        raise InvalidParameterValue(
            f"Filter not valid for layer {quoted(name)}: check the filter syntax and the field names.",
            locator="FILTER",
        )
