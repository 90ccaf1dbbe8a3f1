"""QGIS's filters, adapted, under the suites of our interfaces."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import succeed
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.reports import exceptionReport
from ogctwist.qgiscompat.adapters import AccessControlAdapter, CacheAdapter, FilterAdapter
from ogctwist.qgiscompat.companion import companionOf
from ogctwist.qgiscompat.core import QgsProject
from ogctwist.qgiscompat.facades import FacadePool
from ogctwist.qgiscompat.loaded import LoadedPlugin
from ogctwist.qgiscompat.server import QgsAccessControlFilter, QgsServerCacheFilter, QgsServerFilter
from ogctwist.qgiscompat.threads import Job
from ogctwist.qgiscompat.turns import Turns
from ogctwist.server.handler import RequestHandler
from tests.conformance.accesscontrol import AccessControlSuite
from tests.conformance.servercache import ServerCacheSuite
from tests.conformance.serverfilter import ServerFilterSuite


class InlineThreads:
    """Does everything at once, where it is asked."""

    def submit(self, function: Any, *arguments: Any) -> Job:
        job = Job(function, arguments)
        try:
            result = function(*arguments)
        except Exception:
            result = Failure()
        job.isDone = True
        job.deferred = succeed(result)
        return job

    def takeBack(self, job: Job) -> bool:
        return False

    def cutOff(self, job: Job) -> None:
        raise AssertionError("nothing hangs")


def pluginOf(**kinds: Any) -> LoadedPlugin:
    """A plugin without threads."""
    plugin = LoadedPlugin("tested", True, Turns(), Clock(), 10, 10)
    plugin.runner.threads = plugin.threads = InlineThreads()  # type: ignore[assignment]
    plugin.facades = FacadePool(QgsProject._q_of)
    return plugin


def handlerOf(project: Any, pool: FacadePool) -> RequestHandler:
    """A handler as the dispatcher has it when the project is loaded."""
    arrival = arrivalFrom("GET", "/", "SERVICE=WMS", "http://x/?SERVICE=WMS")
    handler = RequestHandler(arrival, lambda handler, error: exceptionReport(error, "WMS"))
    handler.project = project
    companionOf(handler).pool = pool
    return handler


class FilterTests(ServerFilterSuite, SynchronousTestCase):
    def makeFilter(self) -> Any:
        class Filter(QgsServerFilter):
            def requestReady(self) -> None:
                pass

            def onProjectReady(self) -> bool:
                return True

            def sendResponse(self) -> None:
                pass

            def onResponseComplete(self) -> bool:
                return True

        return FilterAdapter(Filter(None), pluginOf())


class AccessControlTests(AccessControlSuite, SynchronousTestCase):
    def makeAccessControl(self) -> Any:
        class Control(QgsAccessControlFilter):
            def layerPermissions(self, layer: Any) -> Any:
                rights = super().layerPermissions(layer)
                rights.canDelete = layer.name() == "layer1"
                return rights

            def layerFilterExpression(self, layer: Any) -> str:
                return "name = 'a'"

            def layerFilterSubsetString(self, layer: Any) -> None:
                return None

            def authorizedLayerAttributes(self, layer: Any, attributes: list[str]) -> tuple[str, ...]:
                return tuple(name for name in attributes if name != "role")

            def allowToEdit(self, layer: Any, feature: Any) -> bool:
                return bool(feature.attribute("role") == "b")

            def cacheKey(self) -> str:
                return "k"

        self.plugin = pluginOf()
        return AccessControlAdapter(Control(None), self.plugin)

    def makeHandler(self, project: Any) -> Any:
        from dataclasses import replace

        from tests.doubles.server import vectorLayer

        layers = {f"layer{n}": vectorLayer(f"layer{n}") for n in range(3)}
        return handlerOf(replace(project, layers={**project.layers, **layers}), FacadePool(QgsProject._q_of))


class CacheTests(ServerCacheSuite, SynchronousTestCase):
    def makeCache(self) -> Any:
        class Cache(QgsServerCacheFilter):
            """Keeps documents as they come, and images, by project and key."""

            def __init__(self) -> None:
                super().__init__(None)
                self.documents: dict[Any, bytes] = {}
                self.images: dict[Any, bytes] = {}

            def getCachedDocument(self, project: Any, request: Any, key: str) -> bytes:
                return self.documents.get((project.fileName(), key), b"")

            def setCachedDocument(self, doc: Any, project: Any, request: Any, key: str) -> bool:
                self.documents[project.fileName(), key] = bytes(doc.toByteArray(-1))
                return True

            def deleteCachedDocument(self, project: Any, request: Any, key: str) -> bool:
                return self.documents.pop((project.fileName(), key), None) is not None

            def deleteCachedDocuments(self, project: Any) -> bool:
                for each in [e for e in self.documents if e[0] == project.fileName()]:
                    del self.documents[each]
                return True

            def getCachedImage(self, project: Any, request: Any, key: str) -> bytes:
                return self.images.get((project.fileName(), key), b"")

            def setCachedImage(self, img: Any, project: Any, request: Any, key: str) -> bool:
                self.images[project.fileName(), key] = bytes(img)
                return True

            def deleteCachedImage(self, project: Any, request: Any, key: str) -> bool:
                return self.images.pop((project.fileName(), key), None) is not None

            def deleteCachedImages(self, project: Any) -> bool:
                for each in [e for e in self.images if e[0] == project.fileName()]:
                    del self.images[each]
                return True

        plugin = pluginOf()
        handler = handlerOf(self.project, plugin.facades)
        return WithHandler(CacheAdapter(Cache(), plugin), handler)


class WithHandler(CacheAdapter):
    """The suite asks without a request; QGIS's hooks are always asked for one."""

    def __init__(self, adapter: CacheAdapter, handler: RequestHandler):
        super().__init__(adapter.foreign, adapter.plugin)
        self._handler = handler

    def _keyed(self, handler: Any, convert: Any, name: str, project: Any, key: str, *first: Any) -> Any:
        return super()._keyed(handler or self._handler, convert, name, project, key, *first)
