# -*- test-case-name: tests.services.wms.test_maplayers -*-
"""What LAYERS and STYLES mean: the layers to draw, in drawing order, with their styles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ogctwist.access.view import ProjectView
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, SecurityException, quoted
from ogctwist.project.layers import Layer, Style
from ogctwist.project.model import GroupNode, Project
from ogctwist.server.request import ServiceRequest
from ogctwist.services.wms.layertree import PublishedGroup, PublishedTree
from ogctwist.services.wms.mapparameters import RequestedLayer


@dataclass(frozen=True)
class MapLayer:
    """
    A layer of a map.

    @ivar name: what services call it.
    @ivar asked: what the request called it: its name, or that of a group.
    @ivar opacity: what the request adds to the style's, 0 to 1.
    """

    layer: Layer
    style: Style
    name: str
    asked: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class MapLayers:
    """
    The layers of a request.

    @ivar view: the authorised view, for exactly these layers.
    @ivar tree: the published tree made of them.
    @ivar layers: bottom first.
    """

    view: ProjectView
    tree: PublishedTree
    layers: tuple[MapLayer, ...]


def styleNamed(layer: Layer, name: str) -> Style:
    """
    The style of that name; '' is the current one.

    @raise OWSException: code StyleNotDefined.
    """
    if not name:
        return layer.style or Style("default", b"")
    for style in layer.styles:
        if (style.name or "default") == name:
            return style
    if name == "default" and layer.style is not None and len(layer.styles) == 1:
        return layer.style
    raise OWSException(
        f"Style '{quoted(name)}' does not exist for layer '{quoted(layer.name)}'", "StyleNotDefined", "STYLES"
    )


def idsNamed(project: Project, names: Iterable[str]) -> frozenset[str]:
    """
    The ids of all layers that names of layers, groups or the root can mean,
    before access control: what it has to be asked for.
    """
    whole = PublishedTree(project, project.layers)
    ids: set[str] = set()
    for name in names:
        ids.update(named.layer.id for named in whole.layersNamed(name))
        group = whole.groupNamed(name)
        if group is not None:
            ids.update(child.layer.id for child in group.layers())
    return frozenset(ids)


def resolved(tree: PublishedTree, view: ProjectView, requested: Iterable[RequestedLayer]) -> list[MapLayer]:
    """
    The layers of LAYERS, bottom first: as the request orders them, the layers
    of a group in the project's order.

    @raise OWSException: LayerNotDefined, StyleNotDefined, or Security for a layer that
        access control denies by its own name.
    """
    layers: list[MapLayer] = []
    for wanted in requested:
        named = tree.layersNamed(wanted.name)
        if named:
            for published in reversed(named):
                style = styleNamed(published.layer, wanted.style)
                layers.append(MapLayer(published.layer, style, wanted.name, wanted.name, wanted.opacity))
            continue
        group = tree.groupNamed(wanted.name)
        if group is not None:
            layers += _ofGroup(tree.project, group, wanted)
            continue
        _refuse(tree.project, view, wanted.name)
    return layers


def _ofGroup(project: Project, group: PublishedGroup, wanted: RequestedLayer) -> Iterable[MapLayer]:
    content = {child.layer.id: child for child in group.layers()}
    for layerId in reversed(project.drawingOrder):
        if layerId in content:
            layer = content[layerId].layer
            style = _styleInGroup(layer, wanted.style)
            yield MapLayer(layer, style, content[layerId].name, wanted.name, wanted.opacity)


def _styleInGroup(layer: Layer, name: str) -> Style:
    """A style asked of a group goes to the members that have it."""
    if name and any((style.name or "default") == name for style in layer.styles):
        return styleNamed(layer, name)
    return styleNamed(layer, "")


def _refuse(project: Project, view: ProjectView, name: str) -> None:
    whole = PublishedTree(project, project.layers)
    if any(named.layer.id in view.denied for named in whole.layersNamed(name)):
        raise SecurityException(f"You are not allowed to access to the layer: {quoted(name)}")
    group = whole.groupNamed(name)
    if group is not None and any(child.layer.id in view.denied for child in group.layers()):
        raise SecurityException(f"You are not allowed to access to the layer: {quoted(name)}")
    if group is not None or any(node.owsName == name for node in _groups(project.tree)):
        return  # a group without anything to draw
    if any(layer.failure is not None and project.owsName(layer) == name for layer in project.layers.values()):
        return  # the project is served without its bad layers: a setting says so
    raise OWSException(f"The layer '{quoted(name)}' does not exist.", "LayerNotDefined", "LAYERS")


def _groups(root: GroupNode) -> Iterable[GroupNode]:
    yield from root.groupNodes()


async def mapLayers(
    request: ServiceRequest, project: Project, requested: tuple[RequestedLayer, ...], mostLayers: int
) -> MapLayers:
    """
    Resolve LAYERS and STYLES for a request, with access control asked once for
    the layers that they touch.
    """
    if len(requested) > mostLayers:
        raise InvalidParameterValue(
            f"{len(requested)} layers are more than the {mostLayers} allowed", locator="LAYERS"
        )
    ids = idsNamed(project, (wanted.name for wanted in requested))
    view = await request.view(project, ids)
    readable = {layerId: view.layer(layerId).layer for layerId in ids - view.denied}
    tree = PublishedTree(project, readable)
    return MapLayers(view, tree, tuple(resolved(tree, view, requested)))
