"""Tests of L{ogctwist.sources.postgis.types}: every type of column, through a real server."""

from __future__ import annotations

import datetime

import pyarrow as pa
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.postgis.types import shapesLike, wkbTypeOf
from ogctwist.sources.query import FeatureQuery, FieldType, OrderBy
from tests.doubles.features import ImmediatePool
from tests.postgres import postgresServer
from tests.sources.sample import layerOf

F = FieldType
DAY = datetime.date(2020, 1, 2)
MOMENT = datetime.datetime(2020, 1, 2, 3, 4, 5, 678000)
UUID = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"

#: Declared type, its SQL value, the field's type and type name, the delivered value.
COLUMNS = [
    ("int2", "-3", F.INTEGER, "int2", -3),
    ("int4", "2147483647", F.INTEGER, "int4", 2**31 - 1),
    ("int8", "-9223372036854775808", F.LONG, "int8", -(2**63)),
    ("oid", "4294967295", F.LONG, "oid", 2**32 - 1),
    ("float4", "0.1", F.DOUBLE, "float4", 0.1),
    ("float8", "'1e300'", F.DOUBLE, "float8", 1e300),
    ("numeric", "1.25", F.DOUBLE, "numeric", 1.25),
    ("boolean", "true", F.BOOLEAN, "bool", True),
    ("text", "'été %s'", F.STRING, "text", "été %s"),
    ("char(5)", "'c'", F.STRING, "character", "c"),
    ("citext", "'CiT'", F.STRING, "citext", "CiT"),
    ("types.mood", "'sad'", F.STRING, "mood", "sad"),
    ("types.whole", "7", F.INTEGER, "int4", 7),
    ("uuid", f"'{UUID}'", F.STRING, "uuid", UUID),
    ("money", "12.5", F.STRING, "money", "$12.50"),
    ("inet", "'10.0.0.1'", F.STRING, "inet", "10.0.0.1/32"),
    ("xml", "'<a/>'", F.STRING, "xml", "<a/>"),
    ("timetz", "'12:00+02'", F.STRING, "timetz", "12:00:00+02"),
    ("int4range", "'[1,3)'", F.STRING, "int4range", "[1,3)"),
    ("geometry(Point,4326)", "'SRID=4326;POINT(1 2)'", F.STRING, "geometry", "SRID=4326;POINT(1 2)"),
    ("date", "'2020-01-02'", F.DATE, "date", DAY),
    ("date", "'infinity'", F.DATE, "date", None),
    ("date", "'1582-10-15'", F.DATE, "date", datetime.date(1582, 10, 15)),
    ("time", "'12:34:56.789'", F.TIME, "time", datetime.time(12, 34, 56, 789000)),
    ("time", "'24:00'", F.TIME, "time", datetime.time(0)),
    ("timestamp", "'2020-01-02 03:04:05.678'", F.DATETIME, "timestamp", MOMENT),
    ("timestamp", "'-infinity'", F.DATETIME, "timestamp", None),
    ("timestamptz", "'2020-01-02 05:04:05.678+02'", F.DATETIME, "timestamptz", MOMENT),
    ("bytea", "'\\x0102'", F.BINARY, "bytea", b"\1\2"),
    ("json", "'{\"a\": 1}'", F.MAP, "json", '{"a": 1}'),
    ("jsonb", "'{\"a\":[1]}'", F.MAP, "jsonb", '{"a": [1]}'),
    ("hstore", "'a=>1'", F.MAP, "hstore", '{"a": "1"}'),
    ("int4[]", "'{1,NULL}'", F.LIST, "_int4", [1, None]),
    ("float4[]", "'{1.5}'", F.LIST, "_float4", [1.5]),
    ("bool[]", "'{t,f}'", F.LIST, "_bool", [True, False]),
    ("int2[]", "'{{1,2},{3,4}}'", F.LIST, "_int2", [1, 2, 3, 4]),
    ("text[]", "'{a,b}'", F.STRING_LIST, "_text", ["a", "b"]),
    ("types.mood[]", "'{sad}'", F.STRING_LIST, "_mood", ["sad"]),
]


class ColumnTests(SynchronousTestCase):
    def setUp(self) -> None:
        server = postgresServer()
        declared = ", ".join(f"c{n} {kind}" for n, (kind, *_) in enumerate(COLUMNS))
        values = ", ".join(value for _, value, *_ in COLUMNS)
        server.execute(
            "SET TimeZone = 'UTC'",
            "DROP SCHEMA IF EXISTS types CASCADE",
            "CREATE SCHEMA types",
            "CREATE TYPE types.mood AS ENUM ('sad', 'glad')",
            "CREATE DOMAIN types.whole AS int4 CHECK (VALUE >= 0)",
            f"CREATE TABLE types.t (id serial PRIMARY KEY, v varchar(7) NOT NULL, {declared})",
            "COMMENT ON COLUMN types.t.c0 IS 'a small one'",
            "ALTER DATABASE postgres SET TimeZone = 'UTC'",
            f"INSERT INTO types.t VALUES (1, 'x', {values})",
            "INSERT INTO types.t VALUES (2, 'y')",
        )
        catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(catalogue.close)
        self.source = catalogue.features(layerOf(f'{server.uri} table="types"."t"', "postgres"))

    def test_fields(self) -> None:
        schema = self.successResultOf(self.source.describe())
        self.assertEqual([f.name for f in schema.fields[:3]], ["id", "v", "c0"])
        found = [(f.type, f.typeName) for f in schema.fields[2:]]
        self.assertEqual(found, [(kind, name) for _, _, kind, name, _ in COLUMNS])
        key, text, small = schema.fields[:3]
        self.assertEqual((key.isUnique, key.isNullable, text.isNullable), (True, False, False))
        self.assertEqual((text.length, small.comment), (7, "a small one"))
        self.assertEqual((schema.keyFields, schema.wkbType, schema.geometryName), (("id",), "NoGeometry", ""))
        self.assertTrue(schema.isEditable)

    def test_values(self) -> None:
        (batch,) = self.source.read(FeatureQuery(), lambda: False)
        for n, (declared, _, _, _, expected) in enumerate(COLUMNS):
            self.assertEqual(batch.columns[f"c{n}"].to_pylist(), [expected, None], declared)
        self.assertIsNone(batch.geometry)

    def test_noRows(self) -> None:
        """Columns without values have their types all the same."""
        batches = list(self.source.read(FeatureQuery(filter=Expression.parse("id = 2")), lambda: False))
        kinds = {batch.columns["c0"].type for batch in batches}
        self.assertEqual(kinds, {pa.int32()})

    def test_conditions(self) -> None:
        """What the server takes means what the delivered values mean."""
        for text in (
            "c4 = 0.1",
            "c6 = 1.25",
            "c9 = 'c'",
            "c10 = 'CiT'",
            "c11 = 'sad'",
            f"c13 = '{UUID}'",
            "c3 = 4294967295",
            "c20 = '2020-01-02'",
            "c28 is not null",
        ):
            query = FeatureQuery(filter=Expression.parse(text), fields=())
            found = [i for batch in self.source.read(query, lambda: False) for i in batch.ids.tolist()]
            self.assertEqual(found, [1], text)
        query = FeatureQuery(filter=Expression.parse("c10 = 'cit'"), fields=())
        self.assertEqual(list(self.source.read(query, lambda: False)), [])

    def test_orders(self) -> None:
        """Every column can be sorted by; nulls come last."""
        for n, (declared, _, kind, *_) in enumerate(COLUMNS):
            if kind in (F.LIST, F.STRING_LIST, F.BINARY):
                continue
            order = (OrderBy(Expression.parse(f"c{n}"), False),)
            (batch,) = self.source.read(FeatureQuery(orderBy=order, fields=()), lambda: False)
            if COLUMNS[n][4] is not None:
                self.assertEqual(batch.ids.tolist(), [2, 1], declared)


class WkbTypeTests(SynchronousTestCase):
    def test_names(self) -> None:
        for name, expected in (
            ("Point", "Point"),
            ("MULTIPOLYGON", "MultiPolygon"),
            ("LineStringZM", "LineStringZM"),
            ("PolyhedralSurfaceZ", "MultiPolygonZ"),
            ("CurvePolygonM", "CurvePolygonM"),
            ("Geometry", "Unknown"),
            ("GeometryZ", "Unknown"),
            ("", "Unknown"),
        ):
            self.assertEqual(wkbTypeOf(name), expected)

    def test_shapesOfALayer(self) -> None:
        self.assertEqual(shapesLike("MultiPointZ"), ("POINT", "POINTM", "MULTIPOINT", "MULTIPOINTM"))
        self.assertIn("CIRCULARSTRING", shapesLike("LineString"))
        self.assertIn("TIN", shapesLike("Polygon"))
        self.assertEqual(shapesLike("GeometryCollection"), ())
