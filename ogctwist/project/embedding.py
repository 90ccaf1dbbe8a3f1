# -*- test-case-name: tests.project.test_embedding -*-
"""
Layers and groups that a project borrows from other projects.

As in QGIS, what the other project itself borrows does not come along, and a
project that cannot be read leaves empty groups and failed layers behind.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from ogctwist.project.document import ProjectLimits, fileVersion
from ogctwist.project.errors import ProjectError
from ogctwist.project.layers import DataSource, Layer, LayerKind
from ogctwist.project.model import GroupNode, LayerNode, Project
from ogctwist.project.paths import PathResolver
from ogctwist.project.publicationreader import LayerPublication

__all__ = ["Embedding"]


class Embedding:
    """
    The other projects of one project.

    @ivar versions: path to version of the file of every project that was tried.
    @ivar warnings: which of them, and which groups of them, cannot be had.
    """

    def __init__(
        self,
        resolver: PathResolver,
        roots: tuple[str, ...],
        limits: ProjectLimits,
        publication: LayerPublication,
        read: Callable[[str], Project],
    ):
        self._resolver = resolver
        self._roots = tuple(os.path.realpath(root) for root in roots)
        self._limits = limits
        self._publication = publication
        self._read = read
        self._projects: dict[str, Project | str] = {}
        self.versions: dict[str, str] = {}
        self.warnings: list[str] = []

    def layer(self, layerId: str, projectPath: str, name: str = "") -> Layer:
        """
        @param projectPath: as the project has it.
        @return: the layer as the other project describes it, published as this one
            says; with a C{failure} when it cannot be had.
        """
        project = self._project(projectPath)
        if isinstance(project, str):
            return _failed(layerId, name, project)
        found = project.layers.get(layerId)
        if found is None:
            return _failed(layerId, name, "the project that it is embedded from has no such layer")
        return self._published(found)

    def fill(self, node: GroupNode, layers: dict[str, Layer]) -> GroupNode:
        """
        Replace the embedded nodes below C{node} by what they stand for.

        @param layers: of the project, by id; the borrowed ones are added.
        """
        children: list[GroupNode | LayerNode] = []
        for child in node.children:
            projectPath = embeddedFrom(child)
            if isinstance(child, GroupNode):
                children.append(
                    self.fill(child, layers)
                    if projectPath is None
                    else self._group(child, projectPath, layers)
                )
            else:
                if projectPath is not None and child.layerId not in layers:
                    layers[child.layerId] = self.layer(child.layerId, projectPath, child.name)
                children.append(child)
        return replace(node, children=tuple(children))

    def _group(self, node: GroupNode, projectPath: str, layers: dict[str, Layer]) -> GroupNode:
        project = self._project(projectPath)
        if isinstance(project, str):
            return node
        source = next((group for group in project.tree.groupNodes() if group.name == node.name), None)
        if source is None:
            self.warnings.append(f"{project.path}: has no group {node.name!r} to embed")
            return node
        hidden = node.properties.get("embedded-invisible-layers", ())
        hidden = frozenset(hidden) if isinstance(hidden, tuple) else frozenset(str(hidden).split(","))
        for below in source.layerNodes():
            if below.layerId in project.layers:
                layers.setdefault(below.layerId, self._published(project.layers[below.layerId]))
        # the children of an exclusive group stay as the other project shows them
        shown = _shown(source, hidden, keep=node.isExclusive)
        return replace(node, children=shown.children)

    def _published(self, layer: Layer) -> Layer:
        published = self._publication
        return replace(
            layer,
            wfs=published.wfs(layer.id),
            wcsPublished=published.wcs(layer.id),
            wmts=published.wmtsLayer(layer.id),
        )

    def _project(self, text: str) -> Project | str:
        """The project, or why there is none."""
        path = os.path.abspath(self._resolver.resolve(text))
        if path not in self._projects:
            if len(self._projects) >= self._limits.embedded:
                return f"the project embeds more than {self._limits.embedded} others"
            found = self._projects[path] = self._tryRead(path)
            if isinstance(found, str):
                self.warnings.append(f"{path}: {found}")
        return self._projects[path]

    def _tryRead(self, path: str) -> Project | str:
        real = os.path.realpath(path)
        if self._roots and not any(os.path.commonpath((real, root)) == root for root in self._roots):
            return "the project that it is embedded from lies outside of the project roots"
        try:
            project = self._read(path)
        except ProjectError as error:
            self.versions[path] = fileVersion(path)
            return f"the project that it is embedded from cannot be used: {error.reason}"
        self.versions[path] = project.version
        return project


def embeddedFrom(node: GroupNode | LayerNode) -> str | None:
    """@return: the path, as written, of the project that a node comes from; None for a node of its own."""
    if str(node.properties.get("embedded", "0")).lower() not in ("1", "true"):
        return None
    return str(node.properties.get("embedded_project", ""))


def _shown(node: GroupNode, hidden: frozenset[str], keep: bool = False) -> GroupNode:
    children: list[GroupNode | LayerNode] = []
    for child in node.children:
        if isinstance(child, GroupNode):
            children.append(_shown(child, hidden, child.isExclusive))
        else:
            children.append(child if keep else replace(child, isChecked=child.layerId not in hidden))
    return replace(node, children=tuple(children))


def _failed(layerId: str, name: str, reason: str) -> Layer:
    return Layer(layerId, name or layerId, LayerKind.VECTOR, DataSource("", ""), failure=reason)
