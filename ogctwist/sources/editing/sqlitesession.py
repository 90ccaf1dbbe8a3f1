# -*- test-case-name: tests.sources.editing.test_sqlitesession -*-
"""
Transactions on an SQLite file: GeoPackage and SpatiaLite.

One connection, one C{BEGIN IMMEDIATE} from the first look at the data to the end: what a change
was decided on is what it is made to.  Triggers of the file keep its spatial indices; the functions
that they call are registered.
"""

from __future__ import annotations

import datetime
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import shapely

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.project.layers import Layer
from ogctwist.sources.editing.edits import EditRefused
from ogctwist.sources.query import FeatureQuery, Restriction, SourceError, SourceSchema
from ogctwist.sources.reader import IsCancelled, never
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures
from ogctwist.sources.sql.select import SQLITE
from ogctwist.sources.sqlfunctions import geometryOf, registerFunctions
from ogctwist.sources.sqlitefile import SqliteConnection, authorizeReading
from ogctwist.sources.sqlitereader import SqliteReader
from ogctwist.sources.stamp import Stamp

#: Seconds that another writer is waited for.
_PATIENCE = 20.0


_ALLOWED = frozenset(
    (
        *(sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE, sqlite3.SQLITE_TRANSACTION),
        *(sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE, sqlite3.SQLITE_SAVEPOINT),
    )
)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    """Rows are changed, nothing else; what is read is restricted as for those that only read."""
    if action in (sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_PRAGMA):
        return authorizeReading(action, first, second)
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


class WritableFile:
    """
    One connection that may write, with the face of L{ogctwist.sources.sqlitefile.SqliteFile} for
    the readers: what they read is the state within the transaction.
    """

    def __init__(self, path: str):
        self.path = path
        self._stamp: Stamp = (None,)
        self.connection: SqliteConnection | None = None
        self._isBegun = False

    def open(self) -> None:
        """@raise EditRefused: it cannot be opened for writing."""
        try:
            raw = sqlite3.connect(
                f"file:{quote(self.path)}?mode=rw",
                uri=True,
                check_same_thread=False,
                isolation_level=None,
                timeout=_PATIENCE,
            )
            raw.execute("PRAGMA synchronous=FULL")
            registerFunctions(raw)
            registerMaintenance(raw)
            raw.set_authorizer(_authorize)
        except sqlite3.Error as error:
            raise EditRefused("The data cannot be opened for writing") from error
        self.connection = SqliteConnection(raw, self._stamp)

    def begin(self) -> None:
        """
        Begin the transaction: nobody else writes until it ends.

        @raise EditRefused: somebody else writes for too long, or the data are read-only.
        """
        self.execute("BEGIN IMMEDIATE")
        self._isBegun = True

    def stamp(self) -> Stamp:
        """Always the same: for the length of a session the table keeps its shape."""
        return self._stamp

    @contextmanager
    def lease(self, isCancelled: IsCancelled = never) -> Iterator[SqliteConnection]:
        """The connection; readers take turns by the session's lock."""
        if self.connection is None:
            raise SourceError("the session is not open")
        yield self.connection

    def execute(self, sql: str, parameters: Any = ()) -> list[Any]:
        """
        Run a statement to its end.

        @raise EditRefused: it fails.
        """
        if self.connection is None:
            raise EditRefused("The session is over")
        if self._isBegun and not self.connection.raw.in_transaction:
            # a trigger rolled it back
            raise EditRefused("The data do not take the change")
        try:
            return self.connection.raw.execute(sql, parameters).fetchall()
        except sqlite3.IntegrityError as error:
            raise EditRefused(f"A constraint of the data forbids it: {_kindOf(error)}") from error
        except (sqlite3.Error, OverflowError) as error:
            raise EditRefused(_reason(error)) from error

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()


def _kindOf(error: sqlite3.Error) -> str:
    """C{UNIQUE}, C{NOT NULL}, C{CHECK}, … - without the names that follow."""
    return str(error).partition(" constraint")[0][:40]


def _reason(error: Exception) -> str:
    text = str(error)
    if "locked" in text or "busy" in text:
        return "Somebody else is changing the data"
    if "readonly" in text:
        return "The data are read-only"
    return "The data do not take the change"


class SqliteSession:
    """
    An L{ogctwist.sources.editing.edits.EditSession} on one file.

    @ivar encode: a Shapely geometry and the id of a reference system to what the file keeps.
    """

    def __init__(
        self,
        path: str,
        reader: Callable[[WritableFile, Layer], SqliteReader],
        encode: Callable[[Any, int], bytes],
        options: Callable[[Layer], LayerOptions],
    ):
        """
        @param reader: makes the reader of a layer's table from the file.
        @param options: what the project adds to the data of a layer.
        """
        self._file = WritableFile(path)
        self._reader = reader
        self.encode = encode
        self._options = options
        self._tables: dict[str, SqliteTable] = {}
        self._lock = threading.RLock()

    def begin(self) -> None:
        """See L{EditSession.begin}."""
        with self._lock:
            self._file.open()
            self._file.begin()

    def table(self, layer: Layer) -> SqliteTable:
        """See L{EditSession.table}."""
        with self._lock:
            if layer.id not in self._tables:
                reader = steady(self._reader(self._file, layer))
                self._tables[layer.id] = SqliteTable(
                    self, self._file, reader, self._options(layer), self._lock
                )
            return self._tables[layer.id]

    def commit(self) -> Mapping[int, int]:
        """See L{EditSession.commit}."""
        with self._lock:
            for table in self._tables.values():
                table.finish()
            self._file.execute("COMMIT")
            self._file.close()
        return {}

    def rollback(self) -> None:
        """See L{EditSession.rollback}."""
        with self._lock:
            self._file.close()

    def close(self) -> None:
        """See L{EditSession.close}."""
        self.rollback()


def steady(reader: SqliteReader) -> SqliteReader:
    """The same reader without ways past its connection: they would not see what is not committed."""
    describe = reader._describe
    return SqliteReader(
        reader.file, lambda connection: replace(describe(connection), bulk=None), reader.decode
    )


class SqliteTable:
    """An L{ogctwist.sources.editing.edits.EditTable} on one table."""

    def __init__(
        self,
        session: SqliteSession,
        file: WritableFile,
        reader: SqliteReader,
        options: LayerOptions,
        lock: threading.RLock,
    ):
        self._session = session
        self._file = file
        self._reader = reader
        self._options = options
        self._lock = lock
        self._touched: Box | None = None
        self._isChanged = False
        shape = reader.shape()
        if not shape.schema.isEditable or not shape.isKeyed:
            raise EditRefused("The layer cannot be changed: it has no single integer key, or is a view")
        self._name = shape.source.removesuffix(" AS m")
        self._key = shape.key.removeprefix("m.")
        self._srsId: int | None = None

    def schema(self) -> SourceSchema:
        """See L{EditTable.schema}."""
        return self._reader.schema()

    def visible(self, restriction: Restriction) -> SourceSchema:
        """See L{EditTable.visible}."""
        return RestrictedFeatures(self._reader, self._options, restriction).schema()

    def features(self, query: FeatureQuery, restriction: Restriction) -> Iterator[FeatureBatch]:
        """See L{EditTable.features}."""
        seen = RestrictedFeatures(self._reader, self._options, replace(restriction, hiddenFields=frozenset()))
        with self._lock:
            yield from seen.read(query)

    def insert(self, values: Mapping[str, Any], geometry: Any, identifier: int | None = None) -> int:
        """See L{EditTable.insert}."""
        given = self._stored(values, (geometry,) if self._reader.shape().geometry else ())
        with self._lock:
            if identifier is not None:
                given = [(name, value) for name, value in given if name != self._key]
                given.append((self._key, identifier))
            names = ", ".join(name for name, _ in given)
            marks = ", ".join("?" for _ in given)
            what = f"({names}) VALUES ({marks})" if given else "DEFAULT VALUES"
            rows = self._file.execute(
                f"INSERT INTO {self._name} {what} RETURNING {self._key}", [value for _, value in given]
            )
            self._changed(geometry)
            return int(rows[0][0])

    def update(self, identifier: int, values: Mapping[str, Any], geometry: tuple[Any, ...] = ()) -> None:
        """See L{EditTable.update}."""
        given = self._stored(values, geometry)
        if not given:
            return
        with self._lock:
            terms = ", ".join(f"{name} = ?" for name, _ in given)
            rows = self._file.execute(
                f"UPDATE {self._name} SET {terms} WHERE {self._key} = ? RETURNING 1",
                [*(value for _, value in given), identifier],
            )
            if not rows:
                raise EditRefused("The feature does not exist any more")
            self._changed(geometry[0] if geometry else None)

    def delete(self, identifier: int) -> None:
        """See L{EditTable.delete}."""
        with self._lock:
            rows = self._file.execute(
                f"DELETE FROM {self._name} WHERE {self._key} = ? RETURNING 1", (identifier,)
            )
            if not rows:
                raise EditRefused("The feature does not exist any more")
            self._isChanged = True

    def finish(self) -> None:
        """Bring the file's own statements about the table up to date."""
        table = _unquoted(self._name)
        if not self._isChanged or not self._has("gpkg_contents"):
            return
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        self._file.execute(
            "UPDATE gpkg_contents SET last_change = ? WHERE lower(table_name) = lower(?)", (now, table)
        )
        if self._touched is None:
            return
        self._file.execute(
            "UPDATE gpkg_contents SET "
            "min_x = min(ifnull(min_x, ?1), ?1), min_y = min(ifnull(min_y, ?2), ?2), "
            "max_x = max(ifnull(max_x, ?3), ?3), max_y = max(ifnull(max_y, ?4), ?4) "
            "WHERE lower(table_name) = lower(?5)",
            (*self._touched.bounds, table),
        )

    def _changed(self, geometry: Any) -> None:
        self._isChanged = True
        if geometry is not None and not shapely.is_empty(geometry):
            box = Box(*map(float, shapely.bounds(geometry)))
            self._touched = box if self._touched is None else self._touched.union(box)

    def _stored(self, values: Mapping[str, Any], geometry: tuple[Any, ...]) -> list[tuple[str, Any]]:
        """Quoted column names with what goes into them."""
        shape = self._reader.shape()
        known = {field.name for field in shape.schema.fields}
        for name in values:
            if name not in known:
                raise EditRefused(f"There is no attribute {name!r}")
        stored = [(SQLITE.identifier(name), storedValue(value)) for name, value in values.items()]
        if geometry:
            column = shape.geometry.removeprefix("m.")
            if not column:
                raise EditRefused("The layer has no geometry")
            blob = None if geometry[0] is None else self._session.encode(geometry[0], self._srs())
            stored.append((column, blob))
        return stored

    def _srs(self) -> int:
        """The id of the reference system that the file gives the geometry column."""
        if self._srsId is None:
            table = _unquoted(self._name)
            source, column = ("gpkg_geometry_columns", "srs_id")
            name = "table_name"
            if not self._has(source):
                source, column, name = "geometry_columns", "srid", "f_table_name"
            rows = self._file.execute(
                f"SELECT {column} FROM {source} WHERE lower({name}) = lower(?)", (table,)
            )
            self._srsId = int(rows[0][0]) if rows else 0
        return self._srsId

    def _has(self, table: str) -> bool:
        return bool(self._file.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)))


def _unquoted(name: str) -> str:
    """The name within an SQL identifier."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def storedValue(value: Any) -> Any:
    """A value as GeoPackage keeps it (OGC 12-128r18, table 1)."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return value.isoformat("milliseconds" if value.microsecond else "seconds")
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value


_NUMBERS = {
    name: number
    for number, name in enumerate(
        (
            *("GEOMETRY", "POINT", "LINESTRING", "POLYGON"),
            *("MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"),
        )
    )
}


def registerMaintenance(connection: sqlite3.Connection) -> None:
    """
    What SpatiaLite's triggers call: they check a new geometry and keep the spatial index.

    C{RTreeAlign} is called after an insert or update: the index gets the box of the geometry.
    """

    def isFitting(blob: Any, kind: Any, srid: Any, dimensions: Any = None) -> int:
        """
        Whether a geometry is of a type and in a reference system.

        @param kind: its number as in WKB (thousands are Z and M), or its name.
        @param dimensions: C{XY}, C{XYZ}, … where the name does not say it.
        """
        known = geometryOf(blob)
        if blob is None:
            return 1
        if known is None or known[1] != srid:
            return 0
        shape = known[0]
        number = kind if isinstance(kind, int) else _NUMBERS.get(str(kind).upper().split()[0], -1)
        isThree = "Z" in str(dimensions) if dimensions is not None else number // 1000 in (1, 3)
        return int(number % 1000 in (0, _NUMBERS[shape.geom_type.upper()]) and bool(shape.has_z) == isThree)

    def align(table: str, identifier: int, blob: Any) -> int:
        name = SQLITE.identifier(str(table).strip('"'))
        connection.execute(f"DELETE FROM {name} WHERE pkid = ?", (identifier,))
        known = geometryOf(blob)
        if known is not None and not known[0].is_empty:
            xmin, ymin, xmax, ymax = known[0].bounds
            connection.execute(
                f"INSERT INTO {name} VALUES (?, ?, ?, ?, ?)", (identifier, xmin, xmax, ymin, ymax)
            )
        return 1

    connection.create_function("GeometryConstraints", 3, isFitting)
    connection.create_function("GeometryConstraints", 4, isFitting)
    connection.create_function("RTreeAlign", 3, align)
