# -*- test-case-name: tests.sources.test_ogr -*-
"""
Everything that GDAL reads, as Arrow batches through pyogrio.

Boxes, subsets and ids go down to GDAL; expression filters go down as far as
OGR SQL is the same as QGIS's.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyogrio import set_gdal_config_options
from pyogrio.raw import open_arrow

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.columns import arrowType, cast
from ogctwist.sources.curves import straightWkb
from ogctwist.sources.ogrschema import GDAL_ERRORS, OgrDataset, OgrLayer, OgrShape, wkbTypeOf
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.reader import BatchStream, Cancelled, IsCancelled, ReadPlan, ReadRequest, never
from ogctwist.sources.sql.pushdown import pushedTerms, sqlColumns
from ogctwist.sources.sql.select import Condition, SqlDialect
from ogctwist.sources.sql.subset import SubsetRefused, checkedSubset, withStrictNames
from ogctwist.sources.stamp import Stamp

OGR = SqlDialect("ogr")

# GDAL's own Arrow columns of FlatGeobuf are broken where a geometry is null: offsets point outside
# the data (seen with 3.10 to 3.12).  The slower way that all drivers share is right.
set_gdal_config_options({"OGR_FLATGEOBUF_STREAM_BASE_IMPL": "YES"})

#: Drivers that hand a condition to SQLite as it is.
_SQLITE_DRIVERS = frozenset(("GPKG", "SQLite"))

#: Subsets whose check is remembered for one layer.
_SUBSETS = 256


class OgrReader:
    """
    An L{IFeatureReader} for one layer of a data set.

    @param geometryType: C{geometrytype=} of the URI: only features of that type.
    """

    def __init__(self, layer: OgrLayer, geometryType: str = ""):
        self.dataset = OgrDataset(layer)
        self.geometryType = geometryType
        self._checked: tuple[object, dict[tuple[str, bool], str | SourceError]] = (None, {})

    @property
    def layer(self) -> OgrLayer:
        """Which layer of which data set."""
        return self.dataset.layer

    @property
    def identity(self) -> Hashable:
        """Equal for readers that give the same."""
        return (*self.layer.identity, self.geometryType)

    def stamp(self) -> Stamp:
        """The stamp of its files as they are now."""
        return self.dataset.stamp()

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        schema = self.dataset.shape().schema
        if self.geometryType:
            return replace(schema, wkbType=wkbTypeOf(self.geometryType))
        return schema

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        return OgrPlan(self, self.dataset.shape(), request)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}; the answer is remembered until the files change."""
        stamp = self.dataset.stamp()
        if self._checked[0] != stamp or len(self._checked[1]) > _SUBSETS:
            self._checked = (stamp, {})
        checked = self._checked[1]
        if (subset, isStrict) not in checked:
            checked[subset, isStrict] = self._tried(subset, isStrict)
        known = checked[subset, isStrict]
        if isinstance(known, SourceError):
            raise known
        return known

    def _tried(self, subset: str, isStrict: bool) -> str | SourceError:
        shape = self.dataset.shape()
        try:
            candidates = [checkedSubset(subset, backslashEscapes=True)]
        except SubsetRefused as refusal:
            return SourceError(f"{self.layer.path}: subset refused: {refusal}")
        if shape.driver in _SQLITE_DRIVERS:
            strict = withStrictNames(subset)
            candidates = [strict] if isStrict else [strict, subset]
        failure = SourceError()
        for candidate in candidates:
            plan = OgrPlan(self, shape, ReadRequest(subsets=(candidate,)))
            try:
                with closing(plan.batches((), False)) as batches:
                    next(batches, None)
                return candidate
            except SourceError as error:
                failure = SourceError(f"subset refused: {error}")
        return failure


class OgrPlan:
    """An L{ReadPlan} on an L{OgrReader}."""

    isBoxed = True
    isPaged = False

    def __init__(self, reader: OgrReader, shape: OgrShape, request: ReadRequest):
        self.reader = reader
        self.shape = shape
        self.request = request
        self.isOrdered = not request.orderBy
        conditions = [Condition(subset) for subset in request.subsets]
        names = {f.name: OGR.identifier(f.name) for f in shape.schema.fields if f.name != shape.fid}
        pushed, self.terms = pushedTerms(request.terms, OGR, sqlColumns(shape.schema.fields, names))
        conditions += pushed
        if reader.geometryType:
            conditions.append(Condition(f"OGR_GEOMETRY = '{_geometryWord(reader.geometryType)}'"))
        self._fids: tuple[int, ...] | None = None
        if request.ids is not None:
            if not conditions and request.bbox is None and shape.hasRandomRead:
                self._fids = tuple(sorted(set(request.ids)))
            else:
                conditions.append(Condition(f"FID IN ({', '.join(str(int(i)) for i in request.ids)})"))
        self._isNothing = request.ids is not None and not request.ids
        self._where = " AND ".join(f"({c.sql})" for c in conditions)

    def batches(
        self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled = never
    ) -> BatchStream:
        """See L{ReadPlan.batches}."""
        if self._isNothing:
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of pyogrio: several layers, no layer given
                stream = open_arrow(self.reader.layer.path, **self._options(columns, geometry))
            with stream as (meta, reader):
                for record in reader:
                    if isCancelled():
                        raise Cancelled()
                    if len(record):
                        yield self._batch(record, meta, columns, geometry)
        except (*GDAL_ERRORS, pa.ArrowException) as error:
            raise SourceError(f"{self.reader.layer.path}: {error}") from error

    def _options(self, columns: Sequence[str], geometry: bool) -> dict[str, Any]:
        layer, bbox, shape = self.reader.layer, self.request.bbox, self.shape
        wanted = [name for name in columns if name != shape.fid]
        if self._where:
            # GDAL must read what its condition asks about, or takes it for null
            lower = self._where.lower()
            wanted += [
                f.name for f in shape.schema.fields if f.name not in wanted and f.name.lower() in lower
            ]
        options: dict[str, Any] = {
            "layer": layer.layer,
            "encoding": shape.encoding,
            "columns": wanted,
            # without geometry some drivers find nothing in a box, and no type of geometry
            "read_geometry": geometry or bbox is not None or bool(self.reader.geometryType),
            "return_fids": True,
            "batch_size": BATCH_ROWS,
            "use_pyarrow": True,
            **layer.openOptions,
        }
        if layer.sql:
            options["sql"], options["layer"] = layer.sql, None
        if self._where:
            options["where"] = self._where
        if bbox is not None:
            options["bbox"] = bbox.bounds
        if self._fids is not None:
            options["fids"] = list(self._fids)
        return options

    def _batch(
        self, record: pa.RecordBatch, meta: Mapping[str, Any], columns: Sequence[str], geometry: bool
    ) -> FeatureBatch:
        names = record.schema.names
        fidAt = names.index(meta["fid_column"]) if meta["fid_column"] in names else 0
        ids = record.column(fidAt).to_numpy(zero_copy_only=False).astype(np.int64, copy=False)
        arrays = {}
        for name in columns:
            field = self.shape.schema.field(name)
            assert field is not None
            arrays[name] = pa.array(ids) if name == self.shape.fid else self._column(record, field, fidAt)
        column = None
        if geometry and self.shape.schema.geometryName:
            column = straightWkb(record.column(len(names) - 1))
            column = GeometryColumn.fromWkb(multiWkb(column) if self.shape.asMulti else column)
        return FeatureBatch(ids, column, arrays)

    def _column(self, record: pa.RecordBatch, field: SourceField, fidAt: int) -> pa.Array:
        names = record.schema.names
        # the id's column may have the name of a field (GeoJSON)
        position = next(i for i, name in enumerate(names) if name == field.name and i != fidAt)
        column = record.column(position)
        if self.shape.isText8Bit and field.type is FieldType.STRING:
            column = _validText(column)
        return cast(column, field.type)

    def count(self, isCancelled: IsCancelled = never) -> int | None:
        """See L{ReadPlan.count}."""
        if self._isNothing:
            return 0
        isWhole = not self._where and self._fids is None and self.request.bbox is None
        return self.reader.dataset.extentAndCount()[1] if isWhole and not self.reader.layer.sql else None

    def extent(self, isCancelled: IsCancelled = never) -> tuple[Box | None] | None:
        """See L{ReadPlan.extent}."""
        isWhole = not self._where and self._fids is None and self.request.bbox is None
        if not isWhole or self.reader.layer.sql:
            return None
        return (self.reader.dataset.extentAndCount()[0],)


def _geometryWord(name: str) -> str:
    """The name of a geometry type as OGR_GEOMETRY spells it; letters only."""
    return "".join(c for c in name if c.isascii() and c.isalnum()).upper()


def _validText(column: pa.Array) -> pa.Array:
    """Texts whose bytes may not be UTF-8: then they are read as Latin-1."""
    try:
        column.validate(full=True)
        return column
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()) if pa.types.is_string(column.type) else column.cast(pa.large_binary())
        texts = [None if value is None else _decoded(value) for value in raw.to_pylist()]
        return pa.array(texts, arrowType(FieldType.STRING))


def _decoded(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


#: WKB of a collection of one: the header, by type of the member (little endian).
_MULTI = {2: 5, 3: 6, 1002: 1005, 1003: 1006, 2002: 2005, 2003: 2006, 3002: 3005, 3003: 3006}


def multiWkb(column: pa.Array) -> pa.Array:
    """Lines and polygons as collections of one; other geometries as they are."""
    n = len(column)
    offsetType = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    offsets = np.frombuffer(column.buffers()[1], offsetType)[column.offset : column.offset + n + 1]
    isThere = np.diff(offsets) >= 9
    if not isThere.any():
        return column
    data = np.frombuffer(column.buffers()[2], np.uint8)
    starts = np.where(isThere, offsets[:-1], offsets[:-1][isThere][0])
    types = sum(data[starts + 1 + i].astype(np.int64) << (8 * i) for i in range(4))
    result = column
    for single, multi in _MULTI.items():
        chosen = isThere & (types == single) & (data[starts] == 1)
        if chosen.any():
            header = pa.scalar(b"\1" + multi.to_bytes(4, "little") + b"\1\0\0\0", column.type)
            wrapped = pc.binary_join_element_wise(header, column, pa.scalar(b"", column.type))
            result = wrapped if chosen.all() else pc.if_else(pa.array(chosen), wrapped, result)
    return result
