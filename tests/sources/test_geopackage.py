"""Tables of GeoPackage as QGIS shows them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.geo.box import Box
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery, FieldType, Restriction, SourceError
from tests.conformance.featuresource import delivered
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, sampleTable, squares, writeOgr


class GeopackageCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = str(Path(self.mktemp()).absolute()) + ".gpkg"
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, layer: str = "", subset: str = "", restriction: Restriction | None = None) -> Any:
        uri = self.path + (f"|layername={layer}" if layer else "")
        return self.catalogue.features(layerOf(uri, subset=subset), restriction or Restriction())

    def schema(self, layer: str = "", subset: str = "") -> Any:
        return self.source(layer, subset).features.schema()

    def read(self, source: Any, **query: Any) -> list[Any]:
        return list(source.read(FeatureQuery(**query), lambda: False))

    def script(self, sql: str) -> None:
        database = sqlite3.connect(self.path)
        database.executescript(sql)
        database.close()


class SchemaTests(GeopackageCase):
    def test_typesOfColumns(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        self.script(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, m MEDIUMINT, i INTEGER NOT NULL, r REAL,
                s TEXT(20), j TEXT, d DATE, w DATETIME, x BLOB, odd VARCHAR(7), n NUMERIC(5,2), u);
            INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('t', 'attributes', 't');
            INSERT INTO t VALUES (5, 1, 2, 3, 4.5, 'text', '{}', '2020-01-02', '2020-01-02T03:04:05.000Z',
                x'00ff', 'odd', 1.5, 'u');
            """
        )
        schema = self.schema("t")
        self.assertEqual(
            [(f.name, f.type, f.typeName, f.length) for f in schema.fields],
            [
                ("id", FieldType.LONG, "Integer64", 0),
                ("b", FieldType.BOOLEAN, "Boolean", 0),
                ("m", FieldType.INTEGER, "Integer", 0),
                ("i", FieldType.LONG, "Integer64", 0),
                ("r", FieldType.DOUBLE, "Real", 0),
                ("s", FieldType.STRING, "String", 20),
                ("j", FieldType.STRING, "String", 0),
                ("d", FieldType.DATE, "Date", 0),
                ("w", FieldType.DATETIME, "DateTime", 0),
                ("x", FieldType.BINARY, "Binary", 0),
                ("odd", FieldType.STRING, "String", 7),
                ("n", FieldType.DOUBLE, "Real", 0),
                ("u", FieldType.STRING, "String", 0),
            ],
        )
        self.assertEqual((schema.keyFields, schema.wkbType, schema.geometryName), (("id",), "NoGeometry", ""))
        self.assertFalse(schema.field("i").isNullable)
        (batch,) = self.read(self.source("t"))
        self.assertIsNone(batch.geometry)
        self.assertEqual(batch.ids.tolist(), [5])
        row = [column.to_pylist()[0] for column in batch.columns.values()]
        self.assertEqual(row[:7], [5, True, 2, 3, 4.5, "text", "{}"])
        self.assertEqual([str(v) for v in row[7:9]], ["2020-01-02", "2020-01-02 03:04:05"])
        self.assertEqual(row[9:], [b"\0\xff", "odd", 1.5, "u"])

    def test_theKeyComesFirst(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        self.assertEqual([f.name for f in self.schema("a").fields], ["fid", "name", "pop", "height", "day"])

    def test_geometryTypes(self) -> None:
        shapes = [shapely.Point(1, 2, 3)]
        writeOgr(self.path, "GPKG", sampleTable({"a": [1]}, shapes), "Point Z", layer="z")
        self.assertEqual(self.schema("z").wkbType, "PointZ")
        (batch,) = self.read(self.source("z"))
        self.assertEqual(shapely.get_coordinates(batch.geometry.shapes, include_z=True).tolist(), [[1, 2, 3]])

    def test_anyGeometry(self) -> None:
        """As in QGIS the first one decides."""
        shapes = [None, shapely.MultiPoint([(1, 2)]), shapely.Point(1, 2)]
        writeOgr(self.path, "GPKG", sampleTable({"a": [1, 2, 3]}, shapes), "Unknown", layer="any")
        self.assertEqual(self.schema("any").wkbType, "MultiPoint")

    def test_theFirstLayer(self) -> None:
        writeOgr(self.path, "GPKG", layer="first")
        writeOgr(self.path, "GPKG", sampleTable({"other": [1]}, [None]), layer="second")
        self.assertIsNotNone(self.schema().field("name"))
        layer = layerOf(self.path + "|layerid=1")
        self.assertIsNotNone(self.catalogue.features(layer).features.schema().field("other"))

    def test_namesInAnyCase(self) -> None:
        writeOgr(self.path, "GPKG", layer="Étoile d'or")
        self.assertEqual(self.schema("Étoile d'or").wkbType, "Polygon")

    def test_noSuchTable(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        error = self.failureResultOf(self.source("b").describe(), SourceError)
        self.assertIn("'b'", error.getErrorMessage())

    def test_aChangedTable(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        source = self.source("a")
        self.assertIsNone(source.features.schema().field("added"))
        self.script("ALTER TABLE a ADD COLUMN added TEXT")
        self.assertIsNotNone(source.features.schema().field("added"))

    def test_viewsWithAndWithoutKey(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        self.script(
            """
            CREATE VIEW keyed AS SELECT fid + 100 AS ogc_fid, geom, name FROM a;
            CREATE VIEW bare AS SELECT geom, name FROM a WHERE name IS NOT NULL;
            INSERT INTO gpkg_geometry_columns SELECT 'keyed', column_name, geometry_type_name, srs_id, z, m
                FROM gpkg_geometry_columns WHERE table_name = 'a';
            """
        )
        keyed = self.source("keyed")
        (batch,) = self.read(keyed, bbox=Box(0, 0, 1, 1))
        self.assertEqual((batch.ids.tolist(), batch.columns["name"].to_pylist()), ([101], ["alpha"]))
        self.assertFalse(keyed.features.schema().isEditable)
        (batch,) = self.read(self.source("bare"), fields=("name",))
        self.assertEqual(batch.ids.tolist(), list(range(1, 12)))

    def test_aDefinedExtentOfAnEmptyTable(self) -> None:
        writeOgr(self.path, "GPKG", layer="a")
        self.script(
            "DELETE FROM rtree_a_geom; DROP TRIGGER IF EXISTS rtree_a_geom_delete; "
            "DROP TRIGGER IF EXISTS trigger_delete_feature_count_a; DELETE FROM a;"
        )
        self.assertIsNone(self.successResultOf(self.source("a").extent()))


class SubsetTests(GeopackageCase):
    def setUp(self) -> None:
        super().setUp()
        writeOgr(self.path, "GPKG", layer="a")

    def ids(self, source: Any, **query: Any) -> list[int]:
        return [i for batch in self.read(source, **query) for i in batch.ids.tolist()]

    def test_conditions(self) -> None:
        self.assertEqual(self.ids(self.source("a", "\"name\" LIKE 'b%'")), [2, 7])
        self.assertEqual(self.ids(self.source("a", '"pop" = 5 OR "pop" = 3'), bbox=Box(9, 9, 20, 20)), [2])

    def test_theSubsetOfTheLayerAndThatOfAccessControl(self) -> None:
        source = self.source("a", '"pop" > 4 OR 1 = 0', Restriction(subset='"pop" < 10 OR 1 = 0'))
        self.assertEqual(self.ids(source), [1, 3, 8])

    def test_aBadSubsetOfTheLayer(self) -> None:
        for subset in ("nonsense(", "nosuch = 1", "1=1) or (1=1", "1; drop table a"):
            self.assertRaises(SourceError, self.ids, self.source("a", subset))

    def test_namesThatAreNoColumns(self) -> None:
        """SQLite takes them for texts: QGIS's users may rely on it, access control must not."""
        subset = '"name" = "alpha" OR "name" = \'o\'\'neil\''
        self.assertEqual(self.ids(self.source("a", subset)), [1, 6])
        self.assertEqual(self.ids(self.source("a", restriction=Restriction(subset=subset))), [])
        hiding = Restriction(subset="\"nosuch\" <> 'secret'")
        self.assertEqual(self.ids(self.source("a", restriction=hiding)), [])

    def test_selects(self) -> None:
        source = self.source("a", "SELECT * FROM a WHERE pop > 10")
        self.assertEqual(self.ids(source), [5, 9, 10])
        self.assertEqual(self.ids(source, bbox=Box(80, 0, 90, 30)), [9, 10])
        self.assertEqual([f.name for f in source.features.schema().fields][:2], ["fid", "name"])

    def test_selectsOfSomeColumns(self) -> None:
        select = "SELECT fid, geom, pop * 2 AS twice, upper(name) AS loud, NULL AS void FROM a WHERE pop = 8"
        source = self.source("a", select)
        self.assertEqual(
            [(f.name, f.type) for f in source.features.schema().fields],
            [
                ("fid", FieldType.LONG),
                ("twice", FieldType.LONG),
                ("loud", FieldType.STRING),
                ("void", FieldType.STRING),
            ],
        )
        (batch,) = self.read(source, filter=Expression.parse('"loud" = \'GAMMA\' and "twice" = 16'))
        self.assertEqual(batch.columns["twice"].to_pylist(), [16])

    def test_selectsWithoutKeyOrGeometry(self) -> None:
        source = self.source("a", "SELECT name, count(*) AS n FROM a GROUP BY name ORDER BY name")
        (batch,) = self.read(source)
        self.assertEqual((batch.geometry, batch.ids.tolist()), (None, list(range(1, 13))))

    def test_selectsThatDoMore(self) -> None:
        for select in (
            "SELECT * FROM a; DELETE FROM a",
            "SELECT * FROM a) --",
            "WITH x AS (DELETE FROM a) SELECT 1",
        ):
            self.failureResultOf(self.source("a", select).describe(), SourceError)


class ManyTests(GeopackageCase):
    """More features than one batch holds, read in every way there is."""

    COUNT = 3 * BATCH_ROWS

    def setUp(self) -> None:
        super().setUp()
        writeOgr(self.path, "GPKG", sampleTable(*squares(self.COUNT)), layer="a")

    def test_everythingInBatches(self) -> None:
        batches = self.read(self.source("a"))
        self.assertEqual([len(b) for b in batches], [BATCH_ROWS] * 3)
        self.assertEqual(delivered(batches, "n"), list(range(self.COUNT)))
        self.assertEqual(delivered(batches, "fid"), list(range(1, self.COUNT + 1)))
        self.assertEqual(delivered(batches, "text")[-1], f"t{self.COUNT - 1}")
        for batch in batches:
            self.assertEqual(batch.columns["n"].type, pa.int64())
        self.assertEqual(shapely.get_coordinates(batches[0].geometry.shapes[:1]).min(), 0)

    def test_pages(self) -> None:
        batches = self.read(self.source("a"), offset=BATCH_ROWS + 5, limit=BATCH_ROWS + 10, fields=("n",))
        first = BATCH_ROWS + 5
        self.assertEqual(delivered(batches, "n"), list(range(first, first + BATCH_ROWS + 10)))

    def test_filtered(self) -> None:
        source = self.source("a")
        pushed = self.read(source, filter=Expression.parse('"n" >= 100'), fields=("n",))
        kept = self.read(
            source, filter=Expression.parse('length("text") > 1 and abs("n") >= 100'), fields=("n",)
        )
        expected = list(range(100, self.COUNT))
        self.assertEqual(delivered(pushed, "n"), expected)
        self.assertEqual(delivered(kept, "n"), expected)

    def test_largeBox(self) -> None:
        """Much of the table by way of the index: the same features, in whatever order."""
        rows = self.COUNT // 100 * 2
        box = Box(-1, -1, 300, rows * 0.9)
        batches = self.read(self.source("a"), bbox=box, fields=("n",))
        slow = self.read(self.source("a"), bbox=box, filter=Expression.parse('"n" >= 0'), fields=("n",))
        self.assertEqual(sorted(delivered(batches, "n")), sorted(delivered(slow, "n")))
        self.assertGreater(len(delivered(slow, "n")), 2 * BATCH_ROWS)

    def test_cancelledInTheMiddle(self) -> None:
        for query in (FeatureQuery(), FeatureQuery(filter=Expression.parse('"n" >= 0'))):
            seen: list[int] = []
            for batch in self.source("a").read(query, lambda seen=seen: len(seen) >= 2):
                seen.append(len(batch))
            self.assertEqual(len(seen), 2)

    def test_aWriterIsNotHeldUpBetweenPages(self) -> None:
        batches = self.source("a").read(FeatureQuery(filter=Expression.parse('"n" >= 0')), lambda: False)
        next(batches)
        writer = sqlite3.connect(self.path, timeout=0)
        self.addCleanup(writer.close)
        for (trigger,) in writer.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            writer.execute(f'DROP TRIGGER "{trigger}"')
        writer.execute("UPDATE a SET text = 'new' WHERE n = ?", (self.COUNT - 1,))
        writer.commit()
        self.assertEqual(delivered(list(batches), "text")[-1], "new")

    def test_closingGivesTheConnectionBack(self) -> None:
        source = self.source("a")
        batches = source.read(FeatureQuery(bbox=Box(0, 0, 10, 10), limit=3), lambda: False)
        next(batches)
        self.assertEqual(len(self.catalogue._connections), 0)
        batches.close()
        self.assertEqual(len(self.catalogue._connections), 1)
