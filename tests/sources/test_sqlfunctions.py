"""Spatial functions in SQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery
from ogctwist.sources.sqlfunctions import blobOf, geometryOf, registerFunctions
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, spatialiteBlob, writeOgr, writeSpatialite


class FunctionsTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.addCleanup(self.database.close)
        registerFunctions(self.database)

    def ask(self, sql: str, *parameters: object) -> Any:
        return self.database.execute(f"SELECT {sql}", parameters).fetchone()[0]

    def test_measures(self) -> None:
        square = "BuildMbr(0, 0, 2, 3, 2154)"
        for sql, expected in (
            (f"ST_Area({square})", 6.0),
            (f"Perimeter({square})", 10.0),
            (f"GLength({square})", 0.0),
            ("ST_Length(GeomFromText('LINESTRING(0 0, 3 4)'))", 5.0),
            (f"MbrMaxY({square})", 3.0),
            (f"ST_MinX({square})", 0.0),
            (f"Srid({square})", 2154),
            (f"GeometryType({square})", "POLYGON"),
            ("X(MakePoint(1.5, 2))", 1.5),
            ("ST_Y(MakePoint(1.5, 2, 4326))", 2.0),
            ("AsText(MakePoint(1, 2))", "POINT (1 2)"),
            (f"IsEmpty({square})", 0),
            ("ST_NPoints(GeomFromText('MULTIPOINT(0 0, 1 1)'))", 2),
            (f"X({square})", None),
        ):
            self.assertEqual(self.ask(sql), expected, sql)

    def test_relations(self) -> None:
        near, far = "BuildMbr(0, 0, 2, 2)", "MakePoint(5, 5)"
        self.assertEqual(self.ask(f"Intersects({near}, {far})"), 0)
        self.assertEqual(self.ask(f"ST_Contains({near}, MakePoint(1, 1))"), 1)
        self.assertEqual(self.ask(f"Distance(MakePoint(2, 5), {far})"), 3.0)
        self.assertEqual(self.ask(f"ST_Intersects(Buffer({near}, 10), {far})"), 1)
        self.assertEqual(self.ask(f"ST_Area(Intersection({near}, BuildMbr(1, 1, 5, 5)))"), 1.0)
        self.assertEqual(self.ask(f"AsText(Centroid({near}))"), "POINT (1 1)")

    def test_bothKindsOfBlobs(self) -> None:
        shape = shapely.Polygon([(0, 0), (1, 0), (0, 1)])
        for blob in (spatialiteBlob(shape), blobOf(shape, 2154)):
            self.assertEqual(self.ask("ST_Area(?)", blob), 0.5)
            self.assertEqual(self.ask("ST_SRID(?)", blob), 2154)

    def test_whatIsNoGeometryIsNull(self) -> None:
        for value in (None, 5, "text", b"", b"GP", b"GP\0\1" + bytes(40), b"\0\1" + bytes(60)):
            self.assertIsNone(self.ask("ST_Area(?)", value))
            self.assertIsNone(self.ask("Intersects(?, MakePoint(1, 1))", value))
            self.assertIsNone(self.ask("Buffer(?, 1)", value))
        self.assertIsNone(self.ask("GeomFromText('nonsense')"))
        self.assertIsNone(self.ask("MakePoint('a', 1)"))
        self.assertIsNone(self.ask("Buffer(MakePoint(1, 1), 'far')"))

    @given(st.binary(max_size=100))
    def test_noise(self, blob: bytes) -> None:
        geometryOf(blob)
        self.ask("ST_Area(?)", blob)
        self.ask("ST_Intersects(?, ?)", b"GP\0\1" + blob, b"\0\1" + blob)


class SubsetTests(SynchronousTestCase):
    def ids(self, uri: str, provider: str, subset: str) -> list[int]:
        catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(catalogue.close)
        source = catalogue.features(layerOf(uri, provider, subset=subset))
        return [i for b in source.read(FeatureQuery(fields=()), lambda: False) for i in b.ids.tolist()]

    def test_inSubsets(self) -> None:
        path = str(Path(self.mktemp()).absolute())
        subset = "ST_Area(geom) > 1 AND Intersects(geom, BuildMbr(9, 9, 12, 12, 2154))"
        package = writeOgr(path + ".gpkg", "GPKG", layer="a")
        self.assertEqual(self.ids(package, "ogr", subset), [2])
        database = writeSpatialite(path + ".sqlite")
        self.assertEqual(self.ids(f"dbname='{database}' table=\"sample\" (geom)", "spatialite", subset), [2])

    def test_geometriesThatAreMade(self) -> None:
        path = str(Path(self.mktemp()).absolute())
        database = writeSpatialite(path)
        table = '"(SELECT pk, Centroid(geom) AS geom FROM sample WHERE pk < 3)" (geom)'
        catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(catalogue.close)
        source = catalogue.features(layerOf(f"dbname='{database}' key='pk' table={table}", "spatialite"))
        (batch,) = source.read(FeatureQuery(), lambda: False)
        self.assertEqual([shape.geom_type for shape in batch.geometry.shapes], ["Point", "Point"])
