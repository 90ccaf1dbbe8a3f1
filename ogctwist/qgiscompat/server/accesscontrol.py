# -*- test-case-name: tests.qgiscompat.test_accesscontrol -*-
"""QgsAccessControlFilter, and QgsAccessControl, which asks them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.core import QgsFeatureFilterProvider
from ogctwist.qgiscompat.wrapper import Wrapper, isMade

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


class QgsAccessControl(QgsFeatureFilterProvider):
    """
    Asks access-control filters, and joins what they say: a permission needs all of them,
    expressions and subset strings are joined with AND, attributes are what all of them leave.
    """

    _q_filters: list[tuple[int, Any]]

    def _make(self, copy: QgsAccessControl | None = None) -> None:
        self._q_filters = list(copy._q_filters) if copy is not None else []

    def registerAccessControl(self, accessControl: Any, priority: int = 0) -> None:
        """Register a filter; lower priorities are asked first."""
        if not isMade(accessControl):
            raise RuntimeError(
                f"super-class __init__() of type {type(accessControl).__name__} was never called"
            )
        self._q_filters = sorted([(priority, accessControl), *self._q_filters], key=lambda entry: entry[0])

    def clone(self) -> QgsAccessControl:
        """A copy."""
        return type(self)(self)

    # Asking; each may be answered otherwise by a subclass.

    def _q_permissions(self, layer: Any) -> Any:
        granted = allPermissions()
        for _, each in self._q_filters:
            answer = each.layerPermissions(layer)
            for name in ("canRead", "canInsert", "canUpdate", "canDelete"):
                setattr(granted, name, getattr(granted, name) and getattr(answer, name, False) is True)
        return granted

    def _q_texts(self, hook: str, layer: Any) -> list[str]:
        answers = (getattr(each, hook)(layer) for _, each in self._q_filters)
        return [answer for answer in answers if answer]

    def resolveFilterFeatures(self, layers: Iterable[Any]) -> None:
        """Without effect: what filters say is remembered for the request anyway."""

    def unresolveFilterFeatures(self) -> None:
        """Without effect."""

    def isFilterThreadSafe(self) -> bool:
        """Whether L{filterFeatures} may be called in any thread: no."""
        return False

    def layerReadPermission(self, layer: Any) -> bool:
        """Whether the layer may be read."""
        return bool(self._q_permissions(layer).canRead)

    def layerInsertPermission(self, layer: Any) -> bool:
        """Whether features may be added."""
        return bool(self._q_permissions(layer).canInsert)

    def layerUpdatePermission(self, layer: Any) -> bool:
        """Whether features may be changed."""
        return bool(self._q_permissions(layer).canUpdate)

    def layerDeletePermission(self, layer: Any) -> bool:
        """Whether features may be removed."""
        return bool(self._q_permissions(layer).canDelete)

    def filterFeatures(self, layer: Any, filterFeatures: Any) -> None:
        """Add the expressions of the filters to a QgsFeatureRequest."""
        expressions = self._q_texts("layerFilterExpression", layer)
        if expressions:
            filterFeatures.combineFilterExpression(joined(expressions))

    def extraSubsetString(self, layer: Any) -> str:
        """The subset strings of the filters, joined."""
        return joined(self._q_texts("layerFilterSubsetString", layer))

    def layerAttributes(self, layer: Any, attributes: Iterable[str]) -> list[str]:
        """Those of the attributes that all filters leave."""
        left = list(attributes)
        for _, each in self._q_filters:
            left = list(each.authorizedLayerAttributes(layer, left))
        return left

    def allowToEdit(self, layer: Any, feature: Any) -> bool:
        """Whether the feature may be changed."""
        return all(each.allowToEdit(layer, feature) is True for _, each in self._q_filters)

    def fillCacheKey(self, cacheKey: list[str]) -> bool:
        """
        Append the keys of the filters.

        @return: whether something may be cached; not if a filter has no key: then the list is
            emptied.  (QGIS 3 has it the other way round, against what it documents.)
        """
        for _, each in self._q_filters:
            key = each.cacheKey()
            if not key:
                del cacheKey[:]
                return False
            cacheKey.append(key)
        return True


def joined(texts: list[str]) -> str:
    """Conditions joined with AND, each in brackets of its own."""
    return texts[0] if len(texts) == 1 else " AND ".join(f"({text})" for text in texts)


class LiveAccessControl(QgsAccessControl):
    """
    The filters of the server, whoever registered them, for the request of the moment; what
    they answered is remembered for it.
    """

    _q_runtime: Any

    def _make(self, runtime: Any) -> None:  # type: ignore[override]
        self._q_runtime = runtime._q_runtime if isinstance(runtime, LiveAccessControl) else runtime

    def registerAccessControl(self, accessControl: Any, priority: int = 0) -> None:
        """
        @raise RuntimeError: the server's interface is where they are registered.
        """
        raise RuntimeError("register an access-control filter with the server interface")

    def _q_view(self, layer: Any, contents: bool) -> Any:
        return self._q_runtime.authorise(layer, contents)

    def _q_permissions(self, layer: Any) -> Any:
        return self._q_view(layer, False).permissions

    def filterFeatures(self, layer: Any, filterFeatures: Any) -> None:
        """Add the expressions of the filters to a QgsFeatureRequest."""
        restriction = self._q_view(layer, True).restriction
        if restriction.rowFilter is not None:
            filterFeatures.combineFilterExpression(str(restriction.rowFilter))

    def extraSubsetString(self, layer: Any) -> str:
        """The subset strings of the filters, joined."""
        return str(self._q_view(layer, True).restriction.subset)

    def layerAttributes(self, layer: Any, attributes: Iterable[str]) -> list[str]:
        """Those of the attributes that all filters leave."""
        hidden = self._q_view(layer, True).restriction.hiddenFields
        return [name for name in attributes if name not in hidden]

    def allowToEdit(self, layer: Any, feature: Any) -> bool:
        """Whether the feature may be changed."""
        return bool(self._q_runtime.allowToEdit(layer, feature))

    def fillCacheKey(self, cacheKey: list[str]) -> bool:
        """Append what names the rights of the request.  @return: whether something may be cached."""
        key = self._q_runtime.cacheKey()
        if key is None:
            del cacheKey[:]
            return False
        if key:
            cacheKey.append(key)
        return True
