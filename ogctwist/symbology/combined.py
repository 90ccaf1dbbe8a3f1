# -*- test-case-name: tests.symbology.test_combined -*-
"""Renderers that draw many features as one: inverted polygons and merged features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.clipping import offsetsOf
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.parts import LINE, POLYGON, Parts, drawnParts, partsOfShapes
from ogctwist.symbology.renderers import Renderer
from ogctwist.symbology.symbols import Drawing, Symbol


@dataclass(frozen=True)
class CombinedRenderer:
    """
    The features of each symbol of another renderer, drawn as one.

    @ivar isInverted: what is drawn is the map without them.
    @ivar merges: overlapping polygons are united first.
    """

    embedded: Renderer
    isInverted: bool = False
    merges: bool = True

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Those of the other renderer."""
        return self.embedded.symbols

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{Renderer}."""
        return self.embedded.fields(frame)

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{Renderer}."""
        return self.embedded.jobs(batch, frame)

    def collector(self, canvas: Canvas, frame: Frame) -> CombiningPainter:
        """What takes the features and draws them at the end."""
        return CombiningPainter(self, canvas, frame)


@dataclass(eq=False)
class _Gathered:
    """What was found for one symbol: the parts, and the first feature, which stands for all."""

    feature: FeatureBatch
    parts: list[Parts]


class CombiningPainter:
    """Collects features by symbol."""

    def __init__(self, renderer: CombinedRenderer, canvas: Canvas, frame: Frame):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame
        self._found: dict[int, _Gathered] = {}

    def add(self, batch: FeatureBatch) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        assert batch.geometry is not None
        jobs = self._renderer.jobs(batch, self._frame)
        for number in np.unique(jobs.symbols).tolist():
            rows = jobs.rows[jobs.symbols == number]
            some = batch.take(rows)
            assert some.geometry is not None
            symbol = self._renderer.symbols[number]
            parts = drawnParts(some.geometry, symbol.kind, self._frame)
            if number not in self._found:
                self._found[number] = _Gathered(some.take(np.array([0])), [])
            self._found[number].parts.append(parts)

    def finish(self) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        drawing = Drawing(self._frame)
        found = self._found
        if self._renderer.isInverted and not found:
            self._drawEverywhere(drawing)
        for number in sorted(found):
            self._frame.checkCancelled()
            symbol = self._renderer.symbols[number]
            together = _joined(found[number].parts, symbol.kind)
            combined = self._combined(together)
            painter = symbol.painter(combined, found[number].feature, drawing)
            painter.paint(self._canvas, 0, len(combined))

    def _drawEverywhere(self, drawing: Drawing) -> None:
        """Without features, what is inverted is the whole map, with the only symbol there is."""
        if len(self._renderer.symbols) == 1:
            rectangle = _rectangle(self._canvas)
            parts = Parts(POLYGON, rectangle, np.array([0, 5]), np.array([0, 1]), np.array([0]))
            nobody = FeatureBatch(np.array([-1]), None, {})
            symbol = self._renderer.symbols[0]
            if symbol.fields == frozenset():
                symbol.painter(parts, nobody, drawing).paint(self._canvas, 0, 1)

    def _combined(self, parts: Parts) -> Parts:
        if self._renderer.merges:
            shapes = parts.shapes
            shapes = shapes[np.array([shape is not None for shape in shapes], bool)]
            union: Any = shapely.union_all(shapely.make_valid(shapes) if parts.kind == POLYGON else shapes)
            if parts.kind == LINE:
                union = shapely.line_merge(union)
            if self._renderer.isInverted:
                union = shapely.difference(shapely.polygons(_rectangle(self._canvas)), union)
            return partsOfShapes(np.array([union], object), np.array([0]), parts.kind)
        return _aroundAll(parts, _rectangle(self._canvas)) if self._renderer.isInverted else parts


def _joined(parts: list[Parts], kind: int) -> Parts:
    """Parts of several batches as those of one feature."""
    coordsOf = offsetsOf(np.concatenate([np.diff(p.coordsOf) for p in parts]))
    ringsOf = offsetsOf(np.concatenate([np.diff(p.ringsOf) for p in parts]))
    rows = np.zeros(len(ringsOf) - 1, np.int64)
    return Parts(kind, np.concatenate([p.coords for p in parts]), coordsOf, ringsOf, rows)


def _rectangle(canvas: Canvas) -> np.ndarray:
    """The map and a tenth around it, as a ring."""
    x, y = canvas.width / 10 + 1, canvas.height / 10 + 1
    right, bottom = canvas.width + x, canvas.height + y
    return np.array([(-x, -y), (right, -y), (right, bottom), (-x, bottom), (-x, -y)])


def _aroundAll(parts: Parts, rectangle: np.ndarray) -> Parts:
    """
    The rectangle with the outer rings of all polygons as holes; their holes are polygons
    of their own.  Where polygons overlap, it is filled again, as in QGIS.
    """
    shells = parts.ringsOf[:-1]
    isShell = np.zeros(len(parts.coordsOf) - 1, bool)
    isShell[shells] = True
    order = np.concatenate([np.flatnonzero(isShell), np.flatnonzero(~isShell)])
    rings = parts.rings.take(order)
    coords = np.concatenate([rectangle, rings.coords])
    coordsOf = np.concatenate([[0], rings.coordsOf + len(rectangle)])
    holes = int((~isShell).sum())
    ringsOf = np.concatenate([[0], np.arange(holes + 1) + len(shells) + 1])
    return Parts(POLYGON, coords, coordsOf, ringsOf, np.zeros(holes + 1, np.int64))
