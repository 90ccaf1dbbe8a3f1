# -*- test-case-name: tests.qgiscompat.test_runtime -*-
"""
Plugins that were written for QGIS Server, in our server.

The runtime puts the C{qgis} modules in place when the first plugin that imports them is
loaded, gives such plugins their interface, and makes providers of our interfaces out
of what they register.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IAccessControlFilter, IServerFilter
from ogctwist.qgiscompat.companion import Companion, companionOf
from ogctwist.qgiscompat.facades import FacadePool
from ogctwist.qgiscompat.install import installation
from ogctwist.qgiscompat.loaded import LoadedPlugin
from ogctwist.qgiscompat.needs import needsQgis
from ogctwist.qgiscompat.turns import Turns
from ogctwist.server.filters import IRequestScope
from ogctwist.server.interface import PluginInterface

if TYPE_CHECKING:
    from ogctwist.server.interface import ServerInterface
    from ogctwist.server.plugins import Plugin

log = Logger()


@implementer(IRequestScope)
class PluginRuntime:
    """
    @ivar server: the registries.
    @ivar plugins: by name, those that need QGIS.
    @ivar turns: who is in which of them.
    """

    def __init__(self, server: ServerInterface, reactor: Any, settings: Any, services: Any = None):
        """
        @param services: the server's parts for what plugins ask of it: L{ogctwist.qgiscompat.parts}.
        """
        self.server = server
        self.reactor = reactor
        self.settings = settings
        self.plugins: dict[str, LoadedPlugin] = {}
        self.turns = Turns()
        self.facades = FacadePool(self._makeProject)
        self._adapters: dict[int, Any] = {}
        self._isPrepared = False

    # The loader's side.

    def prepare(self, plugin: Plugin) -> None:
        """
        Called before a plugin is imported.

        @raise InstallationRefused: it needs QGIS's modules, and they cannot be ours.
        """
        if not needsQgis(plugin.folder):
            return
        if not self._isPrepared:
            self._isPrepared = True
            installation.install()
            self._adaptForeign()
            self.server.addScope(self, "")
        isConcurrent = plugin.metadata.get("concurrent", "") == "True"
        self.plugins[plugin.name] = LoadedPlugin(
            plugin.name, isConcurrent, self.turns, self.reactor, self.settings.limits.hookTime
        )

    def interfaceFor(self, server: ServerInterface, plugin: Plugin) -> Any:
        """What a plugin's factory is given."""
        native = PluginInterface(server, plugin.name)
        if plugin.name not in self.plugins:
            return native
        from ogctwist.qgiscompat.server.interface import LiveServerInterface

        return LiveServerInterface(self, native)

    def stop(self) -> None:
        """The server has ended: so do the threads, and the modules go."""
        for plugin in self.plugins.values():
            plugin.threads.stop()
        self.plugins.clear()
        self._adapters.clear()
        if self._isPrepared:
            self._isPrepared = False
            installation.uninstall()

    # Adapting.

    def _adaptForeign(self) -> None:
        from ogctwist.qgiscompat import adapters
        from ogctwist.qgiscompat.server import QgsAccessControlFilter, QgsServerFilter

        for foreign, interface, adapter in (
            (QgsServerFilter, IServerFilter, adapters.FilterAdapter),
            (QgsAccessControlFilter, IAccessControlFilter, adapters.AccessControlAdapter),
        ):
            self.server.adaptForeign(foreign, interface, self._factory(adapter))

    def _factory(self, adapter: Any) -> Any:
        def make(foreign: Any, owner: str) -> Any:
            known = self._adapters.get(id(foreign))
            if known is not None:
                return known
            plugin = self.plugins[owner]
            made = self._adapters[id(foreign)] = adapter(foreign, plugin)
            if IServerFilter.providedBy(made):
                plugin.hasFilters = True
            return made

        return make

    def adapterOf(self, foreign: Any) -> Any:
        """What stands for a registered object, else the object."""
        return self._adapters.get(id(foreign), foreign)

    # The dispatcher's side: see IRequestScope.

    async def enter(self, handler: Any) -> None:
        """Wait for the request's turn in all plugins that it passes through anyway."""
        companion = companionOf(handler)
        companion.pool = self.facades
        await self.turns.take(
            handler, [p.name for p in self.plugins.values() if p.hasFilters and not p.isConcurrent]
        )

    def serving(self, handler: Any) -> None:
        """The service is about to begin, with the project as plugins have changed it."""
        companionOf(handler).settle()

    def completed(self, handler: Any) -> None:
        """The last hook is over: the next request may enter."""
        companion: Companion = companionOf(handler)
        companion.release()
        self.turns.release(handler)

    def leave(self, handler: Any) -> None:
        """The request is over, whatever came of it."""
        self.completed(handler)

    # What plugins ask of the server.

    def _makeProject(self, project: Any) -> Any:
        from ogctwist.qgiscompat.core import QgsProject

        return QgsProject._q_of(project)

    def forget(self, path: str) -> None:
        """Forget what is cached of a project."""
        self.facades.forget(path)
        self.server.forget(path)
