# -*- test-case-name: tests.qgiscompat.test_cache -*-
"""QgsServerCacheFilter, QgsServerCacheManager and QgsCapabilitiesCache."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper

if TYPE_CHECKING:
    from ogctwist.qgiscompat.server.interface import QgsServerInterface


class _Hooks(Wrapper):
    """
    The hooks as they are without a plugin: nothing is kept.  They are above
    L{QgsServerCacheFilter} so that C{super(QgsServerCacheFilter, self)} finds them.
    """

    _q_interface: QgsServerInterface | None

    def _make(self, serverInterface: Any) -> None:
        if isinstance(serverInterface, _Hooks):
            serverInterface = serverInterface._q_interface
        self._q_interface = serverInterface

    def serverInterface(self) -> Any:
        """The interface that the filter was made with."""
        return self._q_interface

    def getCachedDocument(self, project: Any, request: Any, key: str) -> Any:
        """The document (a QByteArray), empty for a miss."""
        return qtModule("QtCore").QByteArray()

    def setCachedDocument(self, doc: Any, project: Any, request: Any, key: str) -> Any:
        """Keep a document (a QDomDocument).  @return: whether it was kept."""
        return False

    def deleteCachedDocument(self, project: Any, request: Any, key: str) -> Any:
        """Delete it.  @return: whether there was one."""
        return False

    def deleteCachedDocuments(self, project: Any) -> Any:
        """Delete all of a project.  @return: whether that was done."""
        return False

    def getCachedImage(self, project: Any, request: Any, key: str) -> Any:
        """The image (a QByteArray), empty for a miss."""
        return qtModule("QtCore").QByteArray()

    def setCachedImage(self, img: Any, project: Any, request: Any, key: str) -> Any:
        """Keep an image (a QByteArray).  @return: whether it was kept."""
        return False

    def deleteCachedImage(self, project: Any, request: Any, key: str) -> Any:
        """Delete it.  @return: whether there was one."""
        return False

    def deleteCachedImages(self, project: Any) -> Any:
        """Delete all of a project.  @return: whether that was done."""
        return False


class QgsServerCacheFilter(_Hooks):
    """A store of documents and images, of a plugin."""


class QgsServerCacheManager(Wrapper):
    """
    Asks the cache filters: the first that has something, or takes it, ends the round.
    """

    _q_filters: list[tuple[int, Any]]

    def _make(self, settings: Any = None) -> None:
        self._q_filters = list(settings._q_filters) if isinstance(settings, QgsServerCacheManager) else []

    def registerServerCache(self, serverCache: Any, priority: int = 0) -> None:
        """Register a filter; lower priorities are asked first."""
        self._q_filters = sorted([(priority, serverCache), *self._q_filters], key=lambda entry: entry[0])

    def _q_ask(self, hook: str, *arguments: Any) -> Any:
        """The first answer that is not empty."""
        for _, each in self._q_filters:
            answer = getattr(each, hook)(*arguments)
            if answer is True or (answer and not isinstance(answer, bool)):
                return answer
        return None

    @staticmethod
    def _q_key(request: Any, accessControl: Any) -> str | None:
        """What the answer depends on; None when it must not be kept."""
        keys: list[str] = []
        if accessControl is not None and not accessControl.fillCacheKey(keys):
            return None
        pairs = sorted(request.parameters().items())
        return "&".join([*(f"{name}={value}" for name, value in pairs), *keys])

    def getCachedDocument(self, doc: Any, project: Any, request: Any, accessControl: Any) -> bool:
        """Read the document that is kept into C{doc}.  @return: whether there is one, and it is XML."""
        key = self._q_key(request, accessControl)
        found = None if key is None else self._q_ask("getCachedDocument", project, request, key)
        if not found:
            return False
        done = doc.setContent(qtModule("QtCore").QByteArray(bytes(found)))
        return bool(done[0] if isinstance(done, tuple) else done)

    def setCachedDocument(self, doc: Any, project: Any, request: Any, accessControl: Any) -> bool:
        """Keep a document.  @return: whether a filter took it."""
        key = self._q_key(request, accessControl)
        return key is not None and bool(self._q_ask("setCachedDocument", doc, project, request, key))

    def deleteCachedDocument(self, project: Any, request: Any, accessControl: Any) -> bool:
        """Delete a document.  @return: whether there was one."""
        key = self._q_key(request, accessControl)
        return key is not None and bool(self._q_ask("deleteCachedDocument", project, request, key))

    def deleteCachedDocuments(self, project: Any) -> bool:
        """Delete all documents of a project.  @return: whether a filter did."""
        return bool(self._q_ask("deleteCachedDocuments", project))

    def getCachedImage(self, project: Any, request: Any, accessControl: Any) -> Any:
        """The image that is kept (a QByteArray), empty for none."""
        key = self._q_key(request, accessControl)
        found = None if key is None else self._q_ask("getCachedImage", project, request, key)
        return qtModule("QtCore").QByteArray(bytes(found or b""))

    def setCachedImage(self, img: Any, project: Any, request: Any, accessControl: Any) -> bool:
        """Keep an image.  @return: whether a filter took it."""
        key = self._q_key(request, accessControl)
        image = qtModule("QtCore").QByteArray(bytes(img))
        return key is not None and bool(self._q_ask("setCachedImage", image, project, request, key))

    def deleteCachedImage(self, project: Any, request: Any, accessControl: Any) -> bool:
        """Delete an image.  @return: whether there was one."""
        key = self._q_key(request, accessControl)
        return key is not None and bool(self._q_ask("deleteCachedImage", project, request, key))

    def deleteCachedImages(self, project: Any) -> bool:
        """Delete all images of a project.  @return: whether a filter did."""
        return bool(self._q_ask("deleteCachedImages", project))


class LiveCacheManager(QgsServerCacheManager):
    """The filters of the server, whoever registered them."""

    _q_runtime: Any

    def _make(self, runtime: Any) -> None:  # type: ignore[override]
        super()._make()
        self._q_runtime = runtime

    def registerServerCache(self, serverCache: Any, priority: int = 0) -> None:
        """
        @raise RuntimeError: the server's interface is where they are registered.
        """
        raise RuntimeError("register a cache filter with the server interface")

    def _q_ask(self, hook: str, *arguments: Any) -> Any:
        """Ask those that QGIS plugins registered; each in its own plugin's thread."""
        for entry in self._q_runtime.server.serverCaches:
            foreign = getattr(entry.provider, "foreign", None)
            if foreign is None:
                continue
            answer = self._q_runtime.callForeign(entry.provider, hook, arguments)
            if answer is True or (answer and not isinstance(answer, bool)):
                return answer
        return None


#: How many projects' documents a L{QgsCapabilitiesCache} keeps.
PROJECTS = 40


class QgsCapabilitiesCache(qtModule("QtCore").QObject):  # type: ignore[misc]
    """
    Capabilities that plugins keep by project and key.  Those that the server makes are kept
    elsewhere, by the rights of the request; C{removeCapabilitiesDocument} forgets them too.
    """

    def __init__(self, size: int = PROJECTS, runtime: Any = None):
        super().__init__()
        self._q_size = size
        self._q_runtime = runtime
        self._q_documents: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def searchCapabilitiesDocument(self, configFilePath: str, key: str) -> Any:
        """The document (a QDomDocument), None when there is none."""
        return self._q_documents.get(configFilePath, {}).get(key)

    def insertCapabilitiesDocument(self, configFilePath: str, key: str, doc: Any) -> None:
        """Keep a document."""
        self._q_documents.setdefault(configFilePath, {})[key] = doc
        self._q_documents.move_to_end(configFilePath)
        while len(self._q_documents) > self._q_size:
            self._q_documents.popitem(last=False)

    def removeCapabilitiesDocument(self, path: str) -> None:
        """Forget those of a project."""
        self._q_documents.pop(path, None)
        if self._q_runtime is not None:
            self._q_runtime.parts.documents.forget(path)
