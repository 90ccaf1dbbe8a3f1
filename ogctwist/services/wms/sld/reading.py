# -*- test-case-name: tests.services.wms.test_sldreading -*-
"""
Styled Layer Descriptors (SLD 1.0 and 1.1, Symbology Encoding 1.1) to QGIS's own markup.

Nothing that a descriptor points to is fetched: remote graphics are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ogctwist.filterencoding import FilterTarget
from ogctwist.filterencoding.fes import filterFromXml
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted
from ogctwist.ows.parameters import finiteNumber
from ogctwist.ows.xml import XMLError, parseXml
from ogctwist.project.layers import Style
from ogctwist.services.wms.mapparameters import colourOf

#: Rules of one style, and layers of one descriptor, at most.
MOST_RULES, MOST_LAYERS = 500, 200

#: Units of measure as millimetres on the map, as QGIS takes them; all others are pixels.
_MILLIMETRES = {
    "http://www.opengeospatial.org/se/units/metre": 1000.0,
    "http://www.opengeospatial.org/se/units/foot": 304.8,
}
#: Millimetres of WMS's standard pixel.
PIXEL_MM = 0.28
_SHAPES = {
    **{name: name for name in ("square", "circle", "triangle", "star", "cross", "diamond", "pentagon")},
    **{name: name for name in ("hexagon", "arrow", "arrowhead", "line", "cross2", "filled_arrowhead")},
    "x": "cross2",
    "semi_circle": "semi_circle",
    "third_circle": "third_circle",
    "quarter_circle": "quarter_circle",
    "equilateral_triangle": "equilateral_triangle",
    "regular_star": "star",
}
_UNMARKED = re.compile("[0-9a-fA-F]{6}")
_SYMBOLIZERS = {"PointSymbolizer": "marker", "LineSymbolizer": "line", "PolygonSymbolizer": "fill"}


@dataclass(frozen=True, eq=False)
class SldLayer:
    """
    What a descriptor says of one layer.

    @ivar namedStyle: one of the layer's own styles, or ''.
    @ivar userStyle: the element of its own style, or None.
    """

    name: str
    namedStyle: str = ""
    userStyle: etree._Element | None = None


def refused(message: str, locator: str = "SLD_BODY") -> InvalidParameterValue:
    """The exception for a descriptor that cannot be followed."""
    return InvalidParameterValue(message, locator=locator)


def local(element: etree._Element) -> str:
    """An element's name without its namespace: SLD 1.0 and 1.1 differ in them."""
    return etree.QName(element).localname


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((c for c in element if local(c) == name), None)
    return element


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """The children of a local name."""
    return [c for c in element if local(c) == name]


def textOf(element: etree._Element | None) -> str:
    """The text within an element, that of an ogc:Literal included."""
    return "" if element is None else "".join(element.itertext()).strip()


def parseSld(text: str, locator: str = "SLD_BODY") -> etree._Element:
    """@raise InvalidParameterValue: it is no StyledLayerDescriptor."""
    try:
        root = parseXml(text.encode("utf-8"))
    except XMLError:
        raise refused("The SLD is not well-formed", locator) from None
    if local(root) != "StyledLayerDescriptor":
        raise refused(f"{quoted(local(root))} is not a StyledLayerDescriptor", locator)
    return root


def sldLayers(text: str) -> tuple[SldLayer, ...]:
    """
    The layers of SLD_BODY, bottom first.

    @raise InvalidParameterValue: it cannot be read, names no layer, or too many.
    """
    found = []
    for element in children(parseSld(text), "NamedLayer"):
        name = textOf(child(element, "Name"))
        if not name:
            raise refused("A NamedLayer has no Name")
        named = textOf(child(element, "NamedStyle", "Name"))
        found.append(SldLayer(name, named, child(element, "UserStyle")))
    if not found:
        raise refused("The SLD has no NamedLayer")
    if len(found) > MOST_LAYERS:
        raise refused("The SLD has too many layers")
    return tuple(found)


def userStyle(element: etree._Element, geometryKind: str, target: FilterTarget | None) -> Style:
    """
    A UserStyle as a style of a layer.

    @param geometryKind: C{Point}, C{Line} or C{Polygon}: symbolizers for others are left out, as
        in QGIS; '' takes all.
    @param target: what filters are about; None: filters are refused.
    @raise InvalidParameterValue: a part cannot be understood.
    """
    symbols = etree.Element("symbols")
    rules = etree.Element("rules", {"key": "root"})
    for featureStyle in children(element, "FeatureTypeStyle"):
        for rule in children(featureStyle, "Rule"):
            if len(rules) >= MOST_RULES:
                raise refused("The style has too many rules")
            _appendRule(rules, symbols, rule, geometryKind, target)
    root = etree.Element("maplayer", {"labelsEnabled": "0"})
    renderer = etree.SubElement(root, "renderer-v2", {"type": "RuleRenderer", "symbollevels": "0"})
    renderer.append(rules)
    renderer.append(symbols)
    return Style(textOf(child(element, "Name")) or "sld", etree.tostring(root))


def _appendRule(
    rules: etree._Element,
    symbols: etree._Element,
    rule: etree._Element,
    geometryKind: str,
    target: FilterTarget | None,
) -> None:
    wanted = {"Point": "marker", "Line": "line", "Polygon": "fill"}.get(geometryKind)
    layers: dict[str, list[etree._Element]] = {}
    for symbolizer in rule:
        kind = _SYMBOLIZERS.get(local(symbolizer))
        if kind is None:
            continue
        # lines may draw the outlines of polygons
        place = "fill" if kind == "line" and wanted == "fill" else kind
        if wanted is None or place == wanted:
            layers.setdefault(place, []).extend(_SYMBOL_LAYERS[kind](symbolizer, wanted == "fill"))
    for kind, made in layers.items():
        if not made:
            continue
        name = str(len(symbols))
        symbol = etree.SubElement(symbols, "symbol", {"type": kind, "name": name, "alpha": "1"})
        symbol.extend(made)
        entry = etree.SubElement(rules, "rule", {"key": f"r{len(rules)}", "symbol": name})
        entry.set("label", textOf(child(rule, "Name")))
        for attribute, bound in (("scalemindenom", "Min"), ("scalemaxdenom", "Max")):
            text = textOf(child(rule, f"{bound}ScaleDenominator"))
            if text:
                entry.set(attribute, repr(_number(text)))
        _setFilter(entry, rule, target)


def _setFilter(entry: etree._Element, rule: etree._Element, target: FilterTarget | None) -> None:
    if child(rule, "ElseFilter") is not None:
        entry.set("filter", "ELSE")
        return
    condition = child(rule, "Filter")
    if condition is None:
        return
    if target is None:
        raise refused("A filter is not allowed here")
    try:
        read = filterFromXml(condition, target)
    except InvalidParameterValue:
        raise
    except OWSException as error:
        raise refused(error.message) from None
    if read.isAboutIds or read.expression is None:
        raise refused("Rules of an SLD cannot be about feature ids")
    entry.set("filter", str(read.expression))


def _number(text: str) -> float:
    number = finiteNumber(text)
    if number is None:
        raise refused(f"'{quoted(text)}' is not a number")
    return number


def _parameters(element: etree._Element | None) -> dict[str, str]:
    """SvgParameter or CssParameter by name."""
    if element is None:
        return {}
    return {c.get("name", ""): textOf(c) for c in element if local(c) in ("SvgParameter", "CssParameter")}


def _color(text: str, opacity: str = "") -> str:
    color = colourOf(text)
    if color is None:
        raise refused(f"'{quoted(text)}' is not a colour")
    if text[0] in "0123456789" or _UNMARKED.fullmatch(text):
        color = (0, 0, 0)  # without its # the number is no colour to QGIS, which then draws black
    alpha = min(max(_number(opacity), 0.0), 1.0) if opacity else 1.0
    return ",".join(map(str, (*color, round(alpha * 255))))


def _layer(kind: str, values: dict[str, str]) -> etree._Element:
    layer = etree.Element("layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    for name, value in values.items():
        etree.SubElement(layer, "prop", {"k": name, "v": value})
    return layer


class _Units:
    """
    The unit of measure of a symbolizer: pixels, unless it says metres or feet.

    Symbology Encoding means those on the ground; QGIS, which we follow, on the map.
    """

    def __init__(self, symbolizer: etree._Element):
        factor = _MILLIMETRES.get(symbolizer.get("uom", ""))
        self.name = "Pixel" if factor is None else "MM"
        self._factor = 1.0 if factor is None else factor

    def length(self, text: str, default: float) -> str:
        """
        A length of the symbolizer in this unit.

        @param default: pixels.
        """
        if text:
            return repr(_number(text) * self._factor)
        return repr(default if self.name == "Pixel" else default * PIXEL_MM)


def _strokeValues(stroke: dict[str, str], units: _Units, prefix: str) -> dict[str, str]:
    return {
        f"{prefix}_color": _color(stroke.get("stroke", "#000000"), stroke.get("stroke-opacity", "")),
        f"{prefix}_style": "solid",
        f"{prefix}_width": units.length(stroke.get("stroke-width", ""), 1.0),
        f"{prefix}_width_unit": units.name,
    }


def _joins(stroke: dict[str, str]) -> dict[str, str]:
    caps = {"butt": "flat", "round": "round", "square": "square"}
    joins = {"mitre": "miter", "miter": "miter", "round": "round", "bevel": "bevel"}
    return {
        "capstyle": caps.get(stroke.get("stroke-linecap", ""), "flat"),
        "joinstyle": joins.get(stroke.get("stroke-linejoin", ""), "miter"),
    }


def _lineLayers(symbolizer: etree._Element, isOutline: bool) -> Iterator[etree._Element]:
    element = child(symbolizer, "Stroke")
    stroke, units = _parameters(element), _Units(symbolizer)
    values = {**_strokeValues(stroke, units, "line"), **_joins(stroke)}
    dashes = stroke.get("stroke-dasharray", "")
    if dashes:
        lengths = [units.length(text, 0.0) for text in dashes.replace(",", " ").split()]
        values |= {"use_custom_dash": "1", "customdash": ";".join(lengths), "customdash_unit": units.name}
    offset = textOf(child(symbolizer, "PerpendicularOffset"))
    if offset:
        values |= {"offset": units.length(offset, 0.0), "offset_unit": units.name}
    yield _layer("SimpleLine", values)


def _fillLayers(symbolizer: etree._Element, isOutline: bool) -> Iterator[etree._Element]:
    units = _Units(symbolizer)
    fillElement, strokeElement = child(symbolizer, "Fill"), child(symbolizer, "Stroke")
    if child(fillElement, "GraphicFill") is not None:
        raise refused("Graphic fills are not supported")
    fill, stroke = _parameters(fillElement), _parameters(strokeElement)
    values = {
        "color": _color(fill.get("fill", "#808080"), fill.get("fill-opacity", "")),
        "style": "no" if fillElement is None else "solid",
        **_strokeValues(stroke, units, "outline"),
        "joinstyle": _joins(stroke)["joinstyle"],
    }
    if strokeElement is None:
        values["outline_style"] = "no"
    yield _layer("SimpleFill", values)


def _markerLayers(symbolizer: etree._Element, isOutline: bool) -> Iterator[etree._Element]:
    graphic = child(symbolizer, "Graphic")
    mark = child(graphic, "Mark")
    if graphic is None or mark is None:
        raise refused("Only marks are supported in a PointSymbolizer")
    units = _Units(symbolizer)
    fillElement, strokeElement = child(mark, "Fill"), child(mark, "Stroke")
    fill, stroke = _parameters(fillElement), _parameters(strokeElement)
    name = textOf(child(mark, "WellKnownName")).lower() or "square"
    opacity = textOf(child(graphic, "Opacity"))
    values = {
        "name": _SHAPES.get(name.removeprefix("shape://"), "square"),
        "color": _color(fill.get("fill", "#808080"), fill.get("fill-opacity", "") or opacity)
        if fillElement is not None
        else "0,0,0,0",
        **_strokeValues(stroke, units, "outline"),
        "size": units.length(textOf(child(graphic, "Size")), 6.0),
        "size_unit": units.name,
        "angle": repr(_number(textOf(child(graphic, "Rotation")) or "0")),
    }
    if strokeElement is None:
        values["outline_style"] = "no"
    yield _layer("SimpleMarker", values)


_SYMBOL_LAYERS = {"marker": _markerLayers, "line": _lineLayers, "fill": _fillLayers}
