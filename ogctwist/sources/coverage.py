# -*- test-case-name: tests.sources.test_coverage -*-
"""What a raster says of itself, and a piece of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS


@dataclass(frozen=True)
class BandStatistics:
    """As stored with the data, never computed for a request."""

    minimum: float
    maximum: float
    mean: float | None = None
    standardDeviation: float | None = None


@dataclass(frozen=True)
class BandInfo:
    """
    One band.

    @ivar number: from 1.
    @ivar dtype: numpy's name of the type of its values.
    @ivar nodata: the value that stands for no data, or None.
    @ivar colorInterpretation: red, green, blue, alpha, gray, palette, undefined, …
    @ivar colorTable: value -> (red, green, blue, alpha), each 0 to 255; None without.
    @ivar scale: values delivered are C{scale * stored + offset} already.
    """

    number: int
    dtype: str
    nodata: float | None = None
    colorInterpretation: str = "undefined"
    colorTable: Mapping[int, tuple[int, int, int, int]] | None = None
    statistics: BandStatistics | None = None
    description: str = ""
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class CoverageInfo:
    """
    A raster.

    @ivar width: pixels (likewise C{height}).
    @ivar transform: (a, b, c, d, e, f): x = a * column + b * row + c, y = d * column
        + e * row + f of a pixel's corner, the first at the top left.
    @ivar crs: of the layer; None when nobody knows.
    @ivar extent: in C{crs}.
    @ivar overviews: the factors of its reduced copies, ascending.
    """

    bands: tuple[BandInfo, ...]
    width: int
    height: int
    transform: tuple[float, float, float, float, float, float]
    crs: CRS | None
    extent: Box
    overviews: tuple[int, ...] = ()
    driver: str = ""

    def band(self, number: int) -> BandInfo | None:
        """The band of that number, or None."""
        return self.bands[number - 1] if 1 <= number <= len(self.bands) else None

    @property
    def isNorthUp(self) -> bool:
        """Whether rows run along parallels, the northernmost first."""
        a, b, _, d, e, _ = self.transform
        return b == 0 and d == 0 and a > 0 and e < 0


@dataclass(frozen=True, eq=False)
class CoverageWindow:
    """
    A piece of a raster on pixels of the asker's choice; row 0 is the northernmost.

    @ivar values: shape (bands, height, width), in the order in which the bands
        were asked for.
    @ivar mask: bool, shape (height, width), True where there are data in all bands.
    @ivar inside: bool, shape (height, width), True within the raster, data or not.
    """

    values: np.ndarray
    mask: np.ndarray
    inside: np.ndarray = field(default_factory=lambda: np.ones((0, 0), bool))

    def __post_init__(self) -> None:
        if self.inside.shape != self.mask.shape:
            object.__setattr__(self, "inside", self.mask)
