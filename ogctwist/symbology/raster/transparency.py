# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""Values that are transparent: the tables of a style, and what counts as no data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ogctwist.symbology.markup import number


@dataclass(frozen=True)
class Transparency:
    """
    Opacities of certain values.

    @ivar ranges: (minimum, maximum, opacity 0 to 1) of single-band values; the first that fits counts.
    @ivar triples: (red, green, blue, opacity) of levels.
    """

    ranges: tuple[tuple[float, float, float], ...] = ()
    triples: tuple[tuple[int, int, int, float], ...] = ()

    @classmethod
    def read(cls, element) -> Transparency:
        """@param element: C{rasterTransparency}, or None."""
        if element is None:
            return cls()
        ranges, triples = [], []
        for entry in element.findall("singleValuePixelList/pixelListEntry"):
            # QGIS 1 wrote one pixelValue instead of a range
            low = number(entry.get("min", entry.get("pixelValue")), np.nan)
            high = number(entry.get("max", entry.get("pixelValue")), np.nan)
            ranges.append((low, high, _opacityOf(entry)))
        for entry in element.findall("threeValuePixelList/pixelListEntry"):
            red, green, blue = (int(number(entry.get(name), -1)) for name in ("red", "green", "blue"))
            triples.append((red, green, blue, _opacityOf(entry)))
        return cls(tuple(ranges), tuple(triples))

    def ofValues(self, values: np.ndarray) -> np.ndarray | float:
        """The opacity of each value: float32 of that shape, or 1.0 when nothing is transparent."""
        if not self.ranges:
            return 1.0
        opacity = np.ones(values.shape, np.float32)
        for low, high, share in reversed(self.ranges):
            opacity[(values >= low) & (values <= high)] = share
        return opacity

    def ofLevels(self, red: np.ndarray, green: np.ndarray, blue: np.ndarray) -> np.ndarray | float:
        """The opacity of each pixel by its levels."""
        if not self.triples:
            return 1.0
        opacity = np.ones(red.shape, np.float32)
        for r, g, b, share in reversed(self.triples):
            opacity[(red == r) & (green == g) & (blue == b)] = share
        return opacity


def _opacityOf(entry) -> float:
    """3.38 and later write C{opacity}, before it was C{percentTransparent}."""
    if entry.get("opacity") is not None:
        share = number(entry.get("opacity"), 1.0)
    else:
        share = 1.0 - number(entry.get("percentTransparent"), 0.0) / 100.0
    return min(max(share, 0.0), 1.0)


@dataclass(frozen=True)
class NoData:
    """
    What a layer takes for no data in one band.

    @ivar useSource: whether the source's own no-data value counts.
    @ivar ranges: (minimum, maximum), inclusive, of further values.
    """

    useSource: bool = True
    ranges: tuple[tuple[float, float], ...] = ()

    @classmethod
    def readAll(cls, layer) -> dict[int, NoData]:
        """@param layer: a C{maplayer}.  @return: by band number; what is missing uses the source's."""
        result = {}
        for entry in layer.findall("noData/noDataList"):
            band = int(number(entry.get("bandNo"), 0))
            ranges = tuple(
                (number(r.get("min"), np.nan), number(r.get("max"), np.nan))
                for r in entry.findall("noDataRange")
            )
            result[band] = cls(entry.get("useSrcNoData") != "0", ranges)
        return result

    def hides(self, values: np.ndarray) -> np.ndarray | None:
        """Where the user's ranges say that there is nothing: bool, or None."""
        hidden = None
        for low, high in self.ranges:
            inside = (values >= low) & (values <= high)
            hidden = inside if hidden is None else hidden | inside
        return hidden


def dataMask(mask: np.ndarray, values: np.ndarray, noData: Sequence[NoData | None]) -> np.ndarray:
    """
    Where a pixel has data in every band.

    @param mask: bool (h, w), as the source says.
    @param values: (bands, h, w).
    @param noData: for each band.
    """
    for plane, rule in zip(values, noData, strict=True):
        hidden = None if rule is None else rule.hides(plane)
        if hidden is not None:
            mask = mask & ~hidden
        if plane.dtype.kind == "f":
            known = ~np.isnan(plane)
            if not known.all():
                mask = mask & known
    return mask
