# -*- test-case-name: tests.symbology.test_parts -*-
"""Lines and rings cut at a box, all at once; and vertices that no pixel can tell apart."""

from __future__ import annotations

import numpy as np

from ogctwist.geo.box import Box


def offsetsOf(counts: np.ndarray) -> np.ndarray:
    """Offsets from counts: int64, one longer, beginning with 0."""
    offsets = np.empty(len(counts) + 1, np.int64)
    offsets[0] = 0
    np.cumsum(counts, out=offsets[1:])
    return offsets


def positions(offsets: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Which items belong to the chosen groups.

    @param offsets: of groups into items.
    @param chosen: integer positions of groups.
    @return: (positions of their items, in order; offsets of the chosen groups into these).
    """
    counts = offsets[chosen + 1] - offsets[chosen]
    result = offsetsOf(counts)
    shift = offsets[chosen] - result[:-1]
    return np.arange(result[-1], dtype=np.int64) + np.repeat(shift, counts), result


def selectCoords(coords: np.ndarray, offsets: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rings without the vertices where C{keep} is False: (coords, offsets)."""
    kept = offsetsOf(keep)
    return coords[keep], kept[offsets]


def closedRings(coords: np.ndarray, offsets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rings whose last point is their first: (coords, offsets)."""
    full = np.flatnonzero(np.diff(offsets) > 0)
    first, last = offsets[full], offsets[full + 1] - 1
    isOpen = (coords[first] != coords[last]).any(axis=1)
    if not isOpen.any():
        return coords, offsets
    counts = np.diff(offsets)
    counts[full[isOpen]] += 1
    coords = np.insert(coords, last[isOpen] + 1, coords[first[isOpen]], axis=0)
    return coords, offsetsOf(counts)


def clipRings(
    coords: np.ndarray, offsets: np.ndarray, box: Box, *, closed: bool
) -> tuple[np.ndarray, np.ndarray]:
    """
    Cut rings or lines at a box, as Sutherland and Hodgman do: what lies outside is
    replaced by a way along the box, so that a ring stays one ring and a line one line.

    @param coords: float64 (v, 2 or more).
    @param offsets: of rings into C{coords}.
    @param closed: whether they are rings; then each ends with its first point.
    @return: (coords, offsets); rings all outside are empty.
    """
    if not len(coords):
        return coords, offsets
    for axis, limit, sign in (
        (0, box.xmin, 1.0),
        (0, box.xmax, -1.0),
        (1, box.ymin, 1.0),
        (1, box.ymax, -1.0),
    ):
        distance = (coords[:, axis] - limit) * sign
        outside = distance < 0
        if outside.any():
            coords, offsets = _cut(coords, offsets, distance, ~outside)
            if not len(coords):
                break
            if closed:
                coords, offsets = closedRings(coords, offsets)
    return coords, offsets


def _cut(
    coords: np.ndarray, offsets: np.ndarray, distance: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One side of the box: what is inside stays, edges that cross it end on it."""
    crosses = np.zeros(len(coords), bool)
    crosses[:-1] = inside[:-1] != inside[1:]
    last = offsets[1:][np.diff(offsets) > 0] - 1
    crosses[last] = False
    edges = np.flatnonzero(crosses)
    t = distance[edges] / (distance[edges] - distance[edges + 1])
    points = coords[edges] + (coords[edges + 1] - coords[edges]) * t[:, None]
    perVertex = inside.astype(np.int64) + crosses
    starts = offsetsOf(perVertex)
    result = np.empty((int(starts[-1]), coords.shape[1]))
    result[starts[:-1][inside]] = coords[inside]
    result[starts[edges] + inside[edges]] = points
    return result, starts[offsets]


def withoutNear(coords: np.ndarray, offsets: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """
    Leave out vertices in the same cell of C{tolerance} pixels as the one before; the
    first and last of every ring stay.

    @param coords: pixels.
    """
    if len(coords) < 3:
        return coords, offsets
    cells = np.floor(coords * (1 / tolerance))
    keep = np.empty(len(coords), bool)
    keep[0] = True
    moved = cells[1:] != cells[:-1]
    np.logical_or(moved[:, 0], moved[:, 1], out=keep[1:])
    full = np.diff(offsets) > 0
    keep[offsets[:-1][full]] = True
    keep[offsets[1:][full] - 1] = True
    return selectCoords(coords, offsets, keep)
