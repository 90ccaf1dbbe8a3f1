# -*- test-case-name: tests.qgiscompat.test_pushed -*-
"""
Answers that a plugin's service sends bit by bit: what it flushes is streamed while it goes
on, and a slow client slows it down.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from ogctwist.interfaces import IStreamedBody
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.response import LiveResponse
from ogctwist.qgiscompat.threads import PluginThreads, checkTime, currentJob, waitFor
from ogctwist.server.answer import Answer


class ClientGone(ConnectionError):
    """Nobody reads the answer any more."""


@implementer(IStreamedBody)
class PushedBody:
    """
    Chunks as they are pushed, one at a time: C{push} is answered when the next one is asked
    for.  Used in the reactor's thread.

    @ivar isStreaming: whether something was pushed.
    @ivar unsent: what the service wrote and did not flush; at its end, the closing part.
    """

    def __init__(self, threads: PluginThreads, answer: Answer):
        self._threads = threads
        self._answer = answer
        self._call: Deferred[Any] | None = None
        self._outcome: Any = None
        self._isOver = self._isClosed = False
        self._waiting: bytes | None = None
        self._asked: Deferred[bytes] | None = None
        self._pusher: Deferred[None] | None = None
        self._first: Deferred[None] = Deferred(self._abandon)
        self.unsent = bytearray()
        self.isStreaming = False
        self.chunks: Iterator[bytes | Deferred[bytes]] = self

    # The service's side.

    def follow(self, call: Deferred[Any]) -> None:
        """Know when the service has ended."""
        self._call = call
        call.addBoth(self._end)

    def firstPart(self) -> Deferred[None]:
        """Fires when something was pushed, or the service has ended; fails as it does."""
        return self._first

    def push(self, data: bytes) -> Deferred[None]:
        """@return: Deferred that fires when more may be pushed."""
        if self._isClosed:
            raise ClientGone("the client has gone")
        pusher = self._pusher = Deferred()
        if self._asked is not None:
            asked, self._asked = self._asked, None
            asked.callback(data)
        else:
            self._waiting = data
        if not self.isStreaming:
            self.isStreaming = True
            self._first.callback(None)
        return pusher

    def _end(self, result: Any) -> None:
        self._isOver = True
        failed = isinstance(result, Failure)
        if not self.isStreaming:
            if not self._first.called:
                self._first.callback(result if failed else None)
            return
        if self._asked is not None:
            asked, self._asked = self._asked, None
            asked.callback(result if failed and not self._isClosed else b"")
        elif failed and not self._isClosed:
            self._outcome = result

    def _abandon(self, _: Deferred[None]) -> None:
        if self._call is not None:
            self._call.cancel()

    # The producer's side.

    def __iter__(self) -> Iterator[bytes | Deferred[bytes]]:
        return self

    def __next__(self) -> bytes | Deferred[bytes]:
        if self._waiting is not None:
            data, self._waiting = self._waiting, None
            return data
        pusher, self._pusher = self._pusher, None
        if pusher is not None and not pusher.called:
            pusher.callback(None)
        if self._outcome is not None:
            outcome, self._outcome = self._outcome, None
            outcome.raiseException()
        if self._isOver:
            raise StopIteration
        self._asked = Deferred()
        return self._asked

    def tail(self) -> bytes:
        """See L{IStreamedBody}."""
        return bytes(self.unsent)

    def close(self) -> None:
        """See L{IStreamedBody}.  The service is told when it next pushes."""
        if self._isClosed:
            return
        self._isClosed = True
        pusher, self._pusher = self._pusher, None
        if pusher is not None and not pusher.called:
            pusher.errback(ClientGone("the client has gone"))
        if self._call is not None and not self._isOver:
            self._call.cancel()


class PushingResponse(LiveResponse):
    """
    The response of a plugin's service.  Until the first C{flush} it is the server's; then it
    has a buffer of its own, because filters have the server's.
    """

    _q_body: PushedBody
    _q_own: bytearray | None

    def _make(self, native: Answer, body: PushedBody) -> None:  # type: ignore[override]
        super()._make(native)
        self._q_body = body
        self._q_own = None

    def flush(self) -> None:
        """Send what is in the buffer; waits until it is on its way."""
        if self._q_own is None:
            data = self._q_answer().take()
            self._q_own = self._q_body.unsent
        else:
            checkTime()
            data = bytes(self._q_own)
            self._q_own.clear()
        if not data:
            return
        waitFor(lambda: self._q_body.push(data))
        job = currentJob.get()
        if job is not None and job.begun is not None:
            # It is alive: its time begins anew.
            job.begun = self._q_body._threads.now()

    def _q_buffer(self) -> bytearray:
        return self._q_answer().buffer if self._q_own is None else self._q_own

    def write(self, data: Any) -> Any:
        """See L{QgsServerResponse.write}."""
        if self._q_own is None:
            return super().write(data)
        checkTime()
        written = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        self._q_own += written
        return None if isinstance(data, str) else len(written)

    def data(self) -> Any:
        """What was not flushed yet (a QByteArray)."""
        return qtModule("QtCore").QByteArray(bytes(self._q_buffer()))

    def headersSent(self) -> bool:
        """Whether something was flushed."""
        return self._q_own is not None or super().headersSent()

    def truncate(self) -> None:
        """Empty the buffer."""
        self._q_buffer().clear()

    def clear(self) -> None:
        """Empty the buffer, and the headers if nothing was flushed yet."""
        if self._q_own is None:
            super().clear()
        else:
            self._q_own.clear()
