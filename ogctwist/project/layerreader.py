# -*- test-case-name: tests.project.test_layerreader -*-
"""One C{maplayer} of a project file to a L{Layer}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from ogctwist.project.descriptionreader import readDescription, readDimensions
from ogctwist.project.elements import boxOf, crsOf, flagOf, numberOf, textOf
from ogctwist.project.fieldreader import readFields
from ogctwist.project.layers import DataSource, Join, Layer, LayerKind
from ogctwist.project.metadata import readMetadata
from ogctwist.project.options import customProperties
from ogctwist.project.paths import PathResolver
from ogctwist.project.publicationreader import LayerPublication
from ogctwist.project.sourcepaths import absoluteSource
from ogctwist.project.stylereader import readStyles

__all__ = ["LayerContext", "readLayer", "variablesOf"]

Children = Mapping[str, etree._Element]

_GEOMETRY_KINDS = {
    "Point": "Point",
    "Line": "Line",
    "Polygon": "Polygon",
    "No geometry": "NoGeometry",
    "Unknown geometry": "Unknown",
}

_KINDS = {kind.value: kind for kind in LayerKind}

_PROVIDERS: dict[LayerKind, str] = {
    LayerKind.VECTOR: "ogr",
    LayerKind.RASTER: "gdal",
    LayerKind.MESH: "mdal",
}

_UNSUPPORTED: dict[LayerKind, str] = {
    kind: f"layers of type {kind.value} are not supported"
    for kind in LayerKind
    if kind not in (LayerKind.VECTOR, LayerKind.RASTER)
}


@dataclass(frozen=True)
class LayerContext:
    """
    What a layer needs to know of its project.

    @ivar unidentifiable: ids of layers that projects before 3.0 list as not to
        be identified.
    """

    resolver: PathResolver
    publication: LayerPublication
    unidentifiable: frozenset[str] = frozenset()


def readLayer(element: etree._Element, context: LayerContext) -> Layer:
    """
    @param element: a C{maplayer}; it is consumed.
    @return: the layer; one of an unknown or unsupported kind has a C{failure}.
    """
    children: dict[str, etree._Element] = {}
    for child in element:
        children.setdefault(child.tag, child)
    layerId = textOf(children.get("id")) or element.get("id", "")
    kind, failure = _kindOf(element)
    properties = customProperties(children.get("customproperties"))
    flags = _flags(children)
    isVector = kind is LayerKind.VECTOR
    provider = children.get("provider")
    placeholder = element.get("legendPlaceholderImage", "")
    published = context.publication
    description = readDescription(children)
    values = {
        "id": layerId,
        "name": textOf(children.get("layername")),
        "kind": kind,
        "source": _source(kind, children, context.resolver),
        "crs": crsOf(children.get("srs")),
        "extent": boxOf(children.get("extent")),
        "wgs84Extent": boxOf(children.get("wgs84extent")),
        "wkbType": _wkbType(element) if isVector else "",
        "geometryKind": _GEOMETRY_KINDS.get(element.get("geometry", ""), "Unknown") if isVector else "",
        "encoding": "" if provider is None else provider.get("encoding", ""),
        "description": description,
        "fields": readFields(children) if isVector else (),
        "joins": _joins(children),
        "dimensions": readDimensions(children),
        "isIdentifiable": flags.get("Identifiable", layerId not in context.unidentifiable),
        "isSearchable": flags.get("Searchable", True),
        "isPrivate": flags.get("Private", False),
        "isReadOnly": flagOf(element.get("readOnly")),
        "displayExpression": _displayExpression(children),
        "mapTip": _mapTip(children),
        "legendPlaceholder": context.resolver.resolve(placeholder) if placeholder else "",
        "editFormLayout": _formLayout(children),
        "simplifyTolerance": numberOf(element.get("simplifyDrawingTol"), 1.0),
        "wfs": published.wfs(layerId),
        "wcsPublished": published.wcs(layerId),
        "wmts": published.wmtsLayer(layerId),
        "failure": failure,
        "properties": properties,
        "variables": variablesOf(properties.get("variableNames"), properties.get("variableValues")),
        "dependencies": _dependencies(children),
        "metadata": readMetadata(children.get("resourceMetadata")),
    }
    # last: takes out of the element what no style needs
    styles = readStyles(element, children.get("map-layer-style-manager"))
    current = styles[0]
    return Layer(
        styles=styles,
        opacity=current.opacity,
        blendMode=current.blendMode,
        scales=current.scales,
        **values,  # type: ignore[arg-type]
    )


def _kindOf(element: etree._Element) -> tuple[LayerKind, str | None]:
    name = element.get("type", "vector")
    kind = _KINDS.get(name)
    if kind is None:
        return LayerKind.PLUGIN, f"layers of type {name[:50]} are not known"
    return kind, _UNSUPPORTED.get(kind)


def _source(kind: LayerKind, children: Children, resolver: PathResolver) -> DataSource:
    provider = textOf(children.get("provider"))
    if not provider:
        # as QGIS: old files of rasters name none
        provider = _PROVIDERS.get(kind, kind.value)
    return absoluteSource(provider, textOf(children.get("datasource")), resolver)


def _wkbType(element: etree._Element) -> str:
    known = element.get("wkbType")
    if known:
        return known
    return "NoGeometry" if element.get("geometry") == "No geometry" else ""


def _flags(children: Children) -> dict[str, bool]:
    element = children.get("flags")
    return {} if element is None else {child.tag: flagOf(child.text) for child in element}


def _joins(children: Children) -> tuple[Join, ...]:
    joins = []
    for element in children.get("vectorjoins", ()):
        subset = element.find("joinFieldsSubset")
        hasPrefix = element.get("hasCustomPrefix", "1" if element.get("customPrefix") is not None else "0")
        joins.append(
            Join(
                layerId=element.get("joinLayerId", ""),
                targetField=element.get("targetFieldName", ""),
                joinField=element.get("joinFieldName", ""),
                prefix=element.get("customPrefix", "") if flagOf(hasPrefix) else None,
                subset=None
                if subset is None
                else tuple(f.get("name", "") for f in subset.iterchildren("field")),
            )
        )
    return tuple(joins)


def _displayExpression(children: Children) -> str:
    text = textOf(children.get("previewExpression"))
    if text:
        return text
    # 2.x: the name of a field
    name = textOf(children.get("displayfield"))
    return '"{}"'.format(name.replace('"', '""')) if name else ""


def _mapTip(children: Children) -> str:
    element = children.get("mapTip")
    if element is not None:
        # since 3.32 it can be switched off
        return textOf(element) if flagOf(element.get("enabled"), True) else ""
    name = textOf(children.get("displayfield"))
    return name if "[%" in name else ""


def _formLayout(children: Children) -> bytes:
    layout = children.get("attributeEditorForm")
    if layout is None or textOf(children.get("editorlayout")) != "tablayout":
        return b""
    return etree.tostring(layout, encoding="utf-8", with_tail=False)


def _dependencies(children: Children) -> tuple[str, ...]:
    found = []
    for tag in ("layerDependencies", "dataDependencies"):
        found += [e.get("id", "") for e in children.get(tag, ()) if e.get("id")]
    found += [e.get("joinLayerId", "") for e in children.get("vectorjoins", ()) if e.get("joinLayerId")]
    return tuple(dict.fromkeys(found))


def variablesOf(names: object, values: object) -> dict[str, str]:
    """Two lists, of names and of values, as projects and layers store variables."""
    if isinstance(names, tuple) and isinstance(values, tuple):
        return {name: str(value) for name, value in zip(names, values, strict=False) if name}
    return {str(names): str(values)} if names and isinstance(names, str) and values is not None else {}
