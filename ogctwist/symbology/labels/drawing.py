# -*- test-case-name: tests.symbology.labels.test_drawing -*-
"""Placed labels on a canvas: backgrounds first, then each with its shadow, buffer and letters."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.compose import compose
from ogctwist.canvas.ink import BLACK, Color, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.text import TextPath
from ogctwist.symbology.frame import Cancelled
from ogctwist.symbology.labels.backgrounds import drawBackground
from ogctwist.symbology.labels.block import TextBlock
from ogctwist.symbology.labels.candidate import Candidate, rectangle
from ogctwist.symbology.labels.diagramdrawing import drawDiagram
from ogctwist.symbology.labels.diagrams import DiagramBlock
from ogctwist.symbology.labels.engine import PlacedLabel, PlacedLabels
from ogctwist.symbology.labels.settings import CENTRE, FOLLOW, LEFT, RIGHT
from ogctwist.symbology.labels.textformat import Shadow
from ogctwist.symbology.raster.shades import ALPHA, BLUE, GREEN, RED

#: What a shadow falls from.
LOWEST, TEXT, BUFFER, SHAPE = range(4)
#: A blur of more pixels looks no different.
WIDEST_BLUR = 100.0
#: Colours of the boxes of places that were considered, and chosen.
_CONSIDERED, _CHOSEN = Color(0.0, 0.0, 0.0, 0.16), Color(0.0, 1.0, 0.0, 0.6)


def _never() -> bool:
    return False


def drawLabels(
    placed: PlacedLabels,
    canvas: Canvas,
    isCancelled: Callable[[], bool] = _never,
    rectanglesOnly: bool = False,
    showsCandidates: bool = False,
) -> None:
    """
    Draw the labels of a map over it.

    @param rectanglesOnly: draw the boxes of labels in their place; with C{showsCandidates}
        those of all places that were considered: what a project asks for to see why
        labels stand where they stand.
    @raise Cancelled: if nobody waits any more.
    """
    if showsCandidates:
        for candidate in placed.candidates:
            _drawBox(candidate, canvas, None, _CONSIDERED)
    if rectanglesOnly:
        for label in placed.labels:
            _drawBox(label.candidate, canvas, _CHOSEN.faded(0.4), _CHOSEN)
        return
    for label in placed.labels:
        if label.label.settings.format.background is not None:
            drawBackgroundOf(label, canvas)
    for number, label in enumerate(placed.labels):
        if number % 64 == 0 and isCancelled():
            raise Cancelled()
        drawLabel(label, canvas)


def _drawBox(candidate: Candidate, canvas: Canvas, fill: Color | None, line: Color) -> None:
    corners = [candidate.corners]
    if candidate.letters is not None:
        boxes = [(p.x, p.y, p.width, candidate.height, p.angle) for p in candidate.letters]
        corners = [rectangle(*box) for box in boxes]
    coords = np.concatenate(corners) * (1, -1)
    offsets = np.arange(len(corners) + 1) * 4
    paths = Paths(coords, offsets, np.arange(len(corners) + 1), True)
    canvas.paintParts(paths, 0, len(corners), fill, Pen(line, 1.0, "square", "miter"))


def drawBackgroundOf(placed: PlacedLabel, canvas: Canvas) -> None:
    """The shape behind a label, and its shadow."""
    format = placed.label.settings.format
    background = format.background
    assert background is not None
    if format.shadow is not None and _throws(format.shadow, SHAPE, placed):
        _dropShadow(canvas, format.shadow, placed, lambda c: drawBackground(background, placed, c))
    with canvas.saved():
        canvas.setBlendMode(background.blendMode)
        drawBackground(background, placed, canvas)


def drawLabel(placed: PlacedLabel, canvas: Canvas) -> None:
    """The letters of a label, with what is around them; or a diagram."""
    if isinstance(placed.label.block, DiagramBlock):
        candidate = placed.candidate
        drawDiagram(placed.label.block, candidate.x, -candidate.y, placed.label.frame, canvas)
        return
    format = placed.label.settings.format
    path = letterPath(placed)
    if not path:
        return
    if format.buffer is not None:
        width = format.buffer.size.pixels(placed.label.frame)
        pen = Pen(format.buffer.color, width, "round", format.buffer.join)
        if format.shadow is not None and _throws(format.shadow, BUFFER, placed):
            solid = Pen(BLACK, width, "round", format.buffer.join)
            _dropShadow(canvas, format.shadow, placed, lambda c: _strokeAndFill(c, path, solid, BLACK))
        with canvas.saved():
            canvas.setBlendMode(format.buffer.blendMode)
            fill = format.buffer.color if format.buffer.fillsInterior else None
            _strokeAndFill(canvas, path, pen, fill)
    if format.shadow is not None and _throws(format.shadow, TEXT, placed):
        _dropShadow(canvas, format.shadow, placed, lambda c: path.fill(c.context, BLACK))
    with canvas.saved():
        canvas.setBlendMode(format.blendMode)
        path.fill(canvas.context, format.color)


def _strokeAndFill(canvas: Canvas, path: TextPath, pen: Pen, fill: Color | None) -> None:
    if pen.width > 0:
        path.stroke(canvas.context, pen)
    if fill is not None:
        path.fill(canvas.context, fill)


def alignmentOf(placed: PlacedLabel) -> int:
    """How lines are aligned: as the style says, or towards the label's point."""
    alignment = placed.label.settings.content.alignment
    if alignment != FOLLOW:
        return alignment
    side = placed.candidate.direction[0]
    return RIGHT if side < 0 else LEFT if side > 0 else CENTRE


def letterPath(placed: PlacedLabel) -> TextPath:
    """The outlines of a label's letters, in pixels of the map."""
    candidate, block = placed.candidate, placed.label.block
    assert isinstance(block, TextBlock)
    if candidate.letters is None:
        return block.path(alignmentOf(placed)).moved(candidate.x, -candidate.y, -candidate.angle)
    return _curvedPath(candidate, placed)


def _curvedPath(candidate: Candidate, placed: PlacedLabel) -> TextPath:
    block = placed.label.block
    assert isinstance(block, TextBlock)
    line = block.lines[0]
    letters = line.letters()
    rise = -block.baseline
    result = TextPath.joined([])
    assert candidate.letters is not None
    for place in candidate.letters:
        letter = letters[place.letter]
        path = line.glyphPath(letter.start, letter.stop, -letter.x)
        result = result + path.moved(0, rise).moved(place.x, -place.y, -place.angle)
    return result


def _throws(shadow: Shadow, part: int, placed: PlacedLabel) -> bool:
    """Whether the shadow falls from a part of the label."""
    under = shadow.under
    if under == LOWEST:
        format = placed.label.settings.format
        under = SHAPE if format.background is not None else BUFFER if format.buffer is not None else TEXT
    return under == part


def _dropShadow(canvas: Canvas, shadow: Shadow, placed: PlacedLabel, draw: Callable[[Canvas], None]) -> None:
    """What C{draw} draws, blurred, in one colour, a little aside."""
    frame = placed.label.frame
    radius = min(max(shadow.radius.pixels(frame), 0.0), WIDEST_BLUR)
    distance = shadow.distance.pixels(frame)
    angle = math.radians(shadow.angle)
    if shadow.turns:
        angle -= placed.candidate.angle
    dx, dy = distance * math.sin(angle), -distance * math.cos(angle)
    layer = Canvas(canvas.width, canvas.height)
    x, y = placed.candidate.centre
    with layer.saved():
        layer.context.translate(dx, dy)
        # the shadow's own size is about the label's middle
        layer.context.translate(x, -y)
        layer.context.scale(shadow.scale, shadow.scale)
        layer.context.translate(-x, y)
        draw(layer)
    compose(canvas.pixels, tinted(layer.pixels, shadow.color, radius), 1.0, shadow.blendMode)
    canvas.pixelsChanged()


def tinted(picture: np.ndarray, color: Color, radius: float) -> np.ndarray:
    """
    A picture's shape in one colour, blurred.

    @param picture: uint8 (h, w, 4), premultiplied.
    @param radius: pixels.
    """
    alpha = picture[..., ALPHA]
    if radius > 0:
        box = _reach(alpha, radius)
        blurred = np.zeros_like(alpha)
        blurred[box] = np.asarray(Image.fromarray(alpha[box]).filter(ImageFilter.GaussianBlur(radius / 2)))
        alpha = blurred
    result = np.zeros_like(picture)
    strength = alpha.astype(np.float32) * color.alpha
    result[..., ALPHA] = np.rint(strength)
    for place, value in ((RED, color.red), (GREEN, color.green), (BLUE, color.blue)):
        result[..., place] = np.rint(strength * value)
    return result


def _reach(alpha: np.ndarray, radius: float) -> tuple[slice, slice]:
    """The part of a picture that a blur changes."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    margin = math.ceil(2 * radius) + 1
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )
