"""Tests of places along lines."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.parts import LINE, POLYGON, drawnParts
from ogctwist.symbology.placements import LinePlacement
from ogctwist.symbology.units import Length
from tests.symbology.drawing import batchOf, frameOf

PIXEL = {"unit": "Pixel"}


def places(wkt: str, kinds: str, **settings):
    frame = frameOf()
    kind = POLYGON if wkt.startswith("POLYGON") else LINE
    parts = drawnParts(batchOf(wkt).geometry, kind, frame)
    settings.setdefault("averaging", Length(0.0))
    found = LinePlacement(frozenset(kinds.split("|")), **settings).places(parts, frame)
    return np.round(found.points, 3).tolist(), np.round(found.angles, 3).tolist()


# in pixels: (10, 90) to (40, 90) to (40, 50)
BENT = "LINESTRING (10 10, 40 10, 40 50)"


class PlacementTests(SynchronousTestCase):
    def test_interval(self):
        points, angles = places(BENT, "interval", interval=Length(20, "Pixel"))
        self.assertEqual(points, [[10, 90], [30, 90], [40, 80], [40, 60]])
        self.assertEqual(angles, [0, 0, -90, -90])

    def test_offsetAlong(self):
        points, _ = places(BENT, "interval", interval=Length(30, "Pixel"), alongOffset=Length(5, "Pixel"))
        self.assertEqual(points, [[15, 90], [40, 85], [40, 55]])

    def test_averagedDirection(self):
        _, angles = places(BENT, "interval", interval=Length(30, "Pixel"), averaging=Length(20, "Pixel"))
        self.assertEqual(angles[1], -45)

    def test_vertices(self):
        points, angles = places(BENT, "vertex")
        self.assertEqual(points, [[10, 90], [40, 90], [40, 50]])
        self.assertEqual(angles, [0, -45, -90])

    def test_innerVertices(self):
        self.assertEqual(places(BENT, "innervertices")[0], [[40, 90]])

    def test_ends(self):
        self.assertEqual(places(BENT, "firstvertex"), ([[10, 90]], [0]))
        self.assertEqual(places(BENT, "lastvertex"), ([[40, 50]], [-90]))
        self.assertEqual(places(BENT, "firstvertex", alongOffset=Length(4, "Pixel"))[0], [[14, 90]])
        self.assertEqual(places(BENT, "lastvertex", alongOffset=Length(4, "Pixel"))[0], [[40, 54]])

    def test_middles(self):
        self.assertEqual(places(BENT, "centralpoint")[0], [[40, 85]])
        self.assertEqual(places(BENT, "segmentcenter")[0], [[25, 90], [40, 70]])

    def test_several(self):
        self.assertEqual(len(places(BENT, "vertex|centralpoint")[0]), 4)

    def test_besideTheLine(self):
        points, _ = places("LINESTRING (10 10, 40 10)", "firstvertex", offset=Length(5, "Pixel"))
        self.assertEqual(points, [[10, 95]])

    def test_ringsHaveNoEnds(self):
        ring = "POLYGON ((10 10, 50 10, 50 50, 10 50, 10 10))"
        points, angles = places(ring, "vertex")
        self.assertEqual(len(points), 4)
        self.assertEqual([a % 90 for a in angles], [45] * 4)

    def test_ownersAscend(self):
        frame = frameOf()
        geometry = batchOf(BENT, "LINESTRING (60 10, 90 10)").geometry
        parts = drawnParts(geometry, LINE, frame)
        found = LinePlacement(frozenset(["interval", "vertex"])).places(parts, frame)
        self.assertTrue((np.diff(found.owner) >= 0).all())
        self.assertEqual(found.starts(2)[-1], len(found.points))
