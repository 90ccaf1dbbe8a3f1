"""Order in memory."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import shapely
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.ordering import joined, ordered, sortedRows

small = st.one_of(st.none(), st.integers(-3, 3))


def key(value: int | None, ascending: bool) -> tuple[bool, int]:
    if ascending:
        return value is None, value or 0
    return value is not None, -(value or 0)


class SortedRowsTests(SynchronousTestCase):
    @given(st.lists(st.tuples(small, small), max_size=20), st.booleans(), st.booleans())
    def test_asPythonSorts(self, rows: list[tuple[int | None, int | None]], up: bool, down: bool) -> None:
        columns = [pa.array([row[i] for row in rows], pa.int64()) for i in (0, 1)]
        expected = sorted(range(len(rows)), key=lambda r: (key(rows[r][0], up), key(rows[r][1], down)))
        self.assertEqual(sortedRows(columns, [up, down]).tolist(), expected)

    def test_texts(self) -> None:
        column = pa.array(["b", "a", None, "B", "é", "z"])
        self.assertEqual(sortedRows([column], [True]).tolist(), [3, 1, 0, 5, 4, 2])


class OrderedTests(SynchronousTestCase):
    def batch(self, values: list[int]) -> FeatureBatch:
        shapes = GeometryColumn.fromWkb([shapely.to_wkb(shapely.Point(v, 0)) for v in values])
        return FeatureBatch(np.array(values), shapes, {"n": pa.array(values)})

    def order(self, batches: list[FeatureBatch], keep: int | None = None) -> list[FeatureBatch]:
        return list(ordered(batches, lambda batch: [batch.columns["n"]], [True], keep))

    def test_acrossBatches(self) -> None:
        (batch,) = self.order([self.batch([5, 1]), self.batch([4, 2])])
        self.assertEqual(batch.ids.tolist(), [1, 2, 4, 5])
        self.assertEqual([p.x for p in batch.geometry.shapes], [1, 2, 4, 5])

    def test_onlyTheFirst(self) -> None:
        generator = np.random.default_rng(1)
        values = generator.permutation(10 * BATCH_ROWS)
        batches = [self.batch(part.tolist()) for part in np.array_split(values, 12)]
        (batch,) = self.order(batches, keep=7)
        self.assertEqual(batch.ids.tolist(), list(range(7)))

    def test_nothing(self) -> None:
        self.assertEqual(self.order([]), [])

    def test_batchesOfTheUsualSize(self) -> None:
        sizes = [len(b) for b in self.order([self.batch(list(range(BATCH_ROWS + 10)))])]
        self.assertEqual(sizes, [BATCH_ROWS, 10])

    def test_joined(self) -> None:
        one = joined([self.batch([1]), self.batch([2])])
        self.assertEqual((one.ids.tolist(), one.columns["n"].to_pylist()), ([1, 2], [1, 2]))
