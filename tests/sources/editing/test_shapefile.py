"""Transactions on shapefiles that GDAL made."""

from __future__ import annotations

import datetime
import os
import struct
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.expression import Expression
from ogctwist.sources.editing import EditRefused, shapefilesession
from ogctwist.sources.editing.catalogue import EditCatalogue
from ogctwist.sources.editing.dbf import DbfField, cell
from ogctwist.sources.editing.shapefile import ShapeFile
from ogctwist.sources.editing.shapefilesession import ShapefileSession, ShapefileTable, textEncoding
from ogctwist.sources.query import FeatureQuery, Restriction, SourceError
from tests.sources.editing.files import editLayer, rowsOf, storedIn, writePoints

A, B, C = ("a", 10, "POINT (0 0)"), ("b", 20, "POINT (1 10)"), ("c", None, "POINT (2 20)")

#: One of each kind of geometry, as GDAL gives them back.
KINDS = {
    "Point Z": ["POINT Z (1 2 3)", "POINT Z (4 5 6)"],
    "LineString": ["LINESTRING (0 0, 1 5)", "MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))"],
    "LineString Z": ["LINESTRING Z (0 0 7, 1 5 8)"],
    "Polygon": [
        "POLYGON ((0 0, 0 4, 4 4, 0 0), (1 2, 1.5 2, 1 2.5, 1 2))",
        "MULTIPOLYGON (((0 0, 0 1, 1 1, 0 0)), ((5 5, 5 6, 6 6, 5 5)))",
    ],
    "Polygon Z": ["POLYGON Z ((0 0 1, 0 4 2, 4 4 3, 0 0 1))"],
    "MultiPoint": ["MULTIPOINT ((1 2), (3 4))"],
    "MultiPoint Z": ["MULTIPOINT Z ((1 2 3), (3 4 5))"],
}


class ShapefileCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.path = writePoints(str(Path(self.mktemp()).absolute()) + ".shp", "ESRI Shapefile")
        self.layer = editLayer(self.path)

    def begun(self, layer: Any = None) -> tuple[ShapefileSession, ShapefileTable]:
        session = EditCatalogue().session(layer or self.layer)
        assert isinstance(session, ShapefileSession)
        self.addCleanup(session.close)
        session.begin()
        return session, session.table(layer or self.layer)

    def leftovers(self) -> list[str]:
        """Files that are no part of a shapefile."""
        parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        stem = Path(self.path).stem
        return [p.name for p in Path(self.path).parent.glob(f"{stem}*") if p.suffix not in parts]


class SessionTests(ShapefileCase):
    def test_changes(self) -> None:
        """Ids are places: those behind a deleted feature move up with the commit."""
        session, table = self.begun()
        new = table.insert({"name": "dé", "pop": 40}, shapely.Point(5, 6))
        table.update(1, {"pop": None}, (shapely.Point(7, 8),))
        table.delete(0)
        self.assertEqual(new, 3)
        after = {1: ("b", None, "POINT (7 8)"), 2: C, 3: ("dé", 40, "POINT (5 6)")}
        self.assertEqual(rowsOf(table), after)
        self.assertEqual(storedIn(self.path), {0: A, 1: B, 2: C})
        self.assertEqual(session.commit(), {1: 0, 2: 1, 3: 2})
        self.assertEqual(storedIn(self.path), {key - 1: row for key, row in after.items()})
        self.assertEqual(pyogrio.read_info(self.path)["total_bounds"], (2.0, 6.0, 7.0, 20.0))
        self.assertEqual(self.leftovers(), [])

    def test_nothingIsKept(self) -> None:
        for end in ("rollback", "close"):
            session, table = self.begun()
            table.insert({"name": "d"}, None)
            table.delete(1)
            getattr(session, end)()
            self.assertEqual(storedIn(self.path), {0: A, 1: B, 2: C})

    def test_untouched(self) -> None:
        """A session without changes writes nothing."""
        before = os.stat(self.path).st_mtime_ns
        session, table = self.begun()
        rowsOf(table)
        self.assertEqual(session.commit(), {})
        self.assertEqual(os.stat(self.path).st_mtime_ns, before)

    def test_all(self) -> None:
        """A shapefile without features is one that GDAL opens."""
        session, table = self.begun()
        for identifier in range(3):
            table.delete(identifier)
        session.commit()
        self.assertEqual(storedIn(self.path), {})

    def test_refusals(self) -> None:
        _session, table = self.begun()
        for change in (
            lambda: table.update(9, {"name": "x"}),
            lambda: table.delete(9),
            lambda: table.update(1, {"nix": 1}),
            lambda: table.insert({"name": "x" * 300}, None),
            lambda: table.insert({"pop": 10**30}, None),
            lambda: table.insert({}, shapely.LineString([(0, 0), (1, 1)])),
            lambda: table.insert({}, None, 7),
        ):
            self.assertRaises(EditRefused, change)
        self.assertFalse(table.isChanged)

    def test_features(self) -> None:
        _session, table = self.begun()
        table.update(1, {"pop": 99})
        self.assertEqual(list(rowsOf(table, FeatureQuery(filter=Expression.parse('"pop" > 50')))), [1])
        restriction = Restriction(rowFilter=Expression.parse("\"name\" <> 'a'"))
        self.assertEqual(list(rowsOf(table, FeatureQuery(), restriction)), [1, 2])
        hidden = Restriction(hiddenFields=frozenset({"pop"}))
        self.assertEqual([field.name for field in table.visible(hidden).fields], ["name"])
        self.assertRaises(EditRefused, rowsOf, table, FeatureQuery(), Restriction(subset="pop > 1"))

    def test_geometries(self) -> None:
        """What is written of each kind is what GDAL reads; rings turn as they have to."""
        for kind, texts in KINDS.items():
            path = str(Path(self.mktemp()).absolute()) + ".shp"
            shapes = [shapely.from_wkt(text) for text in texts]
            table = pa.table(
                {"name": ["x"], "pop": [1], "geom": pa.array([shapely.to_wkb(shapes[0], flavor="iso")])}
            )
            pyogrio.write_arrow(
                table,
                path,
                driver="ESRI Shapefile",
                geometry_name="geom",
                geometry_type=kind,
                crs="EPSG:4326",
            )
            session, edited = self.begun(editLayer(path))
            for shape in shapes:
                edited.insert({"name": "y"}, shapely.reverse(shape))
            session.commit()
            rows = storedIn(path)
            for place, shape in enumerate(shapes, 1):
                read = shapely.from_wkt(rows[place][2])
                self.assertTrue(shapely.equals(read, shape), (kind, rows[place]))
                self.assertEqual(shapely.has_z(read), kind.endswith("Z"))
                np.testing.assert_array_equal(
                    np.sort(shapely.get_coordinates(read, True), 0),
                    np.sort(shapely.get_coordinates(shape, True), 0),
                )

    def test_unchangedRecords(self) -> None:
        """Records that nobody changed keep their bytes."""
        before = ShapeFile(Path(self.path).read_bytes()).records
        session, table = self.begun()
        table.update(1, {"name": "x"}, (shapely.Point(3, 3),))
        session.commit()
        after = ShapeFile(Path(self.path).read_bytes()).records
        self.assertEqual([before[0], before[2]], [after[0], after[2]])

    def test_oneWriter(self) -> None:
        self.begun()
        with mock.patch.object(shapefilesession, "_PATIENCE", 0.0):
            other = EditCatalogue().session(self.layer)
            self.addCleanup(other.close)
            with self.assertRaises(EditRefused) as caught:
                other.begin()
        self.assertEqual(str(caught.exception), "Somebody else is changing the data")

    def test_tooLarge(self) -> None:
        with mock.patch.object(shapefilesession, "LARGEST", 100):
            self.assertRaises(EditRefused, self.begun)

    def test_broken(self) -> None:
        """Files that are cut short, or do not belong together, are left alone."""
        base = self.path[:-4]
        for part, damage in (
            ("shp", lambda data: data[:-3]),
            ("shp", lambda data: b"\0" * 200),
            ("dbf", lambda data: data[:40]),
            ("dbf", lambda data: data[:4] + struct.pack("<I", 2) + data[8:]),
        ):
            whole = Path(f"{base}.{part}").read_bytes()
            damaged = damage(whole)
            Path(f"{base}.{part}").write_bytes(damaged)
            session = EditCatalogue().session(self.layer)
            session.begin()
            with self.assertRaises((EditRefused, SourceError)):
                session.table(self.layer)
            session.close()
            self.assertEqual(Path(f"{base}.{part}").read_bytes(), damaged)
            Path(f"{base}.{part}").write_bytes(whole)


class DurabilityTests(ShapefileCase):
    """What happens when a process ends in the middle."""

    def changed(self) -> ShapefileSession:
        session, table = self.begun()
        table.delete(0)
        table.insert({"name": "d"}, shapely.Point(5, 6))
        return session

    def test_beforeTheMark(self) -> None:
        """Until the file says that all new files are there, nothing happened."""
        session = self.changed()
        with (
            mock.patch.object(shapefilesession, "_syncFolder", side_effect=KeyboardInterrupt),
            mock.patch.object(shapefilesession.os, "replace", side_effect=KeyboardInterrupt),
        ):
            self.assertRaises(KeyboardInterrupt, session.commit)
        session.close()
        self.assertEqual(storedIn(self.path), {0: A, 1: B, 2: C})
        self.begun()[0].commit()
        self.assertEqual(storedIn(self.path), {0: A, 1: B, 2: C})

    def test_amongTheRenames(self) -> None:
        """Afterwards the next session finishes it, however far it had come."""
        for done in range(1, 4):
            with self.subTest(done=done):
                self.path = writePoints(str(Path(self.mktemp()).absolute()) + ".shp", "ESRI Shapefile")
                self.layer = editLayer(self.path)
                session = self.changed()
                real, left = os.replace, [done]

                def some(source: str, target: str, real: Any = real, left: Any = left) -> None:
                    if not left[0]:
                        raise KeyboardInterrupt
                    left[0] -= 1
                    real(source, target)

                with mock.patch.object(shapefilesession.os, "replace", some):
                    self.assertRaises(KeyboardInterrupt, session.commit)
                session.close()
                _session, table = self.begun()
                after = {0: B, 1: C, 2: ("d", None, "POINT (5 6)")}
                self.assertEqual(rowsOf(table), after)
                self.assertEqual(storedIn(self.path), after)
                self.assertEqual(self.leftovers(), [])

    def test_fullDisk(self) -> None:
        """New files that cannot be written leave no trace."""
        session = self.changed()
        with mock.patch.object(shapefilesession.os, "fsync", side_effect=OSError(28, "full")):
            self.assertRaises(EditRefused, session.commit)
        session.close()
        self.assertEqual(storedIn(self.path), {0: A, 1: B, 2: C})
        self.assertEqual(self.leftovers(), [])

    def test_spatialIndex(self) -> None:
        """An index of the old features goes with them."""
        Path(self.path).with_suffix(".qix").write_bytes(b"old")
        self.changed().commit()
        self.assertFalse(Path(self.path).with_suffix(".qix").exists())


class CellTests(SynchronousTestCase):
    def test_values(self) -> None:
        """Values in the columns of a dBase file."""
        for kind, length, decimals, value, data in (
            ("N", 5, 0, 42, b"   42"),
            ("N", 5, 0, None, b"*****"),
            ("N", 8, 3, 1.5, b"   1.500"),
            ("N", 5, 3, 123.456, b"123.5"),
            ("F", 12, 2, 1e15, b"1.00000e+15"),
            ("N", 3, 0, True, b"  1"),
            ("C", 4, 0, "é", b"\xe9   "),
            ("C", 4, 0, None, b"    "),
            ("D", 8, 0, datetime.date(2024, 5, 6), b"20240506"),
            ("D", 8, 0, None, b"00000000"),
            ("L", 1, 0, True, b"T"),
            ("L", 1, 0, False, b"F"),
        ):
            with self.subTest(kind=kind, value=value):
                found = cell(DbfField("x", kind, 1, length, decimals), value, "latin-1")
                self.assertEqual(found.strip() if kind == "F" else found, data)
                self.assertEqual(len(found), length)

    def test_refused(self) -> None:
        for kind, value in (("N", 123456), ("C", "abcdef"), ("C", "中"), ("M", "x")):
            self.assertRaises(EditRefused, cell, DbfField("x", kind, 1, 5, 0), value, "latin-1")

    def test_encodings(self) -> None:
        """The project's word counts, then the .cpg file's."""
        base = self.mktemp()
        self.assertEqual(textEncoding(base, ""), "latin-1")
        self.assertEqual(textEncoding(base, "UTF-8"), "UTF-8")
        Path(f"{base}.cpg").write_text("1252\n")
        self.assertEqual(textEncoding(base, ""), "cp1252")
        self.assertRaises(EditRefused, textEncoding, base, "no such thing")
