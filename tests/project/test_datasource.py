"""Tests for L{ogctwist.project.datasource}."""

import time
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.project.datasource import (
    joinUrl,
    splitDatabaseUri,
    splitFileUri,
    splitServiceUri,
    splitUrl,
)

words = st.text(st.characters(exclude_characters="|\0", exclude_categories=("Cs",)), max_size=20)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


class FileUriTests(SynchronousTestCase):
    def test_parts(self) -> None:
        """Path, layer, options and subset."""
        uri = splitFileUri("/a b.gpkg|layername=my layer|option:LIST=YES|subset=a = 'x|y' and b=1")
        self.assertEqual(uri.path, "/a b.gpkg")
        self.assertEqual(uri.layerName, "my layer")
        self.assertEqual(uri.openOptions, ("LIST=YES",))
        self.assertEqual(uri.subset, "a = 'x|y' and b=1")
        self.assertIsNone(uri.layerId)

    def test_oldOrder(self) -> None:
        """Files of 2.x have the geometry type after the subset."""
        uri = splitFileUri('/a.shp|layerid=0|subset="x" > 1|geometrytype=Point')
        self.assertEqual((uri.layerId, uri.subset, uri.geometryType), (0, '"x" > 1', "Point"))

    def test_notEverythingIsANumber(self) -> None:
        """A layer id that is no number is none."""
        self.assertIsNone(splitFileUri("/a|layerid=x").layerId)

    @given(words, words, words)
    def test_roundTrip(self, path: str, layer: str, subset: str) -> None:
        """What was put together comes apart."""
        uri = splitFileUri(f"{path}|layername={layer}|subset={subset}")
        self.assertEqual((uri.path, uri.layerName, uri.subset), (path, layer, subset))


class DatabaseUriTests(SynchronousTestCase):
    def test_postgres(self) -> None:
        """A table with a schema, escapes, and a subset that looks like settings."""
        uri = splitDatabaseUri(
            "dbname='a b' host=localhost port=5432 user='bob' password='it\\'s \\\\' sslmode=disable "
            "authcfg=abc1234 key='id' estimatedmetadata=true srid=4326 type=Point "
            'checkPrimaryKeyUnicity=\'1\' table="pub"."ta\\"b" (geom) sql=a=\'b\' and table="x"'
        )
        self.assertEqual((uri.database, uri.host, uri.port, uri.user), ("a b", "localhost", "5432", "bob"))
        self.assertEqual(uri.password, "it's \\")
        self.assertEqual(
            (uri.schema, uri.table, uri.geometryColumn, uri.keyColumn), ("pub", 'ta"b', "geom", "id")
        )
        self.assertEqual(uri.sql, "a='b' and table=\"x\"")
        self.assertEqual(
            (uri.srid, uri.wkbType, uri.sslMode, uri.authConfig), (4326, "Point", "disable", "abc1234")
        )
        self.assertEqual(uri.parameters["estimatedmetadata"], "true")

    def test_spatialite(self) -> None:
        """No schema."""
        uri = splitDatabaseUri("dbname='/a/b.sqlite' table=\"t\" (geom) sql=")
        self.assertEqual(
            (uri.database, uri.schema, uri.table, uri.geometryColumn), ("/a/b.sqlite", "", "t", "geom")
        )
        self.assertEqual(uri.sql, "")

    def test_query(self) -> None:
        """A query in the place of the table."""
        uri = splitDatabaseUri("service='s' key='id' table=\"(SELECT \\\"a\\\" FROM (t))\" (geom) sql=")
        self.assertEqual(uri.table, '(SELECT "a" FROM (t))')
        self.assertTrue(uri.isQuery)
        self.assertEqual((uri.service, uri.geometryColumn), ("s", "geom"))

    def test_withoutGeometry(self) -> None:
        """A table without geometry, quotes doubled as in SQL."""
        uri = splitDatabaseUri('dbname=\'x\' table="a""b"')
        self.assertEqual((uri.table, uri.geometryColumn), ('a"b', ""))

    def test_bareTable(self) -> None:
        """Names need no quotes."""
        uri = splitDatabaseUri("dbname=x table=s.t (g)")
        self.assertEqual((uri.schema, uri.table, uri.geometryColumn), ("s", "t", "g"))

    def test_wfs(self) -> None:
        """WFS spells its URL the same way."""
        uri = splitDatabaseUri(
            " pagingEnabled='true' typename='ns:t' url='http://a/?x=1&y' version='auto' sql=SELECT * FROM t"
        )
        self.assertEqual(uri.parameters["url"], "http://a/?x=1&y")
        self.assertEqual(uri.parameters["typename"], "ns:t")
        self.assertEqual(uri.sql, "SELECT * FROM t")

    def test_garbage(self) -> None:
        """Words that say nothing are stepped over."""
        uri = splitDatabaseUri("what is this dbname='x' = '' table=")
        self.assertEqual(uri.database, "x")

    def test_noSrid(self) -> None:
        """A number that is none."""
        self.assertIsNone(splitDatabaseUri("srid=abc").srid)
        self.assertEqual(splitDatabaseUri("srid=-1").srid, -1)

    @given(names, names, names, st.text(max_size=40))
    def test_roundTrip(self, database: str, schema: str, table: str, sql: str) -> None:
        """Any names come back from their escaped form."""

        def escaped(text: str, quote: str) -> str:
            return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote

        uri = splitDatabaseUri(
            f"dbname={escaped(database, chr(39))} key='k' "
            f"table={escaped(schema, chr(34))}.{escaped(table, chr(34))} (g) sql={sql}"
        )
        self.assertEqual((uri.database, uri.sql, uri.keyColumn), (database, sql, "k"))
        if '""' not in schema + table:
            self.assertEqual((uri.schema, uri.table), (schema, table))

    @given(st.text(max_size=200))
    def test_anything(self, text: str) -> None:
        """No text is refused, and no setting is made up."""
        uri = splitDatabaseUri(text)
        for value in (uri.database, uri.host, uri.sql):
            self.assertLessEqual(len(value), len(text))

    def test_longText(self) -> None:
        """Time grows with the length, not faster."""
        started = time.perf_counter()
        splitDatabaseUri("a " * 50_000)
        splitDatabaseUri("a='" * 2_000)
        self.assertLess(time.perf_counter() - started, 5)


class ServiceUriTests(SynchronousTestCase):
    def test_wms(self) -> None:
        """Names repeat; values are decoded; a plus is a plus."""
        uri = splitServiceUri("crs=EPSG:3857&layers=a&layers=b%26c&styles=&styles&url=http://x/?map%3D/y+z")
        self.assertEqual(uri.all("layers"), ("a", "b&c"))
        self.assertEqual(uri.all("styles"), ("", ""))
        self.assertEqual(uri.get("url"), "http://x/?map=/y+z")
        self.assertEqual(uri.get("none", "default"), "default")

    @given(st.lists(st.tuples(names, names)))
    def test_roundTrip(self, items: list[tuple[str, str]]) -> None:
        """Encoded pairs come back."""
        text = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in items)
        self.assertEqual(splitServiceUri(text).items, tuple(items))


class UrlTests(SynchronousTestCase):
    def test_delimitedText(self) -> None:
        """A file with its settings."""
        uri = splitUrl("file:///a/b%20c.csv?type=csv&delimiter=%5Ct&xField=x&subset=%22a%22%3E1&trimFields")
        self.assertEqual(uri.path, "/a/b c.csv")
        self.assertEqual((uri.get("delimiter"), uri.get("subset")), ("\\t", '"a">1'))
        self.assertTrue(uri.has("trimFields"))
        self.assertFalse(uri.has("yField"))

    def test_relative(self) -> None:
        """As it stands in a project."""
        self.assertEqual(splitUrl("file:./a%20b.csv?x=1").path, "./a b.csv")

    def test_memory(self) -> None:
        """Geometry type and fields."""
        uri = splitUrl("Point?crs=EPSG:4326&field=id:integer(10,0)&field=name:string")
        self.assertEqual((uri.path, uri.all("field")), ("Point", ("id:integer(10,0)", "name:string")))

    @given(names)
    def test_join(self, name: str) -> None:
        """A joined URL comes apart."""
        path = "/" + name
        self.assertEqual(splitUrl(joinUrl(path, "a=1")).path, path)
        self.assertEqual(splitUrl(joinUrl(path, "")).path, path)
