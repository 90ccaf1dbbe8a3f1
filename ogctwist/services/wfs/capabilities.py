# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""What the capabilities of all versions tell: the feature types, who offers them, which operations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.services.wfs.versions import XLINK, WfsVersion


@dataclass(frozen=True)
class PublishedType:
    """
    A feature type as capabilities tell of it.

    @ivar operations: of C{Query}, C{Insert}, C{Update}, C{Delete}.
    @ivar extent: in the layer's CRS; None when unknown.
    """

    name: str
    layer: Layer
    operations: tuple[str, ...]
    extent: Box | None

    @property
    def title(self) -> str:
        """The title of the layer, else its name."""
        description = self.layer.description
        return description.wfsTitle or description.title or self.layer.name

    @property
    def keywords(self) -> list[str]:
        """The keywords of the layer."""
        return [word.strip() for word in self.layer.description.keywords.split(",") if word.strip()]

    @property
    def hasGeometry(self) -> bool:
        """Whether its features have a place, as far as the project knows."""
        return self.layer.wkbType not in ("NoGeometry", "Unknown", "") or self.layer.crs is not None

    @property
    def crsName(self) -> str:
        """The name of the CRS of the layer; '' without one."""
        return self.layer.crs.authid if self.layer.crs else ""

    def extentInDegrees(self) -> Box | None:
        """The extent in WGS 84; None when it is not known there."""
        if self.extent is None or self.layer.crs is None:
            return None
        try:
            return transformBox(self.extent, self.layer.crs, WGS84)
        except (TransformError, UnknownCRS):
            return None


@dataclass(frozen=True)
class Capabilities:
    """
    What goes into a capabilities document.

    @ivar url: where the service answers.
    @ivar offered: lower-case names of the operations that the service has.
    """

    version: WfsVersion
    project: Project
    types: Sequence[PublishedType]
    url: str
    offered: frozenset[str]
    formats: tuple[str, ...]

    @property
    def title(self) -> str:
        """The title of the service: owsServiceTitle, else the project's, else QGIS's word for none."""
        return self.project.publication.service.title or self.project.title or "Untitled"

    def otherCrsNames(self, published: PublishedType) -> list[str]:
        """The systems that a type is offered in besides its own."""
        return [name for name in self._crsNames() if name != published.crsName]

    def _crsNames(self) -> list[str]:
        listed = list(self.project.publication.wms.crsList)
        if not listed:
            own = self.project.crs.authid if self.project.crs else ""
            listed = [name for name in (own, "EPSG:4326", "EPSG:3857") if name]
        return list(dict.fromkeys(listed))


class Writer:
    """Appends elements of a namespace; others by their prefix."""

    def __init__(self, spaces: Mapping[str | None, str]):
        self._spaces = spaces

    def add(
        self, parent: etree._Element, name: str, text: str | None = None, /, **attributes: str
    ) -> etree._Element:
        """
        Append an element.

        @param name: with a prefix, or in the default namespace.
        """
        element = etree.SubElement(parent, self.tag(name))
        if text is not None:
            element.text = text
        for key, value in attributes.items():
            element.set(key, value)
        return element

    def addIf(self, parent: etree._Element, name: str, text: str) -> None:
        """Append an element if there is a text for it."""
        if text:
            self.add(parent, name, text)

    def addLink(self, parent: etree._Element, name: str, url: str) -> None:
        """Append an element with an xlink:href."""
        self.add(parent, name).set(f"{{{XLINK}}}href", url)

    def addPath(self, parent: etree._Element, *names: str) -> etree._Element:
        """Append elements within each other.  @return: the innermost."""
        for name in names:
            parent = self.add(parent, name)
        return parent

    def tag(self, name: str) -> str:
        """The name in Clark's notation."""
        prefix, colon, local = name.rpartition(":")
        return f"{{{self._spaces[prefix if colon else None]}}}{local}"


def serialised(root: etree._Element) -> bytes:
    """A document as UTF-8, indented."""
    etree.indent(root, " ")
    return etree.tostring(root, encoding="utf-8", xml_declaration=False) + b"\n"


def cornerTexts(box: Box, crs: CRS | None) -> tuple[str, str, str, str]:
    """
    xmin, ymin, xmax, ymax, rounded outwards: to six digits for degrees, to three for other units.
    """
    digits = 6 if crs is not None and crs.isGeographic else 3
    scale = 10.0**digits
    low = [math.floor(value * scale) / scale for value in (box.xmin, box.ymin)]
    high = [math.ceil(value * scale) / scale for value in (box.xmax, box.ymax)]
    xmin, ymin, xmax, ymax = (_plain(value, digits) for value in (*low, *high))
    return xmin, ymin, xmax, ymax


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
