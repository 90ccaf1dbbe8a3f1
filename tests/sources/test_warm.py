"""Files in memory: loaded at the second use, given up when they change or the room is gone."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.geo.geometry import GeometryColumn
from ogctwist.sources.query import FieldType, SourceField, SourceSchema
from ogctwist.sources.reader import BatchStream, IsCancelled, ReadPlan, ReadRequest
from ogctwist.sources.stamp import Stamp
from ogctwist.sources.warm import WarmPlan, WarmReader, WarmStore, WarmTable
from tests.doubles.features import MemoryFeaturesReader
from tests.sources.sample import squares

COUNT = BATCH_ROWS + 100
SCHEMA = SourceSchema((SourceField("n", FieldType.LONG),), wkbType="Polygon", geometryName="geometry")


class StampedFeatures(MemoryFeaturesReader):
    """A reader whose file changes when the test says so."""

    def __init__(self, identity: Hashable = "file") -> None:
        columns, shapes = squares(COUNT)
        shapes[-1] = None
        whole = FeatureBatch(
            np.arange(COUNT), GeometryColumn.fromShapes(shapes), {"n": pa.array(columns["n"], pa.int64())}
        )
        super().__init__(SCHEMA, [whole.slice(0, BATCH_ROWS), whole.slice(BATCH_ROWS)])
        self.identity = identity
        self.version = 1
        self.size = 1000

    def stamp(self) -> Stamp:
        return ((0, self.version, self.size, 0),)

    def read(self, columns: Sequence[str], isCancelled: IsCancelled) -> BatchStream:
        return self.plan(ReadRequest(), False).batches(columns, True, isCancelled)


class WarmReaderTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.store = WarmStore(64 << 20)
        self.cold = StampedFeatures()
        self.reader = WarmReader(self.cold, self.store)

    def plan(self, **request: Any) -> ReadPlan:
        return self.reader.plan(ReadRequest(**request), False)

    def isWarm(self) -> bool:
        return isinstance(self.plan(), WarmPlan)

    def ids(self, plan: ReadPlan) -> list[int]:
        return [i for batch in plan.batches(("n",), False, lambda: False) for i in batch.ids.tolist()]

    def test_fromTheSecondUseOn(self) -> None:
        self.assertEqual([self.isWarm() for _ in range(3)], [False, True, True])
        self.assertEqual(self.cold.closed, 1)

    def test_everything(self) -> None:
        self.plan()
        batches = list(self.plan().batches(("n",), True, lambda: False))
        self.assertEqual([len(b) for b in batches], [BATCH_ROWS, 100])
        self.assertEqual([v for b in batches for v in b.columns["n"].to_pylist()], list(range(COUNT)))
        self.assertEqual(batches[1].geometry.shapes[0], self.cold.batches[1].geometry.shapes[0])
        self.assertIsNone(batches[1].geometry.shapes[-1])

    def test_boxes(self) -> None:
        self.plan()
        plan = self.plan(bbox=Box(0, 0, 3.5, 3.5))
        self.assertTrue(plan.isBoxed)
        self.assertEqual(self.ids(plan), [0, 1, 100, 101])
        self.assertEqual(plan.count(lambda: False), 4)
        self.assertEqual(plan.extent(lambda: False), (Box(0, 0, 3, 3),))

    def test_idsAndBoxes(self) -> None:
        self.plan()
        self.assertEqual(self.ids(self.plan(ids=(100, 7, 2**70, -1), bbox=Box(0, 0, 3.5, 3.5))), [100])
        self.assertEqual(self.ids(self.plan(ids=())), [])

    def test_extent(self) -> None:
        self.plan()
        rows = (COUNT - 2) // 100
        self.assertEqual(self.plan().extent(lambda: False), (Box(0, 0, 199, rows * 2 + 1),))
        self.assertEqual(self.plan(ids=(COUNT - 1,)).extent(lambda: False), (None,))

    def test_subsetsAreTheEngines(self) -> None:
        self.plan()
        for _ in range(2):
            self.assertEqual(self.ids(self.plan(subsets=("none",))), [])
        self.assertEqual(self.cold.closed, 2)

    def test_aChangedFile(self) -> None:
        self.plan()
        self.assertTrue(self.isWarm())
        self.cold.version = 2
        self.assertEqual([self.isWarm() for _ in range(2)], [False, True])

    def test_aFileThatChangesWhileItIsLoaded(self) -> None:
        self.plan()
        stamps = iter([1, 1, 2, 2, 2])

        def stamp() -> Stamp:
            return ((0, next(stamps), 0, 0),)

        self.cold.version = 1
        self.patch(self.cold, "stamp", stamp)
        self.plan()
        self.plan()
        self.assertEqual(len(self.store._tables), 0)

    def test_aFileThatIsTooLarge(self) -> None:
        self.cold.size = 1 << 30
        self.assertEqual([self.isWarm() for _ in range(3)], [False] * 3)
        self.assertEqual(self.cold.closed, 0)

    def test_aFileThatIsLargerThanItLooks(self) -> None:
        self.reader = WarmReader(self.cold, WarmStore(1 << 18))
        self.cold.size = 1
        self.assertEqual([self.isWarm() for _ in range(4)], [False] * 4)
        self.assertEqual(self.cold.closed, 1)

    def test_nothingIsKeptWithoutBudget(self) -> None:
        self.reader = WarmReader(self.cold, WarmStore(0))
        self.assertEqual([self.isWarm() for _ in range(3)], [False] * 3)

    def test_whileAnotherThreadLoads(self) -> None:
        self.plan()
        with self.reader._loading:
            self.assertFalse(self.isWarm())
        self.assertTrue(self.isWarm())

    def test_readersOfTheSameFileShareIt(self) -> None:
        self.plan()
        self.plan()
        other = WarmReader(StampedFeatures(), self.store)
        self.assertIsInstance(other.plan(ReadRequest(), False), WarmPlan)


class WarmStoreTests(SynchronousTestCase):
    def table(self, count: int) -> WarmTable:
        return WarmTable(((0, 0, 0, 0),), FeatureBatch(np.arange(count), None, {}), None)

    def test_theLeastRecentlyUsedGoes(self) -> None:
        store = WarmStore(250)
        stamp = ((0, 0, 0, 0),)
        for key in ("a", "b", "c"):
            store.put(key, self.table(10))
        self.assertIsNotNone(store.get("a", stamp))
        store.put("d", self.table(10))
        self.assertEqual([key for key in "abcd" if store.get(key, stamp) is not None], ["a", "c", "d"])

    def test_clear(self) -> None:
        store = WarmStore(1000)
        store.put("a", self.table(1))
        store.clear()
        self.assertIsNone(store.get("a", ((0, 0, 0, 0),)))

    def test_shapesAreNotKept(self) -> None:
        """Only boxes: Shapely objects take several times the room."""
        cold = StampedFeatures()
        reader = WarmReader(cold, WarmStore(64 << 20))
        for _ in range(2):
            reader.plan(ReadRequest(), False)
        (table,) = reader._store._tables.values()
        self.assertIsNone(table.features.geometry._shapes)
        np.testing.assert_array_equal(table.bounds[:, 0], shapely.bounds(shapely.box(0, 0, 1, 1)))
