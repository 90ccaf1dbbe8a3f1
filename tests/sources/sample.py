"""Small data sets for the tests, written by other means than those that are tested."""

from __future__ import annotations

import csv
import sqlite3
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from ogctwist.geo.crs import CRS
from ogctwist.project.layers import DataSource, Layer, LayerKind
from tests.conformance.featuresource import DAYS, HEIGHTS, NAMES, POPS, SHAPES

LAMBERT = CRS("EPSG:2154", "EPSG:2154")


def sampleTable(columns: Mapping[str, Any] | None = None, shapes: Sequence[Any] = SHAPES) -> pa.Table:
    """The suite's features, or others, as an Arrow table with WKB."""
    if columns is None:
        columns = {
            "name": NAMES,
            "pop": pa.array(POPS, pa.int64()),
            "height": HEIGHTS,
            "day": pa.array(DAYS, pa.date32()),
        }
    wkb = [None if s is None else shapely.to_wkb(s, flavor="iso") for s in shapes]
    return pa.table({**columns, "geom": pa.array(wkb, pa.binary())})


def writeOgr(
    path: Path | str,
    driver: str,
    table: pa.Table | None = None,
    geometryType: str | None = "Polygon",
    layer: str | None = None,
    append: bool = False,
    **options: Any,
) -> str:
    """A file of GDAL's with the suite's features, or others."""
    pyogrio.write_arrow(
        sampleTable() if table is None else table,
        path,
        layer=layer,
        driver=driver,
        geometry_name="geom" if geometryType is not None else None,
        geometry_type=geometryType,
        crs="EPSG:2154" if geometryType is not None else None,
        append=append,
        **options,
    )
    return str(path)


def spatialiteBlob(shape: Any, srid: int = 2154, order: str = "<") -> bytes:
    """A geometry as SpatiaLite keeps it."""
    wkb = shapely.to_wkb(shape, flavor="iso", byte_order=1 if order == "<" else 0)
    body = bytearray(wkb[1:])
    if shape.geom_type.startswith("Multi") or shape.geom_type == "GeometryCollection":
        at = 8
        for part in shape.geoms:
            body[at] = 0x69
            at += len(shapely.to_wkb(part, flavor="iso"))
    head = struct.pack(f"{order}I4d", srid, *shape.bounds)
    return bytes([0, 1 if order == "<" else 0]) + head + b"\x7c" + bytes(body) + b"\xfe"


def writeSpatialite(path: Path | str, withIndex: bool = True) -> str:
    """A SpatiaLite database of the suite's features, made by hand."""
    database = sqlite3.connect(path)
    database.executescript(
        """
        CREATE TABLE spatial_ref_sys (srid INTEGER PRIMARY KEY, auth_name TEXT, auth_srid INTEGER,
            ref_sys_name TEXT, proj4text TEXT);
        INSERT INTO spatial_ref_sys VALUES (2154, 'epsg', 2154, 'Lambert 93', '+proj=lcc');
        CREATE TABLE geometry_columns (f_table_name TEXT, f_geometry_column TEXT, geometry_type INTEGER,
            coord_dimension INTEGER, srid INTEGER, spatial_index_enabled INTEGER);
        CREATE TABLE views_geometry_columns (view_name TEXT, view_geometry TEXT, view_rowid TEXT,
            f_table_name TEXT, f_geometry_column TEXT, read_only INTEGER);
        CREATE TABLE sample (pk INTEGER PRIMARY KEY, geom POLYGON, name TEXT, pop INTEGER,
            height DOUBLE, day DATE, odd SERIAL);
        CREATE VIRTUAL TABLE idx_sample_geom USING rtree(pkid, xmin, xmax, ymin, ymax);
        CREATE VIEW tall AS SELECT pk AS id, geom, name FROM sample WHERE height > 5;
        INSERT INTO views_geometry_columns VALUES ('tall', 'geom', 'id', 'sample', 'geom', 1);
        """
    )
    database.execute(
        "INSERT INTO geometry_columns VALUES ('sample', 'geom', 3, 2, 2154, ?)", (int(withIndex),)
    )
    for row, shape in enumerate(SHAPES):
        blob = None if shape is None else spatialiteBlob(shape)
        day = None if DAYS[row] is None else DAYS[row].isoformat()
        values = (row + 1, blob, NAMES[row], POPS[row], HEIGHTS[row], day, row)
        database.execute("INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        if shape is not None:
            xmin, ymin, xmax, ymax = shape.bounds
            database.execute(
                "INSERT INTO idx_sample_geom VALUES (?, ?, ?, ?, ?)", (row + 1, xmin, xmax, ymin, ymax)
            )
    database.commit()
    database.close()
    return str(path)


def writeDelimited(path: Path | str) -> str:
    """The suite's features as comma separated values with WKT."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "pop", "height", "day", "wkt"])
        for row, shape in enumerate(SHAPES):
            wkt = "" if shape is None else shape.wkt
            writer.writerow([NAMES[row] or "", _text(POPS[row]), _text(HEIGHTS[row]), _text(DAYS[row]), wkt])
    return str(path)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def layerOf(uri: str, provider: str = "ogr", kind: LayerKind = LayerKind.VECTOR, **settings: Any) -> Layer:
    """A project's layer on that source."""
    return Layer("sample", "Sample", kind, DataSource(provider, uri, settings.pop("subset", "")), **settings)


def squares(count: int, columns: int = 100) -> tuple[dict[str, Any], np.ndarray]:
    """Many features: columns and shapes; the n-th is a unit square, C{columns} in a row of them."""
    n = np.arange(count)
    x, y = (n % columns) * 2.0, (n // columns) * 2.0
    return {"n": pa.array(n), "text": [f"t{i}" for i in n]}, shapely.box(x, y, x + 1, y + 1)
