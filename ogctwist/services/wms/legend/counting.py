# -*- test-case-name: tests.services.wms.test_legendnodes -*-
"""How many features each entry of a legend stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.legend import featureCounts, legendItems
from ogctwist.symbology.vector import VectorPlan


@dataclass(frozen=True)
class Counts:
    """
    @ivar total: of all features, drawn or not.
    @ivar bySymbol: by the symbol's place among the renderer's.
    """

    total: int = 0
    bySymbol: Mapping[int, int] = field(default_factory=dict)

    def withBatch(self, plan: VectorPlan, batch: FeatureBatch, frame: Frame) -> Counts:
        """With those of one more batch."""
        if not len(batch):
            return self
        added = dict(self.bySymbol)
        for symbol in np.flatnonzero(counts := featureCounts(plan, batch, frame)).tolist():
            added[symbol] = added.get(symbol, 0) + int(counts[symbol])
        return Counts(self.total + len(batch), added)


def keyCounts(plan: VectorPlan, counts: Counts) -> dict[str, int]:
    """Counts by the keys of legend entries; a rule without a symbol counts what those below it draw."""
    items = legendItems(plan)
    found = {item.key: counts.bySymbol.get(item.symbolIndex, 0) for item in items}
    for item in reversed(items):
        if item.parentKey in found and item.symbolIndex >= 0:
            parent = next(other for other in items if other.key == item.parentKey)
            if parent.symbolIndex < 0:
                found[item.parentKey] += found[item.key]
    return found
