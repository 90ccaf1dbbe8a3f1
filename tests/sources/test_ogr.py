"""What GDAL reads."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.batch import BATCH_ROWS
from ogctwist.geo.box import Box
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.ogr import multiWkb
from ogctwist.sources.ogrschema import isRemote, watchedFiles, wkbTypeOf
from ogctwist.sources.query import FeatureQuery, FieldType, SourceError
from tests.conformance.featuresource import delivered
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, sampleTable, squares, writeOgr

POINTS = [shapely.Point(i, i) for i in range(3)]


class OgrCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        self.catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(self.catalogue.close)

    def source(self, uri: str | Path, **settings: Any) -> Any:
        return self.catalogue.features(layerOf(str(uri), **settings))

    def read(self, source: Any, **query: Any) -> list[Any]:
        return list(source.read(FeatureQuery(**query), lambda: False))


class ShapefileTests(OgrCase):
    def test_linesAndPolygonsAreMulti(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile")
        source = self.source(path)
        self.assertEqual(source.features.schema().wkbType, "MultiPolygon")
        (batch,) = self.read(source)
        kinds = {shape.geom_type for shape in batch.geometry.shapes if shape is not None}
        self.assertEqual(kinds, {"MultiPolygon"})

    def test_encodings(self) -> None:
        table = sampleTable({"naïf": ["été", "ßen"]}, POINTS[:2])
        for encoding in ("UTF-8", "ISO-8859-1"):
            path = writeOgr(
                self.folder / f"{encoding}.shp", "ESRI Shapefile", table, "Point", ENCODING=encoding
            )
            (batch,) = self.read(self.source(path))
            self.assertEqual(batch.columns["naïf"].to_pylist(), ["été", "ßen"], encoding)

    def test_encodingThatNobodyTells(self) -> None:
        """Texts are UTF-8, and where they are not, Latin-1."""
        table = sampleTable({"text": ["été", "plain"]}, POINTS[:2])
        for encoding in ("UTF-8", "ISO-8859-1"):
            path = Path(
                writeOgr(self.folder / f"{encoding}.shp", "ESRI Shapefile", table, "Point", ENCODING=encoding)
            )
            path.with_suffix(".cpg").unlink(missing_ok=True)
            dbf = path.with_suffix(".dbf")
            data = bytearray(dbf.read_bytes())
            data[29] = 0
            dbf.write_bytes(data)
            (batch,) = self.read(self.source(path))
            self.assertEqual(batch.columns["text"].to_pylist(), ["été", "plain"], encoding)

    def test_subsets(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile")
        source = self.source(path, subset="\"name\" LIKE 'B%' AND pop > 2")
        (batch,) = self.read(source, fields=("height",))
        self.assertEqual(batch.ids.tolist(), [1])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 1)
        for subset in ("nonsense(", r"name = '\' OR 1=1", "a=1) OR (1=1"):
            self.assertRaises(SourceError, self.read, self.source(path, subset=subset))

    def test_selects(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile")
        source = self.source(path, subset='SELECT name, pop FROM "a" WHERE pop = 8')
        (batch,) = self.read(source)
        self.assertEqual(batch.columns["name"].to_pylist(), ["gamma", "a%b"])

    def test_anIndexDoesNotChangeTheAnswer(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile", SPATIAL_INDEX="YES")
        (batch,) = self.read(self.source(path), bbox=Box(8, 8, 32, 32), fields=())
        self.assertEqual(sorted(batch.ids.tolist()), [1, 2])

    def test_attributesOnly(self) -> None:
        path = writeOgr(
            self.folder / "a.dbf",
            "ESRI Shapefile",
            sampleTable({"a": [1, 2]}, [None, None]).drop("geom"),
            None,
        )
        (batch,) = self.read(self.source(path))
        self.assertEqual((batch.geometry, batch.columns["a"].to_pylist()), (None, [1, 2]))

    def test_changedFiles(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile")
        source = self.source(path)
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 12)
        writeOgr(path, "ESRI Shapefile", sampleTable({"other": [1.5]}, POINTS[:1]), "Point")
        self.assertEqual([f.name for f in source.features.schema().fields], ["other"])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 1)

    def test_manyFeaturesComeInBatches(self) -> None:
        path = writeOgr(self.folder / "a.shp", "ESRI Shapefile", sampleTable(*squares(BATCH_ROWS + 10)))
        batches = self.read(self.source(path), fields=("n",))
        self.assertEqual([len(b) for b in batches], [BATCH_ROWS, 10])
        self.assertEqual(delivered(batches, "n"), list(range(BATCH_ROWS + 10)))


class OtherFormatsTests(OgrCase):
    def test_geojson(self) -> None:
        path = self.folder / "a.geojson"
        path.write_text(
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": 7, "geometry": null, '
            '"properties": {"id": "a", "list": ["x", "y"], "numbers": [1, 2], "flag": true, '
            '"map": {"k": 1}}}]}'
        )
        source = self.source(path)
        kinds = {f.name: f.type for f in source.features.schema().fields}
        self.assertEqual(
            kinds,
            {
                "id": FieldType.STRING,
                "list": FieldType.STRING_LIST,
                "numbers": FieldType.LIST,
                "flag": FieldType.BOOLEAN,
                "map": FieldType.MAP,
            },
        )
        (batch,) = self.read(source)
        row = {name: column.to_pylist()[0] for name, column in batch.columns.items()}
        self.assertEqual(
            row, {"id": "a", "list": ["x", "y"], "numbers": [1, 2], "flag": True, "map": '{ "k": 1 }'}
        )
        self.assertEqual(batch.ids.tolist(), [7])

    def test_flatgeobufWithoutAllGeometries(self) -> None:
        """GDAL's own columns of this format are broken where a geometry is null."""
        table = sampleTable({"a": [1, 2, 3]}, [POINTS[0], None, POINTS[2]])
        path = writeOgr(self.folder / "a.fgb", "FlatGeobuf", table, "Point", SPATIAL_INDEX="NO")
        (batch,) = self.read(self.source(path))
        batch.geometry.wkb.validate(full=True)
        self.assertEqual([s is None for s in batch.geometry.shapes], [False, True, False])

    def test_severalLayers(self) -> None:
        path = self.folder / "a.kml"
        writeOgr(path, "KML", sampleTable({"Name": ["first"]}, POINTS[:1]), "Point", layer="first")
        (batch,) = self.read(self.source(f"{path}|layername=first"))
        self.assertEqual(batch.columns["Name"].to_pylist(), ["first"])
        (batch,) = self.read(self.source(f"{path}|layerid=0"))
        self.assertEqual(len(batch), 1)
        self.failureResultOf(self.source(f"{path}|layername=third").describe(), SourceError)

    def test_geometryType(self) -> None:
        path = self.folder / "a.geojson"
        writeOgr(path, "GeoJSON", sampleTable({"a": [1, 2]}, [POINTS[0], shapely.box(0, 0, 1, 1)]), "Unknown")
        self.assertEqual(self.source(path).features.schema().wkbType, "Point")
        source = self.source(f"{path}|geometrytype=Polygon")
        self.assertEqual(source.features.schema().wkbType, "Polygon")
        (batch,) = self.read(source, geometry=False)
        self.assertEqual(batch.columns["a"].to_pylist(), [2])

    def test_archives(self) -> None:
        path = writeOgr(self.folder / "a.geojson", "GeoJSON")
        archive = self.folder / "a.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.write(path, "inner/a.geojson")
        (batch,) = self.read(
            self.source(f"/vsizip/{archive}/inner/a.geojson"), filter=Expression.parse('"pop" = 8')
        )
        self.assertEqual(batch.columns["name"].to_pylist(), ["gamma", "a%b"])

    def test_openOptions(self) -> None:
        path = self.folder / "a.csv"
        path.write_text("n,lon,lat\n1,2.5,3.5\n")
        uri = f"{path}|option:X_POSSIBLE_NAMES=lon|option:Y_POSSIBLE_NAMES=lat|option:AUTODETECT_TYPE=YES"
        (batch,) = self.read(self.source(uri))
        self.assertEqual(batch.geometry.shapes[0], shapely.Point(2.5, 3.5))
        self.assertEqual(batch.columns["n"].type, pa.int32())

    def test_missingFiles(self) -> None:
        for uri in ("/no/such.shp", "/no/such.gpkg", str(self.folder / "empty.geojson")):
            error = self.failureResultOf(self.source(uri).describe(), SourceError)
            self.assertIn(uri, error.getErrorMessage())

    def test_nothingIsFetchedFromElsewhere(self) -> None:
        for uri in (
            "http://example.invalid/a.geojson",
            "/vsicurl/http://example.invalid/a.geojson",
            "/vsizip//vsicurl/http://example.invalid/a.zip",
            "WFS:http://example.invalid/wfs",
            "PG:host=example.invalid",
        ):
            error = self.failureResultOf(self.source(uri).describe(), SourceError)
            self.assertIn("not a local file", error.getErrorMessage())


class WordsTests(SynchronousTestCase):
    def test_geometryTypes(self) -> None:
        for theirs, ours in (
            (None, "NoGeometry"),
            ("Unknown", "Unknown"),
            ("Point", "Point"),
            ("MultiPolygon", "MultiPolygon"),
            ("Point Z", "PointZ"),
            ("2.5D LineString", "LineStringZ"),
            ("3D Measured Multi Point", "MultiPointZM"),
            ("Measured Polygon", "PolygonM"),
            ("GeometryCollection", "GeometryCollection"),
        ):
            self.assertEqual(wkbTypeOf(theirs), ours)

    def test_remote(self) -> None:
        for path in (
            "/a/b.shp",
            "C:/a.shp",
            "/vsizip//a/b.zip/c.shp",
            "/vsigzip//a.csv.gz",
            "GPKG:/a.gpkg:t",
        ):
            self.assertFalse(isRemote(path), path)
        for path in ("/vsicurl/http://a", "/vsis3/b/k", "https://a/b", "WFS:https://a", "/vsizip/vsicurl/x"):
            self.assertTrue(isRemote(path), path)

    def test_watchedFiles(self) -> None:
        self.assertEqual(watchedFiles("/a.geojson"), ("/a.geojson",))
        self.assertIn("/a.dbf", watchedFiles("/a.shp"))
        self.assertEqual(watchedFiles("/vsizip//d/a.zip/b/c.shp"), ("/d/a.zip",))


class MultiWkbTests(SynchronousTestCase):
    SHAPES = (
        None,
        shapely.Point(1, 2),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.LineString([(0, 0, 5), (1, 1, 6)]),
        shapely.box(0, 0, 1, 1),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
    )

    @given(st.lists(st.sampled_from(SHAPES)), st.sampled_from([pa.binary(), pa.large_binary()]))
    def test_singlesBecomeMulti(self, shapes: list[Any], kind: pa.DataType) -> None:
        column = pa.array([None if s is None else shapely.to_wkb(s, flavor="iso") for s in shapes], kind)
        result = [None if wkb is None else shapely.from_wkb(wkb) for wkb in multiWkb(column).to_pylist()]
        for before, after in zip(shapes, result, strict=True):
            if before is None or before.geom_type in ("Point", "MultiPolygon"):
                self.assertEqual(after, before)
            else:
                self.assertEqual((after.geom_type, after.geoms[0]), ("Multi" + before.geom_type, before))
