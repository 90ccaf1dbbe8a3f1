# -*- test-case-name: tests.symbology.labels.test_places -*-
"""
Places along a line for labels that bend with it, letter by letter.

The middles of the letters follow a line parallel to the feature, at the
distance of the label, as in QGIS.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

from ogctwist.canvas.text import Letter, ShapedLine
from ogctwist.symbology.labels.candidate import Candidate, LetterPlace
from ogctwist.symbology.labels.lineplaces import CHEAPEST, LineStyle, Track, placeCount
from ogctwist.symbology.labels.settings import ABOVE_LINE, BELOW_LINE, MAP_ORIENTED, ON_LINE

#: From the line to the middle of the letters, in heights of a letter, besides the distance.
MIDDLE = 0.55
#: The least step between two places, in heights of a letter.
STEP = 1 / 6
MITRE_LIMIT = 2.0
#: What the sides of a line cost.
_EXTRA = {ABOVE_LINE: 0.0, BELOW_LINE: 0.001, ON_LINE: 0.002}

#: Where a letter's box begins on the line of middles, and its direction.
_Step = tuple[float, float, float]


def alongCurve(
    track: Track,
    line: ShapedLine,
    height: float,
    style: LineStyle,
    angles: tuple[float, float],
    pixelsPerCm: float,
    keepsUpright: bool = True,
) -> list[Candidate]:
    """
    Curved labels along a line.

    @param height: of a letter's box.
    @param angles: how far neighbouring letters may turn to the left (positive) and to the
        right (negative), degrees.
    @param keepsUpright: labels of which more than half would stand on their heads run
        the other way.
    """
    letters = line.letters()
    width = sum(letter.width for letter in letters)
    if not letters or width <= 0:
        return []
    result: list[Candidate] = []
    for side in (1, -1, 0):
        beside = _parallel(track, side * (style.distance + MIDDLE * height))
        if beside is None or not _isWanted(side, style.flags):
            continue
        for start in _starts(beside, width, height, style, pixelsPerCm):
            found = _at(beside, start, width, letters, angles, keepsUpright)
            if found is None:
                continue
            steps, isReversed = found
            where = _sideRead(side, isReversed, style.flags)
            if style.flags & where:
                away = 2 * abs(start + width / 2 - beside.length * style.anchor) / beside.length
                cost = CHEAPEST + _EXTRA[where] + _bending(steps) + 0.001 * away
                result.append(_candidate(steps, letters, height, cost))
    return result


def _isWanted(side: int, flags: int) -> bool:
    if side == 0:
        return bool(flags & ON_LINE)
    if flags & MAP_ORIENTED:
        return bool(flags & (ABOVE_LINE | BELOW_LINE))
    return bool(flags & (ABOVE_LINE if side > 0 else BELOW_LINE))


def _sideRead(side: int, isReversed: bool, flags: int) -> int:
    """Whether a label on that side, read that way, is above, below or on the line."""
    if side == 0:
        return ON_LINE
    isAbove = (side > 0) != (isReversed and bool(flags & MAP_ORIENTED))
    return ABOVE_LINE if isAbove else BELOW_LINE


def _parallel(track: Track, distance: float) -> Track | None:
    """A line beside another, positive to its left, in the same direction."""
    if not distance:
        return track
    shape = shapely.offset_curve(
        shapely.LineString(track.coords), distance, quad_segs=1, join_style="mitre", mitre_limit=MITRE_LIMIT
    )
    parts = [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length > 0]
    if not parts:
        return None
    longest = max(parts, key=lambda part: part.length)
    return Track.of(np.asarray(longest.coords)[:, :2])


def _starts(
    track: Track, width: float, height: float, style: LineStyle, pixelsPerCm: float
) -> Iterator[float]:
    """Where labels may begin on a line."""
    free = track.length - width
    if free < -1e-6:
        return
    if style.isStrict:
        yield min(max(track.length * style.anchor - width / 2, 0.0), max(free, 0.0))
        return
    step = max(height * STEP, track.length / placeCount(track.length, pixelsPerCm))
    for number in range(int(max(free, 0.0) / step + 1e-9) + 1):
        yield number * step


def _at(
    track: Track,
    start: float,
    width: float,
    letters: list[Letter],
    angles: tuple[float, float],
    keepsUpright: bool,
) -> tuple[list[_Step], bool] | None:
    """The letters at one distance, and whether they run against the line."""
    found = _walk(track, start, letters, angles)
    if found is not None and not (keepsUpright and _headlong(found) * 2 > len(found)):
        return found, False
    if found is None and not keepsUpright:
        return None
    found = _walk(track.reversed(), track.length - start - width, letters, angles)
    if found is None or _headlong(found) * 2 > len(found):
        return None
    return found, True


def _walk(
    track: Track, start: float, letters: list[Letter], angles: tuple[float, float]
) -> list[_Step] | None:
    """The letters one after the other; None where the line turns too sharply."""
    result: list[_Step] = []
    distance = start
    for letter in letters:
        x0, y0 = track.pointAt(distance)
        x1, y1 = track.pointAt(distance + letter.width)
        if letter.width > 0:
            angle = math.atan2(y1 - y0, x1 - x0)
        else:
            angle = result[-1][2] if result else float(track.angles[track.segmentAt(distance)])
        if result:
            turn = math.degrees(_turn(result[-1][2], angle))
            if turn > angles[0] or turn < angles[1]:
                return None
        result.append((x0, y0, angle))
        distance += letter.width
    return result


def _turn(before: float, after: float) -> float:
    return (after - before + math.pi) % (2 * math.pi) - math.pi


def _bending(steps: list[_Step]) -> float:
    """What the bends of a label cost."""
    turning = sum(abs(_turn(a[2], b[2])) for a, b in pairwise(steps))
    return 0.01 * turning / len(steps) / math.pi


def _headlong(steps: list[_Step]) -> int:
    """How many letters stand on their heads."""
    return sum(math.cos(angle) < -1e-9 for _, _, angle in steps)


def _candidate(steps: list[_Step], letters: list[Letter], height: float, cost: float) -> Candidate:
    """The bottom left corners of letters whose middles follow the line."""
    down = height / 2
    placed = tuple(
        LetterPlace(k, x + math.sin(angle) * down, y - math.cos(angle) * down, angle, letter.width)
        for k, ((x, y, angle), letter) in enumerate(zip(steps, letters, strict=True))
    )
    first = placed[0]
    width = sum(letter.width for letter in letters)
    return Candidate(first.x, first.y, width, height, first.angle, cost, letters=placed)
