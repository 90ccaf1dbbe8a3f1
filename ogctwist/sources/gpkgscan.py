# -*- test-case-name: tests.sources.test_gpkgscan -*-
"""
Reading most of a large table of a GeoPackage: GDAL fills Arrow columns there
five times as fast as rows become Python objects, once it has opened the file.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from pyogrio.raw import open_arrow

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.columns import cast
from ogctwist.sources.curves import straightWkb
from ogctwist.sources.ogrschema import GDAL_ERRORS
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.sources.reader import BatchStream, Cancelled, IsCancelled

#: Rows from which on it is worth opening the file with GDAL, which takes some milliseconds.
WORTHWHILE = 2 * BATCH_ROWS


def bulkBatches(
    path: str,
    table: str,
    schema: SourceSchema,
    where: str,
    bbox: Box | None,
    columns: Sequence[str],
    geometry: bool,
    isCancelled: IsCancelled,
) -> BatchStream:
    """
    Features of a whole table, in the order of their keys, or of a box.

    @param schema: with exactly one key field, whose values are the feature ids.
    @param where: an SQL condition that the same file has already accepted, or ''.
    @raise SourceError: GDAL cannot open or read it; nothing may be missing by then
        only if no batch was given yet.
    """
    key = schema.keyFields[0]
    options = {
        "layer": table,
        "columns": [name for name in columns if name != key],
        "read_geometry": geometry,
        "return_fids": True,
        "batch_size": BATCH_ROWS,
        "use_pyarrow": True,
    }
    if where:
        options["where"] = where
    if bbox is not None:
        options["bbox"] = bbox.bounds
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of GDAL: oddities of the file, which QGIS is silent about
            stream = open_arrow(path, **options)
        with stream as (meta, reader):
            for record in reader:
                if isCancelled():
                    raise Cancelled()
                if len(record):
                    yield _batch(record, meta["fid_column"], schema, columns, geometry)
    except (*GDAL_ERRORS, pa.ArrowException) as error:
        raise SourceError(f"{path}: {error}") from error


def _batch(
    record: pa.RecordBatch, fid: str, schema: SourceSchema, columns: Sequence[str], geometry: bool
) -> FeatureBatch:
    ids = record.column(record.schema.names.index(fid))
    arrays = {}
    for name in columns:
        field = schema.field(name)
        assert field is not None
        arrays[name] = ids if name == schema.keyFields[0] else cast(record.column(name), field.type)
    shapes = None
    if geometry:
        shapes = GeometryColumn.fromWkb(straightWkb(record.column(record.num_columns - 1)))
    return FeatureBatch(ids.to_numpy().astype(np.int64, copy=False), shapes, arrays)
