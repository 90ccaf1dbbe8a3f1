"""L{ogctwist.symbology.labels.block}: from values to lines of letters."""

from __future__ import annotations

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ogctwist.canvas.fonts import FontChoice, systemFonts
from ogctwist.canvas.text import TextFont
from ogctwist.symbology.labels.block import (
    MOST_CHARACTERS,
    MOST_LINES,
    TextBlock,
    brokenLines,
    labelText,
    wrapped,
)
from ogctwist.symbology.labels.settings import CENTRE, JUSTIFY, LEFT, RIGHT, Content


class TextTests(SynchronousTestCase):
    """Values as text."""

    def text(self, value: object, **content: object) -> str:
        """The text of a value."""
        return labelText(value, Content(**content), 0)  # type: ignore[arg-type]

    def test_plain(self) -> None:
        """As QGIS shows values."""
        for value, expected in (
            (None, ""),
            (7, "7"),
            (7.0, "7"),
            (0.1, "0.1"),
            ("<b>x</b> &amp; y", "<b>x</b> &amp; y"),
            (datetime.date(2024, 2, 29), "2024-02-29"),
            (True, "true"),
        ):
            self.assertEqual(self.text(value), expected)

    def test_numbers(self) -> None:
        """Digits after the point, a sign; what is no number stays."""
        for value, expected in ((12.3456, "+12.35"), ("-7", "-7.00"), (0, "0.00"), ("abc", "abc")):
            self.assertEqual(self.text(value, decimals=2, plusSign=True), expected)

    def test_html(self) -> None:
        """Formatted text loses its tags; its entities become characters."""
        self.assertEqual(self.text("<b>a</b><br/>b &lt; c", isHtml=True), "a\nb < c")

    def test_substitutions(self) -> None:
        """By case and by whole words."""
        content = (("street", "St.", False, True), ("a", "A", True, False))
        self.assertEqual(
            self.text("Long Street, streets, a A", substitutions=content), "Long St., streets, A A"
        )

    def test_limit(self) -> None:
        """No label is longer than it may be."""
        self.assertEqual(len(self.text("x" * 100_000)), MOST_CHARACTERS)


class LineTests(SynchronousTestCase):
    """Breaking text."""

    def test_breaks(self) -> None:
        """At line ends and at the style's mark; empty lines at the ends go."""
        self.assertEqual(brokenLines("\n\na|b\r\nc\n\nd\n ", Content(wrap="|")), ["a", "b", "c", "", "d"])
        self.assertEqual(brokenLines("", Content()), [])
        self.assertEqual(len(brokenLines("x\n" * 1000, Content())), MOST_LINES)

    def test_wrapped(self) -> None:
        """At most so many characters, or at least; long words stand alone."""
        text = "one two three fourteenletter five"
        self.assertEqual(wrapped(text, 9, False), ["one two", "three", "fourteenletter", "five"])
        self.assertEqual(wrapped(text, 6, True), ["one two", "three fourteenletter", "five"])

    @settings(max_examples=60, deadline=None)
    @given(st.text("ab ", max_size=60), st.integers(1, 12), st.booleans())
    def test_nothingLost(self, text: str, length: int, isLeast: bool) -> None:
        """Joined again by spaces, the pieces are the text."""
        pieces = wrapped(text, length, isLeast)
        self.assertEqual(" ".join(pieces).split(), text.split())
        if not isLeast:
            self.assertTrue(all(len(p) <= length or " " not in p for p in pieces))


class TextBlockTests(SynchronousTestCase):
    """L{TextBlock}."""

    def setUp(self) -> None:
        library = systemFonts()
        if not library.hasFamily("DejaVu Sans"):
            raise SkipTest("this machine has no DejaVu Sans")
        self.font = TextFont(library.chain(FontChoice(("DejaVu Sans",))), 13)

    def test_size(self) -> None:
        """As QGIS measures labels."""
        block = TextBlock.of(["multi", "line text"], self.font, 1.0)
        self.assertEqual((block.width, block.height), (54, 34))
        self.assertEqual(TextBlock.of(["a", "b"], self.font, 1.5).height, 42.5)

    def test_alignment(self) -> None:
        """The shorter line begins at the left, in the middle, at the right; justified, it fills."""
        block = TextBlock.of(["Mi Mi", "MMMMMMMMM"], self.font, 1.0)
        short = block.lines[0].width
        lefts = {}
        for alignment in (LEFT, CENTRE, RIGHT, JUSTIFY):
            path = block.path(alignment)
            upper = path.data[path.points]
            upper = upper[upper[:, 1] < -18]
            lefts[alignment] = upper[:, 0].min(), upper[:, 0].max()
        self.assertAlmostEqual(lefts[RIGHT][0] - lefts[LEFT][0], block.width - short)
        self.assertAlmostEqual(lefts[CENTRE][0] - lefts[LEFT][0], (block.width - short) / 2)
        self.assertAlmostEqual(lefts[JUSTIFY][0], lefts[LEFT][0])
        self.assertGreater(lefts[JUSTIFY][1], lefts[LEFT][1] + 20)

    def test_withinBox(self) -> None:
        """Letters lie within the label's box, descenders almost."""
        block = TextBlock.of(["Agjq", "Agjq"], self.font, 1.0)
        bounds = block.path(LEFT).bounds
        assert bounds is not None
        self.assertGreater(bounds[1], -block.height)
        self.assertLess(bounds[3], 1)
