"""Cursors: one fetch at a time, nothing held in between, cancelled when closed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from twisted.internet.defer import Deferred, fail
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.batch import FeatureBatch
from ogctwist.sources.features import FeatureSource
from ogctwist.sources.query import (
    UNRESTRICTED,
    FeatureQuery,
    FieldType,
    SourceError,
    SourceField,
    SourceSchema,
)
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures
from tests.doubles.features import HeldPool, MemoryFeaturesReader

SCHEMA = SourceSchema((SourceField("n", FieldType.LONG),))


class CursorTests(SynchronousTestCase):
    def setUp(self) -> None:
        batches = [FeatureBatch(np.array([n]), None, {"n": pa.array([n])}) for n in range(4)]
        self.reader = MemoryFeaturesReader(SCHEMA, batches)
        self.pool = HeldPool()
        self.source = FeatureSource(RestrictedFeatures(self.reader, LayerOptions(), UNRESTRICTED), self.pool)

    def open(self, query: FeatureQuery = FeatureQuery()) -> Any:  # noqa: B008 - immutable
        opened = self.source.open(query)
        self.pool.work()
        return self.successResultOf(opened)

    def fetch(self, cursor: Any) -> Any:
        fetched = cursor.fetch()
        self.pool.work()
        return self.successResultOf(fetched)

    def test_everyFetchIsOneStep(self) -> None:
        cursor = self.open()
        self.assertEqual(self.pool.waiting, [])
        self.assertEqual([self.fetch(cursor).ids.tolist() for _ in range(2)], [[0], [1]])
        self.assertEqual(self.pool.waiting, [])

    def test_oneAtATime(self) -> None:
        cursor = self.open()
        first = cursor.fetch()
        self.assertRaises(RuntimeError, cursor.fetch)
        self.pool.work()
        self.assertEqual(len(self.successResultOf(first)), 1)

    def test_theEnd(self) -> None:
        cursor = self.open()
        sizes = [len(self.fetch(cursor)) for _ in range(5)]
        self.assertEqual(sizes, [1, 1, 1, 1, 0])
        self.assertEqual(self.reader.closed, 1)
        self.assertEqual(len(self.successResultOf(cursor.fetch())), 0)
        self.successResultOf(cursor.close())

    def test_closingInTheMiddle(self) -> None:
        cursor = self.open()
        self.fetch(cursor)
        closed = cursor.close()
        self.assertEqual(self.reader.closed, 0)
        self.pool.work()
        self.successResultOf(closed)
        self.assertEqual(self.reader.closed, 1)
        self.assertEqual(len(self.successResultOf(cursor.fetch())), 0)

    def test_closingBeforeTheFirstFetch(self) -> None:
        self.successResultOf(self.open().close())
        self.assertEqual(self.pool.waiting, [])

    def test_closingWhileAFetchWaits(self) -> None:
        cursor = self.open()
        self.fetch(cursor)
        fetched = cursor.fetch()
        closed = cursor.close()
        self.pool.work()
        self.assertEqual(len(self.successResultOf(fetched)), 0)
        self.assertNoResult(closed)
        self.pool.work()
        self.successResultOf(closed)
        self.assertEqual(self.reader.closed, 1)

    def test_closingTwice(self) -> None:
        cursor = self.open()
        self.fetch(cursor)
        both = [cursor.close(), cursor.close()]
        self.pool.work()
        self.pool.work()
        for closed in both:
            self.successResultOf(closed)
        self.assertEqual(self.reader.closed, 1)

    def test_closingWhenThePoolTakesNoWork(self) -> None:
        cursor = self.open()
        self.fetch(cursor)
        self.patch(self.pool, "run", lambda *arguments: fail(RuntimeError("full")))
        self.successResultOf(cursor.close())
        self.assertEqual(self.reader.closed, 1)

    def test_cancellingAFetchClosesTheCursor(self) -> None:
        cursor = self.open()
        self.fetch(cursor)
        fetched: Deferred[Any] = cursor.fetch()
        fetched.cancel()
        self.failureResultOf(fetched)
        while self.pool.waiting:
            self.pool.work()
        self.assertEqual(self.reader.closed, 1)

    def test_aFailureInTheMiddle(self) -> None:
        self.reader.batches[1] = None  # type: ignore[call-overload]
        cursor = self.open()
        self.fetch(cursor)
        fetched = cursor.fetch()
        self.pool.work()
        self.failureResultOf(fetched, TypeError)
        self.assertEqual(self.reader.closed, 1)
        self.assertEqual(len(self.fetch(cursor)), 0)

    def test_aBadQuery(self) -> None:
        opened = self.source.open(FeatureQuery(fields=("nosuch",)))
        self.pool.work()
        self.failureResultOf(opened, SourceError)

    def test_countingIsCancelled(self) -> None:
        counted = self.source.count(FeatureQuery(filter=Expression.parse('"n" > 0')))
        counted.cancel()
        self.failureResultOf(counted)
        self.pool.work()
        self.assertEqual(self.reader.closed, 0)
