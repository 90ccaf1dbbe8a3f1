# -*- test-case-name: tests.symbology.test_along -*-
"""Distances along lines: points at a distance, directions, and lines cut to a stretch."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ogctwist.symbology.clipping import offsetsOf
from ogctwist.symbology.parts import LINE, Parts


class MeasuredLines:
    """
    Lines with the distance of every vertex from the start of its line, in pixels.

    Each line is one part of one ring.

    @param inSteps: measure each segment by the longer of its extents along x and y.
    """

    def __init__(self, lines: Parts, *, inSteps: bool = False):
        self.lines = lines
        self._inSteps = inSteps
        self.offsets = lines.coordsOf[lines.ringsOf]

    @cached_property
    def _steps(self) -> np.ndarray:
        """(v,): the distance from the vertex before; 0 at the start of a line."""
        coords = self.lines.coords
        steps = np.zeros(len(coords))
        delta = coords[1:] - coords[:-1]
        steps[1:] = np.abs(delta).max(axis=1) if self._inSteps else np.hypot(*delta.T)
        steps[self.offsets[:-1]] = 0
        return steps

    @cached_property
    def _running(self) -> np.ndarray:
        """(v,): distances added up over all lines: ascending."""
        return np.cumsum(self._steps)

    @cached_property
    def distances(self) -> np.ndarray:
        """(v,): along its line."""
        starts = self._running[self.offsets[:-1]]
        return self._running - np.repeat(starts, np.diff(self.offsets))

    @cached_property
    def lengths(self) -> np.ndarray:
        """(p,)"""
        return self.distances[self.offsets[1:] - 1]

    def segmentsAt(self, line: np.ndarray, distance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """
        @param line: positions of lines.
        @param distance: along them; outside a line its ends count.
        @return: (the vertex that begins the segment, how far along the segment, 0 to 1).
        """
        first, last = self.offsets[line], self.offsets[line + 1] - 1
        goal = self._running[first] + distance
        vertex = np.searchsorted(self._running, goal, "right") - 1
        vertex = np.clip(vertex, first, np.maximum(last - 1, first))
        following = np.minimum(vertex + 1, last)
        step = self._running[following] - self._running[vertex]
        along = np.divide(goal - self._running[vertex], step, out=np.zeros(len(goal)), where=step > 0)
        return vertex, np.clip(along, 0, 1)

    def pointsAt(self, line: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """float64 (n, 2): the points at these distances along these lines."""
        vertex, along = self.segmentsAt(line, distance)
        coords = self.lines.coords
        following = np.minimum(vertex + 1, self.offsets[line + 1] - 1)
        return coords[vertex] + (coords[following] - coords[vertex]) * along[:, None]

    def directionsAt(self, line: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """Radians clockwise from the x axis of the segments at these distances."""
        vertex, _ = self.segmentsAt(line, distance)
        following = np.minimum(vertex + 1, self.offsets[line + 1] - 1)
        delta = self.lines.coords[following] - self.lines.coords[vertex]
        return np.arctan2(delta[:, 1], delta[:, 0])

    def stretches(self, line: np.ndarray, start: np.ndarray, end: np.ndarray) -> Parts:
        """
        Pieces of lines.

        @param line: ascending positions of lines, one for each piece.
        @param start: distance along the line where the piece begins (likewise C{end}, greater).
        @return: one line for each piece.
        """
        first, _ = self.segmentsAt(line, start)
        last, along = self.segmentsAt(line, end)
        last = np.where(along > 0, last, last - 1)
        inner = np.maximum(last - first, 0)
        offsets = offsetsOf(inner + 2)
        coords = np.empty((int(offsets[-1]), 2))
        coords[offsets[:-1]] = self.pointsAt(line, start)
        coords[offsets[1:] - 1] = self.pointsAt(line, end)
        within = offsetsOf(inner)
        index = np.arange(within[-1])
        source = index + np.repeat(first + 1 - within[:-1], inner)
        target = index + np.repeat(offsets[:-1] + 1 - within[:-1], inner)
        coords[target] = self.lines.coords[source]
        count = len(line)
        return Parts(LINE, coords, offsets, np.arange(count + 1, dtype=np.int64), self.lines.rowOf[line])
