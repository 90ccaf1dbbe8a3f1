# -*- test-case-name: tests.server.test_dispatch -*-
"""The life of a request, from its arrival to its delivery."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IDelivery, IDispatcher, IStreamedBody, OWSException
from ogctwist.ows.reports import exceptionReport, serverExceptionReport
from ogctwist.project.errors import ProjectError, ProjectNotFound
from ogctwist.server.current import currentHandler
from ogctwist.server.filters import FilterChain, IRequestScope
from ogctwist.server.handler import INTERNAL_ERROR, RequestHandler
from ogctwist.server.registry import ServiceRegistry
from ogctwist.server.reports import (
    PreparedReport,
    ServerException,
    projectFileError,
    projectProblem,
    unknownService,
)
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.server.streamed import FilteredBody

if TYPE_CHECKING:
    from ogctwist.access.control import AccessControl, RequestAccess
    from ogctwist.ows.arrival import Arrival
    from ogctwist.project.model import Project
    from ogctwist.settings import Settings

log = Logger()

#: Requests that QGIS Server takes for WMS when SERVICE is empty.
_WMS_WITHOUT_SERVICE = frozenset({"GETMAP", "GETFEATUREINFO"})


class Projects(Protocol):
    """Where projects come from."""

    def locate(self, name: str) -> str:
        """
        @param name: the value of MAP; '' for the default project.
        @return: the path of the project's file.
        @raise ProjectNotFound: there is none, or none that may be named.
        """

    def project(self, path: str) -> Deferred[Project]:
        """@return: the project; fails with L{ProjectError}."""


class Exchange:
    """What belongs to one request while it is served."""

    def __init__(
        self, handler: RequestHandler, delivery: IDelivery, access: RequestAccess, filters: FilterChain
    ):
        self.handler = handler
        self.handler.access = access
        self.delivery = delivery
        self.access = access
        self._filters = filters
        self.held: list[IRequestScope] = []
        self.isComplete = False

    async def enter(self, scopes: Sequence[IRequestScope]) -> None:
        """Take hold of all scopes, in order."""
        for scope in scopes:
            await _awaited(scope.enter(self.handler))
            self.held.append(scope)

    def serve(self) -> None:
        """Tell the scopes that the service begins."""
        for scope in self.held:
            scope.serving(self.handler)

    async def complete(self) -> None:
        """Run responseComplete of the filters, once."""
        if self.isComplete:
            return
        self.isComplete = True
        try:
            await self._filters.responseComplete(self.handler)
        finally:
            for scope in reversed(self.held):
                scope.completed(self.handler)

    def leave(self) -> None:
        """Let go of the scopes."""
        for scope in reversed(self.held):
            scope.leave(self.handler)


@implementer(IDispatcher)
class Dispatcher:
    """
    Answers requests: filters, project, service, filters, delivery.

    requestReady of every filter; unless one set an exception: the project that
    MAP names by now, projectReady, and the API or service that the request is
    for; then, whatever happened, responseComplete, and the answer leaves.
    """

    def __init__(
        self,
        filters: FilterChain,
        services: ServiceRegistry,
        projects: Projects,
        access: AccessControl,
        settings: Settings,
        stream: Callable[[IStreamedBody, IDelivery], Deferred[None]],
        scopes: Callable[[], Sequence[IRequestScope]] = tuple,
    ):
        """
        @param stream: sends a body to a delivery that has begun; fires when it was
            finished or aborted.
        @param scopes: what a request has to hold while it is served, in order.
        """
        self._filters = filters
        self._services = services
        self._projects = projects
        self._access = access
        self._settings = settings
        self._stream = stream
        self._scopes = scopes

    def handle(self, arrival: Arrival, delivery: IDelivery) -> Deferred[None]:
        """See L{IDispatcher}."""
        return Deferred.fromCoroutine(self._handle(arrival, delivery))

    async def _handle(self, arrival: Arrival, delivery: IDelivery) -> None:
        handler = RequestHandler(arrival, self._reportOf)
        currentHandler.set(handler)
        exchange = Exchange(handler, delivery, self._access.forRequest(handler), self._filters)
        try:
            await exchange.enter(self._scopes())
            await self._serve(exchange)
        finally:
            exchange.leave()

    async def _serve(self, exchange: Exchange) -> None:
        handler = exchange.handler
        body: FilteredBody | None = None
        try:
            await self._answer(exchange)
            stream, handler.answer.stream = handler.answer.stream, None
            if stream is not None:
                body = FilteredBody(stream, self._filters, handler, exchange.complete)
            if body is not None and await self._begins(body, handler):
                await self._sendStream(exchange, body)
            else:
                await exchange.complete()
                await self._sendAll(exchange)
        except CancelledError:
            handler.isLost = True
            handler.answer.dropStream()
            await exchange.complete()
        finally:
            if body is not None:
                body.close()

    # The answer.

    async def _answer(self, exchange: Exchange) -> None:
        """Have the service answer, or put the report of what went wrong in its place."""
        handler = exchange.handler
        try:
            handler.configFilePath = self._pathNow(handler)
            await self._filters.requestReady(handler)
            if not handler.isStopped:
                await self._execute(exchange)
        except Exception as error:
            handler.answer.dropStream()
            self._explain(handler, error)

    def _pathNow(self, handler: RequestHandler) -> str:
        """The path of the project that MAP names; '' when there is none, or it may not be named."""
        try:
            return self._projects.locate(handler.parameter("MAP"))
        except ProjectNotFound:
            return ""

    def _explain(self, handler: RequestHandler, error: Exception) -> None:
        """Make the report of a failure the answer; to be called while it is handled."""
        if isinstance(error, CancelledError):
            raise error
        if isinstance(error, OWSException):
            handler.report(error)
        elif isinstance(error, ProjectError):
            log.error("request {requestId}: {reason}", requestId=handler.requestId, reason=str(error))
            handler.report(projectProblem(error))
        else:
            log.failure("request {requestId} failed", requestId=handler.requestId)
            handler.fail()

    async def _execute(self, exchange: Exchange) -> None:
        handler = exchange.handler
        await self._loadProject(handler)
        await self._filters.projectReady(handler)
        if handler.isStopped:
            return
        exchange.serve()
        project = handler.project
        api = await self._apiOf(handler)
        if api is None and project is None:
            raise projectFileError(500)
        service = api or self._serviceOf(handler)
        if service is None:
            raise unknownService(self._services.serviceNames())
        fileName = handler.parameter("FILE_NAME")
        if fileName and api is None:
            handler.setResponseHeader("Content-Disposition", attachment(fileName))
        request = ServiceRequest(handler, self._settings, exchange.access)
        await _awaited(service.executeRequest(request, ServiceResponse(handler.answer), project))

    async def _loadProject(self, handler: RequestHandler) -> None:
        path = handler.configFilePath = self._pathNow(handler)
        if path:
            handler.project = await self._projects.project(path)
        elif handler.parameter("MAP"):
            raise projectFileError(404)

    async def _apiOf(self, handler: RequestHandler) -> Any:
        """The API that the request is for; only when it has no SERVICE."""
        handler.isRouted = True
        if handler.parameter("SERVICE"):
            return None
        for api in self._services.apis():
            if await _awaited(api.accept(handler.path())):
                handler.api = api
                return api
        return None

    def _apiAtOnce(self, handler: RequestHandler) -> Any:
        """The API that a request would have been for, by those that know without being waited for."""
        if handler.isRouted or handler.parameter("SERVICE"):
            return None
        for api in self._services.apis():
            answer = api.accept(handler.path())
            if answer is True:
                return api
            if isinstance(answer, Deferred):
                answer.addErrback(lambda failure: None)
                answer.cancel()
        return None

    def _serviceOf(self, handler: RequestHandler) -> Any:
        name = handler.parameter("SERVICE")
        if not name and handler.parameter("REQUEST").upper() in _WMS_WITHOUT_SERVICE:
            name = "WMS"
        return self._services.getService(name, handler.parameter("VERSION"))

    def _reportOf(self, handler: RequestHandler, error: OWSException) -> tuple[int, str, bytes]:
        """The exception report, by whom the request is for."""
        if isinstance(error, PreparedReport):
            return error.report
        if isinstance(error, ServerException):
            return serverExceptionReport(error)
        try:
            service = handler.api or self._apiAtOnce(handler) or self._serviceOf(handler)
            if service is None:
                return exceptionReport(error, handler.parameter("SERVICE"), handler.parameter("VERSION"))
            request = ServiceRequest(handler, self._settings, self._access.forRequest(handler))
            return service.formatException(error, request)
        except Exception:
            log.failure("the report of request {requestId} cannot be written", requestId=handler.requestId)
            return 500, "text/plain; charset=utf-8", INTERNAL_ERROR

    # The delivery.

    async def _begins(self, body: FilteredBody, handler: RequestHandler) -> bool:
        """
        Whether something of the body is to be sent by streaming.  Until then a
        failure is still an exception report.
        """
        try:
            if await body.begin():
                return True
        except Exception as error:
            self._explain(handler, error)
        body.close()
        return False

    async def _sendAll(self, exchange: Exchange) -> None:
        answer = exchange.handler.answer
        answer.headersSent = True
        await exchange.delivery.send(answer.status, answer.headers, answer.take())

    async def _sendStream(self, exchange: Exchange, body: FilteredBody) -> None:
        answer, delivery = exchange.handler.answer, exchange.delivery
        answer.headersSent = True
        delivery.begin(answer.status, answer.headers)
        if delivery.wantsBody:
            try:
                await self._stream(body, delivery)
            except CancelledError:
                raise
            except Exception:
                log.failure("the stream of request {requestId} failed", requestId=exchange.handler.requestId)
                delivery.abort()
        else:
            delivery.finish()
        await exchange.complete()


async def _awaited(result: Any) -> Any:
    """The result of what may be a value, a Deferred or a coroutine."""
    return await result if isinstance(result, Deferred) or inspect.isawaitable(result) else result


def attachment(fileName: str) -> str:
    """
    A C{Content-Disposition} that offers the body under a file name (RFC 6266).

    @param fileName: as the client asked for; only its last part is used.
    """
    name = "".join(c for c in fileName.replace("\\", "/").rsplit("/", 1)[-1] if c.isprintable())[:200]
    plain = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    disposition = f'attachment; filename="{plain}"'
    return disposition if plain == name else f"{disposition}; filename*=UTF-8''{quote(name, safe='')}"
