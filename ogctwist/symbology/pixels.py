# -*- test-case-name: tests.symbology.test_gradients -*-
"""Pictures out of numbers: ramps, distances from edges, blur."""

from __future__ import annotations

import numpy as np

from ogctwist.symbology.colorramps import ColorRamp


def pictureOf(share: np.ndarray, ramp: ColorRamp, mask: np.ndarray | None = None) -> np.ndarray:
    """
    Positions on a ramp as a picture.

    @param share: float (h, w), 0 to 1.
    @param mask: what is not False is drawn; None for all.
    @return: uint8 (h, w, 4), premultiplied, cairo's byte order.
    """
    colors = np.array([ramp.color(i / 255) for i in range(256)])
    alpha = colors[:, 3:]
    levels = np.rint(np.hstack([colors[:, :3] * alpha, alpha]) * 255).astype(np.uint32)
    words = (levels[:, 3] << 24) | (levels[:, 0] << 16) | (levels[:, 1] << 8) | levels[:, 2]
    picture = words.astype(np.uint32)[np.rint(np.clip(share, 0, 1) * 255).astype(np.int64)]
    if mask is not None:
        picture[~mask] = 0
    return np.ascontiguousarray(picture).view(np.uint8).reshape(*share.shape, 4)


def edgeDistances(inside: np.ndarray) -> np.ndarray:
    """
    How far pixels are from the nearest one outside.

    Exact: distances down the columns first, then the nearest over the columns to
    the left and right, as far as any of them could be nearer.

    @param inside: bool (h, w).
    @return: float64 (h, w), pixels; 0 outside.
    """
    height, _ = inside.shape
    far = float(max(inside.shape)) * 2
    rows = np.arange(height, dtype=float)[:, None]
    edges = np.where(inside, -far, rows)
    above = rows - np.maximum.accumulate(edges, axis=0)
    edges = np.where(inside, height + far, rows)
    below = np.minimum.accumulate(edges[::-1], axis=0)[::-1] - rows
    column = np.minimum(above, below) ** 2
    best = column.copy()
    for step in range(1, inside.shape[1]):
        if step * step >= best.max():
            break
        np.minimum(best[:, step:], column[:, :-step] + step * step, out=best[:, step:])
        np.minimum(best[:, :-step], column[:, step:] + step * step, out=best[:, :-step])
    return np.sqrt(best)


def blurred(picture: np.ndarray, radius: int) -> np.ndarray:
    """A premultiplied picture, blurred: three passes of a running mean each way."""
    values = picture.astype(np.float64)
    width = max(int(radius * 0.7), 1)
    for _ in range(3):
        for axis in (0, 1):
            padded = np.pad(values, [(width, width) if a == axis else (0, 0) for a in range(3)], mode="edge")
            total = np.cumsum(padded, axis=axis)
            lead = np.take(total, range(2 * width, total.shape[axis]), axis=axis)
            trail = np.concatenate(
                [
                    np.zeros_like(np.take(total, [0], axis=axis)),
                    np.take(total, range(total.shape[axis] - 2 * width - 1), axis=axis),
                ],
                axis=axis,
            )
            values = (lead - trail) / (2 * width + 1)
    return np.rint(values).astype(np.uint8)
