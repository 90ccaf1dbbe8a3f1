"""Memory layers have fields and no features."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression, ExpressionError
from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.query import FeatureQuery, FieldType, SourceError
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf


class MemoryTests(SynchronousTestCase):
    def source(self, uri: str, subset: str = "") -> object:
        return SourceCatalogue(ImmediatePool()).features(layerOf(uri, "memory", subset=subset))

    def test_fields(self) -> None:
        uri = (
            "Point?crs=EPSG:2154&field=id:integer&field=n:string(20,0)&field=d:double(10,3)&field=l:long"
            "&field=t:datetime&field=s:string[]&field=i:int[]&field=odd%20name:strange&field=b:bool"
        )
        schema = self.source(uri).features.schema()
        self.assertEqual(
            [(f.name, f.type, f.length, f.precision) for f in schema.fields],
            [
                ("id", FieldType.INTEGER, 255, 0),
                ("n", FieldType.STRING, 20, 0),
                ("d", FieldType.DOUBLE, 10, 3),
                ("l", FieldType.LONG, 255, 0),
                ("t", FieldType.DATETIME, 255, 0),
                ("s", FieldType.STRING_LIST, 255, 0),
                ("i", FieldType.LIST, 255, 0),
                ("odd name", FieldType.STRING, 255, 0),
                ("b", FieldType.BOOLEAN, 255, 0),
            ],
        )
        self.assertEqual((schema.wkbType, schema.crs.srid), ("Point", 2154))

    def test_geometryTypes(self) -> None:
        for uri, expected in (
            ("MultiPolygonZM?crs=EPSG:4326", "MultiPolygonZM"),
            ("linestring25d?", "LineStringZ"),
            ("None?field=a:int", "NoGeometry"),
            ("memory?geometry=NoGeometry&field=a:int", "NoGeometry"),
            ("Strange?", "Unknown"),
        ):
            self.assertEqual(self.source(uri).features.schema().wkbType, expected, uri)

    def test_nothingInIt(self) -> None:
        source = self.source("Point?field=a:int", '"a" = 1')
        self.assertEqual(list(source.read(FeatureQuery(), lambda: False)), [])
        self.assertEqual(self.successResultOf(source.count(FeatureQuery())), 0)
        self.assertIsNone(self.successResultOf(source.extent()))

    def test_queriesAreChecked(self) -> None:
        source = self.source("Point?field=a:int")
        query = FeatureQuery(filter=Expression.parse('"b" = 1'))
        self.assertRaises(ExpressionError, source.read, query, lambda: False)
        bad = self.source("Point?field=a:int", "b = 1")
        self.assertRaises(SourceError, bad.read, FeatureQuery(), lambda: False)
