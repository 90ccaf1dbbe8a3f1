# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""The layer tree of a project: groups and layers, to look at."""

from __future__ import annotations

from typing import Any

from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.qgiscompat.core.enums import enumOf, withEnums
from ogctwist.qgiscompat.wrapper import Wrapper

_Type = enumOf("QgsLayerTreeNode", "NodeType")


@withEnums("QgsLayerTreeNode")
class QgsLayerTreeNode(Wrapper):
    """A group or a layer of the tree."""

    _q_node: Any
    _q_parent: Any = None
    _q_project: Any = None

    def _q_setUp(self, node: Any, parent: Any, project: Any) -> Any:
        self._q_node, self._q_parent, self._q_project = node, parent, project
        self._q_properties = dict(node.properties)
        self._q_checked, self._q_expanded = node.isChecked, node.isExpanded
        self._q_children: list[Any] = []
        return self

    def nodeType(self) -> Any:
        """Group or layer."""
        return _Type.NodeLayer if isinstance(self._q_node, LayerNode) else _Type.NodeGroup

    def name(self) -> str:
        """As the tree shows it."""
        return self._q_node.name

    def parent(self) -> Any:
        """The group that it is in."""
        return self._q_parent

    def children(self) -> list[Any]:
        """What is in it, top first."""
        return list(self._q_children)

    def depth(self) -> int:
        """How deep it lies."""
        return 0 if self._q_parent is None else self._q_parent.depth() + 1

    def customProperty(self, key: str, default: Any = None) -> Any:
        """A property by its name."""
        value = self._q_properties.get(key, default)
        return list(value) if isinstance(value, tuple) else value

    def customProperties(self) -> list[str]:
        """The names of all."""
        return list(self._q_properties)

    def setCustomProperty(self, key: str, value: Any) -> None:
        """Set one on this object: what is served is not changed by it."""
        self._q_properties[key] = value

    def removeCustomProperty(self, key: str) -> None:
        """Remove one."""
        self._q_properties.pop(key, None)

    def isExpanded(self) -> bool:
        """Whether the tree shows what is in it."""
        return self._q_expanded

    def itemVisibilityChecked(self) -> bool:
        """Whether it is checked."""
        return self._q_checked

    def setItemVisibilityChecked(self, checked: bool) -> None:
        """Check it on this object: what is served is not changed by it."""
        self._q_checked = bool(checked)

    def isVisible(self) -> bool:
        """Whether it and all groups around it are checked."""
        return self._q_checked and (self._q_parent is None or self._q_parent.isVisible())

    def checkedLayers(self) -> list[Any]:
        """Visible layers below."""
        return [node.layer() for node in layersBelow(self) if node.isVisible() and node.layer() is not None]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._q_node.name}>"


class QgsLayerTreeLayer(QgsLayerTreeNode):
    """A layer in the tree."""

    def layer(self) -> Any:
        """The layer, or None when the project lacks it."""
        return self._q_project.mapLayer(self._q_node.layerId)

    def layerId(self) -> str:
        """Its id."""
        return self._q_node.layerId

    def name(self) -> str:
        """The layer's name; that of the tree when there is no layer."""
        layer = self.layer()
        return self._q_node.name if layer is None else layer.name()

    def legendExpression(self) -> str:
        """An expression of the legend."""
        return str(self._q_properties.get("legend/expression", ""))


class QgsLayerTreeGroup(QgsLayerTreeNode):
    """A group."""

    def isMutuallyExclusive(self) -> bool:
        """Whether at most one child is shown."""
        return self._q_node.isExclusive

    def serverProperties(self) -> Any:
        """What capabilities tell of it: shortName, title, abstract."""
        from ogctwist.qgiscompat.core.layerdescription import QgsMapLayerServerProperties

        return QgsMapLayerServerProperties(_Described(self._q_node))

    def findLayers(self) -> list[QgsLayerTreeLayer]:
        """All layers below."""
        return list(layersBelow(self))

    def findLayerIds(self) -> list[str]:
        """Their ids."""
        return [node.layerId() for node in layersBelow(self)]

    def findLayer(self, layer: Any) -> Any:
        """That of a layer or its id, or None."""
        wanted = layer if isinstance(layer, str) else layer.id()
        return next((node for node in layersBelow(self) if node.layerId() == wanted), None)

    def findGroup(self, name: str) -> Any:
        """The group of that name, however deep; None."""
        return next((g for g in self.findGroups(True) if g.name() == name), None)

    def findGroups(self, recursive: bool = False) -> list[Any]:
        """Groups in it; with C{recursive} also those in them."""
        found = []
        for child in self._q_children:
            if isinstance(child, QgsLayerTreeGroup):
                found.append(child)
                if recursive:
                    found.extend(child.findGroups(True))
        return found


class _Described:
    """A group's description where a layer is expected."""

    def __init__(self, node: GroupNode):
        self._q_layer = node

    def __getattr__(self, name: str) -> Any:
        from ogctwist.qgiscompat.core.layerdescription import LayerTexts

        found = vars(LayerTexts).get(name)
        if found is None:
            raise AttributeError(name)
        texts = LayerTexts()
        texts._q_layer = self._q_layer
        return getattr(texts, name)


class QgsLayerTree(QgsLayerTreeGroup):
    """The root."""

    @staticmethod
    def isLayer(node: Any) -> bool:
        """Whether a node is a layer's."""
        return isinstance(node, QgsLayerTreeLayer)

    @staticmethod
    def isGroup(node: Any) -> bool:
        """Whether a node is a group."""
        return isinstance(node, QgsLayerTreeGroup)

    def hasCustomLayerOrder(self) -> bool:
        """Whether the project draws in an order of its own."""
        return self._q_project._q_current().customOrder is not None

    def customLayerOrder(self) -> list[Any]:
        """That order."""
        order = self._q_project._q_current().customOrder or ()
        return [layer for layer in map(self._q_project.mapLayer, order) if layer is not None]

    def layerOrder(self) -> list[Any]:
        """The order in which it draws, top first."""
        return [self._q_project.mapLayer(i) for i in self._q_project._q_current().drawingOrder]


def layersBelow(node: Any) -> Any:
    """The layers in a group, top first."""
    for child in node._q_children:
        if isinstance(child, QgsLayerTreeLayer):
            yield child
        else:
            yield from layersBelow(child)


def treeOf(root: GroupNode, project: Any) -> QgsLayerTree:
    """The tree of a project."""

    def fill(made: Any, node: GroupNode) -> Any:
        for child in node.children:
            if isinstance(child, LayerNode):
                made._q_children.append(QgsLayerTreeLayer()._q_setUp(child, made, project))
            else:
                made._q_children.append(fill(QgsLayerTreeGroup()._q_setUp(child, made, project), child))
        return made

    return fill(QgsLayerTree()._q_setUp(root, None, project), root)
