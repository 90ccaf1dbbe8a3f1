"""Tests of L{ogctwist.sources.postgis.editing}, on a real server."""

from __future__ import annotations

import datetime
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.sources.editing import EditRefused
from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.query import UNRESTRICTED, FeatureQuery, Restriction
from tests.postgres import postgresServer
from tests.sources.sample import layerOf


class Editing(SynchronousTestCase):
    """With a table to change."""

    def setUp(self) -> None:
        self.server = postgresServer()
        self.server.execute(
            "DROP SCHEMA IF EXISTS ed CASCADE",
            "CREATE SCHEMA ed",
            "CREATE TABLE ed.t (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'nobody', "
            "n int CHECK (n < 100), d date, m timestamp, j jsonb, l text[], a int[], b bool, u uuid, "
            "f numeric(5, 2), y bytea, geom geometry(MultiPolygonZ, 2154))",
            "CREATE TABLE ed.parent (id int PRIMARY KEY)",
            "CREATE TABLE ed.child (id int PRIMARY KEY, p int REFERENCES ed.parent DEFERRABLE "
            "INITIALLY DEFERRED, q int UNIQUE)",
        )
        self.catalogue = EditCatalogue()

    def layer(self, text: str = 'table="ed"."t" (geom)', **settings: Any) -> Any:
        return layerOf(f"{self.server.uri} {text}", "postgres", **settings)

    def begun(self, layer: Any = None) -> Any:
        session = self.catalogue.session(layer or self.layer())
        self.addCleanup(session.close)
        session.begin()
        return session

    def rows(self, columns: str, table: str = "ed.t") -> list[tuple[Any, ...]]:
        with self.server.connect() as connection:
            return connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall()


class NameTests(Editing):
    def test_connectionsAreNamed(self) -> None:
        """What the administrator sees in pg_stat_activity is the name in the settings."""
        session = EditCatalogue("town hall").session(self.layer())
        self.addCleanup(session.close)
        session.begin()
        with self.server.connect() as connection:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'town hall'"
            self.assertEqual(connection.execute(asked).fetchone(), (1,))


class SessionTests(Editing):
    def test_insert(self) -> None:
        """Values of every kind; what is not given is the table's to say."""
        session = self.begun()
        table = session.table(self.layer())
        square = shapely.box(0, 0, 1, 1)
        moment = datetime.datetime(2020, 1, 2, 3, 4, 5, 678000)
        values = {
            "id": None,
            "name": "o'neil %s",
            "n": "7",
            "d": datetime.date(2020, 1, 2),
            "m": moment,
            "j": {"a": [1]},
            "l": ["a", "b"],
            "a": [1, 2],
            "b": True,
            "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "f": 1.25,
            "y": b"\1",
        }
        self.assertEqual((table.insert(values, square), table.insert({}, None)), (1, 2))
        self.assertEqual(table.insert({"n": None}, None, 70), 70)
        self.assertEqual(self.rows("id"), [])
        self.assertEqual(session.commit(), {})
        self.assertEqual(
            self.rows("id, name, n"), [(1, "o'neil %s", 7), (2, "nobody", None), (70, "nobody", None)]
        )
        stored = self.rows("id, d, m, j, l, a, b, f, ST_AsText(geom), ST_SRID(geom)")[0]
        self.assertEqual(stored[1:4], (datetime.date(2020, 1, 2), moment, {"a": [1]}))
        self.assertEqual(stored[4:7], (["a", "b"], [1, 2], True))
        self.assertEqual((float(stored[7]), stored[9]), (1.25, 2154))
        self.assertEqual(stored[8], "MULTIPOLYGON Z (((1 0 0,1 1 0,0 1 0,0 0 0,1 0 0)))")

    def test_changesSeeEachOther(self) -> None:
        self.server.execute("INSERT INTO ed.t (n) SELECT generate_series(1, 5)")
        session = self.begun()
        table = session.table(self.layer())
        table.update(2, {"n": 50}, (shapely.MultiPolygon([shapely.box(5, 5, 6, 6)]),))
        table.delete(3)
        table.update(4, {})
        query = FeatureQuery(filter=Expression.parse('"n" > 3'), fields=("n",))
        walk = table.features(query, UNRESTRICTED)
        found = next(iter(walk))
        table.update(5, {"n": 60})  # while the walk is open
        self.assertEqual(sorted(found.columns["n"].to_pylist()), [4, 5, 50])
        self.assertEqual(list(walk), [])
        hidden = Restriction(rowFilter=Expression.parse('"n" <> 50'), hiddenFields=frozenset({"n"}))
        (seen,) = table.features(FeatureQuery(fields=("n",)), hidden)
        self.assertEqual(sorted(seen.columns["n"].to_pylist()), [1, 4, 60])
        self.assertIsNone(table.visible(hidden).field("n"))
        self.assertIsNotNone(table.schema().field("n"))
        session.commit()
        self.assertEqual(self.rows("n"), [(1,), (4,), (50,), (60,)])

    def test_rollback(self) -> None:
        for end in ("rollback", "close"):
            session = self.begun()
            session.table(self.layer()).insert({"name": "x"}, None)
            getattr(session, end)()
            self.assertEqual(self.rows("id"), [])
            self.assertRaises(EditRefused, session.commit)

    def test_whatTheTableRefuses(self) -> None:
        for values, reason in (
            ({"name": None}, "NOT NULL"),
            ({"n": 100}, "CHECK"),
            ({"n": "abc"}, "do not take"),
            ({"name": "a\0b"}, "do not take"),
            ({"u": "x'; DROP TABLE ed.t; --"}, "do not take"),
            ({"nosuch": 1}, "nosuch"),
        ):
            session = self.begun()
            table = session.table(self.layer())
            table.insert({}, None)
            error = self.assertRaises(EditRefused, table.insert, values, None)
            self.assertIn(reason, str(error))
            if "nosuch" not in values and "a\0b" not in values.values():
                self.assertRaises(EditRefused, session.commit)
            session.close()
            self.assertEqual(self.rows("id"), [])

    def test_geometriesThatDoNotFit(self) -> None:
        table = self.begun().table(self.layer())
        self.assertRaises(EditRefused, table.insert, {}, shapely.Point(0, 0))
        plain = self.layer('table="ed"."t"')
        table = self.begun(plain).table(plain)
        self.assertRaises(EditRefused, table.update, 1, {}, (None,))

    def test_featuresThatAreNotThere(self) -> None:
        table = self.begun().table(self.layer())
        self.assertRaises(EditRefused, table.delete, 1)
        self.assertRaises(EditRefused, table.update, 1, {"n": 1})

    def test_constraintsAtTheEnd(self) -> None:
        """What is looked at only at the end undoes everything."""
        layer = self.layer('table="ed"."child"')
        session = self.begun(layer)
        session.table(layer).insert({"p": 5}, None, 1)
        self.assertIn("FOREIGN KEY", str(self.assertRaises(EditRefused, session.commit)))
        self.assertEqual(self.rows("id", "ed.child"), [])

    def test_keysOfSeveralFields(self) -> None:
        self.server.execute(
            "CREATE TABLE ed.k (a text, b int, v int, PRIMARY KEY (a, b))",
            "INSERT INTO ed.k VALUES ('x', 1, 1)",
        )
        layer = self.layer('table="ed"."k"')
        session = self.begun(layer)
        table = session.table(layer)
        new = table.insert({"a": "y", "b": 2}, None)
        (batch,) = table.features(FeatureQuery(fields=("b",)), UNRESTRICTED)
        ids = dict(zip(batch.columns["b"].to_pylist(), batch.ids.tolist(), strict=True))
        self.assertEqual(ids[2], new)
        table.update(new, {"v": 9})
        table.delete(ids[1])
        self.assertRaises(EditRefused, table.insert, {"a": "z"}, None, 5)
        session.commit()
        self.assertEqual(self.rows("a, b, v", "ed.k"), [("y", 2, 9)])

    def test_keysOfOtherTypes(self) -> None:
        """Features that were looked at before are found again by their keys, whatever these are."""
        for kind, values in (
            ("uuid", ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")),
            ("char(5)", ("a", "b")),
            ("citext", ("a", "B")),
            ("timestamp", ("2020-01-01 00:00:00.000001", "2020-01-01 00:00:00.000002")),
            ("float8", ("0.1", "NaN")),
        ):
            self.server.execute(
                "DROP TABLE IF EXISTS ed.k",
                f"CREATE TABLE ed.k (k {kind} PRIMARY KEY, v int)",
                f"INSERT INTO ed.k VALUES ('{values[0]}', 1), ('{values[1]}', 2)",
            )
            layer = self.layer('table="ed"."k"')
            session = self.begun(layer)
            table = session.table(layer)
            query = FeatureQuery(filter=Expression.parse("v = 1"), fields=("v",))
            (batch,) = table.features(query, UNRESTRICTED)
            self.assertEqual(list(batch.columns), ["v"])
            table.update(batch.ids.tolist()[0], {"v": 9})
            (whole,) = table.features(FeatureQuery(), UNRESTRICTED)
            self.assertEqual(list(whole.columns), ["k", "v"])
            table.delete(whole.ids.tolist()[whole.columns["v"].to_pylist().index(2)])
            session.commit()
            self.assertEqual(self.rows("v", "ed.k"), [(9,)], kind)

    def test_aKeyThatIsNone(self) -> None:
        """What a URI calls a key may be the same in two rows: neither is changed."""
        self.server.execute(
            "CREATE TABLE ed.two (a int, v int)",
            "INSERT INTO ed.two VALUES (1, 1), (1, 2)",
        )
        layer = self.layer('key=\'a\' table="ed"."two"')
        session = self.begun(layer)
        self.assertRaises(EditRefused, session.table(layer).delete, 1)
        session.close()
        self.assertEqual(self.rows("v", "ed.two"), [(1,), (2,)])

    def test_severalLayersOfOneDatabase(self) -> None:
        session = self.begun()
        session.table(self.layer()).insert({}, None)
        other = layerOf(f'{self.server.uri} table="ed"."parent"', "postgres")
        child = layerOf(f'{self.server.uri} table="ed"."child"', "postgres")
        self.assertEqual(self.catalogue.sourceOf(other), self.catalogue.sourceOf(self.layer()))
        session.table(child).schema()
        session.commit()
        self.assertEqual(self.rows("id"), [(1,)])

    def test_layersThatCannotBeChanged(self) -> None:
        self.server.execute("CREATE TABLE ed.keyless (a int)")
        for text in ('table="ed"."keyless"', 'table="ed"."nosuch"'):
            layer = self.layer(text)
            session = self.begun(layer)
            self.assertRaises(EditRefused, session.table, layer)
        for text in ("key='a' table=\"(SELECT 1 AS a)\"", 'authcfg=abc1234 table="x"'):
            self.assertRaises(EditRefused, self.catalogue.session, self.layer(text))
        away = layerOf("dbname='x' host=127.0.0.1 port=1 table=\"t\"", "postgres")
        self.assertRaises(EditRefused, self.catalogue.session(away).begin)
        self.assertNotIn(
            "secret", self.catalogue.sourceOf(layerOf("password='secret' table=\"t\"", "postgres"))
        )


class ConcurrencyTests(Editing):
    def test_whatOthersChangedIsNotOverwritten(self) -> None:
        self.server.execute("INSERT INTO ed.t (n) VALUES (1)")
        session = self.begun()
        table = session.table(self.layer())
        (batch,) = table.features(FeatureQuery(fields=("n",)), UNRESTRICTED)
        self.server.execute("UPDATE ed.t SET n = 5")
        error = self.assertRaises(EditRefused, table.update, 1, {"n": batch.columns["n"][0].as_py() + 1})
        self.assertIn("Somebody else", str(error))

    def test_twoWritersLoseNothing(self) -> None:
        self.server.execute("INSERT INTO ed.t (n) VALUES (0)")
        layer = self.layer()

        def work() -> None:
            done = 0
            while done < 20:
                session = self.catalogue.session(layer)
                try:
                    session.begin()
                    table = session.table(layer)
                    (batch,) = table.features(FeatureQuery(fields=("n",), ids=(1,)), UNRESTRICTED)
                    table.update(1, {"n": batch.columns["n"][0].as_py() + 1})
                    session.commit()
                    done += 1
                except EditRefused:
                    pass  # the other one was first: again
                finally:
                    session.close()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.rows("n"), [(40,)])


#: Transactions of two rows each; a line for each one that was acknowledged.
_WRITER = """
import sys
from ogctwist.sources.editing.catalogue import EditCatalogue
from tests.sources.sample import layerOf
layer = layerOf(sys.argv[1], "postgres")
for n in range(int(sys.argv[2]), 10**9):
    session = EditCatalogue().session(layer)
    session.begin()
    table = session.table(layer)
    for half in (1, 2):
        table.insert({"n": half, "name": str(n)}, None)
    session.commit()
    session.close()
    print(n, flush=True)
"""


class KilledTests(Editing):
    def test_acknowledgedAndWhole(self) -> None:
        """A process that is killed at any time leaves whole transactions, and all that it acknowledged."""
        chance = random.Random(4)
        root = Path(__file__).resolve().parents[2]
        acknowledged: set[str] = set()
        first = 0
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-c", _WRITER, self.layer().source.uri, str(first)],
                stdout=subprocess.PIPE,
                cwd=root,
                env={**os.environ, "PYTHONPATH": str(root)},
            )
            assert process.stdout is not None
            for _ in range(chance.randrange(5, 40)):
                acknowledged.add(process.stdout.readline().decode().strip())
            threading.Event().wait(chance.random() / 100)
            process.send_signal(signal.SIGKILL)
            rest, _ = process.communicate()
            acknowledged.update(rest.decode().split())
            first = max(map(int, acknowledged)) + 10
        found = self.rows("name, count(*)", "ed.t GROUP BY name")
        self.assertEqual({count for _, count in found}, {2})
        self.assertEqual(acknowledged - {name for name, _ in found}, set())
