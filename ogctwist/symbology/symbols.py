# -*- test-case-name: tests.symbology.test_symbols -*-
"""
Symbols: some layers, each drawn for every part of a feature's geometry.

A symbol is immutable and belongs to no map.  To draw, it is asked for a
painter over the parts of one batch; the painter knows colours and pixels, and
draws any run of the parts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import Properties, number
from ogctwist.symbology.parts import LINE, POINT, POLYGON, Parts

KINDS = {"marker": POINT, "line": LINE, "fill": POLYGON}


@dataclass(frozen=True, eq=False)
class Drawing:
    """
    What a painter draws with.

    @ivar opacity: of the symbol; colours are faded by it.
    @ivar selectionColor: replaces the colours of what is selected; None for what is not.
    @ivar angles: float64, for each part the degrees clockwise by which markers turn
        with the line they stand on; None for none.
    """

    frame: Frame
    opacity: float = 1.0
    selectionColor: Color | None = None
    angles: np.ndarray | None = None

    def color(self, color: Color) -> Color:
        """The colour as it is drawn."""
        if self.selectionColor is not None:
            return self.selectionColor.faded(self.opacity)
        return color.faded(self.opacity)


class Painter(Protocol):
    """Draws the parts it was made for."""

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """Draw the parts from C{start} up to C{stop}, one after the other."""


class SymbolLayer(Protocol):
    """One layer of a symbol."""

    #: L{POINT}, L{LINE} or L{POLYGON}: what it is made for.
    renderingPass: int

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """
        @param parts: of the kind of the symbol; C{parts.rowOf} are rows of C{batch}.
        """

    def extent(self, frame: Frame) -> float:
        """How far it may draw beyond the geometry, in pixels."""


@dataclass(frozen=True)
class Symbol:
    """
    @ivar kind: L{POINT}, L{LINE} or L{POLYGON}.
    @ivar layers: bottom first; only those that are enabled and can be drawn.
    @ivar opacity: 0 to 1.
    @ivar clipToExtent: whether geometries may be cut at the map's edge.
    @ivar fields: attributes that its layers need; None: all.
    @ivar unsupported: names of what the symbol asks for and cannot be drawn.
    """

    kind: int
    layers: tuple[SymbolLayer, ...]
    opacity: float = 1.0
    clipToExtent: bool = True
    fields: frozenset[str] | None = frozenset()
    unsupported: tuple[str, ...] = ()

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> SymbolPainter:
        """A painter for the parts of one batch."""
        if self.opacity != 1:
            drawing = replace(drawing, opacity=drawing.opacity * self.opacity)
        painters = [layer.painter(parts, batch, drawing) for layer in self.layers]
        return SymbolPainter(self, painters, len(parts))

    def extent(self, frame: Frame) -> float:
        """How far the symbol may draw beyond the geometry, in pixels."""
        return max((layer.extent(frame) for layer in self.layers), default=0.0)


class SymbolPainter:
    """
    Draws the parts of one batch with all layers of a symbol: every part with all
    layers before the next part.
    """

    def __init__(self, symbol: Symbol, painters: Sequence[Painter], count: int):
        self.symbol = symbol
        self.painters = painters
        self.count = count

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """Draw the parts from C{start} up to C{stop}."""
        _paintInTurn(self.painters, canvas, start, stop)

    def paintPass(self, canvas: Canvas, start: int, stop: int, renderingPass: int) -> None:
        """The same with the layers of one rendering pass (symbol level)."""
        layers = zip(self.symbol.layers, self.painters, strict=True)
        _paintInTurn([p for layer, p in layers if layer.renderingPass == renderingPass], canvas, start, stop)


def _paintInTurn(painters: Sequence[Painter], canvas: Canvas, start: int, stop: int) -> None:
    if len(painters) == 1:
        painters[0].paint(canvas, start, stop)
        return
    for index in range(start, stop):
        for painter in painters:
            painter.paint(canvas, index, index + 1)


@dataclass(frozen=True)
class LayerMarkup:
    """
    What a symbol layer is read from.

    @ivar kind: of the symbol it belongs to.
    @ivar subSymbol: the symbol that it draws with (marker lines, …), or None.
    """

    className: str
    kind: int
    properties: Properties
    renderingPass: int = 0
    subSymbol: Symbol | None = None
    element: object = field(default=None, compare=False)


LayerReader = Callable[[LayerMarkup], SymbolLayer]


class SymbolReader:
    """
    Reads C{<symbol>} elements.

    @ivar readers: how to read each class of symbol layer.
    """

    def __init__(self, readers: Mapping[tuple[int, str], LayerReader]):
        self._readers = readers

    def read(self, element) -> Symbol:
        """
        @param element: a C{<symbol>}.
        """
        kind = KINDS.get(element.get("type", ""), POINT)
        layers: list[SymbolLayer] = []
        unsupported: list[str] = []
        for child in element.iterchildren("layer"):
            if child.get("enabled", "1") == "0":
                continue
            self._readLayer(child, kind, layers, unsupported)
        return Symbol(
            kind=kind,
            layers=tuple(layers),
            opacity=number(element.get("alpha"), 1.0),
            clipToExtent=element.get("clip_to_extent", "1") != "0",
            unsupported=tuple(unsupported),
        )

    def _readLayer(self, element, kind: int, layers: list[SymbolLayer], unsupported: list[str]) -> None:
        className = element.get("class", "")
        sub = element.find("symbol")
        subSymbol = None if sub is None else self.read(sub)
        if subSymbol is not None:
            unsupported.extend(subSymbol.unsupported)
        markup = LayerMarkup(
            className, kind, Properties.of(element), int(number(element.get("pass"))), subSymbol, element
        )
        reader = self._readers.get((kind, className))
        if reader is None:
            unsupported.append(f"symbol layer {className}")
            return
        layers.append(reader(markup))


def readSymbols(parent, reader: SymbolReader) -> dict[str, Symbol]:
    """The symbols of a C{<symbols>} element by name."""
    if parent is None:
        return {}
    return {element.get("name", ""): reader.read(element) for element in parent.iterchildren("symbol")}
