# -*- test-case-name: tests.symbology.labels.test_diagrams -*-
"""Diagrams on a canvas."""

from __future__ import annotations

import math

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.canvas.text import shapeLine
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.block import plainText
from ogctwist.symbology.labels.diagrams import HISTOGRAM, PIE, STACKED, DiagramBlock, DiagramStyle

#: Corners of a circle.
CIRCLE = 96


def drawDiagram(block: DiagramBlock, left: float, bottom: float, frame: Frame, canvas: Canvas) -> None:
    """
    Draw one diagram.

    @param left: of its box, pixels; C{bottom} is that of its lower edge.
    """
    style = block.style
    if style.kind == PIE:
        _drawPie(block, left, bottom, frame, canvas)
    elif style.kind == HISTOGRAM:
        _drawBars(block, left, bottom, frame, canvas)
    elif style.kind == STACKED:
        _drawStack(block, left, bottom, frame, canvas)
    else:
        _drawText(block, left, bottom, frame, canvas)


def _pen(style: DiagramStyle, frame: Frame) -> Pen | None:
    width = style.penWidth.pixels(frame)
    return Pen(style.pen, max(width, 0.0), "flat", "miter") if style.pen.alpha > 0 else None


def _shape(
    canvas: Canvas, outline: np.ndarray, fill: Color | None, pen: Pen | None, closed: bool = True
) -> None:
    paths = Paths(np.ascontiguousarray(outline), np.array([0, len(outline)]), np.array([0, 1]), closed)
    canvas.paintParts(paths, 0, 1, fill, pen)


def _arc(block: DiagramBlock, left: float, bottom: float, start: float, stop: float) -> np.ndarray:
    """Points of the ellipse in the block's box between two angles, counter-clockwise from the east."""
    count = max(2, math.ceil(abs(stop - start) / (2 * math.pi) * CIRCLE) + 1)
    angles = np.linspace(start, stop, count)
    x = left + block.width / 2 * (1 + np.cos(angles))
    y = bottom - block.height / 2 * (1 + np.sin(angles))
    return np.stack([x, y], -1)


def _drawPie(block: DiagramBlock, left: float, bottom: float, frame: Frame, canvas: Canvas) -> None:
    style, pen = block.style, _pen(block.style, frame)
    values = [max(value, 0.0) for value in block.values]
    total = sum(values)
    if total <= 0:
        _shape(canvas, _arc(block, left, bottom, 0, 2 * math.pi)[:-1], None, pen)
        return
    angle = -math.radians(style.rotation)
    turn = -1 if style.isClockwise else 1
    middle = np.array([[left + block.width / 2, bottom - block.height / 2]])
    for value, category in zip(values, style.categories, strict=True):
        if value <= 0:
            continue
        end = angle + turn * 2 * math.pi * value / total
        outline = _arc(block, left, bottom, angle, end)
        if value < total:
            outline = np.vstack([middle, outline])
        _shape(canvas, outline, category.color.faded(style.opacity), pen)
        angle = end


def _drawBars(block: DiagramBlock, left: float, bottom: float, frame: Frame, canvas: Canvas) -> None:
    """Bars side by side, on the side of the box from which they grow."""
    style, pen = block.style, _pen(block.style, frame)
    breadth = style.barWidth * style.unit.factor(frame)
    gap = style.spacing.pixels(frame)
    isUpright = style.orientation in ("Up", "Down")
    scale = block.barScale
    if scale is None:
        greatest = max(max(block.values, default=0.0), 1e-9)
        scale = (block.height if isUpright else block.width) / greatest
    top, right = bottom - block.height, left + block.width
    for place, (value, category) in enumerate(zip(block.values, style.categories, strict=True)):
        offset, length = place * (breadth + gap), value * scale
        if isUpright:
            x0, x1 = left + offset, left + offset + breadth
            base, tip = (bottom, bottom - length) if style.orientation == "Up" else (top, top + length)
            outline = np.array([[x0, base], [x0, tip], [x1, tip], [x1, base]])
        else:
            y0, y1 = top + offset, top + offset + breadth
            base, tip = (left, left + length) if style.orientation == "Right" else (right, right - length)
            outline = np.array([[base, y0], [tip, y0], [tip, y1], [base, y1]])
        _shape(canvas, outline, category.color.faded(style.opacity), pen)


def _drawStack(block: DiagramBlock, left: float, bottom: float, frame: Frame, canvas: Canvas) -> None:
    """Bars one after the other, their lengths shares of the whole."""
    style, pen = block.style, _pen(block.style, frame)
    values = [max(value, 0.0) for value in block.values]
    total = sum(values)
    if total <= 0:
        return
    gap = style.spacing.pixels(frame)
    isUpright = style.orientation in ("Up", "Down")
    room = (block.height if isUpright else block.width) - gap * (len(values) - 1)
    top, right, start = bottom - block.height, left + block.width, 0.0
    for value, category in zip(values, style.categories, strict=True):
        stop = start + room * value / total
        if isUpright:
            near, far = (
                (bottom - start, bottom - stop) if style.orientation == "Up" else (top + start, top + stop)
            )
            outline = np.array([[left, near], [left, far], [right, far], [right, near]])
        else:
            near, far = (
                (left + start, left + stop) if style.orientation == "Right" else (right - start, right - stop)
            )
            outline = np.array([[near, top], [far, top], [far, bottom], [near, bottom]])
        _shape(canvas, outline, category.color.faded(style.opacity), pen)
        start = stop + gap


def _drawText(block: DiagramBlock, left: float, bottom: float, frame: Frame, canvas: Canvas) -> None:
    """The values, written one below the other on an ellipse."""
    style, pen = block.style, _pen(block.style, frame)
    background = style.background.faded(style.opacity)
    _shape(canvas, _arc(block, left, bottom, 0, 2 * math.pi)[:-1], background, pen)
    count = len(block.values)
    radiusX, radiusY, top = block.width / 2, block.height / 2, bottom - block.height
    for line in range(1, count):
        y = top + block.height * line / count
        half = radiusX * math.sqrt(max(1 - ((y - top - radiusY) / radiusY) ** 2, 0.0))
        middle = left + radiusX
        if pen is not None:
            _shape(canvas, np.array([[middle - half, y], [middle + half, y]]), None, pen, closed=False)
    if block.font is None:
        return
    metrics = block.font.metrics
    for line, (value, category) in enumerate(zip(block.values, style.categories, strict=True)):
        shaped = shapeLine(plainText(float(value)), block.font)
        middle = top + block.height * (line + 0.5) / count
        x = left + radiusX - shaped.width / 2
        path = shaped.path().moved(x, middle + (metrics.ascent - metrics.descent) / 2)
        path.fill(canvas.context, category.color.faded(style.opacity))
