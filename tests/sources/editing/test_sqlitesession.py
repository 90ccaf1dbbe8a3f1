"""Transactions on GeoPackage and SpatiaLite files that GDAL made."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path
from typing import Any
from unittest import mock

import pyogrio
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.geo.box import Box
from ogctwist.sources.editing import EditRefused, sqlitesession
from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.editing.sqlitesession import SqliteSession, SqliteTable, storedValue
from ogctwist.sources.query import FeatureQuery, Restriction
from tests.sources.editing.files import column, editLayer, rowsOf, storedIn, writePoints

A, B, C = ("a", 10, "POINT (0 0)"), ("b", 20, "POINT (1 10)"), ("c", None, "POINT (2 20)")


class SessionCase(SynchronousTestCase):
    """What holds for both formats; C{make} writes the file, and C{uri} names its layer."""

    def make(self) -> str:
        return writePoints(str(Path(self.mktemp()).absolute()) + ".gpkg", "GPKG", "points")

    provider = "ogr"

    def uri(self, path: str) -> str:
        return f"{path}|layername=points"

    def setUp(self) -> None:
        self.path = self.make()
        self.layer = editLayer(self.uri(self.path), self.provider)

    def begun(self, layer: Any = None) -> tuple[SqliteSession, SqliteTable]:
        session = EditCatalogue().session(self.layer)
        assert isinstance(session, SqliteSession)
        self.addCleanup(session.close)
        session.begin()
        return session, session.table(layer or self.layer)

    def boxes(self) -> dict[int, tuple[float, ...]]:
        """The spatial index, rounded to what its single precision can tell."""
        (name,) = column(
            self.path, "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%points%rtree%'"
        )
        connection = sqlite3.connect(self.path)
        try:
            return {
                row[0]: tuple(map(round, row[1:])) for row in connection.execute(f'SELECT * FROM "{name}"')
            }
        finally:
            connection.close()


class Changes:
    """Mixed into a L{SessionCase} of each format."""

    def test_changes(self: Any) -> None:
        session, table = self.begun()
        new = table.insert({"name": "d", "pop": 40}, shapely.Point(5, 6))
        table.update(1, {"pop": None}, (shapely.Point(7, 8),))
        table.update(2, {"name": "bb"})
        table.delete(3)
        after = {1: ("a", None, "POINT (7 8)"), 2: ("bb", 20, "POINT (1 10)"), new: ("d", 40, "POINT (5 6)")}
        self.assertEqual(rowsOf(table), after)
        self.assertEqual(storedIn(self.path, "points"), {1: A, 2: B, 3: C})
        self.assertEqual(session.commit(), {})
        self.assertEqual(storedIn(self.path, "points"), after)
        self.assertEqual(self.boxes(), {1: (7, 7, 8, 8), 2: (1, 1, 10, 10), new: (5, 5, 6, 6)})

    def test_nothingIsKept(self: Any) -> None:
        """Without a commit nothing happened."""
        for end in ("rollback", "close"):
            session, table = self.begun()
            table.insert({"name": "d"}, None)
            table.delete(1)
            getattr(session, end)()
            self.assertEqual(storedIn(self.path, "points"), {1: A, 2: B, 3: C})

    def test_noGeometry(self: Any) -> None:
        session, table = self.begun()
        new = table.insert({"name": "d"}, None)
        table.update(1, {}, (None,))
        session.commit()
        self.assertEqual(storedIn(self.path, "points")[new], ("d", None, None))
        self.assertEqual(storedIn(self.path, "points")[1], ("a", 10, None))
        self.assertEqual(sorted(self.boxes()), [2, 3])

    def test_chosenIds(self: Any) -> None:
        session, table = self.begun()
        self.assertEqual(table.insert({"name": "d"}, None, 77), 77)
        with self.assertRaises(EditRefused) as caught:
            table.insert({"name": "e"}, None, 77)
        self.assertIn("UNIQUE", str(caught.exception))
        session.commit()
        self.assertEqual(sorted(storedIn(self.path, "points")), [1, 2, 3, 77])

    def test_whatIsNotThere(self: Any) -> None:
        _session, table = self.begun()
        for change in (
            lambda: table.update(9, {"name": "x"}),
            lambda: table.delete(9),
            lambda: table.update(1, {"nix": 1}),
            lambda: table.insert({"nix": 1}, None),
            lambda: table.insert({'name") VALUES (1); --': 1}, None),
        ):
            self.assertRaises(EditRefused, change)
        self.assertEqual(sorted(rowsOf(table)), [1, 2, 3])

    def test_features(self: Any) -> None:
        """Queries and restrictions see the state within the session."""
        _session, table = self.begun()
        table.update(1, {"pop": 99}, (shapely.Point(50, 50),))
        query = FeatureQuery(filter=Expression.parse('"pop" > 50'), bbox=Box(40, 40, 60, 60))
        self.assertEqual(list(rowsOf(table, query)), [1])
        restriction = Restriction(rowFilter=Expression.parse("\"name\" <> 'a'"))
        self.assertEqual(list(rowsOf(table, FeatureQuery(), restriction)), [2, 3])
        hidden = Restriction(hiddenFields=frozenset({"pop"}))
        self.assertNotIn("pop", [field.name for field in table.visible(hidden).fields])
        self.assertEqual(rowsOf(table, FeatureQuery(ids=(2,)), hidden), {2: B})

    def test_afterTheEnd(self: Any) -> None:
        session, table = self.begun()
        session.commit()
        self.assertRaises(EditRefused, table.delete, 1)
        self.assertRaises(EditRefused, session.commit)

    def test_oneWriter(self: Any) -> None:
        """Who waits for too long is told so."""
        self.begun()
        with mock.patch.object(sqlitesession, "_PATIENCE", 0.0):
            other = EditCatalogue().session(self.layer)
            self.addCleanup(other.close)
            with self.assertRaises(EditRefused) as caught:
                other.begin()
        self.assertEqual(str(caught.exception), "Somebody else is changing the data")


class GeopackageTests(Changes, SessionCase):
    def test_contents(self) -> None:
        """The extent grows, and the time of the last change moves."""
        connection = sqlite3.connect(self.path)
        connection.execute("UPDATE gpkg_contents SET last_change = '2001-01-01T00:00:00.000Z'")
        connection.commit()
        connection.close()
        session, table = self.begun()
        table.insert({}, shapely.Point(-5, 100))
        session.commit()
        self.assertEqual(pyogrio.read_info(self.path)["total_bounds"], (-5.0, 0.0, 2.0, 100.0))
        (moment,) = column(self.path, "SELECT last_change FROM gpkg_contents")
        self.assertGreater(moment, "2020")

    def test_severalTables(self) -> None:
        """All layers of a file change together."""
        writePoints(self.path, "GPKG", "others", append=True)
        session, table = self.begun()
        others = session.table(editLayer(f"{self.path}|layername=others", id="others_id"))
        table.delete(1)
        others.delete(2)
        session.commit()
        self.assertEqual(sorted(storedIn(self.path, "points")), [2, 3])
        self.assertEqual(sorted(storedIn(self.path, "others")), [1, 3])

    def test_constraints(self) -> None:
        connection = sqlite3.connect(self.path)
        connection.executescript(
            """
            CREATE TABLE strict (
                fid INTEGER PRIMARY KEY, name TEXT NOT NULL, pop INTEGER DEFAULT 7 CHECK (pop > 0));
            INSERT INTO gpkg_contents (table_name, data_type, identifier)
                VALUES ('strict', 'attributes', 'strict');
            """
        )
        connection.close()
        session, _table = self.begun()
        strict = session.table(editLayer(f"{self.path}|layername=strict", id="strict_id"))
        for values, kind in (({"pop": 1}, "NOT NULL"), ({"name": "x", "pop": -1}, "CHECK")):
            with self.assertRaises(EditRefused) as caught:
                strict.insert(values, None)
            self.assertEqual(str(caught.exception), f"A constraint of the data forbids it: {kind}")
        self.assertEqual(
            rowsOf(strict, FeatureQuery(ids=(strict.insert({"name": "x"}, None),))), {1: ("x", 7, None)}
        )

    def test_noGeometryColumn(self) -> None:
        connection = sqlite3.connect(self.path)
        connection.executescript(
            """
            CREATE TABLE plain (fid INTEGER PRIMARY KEY, name TEXT, pop INTEGER);
            INSERT INTO gpkg_contents (table_name, data_type, identifier)
                VALUES ('plain', 'attributes', 'plain');
            """
        )
        connection.close()
        session, _table = self.begun()
        plain = session.table(editLayer(f"{self.path}|layername=plain", id="plain_id"))
        plain.insert({"name": "x"}, None)
        self.assertRaises(EditRefused, plain.update, 1, {}, (shapely.Point(1, 1),))

    def test_views(self) -> None:
        """A view is not changed."""
        connection = sqlite3.connect(self.path)
        connection.executescript(
            """
            CREATE VIEW v AS SELECT fid AS OGC_FID, name, pop FROM points;
            INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v', 'attributes', 'v');
            """
        )
        connection.close()
        session, _table = self.begun()
        self.assertRaises(EditRefused, session.table, editLayer(f"{self.path}|layername=v", id="v_id"))

    def test_subset(self) -> None:
        """The layer's own subset is a part of what it is."""
        layer = editLayer(self.uri(self.path))
        source = type(layer.source)(layer.source.provider, layer.source.uri, "\"name\" = 'b'")
        _session, table = self.begun(type(layer)(layer.id, layer.name, layer.kind, source))
        self.assertEqual(list(rowsOf(table)), [2])

    def test_rowsAndNothingElse(self) -> None:
        """The connection does not change tables or settings, nor open other files."""
        session, _table = self.begun()
        for sql in (
            "DROP TABLE points",
            "CREATE TABLE x (y)",
            "ATTACH 'x' AS y",
            "PRAGMA writable_schema = 1",
        ):
            self.assertRaises(EditRefused, session._file.execute, sql)

    def test_readOnly(self) -> None:
        with mock.patch.object(sqlitesession.sqlite3, "connect", side_effect=sqlite3.OperationalError("x")):
            session = EditCatalogue().session(self.layer)
            with self.assertRaises(EditRefused) as caught:
                session.begin()
        self.assertEqual(str(caught.exception), "The data cannot be opened for writing")


class SpatialiteTests(Changes, SessionCase):
    provider = "spatialite"

    def make(self) -> str:
        path = str(Path(self.mktemp()).absolute()) + ".db"
        return writePoints(path, "SQLite", "points", dataset_options={"SPATIALITE": "YES"})

    def uri(self, path: str) -> str:
        return f"dbname='{path}' table=\"points\" (GEOMETRY)"

    def test_triggersRefuse(self) -> None:
        """What the file's own triggers do not take ends the transaction."""
        session, table = self.begun()
        table.delete(1)
        self.assertRaises(EditRefused, table.insert, {}, shapely.LineString([(0, 0), (1, 1)]))
        self.assertRaises(EditRefused, table.delete, 2)
        self.assertRaises(EditRefused, session.commit)
        self.assertEqual(storedIn(self.path, "points"), {1: A, 2: B, 3: C})

    def test_gdalReadsIt(self) -> None:
        """Through the spatial index that the triggers kept."""
        session, table = self.begun()
        table.insert({"name": "far"}, shapely.Point(100, 100))
        session.commit()
        found = pyogrio.read_arrow(self.path, layer="points", bbox=(99, 99, 101, 101))[1]
        self.assertEqual(found["name"].to_pylist(), ["far"])


class StoredValueTests(SynchronousTestCase):
    def test_forms(self) -> None:
        moment = datetime.datetime(2024, 5, 6, 7, 8, 9, 123000)
        for value, stored in (
            (True, 1),
            (moment, "2024-05-06T07:08:09.123Z"),
            (moment.date(), "2024-05-06"),
            (datetime.time(1, 2, 3), "01:02:03"),
            (["é", 1], '["é", 1]'),
            ("x", "x"),
            (None, None),
            (1.5, 1.5),
        ):
            self.assertEqual(storedValue(value), stored)
