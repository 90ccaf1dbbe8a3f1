# -*- test-case-name: tests.services.wcs.test_getcapabilities -*-
"""Which layers a project offers as coverages, under which names, and where they lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from twisted.logger import Logger

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.interfaces import OWSException
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.sources.coverage import CoverageInfo
from ogctwist.sources.query import SourceError
from ogctwist.workers.together import allOf

log = Logger()

VERSION = "1.0.0"
WCS = "http://www.opengis.net/wcs"


class RequestNotWellFormed(OWSException):
    """What QGIS Server answers to nearly every WCS request that makes no sense to it."""

    code = "RequestNotWellFormed"


def coverageName(layer: Layer) -> str:
    """The short name of the layer, else its name, with underscores for blanks, as in QGIS."""
    return (layer.description.shortName or layer.name).replace(" ", "_")


def publishedCoverages(project: Project) -> dict[str, Layer]:
    """The rasters that the project offers by WCS, by name; of two with one name, the first."""
    coverages: dict[str, Layer] = {}
    for layer in project.layers.values():
        if layer.wcsPublished and layer.kind is LayerKind.RASTER:
            coverages.setdefault(coverageName(layer), layer)
    return coverages


@dataclass(frozen=True)
class Coverage:
    """
    A coverage as the documents tell of it.

    @ivar crs: of the layer.
    @ivar extent: in C{crs}, x and y in this order.
    @ivar info: what the raster says of itself; None where only the project was asked.
    """

    name: str
    layer: Layer
    crs: CRS
    extent: Box
    info: CoverageInfo | None = None

    @property
    def label(self) -> str:
        """The title of the layer, else its name."""
        return self.layer.description.title or self.layer.name

    def extentInDegrees(self) -> Box | None:
        """The extent in WGS 84; None when it is not known there."""
        try:
            return transformBox(self.extent, self.crs, WGS84)
        except (TransformError, UnknownCRS):
            return None


def knownCoverage(name: str, layer: Layer) -> Coverage | None:
    """A coverage as far as the project alone knows it; None when its raster has to be asked."""
    box = layer.extent
    if layer.crs is None or box is None or not box.isFinite or box.isEmpty:
        return None
    return Coverage(name, layer, layer.crs, box)


async def describedCoverages(
    request: ServiceRequest, project: Project, layers: Iterable[tuple[str, Layer]]
) -> list[Coverage]:
    """
    Coverages with what their rasters say; those that the request may not see, or that cannot be
    opened, are left out, the latter with a line in the log.
    """
    named = list(layers)
    view = await request.view(project, [layer.id for _, layer in named])

    async def described(name: str, layer: Layer) -> Coverage | None:
        try:
            info: CoverageInfo = await view.coverage(layer.id).describe()
        except SourceError as error:
            log.warn("coverage {name} is left out: {reason}", name=name, reason=str(error))
            return None
        if info.crs is None:
            log.warn("coverage {name} is left out: nobody knows its CRS", name=name)
            return None
        return Coverage(name, layer, info.crs, info.extent, info)

    found = await allOf(described(name, layer) for name, layer in named if layer.id not in view.denied)
    return [coverage for coverage in found if coverage is not None]
