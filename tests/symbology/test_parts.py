"""Tests of geometries on their way to pixels."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.symbology.clipping import clipRings, offsetsOf, positions, withoutNear
from ogctwist.symbology.parts import LINE, POINT, POLYGON, drawnParts, partsOfShapes
from tests.symbology.drawing import frameOf

coordinate = st.integers(-60, 160)
point = st.tuples(coordinate, coordinate)


def column(*wkt):
    return GeometryColumn.fromShapes(
        np.array([None if w is None else shapely.from_wkt(w) for w in wkt], object)
    )


class ClippingTests(SynchronousTestCase):
    box = Box(0, 0, 100, 100)

    def test_insideStays(self):
        coords = np.array([[1.0, 1], [2, 2], [3, 1]])
        clipped, offsets = clipRings(coords, np.array([0, 3]), self.box, closed=False)
        self.assertIs(clipped, coords)
        self.assertEqual(offsets.tolist(), [0, 3])

    def test_lineIsCut(self):
        coords = np.array([[-50.0, 50], [150, 50]])
        clipped, _ = clipRings(coords, np.array([0, 2]), self.box, closed=False)
        self.assertEqual(clipped.tolist(), [[0, 50], [100, 50]])

    def test_outsideIsEmpty(self):
        coords = np.array([[-50.0, 50], [-40, 60], [10, 10], [20, 20]])
        _, offsets = clipRings(coords, np.array([0, 2, 4]), self.box, closed=False)
        self.assertEqual(offsets.tolist(), [0, 0, 2])

    @settings(max_examples=60)
    @given(st.lists(point, min_size=3, max_size=8))
    def test_areaIsThatOfTheIntersection(self, points):
        polygon = shapely.Polygon(points)
        if not polygon.is_valid or polygon.area == 0:
            return
        coords = shapely.get_coordinates(polygon)
        clipped, offsets = clipRings(coords, np.array([0, len(coords)]), self.box, closed=True)
        x, y = clipped.T
        area = abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2
        inside = shapely.intersection(polygon, shapely.box(0, 0, 100, 100))
        self.assertAlmostEqual(area, inside.area, places=4)
        self.assertTrue(((clipped >= -1e-9) & (clipped <= 100 + 1e-9)).all())
        self.assertEqual(offsets[-1], len(clipped))

    def test_nearVertices(self):
        coords = np.array([[0.0, 0], [0.1, 0.1], [0.2, 0.0], [5, 5], [5.1, 5.1]])
        kept, offsets = withoutNear(coords, np.array([0, 5]), 0.5)
        self.assertEqual(kept.tolist(), [[0, 0], [5, 5], [5.1, 5.1]])
        self.assertEqual(offsets.tolist(), [0, 3])

    @given(st.lists(st.integers(0, 5), min_size=1, max_size=10), st.data())
    def test_positions(self, counts, data):
        chosen = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=6))
        items, offsets = positions(offsetsOf(np.array(counts)), np.array(chosen, np.int64))
        starts = offsetsOf(np.array(counts))
        expected = [i for c in chosen for i in range(starts[c], starts[c + 1])]
        self.assertEqual(items.tolist(), expected)
        self.assertEqual(offsets[-1], len(expected))


class PartsTests(SynchronousTestCase):
    frame = frameOf()

    def test_multiAndCollections(self):
        geometry = column(
            "MULTIPOLYGON (((10 10, 20 10, 20 20, 10 10)),"
            " ((30 30, 40 30, 40 40, 30 30), (35 33, 37 33, 37 34, 35 33)))",
            None,
            "GEOMETRYCOLLECTION (POINT (5 5), POLYGON ((1 1, 9 1, 9 9, 1 1)))",
            "POLYGON EMPTY",
        )
        parts = drawnParts(geometry, POLYGON, self.frame)
        self.assertEqual(parts.rowOf.tolist(), [0, 0, 2])
        self.assertEqual(np.diff(parts.ringsOf).tolist(), [1, 2, 1])
        self.assertEqual(drawnParts(geometry, POINT, self.frame).firstPoints.tolist(), [[5, 95]])
        self.assertEqual(len(drawnParts(geometry, LINE, self.frame)), 0)

    def test_smallPartsOnTop(self):
        small, large = "((10 10, 12 10, 12 12, 10 10))", "((20 20, 60 20, 60 60, 20 20))"
        parts = drawnParts(column(f"MULTIPOLYGON ({small}, {large})"), POLYGON, self.frame)
        self.assertEqual(parts.numberOf.tolist(), [2, 1])
        self.assertEqual(parts.firstPoints[:, 0].tolist(), [20, 10])

    def test_outsideLeavesNoParts(self):
        geometry = column(
            "POLYGON ((500 500, 600 500, 600 600, 500 500))", "POLYGON ((10 10, 20 10, 20 20, 10 10))"
        )
        parts = drawnParts(geometry, POLYGON, self.frame)
        self.assertEqual(parts.rowOf.tolist(), [1])

    def test_hugeCoordinatesAreCut(self):
        geometry = column("POLYGON ((-1e15 -1e15, 1e15 -1e15, 1e15 1e15, -1e15 1e15, -1e15 -1e15))")
        parts = drawnParts(geometry, POLYGON, self.frame)
        self.assertLess(np.abs(parts.coords).max(), 200)

    def test_takeAndSlice(self):
        geometry = column(*(f"LINESTRING ({i} 1, {i} 50, {i + 5} 60)" for i in range(0, 50, 10)))
        parts = drawnParts(geometry, LINE, self.frame)
        some = parts.take(np.array([3, 1]))
        self.assertEqual(some.rowOf.tolist(), [3, 1])
        self.assertEqual(some.firstPoints[:, 0].tolist(), [30, 10])
        self.assertEqual(parts.slice(1, 3).firstPoints[:, 0].tolist(), [10, 20])
        self.assertEqual(parts.bounds[1].tolist(), [10, 40, 15, 99])

    def test_shapesAndBack(self):
        geometry = column(
            "POLYGON ((10 10, 40 10, 40 40, 10 40, 10 10), (20 20, 30 20, 30 30, 20 30, 20 20))",
            "POLYGON ((1 1, 9 1, 9 9, 1 1))",
        )
        parts = drawnParts(geometry, POLYGON, self.frame)
        self.assertEqual(shapely.area(parts.shapes).tolist(), [800, 32])
        again = partsOfShapes(parts.shapes, parts.rowOf, POLYGON)
        self.assertEqual(again.coordsOf.tolist(), parts.coordsOf.tolist())

    def test_ringsEndWhereTheyBegin(self):
        geometry = column("POLYGON ((-50 20, 50 20, 50 60, -50 60, -50 20))")
        outlines = drawnParts(geometry, POLYGON, self.frame).outlines
        self.assertEqual(outlines.coords[0].tolist(), outlines.coords[-1].tolist())
