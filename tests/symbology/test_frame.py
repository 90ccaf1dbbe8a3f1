"""Tests of the map's frame."""

import numpy as np
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.symbology.frame import Cancelled, Frame
from tests.symbology.drawing import LAMBERT, frameOf

WGS84, MERCATOR = CRS.fromAuthid("EPSG:4326"), CRS.fromAuthid("EPSG:3857")


class FrameTests(SynchronousTestCase):
    def test_pixelsGrowDownwards(self):
        frame = frameOf(100, 50)
        self.assertEqual(
            frame.toPixels(np.array([[0, 0], [100, 50], [10, 40]])).tolist(), [[0, 50], [100, 0], [10, 10]]
        )

    def test_thereAndBack(self):
        frame = Frame(MapView(Box(5, 6, 25, 16), 40, 20, LAMBERT))
        coords = np.array([[7.5, 8.0], [24, 15.5]])
        np.testing.assert_allclose(frame.toMap(frame.toPixels(coords)), coords)

    def test_transforms(self):
        frame = Frame(MapView(Box(0, 0, 111319.49, 111325.14), 100, 100, MERCATOR), layerCrs=WGS84)
        np.testing.assert_allclose(
            frame.toPixels(np.array([[1.0, 1.0], [0, 0]])), [[100, 0], [0, 100]], atol=0.01
        )
        extent = frame.layerExtent
        self.assertAlmostEqual(extent.xmax, 1, places=4)

    def test_clipBoxIsATenthLarger(self):
        self.assertEqual(frameOf(100, 50).clipBox.bounds, (-10, -5, 110, 55))

    def test_noPlaceInTheLayersCrs(self):
        frame = Frame(MapView(Box(0, 100, 10, 110), 10, 10, WGS84), layerCrs=LAMBERT)
        self.assertIsNone(frame.clipBox)

    def test_cancelled(self):
        frameOf().checkCancelled()
        self.assertRaises(Cancelled, frameOf(isCancelled=lambda: True).checkCancelled)
