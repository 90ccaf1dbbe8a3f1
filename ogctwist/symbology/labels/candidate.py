# -*- test-case-name: tests.symbology.labels.test_engine -*-
"""
Places where a label may stand.

Everything here is in label space: pixels of the map, x to the right and y
upwards from the top left corner of the map (so the map has negative y); angles
are radians, counter-clockwise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

#: A Shapely geometry of any kind.
Shape = Any
#: Which way a label lies from its point: -1 left or below, 0 over, 1 right or above.
Direction = tuple[int, int]


@dataclass(frozen=True)
class LetterPlace:
    """Where one letter of a curved label stands: its bottom left corner."""

    letter: int
    x: float
    y: float
    angle: float
    width: float


@dataclass(frozen=True)
class Candidate:
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
    letters: tuple[LetterPlace, ...] | None = field(default=None, compare=False)

    @property
    def corners(self) -> np.ndarray:
        """float64 (4, 2), from the bottom left, counter-clockwise."""
        return rectangle(self.x, self.y, self.width, self.height, self.angle)

    @property
    def footprint(self) -> Shape:
        """What it covers."""
        if self.letters is None:
            return shapely.Polygon(self.corners)
        boxes = [
            shapely.Polygon(rectangle(p.x, p.y, p.width, self.height, p.angle))
            for p in self.letters
            if p.width
        ]
        # letters overlap in a bend: joined, or the shape would not be valid
        return shapely.union_all(boxes)

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


def footprints(candidates: list[Candidate]) -> np.ndarray:
    """The footprints of many candidates: object array of geometries."""
    result = np.empty(len(candidates), object)
    straight = [k for k, c in enumerate(candidates) if c.letters is None]
    if straight:
        numbers = np.array(
            [(c.x, c.y, c.width, c.height, c.angle) for c in map(candidates.__getitem__, straight)]
        )
        x, y, width, height, angle = numbers.T
        sine, cosine = np.sin(angle), np.cos(angle)
        corners = np.stack(
            [
                np.stack([x, y], -1),
                np.stack([x + cosine * width, y + sine * width], -1),
                np.stack([x + cosine * width - sine * height, y + sine * width + cosine * height], -1),
                np.stack([x - sine * height, y + cosine * height], -1),
            ],
            axis=1,
        )
        result[straight] = shapely.polygons(corners)
    for k, candidate in enumerate(candidates):
        if candidate.letters is not None:
            result[k] = candidate.footprint
    return result
