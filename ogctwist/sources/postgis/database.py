# -*- test-case-name: tests.sources.test_postgis_database -*-
"""
The connections to one PostgreSQL database, at most so many at a time.

Everything runs in a transaction that is rolled back at its end, which also
takes back what a function called in it did to the session's settings; reading
is done in read-only transactions.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

from ogctwist.project.datasource import DatabaseUri
from ogctwist.sources.query import SourceError
from ogctwist.sources.reader import Cancelled, IsCancelled, never

if TYPE_CHECKING:
    from ogctwist.sources.postgis.connection import WatchedConnection

#: Seconds between two looks at whether one who waits for a connection was cancelled.
_LOOK = 0.05

#: Seconds that a connection may take to be made.
_CONNECT_TIMEOUT = 10

#: Numbers for cursors; there may be several within one transaction.
_cursorNumbers = count(1)


def conninfoOf(uri: DatabaseUri, applicationName: str = "ogctwist") -> dict[str, str]:
    """
    What libpq connects with; what the URI does not say is left to service files
    (C{PGSERVICEFILE}) and to the environment (C{PGHOST}, C{PGPASSFILE}, …).

    @raise SourceError: the password is in QGIS's own encrypted store.
    """
    if uri.authConfig:
        raise SourceError(
            f"authcfg={uri.authConfig}: QGIS's encrypted store is not read; use service= or a password file"
        )
    named = {
        "service": uri.service,
        "dbname": uri.database,
        "host": uri.host,
        "port": uri.port,
        "user": uri.user,
        "password": uri.password,
        "sslmode": _SSL_MODES.get(uri.sslMode, uri.sslMode),
    }
    info = {name: value for name, value in named.items() if value}
    info["application_name"] = applicationName
    if "PGCONNECT_TIMEOUT" not in os.environ:
        info["connect_timeout"] = str(_CONNECT_TIMEOUT)
    return info


#: QGIS's names of them in newer projects.
_SSL_MODES = {
    "SslDisable": "disable",
    "SslAllow": "allow",
    "SslPrefer": "prefer",
    "SslRequire": "require",
    "SslVerifyCa": "verify-ca",
    "SslVerifyFull": "verify-full",
}


class Session:
    """A transaction, for one reader at a time."""

    def __init__(self, connection: WatchedConnection, isCancelled: IsCancelled):
        self._connection = connection
        self._isCancelled = isCancelled
        self._cursor = f"features{next(_cursorNumbers)}"

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """
        All rows of one statement, which is one by itself.

        @param statement: with C{%s} for parameters; a per cent sign stands there twice.
        @raise SourceError: with the server's message.
        @raise Cancelled: nobody waits any more.
        """
        with self._errors():
            cursor = self._connection.execute(statement, parameters, binary=True)
            return cursor.fetchall() if cursor.description is not None else []

    def described(self, statement: str) -> list[tuple[str, int, int]]:
        """(name, OID of the type, its modifier) of the columns of a statement without parameters."""
        with self._errors():
            cursor = self._connection.execute(statement, (), binary=True)
            result = cursor.pgresult
            assert result is not None
            return [
                ((result.fname(i) or b"").decode(), result.ftype(i), result.fmod(i))
                for i in range(result.nfields)
            ]

    def open(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Make a cursor on the server, for L{fetch}."""
        with self._errors():
            self._connection.execute(
                f"DECLARE {self._cursor} NO SCROLL CURSOR FOR {statement}", parameters, binary=True
            )

    def fetch(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows, fewer than C{size} at the end."""
        return self.rows(f"FETCH FORWARD {int(size)} FROM {self._cursor}")

    def close(self) -> None:
        """Close the cursor; only for a transaction that goes on, the end of one closes all."""
        from ogctwist.sources.postgis.connection import Error

        if self._connection.isActive:
            try:
                self._connection.execute(f"CLOSE {self._cursor}")
            except Error as error:
                raise SourceError(messageOf(error)) from error

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from ogctwist.sources.postgis.connection import Error

        if self._isCancelled():
            raise Cancelled()
        try:
            yield
        except Error as error:
            if self._isCancelled():
                raise Cancelled() from error
            raise SourceError(messageOf(error)) from error
        if self._isCancelled():
            raise Cancelled()


def messageOf(error: Any) -> str:
    """What the server says, on one line."""
    text = getattr(error.diag, "message_primary", None) or str(error)
    return "PostgreSQL: " + " ".join(str(text).split())


class PostgresDatabase:
    """
    A bounded pool.  Nothing is opened before the first L{reading}.

    @param conninfo: as L{conninfoOf} gives it.
    @param maximum: connections at a time; who comes later waits.
    @param statementTimeout: seconds for one statement.
    @param waitTimeout: seconds that one waits for a connection before it is an error.
    """

    def __init__(
        self,
        conninfo: Mapping[str, str],
        maximum: int = 16,
        statementTimeout: float = 60.0,
        waitTimeout: float = 30.0,
    ):
        self.conninfo = dict(conninfo)
        self._maximum = maximum
        self._statementTimeout = statementTimeout
        self._waitTimeout = waitTimeout
        self._idle: list[WatchedConnection] = []
        self._lent = 0
        self._changed = threading.Condition()
        self._isClosed = False

    @contextmanager
    def reading(self, isCancelled: IsCancelled = never) -> Iterator[Session]:
        """
        A read-only transaction for the block.

        @raise SourceError: no connection can be had.
        @raise Cancelled: nobody waits any more.
        """
        connection = self._begun(isCancelled)
        connection.isCancelled = isCancelled
        try:
            yield Session(connection, isCancelled)
        finally:
            connection.isCancelled = never
            self._end(connection)

    def close(self) -> None:
        """Close what is idle now, and what is lent when it comes back."""
        with self._changed:
            self._isClosed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _begun(self, isCancelled: IsCancelled) -> WatchedConnection:
        """A connection in a transaction; one that was lost while it was idle is replaced."""
        self._claim(isCancelled)
        try:
            psycopg = driver()
            while True:
                with self._changed:
                    connection = self._idle.pop() if self._idle else None
                isNew = connection is None
                try:
                    if connection is None:
                        connection = psycopg.connect(self.conninfo, self._statementTimeout)
                    connection.execute("BEGIN READ ONLY")
                    return connection
                except psycopg.Error as error:
                    if connection is not None:
                        connection.close()
                    if isNew:
                        raise SourceError(messageOf(error)) from error
        except BaseException:
            self._release()
            raise

    def _claim(self, isCancelled: IsCancelled) -> None:
        """Wait for one's turn."""
        deadline = time.monotonic() + self._waitTimeout
        with self._changed:
            while self._lent >= self._maximum:
                if isCancelled():
                    raise Cancelled()
                if time.monotonic() > deadline:
                    raise SourceError(f"all {self._maximum} connections to the database are in use")
                self._changed.wait(_LOOK)
            self._lent += 1

    def _release(self, connection: WatchedConnection | None = None) -> None:
        with self._changed:
            self._lent -= 1
            if connection is not None and not self._isClosed:
                self._idle.append(connection)
                connection = None
            self._changed.notify()
        if connection is not None:
            connection.close()

    def _end(self, connection: WatchedConnection) -> None:
        from ogctwist.sources.postgis.connection import Error

        try:
            if connection.isOpen:
                connection.execute("ROLLBACK")
        except Error:
            connection.close()  # lost: the server rolls back by itself
        if not connection.isReusable:
            connection.close()
            self._release()
            return
        self._release(connection)


class PostgresDatabases:
    """
    The databases of a server by how they are connected to; the least recently
    used is closed when there are too many.  For any thread.

    @param applicationName: what connections call themselves.
    @param connections: how many there may be to one database at a time.
    @param statementTimeout: see L{PostgresDatabase}, as C{waitTimeout}.
    """

    def __init__(
        self,
        maximum: int = 64,
        applicationName: str = "ogctwist",
        connections: int = 16,
        statementTimeout: float = 60.0,
        waitTimeout: float = 30.0,
    ):
        self._maximum = maximum
        self._bounds = (connections, statementTimeout, waitTimeout)
        self._applicationName = applicationName
        self._databases: OrderedDict[tuple[tuple[str, str], ...], PostgresDatabase] = OrderedDict()
        self._lock = threading.Lock()

    def database(self, uri: DatabaseUri) -> PostgresDatabase:
        """The database of a URI; nothing is opened.  @raise SourceError: see L{conninfoOf}."""
        info = conninfoOf(uri, self._applicationName)
        key = tuple(sorted(info.items()))
        evicted = None
        with self._lock:
            if key not in self._databases:
                self._databases[key] = PostgresDatabase(info, *self._bounds)
                if len(self._databases) > self._maximum:
                    _, evicted = self._databases.popitem(last=False)
            self._databases.move_to_end(key)
            found = self._databases[key]
        if evicted is not None:
            evicted.close()
        return found

    def close(self) -> None:
        """Close all."""
        with self._lock:
            databases, self._databases = list(self._databases.values()), OrderedDict()
        for database in databases:
            database.close()


def driver() -> Any:
    """
    The module that makes connections.  @raise SourceError: psycopg is not installed.
    """
    try:
        from ogctwist.sources.postgis import connection
    except ImportError as error:
        raise SourceError(
            f"PostgreSQL needs psycopg 3: install ogctwist with its extra, ogctwist[postgis] ({error})"
        ) from error
    return connection
