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
        return _straight(track, size, style, start, 0.0)
    step = (track.length - width) / count
    result = []
    for first, last in pairwise(track.corners):
        result += _between(track, size, style, first, last, step)
    if len(result) >= count:
        return result
    extra = 0.01 if result else 0.0
    middle = track.length * style.anchor
    for number in range(count + 1):
        start = number * step
        away = 2 * abs(start + width / 2 - middle) / track.length
        result += _straight(track, size, style, start, extra + 0.0005 * away)
    return result


def _between(
    track: Track, size: tuple[float, float], style: LineStyle, first: float, last: float, step: float
) -> list[Candidate]:
    """Labels between two corners: of a line near its anchor, of a ring on its longest side."""
    result: list[Candidate] = []
    middle = (first + last) / 2
    if track.isClosed:
        sides = np.diff(track.corners)
        awayFromAnchor = 1 - (last - first) / float(sides.max())
    else:
        awayFromAnchor = 2 * abs(middle - track.length * style.anchor) / track.length
    start = first
    while start + size[0] <= last + 1e-6:
        away = 2 * abs(start + size[0] / 2 - middle) / (last - first)
        result += _straight(track, size, style, start, 0.002 * awayFromAnchor + 0.0005 * away)
        start += step
    return result


def _straight(
    track: Track, size: tuple[float, float], style: LineStyle, start: float, cost: float
) -> list[Candidate]:
    """The labels on, above and below the line whose ends are on it at C{start} and beyond."""
    width, height = size
    x0, y0 = track.pointAt(start)
    x1, y1 = track.pointAt(start + width)
    chord = math.hypot(x1 - x0, y1 - y0)
    if chord < width / 2:
        return []
    angle = math.atan2(y1 - y0, x1 - x0)
    straightness = chord / width
    cost += CHEAPEST if straightness > 0.98 else (1 - straightness) / 100
    upright = -math.pi / 2 < angle <= math.pi / 2 + 1e-9
    if abs(angle + math.pi / 2) < 1e-9:
        upright = False
    # the middle of the label is above the middle of its chord; it is read from left to right
    middleX, middleY = (x0 + x1) / 2, (y0 + y1) / 2
    shown = angle if upright else angle + math.pi
    along = (math.cos(shown), math.sin(shown))
    up = (-along[1], along[0])
    if style.flags & MAP_ORIENTED:
        lefthand = 1.0
    else:
        lefthand = 1.0 if upright else -1.0
    result = []
    for flag, side, extra in (
        (ABOVE_LINE, lefthand, 0.0),
        (BELOW_LINE, -lefthand, 0.001),
        (ON_LINE, 0.0, 0.002),
    ):
        if not style.flags & flag:
            continue
        rise = -height / 2 + side * (height / 2 + style.distance)
        # the label keeps to the start of its chord, as it is as long as that or longer
        x = middleX - along[0] * width / 2 + up[0] * rise
        y = middleY - along[1] * width / 2 + up[1] * rise
        result.append(Candidate(x, y, width, height, _normal(shown), cost + extra))
    return result


def _normal(angle: float) -> float:
    """From minus a half to a half turn."""
    return (angle + math.pi) % (2 * math.pi) - math.pi


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
