# -*- test-case-name: tests.services.wfs.test_getfeature -*-
"""Which layers a project publishes as feature types, under which names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ogctwist.encoders.featuretype import elementName
from ogctwist.geo.crs import CRS
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.services.wfs.exceptions import unknownType
from ogctwist.sources.query import SourceField, SourceSchema


def typeName(layer: Layer) -> str:
    """
    The name of a layer as a feature type: its short name, else its name, with underscores for
    blanks and hyphens for colons, as QGIS Server makes it.
    """
    return layer.owsName.replace(" ", "_").replace(":", "-")


def publishedTypes(project: Project) -> Mapping[str, Layer]:
    """The published vector layers by type name, in the order of the project; of two of one name the first."""
    types: dict[str, Layer] = {}
    for layer in project.layers.values():
        if layer.kind is LayerKind.VECTOR and layer.wfs.published:
            types.setdefault(typeName(layer), layer)
    return MappingProxyType(types)


def localTypeName(name: str) -> str:
    """A type name without a prefix: there is no colon in ours."""
    return name.rpartition(":")[2].strip()


def layerOf(types: Mapping[str, Layer], name: str) -> Layer:
    """
    @param name: a type name, with or without a prefix.
    @raise RequestNotWellFormed: none is published under it.
    """
    local = localTypeName(name)
    layer = types.get(name) or types.get(local)
    if layer is None:
        # elements, and ids in GML 3.2, spell it as a name in XML
        layer = next((layer for known, layer in types.items() if elementName(known) == local), None)
    if layer is None:
        raise unknownType(name)
    return layer


def publishedFields(layer: Layer, schema: SourceSchema) -> tuple[SourceField, ...]:
    """
    The attributes of a type: those of the source, as far as access control left them, without
    those that the project excludes from WFS.
    """
    excluded = {field.name for field in layer.fields if field.excludeWfs}
    return tuple(field for field in schema.fields if field.name not in excluded)


def layerCrs(layer: Layer, schema: SourceSchema) -> CRS | None:
    """The reference system of a layer: as the project says, else the source."""
    return layer.crs or schema.crs


def hasGeometry(schema: SourceSchema) -> bool:
    """Whether features of the type have a geometry at all."""
    return schema.wkbType not in ("NoGeometry", "")


async def readableTypes(request: ServiceRequest, project: Project) -> dict[str, Layer]:
    """The published types that the request may read, by name."""
    types = publishedTypes(project)
    view = await request.view(project, [layer.id for layer in types.values()], contents=False)
    return {name: layer for name, layer in types.items() if layer.id not in view.denied}
