"""Tests of L{ogctwist.sources.postgis.database} and of its connections."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.datasource import splitDatabaseUri
from ogctwist.sources.postgis.database import PostgresDatabase, PostgresDatabases, conninfoOf
from ogctwist.sources.query import SourceError
from ogctwist.sources.reader import Cancelled
from tests.postgres import postgresServer


class ConninfoTests(SynchronousTestCase):
    def test_everything(self) -> None:
        uri = splitDatabaseUri(
            "dbname='a b' host=h port=5433 user='u' password='p\\'w' sslmode=require service='s' "
            'key=\'id\' table="x"."y" (geom)'
        )
        with mock.patch.dict(os.environ):
            os.environ.pop("PGCONNECT_TIMEOUT", None)
            info = conninfoOf(uri)
        self.assertEqual(
            info,
            {
                "dbname": "a b",
                "host": "h",
                "port": "5433",
                "user": "u",
                "password": "p'w",
                "sslmode": "require",
                "service": "s",
                "application_name": "ogctwist",
                "connect_timeout": "10",
            },
        )

    def test_namesOfQgis(self) -> None:
        self.assertEqual(conninfoOf(splitDatabaseUri("sslmode=SslVerifyFull"))["sslmode"], "verify-full")

    def test_encryptedPasswordsAreNotRead(self) -> None:
        self.assertRaises(SourceError, conninfoOf, splitDatabaseUri("dbname='a' authcfg=abc1234"))

    def test_withoutPsycopg(self) -> None:
        """The server runs without it; a layer says what is missing."""
        with mock.patch.dict(sys.modules, {"psycopg": None}):
            sys.modules.pop("ogctwist.sources.postgis.connection", None)
            package = sys.modules["ogctwist.sources.postgis"]
            if hasattr(package, "connection"):
                self.patch(package, "connection", None)
                del package.connection
            database = PostgresDatabase({"dbname": "x"})
            error = self.assertRaises(SourceError, self.used, database)
        self.assertIn("ogctwist[postgis]", str(error))

    def used(self, database: PostgresDatabase) -> None:
        with database.reading():
            self.fail("there is no such database")


class Real(SynchronousTestCase):
    """With a database of a real server."""

    def setUp(self) -> None:
        self.server = postgresServer()
        self.uri = splitDatabaseUri(self.server.uri)

    def database(self, **options: Any) -> PostgresDatabase:
        database = PostgresDatabase(conninfoOf(self.uri), **options)
        self.addCleanup(database.close)
        return database

    def value(self, database: PostgresDatabase, statement: str) -> Any:
        with database.reading() as session:
            return session.rows(statement)[0][0]


class DatabaseTests(Real):
    def test_nothingIsOpenedBeforeTheFirstUse(self) -> None:
        PostgresDatabase({"host": "192.0.2.1", "connect_timeout": "1"}).close()

    def test_connectionsAreUsedAgain(self) -> None:
        database = self.database()
        first = self.value(database, "SELECT pg_backend_pid()")
        self.assertEqual(self.value(database, "SELECT pg_backend_pid()"), first)
        self.assertEqual(self.value(database, "SELECT current_setting('application_name')"), "ogctwist")

    def test_noServer(self) -> None:
        database = PostgresDatabase({"host": "127.0.0.1", "port": "1", "connect_timeout": "2"})
        self.assertRaises(SourceError, self.value, database, "SELECT 1")
        self.assertEqual(database._lent, 0)

    def test_readingDoesNotWrite(self) -> None:
        database = self.database()
        for statement in (
            "CREATE TABLE public.never (a int)",
            "SELECT set_config('transaction_read_only', 'off', false)",
            "SELECT 1; SELECT 2",
        ):
            error = self.assertRaises(SourceError, self.value, database, statement)
            self.assertNotIn("\n", str(error))

    def test_settingsDoNotOutliveATransaction(self) -> None:
        database = self.database(statementTimeout=7)
        self.value(database, "SELECT set_config('statement_timeout', '0', false)")
        self.assertEqual(self.value(database, "SELECT current_setting('statement_timeout')"), "7s")

    def test_statementsHaveATimeout(self) -> None:
        database = self.database(statementTimeout=0.05)
        error = self.assertRaises(SourceError, self.value, database, "SELECT 1 FROM pg_sleep(20)")
        self.assertIn("timeout", str(error))

    def test_noMoreThanTheMaximum(self) -> None:
        database = self.database(maximum=1, waitTimeout=0.0)
        with database.reading():
            self.assertRaises(SourceError, self.value, database, "SELECT 1")
        self.assertEqual(self.value(database, "SELECT 1"), 1)

    def test_whoWaitsMayBeCancelled(self) -> None:
        database = self.database(maximum=1)

        def waiting() -> None:
            with database.reading(lambda: True):
                self.fail("it is not its turn")

        with database.reading():
            self.assertRaises(Cancelled, waiting)

    def test_aLostConnectionIsReplaced(self) -> None:
        database = self.database()
        pid = self.value(database, "SELECT pg_backend_pid()")
        self.server.value("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        self.assertNotEqual(self.value(database, "SELECT pg_backend_pid()"), pid)

    def test_aConnectionLostInUseIsAnError(self) -> None:
        database = self.database()

        def lost() -> None:
            with database.reading() as session:
                pid = session.rows("SELECT pg_backend_pid()")[0][0]
                self.server.value("SELECT pg_terminate_backend(%s, 5000)", (pid,))
                session.rows("SELECT 1")

        self.assertRaises(SourceError, lost)
        self.assertEqual(self.value(database, "SELECT 1"), 1)

    def test_cancelling(self) -> None:
        """A running statement ends on the server when nobody waits for it any more."""
        database = self.database()
        isGone = threading.Event()
        pids: list[int] = []

        def work() -> None:
            with database.reading(isGone.is_set) as session:
                pids.append(session.rows("SELECT pg_backend_pid()")[0][0])
                threading.Timer(0.05, isGone.set).start()
                session.rows("SELECT 1 FROM pg_sleep(50)")

        self.assertRaises(Cancelled, work)
        states = [state for state, query in self.server.connections() if "pg_sleep" in query]
        self.assertNotIn("active", states)
        self.assertEqual(self.value(database, "SELECT pg_backend_pid()"), pids[0])

    def test_closing(self) -> None:
        """What is lent is closed when it comes back."""
        database = self.database()
        with database.reading() as session:
            database.close()
            self.assertEqual(session.rows("SELECT 1"), [(1,)])
        self.assertEqual((database._idle, database._lent), ([], 0))

    def test_serviceFiles(self) -> None:
        path = os.path.abspath(self.mktemp())
        with open(path, "w") as file:
            file.write(f"[here]\nhost={self.server.host}\nport={self.server.port}\nuser=postgres\n")
        with mock.patch.dict(os.environ, {"PGSERVICEFILE": path, "PGDATABASE": "postgres"}):
            database = PostgresDatabase(conninfoOf(splitDatabaseUri("service='here' table=\"a\"")))
            self.addCleanup(database.close)
            self.assertEqual(self.value(database, "SELECT current_database()"), "postgres")


class DatabasesTests(Real):
    def test_oneForEachWayToConnect(self) -> None:
        databases = PostgresDatabases(maximum=2)
        self.addCleanup(databases.close)
        first = databases.database(splitDatabaseUri(self.server.uri + ' table="a" (g)'))
        self.assertIs(databases.database(splitDatabaseUri(self.server.uri + ' table="b" (g)')), first)
        for name in ("x", "y"):
            databases.database(splitDatabaseUri(f"dbname='{name}'"))
        self.assertIsNot(databases.database(self.uri), first)

    def test_boundsOfEach(self) -> None:
        databases = PostgresDatabases(connections=1, statementTimeout=7.0, waitTimeout=0.01)
        self.addCleanup(databases.close)
        database = databases.database(self.uri)
        self.assertEqual(self.value(database, "SHOW statement_timeout"), "7s")
        with database.reading():
            error = self.assertRaises(SourceError, self.value, database, "SELECT 1")
        self.assertIn("all 1 connections", str(error))
        self.assertEqual(self.value(database, "SELECT 1"), 1)
