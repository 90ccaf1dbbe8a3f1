# -*- test-case-name: tests.server.test_registry -*-
"""The services and APIs of a server, by name and version."""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IServerApi, IService, IServiceRegistry

log = Logger()


class _Named:
    """Providers by (name, version); the first registered of a name is its default."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], tuple[Any, str]] = {}
        self.defaults: dict[str, str] = {}

    def add(self, provider, owner: str) -> bool:
        key = (provider.name, provider.version)
        if key in self.entries:
            log.critical("{name} {version} is registered already", name=key[0], version=key[1])
            return False
        self.entries[key] = (provider, owner)
        self.defaults.setdefault(*key)
        return True

    def get(self, name: str, version: str):
        if name not in self.defaults:
            return None
        found = self.entries.get((name, version))
        if found is None:
            if version:
                log.debug("{name} has no version {version}: the default answers", name=name, version=version)
            found = self.entries[name, self.defaults[name]]
        return found[0]

    def remove(self, name: str, version: str) -> int:
        keys = [k for k in self.entries if k[0] == name and version in ("", k[1])]
        for key in keys:
            del self.entries[key]
        self._settleDefaults()
        return len(keys)

    def removeOwned(self, owner: str) -> None:
        self.entries = {k: v for k, v in self.entries.items() if v[1] != owner}
        self._settleDefaults()

    def _settleDefaults(self) -> None:
        kept = {n: v for n, v in self.defaults.items() if (n, v) in self.entries}
        for name, version in self.entries:
            kept.setdefault(name, version)
        self.defaults = kept


@implementer(IServiceRegistry)
class ServiceRegistry:
    """See L{IServiceRegistry}; names are case-sensitive, as in QGIS Server."""

    def __init__(self) -> None:
        self._services = _Named()
        self._apis = _Named()

    def registerService(self, service: IService, owner: str = "") -> None:
        verifyObject(IService, service)
        self._services.add(service, owner)

    def getService(self, name: str, version: str = "") -> IService | None:
        return self._services.get(name, version)

    def unregisterService(self, name: str, version: str = "") -> int:
        return self._services.remove(name, version)

    def serviceNames(self) -> list[str]:
        """Names in the order in which they were first registered."""
        return list(dict.fromkeys(name for name, _ in self._services.entries))

    def registerApi(self, api: IServerApi, owner: str = "") -> bool:
        verifyObject(IServerApi, api)
        return self._apis.add(api, owner)

    def getApi(self, name: str, version: str = "") -> IServerApi | None:
        return self._apis.get(name, version)

    def unregisterApi(self, name: str, version: str = "") -> int:
        return self._apis.remove(name, version)

    def apis(self) -> list[IServerApi]:
        """The APIs in the order in which they are asked: that of C{name_version}."""
        return [api for _, (api, _owner) in sorted(self._apis.entries.items(), key=lambda e: "_".join(e[0]))]

    def removeOwned(self, owner: str) -> None:
        """Remove what a plugin registered."""
        self._services.removeOwned(owner)
        self._apis.removeOwned(owner)
