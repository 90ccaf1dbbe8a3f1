# -*- test-case-name: tests.geo.test_box -*-
"""Rectangles in map units."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """
    A rectangle; x is easting or longitude and y northing or latitude, whatever
    the axis order of the CRS in documents.
    """

    xmin: float
    ymin: float
    xmax: float
    ymax: float

    @property
    def width(self) -> float:
        """In map units."""
        return self.xmax - self.xmin

    @property
    def height(self) -> float:
        """In map units."""
        return self.ymax - self.ymin

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.xmin + self.xmax) / 2, (self.ymin + self.ymax) / 2

    @property
    def isFinite(self) -> bool:
        """Whether every side is a finite number."""
        return all(map(math.isfinite, self.bounds))

    @property
    def isEmpty(self) -> bool:
        """Whether it covers no area."""
        return not (self.width > 0 and self.height > 0)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """(xmin, ymin, xmax, ymax)."""
        return self.xmin, self.ymin, self.xmax, self.ymax

    def intersects(self, other: Box) -> bool:
        """Whether the two share a point."""
        return (
            self.xmin <= other.xmax
            and other.xmin <= self.xmax
            and self.ymin <= other.ymax
            and other.ymin <= self.ymax
        )

    def intersection(self, other: Box) -> Box | None:
        """What the two share, or None."""
        if not self.intersects(other):
            return None
        return Box(
            max(self.xmin, other.xmin),
            max(self.ymin, other.ymin),
            min(self.xmax, other.xmax),
            min(self.ymax, other.ymax),
        )

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.xmin, other.xmin),
            min(self.ymin, other.ymin),
            max(self.xmax, other.xmax),
            max(self.ymax, other.ymax),
        )

    def grown(self, dx: float, dy: float | None = None) -> Box:
        """The box with C{dx} added on the left and right, C{dy} above and below."""
        dy = dx if dy is None else dy
        return Box(self.xmin - dx, self.ymin - dy, self.xmax + dx, self.ymax + dy)

    def swapped(self) -> Box:
        """The box with its axes exchanged."""
        return Box(self.ymin, self.xmin, self.ymax, self.xmax)
