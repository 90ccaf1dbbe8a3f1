# -*- test-case-name: tests.symbology.test_raster -*-
"""Hill shading: the light on a slope, of each pixel and its eight neighbours."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ogctwist.symbology.markup import number
from ogctwist.symbology.raster.bands import bandOf
from ogctwist.symbology.raster.shades import Shades

#: How much the slope counts for the two diagonal lights; not the cosine of 45 degrees: this is what
#: pictures of QGIS 3 show.
_SIDE = 0.2588


@dataclass(frozen=True)
class Hillshade:
    """
    C{hillshade}.

    @ivar azimuth: where the light comes from, degrees clockwise from north.
    @ivar altitude: as QGIS calls the light's angle, degrees.
    @ivar zFactor: what heights are multiplied with.
    @ivar isMultidirectional: light from four directions, weighted by the aspect of the slope (after
        Mark 1992).
    """

    band: int = 1
    azimuth: float = 315.0
    altitude: float = 45.0
    zFactor: float = 1.0
    isMultidirectional: bool = False

    @classmethod
    def read(cls, element) -> Hillshade:
        """@param element: C{rasterrenderer}."""
        return cls(
            bandOf(element, "band") or 1,
            number(element.get("azimuth"), 315.0),
            number(element.get("angle"), 45.0),
            number(element.get("zfactor"), 1.0),
            element.get("multidirection") in ("1", "true"),
        )

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands that it reads."""
        return (self.band,)

    def shades(self, heights: np.ndarray, known: np.ndarray, cellWidth: float, cellHeight: float) -> Shades:
        """
        @param heights: (h + 2, w + 2): with a pixel more on every side.
        @param known: bool, of that shape; what is not known is as high as the middle.
        @param cellWidth: of a pixel, in units of the heights; likewise C{cellHeight}.
        @return: planes of shape (h, w).
        """
        dx, dy = slopes(heights.astype(np.float32), known, cellWidth, cellHeight)
        grey = self._fourfold(dx, dy) if self.isMultidirectional else self._single(dx, dy)
        return Shades.grey(np.clip(grey, 0, 255).astype(np.uint8))

    @property
    def _light(self) -> tuple[float, float]:
        """
        Sine and cosine of the light's height.  QGIS measures the angle of this renderer from the
        zenith, though it calls it an altitude.
        """
        angle = math.radians(90 - self.altitude)
        return math.sin(angle), math.cos(angle) * self.zFactor

    def _single(self, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
        azimuth = math.radians(self.azimuth)
        high, flat = self._light
        light = high - flat * (math.cos(azimuth) * dy + math.sin(azimuth) * dx)
        return 255 * light / np.sqrt(1 + self.zFactor**2 * (dx * dx + dy * dy))

    def _fourfold(self, dx: np.ndarray, dy: np.ndarray) -> np.ndarray:
        high, flat = self._light
        side = flat * _SIDE
        slope = dx * dx + dy * dy
        lights = (high - flat * dx, high - flat * dy, high - side * (dx - dy), high - side * (dx + dy))
        weights = (dx * dx, dy * dy, (dx - dy) ** 2 / 2, (dx + dy) ** 2 / 2)
        total = sum(np.maximum(light, 0) * weight for light, weight in zip(lights, weights, strict=True))
        mixed = np.where(slope > 0, total / np.where(slope > 0, slope, 1), 2 * high)
        return 1 + 127 * mixed / (1 + self.zFactor**2 * slope)


def slopes(
    heights: np.ndarray, known: np.ndarray, cellWidth: float, cellHeight: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    Rise to the east and to the north per unit (Horn 1981), each (h, w).

    @param heights: (h + 2, w + 2).
    """
    middle = heights[1:-1, 1:-1]
    height, width = middle.shape

    def neighbour(row: int, column: int) -> np.ndarray:
        window = np.s_[row : row + height, column : column + width]
        return np.where(known[window], heights[window], middle)

    x = [[neighbour(r, c) for c in range(3)] for r in range(3)]
    dx = (x[0][2] + 2 * x[1][2] + x[2][2]) - (x[0][0] + 2 * x[1][0] + x[2][0])
    dy = (x[0][0] + 2 * x[0][1] + x[0][2]) - (x[2][0] + 2 * x[2][1] + x[2][2])
    return dx / np.float32(8 * cellWidth), dy / np.float32(8 * cellHeight)
