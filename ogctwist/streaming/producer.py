# -*- test-case-name: tests.streaming.test_producer -*-
"""
From a body that is made while it is sent to a push producer.

Chunks are gathered to about 64 KiB, cut when they are larger, and leave before
the next one is waited for; a consumer that has enough pauses the making of
more; a client that goes ends it in the same turn of the reactor; a failure
after the first byte cuts the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IConsumer, IPushProducer, IReactorTime
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IDelivery, IStreamedBody

log = Logger()

#: How much is written at once.
CHUNK = 64 * 1024
#: How long, in seconds, chunks that need no waiting may hold the reactor.
SLICE = 0.02

#: What is done to each chunk before it leaves: the bytes to send, empty to withhold them.
ChunkHook = Callable[[bytes], "bytes | Deferred[bytes]"]


def sendBody(
    body: IStreamedBody, delivery: IDelivery, clock: IReactorTime, eachChunk: ChunkHook | None = None
) -> Deferred[None]:
    """
    Send a body to a delivery that has begun, and finish it.

    @param eachChunk: called with each chunk but the tail.
    @return: Deferred that fires when the answer is finished.  Before it fails,
        or when it is cancelled, the delivery was aborted; the body is closed
        whatever happens.
    """

    async def send() -> None:
        try:
            await BodyProducer(body, delivery, clock, eachChunk).start()
        except BaseException:
            delivery.abort()
            raise
        delivery.finish()

    return Deferred.fromCoroutine(send())


@implementer(IPushProducer)
class BodyProducer:
    """One body on its way to a consumer."""

    def __init__(
        self,
        body: IStreamedBody,
        consumer: Any,
        clock: IReactorTime,
        eachChunk: ChunkHook | None = None,
        chunkSize: int = CHUNK,
    ):
        """
        @param consumer: an C{IConsumer}; when it has C{flush()}, that is called
            before anything is waited for.
        """
        self._body = body
        self._consumer: IConsumer = consumer
        self._flushConsumer: Callable[[], None] = getattr(consumer, "flush", lambda: None)
        self._clock = clock
        self._eachChunk = eachChunk
        self._chunkSize = chunkSize
        self._gathered: list[bytes] = []
        self._size = 0
        self._paused = False
        self._stopped = False
        self._resumed: Deferred[None] | None = None
        self._waitingOn: Deferred[Any] | None = None
        self._sliceEnd = 0.0

    def start(self) -> Deferred[None]:
        """
        Register with the consumer and send everything, the tail too.

        @return: Deferred of None, when all was written; the consumer is not
            finished by it.  Cancelling it ends the work.
        """
        return Deferred.fromCoroutine(self._run())

    # -- IPushProducer

    def pauseProducing(self) -> None:
        """The consumer has enough: nothing more is asked of the body."""
        self._paused = True

    def resumeProducing(self) -> None:
        """The consumer takes more."""
        self._paused = False
        resumed, self._resumed = self._resumed, None
        if resumed is not None:
            resumed.callback(None)

    def stopProducing(self) -> None:
        """The client is gone: the body is closed before this returns."""
        self._stopped = True
        if self._waitingOn is not None:
            self._waitingOn.cancel()

    # -- inside

    async def _run(self) -> None:
        try:
            self._consumer.registerProducer(self, True)
            try:
                await self._sendChunks()
                self._gather(self._body.tail())
                await self._writeGathered()
            finally:
                self._consumer.unregisterProducer()
        finally:
            self._close()

    async def _sendChunks(self) -> None:
        chunks = iter(self._body.chunks)
        self._sliceEnd = self._clock.seconds() + SLICE
        while True:
            await self._untilWanted()
            try:
                chunk = next(chunks)
            except StopIteration:
                return
            data = await self._flushedAndWaited(chunk) if isinstance(chunk, Deferred) else chunk
            if data and self._eachChunk is not None:
                hooked = self._eachChunk(data)
                data = await self._flushedAndWaited(hooked) if isinstance(hooked, Deferred) else hooked
            self._gather(data)
            if self._size >= self._chunkSize:
                await self._writeGathered()
            await self._giveWay()

    async def _flushedAndWaited(self, pending: Deferred[bytes]) -> bytes:
        """The result; what is gathered leaves before it is waited for."""
        try:
            if not pending.called:
                await self._writeGathered()
                self._flushConsumer()
        except BaseException:
            # Nobody is going to wait for it.
            pending.addErrback(lambda _: None)
            pending.cancel()
            raise
        return await self._await(pending)

    def _gather(self, data: bytes) -> None:
        if data:
            self._gathered.append(data)
            self._size += len(data)

    async def _writeGathered(self) -> None:
        """Write all that is gathered, in pieces, each when the consumer takes it."""
        if not self._gathered:
            return
        data = self._gathered[0] if len(self._gathered) == 1 else b"".join(self._gathered)
        self._gathered.clear()
        self._size = 0
        if len(data) <= self._chunkSize:
            await self._untilWanted()
            self._consumer.write(data)
            return
        for start in range(0, len(data), self._chunkSize):
            await self._untilWanted()
            self._consumer.write(data[start : start + self._chunkSize])

    async def _untilWanted(self) -> None:
        """Wait until the consumer takes more."""
        while self._paused and not self._stopped:
            self._resumed = Deferred()
            await self._await(self._resumed)
        if self._stopped:
            raise CancelledError

    async def _giveWay(self) -> None:
        """A body that never waits must not keep others from the reactor."""
        if self._clock.seconds() >= self._sliceEnd:
            turn: Deferred[None] = Deferred(lambda _: call.cancel())
            call = self._clock.callLater(0, turn.callback, None)
            await self._await(turn)

    async def _await(self, pending: Deferred[Any]) -> Any:
        """The result of a Deferred that L{stopProducing} cancels."""
        if pending.called:
            return await pending
        self._waitingOn = pending
        try:
            return await pending
        finally:
            self._waitingOn = None
            self._sliceEnd = self._clock.seconds() + SLICE

    def _close(self) -> None:
        self._gathered.clear()
        try:
            self._body.close()
        except Exception:
            # The answer is what it is by now; who reads the log learns of it.
            log.failure("closing a streamed body failed")
