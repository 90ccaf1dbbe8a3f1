"""Tests of geometries, reference systems, data source texts, features and JSON: as PyQGIS answers."""

from __future__ import annotations

import json
import math

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.qgiscompat.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDataSourceUri,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsJsonExporter,
    QgsJsonUtils,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsSpatialIndex,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from ogctwist.qgiscompat.core.values import fromVariant, toVariant
from tests.qgiscompat.core.test_project import FILE, POINTS


def geometry(text):
    return QgsGeometry.fromWkt(text)


class Geometries(SynchronousTestCase):
    def test_texts(self):
        for text, expected in (
            ("Point(1 2)", "Point (1 2)"),
            ("POINT Z (1 2 3)", "PointZ (1 2 3)"),
            ("LINESTRING(0 0,1 1.25)", "LineString (0 0, 1 1.25)"),
            ("POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))",
             "Polygon ((0 0, 4 0, 4 4, 0 0),(1 1, 2 1, 2 2, 1 1))"),
            ("GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))",
             "GeometryCollection (Point (1 1),LineString (0 0, 1 1))"),
        ):  # fmt: skip
            self.assertEqual(geometry(text).asWkt(), expected)
        self.assertEqual(geometry("LineString(0 0,1 1.25)").asWkt(1), "LineString (0 0, 1 1.3)")
        self.assertEqual(geometry("Point(1 2)").asJson(), '{"coordinates":[1.0,2.0],"type":"Point"}')

    def test_null(self):
        for made in (QgsGeometry(), geometry("nonsense")):
            self.assertTrue(made.isNull() and made.isEmpty())
            self.assertEqual((made.asWkt(), made.area(), made.length()), ("", -1.0, -1.0))
            self.assertFalse(made.intersects(geometry("Point(1 1)")))

    def test_questions(self):
        square = geometry("POLYGON((0 0,4 0,4 4,0 4,0 0))")
        self.assertTrue(square.contains(QgsPointXY(1, 1)))
        self.assertTrue(square.intersects(QgsRectangle(3, 3, 9, 9)))
        self.assertEqual(round(square.buffer(1, 5).area(), 4), 35.0902)
        self.assertEqual(square.boundingBox(), QgsRectangle(0, 0, 4, 4))
        error = self.assertRaises(TypeError, square.asPoint)
        self.assertIn("Polygon geometry cannot be converted to a point", str(error))
        self.assertRaises(TypeError, square.asMultiPolygon)
        both = QgsGeometry.collectGeometry([square, square])
        self.assertEqual(len(both.asMultiPolygon()), 2)

    @given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 2), min_size=2, max_size=9))
    def test_roundTrip(self, points):
        """Points in, the same points out: directly, and through binary."""
        line = QgsGeometry.fromPolylineXY([QgsPointXY(*p) for p in points])
        self.assertEqual([tuple(p) for p in line.asPolyline()], points)
        again = QgsGeometry()
        again.fromWkb(line.asWkb())
        self.assertEqual(again, line)

    def test_kinds(self):
        self.assertEqual(QgsWkbTypes.displayString(QgsWkbTypes.MultiPolygonZ), "MultiPolygonZ")
        self.assertEqual(QgsWkbTypes.singleType(QgsWkbTypes.MultiPointZM), QgsWkbTypes.PointZM)
        self.assertEqual(QgsWkbTypes.geometryType(QgsWkbTypes.MultiLineString), QgsWkbTypes.LineGeometry)
        self.assertEqual(QgsWkbTypes.flatType(QgsWkbTypes.Point25D), QgsWkbTypes.Point)
        self.assertEqual(int(QgsWkbTypes.PolygonGeometry), 2)


class Systems(SynchronousTestCase):
    def test_system(self):
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
        self.assertEqual((crs.postgisSrid(), crs.description()), (4326, "WGS 84"))
        self.assertTrue(crs.isGeographic() and crs.hasAxisInverted())
        self.assertEqual(crs.toProj(), "+proj=longlat +datum=WGS84 +no_defs")
        utm = QgsCoordinateReferenceSystem("PROJ:+proj=utm +zone=32 +datum=WGS84")
        self.assertEqual(utm.authid(), "EPSG:32632")
        for wrong in ("", "EPSG:99999", "nonsense"):
            self.assertFalse(QgsCoordinateReferenceSystem(wrong).isValid())

    def test_transform(self):
        wgs, web = map(QgsCoordinateReferenceSystem, ("EPSG:4326", "EPSG:3857"))
        transform = QgsCoordinateTransform(wgs, web, QgsProject())
        self.assertEqual(transform.transform(QgsPointXY(10, 50)).toString(3), "1113194.908,6446275.841")
        back = transform.transform(QgsPointXY(1e6, 6e6), QgsCoordinateTransform.ReverseTransform)
        self.assertEqual(back.toString(5), "8.98315,47.35370")
        self.assertRaises(QgsCsException, transform.transform, QgsPointXY(0, math.inf))

    def test_rectangle(self):
        made = QgsRectangle(3, 4, 1, 2)
        self.assertEqual(
            (made.toString(2), repr(made)), ("1.00,2.00 : 3.00,4.00", "<QgsRectangle: 1 2, 3 4>")
        )
        self.assertTrue(QgsRectangle().isNull())
        self.assertTrue(made.intersect(QgsRectangle(10, 10, 11, 11)).isNull())


class Sources(SynchronousTestCase):
    URI = (
        "dbname='d b' host=h port=5432 user='u' password='p' sslmode=require key='id' estimatedmetadata=true "
        'srid=4326 type=Point checkPrimaryKeyUnicity=\'1\' table="s"."t" (geom) sql=a = 1'
    )

    def test_parts(self):
        uri = QgsDataSourceUri(self.URI)
        self.assertEqual((uri.uri(), uri.sslMode()), (self.URI, QgsDataSourceUri.SslRequire))
        self.assertEqual((uri.quotedTablename(), uri.sql(), uri.srid()), ('"s"."t"', "a = 1", "4326"))
        self.assertEqual(uri.connectionInfo(), self.URI[: self.URI.index(" key=")])
        self.assertEqual(uri.removeParam("checkPrimaryKeyUnicity"), 1)
        self.assertFalse(uri.hasParam("checkPrimaryKeyUnicity"))

    def test_set(self):
        uri = QgsDataSourceUri()
        uri.setConnection("h", "5", "db", "u", "p")
        uri.setDataSource("s", "t", "g", "a=1", "id")
        uri.setParam("k", "v w")
        expected = (
            "dbname='db' host=h port=5 user='u' password='p' key='id' k='v w' table=\"s\".\"t\" (g) sql=a=1"
        )
        self.assertEqual(uri.uri(), expected)
        self.assertEqual(bytes(uri.encodedUri()), b"k=v%20w&username=u&password=p")

    @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20))
    def test_roundTrip(self, text):
        """Any password survives."""
        uri = QgsDataSourceUri()
        uri.setConnection("h", "5", "db", "u", text)
        self.assertEqual(QgsDataSourceUri(uri.uri()).password(), text)


class Features(SynchronousTestCase):
    def setUp(self):
        fields = QgsFields()
        fields.append(QgsField("a", 10, "text", 10))
        fields.append(QgsField("B", 2))
        self.feature = QgsFeature(fields, 7)

    def test_attributes(self):
        self.assertEqual((self.feature.id(), self.feature.attributes()), (7, [None, None]))
        self.feature["a"] = "x"
        self.assertEqual(self.feature["A"], "x")
        self.assertTrue(self.feature.setAttribute(1, None))
        self.assertEqual(self.feature[1], NULL)
        self.assertFalse(self.feature[1])
        self.assertRaises(KeyError, self.feature.attribute, "nope")
        self.assertRaises(KeyError, self.feature.attribute, 9)

    def test_json(self):
        self.feature.setAttributes(["x", NULL])
        self.assertEqual(
            QgsJsonExporter().exportFeature(self.feature),
            '{"geometry":null,"id":7,"properties":{"B":null,"a":"x"},"type":"Feature"}',
        )
        text = json.dumps(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [1, 2]},
                "properties": {"a": 1, "b": "x"},
            }
        )
        (read,) = QgsJsonUtils.stringToFeatureList(text, QgsJsonUtils.stringToFields(text))
        self.assertEqual((read.attributes(), read.geometry().asWkt()), ([1, "x"], "Point (1 2)"))
        self.assertEqual(QgsJsonUtils.stringToFeatureList("nonsense"), [])

    @given(st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.dates()
           | st.lists(st.integers() | st.none()))  # fmt: skip
    def test_variants(self, value):
        """A value is the same after it was a variant."""
        self.assertEqual(fromVariant(toVariant(value)), value)

    def test_index(self):
        index = QgsSpatialIndex()
        self.feature.setGeometry(geometry("Point(1 1)"))
        self.assertTrue(index.addFeatures([self.feature]))
        self.assertEqual(index.intersects(QgsRectangle(0, 0, 2, 2)), [7])
        self.assertEqual(index.intersects(QgsRectangle(2, 2, 3, 3)), [])

    def test_settings(self):
        """Settings are those of the process, by group."""
        settings = QgsSettings()
        settings.beginGroup("tests")
        settings.setValue("on", "false")
        self.addCleanup(QgsSettings().remove, "tests")
        self.assertIs(QgsSettings().value("tests/on", True, type=bool), False)


class Files(SynchronousTestCase):
    def test_write(self):
        """A layer written to a file is read from it with the same values."""
        project = QgsProject()
        self.assertTrue(project.read(FILE))
        layer, path = project.mapLayer(POINTS), self.mktemp() + ".gpkg"
        options = QgsVectorFileWriter.SaveVectorOptions()
        options.driverName = "GPKG"
        answer = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, project.transformContext(), options)
        self.assertEqual(answer[:2], (QgsVectorFileWriter.NoError, ""))
        again = QgsVectorLayer(path, "again", "ogr")
        self.assertTrue(again.isValid())
        self.assertEqual(again.crs().authid(), "EPSG:4326")
        names = ["name", "class", "height", "twice"]
        values = [[[f[n] for n in names] for f in each.getFeatures()] for each in (layer, again)]
        self.assertEqual(*values)
        geometries = [[f.geometry().asWkt() for f in each.getFeatures()] for each in (layer, again)]
        self.assertEqual(*geometries)

    def test_refused(self):
        """What cannot be written is an error, not an exception."""
        project = QgsProject()
        project.read(FILE)
        options = QgsVectorFileWriter.SaveVectorOptions()
        answer = QgsVectorFileWriter.writeAsVectorFormatV3(
            project.mapLayer(POINTS), "/nowhere/x.gpkg", project.transformContext(), options
        )
        self.assertNotEqual(answer[0], QgsVectorFileWriter.NoError)
        self.assertTrue(answer[1])
