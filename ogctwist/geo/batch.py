# -*- test-case-name: tests.geo.test_batch -*-
"""
Features in columns: the unit that travels between a source, an expression, a
symbol and an encoder.

A batch holds a few thousand features: their ids, at most one geometry column
and one Arrow array per attribute.  No Python object stands for a single
feature; a row is an index into the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ogctwist.geo.geometry import GeometryColumn

#: How many features a source puts in one batch unless it has a reason.
BATCH_ROWS = 4096


@dataclass(frozen=True, eq=False)
class FeatureBatch:
    """
    Some features of one layer, in the order in which the source gave them.

    @ivar ids: int64, shape (n,).  The feature ids as QGIS counts them: the
        integer primary key where the source has one, else its row number.
    @ivar geometry: the geometries in the CRS of the layer (x is easting or
        longitude, always), or None where none was asked for or there is none.
    @ivar columns: attribute name -> Arrow array of length n; nulls are Arrow
        nulls.  Only the attributes that the query asked for.
    """

    ids: np.ndarray
    geometry: GeometryColumn | None
    columns: Mapping[str, pa.Array]

    def __post_init__(self) -> None:
        n = len(self.ids)
        if self.geometry is not None and len(self.geometry) != n:
            raise ValueError(f"{len(self.geometry)} geometries for {n} ids")
        for name, column in self.columns.items():
            if len(column) != n:
                raise ValueError(f"column {name!r} has {len(column)} values for {n} ids")

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, rows: np.ndarray) -> FeatureBatch:
        """
        The batch of some of the rows, in the order of C{rows}.

        @param rows: integer positions, or a boolean mask of shape (n,).
        """
        rows = np.asarray(rows)
        if rows.dtype == bool:
            if rows.all():
                return self
            rows = np.flatnonzero(rows)
        index = pa.array(rows)
        return FeatureBatch(
            self.ids[rows],
            None if self.geometry is None else self.geometry.take(rows),
            {name: column.take(index) for name, column in self.columns.items()},
        )

    def slice(self, start: int, stop: int | None = None) -> FeatureBatch:
        """The rows from C{start} up to C{stop}; shares the columns' memory."""
        stop = len(self) if stop is None else min(stop, len(self))
        return self.take(np.arange(start, max(start, stop)))

    def withColumns(self, columns: Mapping[str, pa.Array]) -> FeatureBatch:
        """The same features with other attributes."""
        return FeatureBatch(self.ids, self.geometry, columns)

    def withGeometry(self, geometry: GeometryColumn | None) -> FeatureBatch:
        """The same features with another geometry column."""
        return FeatureBatch(self.ids, geometry, self.columns)

    @classmethod
    def empty(cls, names: Sequence[str] = ()) -> FeatureBatch:
        """A batch without rows: what a cursor answers at its end."""
        return cls(np.empty(0, np.int64), None, {name: pa.nulls(0) for name in names})


Batches = Iterator[FeatureBatch]
