# -*- test-case-name: tests.geo.test_view -*-
"""A map's frame: extent, pixels, resolution and scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS

INCHES_PER_METRE = 39.37007874015748


@dataclass(frozen=True)
class MapView:
    """
    What a map shows and on how many pixels.

    Pixel (0, 0) is the top left; pixel y grows downwards.

    @ivar extent: in units of C{crs}.
    @ivar width: pixels.
    @ivar height: pixels.
    @ivar dpi: output resolution: millimetres of a symbol become
        C{mm * dpi / 25.4} pixels.
    """

    extent: Box
    width: int
    height: int
    crs: CRS
    dpi: float = 96.0

    @cached_property
    def unitsPerPixelX(self) -> float:
        """Map units of a pixel along x."""
        return self.extent.width / self.width

    @cached_property
    def unitsPerPixelY(self) -> float:
        """Map units of a pixel along y."""
        return self.extent.height / self.height

    @cached_property
    def unitsPerPixel(self) -> float:
        """Map units of a pixel, as QGIS's map settings count them: the larger of the two."""
        return max(self.unitsPerPixelX, self.unitsPerPixelY)

    def withSquarePixels(self) -> MapView:
        """
        The view with its extent grown around its middle, to one side, until a pixel
        is as high as wide: what QGIS makes of a box that does not fit the size.
        """
        size = self.unitsPerPixel
        x, y = self.extent.centre
        dx, dy = size * self.width / 2, size * self.height / 2
        return replace(self, extent=Box(x - dx, y - dy, x + dx, y + dy))

    @cached_property
    def scaleDenominator(self) -> float:
        """
        The scale as QGIS computes it from extent, width and dpi: for degrees
        the width is taken along the parallel in the middle of the extent.
        """
        width = self.extent.width
        if self.crs.isGeographic:
            metres = _degreesToMetres(self.extent)
        else:
            metres = width * self.crs.metresPerUnit
        # Where pixels are not square, those of the longer side count.
        return metres * INCHES_PER_METRE * self.dpi * self.unitsPerPixel / width


def _degreesToMetres(extent: Box) -> float:
    """Width of an extent in degrees, in metres along its middle parallel (sphere of 6,378 km)."""
    latitude = math.radians((extent.ymin + extent.ymax) / 2)
    a = math.cos(latitude) ** 2
    c = 2 * math.atan2(math.sqrt(a), math.sqrt(1 - a))
    ellipse = math.sqrt(1 - 0.0810820288**2 * math.sin(latitude) ** 2)
    radius = 6378000 * (1 - 0.0810820288**2) / ellipse**3
    return extent.width / 180 * radius * c
