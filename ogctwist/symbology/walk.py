# -*- test-case-name: tests.symbology.test_vector -*-
"""
Features through their symbols onto the canvas: feature by feature, or symbol
level by symbol level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.parts import Parts, drawnParts
from ogctwist.symbology.renderers import Renderer
from ogctwist.symbology.symbols import Drawing, SymbolPainter, coatsOf


class BatchPainter(Protocol):
    """Takes batches; the canvas is complete after C{finish}."""

    def add(self, batch: FeatureBatch) -> None:
        """Draw (or keep for later) the features of a batch."""

    def finish(self) -> None:
        """Draw what was kept."""


@dataclass(frozen=True, eq=False)
class Run:
    """Parts next to each other in drawing order, drawn by the same symbol."""

    symbol: int
    painter: SymbolPainter
    start: int
    stop: int


class SequentialPainter:
    """Feature by feature, in the order in which they come."""

    def __init__(self, renderer: Renderer, canvas: Canvas, frame: Frame):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame

    def add(self, batch: FeatureBatch) -> None:
        """See L{BatchPainter}."""
        jobs = self._renderer.jobs(batch, self._frame)
        prepared = _painters(self._renderer, batch, jobs, self._frame)
        looks = [coatsOf(symbol.painter.painters) for _, symbol in prepared]
        if len(prepared) > 1 and None not in looks:
            which, items = _inOrder(prepared)
            self._canvas.paintMixed([look for look in looks if look is not None], which, items)
            return
        for count, run in enumerate(_runs(prepared)):
            if count % 256 == 255:
                self._frame.checkCancelled()
            run.painter.paint(self._canvas, run.start, run.stop)

    def finish(self) -> None:
        """See L{BatchPainter}."""


class LevelledPainter:
    """
    Rendering pass by rendering pass over all features.

    @param bySymbol: within a pass one symbol after the other, as symbol levels
        do; otherwise in the order of features, as rules do.
    """

    def __init__(self, renderer: Renderer, canvas: Canvas, frame: Frame, *, bySymbol: bool):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame
        self._bySymbol = bySymbol
        self._runs: list[Run] = []

    def add(self, batch: FeatureBatch) -> None:
        """See L{BatchPainter}."""
        if self._bySymbol:
            jobs = self._renderer.jobs(batch, self._frame)
            for symbol, painter in _painters(self._renderer, batch, jobs, self._frame):
                self._runs.append(Run(symbol, painter.painter, 0, len(painter.parts)))
        else:
            self._runs.extend(runsOf(self._renderer, batch, self._frame))

    def finish(self) -> None:
        """See L{BatchPainter}."""
        symbols = self._renderer.symbols
        runs = sorted(self._runs, key=lambda run: run.symbol) if self._bySymbol else self._runs
        for level in sorted({layer.renderingPass for symbol in symbols for layer in symbol.layers}):
            for run in runs:
                self._frame.checkCancelled()
                run.painter.paintPass(self._canvas, run.start, run.stop, level)


class StackedPainter:
    """
    Symbol levels without keeping features: a picture for each symbol in each rendering
    pass, put on each other at the end.  The same as L{LevelledPainter} with
    C{bySymbol}, as long as features are mixed normally.
    """

    def __init__(self, renderer: Renderer, canvas: Canvas, frame: Frame):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame
        self._pictures: dict[tuple[int, int], Canvas] = {}

    @staticmethod
    def pictureCount(renderer: Renderer) -> int:
        """How many pictures a renderer needs."""
        return sum(len({layer.renderingPass for layer in symbol.layers}) for symbol in renderer.symbols)

    def add(self, batch: FeatureBatch) -> None:
        """See L{BatchPainter}."""
        jobs = self._renderer.jobs(batch, self._frame)
        for number, prepared in _painters(self._renderer, batch, jobs, self._frame):
            for level in {layer.renderingPass for layer in self._renderer.symbols[number].layers}:
                self._frame.checkCancelled()
                picture = self._pictures.get((level, number))
                if picture is None:
                    picture = self._pictures[level, number] = Canvas(self._canvas.width, self._canvas.height)
                prepared.painter.paintPass(picture, 0, len(prepared.parts), level)

    def finish(self) -> None:
        """See L{BatchPainter}."""
        for key in sorted(self._pictures):
            self._canvas.drawPicture(self._pictures[key].pixels)


@dataclass(frozen=True, eq=False)
class _PreparedSymbol:
    """
    @ivar order: for each part the position of its job, ascending.
    """

    painter: SymbolPainter
    parts: Parts
    order: np.ndarray


def runsOf(renderer: Renderer, batch: FeatureBatch, frame: Frame) -> list[Run]:
    """What is drawn of a batch, in order."""
    jobs = renderer.jobs(batch, frame)
    return _runs(_painters(renderer, batch, jobs, frame))


def _runs(prepared: list[tuple[int, _PreparedSymbol]]) -> list[Run]:
    if len(prepared) == 1:
        symbol, only = prepared[0]
        return [Run(symbol, only.painter, 0, len(only.parts))] if len(only.parts) else []
    return _interleaved(prepared)


def _inOrder(prepared: list[tuple[int, _PreparedSymbol]]) -> tuple[np.ndarray, np.ndarray]:
    """For every part in drawing order: (position in C{prepared}, which of its parts)."""
    if not prepared:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    keys = np.concatenate([p.order for _, p in prepared])
    which = np.repeat(np.arange(len(prepared)), [len(p.order) for _, p in prepared])
    local = np.concatenate([np.arange(len(p.order)) for _, p in prepared])
    order = np.argsort(keys, kind="stable")
    return which[order], local[order]


def _interleaved(prepared: list[tuple[int, _PreparedSymbol]]) -> list[Run]:
    """Runs of several symbols in the order of their jobs."""
    which, local = _inOrder(prepared)
    if not len(which):
        return []
    starts = np.flatnonzero(np.concatenate([[True], which[1:] != which[:-1]]))
    ends = np.append(starts[1:], len(which))
    return [
        Run(prepared[w][0], prepared[w][1].painter, first, first + end - start)
        for w, first, start, end in zip(
            which[starts].tolist(), local[starts].tolist(), starts.tolist(), ends.tolist(), strict=True
        )
    ]


def _painters(
    renderer: Renderer, batch: FeatureBatch, jobs: Jobs, frame: Frame
) -> list[tuple[int, _PreparedSymbol]]:
    """A painter for each symbol that draws something of the batch (two where some of it is selected)."""
    assert batch.geometry is not None
    partsOf: dict[tuple[int, bool], Parts] = {}
    result = []
    selected = _selected(batch, frame)
    selection = Color(*(c / 255 for c in frame.selectionColor))
    for number in np.unique(jobs.symbols).tolist():
        symbol = renderer.symbols[number]
        key = (symbol.kind, symbol.clipToExtent)
        if key not in partsOf:
            partsOf[key] = drawnParts(batch.geometry, symbol.kind, frame, clip=symbol.clipToExtent)
        at = np.flatnonzero(jobs.symbols == number)
        drawing = Drawing(frame)
        for positions, look in _split(at, jobs.rows[at], selected, drawing, selection):
            rows = jobs.rows[positions]
            parts = _partsOfRows(partsOf[key], rows, len(batch))
            some = batch if len(rows) == len(batch) else batch.take(rows)
            painter = symbol.painter(parts, some, look)
            result.append((number, _PreparedSymbol(painter, parts, positions[parts.rowOf])))
    return result


def _split(positions, rows, selected, drawing, selection):
    """What is not selected, and what is, each with how it is drawn."""
    if selected is None:
        return [(positions, drawing)]
    chosen = selected[rows]
    both = [(positions[~chosen], drawing), (positions[chosen], replace(drawing, selectionColor=selection))]
    return [pair for pair in both if len(pair[0])]


def _selected(batch: FeatureBatch, frame: Frame) -> np.ndarray | None:
    if not frame.selectedIds:
        return None
    mask = np.isin(batch.ids, np.fromiter(frame.selectedIds, np.int64, len(frame.selectedIds)))
    return mask if mask.any() else None


def _partsOfRows(parts: Parts, rows: np.ndarray, count: int) -> Parts:
    """The parts of some rows (ascending), their C{rowOf} counted among these rows."""
    if len(rows) == count:
        return parts
    place = np.full(count, -1, np.int64)
    place[rows] = np.arange(len(rows))
    new = place[parts.rowOf]
    chosen = np.flatnonzero(new >= 0)
    some = parts.take(chosen)
    return replace(some, rowOf=new[chosen])
