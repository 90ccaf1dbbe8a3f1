# -*- test-case-name: tests.services.wms.test_highlights -*-
"""HIGHLIGHT_*: geometries of the request drawn over the map, with labels (QGIS's redlining)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from lxml import etree

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.geo.view import MapView
from ogctwist.geo.wellknown import fromWkt
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException
from ogctwist.ows.parameters import Parameters, finiteNumber
from ogctwist.project.layers import DataSource, Layer, LayerKind, Style
from ogctwist.services.wms.mapparameters import colourOf
from ogctwist.services.wms.painter import LayerPicture
from ogctwist.services.wms.sld.reading import child, parseSld, userStyle
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels import labelPlan
from ogctwist.symbology.markup import parseStyle
from ogctwist.symbology.vector import vectorPlan

#: Geometries and their vertices together, at most.
MOST_HIGHLIGHTS, MOST_VERTICES = 100, 100_000
_KINDS = {0: "Point", 1: "Line", 2: "Polygon"}


@dataclass(frozen=True, eq=False)
class Highlight:
    """
    @ivar geometry: in the CRS of the map.
    @ivar style: draws it.
    @ivar label: a style that writes C{text}, or None.
    """

    geometry: shapely.Geometry
    style: Style
    text: str = ""
    label: Style | None = None

    def draw(self, mapView: MapView, isCancelled: Callable[[], bool]) -> LayerPicture:
        """For a worker thread."""
        layer = Layer("highlight", "highlight", LayerKind.VECTOR, DataSource("memory", ""), mapView.crs)
        frame = Frame(view=mapView, layerCrs=mapView.crs, isCancelled=isCancelled)
        canvas = Canvas(mapView.width, mapView.height)
        vectorPlan(self.style, layer).draw([_batch(self.geometry, self.text)], canvas, frame)
        labels = None
        if self.label is not None:
            point = (
                self.geometry
                if self.geometry.geom_type == "Point"
                else shapely.point_on_surface(self.geometry)
            )
            labels = labelPlan(self.label, layer).collect([_batch(point, self.text)], frame)
        return LayerPicture(layer, self.style, canvas.pixels, 1.0, labels)


def _batch(geometry: shapely.Geometry, text: str) -> FeatureBatch:
    column = GeometryColumn.fromWkb(pa.array([shapely.to_wkb(geometry)], pa.binary()))
    return FeatureBatch(np.array([1]), column, {"label": pa.array([text])})


def requestedHighlights(parameters: Parameters) -> tuple[Highlight, ...]:
    """
    Geometries and symbols are paired by position; what has no partner is left out, as in QGIS.

    @raise OWSException: any of the lists cannot be read, used or not.
    """
    geometries = _geometries(parameters)
    symbols = [text for text in parameters.text("HIGHLIGHT_SYMBOL").split(";") if text.strip()]
    texts = parameters.text("HIGHLIGHT_LABELSTRING").split(";")
    fonts = parameters.text("HIGHLIGHT_LABELFONT").split(";")
    colors = _colors(parameters, "HIGHLIGHT_LABELCOLOR")
    bufferColors = _colors(parameters, "HIGHLIGHT_LABELBUFFERCOLOR")
    sizes = _numbers(parameters, "HIGHLIGHT_LABELSIZE", "int")
    weights = _numbers(parameters, "HIGHLIGHT_LABELWEIGHT", "int")
    bufferSizes = _numbers(parameters, "HIGHLIGHT_LABELBUFFERSIZE", "float")
    found = []
    for place, (geometry, symbol) in enumerate(zip(geometries, symbols, strict=False)):
        kind = _KINDS.get(int(shapely.get_dimensions(geometry)), "")
        text = texts[place] if place < len(texts) else ""
        style = _symbol(symbol, kind)
        label = None
        if text.strip():
            label = _labelStyle(
                symbol=style if geometry.geom_type == "Point" else None,
                font=_at(fonts, place, ""),
                size=_at(sizes, place, 10.0),
                weight=_at(weights, place, 50.0),
                color=_at(colors, place, (0, 0, 0)),
                bufferSize=_at(bufferSizes, place, 0.0),
                bufferColor=_at(bufferColors, place, (255, 255, 255)),
            )
        found.append(Highlight(geometry, style, text, label))
    return tuple(found)


def _at(values: list, place: int, default):
    return values[place] if place < len(values) else default


def _geometries(parameters: Parameters) -> list[shapely.Geometry]:
    texts = [text for text in parameters.text("HIGHLIGHT_GEOM").split(";") if text.strip()]
    if len(texts) > MOST_HIGHLIGHTS:
        raise InvalidParameterValue("HIGHLIGHT_GEOM has too many geometries", locator="HIGHLIGHT_GEOM")
    geometries = []
    for text in texts:
        try:
            geometry = fromWkt(text.strip(), MOST_VERTICES)
        except (ValueError, OWSException, shapely.errors.ShapelyError):
            raise parameters.invalid(
                "HIGHLIGHT_GEOM", "cannot be converted into a list of geometries"
            ) from None
        if geometry.is_empty or geometry.geom_type == "GeometryCollection":
            raise parameters.invalid("HIGHLIGHT_GEOM", "cannot be converted into a list of geometries")
        geometries.append(geometry)
    if int(sum(shapely.get_num_coordinates(geometries))) > MOST_VERTICES:
        raise InvalidParameterValue("HIGHLIGHT_GEOM has too many vertices", locator="HIGHLIGHT_GEOM")
    return geometries


def _colors(parameters: Parameters, name: str) -> list[tuple[int, int, int]]:
    colors = []
    for text in parameters.text(name).split(";"):
        color = colourOf(text.strip()) if text.strip() else None
        if text.strip() and color is None:
            raise parameters.invalid(name, "cannot be converted into a list of colors")
        if color is not None:
            colors.append(color)
    return colors


def _numbers(parameters: Parameters, name: str, kind: str) -> list[float]:
    numbers = []
    for text in parameters.text(name).split(";"):
        if not text.strip():
            continue
        number = finiteNumber(text.strip())
        if number is None or abs(number) > 10_000 or (kind == "int" and number != int(number)):
            raise parameters.invalid(name, f"cannot be converted into a list of {kind}")
        numbers.append(number)
    return numbers


def _symbol(text: str, kind: str) -> Style:
    element = child(parseSld(text, "HIGHLIGHT_SYMBOL"), "UserStyle")
    if element is None:
        element = child(parseSld(text, "HIGHLIGHT_SYMBOL"), "NamedLayer", "UserStyle")
    if element is None:
        raise InvalidParameterValue("HIGHLIGHT_SYMBOL has no UserStyle", locator="HIGHLIGHT_SYMBOL")
    return userStyle(element, kind, None)


def _labelStyle(
    symbol: Style | None,
    font: str,
    size: float,
    weight: float,
    color: tuple[int, int, int],
    bufferSize: float,
    bufferColor: tuple[int, int, int],
) -> Style:
    """
    Labels around points, clear of their symbols, and in the middle of all else.

    @param symbol: how the point is drawn; None for other geometries.
    """
    root = etree.Element("maplayer", {"labelsEnabled": "1"})
    renderer = None if symbol is None else parseStyle(symbol.xml).find("renderer-v2")
    root.append(etree.Element("renderer-v2", {"type": "nullSymbol"}) if renderer is None else renderer)
    settings = etree.SubElement(etree.SubElement(root, "labeling", {"type": "simple"}), "settings")
    style = etree.SubElement(
        settings,
        "text-style",
        {
            "fieldName": "label",
            "isExpression": "0",
            "fontFamily": font,
            "fontSize": repr(size),
            "fontSizeUnit": "Point",
            "fontWeight": repr(weight),
            "textColor": _rgba(color),
            "textOpacity": "1",
        },
    )
    buffer = {"bufferDraw": "1" if bufferSize > 0 else "0", "bufferSize": repr(bufferSize)}
    buffer |= {"bufferSizeUnits": "MM", "bufferColor": _rgba(bufferColor), "bufferOpacity": "1"}
    etree.SubElement(style, "text-buffer", buffer)
    placement = {"placement": "1" if symbol is None else "0", "quadOffset": "4"}
    etree.SubElement(settings, "placement", placement)
    etree.SubElement(settings, "rendering", {"displayAll": "1", "obstacle": "0"})
    return Style("highlight", etree.tostring(root))


def _rgba(color: tuple[int, int, int]) -> str:
    return ",".join(map(str, (*color, 255)))
