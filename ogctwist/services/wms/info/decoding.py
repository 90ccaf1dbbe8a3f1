# -*- test-case-name: tests.services.wms.info.test_decoding -*-
"""A GetFeatureInfo request as a value (WMS 1.3.0, 7.4; 1.1.1, 7.3)."""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.ows.exceptions import InvalidParameterValue, MissingParameterValue, OWSException, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.services.wms.mapparameters import (
    RequestedLayer,
    SizeLimits,
    requestedCrs,
    requestedView,
)
from ogctwist.services.wms.versions import WmsVersion

PLAIN, HTML, XML, GML2, GML3, JSON = "plain", "html", "xml", "gml2", "gml3", "json"

#: INFO_FORMAT in lower case -> the format.
FORMATS = {
    "": PLAIN,
    "text/plain": PLAIN,
    "text/html": HTML,
    "text/xml": XML,
    "application/vnd.ogc.gml": GML2,
    "application/vnd.ogc.gml/3.1.1": GML3,
    "application/json": JSON,
    "application/geo+json": JSON,
}

#: A geometry in a request has at most so many vertices, a geometry collection such a depth.
MOST_VERTICES = 100_000


@dataclass(frozen=True)
class Tolerances:
    """How far around the point to look, in pixels; None for QGIS's share of the map's width."""

    point: float | None = None
    line: float | None = None
    polygon: float | None = None


@dataclass(frozen=True)
class GetFeatureInfo:
    """
    A GetFeatureInfo request.

    @ivar layers: of QUERY_LAYERS, each once.
    @ivar point: (column, row) in pixels, from the top left; None for a search by filter alone.
    @ivar view: the map that was clicked on; None without BBOX.
    @ivar crs: of the answer; None when the request has none and each layer keeps its own.
    @ivar within: FILTER_GEOM, in C{crs}.
    @ivar count: most features of each layer.
    @ivar filter: FILTER as it came.
    """

    layers: tuple[RequestedLayer, ...]
    form: str
    point: tuple[float, float] | None
    view: MapView | None
    crs: CRS | None
    count: int
    tolerances: Tolerances
    within: shapely.Geometry | None
    filter: str
    withGeometry: bool
    withMapTip: bool
    withDisplayName: bool
    precision: int | None


def decodeGetFeatureInfo(
    parameters: Parameters, version: WmsVersion, project: Project, limits: SizeLimits
) -> GetFeatureInfo:
    """@raise OWSException: for any parameter that is missing or cannot be understood."""
    layers = _layers(parameters)
    form = _format(parameters)
    filterText = parameters.text("FILTER")
    within = filterGeometry(parameters)
    crs = _crs(parameters, version)
    point = _point(parameters, version, not (filterText or within is not None))
    view = None
    if crs is not None and parameters.text("BBOX"):
        view = requestedView(parameters, version, project, limits)
    if point is not None:
        if view is None:
            requestedCrs(parameters, version)
            raise MissingParameterValue("The BBOX parameter is missing.", locator="BBOX")
        _checkPoint(point, view, version)
    return GetFeatureInfo(
        layers=layers,
        form=form,
        point=point,
        view=view,
        crs=crs,
        count=parameters.integer("FEATURE_COUNT", 1, 1) or 1,
        tolerances=Tolerances(
            parameters.number("FI_POINT_TOLERANCE", None, 0),
            parameters.number("FI_LINE_TOLERANCE", None, 0),
            parameters.number("FI_POLYGON_TOLERANCE", None, 0),
        ),
        within=within,
        filter=filterText,
        withGeometry=_flag(parameters, "WITH_GEOMETRY"),
        withMapTip=_flag(parameters, "WITH_MAPTIP"),
        withDisplayName=_flag(parameters, "WITH_DISPLAY_NAME"),
        precision=parameters.integer("WMS_PRECISION", None, 0, 15),
    )


def _flag(parameters: Parameters, name: str) -> bool:
    return parameters.text(name).strip().lower() in ("true", "1")


def _layers(parameters: Parameters) -> tuple[RequestedLayer, ...]:
    names = [name for name in parameters.items("QUERY_LAYERS") if name]
    if not names:
        raise MissingParameterValue("The QUERY_LAYERS parameter is missing.", locator="QUERY_LAYERS")
    styles = dict(
        zip(parameters.items("LAYERS") or parameters.items("LAYER"), parameters.items("STYLES"), strict=False)
    )
    return tuple(RequestedLayer(name, styles.get(name, "")) for name in dict.fromkeys(names))


def _format(parameters: Parameters) -> str:
    text = parameters.text("INFO_FORMAT").strip()
    form = FORMATS.get(text.lower())
    if form is None:
        raise OWSException(
            f"The format '{quoted(text)}' from INFO_FORMAT is not supported.", "InvalidFormat", "INFO_FORMAT"
        )
    return form


def _crs(parameters: Parameters, version: WmsVersion) -> CRS | None:
    if parameters.text("CRS") or parameters.text("SRS"):
        return requestedCrs(parameters, version)
    return None


def _point(parameters: Parameters, version: WmsVersion, isRequired: bool) -> tuple[float, float] | None:
    """I and J, or X and Y: either pair in either version, as QGIS takes them."""
    column = _either(parameters, "I", "X")
    row = _either(parameters, "J", "Y")
    if column is not None and row is not None:
        return column, row
    if isRequired:
        name = version.rowParameter if column is not None else version.columnParameter
        raise MissingParameterValue(f"The {name} parameter is missing.", locator=name)
    return None


def _either(parameters: Parameters, name: str, other: str) -> int | None:
    found = parameters.integer(name)
    return parameters.integer(other) if found is None else found


def _checkPoint(point: tuple[float, float], view: MapView, version: WmsVersion) -> None:
    for value, most, name in (
        (point[0], view.width, version.columnParameter),
        (point[1], view.height, version.rowParameter),
    ):
        if not 0 <= value <= most:
            raise OWSException(f"The point '{value}' from '{name}' is invalid.", "InvalidPoint", name)


def filterGeometry(parameters: Parameters) -> shapely.Geometry | None:
    """FILTER_GEOM: WKT in the CRS of the request; None without."""
    text = parameters.text("FILTER_GEOM").strip()
    if not text:
        return None
    if text.count(",") >= MOST_VERTICES:
        raise InvalidParameterValue("FILTER_GEOM has too many vertices", locator="FILTER_GEOM")
    try:
        geometry = shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        geometry = None
    if geometry is None or geometry.is_empty:
        raise parameters.invalid("FILTER_GEOM", "is not a geometry in WKT")
    return geometry if geometry.is_valid else shapely.make_valid(geometry)
