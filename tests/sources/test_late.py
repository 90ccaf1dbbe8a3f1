"""A reader is chosen at its first use."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ogctwist.sources.late import LateReader
from ogctwist.sources.query import SourceError, SourceSchema
from ogctwist.sources.reader import ReadRequest
from tests.doubles.features import MemoryFeaturesReader


class LateReaderTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.asked = 0
        self.fails = False
        self.reader = LateReader(self.choose)

    def choose(self) -> MemoryFeaturesReader:
        self.asked += 1
        if self.fails:
            raise SourceError("not there")
        return MemoryFeaturesReader(SourceSchema(()), [])

    def test_once(self) -> None:
        self.assertEqual(self.asked, 0)
        self.assertEqual(self.reader.schema(), SourceSchema(()))
        self.assertEqual(list(self.reader.plan(ReadRequest(), True).batches((), False, lambda: False)), [])
        self.assertEqual(self.reader.checkedSubset("none", True), "none")
        self.assertEqual(self.asked, 1)

    def test_again(self) -> None:
        self.fails = True
        self.assertRaises(SourceError, self.reader.schema)
        self.fails = False
        self.reader.schema()
        self.assertEqual(self.asked, 2)
