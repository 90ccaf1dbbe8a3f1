# -*- test-case-name: tests.qgiscompat.test_services -*-
"""QgsService, and the registry of services and APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.logger import Logger

from ogctwist.qgiscompat.wrapper import Wrapper, abstract, isMade

if TYPE_CHECKING:
    from ogctwist.interfaces import IService
    from ogctwist.qgiscompat.runtime import PluginRuntime

log = Logger()


class QgsService(Wrapper):
    """A service of a plugin's own, or another version of one of ours."""

    def _make(self, a0: Any = None) -> None:
        """There is nothing to it."""

    def name(self) -> Any:
        """The value of SERVICE."""
        return abstract(self, "name", "")

    def version(self) -> Any:
        """The version."""
        return abstract(self, "version", "")

    def executeRequest(self, request: Any, response: Any, project: Any) -> Any:
        """Carry out a request (QgsServerRequest): write to the response (QgsServerResponse)."""
        abstract(self, "executeRequest")


class QgsServiceModule(Wrapper):
    """Registers services; in QGIS for those that are written in C++."""

    def _make(self, a0: Any = None) -> None:
        """There is nothing to it."""

    def registerSelf(self, registry: Any, serverIface: Any = None) -> Any:
        """Register them."""
        abstract(self, "registerSelf")


class QgsServiceRegistry(Wrapper):
    """Services and APIs by name and version; the first version of a name is its default."""

    _q_services: dict[tuple[str, str], Any]
    _q_apis: dict[tuple[str, str], Any]

    def _make(self, a0: Any = None) -> None:
        self._q_services = dict(a0._q_services) if a0 is not None else {}
        self._q_apis = dict(a0._q_apis) if a0 is not None else {}

    def init(self, nativeModulepath: str, serverIface: Any = None) -> None:
        """Without effect: our own services are there already."""

    def cleanUp(self) -> None:
        """Forget all services and APIs."""
        self._q_services.clear()
        self._q_apis.clear()

    def registerService(self, service: QgsService) -> None:
        """Register a service; a second one of the same name and version is ignored."""
        _add(self._q_services, service)

    def registerApi(self, api: Any) -> bool:
        """Register an API.  @return: whether it is registered now."""
        return _add(self._q_apis, api)

    def getService(self, name: str, version: str = "") -> Any:
        """The service; None when there is none of that name."""
        return _get(self._q_services, name, version)

    def getApi(self, name: str, version: str = "") -> Any:
        """The API; None when there is none of that name."""
        return _get(self._q_apis, name, version)

    def unregisterService(self, name: str, version: str = "") -> int:
        """Remove a service, or all its versions.  @return: how many."""
        return _remove(self._q_services, name, version)

    def unregisterApi(self, name: str, version: str = "") -> int:
        """Remove an API, or all its versions.  @return: how many."""
        return _remove(self._q_apis, name, version)


def _add(entries: dict[tuple[str, str], Any], entry: Any) -> bool:
    key = (entry.name(), entry.version())
    if key in entries:
        log.critical("{name} {version} is registered already", name=key[0], version=key[1])
        return False
    entries[key] = entry
    return True


def _get(entries: dict[tuple[str, str], Any], name: str, version: str) -> Any:
    exact = entries.get((name, version))
    return exact or next((entry for key, entry in entries.items() if key[0] == name), None)


def _remove(entries: dict[tuple[str, str], Any], name: str, version: str) -> int:
    keys = [key for key in entries if key[0] == name and version in ("", key[1])]
    for key in keys:
        del entries[key]
    return len(keys)


class LiveServiceRegistry(QgsServiceRegistry):
    """The registry of the server, for one plugin."""

    _q_runtime: PluginRuntime
    _q_native: Any
    _q_interface: Any

    def _make(self, runtime: Any, native: Any = None, interface: Any = None) -> None:  # type: ignore[override]
        self._q_runtime, self._q_native, self._q_interface = runtime, native, interface

    def cleanUp(self) -> None:
        """Without effect: other plugins, and the server itself, have services here."""

    def registerService(self, service: Any) -> None:
        """Register a service; a second one of the same name and version is ignored."""
        self._q_native.registerService(_made(service))

    def registerApi(self, api: Any) -> bool:
        """Register an API.  @return: whether it is registered now."""
        return bool(self._q_native.registerApi(_made(api)))

    def getService(self, name: str, version: str = "") -> Any:
        """The service: that of a plugin as it was registered, one of ours as a L{NativeService}."""
        found = self._q_native.getService(name, version)
        if found is None:
            return None
        return getattr(found, "foreign", None) or NativeService(self._q_runtime, found)

    def getApi(self, name: str, version: str = "") -> Any:
        """The API of a plugin as it was registered; one of ours is itself."""
        found = self._q_native.getApi(name, version)
        return getattr(found, "foreign", found)

    def unregisterService(self, name: str, version: str = "") -> int:
        """Remove a service, or all its versions.  @return: how many."""
        return int(self._q_native.unregisterService(name, version))

    def unregisterApi(self, name: str, version: str = "") -> int:
        """Remove an API, or all its versions.  @return: how many."""
        return int(self._q_native.unregisterApi(name, version))


def _made(thing: Any) -> Any:
    if not isMade(thing):
        raise RuntimeError(f"super-class __init__() of type {type(thing).__name__} was never called")
    return thing


class NativeService(QgsService):
    """One of our own services, for a plugin that has it do a part of its work."""

    _q_runtime: PluginRuntime
    _q_native: IService

    def _make(self, runtime: Any, native: Any = None) -> None:  # type: ignore[override]
        self._q_runtime, self._q_native = runtime, native

    def name(self) -> str:
        """The value of SERVICE."""
        return str(self._q_native.name)

    def version(self) -> str:
        """The version."""
        return str(self._q_native.version)

    def executeRequest(self, request: Any, response: Any, project: Any) -> None:
        """
        Carry out a request; blocks.  What is streamed is flushed chunk by chunk; the closing
        part is not.  A failure is written as its exception report.
        """
        from ogctwist.qgiscompat.nested import execute

        execute(self._q_runtime, self._q_native, request, response, project)
