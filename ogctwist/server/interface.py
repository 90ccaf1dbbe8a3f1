# -*- test-case-name: tests.server.test_interface -*-
"""What plugins are given: registration, and the request of the moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from twisted.logger import Logger
from zope.interface import implementedBy, implementer, providedBy
from zope.interface.adapter import AdapterRegistry
from zope.interface.exceptions import Invalid
from zope.interface.verify import verifyObject

from ogctwist.interfaces import (
    IAccessControlFilter,
    IRequestHandler,
    IServerApi,
    IServerCacheFilter,
    IServerFilter,
    IServerInterface,
    IService,
    IServiceRegistry,
    RegistrationRefused,
)
from ogctwist.server.current import currentHandler
from ogctwist.server.environment import cgiVariable
from ogctwist.server.filters import IRequestScope
from ogctwist.server.registrations import Registrations
from ogctwist.server.registry import ServiceRegistry

if TYPE_CHECKING:
    from zope.interface.interface import InterfaceClass

log = Logger()


class ServerInterface:
    """
    The registries of one server, shared by all plugins.

    Each plugin is given a L{PluginInterface} of its own to it, so that the log
    can name the plugin, and what it registered can be taken back.

    @ivar adapters: makes providers of our interfaces out of foreign objects, by
        their class: see L{adaptForeign}.
    @ivar scopes: what every request has to hold while it is served.
    """

    def __init__(self, forget: Callable[[str], None] = lambda path: None):
        """
        @param forget: drops the cached project of a path, and what was made from it.
        """
        self.filters: Registrations[IServerFilter] = Registrations()
        self.accessControls: Registrations[IAccessControlFilter] = Registrations()
        self.serverCaches: Registrations[IServerCacheFilter] = Registrations()
        self.services = ServiceRegistry()
        self.adapters: Any = AdapterRegistry()
        self.scopes: list[tuple[str, IRequestScope]] = []
        self.forget = forget

    def adaptForeign(
        self, foreign: type, interface: InterfaceClass, factory: Callable[[Any, str], Any]
    ) -> None:
        """
        Have instances of a class, when a plugin registers one where C{interface} is
        expected, wrapped.

        @param factory: called with the object and the plugin's name.
        """
        self.adapters.register([implementedBy(foreign)], interface, "", factory)

    def addScope(self, scope: IRequestScope, owner: str) -> None:
        """Have every request hold C{scope} while it is served."""
        self.scopes.append((owner, scope))

    def requestScopes(self) -> tuple[IRequestScope, ...]:
        """What a request that begins now has to hold, in the order of registration."""
        return tuple(scope for _, scope in self.scopes)

    def adapted(self, provider: Any, interface: InterfaceClass, owner: str) -> Any:
        """
        A provider of C{interface}: the object itself, or what wraps it.

        @raise RegistrationRefused: it is neither.
        """
        if not interface.providedBy(provider):
            factory = self.adapters.lookup([providedBy(provider)], interface)
            if factory is None:
                raise RegistrationRefused(f"{type(provider).__name__} does not provide {interface.__name__}")
            provider = factory(provider, owner)
        try:
            verifyObject(interface, provider)
        except Invalid as error:
            raise RegistrationRefused(" ".join(str(error).split())) from error
        return provider

    def withdraw(self, owner: str) -> None:
        """Take back all that a plugin registered."""
        for registrations in (self.filters, self.accessControls, self.serverCaches):
            registrations.removeOwned(owner)
        self.services.removeOwned(owner)
        self.scopes = [(name, scope) for name, scope in self.scopes if name != owner]


@implementer(IServerInterface)
class PluginInterface:
    """
    See L{IServerInterface}; one for each plugin.

    @ivar name: of the plugin.
    """

    def __init__(self, server: ServerInterface, name: str):
        self.server = server
        self.name = name

    def registerFilter(self, filter: Any, priority: int = 0) -> None:
        self.server.filters.add(self.server.adapted(filter, IServerFilter, self.name), priority, self.name)

    def registerAccessControl(self, accessControl: Any, priority: int = 0) -> None:
        provider = self.server.adapted(accessControl, IAccessControlFilter, self.name)
        self.server.accessControls.add(provider, priority, self.name)

    def registerServerCache(self, serverCache: Any, priority: int = 0) -> None:
        provider = self.server.adapted(serverCache, IServerCacheFilter, self.name)
        self.server.serverCaches.add(provider, priority, self.name)

    def serviceRegistry(self) -> PluginRegistry:
        return PluginRegistry(self.server, self.name)

    def filters(self) -> dict[int, list[IServerFilter]]:
        return self.server.filters.byPriority()

    def setFilters(self, filters: Mapping[int, Iterable[Any]]) -> None:
        self.server.filters.replace(
            {
                priority: [self.server.adapted(entry, IServerFilter, self.name) for entry in entries]
                for priority, entries in filters.items()
            }
        )

    def requestHandler(self) -> IRequestHandler | None:
        return currentHandler.get()

    def getEnv(self, name: str) -> str:
        handler = currentHandler.get()
        return os.environ.get(name, "") if handler is None else cgiVariable(handler, name)

    def configFilePath(self) -> str:
        handler = currentHandler.get()
        return "" if handler is None else handler.configFilePath

    def removeConfigCacheEntry(self, path: str) -> None:
        self.server.forget(path)


@implementer(IServiceRegistry)
class PluginRegistry:
    """The service registry as a plugin sees it: what it registers is known to be its own."""

    def __init__(self, server: ServerInterface, owner: str):
        self._server = server
        self._owner = owner

    def registerService(self, service: Any) -> None:
        """See L{IServiceRegistry}."""
        self._server.services.registerService(
            self._server.adapted(service, IService, self._owner), self._owner
        )

    def registerApi(self, api: Any) -> bool:
        """See L{IServiceRegistry}."""
        return self._server.services.registerApi(
            self._server.adapted(api, IServerApi, self._owner), self._owner
        )

    def getService(self, name: str, version: str = "") -> IService | None:
        """See L{IServiceRegistry}."""
        return self._server.services.getService(name, version)

    def unregisterService(self, name: str, version: str = "") -> int:
        """See L{IServiceRegistry}."""
        return self._server.services.unregisterService(name, version)

    def getApi(self, name: str, version: str = "") -> IServerApi | None:
        """See L{IServiceRegistry}."""
        return self._server.services.getApi(name, version)

    def unregisterApi(self, name: str, version: str = "") -> int:
        """See L{IServiceRegistry}."""
        return self._server.services.unregisterApi(name, version)
