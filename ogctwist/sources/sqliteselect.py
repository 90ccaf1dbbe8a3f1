# -*- test-case-name: tests.sources.test_geopackage -*-
"""A SELECT in the place of a table: QGIS's subset strings may be one, and so may a SpatiaLite layer."""

from __future__ import annotations

from dataclasses import replace

from ogctwist.sources.query import FieldType, SourceError, SourceField
from ogctwist.sources.sql.select import SQLITE
from ogctwist.sources.sql.subset import SubsetRefused, checkedSubset
from ogctwist.sources.sqlitefile import SqliteConnection
from ogctwist.sources.sqlitereader import TableShape

_TYPE_OF = {
    "integer": (FieldType.LONG, "Integer64"),
    "real": (FieldType.DOUBLE, "Real"),
    "blob": (FieldType.BINARY, "Binary"),
}


def selectShape(connection: SqliteConnection, select: str, base: TableShape, keyName: str = "") -> TableShape:
    """
    The shape of a SELECT's result.

    @param base: of the table that it mostly selects from: what has the same name
        is taken to be the same.
    @param keyName: the column of feature ids; '' for the base's key, if it is selected.
    @raise SourceError: it is not a single SELECT.
    """
    try:
        source = f"({checkedSubset(select)}) AS m"
    except SubsetRefused as refusal:
        raise SourceError(f"SELECT refused: {refusal}") from refusal
    cursor = connection.execute(f"SELECT * FROM {source} LIMIT 1")
    names = [str(column[0]) for column in cursor.description]
    row = cursor.fetchone()
    schema = base.schema
    keyName = keyName or (schema.keyFields[0] if schema.keyFields else "")
    if keyName not in names:
        keyName = ""
    geometryName = schema.geometryName if schema.geometryName in names else ""
    fields = []
    for at, name in enumerate(names):
        if name != geometryName:
            known = schema.field(name)
            fields.append(known or _sampled(connection, source, name, None if row is None else row[at]))
    if keyName:
        fields.sort(key=lambda field: field.name != keyName)
    return TableShape(
        replace(
            schema,
            fields=tuple(fields),
            keyFields=(keyName,) if keyName else (),
            wkbType=schema.wkbType if geometryName else "NoGeometry",
            geometryName=geometryName,
            isEditable=False,
        ),
        source=source,
        key=f"m.{SQLITE.identifier(keyName)}" if keyName else "row_number() OVER ()",
        isKeyed=False,
        geometry=f"m.{SQLITE.identifier(geometryName)}" if geometryName else "",
        columns={field.name: f"m.{SQLITE.identifier(field.name)}" for field in fields},
        index=base.index if keyName and geometryName and keyName in schema.keyFields else None,
    )


def _sampled(connection: SqliteConnection, source: str, name: str, value: object) -> SourceField:
    """A field of a computed column: its type is that of the first value that is not null."""
    if value is None:
        quoted = SQLITE.identifier(name)
        found = connection.execute(
            f"SELECT typeof({quoted}) FROM {source} WHERE {quoted} IS NOT NULL LIMIT 1"
        ).fetchone()
        word = "" if found is None else found[0]
    else:
        word = {int: "integer", float: "real", bytes: "blob"}.get(type(value), "text")
    kind, typeName = _TYPE_OF.get(word, (FieldType.STRING, "String"))
    return SourceField(name, kind, typeName)
