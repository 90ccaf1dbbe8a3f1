# -*- test-case-name: tests.native.test_wkb -*-
"""
Geometries on their way to text: coordinates, offsets and types, and the words around them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ogctwist.geo.geometry import Ragged
from ogctwist.native import kernel


@dataclass(frozen=True, eq=False)
class Shapes:
    """
    A column of n geometries as coordinates, offsets and types.

    @ivar ragged: coordinates and offsets; collections are flattened.
    @ivar types: uint8, shape (n,): 0 null, else as in WKB: 1 point, 2 line, 3 polygon,
        4 to 6 several of them, 7 a collection.
    """

    ragged: Ragged
    types: np.ndarray

    def __len__(self) -> int:
        return len(self.types)

    @cached_property
    def firstCoords(self) -> np.ndarray:
        """int64, shape (n + 1,): where the coordinates of each geometry begin."""
        r = self.ragged
        return r.coordsOf[r.ringsOf[r.partsOf]]

    @cached_property
    def bounds(self) -> np.ndarray:
        """float64, shape (n, 4): xmin, ymin, xmax, ymax; NaN for empty and null."""
        if kernel.AVAILABLE:
            return _boundsByKernel(self)
        return boundsByTwin(self)

    def withCoords(self, coords: np.ndarray) -> Shapes:
        """
        The same shapes elsewhere.  One of which a coordinate is not finite - no such place in
        the reference system it was transformed to - becomes null.

        @param coords: float64, of the shape of C{ragged.coords}.
        """
        coords = np.ascontiguousarray(coords)
        types = self.types
        lost = ~np.isfinite(coords[:, :2]).all(axis=1)
        if lost.any():
            owners = np.searchsorted(self.firstCoords, np.flatnonzero(lost), side="right") - 1
            types = types.copy()
            types[owners] = 0
        return Shapes(replace(self.ragged, coords=coords), types)

    def cStruct(
        self,
        dimension: int = 2,
        swapped: bool = False,
        precision: int = 0,
        ids: np.ndarray | None = None,
    ) -> tuple[object, object]:
        """
        C{ogt_shapes} for the kernel, and what must live as long as it does.

        @param ids: int64, shape (n,); None for none.
        """
        ffi, r = kernel.ffi, self.ragged
        arrays = {
            "types": ffi.from_buffer("uint8_t[]", self.types),
            "parts_of": ffi.from_buffer("int64_t[]", r.partsOf),
            "rings_of": ffi.from_buffer("int64_t[]", r.ringsOf),
            "coords_of": ffi.from_buffer("int64_t[]", r.coordsOf),
            "kinds": ffi.from_buffer("uint8_t[]", r.kinds),
            "coords": ffi.from_buffer("double[]", r.coords),
        }
        if ids is not None:
            arrays["ids"] = ffi.from_buffer("int64_t[]", ids)
        scalars = {
            "count": len(self),
            "stride": r.coords.shape[1],
            "dimension": dimension,
            "swapped": int(swapped),
            "precision": precision,
        }
        return ffi.new("ogt_shapes *", {**arrays, **scalars}), arrays


def _boundsByKernel(shapes: Shapes) -> np.ndarray:
    struct, _kept = shapes.cStruct()
    bounds = np.empty((len(shapes), 4))
    kernel.lib.ogt_bounds(struct, kernel.ffi.from_buffer("double[]", bounds))
    return bounds


def boundsByTwin(shapes: Shapes) -> np.ndarray:
    """L{Shapes.bounds} in numpy."""
    bounds = np.full((len(shapes), 4), np.nan)
    first = shapes.firstCoords
    full = np.flatnonzero(first[1:] > first[:-1])
    if len(full):
        xy = shapes.ragged.coords[:, :2]
        bounds[full, :2] = np.minimum.reduceat(xy, first[full], axis=0)
        bounds[full, 2:] = np.maximum.reduceat(xy, first[full], axis=0)
    return bounds


ID, MEMBER = "\x01", "\x02"


@dataclass(frozen=True)
class GeometryFormat:
    """
    The words around the coordinates of a geometry.

    Where there are three texts they are for a point, a line and a polygon, where four the
    fourth is for a collection.  All are ASCII.

    Where geometries have ids, L{ID} in C{single}, C{multi}, C{member} and C{mixedMember} stands for
    the id, and L{MEMBER} in the latter two for the number of the member, which counts from 1.

    @ivar numberMark: between the numbers of a coordinate tuple.
    @ivar tupleMark: between the tuples of a ring or line.
    @ivar ringMark: between the rings of a polygon.
    @ivar single: before the coordinates of a geometry of one part (likewise C{singleEnd}).
    @ivar multi: before the members of a geometry of several parts.
    @ivar member: before the coordinates of such a member; C{mixedMember} in a collection.
    @ivar memberMark: between members.
    """

    numberMark: str
    tupleMark: str
    tupleStart: str = ""
    tupleEnd: str = ""
    shell: str = ""
    shellEnd: str = ""
    hole: str = ""
    holeEnd: str = ""
    ringMark: str = ""
    single: tuple[str, str, str] = ("", "", "")
    singleEnd: tuple[str, str, str] = ("", "", "")
    multi: tuple[str, str, str, str] = ("", "", "", "")
    multiEnd: tuple[str, str, str, str] = ("", "", "", "")
    member: tuple[str, str, str] = ("", "", "")
    memberEnd: tuple[str, str, str] = ("", "", "")
    mixedMember: tuple[str, str, str] = ("", "", "")
    mixedMemberEnd: tuple[str, str, str] = ("", "", "")
    memberMark: str = ""
