# -*- test-case-name: tests.sources.test_postgis -*-
"""
The features of one table, view or query of PostgreSQL with PostGIS.

Filters, orders, boxes and pages go to the server as bound parameters; what
comes back is read through a cursor on the server, so that memory does not grow
with the answer.  A connection is held while features are still to come and
given back before the last batch is handed out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.datasource import DatabaseUri
from ogctwist.sources.curves import straightWkb
from ogctwist.sources.postgis.database import PostgresDatabase
from ogctwist.sources.postgis.shape import POSTGIS, PostgresShape, describe
from ogctwist.sources.postgis.subset import checkedSql, doubled
from ogctwist.sources.postgis.types import arrayOf
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled, ReadPlan, ReadRequest, never
from ogctwist.sources.sql.pushdown import pushedOrder, pushedTerms, sqlColumns
from ogctwist.sources.sql.select import Condition, OrderTerm, Select
from ogctwist.sources.sql.subset import SubsetRefused

#: Seconds for which the shape of a table is believed to stay.
SHAPE_SECONDS = 30.0

#: Rows of the first page, before it is known how large they are.
_FIRST_ROWS = 128

#: Bytes that a page should have.
_PAGE_BYTES = 4 << 20

#: Subsets whose check is remembered for one table.
_SUBSETS = 256

_GREATEST = 2**63 - 1
_FARTHEST = 1e300


class PostgresReader:
    """An L{IFeatureReader}; SQL of subsets is PostgreSQL's."""

    def __init__(self, database: PostgresDatabase, uri: DatabaseUri):
        self.database = database
        self.uri = uri
        self._known: tuple[float, PostgresShape] | None = None
        self._checked: dict[str, str | SourceError] = {}
        self._lock = threading.Lock()

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self.shape().schema

    def shape(self) -> PostgresShape:
        """The shape of the table, as it was at most L{SHAPE_SECONDS} ago."""
        known = self._known
        if not _isFresh(known):
            with self._lock:
                known = self._known
                if not _isFresh(known):
                    with self.database.reading() as session:
                        known = (time.monotonic(), describe(session, self.uri))
                    self._known, self._checked = known, {}
        assert known is not None
        return known[1]

    def forget(self) -> None:
        """Look at the table anew before the next plan: what was known of it seems to be wrong."""
        self._known = None

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        return PostgresPlan(self, self.shape(), request, mayPage)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """
        See L{IFeatureReader.checkedSubset}: names in double quotes are never texts
        here, so that every check is strict.
        """
        shape = self.shape()
        checked = self._checked
        known = checked.get(subset)
        if known is None:
            if len(checked) > _SUBSETS:
                checked.clear()
            known = checked[subset] = self._check(subset, shape)
        if isinstance(known, SourceError):
            raise known
        return known

    def _check(self, subset: str, shape: PostgresShape) -> str | SourceError:
        try:
            condition = checkedSql(subset)
        except SubsetRefused as refusal:
            return SourceError(f"subset refused: {refusal}")
        with self.database.reading() as session:
            try:
                session.rows(f"SELECT 1 FROM {doubled(shape.source)} WHERE ({doubled(condition)}) LIMIT 0")
            except SourceError as error:
                return SourceError(f"subset refused: {error}")
        return condition


def _isFresh(known: tuple[float, PostgresShape] | None) -> bool:
    return known is not None and time.monotonic() - known[0] <= SHAPE_SECONDS


class PostgresPlan:
    """An L{ReadPlan} on a L{PostgresReader}."""

    def __init__(self, reader: PostgresReader, shape: PostgresShape, request: ReadRequest, mayPage: bool):
        self.reader = reader
        self.shape = shape
        self.request = request
        self._source = doubled(shape.source)
        columns = sqlColumns(shape.schema.fields, shape.conditions())
        pushed, self.terms = pushedTerms(request.terms, POSTGIS, columns)
        self._conditions = [Condition(doubled(subset)) for subset in request.subsets] + pushed
        order = pushedOrder(request.orderBy, columns, POSTGIS)
        self.isOrdered = order is not None
        self.isBoxed = request.bbox is None or bool(shape.geometry)
        self.isPaged = mayPage and self.isOrdered and self.isBoxed and not self.terms
        self._order = self._orderTerms(order or ())
        self._isWhole = not self._conditions and request.ids is None and request.bbox is None
        if request.ids is not None:
            self._conditions.append(self._withIds(request.ids))
        if request.bbox is not None and shape.geometry:
            self._conditions.append(self._within(request.bbox))
        if shape.shapes:
            kind = f"{shape.postgis}GeometryType({shape.geometry})"
            self._conditions.append(Condition(f"{doubled(kind)} = ANY(%s)", (list(shape.shapes),)))

    def _orderTerms(self, asked: Sequence[OrderTerm]) -> tuple[OrderTerm, ...]:
        """
        The order asked for, then that of the key where features come in an order or
        in pages: else one feature may stand on two pages.
        """
        request = self.request
        terms = tuple(replace(term, sql=doubled(term.sql)) for term in asked)
        if not terms and not (self.isPaged and (request.limit is not None or request.offset)):
            return ()
        return terms + tuple(OrderTerm(doubled(c), isNullable=False) for c in self.shape.key.columns)

    def _withIds(self, ids: Sequence[int]) -> Condition:
        """Ids as one parameter."""
        key = self.shape.key
        wanted = [int(i) for i in ids if 0 <= int(i) + 2**63 < 2**64]
        if key.isPlace:
            places = [f"({i >> 16},{i & 0xFFFF})" for i in wanted if 0 <= i < 2**48]
            return Condition("ctid = ANY(%s::tid[])", (places,))
        return Condition(f"{doubled(key.sql)} = ANY(%s::int8[])", (wanted,))

    def _within(self, box: Box) -> Condition:
        postgis = doubled(self.shape.postgis)
        sides = tuple(min(max(side, -_FARTHEST), _FARTHEST) for side in box.bounds)
        envelope = f"{postgis}ST_MakeEnvelope(%s::float8, %s::float8, %s::float8, %s::float8)"
        return Condition(f"{doubled(self.shape.geometry)} OPERATOR({postgis}&&) {envelope}", sides)

    def _select(self, columns: Sequence[str]) -> Select:
        limit, offset = (self.request.limit, self.request.offset) if self.isPaged else (None, 0)
        return Select(
            tuple(map(doubled, columns)),
            self._source,
            tuple(self._conditions),
            self._order,
            None if limit is None else min(limit, _GREATEST),
            min(offset, _GREATEST),
            POSTGIS,
        )

    def batches(
        self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled = never
    ) -> BatchStream:
        """See L{ReadPlan.batches}."""
        shape = self.shape
        geometry = geometry and bool(shape.geometry)
        wanted = [shape.key.sql]
        if geometry:
            wanted.append(f"{shape.postgis}ST_AsBinary({shape.geometry})")
        wanted += [shape.output(name) for name in columns]
        statement, parameters = self._select(wanted).statement()
        size = _FIRST_ROWS
        try:
            with ExitStack() as stack:
                session = stack.enter_context(self.reader.database.reading(isCancelled))
                session.open(statement, parameters)
                while True:
                    rows = session.fetch(size)
                    isLast = len(rows) < size
                    if isLast:
                        stack.close()  # nobody waits for the connection while the client takes the rest
                    if rows:
                        batch = self._batch(rows, columns, geometry)
                        size = _nextSize(batch)
                        del rows
                        yield batch
                    if isLast:
                        return
        except SourceError:
            self.reader.forget()
            raise

    def _batch(self, rows: list[tuple[Any, ...]], columns: Sequence[str], geometry: bool) -> FeatureBatch:
        values = list(zip(*rows, strict=True))
        first = 2 if geometry else 1
        arrays = {
            name: arrayOf(column, self.shape.types[name])
            for name, column in zip(columns, values[first:], strict=True)
        }
        wkb = GeometryColumn.fromWkb(values[1]) if geometry else None
        if wkb is not None:
            wkb = GeometryColumn.fromWkb(straightWkb(wkb.wkb))
        return FeatureBatch(np.array(values[0], np.int64), wkb, arrays)

    def count(self, isCancelled: IsCancelled = never) -> int | None:
        """See L{ReadPlan.count}; always exact: clients page by it."""
        if self.request.limit is None and not self.request.offset:
            select = Select(("count(*)",), self._source, tuple(self._conditions), dialect=POSTGIS)
            statement, parameters = select.statement()
        else:
            inner, parameters = self._select(("1",)).statement()
            statement = f"SELECT count(*) FROM ({inner}) AS c"
        return int(self._row(statement, parameters, isCancelled)[0])

    def extent(self, isCancelled: IsCancelled = never) -> tuple[Box | None] | None:
        """
        See L{ReadPlan.extent}: from the server's statistics where the project says
        so and nothing is left out.
        """
        shape, request = self.shape, self.request
        if not shape.geometry or request.limit is not None or request.offset or request.bbox is not None:
            return None
        sides = ", ".join(f"{shape.postgis}ST_{side}(e)" for side in ("XMin", "YMin", "XMax", "YMax"))
        isKnown = shape.isEstimated and not shape.isGeography and not shape.shapes
        if self._isWhole and isKnown and shape.table is not None:
            column = self.reader.uri.geometryColumn
            found = self._row(
                f"SELECT {doubled(sides)} FROM {doubled(shape.postgis)}ST_EstimatedExtent(%s, %s, %s) AS e",
                (*shape.table, column),
                isCancelled,
            )
            if found[0] is not None:
                return (Box(*map(float, found)),)
        extent = f"{shape.postgis}ST_Extent({shape.geometry}) AS e"
        inner, parameters = replace(self._select((extent,)), order=()).statement()
        found = self._row(f"SELECT {doubled(sides)} FROM ({inner}) AS e", parameters, isCancelled)
        return (None if found[0] is None else Box(*map(float, found)),)

    def _row(self, statement: str, parameters: Sequence[object], isCancelled: IsCancelled) -> tuple[Any, ...]:
        try:
            with self.reader.database.reading(isCancelled) as session:
                return session.rows(statement, parameters)[0]
        except SourceError:
            self.reader.forget()
            raise


def _nextSize(batch: FeatureBatch) -> int:
    """How many rows to ask for next, so that pages of large geometries do not need much memory."""
    size = sum(column.nbytes for column in batch.columns.values()) + 8 * len(batch)
    if batch.geometry is not None:
        size += batch.geometry.wkb.nbytes
    return max(1, min(BATCH_ROWS, _PAGE_BYTES * len(batch) // size))
