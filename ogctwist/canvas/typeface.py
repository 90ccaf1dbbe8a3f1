# -*- test-case-name: tests.canvas.test_text -*-
"""One font file at work: metrics, shaping, outlines; through HarfBuzz."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import uharfbuzz as harfbuzz

#: How far an oblique letter leans, as Qt slants what has no italic.
SLANT = 0.2
#: How much wider a stroke of a bold letter is, in ems, where the family has no bold.
EMBOLDENED = 1 / 24
_MOVE_TO, _LINE_TO, _CURVE_TO, _CLOSE_PATH = 0, 1, 2, 3


def describeFile(path: str) -> list[tuple[int, tuple[str, ...], str, int, bool]]:
    """
    The fonts of a file: (index, families, style, weight, whether italic) of each.

    @return: empty for what is no font.
    """
    try:
        blob = harfbuzz.Blob.from_file_path(path)
        faces = [harfbuzz.Face(blob, index) for index in range(max(1, harfbuzz.Face(blob, 0).count))]
    except (OSError, harfbuzz.HarfBuzzError):
        return []
    described = []
    for index, face in enumerate(faces):
        families = tuple(dict.fromkeys(filter(None, (face.get_name(16), face.get_name(1)))))
        if not families or not face.glyph_count:
            continue
        style = face.get_name(17) or face.get_name(2) or ""
        weight, isItalic = _weightOf(face, style)
        described.append((index, families, style, weight, isItalic))
    return described


def _weightOf(face: harfbuzz.Face, style: str) -> tuple[int, bool]:
    table = bytes(face.reference_table("OS/2").data or b"")
    if len(table) < 64:
        return (700 if "bold" in style.casefold() else 400), "italic" in style.casefold()
    weight, selection = struct.unpack_from(">H", table, 4)[0], struct.unpack_from(">H", table, 62)[0]
    return weight, bool(selection & 0x201)


@dataclass(frozen=True)
class FontMetrics:
    """
    Vertical metrics at a size, in pixels, as Qt rounds them.

    @ivar height: ascent and descent.
    @ivar lineSpacing: from one baseline to the next.
    """

    ascent: float
    descent: float
    lineSpacing: float
    capHeight: float
    xHeight: float
    underline: float
    underlineThickness: float
    strikeout: float

    @property
    def height(self) -> float:
        """From the top of the highest letters to the bottom of the lowest."""
        return self.ascent + self.descent


@dataclass(frozen=True, eq=False)
class Outline:
    """
    The shape of a glyph.

    @ivar data: float64 (n, 2): elements of a cairo path; headers are bits of integers.
    @ivar points: int64: which of them are points: in ems, y upwards.
    """

    data: np.ndarray
    points: np.ndarray


@dataclass(frozen=True, eq=False)
class GlyphRun:
    """
    Glyphs of one typeface, left to right, in ems.

    @ivar ids: int64 (n,), glyph ids; 0 where the font lacks the character.
    @ivar clusters: int64 (n,): index in the text of the first character that a glyph is of.
    @ivar advances: float64 (n,): to the next glyph, after kerning.
    @ivar nominal: float64 (n,): the same without what neighbours change.
    @ivar offsets: float64 (n, 2): where it is drawn, from the pen; y upwards.
    """

    ids: np.ndarray
    clusters: np.ndarray
    advances: np.ndarray
    nominal: np.ndarray
    offsets: np.ndarray


class Typeface:
    """
    A font, perhaps made bold or oblique.  Safe to share between threads.

    @ivar unitsPerEm: of the font's own grid.
    """

    def __init__(self, path: str, index: int = 0, bold: bool = False, oblique: bool = False):
        self.path = path
        self.index = index
        self._face = harfbuzz.Face(harfbuzz.Blob.from_file_path(path), index)
        self._font = harfbuzz.Font(self._face)
        self.unitsPerEm = self._face.upem or 1000
        if bold:
            self._font.synthetic_bold = (EMBOLDENED, EMBOLDENED, False)
        if oblique:
            self._font.synthetic_slant = SLANT
        self._outlines: dict[int, Outline] = {}
        self._glyphs: dict[str, bool] = {}
        self._advances: dict[int, float] = {}

    @classmethod
    def open(cls, path: str, index: int = 0, bold: bool = False, oblique: bool = False) -> Typeface:
        """The typeface of a file, opened once."""
        return _opened(path, index, bold, oblique)

    def __repr__(self) -> str:
        return f"<Typeface {self._face.get_name(4)!r}>"

    def has(self, character: str) -> bool:
        """Whether it has a glyph for a character."""
        found = self._glyphs.get(character)
        if found is None:
            found = self._glyphs[character] = bool(self._font.get_nominal_glyph(ord(character)))
        return found

    def _advanceOf(self, glyph: int) -> float:
        found = self._advances.get(glyph)
        if found is None:
            found = self._advances[glyph] = float(self._font.get_glyph_h_advance(glyph))
        return found

    @lru_cache(maxsize=64)
    def metrics(self, size: float) -> FontMetrics:
        """@param size: pixels of an em."""
        scale = size / self.unitsPerEm
        extents = self._font.get_font_extents("ltr")
        tag = harfbuzz.OTMetricsTag
        thickness = self._metric(tag.UNDERLINE_SIZE, 0.05 * self.unitsPerEm) * scale
        return FontMetrics(
            ascent=math.ceil(extents.ascender * scale - 1e-6),
            descent=math.ceil(-extents.descender * scale - 1e-6),
            lineSpacing=round((extents.ascender - extents.descender + extents.line_gap) * scale),
            capHeight=self._metric(tag.CAP_HEIGHT, self._topOf("H")) * scale,
            xHeight=self._metric(tag.X_HEIGHT, self._topOf("x")) * scale,
            underline=-self._metric(tag.UNDERLINE_OFFSET, -0.1 * self.unitsPerEm) * scale,
            underlineThickness=max(1.0, thickness),
            strikeout=self._metric(tag.STRIKEOUT_OFFSET, 0.26 * self.unitsPerEm) * scale,
        )

    def _metric(self, tag: harfbuzz.OTMetricsTag, default: float) -> float:
        value = self._font.get_metric_position(tag)
        return default if value is None else value

    def _topOf(self, character: str) -> float:
        """How high a letter is, in units of the font."""
        glyph = self._font.get_nominal_glyph(ord(character))
        extents = self._font.get_glyph_extents(glyph) if glyph else None
        return 0.0 if extents is None else extents.y_bearing

    def shape(self, text: str, start: int, stop: int, direction: str, features: dict[str, bool]) -> GlyphRun:
        """
        The glyphs of C{text[start:stop]}, which is of one script and direction; what stands
        around it decides how letters join.

        @param direction: ltr or rtl.
        """
        buffer = harfbuzz.Buffer()
        buffer.add_str(text, start, stop - start)
        buffer.direction = direction
        buffer.guess_segment_properties()
        harfbuzz.shape(self._font, buffer, features)
        infos, positions = buffer.glyph_infos, buffer.glyph_positions
        ids = [info.codepoint for info in infos]
        em = float(self.unitsPerEm)
        nominal = [self._advanceOf(glyph) for glyph in ids]
        return GlyphRun(
            np.array(ids, np.int64),
            np.array([info.cluster for info in infos], np.int64),
            np.array([p.x_advance for p in positions], np.float64) / em,
            np.array(nominal, np.float64) / em,
            np.array([(p.x_offset, p.y_offset) for p in positions], np.float64).reshape(-1, 2) / em,
        )

    def outline(self, glyph: int) -> Outline:
        """The shape of a glyph."""
        found = self._outlines.get(glyph)
        if found is None:
            pen = _Pen(1 / self.unitsPerEm)
            self._font.draw_glyph(glyph, _drawFuncs(), pen)
            found = self._outlines[glyph] = pen.outline()
        return found


@lru_cache(maxsize=512)
def _opened(path: str, index: int, bold: bool, oblique: bool) -> Typeface:
    return Typeface(path, index, bold, oblique)


class _Pen:
    """Collects a glyph's outline as elements of a cairo path."""

    def __init__(self, scale: float):
        self._scale = scale
        self._rows: list[tuple[float, float] | tuple[int, int, None]] = []
        self._here = (0.0, 0.0)

    def moveTo(self, x: float, y: float) -> None:
        """Begin a contour."""
        self._add(_MOVE_TO, (x, y))

    def lineTo(self, x: float, y: float) -> None:
        """A straight line."""
        self._add(_LINE_TO, (x, y))

    def quadraticTo(self, cx: float, cy: float, x: float, y: float) -> None:
        """A curve of TrueType, raised to a cubic one."""
        x0, y0 = self._here
        first = (x0 + 2 / 3 * (cx - x0), y0 + 2 / 3 * (cy - y0))
        second = (x + 2 / 3 * (cx - x), y + 2 / 3 * (cy - y))
        self._add(_CURVE_TO, first, second, (x, y))

    def cubicTo(self, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        """A curve of PostScript."""
        self._add(_CURVE_TO, (ax, ay), (bx, by), (x, y))

    def closePath(self) -> None:
        """End a contour."""
        self._rows.append((_CLOSE_PATH, 1, None))

    def _add(self, kind: int, *points: tuple[float, float]) -> None:
        self._rows.append((kind, 1 + len(points), None))
        self._rows.extend(points)
        self._here = points[-1]

    def outline(self) -> Outline:
        """What was drawn."""
        data = np.zeros((len(self._rows), 2))
        headers = data.view(np.int32).reshape(-1, 4)
        points = []
        for place, row in enumerate(self._rows):
            if len(row) == 3:
                headers[place, :2] = row[:2]
            else:
                data[place] = row[0] * self._scale, row[1] * self._scale
                points.append(place)
        return Outline(data, np.array(points, np.int64))


@lru_cache(maxsize=1)
def _drawFuncs() -> harfbuzz.DrawFuncs:
    functions = harfbuzz.DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.moveTo(x, y))
    functions.set_line_to_func(lambda x, y, pen: pen.lineTo(x, y))
    functions.set_quadratic_to_func(lambda cx, cy, x, y, pen: pen.quadraticTo(cx, cy, x, y))
    functions.set_cubic_to_func(lambda ax, ay, bx, by, x, y, pen: pen.cubicTo(ax, ay, bx, by, x, y))
    functions.set_close_path_func(lambda pen: pen.closePath())
    return functions
