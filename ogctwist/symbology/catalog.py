# -*- test-case-name: tests.symbology.test_symbols -*-
"""Which classes of symbol layers there are, for which kinds of symbols."""

from __future__ import annotations

from ogctwist.symbology.fills import readSimpleFill
from ogctwist.symbology.lines import readSimpleLine
from ogctwist.symbology.markers import readSimpleMarker
from ogctwist.symbology.parts import LINE, POINT, POLYGON
from ogctwist.symbology.symbols import LayerReader, SymbolReader

LAYER_READERS: dict[tuple[int, str], LayerReader] = {
    (POLYGON, "SimpleFill"): readSimpleFill,
    (POLYGON, "SimpleLine"): readSimpleLine,
    (LINE, "SimpleLine"): readSimpleLine,
    (POINT, "SimpleMarker"): readSimpleMarker,
}


def symbolReader() -> SymbolReader:
    """A reader of symbols with all layers that can be drawn."""
    return SymbolReader(LAYER_READERS)
