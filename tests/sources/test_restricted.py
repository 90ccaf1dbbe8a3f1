"""What is done to features behind their reader."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.restricted import paged, touching


def batchOf(first: int, count: int) -> FeatureBatch:
    return FeatureBatch(np.arange(first, first + count), None, {})


class PagedTests(SynchronousTestCase):
    @given(
        st.lists(st.integers(1, 5), max_size=6), st.one_of(st.none(), st.integers(0, 20)), st.integers(0, 20)
    )
    def test_asASlice(self, sizes: list[int], limit: int | None, offset: int) -> None:
        starts = np.cumsum([0, *sizes])
        batches = [batchOf(int(start), size) for start, size in zip(starts[:-1], sizes, strict=True)]
        if limit == 0:
            return
        ids = [i for batch in paged(batches, limit, offset) for i in batch.ids.tolist()]
        everything = list(range(int(starts[-1])))
        self.assertEqual(ids, everything[offset:][: len(everything) if limit is None else limit])

    def test_itStopsReading(self) -> None:
        def batches():
            yield batchOf(0, 3)
            self.fail("read on")

        self.assertEqual([len(b) for b in paged(batches(), 3, 0)], [3])


class TouchingTests(SynchronousTestCase):
    def test_boxesAndShapes(self) -> None:
        shapes = [
            shapely.Polygon([(0, 0), (10, 0), (0, 10)]),
            shapely.Point(9, 9),
            shapely.LineString([(8, 12), (12, 8)]),
            None,
            shapely.Polygon(),
        ]
        batch = FeatureBatch(np.arange(5), GeometryColumn.fromShapes(np.array(shapes, object)), {})
        box = Box(8, 8, 9, 9)
        self.assertEqual(touching(batch, box, False).tolist(), [True, True, True, False, False])
        self.assertEqual(touching(batch, box, True).tolist(), [False, True, False, False, False])

    def test_boxesWithoutArea(self) -> None:
        shapes = np.array([shapely.box(0, 0, 2, 2), shapely.Point(1, 1)], object)
        batch = FeatureBatch(np.arange(2), GeometryColumn.fromShapes(shapes), {})
        self.assertEqual(touching(batch, Box(1, 1, 1, 1), True).tolist(), [True, True])
        self.assertEqual(touching(batch, Box(1, 0, 1, 1), True).tolist(), [True, True])
        self.assertEqual(touching(batch, Box(0, 1.5, 1, 1.5), True).tolist(), [True, False])

    def test_withoutGeometry(self) -> None:
        batch = FeatureBatch(np.arange(2), None, {})
        self.assertEqual(touching(batch, Box(0, 0, 1, 1), True).tolist(), [False, False])
