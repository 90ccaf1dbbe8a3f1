# -*- test-case-name: tests.symbology.test_dynamic -*-
"""
Symbol layers whose properties vary with the data: for every combination of
values there is a plain symbol layer, made when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import contextOf, unionOfFields
from ogctwist.symbology.datadefined import DataDefined, asNumbers, factored, toColor, toNumber
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.symbols import Drawing, MixedPainter, Painter, SymbolLayer

#: Variables that tell the parts of a feature apart.
PART_VARIABLES = frozenset(("geometry_part_num", "geometry_part_count"))

#: Makes another layer of a layer and the value of one of its properties (never None).
Variation = Callable[[Any, Any], SymbolLayer]


@dataclass(frozen=True)
class DynamicLayer:
    """
    @ivar base: the layer with the values that stand in the style.
    @ivar properties: what varies.
    @ivar variations: how each property changes a layer.
    """

    base: SymbolLayer
    properties: Mapping[str, DataDefined]
    variations: Mapping[str, Variation]

    @property
    def renderingPass(self) -> int:
        """The pass of the layer."""
        return self.base.renderingPass

    @property
    def variables(self) -> frozenset[str]:
        """The variables that its properties mention."""
        return frozenset().union(*(definition.variables for definition in self.properties.values()))

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that it needs; None: all."""
        own = [definition.fields for definition in self.properties.values()]
        return unionOfFields([*own, getattr(self.base, "fields", frozenset())])

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        varying = dict(self.properties)
        base = self.base
        withArrays = getattr(base, "withArrays", None)
        if withArrays is not None and not _partVariables(varying):
            columns = {}
            for name in getattr(base, "arrays", frozenset()) & varying.keys():
                column = varying.pop(name).column(batch, drawing.frame)
                if isinstance(column, list):
                    column = pa.array([_orNan(value) for value in column], pa.float64())
                columns[name] = asNumbers(column)[parts.rowOf]
            if columns:
                base, drawing = withArrays(columns, drawing)
        if not varying:
            return base.painter(parts, batch, drawing)
        combinations, codes = _factoredByPart(varying, parts, batch, drawing.frame)
        variants: list[tuple[np.ndarray, Painter]] = []
        for code in np.unique(codes).tolist():
            layer = self._variant(base, combinations[code])
            if layer is None:
                continue
            chosen = np.flatnonzero(codes == code)
            variants.append((chosen, layer.painter(parts.take(chosen), batch, drawing.take(chosen))))
        return MixedPainter(variants, len(parts))

    def _variant(self, base: SymbolLayer, values: Mapping[str, object]) -> SymbolLayer | None:
        """The layer for some values; None where it is not drawn."""
        for name, value in values.items():
            if value is None:
                continue
            if name == "enabled":
                if not _truth(value):
                    return None
            else:
                base = self.variations[name](base, value)
        return base

    def static(self, frame: Frame) -> SymbolLayer:
        """The layer without a feature, as legends show it."""
        values = {name: definition.scalar(frame) for name, definition in self.properties.items()}
        return self._variant(self.base, values) or self.base

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.base.extent(frame)


def _partVariables(properties: Mapping[str, DataDefined]) -> bool:
    """Whether values differ from part to part of a feature."""
    return any(not definition.variables.isdisjoint(PART_VARIABLES) for definition in properties.values())


def _factoredByPart(
    properties: Mapping[str, DataDefined], parts: Parts, batch: FeatureBatch, frame: Frame
) -> tuple[list[dict[str, object]], np.ndarray]:
    """The different combinations of values, and the combination of each part."""
    if not _partVariables(properties):
        found, codeOf = factored(properties, batch, frame)
        return found, codeOf[parts.rowOf]
    first = np.searchsorted(parts.rowOf, parts.rowOf)
    counts = np.searchsorted(parts.rowOf, parts.rowOf, "right") - first
    inOrder = np.arange(len(parts)) - first + 1
    places = np.column_stack([inOrder if parts.numberOf is None else parts.numberOf, counts])
    combinations: list[dict[str, object]] = []
    codes = np.zeros(len(parts), np.int64)
    for number, count in np.unique(places, axis=0).tolist():
        chosen = np.flatnonzero((places == (number, count)).all(axis=1))
        variables = {"geometry_part_num": number, "geometry_part_count": count}
        here = frame.child(context=contextOf(frame).child(variables))
        found, codeOf = factored(properties, batch.take(parts.rowOf[chosen]), here)
        codes[chosen] = codeOf + len(combinations)
        combinations += found
    return combinations, codes


def _orNan(value: object) -> float:
    found = toNumber(value)
    return float("nan") if found is None else found


def _truth(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "false")
    return bool(value)


def field(name: str, convert: Callable[[object], object | None] = lambda value: value) -> Variation:
    """A variation that sets the field of a layer; dots lead into what it holds."""
    path = name.split(".")

    def vary(layer: Any, value: object) -> Any:
        converted = convert(value)
        return layer if converted is None else _replaced(layer, path, converted)

    return vary


def length(name: str) -> Variation:
    """A variation that sets the value of a length; its unit stays."""
    return field(f"{name}.value", toNumber)


def color(name: str) -> Variation:
    """A variation that sets a colour."""
    return field(name, toColor)


def choiceOf(name: str, known: Sequence[str]) -> Variation:
    """A variation that sets one of some words; others are ignored."""
    return field(name, lambda value: value if value in known else None)


def shift(name: str) -> Variation:
    """A variation that sets an offset, from C{"x,y"}."""

    def vary(layer: Any, value: object) -> Any:
        numbers = [toNumber(v.strip()) for v in str(value).strip("[]() ").split(",")]
        if len(numbers) != 2 or None in numbers:
            return layer
        for axis, found in zip("xy", numbers, strict=True):
            layer = _replaced(layer, [*name.split("."), axis, "value"], found)
        return layer

    return vary


def _replaced(holder: Any, path: Sequence[str], value: object) -> Any:
    if len(path) > 1:
        value = _replaced(getattr(holder, path[0]), path[1:], value)
    return replace(holder, **{path[0]: value})
