# -*- test-case-name: tests.symbology.test_heatmap -*-
"""The heatmap renderer: how dense points lie, as colours of a ramp."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import Value
from ogctwist.symbology.colorramps import ColorRamp, readColorRamp
from ogctwist.symbology.datadefined import asNumbers
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.markup import number
from ogctwist.symbology.parts import POINT, drawnParts
from ogctwist.symbology.pixels import pictureOf
from ogctwist.symbology.symbols import Symbol
from ogctwist.symbology.units import Length, MapUnitScale, unitName

#: Cells of the grid that points are counted in.
MOST_CELLS = 4_000_000
#: A larger radius is cut to this, in pixels.
LARGEST_RADIUS = 1000


@dataclass(frozen=True)
class HeatmapRenderer:
    """
    @ivar radius: how far a point counts; least at its end.
    @ivar maximum: the value of the ramp's end; 0 for the greatest on the map.
    @ivar weight: what each point counts for; None for one.
    """

    radius: Length
    ramp: ColorRamp
    maximum: float = 0.0
    weight: Value | None = None
    symbols: tuple[Symbol, ...] = ()

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{ogctwist.symbology.renderers.Renderer}."""
        return frozenset() if self.weight is None else self.weight.fields

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{ogctwist.symbology.renderers.Renderer}."""
        return Jobs.fromCodes(np.full(len(batch), -1))

    def extent(self, frame: Frame) -> float:
        """How far points count beyond the map's edge, in pixels."""
        return min(self.radius.pixels(frame), LARGEST_RADIUS)

    def collector(self, canvas: Canvas, frame: Frame) -> HeatPainter:
        """What takes the points and draws at the end."""
        return HeatPainter(self, canvas, frame)


class HeatPainter:
    """
    Adds the points up by cell, and spreads them all at the end.  A cell is a pixel,
    or, of a large map, a block of some.
    """

    def __init__(self, renderer: HeatmapRenderer, canvas: Canvas, frame: Frame):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame
        reach = renderer.extent(frame)
        area = (canvas.width + 2 * reach) * (canvas.height + 2 * reach)
        self._side = max(ceil(sqrt(area / MOST_CELLS)), 1)
        self._radius = max(round(reach / self._side), 1)
        margin = 2 * self._radius
        height, width = (ceil(pixels / self._side) + margin for pixels in (canvas.height, canvas.width))
        self._counts = np.zeros((height, width))

    def add(self, batch: FeatureBatch) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        assert batch.geometry is not None
        parts = drawnParts(batch.geometry, POINT, self._frame)
        weights = np.ones(len(batch))
        if self._renderer.weight is not None:
            weights = np.nan_to_num(asNumbers(self._renderer.weight.column(batch, self._frame)))
        places = np.floor(parts.firstPoints / self._side).astype(np.int64) + self._radius
        height, width = self._counts.shape
        inside = (places >= 0).all(axis=1) & (places < [width, height]).all(axis=1)
        places = places[inside]
        np.add.at(self._counts, (places[:, 1], places[:, 0]), weights[parts.rowOf[inside]])

    def finish(self) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        values = spread(self._counts, self._radius)
        greatest = self._renderer.maximum if self._renderer.maximum > 0 else float(values.max())
        share = values / greatest if greatest > 0 else np.zeros_like(values)
        picture = pictureOf(np.clip(share, 0, 1), self._renderer.ramp)
        with self._canvas.saved():
            self._canvas.context.scale(self._side, self._side)
            self._canvas.drawPicture(picture)


def spread(counts: np.ndarray, radius: int) -> np.ndarray:
    """
    Sums over the circle around each pixel, weighted by the quartic kernel
    (1 - (d / radius)²)².

    @param counts: float64 (h + 2 radius, w + 2 radius).
    @return: float64 (h, w).
    """
    axis = np.arange(-radius, radius + 1)
    squares = (axis[:, None] ** 2 + axis[None, :] ** 2) / radius**2
    kernel = np.where(squares < 1, (1 - squares) ** 2, 0)
    shape = (counts.shape[0] + 2 * radius, counts.shape[1] + 2 * radius)
    product = np.fft.rfft2(counts, shape) * np.fft.rfft2(kernel, shape)
    whole = np.fft.irfft2(product, shape)
    result = whole[2 * radius : counts.shape[0], 2 * radius : counts.shape[1]]
    return np.where(result > 1e-9, result, 0.0)


def readHeatmap(element, fieldNames: Sequence[str]) -> HeatmapRenderer:
    """@param element: C{<renderer-v2 type="heatmapRenderer">}."""
    scale = MapUnitScale.parse(element.get("radius_map_unit_scale", ""))
    unit = element.get("radius_unit", "MM")
    radius = Length(number(element.get("radius"), 10.0), _UNITS.get(unit, unitName(unit)), scale)
    ramp = readColorRamp(element.find("colorramp"))
    if ramp is None:
        ramp = ColorRamp(((0.0, Color(1, 1, 1)), (1.0, Color(0, 0, 0))))
    weight = element.get("weight_expression", "").strip()
    return HeatmapRenderer(
        radius,
        ramp,
        number(element.get("max_value")),
        Value.read(weight, fieldNames) if weight else None,
    )


#: The unit as QGIS's number of it.
_UNITS = {"0": "MM", "1": "MapUnit", "2": "Pixel", "3": "Percentage", "4": "Point", "5": "Inch"}
