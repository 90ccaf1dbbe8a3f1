# -*- test-case-name: tests.qgiscompat.test_accesscontrol -*-
"""QgsAccessControlFilter, and QgsAccessControl, which asks them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.wrapper import Wrapper

if TYPE_CHECKING:
    from ogctwist.qgiscompat.server.interface import QgsServerInterface


class LayerPermissions(Wrapper):
    """What may be done with a layer; nothing, to begin with."""

    canRead: bool
    canInsert: bool
    canUpdate: bool
    canDelete: bool

    def _make(self, a0: LayerPermissions | None = None) -> None:
        self.canRead = a0 is not None and a0.canRead
        self.canInsert = a0 is not None and a0.canInsert
        self.canUpdate = a0 is not None and a0.canUpdate
        self.canDelete = a0 is not None and a0.canDelete


LayerPermissions.__qualname__ = "QgsAccessControlFilter.LayerPermissions"


class _Hooks(Wrapper):
    """
    The hooks as they are without a plugin: everything is allowed.  They are above
    L{QgsAccessControlFilter} so that C{super(QgsAccessControlFilter, self)} finds them.
    """

    _q_interface: QgsServerInterface | None

    def _make(self, serverInterface: Any) -> None:
        if isinstance(serverInterface, _Hooks):
            serverInterface = serverInterface._q_interface
        self._q_interface = serverInterface

    def serverInterface(self) -> QgsServerInterface:
        """The interface that the filter was made with."""
        assert self._q_interface is not None
        return self._q_interface

    def layerFilterExpression(self, layer: Any) -> Any:
        """A QGIS expression that features have to fulfil; '' for none."""
        return ""

    def layerFilterSubsetString(self, layer: Any) -> Any:
        """The same in the language of the source."""
        return ""

    def layerPermissions(self, layer: Any) -> Any:
        """What may be done with the layer."""
        return allPermissions()

    def authorizedLayerAttributes(self, layer: Any, attributes: Iterable[str]) -> Any:
        """Those of the attributes that may be seen."""
        return list(attributes)

    def allowToEdit(self, layer: Any, feature: Any) -> Any:
        """Whether the feature may be changed."""
        return True

    def cacheKey(self) -> Any:
        """What names the rights of the request; '': nothing is cached for it."""
        return ""


class QgsAccessControlFilter(_Hooks):
    """Says what of each layer a request may see and change."""

    LayerPermissions = LayerPermissions


def allPermissions() -> LayerPermissions:
    """Everything is allowed."""
    permissions = LayerPermissions()
    permissions.canRead = permissions.canInsert = permissions.canUpdate = permissions.canDelete = True
    return permissions
