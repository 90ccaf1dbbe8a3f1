"""Curves become lines."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.catalogue import SourceCatalogue
from ogctwist.sources.curves import arc, curvedRows, straightened, straightWkb
from ogctwist.sources.query import FeatureQuery
from tests.doubles.features import ImmediatePool
from tests.sources.sample import layerOf, sampleTable, writeOgr

HALF_CIRCLE = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]


def line(kind: int, points: list[tuple[float, ...]], order: str = "<") -> bytes:
    numbers = [n for point in points for n in point]
    return struct.pack(f"{order}BII{len(numbers)}d", order == "<", kind, len(points), *numbers)


def collection(kind: int, *members: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}BII", order == "<", kind, len(members)) + b"".join(members)


class StraightenedTests(SynchronousTestCase):
    def shape(self, wkb: bytes):
        return shapely.from_wkb(straightened(wkb))

    def test_anArc(self) -> None:
        shape = self.shape(line(8, HALF_CIRCLE))
        self.assertEqual(shape.geom_type, "LineString")
        self.assertAlmostEqual(shape.length, math.pi, places=3)
        self.assertEqual((shape.coords[0], shape.coords[-1]), ((0, 0), (2, 0)))
        self.assertIn((1, 1), shape.coords)
        distances = [math.dist(point, (1, 0)) for point in shape.coords]
        np.testing.assert_allclose(distances, 1)

    def test_bigEndian(self) -> None:
        self.assertEqual(self.shape(line(8, HALF_CIRCLE, ">")), self.shape(line(8, HALF_CIRCLE)))

    def test_compound(self) -> None:
        curve = collection(9, line(8, HALF_CIRCLE), line(2, [(2, 0), (5, 0)]))
        shape = self.shape(curve)
        self.assertAlmostEqual(shape.length, math.pi + 3, places=3)
        self.assertEqual(len(set(shape.coords)), len(shape.coords))

    def test_polygons(self) -> None:
        ring = collection(9, line(8, HALF_CIRCLE), line(2, [(2, 0), (0, 0)]))
        hole = line(8, [(0.9, 0.3), (1.1, 0.3), (0.9, 0.3)])
        shape = self.shape(collection(10, ring, hole))
        self.assertEqual(shape.geom_type, "Polygon")
        self.assertTrue(shape.is_valid)
        self.assertAlmostEqual(shape.area, math.pi / 2 - math.pi * 0.01, places=3)

    def test_collections(self) -> None:
        surfaces = collection(
            12, collection(10, line(8, [(0, 0), (2, 0), (0, 0)])), shapely.to_wkb(shapely.box(5, 5, 6, 6))
        )
        self.assertEqual([p.geom_type for p in self.shape(surfaces).geoms], ["Polygon", "Polygon"])
        curves = collection(11, line(8, HALF_CIRCLE), line(2, [(0, 0), (1, 1)]))
        self.assertEqual(self.shape(curves).geom_type, "MultiLineString")
        mixed = collection(7, line(8, HALF_CIRCLE), shapely.to_wkb(shapely.Point(1, 2)))
        self.assertEqual([g.geom_type for g in self.shape(mixed).geoms], ["LineString", "Point"])
        triangles = collection(
            16, struct.pack("<BII", 1, 17, 1) + line(2, [(0, 0), (1, 0), (0, 1), (0, 0)])[5:]
        )
        self.assertEqual(self.shape(triangles).geom_type, "MultiPolygon")

    def test_heights(self) -> None:
        shape = self.shape(line(1008, [(0, 0, 10), (1, 1, 20), (2, 0, 30)]))
        self.assertTrue(shape.has_z)
        heights = [point[2] for point in shape.coords]
        self.assertEqual((heights[0], heights[-1], heights), (10, 30, sorted(heights)))

    def test_pointsOnALine(self) -> None:
        shape = self.shape(line(8, [(0, 0), (1, 0), (2, 0)]))
        self.assertEqual(list(shape.coords), [(0, 0), (1, 0), (2, 0)])
        self.assertEqual(len(self.shape(line(8, [(1, 1), (1, 1), (1, 1)])).coords), 3)

    @given(st.binary(max_size=80))
    def test_noise(self, noise: bytes) -> None:
        straightened(noise)
        straightened(b"\1\x0a\0\0\0" + noise)

    @given(
        st.floats(-1e6, 1e6),
        st.floats(-1e6, 1e6),
        st.floats(0.1, 1e4),
        st.floats(0, 6.28),
        st.floats(0.1, 3),
        st.floats(0.1, 3),
    )
    def test_everyPointLiesOnTheCircle(
        self, x: float, y: float, r: float, a: float, first: float, second: float
    ) -> None:
        for sign in (1, -1):
            points = [
                np.array([x + r * math.cos(t), y + r * math.sin(t)])
                for t in (a, a + sign * first, a + sign * (first + second))
            ]
            result = arc(*points)
            np.testing.assert_allclose(np.hypot(result[:, 0] - x, result[:, 1] - y), r, rtol=1e-3)
            length = np.hypot(*np.diff(result, axis=0).T).sum()
            self.assertLess(abs(length / r - first - second), 1e-2)


class StraightWkbTests(SynchronousTestCase):
    def test_columnsWithoutCurvesAreThemselves(self) -> None:
        column = pa.array([shapely.to_wkb(shapely.Point(1, 2)), None, b""])
        self.assertIs(straightWkb(column), column)
        self.assertEqual(straightWkb(pa.array([], pa.binary())).type, pa.binary())

    def test_mixedColumns(self) -> None:
        for kind in (pa.binary(), pa.large_binary()):
            column = pa.array(
                [None, shapely.to_wkb(shapely.Point(1, 2)), line(8, HALF_CIRCLE), line(8, HALF_CIRCLE, ">")],
                kind,
            )
            self.assertEqual(curvedRows(column).tolist(), [False, False, True, True])
            result = straightWkb(column)
            self.assertEqual(result.type, kind)
            self.assertEqual(result[1], column[1])
            self.assertEqual(shapely.from_wkb(result[2].as_py()).geom_type, "LineString")
            self.assertEqual(curvedRows(column.slice(2)).tolist(), [True, True])

    def test_whatCannotBeReadIsNull(self) -> None:
        self.assertEqual(straightWkb(pa.array([b"\1\x08\0\0\0\xff\xff\xff\xff"])).to_pylist(), [None])

    def test_inFiles(self) -> None:
        path = str(Path(self.mktemp()).absolute()) + ".gpkg"
        table = sampleTable({"a": [1]}, [None])
        table = table.set_column(1, "geom", pa.array([line(8, HALF_CIRCLE)]))
        writeOgr(path, "GPKG", table, "Unknown", layer="c")
        catalogue = SourceCatalogue(ImmediatePool())
        self.addCleanup(catalogue.close)
        (batch,) = catalogue.features(layerOf(path)).read(FeatureQuery(), lambda: False)
        self.assertEqual(batch.geometry.shapes[0].geom_type, "LineString")
