# -*- test-case-name: tests.services.wms.test_layertree -*-
"""
The part of a project's layer tree that WMS publishes to a request, and what
the names in LAYERS mean in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import GroupNode, LayerNode, Project


@dataclass(frozen=True)
class PublishedLayer:
    """A layer that the request may name."""

    name: str
    layer: Layer
    node: LayerNode

    @property
    def isQueryable(self) -> bool:
        """Whether GetFeatureInfo may ask it."""
        return self.layer.isIdentifiable


@dataclass(frozen=True)
class PublishedGroup:
    """A group that the request may name, with what is published of its content, top first."""

    name: str
    group: GroupNode
    children: tuple[PublishedGroup | PublishedLayer, ...]

    @property
    def isQueryable(self) -> bool:
        """Whether a layer within can be asked."""
        return any(child.isQueryable for child in self.children)

    def layers(self) -> Iterator[PublishedLayer]:
        """All layers within, top first."""
        for child in self.children:
            if isinstance(child, PublishedLayer):
                yield child
            else:
                yield from child.layers()


class PublishedTree:
    """
    The published tree of a project for one request.

    @param readable: the layers that the request may read, by id, as access
        control left them (L{ogctwist.access.view.ProjectView}).
    """

    def __init__(self, project: Project, readable: Mapping[str, Layer]):
        self.project = project
        self._restricted = project.publication.wms.restrictedLayers
        self._readable = readable
        children = tuple(self._published(project.tree))
        self.root = PublishedGroup(rootName(project), project.tree, children)
        self._layers: dict[str, list[PublishedLayer]] = {}
        self._groups: dict[str, PublishedGroup] = {}
        self._index(self.root)

    def _published(self, group: GroupNode) -> Iterator[PublishedGroup | PublishedLayer]:
        for child in group.children:
            if isinstance(child, GroupNode):
                if child.name in self._restricted:
                    continue
                content = tuple(self._published(child))
                if content:
                    yield PublishedGroup(child.owsName, child, content)
                continue
            layer = self._readable.get(child.layerId)
            if layer is not None and layer.name not in self._restricted and isDrawable(layer):
                yield PublishedLayer(self.project.owsName(layer), layer, child)

    def _index(self, group: PublishedGroup) -> None:
        if group.name:
            self._groups.setdefault(group.name, group)
        for child in group.children:
            if isinstance(child, PublishedGroup):
                self._index(child)
            else:
                self._layers.setdefault(child.name, []).append(child)

    def layerNamed(self, name: str) -> PublishedLayer | None:
        """The topmost layer published as C{name}, or None."""
        named = self._layers.get(name)
        return named[0] if named else None

    def layersNamed(self, name: str) -> tuple[PublishedLayer, ...]:
        """All layers published as C{name}, top first: QGIS lets layers share one."""
        return tuple(self._layers.get(name, ()))

    def groupNamed(self, name: str) -> PublishedGroup | None:
        """The group (or the root) published as C{name}, or None."""
        return self._groups.get(name)

    def layers(self) -> Iterator[PublishedLayer]:
        """All published layers, top first."""
        return self.root.layers()


def rootName(project: Project) -> str:
    """The name of the root layer: WMSRootName, else the project's title; '' when it has none."""
    return project.publication.wms.rootName or project.title


def isDrawable(layer: Layer) -> bool:
    """Whether the layer is of a kind that WMS draws, and not marked private or failed."""
    drawable = layer.kind in (LayerKind.VECTOR, LayerKind.RASTER)
    return drawable and not layer.isPrivate and layer.failure is None
