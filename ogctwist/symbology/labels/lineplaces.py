# -*- test-case-name: tests.symbology.labels.test_places -*-
"""Places along a line: straight labels beside or on it, or level ones upon it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from ogctwist.symbology.labels.candidate import Candidate
from ogctwist.symbology.labels.settings import ABOVE_LINE, BELOW_LINE, MAP_ORIENTED, ON_LINE

#: Places along a centimetre of a line on paper.
PER_CENTIMETRE = 5.0
#: No label bends around a corner sharper than this.
SHARP = math.radians(45)
CHEAPEST = 0.0001
#: Places of one line at most.
MOST_PLACES = 200


@dataclass(frozen=True, eq=False)
class Track:
    """
    A line to walk along.

    @ivar coords: float64 (v, 2), label space; no two neighbours are the same.
    """

    coords: np.ndarray

    @classmethod
    def of(cls, coords: np.ndarray) -> Track | None:
        """Without repeated vertices; None if there is nothing to walk along."""
        keep = np.ones(len(coords), bool)
        keep[1:] = (np.abs(np.diff(coords, axis=0)) > 1e-9).any(axis=1)
        coords = coords[keep]
        return cls(coords) if len(coords) > 1 else None

    @cached_property
    def distances(self) -> np.ndarray:
        """How far each vertex is from the start."""
        return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(self.coords, axis=0).T))])

    @property
    def length(self) -> float:
        """Of the whole line."""
        return float(self.distances[-1])

    @cached_property
    def angles(self) -> np.ndarray:
        """The direction of every segment."""
        steps = np.diff(self.coords, axis=0)
        return np.arctan2(steps[:, 1], steps[:, 0])

    def segmentAt(self, distance: float) -> int:
        """Number of the segment at a distance."""
        place = int(np.searchsorted(self.distances, distance, "right")) - 1
        return min(max(place, 0), len(self.coords) - 2)

    def pointAt(self, distance: float) -> tuple[float, float]:
        """The point at a distance; before the start and after the end the line goes straight on."""
        k = self.segmentAt(distance)
        beyond = distance - self.distances[k]
        angle = self.angles[k]
        return (
            float(self.coords[k, 0] + beyond * math.cos(angle)),
            float(self.coords[k, 1] + beyond * math.sin(angle)),
        )

    def pointsAt(self, distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """x and y at many distances, each of their shape; beyond the ends: the end."""
        x = np.interp(distances, self.distances, self.coords[:, 0])
        return x, np.interp(distances, self.distances, self.coords[:, 1])

    @cached_property
    def corners(self) -> list[float]:
        """Distances of the start, of all sharp corners and of the end."""
        turn = np.abs((np.diff(self.angles) + math.pi) % (2 * math.pi) - math.pi)
        return [0.0, *self.distances[1:-1][turn > SHARP].tolist(), self.length]

    @property
    def isClosed(self) -> bool:
        """Whether it ends where it begins."""
        return bool((self.coords[0] == self.coords[-1]).all())

    def reversed(self) -> Track:
        """The line walked the other way."""
        return Track(self.coords[::-1])

    def piece(self, start: float, stop: float) -> Track | None:
        """The part between two distances."""
        inner = (self.distances > start + 1e-6) & (self.distances < stop - 1e-6)
        ends = [self.pointAt(start)], [self.pointAt(stop)]
        return Track.of(np.vstack([ends[0], self.coords[inner], ends[1]]))

    def extended(self, overrun: float) -> Track:
        """The line made longer at both ends."""
        if overrun <= 0:
            return self
        first, last = self.pointAt(-overrun), self.pointAt(self.length + overrun)
        return Track(np.vstack([first, self.coords, last]))


def placeCount(length: float, pixelsPerCm: float) -> int:
    """How many steps a label makes along a line."""
    return min(max(1, math.ceil(length / pixelsPerCm * PER_CENTIMETRE)), MOST_PLACES)


def repeated(track: Track, interval: float, width: float) -> list[Track]:
    """The line cut into pieces of equal length, each for a label of its own."""
    if interval <= 0:
        return [track]
    count = int(track.length / interval)
    while count > 1 and track.length / count < 1.1 * width:
        count -= 1
    if count < 2:
        return [track]
    bounds = np.linspace(0, track.length, min(count, MOST_PLACES) + 1)
    pieces = [track.piece(a, b) for a, b in pairwise(bounds.tolist())]
    return [piece for piece in pieces if piece is not None]


@dataclass(frozen=True)
class LineStyle:
    """
    How labels stand to a line.

    @ivar flags: L{ON_LINE}, L{ABOVE_LINE}, L{BELOW_LINE}, L{MAP_ORIENTED}.
    @ivar distance: from the line.
    @ivar anchor: distance along the line where they are best, as a share.
    @ivar isStrict: there or nowhere.
    """

    flags: int
    distance: float
    anchor: float = 0.5
    isStrict: bool = False


def alongLine(
    track: Track, size: tuple[float, float], style: LineStyle, pixelsPerCm: float
) -> list[Candidate]:
    """Straight labels along a line: between its sharp corners first, then about its anchor."""
    width = size[0]
    if track.length < width:
        return []
    count = placeCount(track.length, pixelsPerCm)
    if style.isStrict:
        start = min(max(track.length * style.anchor - width / 2, 0.0), track.length - width)
        return _straight(track, size, style, np.array([start]), np.zeros(1))
    step = (track.length - width) / count
    result = []
    for first, last in pairwise(track.corners):
        result += _between(track, size, style, first, last, step)
    if len(result) >= count:
        return result
    starts = np.arange(count + 1) * step
    away = 2 * np.abs(starts + width / 2 - track.length * style.anchor) / track.length
    extra = 0.01 if result else 0.0
    return result + _straight(track, size, style, starts, extra + 0.0005 * away)


def _between(
    track: Track, size: tuple[float, float], style: LineStyle, first: float, last: float, step: float
) -> list[Candidate]:
    """Labels between two corners: of a line near its anchor, of a ring on its longest side."""
    middle = (first + last) / 2
    if track.isClosed:
        sides = np.diff(track.corners)
        awayFromAnchor = 1 - (last - first) / float(sides.max())
    else:
        awayFromAnchor = 2 * abs(middle - track.length * style.anchor) / track.length
    room = last - first - size[0] + 1e-6
    if room < 0:
        return []
    count = min(int(room / step), MOST_PLACES) + 1 if step > 0 else 1
    starts = first + np.arange(count) * step
    away = 2 * np.abs(starts + size[0] / 2 - middle) / (last - first)
    return _straight(track, size, style, starts, 0.002 * awayFromAnchor + 0.0005 * away)


def _straight(
    track: Track, size: tuple[float, float], style: LineStyle, starts: np.ndarray, costs: np.ndarray
) -> list[Candidate]:
    """The labels on, above and below the line whose ends are on it at C{starts} and beyond."""
    width, height = size
    x0, y0 = track.pointsAt(starts)
    x1, y1 = track.pointsAt(starts + width)
    chords = np.hypot(x1 - x0, y1 - y0)
    angles = np.arctan2(y1 - y0, x1 - x0)
    costs = costs + np.where(chords > 0.98 * width, CHEAPEST, (1 - chords / width) / 100)
    # read from left to right, and upwards
    upright = (angles > -math.pi / 2 + 1e-9) & (angles <= math.pi / 2 + 1e-9)
    shown = np.where(upright, angles, angles + math.pi)
    alongX, alongY = np.cos(shown), np.sin(shown)
    left = np.ones(len(starts)) if style.flags & MAP_ORIENTED else np.where(upright, 1.0, -1.0)
    keep = chords >= width / 2
    result = []
    sides = ((ABOVE_LINE, left, 0.0), (BELOW_LINE, -left, 0.001), (ON_LINE, np.zeros(len(starts)), 0.002))
    for flag, side, extra in sides:
        if not style.flags & flag:
            continue
        rise = -height / 2 + side * (height / 2 + style.distance)
        x = np.where(upright, x0, x1) - alongY * rise
        y = np.where(upright, y0, y1) + alongX * rise
        rows = np.stack([x, y, _normal(shown), costs + extra], -1)[keep].tolist()
        result += [Candidate(px, py, width, height, angle, cost) for px, py, angle, cost in rows]
    return result


def _normal(angles: np.ndarray) -> np.ndarray:
    """From minus a half to a half turn."""
    return (angles + math.pi) % (2 * math.pi) - math.pi


def levelAlongLine(
    track: Track, size: tuple[float, float], style: LineStyle, pixelsPerCm: float
) -> list[Candidate]:
    """Labels that are level, their middle on the line."""
    width, height = size
    count = placeCount(track.length, pixelsPerCm)
    step = track.length / count
    best = track.length * style.anchor
    offsets = [0.0]
    if not style.isStrict:
        offsets += [sign * k * step for k in range(1, count + 1) for sign in (1, -1)]
    result = []
    for offset in offsets:
        distance = best + offset
        if 0 <= distance <= track.length:
            x, y = track.pointAt(distance)
            cost = CHEAPEST + 0.002 * abs(offset) / track.length
            result.append(Candidate(x - width / 2, y - height / 2, width, height, 0.0, cost))
    return result


__all__ = ["LineStyle", "Track", "alongLine", "levelAlongLine", "repeated"]
