"""Names of geometry types."""

from __future__ import annotations

import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.wkbtypes import typeNameOf


class TypeNameTests(SynchronousTestCase):
    def test_names(self) -> None:
        for shape, name in (
            (shapely.Point(1, 2), "Point"),
            (shapely.Point(1, 2, 3), "PointZ"),
            (shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]), "MultiPolygon"),
            (shapely.GeometryCollection(), "GeometryCollection"),
        ):
            for order in (0, 1):
                self.assertEqual(typeNameOf(shapely.to_wkb(shape, flavor="iso", byte_order=order)), name)
        self.assertEqual(typeNameOf(b"\1\xba\x0b\0\0"), "LineStringZM")
        self.assertEqual(typeNameOf(b"\1\x09\0\0\0"), "CompoundCurve")

    def test_others(self) -> None:
        for wkb in (None, b"", b"\1\1", b"\1\x63\0\0\0", b"\1\1\0\0\x80"):
            self.assertEqual(typeNameOf(wkb), "Unknown")
