# -*- test-case-name: tests.services.wms.test_mapparameters -*-
"""Parameters that several WMS operations share: CRS, BBOX, size, layers, colours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PIL import ImageColor

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.view import MapView
from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue, OWSException, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.services.wms.versions import WmsVersion

#: The dots an inch of WMS's standard pixel of 0.28 mm, rounded to whole dots as QGIS does.
DEFAULT_DPI = 91.0
DPI_RANGE = (1.0, 600.0)

_HEX = re.compile(r"(?:0x|#)?([0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


@dataclass(frozen=True)
class RequestedLayer:
    """
    One name of LAYERS.

    @ivar style: '' for the current one.
    @ivar opacity: of OPACITIES, 0 to 1.
    """

    name: str
    style: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class SizeLimits:
    """What a picture may measure: pixels a side (a setting and a project may lower it) and in all."""

    width: int = 8192
    height: int = 8192
    pixels: int = 16_000_000


def requestedLayers(parameters: Parameters) -> tuple[RequestedLayer, ...]:
    """
    LAYERS (or LAYER) with STYLES (or STYLE) and OPACITIES, paired by position;
    missing styles are '', missing opacities full.
    """
    names = parameters.items("LAYERS") or parameters.items("LAYER")
    styles = parameters.items("STYLES") or parameters.items("STYLE")
    styles += [""] * (len(names) - len(styles))
    opacities = requestedOpacities(parameters)
    opacities += [1.0] * (len(names) - len(opacities))
    return tuple(RequestedLayer(n, s, o) for n, s, o in zip(names, styles, opacities, strict=False) if n)


def requestedOpacities(parameters: Parameters) -> list[float]:
    """OPACITIES: whole numbers from 0 to 255, as shares of 1."""
    opacities = []
    for text in parameters.items("OPACITIES"):
        if not (text.isdecimal() and len(text) < 9):
            raise parameters.invalid("OPACITIES", "is not a list of whole numbers from 0 to 255")
        opacities.append(min(int(text), 255) / 255)
    return opacities


def requestedCrs(parameters: Parameters, version: WmsVersion) -> CRS:
    """
    CRS or SRS; where both are given the version decides.

    @raise OWSException: code InvalidCRS.
    """
    names = ("CRS", "SRS") if version.followsAxisOrder else ("SRS", "CRS")
    text = parameters.text(names[0]) or parameters.text(names[1])
    try:
        return CRS.fromAuthid(text)
    except UnknownCRS:
        raise OWSException(f"The CRS '{quoted(text)}' is not valid.", "InvalidCRS", names[0]) from None


def requestedBox(parameters: Parameters, crs: CRS, version: WmsVersion) -> Box:
    """
    BBOX with x first, whatever the axis order of the version.

    @raise OWSException: missing, not four finite numbers, or of no area.
    """
    if not parameters.text("BBOX"):
        raise MissingParameterValue("The BBOX parameter is missing.", locator="BBOX")
    box = parameters.box("BBOX")
    if box is None or box.isEmpty:
        raise InvalidParameterValue("The BBOX parameter is invalid.", locator="BBOX")
    return box.swapped() if version.followsAxisOrder and crs.isNorthFirst else box


def requestedSize(parameters: Parameters, project: Project, limits: SizeLimits) -> tuple[int, int]:
    """
    WIDTH and HEIGHT in pixels.

    @raise InvalidParameterValue: missing, less than 1, or over a limit of the server or the project.
    """
    width, height = parameters.integer("WIDTH", 0) or 0, parameters.integer("HEIGHT", 0) or 0
    checkSize(width, height, project, limits)
    return width, height


def checkSize(width: int, height: int, project: Project, limits: SizeLimits) -> None:
    """@raise InvalidParameterValue: the size is not a picture's, or over a limit."""
    wms = project.publication.wms
    widest = min([limits.width, *([wms.maxWidth] if wms.maxWidth > 0 else [])])
    highest = min([limits.height, *([wms.maxHeight] if wms.maxHeight > 0 else [])])
    if width < 1 or height < 1:
        raise InvalidParameterValue("WIDTH and HEIGHT have to be at least 1 pixel", locator="WIDTH")
    if width > widest or height > highest or width * height > limits.pixels:
        raise InvalidParameterValue(
            f"The requested map size is too large: at most {widest} by {highest} and {limits.pixels} pixels",
            locator="WIDTH" if width > widest else "HEIGHT",
        )


def requestedDpi(parameters: Parameters) -> float:
    """DPI, or that of the standard pixel."""
    dpi = parameters.number("DPI", DEFAULT_DPI, *DPI_RANGE)
    assert dpi is not None
    return dpi


def requestedView(
    parameters: Parameters, version: WmsVersion, project: Project, limits: SizeLimits
) -> MapView:
    """
    The frame of a map: CRS, BBOX, WIDTH, HEIGHT, DPI, with the box as it came: the
    point of GetFeatureInfo lies in it.  What is drawn is L{drawnView}.
    """
    width, height = requestedSize(parameters, project, limits)
    crs = requestedCrs(parameters, version)
    extent = requestedBox(parameters, crs, version)
    return MapView(extent, width, height, crs, requestedDpi(parameters))


def drawnView(view: MapView, version: WmsVersion) -> MapView:
    """
    The frame as it is drawn.  1.3.0 (7.3.3.8) stretches a box of other proportions than
    the picture; for 1.1.1 QGIS grows the box instead.
    """
    return view if version.followsAxisOrder else view.withSquarePixels()


def requestedColour(parameters: Parameters, name: str, default: tuple[int, int, int]) -> tuple[int, int, int]:
    """A colour: C{0xRRGGBB}, C{#RRGGBB} or a name; (red, green, blue), 0 to 255."""
    text = parameters.text(name).strip()
    if not text:
        return default
    color = colourOf(text)
    if color is None:
        raise parameters.invalid(name, "is not a colour")
    return color


def colourOf(text: str) -> tuple[int, int, int] | None:
    """What a text means as a colour; eight digits begin with the alpha, which does not count."""
    match = _HEX.fullmatch(text)
    if match:
        digits = match[1][-6:]
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if text.isalpha() and text.lower() in ImageColor.colormap:
        rgb = ImageColor.getrgb(text)
        return rgb[0], rgb[1], rgb[2]
    return None
