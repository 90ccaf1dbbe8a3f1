# -*- test-case-name: tests.sources.test_geopackage -*-
"""
Reading one table of an SQLite file; GeoPackage and SpatiaLite say what the
table looks like (L{TableShape}), the rest is the same.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.columns import columnOf
from ogctwist.sources.curves import straightWkb
from ogctwist.sources.gpkgscan import WORTHWHILE
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, Cancelled, IsCancelled, ReadPlan, ReadRequest, never
from ogctwist.sources.sql.pushdown import pushedOrder, pushedTerms, sqlColumns
from ogctwist.sources.sql.select import SQLITE, Condition, OrderTerm, Select
from ogctwist.sources.sql.subset import SubsetRefused, checkedSubset, withStrictNames
from ogctwist.sources.sqlitefile import SqliteConnection, SqliteFile
from ogctwist.sources.stamp import Stamp

#: Subsets whose check is remembered for one table.
_SUBSETS = 256

#: (subset, strict) -> the subset to be used, or why it cannot be.
_Checked = dict[tuple[str, bool], "str | SourceError"]


@dataclass(frozen=True)
class SpatialIndex:
    """An R*Tree table: SQL name, its id column, and its columns in the order xmin, xmax, ymin, ymax."""

    table: str
    id: str
    sides: tuple[str, str, str, str]


@dataclass(frozen=True)
class TableShape:
    """
    What a table looks like.

    @ivar source: SQL for FROM, aliased as C{m}.
    @ivar key: SQL of the feature id.
    @ivar isKeyed: whether C{key} is an indexed unique integer (a rowid).
    @ivar geometry: SQL of the geometry column, or ''.
    @ivar columns: field name -> SQL.
    @ivar extent: as the file's own tables state it; None when they do not.
    @ivar box: SQL of the bounding box of a geometry, for files that state none:
        byte order (01), four bytes, xmin, ymin, xmax, ymax as doubles; or ''.
    @ivar bulk: reads most of the table faster than SQL does: called with
        (schema, where, bbox, columns, geometry, isCancelled); None without.
    @ivar size: about how many rows there are, at most.
    """

    schema: SourceSchema
    source: str
    key: str
    isKeyed: bool
    geometry: str
    columns: Mapping[str, str]
    index: SpatialIndex | None = None
    extent: Box | None = None
    box: str = ""
    bulk: Callable[..., BatchStream] | None = None
    size: int = 0


class SqliteReader:
    """
    An L{IFeatureReader} for one table.

    @param describe: reads the shape of the table through a connection.
    @param decode: geometry blobs to WKB.
    """

    def __init__(
        self,
        file: SqliteFile,
        describe: Callable[[SqliteConnection], TableShape],
        decode: Callable[[Sequence[bytes | None]], pa.Array],
    ):
        self.file = file
        self.decode = decode
        self._describe = describe
        self._known: tuple[Stamp, TableShape, _Checked] | None = None
        self._lock = threading.Lock()

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self.shape().schema

    def shape(self) -> TableShape:
        """The shape of the table as the file is now."""
        return self._state()[1]

    def _state(self) -> tuple[Stamp, TableShape, _Checked]:
        known = self._known
        if known is not None and known[0] == self.file.stamp():
            return known
        with self._lock, self.file.lease() as connection:
            known = (connection.stamp, self._describe(connection), {})
            self._known = known
            return known

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        return SqlitePlan(self, self.shape(), request, mayPage)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}; the answer is remembered until the file changes."""
        _, shape, checked = self._state()
        known = checked.get((subset, isStrict))
        if known is None:
            if len(checked) > _SUBSETS:
                checked.clear()
            known = checked[subset, isStrict] = self._checked(subset, isStrict, shape)
        if isinstance(known, SourceError):
            raise known
        return known

    def _checked(self, subset: str, isStrict: bool, shape: TableShape) -> str | SourceError:
        try:
            strict = withStrictNames(checkedSubset(subset))
            # SQLite takes "a name that is no column" for a text, and so a wrong condition for a right one
            candidates = (strict,) if isStrict else (strict, subset)
        except SubsetRefused as refusal:
            return SourceError(f"{self.file.path}: subset refused: {refusal}")
        failure = SourceError()
        for candidate in candidates:
            try:
                with self.file.lease() as connection:
                    connection.execute(f"SELECT 1 FROM {shape.source} WHERE ({candidate}) LIMIT 0").fetchall()
                return candidate
            except SourceError as error:
                failure = SourceError(f"{self.file.path}: subset refused: {error}")
        return failure


class SqlitePlan:
    """An L{ReadPlan} on an L{SqliteReader}."""

    def __init__(self, reader: SqliteReader, shape: TableShape, request: ReadRequest, mayPage: bool):
        self.reader = reader
        self.shape = shape
        self.request = request
        self._conditions = [Condition(subset) for subset in request.subsets]
        columns = sqlColumns(shape.schema.fields, shape.columns)
        pushed, self.terms = pushedTerms(request.terms, SQLITE, columns)
        self._conditions += pushed
        order = pushedOrder(request.orderBy, columns)
        self._order: tuple[OrderTerm, ...] = order or ()
        self.isOrdered = order is not None
        self.isBoxed = request.bbox is None or shape.index is not None
        self.isPaged = mayPage and self.isOrdered and self.isBoxed and not self.terms
        if request.ids is not None:
            self._conditions.append(_idsCondition(shape.key, request.ids))

    def batches(
        self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled = never
    ) -> BatchStream:
        """See L{ReadPlan.batches}."""
        shape = self.shape
        geometry = geometry and bool(shape.geometry)
        if self._isBulk():
            try:
                yield from self._inBulk(columns, geometry, isCancelled)
                return
            except _NotInBulk:
                pass  # what GDAL does not open, SQLite may
        wanted = [shape.key] + ([shape.geometry] if geometry else []) + [shape.columns[c] for c in columns]
        rows = self._pages(tuple(wanted), isCancelled)
        with closing(rows):
            for page in rows:
                yield self._batch(page, columns, geometry)

    def _isBulk(self) -> bool:
        """Whether so much is asked for that the faster way is worth its start."""
        shape, request = self.shape, self.request
        isPlain = not self._order and request.ids is None and all(not c.parameters for c in self._conditions)
        if shape.bulk is None or not isPlain or request.limit is not None or request.offset:
            return False
        part = 1.0
        if request.bbox is not None:
            part = 0.0 if shape.extent is None else _share(shape.extent, request.bbox)
        return shape.size * part > WORTHWHILE

    def _inBulk(self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled) -> BatchStream:
        shape, bbox = self.shape, self.request.bbox
        assert shape.bulk is not None
        where = " AND ".join(f"({c.sql})" for c in self._conditions)
        hasBegun = False
        try:
            for batch in shape.bulk(shape.schema, where, bbox, columns, geometry, isCancelled):
                hasBegun = True
                yield batch
        except SourceError as error:
            if hasBegun:
                raise
            raise _NotInBulk() from error

    def _batch(self, rows: list[tuple[Any, ...]], columns: Sequence[str], geometry: bool) -> FeatureBatch:
        values = list(zip(*rows, strict=True))
        ids = np.array(values[0], np.int64)
        first = 2 if geometry else 1
        schema = self.shape.schema
        arrays = {}
        for name, column in zip(columns, values[first:], strict=True):
            field = schema.field(name)
            assert field is not None
            arrays[name] = columnOf(column, field.type)
        wkb = GeometryColumn.fromWkb(straightWkb(self.reader.decode(values[1]))) if geometry else None
        return FeatureBatch(ids, wkb, arrays)

    def _pages(
        self, columns: tuple[str, ...], isCancelled: IsCancelled
    ) -> Generator[list[tuple[Any, ...]], None, None]:
        request = self.request
        isPlain = request.bbox is None and not self._order and request.ids is None
        if isPlain and self.shape.isKeyed:
            return self._pagesByKey(columns, isCancelled)
        return self._pagesOfStatement(self._select(columns), isCancelled)

    def _pagesByKey(
        self, columns: tuple[str, ...], isCancelled: IsCancelled
    ) -> Generator[list[tuple[Any, ...]], None, None]:
        """
        Pages in order of the key, each by a statement of its own: no lock is held
        on the file while a slow client takes the page.
        """
        limit, offset = (self.request.limit, self.request.offset) if self.isPaged else (None, 0)
        last: int | None = None
        while limit is None or limit > 0:
            size = BATCH_ROWS if limit is None else min(limit, BATCH_ROWS)
            conditions = tuple(self._conditions)
            if last is not None:
                conditions += (Condition(f"{self.shape.key} > ?", (last,)),)
            select = Select(
                columns,
                self.shape.source,
                conditions,
                (OrderTerm(self.shape.key, isNullable=False),),
                size,
                offset,
            )
            with self.reader.file.lease(isCancelled) as connection:
                rows = connection.execute(*select.statement())
                with connection.errors():
                    page = rows.fetchall()
            if isCancelled():
                raise Cancelled()
            if page:
                yield page
            if len(page) < size:
                return
            last, offset = page[-1][0], 0
            if limit is not None:
                limit -= len(page)

    def _pagesOfStatement(
        self, select: Select, isCancelled: IsCancelled
    ) -> Generator[list[tuple[Any, ...]], None, None]:
        with self.reader.file.lease(isCancelled) as connection:
            rows = connection.execute(*select.statement())
            with closing(rows):
                while True:
                    with connection.errors():
                        page = rows.fetchmany(BATCH_ROWS)
                    if isCancelled():
                        raise Cancelled()
                    if not page:
                        return
                    yield page

    def _select(self, columns: tuple[str, ...]) -> Select:
        source, conditions = self._spatial()
        if self.isPaged:
            return Select(columns, source, conditions, self._order, self.request.limit, self.request.offset)
        return Select(columns, source, conditions, self._order)

    def _spatial(self) -> tuple[str, tuple[Condition, ...]]:
        """
        Source and conditions with the box in them.  Like GDAL: a join with the
        index when there is nothing else to ask (features come in the order of the
        index), else a list of ids (features come in the order of their ids).
        """
        shape, bbox = self.shape, self.request.bbox
        if bbox is None or shape.index is None:
            return shape.source, tuple(self._conditions)
        index = shape.index
        isJoin = not self._conditions and shape.isKeyed
        prefix = "r." if isJoin else ""
        xmin, xmax, ymin, ymax = (prefix + side for side in index.sides)
        box = Condition(
            f"{xmax} >= ? AND {xmin} <= ? AND {ymax} >= ? AND {ymin} <= ?",
            (bbox.xmin, bbox.xmax, bbox.ymin, bbox.ymax),
        )
        if isJoin:
            return f"{shape.source} JOIN {index.table} AS r ON {shape.key} = r.{index.id}", (box,)
        inside = Condition(
            f"{shape.key} IN (SELECT {index.id} FROM {index.table} WHERE {box.sql})", box.parameters
        )
        return shape.source, (*self._conditions, inside)

    def count(self, isCancelled: IsCancelled = never) -> int | None:
        """See L{ReadPlan.count}."""
        if self.request.limit is None and not self.request.offset:
            source, conditions = self._spatial()
            statement, parameters = Select(("count(*)",), source, conditions).statement()
        else:
            inner, parameters = self._select(("1",)).statement()
            statement = f"SELECT count(*) FROM ({inner})"
        with self.reader.file.lease(isCancelled) as connection:
            rows = connection.execute(statement, parameters)
            with connection.errors():
                return int(rows.fetchone()[0])

    def extent(self, isCancelled: IsCancelled = never) -> tuple[Box | None] | None:
        """See L{ReadPlan.extent}: from the file's own statement, or from the index."""
        shape, request = self.shape, self.request
        isWhole = not self._conditions and request.bbox is None and request.limit is None
        if isWhole and shape.extent is not None:
            return (shape.extent,)
        if request.bbox is not None or request.limit is not None:
            return None
        if shape.box:
            return self._extentOfBoxes(isCancelled)
        if shape.index is None:
            return None
        xmin, xmax, ymin, ymax = shape.index.sides
        conditions: tuple[Condition, ...] = ()
        if self._conditions:
            chosen, parameters = Select((shape.key,), shape.source, tuple(self._conditions)).statement()
            conditions = (Condition(f"{shape.index.id} IN ({chosen})", tuple(parameters)),)
        sides = (f"min({xmin})", f"min({ymin})", f"max({xmax})", f"max({ymax})")
        statement, values = Select(sides, shape.index.table, conditions).statement()
        with self.reader.file.lease(isCancelled) as connection:
            rows = connection.execute(statement, values)
            with connection.errors():
                found = rows.fetchone()
        return (None if found[0] is None else Box(*map(float, found)),)

    def _extentOfBoxes(self, isCancelled: IsCancelled) -> tuple[Box | None] | None:
        """From the bounding boxes that stand in front of the geometries; None when one cannot be read."""
        present = Condition(f"{self.shape.geometry} IS NOT NULL")
        select = Select((self.shape.box,), self.shape.source, (*self._conditions, present))
        sides = np.array([np.inf, np.inf, -np.inf, -np.inf])
        pages = self._pagesOfStatement(select, isCancelled)
        with closing(pages):
            for page in pages:
                blobs = [row[0] for row in page]
                if any(len(blob) != 37 or blob[0] != 1 for blob in blobs):
                    return None
                data = np.frombuffer(b"".join(blobs), np.uint8).reshape(-1, 37)
                boxes = np.ascontiguousarray(data[:, 5:]).view("<f8")
                boxes = boxes[np.isfinite(boxes).all(axis=1)]
                if len(boxes):
                    sides[:2] = np.minimum(sides[:2], boxes[:, :2].min(axis=0))
                    sides[2:] = np.maximum(sides[2:], boxes[:, 2:].max(axis=0))
        return (Box(*map(float, sides)) if np.isfinite(sides).all() else None,)


class _NotInBulk(Exception):
    """The faster way failed before it gave anything."""


def _share(extent: Box, box: Box) -> float:
    """Which part of an extent a box covers: 0 to 1."""
    shared = extent.intersection(box)
    if shared is None or extent.isEmpty:
        return 0.0
    return shared.width * shared.height / (extent.width * extent.height)


def _idsCondition(key: str, ids: tuple[int, ...]) -> Condition:
    """Feature ids as one parameter, so that the statement's text is the same for any number of them."""
    inRange = [int(i) for i in ids if -(2**63) <= int(i) < 2**63]
    text = "[" + ",".join(map(str, inRange)) + "]"
    return Condition(f"{key} IN (SELECT value FROM json_each(?))", (text,))


def tableColumns(connection: SqliteConnection, table: str) -> list[sqlite3.Row | tuple[Any, ...]]:
    """Rows of C{PRAGMA table_info}: (position, name, declared type, not null, default, key position)."""
    return connection.execute(f"PRAGMA table_info({SQLITE.identifier(table)})").fetchall()
