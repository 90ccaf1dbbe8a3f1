# -*- test-case-name: tests.symbology.test_renderers -*-
"""
Renderers that choose one symbol for each feature: none, single, categorized
and graduated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import Value
from ogctwist.symbology.datadefined import asNumbers
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.markup import optionValue
from ogctwist.symbology.symbols import Symbol


class Renderer(Protocol):
    """
    What decides which symbols draw which features.
    """

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """All symbols, in the order of the legend."""

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """The attributes that it needs to choose symbols; None: all."""

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """Which symbols draw the features of a batch."""


@dataclass(frozen=True)
class SingleRenderer:
    """Every feature with the same symbol; without symbols, nothing is drawn."""

    symbols: tuple[Symbol, ...] = ()

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{Renderer}."""
        return frozenset()

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{Renderer}."""
        return Jobs.fromCodes(np.full(len(batch), 0 if self.symbols else -1))


def _isShown(frame: Frame, key: str, isActive: bool) -> bool:
    """Whether a legend entry is drawn: what the request checks, else what the style says."""
    if frame.checkedRules is not None and key:
        return key in frame.checkedRules
    return isActive


@dataclass(frozen=True)
class Category:
    """
    @ivar values: what it stands for; None is NULL.  An empty text or None
        alone is also the category of all other values.
    @ivar symbol: position in the renderer's symbols.
    @ivar key: of the legend entry.
    """

    values: tuple[object, ...]
    symbol: int
    label: str = ""
    isActive: bool = True
    key: str = ""


@dataclass(frozen=True)
class CategorizedRenderer:
    """A symbol for each of some values; of equal values the last counts, as in QGIS."""

    value: Value
    categories: tuple[Category, ...]
    symbols: tuple[Symbol, ...]

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{Renderer}."""
        return self.value.fields

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{Renderer}."""
        column = self.value.column(batch, frame)
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        table, other = self._table(frame)
        codes = [table.get(key, other) for key in map(_key, encoded.dictionary.to_pylist())]
        index = encoded.indices.fill_null(len(codes)).to_numpy(zero_copy_only=False)
        lookup = np.array([*codes, table.get("", other)], np.int64)
        return Jobs.fromCodes(lookup[index])

    def _table(self, frame: Frame) -> tuple[dict[object, int], int]:
        """Codes by key, and the code of all other values; -1 draws nothing."""
        table: dict[object, int] = {}
        for category in self.categories:
            code = category.symbol if _isShown(frame, category.key, category.isActive) else -1
            for value in category.values:
                table[_key(value)] = code
        return table, table.get("", -1)


def _key(value: object) -> object:
    """What makes two values the same category: numbers by value, all else by text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return float(value)
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return _numeric(text)


def _numeric(text: str) -> object:
    """Text that spells a number the usual way counts as the number, as QGIS compares both as text."""
    if text and text[0] in "-0123456789" and not (len(text) > 1 and text[0] == "0" and text[1].isdigit()):
        try:
            return float(text)
        except ValueError:
            return text
    return text


@dataclass(frozen=True)
class ValueRange:
    """
    @ivar lower: included (likewise C{upper}); of two ranges that share a bound the first counts.
    """

    lower: float
    upper: float
    symbol: int
    label: str = ""
    isActive: bool = True
    key: str = ""


@dataclass(frozen=True)
class GraduatedRenderer:
    """A symbol for each range of numbers; what is in none, or no number, is not drawn."""

    value: Value
    ranges: tuple[ValueRange, ...]
    symbols: tuple[Symbol, ...]

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{Renderer}."""
        return self.value.fields

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{Renderer}."""
        values = asNumbers(self.value.column(batch, frame))
        codes = np.full(len(values), -1, np.int64)
        free = ~np.isnan(values)
        for entry in self.ranges:
            near = 4 * np.finfo(float).eps
            within = free & (values >= entry.lower - near) & (values <= entry.upper + near)
            free &= ~within
            if _isShown(frame, entry.key, entry.isActive):
                codes[within] = entry.symbol
        return Jobs.fromCodes(codes)


@dataclass(frozen=True)
class SymbolTable:
    """Symbols by the names that a renderer's XML refers to them with."""

    symbols: tuple[Symbol, ...]
    positions: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, symbols: dict[str, Symbol]) -> SymbolTable:
        """@param symbols: in the order of the file."""
        return cls(tuple(symbols.values()), {name: i for i, name in enumerate(symbols)})


def readCategorized(element, table: SymbolTable, fieldNames: Sequence[str]) -> CategorizedRenderer:
    """@param element: C{<renderer-v2 type="categorizedSymbol">}."""
    categories = []
    for position, child in enumerate(element.iterfind("categories/category")):
        symbol = table.positions.get(child.get("symbol", ""))
        if symbol is None:
            continue
        categories.append(
            Category(
                values=_categoryValues(child),
                symbol=symbol,
                label=child.get("label", ""),
                isActive=child.get("render", "true") != "false",
                key=child.get("uuid") or str(position),
            )
        )
    return CategorizedRenderer(
        Value.read(element.get("attr", ""), fieldNames), tuple(categories), table.symbols
    )


def _categoryValues(element) -> tuple[object, ...]:
    listed = element.findall("val")
    if listed:
        return tuple(_categoryValue(v) for v in listed)
    option = element.find("Option")
    if option is not None:
        value = optionValue(option)
        return tuple(value) if isinstance(value, list) else (value,)
    return (_categoryValue(element),)


def _categoryValue(element) -> object:
    text, kind = element.get("value", ""), element.get("type", "string")
    if kind == "NULL" or not text:
        return None
    if kind in ("double", "integer", "int", "long", "long long", "qlonglong", "uint", "ulong"):
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "bool":
        return text in ("true", "1")
    return text


def readGraduated(element, table: SymbolTable, fieldNames: Sequence[str]) -> GraduatedRenderer:
    """@param element: C{<renderer-v2 type="graduatedSymbol">}."""
    ranges = []
    for position, child in enumerate(element.iterfind("ranges/range")):
        symbol = table.positions.get(child.get("symbol", ""))
        if symbol is None:
            continue
        ranges.append(
            ValueRange(
                lower=float(child.get("lower", "nan")),
                upper=float(child.get("upper", "nan")),
                symbol=symbol,
                label=child.get("label", ""),
                isActive=child.get("render", "true") != "false",
                key=child.get("uuid") or str(position),
            )
        )
    return GraduatedRenderer(Value.read(element.get("attr", ""), fieldNames), tuple(ranges), table.symbols)
