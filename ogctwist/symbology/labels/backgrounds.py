# -*- test-case-name: tests.symbology.labels.test_drawing -*-
"""Shapes behind labels."""

from __future__ import annotations

import math

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Pen
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.engine import PlacedLabel
from ogctwist.symbology.labels.textformat import CIRCLE, ELLIPSE, MARKER, SQUARE, SVG, Background
from ogctwist.symbology.parts import POINT, POLYGON, Parts
from ogctwist.symbology.symbols import Drawing

#: Corners of a quarter of a round outline.
QUARTER = 16


def drawBackground(background: Background, placed: PlacedLabel, canvas: Canvas) -> None:
    """Draw the shape behind one label."""
    frame = placed.label.frame
    candidate = placed.candidate
    x, y = candidate.centre
    width, height = sizeOf(background, candidate.width, candidate.height, frame)
    if width <= 0 or height <= 0 or background.kind == SVG:
        return
    turn = -candidate.angle if background.rotationType != 2 else 0.0
    if background.rotationType:
        turn += math.radians(background.rotation)
    dx, dy = (length.pixels(frame) for length in background.offset)
    centre = np.array([x, -y]) + _turned(np.array([[dx, dy]]), -candidate.angle)[0]
    if background.kind == MARKER:
        _drawMarker(background, centre, frame, canvas)
        return
    rx, ry = (max(length.pixels(frame), 0.0) for length in background.radii)
    outline = _turned(shapeOf(background.kind, width, height, (rx, ry)), turn) + centre
    _drawShape(background, outline, frame, canvas)


def sizeOf(background: Background, width: float, height: float, frame: Frame) -> tuple[float, float]:
    """Width and height of the shape for a label of that size, pixels."""
    across, down = background.width.pixels(frame), background.height.pixels(frame)
    kind = background.kind
    if background.isFixed:
        return (across, across) if kind in (SQUARE, CIRCLE) else (across, down)
    if kind in (SQUARE, MARKER):
        side = max(width, height) + 2 * across
        return side, side
    if kind == CIRCLE:
        side = math.hypot(width, height) + 2 * across
        return side, side
    if kind == ELLIPSE:
        return width * math.sqrt(2) + 2 * across, height * math.sqrt(2) + 2 * down
    return width + 2 * across, height + 2 * down


def shapeOf(kind: int, width: float, height: float, radii: tuple[float, float]) -> np.ndarray:
    """The outline about the origin: float64 (n, 2)."""
    if kind in (ELLIPSE, CIRCLE):
        angles = np.linspace(0, 2 * math.pi, 4 * QUARTER, endpoint=False)
        return np.stack([np.cos(angles) * width / 2, np.sin(angles) * height / 2], -1)
    rx, ry = min(radii[0], width / 2), min(radii[1], height / 2)
    if rx <= 0 or ry <= 0:
        return np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    angles = np.linspace(0, math.pi / 2, QUARTER // 2 + 1)
    corners = []
    for number, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        turned = angles + number * math.pi / 2
        middle = (sx * (width / 2 - rx), sy * (height / 2 - ry))
        corners.append(np.stack([np.cos(turned) * rx, np.sin(turned) * ry], -1) + middle)
    return np.concatenate(corners)


def _turned(coords: np.ndarray, angle: float) -> np.ndarray:
    """Turned about the origin, clockwise on the picture."""
    if not angle:
        return coords
    sine, cosine = math.sin(angle), math.cos(angle)
    return coords @ np.array([[cosine, sine], [-sine, cosine]])


def _partsOf(kind: int, coords: np.ndarray) -> Parts:
    one = np.array([0, 1], np.int64)
    return Parts(kind, np.ascontiguousarray(coords), np.array([0, len(coords)]), one, np.zeros(1, np.int64))


def _drawShape(background: Background, outline: np.ndarray, frame: Frame, canvas: Canvas) -> None:
    if background.symbol is not None:
        parts = _partsOf(POLYGON, np.vstack([outline, outline[:1]]))
        drawing = Drawing(frame, opacity=background.opacity)
        background.symbol.painter(parts, _EMPTY, drawing).paint(canvas, 0, 1)
        return
    paths = Paths(outline, np.array([0, len(outline)]), np.array([0, 1]), True)
    border = background.borderWidth.pixels(frame)
    pen = None
    if border > 0:
        pen = Pen(background.border.faded(background.opacity), border, "square", background.join)
    canvas.paintParts(paths, 0, 1, background.fill.faded(background.opacity), pen)


def _drawMarker(background: Background, centre: np.ndarray, frame: Frame, canvas: Canvas) -> None:
    if background.symbol is None:
        return
    parts = _partsOf(POINT, centre[None])
    background.symbol.painter(parts, _EMPTY, Drawing(frame, opacity=background.opacity)).paint(canvas, 0, 1)


_EMPTY = FeatureBatch(np.zeros(1, np.int64), None, {})
