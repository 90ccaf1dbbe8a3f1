"""Connections to a file are kept, read only, and follow the file."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.query import SourceError
from ogctwist.sources.reader import Cancelled
from ogctwist.sources.sqlitefile import SqliteFile


class SqliteFileTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = str(Path(self.mktemp()).absolute())
        self.write(1)
        self.file = SqliteFile(self.path)
        self.addCleanup(self.file.close)

    def write(self, value: int, path: str = "", mode: str = "DELETE") -> None:
        database = sqlite3.connect(path or self.path)
        database.execute(f"PRAGMA journal_mode={mode}")
        database.executescript("CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY, b TEXT)")
        database.execute("INSERT OR REPLACE INTO t VALUES (?, 'x')", (value,))
        database.commit()
        database.close()

    def ask(self, sql: str, *parameters: object) -> list[object]:
        with self.file.lease() as connection:
            return connection.execute(sql, parameters).fetchall()

    def open(self, path: str) -> None:
        with SqliteFile(path).lease():
            self.fail("opened")

    def test_aConnectionIsUsedAgain(self) -> None:
        with self.file.lease() as first, self.file.lease() as second:
            self.assertIsNot(first, second)
        with self.file.lease() as third:
            self.assertIn(third, (first, second))

    def test_itSeesWhatIsWritten(self) -> None:
        self.assertEqual(self.ask("SELECT a FROM t"), [(1,)])
        self.write(2)
        self.assertEqual(self.ask("SELECT a FROM t"), [(1,), (2,)])

    def test_itSeesAReplacedFile(self) -> None:
        self.assertEqual(self.ask("SELECT a FROM t"), [(1,)])
        other = self.path + ".new"
        self.write(9, other)
        os.replace(other, self.path)
        self.assertEqual(self.ask("SELECT a FROM t"), [(9,)])

    def test_writeAheadLogs(self) -> None:
        writer = sqlite3.connect(self.path)
        self.addCleanup(writer.close)
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("INSERT INTO t VALUES (2, 'y')")
        writer.commit()
        self.assertEqual(self.ask("SELECT count(*) FROM t"), [(2,)])
        writer.execute("INSERT INTO t VALUES (3, 'z')")
        writer.commit()
        self.assertEqual(self.ask("SELECT count(*) FROM t"), [(3,)])

    def test_aWriterIsNotHeldUpByIdleConnections(self) -> None:
        self.ask("SELECT a FROM t")
        writer = sqlite3.connect(self.path, timeout=0)
        self.addCleanup(writer.close)
        writer.execute("INSERT INTO t VALUES (7, '')")
        writer.commit()

    def test_nothingIsWritten(self) -> None:
        for sql in (
            "DELETE FROM t",
            "INSERT INTO t VALUES (5, '')",
            "CREATE TABLE u (a)",
            "CREATE TEMP TABLE u (a)",
            "ATTACH 'other.db' AS other",
            "PRAGMA query_only=0",
            "PRAGMA journal_mode=WAL",
            "VACUUM INTO 'copy.db'",
            "SELECT load_extension('x')",
        ):
            self.assertRaises(SourceError, self.ask, sql)
        self.assertEqual(self.ask("SELECT a FROM t"), [(1,)])
        self.assertFalse(os.path.exists("other.db") or os.path.exists("copy.db"))

    def test_aMissingFile(self) -> None:
        error = self.assertRaises(SourceError, self.open, "/no/such.db")
        self.assertIn("/no/such.db", str(error))
        self.assertFalse(os.path.exists("/no/such.db"))

    def test_notADatabase(self) -> None:
        path = Path(self.mktemp())
        path.write_bytes(b"something else entirely" * 100)
        self.assertRaises(SourceError, self.open, str(path))

    def test_oddPaths(self) -> None:
        path = str(Path(self.mktemp()).absolute()) + "?mode=rwc#%41 é.db"
        self.write(4, path)
        file = SqliteFile(path)
        self.addCleanup(file.close)
        with file.lease() as connection:
            self.assertEqual(connection.execute("SELECT a FROM t").fetchall(), [(4,)])

    def test_aRunningStatementIsCancelled(self) -> None:
        calls = []

        def isCancelled() -> bool:
            calls.append(True)
            return len(calls) > 3

        endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT sum(n) FROM r"
        with self.file.lease(isCancelled) as connection:
            cursor = connection.execute("SELECT 1")
            with self.assertRaises(Cancelled):
                cursor = connection.execute(endless)
                with connection.errors():
                    cursor.fetchall()
        self.assertEqual(self.ask("SELECT a FROM t"), [(1,)])

    def test_whatComesBackAfterCloseIsClosed(self) -> None:
        with self.file.lease() as connection:
            self.file.close()
        self.assertRaises(sqlite3.ProgrammingError, connection.raw.execute, "SELECT 1")

    def test_writeAheadLogInAFolderThatCannotBeWritten(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        path = folder / "a.db"
        self.write(3, str(path), "WAL")
        for name in ("a.db-wal", "a.db-shm"):
            self.assertFalse((folder / name).exists())
        folder.chmod(0o555)
        self.addCleanup(folder.chmod, 0o755)
        file = SqliteFile(str(path))
        self.addCleanup(file.close)
        with file.lease() as connection:
            self.assertEqual(connection.execute("SELECT a FROM t").fetchall(), [(3,)])
