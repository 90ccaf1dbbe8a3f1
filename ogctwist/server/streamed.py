# -*- test-case-name: tests.server.test_streamed -*-
"""A streamed body on its way through the filters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextvars import copy_context
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from zope.interface import implementer

from ogctwist.interfaces import IStreamedBody

if TYPE_CHECKING:
    from ogctwist.server.filters import FilterChain
    from ogctwist.server.handler import RequestHandler


class StreamFailed(Exception):
    """A filter failed when the answer had begun; the answer must not look complete."""


@implementer(IStreamedBody)
class FilteredBody:
    """
    Each chunk is put into the handler's buffer, C{sendResponse} of every filter
    runs, and what is then in the buffer leaves.  The closing part is put into the
    buffer too, C{responseComplete} runs, and the rest of the buffer is the last
    chunk.

    Whoever asks for the chunks, they are made in the context of the request.
    """

    def __init__(
        self,
        body: IStreamedBody,
        chain: FilterChain,
        handler: RequestHandler,
        complete: Callable[[], Awaitable[None]],
    ):
        """
        @param complete: runs C{responseComplete}.
        """
        self._body = body
        self._chain = chain
        self._handler = handler
        self._complete = complete
        self._context = copy_context()
        self._waiting: bytes | None = None
        self._isAtEnd = False
        self._isClosed = False
        self.chunks: Iterator[bytes | Deferred[bytes]] = self

    async def begin(self) -> bool:
        """
        Run until something is to be sent, which C{chunks} then gives first, or to
        the end.

        @return: whether something is to be sent by streaming; else the whole
            answer is at hand.
        """
        for chunk in self:
            data = await chunk if isinstance(chunk, Deferred) else chunk
            if self._isAtEnd:
                self._handler.answer.buffer[:0] = data
                return False
            if data:
                self._waiting = data
                return True
        return False

    def __iter__(self) -> Iterator[bytes | Deferred[bytes]]:
        return self

    def __next__(self) -> bytes | Deferred[bytes]:
        return self._context.run(self._next)

    def _next(self) -> bytes | Deferred[bytes]:
        if self._waiting is not None:
            data, self._waiting = self._waiting, None
            return data
        if self._isAtEnd or self._isClosed:
            raise StopIteration
        try:
            chunk = next(self._body.chunks)
        except StopIteration:
            self._isAtEnd = True
            return Deferred.fromCoroutine(self._finish())
        if len(self._chain):
            return Deferred.fromCoroutine(self._filter(chunk))
        if self._handler.answer.buffer and not isinstance(chunk, Deferred):
            return self._handler.answer.take() + chunk
        return chunk if not self._handler.answer.buffer else Deferred.fromCoroutine(self._prefixed(chunk))

    async def _prefixed(self, chunk: Deferred[bytes]) -> bytes:
        data = await chunk
        return self._handler.answer.take() + data if data else b""

    async def _filter(self, chunk: bytes | Deferred[bytes]) -> bytes:
        data = await chunk if isinstance(chunk, Deferred) else chunk
        if not data:
            return b""
        answer = self._handler.answer
        answer.write(data)
        maySend = await self._chain.sendResponse(self._handler)
        if self._handler.isStopped and not answer.headersSent:
            # A filter put an exception in place of the answer: the stream is over.
            self._isAtEnd = True
            await self._complete()
            return answer.take()
        return answer.take() if maySend else answer.takeFlushed()

    async def _finish(self) -> bytes:
        self._handler.answer.write(self._body.tail())
        await self._complete()
        if self._handler.hasFailed and self._handler.answer.headersSent:
            raise StreamFailed()
        return self._handler.answer.take()

    def tail(self) -> bytes:
        """Nothing: the closing part went through the filters."""
        return b""

    def close(self) -> None:
        """End the work behind the body."""
        if not self._isClosed:
            self._isClosed = True
            self._body.close()
