# -*- test-case-name: tests.sources.editing.test_shapefile -*-
"""
Transactions on a shapefile.

A shapefile is three files that have to change together.  A session reads them, changes them in
memory, and writes new ones beside the old; when all are on disk it says so in a file of its own,
and puts one after the other in the place of the old.  A process that dies in between leaves that
file behind: whoever edits next finishes the work.  What is edited is bounded in size.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.project.layers import Layer
from ogctwist.sources.columns import columnOf
from ogctwist.sources.editing.dbf import DbfTable
from ogctwist.sources.editing.edits import EditRefused
from ogctwist.sources.editing.shapefile import ShapeFile
from ogctwist.sources.ogr import OgrReader
from ogctwist.sources.ogrschema import OgrLayer
from ogctwist.sources.query import FeatureQuery, Restriction, SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled, ReadPlan, ReadRequest, Term
from ogctwist.sources.restricted import LayerOptions, RestrictedFeatures

#: Bytes of the three files together that are edited at most.
LARGEST = 256 << 20
#: Seconds that another writer is waited for.
_PATIENCE = 20.0
_PARTS = ("shp", "shx", "dbf")
_SPATIAL_INDICES = ("qix", "sbn", "sbx")


@dataclass
class _Row:
    """A feature: its record's bytes, and its values where they are known."""

    shape: bytes
    record: bytes
    geometry: Any
    values: dict[str, Any]


class ShapefileSession:
    """An L{ogctwist.sources.editing.edits.EditSession} on one shapefile."""

    def __init__(self, path: str, options: Callable[[Layer], LayerOptions]):
        self._path = path
        self._options = options
        self._lock = threading.RLock()
        self._held: FolderLock | None = None
        self._table: ShapefileTable | None = None

    def begin(self) -> None:
        """See L{EditSession.begin}."""
        held = FolderLock(self._path)
        held.acquire(_PATIENCE)
        self._held = held
        finishRenames(self._path)

    def table(self, layer: Layer) -> ShapefileTable:
        """See L{EditSession.table}."""
        with self._lock:
            if self._table is None:
                self._table = ShapefileTable(self._path, layer.encoding, self._options(layer), self._lock)
            return self._table

    def commit(self) -> Mapping[int, int]:
        """See L{EditSession.commit}: ids are places, so those behind a deleted feature move up."""
        with self._lock:
            moved: Mapping[int, int] = {}
            if self._table is not None and self._table.isChanged:
                contents, moved = self._table.packed()
                replaceTogether(self._path, contents)
            self.close()
            return moved

    def rollback(self) -> None:
        """See L{EditSession.rollback}."""
        self.close()

    def close(self) -> None:
        """See L{EditSession.close}."""
        with self._lock:
            self._table = None
            held, self._held = self._held, None
            if held is not None:
                held.release()


class ShapefileTable:
    """An L{ogctwist.sources.editing.edits.EditTable} on a shapefile in memory."""

    def __init__(self, path: str, encoding: str, options: LayerOptions, lock: threading.RLock):
        base = path[:-4]
        if sum(os.path.getsize(f"{base}.{part}") for part in _PARTS) > LARGEST:
            raise EditRefused("The shapefile is too large to be edited")
        self._options = options
        self._lock = lock
        self.isChanged = False
        reader = OgrReader(OgrLayer(path, None, "", encoding, {}))
        self._schema = replace(reader.schema(), isEditable=True)
        self._shapes = ShapeFile(_read(f"{base}.shp"))
        self._dbf = DbfTable(_read(f"{base}.dbf"), textEncoding(base, encoding))
        if len(self._shapes.records) != len(self._dbf.records):
            raise EditRefused("The files of the shapefile do not belong together")
        self._rows: dict[int, _Row] = {}
        self._next = len(self._shapes.records)
        self._load(reader)

    def _load(self, reader: OgrReader) -> None:
        """All features as the reader sees them, beside the bytes of their records."""
        plan = reader.plan(ReadRequest(), False)
        names = [field.name for field in self._schema.fields]
        for batch in plan.batches(names, True, lambda: False):
            shapes = [None] * len(batch) if batch.geometry is None else batch.geometry.shapes
            columns = [batch.columns[name].to_pylist() for name in names]
            for row, identifier in enumerate(batch.ids.tolist()):
                values = {name: column[row] for name, column in zip(names, columns, strict=True)}
                self._rows[identifier] = _Row(
                    self._shapes.records[identifier], self._dbf.records[identifier], shapes[row], values
                )

    def schema(self) -> SourceSchema:
        """See L{EditTable.schema}."""
        return self._schema

    def visible(self, restriction: Restriction) -> SourceSchema:
        """See L{EditTable.visible}."""
        reader = _RowsReader(self._schema, FeatureBatch.empty())
        return RestrictedFeatures(reader, self._options, restriction).schema()

    def features(self, query: FeatureQuery, restriction: Restriction) -> Iterator[FeatureBatch]:
        """See L{EditTable.features}; a subset in SQL cannot be asked of what is only in memory."""
        if restriction.subset or self._options.subset:
            raise EditRefused("A shapefile with a subset cannot be edited")
        with self._lock:
            reader = _RowsReader(self._schema, self._batch())
            seen = RestrictedFeatures(reader, self._options, replace(restriction, hiddenFields=frozenset()))
            yield from seen.read(query)

    def _batch(self) -> FeatureBatch:
        rows = self._rows
        columns = {
            field.name: columnOf([row.values[field.name] for row in rows.values()], field.type)
            for field in self._schema.fields
        }
        shapes = np.empty(len(rows), object)
        shapes[:] = [row.geometry for row in rows.values()]
        return FeatureBatch(np.array(list(rows), np.int64), GeometryColumn.fromShapes(shapes), columns)

    def insert(self, values: Mapping[str, Any], geometry: Any, identifier: int | None = None) -> int:
        """See L{EditTable.insert}; features are numbered, an id cannot be chosen."""
        if identifier is not None:
            raise EditRefused("The ids of a shapefile cannot be chosen")
        with self._lock:
            record, shape = self._dbf.record(dict(values)), self._shapes.record(geometry)
            complete = {field.name: values.get(field.name) for field in self._schema.fields}
            number, self._next = self._next, self._next + 1
            self._rows[number] = _Row(shape, record, geometry, complete)
            self.isChanged = True
            return number

    def update(self, identifier: int, values: Mapping[str, Any], geometry: tuple[Any, ...] = ()) -> None:
        """See L{EditTable.update}."""
        with self._lock:
            row = self._row(identifier)
            record = self._dbf.record(dict(values), row.record)
            shape = self._shapes.record(geometry[0]) if geometry else row.shape
            row.record, row.shape = record, shape
            row.values = {**row.values, **values}
            row.geometry = geometry[0] if geometry else row.geometry
            self.isChanged = True

    def delete(self, identifier: int) -> None:
        """See L{EditTable.delete}."""
        with self._lock:
            self._row(identifier)
            del self._rows[identifier]
            self.isChanged = True

    def _row(self, identifier: int) -> _Row:
        row = self._rows.get(identifier)
        if row is None:
            raise EditRefused("The feature does not exist any more")
        return row

    def packed(self) -> tuple[dict[str, bytes], dict[int, int]]:
        """The bytes of the new files by extension, and where features with other numbers now are."""
        rows = self._rows
        self._shapes.records = [row.shape for row in rows.values()]
        self._dbf.records = [row.record for row in rows.values()]
        shp, shx = self._shapes.pack()
        moved = {old: new for new, old in enumerate(rows) if new != old}
        return {"shp": shp, "shx": shx, "dbf": self._dbf.pack()}, moved


class _RowsReader:
    """An L{ogctwist.sources.reader.IFeatureReader} over one batch; it takes ids, and nothing else."""

    def __init__(self, schema: SourceSchema, batch: FeatureBatch):
        self._schema = schema
        self.batch = batch

    def schema(self) -> SourceSchema:
        return self._schema

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        return _RowsPlan(self.batch, request)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        raise SourceError("no subsets here")


class _RowsPlan:
    isPaged = False

    def __init__(self, batch: FeatureBatch, request: ReadRequest):
        self.terms: tuple[Term, ...] = request.terms
        self.isBoxed = request.bbox is None
        self.isOrdered = not request.orderBy
        if request.ids is not None:
            batch = batch.take(np.isin(batch.ids, np.array(request.ids, np.int64)))
        self._batch = batch

    def batches(self, columns: Any, geometry: bool, isCancelled: IsCancelled) -> BatchStream:
        if len(self._batch):
            wanted = {name: self._batch.columns[name] for name in columns}
            yield FeatureBatch(self._batch.ids, self._batch.geometry if geometry else None, wanted)

    def count(self, isCancelled: IsCancelled) -> int | None:
        return None

    def extent(self, isCancelled: IsCancelled) -> None:
        return None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise EditRefused("The files of the shapefile cannot be read") from error


def textEncoding(base: str, encoding: str) -> str:
    """Python's name of the encoding of the texts: of the project, of the .cpg file, else Latin 1."""
    named = encoding
    if not named:
        try:
            with open(f"{base}.cpg", encoding="ascii", errors="replace") as file:
                named = file.read(40).strip()
        except OSError:
            named = ""
    name = {"": "latin-1", "system": "utf-8"}.get(named.lower(), named)
    name = f"cp{name}" if name.isdecimal() else name
    try:
        "".encode(name)
    except LookupError:
        raise EditRefused("The texts of the shapefile are in an encoding that is not known") from None
    return name


class FolderLock:
    """
    Keeps other processes of this server from editing the same shapefile: a lock on the folder,
    which is not replaced when the files are.
    """

    def __init__(self, path: str):
        self._folder = os.path.dirname(os.path.abspath(path))
        self._descriptor: int | None = None

    def acquire(self, patience: float) -> None:
        """@raise EditRefused: somebody else holds it for longer than that, or it cannot be had."""
        try:
            import fcntl
        except ImportError:
            return
        descriptor = os.open(self._folder, os.O_RDONLY)
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > end:
                    os.close(descriptor)
                    raise EditRefused("Somebody else is changing the data") from error
                time.sleep(0.05)
        self._descriptor = descriptor

    def release(self) -> None:
        """Let others edit."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def _marker(path: str) -> str:
    return f"{path[:-4]}.renaming.json"


def replaceTogether(path: str, contents: Mapping[str, bytes]) -> None:
    """
    Put new files in the place of the parts of a shapefile, all of them or none.

    @param contents: bytes by extension.
    @raise EditRefused: they cannot be written; the old ones stay.
    """
    base = path[:-4]
    names = {f"{base}.{part}": f"{base}.{part}.new" for part in contents}
    try:
        for part, data in contents.items():
            _writeDurably(f"{base}.{part}.new", data)
        _writeDurably(f"{_marker(path)}.new", json.dumps([os.path.basename(n) for n in names]).encode())
        os.replace(f"{_marker(path)}.new", _marker(path))
        _syncFolder(path)
    except OSError as error:
        for new in (*names.values(), f"{_marker(path)}.new"):
            if os.path.exists(new):
                os.unlink(new)
        raise EditRefused("The data cannot be written") from error
    finishRenames(path)


def finishRenames(path: str) -> None:
    """
    Finish what a session began to put in place; nothing when there is no such thing.

    @raise EditRefused: it cannot be finished.
    """
    marker = _marker(path)
    try:
        with open(marker, encoding="utf-8") as file:
            names = json.load(file)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise EditRefused("An earlier change of the data cannot be finished") from error
    folder = os.path.dirname(path)
    try:
        for name in names:
            target = os.path.join(folder, os.path.basename(str(name)))
            if os.path.exists(f"{target}.new"):
                os.replace(f"{target}.new", target)
        for part in _SPATIAL_INDICES:
            if os.path.exists(f"{path[:-4]}.{part}"):
                os.unlink(f"{path[:-4]}.{part}")
        _syncFolder(path)
        os.unlink(marker)
    except OSError as error:
        raise EditRefused("An earlier change of the data cannot be finished") from error


def _writeDurably(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _syncFolder(path: str) -> None:
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
