"""The web room on real connections, with a dispatcher that is none of the server's."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import HostnameEndpoint, serverFromString
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from ogctwist.interfaces import IStreamedBody
from ogctwist.settings import Settings
from ogctwist.streaming.producer import sendBody
from ogctwist.web.metrics import Metrics
from ogctwist.web.resource import ServerResource
from ogctwist.web.site import OgcSite
from ogctwist.web.status import StatusPages
from ogctwist.workers.pool import WorkPool
from tests.web.memory import Dispatcher

CHUNK = b"0123456789abcdef" * 4096
CHUNKS = 320


@implementer(IStreamedBody)
class Body:
    """Twenty megabytes, each chunk made in a thread."""

    def __init__(self, pool: WorkPool):
        self.asked = 0
        self.closed: Deferred[int] = Deferred()
        self._pool = pool
        self.chunks: Any = self._chunks()

    def _chunks(self) -> Iterator[Deferred[bytes]]:
        for _ in range(CHUNKS):
            self.asked += 1
            yield self._pool.run(bytes, CHUNK)

    def tail(self) -> bytes:
        return b"END"

    def close(self) -> None:
        self.closed.callback(self.asked)


class Client(Protocol):
    """Keeps what it reads; C{stopAfter} bytes it reads no more."""

    def __init__(self, request: bytes, stopAfter: int | None = None):
        self.request = request
        self.stopAfter = stopAfter
        self.data = bytearray()
        self.stopped: Deferred[None] = Deferred()
        self.done: Deferred[bytes] = Deferred()

    def connectionMade(self) -> None:
        self.transport.write(self.request)  # type: ignore[union-attr]

    def dataReceived(self, data: bytes) -> None:
        self.data += data
        if self.stopAfter is not None and len(self.data) >= self.stopAfter and not self.stopped.called:
            self.transport.pauseProducing()  # type: ignore[union-attr]
            self.stopped.callback(None)

    def connectionLost(self, reason: Any = None) -> None:
        self.done.callback(bytes(self.data))


def request(target: str, *headers: str) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "Host: localhost", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def unchunked(raw: bytes) -> bytes:
    """The body of a chunked answer, which must have its end."""
    body, place = b"", raw.index(b"\r\n\r\n") + 4
    while True:
        line = raw.index(b"\r\n", place)
        size = int(raw[place:line], 16)
        body += raw[line + 2 : line + 2 + size]
        place = line + size + 4
        if not size:
            return body


class SmokeTests(TestCase):
    timeout = 60

    async def setUp(self) -> None:  # type: ignore[override]
        self.bodies: list[Body] = []
        self.pool = WorkPool(reactor, 2, "smoke")
        self.pool.start()
        self.addCleanup(self.pool.stop)
        settings, metrics = Settings(), Metrics()
        status = StatusPages(settings, reactor, metrics)
        resource = ServerResource(Dispatcher(self.answer), settings, status, metrics, self.pool)
        self.site = OgcSite(resource, reactor, settings.limits)
        endpoint = serverFromString(reactor, "tcp:0:interface=127.0.0.1")
        self.port = await endpoint.listen(self.site)
        self.addCleanup(self.close)

    async def close(self) -> None:
        await self.port.stopListening()
        drained = self.site.drain()
        self.site.abortAll()
        await drained

    def answer(self, arrival: Any, delivery: Any) -> Any:
        if arrival.path == "/stream":
            body = Body(self.pool)
            self.bodies.append(body)
            delivery.begin(200, {"Content-Type": "application/octet-stream"})
            return sendBody(body, delivery, reactor)
        if arrival.path == "/text":
            return delivery.send(200, {"Content-Type": "text/plain"}, CHUNK * 20)
        return delivery.send(200, {"Content-Type": "text/plain"}, arrival.path.encode())

    async def connect(self, *arguments: Any) -> Client:
        endpoint = HostnameEndpoint(reactor, b"127.0.0.1", self.port.getHost().port)
        client: Client = await endpoint.connect(Factory.forProtocol(lambda: Client(*arguments)))
        return client

    async def ask(self, *arguments: Any) -> bytes:
        return await (await self.connect(*arguments)).done

    async def test_manyAtOnce(self) -> None:
        answers = await gatherResults(
            [Deferred.fromCoroutine(self.ask(request(f"/{number}"))) for number in range(50)]
        )
        for number, raw in enumerate(answers):
            self.assertTrue(raw.startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertTrue(raw.endswith(b"\r\n\r\n/%d" % number))

    async def test_stream(self) -> None:
        raw = await self.ask(request("/stream"))
        self.assertEqual(unchunked(raw), CHUNK * CHUNKS + b"END")
        self.assertEqual(await self.bodies[0].closed, CHUNKS)

    async def test_compressed(self) -> None:
        raw = await self.ask(request("/text", "Accept-Encoding: gzip"))
        head, _, body = raw.partition(b"\r\n\r\n")
        self.assertIn(b"Content-Encoding: gzip", head)
        self.assertEqual(gzip.decompress(body), CHUNK * 20)

    async def test_clientThatStopsReading(self) -> None:
        """No more is made than the buffers between take; when it goes, so does the work."""
        client = await self.connect(request("/stream"), 100_000)
        await client.stopped
        asked = await self.settled()
        self.assertLess(asked, CHUNKS)
        client.transport.abortConnection()  # type: ignore[union-attr]
        self.assertLess(await self.bodies[0].closed, CHUNKS)

    async def settled(self) -> int:
        """How many chunks were asked for, when no more are: the system's buffers grow for a while."""
        asked = -1
        while asked != self.bodies[0].asked:
            asked = self.bodies[0].asked
            for _ in range(200):
                await self.pool.run(int)
        return asked

    async def test_status(self) -> None:
        raw = await self.ask(request("/status"))
        self.assertEqual(json.loads(raw.partition(b"\r\n\r\n")[2])["requests"]["inFlight"], 1)

    async def test_notCompressedTwice(self) -> None:
        """A stream of what is no text is not touched."""
        raw = await self.ask(request("/stream", "Accept-Encoding: gzip"))
        self.assertRaises(zlib.error, zlib.decompress, unchunked(raw)[:100], 31)
