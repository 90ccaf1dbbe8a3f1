# -*- test-case-name: tests.geo.test_transforms -*-
"""Coordinates from one reference system to another, a whole array at a time."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import pyproj

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

#: Spherical mercator has no poles; QGIS stops at this latitude.
MERCATOR_LATITUDE = 89.9


class TransformError(ValueError):
    """Coordinates that have no place in the target system."""


@lru_cache(maxsize=256)
def transformer(source: CRS, target: CRS) -> pyproj.Transformer:
    """
    A cached transformer, x first on both sides.  pyproj's transformers are safe to share between
    threads: each thread gets a PROJ context of its own.
    """
    return pyproj.Transformer.from_crs(source.pyproj, target.pyproj, always_xy=True)


def transformCoords(coords: np.ndarray, source: CRS, target: CRS) -> np.ndarray:
    """
    @param coords: float64, shape (v, 2) or (v, 3), x first; z is kept as it is.
    @return: a new array of the same shape; inf where there is no transformation.
    """
    if source == target or not len(coords):
        return coords
    x, y = transformer(source, target).transform(coords[:, 0], coords[:, 1])
    result = np.array(coords, dtype=np.float64, copy=True)
    result[:, 0] = x
    result[:, 1] = y
    return result


def transformPoint(x: float, y: float, source: CRS, target: CRS) -> tuple[float, float]:
    """
    @raise TransformError: if the point has no place in the target.
    """
    if source == target:
        return x, y
    moved = transformer(source, target).transform(x, y)
    if not all(map(math.isfinite, moved)):
        raise TransformError(f"{x}, {y} has no place in {target}")
    return float(moved[0]), float(moved[1])


def transformBox(box: Box, source: CRS, target: CRS) -> Box:
    """
    The box around a box, in another system.

    About a thousand points spread evenly over the box are moved, as QGIS does:
    its corners alone would miss what bulges between them.

    @raise TransformError: if no point has a place in the target.
    """
    if source == target:
        return box
    if target.srid == 3857 and source.isGeographic:
        box = Box(
            box.xmin,
            max(box.ymin, -MERCATOR_LATITUDE),
            box.xmax,
            min(box.ymax, MERCATOR_LATITUDE),
        )
    xs, ys = _grid(box)
    x, y = transformer(source, target).transform(xs, ys)
    known = np.isfinite(x) & np.isfinite(y)
    if not known.any():
        raise TransformError(f"{box.bounds} has no place in {target}")
    x, y = x[known], y[known]
    return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))


def _grid(box: Box) -> tuple[np.ndarray, np.ndarray]:
    """Points spread over a box: (x, y), each of shape (m,), 1,000 or so."""
    if box.width <= 0 or box.height <= 0:
        return np.array([box.xmin, box.xmax]), np.array([box.ymin, box.ymax])
    step = math.sqrt(box.width * box.height) / (math.sqrt(1000) - 1)
    columns = min(math.ceil(box.width / step) + 1, 1000)
    rows = min(math.ceil(box.height / step) + 1, 1000)
    x, y = np.meshgrid(np.linspace(box.xmin, box.xmax, columns), np.linspace(box.ymin, box.ymax, rows))
    return x.ravel(), y.ravel()
