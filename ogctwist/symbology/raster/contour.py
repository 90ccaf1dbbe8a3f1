# -*- test-case-name: tests.symbology.test_raster -*-
"""Lines of equal value, drawn with line symbols."""

from __future__ import annotations

import math
from dataclasses import dataclass

import contourpy
import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.view import MapView
from ogctwist.symbology.catalog import symbolReader
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.markup import number
from ogctwist.symbology.parts import LINE, Parts
from ogctwist.symbology.raster.bands import bandOf
from ogctwist.symbology.symbols import Drawing, Symbol, readSymbols

#: No picture has more levels: an interval far too small for the values draws nothing.
MOST_LEVELS = 2000


@dataclass(frozen=True, eq=False)
class Contours:
    """
    C{contour}.

    @ivar interval: between lines.
    @ivar indexInterval: lines at multiples of it are drawn with C{indexSymbol}; 0: none.
    @ivar downscale: pixels of the map along a side of one of those that the lines follow.
    """

    band: int
    interval: float
    indexInterval: float
    downscale: float
    symbol: Symbol | None
    indexSymbol: Symbol | None

    @classmethod
    def read(cls, element) -> Contours:
        """@param element: C{rasterrenderer}."""
        symbols = readSymbols(element.find("symbols"), symbolReader())
        return cls(
            bandOf(element, "band") or 1,
            number(element.get("contour-interval"), 100.0),
            number(element.get("contour-index-interval"), 0.0),
            min(max(number(element.get("downscale"), 8.0), 1.0), 256.0),
            symbols.get("contour"),
            symbols.get("index"),
        )

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands that it reads."""
        return (self.band,)

    @property
    def unsupported(self) -> tuple[str, ...]:
        """What the symbols ask for and is not drawn."""
        return tuple(u for s in (self.symbol, self.indexSymbol) if s is not None for u in s.unsupported)

    def size(self, width: int, height: int) -> tuple[int, int]:
        """How many values are read for a picture of that size."""
        return max(1, round(width / self.downscale)), max(1, round(height / self.downscale))

    def picture(self, values: np.ndarray, mask: np.ndarray, view: MapView) -> np.ndarray:
        """
        @param values: (h + 2, w + 2): as many as L{size} says, spread evenly over the view, and one
            more on every side, so that lines reach its edge.
        @param mask: bool of that shape, True where there are data.
        @return: the lines: a picture of the view.
        """
        canvas = Canvas(view.width, view.height)
        known = values[mask]
        if not len(known) or not self.interval > 0:
            return canvas.pixels
        height, width = values.shape
        x = (np.arange(width) - 0.5) * (view.width / (width - 2))
        y = (np.arange(height) - 0.5) * (view.height / (height - 2))
        lines = contourpy.contour_generator(
            x, y, np.ma.masked_array(values.astype(np.float64), ~mask), line_type="ChunkCombinedOffset"
        )
        drawing = Drawing(Frame(view))
        for level in self._levels(float(known.min()), float(known.max())):
            symbol = self.indexSymbol if self._isIndex(level) else self.symbol
            points, offsets = (found[0] for found in lines.lines(level))
            if symbol is not None and points is not None and offsets is not None:
                _draw(canvas, symbol, drawing, points, offsets)
        return canvas.pixels

    def _levels(self, low: float, high: float) -> list[float]:
        first, last = math.ceil(low / self.interval), math.floor(high / self.interval)
        if last - first > MOST_LEVELS:
            return []
        return [step * self.interval for step in range(first, last + 1)]

    def _isIndex(self, level: float) -> bool:
        if not self.indexInterval > 0 or self.indexSymbol is None:
            return False
        share = level / self.indexInterval
        return abs(share - round(share)) < 1e-9


def _draw(canvas: Canvas, symbol: Symbol, drawing: Drawing, points: np.ndarray, offsets: np.ndarray) -> None:
    count = len(offsets) - 1
    coordsOf = offsets.astype(np.int64)
    rows = np.arange(count, dtype=np.int64)
    parts = Parts(LINE, np.ascontiguousarray(points), coordsOf, np.arange(count + 1, dtype=np.int64), rows)
    batch = FeatureBatch(rows, None, {})
    symbol.painter(parts, batch, drawing).paint(canvas, 0, count)
