# -*- test-case-name: tests.web.test_resource -*-
"""
The root of the server's URLs.

Administrators' pages and the landing page are answered here; every other
request is decoded once and given to the dispatcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from ogctwist.interfaces import IDispatcher, IWorkPool, OWSException
from ogctwist.ows.arrival import Arrival, arrivalFrom
from ogctwist.ows.exceptions import TooLarge
from ogctwist.ows.limits import RequestLimits
from ogctwist.settings import Settings
from ogctwist.web.channel import LimitedRequest
from ogctwist.web.compression import InflationError, inflated
from ogctwist.web.cors import CrossOrigin
from ogctwist.web.delivery import Delivery
from ogctwist.web.forwarding import TrustedPeers
from ogctwist.web.landing import LandingPage
from ogctwist.web.metrics import Metrics, requestLabel, serviceLabel
from ogctwist.web.status import StatusPages
from ogctwist.web.visit import Visit, visitOf

log = Logger()

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_TEXT = "text/plain; charset=utf-8"
#: What browsers and robots ask for by themselves: no project has it.
_UNASKED = frozenset({"/favicon.ico", "/robots.txt"})
#: Bodies larger than this are decoded in a thread.
_THREAD = 64 * 1024


class UnsupportedEncoding(OWSException):
    """A body has a Content-Encoding that is not understood."""

    status = 415


class ServerResource(Resource):
    """Everything below /."""

    isLeaf = True

    def __init__(
        self,
        dispatcher: IDispatcher,
        settings: Settings,
        status: StatusPages,
        metrics: Metrics,
        pool: IWorkPool | None = None,
        services: Callable[[], Iterable[str]] | None = None,
    ):
        """
        @param pool: for large bodies and answers; None: they are worked on here.
        @param services: answers the names of the services, for the landing page.
        """
        super().__init__()
        self._dispatcher = dispatcher
        self._settings = settings
        self._status = status
        self._metrics = metrics
        self._pool = pool
        self._landing = LandingPage(dispatcher, settings, services)
        self._peers = TrustedPeers(settings.trustedProxies)
        self._origins = CrossOrigin(settings.corsOrigins)

    def render(self, request: LimitedRequest) -> int:
        """Answer a request, now or later."""
        visit = visitOf(request, self._peers)
        request.requestId, request.remoteAddress = visit.requestId, visit.remoteAddress
        origin = visit.headers.get("origin", "")
        common = [
            ("Server", "ogctwist"),
            ("X-Request-Id", visit.requestId),
            ("X-Content-Type-Options", "nosniff"),
            *self._origins.headers(origin),
        ]
        delivery = Delivery(request, common, self._pool, self._settings.compress)
        exchange = Exchange(request, delivery, self._metrics, visit)
        exchange.run(self._answer(request, visit, delivery, exchange))
        return NOT_DONE_YET

    async def _answer(
        self, request: LimitedRequest, visit: Visit, delivery: Delivery, exchange: Exchange
    ) -> None:
        if visit.method not in _METHODS:
            await delivery.send(405, self._allow(), b"")
        elif visit.method == "OPTIONS":
            headers = self._allow()
            if "access-control-request-method" in visit.headers:
                wanted = visit.headers.get("access-control-request-headers", "")
                headers += self._origins.preflight(visit.headers.get("origin", ""), wanted)
            await delivery.send(204, headers, b"")
        else:
            arrival = await self._arrival(visit, request.content.read())
            exchange.arrival = arrival
            await self._answerArrival(arrival, delivery)

    async def _answerArrival(self, arrival: Arrival, delivery: Delivery) -> None:
        if arrival.method in ("GET", "HEAD") and not arrival.parameters.text("SERVICE"):
            page = self._status.page(arrival.path, arrival.remoteAddress, arrival.headers.get("accept", ""))
            if page is None and arrival.path in _UNASKED:
                page = 404, {"Content-Type": _TEXT, "Cache-Control": "max-age=86400"}, b"Not Found\n"
            if page is not None:
                await delivery.send(*page)
                return
        if self._landing.wants(arrival):
            headers, body = await self._landing.render(arrival)
            await delivery.send(200, headers, body)
        else:
            await self._dispatcher.handle(arrival, delivery)

    async def _arrival(self, visit: Visit, body: bytes) -> Arrival:
        """The request, decoded: in a thread when there is much to decode."""
        decode = partial(
            _decoded,
            visit,
            body,
            self._settings.limits.inflatedBody,
            self._settings.limits.request,
        )
        if self._pool is None or (len(body) <= _THREAD and "content-encoding" not in visit.headers):
            return decode()
        decoded: Deferred[Arrival] = self._pool.run(decode)
        return await decoded

    @staticmethod
    def _allow() -> list[tuple[str, str]]:
        return [("Allow", ", ".join(_METHODS))]


class Exchange:
    """
    One request from its last byte to the end of its answer: ended when the
    client goes, and never left without an answer.
    """

    def __init__(self, request: LimitedRequest, delivery: Delivery, metrics: Metrics, visit: Visit):
        self._request = request
        self._delivery = delivery
        self._metrics = metrics
        self._visit = visit
        self.arrival: Arrival | None = None

    def run(self, work: Any) -> None:
        """
        @param work: coroutine that answers.
        """
        self._metrics.inFlight += 1
        answered: Deferred[Any] = Deferred.fromCoroutine(work)
        self._delivery.whenLost().addCallback(lambda _: answered.cancel())
        answered.addErrback(self._failed)
        answered.addCallback(lambda _: self._settle())
        answered.addErrback(lambda failure: log.failure("the end of a request failed", failure))

    def _failed(self, failure: Any) -> Any:
        if self._delivery.isLost and failure.check(CancelledError):
            return None
        isBusy = failure.check(OWSException) and failure.value.status == 503
        if isBusy:
            log.warn("request {requestId} was refused: too much to do", requestId=self._visit.requestId)
        else:
            log.failure("request {requestId} failed", failure, requestId=self._visit.requestId)
        if self._delivery.isBegun:
            self._delivery.abort()
            return None
        if isBusy:
            headers = [("Content-Type", _TEXT), ("Retry-After", "1")]
            return self._delivery.send(503, headers, b"Service Unavailable\n")
        return self._delivery.send(500, [("Content-Type", _TEXT)], b"Internal Server Error\n")

    def _settle(self) -> None:
        delivery = self._delivery
        if not delivery.isFinished and not delivery.isLost:
            # A dispatcher that fired too early: the client must not wait for ever.
            log.error("request {requestId} was not answered", requestId=self._visit.requestId)
            delivery.abort()
        delivery.whenOver().addCallback(lambda _: self._observe())

    def _observe(self) -> None:
        self._metrics.inFlight -= 1
        request = self._request
        parameters = self.arrival.parameters if self.arrival is not None else None
        service = serviceLabel(parameters.text("SERVICE") if parameters else "", self._visit.path)
        asked = requestLabel(parameters.text("REQUEST") if parameters else "")
        seconds = max(request.ended - request.begun, 0.0)
        self._metrics.observe(service, asked, self._outcome(), seconds, request.sentLength)

    def _outcome(self) -> str:
        if self._delivery.isAborted:
            return "aborted"
        if self._delivery.isLost:
            return "lost"
        if self._request.code >= 500:
            return "server error"
        return "client error" if self._request.code >= 400 else "ok"


def _decoded(visit: Visit, body: bytes, inflatedBody: int, limits: RequestLimits) -> Arrival:
    """The arrival; what is wrong with its content encoding is a parse error of it like any other."""
    problem: OWSException | None = None
    encoding = visit.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        try:
            body = inflated(body, inflatedBody)
        except InflationError as error:
            kind = TooLarge if error.isTooLarge else OWSException
            problem = kind(str(error), code="RequestNotWellFormed")
    elif encoding != "identity":
        problem = UnsupportedEncoding("The Content-Encoding of the request is not supported")
    arrival = arrivalFrom(
        method=visit.method,
        path=visit.path,
        query=visit.query,
        url=visit.url,
        headers=visit.headers,
        body=b"" if problem else body,
        remoteAddress=visit.remoteAddress,
        isSecure=visit.isSecure,
        requestId=visit.requestId,
        limits=limits,
    )
    return arrival if problem is None else replace(arrival, parseError=problem)
