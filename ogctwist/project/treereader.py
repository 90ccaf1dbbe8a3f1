# -*- test-case-name: tests.project.test_treereader -*-
"""
The layer tree of a project: C{layer-tree-group} of 2.4 and later, C{legend}
of files before that.
"""

from __future__ import annotations

from lxml import etree

from ogctwist.project.descriptionreader import readGroupDescription
from ogctwist.project.elements import flagOf
from ogctwist.project.errors import ProjectError
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.project.options import customProperties
from ogctwist.project.publicationreader import LayerPublication

__all__ = ["TreeReader"]


class TreeReader:
    """Reads the tree of one project; C{depth} bounds the nesting of groups."""

    def __init__(self, publication: LayerPublication, depth: int = 100):
        self._publication = publication
        self._depth = depth

    def read(self, root: etree._Element) -> GroupNode:
        """
        @param root: the C{qgis} element.
        @return: the root group, nameless.
        """
        element = root.find("layer-tree-group")
        if element is not None:
            return self._group(element, 0)
        legend = root.find("legend")
        return GroupNode("", self._legendChildren(legend, 0) if legend is not None else ())

    def _group(self, element: etree._Element, depth: int) -> GroupNode:
        if depth > self._depth:
            raise ProjectError(f"groups are nested deeper than {self._depth}")
        properties = customProperties(element.find("customproperties"))
        name = element.get("name", "")
        isRoot = depth == 0
        return GroupNode(
            "" if isRoot else name,
            children=self._children(element, depth),
            description=readGroupDescription(properties, {child.tag: child for child in element}),
            isChecked=isChecked(element.get("checked")),
            isExpanded=flagOf(element.get("expanded"), True),
            isExclusive=flagOf(element.get("mutually-exclusive")),
            exclusiveIndex=_integer(element.get("mutually-exclusive-child"), -1),
            groupLayerId=element.get("groupLayer", ""),
            wmts=self._publication.wmtsGroup(name),
            properties=properties,
        )

    def _children(self, element: etree._Element, depth: int) -> tuple[GroupNode | LayerNode, ...]:
        found: list[GroupNode | LayerNode] = []
        for child in element:
            if child.tag == "layer-tree-group":
                found.append(self._group(child, depth + 1))
            elif child.tag == "layer-tree-layer":
                found.append(_layer(child))
        return tuple(found)

    def _legendChildren(self, element: etree._Element, depth: int) -> tuple[GroupNode | LayerNode, ...]:
        if depth > self._depth:
            raise ProjectError(f"groups are nested deeper than {self._depth}")
        found: list[GroupNode | LayerNode] = []
        for child in element:
            if child.tag == "legendgroup":
                found.append(self._legendGroup(child, depth))
            elif child.tag == "legendlayer":
                file = child.find("filegroup/legendlayerfile")
                if file is not None and file.get("layerid"):
                    found.append(
                        LayerNode(
                            file.get("layerid", ""),
                            child.get("name", ""),
                            isChecked(child.get("checked")),
                            flagOf(child.get("open"), True),
                        )
                    )
        return tuple(found)

    def _legendGroup(self, element: etree._Element, depth: int) -> GroupNode:
        properties: dict[str, object] = {}
        if flagOf(element.get("embedded")):
            properties = {"embedded": "1", "embedded_project": element.get("project", "")}
        name = element.get("name", "")
        return GroupNode(
            name,
            self._legendChildren(element, depth + 1),
            isChecked=isChecked(element.get("checked")),
            isExpanded=flagOf(element.get("open"), True),
            wmts=self._publication.wmtsGroup(name),
            properties=properties,
        )


def _layer(element: etree._Element) -> LayerNode:
    return LayerNode(
        element.get("id", ""),
        element.get("name", ""),
        isChecked(element.get("checked")),
        flagOf(element.get("expanded"), True),
        customProperties(element.find("customproperties")),
    )


def isChecked(text: str | None) -> bool:
    """A half-checked group (C{Qt::PartiallyChecked}, 2.x) counts as checked."""
    return text != "Qt::Unchecked" and text != "0"


def _integer(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default


def customOrderOf(root: etree._Element) -> tuple[str, ...] | None:
    """@return: layer ids, top first; None when the project draws in the order of the tree."""
    order = root.find("layer-tree-group/custom-order")
    if order is not None:
        if not flagOf(order.get("enabled")):
            return None
        return tuple(item.text for item in order.iterchildren("item") if item.text)
    order = root.find("layer-tree-canvas/custom-order")
    if order is not None and flagOf(order.get("enabled")):
        return tuple(item.text for item in order.iterchildren("item") if item.text)
    return None
