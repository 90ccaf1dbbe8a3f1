# -*- test-case-name: tests.services.wms.test_getlegendgraphic -*-
"""A legend as JSON: titles, and the icons that QGIS Desktop's layer tree shows."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.encoders.image import PNG, encodeImage
from ogctwist.services.wms.legend.decoding import LegendSettings
from ogctwist.services.wms.legend.layout import symbolSize
from ogctwist.services.wms.legend.nodes import LegendLayer, LegendNode
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import LINE, POINT
from ogctwist.symbology.preview import drawSymbolPreview
from ogctwist.symbology.symbols import Symbol

#: Pixels of an icon's side, at least, and the dots an inch of the screen that they are for.
ICON, MARGIN, SCREEN_DPI, LARGEST = 16, 1, 96.0, 512


def legendJson(layers: Sequence[LegendLayer], settings: LegendSettings, frame: Frame) -> bytes:
    """The document of FORMAT=application/json: the nodes of all layers that have entries."""
    screen = frame.child(view=replace(frame.view, dpi=SCREEN_DPI))
    nodes = [_layerNode(layer, settings, screen) for layer in layers if layer.nodes]
    document = {"nodes": nodes, "title": ""}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _layerNode(layer: LegendLayer, settings: LegendSettings, frame: Frame) -> dict[str, object]:
    if layer.isEmbedded:
        node = {**_symbolNode(layer.nodes[0], settings, frame), "type": "layer"}
        return node
    symbols = [_symbolNode(node, settings, frame) for node in layer.nodes]
    return {"symbols": symbols, "title": layer.title, "type": "layer"}


def _symbolNode(node: LegendNode, settings: LegendSettings, frame: Frame) -> dict[str, object]:
    described: dict[str, object] = {"title": node.label}
    picture = _icon(node, settings, frame)
    if picture is not None:
        described["icon"] = base64.b64encode(encodeImage(picture, PNG)).decode("ascii")
    if node.item is not None:
        if node.item.minimumScale > 0:
            described["scaleMaxDenom"] = _shortest(node.item.minimumScale)
        if node.item.maximumScale > 0:
            described["scaleMinDenom"] = _shortest(node.item.maximumScale)
    return described


def _shortest(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _icon(node: LegendNode, settings: LegendSettings, frame: Frame) -> np.ndarray | None:
    if node.symbol is not None:
        return symbolIcon(node.symbol, frame, settings)
    if node.color is not None:
        canvas = Canvas(max(int(settings.symbolWidth), 1), max(int(settings.symbolHeight), 1))
        canvas.clear(node.color)
        return canvas.pixels
    return node.picture


def symbolIcon(symbol: Symbol, frame: Frame, settings: LegendSettings) -> np.ndarray:
    """A symbol as an icon: markers and lines are as large as they need, fills have the usual size."""
    if symbol.kind == POINT:
        size = math.ceil(symbolSize(symbol, settings, frame)[0] * frame.pixelsPerMm)
        side = min(max(ICON, size + 2), LARGEST)
        return drawSymbolPreview(symbol, side, side, frame, margin=MARGIN)
    if symbol.kind == LINE:
        height = min(max(ICON, 2 * math.ceil(symbol.extent(frame))), LARGEST) + 2 * MARGIN
        return drawSymbolPreview(symbol, ICON, height, frame)
    return drawSymbolPreview(symbol, ICON, ICON, frame)
