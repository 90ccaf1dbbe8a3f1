# -*- test-case-name: tests.symbology.labels.test_block -*-
"""The text of one label: its lines, their size, their outlines."""

from __future__ import annotations

import html
import math
import re
from dataclasses import dataclass
from functools import cached_property

from ogctwist.canvas.text import ShapedLine, TextFont, TextPath, shapeLine
from ogctwist.expression.errors import EvaluationFailure
from ogctwist.expression.values import realOrNone, toText
from ogctwist.symbology.labels.settings import CENTRE, JUSTIFY, RIGHT, Content
from ogctwist.symbology.labels.textformat import capitalized

#: Characters of a label that are drawn; lines of it.
MOST_CHARACTERS = 4000
MOST_LINES = 200
#: Where the baseline of the last line lies above the label's bottom, in ascents.
BASELINE = 0.25
_BREAKS = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TAG = re.compile(r"<[^<>]{0,1000}>")
_HTML_BREAK = re.compile(r"<\s*br\s*/?\s*>|</\s*p\s*>", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class TextBlock:
    """
    Lines of text.

    @ivar step: from one baseline to the next, pixels.
    """

    lines: tuple[ShapedLine, ...]
    font: TextFont
    step: float

    @classmethod
    def of(cls, lines: list[str], font: TextFont, lineHeight: float) -> TextBlock:
        """@param lineHeight: in heights of a line."""
        shaped = tuple(shapeLine(line, font) for line in lines)
        return cls(shaped, font, font.metrics.height * lineHeight)

    @cached_property
    def width(self) -> float:
        """Of the longest line, pixels."""
        return max((math.ceil(line.width - 1e-6) for line in self.lines), default=0.0)

    @cached_property
    def height(self) -> float:
        """From the top of the first line to the bottom of the last, pixels."""
        return self.font.metrics.height + (len(self.lines) - 1) * self.step

    @property
    def baseline(self) -> float:
        """How far the baseline of the last line is above the label's bottom."""
        return BASELINE * self.font.metrics.ascent

    def path(self, alignment: int) -> TextPath:
        """
        The outlines; the origin is the bottom left corner of the label.

        @param alignment: of the lines, L{LEFT} … L{JUSTIFY}.
        """
        bottom = -self.baseline
        result = TextPath.joined([])
        for number, line in enumerate(self.lines):
            y = bottom - (len(self.lines) - 1 - number) * self.step
            if alignment == JUSTIFY and number < len(self.lines) - 1:
                line = justified(line, self.width)
            x = 0.0
            if alignment == RIGHT:
                x = self.width - line.width
            elif alignment == CENTRE:
                x = (self.width - line.width) / 2
            result = result + line.path().moved(x, y)
        return result


def justified(line: ShapedLine, width: float) -> ShapedLine:
    """The line with its spaces widened until it fills a width."""
    spaces = line.text.count(" ")
    if not spaces:
        return line
    font = line.font
    wider = TextFont(
        font.chain,
        font.size,
        font.letterSpacing,
        font.wordSpacing + (width - line.width) / spaces,
        font.kerning,
        font.underline,
        font.strikeout,
    )
    return shapeLine(line.text, wider)


def labelText(value: object, content: Content, capitalization: int) -> str:
    """
    The text of a value, before it is broken into lines.

    @param value: of an attribute or expression; None is ''.
    """
    if value is None:
        return ""
    if content.decimals is not None and (numeric := realOrNone(value)) is not None:
        text = f"{numeric:.{min(content.decimals, 50)}f}"
        if content.plusSign and numeric > 0:
            text = "+" + text
    else:
        text = plainText(value)
    if content.isHtml:
        text = html.unescape(_TAG.sub("", _HTML_BREAK.sub("\n", text)))
    text = text[:MOST_CHARACTERS]
    for match, replacement, isExact, isWhole in content.substitutions:
        text = _substituted(text, match, replacement, isExact, isWhole)[:MOST_CHARACTERS]
    return capitalized(text, capitalization)


def _substituted(text: str, match: str, replacement: str, isExact: bool, isWhole: bool) -> str:
    if not match:
        return text
    pattern = re.escape(match)
    if isWhole:
        pattern = rf"\b{pattern}\b"
    return re.sub(pattern, lambda _: replacement, text, flags=0 if isExact else re.IGNORECASE)


def plainText(value: object) -> str:
    """A value as QGIS shows it; '' for what it does not show."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return toText(value)
    except EvaluationFailure:
        return ""


def brokenLines(text: str, content: Content) -> list[str]:
    """
    The lines of a text: broken at line ends, at the style's own mark, and where they
    become too long.  Empty lines at the ends go.
    """
    if content.wrap and content.wrap != "\n":
        text = text.replace(content.wrap, "\n")
    lines = _BREAKS.split(text)
    if content.wrapLength > 0:
        lines = [piece for line in lines for piece in wrapped(line, content.wrapLength, content.isLeast)]
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines[:MOST_LINES]


def wrapped(line: str, length: int, isLeast: bool) -> list[str]:
    """
    A line broken at spaces into pieces of at most C{length} characters (a longer word
    stands alone), or of at least so many.
    """
    pieces: list[str] = []
    current = ""
    for word in line.split(" "):
        joined = f"{current} {word}" if current else word
        full = len(current) >= length if isLeast else len(joined) > length
        if current and full:
            pieces.append(current)
            current = word
        else:
            current = joined
    return [*pieces, current]
