"""GeoJSON."""

from __future__ import annotations

import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.encoders.featuretype import CollectionBounds, FeatureType, FieldEncoding
from ogctwist.encoders.geojson import GeoJsonEncoder
from ogctwist.geo.box import Box
from ogctwist.interfaces import IFeatureEncoder
from tests.encoders.columns import COLUMNS, FIELDS, WGS84, batch, featureType


def document(encoder: GeoJsonEncoder, *batches) -> dict:
    return json.loads(encoder.head() + b"".join(map(encoder.batch, batches)) + encoder.tail())


class GeoJsonTests(SynchronousTestCase):
    """L{GeoJsonEncoder}."""

    def geometry(self, wkt: str, **options) -> dict:
        encoder = GeoJsonEncoder(None, featureType(precision=6, **options))
        return document(encoder, batch(wkt))["features"][0]

    def test_geometries(self) -> None:
        """RFC 7946, 3.1; a box for all but points."""
        ring, hole = [[0, 0], [4, 0], [4, 4], [0, 0]], [[2, 1], [3, 1], [3, 2], [2, 1]]
        polygon = "((0 0,4 0,4 4,0 0),(2 1,3 1,3 2,2 1))"
        cases = {
            "POINT(1 2.123456789)": ("Point", [1, 2.123457]),
            "LINESTRING(1 2,3 4)": ("LineString", [[1, 2], [3, 4]]),
            f"POLYGON{polygon}": ("Polygon", [ring, hole]),
            "MULTIPOINT(1 2,3 4)": ("MultiPoint", [[1, 2], [3, 4]]),
            "MULTILINESTRING((1 2,3 4),(5 6,7 8))": ("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]),
            f"MULTIPOLYGON({polygon},{polygon})": ("MultiPolygon", [[ring, hole]] * 2),
            "MULTIPOLYGON EMPTY": ("MultiPolygon", []),
        }
        for wkt, (name, coordinates) in cases.items():
            feature = self.geometry(wkt)
            self.assertEqual(feature["geometry"], {"type": name, "coordinates": coordinates})
            self.assertEqual("bbox" in feature, name != "Point" and bool(coordinates))
        self.assertEqual(self.geometry("LINESTRING(1 20,3 4)")["bbox"], [1, 4, 3, 20])

    def test_collection(self) -> None:
        """A collection has its members, a null or empty geometry is null, z is third."""
        self.assertEqual(
            self.geometry("GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(3 4,5 6))")["geometry"],
            {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Point", "coordinates": [1, 2]},
                    {"type": "LineString", "coordinates": [[3, 4], [5, 6]]},
                ],
            },
        )
        self.assertIsNone(self.geometry("POINT EMPTY")["geometry"])
        self.assertEqual(self.geometry("POINT Z (1 2 3)", hasZ=True)["geometry"]["coordinates"], [1, 2, 3])

    def test_xFirst(self) -> None:
        """Whatever the axis order of the type, x is first."""
        self.assertEqual(self.geometry("POINT(1 2)", isSwapped=True)["geometry"]["coordinates"], [1, 2])

    def test_attributes(self) -> None:
        """Every type of attribute."""
        encoder = GeoJsonEncoder(None, FeatureType("places", FIELDS))
        values, nulls = document(encoder, batch(None, None, columns=COLUMNS))["features"]
        self.assertEqual(
            values["properties"],
            {
                "int": 1,
                "long": 12345678901234,
                "double": 0.1,
                "text": 'a & <b> "q" \\ \n]]>é',
                "bool": True,
                "date": "2020-01-02",
                "time": "03:04:05.678",
                "moment": "2020-01-02T03:04:05.678",
                "blob": "AAFhYg==",
                "list": ["x", "é"],
            },
        )
        self.assertEqual(set(nulls["properties"].values()), {None})

    def test_memberOrder(self) -> None:
        """Members in alphabetical order, of the properties too; names as they are."""
        columns = {"b": pa.array([2.0]), 'a "q"': pa.array([1])}
        encoder = GeoJsonEncoder(None, featureType("b", 'a "q"'))
        self.assertEqual(
            encoder.batch(batch("LINESTRING(1 2,3 4)", columns=columns)).decode(),
            '  {"bbox":[1,2,3,4],"geometry":{"coordinates":[[1,2],[3,4]],"type":"LineString"},'
            '"id":"places.1","properties":{"a \\"q\\"":1,"b":2.0},"type":"Feature"}\n',
        )

    def test_jsonField(self) -> None:
        """A JSON text is embedded when it is JSON, else it is a string."""
        kind = FeatureType("places", (FieldEncoding("j", isJson=True),))
        texts = ['{"a": [1, "</x>"]}', "{", None, "NaN", "12"]
        rows = document(GeoJsonEncoder(None, kind), batch(*[None] * 5, columns={"j": pa.array(texts)}))
        values = [row["properties"]["j"] for row in rows["features"]]
        self.assertEqual(values, [{"a": [1, "</x>"]}, "{", None, "NaN", 12])

    def test_numbers(self) -> None:
        """What JSON has no number for is null."""
        column = pa.array([float("nan"), float("inf"), -0.0, 1e20, 1e-7, 480.0, 5e-324])
        rows = document(GeoJsonEncoder(None, featureType("d")), batch(*[None] * 7, columns={"d": column}))
        values = [row["properties"]["d"] for row in rows["features"]]
        self.assertEqual(values, [None, None, 0.0, 1e20, 1e-7, 480.0, 5e-324])

    def test_batches(self) -> None:
        """Commas between features, also across batches, types and empty batches."""
        encoder = GeoJsonEncoder(CollectionBounds(Box(1, 2, 3, 4.5)), featureType())
        text = encoder.head() + encoder.batch(batch()) + encoder.batch(batch("POINT(1 2)", None))
        encoder.ofType(FeatureType("roads", crs=WGS84))
        text += encoder.batch(batch()) + encoder.batch(batch("POINT(1 2)", first=5)) + encoder.tail()
        parsed = json.loads(text)
        self.assertEqual([f["id"] for f in parsed["features"]], ["places.1", "places.2", "roads.5"])
        self.assertEqual(parsed["bbox"], [1, 2, 3, 4.5])

    @given(st.text(), st.text())
    @settings(max_examples=50, deadline=None)
    def test_anyText(self, name: str, value: str) -> None:
        """Any name and any value come back as they were."""
        kind = FeatureType("t", (FieldEncoding(name),))
        row = document(GeoJsonEncoder(None, kind), batch(None, columns={name: pa.array([value])}))
        self.assertEqual(row["features"][0]["properties"], {name: value})

    def test_interface(self) -> None:
        """It is a feature encoder."""
        self.assertTrue(verifyObject(IFeatureEncoder, GeoJsonEncoder(None, featureType())))
