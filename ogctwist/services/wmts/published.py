# -*- test-case-name: tests.services.wmts.test_getcapabilities -*-
"""What a project offers as tiles: itself, groups, layers; and where each of them lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, WGS84, UnknownCRS
from ogctwist.geo.transforms import TransformError, transformBox
from ogctwist.project.layers import Layer
from ogctwist.project.model import Project
from ogctwist.services.wms.capabilities.extents import Extents
from ogctwist.services.wms.layertree import PublishedGroup, PublishedLayer, PublishedTree, rootName
from ogctwist.services.wms.versions import WMS_1_3_0

PNG, JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True)
class TileLayer:
    """
    Something that is offered as tiles.

    @ivar name: what LAYER calls it: as in WMS.
    @ivar formats: of C{image/png} and C{image/jpeg}.
    @ivar isQueryable: whether GetFeatureInfo may be asked.
    @ivar box: in WGS 84, x being the longitude.
    """

    name: str
    title: str
    abstract: str
    formats: tuple[str, ...]
    isQueryable: bool
    box: Box


def touchedLayers(project: Project) -> list[str]:
    """The ids of the layers in anything that is offered: what access control has to be asked for."""
    ids = [layer.id for layer in project.layers.values() if layer.wmts.published]
    if project.publication.wmts.projectPublished:
        ids += project.layers
    for group in project.tree.groupNodes():
        if group.wmts.published:
            ids += [node.layerId for node in group.layerNodes()]
    return [id_ for id_ in dict.fromkeys(ids) if id_ in project.layers]


def tileLayers(project: Project, tree: PublishedTree) -> list[TileLayer]:
    """
    What is offered of what a request may see: the project, its groups, its layers.

    @param tree: made of the layers that the request may see.
    """
    return [layer for layer in _offered(project, tree) if layer.formats]


def _offered(project: Project, tree: PublishedTree) -> Iterator[TileLayer]:
    boxes = _Boxes(project)
    settings = project.publication.wmts
    if settings.projectPublished and rootName(project):
        box = boxes.ofProject([child.layer for child in tree.layers()])
        if box is not None:
            # QGIS has no other text for its abstract; and the project as a whole is not asked.
            title = project.title
            formats = _formats(settings.projectPng, settings.projectJpeg)
            yield TileLayer(rootName(project), title, title, formats, False, box)
    groups = [group for group in _groups(tree.root) if group.group.wmts.published]
    for group in groups:
        about = group.group.description
        box = boxes.ofAll([child.layer for child in group.layers()])
        if box is not None:
            formats = _formats(group.group.wmts.png, group.group.wmts.jpeg)
            title = about.title or group.group.name
            yield TileLayer(group.name, title, about.abstract, formats, group.isQueryable, box)
    for child in tree.layers():
        layer, box = child.layer, boxes.ofLayer(child.layer)
        if layer.wmts.published and box is not None:
            formats = _formats(layer.wmts.png, layer.wmts.jpeg)
            about = layer.description
            yield TileLayer(child.name, about.title, about.abstract, formats, child.isQueryable, box)


def _groups(group: PublishedGroup) -> Iterator[PublishedGroup]:
    for child in group.children:
        if not isinstance(child, PublishedLayer):
            yield child
            yield from _groups(child)


def _formats(png: bool, jpeg: bool) -> tuple[str, ...]:
    return (*((PNG,) if png else ()), *((JPEG,) if jpeg else ()))


class _Boxes:
    """Extents in WGS 84; None where nobody knows."""

    def __init__(self, project: Project):
        self._extents = Extents(project, WMS_1_3_0)

    def ofLayer(self, layer: Layer) -> Box | None:
        known = self._extents.ofLayer(layer)
        return None if known is None else _inDegrees(*known)

    def ofAll(self, layers: list[Layer]) -> Box | None:
        around: Box | None = None
        for layer in layers:
            box = self.ofLayer(layer)
            if box is not None:
                around = box if around is None else around.union(box)
        return around

    def ofProject(self, layers: list[Layer]) -> Box | None:
        known = self._extents.ofRoot(layers)
        return None if known is None else _inDegrees(*known)


def _inDegrees(box: Box, crs: CRS) -> Box | None:
    try:
        return transformBox(box, crs, WGS84)
    except (TransformError, UnknownCRS):
        return None
