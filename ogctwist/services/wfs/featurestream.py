# -*- test-case-name: tests.services.wfs.test_featurestream -*-
"""
Features on their way out: from cursors through an encoder, a batch at a time.

At any moment at most one batch is being read, one is being encoded, and one chunk is waiting for
the client: memory does not grow with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.encoders.featuretype import FeatureType
from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureCursor, IFeatureSource, IStreamedBody, IWorkPool
from ogctwist.services.wfs.exceptions import LayerUnavailable, unknownProperty
from ogctwist.sources.query import FeatureQuery, SourceError, UnknownField

log = Logger()

#: Rows that become one chunk: about half a megabyte of GML.
CHUNK_ROWS = 512


class TypedEncoder(Protocol):
    """An L{ogctwist.interfaces.IFeatureEncoder} that can write several types in one document."""

    def ofType(self, featureType: FeatureType) -> None: ...

    def head(self) -> bytes: ...

    def batch(self, features: FeatureBatch) -> bytes: ...

    def tail(self) -> bytes: ...


@dataclass(frozen=True, eq=False)
class Part:
    """The features of one query."""

    source: IFeatureSource
    query: FeatureQuery
    featureType: FeatureType


@implementer(IStreamedBody)
class FeatureStream:
    """
    The features of several queries, one after another, as one document.

    The head leaves with the first batch, which is read before it: what fails until then is still
    an exception report.
    """

    def __init__(self, parts: Sequence[Part], encoder: TypedEncoder, pool: IWorkPool):
        """
        @param pool: where batches are encoded.
        """
        self._encoder = encoder
        self._pool = pool
        self._parts = iter(parts)
        self._part: Part | None = None
        self._cursor: IFeatureCursor | None = None
        self._ahead: Deferred[FeatureBatch] | None = None
        self._batch: FeatureBatch | None = None
        self._row = 0
        self._head: bytes | None = None
        self._isAtEnd = False
        self._isClosed = False
        self.chunks: Iterator[bytes | Deferred[bytes]] = self

    def __iter__(self) -> Iterator[bytes | Deferred[bytes]]:
        return self

    def __next__(self) -> Deferred[bytes]:
        if self._isAtEnd or self._isClosed:
            raise StopIteration
        return Deferred.fromCoroutine(self._chunk())

    async def _chunk(self) -> bytes:
        """The next rows as bytes; empty at the end."""
        try:
            features = await self._rows()
        except SourceError as error:
            raise self._told(error) from error
        head = b""
        if self._head is None:
            head = self._head = self._encoder.head()
        if features is None:
            self._isAtEnd = True
            return head
        return head + await self._pool.run(self._encoder.batch, features)

    async def _rows(self) -> FeatureBatch | None:
        """Some rows of the current batch, of the next one, or of the next part; None at the end."""
        while self._batch is None or self._row >= len(self._batch):
            self._batch = None
            if self._cursor is None and not await self._openNext():
                return None
            batch = await self._fetched()
            if len(batch):
                self._batch, self._row = batch, 0
                self._fetchAhead()
            else:
                await self._closeCursor()
        start, self._row = self._row, self._row + CHUNK_ROWS
        if start == 0 and len(self._batch) <= CHUNK_ROWS:
            return self._batch
        return self._batch.slice(start, self._row)

    async def _openNext(self) -> bool:
        """Open the next part.  @return: whether there was one."""
        part = next(self._parts, None)
        if part is None:
            return False
        if self._part is not None:
            self._encoder.ofType(part.featureType)
        self._part = part
        self._cursor = await part.source.open(part.query)
        if self._isClosed:  # the client went while it was being opened
            await self._closeCursor()
            return False
        return True

    async def _fetched(self) -> FeatureBatch:
        """The next batch of the cursor."""
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            assert self._cursor is not None
            ahead = self._cursor.fetch()
        return await ahead

    def _fetchAhead(self) -> None:
        """Have the next batch read while this one is encoded and sent."""
        if self._cursor is not None and not self._isClosed:
            self._ahead = self._cursor.fetch()

    async def _closeCursor(self) -> None:
        cursor, self._cursor = self._cursor, None
        if cursor is not None:
            await cursor.close()

    def tail(self) -> bytes:
        """See L{IStreamedBody}."""
        return self._encoder.tail()

    def close(self) -> None:
        """End the reading, whatever is under way."""
        self._isClosed = True
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.addErrback(lambda _: None)
            ahead.cancel()
        cursor, self._cursor = self._cursor, None
        self._batch = None
        if cursor is not None:
            cursor.close().addErrback(lambda failure: log.failure("closing a cursor failed", failure))

    def _told(self, error: SourceError) -> Exception:
        """What the client is told of a failure of the source."""
        typeName = self._part.featureType.name if self._part is not None else ""
        if isinstance(error, UnknownField):
            return unknownProperty(error.field, typeName)
        log.error("{type}: {reason}", type=typeName, reason=str(error))
        return LayerUnavailable(typeName)
