# -*- test-case-name: tests.sources.test_postgis_editing -*-
"""
Transactions on PostgreSQL.

One connection, one transaction of isolation C{REPEATABLE READ}: what a change
was decided on is what it is made to; when somebody else changed it meanwhile,
the server refuses.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import shapely

from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.datasource import DatabaseUri, splitDatabaseUri
from ogctwist.project.layers import Layer
from ogctwist.sources.editing.edits import EditRefused
from ogctwist.sources.postgis.database import Session, conninfoOf, driver
from ogctwist.sources.postgis.reader import PostgresReader
from ogctwist.sources.postgis.shape import POSTGIS
from ogctwist.sources.postgis.subset import doubled
from ogctwist.sources.query import FeatureQuery, FieldType, Restriction, SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled, never
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures

#: Seconds that one statement may take.
_STATEMENT_SECONDS = 60.0

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE",
    # how long another writer is waited for
    "SET LOCAL lock_timeout = '20s'",
    # what is acknowledged is on disk
    "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'",
)

#: Types whose delivered values compare with the stored ones.
_COMPARED = (FieldType.INTEGER, FieldType.LONG, FieldType.STRING)

#: SQLSTATE, or its first two characters -> what clients are told.
_REASONS = {
    "23502": "A constraint of the data forbids it: NOT NULL",
    "23503": "A constraint of the data forbids it: FOREIGN KEY",
    "23505": "A constraint of the data forbids it: UNIQUE",
    "23514": "A constraint of the data forbids it: CHECK",
    "23": "A constraint of the data forbids it",
    "40": "Somebody else is changing the data",
    "55P03": "Somebody else is changing the data",
    "42501": "The data are read-only",
    "25006": "The data are read-only",
    "08": "The data cannot be opened for writing",
}


def sourceName(uri: DatabaseUri) -> str:
    """What names the database, without the password.  @raise SourceError: see L{conninfoOf}."""
    info = conninfoOf(uri)
    return "postgres " + " ".join(f"{k}={info[k]!r}" for k in sorted(info) if k != "password")


class WritingDatabase:
    """
    One connection that writes, with the face of
    L{ogctwist.sources.postgis.database.PostgresDatabase} for the readers: what
    they read is the state within the transaction.
    """

    def __init__(self, conninfo: Mapping[str, str]):
        self._conninfo = conninfo
        self._connection: Any = None

    def open(self) -> None:
        """Begin.  @raise EditRefused: the database cannot be reached."""
        try:
            self._connection = driver().connect(self._conninfo, _STATEMENT_SECONDS)
        except SourceError as error:
            raise EditRefused("The data cannot be opened for writing") from error
        except driver().Error as error:
            raise EditRefused("The data cannot be opened for writing") from error
        for statement in _BEGIN:
            self.execute(statement)

    @contextmanager
    def reading(self, isCancelled: IsCancelled = never) -> Iterator[Session]:
        """A cursor within the transaction, for the block."""
        if self._connection is None:
            raise SourceError("the session is not open")
        session = WithinTransaction(self._connection, isCancelled)
        try:
            yield session
        finally:
            session.end()

    def execute(self, statement: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        """Run a statement to its end.  @raise EditRefused: it fails; the transaction is lost."""
        if self._connection is None:
            raise EditRefused("The session is over")
        try:
            cursor = self._connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description is not None else []
        except driver().Error as error:
            state = getattr(error, "sqlstate", None) or ""
            reason = _REASONS.get(state) or _REASONS.get(state[:2]) or "The data do not take the change"
            raise EditRefused(reason) from error

    def commit(self) -> None:
        """@raise EditRefused: nothing was changed."""
        if self._connection is None or not self._connection.isActive:
            raise EditRefused("The session is over")
        self.execute("COMMIT")

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class WithinTransaction(Session):
    """A reader's part of a transaction that goes on after it."""

    _isOpened = False

    def open(self, statement: str, parameters: Any = ()) -> None:
        """See L{Session.open}."""
        super().open(statement, parameters)
        self._isOpened = True

    def end(self) -> None:
        """Close the cursor, if there is one."""
        if self._isOpened:
            self._isOpened = False
            self.close()


class PostgresSession:
    """An L{ogctwist.sources.editing.edits.EditSession} on one database."""

    def __init__(
        self,
        uri: DatabaseUri,
        options: Callable[[Layer], LayerOptions],
        applicationName: str = "ogctwist",
    ):
        """
        @param uri: of any layer in it.
        @param options: what the project adds to the data of a layer.
        @param applicationName: what the connection calls itself.
        """
        self._name = sourceName(uri)
        self._database = WritingDatabase(conninfoOf(uri, applicationName))
        self._options = options
        self._tables: dict[str, PostgresTable] = {}

    def begin(self) -> None:
        """See L{EditSession.begin}."""
        self._database.open()

    def table(self, layer: Layer) -> PostgresTable:
        """See L{EditSession.table}."""
        if layer.id not in self._tables:
            uri = splitDatabaseUri(layer.source.uri)
            if sourceName(uri) != self._name:
                raise EditRefused("The layer is of another data source")
            self._tables[layer.id] = PostgresTable(self._database, uri, self._options(layer))
        return self._tables[layer.id]

    def commit(self) -> Mapping[int, int]:
        """See L{EditSession.commit}."""
        self._database.commit()
        self._database.close()
        return {}

    def rollback(self) -> None:
        """See L{EditSession.rollback}."""
        self._database.close()

    def close(self) -> None:
        """See L{EditSession.close}."""
        self._database.close()


class PostgresTable:
    """An L{ogctwist.sources.editing.edits.EditTable} on one table, or a view that takes changes."""

    def __init__(self, database: WritingDatabase, uri: DatabaseUri, options: LayerOptions):
        self._database = database
        self._options = options
        self._reader = PostgresReader(database, uri)  # type: ignore[arg-type]
        try:
            self._shape = self._reader.shape()
        except SourceError as error:
            raise EditRefused("The data cannot be opened") from error
        if not self._shape.schema.isEditable:
            raise EditRefused("The layer cannot be changed: it has no key, or may not be written to")
        self._source = doubled(self._shape.source)
        self._key = doubled(self._shape.key.sql)
        keys = self._shape.schema.keyFields
        self._isNumbered = self._key == doubled(POSTGIS.identifier(keys[0]))
        isPlain = all(self._shape.types[name].type in _COMPARED for name in keys)
        self._remembered = () if self._isNumbered or not isPlain else keys
        self._keys: dict[int, tuple[Any, ...]] = {}

    def schema(self) -> SourceSchema:
        """See L{EditTable.schema}."""
        return self._shape.schema

    def visible(self, restriction: Restriction) -> SourceSchema:
        """See L{EditTable.visible}."""
        return RestrictedFeatures(self._reader, self._options, restriction).schema()

    def features(self, query: FeatureQuery, restriction: Restriction) -> Iterator[FeatureBatch]:
        """See L{EditTable.features}."""
        seen = RestrictedFeatures(self._reader, self._options, replace(restriction, hiddenFields=frozenset()))
        if not self._remembered:
            return seen.read(query)
        fields = query.fields
        if fields is None:
            fields = tuple(field.name for field in seen.schema().fields)
        added = tuple(name for name in self._remembered if name not in fields)
        return self._remembering(seen.read(replace(query, fields=(*fields, *added))), fields)

    def _remembering(self, batches: BatchStream, fields: tuple[str, ...]) -> BatchStream:
        """The batches, whose keys are noted: an id made of a key has no index, the key has."""
        with closing(batches):
            for batch in batches:
                keys = zip(*(batch.columns[name].to_pylist() for name in self._remembered), strict=True)
                self._keys.update(zip(batch.ids.tolist(), keys, strict=True))
                yield batch.withColumns({name: batch.columns[name] for name in fields})

    def insert(self, values: Mapping[str, Any], geometry: Any, identifier: int | None = None) -> int:
        """See L{EditTable.insert}; a key that is not given is the table's to make."""
        keys = self._shape.schema.keyFields
        given = {n: v for n, v in values.items() if v is not None or n not in keys}
        if identifier is not None:
            if not self._isNumbered:
                raise EditRefused("The key of the layer is no number that could be given")
            given[keys[0]] = identifier
        stored = self._stored(given, (geometry,) if self._shape.geometry else ())
        names = ", ".join(name for name, _, _ in stored)
        marks = ", ".join(mark for _, mark, _ in stored)
        what = f"({names}) VALUES ({marks})" if stored else "DEFAULT VALUES"
        rows = self._database.execute(
            f"INSERT INTO {self._source} {what} RETURNING {self._key}",
            [part for _, _, parameters in stored for part in parameters],
        )
        if not rows or rows[0][0] is None:
            raise EditRefused("The data do not take the feature")
        return int(rows[0][0])

    def update(self, identifier: int, values: Mapping[str, Any], geometry: tuple[Any, ...] = ()) -> None:
        """See L{EditTable.update}."""
        stored = self._stored(values, geometry)
        if not stored:
            return
        terms = ", ".join(f"{name} = {mark}" for name, mark, _ in stored)
        parameters = [part for _, _, parameters in stored for part in parameters]
        self._changeOne(f"UPDATE {self._source} SET {terms}", parameters, identifier)

    def delete(self, identifier: int) -> None:
        """See L{EditTable.delete}."""
        self._changeOne(f"DELETE FROM {self._source}", [], identifier)

    def _changeOne(self, statement: str, parameters: list[Any], identifier: int) -> None:
        terms, values = [f"{self._key} = %s::int8"], [identifier]
        for name, value in zip(self._remembered, self._keys.get(identifier, ()), strict=False):
            terms.append(f"{doubled(POSTGIS.identifier(name))} = %s")
            values.append(value)
        rows = self._database.execute(
            f"{statement} WHERE {' AND '.join(terms)} RETURNING 1", [*parameters, *values]
        )
        if not rows:
            raise EditRefused("The feature does not exist any more")
        if len(rows) > 1:  # a key that is none, or two keys of one id
            raise EditRefused("The feature cannot be told from another one")

    def _stored(
        self, values: Mapping[str, Any], geometry: tuple[Any, ...]
    ) -> list[tuple[str, str, tuple[Any, ...]]]:
        """Quoted column names, with the SQL and the parameters of what goes into them."""
        stored: list[tuple[str, str, tuple[Any, ...]]] = []
        for name, value in values.items():
            kind = self._shape.types.get(name)
            if kind is None:
                raise EditRefused(f"There is no attribute {name!r}")
            stored.append((doubled(POSTGIS.identifier(name)), "%s", (storedValue(value, kind.type),)))
        if geometry:
            if not self._shape.geometry:
                raise EditRefused("The layer has no geometry")
            mark, parameters = self._storedGeometry(geometry[0])
            stored.append((doubled(self._shape.column), mark, parameters))
        return stored

    def _storedGeometry(self, geometry: Any) -> tuple[str, tuple[Any, ...]]:
        """A geometry in the type of the column, as QGIS makes it fit: multi, heights added or left out."""
        if geometry is None:
            return "NULL", ()
        wkbType, postgis = self._shape.schema.wkbType, doubled(self._shape.postgis)
        sql = f"{postgis}ST_GeomFromWKB(%s, %s::int4)"
        if wkbType != "Unknown":
            simple = wkbType.rstrip("ZM")
            force = {"": "2D", "Z": "3DZ", "M": "3DM", "ZM": "4D"}[wkbType[len(simple) :]]
            sql = f"{postgis}ST_Force{force}({sql})"
            if simple.startswith("Multi"):
                sql = f"{postgis}ST_Multi({sql})"
            if "Curve" in simple or simple in ("CircularString", "MultiSurface"):
                sql = f"{postgis}ST_ForceCurve({sql})"
        return sql, (shapely.to_wkb(geometry, flavor="iso"), self._shape.srid)


def storedValue(value: Any, kind: FieldType) -> Any:
    """A value as psycopg binds it so that PostgreSQL takes it for a column of that kind."""
    if value is None:
        return None
    if kind is FieldType.MAP and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if kind in (FieldType.INTEGER, FieldType.LONG) and isinstance(value, bool):
        return int(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value
    if kind is FieldType.STRING and not isinstance(value, (str, bytes)):
        return str(value)
    return list(value) if isinstance(value, tuple) else value
