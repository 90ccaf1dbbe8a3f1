# -*- test-case-name: tests.symbology.labels.test_places -*-
"""
Places along a line for labels that bend with it, letter by letter.

The middles of the letters follow a line parallel to the feature, at the
distance of the label, as in QGIS.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import shapely

from ogctwist.canvas.text import ShapedLine
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

#: Places of one label at most, the best ones.
MOST_PLACES = 40


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
    widths = np.array([letter.width for letter in letters])
    if not letters or widths.sum() <= 0:
        return []
    rows: list[_Row] = []
    for side in (1, -1, 0):
        beside = _parallel(track, side * (style.distance + MIDDLE * height))
        if beside is None or not _isWanted(side, style.flags):
            continue
        starts = _starts(beside, float(widths.sum()), height, style, pixelsPerCm)
        if len(starts):
            rows += _rowsBeside(beside, side, starts, widths, style, angles, keepsUpright)
    rows.sort(key=lambda row: row.cost)
    return [_candidate(row, widths, height) for row in rows[:MOST_PLACES]]


class _Row(NamedTuple):
    """The letters of one place: where their middles' line enters each, and its direction there."""

    cost: float
    x: np.ndarray
    y: np.ndarray
    angles: np.ndarray


def _rowsBeside(
    beside: Track,
    side: int,
    starts: np.ndarray,
    widths: np.ndarray,
    style: LineStyle,
    angles: tuple[float, float],
    keepsUpright: bool,
) -> list[_Row]:
    """The labels along one line, read along it or, where they would stand on their heads, against it."""
    width = float(widths.sum())
    forwards = _walk(beside, starts, widths, angles)
    headlong = (np.cos(forwards.angles) < -1e-9).sum(axis=1) * 2 > len(widths)
    rows = _rated(
        forwards, forwards.isGood & ~(headlong & keepsUpright), beside, starts, width, style, side, False
    )
    if keepsUpright and headlong.any():
        ends = beside.length - starts - width
        backwards = _walk(beside.reversed(), ends, widths, angles)
        rows += _rated(backwards, backwards.isGood & headlong, beside, starts, width, style, side, True)
    return rows


class _Walks(NamedTuple):
    """Letters of many places: arrays of shape (places, letters), and which places bend little enough."""

    x: np.ndarray
    y: np.ndarray
    angles: np.ndarray
    turning: np.ndarray
    isGood: np.ndarray


def _walk(track: Track, starts: np.ndarray, widths: np.ndarray, angles: tuple[float, float]) -> _Walks:
    """The letters one after the other, from each of the starts."""
    bounds = np.concatenate([[0.0], np.cumsum(widths)])
    x, y = track.pointsAt(starts[:, None] + bounds)
    directions = np.arctan2(np.diff(y, axis=1), np.diff(x, axis=1))
    # marks without a width of their own stand as the letter before
    for k in np.flatnonzero(widths <= 0).tolist():
        directions[:, k] = directions[:, max(k - 1, 0)]
    turns = np.degrees((np.diff(directions, axis=1) + math.pi) % (2 * math.pi) - math.pi)
    isGood = np.all((turns <= angles[0]) & (turns >= angles[1]), axis=1)
    turning = np.abs(turns).sum(axis=1) / 180 / len(widths)
    return _Walks(x[:, :-1], y[:, :-1], directions, turning, isGood)


def _rated(
    walks: _Walks,
    keep: np.ndarray,
    beside: Track,
    starts: np.ndarray,
    width: float,
    style: LineStyle,
    side: int,
    isReversed: bool,
) -> list[_Row]:
    """The places that are allowed, with their costs."""
    where = _sideRead(side, isReversed, style.flags)
    if not style.flags & where:
        return []
    away = 2 * np.abs(starts + width / 2 - beside.length * style.anchor) / beside.length
    costs = CHEAPEST + _EXTRA[where] + 0.01 * walks.turning + 0.001 * away
    return [
        _Row(float(costs[k]), walks.x[k], walks.y[k], walks.angles[k]) for k in np.flatnonzero(keep).tolist()
    ]


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


def _starts(track: Track, width: float, height: float, style: LineStyle, pixelsPerCm: float) -> np.ndarray:
    """Where labels may begin on a line."""
    free = track.length - width
    if free < -1e-6:
        return np.empty(0)
    if style.isStrict:
        return np.array([min(max(track.length * style.anchor - width / 2, 0.0), max(free, 0.0))])
    step = max(height * STEP, track.length / placeCount(track.length, pixelsPerCm))
    return np.arange(int(max(free, 0.0) / step + 1e-9) + 1) * step


def _candidate(row: _Row, widths: np.ndarray, height: float) -> Candidate:
    """The bottom left corners of letters whose middles follow the line."""
    x = row.x + np.sin(row.angles) * height / 2
    y = row.y - np.cos(row.angles) * height / 2
    numbers = np.stack([x, y, row.angles, widths], -1).tolist()
    placed = tuple(LetterPlace(k, *values) for k, values in enumerate(numbers))
    first = placed[0]
    return Candidate(first.x, first.y, float(widths.sum()), height, first.angle, row.cost, letters=placed)
