# -*- test-case-name: tests.sources.test_postgis_storedproject -*-
"""
Projects in a table of PostgreSQL, as QGIS stores them.

C{postgresql://user:password@host:port?dbname=…&schema=…&project=…} (C{service=} and
C{sslmode=} too) names the row C{project} of the table C{qgis_projects} in the
schema; its C{content} is a .qgz file.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.interfaces import IWorkPool
from ogctwist.project.datasource import DatabaseUri
from ogctwist.project.document import ProjectLimits, fileVersion
from ogctwist.project.errors import ProjectError
from ogctwist.project.location import isStored
from ogctwist.sources.postgis.database import PostgresDatabases, Session
from ogctwist.sources.postgis.shape import POSTGIS
from ogctwist.sources.postgis.subset import doubled
from ogctwist.sources.query import SourceError

log = Logger()

#: Seconds after which the database is asked again whether a project has changed.
LOOK_SECONDS = 2.0


@dataclass(frozen=True)
class StoredProject:
    """
    @ivar database: how to connect; C{schema} is where the table is.
    @ivar name: of the project.
    """

    database: DatabaseUri
    name: str


def splitStored(path: str) -> StoredProject:
    """@raise ProjectError: it names no project in a database."""
    try:
        parts = urlsplit(path)
        port = str(parts.port or "")
    except ValueError as error:
        raise ProjectError("the address of the project cannot be read") from error
    items = {name.lower(): value for name, value in parse_qsl(parts.query.replace("+", "%2B"))}
    if not isStored(path) or not items.get("project"):
        raise ProjectError("the address names no project in a database")
    database = DatabaseUri(
        items.get("dbname", "") or unquote(parts.path.strip("/")),
        unquote(parts.hostname or ""),
        port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        items.get("service", ""),
        items.get("sslmode", ""),
        items.get("authcfg", ""),
        items.get("schema", "") or "public",
    )
    return StoredProject(database, items["project"])


class StoredProjects:
    """
    Reads projects from databases, and knows whether they have changed.

    @param pool: where databases are asked; None: never again after reading.
    """

    def __init__(
        self,
        databases: PostgresDatabases,
        pool: IWorkPool | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ):
        self._databases = databases
        self._pool = pool
        self._seconds = seconds
        self._lock = threading.Lock()
        self._versions: dict[str, str] = {}
        self._looked: dict[str, float] = {}

    def read(self, path: str, limits: ProjectLimits) -> tuple[bytes, str]:
        """
        Blocking: for worker threads.

        @return: the bytes of a .qgz file, and its version.
        @raise ProjectError: there is no such project, or it is larger than the limits allow.
        """
        row = self._row(path, "content", limits.size)
        if row is None:
            raise ProjectError("there is no such project in the database")
        version, content = row
        if content is None:
            raise ProjectError(f"the project has more than {limits.size} bytes")
        self._know(path, version)
        return content, version

    def version(self, path: str) -> str:
        """
        The version of a project file or of a stored project, as far as is known; does
        not block.  Of a stored one the database is asked in the pool, so that the
        answer comes with a later call; '' before it was read.
        """
        if not isStored(path):
            return fileVersion(path)
        now = self._seconds()
        with self._lock:
            known = self._versions.get(path, "")
            isDue = self._pool is not None and now - self._looked.get(path, -LOOK_SECONDS) >= LOOK_SECONDS
            if isDue:
                self._looked[path] = now
        if isDue and self._pool is not None:
            self._pool.run(self._look, path).addErrback(_notSeen)
        return known

    def _look(self, path: str) -> None:
        row = self._row(path, "NULL::bytea", 0)
        self._know(path, "" if row is None else row[0])

    def _know(self, path: str, version: str) -> None:
        with self._lock:
            self._versions[path] = version

    def _row(self, path: str, content: str, most: int) -> tuple[str, bytes | None] | None:
        """Version and content of the row; None when there is none."""
        stored = splitStored(path)
        table = doubled(POSTGIS.identifier(stored.database.schema, "qgis_projects"))
        try:
            with self._databases.database(stored.database).reading() as session:
                return _found(session, table, content, stored.name, most)
        except SourceError as error:
            raise ProjectError(str(error)) from error


def _notSeen(failure: Failure) -> None:
    """A database that is away, or a pool that is full: what was known of the project stays."""
    log.warn("a project in a database cannot be looked at: {reason}", reason=failure.getErrorMessage())


def _found(
    session: Session, table: str, content: str, name: str, most: int
) -> tuple[str, bytes | None] | None:
    # the transaction that wrote the row changes with every write
    rows = session.rows(
        f"SELECT xmin::text || '-' || ctid::text, CASE WHEN length(content) <= %s::int8 THEN {content} END "
        f"FROM {table} WHERE name = %s",
        (most, name),
    )
    return rows[0] if rows else None
