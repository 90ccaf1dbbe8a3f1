# -*- test-case-name: tests.sources.test_geopackage -*-
"""Feature and attribute tables of GeoPackage (OGC 12-128r18), as QGIS's OGR provider shows them."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.sources.gpkgblob import wkbOfGpkg
from ogctwist.sources.gpkgscan import bulkBatches
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.sql.select import SQLITE
from ogctwist.sources.sqlitefile import SqliteConnection, SqliteFile
from ogctwist.sources.sqlitereader import SpatialIndex, SqliteReader, TableShape, tableColumns
from ogctwist.sources.sqliteselect import selectShape
from ogctwist.sources.wkbtypes import WKB_TYPES, typeNameOf

#: Column types of table 1: the field's type, and the name that GDAL gives it.
_TYPES = {
    "BOOLEAN": (FieldType.BOOLEAN, "Boolean"),
    "TINYINT": (FieldType.INTEGER, "Integer"),
    "SMALLINT": (FieldType.INTEGER, "Integer"),
    "MEDIUMINT": (FieldType.INTEGER, "Integer"),
    "INT": (FieldType.LONG, "Integer64"),
    "INTEGER": (FieldType.LONG, "Integer64"),
    "BIGINT": (FieldType.LONG, "Integer64"),
    "FLOAT": (FieldType.DOUBLE, "Real"),
    "DOUBLE": (FieldType.DOUBLE, "Real"),
    "REAL": (FieldType.DOUBLE, "Real"),
    "NUMERIC": (FieldType.DOUBLE, "Real"),
    "TEXT": (FieldType.STRING, "String"),
    "BLOB": (FieldType.BINARY, "Binary"),
    "DATE": (FieldType.DATE, "Date"),
    "DATETIME": (FieldType.DATETIME, "DateTime"),
    "JSON": (FieldType.MAP, "String"),
}
_DECLARED = re.compile(r"\s*(\w+)[^()]*(?:\(\s*(\d+)?[^)]*\))?")


def geopackageReader(
    file: SqliteFile, layerName: str = "", layerId: int | None = None, select: str = ""
) -> SqliteReader:
    """
    A reader of one table.

    @param layerName: the table; '' for the one at C{layerId} (default the first)
        among the tables that the package registers.
    @param select: a SELECT to be read instead, which mostly is about that table; or ''.
    """

    def describe(connection: SqliteConnection) -> TableShape:
        shape = _describe(connection, file.path, layerName or _tableAt(connection, layerId or 0))
        return selectShape(connection, select, shape) if select else shape

    return SqliteReader(file, describe, wkbOfGpkg)


def isGeopackage(connection: SqliteConnection) -> bool:
    """Whether the file has the tables of a GeoPackage."""
    return hasTable(connection, "gpkg_contents")


def hasTable(connection: SqliteConnection, name: str) -> bool:
    """Whether the file has a table or view of that name, in any case."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')", (name,)
    )
    return found.fetchone() is not None


def _tableAt(connection: SqliteConnection, position: int) -> str:
    rows = connection.execute(
        "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes', 'aspatial') "
        "AND table_name <> 'ogr_empty_table' "  # which GDAL makes, so that others find a table of features
        "ORDER BY data_type = 'features' DESC, rowid LIMIT 1 OFFSET ?",
        (position,),
    ).fetchone()
    if rows is None:
        raise SourceError(f"the GeoPackage has no table number {position}")
    return str(rows[0])


def _describe(connection: SqliteConnection, path: str, asked: str) -> TableShape:
    master = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')",
        (asked,),
    ).fetchone()
    if master is None:
        raise SourceError(f"the GeoPackage has no table {asked!r}")
    table, isView = str(master[0]), master[1] == "view"
    columns = tableColumns(connection, table)
    geometryName, wkbType, crs = _geometryColumn(connection, table)
    keyName = _keyName(columns, isView, geometryName)
    fields, sql = _fields(connection, table, columns, geometryName, keyName)
    index = _index(connection, table, geometryName) if keyName else None
    quoted = SQLITE.identifier
    return TableShape(
        SourceSchema(
            fields,
            (keyName,) if keyName else (),
            wkbType,
            geometryName,
            crs,
            isEditable=bool(keyName) and not isView,
        ),
        source=f"{quoted(table)} AS m",
        key=f"m.{quoted(keyName)}" if keyName else "row_number() OVER ()" if isView else "m.rowid",
        isKeyed=bool(keyName) or not isView,
        geometry=f"m.{quoted(geometryName)}" if geometryName else "",
        columns=sql,
        index=index,
        extent=_extent(connection, table) if geometryName else None,
        bulk=partial(bulkBatches, path, table) if keyName and not isView else None,
        size=_size(connection, table, keyName) if keyName else 0,
    )


def _size(connection: SqliteConnection, table: str, keyName: str) -> int:
    """The span of the keys: counting rows would take as long as reading them."""
    key, name = SQLITE.identifier(keyName), SQLITE.identifier(table)
    low, high = connection.execute(
        f"SELECT (SELECT min({key}) FROM {name}), (SELECT max({key}) FROM {name})"
    ).fetchone()
    return 0 if low is None else high - low + 1


def _geometryColumn(connection: SqliteConnection, table: str) -> tuple[str, str, CRS | None]:
    """@return: name, QGIS's type name and CRS of the geometry column; ('', 'NoGeometry', None) if none."""
    if not hasTable(connection, "gpkg_geometry_columns"):
        return "", "NoGeometry", None
    found = connection.execute(
        "SELECT g.column_name, g.geometry_type_name, g.z, g.m, s.organization, s.organization_coordsys_id, "
        "s.definition FROM gpkg_geometry_columns g LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id "
        "WHERE lower(g.table_name) = lower(?)",
        (table,),
    ).fetchone()
    if found is None:
        return "", "NoGeometry", None
    name, kind, z, m, *srs = found
    wkbType = WKB_TYPES.get(str(kind).upper(), "Unknown")
    if wkbType != "Unknown":
        wkbType += ("Z" if z == 1 else "") + ("M" if m == 1 else "")
    else:
        wkbType = _typeOfFirst(connection, table, str(name))
    return str(name), wkbType, _crs(*srs)


def _typeOfFirst(connection: SqliteConnection, table: str, column: str) -> str:
    """The type of the first geometry is what QGIS takes for that of a column of any type."""
    quoted = SQLITE.identifier
    found = connection.execute(
        f"SELECT {quoted(column)} FROM {quoted(table)} WHERE {quoted(column)} IS NOT NULL LIMIT 1"
    ).fetchone()
    return "Unknown" if found is None else typeNameOf(wkbOfGpkg([found[0]]).to_pylist()[0])


def _crs(organization: Any, code: Any, definition: Any) -> CRS | None:
    try:
        if organization and str(organization).upper() not in ("NONE", ""):
            return CRS.fromAuthid(f"{organization}:{code}")
    except UnknownCRS:
        pass  # a system of somebody's own: its definition says more
    if definition and str(definition).lower() not in ("undefined", ""):
        return CRS(str(definition))
    return None


def _keyName(columns: list[Any], isView: bool, geometryName: str) -> str:
    """The integer primary key; of a view, GDAL takes a column that is called like one."""
    if isView:
        names = {str(c[1]).lower(): str(c[1]) for c in columns if str(c[1]) != geometryName}
        return names.get("ogc_fid", names.get("fid", ""))
    keys = [c for c in columns if c[5]]
    if len(keys) == 1 and str(keys[0][2]).upper() == "INTEGER":
        return str(keys[0][1])
    return ""


def _fields(
    connection: SqliteConnection, table: str, columns: list[Any], geometryName: str, keyName: str
) -> tuple[tuple[SourceField, ...], dict[str, str]]:
    """The fields, the key first as in QGIS, and the SQL of each."""
    json = _jsonColumns(connection, table)
    fields: list[SourceField] = []
    sql: dict[str, str] = {}
    for _, name, declared, notNull, _, _ in columns:
        if name == geometryName:
            continue
        sql[name] = f"m.{SQLITE.identifier(name)}"
        if name == keyName:
            fields.insert(0, SourceField(name, FieldType.LONG, "Integer64", isNullable=False, isUnique=True))
            continue
        kind, typeName, length = _typeOf(str(declared or ""))
        if name in json and kind is FieldType.STRING:
            kind = FieldType.MAP
        fields.append(SourceField(name, kind, typeName, length, isNullable=not notNull))
    return tuple(fields), sql


def _typeOf(declared: str) -> tuple[FieldType, str, int]:
    """@return: type, GDAL's name of it, length; by SQLite's rules of affinity where it is not standard."""
    found = _DECLARED.match(declared)
    word = found.group(1).upper() if found else ""
    length = int(found.group(2)) if found and found.group(2) else 0
    if word in _TYPES:
        kind, typeName = _TYPES[word]
        return kind, typeName, length if kind is FieldType.STRING else 0
    if "INT" in word:
        return FieldType.LONG, "Integer64", 0
    if any(part in word for part in ("REAL", "FLOA", "DOUB", "DECIMAL")):
        return FieldType.DOUBLE, "Real", 0
    return FieldType.STRING, "String", length


def _jsonColumns(connection: SqliteConnection, table: str) -> frozenset[str]:
    """Columns that the schema extension declares to hold JSON."""
    if not hasTable(connection, "gpkg_data_columns"):
        return frozenset()
    rows = connection.execute(
        "SELECT column_name FROM gpkg_data_columns "
        "WHERE lower(table_name) = lower(?) AND mime_type = 'application/json'",
        (table,),
    )
    return frozenset(str(row[0]) for row in rows)


def _index(connection: SqliteConnection, table: str, geometryName: str) -> SpatialIndex | None:
    """The R*Tree of the extension of annex F.3, if the package has it."""
    name = f"rtree_{table}_{geometryName}"
    if not geometryName or not hasTable(connection, name):
        return None
    return SpatialIndex(SQLITE.identifier(name), "id", ("minx", "maxx", "miny", "maxy"))


def _extent(connection: SqliteConnection, table: str) -> Box | None:
    if not hasTable(connection, "gpkg_contents"):
        return None
    found = connection.execute(
        "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE lower(table_name) = lower(?)", (table,)
    ).fetchone()
    if found is None or any(side is None for side in found):
        return None
    if connection.execute(f"SELECT 1 FROM {SQLITE.identifier(table)} LIMIT 1").fetchone() is None:
        return None  # what the package states of an empty table means nothing
    return Box(*map(float, found))
