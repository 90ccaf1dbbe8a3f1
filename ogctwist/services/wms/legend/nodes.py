# -*- test-case-name: tests.services.wms.test_legendnodes -*-
"""What stands in a legend: layers, and for each its symbols, colours, ramps or picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ogctwist.canvas.ink import Color
from ogctwist.project.layers import Layer, Style
from ogctwist.symbology.colorramps import ColorRamp
from ogctwist.symbology.legend import LegendItem, legendItems
from ogctwist.symbology.markup import parseStyle
from ogctwist.symbology.raster import RasterPlan
from ogctwist.symbology.raster.bands import Grey, MultiBand, Paletted, PseudoColor
from ogctwist.symbology.raster.contrast import NONE as NO_CONTRAST
from ogctwist.symbology.raster.ramp import rgba
from ogctwist.symbology.symbols import Symbol
from ogctwist.symbology.vector import VectorPlan

_CHANNELS = (Color(1.0, 0.0, 0.0), Color(0.0, 1.0, 0.0), Color(0.0, 0.0, 1.0))


@dataclass(frozen=True, eq=False)
class RampBar:
    """
    A ramp of colours with the words at its ends; the largest value is on top.

    @ivar isVertical: whether it stands, as ramps do unless the style says otherwise.
    """

    ramp: ColorRamp
    low: str
    high: str
    isVertical: bool = True


@dataclass(frozen=True, eq=False)
class LegendNode:
    """
    One entry: a symbol, a colour, a ramp or a picture with its label, or a label alone.

    @ivar picture: uint8 (h, w, 4), premultiplied.
    @ivar item: what the renderer tells of it, for entries of vector layers.
    """

    label: str
    symbol: Symbol | None = None
    color: Color | None = None
    bar: RampBar | None = None
    picture: np.ndarray | None = None
    item: LegendItem | None = None


@dataclass(frozen=True, eq=False)
class LegendLayer:
    """
    A layer of a legend.

    @ivar isEmbedded: its only entry has no label of its own, and stands for the layer.
    """

    title: str
    nodes: tuple[LegendNode, ...]
    opacity: float = 1.0
    isEmbedded: bool = False

    def labelled(self, how: str) -> LegendLayer:
        """With entries labelled as RULELABEL says."""
        if how == "FALSE":
            return replace(self, nodes=tuple(replace(node, label=" ") for node in self.nodes))
        if how == "AUTO" and len(self.nodes) == 1:
            return replace(self, nodes=(replace(self.nodes[0], label=""),))
        return self


def vectorLayer(
    layer: Layer, style: Style, plan: VectorPlan, scale: float | None, drawn: Mapping[int, int] | None = None
) -> LegendLayer:
    """
    @param scale: leave out entries that do not show at it.
    @param drawn: features of a map by the symbol that draws them: other entries, and those
        switched off, are left out; None: all stay.
    """
    title = layer.description.title or layer.name
    items: Iterable[LegendItem] = legendItems(plan)
    if scale is not None:
        items = [item for item in items if item.showsAt(scale)]
    if drawn is not None:
        items = [item for item in items if item.isActive and drawn.get(item.symbolIndex)]
    nodes = tuple(LegendNode(item.label, item.symbol, item=item) for item in items if item.ramp is None)
    isEmbedded = len(nodes) == 1 and not nodes[0].label
    if isEmbedded:
        nodes = (replace(nodes[0], label=title),)
    return LegendLayer(title, nodes, style.opacity, isEmbedded)


def counted(legend: LegendLayer, total: int, counts: Mapping[str, int]) -> LegendLayer:
    """
    With numbers of features behind title and labels.

    @param counts: by the keys of the entries.
    """
    nodes = tuple(
        replace(node, label=f"{node.label} [{counts.get(node.item.key, 0) if node.item else 0}]")
        for node in legend.nodes
    )
    return replace(legend, title=f"{legend.title} [{total}]", nodes=nodes)


def pictureLayer(layer: Layer, picture: np.ndarray) -> LegendLayer:
    """A layer for which a picture stands in the legend."""
    return LegendLayer(layer.description.title or layer.name, (LegendNode("", picture=picture),))


def rasterLayer(layer: Layer, style: Style, plan: RasterPlan, bandNames: Mapping[int, str]) -> LegendLayer:
    """@param bandNames: by band number."""
    nodes = tuple(_rasterNodes(style, plan, bandNames))
    return LegendLayer(layer.description.title or layer.name, nodes, plan.opacity)


def _rasterNodes(style: Style, plan: RasterPlan, bandNames: Mapping[int, str]) -> Iterator[LegendNode]:
    renderer = plan.renderer

    def nameOf(band: int) -> str:
        return bandNames.get(band, f"Band {band}")

    if isinstance(renderer, MultiBand):
        for band, color in zip(renderer.channels, _CHANNELS, strict=True):
            if band is not None:
                yield LegendNode(nameOf(band), color=color)
    elif isinstance(renderer, (Grey, Paletted, PseudoColor)):
        element = parseStyle(style.xml).find(".//rasterrenderer")
        if element is None:
            return
        if isinstance(renderer, Grey):
            made = list(_greyNodes(renderer, element))
        else:
            made = list(_listed(renderer, element))
        if made:
            yield LegendNode(nameOf(renderer.band))
            yield from made


def _greyNodes(renderer: Grey, element) -> Iterator[LegendNode]:
    contrast = renderer.contrast
    if contrast is None or contrast.algorithm == NO_CONTRAST:
        return
    ends = [Color(0.0, 0.0, 0.0), Color(1.0, 1.0, 1.0)]
    if renderer.inverted:
        ends.reverse()
    ramp = ColorRamp(((0.0, ends[0]), (1.0, ends[1])))
    yield LegendNode("", bar=_bar(ramp, contrast.minimum, contrast.maximum, element))


def _listed(renderer: Paletted | PseudoColor, element) -> Iterator[LegendNode]:
    if isinstance(renderer, Paletted):
        for entry in element.iterfind("colorPalette/paletteEntry"):
            color = _color(entry.get("color"), entry.get("alpha"))
            yield LegendNode(entry.get("label") or entry.get("value", ""), color=color)
        return
    shader = element.find("rastershader/colorrampshader")
    ramp = renderer.ramp
    if shader is None or ramp is None:
        return
    settings = shader.find("rampLegendSettings")
    isContinuous = settings is None or settings.get("useContinuousLegend", "1") == "1"
    if ramp.kind == "INTERPOLATED" and isContinuous and len(ramp.values) > 1:
        low, high = float(ramp.values[0]), float(ramp.values[-1])
        stops = tuple(
            ((float(value) - low) / (high - low or 1.0), Color(*(color / 255).tolist()))
            for value, color in zip(ramp.values, ramp.colors, strict=True)
        )
        yield LegendNode("", bar=_bar(ColorRamp(stops), low, high, shader))
        return
    for item in shader.iterfind("item"):
        yield LegendNode(item.get("label", ""), color=_color(item.get("color"), item.get("alpha")))


def _color(text: str | None, alpha: str | None) -> Color:
    red, green, blue, opacity = rgba(text, alpha)
    return Color(red / 255, green / 255, blue / 255, opacity / 255)


def _bar(ramp: ColorRamp, low: float, high: float, element) -> RampBar:
    """A bar labelled as C{rampLegendSettings} says: with numbers, unless it has words of its own."""
    settings = element.find("rampLegendSettings")
    if settings is None:
        return RampBar(ramp, formatted(low), formatted(high))
    before, after = settings.get("prefix", ""), settings.get("suffix", "")
    lowText = settings.get("minimumLabel") or before + formatted(low) + after
    highText = settings.get("maximumLabel") or before + formatted(high) + after
    if settings.get("direction") == "1":
        stops = tuple((1 - position, color) for position, color in reversed(ramp.stops))
        ramp, lowText, highText = ColorRamp(stops, ramp.isDiscrete), highText, lowText
    return RampBar(ramp, lowText, highText, settings.get("orientation", "2") != "1")


def formatted(value: float) -> str:
    """A number as QGIS's basic format writes it: six decimals at most, thousands apart."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
