# -*- test-case-name: tests.services.wms.test_capabilities -*-
"""The Layer part of WMS capabilities (WMS 1.3.0, 7.2.4.6)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from ogctwist.geo.box import Box
from ogctwist.project.layers import Layer, LayerDescription, MetadataUrl
from ogctwist.services.wms.capabilities.elements import Elements, keywordsOf
from ogctwist.services.wms.capabilities.extents import Extents
from ogctwist.services.wms.capabilities.service import appendKeywords, titleOf
from ogctwist.services.wms.layertree import PublishedGroup, PublishedLayer, PublishedTree

#: Standardised rendering pixel of 0.28 mm, and the diagonal that ScaleHint counts in (1.1.1, 7.1.4.5.8).
SCALE_HINT = 0.00028 * math.sqrt(2)

#: TC211 and FGDC are what project files say; each version of WMS has words of its own.
METADATA_TYPES = {"TC211": "ISO19115:2003", "FGDC": "FGDC:1998"}

#: Values of one dimension of a layer: name -> (text of the extent, default or '').
DimensionValues = Mapping[str, tuple[str, str]]


class LayerElements:
    """
    Writes the layer tree of one capabilities document.

    @param dimensions: layer id -> values of its dimensions, for layers that have some.
    """

    def __init__(
        self,
        elements: Elements,
        extents: Extents,
        serviceUrl: str,
        dimensions: Mapping[str, DimensionValues],
    ):
        self._elements = elements
        self._extents = extents
        self._serviceUrl = serviceUrl
        self._dimensions = dimensions

    def appendRoot(self, capability: etree._Element, tree: PublishedTree) -> None:
        """Append the root layer, which stands for the project, with all below."""
        elements = self._elements
        root = self._layer(capability, tree.root.isQueryable)
        elements.addIf(root, "Name", tree.root.name)
        elements.add(root, "Title", titleOf(tree.project))
        elements.addIf(root, "Abstract", tree.project.publication.service.abstract)
        appendKeywords(elements, root, tree.project)
        extent = self._extents.ofRoot(published.layer for published in tree.layers())
        if extent is not None:
            self._extents.append(root, *extent)
        for child in tree.root.children:
            self._appendChild(root, child)

    def _appendChild(self, parent: etree._Element, child: PublishedGroup | PublishedLayer) -> list[Box]:
        if isinstance(child, PublishedGroup):
            return self._appendGroup(parent, child)
        return self._appendLayer(parent, child)

    def _appendGroup(self, parent: etree._Element, published: PublishedGroup) -> list[Box]:
        element = self._layer(parent, published.isQueryable)
        description = published.group.description
        self._elements.addIf(element, "Name", published.name)
        self._elements.add(element, "Title", description.title or published.group.name)
        self._elements.addIf(element, "Abstract", description.abstract)
        self._appendLayerKeywords(element, description)
        place = len(element)
        boxes: list[Box] = []
        for child in published.children:
            boxes += self._appendChild(element, child)
        extent = self._extents.around(boxes)
        if extent is None:
            return []
        holder = etree.Element(self._elements.tag("Layer"), nsmap=element.nsmap)
        geographic = self._extents.append(holder, *extent)
        element[place:place] = list(holder)
        return [] if geographic is None else [geographic]

    def _appendLayer(self, parent: etree._Element, published: PublishedLayer) -> list[Box]:
        layer = published.layer
        element = self._layer(parent, published.isQueryable)
        self._elements.add(element, "Name", published.name)
        self._elements.add(element, "Title", layer.description.title or layer.name)
        self._elements.addIf(element, "Abstract", layer.description.abstract)
        self._appendLayerKeywords(element, layer.description)
        extent = self._extents.ofLayer(layer)
        geographic = None if extent is None else self._extents.append(element, *extent)
        self._appendStyles(element, published)
        self._appendScale(element, layer)
        self._appendLinks(element, layer.description)
        self._appendDimensions(element, layer)
        element[:] = sorted(element, key=placeInLayer)
        return [] if geographic is None else [geographic]

    def _layer(self, parent: etree._Element, isQueryable: bool) -> etree._Element:
        element = self._elements.add(parent, "Layer")
        element.set("queryable", "1" if isQueryable else "0")
        return element

    def _appendLayerKeywords(self, element: etree._Element, description: LayerDescription) -> None:
        words = keywordsOf(description.keywords)
        if words:
            keywords = self._elements.add(element, "KeywordList")
            for word in words:
                self._elements.add(keywords, "Keyword", word)

    def _appendStyles(self, element: etree._Element, published: PublishedLayer) -> None:
        layer = published.layer
        description = layer.description
        for name in styleNames(layer):
            style = self._elements.add(element, "Style")
            self._elements.add(style, "Name", name)
            self._elements.add(style, "Title", name)
            url = description.legendUrl or self._legendUrl(published.name, name)
            form = description.legendUrlFormat if description.legendUrl else "image/png"
            self._elements.addFormattedLink(style, "LegendURL", url, form)

    def _legendUrl(self, layerName: str, styleName: str) -> str:
        version = self._elements.version
        sld = "&SLD_VERSION=1.1.0" if version.namespace else ""
        separator = "" if self._serviceUrl.endswith(("?", "&")) else "&"
        return (
            f"{self._serviceUrl}{separator}SERVICE=WMS&VERSION={version.number}&REQUEST=GetLegendGraphic"
            f"&LAYER={_inQuery(layerName)}&FORMAT=image/png&STYLE={_inQuery(styleName)}{sld}"
        )

    def _appendScale(self, element: etree._Element, layer: Layer) -> None:
        if layer.scales is None:
            return
        smallest, largest = layer.scales.maximum, layer.scales.minimum
        if self._elements.version.namespace:
            self._elements.add(element, "MinScaleDenominator", f"{smallest:g}")
            self._elements.add(element, "MaxScaleDenominator", f"{largest:g}")
        else:
            hint = self._elements.add(element, "ScaleHint")
            hint.set("min", f"{smallest * SCALE_HINT:g}")
            hint.set("max", f"{largest * SCALE_HINT:g}")

    def _appendLinks(self, element: etree._Element, description: LayerDescription) -> None:
        if description.dataUrl:
            self._elements.addFormattedLink(
                element, "DataURL", description.dataUrl, description.dataUrlFormat
            )
        if description.attribution:
            attribution = self._elements.add(element, "Attribution")
            self._elements.add(attribution, "Title", description.attribution)
            if description.attributionUrl:
                self._elements.addLink(attribution, description.attributionUrl)
        for link in description.metadataUrls:
            self._appendMetadataUrl(element, link)

    def _appendMetadataUrl(self, element: etree._Element, link: MetadataUrl) -> None:
        if not link.url:
            return
        metadata = self._elements.addFormattedLink(element, "MetadataURL", link.url, link.format)
        kind = link.kind
        if self._elements.version.namespace:
            kind = METADATA_TYPES.get(kind, kind)
        metadata.set("type", kind)

    def _appendDimensions(self, element: etree._Element, layer: Layer) -> None:
        values = self._dimensions.get(layer.id)
        if values is None or not self._elements.version.namespace:
            return
        for dimension in layer.dimensions:
            name = dimension.name.lower()
            if name not in values:
                continue
            text, default = values[name]
            node = self._elements.add(element, "Dimension", text)
            node.set("name", name)
            node.set("units", dimension.units)
            if dimension.unitSymbol:
                node.set("unitSymbol", dimension.unitSymbol)
            if default:
                node.set("default", default)
            node.set("multipleValues", "1")
            node.set("nearestValue", "0")


#: What follows the bounding boxes of a layer, in the order of both schemas.
_TAIL = (
    *("Dimension", "Extent", "Attribution", "AuthorityURL", "Identifier", "MetadataURL", "DataURL"),
    *("FeatureListURL", "Style", "MinScaleDenominator", "MaxScaleDenominator", "ScaleHint"),
)


def placeInLayer(element: etree._Element) -> int:
    """Where an element stands in a layer (WMS 1.3.0, annex E; 1.1.1, annex A)."""
    name = etree.QName(element).localname
    return _TAIL.index(name) + 1 if name in _TAIL else 0


def styleNames(layer: Layer) -> Sequence[str]:
    """The names of a layer's styles as services tell them: sorted as QGIS sorts them."""
    return sorted(style.name or "default" for style in layer.styles) or ["default"]


#: What would end or change a name within a link; letters of all scripts stay, as in QGIS.
_ENDING = re.compile(r"[%&#+\x00-\x1f]")


def _inQuery(text: str) -> str:
    """A name as the value of a parameter in a link."""
    return _ENDING.sub(lambda match: f"%{ord(match[0]):02X}", text)
