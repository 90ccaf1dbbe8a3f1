# -*- test-case-name: tests.symbology.test_renderers -*-
"""Which symbols draw which features of a batch, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Jobs:
    """
    One entry for every symbol that draws a feature, in drawing order.

    @ivar rows: int64, rows of the batch.
    @ivar symbols: int64, positions in the renderer's symbols.
    """

    rows: np.ndarray
    symbols: np.ndarray

    @classmethod
    def fromCodes(cls, codes: np.ndarray) -> Jobs:
        """One symbol for each feature; -1 for none."""
        rows = np.flatnonzero(codes >= 0)
        return cls(rows, codes[rows].astype(np.int64))

    @classmethod
    def fromMasks(cls, masks: Sequence[tuple[int, np.ndarray]]) -> Jobs:
        """Any number of symbols for a feature: pairs of a symbol and a bool array, in order."""
        if not masks:
            return cls(np.empty(0, np.int64), np.empty(0, np.int64))
        rows = [np.flatnonzero(mask) for _, mask in masks]
        symbols = np.repeat([symbol for symbol, _ in masks], [len(r) for r in rows])
        together = np.concatenate(rows)
        order = np.argsort(together, kind="stable")
        return cls(together[order], symbols[order].astype(np.int64))
