# -*- test-case-name: tests.services.wms.test_filters -*-
"""
The FILTER parameter of WMS: for each layer a condition, as an expression
(C{layer:"f" = 'x';other:…}) or as OGC Filter elements, those of several layers
each in parentheses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogctwist.access.view import ProjectView
from ogctwist.expression import Expression
from ogctwist.filterencoding import (
    Filter,
    FilterTarget,
    filterFromSqlText,
    filterFromText,
    splitParenthesised,
)
from ogctwist.filterencoding import layerFilters as splitLayers
from ogctwist.geo.crs import CRS
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.services.filtertarget import filterTarget
from ogctwist.services.wms.maplayers import MapLayer


@dataclass(frozen=True)
class LayerFilter:
    """
    The condition on one layer.

    @ivar ids: feature ids, None for all.
    """

    expression: Expression | None = None
    ids: tuple[int, ...] | None = None


async def layerFilters(
    text: str, targets: Sequence[MapLayer], view: ProjectView, crs: CRS | None
) -> dict[str, LayerFilter]:
    """
    @param text: FILTER as it came; '' for none.
    @param targets: the layers that it may be about, in the order of the request.
    @param crs: what holds for geometries without srsName.
    @return: layer id -> condition.
    @raise OWSException: it cannot be read, or names a field that the layer does not have for this
        request.  What is no condition on attributes is refused with code Security, as in QGIS;
        it never means "all".
    """
    if not text.strip():
        return {}
    if text.lstrip().startswith(("(", "<")):
        return await _fromXml(text, targets, view, crs)
    return await _fromExpressions(text, targets, view)


async def _fromExpressions(
    text: str, targets: Sequence[MapLayer], view: ProjectView
) -> dict[str, LayerFilter]:
    found: dict[str, LayerFilter] = {}
    for names, condition in splitLayers(text):
        filterFromSqlText(condition)
        for target in targets:
            if target.name not in names or target.layer.kind is not LayerKind.VECTOR:
                continue
            about = await _target(target.layer, view, None)
            try:
                expression = filterFromSqlText(condition, about)
            except InvalidParameterValue:
                raise InvalidParameterValue(
                    f"Filter not valid for layer {quoted(target.name)}: "
                    "check the filter syntax and the field names.",
                    locator="FILTER",
                ) from None
            known = found.get(target.layer.id, LayerFilter())
            found[target.layer.id] = LayerFilter(Expression.conjunction([known.expression, expression]))
    return found


async def _fromXml(
    text: str, targets: Sequence[MapLayer], view: ProjectView, crs: CRS | None
) -> dict[str, LayerFilter]:
    parts = splitParenthesised(text) if text.lstrip().startswith("(") else [text]
    if len(parts) > max(len(targets), 1):
        raise InvalidParameterValue("FILTER has more filters than there are layers", locator="FILTER")
    found: dict[str, LayerFilter] = {}
    for part, target in zip(parts, targets, strict=False):
        if part.strip() and target.layer.kind is LayerKind.VECTOR:
            read = _read(part, await _target(target.layer, view, crs))
            ids = tuple(featureId(identifier) for identifier in read.ids) if read.isAboutIds else None
            found[target.layer.id] = LayerFilter(read.expression, ids)
    return found


def _read(text: str, about: FilterTarget) -> Filter:
    try:
        return filterFromText(text, about)
    except InvalidParameterValue:
        raise
    except OWSException as error:
        raise InvalidParameterValue(error.message, locator="FILTER") from None


async def _target(layer: Layer, view: ProjectView, crs: CRS | None) -> FilterTarget:
    return filterTarget(layer, await view.features(layer.id).describe(), crs)


def featureId(text: str) -> int:
    """
    The number of C{layer.12} or C{12}.

    @raise InvalidParameterValue: there is none.
    """
    number = text.rpartition(".")[2]
    if not (number.isdecimal() and len(number) < 19):
        raise InvalidParameterValue(f"'{quoted(text)}' is not a feature id", locator="FILTER")
    return int(number)
