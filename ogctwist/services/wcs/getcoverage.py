# -*- test-case-name: tests.services.wcs.test_getcoverage -*-
"""
WCS GetCoverage (OGC 03-065r6, 9): a part of a raster, with its values, as a GeoTIFF.

Coordinates are x and y in this order, whatever the CRS says (6.4.1 there).  As in QGIS Server the
answer is in the coverage's own CRS unless RESPONSE_CRS names another one.
"""

from __future__ import annotations

from functools import partial
from typing import IO

from twisted.internet.defer import Deferred, TimeoutError
from twisted.logger import Logger

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.interfaces import ICoverageSource, OWSException
from ogctwist.ows.exceptions import InvalidParameterValue, quoted
from ogctwist.ows.parameters import Parameters
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wcs.coveragefile import CoverageCut, coverageFile
from ogctwist.services.wcs.coverages import RequestNotWellFormed, publishedCoverages
from ogctwist.services.wcs.describecoverage import requestedNames
from ogctwist.services.wcs.kit import CoverageLimits, WcsKit
from ogctwist.sources.coverage import CoverageInfo
from ogctwist.sources.query import SourceError
from ogctwist.streaming.files import FileBody

log = Logger()

#: What FORMAT may be, in lower case; QGIS Server looks at none of it.
FORMATS = frozenset({"", "gtiff", "geotiff", "tiff", "tif", "image/tiff", "image/geotiff", "geotiff_float"})

#: INTERPOLATION (OGC 03-065r6, table 8) to what reads the raster.
RESAMPLING = {
    "": "nearest",
    "none": "nearest",
    "nearest": "nearest",
    "nearest neighbor": "nearest",
    "bilinear": "bilinear",
    "bicubic": "cubic",
    "cubic": "cubic",
    "average": "average",
}

_BBOX = "The BBOX is mandatory and has to be xx.xxx,yy.yyy,xx.xxx,yy.yyy"


class GetCoverageOperation:
    """Carries out GetCoverage."""

    def __init__(self, kit: WcsKit):
        self._kit = kit

    async def __call__(self, request: ServiceRequest, response: ServiceResponse, project: Project) -> None:
        """
        Write the coverage to a temporary file, then stream it.

        @raise OWSException: a parameter makes no sense, the coverage is not there for this
            request, or it takes too long.
        """
        name = requestedName(request.parameters)
        layer = publishedCoverages(project).get(name)
        unknown = RequestNotWellFormed(
            f"The layer for the COVERAGE '{quoted(name)}' is not found", locator="COVERAGE"
        )
        if layer is None:
            raise unknown
        view = await request.view(project, [layer.id])
        if layer.id in view.denied:
            # As if it were not there: nobody learns of it.
            raise unknown
        source = view.coverage(layer.id)
        try:
            info: CoverageInfo = await source.describe()
            cut = requestedCut(request.parameters, info, self._kit.limits)
            file = await self._written(source, cut)
        except SourceError as error:
            log.error("coverage {name}: {reason}", name=name, reason=str(error))
            raise OWSException(f"The coverage '{quoted(name)}' cannot be read", status=500) from error
        response.setHeader("Content-Type", "image/tiff")
        response.stream(FileBody(file, self._kit.pool))

    async def _written(self, source: ICoverageSource, cut: CoverageCut) -> IO[bytes]:
        seconds = self._kit.limits.seconds
        writing: Deferred[IO[bytes]] = self._kit.pool.runCancellable(partial(coverageFile, source, cut))
        try:
            return await writing.addTimeout(seconds, self._kit.clock)
        except TimeoutError:
            raise OWSException(f"The coverage took longer than {seconds:g} seconds", status=500) from None


def requestedName(parameters: Parameters) -> str:
    """
    The one coverage.

    @raise RequestNotWellFormed: none is named, or several are.
    """
    names = requestedNames(parameters)
    if not names:
        raise RequestNotWellFormed("COVERAGE is mandatory", locator="COVERAGE")
    if len(names) > 1:
        raise RequestNotWellFormed("COVERAGE has to name one coverage", locator="COVERAGE")
    return names[0]


def requestedCut(parameters: Parameters, info: CoverageInfo, limits: CoverageLimits) -> CoverageCut:
    """
    The part that the parameters ask for.

    @param info: of the coverage.
    @raise OWSException: a parameter is missing or wrong, or the answer would be too large.
    """
    if parameters.text("FORMAT").strip().lower() not in FORMATS:
        raise OWSException(
            f"The format '{quoted(parameters.text('FORMAT'))}' is not offered: GeoTIFF is",
            "InvalidFormat",
            "FORMAT",
        )
    box = _requestedBox(parameters)
    own = info.crs
    asked = _requestedCrs(parameters, "CRS", own)
    answered = _requestedCrs(parameters, "RESPONSE_CRS", own)
    width, height = _requestedSize(parameters, box, limits)
    try:
        extent = transformBox(box, asked, answered)
    except TransformError:
        raise RequestNotWellFormed("The BBOX has no place in the CRS of the answer", locator="BBOX") from None
    bands = _requestedBands(parameters, info)
    cut = CoverageCut(extent, answered, width, height, bands, _requestedResampling(parameters))
    if cut.size(info) > limits.size:
        raise InvalidParameterValue(
            f"The coverage would take more than {limits.size} bytes: ask for a smaller part, or fewer BANDS",
            locator="BANDS",
        )
    return cut


def _requestedBox(parameters: Parameters) -> Box:
    try:
        box = parameters.box("BBOX", area=True)
    except OWSException:
        raise RequestNotWellFormed(_BBOX, locator="BBOX") from None
    if box is None:
        raise RequestNotWellFormed(_BBOX, locator="BBOX")
    return box


def _requestedCrs(parameters: Parameters, name: str, own: CRS | None) -> CRS:
    """The CRS that a parameter names; that of the coverage without it."""
    text = parameters.text(name).strip()
    try:
        if text:
            return CRS.fromAuthid(text)
    except UnknownCRS:
        pass
    if text or own is None:
        raise RequestNotWellFormed(f"Invalid {name}", locator=name)
    return own


def _requestedSize(parameters: Parameters, box: Box, limits: CoverageLimits) -> tuple[int, int]:
    """
    WIDTH and HEIGHT in pixels, or RESX and RESY in units of CRS (OGC 03-065r6, 9.2.2.7).
    """
    if parameters.text("WIDTH") or parameters.text("HEIGHT"):
        width = parameters.integer("WIDTH", 0) or 0
        height = parameters.integer("HEIGHT", 0) or 0
    else:
        stepX, stepY = parameters.number("RESX", 0.0) or 0.0, parameters.number("RESY", 0.0) or 0.0
        if not (stepX > 0 and stepY > 0):
            raise RequestNotWellFormed("WIDTH and HEIGHT are mandatory, or RESX and RESY", locator="WIDTH")
        # A tiny step makes a large number, never an endless one.
        width, height = (round(min(max(size, 1.0), 1e9)) for size in (box.width / stepX, box.height / stepY))
    if not (0 < width <= limits.side and 0 < height <= limits.side) or width * height > limits.pixels:
        raise InvalidParameterValue(
            f"A coverage has at most {limits.side} pixels a side and {limits.pixels} in all", locator="WIDTH"
        )
    return width, height


def _requestedBands(parameters: Parameters, info: CoverageInfo) -> tuple[int, ...]:
    """BANDS: the axis of the range set, as numbers from 1; none for all."""
    bands = []
    for text in parameters.items("BANDS"):
        if not (text.isdecimal() and len(text) < 6) or info.band(int(text)) is None:
            raise InvalidParameterValue(f"There is no band '{quoted(text)}'", locator="BANDS")
        bands.append(int(text))
    return tuple(dict.fromkeys(bands))


def _requestedResampling(parameters: Parameters) -> str:
    text = parameters.text("INTERPOLATION")
    try:
        return RESAMPLING[text.strip().lower()]
    except KeyError:
        raise InvalidParameterValue(
            f"The interpolation '{quoted(text)}' is none of nearest neighbor, bilinear, bicubic, average",
            locator="INTERPOLATION",
        ) from None
