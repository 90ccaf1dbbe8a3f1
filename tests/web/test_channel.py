"""Limits on connections: sizes, deadlines, clients that stop reading."""

from __future__ import annotations

from typing import Any
from unittest import mock

from lxml import etree
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.web import channel
from tests.web.memory import Connection, Server, limited


class SizeTests(SynchronousTestCase):
    def refused(self, connection: Connection, status: int) -> None:
        answer = connection.answer()
        self.assertEqual(answer.status, status)
        self.assertEqual(answer.headers["Connection"], "close")
        self.assertEqual(etree.fromstring(answer.body).tag, "ServerException")
        self.assertTrue(connection.transport.isHalfClosed)
        self.assertFalse(connection.transport.isAborted)

    def test_plain(self) -> None:
        server = Server()
        answer = server.ask("/x?a=b")
        self.assertEqual((answer.status, answer.body), (200, b"hello GET"))

    def test_requestLine(self) -> None:
        server = Server()
        self.assertEqual(server.ask("/" + "x" * (16384 - len("GET / HTTP/1.1"))).status, 200)
        connection = server.connect()
        connection.get("/" + "x" * (16385 - len("GET / HTTP/1.1")))
        self.refused(connection, 414)
        self.assertEqual(len(server.dispatcher.arrivals), 1)

    def test_endlessRequestLine(self) -> None:
        """Refused when the limit is passed, not when the line ends."""
        connection = Server().connect()
        connection.send(b"GET /")
        for _ in range(17):
            connection.send(b"x" * 1000)
        self.refused(connection, 414)

    def test_headerSize(self) -> None:
        connection = Server().connect()
        connection.send(b"GET / HTTP/1.1\r\n")
        for _ in range(17):
            connection.send(b"X-A: " + b"x" * 1000 + b"\r\n")
        self.refused(connection, 431)

    def test_endlessHeader(self) -> None:
        connection = Server().connect()
        connection.send(b"GET / HTTP/1.1\r\nX-A: ")
        for _ in range(17):
            connection.send(b"x" * 1000)
        self.refused(connection, 431)

    def test_headerCount(self) -> None:
        server = Server()
        self.assertEqual(server.ask("/x", *("X: 1" for _ in range(99))).status, 200)
        connection = server.connect()
        connection.get("/x", *("X: 1" for _ in range(100)))
        self.refused(connection, 431)

    def test_headersAreCountedPerRequest(self) -> None:
        connection = Server().connect()
        for _ in range(3):
            connection.get("/x", *("X: " + "1" * 100 for _ in range(90)))
            self.assertEqual(connection.answer().status, 200)

    def test_notHttp(self) -> None:
        for data in (b"\x16\x03\x01\x02\r\n", b"GET\r\n", b"GET / HTTP/1.1\r\nno header\r\n\r\n"):
            connection = Server().connect()
            connection.send(data)
            self.refused(connection, 400)

    def test_bodyTooLong(self) -> None:
        """Before it arrives, and before a client is told to send it."""
        server = Server(settings=limited(body=1000))
        connection = server.connect()
        connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n")
        self.assertNotIn(b"100 Continue", connection.transport.value())
        self.refused(connection, 413)
        self.assertEqual(server.dispatcher.arrivals, [])
        self.assertEqual(server.site.refusals, {413: 1})

    def test_bodyOfTheGreatestLength(self) -> None:
        server = Server(settings=limited(body=1000))
        self.assertEqual(server.ask("/", method="POST", body=b"x" * 1000).status, 200)

    def test_chunkedBodyTooLong(self) -> None:
        """While it arrives: what no length announces is counted."""
        server = Server(settings=limited(body=1000))
        connection = server.connect()
        connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(11):
            self.assertEqual(connection.transport.value(), b"")
            connection.send(b"5a\r\n" + b"x" * 90 + b"\r\n")
        connection.send(b"5a\r\n" + b"x" * 90 + b"\r\n0\r\n\r\n")
        self.refused(connection, 413)
        self.assertEqual(server.dispatcher.arrivals, [])

    def test_nothingIsReadAfterARefusal(self) -> None:
        server = Server(settings=limited(body=10))
        connection = server.connect()
        connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nGET / HTTP/1.1\r\n\r\n")
        connection.send(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        self.refused(connection, 413)
        self.assertEqual(connection.transport.value(), b"")
        self.assertEqual(server.dispatcher.arrivals, [])

    def test_linger(self) -> None:
        """A refused client that does not go is cut off."""
        server = Server(settings=limited(body=10))
        connection = server.connect()
        connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n")
        server.clock.advance(channel.LINGER - 0.1)
        self.assertFalse(connection.transport.isAborted)
        server.clock.advance(0.2)
        self.assertTrue(connection.transport.isAborted)
        connection.lose()
        self.assertEqual(server.clock.getDelayedCalls(), [])

    def test_smuggling(self) -> None:
        for headers in (
            b"Content-Length: 5\r\nTransfer-Encoding: chunked",
            b"Content-Length: 5\r\nContent-Length: 6",
            b"Content-Length: +5",
            b"Transfer-Encoding: xchunked",
        ):
            server = Server()
            connection = server.connect()
            connection.send(b"POST / HTTP/1.1\r\nHost: h\r\n" + headers + b"\r\n\r\n0\r\n\r\nx")
            self.refused(connection, 400)
            self.assertEqual(server.dispatcher.arrivals, [])

    def test_connections(self) -> None:
        server = Server(settings=limited(connections=2))
        first = server.connect()
        server.connect()
        self.assertIsNone(server.site.buildProtocol(None))
        first.lose()
        self.assertIsNotNone(server.site.buildProtocol(None))


class DeadlineTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.server = Server()
        self.clock = self.server.clock
        self.connection = self.server.connect()

    def timedOut(self) -> None:
        self.assertEqual(self.connection.answer().status, 408)
        self.assertTrue(self.connection.transport.isHalfClosed)

    def test_silence(self) -> None:
        self.clock.advance(14.9)
        self.assertFalse(self.connection.transport.disconnecting)
        self.clock.advance(0.2)
        self.assertTrue(self.connection.transport.disconnecting)
        self.assertEqual(self.connection.transport.value(), b"")

    def test_slowHeaders(self) -> None:
        """A byte now and then does not push the deadline away."""
        self.connection.send(b"GET /x HTTP/1.1\r\nHost: h\r\n")
        for _ in range(14):
            self.clock.advance(1)
            self.connection.send(b"X: 1\r\n")
            self.assertEqual(self.connection.transport.value(), b"")
        self.clock.advance(1.1)
        self.timedOut()

    def test_slowRequestLine(self) -> None:
        self.connection.send(b"GE")
        self.clock.advance(10)
        self.connection.send(b"T")
        self.clock.advance(5.1)
        self.timedOut()

    def test_slowBody(self) -> None:
        self.connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(59):
            self.clock.advance(1)
            self.connection.send(b"x")
            self.assertEqual(self.connection.transport.value(), b"")
        self.clock.advance(1.1)
        self.timedOut()

    def test_slowChunkedBody(self) -> None:
        self.connection.send(b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.clock.advance(60.1)
        self.timedOut()

    def test_slowAnswersHaveTime(self) -> None:
        pending: Deferred[None] = Deferred()
        self.server.dispatcher.handler = lambda arrival, delivery: pending.addCallback(
            lambda _: delivery.send(200, {}, b"late")
        )
        self.connection.get("/x")
        self.clock.advance(1000)
        self.assertFalse(self.connection.transport.disconnecting)
        pending.callback(None)
        self.assertEqual(self.connection.answer().body, b"late")

    def test_idle(self) -> None:
        self.connection.get("/x")
        self.connection.answer()
        self.clock.advance(59)
        self.assertFalse(self.connection.transport.disconnecting)
        self.clock.advance(1.1)
        self.assertTrue(self.connection.transport.disconnecting)

    def test_keepAlive(self) -> None:
        """Each request has its own deadlines; one delayed call serves them."""
        for _ in range(20):
            self.connection.get("/x")
            self.assertEqual(self.connection.answer().status, 200)
            self.clock.advance(30)
            self.assertLessEqual(len(self.clock.getDelayedCalls()), 1)

    def test_idleThenSlow(self) -> None:
        self.connection.get("/x")
        self.connection.answer()
        self.clock.advance(50)
        self.connection.send(b"GET /x HTTP/1.1\r\n")
        self.clock.advance(14.9)
        self.assertEqual(self.connection.transport.value(), b"")
        self.clock.advance(0.2)
        self.timedOut()

    def test_nothingIsLeftBehind(self) -> None:
        self.connection.send(b"GET /x HTTP/1.1\r\n")
        self.connection.lose()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.server.site.channels, set())

    def test_pipelined(self) -> None:
        """A second request in the same packet has deadlines too."""
        self.connection.send(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP")
        self.assertEqual(self.connection.answer().status, 200)
        self.clock.advance(15.1)
        self.timedOut()


class StallTests(SynchronousTestCase):
    def start(self) -> tuple[Server, Connection, list[Any]]:
        deliveries: list[Any] = []

        def handler(arrival: Any, delivery: Any) -> Any:
            deliveries.append(delivery)
            delivery.begin(200, {"Content-Type": "image/png"})
            delivery.write(b"x" * 10)
            return Deferred()

        server = Server(handler)
        connection = server.connect()
        connection.get("/x")
        return server, connection, deliveries

    def test_cutOff(self) -> None:
        server, connection, deliveries = self.start()
        connection.fill()
        server.clock.advance(29.9)
        self.assertFalse(connection.transport.isAborted)
        server.clock.advance(0.2)
        self.assertTrue(connection.transport.isAborted)
        connection.lose()
        self.assertTrue(deliveries[0].isLost)
        self.assertEqual(server.clock.getDelayedCalls(), [])

    def test_readingAgain(self) -> None:
        server, connection, _ = self.start()
        for _ in range(5):
            connection.fill()
            server.clock.advance(20)
            connection.drain()
            server.clock.advance(20)
        self.assertFalse(connection.transport.isAborted)

    def test_slowIsNotStalled(self) -> None:
        """As long as the client acknowledges bytes it is waited for."""
        server, connection, _ = self.start()
        taken = iter(range(100, 200))
        with mock.patch.object(channel, "takenBytes", lambda transport: next(taken)):
            connection.fill()
            for _ in range(10):
                server.clock.advance(30)
            self.assertFalse(connection.transport.isAborted)
        with mock.patch.object(channel, "takenBytes", lambda transport: 109):
            server.clock.advance(31)
            server.clock.advance(31)
        self.assertTrue(connection.transport.isAborted)

    def test_stalledAfterTheEnd(self) -> None:
        """The last bytes of an answer are not kept for ever either."""
        server = Server()
        connection = server.connect()
        connection.get("/x", "Connection: close")
        self.assertTrue(connection.transport.disconnecting)
        server.clock.advance(30.1)
        self.assertTrue(connection.transport.isAborted)

    def test_pausedBeforeTheNextAnswer(self) -> None:
        """An answer that begins on a full connection waits from the start."""
        _, connection, deliveries = self.start()
        connection.fill()
        deliveries[0].finish()
        connection.transport.clear()
        connection.get("/y")
        self.assertIsNotNone(deliveries[1].write(b"y" * 10))
        self.assertNotIn(b"y", connection.transport.value())
        connection.drain()
        self.assertIn(b"y" * 10, connection.transport.value())


class DrainTests(SynchronousTestCase):
    def test_drain(self) -> None:
        """Idle connections close in a moment, busy ones after their answer."""
        pending: Deferred[None] = Deferred()
        server = Server(
            lambda arrival, delivery: pending.addCallback(lambda _: delivery.send(200, {}, b"ok"))
        )
        idle, busy = server.connect(), server.connect()
        busy.get("/x")
        drained = server.site.drain()
        self.assertFalse(idle.transport.disconnecting)
        server.clock.advance(channel.LINGER)
        self.assertTrue(idle.transport.disconnecting)
        self.assertFalse(busy.transport.disconnecting)
        idle.lose()
        pending.callback(None)
        self.assertTrue(busy.transport.disconnecting)
        self.assertNoResult(drained)
        busy.lose()
        self.successResultOf(drained)

    def test_requestOnItsWay(self) -> None:
        """What a client sent before it could know is still answered."""
        server = Server()
        connection = server.connect()
        connection.get("/x")
        self.assertEqual(connection.answer().status, 200)
        server.site.drain()
        connection.get("/x")
        answer = connection.answer()
        self.assertEqual((answer.status, answer.headers["Connection"]), (200, "close"))
        self.assertTrue(connection.transport.disconnecting)

    def test_halfARequest(self) -> None:
        server = Server()
        connection = server.connect()
        connection.send(b"GET /x HTTP/1.1\r\n")
        drained = server.site.drain()
        connection.send(b"Host: h\r\n\r\n")
        self.assertEqual(connection.answer().headers["Connection"], "close")
        self.assertTrue(connection.transport.disconnecting)
        connection.lose()
        self.successResultOf(drained)

    def test_nothingOpen(self) -> None:
        self.successResultOf(Server().site.drain())

    def test_abortAll(self) -> None:
        server = Server(lambda arrival, delivery: Deferred())
        connection = server.connect()
        connection.get("/x")
        drained = server.site.drain()
        server.site.abortAll()
        self.assertTrue(connection.transport.isAborted)
        connection.lose()
        self.successResultOf(drained)
