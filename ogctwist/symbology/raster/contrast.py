# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""From the values of a band to 0 … 255, as the contrast enhancement of a style says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.symbology.markup import number

STRETCH = "StretchToMinimumMaximum"
STRETCH_AND_CLIP = "StretchAndClipToMinimumMaximum"
CLIP = "ClipToMinimumMaximum"
NONE = "NoEnhancement"
#: Algorithms as QGIS 2 numbered them.
_NUMBERED = {"0": NONE, "1": STRETCH, "2": STRETCH_AND_CLIP, "3": CLIP}


@dataclass(frozen=True)
class Contrast:
    """
    How one band's values become levels.

    @ivar minimum: becomes 0.
    @ivar maximum: becomes 255.
    """

    minimum: float = 0.0
    maximum: float = 255.0
    algorithm: str = NONE

    @classmethod
    def read(cls, element) -> Contrast | None:
        """@param element: C{contrastEnhancement} or one of a colour, or None."""
        if element is None:
            return None
        algorithm = (element.findtext("algorithm") or "").strip()
        return cls(
            number(element.findtext("minValue"), 0.0),
            number(element.findtext("maxValue"), 255.0),
            _NUMBERED.get(algorithm, algorithm),
        )

    def within(self, minimum: float, maximum: float) -> Contrast:
        """The same with other bounds."""
        return replace(self, minimum=minimum, maximum=maximum)

    def shown(self, values: np.ndarray) -> np.ndarray | None:
        """Where values are drawn at all: bool; None for everywhere."""
        if self.algorithm in (STRETCH_AND_CLIP, CLIP):
            return (values >= self.minimum) & (values <= self.maximum)
        return None

    def levels(self, values: np.ndarray) -> np.ndarray:
        """
        uint8 of the shape of C{values}.

        Without a stretch a value is taken for its share of what its type can hold.
        """
        if values.dtype == np.uint8:
            return self._byTable(values)
        if self.algorithm in (STRETCH, STRETCH_AND_CLIP):
            return _scaled(values, self.minimum, self.maximum)
        if values.dtype.kind == "f":
            return np.full(values.shape, 127, np.uint8)  # the middle, unless beyond imagination
        limits = np.iinfo(values.dtype)
        return _scaled(values, float(limits.min), float(limits.max))

    def _byTable(self, values: np.ndarray) -> np.ndarray:
        every = np.arange(256.0)
        if self.algorithm in (STRETCH, STRETCH_AND_CLIP):
            table = _scaled(every, self.minimum, self.maximum)
        elif self.algorithm == CLIP:
            table = every.astype(np.uint8)
        else:
            return values
        shown = self.shown(every)
        if shown is not None:
            table[~shown] = 255  # to be seen where another band decides what is shown
        return table[values]


def _scaled(values: np.ndarray, minimum: float, maximum: float) -> np.ndarray:
    """Values to 0 … 255 linearly, uint8."""
    extent = maximum - minimum
    if not extent:
        return np.zeros(values.shape, np.uint8)
    exact = np.float32 if values.dtype == np.float32 else np.float64
    scaled: np.ndarray = (values - exact(minimum)) * exact(255.0 / extent)
    scaled += exact(1e-4 if exact is np.float32 else 1e-6)  # 51.0 must not become 50.999… and then 50
    return np.nan_to_num(np.clip(scaled, 0, 255), copy=False, nan=0.0).astype(np.uint8)


def levelsOf(contrast: Contrast | None, values: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """
    @param contrast: None leaves the values alone.
    @return: (uint8 levels, bool of what is shown or None for all).
    """
    if contrast is not None:
        return contrast.levels(values), contrast.shown(values)
    if values.dtype == np.uint8:
        return values, None
    return np.nan_to_num(np.clip(values, 0, 255), nan=0.0).astype(np.uint8), None
