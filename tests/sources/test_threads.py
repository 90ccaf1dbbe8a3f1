"""Sources on real threads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import gatherResults, inlineCallbacks
from twisted.trial.unittest import TestCase

from ogctwist.expression import Expression
from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.geo.box import Box
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery
from ogctwist.workers.pool import WorkPool
from tests.sources.sample import layerOf, sampleTable, squares, writeOgr

COUNT = 3 * BATCH_ROWS


class ThreadTests(TestCase):
    @inlineCallbacks
    def setUp(self) -> Any:
        self.pool = WorkPool(reactor, threads=3)
        self.pool.start()
        self.addCleanup(self.pool.stop)
        self.catalogue = SourceCatalogue(self.pool)
        self.addCleanup(self.catalogue.close)
        path = str(Path(self.mktemp()).absolute())
        table = sampleTable(*squares(COUNT))
        yield self.pool.run(writeOgr, path + ".gpkg", "GPKG", table)
        yield self.pool.run(writeOgr, path + ".shp", "ESRI Shapefile", table)
        self.sources = [self.catalogue.features(layerOf(path + suffix)) for suffix in (".gpkg", ".shp")]

    @inlineCallbacks
    def walk(self, source: Any, query: FeatureQuery) -> Any:
        cursor = yield source.open(query)
        total = 0
        while True:
            batch = yield cursor.fetch()
            if not len(batch):
                break
            total += len(batch)
        yield cursor.close()
        return total

    @inlineCallbacks
    def test_manyWalksAtOnce(self) -> Any:
        queries = [
            FeatureQuery(),
            FeatureQuery(filter=Expression.parse('"n" >= 0')),
            FeatureQuery(filter=Expression.parse('length("text") > 0'), fields=("n",)),
            FeatureQuery(bbox=Box(-1, -1, 1000, 1000), geometry=False),
        ]
        walks = [self.walk(source, query) for query in queries for source in self.sources for _ in range(2)]
        totals = yield gatherResults(walks, consumeErrors=True)
        self.assertEqual(set(totals), {COUNT})

    @inlineCallbacks
    def test_closedInTheMiddle(self) -> Any:
        for source in self.sources:
            for query in (FeatureQuery(), FeatureQuery(filter=Expression.parse('"n" >= 0'))):
                cursor = yield source.open(query)
                first = yield cursor.fetch()
                self.assertEqual(len(first), BATCH_ROWS)
                fetching, closing = cursor.fetch(), cursor.close()
                yield closing
                yield fetching
                after = yield cursor.fetch()
                self.assertEqual(len(after), 0)

    @inlineCallbacks
    def test_countsAtOnce(self) -> Any:
        counted = [
            source.count(FeatureQuery(filter=Expression.parse(f'"n" < {n} and length("text") > 0')))
            for n in (10, 1000)
            for source in self.sources
        ]
        totals = yield gatherResults(counted)
        self.assertEqual(totals, [10, 10, 1000, 1000])
