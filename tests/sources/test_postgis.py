"""Tests of L{ogctwist.sources.postgis.shape} and L{ogctwist.sources.postgis.reader}."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import Any
from unittest import mock

import numpy as np
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.geo.box import Box
from ogctwist.project.datasource import splitDatabaseUri
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.postgis import reader as readerModule
from ogctwist.sources.postgis.database import PostgresDatabase, conninfoOf
from ogctwist.sources.postgis.reader import PostgresReader
from ogctwist.sources.postgis.shape import keyNames
from ogctwist.sources.query import FeatureQuery, OrderBy, Restriction, SourceError
from ogctwist.sources.reader import Cancelled, ReadRequest, never
from tests.doubles.features import ImmediatePool
from tests.postgres import postgresServer
from tests.sources.sample import layerOf


class Tables(SynchronousTestCase):
    """An empty schema of a real server."""

    def setUp(self) -> None:
        self.server = postgresServer()
        self.server.execute("DROP SCHEMA IF EXISTS pg CASCADE", "CREATE SCHEMA pg")
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, text: str, subset: str = "", **restriction: Any) -> Any:
        """The source of a URI's end, or of a table's name."""
        text = text if "table=" in text else f'table="pg"."{text}" (geom)'
        layer = layerOf(f"{self.server.uri} {text}", "postgres", subset=subset)
        return self.catalogue.features(layer, Restriction(**restriction))

    def schema(self, text: str) -> Any:
        return self.successResultOf(self.source(text).describe())

    def ids(self, source: Any, **query: Any) -> list[int]:
        found = source.read(FeatureQuery(fields=(), geometry=False, **query), lambda: False)
        return [i for batch in found for i in batch.ids.tolist()]

    def reader(self, text: str, **options: Any) -> PostgresReader:
        uri = splitDatabaseUri(f"{self.server.uri} {text}")
        database = PostgresDatabase(conninfoOf(uri), **options)
        self.addCleanup(database.close)
        return PostgresReader(database, uri)

    def failing(self, text: str) -> str:
        return str(self.failureResultOf(self.source(text).describe(), SourceError).value)


class KeyTests(Tables):
    def test_theOrderOfKeys(self) -> None:
        """The primary key; a unique one without nulls; the URI's; the place of the row."""
        self.server.execute(
            "CREATE TABLE pg.a (x int UNIQUE NOT NULL, y int PRIMARY KEY, z int)",
            "CREATE TABLE pg.b (x int UNIQUE, y int UNIQUE NOT NULL, z int)",
            "CREATE TABLE pg.c (x int UNIQUE, y int, z int)",
            "CREATE UNIQUE INDEX ON pg.c (y) WHERE z > 1",
        )
        for table, keys in (("a", ("y",)), ("b", ("y",)), ("c", ("z",))):
            self.assertEqual(self.schema(f'key=\'z\' table="pg"."{table}"').keyFields, keys)
        schema = self.schema('table="pg"."c"')
        self.assertEqual((schema.keyFields, schema.isEditable), ((), False))

    def test_severalFields(self) -> None:
        self.server.execute(
            "CREATE TABLE pg.a (n int, lang text, v int, PRIMARY KEY (lang, n))",
            "INSERT INTO pg.a SELECT n, l, n FROM generate_series(1, 3) n, unnest(ARRAY['de', 'en']) l",
            "CREATE VIEW pg.v AS SELECT * FROM pg.a",
        )
        self.assertEqual(self.schema('table="pg"."a"').keyFields, ("lang", "n"))
        source = self.source('key=\'"lang","n"\' table="pg"."v"')
        ids = self.ids(source)
        self.assertEqual(len(set(ids)), 6)
        self.assertTrue(all(0 <= i < 10**18 for i in ids))
        self.assertEqual(self.ids(source, ids=(ids[3], 5, -1, 2**70)), [ids[3]])
        self.assertEqual(sorted(self.ids(self.source('table="pg"."a"'))), sorted(ids))

    def test_namesInTheUri(self) -> None:
        for text, names in (
            ("", ()),
            ("id", ("id",)),
            ("a,b", ("a,b",)),
            ('"id"', ("id",)),
            ('"a","b"', ("a", "b")),
            ('"a,""x""", "b"', None),
            ('"a,""x""","b"', ('a,"x"', "b")),
        ):
            if names is None:
                self.assertRaises(SourceError, keyNames, text)
            else:
                self.assertEqual(keyNames(text), names)
        for text in ('"a', '"a"b', '"a",', '"a",b'):
            self.assertRaises(SourceError, keyNames, text)

    def test_aKeyThatIsNotThere(self) -> None:
        self.server.execute("CREATE VIEW pg.v AS SELECT 1 AS a")
        self.assertIn("nosuch", self.failing('key=\'nosuch\' table="pg"."v"'))

    def test_idsOutOfRange(self) -> None:
        self.server.execute("CREATE TABLE pg.a (n int2 PRIMARY KEY)", "INSERT INTO pg.a VALUES (1), (2)")
        self.assertEqual(self.ids(self.source('table="pg"."a"'), ids=(2**31, 2, -(2**65))), [2])

    def test_placesOfRows(self) -> None:
        self.server.execute("CREATE TABLE pg.a AS SELECT n FROM generate_series(1, 1000) n")
        source = self.source('table="pg"."a"')
        ids = self.ids(source)
        self.assertEqual(len(set(ids)), 1000)
        self.assertGreater(max(ids), 2**16)
        self.assertEqual(self.ids(source, ids=(ids[999], -5, 2**60)), [ids[999]])


class GeometryTests(Tables):
    def shapes(self, source: Any, **query: Any) -> list[str | None]:
        batches = source.read(FeatureQuery(fields=(), **query), lambda: False)
        return [
            None if s is None else shapely.to_wkt(s, output_dimension=4)
            for b in batches
            for s in b.geometry.shapes
        ]

    def test_declared(self) -> None:
        for kind, srid, expected in (
            ("Point", 4326, ("Point", "EPSG:4326")),
            ("MultiPolygonZ", 2154, ("MultiPolygonZ", "EPSG:2154")),
            ("CurvePolygonM", 3857, ("CurvePolygonM", "EPSG:3857")),
        ):
            self.server.execute(
                "DROP TABLE IF EXISTS pg.g", f"CREATE TABLE pg.g (geom geometry({kind}, {srid}))"
            )
            self.catalogue._readers.clear()
            schema = self.schema("g")
            self.assertEqual((schema.wkbType, schema.crs.authid), expected)

    def test_ofTheFirst(self) -> None:
        """A column that says nothing is what its first geometry is."""
        self.server.execute(
            "CREATE TABLE pg.g (geom geometry)",
            "INSERT INTO pg.g VALUES (NULL), ('SRID=2154;LINESTRING ZM (0 0 1 2, 1 1 1 2)')",
            "CREATE TABLE pg.e (geom geometry)",
            "CREATE TABLE pg.m (geom geometry)",
            "INSERT INTO pg.m VALUES ('POINT M (0 0 1)')",
        )
        schema = self.schema("g")
        self.assertEqual((schema.wkbType, schema.crs.srid), ("LineStringZM", 2154))
        schema = self.schema("e")
        self.assertEqual((schema.wkbType, schema.crs), ("Unknown", None))
        self.assertEqual(self.schema("m").wkbType, "PointM")

    def test_oneKindOfAMixedColumn(self) -> None:
        """type= and srid= of the URI choose among the features of a column of any type."""
        self.server.execute(
            "CREATE TABLE pg.g (id int PRIMARY KEY, geom geometry)",
            "INSERT INTO pg.g VALUES (1, 'POINT(0 0)'), (2, 'LINESTRING(0 0, 9 9)'), (3, NULL), "
            "(4, 'CIRCULARSTRING M (0 0 1, 1 1 2, 2 0 3)')",
        )
        lines = self.source('srid=2154 type=LineString table="pg"."g" (geom)')
        schema = self.successResultOf(lines.describe())
        self.assertEqual((schema.wkbType, schema.crs.srid), ("LineString", 2154))
        self.assertEqual(self.ids(lines), [2, 4])
        self.assertEqual(self.successResultOf(lines.count(FeatureQuery())), 2)
        self.assertEqual(self.successResultOf(lines.extent()).bounds, (0, 0, 9, 9))
        self.assertEqual(self.ids(self.source("g")), [1, 2, 3, 4])

    def test_aSystemOfOnesOwn(self) -> None:
        self.server.execute(
            "DELETE FROM spatial_ref_sys WHERE srid = 990001",
            "INSERT INTO spatial_ref_sys SELECT 990001, 'mine', 1, srtext, proj4text FROM spatial_ref_sys "
            "WHERE srid = 2154",
            "CREATE TABLE pg.g (geom geometry(Point, 990001))",
        )
        crs = self.schema("g").crs
        self.assertEqual((crs.authid, crs.isGeographic), ("", False))

    def test_geography(self) -> None:
        self.server.execute(
            "CREATE TABLE pg.g (id int PRIMARY KEY, geom geography(Point))",
            "INSERT INTO pg.g VALUES (1, 'POINT(16 48)'), (2, 'POINT(-170 10)'), (3, NULL)",
        )
        self.server.execute("ANALYZE pg.g")
        source = self.source('estimatedmetadata=true table="pg"."g" (geom)')
        schema = self.successResultOf(source.describe())
        self.assertEqual((schema.wkbType, schema.crs.authid), ("Point", "EPSG:4326"))
        self.assertEqual(self.shapes(source), ["POINT (16 48)", "POINT (-170 10)", None])
        self.assertEqual(self.ids(source, bbox=Box(15, 47, 17, 49)), [1])
        self.assertEqual(self.ids(source, bbox=Box(-float("inf"), -90, float("inf"), 90)), [1, 2])
        self.assertEqual(self.successResultOf(source.extent()).bounds, (-170, 10, 16, 48))

    def test_heightsMeasuresAndCurves(self) -> None:
        self.server.execute(
            "CREATE TABLE pg.g (geom geometry)",
            "INSERT INTO pg.g VALUES ('POINT Z (1 2 3)'), ('POINT EMPTY'), "
            "('CURVEPOLYGON(CIRCULARSTRING(0 0, 1 1, 2 0, 1 -1, 0 0))')",
        )
        point, empty, circle = self.shapes(self.source("g"))
        self.assertEqual((point, empty), ("POINT Z (1 2 3)", "POINT EMPTY"))
        shape = shapely.from_wkt(circle)
        self.assertEqual(shape.geom_type, "Polygon")
        self.assertAlmostEqual(shape.area, np.pi, places=3)

    def test_anIndexIsUsed(self) -> None:
        self.server.execute(
            "CREATE TABLE pg.g AS "
            "SELECT n AS id, ST_Point(n, n, 2154) AS geom FROM generate_series(1, 5000) n",
            "CREATE INDEX ON pg.g USING gist (geom)",
            "ANALYZE pg.g",
        )
        reader = self.reader('srid=2154 type=Point table="pg"."g" (geom)')
        plan: Any = reader.plan(ReadRequest(bbox=Box(10, 10, 12, 12)), True)
        statement, parameters = plan._select(("1",)).statement()
        with reader.database.reading() as session:
            lines = [row[0] for row in session.rows(f"EXPLAIN {statement}", parameters)]
        self.assertTrue(any("Index" in line for line in lines), lines)


class ReadingTests(Tables):
    def many(self, count: int) -> None:
        self.server.execute(
            "CREATE TABLE pg.many (id int PRIMARY KEY, geom geometry(Point, 2154), t text)",
            "INSERT INTO pg.many SELECT n, ST_Point(n, n, 2154), 't' || n "
            f"FROM generate_series(1, {count}) n",
        )

    def test_manyBatches(self) -> None:
        self.many(3 * BATCH_ROWS)
        sizes, values = [], []
        for batch in self.source("many").read(FeatureQuery(), lambda: False):
            sizes.append(len(batch))
            values += batch.columns["t"].to_pylist()
        self.assertEqual(max(sizes), BATCH_ROWS)
        self.assertEqual(values, [f"t{n}" for n in range(1, 3 * BATCH_ROWS + 1)])

    def test_pagesOfLargeFeaturesAreShort(self) -> None:
        self.server.execute(
            "CREATE TABLE pg.large AS SELECT n AS id, repeat('x', 100000) AS t FROM generate_series(1, 700) n"
        )
        with mock.patch.object(readerModule, "_FIRST_ROWS", 4):
            source = self.source('table="pg"."large"')
            sizes = [len(batch) for batch in source.read(FeatureQuery(), lambda: False)]
        self.assertEqual((sizes[0], sum(sizes)), (4, 700))
        self.assertLess(max(sizes), 60)

    def test_theConnectionIsFreeBeforeTheLastBatch(self) -> None:
        self.many(10)
        reader = self.reader('table="pg"."many" (geom)', maximum=1, waitTimeout=0)
        with closing(reader.plan(ReadRequest(), True).batches(["t"], True, never)) as batches:
            next(batches)
            self.assertEqual(reader.database._lent, 0)

    def test_closingAWalk(self) -> None:
        self.many(BATCH_ROWS)
        reader = self.reader('table="pg"."many" (geom)', maximum=1, waitTimeout=0)
        batches = reader.plan(ReadRequest(), True).batches(["t"], True, never)
        next(batches)
        self.assertEqual(reader.database._lent, 1)
        batches.close()
        self.assertEqual(reader.database._lent, 0)
        self.assertEqual(reader.plan(ReadRequest(), True).count(never), BATCH_ROWS)

    def test_cancellingAWalk(self) -> None:
        self.many(BATCH_ROWS)
        reader = self.reader('table="pg"."many" (geom)')
        answers = iter([False] * 12)
        batches = reader.plan(ReadRequest(), True).batches(["t"], True, lambda: next(answers, True))
        self.assertRaises(Cancelled, list, batches)
        self.assertEqual(reader.database._lent, 0)

    def test_pagesAreOfOneOrder(self) -> None:
        """Every feature stands on one page, though the table has no order."""
        self.many(50)
        self.server.execute("UPDATE pg.many SET t = 'x' WHERE id % 3 = 0")
        source = self.source("many")
        pages = [self.ids(source, limit=7, offset=7 * page) for page in range(8)]
        self.assertEqual([i for page in pages for i in page], list(range(1, 51)))
        order = (OrderBy(Expression.parse("\"t\" = 'x'")), OrderBy(Expression.parse('"t"')))
        self.assertEqual(len(set(self.ids(source, orderBy=order, limit=20))), 20)
        self.assertEqual(self.ids(source, limit=2**80, offset=48), [49, 50])
        self.assertEqual(self.ids(source, limit=1, offset=2**80), [])

    def test_theTableChanges(self) -> None:
        self.many(1)
        source = self.source("many")
        self.assertIsNotNone(self.successResultOf(source.describe()).field("t"))
        self.server.execute("ALTER TABLE pg.many RENAME t TO u")
        self.assertRaises(SourceError, list, source.read(FeatureQuery(), lambda: False))
        (batch,) = source.read(FeatureQuery(), lambda: False)
        self.assertEqual(batch.columns["u"].to_pylist(), ["t1"])

    def test_theShapeIsAskedForOnce(self) -> None:
        """However many ask at the same time, and again when it is old."""
        self.many(1)
        reader = self.reader('table="pg"."many" (geom)')
        calls = []
        real = readerModule.describe

        def describe(session: Any, uri: Any) -> Any:
            calls.append(uri)
            return real(session, uri)

        self.patch(readerModule, "describe", describe)
        threads = [threading.Thread(target=reader.shape) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(calls), 1)
        with mock.patch.object(readerModule, "SHAPE_SECONDS", -1):
            reader.schema()
        self.assertEqual(len(calls), 2)

    def test_estimatedExtent(self) -> None:
        """Statistics speak for the whole table only."""
        self.many(1000)
        self.server.execute("ANALYZE pg.many", "DELETE FROM pg.many WHERE id > 10")
        text = 'estimatedmetadata=true table="pg"."many" (geom)'
        self.assertGreater(self.successResultOf(self.source(text).extent()).xmax, 900)
        self.assertEqual(self.successResultOf(self.source("many").extent()).xmax, 10)
        seen = self.source(text, rowFilter=Expression.parse('"id" < 5'))
        self.assertEqual(self.successResultOf(seen.extent()).bounds, (1, 1, 4, 4))
        counted = self.successResultOf(self.source(text).count(FeatureQuery()))
        self.assertEqual(counted, 10)

    def test_theSubsetOfTheLayer(self) -> None:
        self.many(30)
        source = self.source("many", subset="\"t\" LIKE 't1%' AND ARRAY[id] && ARRAY[1, 10, 20]")
        self.assertEqual(self.ids(source), [1, 10])
        for subset in ("id = ", "true) or (true", "SELECT * FROM pg.many", "nosuch = 1"):
            bad = self.source("many", subset=subset)
            self.assertRaises(SourceError, self.ids, bad)

    def test_strangeNames(self) -> None:
        self.server.execute(
            'CREATE TABLE pg."a ""%s"" {0}" ("the %s" int PRIMARY KEY, "{x}" text, "g""m" geometry(Point))',
            'INSERT INTO pg."a ""%s"" {0}" VALUES (1, \'50%\', \'POINT(0 0)\')',
        )
        source = self.source('table="pg"."a \\"%s\\" {0}" (g"m)')
        (batch,) = source.read(
            FeatureQuery(
                bbox=Box(0, 0, 1, 1),
                filter=Expression.parse('"{x}" like \'50%\' and "the %s" = 1'),
                orderBy=(OrderBy(Expression.parse('"{x}"')),),
                ids=(1,),
            ),
            lambda: False,
        )
        self.assertEqual(batch.columns["{x}"].to_pylist(), ["50%"])
        self.assertEqual(self.successResultOf(source.extent()).bounds, (0, 0, 0, 0))

    def test_whatIsNotThere(self) -> None:
        self.server.execute("CREATE TABLE pg.a (n int)")
        self.assertIn("nosuch", self.failing("nosuch"))
        self.assertIn("geom", self.failing("a"))
        self.assertIn("int4", self.failing('table="pg"."a" (n)'))
        self.failing("key='id' sql=")
        self.failing('table="(SELECT 1)); DROP TABLE pg.a; --)"')
        self.failing('table="(SELECT 1 AS a, 2 AS a)"')
        self.assertEqual(self.server.value("SELECT count(*) FROM pg.a"), 0)

    def test_queries(self) -> None:
        self.many(5)
        text = (
            "key='number' table=\"(SELECT id * 10 AS number, geom, t FROM pg.many WHERE t LIKE 't%')\" (geom)"
        )
        source = self.source(text, subset="number > 20")
        schema = self.successResultOf(source.describe())
        self.assertEqual((schema.keyFields, schema.isEditable, schema.wkbType), (("number",), False, "Point"))
        self.assertEqual(self.ids(source), [30, 40, 50])

    def test_viewsThatTakeChanges(self) -> None:
        self.many(1)
        self.server.execute(
            "CREATE VIEW pg.v AS SELECT * FROM pg.many", "CREATE VIEW pg.w AS SELECT DISTINCT * FROM pg.many"
        )
        self.assertTrue(self.schema('key=\'id\' table="pg"."v" (geom)').isEditable)
        self.assertFalse(self.schema('key=\'id\' table="pg"."w" (geom)').isEditable)
