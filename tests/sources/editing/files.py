"""Files to edit, written by GDAL, and what they hold afterwards."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from ogctwist.geo.crs import CRS
from ogctwist.project.layers import DataSource, Layer, LayerKind
from ogctwist.sources.editing import EditTable
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery, Restriction

DEGREES = CRS.fromAuthid("EPSG:4326")


def writePoints(
    path: str, driver: str, layer: str | None = None, append: bool = False, **options: Any
) -> str:
    """Three points, ids from 1 (a shapefile: from 0): C{a}, C{b}, C{c} with 10, 20 and no people."""
    shapes = shapely.points([0.0, 1.0, 2.0], [0.0, 10.0, 20.0])
    table = pa.table(
        {
            "name": ["a", "b", "c"],
            "pop": pa.array([10, 20, None], pa.int32()),
            "geom": pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()),
        }
    )
    pyogrio.write_arrow(
        table,
        path,
        layer=layer,
        driver=driver,
        geometry_name="geom",
        geometry_type="Point",
        crs="EPSG:4326",
        append=append,
        **options,
    )
    return path


def editLayer(uri: str, provider: str = "ogr", id: str = "points_id", **changes: Any) -> Layer:
    """A layer on it."""
    return Layer(id, "points", LayerKind.VECTOR, DataSource(provider, uri), crs=DEGREES, **changes)


def rowsOf(
    table: EditTable, query: FeatureQuery | None = None, restriction: Restriction = UNRESTRICTED
) -> dict[int, tuple[Any, ...]]:
    """Name, pop and WKT of the features of a table, by id."""
    rows = {}
    for batch in table.features(query or FeatureQuery(), restriction):
        shapes = [None] * len(batch) if batch.geometry is None else batch.geometry.shapes
        columns = (batch.columns["name"].to_pylist(), batch.columns["pop"].to_pylist())
        for identifier, name, pop, shape in zip(batch.ids.tolist(), *columns, shapes, strict=True):
            rows[identifier] = (name, pop, None if shape is None else shape.wkt)
    return rows


def storedIn(path: str, layer: str | None = None) -> dict[int, tuple[Any, ...]]:
    """The same of a file, as GDAL reads it."""
    table = pyogrio.read_arrow(path, layer=layer, return_fids=True)[1]
    (key,) = (name for name in table.column_names if name.lower() in ("fid", "ogc_fid"))
    shapes = shapely.from_wkb(np.array(table.column(table.num_columns - 1).to_pylist(), object))
    rows = zip(
        table[key].to_pylist(), table["name"].to_pylist(), table["pop"].to_pylist(), shapes, strict=True
    )
    return {fid: (name, pop, None if shape is None else shape.wkt) for fid, name, pop, shape in rows}


def copied(path: str, target: str) -> str:
    """A copy of all parts of a file."""
    for part in Path(path).parent.glob(Path(path).stem + ".*"):
        shutil.copy(part, Path(target).with_suffix(part.suffix))
    return target


def column(path: str, sql: str) -> list[Any]:
    """The first column of what an SQLite file answers."""
    connection = sqlite3.connect(path)
    try:
        return [row[0] for row in connection.execute(sql)]
    finally:
        connection.close()
