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
from typing import Any, Protocol

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.coats import Coat, Stamps
from ogctwist.canvas.ink import Color
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import contextOf, unionOfFields
from ogctwist.symbology.datadefined import DataDefined, factored, readDataDefined, toNumber
from ogctwist.symbology.effects import readEffects
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
    @ivar sizes: float64, for each part the size of markers in pixels; None for that of the layer.
    """

    frame: Frame
    opacity: float = 1.0
    selectionColor: Color | None = None
    angles: np.ndarray | None = None
    sizes: np.ndarray | None = None

    def take(self, chosen: np.ndarray) -> Drawing:
        """For some of the parts, by position."""
        angles = None if self.angles is None else self.angles[chosen]
        sizes = None if self.sizes is None else self.sizes[chosen]
        return replace(self, angles=angles, sizes=sizes)

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

    @property
    def renderingPass(self) -> int:
        """The symbol level it is drawn in."""

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
    @ivar opacityDefined: the opacity in percent, from the data; None: C{opacity} counts.
    @ivar clipToExtent: whether geometries may be cut at the map's edge.
    @ivar fields: attributes that its layers need; None: all.
    @ivar scope: variables that expressions of its layers see (those they mention).
    @ivar unsupported: names of what the symbol asks for and cannot be drawn.
    """

    kind: int
    layers: tuple[SymbolLayer, ...]
    opacity: float = 1.0
    opacityDefined: DataDefined | None = None
    clipToExtent: bool = True
    fields: frozenset[str] | None = frozenset()
    scope: tuple[tuple[str, object], ...] = ()
    unsupported: tuple[str, ...] = ()

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> SymbolPainter:
        """A painter for the parts of one batch."""
        if self.opacityDefined is not None:
            return _variedOpacity(self, self.opacityDefined, parts, batch, drawing)
        if self.opacity != 1:
            drawing = replace(drawing, opacity=drawing.opacity * self.opacity)
        if self.scope:
            context = contextOf(drawing.frame).child(dict(self.scope))
            drawing = replace(drawing, frame=drawing.frame.child(context=context))
        painters = [layer.painter(parts, batch, drawing) for layer in self.layers]
        return SymbolPainter(self, painters, len(parts))

    def extent(self, frame: Frame) -> float:
        """How far the symbol may draw beyond the geometry, in pixels."""
        return max((layer.extent(frame) for layer in self.layers), default=0.0)


class MixedPainter:
    """Parts drawn by different painters, in order."""

    def __init__(self, painters: Sequence[tuple[np.ndarray, Painter]], count: int):
        """@param painters: (ascending positions of parts, their painter); what is in none is not drawn."""
        self._painters = [painter for _, painter in painters]
        self._which = np.full(count, -1, np.int64)
        self._local = np.zeros(count, np.int64)
        for which, (chosen, _) in enumerate(painters):
            self._which[chosen] = which
            self._local[chosen] = np.arange(len(chosen))

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        which = self._which[start:stop]
        edges = np.flatnonzero(np.diff(which)) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(which)], strict=True):
            if last > first and which[first] >= 0:
                local = int(self._local[start + first])
                self._painters[which[first]].paint(canvas, local, local + last - first)


def _variedOpacity(
    symbol: Symbol, opacity: DataDefined, parts: Parts, batch: FeatureBatch, drawing: Drawing
) -> SymbolPainter:
    """A painter for a symbol whose opacity comes from the data."""
    combinations, codeOf = factored({"alpha": opacity}, batch, drawing.frame)
    codes = codeOf[parts.rowOf]
    variants: list[list[tuple[np.ndarray, Painter]]] = [[] for _ in symbol.layers]
    for code in np.unique(codes).tolist():
        percent = toNumber(combinations[code]["alpha"])
        share = symbol.opacity if percent is None else min(max(percent / 100, 0.0), 1.0)
        chosen = np.flatnonzero(codes == code)
        plain = replace(symbol, opacity=share, opacityDefined=None)
        painter = plain.painter(parts.take(chosen), batch, drawing.take(chosen))
        for painters, one in zip(variants, painter.painters, strict=True):
            painters.append((chosen, one))
    return SymbolPainter(symbol, [MixedPainter(painters, len(parts)) for painters in variants], len(parts))


class CoatPainter(Protocol):
    """A painter that may be no more than a coat of paint on every part."""

    def coat(self) -> Coat | Stamps | None:
        """The coat; None when there is more to it."""


def coatsOf(painters: Sequence[Painter]) -> list[Coat | Stamps] | None:
    """The painters as coats of paint; None when one of them is more than that."""
    coats: list[Coat | Stamps] = []
    for painter in painters:
        coat = painter.coat() if hasattr(painter, "coat") else None
        if coat is None:
            return None
        coats.append(coat)
    return coats


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
    coats = coatsOf(painters)
    if coats is not None:
        items = np.arange(start, stop, dtype=np.int64)
        canvas.paintMixed([coats], np.zeros(len(items), np.int32), items)
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
    @ivar reader: what reads it.
    @ivar unsupported: takes the names of what cannot be drawn.
    """

    className: str
    kind: int
    properties: Properties
    renderingPass: int = 0
    subSymbol: Symbol | None = None
    reader: SymbolReader | None = None
    unsupported: list[str] = field(default_factory=list)

    def requiredSubSymbol(self) -> Symbol:
        """The symbol that it draws with; one that draws nothing if the style has none."""
        return self.subSymbol if self.subSymbol is not None else Symbol(POINT, ())


@dataclass(frozen=True)
class LayerClass:
    """
    A class of symbol layers.

    @ivar read: makes a layer.
    @ivar variations: the properties that may be data-defined, and how each changes a
        layer (L{ogctwist.symbology.dynamic}).
    """

    read: Callable[[LayerMarkup], SymbolLayer]
    variations: Mapping[str, Any] = field(default_factory=dict)


class SymbolReader:
    """
    Reads C{<symbol>} elements.

    @ivar classes: the classes of symbol layers by kind of symbol and name.
    @ivar fieldNames: the attributes of the layer as far as they are known.
    @ivar assemble: joins a layer with its data-defined properties and its effects.
    """

    def __init__(
        self,
        classes: Mapping[tuple[int, str], LayerClass],
        fieldNames: Sequence[str],
        assemble: Callable[..., SymbolLayer],
    ):
        self._classes = classes
        self.fieldNames = fieldNames
        self._assemble = assemble

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
            layer = self._readLayer(child, kind, unsupported)
            if layer is not None:
                layers.append(layer)
        own = readDataDefined(element, self.fieldNames, unsupported)
        opacity = own.get("alpha")
        fields: list[frozenset[str] | None] = [getattr(layer, "fields", frozenset()) for layer in layers]
        return Symbol(
            kind=kind,
            layers=tuple(layers),
            opacity=number(element.get("alpha"), 1.0),
            opacityDefined=opacity,
            clipToExtent=element.get("clip_to_extent", "1") != "0",
            fields=unionOfFields([*fields, opacity.fields if opacity else frozenset()]),
            scope=_scope(layers),
            unsupported=tuple(unsupported),
        )

    def _readLayer(self, element, kind: int, unsupported: list[str]) -> SymbolLayer | None:
        className = element.get("class", "")
        layerClass = self._classes.get((kind, className))
        if layerClass is None:
            unsupported.append(f"symbol layer {className}")
            return None
        sub = element.find("symbol")
        subSymbol = None if sub is None else self.read(sub)
        if subSymbol is not None:
            unsupported.extend(subSymbol.unsupported)
        properties = Properties.of(element)
        renderingPass = int(number(element.get("pass")))
        layer = layerClass.read(
            LayerMarkup(className, kind, properties, renderingPass, subSymbol, self, unsupported)
        )
        defined = readDataDefined(element, self.fieldNames, unsupported)
        for name in [n for n in defined if n not in layerClass.variations and n != "enabled"]:
            del defined[name]
            unsupported.append(f"data-defined {name} of {className}")
        effects = readEffects(element.find("effect"), unsupported)
        return self._assemble(layer, defined, layerClass.variations, effects)


def _scope(layers: Sequence[SymbolLayer]) -> tuple[tuple[str, object], ...]:
    """C{@symbol_color} and C{@symbol_angle}, where a layer mentions them."""
    mentioned = frozenset().union(*(getattr(layer, "variables", frozenset()) for layer in layers))
    found: list[tuple[str, object]] = []
    if "symbol_color" in mentioned and (color := _colorOf(layers)) is not None:
        found.append(("symbol_color", ",".join(str(round(c * 255)) for c in color)))
    if "symbol_angle" in mentioned:
        placements = [getattr(_plain(layer), "placement", None) for layer in layers]
        angles = [angle for p in placements if (angle := getattr(p, "angle", None)) is not None]
        found.append(("symbol_angle", angles[0] if angles else 0.0))
    return tuple(found)


def _plain(layer: Any) -> Any:
    """A layer without what is wrapped around it."""
    while hasattr(layer, "base"):
        layer = layer.base
    return layer


def _colorOf(layers: Sequence[SymbolLayer]) -> Color | None:
    """The colour of the first layer that has one: QGIS's colour of a symbol."""
    for layer in map(_plain, layers):
        inner = getattr(layer, "symbol", None)
        candidates = (getattr(layer, "color", None), getattr(getattr(layer, "stroke", None), "color", None))
        color = next((c for c in candidates if isinstance(c, Color)), None)
        if color is None and isinstance(inner, Symbol):
            color = _colorOf(inner.layers)
        if color is not None:
            return color
    return None


def readSymbols(parent, reader: SymbolReader) -> dict[str, Symbol]:
    """The symbols of a C{<symbols>} element by name."""
    if parent is None:
        return {}
    return {element.get("name", ""): reader.read(element) for element in parent.iterchildren("symbol")}
