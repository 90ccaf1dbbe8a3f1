# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""Bounds for a contrast, from the pixels that the map shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogctwist.symbology.markup import number


@dataclass(frozen=True)
class BoundsOrigin:
    """
    Where the bounds of a contrast come from (C{minMaxOrigin}).

    @ivar limits: None (as the style has them), MinMax, CumulativeCut or StdDev.
    @ivar isOfView: whether they follow the map's extent.
    @ivar lower: share of the pixels below the minimum, for CumulativeCut.
    @ivar upper: share of the pixels below the maximum.
    @ivar deviations: how many standard deviations from the mean.
    """

    limits: str = "None"
    isOfView: bool = False
    lower: float = 0.02
    upper: float = 0.98
    deviations: float = 2.0

    @classmethod
    def read(cls, element) -> BoundsOrigin:
        """@param element: C{minMaxOrigin}, or None."""
        if element is None:
            return cls()
        return cls(
            element.findtext("limits") or "None",
            element.findtext("extent") == "UpdatedCanvas",
            number(element.findtext("cumulativeCutLower"), 0.02),
            number(element.findtext("cumulativeCutUpper"), 0.98),
            number(element.findtext("stdDevFactor"), 2.0),
        )

    @property
    def followsView(self) -> bool:
        """Whether bounds are to be computed for every map."""
        return self.isOfView and self.limits in ("MinMax", "CumulativeCut", "StdDev")

    def bounds(self, values: np.ndarray) -> tuple[float, float] | None:
        """
        @param values: those of the pixels that have data, shape (n,).
        @return: (minimum, maximum), or None when there is nothing to compute them of.
        """
        values = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        if not len(values):
            return None
        if self.limits == "MinMax":
            return float(values.min()), float(values.max())
        if self.limits == "StdDev":
            mean = float(values.mean(dtype=np.float64))
            reach = self.deviations * float(values.std(dtype=np.float64))
            return mean - reach, mean + reach
        lower, upper = np.quantile(values, (self.lower, self.upper))
        return float(lower), float(upper)
