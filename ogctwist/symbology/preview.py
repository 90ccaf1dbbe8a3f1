# -*- test-case-name: tests.symbology.test_preview -*-
"""Symbols in small boxes, as legends show them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.expression import ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.dynamic import DynamicLayer
from ogctwist.symbology.effectlayer import EffectLayer
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.generated import GeometryGenerator
from ogctwist.symbology.parts import LINE, POINT, Parts
from ogctwist.symbology.symbols import Drawing, Symbol, SymbolLayer


def drawSymbolPreview(symbol: Symbol, width: int, height: int, frame: Frame, margin: int = 0) -> np.ndarray:
    """
    A symbol as a picture: a marker in the middle, a line across at half height, a fill
    over the whole box; its stroke is half outside.

    @param width: of the box, pixels (likewise C{height}).
    @param frame: gives dpi and scale.
    @param margin: pixels of the picture around the box.
    @return: uint8 (height + 2 margin, width + 2 margin, 4), premultiplied, cairo's byte order.
    """
    canvas = Canvas(width + 2 * margin, height + 2 * margin)
    drawSymbolIn(canvas, symbol, (margin, margin, width, height), frame)
    return canvas.pixels


def drawSymbolIn(
    canvas: Canvas, symbol: Symbol, box: tuple[float, float, float, float], frame: Frame
) -> None:
    """
    Draw a symbol into a box of a canvas.

    @param box: (x, y, width, height) in pixels.
    """
    drawing = Drawing(frame, opacity=symbol.opacity)
    nobody = FeatureBatch(np.array([-1]), None, {})
    for layer in symbol.layers:
        plain = staticLayer(layer, frame)
        if isinstance(plain, GeometryGenerator):
            inner = replace(plain.symbol, opacity=plain.symbol.opacity * symbol.opacity)
            drawSymbolIn(canvas, inner, box, frame)
            continue
        try:
            painter = plain.painter(_partsIn(symbol.kind, box), nobody, drawing)
        except ExpressionError:
            continue  # it needs a feature, and a legend has none
        painter.paint(canvas, 0, 1)


def staticLayer(layer: SymbolLayer, frame: Frame) -> SymbolLayer:
    """A layer without what comes from the data: constants and expressions without fields stay."""
    if isinstance(layer, EffectLayer):
        return layer.static(frame, staticLayer)
    plain = layer.static(frame) if isinstance(layer, DynamicLayer) else layer
    inner = getattr(plain, "symbol", None)
    if isinstance(inner, Symbol):
        return replace(plain, symbol=staticSymbol(inner, frame))  # type: ignore[type-var]
    return plain


def staticSymbol(symbol: Symbol, frame: Frame) -> Symbol:
    """A symbol without what comes from the data."""
    layers = tuple(staticLayer(layer, frame) for layer in symbol.layers)
    return replace(symbol, layers=layers, opacityDefined=None, fields=frozenset())


def _partsIn(kind: int, box: tuple[float, float, float, float]) -> Parts:
    x, y, width, height = box
    if kind == POINT:
        coords = np.array([[x + width / 2, y + height / 2]])
    elif kind == LINE:
        coords = np.array([[x, y + height / 2], [x + width, y + height / 2]])
    else:
        right, bottom = x + width, y + height
        coords = np.array([[x, y], [right, y], [right, bottom], [x, bottom], [x, y]], float)
    offsets = np.array([0, len(coords)])
    return Parts(kind, coords, offsets, np.array([0, 1]), np.array([0]))


__all__ = ["drawSymbolIn", "drawSymbolPreview", "staticLayer", "staticSymbol"]
