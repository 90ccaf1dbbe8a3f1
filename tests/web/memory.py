"""A server in memory: connections that are strings, and a clock."""

from __future__ import annotations

import http.client
import io
from collections.abc import Callable
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.interfaces import ITCPTransport
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from ogctwist.interfaces import IDelivery, IDispatcher
from ogctwist.ows.arrival import Arrival
from ogctwist.settings import Limits, Settings
from ogctwist.web.accesslog import AccessLog
from ogctwist.web.metrics import Metrics
from ogctwist.web.resource import ServerResource
from ogctwist.web.site import OgcSite
from ogctwist.web.status import StatusPages


@implementer(ITCPTransport)
class MemoryTransport(StringTransport):
    """A TCP connection; the other end reads C{value()} and may C{fill} and C{drain} it."""

    def __init__(self, host: str = "127.0.0.1"):
        super().__init__(peerAddress=IPv4Address("TCP", host, 50000))
        self.isAborted = False
        self.isHalfClosed = False

    def setTcpNoDelay(self, enabled: bool) -> None:
        pass

    def setTcpKeepAlive(self, enabled: bool) -> None:
        pass

    def getTcpNoDelay(self) -> bool:
        return True

    def getTcpKeepAlive(self) -> bool:
        return False

    def loseWriteConnection(self) -> None:
        self.isHalfClosed = True

    def abortConnection(self) -> None:
        self.isAborted = True
        super().abortConnection()


class Connection:
    """One client."""

    def __init__(self, site: OgcSite, host: str = "127.0.0.1"):
        self.transport = MemoryTransport(host)
        self.channel: Any = site.buildProtocol(self.transport.getPeer())
        self.channel.makeConnection(self.transport)

    def send(self, data: bytes) -> None:
        self.channel.dataReceived(data)

    def get(self, target: str, *headers: str, method: str = "GET", body: bytes = b"") -> None:
        lines = [f"{method} {target} HTTP/1.1", "Host: example.org", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def answer(self, method: str = "GET") -> Answer:
        """Read one answer, and take it out of what was received."""
        raw = self.transport.value()
        reader = http.client.HTTPResponse(_Socket(raw), method=method)  # type: ignore[arg-type]
        reader.begin()
        body = reader.read()
        rest = reader.fp.read() if reader.fp is not None else b""
        self.transport.clear()
        self.transport.write(rest)
        return Answer(reader.status, dict(reader.getheaders()), body, reader.headers)

    def fill(self) -> None:
        """The client stops reading, and the buffers are full."""
        self.transport.producer.pauseProducing()

    def drain(self) -> None:
        """The client has read everything."""
        self.transport.producer.resumeProducing()

    def lose(self) -> None:
        reason = ConnectionAborted() if self.transport.isAborted else ConnectionDone()
        self.channel.connectionLost(Failure(reason))


class Answer:
    """@ivar headers: as they came; the last of a name counts."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes, message: Any):
        self.status = status
        self.headers = headers
        self.body = body
        self.message = message


class _Socket:
    def __init__(self, data: bytes):
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        # HTTPResponse closes its file at the end of an answer: the rest is still wanted.
        return _Unclosed(self._data)


class _Unclosed(io.BytesIO):
    def close(self) -> None:
        pass


Handler = Callable[[Arrival, Any], Any]


@implementer(IDispatcher)
class Dispatcher:
    """Answers with a function; remembers the arrivals."""

    def __init__(self, handler: Handler | None = None):
        self.arrivals: list[Arrival] = []
        self.handler = handler or self.greet

    def handle(self, arrival: Arrival, delivery: IDelivery) -> Deferred[None]:
        self.arrivals.append(arrival)
        result = self.handler(arrival, delivery)
        return result if isinstance(result, Deferred) else succeed(result)

    @staticmethod
    def greet(arrival: Arrival, delivery: IDelivery) -> Any:
        return delivery.send(200, {"Content-Type": "text/plain"}, b"hello " + arrival.method.encode())


class Server:
    """Site, resource, dispatcher and clock together."""

    def __init__(self, handler: Handler | None = None, settings: Settings | None = None, **arguments: Any):
        self.clock = Clock()
        self.settings = settings or Settings()
        self.metrics = Metrics()
        self.dispatcher = Dispatcher(handler)
        pool = arguments.pop("pool", None)
        accessLog: AccessLog | None = arguments.pop("accessLog", None)
        status = StatusPages(self.settings, self.clock, self.metrics, **arguments)
        resource = ServerResource(self.dispatcher, self.settings, status, self.metrics, pool)
        self.site = OgcSite(resource, self.clock, self.settings.limits, accessLog)

    def connect(self, host: str = "127.0.0.1") -> Connection:
        return Connection(self.site, host)

    def ask(
        self, target: str, *headers: str, method: str = "GET", body: bytes = b"", host: str = "127.0.0.1"
    ) -> Answer:
        """One request on a connection of its own."""
        connection = self.connect(host)
        connection.get(target, *headers, method=method, body=body)
        return connection.answer(method)


def limited(**limits: Any) -> Settings:
    """Settings with these limits."""
    return Settings(limits=Limits(**limits))
