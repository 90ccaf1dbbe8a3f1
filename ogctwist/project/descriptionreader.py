# -*- test-case-name: tests.project.test_descriptionreader -*-
"""What layers and groups tell of themselves to clients of services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lxml import etree

from ogctwist.project.elements import numberOf, textOf
from ogctwist.project.layers import Dimension, LayerDescription, MetadataUrl

__all__ = ["readDescription", "readDimensions", "readGroupDescription"]

Children = Mapping[str, etree._Element]


def readDescription(children: Children) -> LayerDescription:
    """@param children: of a C{maplayer} or a C{layer-tree-group}, by tag."""
    dataUrl = children.get("dataUrl")
    attribution = children.get("attribution")
    legendUrl = children.get("legendUrl")
    return LayerDescription(
        shortName=textOf(children.get("shortname")),
        title=textOf(children.get("title")),
        wfsTitle=_attribute(children.get("title"), "wfs"),
        abstract=textOf(children.get("abstract")),
        keywords=_keywords(children),
        dataUrl=textOf(dataUrl),
        dataUrlFormat=_attribute(dataUrl, "format"),
        attribution=textOf(attribution),
        attributionUrl=_attribute(attribution, "href"),
        metadataUrls=_metadataUrls(children),
        legendUrl=textOf(legendUrl),
        legendUrlFormat=_attribute(legendUrl, "format"),
    )


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else element.get(name, "")


def _keywords(children: Children) -> str:
    element = children.get("keywordList")
    if element is None:
        return ""
    return ", ".join(value.text or "" for value in element.iterchildren("value"))


def _metadataUrls(children: Children) -> tuple[MetadataUrl, ...]:
    """C{metadataUrls} since 3.22, one C{metadataUrl} before."""
    several = children.get("metadataUrls")
    single = children.get("metadataUrl")
    elements = [] if several is None else list(several.iterchildren("metadataUrl"))
    if single is not None:
        elements.append(single)
    return tuple(MetadataUrl(e.text, e.get("type", ""), e.get("format", "")) for e in elements if e.text)


def readDimensions(children: Children) -> tuple[Dimension, ...]:
    """@param children: of a C{maplayer}, by tag."""
    element = children.get("wmsDimensions")
    if element is None:
        return ()
    return tuple(
        Dimension(
            name=d.get("name", ""),
            fieldName=d.get("fieldName", ""),
            endFieldName=d.get("endFieldName", ""),
            units=d.get("units", ""),
            unitSymbol=d.get("unitSymbol", ""),
            defaultDisplay=int(numberOf(d.get("defaultDisplayType"), 0)),
            referenceValue=d.get("referenceValue", ""),
        )
        for d in element.iterchildren("dimension")
        if d.get("name") and d.get("fieldName")
    )


def readGroupDescription(properties: Mapping[str, object], children: Children) -> LayerDescription:
    """
    @param properties: custom properties of the group: C{wmsShortName}, C{wmsTitle},
        C{wmsAbstract} until 3.42.
    @param children: of the C{layer-tree-group}, by tag: the same elements as a
        layer's since 3.44; these win.
    """
    described = readDescription(children)

    def text(new: str, key: str) -> str:
        return new or str(properties.get(key) or "")

    return replace(
        described,
        shortName=text(described.shortName, "wmsShortName"),
        title=text(described.title, "wmsTitle"),
        abstract=text(described.abstract, "wmsAbstract"),
    )
