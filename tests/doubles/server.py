"""A server of doubles around a real dispatcher."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from zope.interface import implementer

from ogctwist.access.control import AccessControl
from ogctwist.interfaces import IServerApi, IService, IStreamedBody
from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.reports import exceptionReport, jsonReport
from ogctwist.project.errors import ProjectNotFound
from ogctwist.project.layers import DataSource, FieldSettings, Layer, LayerKind
from ogctwist.project.model import GroupNode, LayerNode, Project
from ogctwist.project.publication import Publication
from ogctwist.server.dispatch import Dispatcher
from ogctwist.server.filters import FilterChain
from ogctwist.server.hooks import HookCaller
from ogctwist.server.interface import PluginInterface, ServerInterface
from ogctwist.settings import Settings
from ogctwist.sources.query import FieldType, Restriction, SourceError, SourceField, SourceSchema
from ogctwist.streaming.producer import sendBody
from tests.doubles.delivery import MemoryDelivery


def vectorLayer(layerId: str, *fields: str, name: str = "") -> Layer:
    """A layer of points with text fields."""
    return Layer(
        layerId,
        name or layerId,
        LayerKind.VECTOR,
        DataSource("memory", f"Point?{layerId}"),
        wkbType="Point",
        fields=tuple(FieldSettings(field) for field in fields),
    )


def projectOf(
    path: str = "/projects/a.qgs", *layers: Layer, version: str = "1", **publication: Any
) -> Project:
    """A project of these layers."""
    return Project(
        path=path,
        version=version,
        title="",
        qgisVersion="3.34.0",
        crs=None,
        layers={layer.id: layer for layer in layers},
        tree=GroupNode("", tuple(LayerNode(layer.id, layer.name) for layer in layers)),
        publication=Publication(**publication),
    )


class MemoryProjects:
    """
    Projects by the value of MAP; the one named '' is the default.

    @ivar asked: the paths that were asked for.
    """

    def __init__(self, **projects: Project):
        self.byName: dict[str, Any] = dict(projects)
        self.asked: list[str] = []

    def locate(self, name: str) -> str:
        if name in self.byName:
            return self.byName[name].path
        raise ProjectNotFound("no such project", name)

    def project(self, path: str) -> Deferred[Project]:
        self.asked.append(path)
        for project in self.byName.values():
            if project.path == path:
                return succeed(project)
        return fail(ProjectNotFound("no such project", path))


class DescribedSource:
    """The part of a feature source that access control asks."""

    def __init__(self, fields: Iterable[str] | None, restriction: Restriction):
        self.fields = fields
        self.restriction = restriction

    def describe(self) -> Deferred[SourceSchema]:
        if self.fields is None:
            return fail(SourceError("cannot be opened"))
        return succeed(SourceSchema(tuple(SourceField(name, FieldType.STRING) for name in self.fields)))


class MemoryCatalogue:
    """
    Sources that know their fields.

    @ivar fields: by layer id, where they are not those of the project; None for a source that fails.
    """

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def features(self, layer: Layer, restriction: Restriction) -> Any:
        fields = self.fields.get(layer.id, [field.name for field in layer.fields])
        return DescribedSource(fields, restriction)

    def coverage(self, layer: Layer, restriction: Restriction) -> Any:
        return DescribedSource((), restriction)


@implementer(IService)
class ScriptedService:
    """A service that does as it is told."""

    def __init__(self, execute: Callable[..., Any], name: str = "WMS", version: str = "1.3.0"):
        """
        @param execute: called with request, response, project.
        """
        self.name = name
        self.version = version
        self.executeRequest = execute
        self.requests: list[Any] = []

    def executeRequest(self, request, response, project):
        """Replaced by the script."""

    def formatException(self, error, request):
        return exceptionReport(error, self.name, request.parameters.text("VERSION"))


@implementer(IServerApi)
class ScriptedApi:
    """An API that does as it is told."""

    def __init__(
        self, execute: Callable[..., Any], root: str = "/api", name: str = "API", version: str = "1"
    ):
        self.name = name
        self.version = version
        self.root = root
        self.executeRequest = execute

    def accept(self, path):
        return path.startswith(self.root)

    def executeRequest(self, request, response, project):
        """Replaced by the script."""

    def formatException(self, error, request):
        return jsonReport(error)


@implementer(IStreamedBody)
class ListedBody:
    """
    A body of given chunks.

    @ivar asked: how many chunks were asked for.
    @ivar closed: how often it was closed.
    """

    def __init__(self, *chunks: Any, tail: bytes = b"</end>"):
        self.chunks = self._walk(chunks)
        self._tail = tail
        self.asked = 0
        self.closed = 0

    def _walk(self, chunks: Iterable[Any]) -> Any:
        for chunk in chunks:
            self.asked += 1
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def tail(self):
        return self._tail

    def close(self):
        self.closed += 1


def answering(body: bytes = b"core", contentType: str = "text/plain") -> Callable[..., None]:
    """A script for a service: one body at once."""

    def execute(request: Any, response: Any, project: Any) -> None:
        response.setHeader("Content-Type", contentType)
        response.write(body)

    return execute


def streaming(body: IStreamedBody) -> Callable[..., None]:
    """A script for a service: a streamed body."""

    def execute(request: Any, response: Any, project: Any) -> None:
        response.setHeader("Content-Type", "text/xml")
        response.stream(body)

    return execute


class DoubleServer:
    """
    A dispatcher with its registries.

    @ivar interface: what a plugin would be given.
    """

    def __init__(self, *services: Any, settings: Settings | None = None, clock: Any = None):
        """
        @param clock: a reactor, where time is to pass by itself.
        """
        self.clock = clock or Clock()
        self.server = ServerInterface()
        self.interface = PluginInterface(self.server, "tested")
        self.projects = MemoryProjects(**{"": projectOf(), "b": projectOf("/projects/b.qgs")})
        self.catalogue = MemoryCatalogue()
        self.caller = HookCaller(self.clock, 10)
        self.settings = settings or Settings()
        self.access = AccessControl(self.server.accessControls, self.caller, self.catalogue)
        self._number = 0
        for service in services:
            self.server.services.registerService(service)
        self.dispatcher = Dispatcher(
            FilterChain(self.server.filters, self.caller),
            self.server.services,
            self.projects,
            self.access,
            self.settings,
            lambda body, delivery: sendBody(body, delivery, self.clock),
            self.server.requestScopes,
        )

    def arrival(
        self,
        query: str = "SERVICE=WMS",
        path: str = "/",
        method: str = "GET",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        requestId: str = "",
    ):
        """A request as the door makes it."""
        self._number += 1
        url = f"http://maps.example.org{path}" + (f"?{query}" if query else "")
        return arrivalFrom(
            method, path, query, url, headers, body,
            remoteAddress="192.0.2.7", requestId=requestId or f"request-{self._number}",
        )  # fmt: skip

    def start(self, *arguments: Any, delivery: MemoryDelivery | None = None, **named: Any):
        """Send a request.  @return: the delivery, and the Deferred of the dispatcher."""
        delivery = delivery or MemoryDelivery()
        return delivery, self.dispatcher.handle(self.arrival(*arguments, **named), delivery)
