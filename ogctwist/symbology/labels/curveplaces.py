# -*- test-case-name: tests.symbology.labels.test_curveplaces -*-
"""Places along a line for labels that bend with it, letter by letter."""

from __future__ import annotations

import math

from ogctwist.canvas.text import Letter, ShapedLine
from ogctwist.symbology.labels.candidate import Candidate, LetterPlace
from ogctwist.symbology.labels.lineplaces import CHEAPEST, LineStyle, Track, placeCount
from ogctwist.symbology.labels.settings import ABOVE_LINE, BELOW_LINE, MAP_ORIENTED, ON_LINE

#: Room between the line and the letters, in heights of a letter.
CLEARANCE = 0.05


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
    if not letters or width <= 0 or width > track.length + 1e-6:
        return []
    count = placeCount(track.length, pixelsPerCm)
    free = track.length - width
    starts = [min(max(track.length * style.anchor - width / 2, 0.0), free)]
    if not style.isStrict:
        starts = [free * k / count for k in range(count + 1)]
    result = []
    for start in starts:
        result += _at(track, start, width, letters, height, style, angles, keepsUpright)
    return result


def _at(
    track: Track,
    start: float,
    width: float,
    letters: list[Letter],
    height: float,
    style: LineStyle,
    angles: tuple[float, float],
    keepsUpright: bool,
) -> list[Candidate]:
    """The labels above, below and on the line at one distance."""
    away = 2 * abs(start + width / 2 - track.length * style.anchor) / track.length
    found = _walk(track, start, letters, angles)
    if found is None:
        return []
    isReversed = keepsUpright and _headlong(found) * 2 > len(found)
    if isReversed:
        found = _walk(track.reversed(), track.length - start - width, letters, angles)
        if found is None:
            return []
    lefthand = -1.0 if isReversed and not style.flags & MAP_ORIENTED else 1.0
    turning = sum(abs(_turn(a[2], b[2])) for a, b in zip(found[:-1], found[1:], strict=True))
    cost = CHEAPEST + 0.01 * turning / max(len(found), 1) / math.pi + 0.0005 * away
    clearance = style.distance + CLEARANCE * height
    result = []
    for flag, side, extra in ((ABOVE_LINE, lefthand, 0.0), (BELOW_LINE, -lefthand, 0.001), (ON_LINE, 0.0, 0.002)):
        if style.flags & flag:
            rise = -height / 2 + side * (height / 2 + clearance)
            result.append(_candidate(found, letters, height, rise, cost + extra))
    return result


def _walk(
    track: Track, start: float, letters: list[Letter], angles: tuple[float, float]
) -> list[tuple[float, float, float]] | None:
    """
    Where each letter begins on the line, and its direction; None where the line turns too sharply.
    """
    result: list[tuple[float, float, float]] = []
    distance = start
    for letter in letters:
        x0, y0 = track.pointAt(distance)
        x1, y1 = track.pointAt(distance + letter.width)
        if letter.width > 0:
            angle = math.atan2(y1 - y0, x1 - x0)
            # the letter keeps its width where the line bends under it
            middleX, middleY = (x0 + x1) / 2, (y0 + y1) / 2
            x0 = middleX - math.cos(angle) * letter.width / 2
            y0 = middleY - math.sin(angle) * letter.width / 2
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


def _headlong(letters: list[tuple[float, float, float]]) -> int:
    """How many letters stand on their heads."""
    return sum(math.cos(angle) < -1e-9 for _, _, angle in letters)


def _candidate(
    places: list[tuple[float, float, float]], letters: list[Letter], height: float, rise: float, cost: float
) -> Candidate:
    placed = tuple(
        LetterPlace(k, x - math.sin(angle) * rise, y + math.cos(angle) * rise, angle, letter.width)
        for k, ((x, y, angle), letter) in enumerate(zip(places, letters, strict=True))
    )
    first = placed[0]
    width = sum(letter.width for letter in letters)
    return Candidate(first.x, first.y, width, height, first.angle, cost, letters=placed)
