"""Tests of lengths."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.markup import Properties
from ogctwist.symbology.units import Length, MapUnitScale, unitName
from tests.symbology.drawing import frameOf


class LengthTests(SynchronousTestCase):
    def test_units(self):
        frame = frameOf(dpi=254.0)
        for unit, pixels in {"MM": 10, "Inch": 254, "Point": 254 / 72, "Pixel": 1, "Percentage": 1}.items():
            self.assertAlmostEqual(Length(1, unit).pixels(frame), pixels)

    def test_mapUnits(self):
        frame = frameOf()
        self.assertAlmostEqual(Length(7, "MapUnit").pixels(frame), 7)
        self.assertAlmostEqual(Length(7, "RenderMetersInMapUnits").pixels(frame), 7)

    def test_boundsInMillimetres(self):
        frame = frameOf(dpi=25.4)
        scale = MapUnitScale.parse("3x:0,0,1,3,1,5")
        self.assertEqual([Length(v, "MapUnit", scale).pixels(frame) for v in (1, 4, 9)], [3, 4, 5])
        self.assertEqual(Length(9, "MM", scale).pixels(frame), 9)

    def test_scalesBetweenWhichItFollowsTheMap(self):
        frame = frameOf(scale=1000.0)
        # not beyond 1:500: at 1:1000 as large as it was at 1:500
        self.assertAlmostEqual(Length(1, "MapUnit", MapUnitScale(minimum=500)).pixels(frame), 2)
        self.assertAlmostEqual(Length(1, "MapUnit", MapUnitScale(maximum=4000)).pixels(frame), 0.25)

    def test_oldScales(self):
        self.assertEqual(MapUnitScale.parse("0.001,0.01"), MapUnitScale(1000, 100))
        self.assertEqual(MapUnitScale.parse(""), MapUnitScale())

    def test_referenceScale(self):
        frame = frameOf(symbologyScale=2.0)
        self.assertAlmostEqual(Length(3, "Pixel").pixels(frame), 6)
        self.assertAlmostEqual(Length(3, "MapUnit").pixels(frame), 3)

    def test_read(self):
        properties = Properties(
            {"size": "2.5", "size_unit": "Point", "size_map_unit_scale": "3x:1,2,0,0,0,0"}
        )
        self.assertEqual(Length.read(properties, "size"), Length(2.5, "Point", MapUnitScale(1, 2)))
        self.assertEqual(Length.read(properties, "other", 4), Length(4))

    def test_names(self):
        self.assertEqual(unitName("MapUnits"), "MapUnit")
        self.assertEqual(unitName("pixel"), "Pixel")
        self.assertEqual(unitName("furlong"), "MM")

    @given(st.text(max_size=30))
    def test_anyScaleTextIsRead(self, text):
        self.assertIsInstance(MapUnitScale.parse(text), MapUnitScale)
