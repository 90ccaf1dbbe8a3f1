# -*- test-case-name: tests.sources.test_features -*-
"""The blocking features of a layer behind the interface of the event-driven rooms."""

from __future__ import annotations

import threading
from typing import Any

from twisted.internet import defer
from zope.interface import implementer

from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureCursor, IFeatureSource, IWorkPool
from ogctwist.sources.query import FeatureQuery
from ogctwist.sources.reader import BatchStream, IsCancelled
from ogctwist.sources.restricted import RestrictedFeatures


@implementer(IFeatureSource)
class FeatureSource:
    """
    An L{IFeatureSource}; every step that blocks runs in the pool.

    @ivar features: the same, blocking.
    """

    def __init__(self, features: RestrictedFeatures, pool: IWorkPool):
        self.features = features
        self._pool = pool

    def describe(self) -> defer.Deferred[Any]:
        """See L{IFeatureSource.describe}."""
        return self._pool.run(self.features.schema)

    def open(self, query: FeatureQuery) -> defer.Deferred[Any]:
        """See L{IFeatureSource.open}; a query that the layer refuses fails here, before any C{fetch}."""
        closed = threading.Event()
        reading = self._pool.run(self.features.read, query, closed.is_set)
        return reading.addCallback(lambda batches: FeatureCursor(batches, closed, self._pool))

    def read(self, query: FeatureQuery, isCancelled: IsCancelled) -> BatchStream:
        """See L{IFeatureSource.read}."""
        return self.features.read(query, isCancelled)

    def count(self, query: FeatureQuery) -> defer.Deferred[Any]:
        """See L{IFeatureSource.count}."""
        return self._pool.runCancellable(self.features.count, query)

    def extent(self) -> defer.Deferred[Any]:
        """See L{IFeatureSource.extent}."""
        return self._pool.runCancellable(self.features.extent)


@implementer(IFeatureCursor)
class FeatureCursor:
    """
    An L{IFeatureCursor} over an iterator that blocks.

    No thread is held between two fetches.  Cancelling the Deferred of a fetch
    closes the cursor, because what was being read is lost.
    """

    def __init__(self, batches: BatchStream, closed: threading.Event, pool: IWorkPool):
        self._batches: BatchStream | None = batches
        self._closed = closed
        self._pool = pool
        self._turn = threading.Lock()
        self._isFetching = False
        self._hasStarted = False

    def fetch(self) -> defer.Deferred[Any]:
        """See L{IFeatureCursor.fetch}.  @raise RuntimeError: the fetch before has not fired yet."""
        if self._isFetching:
            raise RuntimeError("one fetch at a time")
        if self._batches is None or self._closed.is_set():
            return defer.succeed(FeatureBatch.empty())
        self._isFetching = self._hasStarted = True
        answer: defer.Deferred[Any] = defer.Deferred(self._abandon)
        self._pool.run(self._next).addBoth(self._fetched, answer)
        return answer

    def _abandon(self, answer: defer.Deferred[Any]) -> None:
        self.close()

    def _fetched(self, result: Any, answer: defer.Deferred[Any]) -> None:
        self._isFetching = False
        if not answer.called:  # a cancelled fetch has failed already
            answer.callback(result)

    def _next(self) -> FeatureBatch:
        with self._turn:
            if self._batches is None or self._closed.is_set():
                return FeatureBatch.empty()
            batch = next(self._batches, None)
            if batch is None:
                self._batches = None
                return FeatureBatch.empty()
            return batch

    def close(self) -> defer.Deferred[Any]:
        """See L{IFeatureCursor.close}."""
        self._closed.set()
        if self._batches is None or not self._hasStarted:
            self._batches = None
            return defer.succeed(None)
        return self._pool.run(self._end).addErrback(self._endHere)

    def _end(self) -> None:
        with self._turn:
            batches, self._batches = self._batches, None
            if batches is not None:
                batches.close()

    def _endHere(self, refusal: object) -> None:
        """The pool takes no work any more: what does not wait for a thread is ended at once."""
        if self._turn.acquire(blocking=False):
            try:
                batches, self._batches = self._batches, None
                if batches is not None:
                    batches.close()
            finally:
                self._turn.release()
