"""Tests of colours."""

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.canvas.ink import CLEAR, Color
from ogctwist.symbology.colors import parseColor

channel = st.integers(0, 255)


def rounded(color: Color) -> list[int]:
    return [round(c * 255) for c in color]


class ColorTests(SynchronousTestCase):
    def test_spellings(self):
        for text, expected in {
            "255,128,0,100": [255, 128, 0, 100],
            "255, 128, 0": [255, 128, 0, 255],
            "#ff8000": [255, 128, 0, 255],
            "#f80": [255, 136, 0, 255],
            "#64ff8000": [255, 128, 0, 100],
            "10,20,30,255,rgb:1,0.5019608,0,0.3921569": [255, 128, 0, 100],
            "255,0,0,255,hsv:0.333333,1,1,1": [0, 255, 0, 255],
            "0,0,0,255,cmyk:0,1,1,0,1": [255, 0, 0, 255],
            "rgb(255, 128, 0)": [255, 128, 0, 255],
            "rgba(255, 128, 0, 0.5)": [255, 128, 0, 128],
            "hsl(120, 100%, 50%)": [0, 255, 0, 255],
            "red": [255, 0, 0, 255],
            "transparent": [0, 0, 0, 0],
        }.items():
            self.assertEqual(rounded(parseColor(text)), expected, text)

    def test_noColor(self):
        default = Color(1, 1, 1)
        for text in ("", None, "nonsense", "1,2", "#12", "nan,1,1,1", "rgb(a,b,c)"):
            self.assertEqual(parseColor(text, default), default, text)

    @given(channel, channel, channel, channel)
    def test_roundTrip(self, r, g, b, a):
        self.assertEqual(rounded(parseColor(f"{r},{g},{b},{a}")), [r, g, b, a])

    @given(st.text(max_size=40))
    def test_anythingIsAColorOrTheDefault(self, text):
        color = parseColor(text, CLEAR)
        self.assertTrue(all(0 <= c <= 1 for c in color))

    def test_faded(self):
        self.assertEqual(Color(1, 0, 0, 0.5).faded(0.5).alpha, 0.25)
