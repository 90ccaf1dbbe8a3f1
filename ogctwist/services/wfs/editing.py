# -*- test-case-name: tests.services.wfs.test_transaction -*-
"""What Transactions work with; made where the server is put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, Protocol

from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.threads import blockingCallFromThread

from ogctwist.interfaces import IWorkPool
from ogctwist.project.layers import Layer
from ogctwist.sources.editing import EditSession
from ogctwist.sources.query import SourceSchema


class Sessions(Protocol):
    """What opens sessions: L{ogctwist.sources.editing.catalogue.EditCatalogue}."""

    def sourceOf(self, layer: Layer) -> str: ...

    def session(self, layer: Layer) -> EditSession: ...

    def isEditable(self, layer: Layer, schema: SourceSchema) -> bool: ...


class WriterQueue:
    """
    Lets one Transaction at a time at each data source; the others wait without a thread.

    That is for good manners: what keeps writers apart, also those of other processes, are the
    locks of the sources themselves.
    """

    def __init__(self) -> None:
        self._locks: dict[str, DeferredLock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, source: str) -> AsyncIterator[None]:
        """Wait for one's turn; it ends with the block."""
        lock = self._locks.setdefault(source, DeferredLock())
        self._users[source] = self._users.get(source, 0) + 1
        try:
            await lock.acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            self._users[source] -= 1
            if not self._users[source]:
                del self._users[source], self._locks[source]


@dataclass(frozen=True)
class Editing:
    """
    @ivar pool: threads of their own: a Transaction keeps one until its end, also while access
        control makes up its mind, and access control may itself need threads to read with.
    @ivar sessions: makes sessions on data sources.
    @ivar inReactor: called in a thread with a function: calls that in the reactor's thread, and
        waits for its result.
    """

    pool: IWorkPool
    sessions: Sessions
    inReactor: Callable[[Callable[[], Awaitable[Any]]], Any]
    queue: WriterQueue = field(default_factory=WriterQueue)


def callerIn(reactor: IReactorFromThreads) -> Callable[[Callable[[], Awaitable[Any]]], Any]:
    """What L{Editing.inReactor} is with a real reactor; it keeps the thread's context variables."""

    def call(function: Callable[[], Awaitable[Any]]) -> Any:
        context = copy_context()

        async def wait() -> Any:
            return await function()

        return blockingCallFromThread(reactor, context.run, lambda: Deferred.fromCoroutine(wait()))

    return call
