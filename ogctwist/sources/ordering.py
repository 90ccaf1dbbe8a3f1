# -*- test-case-name: tests.sources.test_ordering -*-
"""Features in an order that their source cannot give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogctwist.geo.batch import BATCH_ROWS, FeatureBatch
from ogctwist.geo.geometry import GeometryColumn

#: One value column for each order term of a batch.
Keys = Callable[[FeatureBatch], Sequence[pa.Array]]


def ordered(
    batches: Iterable[FeatureBatch], keys: Keys, ascending: Sequence[bool], keep: int | None
) -> Iterator[FeatureBatch]:
    """
    The features by their keys, stable; nulls last where ascending, first where
    descending.  Needs memory for C{keep} features and a few batches, or for all.

    @param keep: how many of the first are wanted; None for all.
    """
    held: list[FeatureBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += len(batch)
        if keep is not None and rows > 4 * keep + 4 * BATCH_ROWS:
            held = [_first(joined(held), keys, ascending, keep)]
            rows = len(held[0])
    if not held:
        return
    whole = _first(joined(held), keys, ascending, keep)
    for start in range(0, len(whole), BATCH_ROWS):
        yield whole.slice(start, start + BATCH_ROWS)


def _first(batch: FeatureBatch, keys: Keys, ascending: Sequence[bool], keep: int | None) -> FeatureBatch:
    rows = sortedRows(keys(batch), ascending)
    return batch.take(rows if keep is None else rows[:keep])


def sortedRows(keys: Sequence[pa.Array], ascending: Sequence[bool]) -> np.ndarray:
    """Row numbers in order; the first key counts most."""
    ranks = []
    for key, up in zip(keys, ascending, strict=True):
        # nulls rank above all values, so that turning the order round puts them first
        rank = pc.rank(key, "ascending", tiebreaker="dense").to_numpy()
        rank = rank.astype(np.int64)
        ranks.append(rank if up else -rank)
    return np.lexsort(ranks[::-1])


def joined(batches: Sequence[FeatureBatch]) -> FeatureBatch:
    """One batch of several, which have the same columns."""
    if len(batches) == 1:
        return batches[0]
    geometry = None
    if batches[0].geometry is not None:
        parts = [b.geometry.wkb.cast(pa.large_binary()) for b in batches if b.geometry is not None]
        geometry = GeometryColumn.fromWkb(pa.concat_arrays(parts))
    columns = {name: pa.concat_arrays([b.columns[name] for b in batches]) for name in batches[0].columns}
    return FeatureBatch(np.concatenate([b.ids for b in batches]), geometry, columns)
