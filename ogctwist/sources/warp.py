# -*- test-case-name: tests.sources.test_warp -*-
"""
Where the pixels of a map lie in a raster, and what is there.

Positions are computed exactly on a coarse grid and interpolated between; the
grid is made finer until the error is below an eighth of a pixel.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ogctwist.geo.box import Box

#: Coarse to fine: pixels between exact positions.
_STEPS = (32, 16, 8, 4, 1)
_TOLERANCE = 0.125

#: (x, y) arrays to (x, y) arrays; inf where there is no position.
Transform = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def positions(
    extent: Box, width: int, height: int, transform: Transform, pixel: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    Where the centres of pixels lie in another system.

    @param pixel: side of a pixel in that system, to which the error is compared.
    @return: (x, y), float64, each of shape (height, width); not finite where
        there is no position.
    """
    for step in _STEPS:
        if step == 1 or (step < width and step < height):
            x, y, isGood = _approximated(extent, width, height, transform, step, pixel)
            if isGood:
                return x, y
    raise AssertionError("unreachable: the last step is exact")


def _approximated(
    extent: Box, width: int, height: int, transform: Transform, step: int, pixel: float
) -> tuple[np.ndarray, np.ndarray, bool]:
    dx, dy = extent.width / width, extent.height / height
    columns = np.arange(width) if step == 1 else _knots(width, step)
    rows = np.arange(height) if step == 1 else _knots(height, step)
    gx, gy = _moved(extent, columns, rows, dx, dy, transform)
    if step == 1:
        return gx, gy, True
    if not (np.isfinite(gx).all() and np.isfinite(gy).all()):
        return gx, gy, False
    midColumns = (columns[:-1] + columns[1:]) / 2
    midRows = (rows[:-1] + rows[1:]) / 2
    ex, ey = _moved(extent, midColumns, midRows, dx, dy, transform)
    ax, ay = (_midpoints(g) for g in (gx, gy))
    with np.errstate(invalid="ignore"):
        error = np.hypot(ex - ax, ey - ay).max(initial=0.0)
    if not error <= _TOLERANCE * pixel:
        return gx, gy, False
    return _spread(gx, columns, rows, width, height), _spread(gy, columns, rows, width, height), True


def _knots(size: int, step: int) -> np.ndarray:
    """Pixel numbers C{step} apart, the last at the end."""
    return np.append(np.arange(0, size - 1, step), size - 1).astype(float)


def _moved(
    extent: Box, columns: np.ndarray, rows: np.ndarray, dx: float, dy: float, transform: Transform
) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(extent.xmin + (columns + 0.5) * dx, extent.ymax - (rows + 0.5) * dy)
    mx, my = transform(x.ravel(), y.ravel())
    return np.asarray(mx).reshape(x.shape), np.asarray(my).reshape(x.shape)


def _midpoints(grid: np.ndarray) -> np.ndarray:
    return (grid[:-1, :-1] + grid[1:, :-1] + grid[:-1, 1:] + grid[1:, 1:]) / 4


def _spread(grid: np.ndarray, columns: np.ndarray, rows: np.ndarray, width: int, height: int) -> np.ndarray:
    """A coarse grid interpolated to every pixel."""
    across = _between(columns, width)
    down = _between(rows, height)
    wide = grid[:, across[0]] * (1 - across[1]) + grid[:, across[0] + 1] * across[1]
    return wide[down[0]] * (1 - down[1])[:, None] + wide[down[0] + 1] * down[1][:, None]


def _between(knots: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """For every pixel the knot before it, and how far it is on the way to the next (0 to 1)."""
    pixels = np.arange(size)
    before = np.clip(np.searchsorted(knots, pixels, "right") - 1, 0, len(knots) - 2)
    return before, (pixels - knots[before]) / (knots[before + 1] - knots[before])


def nearest(
    values: np.ndarray, mask: np.ndarray, columns: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    The pixel in which each position lies.

    @param values: shape (bands, h, w); C{mask}: (h, w).
    @param columns: positions in pixels, 0 at the left edge of the first (likewise C{rows}).
    @return: values of shape (bands, *columns.shape), and the mask.
    """
    height, width = mask.shape
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        column = np.where(inside, columns, 0).astype(np.intp)
        row = np.where(inside, rows, 0).astype(np.intp)
    place = row * width + column
    taken = values.reshape(len(values), -1).take(place, axis=1)
    return taken, mask.ravel().take(place) & inside


def bilinear(
    values: np.ndarray, mask: np.ndarray, columns: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    The mean of the four pixels around each position, weighted by nearness;
    pixels without data do not count.  Parameters as of L{nearest}.
    """
    height, width = mask.shape
    with np.errstate(invalid="ignore"):
        inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
        c = np.where(inside, columns, 0.0) - 0.5
        r = np.where(inside, rows, 0.0) - 0.5
    left, top = np.floor(c), np.floor(r)
    fx, fy = (c - left).astype(np.float32), (r - top).astype(np.float32)
    left, top = left.astype(np.intp), top.astype(np.intp)
    flat = values.reshape(len(values), -1)
    flatMask = mask.ravel()
    wide = np.float64 if values.dtype.itemsize > 2 and values.dtype != np.float32 else np.float32
    total = np.zeros((len(values), *columns.shape), wide)
    weights = np.zeros(columns.shape, np.float32)
    for dy, wy in ((0, 1 - fy), (1, fy)):
        row = np.clip(top + dy, 0, height - 1) * width
        for dx, wx in ((0, 1 - fx), (1, fx)):
            place = row + np.clip(left + dx, 0, width - 1)
            weight = wx * wy * flatMask.take(place)
            weights += weight
            total += np.where(weight > 0, flat.take(place, axis=1), 0) * weight
    there = inside & (weights > 0)
    total /= np.where(weights > 0, weights, 1)
    if values.dtype.kind in "iu":
        total = np.rint(total)
    return total.astype(values.dtype), there
