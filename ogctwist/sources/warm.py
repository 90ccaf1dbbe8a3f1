# -*- test-case-name: tests.sources.test_warm -*-
"""
Files that fit the memory are kept there in columns.

A shapefile without index is read from end to end for every tile, a GeoJSON
file is even parsed again; from the second use on such a file is in memory,
until it changes or others need the room.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import pyarrow as pa

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.ordering import joined
from ogctwist.sources.query import SourceSchema
from ogctwist.sources.reader import (
    BatchStream,
    Cancelled,
    IFeatureReader,
    IsCancelled,
    ReadPlan,
    ReadRequest,
    never,
)
from ogctwist.sources.stamp import Stamp

#: The part of all room that one table may take.
_SHARE = 4
#: Subsets whose rows are remembered for one table.
_SUBSETS = 32


class StampedReader(IFeatureReader, Protocol):
    """
    A reader that can tell when its file has changed.

    @ivar identity: equal for readers that give the same.
    """

    @property
    def identity(self) -> Hashable:
        """See above."""

    def stamp(self) -> Stamp:
        """The stamp of its files as they are now."""


@dataclass(eq=False)
class WarmTable:
    """
    All features of a file.

    @ivar bounds: float64, shape (4, n): xmin, ymin, xmax, ymax; NaN without geometry.
    @ivar subsets: rows that each subset leaves.
    """

    stamp: Stamp
    features: FeatureBatch
    bounds: np.ndarray | None
    subsets: OrderedDict[tuple[str, ...], np.ndarray] = field(default_factory=OrderedDict)

    @property
    def size(self) -> int:
        """Bytes, about."""
        return _bytesOf(self.features) + (0 if self.bounds is None else self.bounds.nbytes)


def _bytesOf(batch: FeatureBatch) -> int:
    geometry = 0 if batch.geometry is None else batch.geometry.wkb.nbytes
    return int(batch.ids.nbytes + geometry + sum(column.nbytes for column in batch.columns.values()))


class WarmStore:
    """
    The tables that are kept, within a budget; the least recently used goes first.

    @param budget: bytes; 0 keeps nothing.
    """

    def __init__(self, budget: int):
        self.budget = budget
        self._tables: OrderedDict[Hashable, WarmTable] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def limit(self) -> int:
        """Bytes that one table may take."""
        return self.budget // _SHARE

    def get(self, key: Hashable, stamp: Stamp) -> WarmTable | None:
        """The table of that key, if the file is still the same."""
        with self._lock:
            table = self._tables.get(key)
            if table is None:
                return None
            if table.stamp != stamp:
                del self._tables[key]
                return None
            self._tables.move_to_end(key)
            return table

    def put(self, key: Hashable, table: WarmTable) -> None:
        """Keep a table."""
        with self._lock:
            self._tables[key] = table
            self._tables.move_to_end(key)
            while sum(t.size for t in self._tables.values()) > self.budget:
                self._tables.popitem(last=False)

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._tables.clear()


class WarmReader:
    """An L{IFeatureReader} that answers from memory what another would read again and again."""

    def __init__(self, reader: StampedReader, store: WarmStore):
        self.reader = reader
        self._key = reader.identity
        self._store = store
        self._loading = threading.Lock()
        #: The stamp of the file that was used once, or is too large to be kept.
        self._used: Stamp | None = None
        self._tooLarge: Stamp | None = None

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self.reader.schema()

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}."""
        return self.reader.checkedSubset(subset, isStrict)

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        table = self._table()
        if table is None:
            return self.reader.plan(request, mayPage)
        return WarmPlan(self.reader, table, request)

    def _table(self) -> WarmTable | None:
        """The features in memory; None when they are read the usual way this time."""
        stamp = self.reader.stamp()
        table = self._store.get(self._key, stamp)
        if table is not None or stamp == self._tooLarge:
            return table
        if self._used != stamp:
            self._used = stamp
            return None
        if not self._loading.acquire(blocking=False):
            return None  # another thread is at it
        try:
            return self._loaded(stamp)
        finally:
            self._loading.release()

    def _loaded(self, stamp: Stamp) -> WarmTable | None:
        known = sum(part[2] for part in stamp if part is not None)
        schema = self.reader.schema()
        names = [f.name for f in schema.fields]
        batches: list[FeatureBatch] = []
        size = 0
        plan = self.reader.plan(ReadRequest(), False)
        if known <= self._store.limit:
            with closing(plan.batches(names, bool(schema.geometryName), never)) as read:
                for batch in read:
                    batches.append(batch)
                    size += _bytesOf(batch)
                    if size > self._store.limit:
                        break
        if known > self._store.limit or size > self._store.limit:
            self._tooLarge = stamp
            return None
        table = _tableOf(stamp, batches, schema)
        if self.reader.stamp() == stamp:
            self._store.put(self._key, table)
        return table


def _tableOf(stamp: Stamp, batches: Sequence[FeatureBatch], schema: SourceSchema) -> WarmTable:
    if not batches:
        return WarmTable(stamp, FeatureBatch.empty([f.name for f in schema.fields]), None)
    features = joined(batches)
    if features.geometry is None:
        return WarmTable(stamp, features, None)
    # shapes of the whole table would take several times the room: only the boxes are kept
    boxes = [batch.geometry.bounds for batch in batches if batch.geometry is not None]
    wkb = GeometryColumn.fromWkb(features.geometry.wkb)
    return WarmTable(stamp, features.withGeometry(wkb), np.ascontiguousarray(np.concatenate(boxes).T))


class WarmPlan:
    """A L{ReadPlan} on a table in memory."""

    isBoxed = True
    isPaged = False

    def __init__(self, reader: IFeatureReader, table: WarmTable, request: ReadRequest):
        self._table = table
        self.isOrdered = not request.orderBy
        self.terms = request.terms
        rows = None
        if request.subsets:
            inner = reader.plan(ReadRequest(subsets=request.subsets), False)
            self.terms += inner.terms
            rows = _rowsOf(table, request.subsets, inner)
        self._rows = _chosen(table, request, rows)

    def batches(
        self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled = never
    ) -> BatchStream:
        """See L{ReadPlan.batches}."""
        features, rows = self._table.features, self._rows
        count = len(features) if rows is None else len(rows)
        wanted = {name: features.columns[name] for name in columns}
        shapes = features.geometry if geometry else None
        for start in range(0, count, BATCH_ROWS):
            if isCancelled():
                raise Cancelled()
            if rows is None:
                size = min(BATCH_ROWS, count - start)
                yield FeatureBatch(
                    features.ids[start : start + size],
                    None if shapes is None else GeometryColumn.fromWkb(shapes.wkb.slice(start, size)),
                    {name: column.slice(start, size) for name, column in wanted.items()},
                )
            else:
                part = rows[start : start + BATCH_ROWS]
                index = pa.array(part)
                yield FeatureBatch(
                    features.ids[part],
                    None if shapes is None else GeometryColumn.fromWkb(shapes.wkb.take(index)),
                    {name: column.take(index) for name, column in wanted.items()},
                )

    def count(self, isCancelled: IsCancelled = never) -> int | None:
        """See L{ReadPlan.count}."""
        return len(self._table.features) if self._rows is None else len(self._rows)

    def extent(self, isCancelled: IsCancelled = never) -> tuple[Box | None] | None:
        """See L{ReadPlan.extent}."""
        bounds = self._table.bounds
        if bounds is None:
            return (None,)
        if self._rows is not None:
            bounds = bounds[:, self._rows]
        bounds = bounds[:, ~np.isnan(bounds[0])]
        if not bounds.shape[1]:
            return (None,)
        return (Box(*map(float, (*bounds[:2].min(axis=1), *bounds[2:].max(axis=1)))),)


def _rowsOf(table: WarmTable, subsets: tuple[str, ...], plan: ReadPlan) -> np.ndarray:
    """Rows that the subsets leave, as the engine sees it; remembered."""
    known = table.subsets.get(subsets)
    if known is None:
        with closing(plan.batches((), False, never)) as read:
            ids = [batch.ids for batch in read]
        wanted = np.concatenate(ids) if ids else np.empty(0, np.int64)
        known = np.flatnonzero(np.isin(table.features.ids, wanted))
        table.subsets[subsets] = known
        while len(table.subsets) > _SUBSETS:
            table.subsets.popitem(last=False)
    return known


def _chosen(table: WarmTable, request: ReadRequest, rows: np.ndarray | None) -> np.ndarray | None:
    """Rows that ids and box leave of C{rows}; None stands for all."""
    ids = table.features.ids
    if request.ids is not None:
        inRange = [i for i in request.ids if -(2**63) <= i < 2**63]
        chosen = np.flatnonzero(np.isin(ids, np.array(inRange, np.int64)))
        rows = chosen if rows is None else np.intersect1d(rows, chosen, assume_unique=True)
    if request.bbox is not None:
        if table.bounds is None:
            return np.empty(0, np.int64)
        box = request.bbox
        bounds = table.bounds if rows is None else table.bounds[:, rows]
        meets = bounds[0] <= box.xmax
        meets &= bounds[2] >= box.xmin
        meets &= bounds[1] <= box.ymax
        meets &= bounds[3] >= box.ymin
        rows = np.flatnonzero(meets) if rows is None else rows[meets]
    return rows
