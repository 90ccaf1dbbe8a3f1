# -*- test-case-name: tests.sources.test_postgis_types -*-
"""
Types of PostgreSQL's columns: which fields they are, and how their values travel.

The server casts values to the few types that psycopg's C code and Arrow take
without looking at each of them in Python: whole numbers, doubles, booleans,
texts and bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ogctwist.sources.columns import arrowType, columnOf
from ogctwist.sources.query import FieldType


@dataclass(frozen=True)
class ServerType:
    """A row of C{pg_type}, and the name of the array's elements' type ('' if it is no array)."""

    oid: int
    name: str
    schema: str
    kind: str
    category: str
    element: str = ""


@dataclass(frozen=True)
class ColumnType:
    """
    @ivar output: SQL of the value that travels; C{{}} is the column.
    @ivar condition: SQL of the value in conditions and orders, so that it means what the
        delivered value means, and an index on the column serves where it can.
    @ivar values: of a list's elements; None where C{type} says all.
    """

    type: FieldType
    output: str = "{}"
    condition: str = "{}"
    values: pa.DataType | None = None


_TEXT = ColumnType(FieldType.STRING, "{}::text", "{}::text")
_INTEGER = ColumnType(FieldType.INTEGER)
#: QGIS reads the digits that the server shows.
_SINGLE = ColumnType(FieldType.DOUBLE, "{}::text::float8", "{}::text::float8")
_REAL = ColumnType(FieldType.DOUBLE, "{}::float8")
_MOMENT = ColumnType(
    FieldType.DATETIME,
    "CASE WHEN isfinite({0}) THEN round(extract(epoch FROM {0}::timestamp) * 1000)::int8 END",
)
_TYPES = {
    "int2": _INTEGER,
    "int4": _INTEGER,
    "int8": ColumnType(FieldType.LONG),
    "oid": ColumnType(FieldType.LONG, "{}::int8", "{}::int8"),
    "float4": _SINGLE,
    "float8": ColumnType(FieldType.DOUBLE),
    "numeric": _REAL,
    "bool": ColumnType(FieldType.BOOLEAN),
    "text": ColumnType(FieldType.STRING),
    "varchar": ColumnType(FieldType.STRING),
    "date": ColumnType(FieldType.DATE, "CASE WHEN isfinite({0}) THEN {0} - DATE '1970-01-01' END"),
    "time": ColumnType(FieldType.TIME, "(round(extract(epoch FROM {}) * 1000)::int8 % 86400000)::int4"),
    "timestamp": _MOMENT,
    "timestamptz": _MOMENT,
    "bytea": ColumnType(FieldType.BINARY),
    "json": ColumnType(FieldType.MAP, "{}::text"),
    "jsonb": ColumnType(FieldType.MAP, "{}::text"),
}
_LISTS = {
    "int2": ("int8", pa.int64()),
    "int4": ("int8", pa.int64()),
    "int8": ("int8", pa.int64()),
    "float4": ("float8", pa.float64()),
    "float8": ("float8", pa.float64()),
    "numeric": ("float8", pa.float64()),
    "bool": ("bool", pa.bool_()),
}


def columnType(kind: ServerType) -> ColumnType:
    """How a column of that type is shown; what is not known is its text."""
    if kind.element:
        if kind.element in _LISTS:
            target, values = _LISTS[kind.element]
            return ColumnType(FieldType.LIST, f"{{}}::{target}[]", values=values)
        return ColumnType(FieldType.STRING_LIST, "{}::text[]", values=pa.string())
    schema = '"' + kind.schema.replace('"', '""').replace("{", "{{").replace("}", "}}") + '"'
    if kind.name == "hstore":
        return ColumnType(FieldType.MAP, f"{schema}.hstore_to_json({{}})::text")
    if kind.name in ("geometry", "geography"):  # another one than the layer's
        text = f"{schema}.ST_AsEWKT({{}})"
        return ColumnType(FieldType.STRING, text, text)
    if kind.schema != "pg_catalog":
        return _TEXT  # enumerations, citext, and types of the same name as one above
    return _TYPES.get(kind.name, _TEXT)


#: Where days and milliseconds travel as whole numbers.
_COUNTED = {
    FieldType.DATE: pa.int32(),
    FieldType.TIME: pa.int32(),
    FieldType.DATETIME: pa.int64(),
}


def arrayOf(values: Sequence[Any], kind: ColumnType) -> pa.Array:
    """@param values: of one column, as psycopg hands them out; None is null."""
    counted = _COUNTED.get(kind.type)
    if counted is not None:
        return pa.array(values, counted).view(arrowType(kind.type))
    if kind.values is not None:
        target = pa.list_(kind.values)
        try:
            return pa.array(values, target)
        except (pa.ArrowException, TypeError):  # arrays of several dimensions
            return pa.array([None if v is None else list(_flat(v)) for v in values], target)
    return columnOf(values, kind.type)


def _flat(value: Any) -> Iterable[Any]:
    for item in value:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


#: Geometry types as PostGIS and QGIS's URIs spell them (in capitals) -> QGIS's name.
_SHAPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
    "CIRCULARSTRING": "CircularString",
    "COMPOUNDCURVE": "CompoundCurve",
    "CURVEPOLYGON": "CurvePolygon",
    "MULTICURVE": "MultiCurve",
    "MULTISURFACE": "MultiSurface",
    # as lines and surfaces are all that is read of these
    "POLYHEDRALSURFACE": "MultiPolygon",
    "TIN": "MultiPolygon",
    "TRIANGLE": "Polygon",
}

#: Layers of one kind of shape that a column of any kind is split into.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "POINT": ("POINT", "MULTIPOINT"),
    "LINE": ("LINESTRING", "MULTILINESTRING", "CIRCULARSTRING", "COMPOUNDCURVE", "MULTICURVE"),
    "AREA": (
        "POLYGON",
        "MULTIPOLYGON",
        "CURVEPOLYGON",
        "MULTISURFACE",
        "POLYHEDRALSURFACE",
        "TIN",
        "TRIANGLE",
    ),
}


def wkbTypeOf(name: str) -> str:
    """QGIS's name of a type that PostGIS or a URI names; 'Unknown' for any or none."""
    word = name.upper()
    for suffix in ("ZM", "Z", "M", ""):
        if word.endswith(suffix):
            found = _SHAPES.get(word[: len(word) - len(suffix)])
            if found is not None:
                return found + suffix
    return "Unknown"


def shapesLike(wkbType: str) -> tuple[str, ...]:
    """
    What C{GeometryType()} may answer for features of a layer of that type, when the
    column holds several; () for all.
    """
    word = wkbType.rstrip("ZM").upper()
    for shapes in _KINDS.values():
        if word in shapes:
            return tuple(shape + suffix for shape in shapes for suffix in ("", "M"))
    return ()
