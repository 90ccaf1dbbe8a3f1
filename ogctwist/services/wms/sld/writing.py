# -*- test-case-name: tests.services.wms.test_sldwriting -*-
"""
QGIS styles as Styled Layer Descriptors (SLD 1.1, Symbology Encoding 1.1).

Simple markers, lines and fills are written; other symbol layers, and rules
whose filters cannot be told in OGC Filter, are left out with a comment: never
a rule without its filter, which would draw all features.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from lxml import etree

from ogctwist.ows.exceptions import quoted
from ogctwist.project.layers import Layer, Style
from ogctwist.services.wms.capabilities.elements import printable
from ogctwist.services.wms.getcapabilities import serialised
from ogctwist.services.wms.sld.reading import PIXEL_MM
from ogctwist.services.wms.versions import SLD, XLINK, XSI
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.markup import StyleError, number, parseStyle

SE = "http://www.opengis.net/se"
OGC = "http://www.opengis.net/ogc"
_SCHEMA = f"{SLD} http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd"
#: Pixels of units that styles measure in; all others count as millimetres.
_PIXELS = {"Pixel": 1.0, "Point": 25.4 / 72 / PIXEL_MM, "Inch": 25.4 / PIXEL_MM}
#: What QGIS writes for lines of no width, which are drawn as thin as can be.
HAIRLINE = 0.5

_Condition = Callable[[etree._Element], None]


def descriptor(layers: Iterable[tuple[str, Layer]]) -> bytes:
    """
    The styles of layers.

    @param layers: (published name, layer).
    """
    root = etree.Element(
        f"{{{SLD}}}StyledLayerDescriptor",
        {"version": "1.1.0", f"{{{XSI}}}schemaLocation": _SCHEMA},
        nsmap={None: SLD, "xsi": XSI, "ogc": OGC, "se": SE, "xlink": XLINK},
    )
    for name, layer in layers:
        named = etree.SubElement(root, f"{{{SLD}}}NamedLayer")
        _se(named, "Name", name)
        for style in layer.styles:
            user = etree.SubElement(named, f"{{{SLD}}}UserStyle")
            _se(user, "Name", style.name or "default")
            _appendRules(_se(user, "FeatureTypeStyle"), style)
    return serialised(root)


def _se(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{SE}}}{name}")
    element.text = None if text is None else printable(text)
    return element


def _comment(parent: etree._Element, text: str) -> None:
    parent.append(etree.Comment(f" {printable(quoted(text)).replace('--', '- -').rstrip('-')} "))


def _appendRules(parent: etree._Element, style: Style) -> None:
    try:
        renderer = parseStyle(style.xml).find("renderer-v2")
    except StyleError:
        renderer = None
    if renderer is None:
        return
    kind = renderer.get("type", "")
    symbols = {s.get("name", ""): s for s in renderer.iterfind("symbols/symbol")}
    if kind == "singleSymbol":
        for symbol in list(symbols.values())[:1]:
            _appendRule(parent, "Single symbol", symbol)
    elif kind == "categorizedSymbol":
        for entry in renderer.iterfind("categories/category"):
            _appendCategory(parent, renderer.get("attr", ""), entry, symbols)
    elif kind == "graduatedSymbol":
        for entry in renderer.iterfind("ranges/range"):
            condition = partial(_between, renderer.get("attr", ""), entry)
            symbol = symbols.get(entry.get("symbol", ""))
            if symbol is not None and entry.get("render", "true") != "false":
                _appendRule(parent, entry.get("label", ""), symbol, condition)
    elif kind == "RuleRenderer":
        for rule in renderer.iterfind("rules/rule"):
            _appendRuleTree(parent, rule, symbols, False)
    else:
        _comment(parent, f"renderer {kind} cannot be told in SLD")


def _appendCategory(
    parent: etree._Element, attribute: str, entry: etree._Element, symbols: Mapping[str, etree._Element]
) -> None:
    symbol, value = symbols.get(entry.get("symbol", "")), entry.get("value", "")
    if symbol is None or entry.get("render", "true") == "false":
        return
    if not value and entry.find("val") is None:
        rule = _appendRule(parent, entry.get("label", ""), symbol)
        rule.insert(1, etree.Element(f"{{{SE}}}ElseFilter"))
        return
    values = [v.get("value", "") for v in entry.iterfind("val")] or [value]
    _appendRule(parent, entry.get("label", ""), symbol, partial(_isOneOf, attribute, values))


def _appendRuleTree(
    parent: etree._Element, rule: etree._Element, symbols: Mapping[str, etree._Element], isFiltered: bool
) -> None:
    """A rule and those within; below a filter that cannot be told, nothing can."""
    if rule.get("checkstate", "1") == "0":
        return
    text = rule.get("filter", "")
    isElse = text.strip().upper() == "ELSE"
    if isFiltered or (text and not isElse):
        _comment(parent, f"rule {rule.get('label', '')}: its filter cannot be told in SLD")
        return
    symbol = symbols.get(rule.get("symbol", ""))
    if symbol is not None:
        made = _appendRule(parent, rule.get("label", ""), symbol)
        if isElse:
            made.insert(1, etree.Element(f"{{{SE}}}ElseFilter"))
        bounds = [("MinScaleDenominator", "scalemindenom"), ("MaxScaleDenominator", "scalemaxdenom")]
        for place, (name, attribute) in enumerate(bounds):
            if number(rule.get(attribute)) > 0:
                element = etree.Element(f"{{{SE}}}{name}")
                element.text = f"{number(rule.get(attribute)):.15g}"
                made.insert(1 + isElse + place, element)
    for child in rule.iterfind("rule"):
        _appendRuleTree(parent, child, symbols, isElse)


def _appendRule(
    parent: etree._Element, name: str, symbol: etree._Element, condition: _Condition | None = None
) -> etree._Element:
    rule = _se(parent, "Rule")
    _se(rule, "Name", name)
    if condition is not None:
        condition(etree.SubElement(rule, f"{{{OGC}}}Filter", nsmap={"ogc": OGC}))
    opacity = number(symbol.get("alpha"), 1.0)
    for layer in symbol.iterfind("layer"):
        if layer.get("enabled", "1") == "0":
            continue
        write = _WRITERS.get(layer.get("class", ""))
        if write is None:
            _comment(rule, f"SymbolLayerV2 {layer.get('class', '')} not implemented yet")
        else:
            write(rule, _properties(layer), opacity)
    return rule


def _properties(layer: etree._Element) -> dict[str, str]:
    found = {p.get("k", ""): p.get("v", "") for p in layer.iterfind("prop")}
    found.update({o.get("name", ""): o.get("value", "") for o in layer.iterfind("Option/Option")})
    return found


def _compare(parent: etree._Element, name: str, attribute: str, value: str) -> None:
    element = etree.SubElement(parent, f"{{{OGC}}}{name}")
    etree.SubElement(element, f"{{{OGC}}}PropertyName").text = printable(attribute.strip('"'))
    etree.SubElement(element, f"{{{OGC}}}Literal").text = printable(value)


def _isOneOf(attribute: str, values: list[str], parent: etree._Element) -> None:
    if len(values) > 1:
        parent = etree.SubElement(parent, f"{{{OGC}}}Or")
    for value in values:
        _compare(parent, "PropertyIsEqualTo", attribute, value)


def _between(attribute: str, entry: etree._Element, parent: etree._Element) -> None:
    """Of neighbouring ranges only the first holds for the value that they share."""
    both = etree.SubElement(parent, f"{{{OGC}}}And")
    previous = entry.getprevious()
    isFirst = previous is None or number(previous.get("upper")) != number(entry.get("lower"))
    lower = "PropertyIsGreaterThanOrEqualTo" if isFirst else "PropertyIsGreaterThan"
    for name, bound in ((lower, "lower"), ("PropertyIsLessThanOrEqualTo", "upper")):
        _compare(both, name, attribute, f"{number(entry.get(bound)):.15g}")


def _svg(parent: etree._Element, name: str, value: str) -> None:
    _se(parent, "SvgParameter", value).set("name", name)


def _colored(parent: etree._Element, kind: str, text: str | None, opacity: float) -> None:
    color = parseColor(text)
    red, green, blue = (round(c * 255) for c in color[:3])
    _svg(parent, kind, f"#{red:02x}{green:02x}{blue:02x}")
    alpha = color.alpha * opacity
    if alpha < 1:
        _svg(parent, f"{kind}-opacity", f"{alpha:.2g}")


def _pixels(properties: Mapping[str, str], name: str, default: float) -> str:
    unit = properties.get(f"{name}_unit", "MM")
    value = number(properties.get(name), default) * _PIXELS.get(unit, 1 / PIXEL_MM)
    return f"{round(value)}" if value >= 1 else f"{value:.2g}"


def _stroke(
    parent: etree._Element, properties: Mapping[str, str], prefix: str, opacity: float
) -> etree._Element | None:
    if properties.get(f"{prefix}_style", "solid") == "no":
        return None
    stroke = _se(parent, "Stroke")
    _colored(stroke, "stroke", properties.get(f"{prefix}_color"), opacity)
    isHairline = number(properties.get(f"{prefix}_width")) <= 0
    _svg(
        stroke, "stroke-width", f"{HAIRLINE}" if isHairline else _pixels(properties, f"{prefix}_width", 0.26)
    )
    return stroke


def _writeMarker(rule: etree._Element, properties: Mapping[str, str], opacity: float) -> None:
    graphic = _se(_se(rule, "PointSymbolizer"), "Graphic")
    mark = _se(graphic, "Mark")
    name = properties.get("name", "circle")
    _se(mark, "WellKnownName", {"rectangle": "square", "cross2": "x"}.get(name, name))
    _colored(_se(mark, "Fill"), "fill", properties.get("color"), opacity)
    _stroke(mark, properties, "outline", opacity)
    _se(graphic, "Size", _pixels(properties, "size", 2.0))
    angle = number(properties.get("angle"))
    if angle:
        rotation = _se(graphic, "Rotation")
        etree.SubElement(rotation, f"{{{OGC}}}Literal").text = f"{angle:.15g}"


def _writeLine(rule: etree._Element, properties: Mapping[str, str], opacity: float) -> None:
    symbolizer = _se(rule, "LineSymbolizer")
    stroke = _stroke(symbolizer, properties, "line", opacity)
    if stroke is None:
        return
    for name, value in _endings(properties):
        _svg(stroke, name, value)
    if properties.get("use_custom_dash") == "1":
        unit = _PIXELS.get(properties.get("customdash_unit", "MM"), 1 / PIXEL_MM)
        lengths = [number(text) * unit for text in properties.get("customdash", "").split(";")]
        _svg(stroke, "stroke-dasharray", " ".join(f"{round(length)}" for length in lengths))


def _endings(properties: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    joins = {"miter": "mitre", "bevel": "bevel", "round": "round"}
    caps = {"flat": "butt", "square": "square", "round": "round"}
    yield "stroke-linejoin", joins.get(properties.get("joinstyle", ""), "bevel")
    yield "stroke-linecap", caps.get(properties.get("capstyle", ""), "square")


def _writeFill(rule: etree._Element, properties: Mapping[str, str], opacity: float) -> None:
    symbolizer = _se(rule, "PolygonSymbolizer")
    style = properties.get("style", "solid")
    if style not in ("solid", "no"):
        _comment(rule, f"brush {style} is written as solid")
    if style != "no":
        _colored(_se(symbolizer, "Fill"), "fill", properties.get("color"), opacity)
    stroke = _stroke(symbolizer, properties, "outline", opacity)
    if stroke is not None:
        _svg(stroke, "stroke-linejoin", dict(_endings(properties))["stroke-linejoin"])


_WRITERS = {"SimpleMarker": _writeMarker, "SimpleLine": _writeLine, "SimpleFill": _writeFill}
