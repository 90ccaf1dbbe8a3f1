# -*- test-case-name: tests.services.wms.test_legendlayout -*-
"""
Where the parts of a legend stand, and their drawing: QGIS's own layout of
symbols in a column, in millimetres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ogctwist.canvas.cairo import cairo
from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import BLACK, Color
from ogctwist.services.wms.legend.decoding import LegendSettings
from ogctwist.services.wms.legend.nodes import LegendLayer, LegendNode, RampBar
from ogctwist.services.wms.legend.words import Words
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import POINT
from ogctwist.symbology.preview import drawSymbolIn, staticLayer
from ogctwist.symbology.symbols import Symbol

#: Below the heading of the whole legend, which WMS never has: the space stays.
TITLE_SPACE = 3.5
#: Symbols of a legend are drawn as for a screen of this, and the picture is then scaled, whatever DPI
#: the request names: it shows in symbols measured in map units.
SYMBOL_DPI = 96.0
#: Pictures that stand for a layer, mm.
PICTURE_SIZE = (50.0, 25.0)


@dataclass(frozen=True, eq=False)
class _Entry:
    """
    A node with its sizes.

    @ivar width: of the symbol (likewise C{height}), mm.
    """

    node: LegendNode
    width: float
    height: float
    labelHeight: float
    labelWidth: float

    @property
    def tall(self) -> float:
        return max(self.height, self.labelHeight)


@dataclass(eq=False)
class LegendLayout:
    """
    A legend, ready to be drawn.

    @ivar width: mm (likewise C{height}).
    @ivar frame: dpi and scale of symbols.
    """

    layers: Sequence[LegendLayer]
    settings: LegendSettings
    frame: Frame
    width: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        self.frame = symbolFrame(self.frame)
        self._titles = Words(self.settings.layerFont)
        self._labels = Words(self.settings.itemFont)
        self._entries = [[self._measured(node) for node in layer.nodes] for layer in self.layers]
        self.width, self.height = self._size()

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the picture."""
        scale = self.settings.pixelsPerMm
        return int(self.width * scale), int(self.height * scale)

    def draw(self, canvas: Canvas) -> None:
        """@param canvas: of C{pixels}."""
        settings = self.settings
        y = settings.boxSpace + TITLE_SPACE
        for number, (layer, entries) in enumerate(zip(self.layers, self._entries, strict=True)):
            if number:
                y += self._spaceAbove(layer)
            y = self._drawLayer(canvas, layer, entries, y)

    def _drawLayer(self, canvas: Canvas, layer: LegendLayer, entries: Sequence[_Entry], y: float) -> float:
        settings = self.settings
        left, isFirst = settings.boxSpace, True
        if self._hasTitle(layer):
            baseline = y + self._titles.ascent
            self._titles.draw(canvas, left, baseline, layer.title, settings.pixelsPerMm)
            y, isFirst = baseline + settings.layerTitleSpace, False
        widest = max((entry.width for entry in entries), default=0.0)
        for entry in entries:
            y += 0.0 if isFirst else settings.symbolSpace
            isFirst = False
            self._drawSymbol(canvas, entry, left, y, layer.opacity)
            self._drawLabel(canvas, entry, left + widest + settings.iconLabelSpace, y)
            y += entry.tall
        return y

    def _drawLabel(self, canvas: Canvas, entry: _Entry, x: float, y: float) -> None:
        words, scale = self._labels, self.settings.pixelsPerMm
        bar = entry.node.bar
        if bar is not None:
            words.draw(canvas, x, y + words.ascent, bar.high, scale)
            words.draw(canvas, x, y + entry.height - words.descent, bar.low, scale)
            return
        if entry.labelHeight < entry.height:
            y += (entry.height - entry.labelHeight) / 2
        for line in entry.node.label.split("\n"):
            y += words.height
            words.draw(canvas, x, y, line, scale)
            y += words.descent + 1.0

    def _drawSymbol(self, canvas: Canvas, entry: _Entry, x: float, y: float, opacity: float) -> None:
        node, scale = entry.node, self.settings.pixelsPerMm
        if node.symbol is not None:
            itemHeight = max(self.settings.symbolHeight, self._labels.height)
            with canvas.group(opacity):
                drawNodeSymbol(canvas, node.symbol, x, y, itemHeight, self.settings, self.frame)
        elif node.color is not None:
            y += (max(self.settings.symbolHeight, self._labels.height) - self.settings.symbolHeight) / 2
            _drawBox(canvas, _pixelBox(x, y, entry, scale), node.color.faded(opacity))
        elif node.bar is not None:
            _drawBar(canvas, _pixelBox(x, y, entry, scale), node.bar, opacity)
        elif node.picture is not None:
            _drawPicture(canvas, x * scale, y * scale, node.picture, scale)

    def _measured(self, node: LegendNode) -> _Entry:
        words, settings = self._labels, self.settings
        lines = node.label.split("\n")
        labelHeight = len(lines) * words.height + (len(lines) - 1) * (1.0 + words.descent)
        labelWidth = max(words.width(line) for line in lines)
        width = height = 0.0
        if node.symbol is not None:
            width, height = symbolSize(node.symbol, settings, self.frame)
            width, height = max(width, settings.symbolWidth), max(height, settings.symbolHeight)
        elif node.color is not None:
            width, height = settings.symbolWidth, settings.symbolHeight
        elif node.bar is not None:
            width = settings.symbolWidth
            height = max(2 * (words.ascent + words.descent) + 0.3, settings.symbolHeight)
            labelWidth, labelHeight = max(words.width(node.bar.low), words.width(node.bar.high)), 0.0
        elif node.picture is not None:
            width, height = PICTURE_SIZE
        return _Entry(node, width, height, labelHeight, labelWidth)

    def _hasTitle(self, layer: LegendLayer) -> bool:
        return self.settings.showsLayerTitles and bool(layer.title)

    def _spaceAbove(self, layer: LegendLayer) -> float:
        if self._hasTitle(layer):
            return self.settings.layerSpace
        return self.settings.symbolSpace if layer.nodes else 0.0

    def _size(self) -> tuple[float, float]:
        settings = self.settings
        width, height = 0.0, 2 * settings.boxSpace + TITLE_SPACE
        for number, (layer, entries) in enumerate(zip(self.layers, self._entries, strict=True)):
            height += self._spaceAbove(layer) if number else 0.0
            spaces = max(len(entries) - 1, 0)
            if self._hasTitle(layer):
                width = max(width, self._titles.width(layer.title))
                height += self._titles.ascent + settings.layerTitleSpace
                spaces = len(entries)
            height += sum(entry.tall for entry in entries) + spaces * settings.symbolSpace
            if entries:
                widest = max(entry.width for entry in entries)
                labels = max(entry.labelWidth for entry in entries)
                width = max(width, widest + settings.iconLabelSpace + labels)
        return width + 2 * settings.boxSpace, height


def symbolFrame(frame: Frame) -> Frame:
    """The frame in which symbols of a legend are drawn."""
    return frame.child(view=replace(frame.view, dpi=SYMBOL_DPI))


def symbolSize(symbol: Symbol, settings: LegendSettings, frame: Frame) -> tuple[float, float]:
    """Width and height of what is drawn for a symbol, mm: markers have their own, others the box's."""
    if symbol.kind != POINT:
        return settings.symbolWidth, settings.symbolHeight
    size = 0.0
    for layer in symbol.layers:
        placement = getattr(staticLayer(layer, frame), "placement", None)
        if placement is not None:
            size = max(size, placement.size.pixels(frame) / frame.pixelsPerMm)
    return size, size


def drawNodeSymbol(
    canvas: Canvas,
    symbol: Symbol,
    x: float,
    y: float,
    itemHeight: float,
    settings: LegendSettings,
    frame: Frame,
) -> None:
    """
    Draw the symbol of an entry: small markers in the middle of the box, large ones from its corner.

    @param x: mm of the left side of the symbol (likewise C{y}: the top).
    @param itemHeight: mm of the line that the box stands in the middle of.
    """
    scale = frame.pixelsPerMm
    width, height = symbolSize(symbol, settings, frame)
    x += max((settings.symbolWidth - width) / 2, 0.0)
    y += (itemHeight - settings.symbolHeight) / 2 + max((settings.symbolHeight - height) / 2, 0.0)
    size = (math.floor(width * scale + 0.5), math.floor(height * scale + 0.5))
    with canvas.saved():
        canvas.context.scale(settings.pixelsPerMm / scale, settings.pixelsPerMm / scale)
        canvas.context.translate(x * scale, y * scale)
        drawSymbolIn(canvas, symbol, (0.0, 0.0, *size), frame)


def drawEntry(
    canvas: Canvas, layer: LegendLayer, node: LegendNode, settings: LegendSettings, frame: Frame
) -> None:
    """Draw the symbol of one entry alone, as RULE asks: in the middle of the height, at the left."""
    if node.symbol is not None:
        height = canvas.height / settings.pixelsPerMm
        with canvas.group(layer.opacity):
            drawNodeSymbol(canvas, node.symbol, 0.0, 0.0, height, settings, symbolFrame(frame))
    elif node.color is not None:
        width = settings.symbolWidth * settings.pixelsPerMm
        tall = settings.symbolHeight * settings.pixelsPerMm
        _drawBox(canvas, (0.0, max((canvas.height - tall) / 2, 0.0), width, tall), node.color)


def _pixelBox(x: float, y: float, entry: _Entry, scale: float) -> tuple[float, float, float, float]:
    return x * scale, y * scale, entry.width * scale, entry.height * scale


def _drawBox(canvas: Canvas, box: tuple[float, float, float, float], color: Color) -> None:
    context = canvas.context
    with canvas.saved():
        context.rectangle(*box)
        context.set_source_rgba(*color)
        context.fill_preserve()
        _outline(context)


def _outline(context) -> None:
    context.set_source_rgba(*BLACK)
    context.set_line_width(1.0)
    context.stroke()


def _drawBar(canvas: Canvas, box: tuple[float, float, float, float], bar: RampBar, opacity: float) -> None:
    x, y, width, height = box
    ends = (0, y + height, 0, y) if bar.isVertical else (x, 0, x + width, 0)
    gradient = cairo.LinearGradient(*ends)
    for position, color in bar.ramp.stops:
        gradient.add_color_stop_rgba(position, *color.faded(opacity))
    context = canvas.context
    with canvas.saved():
        context.rectangle(*box)
        context.set_source(gradient)
        context.fill_preserve()
        _outline(context)


def _drawPicture(canvas: Canvas, x: float, y: float, picture: np.ndarray, scale: float) -> None:
    """A picture, as large as fits, at the top left of its place."""
    height, width = picture.shape[:2]
    factor = min(PICTURE_SIZE[0] * scale / width, PICTURE_SIZE[1] * scale / height)
    surface = cairo.ImageSurface.create_for_data(
        bytearray(np.ascontiguousarray(picture).tobytes()), cairo.FORMAT_ARGB32, width, height, width * 4
    )
    context = canvas.context
    with canvas.saved():
        context.translate(x, y)
        context.scale(factor, factor)
        context.set_source_surface(surface)
        context.get_source().set_filter(cairo.FILTER_BEST)
        context.paint()
