"""Well-known binary: kernel and Shapely read the same."""

from __future__ import annotations

import struct
from unittest import skipUnless

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.geometry import GeometryColumn
from ogctwist.native import kernel, wkb
from ogctwist.native.shapes import Shapes, boundsByTwin
from tests.native.geometries import columns, columns3d

needsKernel = skipUnless(kernel.AVAILABLE, "the kernel is not built")
FORMS = [{"flavor": flavor, "byte_order": order} for flavor in ("iso", "extended") for order in (0, 1)]


def encoded(shapes: np.ndarray, **form) -> pa.Array:
    return pa.array([None if s is None else shapely.to_wkb(s, **form) for s in shapes], pa.large_binary())


class SameShapes(SynchronousTestCase):
    """The kernel's reading against Shapely's."""

    def assertSame(self, mine: Shapes, other: Shapes) -> None:
        np.testing.assert_array_equal(mine.types, other.types)
        for name in ("kinds", "coordsOf", "ringsOf", "partsOf"):
            np.testing.assert_array_equal(getattr(mine.ragged, name), getattr(other.ragged, name), name)
        a, b = mine.ragged.coords, other.ragged.coords
        np.testing.assert_array_equal(a[:, :2], b[:, :2])
        if a.shape[1] == b.shape[1]:
            np.testing.assert_array_equal(a, b)
        else:  # an empty geometry with Z makes the kernel's column three-dimensional
            self.assertTrue(np.isnan(a[:, 2:]).all())
        np.testing.assert_array_equal(mine.bounds, boundsByTwin(other))

    @needsKernel
    @given(columns3d, st.sampled_from(FORMS))
    @settings(max_examples=150, deadline=None)
    def test_column(self, shapes: np.ndarray, form: dict) -> None:
        """Both flavours, both byte orders, with and without z, collections, nulls and empties."""
        self.assertSame(wkb.byKernel(encoded(shapes, **form)), wkb.byTwin(GeometryColumn.fromShapes(shapes)))

    @needsKernel
    @given(columns, st.integers(0, 3))
    @settings(max_examples=40, deadline=None)
    def test_slice(self, shapes: np.ndarray, start: int) -> None:
        """A slice of an array begins where it begins; 32-bit offsets too."""
        for kind in (pa.binary(), pa.large_binary()):
            binary = encoded(shapes, flavor="iso").cast(kind)[start:]
            self.assertSame(wkb.byKernel(binary), wkb.byTwin(GeometryColumn.fromShapes(shapes[start:])))

    @needsKernel
    def test_measures(self) -> None:
        """M is dropped, in both flavours; an SRID is skipped."""
        iso = struct.pack("<BI4d", 1, 3001, 1, 2, 3, 4)
        extended = struct.pack(">BII4d", 0, 0xE0000001, 4326, 1, 2, 3, 4)
        measured = struct.pack("<BI3d", 1, 2001, 1, 2, 4)
        shapes = wkb.byKernel(pa.array([iso, extended, measured], pa.binary()))
        expected = [[1, 2, 3], [1, 2, 3], [1, 2, np.nan]]
        np.testing.assert_array_equal(shapes.ragged.coords, expected)


class BadBinaryTests(SynchronousTestCase):
    """What is no well-known binary."""

    @needsKernel
    @given(columns3d, st.integers(0, 200), st.binary(max_size=4))
    @settings(max_examples=200, deadline=None)
    def test_anyBytes(self, shapes: np.ndarray, cut: int, noise: bytes) -> None:
        """Cut short or overwritten, it is refused or read; it never reads beyond its bytes."""
        for value in encoded(shapes, flavor="iso").to_pylist():
            bad = (value or b"")[:cut] + noise
            try:
                wkb.byKernel(pa.array([bad], pa.binary()))
            except wkb.UnreadableGeometry as error:
                self.assertIn("geometry 0", str(error))

    @needsKernel
    def test_hugeCount(self) -> None:
        """A count beyond the bytes that are there allocates nothing."""
        for kind in (2, 3, 4, 6, 7):
            bad = struct.pack("<BII", 1, kind, 0xFFFFFFFF)
            self.assertRaises(wkb.UnreadableGeometry, wkb.byKernel, pa.array([bad], pa.binary()))

    @needsKernel
    def test_deep(self) -> None:
        """Collections in collections end somewhere."""
        bad = struct.pack("<BII", 1, 7, 1) * 50 + struct.pack("<BI2d", 1, 1, 1, 2)
        self.assertRaises(wkb.UnreadableGeometry, wkb.byKernel, pa.array([bad], pa.binary()))

    @needsKernel
    def test_unknownType(self) -> None:
        """A type that is not read is named so."""
        bad = struct.pack("<BII", 1, 8, 0)
        error = self.assertRaises(wkb.UnreadableGeometry, wkb.byKernel, pa.array([None, bad], pa.binary()))
        self.assertIn("geometry 1", str(error))

    def test_twin(self) -> None:
        """The twin refuses too."""
        column = GeometryColumn.fromWkb([b"\x01\x02"])
        self.assertRaises(wkb.UnreadableGeometry, wkb.byTwin, column)


class KeptTests(SynchronousTestCase):
    """L{wkb.shapes} and L{wkb.ragged}."""

    def test_once(self) -> None:
        """A column is decoded once."""
        column = GeometryColumn.fromWkb(encoded(np.array([shapely.Point(1, 2)], object)))
        self.assertIs(wkb.shapes(column), wkb.shapes(column))
        self.assertIs(wkb.ragged(column), wkb.shapes(column).ragged)
        self.assertEqual(len(wkb.ragged(column)), 1)

    def test_lost(self) -> None:
        """A geometry with a coordinate that is nowhere becomes null, the others stay."""
        lines = [shapely.LineString([(0, 0), (1, 1)]), None, shapely.LineString([(2, 2), (3, 3)])]
        shapes = wkb.shapes(GeometryColumn.fromShapes(np.array(lines, object)))
        coords = shapes.ragged.coords.copy()
        coords[3] = np.inf
        self.assertEqual(shapes.withCoords(coords).types.tolist(), [2, 0, 0])
        self.assertEqual(shapes.types.tolist(), [2, 0, 2])
