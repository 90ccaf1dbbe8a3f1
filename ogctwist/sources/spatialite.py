# -*- test-case-name: tests.sources.test_spatialite -*-
"""Tables, views and queries of SpatiaLite (metadata of versions 3 to 5), as QGIS's provider shows them."""

from __future__ import annotations

from typing import Any

from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.project.datasource import DatabaseUri
from ogctwist.sources.geopackage import hasTable
from ogctwist.sources.query import FieldType, SourceError, SourceField, SourceSchema
from ogctwist.sources.spatialiteblob import wkbOfSpatialite
from ogctwist.sources.sql.select import SQLITE
from ogctwist.sources.sqlitefile import SqliteConnection, SqliteFile
from ogctwist.sources.sqlitereader import SpatialIndex, SqliteReader, TableShape, tableColumns
from ogctwist.sources.sqliteselect import selectShape
from ogctwist.sources.wkbtypes import WKB_TYPES

_KINDS = (
    "GEOMETRY",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
)
_LONG = frozenset(("int", "integer", "integer64", "bigint", "smallint", "tinyint", "boolean", "mediumint"))
_DOUBLE = frozenset(("real", "double", "double precision", "float"))


def spatialiteReader(file: SqliteFile, uri: DatabaseUri) -> SqliteReader:
    """A reader of the table, view or query that a URI of the provider C{spatialite} names."""

    def describe(connection: SqliteConnection) -> TableShape:
        if uri.isQuery:
            nothing = TableShape(
                SourceSchema(
                    (), (), "Unknown" if uri.geometryColumn else "NoGeometry", uri.geometryColumn
                ),
                "", "", False, "", {},
            )  # fmt: skip
            return selectShape(connection, uri.table[1:].rstrip()[:-1], nothing, uri.keyColumn)
        return _describe(connection, uri)

    return SqliteReader(file, describe, wkbOfSpatialite)


def _describe(connection: SqliteConnection, uri: DatabaseUri) -> TableShape:
    found = connection.execute(
        "SELECT name, type FROM sqlite_master WHERE lower(name) = lower(?) AND type IN ('table', 'view')",
        (uri.table,),
    ).fetchone()
    if found is None:
        raise SourceError(f"the database has no table {uri.table!r}")
    table, isView = str(found[0]), found[1] == "view"
    columns = tableColumns(connection, table)
    asked = uri.geometryColumn.lower()
    geometryName = next((str(c[1]) for c in columns if str(c[1]).lower() == asked), "") if asked else ""
    if asked and not geometryName:
        raise SourceError(f"table {table!r} has no geometry column {uri.geometryColumn!r}")
    isShape = {str(c[1]) for c in columns if str(c[2]).partition(" ")[0].upper() in _KINDS}
    fields = [_field(c) for c in columns if str(c[1]) not in isShape and str(c[1]) != geometryName]
    keys = [str(c[1]) for c in columns if c[5] and str(c[2]).lower() in _LONG]
    owner, ownerGeometry, rowid = table, geometryName, "rowid"
    if isView and geometryName:
        owner, ownerGeometry, rowid = _behindView(connection, table, geometryName)
    elif isView:
        rowid = uri.keyColumn
    wkbType, crs = "NoGeometry", None
    if geometryName:
        wkbType, crs = _geometryColumn(connection, owner, ownerGeometry)
    name = SQLITE.identifier
    return TableShape(
        SourceSchema(
            tuple(field for field, _ in fields),
            tuple(keys) if len(keys) == 1 else (),
            wkbType,
            geometryName,
            crs,
            isEditable=len(keys) == 1 and not isView,
        ),
        source=f"{name(table)} AS m",
        key=f"m.{name(rowid) if isView else rowid}" if rowid else "row_number() OVER ()",
        isKeyed=not isView,
        geometry=f"m.{name(geometryName)}" if geometryName else "",
        columns={field.name: sql for field, sql in fields},
        index=_index(connection, owner, ownerGeometry) if rowid and geometryName else None,
        box=f"substr(m.{name(geometryName)}, 2, 37)" if geometryName else "",
    )


def _field(column: Any) -> tuple[SourceField, str]:
    """
    A field and its SQL.  Texts are cast: SQLite keeps numbers as numbers in
    columns of unknown types, and they would compare differently there and here.
    """
    _, name, declared, notNull, _, key = column
    declared = str(declared or "").lower()
    word = declared.partition("(")[0].strip()
    sql = f"m.{SQLITE.identifier(name)}"
    if word in _LONG:
        kind = FieldType.LONG
    elif word in _DOUBLE:
        kind = FieldType.DOUBLE
    elif word == "blob":
        kind = FieldType.BINARY
    elif word in ("timestamp", "datetime"):
        kind = FieldType.DATETIME
    elif word == "date":
        kind = FieldType.DATE
    else:
        kind = FieldType.STRING
        if not any(part in declared for part in ("char", "clob", "text")):
            sql = f"CAST({sql} AS TEXT)"
    return SourceField(name, kind, declared, isNullable=not (notNull or key), isUnique=bool(key)), sql


def _behindView(connection: SqliteConnection, view: str, geometryName: str) -> tuple[str, str, str]:
    """@return: table and geometry column behind a registered view, and the view's column of row ids."""
    if hasTable(connection, "views_geometry_columns"):
        found = connection.execute(
            "SELECT f_table_name, f_geometry_column, view_rowid FROM views_geometry_columns "
            "WHERE lower(view_name) = lower(?) AND lower(view_geometry) = lower(?)",
            (view, geometryName),
        ).fetchone()
        if found is not None:
            return str(found[0]), str(found[1]), str(found[2])
    raise SourceError(f"the view {view!r} is not registered as a spatial view")


def _geometryColumn(connection: SqliteConnection, table: str, column: str) -> tuple[str, CRS | None]:
    """@return: QGIS's name of the geometry type, and the CRS."""
    if not hasTable(connection, "geometry_columns"):
        return "Unknown", None
    names = {str(c[1]).lower() for c in tableColumns(connection, "geometry_columns")}
    kind = "geometry_type" if "geometry_type" in names else "type"
    found = connection.execute(
        f"SELECT g.{kind}, g.coord_dimension, g.srid FROM geometry_columns g "
        "WHERE lower(g.f_table_name) = lower(?) AND lower(g.f_geometry_column) = lower(?)",
        (table, column),
    ).fetchone()
    if found is None:
        return "Unknown", None
    return _wkbType(found[0], str(found[1])), _crs(connection, found[2])


def _wkbType(kind: object, dimension: str) -> str:
    suffix = dimension.upper().removeprefix("XY") if dimension.upper().startswith("XY") else ""
    if isinstance(kind, int):
        suffix = ("", "Z", "M", "ZM")[min(kind // 1000, 3)]
        kind = _KINDS[kind % 1000] if kind % 1000 < len(_KINDS) else "GEOMETRY"
    elif dimension == "3":
        suffix = "Z"
    name = WKB_TYPES.get(str(kind).upper(), "Unknown")
    return name if name == "Unknown" else name + suffix


def _crs(connection: SqliteConnection, srid: object) -> CRS | None:
    found = connection.execute(
        "SELECT auth_name, auth_srid, proj4text FROM spatial_ref_sys WHERE srid = ?", (srid,)
    ).fetchone()
    if found is None:
        return None
    try:
        return CRS.fromAuthid(f"{found[0]}:{found[1]}")
    except UnknownCRS:
        return CRS(str(found[2])) if found[2] else None


def _index(connection: SqliteConnection, table: str, column: str) -> SpatialIndex | None:
    name = f"idx_{table}_{column}"
    enabled = connection.execute(
        "SELECT spatial_index_enabled FROM geometry_columns "
        "WHERE lower(f_table_name) = lower(?) AND lower(f_geometry_column) = lower(?)",
        (table, column),
    ).fetchone()
    if enabled is None or enabled[0] != 1 or not hasTable(connection, name):
        return None
    return SpatialIndex(SQLITE.identifier(name), "pkid", ("xmin", "xmax", "ymin", "ymax"))
