# -*- test-case-name: tests.symbology.labels.test_engine -*-
"""
Places where a label may stand.

Everything here is in label space: pixels of the map, x to the right and y
upwards from the top left corner of the map (so the map has negative y); angles
are radians, counter-clockwise.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import shapely

#: A Shapely geometry of any kind.
Shape = Any
#: Which way a label lies from its point: -1 left or below, 0 over, 1 right or above.
Direction = tuple[int, int]


class LetterPlace(NamedTuple):
    """Where one letter of a curved label stands: its bottom left corner."""

    letter: int
    x: float
    y: float
    angle: float
    width: float


class Candidate(NamedTuple):
    """
    A place of a label.

    @ivar x: of the bottom left corner of the (turned) rectangle; likewise C{y}.
    @ivar cost: the lower, the better.
    @ivar direction: decides the alignment of lines.
    @ivar letters: of a label along a curve; None for a straight one.
    """

    x: float
    y: float
    width: float
    height: float
    angle: float = 0.0
    cost: float = 0.0
    direction: Direction = (0, 0)
    letters: tuple[LetterPlace, ...] | None = None

    @property
    def corners(self) -> np.ndarray:
        """float64 (4, 2), from the bottom left, counter-clockwise."""
        return rectangle(self.x, self.y, self.width, self.height, self.angle)

    @property
    def footprint(self) -> Shape:
        """What it covers."""
        return footprints([self])[0]

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of its middle."""
        x, y = self.corners.mean(axis=0)
        return float(x), float(y)


def rectangle(x: float, y: float, width: float, height: float, angle: float) -> np.ndarray:
    """Corners of a rectangle turned about (x, y), its bottom left: float64 (4, 2)."""
    along = np.array([math.cos(angle), math.sin(angle)])
    up = np.array([-along[1], along[0]])
    corner = np.array([x, y])
    return np.array(
        [corner, corner + along * width, corner + along * width + up * height, corner + up * height]
    )


def footprints(candidates: list[Candidate], slack: float = 0.0) -> np.ndarray:
    """
    The footprints of many candidates: object array of geometries.

    @param slack: they are smaller by so much on every side.
    """
    result = np.empty(len(candidates), object)
    if not candidates:
        return result
    numbers = np.array([candidate[:5] for candidate in candidates], np.float64)
    straight = np.array([candidate.letters is None for candidate in candidates])
    level = straight & (numbers[:, 4] == 0)
    x, y, width, height, _ = numbers[level].T
    result[level] = shapely.box(x + slack, y + slack, x + width - slack, y + height - slack)
    turned = np.flatnonzero(straight & ~level)
    if len(turned):
        result[turned] = _turnedFootprints(numbers[turned], slack)
    curved = np.flatnonzero(~straight)
    if len(curved):
        result[curved] = _curvedFootprints([candidates[k] for k in curved.tolist()], slack)
    return result


def _curvedFootprints(candidates: list[Candidate], slack: float) -> np.ndarray:
    """Bands along the middles of the letters."""
    middles, owners = [], []
    for number, candidate in enumerate(candidates):
        assert candidate.letters is not None
        letters = np.array([place[1:] for place in candidate.letters])
        x, y, angle, width = letters.T
        lift = candidate.height / 2
        middle = np.stack([x - np.sin(angle) * lift, y + np.cos(angle) * lift], -1)
        end = middle[-1] + width[-1] * np.array([math.cos(angle[-1]), math.sin(angle[-1])])
        middles.append(np.vstack([middle, end]))
        owners.append(np.full(len(middle) + 1, number))
    lines = shapely.linestrings(np.concatenate(middles), indices=np.concatenate(owners))
    heights = np.array([candidate.height for candidate in candidates])
    with np.errstate(divide="ignore", invalid="ignore"):  # GEOS's own arithmetic
        return np.asarray(shapely.buffer(lines, heights / 2 - slack, cap_style="flat", join_style="bevel"))


def _turnedFootprints(numbers: np.ndarray, slack: float) -> np.ndarray:
    x, y, width, height, angle = numbers.T
    along = np.stack([np.cos(angle), np.sin(angle)], -1)
    up = np.stack([-along[:, 1], along[:, 0]], -1)
    first = np.stack([x, y], -1) + (along + up) * slack
    second = first + along * (width - 2 * slack)[:, None]
    rise = up * (height - 2 * slack)[:, None]
    return np.asarray(shapely.polygons(np.stack([first, second, second + rise, first + rise], axis=1)))
