# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""CRS lists and bounding boxes of capabilities documents, from the project alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.services.wms.versions import WmsVersion

WORLD = Box(-180.0, -90.0, 180.0, 90.0)

#: Digits after the point of degrees and of metres, as QGIS writes them.
GEOGRAPHIC_DIGITS = 6
PROJECTED_DIGITS = 3


def outputCrsList(project: Project) -> tuple[str, ...]:
    """
    The reference systems that the project offers: its WMSCrsList, else the
    project's own, WGS 84 and spherical mercator.
    """
    listed = project.publication.wms.crsList
    if listed:
        return listed
    own = (project.crs.authid,) if project.crs is not None and project.crs.authid else ()
    return own + tuple(c for c in ("EPSG:4326", "EPSG:3857") if c not in own)


def isUnknownExtent(extent: Box | None) -> bool:
    """Whether an extent says nothing: missing, not finite, or turned inside out."""
    return extent is None or not extent.isFinite or extent.xmin > extent.xmax or extent.ymin > extent.ymax


class Extents:
    """
    The boxes of one project's layers and groups, in all its reference systems.

    @param measured: extents, by layer id and in the layer's CRS, of layers whose
        extent the project file does not know.
    """

    def __init__(self, project: Project, version: WmsVersion, measured: Mapping[str, Box] | None = None):
        self.project = project
        self.version = version
        self._measured = measured or {}
        self.authids = outputCrsList(project)
        self._systems = list(_known(self.authids))

    def ofLayer(self, layer: Layer) -> tuple[Box, CRS] | None:
        """
        The extent of a layer and the system it is in; None for a table without
        geometry.  A layer of unknown extent may lie anywhere in the project's, or
        in the world.
        """
        if layer.crs is None or layer.wkbType == "NoGeometry":
            return None
        extent = self._measured.get(layer.id, layer.extent)
        if extent is None or isUnknownExtent(extent):
            return self._declared() or (WORLD, WGS84)
        return extent, layer.crs

    def _declared(self) -> tuple[Box, CRS] | None:
        declared = self.project.publication.wms.extent
        if declared is None or isUnknownExtent(declared):
            return None
        return declared, self.project.crs or WGS84

    def ofRoot(self, layers: Iterable[Layer]) -> tuple[Box, CRS] | None:
        """WMSExtent, else the box around all layers, in the CRS of the project."""
        declared = self._declared()
        if declared is not None:
            return declared
        crs = self.project.crs or WGS84
        around: Box | None = None
        for layer in layers:
            known = self.ofLayer(layer)
            moved = None if known is None else _moved(known[0], known[1], crs)
            if moved is not None:
                around = moved if around is None else around.union(moved)
        return None if around is None else (around, crs)

    def around(self, geographic: Iterable[Box]) -> tuple[Box, CRS] | None:
        """
        The box around the geographic boxes that members of a group advertise,
        in the CRS of the project: QGIS derives a group's box from them.
        """
        crs = self.project.crs or WGS84
        around: Box | None = None
        for box in geographic:
            moved = _moved(box, WGS84, crs)
            if moved is not None:
                around = moved if around is None else around.union(moved)
        return None if around is None else (around, crs)

    def append(self, parent: etree._Element, extent: Box, crs: CRS) -> Box | None:
        """
        Append the CRS and bounding box elements of a layer or group.
        @return: the geographic box as advertised, for the group around it.
        """
        self._appendSystems(parent)
        geographic = _moved(extent, crs, WGS84)
        if geographic is not None:
            geographic = rounded(geographic, GEOGRAPHIC_DIGITS)
            self._appendGeographic(parent, geographic)
        for system in reversed(self._systems):
            box = _moved(extent, crs, system)
            if box is not None:
                self._appendBox(parent, box, system)
        return geographic

    def _appendSystems(self, parent: etree._Element) -> None:
        for authid in ("CRS:84", *(a for a in self.authids if a != "CRS:84")):
            self._element(parent, self.version.crsName).text = authid

    def _appendGeographic(self, parent: etree._Element, box: Box) -> None:
        if not self.version.namespace:
            element = self._element(parent, "LatLonBoundingBox")
            for name, value in zip(("minx", "miny", "maxx", "maxy"), box.bounds, strict=True):
                element.set(name, decimal(value, GEOGRAPHIC_DIGITS))
            return
        element = self._element(parent, "EX_GeographicBoundingBox")
        for name, value in (
            ("westBoundLongitude", box.xmin),
            ("eastBoundLongitude", box.xmax),
            ("southBoundLatitude", box.ymin),
            ("northBoundLatitude", box.ymax),
        ):
            self._element(element, name).text = decimal(value, GEOGRAPHIC_DIGITS)

    def _appendBox(self, parent: etree._Element, box: Box, crs: CRS) -> None:
        digits = GEOGRAPHIC_DIGITS if crs.isGeographic else PROJECTED_DIGITS
        box = rounded(box, digits)
        if self.version.followsAxisOrder and crs.isNorthFirst:
            box = box.swapped()
        element = self._element(parent, "BoundingBox")
        element.set(self.version.crsName, crs.authid)
        for name, value in zip(("minx", "miny", "maxx", "maxy"), box.bounds, strict=True):
            element.set(name, decimal(value, digits))

    def _element(self, parent: etree._Element, name: str) -> etree._Element:
        return etree.SubElement(
            parent, f"{{{self.version.namespace}}}{name}" if self.version.namespace else name
        )


def rounded(box: Box, digits: int) -> Box:
    """The box rounded outwards, so that it still covers what it covered."""
    factor = 10.0**digits
    return Box(
        math.floor(box.xmin * factor) / factor,
        math.floor(box.ymin * factor) / factor,
        math.ceil(box.xmax * factor) / factor,
        math.ceil(box.ymax * factor) / factor,
    )


def decimal(value: float, digits: int) -> str:
    """A number with at most C{digits} after the point, without trailing zeros."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _known(authids: Iterable[str]) -> Iterator[CRS]:
    """The systems that can be computed with; one that no authority knows is listed without a box."""
    for authid in authids:
        try:
            yield CRS.fromAuthid(authid)
        except UnknownCRS:
            continue


def _moved(box: Box, source: CRS, target: CRS) -> Box | None:
    try:
        return transformBox(box, source, target)
    except TransformError:
        return None
