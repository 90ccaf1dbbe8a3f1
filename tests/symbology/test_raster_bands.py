"""The pieces of L{ogctwist.symbology.raster}: contrast, ramps, transparency, adjustments."""

from __future__ import annotations

import colorsys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.raster.adjust import Brightness, HueSaturation, fromHsl, hslOf
from ogctwist.symbology.raster.bands import ColorData, MultiBand
from ogctwist.symbology.raster.contrast import CLIP, NONE, STRETCH, STRETCH_AND_CLIP, Contrast
from ogctwist.symbology.raster.ramp import Ramp
from ogctwist.symbology.raster.shades import Shades
from ogctwist.symbology.raster.statistics import BoundsOrigin
from ogctwist.symbology.raster.transparency import NoData, Transparency

BYTES = np.arange(256, dtype=np.uint8)


class ContrastTests(SynchronousTestCase):
    """L{Contrast}."""

    def test_stretch(self) -> None:
        """Linear between the bounds, flat beyond them; the same for bytes and floats."""
        contrast = Contrast(50, 200, STRETCH)
        levels = contrast.levels(BYTES)
        self.assertEqual([levels[k] for k in (0, 50, 51, 125, 200, 255)], [0, 0, 1, 127, 255, 255])
        self.assertTrue((contrast.levels(BYTES.astype(np.float32)) == levels).all())
        self.assertIsNone(contrast.shown(BYTES))

    def test_clip(self) -> None:
        """Values out of bounds are not shown."""
        for algorithm in (CLIP, STRETCH_AND_CLIP):
            shown = Contrast(50, 200, algorithm).shown(BYTES)
            assert shown is not None
            self.assertEqual(np.flatnonzero(shown)[[0, -1]].tolist(), [50, 200])

    def test_none(self) -> None:
        """Bytes stay; wider integers become their share of the type's range."""
        self.assertTrue((Contrast(5, 6, NONE).levels(BYTES) == BYTES).all())
        wide = np.array([0, 32768, 65535], np.uint16)
        self.assertEqual(Contrast(5, 6, NONE).levels(wide).tolist(), [0, 127, 255])
        self.assertEqual(Contrast(0, 1, NONE).levels(np.array([3.0, 1e6], np.float32)).tolist(), [127, 127])

    def test_noExtent(self) -> None:
        """Bounds that are one value do not divide by zero; nor does a value that is none matter."""
        self.assertEqual(Contrast(7, 7, STRETCH).levels(BYTES).max(), 0)
        self.assertEqual(Contrast(0, 1, STRETCH).levels(np.array([np.nan]))[0], 0)

    def test_read(self) -> None:
        """From the style; nothing from nothing."""
        xml = "<c><minValue>3</minValue><maxValue>9.5</maxValue><algorithm>1</algorithm></c>"
        self.assertEqual(Contrast.read(etree.fromstring(xml)), Contrast(3, 9.5, STRETCH))
        self.assertIsNone(Contrast.read(None))


class RampTests(SynchronousTestCase):
    """L{Ramp}."""

    def ramp(self, kind: str, clip: bool = False) -> Ramp:
        """Black at 0, red at 10, transparent white at 20."""
        colors = np.array([[0, 0, 0, 255], [200, 0, 0, 255], [255, 255, 255, 0]], np.uint8)
        return Ramp(np.array([0.0, 10.0, 20.0]), colors, kind, clip)

    def rgba(self, ramp: Ramp, *values: float) -> list[list[int]]:
        """The colours of values."""
        shades = ramp.shades(np.array(values))
        alpha = np.full(len(values), 255) if shades.alpha is None else shades.alpha
        return np.stack([shades.red, shades.green, shades.blue, alpha], -1).tolist()

    def test_interpolated(self) -> None:
        """Between the items; the first and last go on for ever unless clipped."""
        ramp = self.ramp("INTERPOLATED")
        self.assertEqual(self.rgba(ramp, -5, 5, 10), [[0, 0, 0, 255], [100, 0, 0, 255], [200, 0, 0, 255]])
        self.assertEqual(self.rgba(ramp, 99), [[255, 255, 255, 0]])
        clipped = [c[3] for c in self.rgba(self.ramp("INTERPOLATED", True), -1, 0, 10, 20, 21)]
        self.assertEqual(clipped, [0, 255, 255, 0, 0])

    def test_discrete(self) -> None:
        """An item colours what is at most its value; beyond the last is nothing."""
        found = self.rgba(self.ramp("DISCRETE"), -5, 0, 0.1, 10, 20.5)
        self.assertEqual([c[0] for c in found[:4]], [0, 0, 200, 200])
        self.assertEqual(found[4], [0, 0, 0, 0])

    def test_exact(self) -> None:
        """Only the very values."""
        found = self.rgba(self.ramp("EXACT"), 0, 10, 10.1, -3, 44)
        self.assertEqual([c[3] for c in found], [255, 255, 0, 0, 0])
        self.assertEqual(found[1], [200, 0, 0, 255])

    def test_infinite(self) -> None:
        """A last class up to infinity takes all."""
        xml = (
            '<s colorRampType="DISCRETE"><item value="1" color="#000000" alpha="255"/>'
            '<item value="inf" color="#00ff00" alpha="9"/></s>'
        )
        self.assertEqual(self.rgba(Ramp.read(etree.fromstring(xml)), 1e30), [[0, 255, 0, 9]])

    def test_empty(self) -> None:
        """A ramp without items draws nothing."""
        self.assertEqual(self.rgba(Ramp.read(None), 1.0), [[0, 0, 0, 0]])

    def test_stretched(self) -> None:
        """The items follow new bounds."""
        self.assertEqual(
            self.ramp("DISCRETE").stretched((100, 300), (0, 20)).values.tolist(), [100, 200, 300]
        )


class TransparencyTests(SynchronousTestCase):
    """L{Transparency} and L{NoData}."""

    def test_ranges(self) -> None:
        """The first range that fits counts."""
        xml = (
            "<t><singleValuePixelList>"
            '<pixelListEntry min="2" max="4" percentTransparent="100"/>'
            '<pixelListEntry min="3" max="9" percentTransparent="25"/>'
            '<pixelListEntry pixelValue="20" percentTransparent="50"/></singleValuePixelList></t>'
        )
        opacity = Transparency.read(etree.fromstring(xml)).ofValues(np.array([1, 2, 4, 5, 20]))
        self.assertEqual(np.asarray(opacity).tolist(), [1, 0, 0, 0.75, 0.5])
        self.assertEqual(Transparency().ofValues(BYTES), 1.0)

    def test_triples(self) -> None:
        """A colour as a whole."""
        xml = (
            "<t><threeValuePixelList>"
            '<pixelListEntry red="1" green="2" blue="3" percentTransparent="40"/></threeValuePixelList></t>'
        )
        table = Transparency.read(etree.fromstring(xml))
        opacity = table.ofLevels(np.array([1, 1]), np.array([2, 2]), np.array([3, 4]))
        self.assertTrue(np.allclose(opacity, [0.6, 1]))

    def test_userNoData(self) -> None:
        """Ranges of the user, by band."""
        xml = (
            '<l><noData><noDataList bandNo="2" useSrcNoData="1"><noDataRange min="1" max="2"/>'
            "</noDataList></noData></l>"
        )
        rules = NoData.readAll(etree.fromstring(xml))
        hidden = rules[2].hides(np.array([0, 1, 2, 3]))
        assert hidden is not None
        self.assertEqual(hidden.tolist(), [False, True, True, False])
        self.assertTrue(rules[2].useSource)


class BoundsTests(SynchronousTestCase):
    """L{BoundsOrigin}."""

    def test_bounds(self) -> None:
        """Extremes, quantiles, and deviations from the mean."""
        values = np.arange(1001.0)
        self.assertEqual(BoundsOrigin("MinMax", True).bounds(values), (0.0, 1000.0))
        self.assertEqual(BoundsOrigin("CumulativeCut", True).bounds(values), (20.0, 980.0))
        low, high = BoundsOrigin("StdDev", True).bounds(np.array([-1.0, 1.0, -1.0, 1.0])) or (0, 0)
        self.assertEqual((low, high), (-2.0, 2.0))
        self.assertIsNone(BoundsOrigin("MinMax", True).bounds(np.array([np.nan])))

    def test_followsView(self) -> None:
        """Only when the style says that bounds follow the map."""
        xml = "<m><limits>MinMax</limits><extent>{}</extent></m>"
        for extent, expected in (("UpdatedCanvas", True), ("CurrentCanvas", False), ("WholeRaster", False)):
            self.assertEqual(BoundsOrigin.read(etree.fromstring(xml.format(extent))).followsView, expected)
        self.assertFalse(BoundsOrigin.read(None).followsView)


class AdjustTests(SynchronousTestCase):
    """L{Brightness} and L{HueSaturation}."""

    def test_neutral(self) -> None:
        """Nothing set, nothing changed."""
        shades = Shades.grey(BYTES)
        self.assertIs(Brightness().applied(shades), shades)
        self.assertIs(HueSaturation().applied(shades), shades)

    def test_brightness(self) -> None:
        """Added, and clamped; contrast turns about the middle; gamma keeps black and white."""
        self.assertEqual(
            Brightness(60).applied(Shades.grey(BYTES)).red[[0, 100, 250]].tolist(), [60, 160, 255]
        )
        red = Brightness(0, 50).applied(Shades.grey(BYTES)).red
        self.assertEqual((red[0], red[255]), (0, 255))
        self.assertLess(abs(int(red[128]) - 128), 2)
        gamma = Brightness(0, 0, 2.0).applied(Shades.grey(BYTES)).red
        self.assertEqual((gamma[0], gamma[64], gamma[255]), (0, 127, 255))

    @settings(max_examples=50, deadline=None)
    @given(st.tuples(*[st.integers(0, 255)] * 3))
    def test_hsl(self, color: tuple[int, int, int]) -> None:
        """There and back, in step with the standard library."""
        shades = Shades(*(np.array([c], np.uint8) for c in color))
        hue, saturation, lightness = hslOf(shades)
        h, light, s = colorsys.rgb_to_hls(*(c / 255 for c in color))
        self.assertTrue(np.allclose([hue[0] / 6 % 1, lightness[0]], [h, light], atol=1e-3))
        if 0 < light < 1:
            self.assertAlmostEqual(float(saturation[0]), s, 3)
        back = fromHsl(shades, hue, saturation, lightness)
        self.assertEqual((back.red[0], back.green[0], back.blue[0]), color)

    def test_greyscale(self) -> None:
        """By lightness, luminosity and average."""
        shades = Shades(*(np.array([c], np.uint8) for c in (200, 100, 0)))
        found = [HueSaturation(greyscale=k).applied(shades).red[0] for k in (1, 2, 3)]
        self.assertEqual(found, [100, 114, 100])

    def test_saturation(self) -> None:
        """Greys stay grey; less is duller, more is more vivid, neither is darker."""
        shades = Shades(*(np.array([c, 90], np.uint8) for c in (200, 90, 90)))
        for percent, spread in ((-100, 0), (-50, 55), (0, 110), (50, 180)):
            result = HueSaturation(percent).applied(shades)
            found = int(result.red[0]) - int(result.blue[0])
            self.assertLess(abs(found - spread), 15, percent)
            self.assertEqual((result.red[1], result.green[1], result.blue[1]), (90, 90, 90))

    def test_colorize(self) -> None:
        """Hue and saturation are replaced, lightness stays; with half the strength, half of it."""
        shades = Shades.grey(np.array([0, 128, 255], np.uint8))
        full = HueSaturation(colorize=(255, 0, 0)).applied(shades)
        self.assertEqual(full.red.tolist(), [0, 255, 255])
        self.assertEqual(full.green.tolist(), [0, 1, 255])
        half = HueSaturation(colorize=(255, 0, 0), strength=0.5).applied(shades)
        self.assertEqual(half.green.tolist(), [0, 64, 255])


class BandRendererTests(SynchronousTestCase):
    """Single renderers."""

    def test_colorData(self) -> None:
        """The value is the colour."""
        shades = ColorData(1).ofValues(np.array([0x80102030], np.uint32))
        assert shades.alpha is not None
        self.assertEqual(
            [int(p[0]) for p in (shades.red, shades.green, shades.blue, shades.alpha)], [16, 32, 48, 128]
        )

    def test_clippedByRed(self) -> None:
        """The red value alone decides what the bounds hide, as in QGIS."""
        clip = Contrast(50, 200, CLIP)
        renderer = MultiBand((1, 2, None), (clip, clip, None))
        shades = renderer.ofBands(np.array([[100, 10, 100], [100, 100, 250]], np.uint8))
        assert shades.alpha is not None
        self.assertEqual(shades.alpha.tolist(), [255, 0, 255])
        self.assertEqual(shades.green[2], 255)
