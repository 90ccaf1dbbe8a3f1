# -*- test-case-name: tests.symbology.test_vector -*-
"""C{<renderer-v2>} elements to renderers."""

from __future__ import annotations

from collections.abc import Sequence

from ogctwist.expression import ExpressionError
from ogctwist.symbology.catalog import symbolReader
from ogctwist.symbology.combined import CombinedRenderer
from ogctwist.symbology.grouped import readGroups
from ogctwist.symbology.heatmap import readHeatmap
from ogctwist.symbology.renderers import (
    Renderer,
    SingleRenderer,
    SymbolTable,
    readCategorized,
    readGraduated,
)
from ogctwist.symbology.rules import readRules
from ogctwist.symbology.symbols import readSymbols

#: Renderers within renderers: more than that is no style.
DEEPEST = 5


def readRenderer(element, fieldNames: Sequence[str], problems: list[str], depth: int = 0) -> Renderer:
    """
    The renderer of a style; one that draws nothing where it cannot be read.

    @param fieldNames: the attributes of the layer as far as they are known.
    @param problems: gets the names of what cannot be drawn.
    """
    kind = "nullSymbol" if element is None or depth > DEEPEST else element.get("type", "")
    if kind == "nullSymbol":
        return SingleRenderer()
    try:
        if kind in _EMBEDDING:
            embedded = readRenderer(element.find("renderer-v2"), fieldNames, problems, depth + 1)
            if element.get("labelAttributeName"):
                problems.append(f"labels of renderer {kind}")
            return _readEmbedding(kind, element, embedded, fieldNames)
        return _readPlain(kind, element, fieldNames, problems)
    except (ExpressionError, ValueError) as error:
        problems.append(f"renderer {kind}: {error}")
        return SingleRenderer()


def _readPlain(kind: str, element, fieldNames: Sequence[str], problems: list[str]) -> Renderer:
    reader = symbolReader(fieldNames)
    if kind == "25dRenderer":
        child = element.find("symbol")
        return SingleRenderer(() if child is None else (reader.read(child),))
    table = SymbolTable.of(readSymbols(element.find("symbols"), reader))
    if kind == "singleSymbol":
        return SingleRenderer(table.symbols[:1])
    if kind == "categorizedSymbol":
        return readCategorized(element, table, fieldNames)
    if kind == "graduatedSymbol":
        return readGraduated(element, table, fieldNames)
    if kind == "RuleRenderer":
        return readRules(element, table, fieldNames)
    if kind == "heatmapRenderer":
        return readHeatmap(element, fieldNames)
    problems.append(f"renderer {kind}")
    return SingleRenderer()


#: Renderers that draw with another one.
_EMBEDDING = frozenset(
    (
        "invertedPolygonRenderer",
        "mergedFeatureRenderer",
        "pointDisplacement",
        "pointCluster",
        "embeddedSymbol",
    )
)


def _readEmbedding(kind: str, element, embedded: Renderer, fieldNames: Sequence[str]) -> Renderer:
    if kind == "invertedPolygonRenderer":
        merges = element.get("preprocessing", "0") == "1"
        return CombinedRenderer(embedded, isInverted=True, merges=merges)
    if kind == "mergedFeatureRenderer":
        return CombinedRenderer(embedded)
    if kind == "embeddedSymbol":
        # Sources do not tell the symbols of single features: all are drawn with the default ones.
        return embedded
    child = element.find("symbol")
    centre = None if child is None else symbolReader(fieldNames).read(child)
    return readGroups(element, embedded, centre)
