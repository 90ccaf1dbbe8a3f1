# -*- test-case-name: tests.sources.test_postgis -*-
"""What a table, view or query of PostgreSQL looks like, as QGIS's provider sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ogctwist.geo.crs import CRS, UnknownCRS
from ogctwist.project.datasource import DatabaseUri
from ogctwist.sources.postgis.database import Session
from ogctwist.sources.postgis.subset import checkedSql
from ogctwist.sources.postgis.types import ColumnType, ServerType, columnType, shapesLike, wkbTypeOf
from ogctwist.sources.query import SourceError, SourceField, SourceSchema
from ogctwist.sources.sql.select import SqlDialect
from ogctwist.sources.sql.subset import SubsetRefused

POSTGIS = SqlDialect("postgis", "%s", collation='"C"', noLimit=None)

_NUMBER = '"ogctwist row"'

#: So that ids have at most 18 digits.
_GREATEST_HASH = 2**59 - 1


@dataclass(frozen=True)
class FeatureKey:
    """
    Where feature ids come from.

    @ivar sql: of the id, a whole number.
    @ivar columns: SQL of what tells features apart and has an index.
    @ivar names: of the fields that it is made of.
    @ivar isPlace: whether it is where the row lies in the table (block and number).
    """

    sql: str
    columns: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    isPlace: bool = False


@dataclass(frozen=True)
class PostgresShape:
    """
    @ivar source: SQL for FROM.  All SQL here has single per cent signs.
    @ivar geometry: SQL of the geometry, of the type C{geometry}; '' without.
    @ivar column: SQL of the column that it lies in.
    @ivar postgis: the schema of PostGIS, with its dot.
    @ivar shapes: what C{GeometryType()} must answer; () for anything.
    @ivar types: field name -> how its values travel.
    @ivar table: (schema, name), None of a query.
    @ivar srid: the number that the server gives the reference system; 0 for none.
    @ivar isGeography: whether coordinates lie on the ellipsoid.
    @ivar isEstimated: whether the extent may come from the server's statistics.
    """

    schema: SourceSchema
    source: str
    key: FeatureKey
    types: Mapping[str, ColumnType] = field(default_factory=dict)
    geometry: str = ""
    column: str = ""
    postgis: str = ""
    shapes: tuple[str, ...] = ()
    table: tuple[str, str] | None = None
    srid: int = 0
    isGeography: bool = False
    isEstimated: bool = False

    def output(self, name: str) -> str:
        """SQL of the values of a field as they travel."""
        return self.types[name].output.format(POSTGIS.identifier(name))

    def conditions(self) -> dict[str, str]:
        """Field name -> SQL of it in conditions."""
        return {n: t.condition.format(POSTGIS.identifier(n)) for n, t in self.types.items()}


@dataclass(frozen=True)
class _Relation:
    """@ivar oid: of the table or view, 0 of a query; C{kind}: as in C{pg_class.relkind}."""

    source: str
    oid: int = 0
    schema: str = ""
    name: str = ""
    kind: str = ""


def describe(session: Session, uri: DatabaseUri) -> PostgresShape:
    """
    @raise SourceError: there is no such table, column or key; the query is refused.
    """
    relation = _relation(session, uri)
    columns = session.described(f"SELECT * FROM {relation.source.replace('%', '%%')} LIMIT 0")
    types = _serverTypes(session, [oid for _, oid, _ in columns])
    kinds = {name: types[oid] for name, oid, _ in columns}
    isView = relation.kind not in ("r", "p", "m", "f")
    key, source = _key(session, uri, relation, kinds)
    fields, sent = _fields(session, relation, columns, types, uri.geometryColumn)
    place = _Place("NoGeometry")
    if uri.geometryColumn:
        place = _place(session, uri, relation, columns, kinds)
    isKept = relation.kind in ("r", "p") or (isView and bool(relation.oid))
    return PostgresShape(
        SourceSchema(
            fields,
            key.names,
            place.wkbType,
            uri.geometryColumn,
            place.crs,
            isEditable=bool(key.names) and isKept and _isWritable(session, relation.oid),
        ),
        source,
        key,
        sent,
        place.geometry,
        POSTGIS.identifier(uri.geometryColumn) if uri.geometryColumn else "",
        place.postgis,
        place.shapes,
        (relation.schema, relation.name) if relation.oid else None,
        place.srid,
        place.isGeography,
        uri.parameters.get("estimatedmetadata", "").lower() == "true",
    )


def _relation(session: Session, uri: DatabaseUri) -> _Relation:
    if uri.isQuery:
        try:
            query = checkedSql(uri.table, comments=True)
        except SubsetRefused as refusal:
            raise SourceError(f"query refused: {refusal}") from refusal
        if not query.rstrip().endswith(")"):
            raise SourceError("query refused: it does not end with its bracket")
        return _Relation(f"{query} AS m")
    if not uri.table:
        raise SourceError("the data source names no table")
    name = POSTGIS.identifier(*([uri.schema] if uri.schema else []), uri.table)
    found = session.rows(
        "SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(%s)",
        (name,),
    )
    if not found:
        raise SourceError(f"there is no table {name}")
    oid, schema, table, kind = found[0]
    return _Relation(POSTGIS.identifier(schema, table), oid, schema, table, kind)


def _serverTypes(session: Session, oids: Sequence[int]) -> dict[int, ServerType]:
    rows = session.rows(
        "SELECT t.oid::int8, t.typname::text, n.nspname::text, t.typtype::text, t.typcategory::text, "
        "CASE WHEN t.typcategory = 'A' THEN coalesce(b.typname, e.typname)::text ELSE '' END FROM pg_type t "
        "JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_type e ON e.oid = t.typelem "
        "LEFT JOIN pg_type b ON b.oid = nullif(e.typbasetype, 0) "
        "WHERE t.oid::int8 = ANY(%s::int8[])",
        (list(oids),),
    )
    return {row[0]: ServerType(*row) for row in rows}


def _fields(
    session: Session,
    relation: _Relation,
    columns: Sequence[tuple[str, int, int]],
    types: Mapping[int, ServerType],
    geometryColumn: str,
) -> tuple[tuple[SourceField, ...], dict[str, ColumnType]]:
    """The fields in the order of the columns, and how they travel."""
    known: dict[str, tuple[Any, ...]] = {}
    if relation.oid:
        rows = session.rows(
            "SELECT a.attname::text, a.attnotnull, coalesce(col_description(a.attrelid, a.attnum), ''), "
            "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique "
            "AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) FROM pg_attribute a "
            "WHERE a.attrelid::int8 = %s AND a.attnum > 0 AND NOT a.attisdropped",
            (relation.oid,),
        )
        known = {row[0]: row[1:] for row in rows}
    fields = []
    sent = {}
    for name, oid, modifier in columns:
        if name == geometryColumn:
            continue
        if name in sent:
            raise SourceError(f"the query has two columns {name!r}")
        kind = types[oid]
        sent[name] = columnType(kind)
        notNull, comment, isUnique = known.get(name, (False, "", False))
        length, precision = _sizes(kind.name, modifier)
        fields.append(
            SourceField(
                name,
                sent[name].type,
                _SHOWN.get(kind.name, kind.name),
                length,
                precision,
                not notNull,
                isUnique,
                str(comment),
            )
        )
    return tuple(fields), sent


#: Names of types that QGIS shows otherwise.
_SHOWN = {"bpchar": "character"}


def _sizes(typeName: str, modifier: int) -> tuple[int, int]:
    """Length and precision that a type's modifier states; 0 for none."""
    if modifier < 4:
        return 0, 0
    if typeName in ("varchar", "bpchar"):
        return modifier - 4, 0
    if typeName == "numeric":
        return (modifier - 4) >> 16, (modifier - 4) & 0x7FF
    return 0, 0


# keys


def _key(
    session: Session, uri: DatabaseUri, relation: _Relation, kinds: Mapping[str, ServerType]
) -> tuple[FeatureKey, str]:
    """
    As in QGIS: the primary key or a unique one of a table; else the key that the
    URI names; else the place of the row.  @return: the key, and the source to select from.
    """
    names = _indexedKey(session, relation.oid) if relation.kind in ("r", "p", "m") else ()
    names = names or keyNames(uri.keyColumn)
    for name in names:
        if name not in kinds:
            raise SourceError(f"there is no key column {name!r}")
    columns = tuple(map(POSTGIS.identifier, names))
    if len(names) == 1 and kinds[names[0]].name in ("int2", "int4", "int8"):
        return FeatureKey(columns[0], columns, names), relation.source
    if names:
        # stable over processes and restarts, and nothing is to be remembered
        text = f'ROW({", ".join(columns)})::text COLLATE "C"'
        number = f"(hashtextextended({text}, 0) & {_GREATEST_HASH})"
        return FeatureKey(number, columns, names), relation.source
    if relation.kind in ("r", "m"):
        place = "ctid::text::point"
        number = f"((({place})[0]::int8 << 16) + ({place})[1]::int8)"
        return FeatureKey(number, ("ctid",), (), isPlace=True), relation.source
    numbered = f"(SELECT *, row_number() OVER () AS {_NUMBER} FROM {relation.source}) AS n"
    return FeatureKey(_NUMBER, (_NUMBER,)), numbered


def _indexedKey(session: Session, oid: int) -> tuple[str, ...]:
    rows = session.rows(
        "SELECT array_agg(a.attname::text ORDER BY k.position) FROM pg_index i "
        "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, position) "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum "
        "WHERE i.indrelid::int8 = %s AND i.indisunique AND i.indisvalid AND i.indimmediate "
        "AND i.indpred IS NULL AND i.indexprs IS NULL AND k.position <= i.indnkeyatts "
        "GROUP BY i.indexrelid, i.indisprimary HAVING bool_and(a.attnotnull) "
        "ORDER BY i.indisprimary DESC, count(*), i.indexrelid LIMIT 1",
        (oid,),
    )
    return tuple(rows[0][0]) if rows else ()


def keyNames(key: str) -> tuple[str, ...]:
    """
    The columns that C{key=} names: C{"a","b"}, or the name of one as it is.
    @raise SourceError: it cannot be read.
    """
    if not key.startswith('"'):
        return (key,) if key else ()
    names = []
    position = 0
    while position < len(key):
        end = position
        while True:
            end = key.find('"', end + 1)
            if end < 0:
                raise SourceError(f"key {key!r} cannot be read")
            if not key.startswith('"', end + 1):
                break
            end += 1
        names.append(key[position + 1 : end].replace('""', '"'))
        rest = key[end + 1 :].lstrip()
        if rest and not rest.startswith(',"'):
            raise SourceError(f"key {key!r} cannot be read")
        position = len(key) - len(rest) + 1
        if not rest:
            break
    return tuple(names)


def _isWritable(session: Session, oid: int) -> bool:
    """Whether rows may be inserted, changed or deleted, by right and by the relation's kind."""
    (row,) = session.rows(
        "SELECT pg_relation_is_updatable(%s::int8::regclass, false) & 28 <> 0 AND "
        "(has_any_column_privilege(%s::int8::oid, 'INSERT, UPDATE') "
        "OR has_table_privilege(%s::int8::oid, 'DELETE'))",
        (oid, oid, oid),
    )
    return bool(row[0])


# geometry


@dataclass(frozen=True)
class _Place:
    """What there is to know of the geometry column; see L{PostgresShape}."""

    wkbType: str
    crs: CRS | None = None
    geometry: str = ""
    postgis: str = ""
    shapes: tuple[str, ...] = ()
    srid: int = 0
    isGeography: bool = False


def _place(
    session: Session,
    uri: DatabaseUri,
    relation: _Relation,
    columns: Sequence[tuple[str, int, int]],
    kinds: Mapping[str, ServerType],
) -> _Place:
    name = uri.geometryColumn
    kind = kinds.get(name)
    if kind is None:
        raise SourceError(f"there is no geometry column {name!r}")
    if kind.name not in ("geometry", "geography"):
        raise SourceError(f"column {name!r} holds {kind.name}, not geometries")
    postgis = POSTGIS.identifier(kind.schema) + "."
    column = POSTGIS.identifier(name)
    isGeography = kind.name == "geography"
    geometry = f"{column}::{postgis}geometry" if isGeography else column
    modifier = next(m for n, _, m in columns if n == name)
    ((typeName, srid),) = session.rows(
        f"SELECT {postgis}postgis_typmod_type(%s::int4), {postgis}postgis_typmod_srid(%s::int4)",
        (modifier, modifier),
    )
    wkbType, claimed = wkbTypeOf(typeName), wkbTypeOf(uri.wkbType)
    shapes: tuple[str, ...] = ()
    if wkbType == "Unknown" and claimed != "Unknown":
        wkbType, shapes = claimed, shapesLike(claimed)
    srid = int(srid or 0) or max(uri.srid or 0, 0) or (4326 if isGeography else 0)
    if wkbType == "Unknown" or not srid:
        first = _first(session, relation, geometry, postgis)
        if first is not None:
            wkbType = first[0] if wkbType == "Unknown" else wkbType
            srid = srid or first[1]
    return _Place(wkbType, _crs(session, srid, postgis), geometry, postgis, shapes, srid, isGeography)


def _first(session: Session, relation: _Relation, geometry: str, postgis: str) -> tuple[str, int] | None:
    """Type and reference system of the first geometry, which is that of all of them as QGIS has it."""
    doubled = relation.source.replace("%", "%%")
    shape = geometry.replace("%", "%%")
    rows = session.rows(
        f"SELECT {postgis}GeometryType({shape}), {postgis}ST_Zmflag({shape})::int4, "
        f"{postgis}ST_SRID({shape})::int4 FROM {doubled} WHERE {shape} IS NOT NULL LIMIT 1"
    )
    if not rows:
        return None
    word, flag, srid = rows[0]
    name = word.upper()
    name = name[:-1] if name.endswith("M") and flag == 1 else name
    return wkbTypeOf(name + ("", "M", "Z", "ZM")[flag]), srid


def _crs(session: Session, srid: int, postgis: str) -> CRS | None:
    if not srid:
        return None
    rows = session.rows(
        f"SELECT auth_name::text, auth_srid, srtext::text FROM {postgis}spatial_ref_sys WHERE srid = %s",
        (srid,),
    )
    authority, code, text = rows[0] if rows else ("EPSG", srid, None)
    try:
        return CRS.fromAuthid(f"{authority}:{code}")
    except UnknownCRS:
        return CRS(str(text)) if text else None  # a system of somebody's own
