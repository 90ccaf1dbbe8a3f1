# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""Which layers are collections, and what a request may see of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from twisted.logger import Logger

from ogctwist.access.view import ProjectView
from ogctwist.geo.crs import CRS
from ogctwist.interfaces import IFeatureSource
from ogctwist.project.layers import Layer, LayerKind
from ogctwist.project.model import Project
from ogctwist.services.ogcapi.call import Call
from ogctwist.services.ogcapi.errors import collectionNotFound, sourceFailed
from ogctwist.services.wfs.featuretypes import layerCrs, publishedFields
from ogctwist.sources.query import SourceError, SourceField, SourceSchema

log = Logger()


@dataclass(frozen=True)
class Collection:
    """
    A collection as a request sees it.

    @ivar fields: its attributes, without what is hidden.
    """

    layer: Layer
    view: ProjectView
    source: IFeatureSource
    schema: SourceSchema
    fields: tuple[SourceField, ...]

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.layer.owsName

    @cached_property
    def shownNames(self) -> Mapping[str, str]:
        """
        The names under which attributes are shown, by their own: their aliases, as in QGIS Server,
        where there is no other attribute of that name.
        """
        aliases = {settings.name: settings.alias for settings in self.layer.fields if settings.alias}
        shown = {field.name: aliases.get(field.name, field.name) for field in self.fields}
        uses = Counter((*shown.values(), *(name for name in shown if shown[name] != name)))
        return {name: alias if uses[alias] == 1 else name for name, alias in shown.items()}

    def fieldNamed(self, name: str) -> SourceField | None:
        """The attribute that is shown or stored under a name."""
        for field in self.fields:
            if name in (field.name, self.shownNames[field.name]):
                return field
        return None

    @property
    def crs(self) -> CRS | None:
        """The reference system of its geometries as they are stored."""
        return layerCrs(self.layer, self.schema)


def titleOf(layer: Layer) -> str:
    """The title of a collection."""
    return layer.description.title or layer.name


def collectionLayers(project: Project | None) -> Mapping[str, Layer]:
    """The vector layers that are published, by collection id; of two of one id the first."""
    layers: dict[str, Layer] = {}
    for layer in project.layers.values() if project is not None else ():
        if layer.kind is LayerKind.VECTOR and layer.wfs.published:
            layers.setdefault(layer.owsName, layer)
    return MappingProxyType(layers)


def collectionLayer(project: Project | None, identifier: str) -> Layer:
    """
    The layer of a collection; its name and its id will do, too, as in QGIS Server.

    @raise OWSException: there is none.
    """
    layers = collectionLayers(project)
    if identifier in layers:
        return layers[identifier]
    for layer in layers.values():
        if identifier in (layer.name, layer.id):
            return layer
    raise collectionNotFound()


async def requestedCollection(call: Call) -> Collection:
    """
    The collection that the path names.

    @raise OWSException: there is none, or none that may be read.
    """
    layer = collectionLayer(call.project, call.names["collection"])
    assert call.project is not None
    view = await call.request.view(call.project, [layer.id])
    if layer.id in view.denied:
        raise collectionNotFound()
    return await opened(layer, view)


async def opened(layer: Layer, view: ProjectView) -> Collection:
    """
    @raise OWSException: the data cannot be read.
    """
    source = view.features(layer.id)
    try:
        schema = await source.describe()
    except SourceError as error:
        log.error("{layer}: {reason}", layer=layer.id, reason=str(error))
        raise sourceFailed() from error
    return Collection(layer, view, source, schema, publishedFields(layer, schema))
