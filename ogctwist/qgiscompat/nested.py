# -*- test-case-name: tests.qgiscompat.test_services -*-
"""Our own services carried out for a plugin, within the request that it works for."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IDelivery, IService, IStreamedBody, OWSException
from ogctwist.ows.arrival import arrivalFrom
from ogctwist.ows.parameters import Parameters
from ogctwist.qgiscompat.threads import waitFor
from ogctwist.server.current import currentHandler
from ogctwist.server.handler import RequestHandler
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse

if TYPE_CHECKING:
    from ogctwist.qgiscompat.runtime import PluginRuntime

log = Logger()


def execute(runtime: PluginRuntime, service: IService, request: Any, response: Any, project: Any) -> None:
    """
    Have a service answer a QgsServerRequest into a QgsServerResponse; in a plugin's thread.

    Access control is asked for the request of the client, not for this one.
    """
    handler = handlerFor(request)
    waitFor(lambda: Deferred.fromCoroutine(_begin(runtime, service, handler, project)))
    answer = handler.answer
    response.setStatusCode(answer.status)
    for name, value in answer.headers.items():
        response.setHeader(name, value)
    if answer.buffer:
        response.write(answer.take())
    stream = answer.stream
    if stream is None:
        return
    try:
        while chunk := waitFor(lambda: Deferred.fromCoroutine(_next(stream))):
            response.write(chunk)
            response.flush()
        response.write(stream.tail())
    finally:
        stream.close()


def handlerFor(request: Any) -> RequestHandler:
    """A request handler of our own for a QgsServerRequest; its parameters are those of the request now."""
    url = bytes(request.url().toEncoded()).decode("ascii", "replace")
    path = bytes(request.url().path().encode("utf-8")).decode("utf-8")
    current = currentHandler.get()
    arrival = arrivalFrom(
        request.methodToString(request.method()),
        path,
        url.partition("?")[2],
        url,
        request.headers(),
        bytes(request.data()),
        requestId=current.requestId if current is not None else "",
    )
    handler = RequestHandler(arrival, lambda handler, error: (error.status, "text/plain", b""))
    wanted = request.parameters()
    for name in handler.parameterMap():
        if name not in wanted:
            handler.removeParameter(name)
    for name, value in wanted.items():
        handler.setParameter(name, value)
    return handler


async def _begin(runtime: PluginRuntime, service: IService, handler: RequestHandler, project: Any) -> None:
    """Run the service; its exception report is its answer."""
    outer = currentHandler.get()
    access = runtime.parts.access.forRequest(outer if outer is not None else handler)
    native = project._q_served()
    handler.project = native
    request = ServiceRequest(handler, runtime.settings, access)
    try:
        done = service.executeRequest(request, ServiceResponse(handler.answer), native)
        if isinstance(done, Deferred) or inspect.isawaitable(done):
            await done
    except OWSException as error:
        handler.answer.dropStream()
        handler.answer.replace(*service.formatException(error, request))


async def _next(stream: IStreamedBody) -> bytes:
    """The next chunk that is not empty; b'' at the end."""
    for chunk in stream.chunks:
        data = await chunk if isinstance(chunk, Deferred) else chunk
        if data:
            return data
    return b""


def handle(runtime: PluginRuntime, request: Any, response: Any, project: Any) -> None:
    """
    Have the whole server answer a QgsServerRequest, as if it came from outside.

    In a hook, the request that the hook works for waits meanwhile; so a plugin that sees one
    request at a time does not see this one.
    """
    delivery = KeptDelivery()
    handler = handlerFor(request)
    path = str(project.fileName()) if project is not None else ""
    if path:
        handler.setParameter("MAP", path)
    arrival = replace(handler.arrival, parameters=Parameters(handler.parameterMap()), query=handler.query())
    waitFor(lambda: runtime.parts.dispatcher.handle(arrival, delivery))
    response.setStatusCode(delivery.status)
    for name, value in delivery.headers.items():
        response.setHeader(name, value)
    response.write(b"".join(delivery.pieces))
    response.finish()


@implementer(IDelivery, IConsumer)
class KeptDelivery:
    """
    An answer for a plugin: kept whole.

    @ivar status: 0 until it has begun.
    """

    isLost = False
    wantsBody = True

    def __init__(self) -> None:
        self.isBegun = False
        self.status = 0
        self.headers: dict[str, str] = {}
        self.pieces: list[bytes] = []

    def send(self, status: int, headers: Any, body: bytes) -> Deferred[None]:
        self.begin(status, headers)
        self.write(body)
        return succeed(None)

    def begin(self, status: int, headers: Any) -> None:
        self.isBegun = True
        self.status, self.headers = status, dict(headers)

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def finish(self) -> None:
        """Nothing more to do."""

    def abort(self) -> None:
        self.status = 500
        self.pieces.clear()

    def whenLost(self) -> Deferred[None]:
        return Deferred()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """It is never paused."""

    def unregisterProducer(self) -> None:
        """It is done."""
