"""Large tables are read by GDAL, and give the same."""

from __future__ import annotations

from unittest import mock

from ogctwist.expression import Expression
from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.geo.box import Box
from ogctwist.sources import geopackage
from ogctwist.sources.gpkgscan import bulkBatches
from ogctwist.sources.query import FeatureQuery, SourceError
from tests.conformance.featuresource import delivered
from tests.sources.sample import sampleTable, squares, writeOgr
from tests.sources.test_geopackage import GeopackageCase

COUNT = 3 * BATCH_ROWS


class BulkTests(GeopackageCase):
    def setUp(self) -> None:
        super().setUp()
        writeOgr(self.path, "GPKG", sampleTable(*squares(COUNT)), layer="a")
        self.calls: list[tuple[object, ...]] = []
        self.fails = False
        self.patch(geopackage, "bulkBatches", self.bulk)

    def bulk(self, path, table, schema, where, bbox, columns, geometry, isCancelled):
        self.calls.append((where, bbox))
        if self.fails:
            raise SourceError("not today")
        yield from bulkBatches(path, table, schema, where, bbox, columns, geometry, isCancelled)

    def test_whenItIsUsed(self) -> None:
        source = self.source("a")
        for query, isUsed in (
            (FeatureQuery(), True),
            (FeatureQuery(filter=Expression.parse('length("text") > 2')), True),
            (FeatureQuery(bbox=Box(-10, -10, 10_000, 10_000)), True),
            (FeatureQuery(bbox=Box(0, 0, 10, 10)), False),
            (FeatureQuery(limit=10), False),
            (FeatureQuery(offset=10), False),
            (FeatureQuery(ids=(1,)), False),
            (FeatureQuery(filter=Expression.parse("\"text\" = 't5'")), False),
        ):
            self.calls.clear()
            list(source.read(query, lambda: False))
            self.assertEqual(bool(self.calls), isUsed, query)

    def test_subsetsGoAlong(self) -> None:
        batches = self.read(self.source("a", subset='"n" < 10'), fields=("n",))
        self.assertEqual(delivered(batches, "n"), list(range(10)))
        self.assertEqual(self.calls, [("(`n` < 10)", None)])

    def test_whenGdalFails(self) -> None:
        self.fails = True
        self.assertEqual(delivered(self.read(self.source("a"), fields=("n",)), "n"), list(range(COUNT)))
        self.assertEqual(len(self.calls), 1)

    def test_whenGdalFailsInTheMiddle(self) -> None:
        def broken(*arguments):
            yield from list(bulkBatches(*arguments))[:1]
            raise SourceError("lost")

        with mock.patch.object(geopackage, "bulkBatches", broken):
            self.assertRaises(SourceError, self.read, self.source("a"))
