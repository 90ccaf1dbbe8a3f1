# -*- test-case-name: tests.qgiscompat.test_interface -*-
"""QgsServerInterface: what a plugin is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.companion import companionOf, currentCompanion
from ogctwist.qgiscompat.threads import checkTime
from ogctwist.qgiscompat.wrapper import Wrapper, abstract, isMade
from ogctwist.server.current import currentHandler

if TYPE_CHECKING:
    from ogctwist.qgiscompat.runtime import PluginRuntime
    from ogctwist.server.interface import PluginInterface


class QgsServerInterface(Wrapper):
    """Registration, and the request of the moment; abstract, as in QGIS."""

    def accessControls(self) -> Any:
        """The QgsAccessControl that asks all access-control filters."""
        abstract(self, "accessControls")

    def cacheManager(self) -> Any:
        """The QgsServerCacheManager that asks all cache filters."""
        abstract(self, "cacheManager")

    def capabilitiesCache(self) -> Any:
        """The QgsCapabilitiesCache."""
        abstract(self, "capabilitiesCache")

    def configFilePath(self) -> Any:
        """The path of the project of the current request, ''."""
        abstract(self, "configFilePath")

    def filters(self) -> Any:
        """Priority to filters."""
        abstract(self, "filters")

    def getEnv(self, name: str) -> Any:
        """A variable of the request or the process, ''."""
        abstract(self, "getEnv")

    def registerAccessControl(self, accessControl: Any, priority: int = 0) -> Any:
        """Register an access-control filter."""
        abstract(self, "registerAccessControl")

    def registerFilter(self, filter: Any, priority: int = 0) -> Any:
        """Register a filter."""
        abstract(self, "registerFilter")

    def registerServerCache(self, serverCache: Any, priority: int = 0) -> Any:
        """Register a cache filter."""
        abstract(self, "registerServerCache")

    def reloadSettings(self) -> Any:
        """Read the settings again."""
        abstract(self, "reloadSettings")

    def removeConfigCacheEntry(self, path: str) -> Any:
        """Forget what is cached of a project."""
        abstract(self, "removeConfigCacheEntry")

    def requestHandler(self) -> Any:
        """The QgsRequestHandler of the current request, None outside one."""
        abstract(self, "requestHandler")

    def serviceRegistry(self) -> Any:
        """The QgsServiceRegistry."""
        abstract(self, "serviceRegistry")

    def setConfigFilePath(self, configFilePath: str) -> Any:
        """Set the path that C{configFilePath} answers."""
        abstract(self, "setConfigFilePath")

    def setFilters(self, filters: Any) -> Any:
        """Replace all filters."""
        abstract(self, "setFilters")


class LiveServerInterface(QgsServerInterface):
    """
    The server, for one plugin.

    What is registered may be of our own kind too.  A class in place of an object is
    made an object: QGIS's own tutorial registers one.
    """

    _q_runtime: PluginRuntime
    _q_native: PluginInterface

    def _make(self, runtime: PluginRuntime, native: PluginInterface) -> None:  # type: ignore[override]
        self._q_runtime = runtime
        self._q_native = native

    def _q_object(self, thing: Any) -> Any:
        """
        @raise RuntimeError: the constructor of its QGIS class was not chained to.
        """
        if isinstance(thing, type) and issubclass(thing, Wrapper):
            thing = thing(self)
        if not isMade(thing):
            raise RuntimeError(f"super-class __init__() of type {type(thing).__name__} was never called")
        return thing

    def registerFilter(self, filter: Any, priority: int = 0) -> None:
        """Register a filter; lower priorities are called first."""
        self._q_native.registerFilter(self._q_object(filter), int(priority))

    def registerAccessControl(self, accessControl: Any, priority: int = 0) -> None:
        """Register an access-control filter."""
        self._q_native.registerAccessControl(self._q_object(accessControl), int(priority))

    def registerServerCache(self, serverCache: Any, priority: int = 0) -> None:
        """Register a cache filter."""
        self._q_native.registerServerCache(self._q_object(serverCache), int(priority))

    def filters(self) -> dict[int, list[Any]]:
        """Priority to filters: as they were registered."""
        return {
            priority: [getattr(entry, "foreign", entry) for entry in entries]
            for priority, entries in self._q_native.filters().items()
        }

    def setFilters(self, filters: Mapping[int, Any]) -> None:
        """Replace all filters, those of other plugins included."""
        self._q_native.setFilters(
            {
                priority: [self._q_runtime.adapterOf(self._q_object(entry)) for entry in entries]
                for priority, entries in filters.items()
            }
        )

    def serviceRegistry(self) -> Any:
        """The QgsServiceRegistry."""
        from ogctwist.qgiscompat.server.service import LiveServiceRegistry

        return LiveServiceRegistry(self._q_runtime, self._q_native.serviceRegistry(), self)

    def requestHandler(self) -> Any:
        """The QgsRequestHandler of the current request, None outside one."""
        checkTime()
        companion = currentCompanion()
        return None if companion is None else companion.handler

    def getEnv(self, name: str) -> str:
        """A CGI variable of the request, else of the process; ''."""
        checkTime()
        return self._q_native.getEnv(name)

    def configFilePath(self) -> str:
        """The path of the project of the current request, ''."""
        checkTime()
        companion = currentCompanion()
        if companion is not None and companion.configFilePath is not None:
            return companion.configFilePath
        return self._q_native.configFilePath()

    def setConfigFilePath(self, configFilePath: str) -> None:
        """Set what L{configFilePath} answers to this request; MAP decides which project is loaded."""
        checkTime()
        native = currentHandler.get()
        if native is not None:
            companionOf(native).configFilePath = configFilePath

    def removeConfigCacheEntry(self, path: str) -> None:
        """Forget what is cached of a project: itself and its capabilities."""
        self._q_runtime.forget(path)

    def accessControls(self) -> Any:
        """The QgsAccessControl that asks all access-control filters."""
        return self._q_runtime.accessControls()

    def cacheManager(self) -> Any:
        """The QgsServerCacheManager that asks all cache filters."""
        return self._q_runtime.cacheManager()

    def capabilitiesCache(self) -> Any:
        """The QgsCapabilitiesCache."""
        return self._q_runtime.capabilitiesCache()

    def reloadSettings(self) -> None:
        """The settings of the server stay; those that plugins read are read anew from the environment."""
        self._q_runtime.reloadSettings()
