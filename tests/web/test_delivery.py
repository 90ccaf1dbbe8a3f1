"""Deliveries: pace, compression, the client's leaving, cut answers."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IDelivery
from ogctwist.settings import Settings
from ogctwist.web.delivery import PIECE, Delivery
from tests.web.memory import Connection, Server

XML = {"Content-Type": "text/xml; charset=utf-8"}
PNG = {"Content-Type": "image/png"}


class Producer:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.events: list[str] = []

    def pauseProducing(self) -> None:
        self.events.append("pause")

    def resumeProducing(self) -> None:
        self.events.append("resume")

    def stopProducing(self) -> None:
        self.events.append("stop")


class DeliveryCase(SynchronousTestCase):
    settings = Settings()
    pool: Any = None

    def open(self, *headers: str, method: str = "GET") -> tuple[Delivery, Connection]:
        """A delivery that nobody answers yet."""
        deliveries: list[Delivery] = []
        never: list[Deferred[None]] = []

        def handler(arrival: Any, delivery: Any) -> Deferred[None]:
            deliveries.append(delivery)
            never.append(Deferred(lambda _: None))
            return never[-1]

        self.server = Server(handler, self.settings, pool=self.pool)
        connection = self.server.connect()
        connection.get("/x", *headers, method=method)
        return deliveries[0], connection


class SendTests(DeliveryCase):
    def test_interfaces(self) -> None:
        delivery, _ = self.open()
        verifyObject(IDelivery, delivery)
        verifyObject(IPushProducer, delivery)
        self.assertTrue(IConsumer.providedBy(delivery))

    def test_send(self) -> None:
        delivery, connection = self.open()
        self.successResultOf(delivery.send(404, [*XML.items(), ("X-A", "é")], b"<a/>"))
        answer = connection.answer()
        self.assertEqual((answer.status, answer.body), (404, b"<a/>"))
        self.assertEqual(answer.headers["Content-Length"], "4")
        self.assertEqual(answer.headers["X-A"].encode("iso-8859-1").decode(), "é")
        self.assertEqual(answer.headers["Server"], "ogctwist")
        self.assertIn("X-Request-Id", answer.headers)
        self.assertNotIn("Transfer-Encoding", answer.headers)

    def test_wrongContentLength(self) -> None:
        """The length is that of the body, whatever a service said."""
        delivery, connection = self.open()
        delivery.send(200, {**PNG, "content-length": "99"}, b"four")
        self.assertEqual(connection.answer().body, b"four")

    def test_head(self) -> None:
        delivery, connection = self.open(method="HEAD")
        self.assertFalse(delivery.wantsBody)
        delivery.send(200, PNG, b"four")
        self.assertEqual(connection.transport.value().partition(b"\r\n\r\n")[2], b"")
        self.assertEqual(connection.answer("HEAD").headers["Content-Length"], "4")

    def test_noContent(self) -> None:
        delivery, connection = self.open()
        delivery.send(204, [], b"")
        self.assertNotIn("Content-Length", connection.answer().headers)

    def test_fullConnection(self) -> None:
        delivery, connection = self.open()
        connection.fill()
        body = bytes(range(256)) * 2000
        sent = delivery.send(200, PNG, body)
        self.assertNoResult(sent)
        connection.drain()
        self.successResultOf(sent)
        self.assertEqual(connection.answer().body, body)

    def test_piecesWaitForTheClient(self) -> None:
        """Of a large body no more is handed over than the client takes."""
        delivery, connection = self.open()
        written: list[int] = []
        write = connection.transport.write

        def full(data: bytes) -> None:
            write(data)
            if len(data) > 1000:
                written.append(len(data))
                connection.fill()

        connection.transport.write = full  # type: ignore[method-assign]
        sent = delivery.send(200, PNG, b"x" * (3 * PIECE))
        self.assertEqual(written, [PIECE])
        connection.drain()
        self.assertEqual(written, [PIECE] * 2)
        self.assertNoResult(sent)
        connection.drain()
        connection.drain()
        self.successResultOf(sent)
        self.assertEqual(written, [PIECE] * 3)

    def test_notModified(self) -> None:
        for known in ('"v1"', 'W/"v1"', '"v0", "v1"'):
            delivery, connection = self.open(f"If-None-Match: {known}")
            delivery.send(200, {**XML, "ETag": '"v1"'}, b"<a/>")
            answer = connection.answer()
            self.assertEqual((answer.status, answer.body, answer.headers["ETag"]), (304, b"", '"v1"'))

    def test_modified(self) -> None:
        for method, status in (("GET", 404), ("POST", 200)):
            delivery, connection = self.open('If-None-Match: "v1"', method=method)
            delivery.send(status, {**XML, "ETag": '"v1"'}, b"<a/>")
            self.assertEqual(connection.answer().status, status)


class CompressionTests(DeliveryCase):
    text = b"<feature>text</feature>" * 200

    def test_send(self) -> None:
        delivery, connection = self.open("Accept-Encoding: gzip, deflate")
        delivery.send(200, XML, self.text)
        answer = connection.answer()
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertEqual(answer.headers["Vary"], "Accept-Encoding")
        self.assertEqual(int(answer.headers["Content-Length"]), len(answer.body))
        self.assertLess(len(answer.body), len(self.text) / 5)
        self.assertEqual(gzip.decompress(answer.body), self.text)

    def test_notWanted(self) -> None:
        for headers, content, body in (
            ([], XML, self.text),
            (["Accept-Encoding: gzip;q=0"], XML, self.text),
            (["Accept-Encoding: br"], XML, self.text),
            (["Accept-Encoding: gzip"], PNG, self.text),
            (["Accept-Encoding: gzip"], XML, b"<a/>"),
            (["Accept-Encoding: gzip"], {**XML, "Content-Encoding": "br"}, self.text),
        ):
            delivery, connection = self.open(*headers)
            delivery.send(200, content, body)
            answer = connection.answer()
            self.assertEqual(answer.body, body)
            self.assertNotEqual(answer.headers.get("Content-Encoding"), "gzip")

    def test_caches(self) -> None:
        """That the answer depends on Accept-Encoding is said whether or not it was compressed."""
        delivery, connection = self.open()
        delivery.send(200, XML, b"<a/>")
        self.assertEqual(connection.answer().headers["Vary"], "Accept-Encoding")

    def test_stream(self) -> None:
        delivery, connection = self.open("Accept-Encoding: gzip")
        delivery.begin(200, XML)
        for _ in range(100):
            delivery.write(self.text)
        delivery.finish()
        answer = connection.answer()
        self.assertEqual(answer.headers["Content-Encoding"], "gzip")
        self.assertEqual(gzip.decompress(answer.body), self.text * 100)

    def test_flush(self) -> None:
        """What was written before a flush can be read before the end."""
        delivery, connection = self.open("Accept-Encoding: gzip")
        delivery.begin(200, XML)
        delivery.write(b"<head>")
        delivery.flush()
        chunked = connection.transport.value().partition(b"\r\n\r\n")[2]
        raw = b""
        while chunked:
            size, _, rest = chunked.partition(b"\r\n")
            raw += rest[: int(size, 16)]
            chunked = rest[int(size, 16) + 2 :]
        self.assertEqual(zlib.decompressobj(31).decompress(raw), b"<head>")

    def test_large(self) -> None:
        """Much is compressed in a thread."""
        work: list[Any] = []

        class Pool:
            def run(self, function: Any, *arguments: Any) -> Deferred[Any]:
                work.append(function)
                return succeed(function(*arguments))

        self.pool = Pool()
        delivery, connection = self.open("Accept-Encoding: gzip")
        self.successResultOf(delivery.send(200, XML, self.text * 100))
        self.assertEqual(len(work), 1)
        self.assertEqual(gzip.decompress(connection.answer().body), self.text * 100)

    def test_thePoolIsFull(self) -> None:
        class Pool:
            def run(self, function: Any, *arguments: Any) -> Deferred[Any]:
                return fail(RuntimeError("full"))

        self.pool = Pool()
        delivery, _ = self.open("Accept-Encoding: gzip")
        self.failureResultOf(delivery.send(200, XML, self.text * 100), RuntimeError)
        self.assertFalse(delivery.isBegun)


class NoCompressionTests(DeliveryCase):
    settings = Settings(compress=False)

    def test_switchedOff(self) -> None:
        delivery, connection = self.open("Accept-Encoding: gzip")
        delivery.send(200, XML, CompressionTests.text)
        self.assertEqual(connection.answer().body, CompressionTests.text)


class StreamTests(DeliveryCase):
    def test_chunked(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        self.assertIsNone(delivery.write(b"one"))
        self.assertIsNone(delivery.write(b"two"))
        delivery.finish()
        answer = connection.answer()
        self.assertEqual((answer.headers["Transfer-Encoding"], answer.body), ("chunked", b"onetwo"))
        self.assertFalse(connection.transport.disconnecting)

    def test_wrongOrder(self) -> None:
        delivery, _ = self.open()
        self.assertRaises(RuntimeError, delivery.write, b"x")
        self.assertRaises(RuntimeError, delivery.finish)
        delivery.begin(200, PNG)
        self.assertRaises(RuntimeError, delivery.begin, 200, PNG)

    def test_waiting(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        delivery.write(b"x")
        connection.fill()
        waiting = delivery.write(b"=more=")
        assert waiting is not None
        self.assertNoResult(waiting)
        self.assertNotIn(b"=more=", connection.transport.value())
        connection.drain()
        self.successResultOf(waiting)
        self.assertIn(b"=more=", connection.transport.value())

    def test_cancelledWaiting(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        connection.fill()
        waiting = delivery.write(b"y")
        assert waiting is not None
        waiting.addErrback(lambda _: None).cancel()
        connection.drain()
        delivery.finish()
        self.assertEqual(connection.answer().body, b"y")

    def test_finishWhileFull(self) -> None:
        """The end comes after the last byte."""
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        connection.fill()
        delivery.write(b"last")
        delivery.finish()
        over = delivery.whenOver()
        self.assertNoResult(over)
        connection.drain()
        self.assertEqual(connection.answer().body, b"last")
        self.successResultOf(over)

    def test_producer(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        producer = Producer()
        delivery.registerProducer(producer, True)
        delivery.write(b"x")
        connection.fill()
        self.assertEqual(producer.events, ["pause"])
        self.assertIsNone(delivery.write(b"y"))
        connection.drain()
        self.assertEqual(producer.events, ["pause", "resume"])
        delivery.unregisterProducer()
        connection.fill()
        self.assertEqual(producer.events, ["pause", "resume"])

    def test_producerOnAFullConnection(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        connection.fill()
        producer = Producer()
        delivery.registerProducer(producer, True)
        self.assertEqual(producer.events, ["pause"])

    def test_badProducers(self) -> None:
        delivery, _ = self.open()
        delivery.begin(200, PNG)
        self.assertRaises(ValueError, delivery.registerProducer, Producer(), False)
        delivery.registerProducer(Producer(), True)
        self.assertRaises(RuntimeError, delivery.registerProducer, Producer(), True)

    def test_abort(self) -> None:
        """Never a clean end."""
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        delivery.write(b"part")
        delivery.abort()
        self.assertTrue(connection.transport.isAborted)
        self.assertNotIn(b"0\r\n\r\n", connection.transport.value())
        connection.lose()
        self.assertTrue(delivery.isAborted)
        self.assertFalse(delivery.isLost)
        delivery.write(b"more")
        delivery.finish()
        self.assertNotIn(b"more", connection.transport.value())

    def test_abortWhileFinishing(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        connection.fill()
        delivery.write(b"part")
        delivery.finish()
        delivery.abort()
        self.assertTrue(connection.transport.isAborted)


class LossTests(DeliveryCase):
    def test_lost(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        connection.fill()
        waiting, lost = delivery.write(b"x"), delivery.whenLost()
        assert waiting is not None
        self.assertNoResult(lost)
        connection.lose()
        self.assertTrue(delivery.isLost)
        self.successResultOf(lost)
        self.successResultOf(waiting)
        self.successResultOf(delivery.whenLost())
        self.successResultOf(delivery.whenOver())

    def test_nothingHappensAfterwards(self) -> None:
        delivery, connection = self.open()
        connection.lose()
        self.successResultOf(delivery.send(200, PNG, b"x"))
        delivery.begin(200, PNG)
        self.assertIsNone(delivery.write(b"x"))
        delivery.flush()
        delivery.finish()
        delivery.abort()
        producer = Producer()
        delivery.registerProducer(producer, True)
        self.assertEqual(producer.events, ["stop"])
        self.assertEqual(connection.transport.value(), b"")

    def test_producersAreStopped(self) -> None:
        delivery, connection = self.open()
        delivery.begin(200, PNG)
        producer = Producer()
        delivery.registerProducer(producer, True)
        connection.lose()
        self.assertEqual(producer.events, ["stop"])

    def test_notLostAfterTheEnd(self) -> None:
        delivery, connection = self.open()
        lost = delivery.whenLost()
        delivery.send(200, PNG, b"x")
        connection.lose()
        self.assertFalse(delivery.isLost)
        self.assertNoResult(lost)
