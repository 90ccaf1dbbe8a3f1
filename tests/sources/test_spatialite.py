"""Tables, views and queries of SpatiaLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery, FieldType, SourceError
from tests.conformance.featuresource import NAMES
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, writeSpatialite


class SpatialiteTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = writeSpatialite(Path(self.mktemp()).absolute())
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, table: str = '"sample" (geom)', **settings: Any) -> Any:
        layer = layerOf(f"dbname='{self.path}' table={table} sql=", "spatialite", **settings)
        return self.catalogue.features(layer)

    def read(self, source: Any, **query: Any) -> list[Any]:
        return list(source.read(FeatureQuery(**query), lambda: False))

    def script(self, sql: str) -> None:
        database = sqlite3.connect(self.path)
        database.executescript(sql)
        database.close()

    def test_fields(self) -> None:
        schema = self.source().features.schema()
        self.assertEqual(
            [(f.name, f.type, f.typeName) for f in schema.fields],
            [
                ("pk", FieldType.LONG, "integer"),
                ("name", FieldType.STRING, "text"),
                ("pop", FieldType.LONG, "integer"),
                ("height", FieldType.DOUBLE, "double"),
                ("day", FieldType.DATE, "date"),
                ("odd", FieldType.STRING, "serial"),
            ],
        )
        self.assertEqual((schema.keyFields, schema.crs.srid, schema.wkbType), (("pk",), 2154, "Polygon"))

    def test_numbersInAColumnOfTexts(self) -> None:
        source = self.source(subset="")
        (batch,) = self.read(source, fields=("odd",))
        self.assertEqual(batch.columns["odd"].to_pylist()[:2], ["0", "1"])

    def test_withoutGeometry(self) -> None:
        (batch,) = self.read(self.source('"sample"'))
        self.assertIsNone(batch.geometry)

    def test_views(self) -> None:
        source = self.source('"tall" (geom)')
        (batch,) = self.read(source, bbox=Box(50, 20, 60, 30))
        self.assertEqual((batch.ids.tolist(), batch.columns["name"].to_pylist()), ([6], ["o'neil"]))
        self.assertEqual(source.features.schema().wkbType, "Polygon")
        self.script("CREATE VIEW other AS SELECT geom FROM sample")
        self.failureResultOf(self.source('"other" (geom)').describe(), SourceError)

    def test_queries(self) -> None:
        table = '"(SELECT pk * 10 AS id, geom, name FROM sample WHERE pop > 10)" (geom)'
        layer = layerOf(f"dbname='{self.path}' key='id' table={table} sql=", "spatialite")
        source = self.catalogue.features(layer)
        (batch,) = self.read(source)
        self.assertEqual(batch.ids.tolist(), [50, 90, 100])
        (batch,) = self.read(source, bbox=Box(80, 20, 81, 21))
        self.assertEqual(batch.columns["name"].to_pylist(), ["x_y"])

    def test_theMetadataOfOlderVersions(self) -> None:
        self.script(
            """
            DROP TABLE geometry_columns;
            CREATE TABLE geometry_columns (f_table_name, f_geometry_column, type, coord_dimension, srid,
                spatial_index_enabled);
            INSERT INTO geometry_columns VALUES ('sample', 'geom', 'MULTIPOLYGON', 'XYZM', 2154, 1);
            """
        )
        self.assertEqual(self.source().features.schema().wkbType, "MultiPolygonZM")

    def test_unknownNames(self) -> None:
        for table in ('"nosuch" (geom)', '"sample" (nosuch)'):
            self.failureResultOf(self.source(table).describe(), SourceError)

    def test_extentIsThatOfTheGeometries(self) -> None:
        """Not that of the index, whose numbers are rounded."""
        self.script("UPDATE sample SET geom = NULL WHERE pk > 6; DELETE FROM idx_sample_geom")
        extent = self.successResultOf(self.source().extent())
        self.assertEqual(extent.bounds, (0, 0, 55, 25))

    def test_extentOfASubset(self) -> None:
        extent = self.successResultOf(self.source(subset='"pop" = 13').extent())
        self.assertEqual(extent.bounds, (40, 10, 45, 15))

    def test_names(self) -> None:
        (batch,) = self.read(self.source())
        self.assertEqual(batch.columns["name"].to_pylist(), NAMES)
