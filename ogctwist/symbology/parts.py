# -*- test-case-name: tests.symbology.test_parts -*-
"""
Geometries as they are drawn: parts of one kind, in pixels.

QGIS draws a feature part by part, each with all layers of its symbol before
the next; so a part, not a feature, is what symbol layers draw.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely

from ogctwist.canvas.paths import Paths
from ogctwist.geo.geometry import GeometryColumn, Ragged
from ogctwist.native.wkb import ragged
from ogctwist.symbology.clipping import (
    clipRings,
    closedRings,
    offsetsOf,
    positions,
    selectCoords,
    withoutNear,
)
from ogctwist.symbology.frame import Frame

POINT, LINE, POLYGON = 1, 2, 3

#: Vertices farther from the map's corner are left out, in pixels.
FARTHEST = 4_000_000.0

#: Vertices nearer than this to the one before are left out, in pixels.
TOLERANCE = 0.5


@dataclass(frozen=True, eq=False)
class Parts:
    """
    p parts of one kind.

    @ivar kind: L{POINT}, L{LINE} or L{POLYGON}.
    @ivar coords: float64 (v, 2), pixels, finite.
    @ivar coordsOf: int64 offsets of rings into C{coords}.
    @ivar ringsOf: int64 offsets of parts into rings, shape (p + 1,).
    @ivar rowOf: int64 (p,): the row of the batch that a part belongs to, ascending.
    @ivar numberOf: int64 (p,): which part of its feature each is, from 1; None where they come in order.
    """

    kind: int
    coords: np.ndarray
    coordsOf: np.ndarray
    ringsOf: np.ndarray
    rowOf: np.ndarray
    numberOf: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.rowOf)

    def take(self, chosen: np.ndarray) -> Parts:
        """Some of the parts, by position."""
        if len(chosen) == len(self) and (len(chosen) == 0 or (np.diff(chosen) == 1).all()):
            return self
        rings, ringsOf = positions(self.ringsOf, chosen)
        vertices, coordsOf = positions(self.coordsOf, rings)
        numbers = None if self.numberOf is None else self.numberOf[chosen]
        return Parts(self.kind, self.coords[vertices], coordsOf, ringsOf, self.rowOf[chosen], numbers)

    def slice(self, start: int, stop: int) -> Parts:
        """The parts from C{start} up to C{stop}."""
        if start == 0 and stop == len(self):
            return self
        rings = self.ringsOf[start : stop + 1]
        offsets = self.coordsOf[rings[0] : rings[-1] + 1]
        return Parts(
            self.kind,
            self.coords[offsets[0] : offsets[-1]],
            offsets - offsets[0],
            rings - rings[0],
            self.rowOf[start:stop],
            None if self.numberOf is None else self.numberOf[start:stop],
        )

    @cached_property
    def polygonPaths(self) -> Paths:
        """The parts as closed paths."""
        return Paths(self.coords, self.coordsOf, self.ringsOf, True)

    @cached_property
    def linePaths(self) -> Paths:
        """The parts as lines; rings of polygons are closed with a join."""
        return Paths(self.coords, self.coordsOf, self.ringsOf, self.kind == POLYGON)

    @cached_property
    def outlines(self) -> Parts:
        """The parts as lines that end where they begin, for rings of polygons."""
        if self.kind != POLYGON:
            return self
        coords, coordsOf = closedRings(self.coords, self.coordsOf)
        return Parts(LINE, coords, coordsOf, self.ringsOf, self.rowOf)

    @cached_property
    def outlinesByRing(self) -> Parts:
        """Polygons whose rings all end with their first point."""
        coords, coordsOf = closedRings(self.coords, self.coordsOf)
        return Parts(self.kind, coords, coordsOf, self.ringsOf, self.rowOf)

    @cached_property
    def firstPoints(self) -> np.ndarray:
        """float64 (p, 2): the first vertex of every part: the points themselves for points."""
        return self.coords[self.coordsOf[self.ringsOf[:-1]]]

    @cached_property
    def shapes(self) -> np.ndarray:
        """The parts as Shapely geometries, in pixels."""
        if self.kind == POINT:
            return np.asarray(shapely.points(self.firstPoints), object)
        index = np.repeat(np.arange(len(self.coordsOf) - 1), np.diff(self.coordsOf))
        if self.kind == LINE:
            return _lines(self.coords, index, len(self.coordsOf) - 1)
        return _polygons(self)

    @cached_property
    def bounds(self) -> np.ndarray:
        """float64 (p, 4): xmin, ymin, xmax, ymax; in pixels."""
        if not len(self):
            return np.empty((0, 4))
        starts = self.coordsOf[self.ringsOf[:-1]]
        low = np.minimum.reduceat(self.coords, starts, axis=0)
        high = np.maximum.reduceat(self.coords, starts, axis=0)
        return np.hstack([low, high])

    @cached_property
    def rings(self) -> Parts:
        """Every ring (or line) as a part of its own, as lines."""
        rows = np.repeat(self.rowOf, np.diff(self.ringsOf))
        count = len(self.coordsOf) - 1
        return Parts(LINE, self.coords, self.coordsOf, np.arange(count + 1, dtype=np.int64), rows)


def _lines(coords: np.ndarray, index: np.ndarray, count: int) -> np.ndarray:
    """Shapely lines; None where there are fewer than two points."""
    counts = np.bincount(index, minlength=count)
    good = counts[index] > 1
    result = np.full(count, None, object)
    if good.any():
        _, renumbered = np.unique(index[good], return_inverse=True)
        result[counts > 1] = shapely.linestrings(coords[good], indices=renumbered)
    return result


def _polygons(parts: Parts) -> np.ndarray:
    coords, coordsOf = closedRings(parts.coords, parts.coordsOf)
    counts = np.diff(coordsOf)
    goodRing = counts > 3
    rings, ringOffsets = positions(coordsOf, np.flatnonzero(goodRing))
    result = np.full(len(parts), None, object)
    if not goodRing.any():
        return result
    index = np.repeat(np.arange(len(ringOffsets) - 1), np.diff(ringOffsets))
    linear = shapely.linearrings(coords[rings], indices=index)
    owner = np.repeat(np.arange(len(parts)), np.diff(parts.ringsOf))[goodRing]
    hasShell = np.zeros(len(parts), bool)
    some = np.diff(parts.ringsOf) > 0
    hasShell[some] = goodRing[parts.ringsOf[:-1][some]]
    usable = hasShell[owner]
    if usable.any():
        wanted, renumbered = np.unique(owner[usable], return_inverse=True)
        result[wanted] = shapely.polygons(linear[usable], indices=renumbered)
    return result


def partsOfShapes(shapes: np.ndarray, rowOf: np.ndarray, kind: int) -> Parts:
    """
    The parts of Shapely geometries that are in pixels already; None and other kinds are left out.

    @param rowOf: the batch row of every geometry.
    """
    from ogctwist.geo.geometry import raggedOf

    parts = _ofKind(raggedOf(np.asarray(shapes, object)), kind)
    return Parts(kind, parts.coords, parts.coordsOf, parts.ringsOf, np.asarray(rowOf)[parts.rowOf])


def _ofKind(column: Ragged, kind: int) -> Parts:
    """The parts of one kind, in the geometry's own coordinates."""
    rowOf = np.repeat(np.arange(len(column), dtype=np.int64), np.diff(column.partsOf))
    parts = Parts(kind, column.coords[:, :2], column.coordsOf, column.ringsOf, rowOf)
    if len(parts) > len(column):
        first = column.partsOf[:-1][rowOf]
        parts = replace(parts, numberOf=np.arange(len(parts), dtype=np.int64) - first + 1)
    chosen = np.flatnonzero(column.kinds == kind)
    return parts if len(chosen) == len(parts) else parts.take(chosen)


def drawnParts(
    geometry: GeometryColumn, kind: int, frame: Frame, *, clip: bool = True, simplify: bool = True
) -> Parts:
    """
    The parts of one kind of a column, cut at the map's edge, in pixels.

    @param geometry: in the layer's CRS.
    """
    parts = _ofKind(ragged(geometry), kind)
    coords, coordsOf = parts.coords, parts.coordsOf
    if clip and kind != POINT and frame.clipBox is not None:
        coords, coordsOf = clipRings(coords, coordsOf, frame.clipBox, closed=kind == POLYGON)
    coords = frame.toPixels(coords)
    if len(coords) and not (coords.min() > -FARTHEST and coords.max() < FARTHEST):
        # too far for the fixed point of the canvas, or no place in the map's CRS at all
        coords, coordsOf = selectCoords(coords, coordsOf, (np.abs(coords) < FARTHEST).all(axis=1))
    if simplify and kind != POINT:
        coords, coordsOf = withoutNear(coords, coordsOf, TOLERANCE)
    drawn = replace(parts, coords=coords, coordsOf=coordsOf)
    counts = np.diff(coordsOf)
    if not len(counts) or counts.min() == 0:
        drawn = _withoutEmpty(drawn)
    return _largestFirst(drawn) if kind == POLYGON and drawn.numberOf is not None else drawn


def _largestFirst(parts: Parts) -> Parts:
    """The parts of each feature by the size of their boxes, so that small ones end on top, as in QGIS."""
    extent = parts.bounds[:, 2:] - parts.bounds[:, :2]
    return parts.take(np.lexsort((-extent[:, 0] * extent[:, 1], parts.rowOf)))


def _withoutEmpty(parts: Parts) -> Parts:
    """Without rings of no points, and without parts of no rings."""
    full = np.diff(parts.coordsOf) > 0
    ringsOf = offsetsOf(full)[parts.ringsOf]
    coordsOf = np.concatenate([parts.coordsOf[:-1][full], parts.coordsOf[-1:]])
    some = np.diff(ringsOf) > 0
    return Parts(
        parts.kind,
        parts.coords,
        coordsOf,
        np.concatenate([ringsOf[:-1][some], ringsOf[-1:]]),
        parts.rowOf[some],
        None if parts.numberOf is None else parts.numberOf[some],
    )
