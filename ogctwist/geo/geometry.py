# -*- test-case-name: tests.geo.test_geometry -*-
"""
A column of geometries, held as the source gave it and decoded on demand.

Two forms are kept: well-known binary (ISO WKB, little or big endian, Z and M
allowed) and Shapely objects for what needs predicates or construction.
Drawing and text want a third one, coordinates and offsets (L{Ragged}).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import shapely


@dataclass(frozen=True, eq=False)
class Ragged:
    """
    Coordinates and offsets of a column of geometries of any kinds.

    Feature i owns the parts C{partsOf[i]:partsOf[i+1]}; part j owns the rings
    C{ringsOf[j]:ringsOf[j+1]}; ring k owns the coordinates
    C{coordsOf[k]:coordsOf[k+1]}.  A point is a part of one ring of one
    coordinate; a line is a part of one ring; a polygon is a part whose first
    ring is the shell.  Empty and null geometries own no part.

    @ivar coords: float64, shape (v, 2) or (v, 3) with z (NaN where a geometry
        has none), C-contiguous; x first.
    @ivar kinds: uint8, shape (parts,): 1 point, 2 line, 3 polygon.
    @ivar coordsOf: int64 offsets, shape (rings + 1,)
    @ivar ringsOf: int64 offsets, shape (parts + 1,)
    @ivar partsOf: int64 offsets, shape (n + 1,)
    """

    coords: np.ndarray
    kinds: np.ndarray
    coordsOf: np.ndarray
    ringsOf: np.ndarray
    partsOf: np.ndarray

    def __len__(self) -> int:
        return len(self.partsOf) - 1


class GeometryColumn:
    """
    An immutable column of n geometries; null where a feature has none.

    Build it from WKB (L{fromWkb}) or from Shapely objects (L{fromShapes}); the
    other form is made on first use and kept.  Safe to share between threads:
    two threads may decode twice, never wrongly.
    """

    def __init__(self, wkb: pa.Array | None, shapes: np.ndarray | None):
        self._wkb = wkb
        self._shapes = shapes

    @classmethod
    def fromWkb(cls, values: pa.Array | Sequence[bytes | None]) -> GeometryColumn:
        """@param values: an Arrow binary array, or a sequence of bytes and None."""
        if not isinstance(values, pa.Array):
            values = pa.array(values, pa.large_binary())
        return cls(values, None)

    @classmethod
    def fromShapes(cls, shapes: np.ndarray) -> GeometryColumn:
        """@param shapes: object array of Shapely geometries and None, shape (n,)."""
        return cls(None, np.asarray(shapes, dtype=object))

    def __len__(self) -> int:
        if self._wkb is not None:
            return len(self._wkb)
        assert self._shapes is not None
        return len(self._shapes)

    @property
    def wkb(self) -> pa.Array:
        """The geometries as an Arrow (large) binary array, nulls for None."""
        if self._wkb is None:
            encoded = shapely.to_wkb(self._shapes, flavor="iso")
            self._wkb = pa.array(encoded.tolist(), pa.large_binary())
        return self._wkb

    @property
    def shapes(self) -> np.ndarray:
        """The geometries as an object array of Shapely geometries and None."""
        if self._shapes is None:
            assert self._wkb is not None
            self._shapes = shapely.from_wkb(self._wkb.to_numpy(zero_copy_only=False))
        return self._shapes

    @cached_property
    def ragged(self) -> Ragged:
        """The geometries as coordinates and offsets."""
        return raggedOf(self.shapes)

    @cached_property
    def bounds(self) -> np.ndarray:
        """float64, shape (n, 4): xmin, ymin, xmax, ymax; NaN for empty or null."""
        return shapely.bounds(self.shapes)

    def take(self, rows: np.ndarray) -> GeometryColumn:
        """The geometries at integer positions C{rows}."""
        return GeometryColumn(
            None if self._wkb is None else self._wkb.take(pa.array(rows)),
            None if self._shapes is None else self._shapes[rows],
        )


def raggedOf(shapes: np.ndarray) -> Ragged:
    """
    Coordinates and offsets of Shapely geometries; collections are flattened.

    @param shapes: object array of geometries and None, shape (n,).
    """
    n = len(shapes)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():  # a collection within one
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    keep = ~shapely.is_empty(parts)
    parts, owner = parts[keep], owner[keep]
    kindOf = np.array([1, 2, 2, 3], np.uint8)
    kinds = kindOf[shapely.get_type_id(parts)]
    partsOf = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n))]).astype(np.int64)
    polygon = kinds == 3
    counts = np.ones(len(parts), np.int64)
    counts[polygon] = shapely.get_num_interior_rings(parts[polygon]) + 1
    ringsOf = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rings = np.empty(ringsOf[-1], dtype=object)
    slots = np.repeat(polygon, counts)
    rings[slots] = shapely.get_rings(parts[polygon])
    rings[~slots] = parts[~polygon]
    coordsOf = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(rings))]).astype(np.int64)
    hasZ = bool(shapely.has_z(parts).any())
    coords = shapely.get_coordinates(rings, include_z=hasZ)
    return Ragged(np.ascontiguousarray(coords), kinds, coordsOf, ringsOf, partsOf)
