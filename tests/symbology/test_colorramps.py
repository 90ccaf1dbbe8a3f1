"""Tests of colour ramps."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.ink import Color
from ogctwist.symbology.colorramps import rampOf, rampOfOption, readColorRamp
from ogctwist.symbology.markup import Properties
from tests.symbology.drawing import parsed, prop


def gradient(**more):
    return rampOf("gradient", Properties({"color1": "0,0,0,255", "color2": "255,255,255,255", **more}))


class RampTests(SynchronousTestCase):
    def test_between(self):
        self.assertEqual(gradient().color(0.5), Color(0.5, 0.5, 0.5))
        self.assertEqual(gradient().color(-3), Color(0, 0, 0))
        self.assertEqual(gradient().color(3), Color(1, 1, 1))

    def test_stops(self):
        for text in ("0.25;255,0,0,255:0.5;0,0,255,255", "0.25;255,0,0,255;rgb;ccw:0.5;0,0,255,255;rgb;ccw"):
            ramp = gradient(stops=text)
            self.assertEqual([stop[0] for stop in ramp.stops], [0, 0.25, 0.5, 1])
            self.assertEqual(ramp.color(0.25), Color(1, 0, 0))

    def test_stopsOf340(self):
        ramp = gradient(stops="0.5;255,0,0,255,rgb:1,0,0,1;rgb;ccw:0.75;0,0,255,255,rgb:0,0,1,1;rgb;ccw")
        self.assertEqual(ramp.color(0.75), Color(0, 0, 1))

    def test_discrete(self):
        ramp = gradient(stops="0.5;255,0,0,255", discrete="1")
        self.assertEqual(ramp.color(0.49), Color(0, 0, 0))
        self.assertEqual(ramp.color(0.5), Color(1, 0, 0))

    def test_preset(self):
        ramp = rampOf("preset", Properties({f"preset_color_{i}": f"{i},0,0" for i in range(11)}))
        self.assertEqual([round(stop[1].red * 255) for stop in ramp.stops], list(range(11)))

    def test_others(self):
        self.assertIsNone(rampOf("randomcolors", Properties({})))
        self.assertIsNone(readColorRamp(None))
        self.assertIsNone(rampOfOption(None))

    def test_fromXml(self):
        element = parsed(
            f'<colorramp type="gradient">{prop(color1="255,0,0,255", color2="0,0,255,255")}</colorramp>'
        )
        self.assertEqual(readColorRamp(element).color(0), Color(1, 0, 0))

    @given(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=5))
    def test_alwaysAColor(self, position, stops):
        text = ":".join(f"{s!r};10,20,30,255" for s in stops)
        self.assertTrue(all(0 <= c <= 1 for c in gradient(stops=text).color(position)))
