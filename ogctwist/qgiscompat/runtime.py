# -*- test-case-name: tests.qgiscompat.test_runtime -*-
"""
Plugins that were written for QGIS Server, in our server.

The runtime puts the C{qgis} modules in place when the first plugin that imports them is
loaded, gives such plugins their interface, and makes providers of our interfaces out
of what they register.
"""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import (
    IAccessControlFilter,
    IServerApi,
    IServerCacheFilter,
    IServerFilter,
    IService,
)
from ogctwist.project.errors import ProjectNotFound
from ogctwist.qgiscompat import qt
from ogctwist.qgiscompat.active import activate, deactivate
from ogctwist.qgiscompat.companion import companionOf
from ogctwist.qgiscompat.facades import FacadePool
from ogctwist.qgiscompat.install import installation
from ogctwist.qgiscompat.loaded import LoadedPlugin
from ogctwist.qgiscompat.needs import needsQgis
from ogctwist.qgiscompat.threads import currentThreads, waitFor
from ogctwist.qgiscompat.turns import Turns
from ogctwist.server.current import currentHandler
from ogctwist.server.filters import IRequestScope
from ogctwist.server.interface import PluginInterface

if TYPE_CHECKING:
    from ogctwist.project.model import Project
    from ogctwist.qgiscompat.parts import ServerParts
    from ogctwist.server.interface import ServerInterface
    from ogctwist.server.plugins import Plugin

log = Logger()


@implementer(IRequestScope)
class PluginRuntime:
    """
    @ivar server: the registries.
    @ivar parts: the rest of the server.
    @ivar plugins: by name, those that need QGIS.
    @ivar turns: who is in which of them.
    """

    def __init__(self, server: ServerInterface, reactor: Any, settings: Any, parts: ServerParts):
        self.server = server
        self.reactor = reactor
        self.settings = settings
        self.parts = parts
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
            installation.install()
            self._isPrepared = True
            qt.startApplication()
            activate(self)
            self._adaptForeign()
            self.server.addScope(self, "")
        limits = self.settings.limits
        isConcurrent = plugin.metadata.get("concurrent", "") == "True"
        loaded = LoadedPlugin(
            plugin.name, isConcurrent, self.turns, self.reactor, limits.hookTime, limits.renderTime
        )
        loaded.facades = self.facades
        self.plugins[plugin.name] = loaded
        names = importedNames()
        names.addMetadata(plugin.name, plugin.folder)
        names.server_available_plugins.append(plugin.name)

    def interfaceFor(self, server: ServerInterface, plugin: Plugin) -> Any:
        """What a plugin's factory is given."""
        native = PluginInterface(server, plugin.name)
        loaded = self.plugins.get(plugin.name)
        if loaded is None:
            return native
        from ogctwist.qgiscompat.server.interface import LiveServerInterface

        loaded.interface = LiveServerInterface(self, native)
        setUtils("serverIface", loaded.interface)
        return loaded.interface

    def loaded(self, plugin: Plugin) -> None:
        """Called when a plugin is loaded, whatever it is written for."""
        if self._isPrepared:
            names = importedNames()
            names.server_plugins[plugin.name] = plugin.instance
            names.server_active_plugins.append(plugin.name)

    def stop(self) -> None:
        """The server has ended: so do the threads, and the modules go."""
        for plugin in self.plugins.values():
            plugin.threads.stop()
        self.plugins.clear()
        self._adapters.clear()
        if self._isPrepared:
            from ogctwist.qgiscompat.core.foreignfunctions import unregisterAll

            unregisterAll()
        if self._isPrepared:
            self._isPrepared = False
            importedNames().forgetAll()
            deactivate(self)
            installation.uninstall()

    # Adapting.

    def _adaptForeign(self) -> None:
        from ogctwist.qgiscompat import adapters, serviceadapters
        from ogctwist.qgiscompat.server.accesscontrol import _Hooks as AccessHooks
        from ogctwist.qgiscompat.server.api import QgsServerApi
        from ogctwist.qgiscompat.server.cache import _Hooks as CacheHooks
        from ogctwist.qgiscompat.server.filters import _Hooks as FilterHooks
        from ogctwist.qgiscompat.server.service import QgsService

        for foreign, interface, adapter in (
            (FilterHooks, IServerFilter, adapters.FilterAdapter),
            (AccessHooks, IAccessControlFilter, adapters.AccessControlAdapter),
            (CacheHooks, IServerCacheFilter, adapters.CacheAdapter),
            (QgsService, IService, serviceadapters.ServiceAdapter),
            (QgsServerApi, IServerApi, serviceadapters.ApiAdapter),
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
        companionOf(handler).pool = self.facades
        await self.turns.take(
            handler, [p.name for p in self.plugins.values() if p.hasFilters and not p.isConcurrent]
        )

    def serving(self, handler: Any) -> None:
        """The service is about to begin, with the project as plugins have changed it."""
        companionOf(handler).settle()

    def completed(self, handler: Any) -> None:
        """The last hook is over: the next request may enter."""
        companionOf(handler).release()
        self.turns.release(handler)

    def leave(self, handler: Any) -> None:
        """The request is over, whatever came of it."""
        self.completed(handler)

    # What plugins ask of the server.

    def _makeProject(self, project: Project | None) -> Any:
        from ogctwist.qgiscompat.core import QgsProject

        return QgsProject._q_of(project)

    def forget(self, path: str) -> None:
        """Forget what is cached of a project."""
        self.facades.forget(path)
        self.inReactor(lambda: self.server.forget(path))

    def inReactor(self, function: Any) -> Any:
        """Call something in the reactor's thread, which may answer a Deferred; wait for it."""
        if currentThreads.get() is None:
            return function()

        async def call() -> Any:
            result = function()
            return await result if isinstance(result, Deferred) else result

        return waitFor(lambda: Deferred.fromCoroutine(call()))

    def projectAt(self, path: str) -> Any:
        """
        The QgsProject of a file: within a request, the one that it is served with.

        @raise ProjectError: it cannot be read.
        """
        try:
            path = self.parts.projects.locate(path)
        except ProjectNotFound:
            # A plugin may read what a request may not name.
            pass
        if currentThreads.get() is None:
            project = self.parts.readProject(path)
        else:
            project = waitFor(lambda: self.parts.projects.project(path))
        handler = currentHandler.get()
        return self._makeProject(project) if handler is None else companionOf(handler).projectFor(project)

    def cachedProjects(self) -> list[Any]:
        """QgsProjects of those that are in memory."""
        projects = self.parts.projects
        kept = [projects.cached(path) for path in projects.paths]
        handler = currentHandler.get()
        make = self._makeProject if handler is None else companionOf(handler).projectFor
        return [make(project) for project in kept if project is not None]

    @cached_property
    def _access(self) -> Any:
        from ogctwist.qgiscompat.server.accesscontrol import LiveAccessControl

        return LiveAccessControl(self)

    def accessControls(self) -> Any:
        """The QgsAccessControl of the server."""
        return self._access

    def _requestAccess(self) -> Any:
        handler = currentHandler.get()
        if handler is None:
            raise RuntimeError("access control is asked within a request")
        return handler.access or self.parts.access.forRequest(handler)

    def authorise(self, layer: Any, contents: bool) -> Any:
        """What access control leaves of a QgsMapLayer: L{ogctwist.access.view.AuthorisedLayer}."""
        access = self._requestAccess()
        project, layerId = layer.project()._q_served(), layer.id()

        async def ask() -> Any:
            return (await access.view(project, (layerId,), contents)).layer(layerId)

        return waitFor(lambda: Deferred.fromCoroutine(ask()))

    def allowToEdit(self, layer: Any, feature: Any) -> bool:
        """Whether access control lets a QgsFeature be changed."""
        access = self._requestAccess()
        project, layerId = layer.project()._q_served(), layer.id()

        async def ask() -> Any:
            view = await access.view(project, (layerId,), False)
            return await view.allowToEdit(layerId, feature._q_mapping())

        return bool(waitFor(lambda: Deferred.fromCoroutine(ask())))

    def cacheKey(self) -> str | None:
        """What names the rights of the request; None: nothing may be cached."""
        access = self._requestAccess()
        key: str | None = waitFor(lambda: Deferred.fromCoroutine(access.cacheKey()))
        return key

    @cached_property
    def _caches(self) -> Any:
        from ogctwist.qgiscompat.server.cache import LiveCacheManager

        return LiveCacheManager(self)

    def cacheManager(self) -> Any:
        """The QgsServerCacheManager of the server."""
        return self._caches

    def callForeign(self, adapter: Any, hook: str, arguments: Any) -> Any:
        """Call a hook of a plugin for another one."""
        handler = currentHandler.get()
        if adapter.plugin.threads is currentThreads.get():
            return getattr(adapter.foreign, hook)(*arguments)
        return self.inReactor(lambda: adapter.call(handler, lambda answer: answer, hook, *arguments))

    @cached_property
    def _capabilities(self) -> Any:
        from ogctwist.qgiscompat.server.cache import QgsCapabilitiesCache

        return QgsCapabilitiesCache(self.settings.capabilitiesCacheSize, self)

    def capabilitiesCache(self) -> Any:
        """The QgsCapabilitiesCache."""
        return self._capabilities

    def ownInterface(self) -> Any:
        """A QgsServerInterface of no plugin's."""
        from ogctwist.qgiscompat.server.interface import LiveServerInterface

        return LiveServerInterface(self, PluginInterface(self.server, ""))

    def reloadSettings(self) -> None:
        """The settings of a running server stay what they are."""
        log.info("a plugin asked for the settings to be read again: they hold until the server is restarted")


def importedNames() -> Any:
    """The module that stands for C{qgis.utils}."""
    from ogctwist.qgiscompat import pluginnames

    return pluginnames


def setUtils(name: str, value: Any) -> None:
    """Set a name of C{qgis.utils}, there where plugins see it."""
    setattr(importedNames(), name, value)
    module = sys.modules.get("qgis.utils")
    if module is not None:
        setattr(module, name, value)
