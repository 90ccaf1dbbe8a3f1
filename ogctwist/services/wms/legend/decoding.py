# -*- test-case-name: tests.services.wms.test_getlegendgraphic -*-
"""The parameters of GetLegendGraphic (SLD 1.1.0 for WMS, and QGIS Server's own)."""

from __future__ import annotations

from dataclasses import dataclass

from ogctwist.canvas.ink import BLACK, Color
from ogctwist.encoders.image import ImageFormat, imageFormat
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84
from ogctwist.geo.view import MapView
from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.services.wms.mapparameters import (
    DPI_RANGE,
    RequestedLayer,
    SizeLimits,
    checkSize,
    requestedBox,
    requestedColour,
    requestedCrs,
    requestedLayers,
)
from ogctwist.services.wms.versions import WmsVersion

JSON = "application/json"

#: Pixels of a metre where the request names no DPI: whole ones of WMS's 0.28 mm, as QGIS counts.
PIXELS_PER_METRE = 3571
#: The size of the map that a legend by content is about, where the request does not tell it.
MAP_SIZE = (800, 600)
#: What lengths of a legend may measure, in mm, and sizes of fonts in points.
LONGEST, LARGEST_FONT = 10_000.0, 1_000.0


@dataclass(frozen=True)
class LegendFont:
    """
    @ivar family: '' for the default.
    @ivar size: points.
    """

    family: str = ""
    size: float = 12.0
    isBold: bool = False
    isItalic: bool = False
    color: Color = BLACK


@dataclass(frozen=True)
class LegendSettings:
    """
    How a legend is laid out; lengths in millimetres, by QGIS's names.

    @ivar layerSpace: above a layer that is not the first.
    @ivar symbolSpace: above each symbol.
    @ivar iconLabelSpace: between symbol and label.
    """

    boxSpace: float = 2.0
    layerSpace: float = 3.0
    layerTitleSpace: float = 3.0
    symbolSpace: float = 2.0
    iconLabelSpace: float = 2.0
    symbolWidth: float = 7.0
    symbolHeight: float = 4.0
    showsLayerTitles: bool = True
    layerFont: LegendFont = LegendFont()
    itemFont: LegendFont = LegendFont()
    pixelsPerMm: float = PIXELS_PER_METRE / 1000


@dataclass(frozen=True)
class GetLegendGraphic:
    """
    A GetLegendGraphic request.

    @ivar layers: bottom first, as LAYERS gives them.
    @ivar format: None for JSON.
    @ivar view: the map whose content and scale the legend is about.
    @ivar content: only symbols that draw something in this box of the view's CRS; None: all.
    @ivar scale: the denominator at which entries have to show, or None.
    @ivar rule: the label of the one entry that is drawn, or ''.
    @ivar size: pixels of that entry's picture.
    @ivar ruleLabels: C{TRUE}, C{FALSE} or C{AUTO}.
    """

    layers: tuple[RequestedLayer, ...]
    format: ImageFormat | None
    settings: LegendSettings
    view: MapView
    content: Box | None = None
    scale: float | None = None
    rule: str = ""
    size: tuple[int, int] = (0, 0)
    ruleLabels: str = "TRUE"
    countsFeatures: bool = False
    isTransparent: bool = False
    background: tuple[int, int, int] = (255, 255, 255)


def decodeGetLegendGraphic(
    parameters: Parameters, version: WmsVersion, project: Project, limits: SizeLimits
) -> GetLegendGraphic:
    """@raise OWSException: for any parameter that is missing or cannot be understood."""
    layers = requestedLayers(parameters)
    if not layers:
        raise MissingParameterValue("The LAYERS parameter is missing.", locator="LAYERS")
    form = _format(parameters)
    rule = parameters.text("RULE")
    if parameters.text("BBOX") and rule:
        raise InvalidParameterValue("BBOX parameter cannot be combined with RULE.", locator="BBOX")
    if form is None and rule:
        raise InvalidParameterValue("RULE cannot be used with JSON format", locator="RULE")
    settings = _settings(parameters)
    view = _view(parameters, version, project, settings, limits)
    return GetLegendGraphic(
        layers=layers,
        format=form,
        settings=settings,
        view=view.withSquarePixels(),
        content=view.extent if parameters.text("BBOX") else None,
        scale=parameters.number("SCALE") or None,
        rule=rule,
        size=_ruleSize(parameters, project, limits) if rule else (0, 0),
        ruleLabels=parameters.text("RULELABEL").strip().upper() or "TRUE",
        countsFeatures=_isTrue(parameters, "SHOWFEATURECOUNT", False),
        isTransparent=_isTrue(parameters, "TRANSPARENT", False),
        background=requestedColour(parameters, "BGCOLOR", (255, 255, 255)),
    )


def _isTrue(parameters: Parameters, name: str, default: bool) -> bool:
    """QGIS takes what is neither true nor false for the default."""
    text = parameters.text(name).strip().lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(text, default)


def _format(parameters: Parameters) -> ImageFormat | None:
    text = parameters.text("FORMAT").strip()
    if not text:
        raise MissingParameterValue("The FORMAT parameter is missing.", locator="FORMAT")
    return None if text.lower() in (JSON, "json") else imageFormat(text)


def _settings(parameters: Parameters) -> LegendSettings:
    def length(name: str, default: float) -> float:
        found = parameters.number(name, default, 0, LONGEST)
        assert found is not None
        return found

    dpi = parameters.number("DPI", None, *DPI_RANGE)
    return LegendSettings(
        boxSpace=length("BOXSPACE", 2.0),
        layerSpace=length("LAYERSPACE", 3.0),
        layerTitleSpace=length("LAYERTITLESPACE", 3.0),
        symbolSpace=length("SYMBOLSPACE", 2.0),
        iconLabelSpace=length("ICONLABELSPACE", 2.0),
        symbolWidth=length("SYMBOLWIDTH", 7.0),
        symbolHeight=length("SYMBOLHEIGHT", 4.0),
        showsLayerTitles=_isTrue(parameters, "LAYERTITLE", True),
        layerFont=_font(parameters, "LAYERFONT"),
        itemFont=_font(parameters, "ITEMFONT"),
        pixelsPerMm=(PIXELS_PER_METRE if dpi is None else int(dpi / 0.0254)) / 1000,
    )


def _font(parameters: Parameters, prefix: str) -> LegendFont:
    size = parameters.number(prefix + "SIZE", 12.0, 0, LARGEST_FONT)
    red, green, blue = requestedColour(parameters, prefix + "COLOR", (0, 0, 0))
    return LegendFont(
        family=parameters.text(prefix + "FAMILY").strip(),
        size=size or 12.0,
        isBold=_isTrue(parameters, prefix + "BOLD", False),
        isItalic=_isTrue(parameters, prefix + "ITALIC", False),
        color=Color(red / 255, green / 255, blue / 255),
    )


def _view(
    parameters: Parameters,
    version: WmsVersion,
    project: Project,
    settings: LegendSettings,
    limits: SizeLimits,
) -> MapView:
    """The map of BBOX; without one, a map of the project's usual units per millimetre."""
    dpi = settings.pixelsPerMm * 25.4
    if parameters.text("BBOX"):
        crs = requestedCrs(parameters, version)
        width, height = _mapSize(parameters)
        checkSize(width, height, project, limits)
        return MapView(requestedBox(parameters, crs, version), width, height, crs, dpi)
    named = parameters.text("CRS") or parameters.text("SRS")
    crs = requestedCrs(parameters, version) if named else _defaultCrs(project)
    half = 50 * project.publication.wms.defaultMapUnitsPerMm / settings.pixelsPerMm
    return MapView(Box(-half, -half, half, half), 100, 100, crs, dpi)


def _defaultCrs(project: Project) -> CRS:
    return project.crs or WGS84


def _mapSize(parameters: Parameters) -> tuple[int, int]:
    """SRCWIDTH and SRCHEIGHT, else WIDTH and HEIGHT."""
    size = []
    for names, default in zip((("SRCWIDTH", "WIDTH"), ("SRCHEIGHT", "HEIGHT")), MAP_SIZE, strict=True):
        given = [value for name in names if (value := parameters.integer(name))]
        size.append(given[0] if given else default)
    return size[0], size[1]


def _ruleSize(parameters: Parameters, project: Project, limits: SizeLimits) -> tuple[int, int]:
    width, height = parameters.integer("WIDTH", 0) or 0, parameters.integer("HEIGHT", 0) or 0
    checkSize(width, height, project, limits)
    return width, height
