# -*- test-case-name: tests.services.wfs.test_getcapabilities -*-
"""What the capabilities of all versions tell: the feature types, who offers them, which operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ogctwist.geo.box import Box
from ogctwist.geo.crs import WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.services.wfs.versions import WfsVersion


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
