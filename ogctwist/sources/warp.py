# -*- test-case-name: tests.sources.test_warp -*-
"""
Where the pixels of a map lie in a raster, and what is there.

Positions are computed exactly at knots some pixels apart and interpolated
between; the knots are moved closer until the error is below an eighth of a
pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ogctwist.geo.box import Box

#: Coarse to fine: pixels between knots.
_STEPS = (32, 16, 8, 4, 1)
_TOLERANCE = 0.125

#: (x, y) arrays of map units to (column, row) arrays in pixels of the raster, 0 at the left and top
#: edges of the first pixel; not finite where there is no position.
ToPixels = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class PixelGrid:
    """
    Positions of a map's pixel centres in a raster.

    @ivar across: pixel numbers of the knots along a row of the map (likewise
        C{down} along a column).
    @ivar columns: float64, shape (len(down), len(across)): positions in pixels
        of the raster (likewise C{rows}).
    @ivar isExact: whether every pixel is a knot.
    """

    across: np.ndarray
    down: np.ndarray
    columns: np.ndarray
    rows: np.ndarray
    isExact: bool

    def within(self, left: float, top: float, scaleX: float, scaleY: float) -> PixelGrid:
        """The same positions in another raster, whose origin and pixels per pixel are given."""
        return PixelGrid(
            self.across, self.down, (self.columns - left) * scaleX, (self.rows - top) * scaleY, self.isExact
        )

    def bounds(self, width: int, height: int) -> tuple[float, float, float, float] | None:
        """
        The box around the positions, as far as it lies in a raster: (left, top,
        right, bottom); None when none does.
        """
        finite = np.isfinite(self.columns) & np.isfinite(self.rows)
        if not finite.any():
            return None
        columns, rows = self.columns[finite], self.rows[finite]
        left, right = max(columns.min(), 0.0), min(columns.max(), float(width))
        top, bottom = max(rows.min(), 0.0), min(rows.max(), float(height))
        return (left, top, right, bottom) if left <= right and top <= bottom else None

    def isInside(self, width: int, height: int) -> bool:
        """Whether all positions lie in a raster of that size, with a hair's breadth to spare."""
        hair = 1e-3
        with np.errstate(invalid="ignore"):
            return bool(
                (self.columns > hair).all()
                and (self.columns < width - hair).all()
                and (self.rows > hair).all()
                and (self.rows < height - hair).all()
            )

    def steps(self) -> tuple[float, float]:
        """How many pixels of the raster lie between two pixels of the map, along its columns and rows."""
        steps = []
        for positions in (self.columns, self.rows):
            found = []
            for axis, knots in ((1, self.across), (0, self.down)):
                shape = (1, -1) if axis == 1 else (-1, 1)
                with np.errstate(invalid="ignore"):
                    moved = np.abs(np.diff(positions, axis=axis)) / np.diff(knots).reshape(shape)
                moved = moved[np.isfinite(moved)]
                if moved.size:
                    found.append(float(np.median(moved)))
            # of a turned raster either direction may run along the columns
            steps.append(max(found, default=1.0))
        return steps[0], steps[1]

    def spread(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of every pixel: (columns, rows), float32, each of shape (height, width)."""
        if self.isExact:
            return self.columns.astype(np.float32), self.rows.astype(np.float32)
        return self._spread(self.columns), self._spread(self.rows)

    def _spread(self, values: np.ndarray) -> np.ndarray:
        width, height = int(self.across[-1]) + 1, int(self.down[-1]) + 1
        pixels = np.arange(width)
        before = np.clip(np.searchsorted(self.across, pixels, "right") - 1, 0, len(self.across) - 2)
        part = (pixels - self.across[before]) / (self.across[before + 1] - self.across[before])
        wide = values[:, before] * (1 - part) + values[:, before + 1] * part
        result = np.empty((height, width), np.float32)
        for k in range(len(self.down) - 1):
            first, last = int(self.down[k]), int(self.down[k + 1])
            start, slope = wide[k], (wide[k + 1] - wide[k]) / (last - first)
            count = last - first + (k == len(self.down) - 2)
            rows = result[first : first + count]
            np.multiply(slope.astype(np.float32), np.arange(count, dtype=np.float32)[:, None], out=rows)
            rows += start.astype(np.float32)
        return result


def pixelGrid(extent: Box, width: int, height: int, toPixels: ToPixels) -> PixelGrid:
    """Where the centres of a map's pixels lie in a raster."""
    for step in _STEPS:
        if step == 1:
            break
        if step * 2 > min(width, height):
            continue
        across, down = _knots(width, step), _knots(height, step)
        grid = _moved(extent, width, height, across, down, toPixels)
        if _isGood(grid, extent, width, height, toPixels):
            return grid
    return _moved(extent, width, height, np.arange(float(width)), np.arange(float(height)), toPixels, True)


def _knots(size: int, step: int) -> np.ndarray:
    """Pixel numbers C{step} apart, the last at the end."""
    return np.append(np.arange(0, size - 1, step), size - 1).astype(float)


def _moved(
    extent: Box,
    width: int,
    height: int,
    across: np.ndarray,
    down: np.ndarray,
    toPixels: ToPixels,
    isExact: bool = False,
) -> PixelGrid:
    x, y = np.meshgrid(
        extent.xmin + (across + 0.5) * (extent.width / width),
        extent.ymax - (down + 0.5) * (extent.height / height),
    )
    columns, rows = toPixels(x.ravel(), y.ravel())
    return PixelGrid(
        across, down, np.asarray(columns).reshape(x.shape), np.asarray(rows).reshape(x.shape), isExact
    )


def _isGood(grid: PixelGrid, extent: Box, width: int, height: int, toPixels: ToPixels) -> bool:
    """Whether the middles between the knots are where interpolation puts them."""
    if not (np.isfinite(grid.columns).all() and np.isfinite(grid.rows).all()):
        return False
    across = (grid.across[:-1] + grid.across[1:]) / 2
    down = (grid.down[:-1] + grid.down[1:]) / 2
    exact = _moved(extent, width, height, across, down, toPixels)
    wrongX = np.abs(exact.columns - _middles(grid.columns))
    wrongY = np.abs(exact.rows - _middles(grid.rows))
    stepX, stepY = grid.steps()
    return bool(
        (wrongX <= _TOLERANCE * max(1.0, stepX)).all() and (wrongY <= _TOLERANCE * max(1.0, stepY)).all()
    )


def _middles(values: np.ndarray) -> np.ndarray:
    return (values[:-1, :-1] + values[1:, :-1] + values[:-1, 1:] + values[1:, 1:]) / 4


def nearest(
    values: np.ndarray, mask: np.ndarray, grid: PixelGrid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    The pixel in which each position lies.

    @param values: shape (bands, h, w); C{mask}: (h, w).
    @param grid: positions in pixels of C{values}.
    @return: values, mask, and which positions lie inside; on the map's pixels.
    """
    height, width = mask.shape
    columns, rows = grid.spread()
    inside = _inside(columns, rows, grid, width, height)
    place = _whole(rows, height) * width
    place += _whole(columns, width)
    taken = np.empty((len(values), *place.shape), values.dtype)
    for plane, out in zip(values, taken, strict=True):
        plane.ravel().take(place, out=out, mode="clip")
    return taken, inside if mask.all() else mask.ravel().take(place, mode="clip") & inside, inside


def _inside(columns: np.ndarray, rows: np.ndarray, grid: PixelGrid, width: int, height: int) -> np.ndarray:
    if grid.isInside(width, height):
        return np.ones(columns.shape, bool)
    with np.errstate(invalid="ignore"):
        return (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)


def _whole(positions: np.ndarray, size: int) -> np.ndarray:
    """Positions to numbers of pixels that exist."""
    with np.errstate(invalid="ignore"):
        whole = np.nan_to_num(positions, nan=0.0, posinf=0.0, neginf=0.0).astype(np.intp)
    return np.clip(whole, 0, size - 1, out=whole)


def bilinear(
    values: np.ndarray, mask: np.ndarray, grid: PixelGrid
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    The mean of the four pixels around each position, weighted by nearness;
    pixels without data do not count.  Parameters and result as of L{nearest}.
    """
    height, width = mask.shape
    columns, rows = grid.spread()
    inside = _inside(columns, rows, grid, width, height)
    columns, rows = (
        np.where(inside, columns, 0.5) - np.float32(0.5),
        np.where(inside, rows, 0.5) - np.float32(0.5),
    )
    left, top = np.floor(columns), np.floor(rows)
    columns -= left
    rows -= top
    corners = _corners(left, top, width, height)
    there = inside
    if mask.all():
        weights = None
    else:
        weights = [mask.ravel().take(place).astype(np.float32) for place in corners]
        there = inside & (_mixed(weights, columns, rows) > 0)
    result = np.empty((len(values), *columns.shape), values.dtype)
    for plane, out in zip(values, result, strict=True):
        taken = [plane.ravel().take(place) for place in corners]
        mixed = _mixed(taken, columns, rows) if weights is None else _weighed(taken, weights, columns, rows)
        if values.dtype.kind in "iu":
            mixed = np.rint(mixed, out=mixed)
        out[...] = np.where(there, mixed, 0)
    return result, there, inside


def _corners(left: np.ndarray, top: np.ndarray, width: int, height: int) -> list[np.ndarray]:
    """Places of the four pixels around each position: top left, top right, bottom left, bottom right."""
    x, y = left.astype(np.intp), top.astype(np.intp)
    x0, x1 = np.clip(x, 0, width - 1), np.clip(x + 1, 0, width - 1)
    y0, y1 = np.clip(y, 0, height - 1) * width, np.clip(y + 1, 0, height - 1) * width
    return [y0 + x0, y0 + x1, y1 + x0, y1 + x1]


def _mixed(corners: list[Any], right: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Four values mixed; C{right} and C{down} say how far it is from the first to the others."""
    kind = np.float32 if corners[0].dtype.itemsize <= 2 or corners[0].dtype == np.float32 else np.float64
    topLeft, topRight, bottomLeft, bottomRight = (c.astype(kind) for c in corners)
    topRight -= topLeft
    topRight *= right
    topLeft += topRight
    bottomRight -= bottomLeft
    bottomRight *= right
    bottomLeft += bottomRight
    bottomLeft -= topLeft
    bottomLeft *= down
    topLeft += bottomLeft
    return topLeft


def _weighed(
    corners: list[np.ndarray], weights: list[np.ndarray], right: np.ndarray, down: np.ndarray
) -> np.ndarray:
    """The same with weights: what has none may hold anything, also what is not a number."""
    counted = [np.where(w > 0, c, 0) for c, w in zip(corners, weights, strict=True)]
    total = _mixed(weights, right, down)
    return _mixed(counted, right, down) / np.where(total > 0, total, 1)
