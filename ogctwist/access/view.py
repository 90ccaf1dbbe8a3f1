# -*- test-case-name: tests.access.test_view -*-
"""A project as one request may see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from twisted.internet.defer import Deferred

from ogctwist.access.permissions import LayerPermissions
from ogctwist.interfaces import ICoverageSource, IFeatureSource
from ogctwist.ows.exceptions import SecurityException
from ogctwist.project.layers import Layer
from ogctwist.sources.query import UNRESTRICTED, Restriction

if TYPE_CHECKING:
    from ogctwist.project.model import Project
    from ogctwist.sources.catalogue import Neighbour


class Catalogue(Protocol):
    """What opens the sources of layers: L{ogctwist.sources.catalogue.SourceCatalogue}."""

    def features(
        self, layer: Layer, restriction: Restriction, neighbour: Neighbour | None = None
    ) -> IFeatureSource:
        """The features of a vector layer; C{neighbour} gives the layers that are joined to it."""

    def coverage(self, layer: Layer, restriction: Restriction) -> ICoverageSource:
        """The pixels of a raster layer."""


@dataclass(frozen=True)
class AuthorisedLayer:
    """
    A layer with what access control leaves of it.

    @ivar restriction: None when only the permissions were asked for.
    """

    layer: Layer
    permissions: LayerPermissions
    restriction: Restriction | None = UNRESTRICTED


class ProjectView:
    """
    The layers of a project that a request touches, with their permissions.
    Sources that it opens hide by themselves what the request may not see.

    @ivar project: the project; its layers are there whether or not they may be seen.
    @ivar denied: ids of those layers asked for that must not be read.
    """

    def __init__(
        self,
        project: Project,
        layers: Mapping[str, AuthorisedLayer],
        catalogue: Catalogue,
        mayEdit: Callable[[Layer, Any], Awaitable[bool]] | None = None,
        joined: Mapping[str, AuthorisedLayer] = MappingProxyType({}),
    ):
        """
        @param joined: the layers whose fields are joined to those, or that their expressions look at;
            only read from, never served by themselves.
        """
        self.project = project
        self.denied = frozenset(i for i, entry in layers.items() if not entry.permissions.canRead)
        self._layers = dict(layers)
        self._joined = {**joined, **layers}
        self._catalogue = catalogue
        self._mayEdit = mayEdit

    def layer(self, layerId: str) -> AuthorisedLayer:
        """
        @raise LookupError: the view was not made for this layer.
        """
        return self._layers[layerId]

    def require(self, layerId: str) -> AuthorisedLayer:
        """
        The same, for reading.

        @raise SecurityException: the layer may not be read.
        """
        entry = self.layer(layerId)
        if not entry.permissions.canRead:
            name = self.project.owsName(entry.layer)
            raise SecurityException(f"You are not allowed to access to the layer: {name}")
        return entry

    def features(self, layerId: str) -> IFeatureSource:
        """
        The features of the layer that this request may see, with the fields of joined layers that it
        may see as well.

        @raise SecurityException: the layer may not be read.
        """
        entry = self.require(layerId)
        restriction = self._restriction(entry)
        if not entry.layer.joins:
            return self._catalogue.features(entry.layer, restriction)
        return self._catalogue.features(entry.layer, restriction, self._neighbour)

    def lookAt(self, layerId: str) -> IFeatureSource:
        """
        The features of a layer for the expressions of others.

        @raise LookupError: the view does not know it.
        @raise SecurityException: the layer may not be read.
        """
        entry = self._joined[layerId]
        if not entry.permissions.canRead:
            raise SecurityException("You are not allowed to access to the layer")
        return self._catalogue.features(entry.layer, self._restriction(entry))

    def _neighbour(self, layerId: str) -> tuple[Layer, Restriction] | None:
        """A layer to join, as far as this request may see it; None for one that it may not read."""
        entry = self._joined.get(layerId)
        if entry is None or not entry.permissions.canRead:
            return None
        return entry.layer, self._restriction(entry)

    def coverage(self, layerId: str) -> ICoverageSource:
        """
        The pixels of the layer.

        @raise SecurityException: the layer may not be read.
        """
        entry = self.require(layerId)
        return self._catalogue.coverage(entry.layer, self._restriction(entry))

    @property
    def watchesEdits(self) -> bool:
        """Whether anybody is asked by L{allowToEdit}."""
        return self._mayEdit is not None

    def allowToEdit(self, layerId: str, feature: Any) -> Deferred[bool]:
        """
        Whether a feature may be changed: to be asked before and after an update,
        before a delete, and on an insert.

        @param feature: mapping of attribute names to values, with C{id} and
            C{geometry} attributes.
        """
        layer = self.layer(layerId).layer

        async def ask() -> bool:
            return True if self._mayEdit is None else await self._mayEdit(layer, feature)

        return Deferred.fromCoroutine(ask())

    def _restriction(self, entry: AuthorisedLayer) -> Restriction:
        if entry.restriction is None:
            raise LookupError(f"the view was made without the contents of {entry.layer.id}")
        return entry.restriction
