"""L{ogctwist.canvas.text}: shaping, measuring and drawing lines of text."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.ink import BLACK, Color, Pen
from ogctwist.canvas.itemize import directionLevels, pieces, scripts
from ogctwist.canvas.text import ShapedLine, TextFont, TextPath, shapeLine

HEBREW = "שלום"
ARABIC = "مرحبا"


class WithFonts(SynchronousTestCase):
    """Tests that write."""

    def setUp(self) -> None:
        library = systemFonts()
        if not library.hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")
        self.chain = library.chain(FontChoice(("DejaVu Sans",)))
        self.font = TextFont(self.chain, 13)


class ItemizeTests(WithFonts):
    """Pieces of one direction, script and font."""

    def test_levels(self) -> None:
        """Left to right is even, right to left odd, numbers within it even again."""
        self.assertEqual(directionLevels("abc 12"), ([0] * 6, 0))
        levels, base = directionLevels(f"{HEBREW} 12 ab")
        self.assertEqual(base, 1)
        self.assertEqual(levels, [1] * 5 + [2, 2, 1, 2, 2])

    def test_controls(self) -> None:
        """Invisible controls do not shift the levels of what stands after them."""
        levels, _ = directionLevels(f"a\u202e{HEBREW}\u202cb")
        self.assertEqual((len(levels), levels[0], levels[-1]), (8, 0, 0))

    def test_visualOrder(self) -> None:
        """Pieces come as they stand on the line."""
        text = f"{HEBREW} abc"
        found = [text[start:stop] for start, stop, _, _ in pieces(text, self.chain)]
        self.assertEqual(found, ["abc", HEBREW + " "])

    def test_scripts(self) -> None:
        """Signs and marks belong to the letters around them."""
        self.assertEqual(scripts("- aé\u0301 न!"), ["LATIN"] * 6 + ["DEVANAGARI"] * 2)


class ShapeTests(WithFonts):
    """L{shapeLine}."""

    def test_width(self) -> None:
        """The sum of whole advances, as Qt measures: what QGIS gives for the same text and font."""
        for text, width in (("Hello", 34), ("World jump", 74), ("Éléphant", 57), ("MMMM iiii", 64)):
            self.assertEqual(shapeLine(text, self.font).width, width, text)

    def test_exactWidth(self) -> None:
        """Without rounding, the font's own advances."""
        line = shapeLine("Hello", TextFont(self.chain, 13, isWhole=False))
        self.assertAlmostEqual(line.width, 32.94, 1)

    def test_metrics(self) -> None:
        """Rounded up, as in Qt."""
        metrics = self.font.metrics
        self.assertEqual((metrics.ascent, metrics.descent, metrics.lineSpacing), (13, 4, 15))
        self.assertAlmostEqual(self.chain[0].metrics(100).capHeight, 72.9, 1)

    def test_kerning(self) -> None:
        """AV stand nearer than they would alone, unless kerning is off."""
        large = self.font.resized(100)
        without = TextFont(self.chain, 100, kerning=False)
        self.assertLess(shapeLine("AV", large).width, shapeLine("AV", without).width)

    def test_spacing(self) -> None:
        """Letter spacing after every letter, word spacing after spaces."""
        plain = shapeLine("a b", self.font).width
        self.assertEqual(shapeLine("a b", TextFont(self.chain, 13, letterSpacing=2)).width, plain + 6)
        self.assertEqual(shapeLine("a b", TextFont(self.chain, 13, wordSpacing=5)).width, plain + 5)

    def test_arabic(self) -> None:
        """Letters join: shaped together they are other glyphs than alone; the last is leftmost."""
        line = shapeLine(ARABIC, self.font)
        alone = {int(shapeLine(c, self.font).glyphs[0]) for c in ARABIC}
        self.assertTrue(set(line.glyphs.tolist()) - alone)
        self.assertEqual(int(line.clusters[0]), len(ARABIC) - 1)

    def test_missingGlyphs(self) -> None:
        """What no font has is drawn as the first font's empty box, not left out."""
        line = shapeLine("\U0010fffd", self.font)
        self.assertEqual((line.glyphs.tolist(), line.faces.tolist()), ([0], [0]))

    def test_marks(self) -> None:
        """A letter and its mark are one letter; the mark takes no room of its own."""
        line = shapeLine("e\u0301x", self.font)
        self.assertEqual([letter.text for letter in line.letters()], ["e\u0301", "x"])
        self.assertEqual(line.width, shapeLine("ex", self.font).width)

    def test_letters(self) -> None:
        """Letters follow one another without gaps, to the line's end."""
        line = shapeLine(f"abc {HEBREW}", self.font)
        letters = line.letters()
        self.assertEqual(letters[0].x, 0)
        for before, after in pairwise(letters):
            self.assertEqual(before.x + before.width, after.x)
        self.assertEqual(letters[-1].x + letters[-1].width, line.width)
        self.assertEqual(sorted("".join(letter.text for letter in letters)), sorted(f"abc {HEBREW}"))

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=30) | st.text("aשم१ \u200f\u202b\u2067\u202c9,.(\u0301\x1c", max_size=12))
    def test_anyText(self, text: str) -> None:
        """Any text is shaped: as wide as its advances, every glyph of some character of it."""
        line = shapeLine(text, TextFont(systemFonts().chain(FontChoice(("DejaVu Sans",))), 12))
        self.assertAlmostEqual(line.width, float(line.advances.sum()))
        self.assertTrue(math.isfinite(line.width))
        if len(line):
            self.assertTrue((line.clusters >= 0).all() and (line.clusters < len(line.text)).all())
        self.assertEqual(sum(letter.stop - letter.start for letter in line.letters()), len(line))
        self.assertTrue(np.isfinite(line.path().data[line.path().points]).all())


class TextPathTests(WithFonts):
    """Outlines on a canvas."""

    def drawn(self, path: TextPath) -> np.ndarray:
        """Alpha of a small canvas with a path filled in black."""
        canvas = Canvas(60, 30)
        path.fill(canvas.context, BLACK)
        return canvas.pixels[..., 3]

    def line(self, text: str, **more: object) -> ShapedLine:
        """A shaped line."""
        return shapeLine(text, TextFont(self.chain, 13, **more))  # type: ignore[arg-type]

    def test_fill(self) -> None:
        """Ink lies above the baseline and right of the start; o has a hole."""
        alpha = self.drawn(self.line("HH").path().moved(10, 20))
        rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
        self.assertEqual((rows[0], rows[-1]), (10, 19))
        self.assertGreaterEqual(columns[0], 10)
        self.assertLessEqual(columns[-1], 10 + 20)
        ring = self.drawn(shapeLine("o", self.font.resized(30)).path().moved(10, 25))
        self.assertFalse(ring[10:25, 10:28][8, 9])

    def test_overlap(self) -> None:
        """Outlines that overlap leave no hole."""
        path = self.line("I").path()
        both = self.drawn(path.moved(10, 20) + path.moved(10.5, 20))
        self.assertTrue((both >= self.drawn(path.moved(10, 20))).all())

    def test_underline(self) -> None:
        """A line below, in the middle, and above."""
        for name, rows in (("underline", (20, 23)), ("strikeout", (15, 18)), ("overline", (5, 9))):
            extra = self.drawn(self.line("   ", **{name: True}).path().moved(10, 20))
            found = np.flatnonzero(extra.any(axis=1))
            self.assertTrue(len(found) and rows[0] <= found[0] and found[-1] <= rows[1], name)

    def test_turned(self) -> None:
        """Turned by a right angle, a line runs downwards."""
        bounds = self.line("HHHH").path().moved(0, 0, math.pi / 2).bounds
        assert bounds is not None
        self.assertLess(bounds[0], 0.1 + 10)
        self.assertGreater(bounds[3], 35)

    def test_stroke(self) -> None:
        """A stroke is wider than what it goes along."""
        canvas = Canvas(60, 30)
        path = self.line("I").path().moved(10, 20)
        path.stroke(canvas.context, Pen(Color(1, 0, 0), 4, "round", "round"))
        self.assertGreater(int((canvas.pixels[..., 3] > 0).sum()), int((self.drawn(path) > 0).sum()))

    def test_empty(self) -> None:
        """Nothing is drawn of nothing."""
        path = self.line("").path()
        self.assertFalse(path)
        self.assertIsNone(path.bounds)
        self.assertFalse(self.drawn(path).any())
        self.assertEqual(self.line("").letters(), [])

    def test_glyphPath(self) -> None:
        """A part of a line is drawn where it stands within it."""
        line = self.line("ab")
        whole = self.drawn(line.path().moved(10, 20)).astype(int)
        parts = line.glyphPath(0, 1) + line.glyphPath(1, 2)
        self.assertTrue((abs(self.drawn(parts.moved(10, 20)).astype(int) - whole) <= 1).all())


class SyntheticTests(WithFonts):
    """Bold and oblique that the family does not have."""

    def test_boldAndOblique(self) -> None:
        """Bolder outlines are larger, oblique ones lean to the right."""
        from ogctwist.canvas.typeface import Typeface

        plain = self.chain[0]
        bold = Typeface.open(plain.path, plain.index, True, False)
        oblique = Typeface.open(plain.path, plain.index, False, True)

        def bounds(face: Typeface) -> tuple[float, float, float, float]:
            found = shapeLine("I", TextFont((face,), 100)).path().bounds
            assert found is not None
            return found

        regular = bounds(plain)
        self.assertGreater(bounds(bold)[2] - bounds(bold)[0], regular[2] - regular[0] + 2)
        self.assertGreater(bounds(oblique)[2], regular[2] + 10)
