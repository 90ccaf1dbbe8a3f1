"""The root of the URLs: what is answered here, what reaches the dispatcher, and what becomes of it."""

from __future__ import annotations

import gzip
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.exceptions import OWSException
from ogctwist.settings import Settings
from tests.web.memory import Server, limited


class ArrivalTests(SynchronousTestCase):
    def arrival(self, *arguments: Any, **names: Any) -> Any:
        server = Server()
        server.ask(*arguments, **names)
        (arrival,) = server.dispatcher.arrivals
        return arrival

    def test_get(self) -> None:
        arrival = self.arrival("/a%20b?SERVICE=WMS&LAYERS=%C3%A9", "X-Thing: 1", "X-Thing: 2")
        self.assertEqual((arrival.method, arrival.path), ("GET", "/a b"))
        self.assertEqual(arrival.url, "http://example.org/a%20b?SERVICE=WMS&LAYERS=%C3%A9")
        self.assertEqual(arrival.query, "SERVICE=WMS&LAYERS=%C3%A9")
        self.assertEqual(dict(arrival.parameters), {"SERVICE": "WMS", "LAYERS": "é"})
        self.assertEqual(arrival.headers["x-thing"], "1, 2")
        self.assertEqual((arrival.remoteAddress, arrival.isSecure), ("127.0.0.1", False))

    def test_post(self) -> None:
        arrival = self.arrival("/?MAP=x", "Content-Type: text/xml", method="POST", body=b"<GetMap a='b'/>")
        self.assertEqual(arrival.parameters["REQUEST"], "GetMap")
        self.assertEqual(arrival.body, b"<GetMap a='b'/>")

    def test_absoluteForm(self) -> None:
        arrival = self.arrival("http://other.example/x?a=b")
        self.assertEqual((arrival.path, arrival.url), ("/x", "http://example.org/x?a=b"))

    def test_proxy(self) -> None:
        arrival = self.arrival("/x", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https")
        self.assertEqual((arrival.remoteAddress, arrival.isSecure), ("1.2.3.4", True))
        self.assertTrue(arrival.url.startswith("https://"))

    def test_noProxy(self) -> None:
        arrival = self.arrival("/x", "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Host: evil", host="9.9.9.9")
        self.assertEqual(arrival.remoteAddress, "9.9.9.9")
        self.assertNotIn("x-forwarded-host", arrival.headers)

    def test_badHost(self) -> None:
        server = Server()
        connection = server.connect()
        connection.send(b'GET /x HTTP/1.1\r\nHost: a"b<c>/d\r\n\r\n')
        self.assertEqual(server.dispatcher.arrivals[0].url, "http://10.0.0.1:12345/x")

    def test_rawBytesInTheUrl(self) -> None:
        server = Server()
        connection = server.connect()
        connection.send(b"GET /\xc3\xa9?a=\xff HTTP/1.1\r\nHost: h\r\n\r\n")
        arrival = server.dispatcher.arrivals[0]
        self.assertEqual((arrival.path, arrival.url), ("/é", "http://h/%C3%A9?a=%FF"))
        self.assertIsInstance(arrival.parseError, OWSException)

    def test_requestId(self) -> None:
        server = Server()
        self.assertEqual(server.ask("/x", "X-Request-Id: a-1.B_2").headers["X-Request-Id"], "a-1.B_2")
        for given in ("x" * 65, "a b", "a\x1bb", ""):
            answer = server.ask("/x", f"X-Request-Id: {given}")
            self.assertRegex(answer.headers["X-Request-Id"], "^[0-9a-f]{32}$")
        ids = {arrival.requestId for arrival in server.dispatcher.arrivals}
        self.assertEqual(len(ids), 5)

    def test_gzippedBody(self) -> None:
        arrival = self.arrival("/", "Content-Encoding: gzip", method="POST", body=gzip.compress(b"<GetMap/>"))
        self.assertEqual((arrival.body, arrival.parameters["REQUEST"]), (b"<GetMap/>", "GetMap"))

    def test_bomb(self) -> None:
        """What inflates to too much is a request that cannot be parsed."""
        server = Server(settings=limited(inflatedBody=1000))
        server.ask("/", "Content-Encoding: gzip", method="POST", body=gzip.compress(bytes(1001)))
        (arrival,) = server.dispatcher.arrivals
        self.assertEqual((arrival.body, arrival.parseError.status), (b"", 413))

    def test_brokenGzip(self) -> None:
        arrival = self.arrival("/", "Content-Encoding: gzip", method="POST", body=b"no gzip")
        self.assertEqual(arrival.parseError.status, 400)

    def test_otherEncodings(self) -> None:
        arrival = self.arrival("/", "Content-Encoding: br", method="POST", body=b"x")
        self.assertEqual(arrival.parseError.status, 415)

    def test_largeBodiesAreDecodedInAThread(self) -> None:
        pending: list[tuple[Deferred[Any], Any]] = []

        class Pool:
            def run(self, function: Any, *arguments: Any) -> Deferred[Any]:
                pending.append((Deferred(), function(*arguments)))
                return pending[-1][0]

        server = Server(pool=Pool())
        connection = server.connect()
        connection.get("/", method="POST", body=b"a=" + b"x" * 70_000)
        self.assertEqual(server.dispatcher.arrivals, [])
        pending[0][0].callback(pending[0][1])
        self.assertEqual(len(server.dispatcher.arrivals[0].parameters["A"]), 70_000)
        self.assertEqual(connection.answer().status, 200)


class MethodTests(SynchronousTestCase):
    def test_methods(self) -> None:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            server = Server()
            self.assertEqual(server.ask("/x", method=method).body, b"hello " + method.encode())

    def test_head(self) -> None:
        server = Server()
        connection = server.connect()
        connection.get("/x", method="HEAD")
        self.assertTrue(connection.transport.value().endswith(b"\r\n\r\n"))
        self.assertEqual(connection.answer("HEAD").headers["Content-Length"], "10")

    def test_others(self) -> None:
        for method in ("TRACE", "CONNECT", "get", "FOO"):
            server = Server()
            answer = server.ask("/x", method=method)
            self.assertEqual(answer.status, 405)
            self.assertIn("GET", answer.headers["Allow"])
            self.assertEqual(server.dispatcher.arrivals, [])


class DispatchTests(SynchronousTestCase):
    def test_failure(self) -> None:
        """500, without a word of what happened."""

        def handler(arrival: Any, delivery: Any) -> Any:
            raise ValueError("secret")

        server = Server(handler)
        connection = server.connect()
        connection.get("/x")
        answer = connection.answer()
        self.assertEqual((answer.status, answer.body), (500, b"Internal Server Error\n"))
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        self.assertFalse(connection.transport.disconnecting)
        self.assertEqual(server.metrics.count("server error"), 1)

    def test_failureAfterTheFirstByte(self) -> None:
        async def answer(delivery: Any) -> None:
            delivery.begin(200, {})
            delivery.write(b"part")
            raise ValueError

        server = Server(lambda arrival, delivery: Deferred.fromCoroutine(answer(delivery)))
        connection = server.connect()
        connection.get("/x")
        self.assertTrue(connection.transport.isAborted)
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        connection.lose()
        self.assertEqual(server.metrics.count("aborted"), 1)

    def test_busy(self) -> None:
        def handler(arrival: Any, delivery: Any) -> Any:
            raise OWSException("The server is busy", status=503)

        answer = Server(handler).ask("/x")
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "1"))

    def test_notAnswered(self) -> None:
        """A dispatcher that forgets its client does not make it wait."""
        connection = Server(lambda arrival, delivery: succeed(None)).connect()
        connection.get("/x")
        self.assertTrue(connection.transport.isAborted)

    def test_lost(self) -> None:
        """The client goes: the work is cancelled in the same turn."""
        cancelled: list[Any] = []
        server = Server(lambda arrival, delivery: Deferred(cancelled.append))
        connection = server.connect()
        connection.get("/x")
        self.assertEqual((cancelled, server.metrics.inFlight), ([], 1))
        connection.lose()
        self.assertEqual((len(cancelled), server.metrics.inFlight), (1, 0))
        self.assertEqual(server.metrics.count("lost"), 1)
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_lostAndOtherwiseFailed(self) -> None:
        """What goes wrong because of the loss is logged, unless it is the cancellation."""
        server = Server(lambda arrival, delivery: Deferred(lambda d: d.errback(ValueError())))
        connection = server.connect()
        connection.get("/x")
        connection.lose()
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)
        self.assertEqual(self.flushLoggedErrors(CancelledError), [])

    def test_pipelined(self) -> None:
        """One after the other, in their order."""
        pending: list[Any] = []

        def handler(arrival: Any, delivery: Any) -> Any:
            done: Deferred[None] = Deferred()
            pending.append(done)
            return done.addCallback(lambda _: delivery.send(200, {}, arrival.path.encode()))

        connection = Server(handler).connect()
        connection.get("/1")
        connection.get("/2")
        self.assertEqual(len(pending), 1)
        pending[0].callback(None)
        self.assertEqual(connection.answer().body, b"/1")
        pending[1].callback(None)
        self.assertEqual(connection.answer().body, b"/2")

    def test_http10(self) -> None:
        connection = Server().connect()
        connection.send(b"GET /x HTTP/1.0\r\n\r\n")
        self.assertEqual(connection.answer().body, b"hello GET")
        self.assertTrue(connection.transport.disconnecting)

    def test_metrics(self) -> None:
        server = Server()
        server.ask("/?service=WMS&request=getmap")
        self.assertIn(
            b'ogctwist_requests_total{service="WMS",request="GetMap",outcome="ok"} 1',
            server.metrics.exposition(),
        )


class SiteTests(SynchronousTestCase):
    def test_services(self) -> None:
        """SERVICE goes before the path: the pages of administrators are not in the way of a service."""
        server = Server(settings=Settings(disabledApis=("Landing Page",)))
        for target in ("/status?SERVICE=WMS", "/", "/?REQUEST=GetMap", "/wfs3/collections"):
            self.assertEqual(server.ask(target).body, b"hello GET")
        self.assertEqual(server.ask("/status", method="POST").body, b"hello POST")

    def test_unasked(self) -> None:
        """What browsers ask for by themselves does not reach a service."""
        server = Server()
        for target in ("/favicon.ico", "/robots.txt"):
            self.assertEqual(server.ask(target).status, 404)
        self.assertEqual(server.dispatcher.arrivals, [])
