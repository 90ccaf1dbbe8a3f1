# -*- test-case-name: tests.project.test_model -*-
"""
A QGIS project as one immutable value, built once per version of its file and
shared by all requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import Layer, LayerDescription, WmtsPublication
from ogctwist.project.publication import Publication


@dataclass(frozen=True)
class LayerNode:
    """A layer's place in the tree; C{layerId} may name a layer that the project lacks."""

    layerId: str
    name: str
    isChecked: bool = True
    isExpanded: bool = True
    properties: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class GroupNode:
    """
    A group of the layer tree; the root is one with an empty name.

    @ivar children: top first, as the user sees them.
    @ivar groupLayerId: the layer of kind GROUP as which the group is drawn as a
        whole, or ''.
    @ivar isExclusive: at most one child is shown (mutually exclusive group).
    """

    name: str
    children: tuple[GroupNode | LayerNode, ...] = ()
    description: LayerDescription = LayerDescription()
    isChecked: bool = True
    isExpanded: bool = True
    isExclusive: bool = False
    exclusiveIndex: int = -1
    groupLayerId: str = ""
    wmts: WmtsPublication = WmtsPublication()
    properties: Mapping[str, object] = field(default_factory=dict)

    @property
    def owsName(self) -> str:
        """Short name, else name."""
        return self.description.shortName or self.name

    def layerNodes(self) -> Iterator[LayerNode]:
        """All layers below, top first."""
        for child in self.children:
            if isinstance(child, LayerNode):
                yield child
            else:
                yield from child.layerNodes()

    def groupNodes(self) -> Iterator[GroupNode]:
        """All groups below, depth first, without itself."""
        for child in self.children:
            if isinstance(child, GroupNode):
                yield child
                yield from child.groupNodes()


@dataclass(frozen=True)
class ThemeLayer:
    """A layer of a map theme: which style, and which legend nodes are checked (None: all)."""

    layerId: str
    styleName: str = ""
    isVisible: bool = True
    checkedLegendItems: frozenset[str] | None = None


@dataclass(frozen=True)
class MapTheme:
    """A named set of visible layers with their styles."""

    name: str
    layers: tuple[ThemeLayer, ...] = ()
    checkedGroups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Relation:
    """A relation between two layers: pairs of (referencing field, referenced field)."""

    id: str
    name: str
    referencingLayer: str
    referencedLayer: str
    fieldPairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Project:
    """
    A project.

    @ivar path: the file it was read from, absolute, as asked for (QGIS's fileName()).
    @ivar version: changes whenever the file's content may have changed; goes
        into every cache key.
    @ivar files: the project files that this value was read from: its own and
        those that it embeds from; a change of one makes it stale.
    @ivar warnings: what could not be read though the project could: for the log
        and the status page.
    @ivar layers: by id, in the order of the file.
    @ivar tree: the root group.
    @ivar customOrder: layer ids, top first, when the project draws in an order
        of its own; None when it draws in tree order.
    @ivar properties: the project's properties by C{scope/key} path, e.g.
        C{"WMSContactPerson"} or C{"Gui/SelectionColorRedPart"}; a value is
        str, bool, int, float or a tuple of str.
    @ivar selectionColor: RGBA, 0 to 255.
    @ivar backgroundColor: RGBA, 0 to 255.
    """

    path: str
    version: str
    title: str
    qgisVersion: str
    crs: CRS | None
    layers: Mapping[str, Layer]
    tree: GroupNode
    publication: Publication
    extent: Box | None = None
    fullExtent: Box | None = None
    ellipsoid: str = ""
    customOrder: tuple[str, ...] | None = None
    themes: Mapping[str, MapTheme] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    properties: Mapping[str, object] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, object] = field(default_factory=dict)
    selectionColor: tuple[int, int, int, int] = (255, 255, 0, 255)
    backgroundColor: tuple[int, int, int, int] = (255, 255, 255, 255)
    layoutsXml: bytes = b""
    annotationLayerXml: bytes = b""
    labelSettings: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @cached_property
    def drawingOrder(self) -> tuple[str, ...]:
        """Ids of the layers, top first."""
        inTree = tuple(n.layerId for n in self.tree.layerNodes() if n.layerId in self.layers)
        if self.customOrder is None:
            return inTree
        known = [i for i in self.customOrder if i in self.layers]
        return tuple(known) + tuple(i for i in inTree if i not in known)

    def layerNamed(self, name: str) -> Layer | None:
        """
        The layer that an OWS request means by C{name}: its short name, name or
        (when the project publishes by id) its id.
        """
        return self._byOwsName.get(name)

    def owsName(self, layer: Layer) -> str:
        """The name by which services publish a layer."""
        return layer.id if self.publication.wms.useLayerIds else layer.owsName

    @cached_property
    def _byOwsName(self) -> Mapping[str, Layer]:
        names: dict[str, Layer] = {}
        for layer in self.layers.values():
            names.setdefault(self.owsName(layer), layer)
        return names
