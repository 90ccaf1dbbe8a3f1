"""A body becomes a push producer: pace, cancellation, failures."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IDelivery, IStreamedBody
from ogctwist.streaming.producer import BodyProducer, sendBody


@implementer(IStreamedBody)
class Body:
    """A body of given chunks."""

    def __init__(self, chunks: Any, tail: bytes = b"]"):
        self.chunks = iter(chunks)
        self._tail = tail
        self.tails = 0
        self.closed = 0

    def tail(self) -> bytes:
        self.tails += 1
        return self._tail

    def close(self) -> None:
        self.closed += 1


@implementer(IConsumer, IDelivery)
class Consumer:
    """Remembers what was done to it; pauses its producer when C{room} bytes were written."""

    isBegun = True
    isLost = False
    wantsBody = True

    def __init__(self, room: int | None = None):
        self.events: list[Any] = []
        self.producer: Any = None
        self.room = room

    @property
    def written(self) -> bytes:
        return b"".join(event for event in self.events if isinstance(event, bytes))

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        assert streaming
        self.producer = producer

    def unregisterProducer(self) -> None:
        self.producer = None

    def write(self, data: bytes) -> None:
        self.events.append(data)
        if self.room is not None:
            self.room -= len(data)
            if self.room <= 0:
                self.producer.pauseProducing()

    def take(self, size: int) -> None:
        self.room = size
        self.producer.resumeProducing()

    def flush(self) -> None:
        self.events.append("flush")

    def finish(self) -> None:
        self.events.append("finish")

    def abort(self) -> None:
        self.events.append("abort")

    def send(self, status: int, headers: Any, body: bytes) -> Any:
        raise AssertionError("not expected")

    def begin(self, status: int, headers: Any) -> None:
        raise AssertionError("not expected")

    def whenLost(self) -> Any:
        raise AssertionError("not expected")


class BodyProducerTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()

    def start(self, body: Body, consumer: Consumer, **arguments: Any) -> Deferred[None]:
        return BodyProducer(body, consumer, self.clock, **arguments).start()

    def test_interfaces(self) -> None:
        verifyObject(IPushProducer, BodyProducer(Body([]), Consumer(), self.clock))
        verifyObject(IStreamedBody, Body([]))
        verifyObject(IDelivery, Consumer())

    def test_smallChunksAreGathered(self) -> None:
        body, consumer = Body([b"[", b"", b"a", succeed(b"b")]), Consumer()
        self.successResultOf(self.start(body, consumer))
        self.assertEqual(consumer.events, [b"[ab]"])
        self.assertEqual((body.tails, body.closed, consumer.producer), (1, 1, None))

    def test_chunksLeaveAtTheirSize(self) -> None:
        body, consumer = Body([b"123", b"456", b"7"], b"8"), Consumer()
        self.successResultOf(self.start(body, consumer, chunkSize=5))
        self.assertEqual(consumer.events, [b"12345", b"6", b"78"])

    def test_largeChunksAreCut(self) -> None:
        body, consumer = Body([b"x" * 200_000], b""), Consumer()
        self.successResultOf(self.start(body, consumer))
        self.assertEqual([len(event) for event in consumer.events], [65536, 65536, 65536, 3392])

    def test_flushedBeforeWaiting(self) -> None:
        """The first bytes are not kept back until the next batch is ready."""
        pending: Deferred[bytes] = Deferred()
        body, consumer = Body([b"[", pending]), Consumer()
        done = self.start(body, consumer)
        self.assertEqual(consumer.events, [b"[", "flush"])
        self.assertNoResult(done)
        pending.callback(b"1")
        self.successResultOf(done)
        self.assertEqual(consumer.written, b"[1]")

    def test_pause(self) -> None:
        """While the client takes nothing the body is asked for nothing."""
        asked: list[int] = []

        def chunks() -> Iterator[bytes]:
            for number in range(10):
                asked.append(number)
                yield b"x" * 100

        body, consumer = Body(chunks()), Consumer(room=250)
        done = self.start(body, consumer, chunkSize=100)
        self.assertEqual(asked, [0, 1, 2])
        self.assertNoResult(done)
        consumer.take(200)
        self.assertEqual(asked, [0, 1, 2, 3, 4])
        consumer.take(1_000)
        self.successResultOf(done)
        self.assertEqual(consumer.written, b"x" * 1000 + b"]")

    def test_pauseWithinALargeChunk(self) -> None:
        body, consumer = Body([b"x" * 1000], b""), Consumer(room=1)
        done = self.start(body, consumer, chunkSize=100)
        self.assertEqual(len(consumer.written), 100)
        consumer.take(250)
        self.assertEqual(len(consumer.written), 400)
        consumer.take(1_000)
        self.successResultOf(done)

    def test_memoryIsFlatWhilePaused(self) -> None:
        """A hundred megabytes pass through, a client that takes them by the piece: memory does not grow."""
        body = Body((bytes(50_000) for _ in range(2_000)), b"")
        consumer = Consumer(room=1)
        taken = 0
        gc.collect()
        tracemalloc.start()
        try:
            done = self.start(body, consumer)
            while not done.called:
                taken += len(consumer.written)
                consumer.events.clear()
                consumer.take(1)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        self.assertEqual(taken + len(consumer.written), 100_000_000)
        self.assertLess(peak, 2_000_000)

    def test_bodiesThatNeverWaitGiveWay(self) -> None:
        """Others get the reactor in between."""
        turns: list[float] = []

        class CountingClock(Clock):
            def callLater(self, delay: float, *arguments: Any) -> Any:
                turns.append(delay)
                return super().callLater(delay, *arguments)

        clock = CountingClock()

        def chunks() -> Iterator[bytes]:
            for _ in range(10):
                clock.rightNow += 0.015
                yield b""

        body, consumer = Body(chunks()), Consumer()
        done = BodyProducer(body, consumer, clock).start()
        self.assertNoResult(done)
        clock.advance(0)
        self.successResultOf(done)
        self.assertEqual(turns, [0] * 5)
        self.assertEqual(consumer.written, b"]")

    def test_hook(self) -> None:
        """Each chunk goes through the hook, which may wait, change and withhold; the tail does not."""
        pending: Deferred[bytes] = Deferred()
        seen = []

        def hook(chunk: bytes) -> Any:
            seen.append(chunk)
            return {b"a": b"A", b"b": b"", b"c": pending}[chunk]

        body, consumer = Body([b"a", b"b", b"", b"c"]), Consumer()
        done = self.start(body, consumer, eachChunk=hook)
        self.assertEqual(seen, [b"a", b"b", b"c"])
        self.assertEqual(consumer.events, [b"A", "flush"])
        pending.callback(b"C")
        self.successResultOf(done)
        self.assertEqual(consumer.written, b"AC]")

    # -- the client goes

    def lostWhile(self, body: Body, consumer: Consumer, **arguments: Any) -> None:
        """The client goes: the body is closed before stopProducing returns, and nothing more is written."""
        done = self.start(body, consumer, **arguments)
        self.assertNoResult(done)
        written = list(consumer.events)
        consumer.producer.stopProducing()
        self.assertEqual(body.closed, 1)
        self.failureResultOf(done, CancelledError)
        self.assertEqual((consumer.events, body.tails, consumer.producer), (written, 0, None))

    def test_lostWhileWaiting(self) -> None:
        cancelled: list[Any] = []
        pending: Deferred[bytes] = Deferred(cancelled.append)
        self.lostWhile(Body([b"[", pending]), Consumer())
        self.assertEqual(cancelled, [pending])

    def test_lostWhilePaused(self) -> None:
        self.lostWhile(Body([b"x" * 100_000, b"y"]), Consumer(room=1))

    def test_lostWhilePausedBeforeWaiting(self) -> None:
        """A chunk that nobody waits for any more is cancelled too."""
        cancelled: list[Any] = []
        pending: Deferred[bytes] = Deferred(cancelled.append)
        self.lostWhile(Body([b"xy", b"z", pending], b""), Consumer(room=1), chunkSize=2)
        self.assertEqual(cancelled, [])
        body = Body([b"z", pending])
        consumer = Consumer(room=10)
        done = BodyProducer(body, consumer, self.clock, chunkSize=2).start()
        self.assertEqual(consumer.events, [b"z", "flush"])
        consumer.producer.stopProducing()
        self.assertEqual(cancelled, [pending])
        self.failureResultOf(done, CancelledError)

    def test_lostWhileHooked(self) -> None:
        self.lostWhile(Body([b"["]), Consumer(), eachChunk=lambda chunk: Deferred())

    def test_lostWhileGivingWay(self) -> None:
        def chunks() -> Iterator[bytes]:
            self.clock.rightNow += 1
            yield b"x"
            raise AssertionError("asked after the end")

        self.lostWhile(Body(chunks()), Consumer())
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_lostAtRegistration(self) -> None:
        """A consumer whose client is gone already stops the producer at once."""

        class Gone(Consumer):
            def registerProducer(self, producer: Any, streaming: bool) -> None:
                producer.stopProducing()

        body = Body([b"x"])
        self.failureResultOf(self.start(body, Gone()), CancelledError)
        self.assertEqual((body.closed, body.tails), (1, 0))

    def test_lostWithinAWrite(self) -> None:
        class Breaking(Consumer):
            def write(self, data: bytes) -> None:
                super().write(data)
                self.producer.stopProducing()

        body, consumer = Body([b"x" * 10, b"y" * 10]), Breaking()
        self.failureResultOf(self.start(body, consumer, chunkSize=10), CancelledError)
        self.assertEqual((consumer.written, body.closed), (b"x" * 10, 1))

    def test_cancelled(self) -> None:
        body, consumer = Body([b"[", Deferred()]), Consumer()
        done = self.start(body, consumer)
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.assertEqual((body.closed, consumer.producer), (1, None))


class SendBodyTests(SynchronousTestCase):
    def test_finished(self) -> None:
        body, consumer = Body([b"[", b"1"]), Consumer()
        self.successResultOf(sendBody(body, consumer, Clock()))
        self.assertEqual(consumer.events, [b"[1]", "finish"])

    def broken(self, at: int) -> Iterator[Any]:
        for number in range(4):
            if number == at:
                raise ZeroDivisionError
            yield b"x"

    def test_failureAtEveryPoint(self) -> None:
        """Whatever fails and when: never a clean end, and the body is closed once."""

        class BadTail(Body):
            def tail(self) -> bytes:
                raise ZeroDivisionError

        failed: Deferred[bytes] = Deferred()
        failed.errback(ZeroDivisionError())
        hookFailed: Deferred[bytes] = Deferred()
        hookFailed.errback(ZeroDivisionError())
        cases: list[tuple[Body, Any]] = [(Body(self.broken(at)), None) for at in range(4)]
        cases += [
            (Body([b"x", failed]), None),
            (BadTail([b"x"]), None),
            (Body([b"x"]), lambda chunk: 1 / 0),
            (Body([b"x"]), lambda chunk: hookFailed),
        ]
        for body, hook in cases:
            consumer = Consumer()
            self.failureResultOf(sendBody(body, consumer, Clock(), hook), ZeroDivisionError)
            self.assertEqual([event for event in consumer.events if event in ("abort", "finish")], ["abort"])
            self.assertEqual((body.closed, consumer.producer), (1, None))

    def test_laterFailure(self) -> None:
        pending: Deferred[bytes] = Deferred()
        body, consumer = Body([b"x", pending]), Consumer()
        done = sendBody(body, consumer, Clock())
        pending.errback(ZeroDivisionError())
        self.failureResultOf(done, ZeroDivisionError)
        self.assertEqual(consumer.events, [b"x", "flush", "abort"])

    def test_cancelled(self) -> None:
        body, consumer = Body([Deferred()]), Consumer()
        done = sendBody(body, consumer, Clock())
        done.cancel()
        self.failureResultOf(done, CancelledError)
        self.assertEqual((consumer.events[-1], body.closed), ("abort", 1))

    def test_badClose(self) -> None:
        """The answer was sent: the failure is for the log."""

        class BadClose(Body):
            def close(self) -> None:
                raise ZeroDivisionError

        consumer = Consumer()
        self.successResultOf(sendBody(BadClose([b"x"]), consumer, Clock()))
        self.assertEqual(consumer.events, [b"x]", "finish"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
