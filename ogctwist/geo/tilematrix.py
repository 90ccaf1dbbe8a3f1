# -*- test-case-name: tests.geo.test_tilematrix -*-
"""
Tile matrix sets (OGC 07-057r7, 6.1): the pyramids of tiles into which a plane is cut.

A set has one CRS and one top left corner; each of its matrices has half the scale
denominator of the one before, so four times as many tiles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

#: Width and height of a tile, in pixels.
TILE_SIZE = 256
#: Width of the standard pixel, in metres (07-057r7, 6.1).
PIXEL = 0.00028
#: No set has more matrices, whatever a project says.
MOST_LEVELS = 31


@dataclass(frozen=True)
class TileMatrix:
    """
    One level.

    @ivar level: from 0, the coarsest.
    @ivar scale: scale denominator.
    @ivar span: width and height of a tile, in units of the CRS.
    @ivar columns: how many tiles side by side (likewise C{rows}).
    """

    level: int
    scale: float
    span: float
    columns: int
    rows: int


@dataclass(frozen=True)
class TileRange:
    """Tiles of one matrix: from the first to the last column and row, both included."""

    firstColumn: int
    lastColumn: int
    firstRow: int
    lastRow: int


@dataclass(frozen=True)
class TileMatrixSet:
    """
    A pyramid.

    @ivar left: x of the left edge of all matrices (likewise C{top}: y), x being the
        easting whatever the CRS says.
    @ivar scale: scale denominator of level 0.
    @ivar columns: tiles of level 0 side by side (likewise C{rows}).
    @ivar levels: how many matrices there are.
    """

    crs: CRS
    left: float
    top: float
    scale: float
    columns: int
    rows: int
    levels: int

    @cached_property
    def matrices(self) -> tuple[TileMatrix, ...]:
        """The levels, the coarsest first."""
        return tuple(self._matrix(level) for level in range(min(self.levels, MOST_LEVELS)))

    def _matrix(self, level: int) -> TileMatrix:
        scale = self.scale / 2**level
        span = spanOf(scale, self.crs)
        return TileMatrix(level, scale, span, self.columns << level, self.rows << level)

    def tile(self, matrix: TileMatrix, column: int, row: int) -> Box:
        """The box of a tile, x before y."""
        left, top = self.left + column * matrix.span, self.top - row * matrix.span
        return Box(left, top - matrix.span, left + matrix.span, top)

    def covering(self, matrix: TileMatrix, box: Box) -> TileRange:
        """The tiles that touch a box in the CRS of the set, of those that there are."""
        return TileRange(
            *_range(
                (box.xmin - self.left) / matrix.span, (box.xmax - self.left) / matrix.span, matrix.columns
            ),
            *_range((self.top - box.ymax) / matrix.span, (self.top - box.ymin) / matrix.span, matrix.rows),
        )


def _range(low: float, high: float, count: int) -> tuple[int, int]:
    """The first and the last place between two positions, within 0 and count."""
    first = min(max(math.floor(low), 0), count - 1)
    return first, min(max(math.ceil(high) - 1, first), count - 1)


def spanOf(scale: float, crs: CRS) -> float:
    """Width of a tile at a scale denominator, in units of the CRS."""
    return scale * PIXEL / crs.metresPerUnit * TILE_SIZE


def levelsDownTo(scale: float, least: float) -> int:
    """How many levels there are from a scale denominator down to the least that is wanted."""
    levels = 1
    while scale / 2**levels >= least and levels < MOST_LEVELS:
        levels += 1
    return levels
