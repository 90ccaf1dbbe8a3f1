# -*- test-case-name: tests.server.test_assemble -*-
"""
The one place where the parts are made and put together.

Nothing is global: two servers in one process share nothing but what they read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from twisted.application.service import IService, MultiService, Service
from twisted.internet.defer import CancelledError, Deferred, DeferredList, gatherResults, maybeDeferred
from twisted.internet.interfaces import IStreamServerEndpoint
from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.access.control import AccessControl
from ogctwist.cache.documents import DocumentCache
from ogctwist.cache.lru import ByteBudgetCache
from ogctwist.cache.projects import ProjectCache
from ogctwist.project.location import ProjectLocations, isStored, shownPath
from ogctwist.project.model import Project
from ogctwist.project.reader import ProjectLimits, readProject
from ogctwist.qgiscompat.parts import ServerParts
from ogctwist.qgiscompat.runtime import PluginRuntime
from ogctwist.server.dispatch import Dispatcher
from ogctwist.server.filters import FilterChain
from ogctwist.server.hooks import HookCaller
from ogctwist.server.interface import ServerInterface
from ogctwist.server.plugins import PluginLoader
from ogctwist.settings import Settings
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.postgis.database import PostgresDatabases
from ogctwist.sources.postgis.storedproject import StoredProjects
from ogctwist.streaming.producer import sendBody
from ogctwist.web.accesslog import AccessLog
from ogctwist.web.door import Door
from ogctwist.web.metrics import Metrics, poolGauges
from ogctwist.web.resource import ServerResource
from ogctwist.web.site import OgcSite
from ogctwist.web.status import StatusPages
from ogctwist.workers.pool import WorkPool

if TYPE_CHECKING:
    from ogctwist.services.wms.kit import WmsKit
    from ogctwist.services.wms.painter import MapPainter

log = Logger()

#: How many transactions run at the same time; each keeps a thread until it ends.
EDIT_THREADS = 4


class OgcServer(Service):
    """
    Everything behind the door: pools, projects, sources, plugins, services.

    Made without side effects; pools run and plugins are loaded from
    C{startService} to C{stopService}.

    @ivar dispatcher: answers requests.
    @ivar interface: the registries.
    @ivar painter: draws the maps; None before the services are registered.
    """

    name = "ogctwist"

    def __init__(self, settings: Settings, reactor: Any):
        self.settings = settings
        self.reactor = reactor
        self._warming = False
        self.painter: MapPainter | None = None
        processors = os.cpu_count() or 1
        most = settings.queuedWork
        self.renderPool = WorkPool(reactor, settings.renderThreads or processors, "render", most)
        self.dataPool = WorkPool(reactor, settings.dataThreads or 2 * processors, "data", most)
        self.editPool = WorkPool(reactor, EDIT_THREADS, "edit", most)
        self.pools = (self.renderPool, self.dataPool, self.editPool)
        self.databases = PostgresDatabases(
            applicationName=settings.applicationName,
            connections=settings.databaseConnections,
            statementTimeout=settings.databaseStatementTime,
            waitTimeout=settings.databaseWait,
        )
        self.catalogue = SourceCatalogue(
            self.dataPool,
            warmBytes=settings.featureCacheBytes,
            rasterMegabytes=max(settings.rasterCacheBytes >> 20, 1),
            roots=dataFolders(settings),
            databases=self.databases,
        )
        stored = StoredProjects(self.databases, self.dataPool, reactor.seconds)
        self.projects = projectCache(settings, reactor, self.dataPool, stored)
        self.interface = ServerInterface(self.forget)
        self.caller = HookCaller(reactor, settings.limits.hookTime)
        self.access = AccessControl(self.interface.accessControls, self.caller, self.catalogue)
        memory: ByteBudgetCache[bytes] = ByteBudgetCache(settings.documentCacheBytes)
        self.documents = DocumentCache(self.interface.serverCaches, self.caller, memory)
        parts = ServerParts(
            self.projects, projectReader(settings, stored), self.access, self.documents, self.catalogue
        )
        self.runtime = PluginRuntime(self.interface, reactor, settings, parts)
        self.plugins = PluginLoader(
            self.interface,
            settings.plugins,
            self.runtime.interfaceFor,
            self.runtime.prepare,
            self.runtime.loaded,
        )
        self.dispatcher = Dispatcher(
            FilterChain(self.interface.filters, self.caller),
            self.interface.services,
            self.projects,
            self.access,
            settings,
            partial(sendBody, clock=reactor),
            self.interface.requestScopes,
        )
        parts.dispatcher = self.dispatcher
        registerServices(self)

    def forget(self, path: str) -> None:
        """Drop the cached project of a path, and the documents made from it."""
        self.projects.forget(path)
        self.documents.forget(path)

    def startService(self) -> None:
        """Start the pools and load the plugins."""
        super().startService()
        for pool in self.pools:
            pool.start()
        self.plugins.load()
        self._warm()

    def _warm(self) -> None:
        """Read the default project, so that its first visitor does not wait for that."""
        if not self.settings.project:
            return
        self._warming = True

        def warmed(result: Any) -> None:
            self._warming = False
            if isinstance(result, Failure) and not result.check(CancelledError):
                log.error("the default project: {reason}", reason=result.getErrorMessage())

        self.projects.project(self.projects.locate("")).addBoth(warmed)

    def notReady(self) -> str:
        """Why requests should go elsewhere for now, or ''."""
        return "reading the default project" if self._warming else ""

    def stopService(self) -> Deferred[Any]:
        """@return: Deferred that fires when no thread works any more."""
        super().stopService()
        self.plugins.unload()
        self.runtime.stop()
        stopping = gatherResults([pool.stop() for pool in self.pools], consumeErrors=True)

        def close(result: Any) -> Any:
            self.catalogue.close()
            return result

        return stopping.addBoth(close)

    def sections(self) -> dict[str, Any]:
        """What the status page says: name to a callable that answers a JSON value."""
        return {
            "projects": self._projectsSection,
            "plugins": self._pluginsSection,
            "services": self.interface.services.serviceNames,
            "pools": lambda: [asdict(pool.statistics()) for pool in self.pools],
            "caches": lambda: {"documents": asdict(self.documents.memory.counts)},
            "layers": self._layersSection,
        }

    def _layersSection(self) -> list[dict[str, Any]]:
        """Layers that are not served, or not drawn as their styles want it, and why."""
        found = [
            (path, layer.id, layer.failure)
            for path in self.projects.paths
            if (project := self.projects.cached(path)) is not None
            for layer in project.layers.values()
            if layer.failure is not None
        ]
        if self.painter is not None:
            found += [(path, layerId, reason) for (path, layerId), reason in self.painter.failures.items()]
            found += [
                (*where, f"not drawn: {', '.join(names)}") for where, names in self.painter.plans.lacks()
            ]
        return [{"project": shownPath(path), "layer": id_, "problem": why} for path, id_, why in found]

    def _projectsSection(self) -> list[dict[str, Any]]:
        problems = self.projects.problems
        return [
            {
                "path": shownPath(path),
                "problem": problems[path].reason if path in problems else "",
                "served": problems[path].isServed if path in problems else True,
            }
            for path in dict.fromkeys((*self.projects.paths, *problems))
        ]

    def _pluginsSection(self) -> list[dict[str, Any]]:
        return [
            {
                "name": plugin.name,
                "title": plugin.title,
                "version": plugin.metadata.get("version", ""),
                "loaded": plugin.isLoaded,
                "refused": plugin.refusal,
            }
            for plugin in self.plugins.plugins
        ]


class ServerService(MultiService):
    """
    A whole server: what C{twistd} runs.

    @ivar server: what is behind the door.
    @ivar door: the listening sockets.
    """

    def __init__(self, server: OgcServer, door: Door):
        super().__init__()
        self.server = server
        self.door = door
        self._manhole: IService | None = None
        server.setServiceParent(self)
        door.setServiceParent(self)

    def reload(self) -> None:
        """Open the access log again, and read the projects again when they are asked for."""
        if self.door.site.accessLog is not None:
            self.door.site.accessLog.open()
        for path in self.server.projects.paths:
            self.server.forget(path)

    def offerPrompt(self, manhole: IService) -> None:
        """Let those who look after the server in at a prompt, until it stops."""
        self._manhole = manhole
        manhole.setServiceParent(self)

    def stopService(self) -> Deferred[Any]:
        """First the prompt and the door, then what is behind it."""
        Service.stopService(self)
        closing = [self.door.stopService()]
        if self._manhole is not None:
            closing.append(maybeDeferred(self._manhole.stopService))
        return DeferredList(closing, consumeErrors=True).addBoth(lambda _: self.server.stopService())


def projectReader(settings: Settings, stored: StoredProjects | None = None) -> Callable[[str], Project]:
    """Reads the projects that the settings let be read, with what they embed, and those in databases."""
    named = [path for path in (settings.project, *settings.aliases.values()) if not isStored(path)]
    limits = ProjectLimits(settings.limits.projectSize, settings.limits.projectNodes)
    folders = [os.path.dirname(os.path.abspath(path)) for path in named if path]
    roots = (*settings.projectsRoots, *settings.dataRoots, *folders)
    return partial(
        readProject,
        roots=roots,
        limits=limits,
        localizedFolders=settings.dataRoots,
        stored=None if stored is None else stored.read,
    )


def dataFolders(settings: Settings) -> tuple[str, ...]:
    """
    The folders that layers may read from: those of the projects, and the data
    roots.  A path elsewhere in a project is refused, with the setting's name in the log.
    """
    named = [path for path in (settings.project, *settings.aliases.values()) if not isStored(path)]
    folders = (os.path.dirname(os.path.abspath(path)) for path in named if path)
    return (*settings.projectsRoots, *settings.dataRoots, *folders)


def projectCache(settings: Settings, reactor: Any, pool: WorkPool, stored: StoredProjects) -> ProjectCache:
    """The projects that the settings let requests name."""
    locations = ProjectLocations(settings.project or None, settings.projectsRoots, settings.aliases)
    interval = settings.projectCacheCheckInterval / 1000
    return ProjectCache(
        pool,
        projectReader(settings, stored),
        reactor,
        locations,
        settings.ignoreBadLayers,
        settings.projectCacheSize,
        {"off": float("inf"), "periodic": max(interval, 1.0)}.get(settings.projectCacheStrategy, interval),
        version=stored.version,
    )


def registerServices(server: OgcServer) -> None:
    """Make the services and register them, WMS first, as QGIS lists them."""
    from ogctwist.services.ogcapi.api import FeaturesApi
    from ogctwist.services.ogcapi.kit import ApiKit
    from ogctwist.services.wcs.kit import CoverageLimits, WcsKit
    from ogctwist.services.wcs.service import WcsService
    from ogctwist.services.wfs.editing import Editing, callerIn
    from ogctwist.services.wfs.kit import WfsKit
    from ogctwist.services.wfs.service import wfsServices
    from ogctwist.services.wms.service import wmsServices
    from ogctwist.services.wmts.kit import WmtsKit
    from ogctwist.services.wmts.service import WmtsService
    from ogctwist.sources.editing.catalogue import EditCatalogue

    settings, limits = server.settings, server.settings.limits
    pool, documents, clock = server.dataPool, server.documents, server.reactor
    maps = mapKit(server)
    editing = Editing(server.editPool, EditCatalogue(settings.applicationName), callerIn(clock))
    features = WfsKit(pool, documents, clock, limits.layers, limits.transactionActions, editing)
    cost = CoverageLimits(limits.imageSide, limits.imagePixels, seconds=limits.renderTime)
    coverages = WcsService(WcsKit(pool, documents, clock, cost))
    services = (*wmsServices(maps), *wfsServices(features), coverages, WmtsService(WmtsKit.over(maps)))
    for service in services:
        server.interface.services.registerService(service)
    root, most = settings.apiWfs3RootPath, settings.apiWfs3MaxLimit
    api = FeaturesApi(ApiKit(pool, clock, editing, root, most, settings.apiResourcesDirectory))
    if not settings.isApiDisabled(api.name):
        server.interface.services.registerApi(api)


def mapKit(server: OgcServer) -> WmsKit:
    """What draws maps, within the sizes that the settings allow."""
    from ogctwist.services.wms.kit import WmsKit
    from ogctwist.services.wms.mapparameters import SizeLimits
    from ogctwist.services.wms.painter import MapPainter
    from ogctwist.services.wms.plans import RenderPlans

    settings, limits = server.settings, server.settings.limits
    side = limits.imageSide
    sizes = SizeLimits(
        min(side, settings.wmsMaxWidth) if settings.wmsMaxWidth > 0 else side,
        min(side, settings.wmsMaxHeight) if settings.wmsMaxHeight > 0 else side,
        limits.imagePixels,
    )
    server.painter = MapPainter(
        server.renderPool, RenderPlans(), server.reactor, limits.renderTime, settings.ignoreBadLayers
    )
    return WmsKit(server.renderPool, server.painter, server.documents, sizes, limits.layers)


def makeService(
    settings: Settings,
    reactor: Any,
    endpoints: Sequence[IStreamServerEndpoint] | None = None,
    worker: int = 0,
) -> ServerService:
    """
    A server that listens where the settings say.

    @param endpoints: where it listens instead: sockets that are bound already.
    @param worker: its number among the processes that share them; 0: it is alone.
    @raise ValueError: an endpoint cannot be understood.
    """
    # Arrow's own allocators keep what they once had: with the system's, memory does not grow
    # with the features that passed through.
    pa.set_memory_pool(pa.system_memory_pool())
    server = OgcServer(settings, reactor)
    metrics = Metrics(worker)
    status = StatusPages(
        settings,
        reactor,
        metrics,
        server.sections(),
        lambda: poolGauges(pool.statistics() for pool in server.pools),
        server.notReady,
    )
    names = server.interface.services.serviceNames
    resource = ServerResource(server.dispatcher, settings, status, metrics, server.renderPool, names)
    accessLog = AccessLog(settings.accessLog, settings.logFormat) if settings.accessLog else None
    site = OgcSite(resource, reactor, settings.limits, accessLog)
    door = Door(site, endpoints or settings.listen, settings.shutdownGrace, reactor)
    service = ServerService(server, door)
    if settings.manhole and worker <= 1:
        # An address can be listened on once: of several workers, the first offers the prompt.
        from ogctwist.server.manhole import manholeService

        at = {"server": server, "settings": settings, "service": service}
        service.offerPrompt(
            manholeService(settings.manhole, settings.manholeKeys, at, reactor, settings.manholeHostKey)
        )
    return service
