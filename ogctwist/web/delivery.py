# -*- test-case-name: tests.web.test_delivery -*-
"""Answers out: what the server room writes to, and how fast."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer, IPushProducer
from twisted.python.failure import Failure
from twisted.web import http
from zope.interface import implementer

from ogctwist.interfaces import IDelivery, IWorkPool
from ogctwist.web.channel import LimitedRequest
from ogctwist.web.compression import (
    SMALLEST,
    Compressor,
    acceptsGzip,
    gzipCompressor,
    gzipped,
    isCompressible,
)

#: No more than this is handed to the transport at once, so that a slow client
#: is seen to take it piece by piece.
PIECE = 64 * 1024
#: Larger documents are compressed in a thread.
_THREAD = 128 * 1024

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@implementer(IDelivery, IConsumer, IPushProducer)
class Delivery:
    """
    One answer on its way through a Twisted request.

    To the request it is the push producer; to the server room it is the
    consumer.

    @ivar isFinished: C{finish} was called; C{isAborted}: C{abort} was.
    """

    def __init__(
        self,
        request: LimitedRequest,
        common: Headers = (),
        pool: IWorkPool | None = None,
        compress: bool = True,
    ):
        """
        @param common: headers that every answer has; those of the answer go first.
        @param pool: where large documents are compressed; None: here.
        @param compress: whether text may be sent as gzip.
        """
        self._request = request
        self._common = _pairs(common)
        self._pool = pool
        self._queue: deque[memoryview] = deque()
        self._paused = False
        self._finishing = False
        self._ended = False
        self._isGone = False
        self._ready: list[Deferred[None]] = []
        self._watchers: list[Deferred[None]] = []
        self._producer: Any = None
        self._producerPaused = False
        self._compressor: Compressor | None = None
        self._compressible = compress
        self._over: list[Deferred[None]] = []
        self.isBegun = False
        self.isLost = False
        self.isFinished = False
        self.isAborted = False
        self.wantsBody = request.method != b"HEAD"
        request.notifyFinish().addErrback(self._lost).addCallback(self._gone)

    # -- what the server room calls

    def send(self, status: int, headers: Headers, body: bytes) -> Deferred[None]:
        """See L{IDelivery}."""
        if self._isOver:
            return succeed(None)
        pairs = _pairs(headers)
        if self._isUnchanged(status, pairs):
            self.begin(http.NOT_MODIFIED, [(n, v) for n, v in pairs if not n.lower().startswith("content-")])
            self.finish()
            return succeed(None)
        if not self._compresses(pairs, len(body)):
            return self._sendAll(status, pairs, body)
        pairs += [("Content-Encoding", "gzip")]
        if self._pool is None or len(body) < _THREAD:
            return self._sendAll(status, pairs, gzipped(body))
        compressed: Deferred[bytes] = self._pool.run(gzipped, body)
        return compressed.addCallback(lambda data: self._sendAll(status, pairs, data))

    def begin(self, status: int, headers: Headers) -> None:
        """See L{IDelivery}."""
        if self._isOver:
            return
        if self.isBegun:
            raise RuntimeError("the answer has begun already")
        self.isBegun = True
        pairs = _pairs(headers)
        if self._compresses(pairs):
            self._compressor = gzipCompressor()
            pairs = [(n, v) for n, v in pairs if n.lower() != "content-length"]
            pairs.append(("Content-Encoding", "gzip"))
        self._setHeaders(pairs)
        self._request.setResponseCode(status)
        self._request.registerProducer(self, True)

    def write(self, data: bytes) -> Deferred[None] | None:  # type: ignore[override]
        """See L{IDelivery}."""
        if self._isOver:
            return None
        if not self.isBegun:
            raise RuntimeError("the answer has not begun")
        if self._compressor is not None:
            data = self._compressor.compress(data)
        self._put(data)
        return self._whenReady()

    def flush(self) -> None:
        """See L{IDelivery}."""
        if self._compressor is not None and not self._isOver:
            self._put(self._compressor.flush(zlib.Z_SYNC_FLUSH))

    def finish(self) -> None:
        """See L{IDelivery}."""
        if self._isOver:
            return
        if not self.isBegun:
            raise RuntimeError("the answer has not begun")
        if self._compressor is not None:
            self._put(self._compressor.flush())
        self._finishing = self.isFinished = True
        self._drain()

    def abort(self) -> None:
        """See L{IDelivery}."""
        if self._ended or self.isLost:
            return
        self._ended = self.isAborted = True
        self._queue.clear()
        self._stop()
        self._request.abort()

    def whenLost(self) -> Deferred[None]:
        """See L{IDelivery}."""
        if self.isLost:
            return succeed(None)
        watcher: Deferred[None] = Deferred()
        self._watchers.append(watcher)
        return watcher

    def whenOver(self) -> Deferred[None]:
        """
        @return: Deferred that fires when the last byte went to the connection, or
            there is no connection any more.
        """
        over: Deferred[None] = Deferred()
        if self._isGone:
            over.callback(None)
        else:
            self._over.append(over)
        return over

    # -- IConsumer, for a producer of the server room

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A push producer that is paused whenever C{write} would have had it wait."""
        if not streaming:
            raise ValueError("a push producer is expected")
        if self._producer is not None:
            raise RuntimeError("a producer is registered already")
        if self.isLost or self._ended:
            producer.stopProducing()
            return
        self._producer = producer
        self._producerPaused = False
        self._tellProducer()

    def unregisterProducer(self) -> None:
        """The producer is done."""
        self._producer = None

    # -- IPushProducer, for the connection

    def pauseProducing(self) -> None:
        """The connection has enough."""
        self._paused = True
        self._tellProducer()

    def resumeProducing(self) -> None:
        """The connection takes more."""
        self._paused = False
        self._drain()

    def stopProducing(self) -> None:
        """The connection is going; L{_lost} follows."""

    # -- inside

    @property
    def _isOver(self) -> bool:
        return self.isLost or self._ended or self._finishing

    @property
    def _isFull(self) -> bool:
        return self._paused or bool(self._queue)

    def _sendAll(self, status: int, pairs: list[tuple[str, str]], body: bytes) -> Deferred[None]:
        if self._isOver:
            return succeed(None)
        pairs = [(n, v) for n, v in pairs if n.lower() != "content-length"]
        # A content encoding is set by now, or not wanted: begin() must not add one.
        self._compressible = False
        if status not in http.NO_BODY_CODES:
            pairs.append(("Content-Length", str(len(body))))
        self.begin(status, pairs)
        waiting = self.write(body)
        if waiting is None:
            self.finish()
            return succeed(None)
        return waiting.addCallback(lambda _: self.finish())

    def _compresses(self, pairs: list[tuple[str, str]], size: int = SMALLEST) -> bool:
        """Whether an answer is compressed; adds to C{pairs} what caches must know of that."""
        headers = {name.lower(): value for name, value in pairs}
        if (
            not self._compressible
            or "content-encoding" in headers
            or not isCompressible(headers.get("content-type", ""))
        ):
            return False
        pairs.append(("Vary", "Accept-Encoding"))
        accepted = self._request.getHeader("accept-encoding") or ""
        return size >= SMALLEST and acceptsGzip(accepted)

    def _isUnchanged(self, status: int, pairs: list[tuple[str, str]]) -> bool:
        known = self._request.getHeader("if-none-match")
        if known is None or status != http.OK or self._request.method not in (b"GET", b"HEAD"):
            return False
        etag = next((value for name, value in pairs if name.lower() == "etag"), "").removeprefix("W/")
        return bool(etag) and etag in {tag.strip().removeprefix("W/") for tag in known.split(",")}

    def _setHeaders(self, pairs: list[tuple[str, str]]) -> None:
        headers = self._request.responseHeaders
        given = {name.lower() for name, _ in pairs}
        for name, value in [
            *pairs,
            *((n, v) for n, v in self._common if n.lower() not in given or n == "Vary"),
        ]:
            raw = value.encode("utf-8")
            if name.lower() in ("vary", "set-cookie", "link", "warning"):
                headers.addRawHeader(name, raw)
            else:
                headers.setRawHeaders(name, [raw])

    def _put(self, data: bytes) -> None:
        if data and self.wantsBody:
            self._queue.append(memoryview(data))
        self._drain()

    def _drain(self) -> None:
        while self._queue and not self._paused:
            data = self._queue.popleft()
            if len(data) > PIECE:
                self._queue.appendleft(data[PIECE:])
                data = data[:PIECE]
            self._request.write(bytes(data))
        if self._finishing and not self._queue:
            self._end()
            return
        self._tellProducer()
        if not self._isFull:
            ready, self._ready = self._ready, []
            for deferred in ready:
                deferred.callback(None)

    def _whenReady(self) -> Deferred[None] | None:
        if self._producer is not None or not self._isFull:
            return None
        waiting: Deferred[None] = Deferred(self._forget)
        self._ready.append(waiting)
        return waiting

    def _forget(self, waiting: Deferred[None]) -> None:
        self._ready.remove(waiting)

    def _tellProducer(self) -> None:
        if self._producer is None or self._producerPaused == self._isFull:
            return
        self._producerPaused = self._isFull
        if self._producerPaused:
            self._producer.pauseProducing()
        else:
            self._producer.resumeProducing()

    def _end(self) -> None:
        self._ended = True
        self._request.unregisterProducer()
        self._request.finish()

    def _lost(self, reason: Failure) -> None:
        if not self._ended:
            self.isLost = True
            self._queue.clear()
            self._stop()

    def _gone(self, _: object) -> None:
        self._isGone = True
        over, self._over = self._over, []
        for deferred in over:
            deferred.callback(None)

    def _stop(self) -> None:
        """Let go of everybody who waits for the client."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.stopProducing()
        waiting = self._ready + (self._watchers if self.isLost else [])
        self._ready, self._watchers = [], []
        for deferred in waiting:
            deferred.callback(None)


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return list(headers.items()) if isinstance(headers, Mapping) else list(headers)
