"""Layers of PostgreSQL on real threads: what a client who goes takes with it."""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks
from twisted.internet.task import deferLater
from twisted.trial.unittest import TestCase

from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.postgis.database import PostgresDatabases
from ogctwist.sources.query import FeatureQuery, SourceError
from ogctwist.workers.pool import WorkPool
from tests.postgres import postgresServer
from tests.sources.sample import layerOf

COUNT = 2 * BATCH_ROWS


class PostgresThreadTests(TestCase):
    def setUp(self) -> None:
        self.server = postgresServer()
        self.server.execute(
            "DROP SCHEMA IF EXISTS threads CASCADE",
            "CREATE SCHEMA threads",
            "CREATE TABLE threads.t (id int PRIMARY KEY, geom geometry(Point, 2154))",
            f"INSERT INTO threads.t SELECT n, ST_Point(n, n, 2154) FROM generate_series(1, {COUNT}) n",
            "CREATE VIEW threads.slow AS SELECT id, geom FROM threads.t, pg_sleep(100)",
        )
        self.pool = WorkPool(reactor, threads=3)
        self.pool.start()
        self.addCleanup(self.pool.stop)
        self.databases = PostgresDatabases(applicationName="threads")
        self.catalogue = SourceCatalogue(self.pool, databases=self.databases)
        self.addCleanup(self.catalogue.close)

    def source(self, table: str) -> Any:
        uri = f'{self.server.uri} srid=2154 type=Point key=\'id\' table="threads"."{table}" (geom)'
        return self.catalogue.features(layerOf(uri, "postgres"))

    def working(self) -> int:
        """How many statements of ours run on the server."""
        return int(
            self.server.value(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE application_name = 'threads' AND state = 'active'"
            )
        )

    @inlineCallbacks
    def until(self, count: int) -> Any:
        """Wait until so many statements run."""
        for _ in range(500):
            if self.working() == count:
                return
            yield deferLater(reactor, 0.01)
        self.fail(f"{self.working()} statements run, not {count}")

    @inlineCallbacks
    def test_manyWalksAtOnce(self) -> Any:
        source = self.source("t")

        @inlineCallbacks
        def walk() -> Any:
            cursor = yield source.open(FeatureQuery())
            total = 0
            while len(batch := (yield cursor.fetch())):
                total += len(batch)
            return total

        totals = yield gatherResults([walk() for _ in range(10)], consumeErrors=True)
        self.assertEqual(totals, [COUNT] * 10)

    @inlineCallbacks
    def test_closingEndsTheStatement(self) -> Any:
        cursor = yield self.source("slow").open(FeatureQuery())
        fetching: Deferred[Any] = cursor.fetch()
        yield self.until(1)
        yield cursor.close()
        yield fetching
        self.assertEqual(self.working(), 0)

    @inlineCallbacks
    def test_cancellingACount(self) -> Any:
        source = self.source("slow")
        yield source.describe()
        counting = source.count(FeatureQuery())
        counting.addErrback(lambda failure: None)
        yield self.until(1)
        counting.cancel()
        yield self.until(0)

    @inlineCallbacks
    def test_aServerThatEndsTheWalk(self) -> Any:
        """A connection that is lost in the middle is an error, not an end."""
        cursor = yield self.source("t").open(FeatureQuery())
        yield cursor.fetch()
        self.server.value(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity "
            "WHERE application_name = 'threads'"
        )
        yield self.assertFailure(cursor.fetch(), SourceError)
        yield cursor.close()
