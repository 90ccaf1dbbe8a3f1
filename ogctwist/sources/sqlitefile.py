# -*- test-case-name: tests.sources.test_sqlitefile -*-
"""
One SQLite file, read-only, on connections that are kept open.

A connection runs only what reads: an authorizer refuses everything else when a
statement is prepared, so that a subset string of a project cannot write,
attach or change settings.  A progress handler ends a statement soon after its
reader was cancelled.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from ogctwist.sources.keptopen import Idle
from ogctwist.sources.query import SourceError
from ogctwist.sources.reader import Cancelled, IsCancelled, never
from ogctwist.sources.stamp import Stamp, stampOf

#: Steps of SQLite's machine between two looks at whether the work was cancelled: about a millisecond.
_STEPS = 20_000

_ALLOWED = frozenset(
    (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE)
)
#: R*Tree prepares these when it is opened, and declares its columns; the file is open read-only all the same.
_OF_RTREE = frozenset((sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE))
_RTREE_TABLES = ("_node", "_rowid", "_parent", "sqlite_master")
_ALLOWED_PRAGMAS = frozenset(("table_info", "table_xinfo", "index_list", "index_info"))
_REFUSED_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer", "edit", "readfile", "writefile"))


def authorizeReading(action: int, first: str | None, second: str | None, *_: object) -> int:
    """An authorizer for connections that only read."""
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _REFUSED_FUNCTIONS:
        return sqlite3.SQLITE_DENY
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action in _OF_RTREE and (first or "").endswith(_RTREE_TABLES):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _ALLOWED_PRAGMAS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


class SqliteConnection:
    """
    A connection on loan to one reader at a time.

    @ivar raw: the C{sqlite3} connection.
    @ivar stamp: of the file and its write-ahead log when it was opened.
    """

    def __init__(self, raw: sqlite3.Connection, stamp: Stamp):
        self.raw = raw
        self.stamp = stamp
        self.isCancelled: IsCancelled = never
        raw.set_progress_handler(lambda: self.isCancelled(), _STEPS)

    def execute(self, sql: str, parameters: object = ()) -> sqlite3.Cursor:
        """
        Run a statement.
        @raise SourceError: with SQLite's message when it fails.
        @raise Cancelled: when its reader was cancelled meanwhile.
        """
        with self.errors():
            return self.raw.execute(sql, parameters)  # type: ignore[arg-type]

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Translate SQLite's errors of the block."""
        try:
            yield
        except sqlite3.Error as error:
            if self.isCancelled():
                raise Cancelled() from error
            raise SourceError(str(error)) from error

    def close(self) -> None:
        """Close it for good."""
        self.raw.close()


def idleConnections(maximum: int) -> Idle[SqliteConnection]:
    """A place for connections that nobody uses."""
    return Idle(maximum, SqliteConnection.close)


class SqliteFile:
    """
    The connections to one file.

    Nothing is opened before the first L{lease}.  A connection that was opened
    before the file (or its write-ahead log) changed is not used again: the
    file may have been replaced.
    """

    def __init__(
        self,
        path: str,
        prepare: Callable[[sqlite3.Connection], None] | None = None,
        idle: Idle[SqliteConnection] | None = None,
    ):
        """
        @param prepare: called with each new connection, to register SQL functions.
        @param idle: where connections are kept that nobody uses; it may serve many files.
        """
        self.path = path
        self._prepare = prepare
        self._idle = idleConnections(4) if idle is None else idle

    def stamp(self) -> Stamp:
        """The stamp of the file and its write-ahead log as they are now."""
        return stampOf((self.path, self.path + "-wal"))

    @contextmanager
    def lease(self, isCancelled: IsCancelled = never) -> Iterator[SqliteConnection]:
        """
        A connection for the block.
        @raise SourceError: when the file cannot be opened.
        """
        stamp = self.stamp()
        connection = self._idle.take(self.path, stamp) or self._open(stamp)
        connection.isCancelled = isCancelled
        try:
            yield connection
        finally:
            connection.isCancelled = never
            self._idle.give(self.path, connection.stamp, connection)

    def close(self) -> None:
        """Close what is idle now, and what is on loan when it comes back."""
        self._idle.close()

    def _open(self, stamp: Stamp) -> SqliteConnection:
        if stamp[0] is None or not os.path.isfile(self.path):
            raise SourceError(f"no such file: {self.path}")
        try:
            return self._connect("mode=ro", stamp)
        except sqlite3.OperationalError as error:
            # A file in WAL mode in a folder that cannot be written to opens only as immutable;
            # with a log beside it that would be an old state of the data.
            log = stamp[1]
            if log is not None and log[2] > 0:
                raise SourceError(f"{self.path}: {error}") from error
            try:
                return self._connect("mode=ro&immutable=1", stamp)
            except sqlite3.Error as again:
                raise SourceError(f"{self.path}: {again}") from error
        except sqlite3.Error as error:
            raise SourceError(f"{self.path}: {error}") from error

    def _connect(self, options: str, stamp: Stamp) -> SqliteConnection:
        raw = sqlite3.connect(
            f"file:{quote(self.path)}?{options}",
            uri=True,
            check_same_thread=False,
            isolation_level=None,
            cached_statements=64,
            timeout=5.0,
        )
        try:
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
            raw.execute("PRAGMA cache_size=-8000")
            raw.execute("PRAGMA query_only=1")
            if self._prepare is not None:
                self._prepare(raw)
            raw.set_authorizer(authorizeReading)
        except sqlite3.Error:
            raw.close()
            raise
        return SqliteConnection(raw, stamp)
