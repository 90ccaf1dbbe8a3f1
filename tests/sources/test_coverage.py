"""The values that describe coverages."""

from __future__ import annotations

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.sources.coverage import BandInfo, CoverageInfo, CoverageWindow


class CoverageTests(SynchronousTestCase):
    def info(self, *transform: float) -> CoverageInfo:
        bands = (BandInfo(1, "uint8"), BandInfo(2, "uint8"))
        return CoverageInfo(bands, 10, 10, transform, None, Box(0, 0, 1, 1))  # type: ignore[arg-type]

    def test_bands(self) -> None:
        info = self.info(1, 0, 0, 0, -1, 0)
        self.assertEqual(info.band(2).number, 2)
        self.assertIsNone(info.band(0))
        self.assertIsNone(info.band(3))

    def test_northUp(self) -> None:
        self.assertTrue(self.info(1, 0, 0, 0, -1, 0).isNorthUp)
        for transform in ((1, 0, 0, 0, 1, 0), (1, 0.1, 0, 0, -1, 0), (-1, 0, 0, 0, -1, 0)):
            self.assertFalse(self.info(*transform).isNorthUp)

    def test_insideIsTheMaskIfNothingElseIsSaid(self) -> None:
        mask = np.array([[True, False]])
        self.assertIs(CoverageWindow(np.zeros((1, 1, 2)), mask).inside, mask)
