# -*- test-case-name: tests.project.test_stylereader -*-
"""The styles of a layer: the current one is the layer's own, the others lie beside it."""

from __future__ import annotations

from lxml import etree

from ogctwist.project.elements import flagOf, numberOf
from ogctwist.project.layers import ScaleRange, Style

__all__ = ["readStyles"]

#: Children of a maplayer that no style needs: taken out before it is kept as bytes.
_NO_STYLE = frozenset(
    (
        "extent",
        "wgs84extent",
        "id",
        "datasource",
        "keywordList",
        "layername",
        "srs",
        "verticalCrs",
        "resourceMetadata",
        "provider",
        "vectorjoins",
        "layerDependencies",
        "dataDependencies",
        "map-layer-style-manager",
        "referencedLayers",
        "referencingLayers",
        "fieldConfiguration",
        "edittypes",
        "excludeAttributesWMS",
        "excludeAttributesWFS",
        "defaults",
        "constraints",
        "constraintExpressions",
        "attributeactions",
        "attributetableconfig",
        "storedexpressions",
        "editform",
        "editforminit",
        "editforminitcodesource",
        "editforminitfilepath",
        "editforminitcode",
        "featformsuppress",
        "editorlayout",
        "attributeEditorForm",
        "annotationform",
        "editable",
        "labelOnTop",
        "reuseLastValue",
        "widgets",
        "conditionalstyles",
        "dataDefinedFieldProperties",
    )
)


def readStyles(layer: etree._Element, manager: etree._Element | None) -> tuple[Style, ...]:
    """
    @param layer: C{maplayer}; loses the children that no style needs, and so is
        to be read before.
    @param manager: its C{map-layer-style-manager}; consumed too.
    @return: all styles, the current one first.
    """
    current = "default" if manager is None else manager.get("current") or "default"
    others = []
    for element in () if manager is None else manager.iterchildren("map-layer-style"):
        name = element.get("name", "")
        content = element.find("qgis")
        if name != current and content is not None:
            content.tag = "maplayer"
            if layer.get("type"):
                content.set("type", layer.get("type", ""))
            others.append(_style(name, content))
    for child in list(layer):
        if child.tag in _NO_STYLE:
            layer.remove(child)
    return (_style(current, layer), *others)


def _style(name: str, element: etree._Element) -> Style:
    return Style(
        name,
        etree.tostring(element, encoding="utf-8", with_tail=False),
        _opacity(element),
        int(numberOf(element.findtext("blendMode"), 0)),
        scalesOf(element),
    )


def _opacity(element: etree._Element) -> float:
    opacity = element.findtext("layerOpacity")
    if opacity is not None:
        return min(max(numberOf(opacity, 1.0), 0.0), 1.0)
    # 2.x: per cent
    transparency = numberOf(element.findtext("layerTransparency"), 0.0)
    return min(max(1.0 - transparency / 100.0, 0.0), 1.0)


def scalesOf(element: etree._Element) -> ScaleRange | None:
    """
    @param element: a C{maplayer}.
    @return: None when the layer draws at all scales.
    """
    if not flagOf(element.get("hasScaleBasedVisibilityFlag")):
        return None
    if element.get("minScale") is not None or element.get("maxScale") is not None:
        return ScaleRange(
            max(numberOf(element.get("minScale"), 0.0), 0.0), max(numberOf(element.get("maxScale"), 0.0), 0.0)
        )
    # before 3.0 "minimum" was the smaller denominator
    return ScaleRange(
        max(numberOf(element.get("maximumScale"), 0.0), 0.0),
        max(numberOf(element.get("minimumScale"), 0.0), 0.0),
    )
