"""Tests of paint effects."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.symbology.coloreffect import fromHsl, toHsl
from tests.symbology.drawing import batchOf, draw, frameOf, layerXml, planOf, prop, singleXml, symbolXml

SQUARE = "POLYGON ((40 40, 60 40, 60 60, 40 60, 40 40))"
SOURCE = f'<effect type="drawSource">{prop(enabled=1, opacity=1)}</effect>'


def effect(kind: str, **properties) -> str:
    settings = {"enabled": 1, "draw_mode": 2, "blend_mode": 0, "opacity": 1, **properties}
    return f'<effect type="{kind}">{prop(**settings)}</effect>'


def stack(*effects: str, enabled: int = 1) -> str:
    return f'<effect type="effectStack" enabled="{enabled}">{"".join(effects)}</effect>'


def picture(*effects: str, wkt=(SQUARE,), enabled: int = 1):
    layer = layerXml("SimpleFill", stack(*effects, enabled=enabled), color="200,120,50", outline_style="no")
    plan = planOf(singleXml(symbolXml("fill", layer)))
    assert plan.unsupported == (), plan.unsupported
    return draw(plan, batchOf(*wkt))


SHADOW = {
    "offset_angle": 135,
    "offset_distance": 14.142,
    "offset_unit": "Pixel",
    "blur_level": 0,
    "color": "0,0,255,255",
}


class EffectTests(SynchronousTestCase):
    def test_shadowBelow(self):
        result = picture(effect("dropShadow", **SHADOW), SOURCE)
        self.assertEqual(result[65, 65].tolist(), [0, 0, 255, 255])
        self.assertEqual(result[55, 55].tolist(), [200, 120, 50, 255])
        self.assertEqual(int(result[37, 37, 3]), 0)

    def test_shadowAlone(self):
        self.assertEqual(int(picture(effect("dropShadow", **SHADOW))[45, 45, 3]), 0)

    def test_innerShadow(self):
        result = picture(SOURCE, effect("innerShadow", **{**SHADOW, "offset_distance": 7.071}))
        self.assertEqual(result[42, 42].tolist(), [0, 0, 255, 255])
        self.assertEqual(result[55, 55].tolist(), [200, 120, 50, 255])

    def test_glows(self):
        glow = {"spread": 8, "spread_unit": "Pixel", "blur_level": 0, "single_color": "255,0,0,255"}
        outer = picture(effect("outerGlow", **glow), SOURCE)
        self.assertGreater(outer[50, 38, 3], outer[50, 34, 3])
        self.assertEqual(outer[50, 50].tolist(), [200, 120, 50, 255])
        inner = picture(SOURCE, effect("innerGlow", **glow))
        self.assertGreater(inner[50, 41, 0], 230)
        self.assertEqual(int(inner[50, 38, 3]), 0)

    def test_blur(self):
        result = picture(effect("blur", blur_level=6, blur_unit="Pixel"))
        self.assertTrue(0 < result[50, 38, 3] < 128 < result[50, 44, 3])

    def test_opacityAndBlending(self):
        self.assertIn(int(picture(effect("drawSource", opacity=0.5))[50, 50, 3]), (127, 128))
        dark = picture(SOURCE, effect("drawSource", blend_mode=13))
        self.assertLess(dark[50, 50, 0], 165)

    def test_transform(self):
        result = picture(effect("transform", translate_x=10, translate_y=0, translate_unit="Pixel"))
        self.assertEqual((int(result[50, 43, 3]), int(result[50, 66, 3])), (0, 255))
        small = picture(effect("transform", scale_x=0.5, scale_y=0.5))
        self.assertEqual((int(small[50, 43, 3]), int(small[50, 50, 3])), (0, 255))

    def test_orderOfModification(self):
        # the last effect is worked out first, and what the first makes of it lies below
        right = effect("transform", translate_x=10, translate_unit="Pixel")
        down = effect("transform", translate_y=10, translate_unit="Pixel")
        result = picture(right, down)
        self.assertEqual([int(result[y, x, 3]) for x, y in ((42, 65), (68, 68), (68, 42))], [255, 255, 0])
        hidden = picture(right.replace('name="draw_mode" value="2"', 'name="draw_mode" value="0"'), down)
        self.assertEqual([int(hidden[y, x, 3]) for x, y in ((42, 65), (68, 68))], [255, 0])

    def test_eachPartByItself(self):
        two = "POLYGON ((55 55, 75 55, 75 75, 55 75, 55 55))"
        result = picture(effect("dropShadow", **SHADOW), SOURCE, wkt=(two, SQUARE))
        self.assertEqual(result[42, 57].tolist(), [200, 120, 50, 255])

    def test_switchedOff(self):
        plain = picture(effect("blur", blur_level=9, blur_unit="Pixel"), enabled=0)
        self.assertEqual(int(plain[50, 38, 3]), 0)

    def test_wholeLayer(self):
        fill = symbolXml("fill", layerXml("SimpleFill", color="200,120,50", outline_style="no"))
        renderer = singleXml(fill).replace(
            "</renderer-v2>", stack(effect("dropShadow", **SHADOW), SOURCE) + "</renderer-v2>"
        )
        result = draw(planOf(renderer), batchOf(SQUARE))
        self.assertEqual(result[65, 65].tolist(), [0, 0, 255, 255])

    def test_unknown(self):
        layer = layerXml("SimpleFill", stack(effect("hologram")))
        self.assertEqual(planOf(singleXml(symbolXml("fill", layer))).unsupported, ("paint effect hologram",))

    def test_extent(self):
        layer = layerXml("SimpleFill", stack(effect("dropShadow", **SHADOW)), outline_style="no")
        self.assertGreater(
            planOf(singleXml(symbolXml("fill", layer))).requirements(frameOf()).marginPixels, 14
        )


class ColorEffectTests(SynchronousTestCase):
    def color(self, **properties) -> list[int]:
        return picture(effect("color", **{"saturation": 1, "grayscale_mode": 3, **properties}))[
            50, 50
        ].tolist()

    def test_brightness(self):
        self.assertEqual(self.color(brightness=40), [240, 160, 90, 255])

    def test_grey(self):
        self.assertEqual(self.color(saturation=0), [125, 125, 125, 255])
        self.assertEqual(len(set(self.color(grayscale_mode=1)[:3])), 1)

    def test_colorize(self):
        red, green, blue, _ = self.color(colorize=1, colorize_color="0,255,0,255", colorize_strength=100)
        self.assertTrue(green > 240 and red < 5 and blue < 5)

    def test_contrast(self):
        red, _, blue, _ = self.color(contrast=50)
        self.assertTrue(red > 200 and blue < 50)

    @given(st.lists(st.floats(0, 1), min_size=3, max_size=3))
    def test_hslAndBack(self, rgb):
        there = toHsl(np.array(rgb))
        np.testing.assert_allclose(fromHsl(*there), rgb, atol=1e-6)
