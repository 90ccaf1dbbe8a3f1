# -*- test-case-name: tests.services.wms.test_projectsettings -*-
"""
What GetProjectSettings tells beyond the capabilities: how QGIS Desktop shows
the tree, and the attributes of the layers.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import GroupNode, LayerNode
from ogctwist.services.wms.capabilities.elements import Elements, printable
from ogctwist.services.wms.capabilities.extents import Extents
from ogctwist.services.wms.capabilities.layers import DimensionValues, LayerElements
from ogctwist.services.wms.layertree import PublishedGroup, PublishedLayer, PublishedTree
from ogctwist.sources.query import SourceSchema

#: Layer id -> what its source holds, without what the request may not see.
Schemas = Mapping[str, SourceSchema]


class ProjectSettingsElements(LayerElements):
    """
    Writes the layer tree with what clients of QGIS Server build their own trees from.

    @param schemas: of the layers whose attributes are told.
    """

    def __init__(
        self,
        elements: Elements,
        extents: Extents,
        serviceUrl: str,
        dimensions: Mapping[str, DimensionValues],
        schemas: Schemas,
    ):
        super().__init__(elements, extents, serviceUrl, dimensions)
        self._schemas = schemas
        self._shown = [True]

    def appendRoot(self, capability: etree._Element, tree: PublishedTree) -> None:
        """See L{LayerElements}; the WFS layers stand before the tree, the drawing order after it."""
        project = tree.project
        published = list(tree.layers())
        wfs = self._elements.add(capability, "WFSLayers")
        for child in published:
            if child.layer.wfs.published:
                self._elements.add(wfs, "WFSLayer").set("name", printable(child.name))
        super().appendRoot(capability, tree)
        self._insertTreeName(capability[-1], tree.root.name)
        names = {child.layer.id: child.name for child in published}
        order = [names[i] for i in reversed(project.drawingOrder) if i in names]
        self._elements.add(capability, "LayerDrawingOrder", ",".join(order))

    def _appendGroup(self, parent: etree._Element, published: PublishedGroup) -> list[Box]:
        group = published.group
        self._shown.append(self._shown[-1] and group.isChecked)
        boxes = super()._appendGroup(parent, published)
        element = parent[-1]
        self._setShown(element, group)
        element.set("mutuallyExclusive", "1" if group.isExclusive else "0")
        self._insertTreeName(element, group.name)
        self._shown.pop()
        return boxes

    def _appendLayer(self, parent: etree._Element, published: PublishedLayer) -> list[Box]:
        boxes = super()._appendLayer(parent, published)
        element, layer = parent[-1], published.layer
        self._shown.append(self._shown[-1] and published.node.isChecked)
        self._setShown(element, published.node)
        self._shown.pop()
        element.set("opacity", f"{layer.opacity:g}")
        self._elements.add(element, "TreeName", published.node.name or layer.name)
        if layer.kind is LayerKind.VECTOR:
            element.set("geometryType", layer.geometryKind)
            element.set("displayField", printable(displayField(layer)))
            if layer.id in self._schemas:
                self._appendAttributes(element, layer, self._schemas[layer.id])
        return boxes

    def _setShown(self, element: etree._Element, node: GroupNode | LayerNode) -> None:
        element.set("visible", "1" if self._shown[-1] else "0")
        element.set("visibilityChecked", "1" if node.isChecked else "0")
        element.set("expanded", "1" if node.isExpanded else "0")

    def _insertTreeName(self, element: etree._Element, name: str) -> None:
        """Before the first layer within."""
        tag = self._elements.tag("Layer")
        place = next((k for k, child in enumerate(element) if child.tag == tag), len(element))
        made = etree.Element(self._elements.tag("TreeName"), nsmap=element.nsmap)
        made.text = printable(name)
        element.insert(place, made)

    def _appendAttributes(self, element: etree._Element, layer: Layer, schema: SourceSchema) -> None:
        attributes = self._elements.add(element, "Attributes")
        for field in schema.fields:
            settings = layer.fieldSettings(field.name)
            if settings is not None and settings.excludeWms:
                continue
            told = {
                "name": field.name,
                "type": field.type.value,
                "typeName": field.typeName,
                "editType": "" if settings is None else settings.editWidget.kind,
                "length": str(field.length),
                "precision": str(field.precision),
                "comment": field.comment,
            }
            if settings is not None and settings.alias:
                told["alias"] = settings.alias
            attribute = self._elements.add(attributes, "Attribute")
            for name, value in told.items():
                attribute.set(name, printable(value))


def displayField(layer: Layer) -> str:
    """What stands for a feature of the layer: the alias or name of a field, else the expression."""
    text = layer.displayExpression
    name = text[1:-1].replace('""', '"') if text[:1] == text[-1:] == '"' and len(text) > 1 else text
    settings = layer.fieldSettings(name)
    return settings.alias or name if settings is not None else name
