# -*- test-case-name: tests.services.wms.info.test_formats -*-
"""GetFeatureInfo as plain text and as HTML, in the very shape that QGIS Server's plugins look for."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ogctwist.services.wms.info.answer import InfoAnswer, InfoFeature, InfoLayer
from ogctwist.services.wms.info.geometrytext import geometryText

PLAIN_TYPE = "text/plain; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"

#: What a raster's band is said to hold where it has no data.
NO_DATA = "no data"


def plainAnswer(answer: InfoAnswer) -> bytes:
    """C{text/plain}."""
    lines = ["GetFeatureInfo results", ""]
    for layer in answer.layers:
        lines.append(f"Layer '{layer.name}'")
        for band, value in layer.bands or ():
            lines.append(f"{band} = '{NO_DATA if value is None else value}'")
        for feature in layer.features:
            lines.append(f"Feature {feature.id}")
            lines += [f"{name} = '{value}'" for name, value in told(feature, answer)]
        lines.append("")
    return ("\n".join(lines) + "\n").encode()


def htmlAnswer(answer: InfoAnswer) -> bytes:
    """C{text/html}: tables; values are escaped, map tips are HTML already."""
    parts = [
        "<HEAD>\n<TITLE> GetFeatureInfo results </TITLE>\n"
        '<META http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n</HEAD>\n<BODY>\n'
    ]
    for layer in answer.layers:
        parts += _htmlLayer(layer, answer)
    parts.append("</BODY>\n")
    return "".join(parts).encode()


def _htmlLayer(layer: InfoLayer, answer: InfoAnswer) -> Iterator[str]:
    yield "<TABLE border=1 width=100%>\n"
    yield f"<TR><TH width=25%>Layer</TH><TD>{escape(layer.name)}</TD></TR>\n</BR>"
    for band, value in layer.bands or ():
        yield _row(band, NO_DATA if value is None else value)
    for feature in layer.features:
        yield "<TABLE border=1 width=100%>\n"
        yield _row("Feature", str(feature.id))
        for name, value in told(feature, answer):
            yield _row(name, value, isHtml=name == "maptip")
        yield "</TABLE>\n</BR>\n"
    yield "</TABLE>\n<BR></BR>\n"


def _row(name: str, value: str, isHtml: bool = False) -> str:
    return f"<TR><TH>{escape(name)}</TH><TD>{value if isHtml else escape(value)}</TD></TR>\n"


def told(feature: InfoFeature, answer: InfoAnswer) -> Iterator[tuple[str, str]]:
    """(label, text) of all that is told of a feature: attributes, map tip, geometry."""
    for attribute in feature.attributes:
        yield attribute.label, attribute.text
    if feature.mapTip is not None:
        yield "maptip", feature.mapTip
    if feature.displayName is not None:
        yield "displayName", feature.displayName
    if feature.geometry is not None:
        yield "geometry", geometryText(feature.geometry, answer.precision)
