# -*- test-case-name: tests.canvas.test_text -*-
"""
Lines of text: shaped by HarfBuzz, measured as Qt measures, drawn as outlines
through cairo.

Coordinates are pixels; the origin of a line is the pen's start on the baseline,
y grows downwards.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from ogctwist.canvas.cairo import cairo, ffi, library
from ogctwist.canvas.ink import Ink, Pen, inkPattern
from ogctwist.canvas.itemize import pieces
from ogctwist.canvas.typeface import FontMetrics, Typeface

_RECTANGLE = ((0, 2), None, (1, 2), None, (1, 2), None, (1, 2), None, (3, 1))
#: Lines of text that are kept shaped.
KEPT = 16384


@dataclass(frozen=True)
class TextFont:
    """
    How a line of text is written.

    @ivar chain: typefaces; the first that has a character writes it.
    @ivar size: pixels of an em.
    @ivar letterSpacing: pixels added after every letter; likewise C{wordSpacing} after spaces.
    @ivar isWhole: advances are rounded to whole pixels, as Qt does for text on a screen.
    """

    chain: tuple[Typeface, ...]
    size: float
    letterSpacing: float = 0.0
    wordSpacing: float = 0.0
    kerning: bool = True
    underline: bool = False
    strikeout: bool = False
    overline: bool = False
    isWhole: bool = True

    @property
    def metrics(self) -> FontMetrics:
        """Those of the first typeface at this size."""
        return self.chain[0].metrics(self.size)

    def resized(self, size: float) -> TextFont:
        """The same in another size."""
        return replace(self, size=size)


@dataclass(frozen=True, eq=False)
class ShapedLine:
    """
    A line of text as glyphs, left to right.

    @ivar faces: int64 (n,), place in the font's chain.
    @ivar glyphs: int64 (n,).
    @ivar clusters: int64 (n,): the character that a glyph belongs to.
    @ivar pens: float64 (n,): where the pen stands before each glyph.
    @ivar advances: float64 (n,).
    @ivar offsets: float64 (n, 2): of the glyph from the pen.
    @ivar width: of the whole line.
    """

    text: str
    font: TextFont
    faces: np.ndarray
    glyphs: np.ndarray
    clusters: np.ndarray
    pens: np.ndarray
    advances: np.ndarray
    offsets: np.ndarray
    width: float

    def __len__(self) -> int:
        return len(self.glyphs)

    def path(self) -> TextPath:
        """The outlines of the whole line, with its under-, over- and strike-out lines."""
        return _linePath(self)

    def letters(self) -> list[Letter]:
        """
        The line taken apart for text along a curve: what belongs together (a letter
        with its marks, a ligature) stays together; left to right.
        """
        return _letters(self)

    def glyphPath(self, start: int, stop: int, x: float = 0.0) -> TextPath:
        """The outlines of some of the glyphs, C{x} added to their positions."""
        size = self.font.size
        blocks, counts = [], 0
        for k in range(start, stop):
            outline = self.font.chain[self.faces[k]].outline(int(self.glyphs[k]))
            if not len(outline.data):
                continue
            data = outline.data.copy()
            data[outline.points] *= (size, -size)
            data[outline.points] += (self.pens[k] + self.offsets[k, 0] + x, self.offsets[k, 1])
            blocks.append((data, outline.points + counts))
            counts += len(data)
        return TextPath.joined(blocks)


@dataclass(frozen=True, eq=False)
class Letter:
    """
    A piece of a line that is never torn apart.

    @ivar start: of its first glyph; C{stop} is that after its last.
    @ivar x: where it begins on the line, pixels.
    @ivar width: to where the next begins.
    """

    text: str
    start: int
    stop: int
    x: float
    width: float


class TextPath:
    """
    Outlines as cairo takes them.  Immutable.

    @ivar data: float64 (n, 2), elements of a cairo path.
    @ivar points: int64, which of them are points.
    """

    def __init__(self, data: np.ndarray, points: np.ndarray):
        self.data = np.ascontiguousarray(data)
        self.points = points

    @classmethod
    def joined(cls, blocks: list[tuple[np.ndarray, np.ndarray]]) -> TextPath:
        """One path of several: (elements, places of points in the joined array) of each."""
        if not blocks:
            return cls(np.empty((0, 2)), np.empty(0, np.int64))
        return cls(np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks]))

    def __bool__(self) -> bool:
        return len(self.data) > 0

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """xmin, ymin, xmax, ymax of its points (control points included); None if empty."""
        if not len(self.points):
            return None
        points = self.data[self.points]
        low, high = points.min(axis=0), points.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def moved(self, x: float, y: float, angle: float = 0.0) -> TextPath:
        """
        The path turned about its origin and then moved.

        @param angle: radians, clockwise on the picture.
        """
        data = self.data.copy()
        points = data[self.points]
        if angle:
            sine, cosine = np.sin(angle), np.cos(angle)
            points = points @ np.array([[cosine, sine], [-sine, cosine]])
        data[self.points] = np.add(points, (x, y))
        return TextPath(data, self.points)

    def __add__(self, other: TextPath) -> TextPath:
        return TextPath.joined([(self.data, self.points), (other.data, other.points + len(self.data))])

    def append(self, context) -> None:
        """Add it to the current path of a cairo context."""
        if not len(self.data):
            return
        path = ffi.new("cairo_path_t *")
        path.status = 0
        path.data = ffi.cast("cairo_path_data_t *", self.data.ctypes.data)
        path.num_data = len(self.data)
        library.cairo_append_path(context._pointer, path)
        context._check_status()

    def fill(self, context, ink: Ink) -> None:
        """Fill it: where outlines overlap there is no hole."""
        if not len(self.data):
            return
        context.save()
        context.set_fill_rule(cairo.FILL_RULE_WINDING)
        context.set_source(inkPattern(ink))
        context.new_path()
        self.append(context)
        context.fill()
        context.restore()

    def stroke(self, context, pen: Pen) -> None:
        """Draw along the outlines."""
        if not len(self.data):
            return
        context.save()
        context.set_source(inkPattern(pen.ink))
        pen.apply(context)
        context.new_path()
        self.append(context)
        context.stroke()
        context.restore()


@lru_cache(maxsize=KEPT)
def shapeLine(text: str, font: TextFont) -> ShapedLine:
    """
    Shape one line; kept for the next time.

    @param text: without line breaks; control characters draw nothing.
    """
    text = "".join(" " if c in "\t\v\f" else c for c in text if c not in "\r\n")
    features = {} if font.kerning else {"kern": False}
    if font.letterSpacing:
        features["liga"] = features["clig"] = False
    runs = []
    for start, stop, place, level in pieces(text, font.chain):
        direction = "rtl" if level % 2 else "ltr"
        runs.append((place, font.chain[place].shape(text, start, stop, direction, features)))
    if not runs:
        empty, integers = np.empty(0), np.empty(0, np.int64)
        return ShapedLine(text, font, integers, integers, integers, empty, empty, np.empty((0, 2)), 0.0)
    clusters = np.concatenate([run.clusters for _, run in runs])
    advances = np.concatenate([_advances(run.advances, run.nominal, font) for _, run in runs])
    advances += _spacing(text, clusters, font)
    ends = np.cumsum(advances)
    return ShapedLine(
        text=text,
        font=font,
        faces=np.repeat([place for place, _ in runs], [len(run.ids) for _, run in runs]),
        glyphs=np.concatenate([run.ids for _, run in runs]),
        clusters=clusters,
        pens=ends - advances,
        advances=advances,
        offsets=np.concatenate([run.offsets for _, run in runs]) * (font.size, -font.size),
        width=float(ends[-1]) if len(ends) else 0.0,
    )


def _advances(advances: np.ndarray, nominal: np.ndarray, font: TextFont) -> np.ndarray:
    """In pixels.  Qt rounds the glyph's own advance, then what kerning made of it."""
    if not font.isWhole:
        return advances * font.size
    own = np.floor(nominal * font.size + 0.5)
    # a mark that shaping gave no advance keeps none
    own[(advances == 0) & (nominal != 0)] = 0
    changed = (advances - nominal) * font.size
    changed[(advances == 0) & (nominal != 0)] = 0
    return np.floor(own + changed + 0.5)


def _spacing(text: str, clusters: np.ndarray, font: TextFont) -> np.ndarray:
    """What letter and word spacing add to each glyph: once for each cluster, after its last glyph."""
    extra = np.zeros(len(clusters))
    if not (font.letterSpacing or font.wordSpacing) or not len(clusters):
        return extra
    isLast = np.append(clusters[1:] != clusters[:-1], True)
    extra[isLast] = font.letterSpacing
    isSpace = np.array([text[k] == " " for k in clusters.tolist()])
    extra[isLast & isSpace] += font.wordSpacing
    return extra


@lru_cache(maxsize=KEPT // 4)
def _linePath(line: ShapedLine) -> TextPath:
    path = line.glyphPath(0, len(line))
    metrics = line.font.metrics
    thickness = metrics.underlineThickness
    places = (
        (line.font.underline, metrics.underline),
        (line.font.strikeout, -metrics.strikeout),
        (line.font.overline, -metrics.ascent),
    )
    for wanted, y in places:
        if wanted and line.width:
            path = path + _rectangle(0, y, line.width, y + thickness)
    return path


def _rectangle(left: float, top: float, right: float, bottom: float) -> TextPath:
    corners = iter(((left, top), (right, top), (right, bottom), (left, bottom)))
    data = np.zeros((len(_RECTANGLE), 2))
    headers = data.view(np.int32).reshape(-1, 4)
    for place, header in enumerate(_RECTANGLE):
        if header is None:
            data[place] = next(corners)
        else:
            headers[place, :2] = header
    points = [k for k, header in enumerate(_RECTANGLE) if header is None]
    return TextPath(data, np.array(points, np.int64))


def _letters(line: ShapedLine) -> list[Letter]:
    if not len(line):
        return []
    starts = [0, *(np.flatnonzero(line.clusters[1:] != line.clusters[:-1]) + 1).tolist()]
    stops = [*starts[1:], len(line)]
    bounds = [*sorted(set(line.clusters.tolist())), len(line.text)]
    following = dict(pairwise(bounds))
    letters = []
    for start, stop in zip(starts, stops, strict=True):
        first = int(line.clusters[start])
        x = float(line.pens[start])
        width = float(line.pens[stop - 1] + line.advances[stop - 1]) - x
        letters.append(Letter(line.text[first : following[first]], start, stop, x, width))
    return letters
