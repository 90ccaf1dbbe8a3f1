# -*- test-case-name: tests.symbology.test_raster -*-
"""A raster layer's style, ready to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ogctwist.canvas.compose import compose
from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.view import MapView
from ogctwist.project.layers import Layer, Style
from ogctwist.symbology.frame import Cancelled
from ogctwist.symbology.markup import number, parseStyle
from ogctwist.symbology.raster.adjust import Brightness, HueSaturation
from ogctwist.symbology.raster.bands import (
    ColorData,
    Grey,
    MultiBand,
    Paletted,
    PseudoColor,
    SingleBand,
    bandOf,
)
from ogctwist.symbology.raster.contour import Contours
from ogctwist.symbology.raster.ramp import rgba
from ogctwist.symbology.raster.resampling import NativeGrid, Resampling, scaled, viewInLayer, warped
from ogctwist.symbology.raster.shades import Shades, multiplied
from ogctwist.symbology.raster.terrain import Hillshade
from ogctwist.symbology.raster.transparency import NoData, dataMask

if TYPE_CHECKING:
    from ogctwist.canvas.canvas import Canvas
    from ogctwist.symbology.frame import Frame


class Window(Protocol):
    """L{ogctwist.sources.coverage.CoverageWindow}, without its room."""

    @property
    def values(self) -> np.ndarray:
        """(bands, h, w)."""

    @property
    def mask(self) -> np.ndarray:
        """bool (h, w), True where there are data."""

    @property
    def inside(self) -> np.ndarray:
        """bool (h, w), True within the raster."""


#: C{read} of a coverage source, without its C{isCancelled}: (extent, width, height, crs, bands, resampling).
ReadWindow = Callable[[Box, int, int, CRS, tuple[int, ...], str], Window]

Renderer = SingleBand | MultiBand | Hillshade | Contours

_RENDERERS: Mapping[str, Callable[[Any], Renderer]] = {
    "multibandcolor": MultiBand.read,
    "singlebandgray": Grey.read,
    "paletted": Paletted.read,
    "singlebandpseudocolor": PseudoColor.read,
    "singlebandcolordata": ColorData.read,
    "hillshade": Hillshade.read,
    "contour": Contours.read,
}
#: The renderer of a layer whose style names none that is known.
_PLAIN = Grey(1)
#: Values of 16 bits are coloured by table when a window has at least so many pixels.
_TABLE_PIXELS = 32768


def _never() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class RasterPlan:
    """
    How a raster layer is drawn; immutable, safe to share between threads.

    @ivar crs: of the layer.
    @ivar opacity: of the renderer: a raster layer's opacity in QGIS.
    @ivar alphaBand: band of alpha (0 to 255), or None.
    @ivar unsupported: what the style asks for and is not drawn.
    """

    renderer: Renderer
    crs: CRS | None
    opacity: float = 1.0
    alphaBand: int | None = None
    noDataColor: tuple[int, int, int, int] | None = None
    noData: Mapping[int, NoData] = field(default_factory=dict)
    brightness: Brightness = Brightness()
    hue: HueSaturation = HueSaturation()
    resampling: Resampling = Resampling()
    unsupported: tuple[str, ...] = ()

    @property
    def bands(self) -> tuple[int, ...]:
        """The bands to read; the alpha band is the last."""
        own = self.renderer.bands
        return own if self.alphaBand is None or self.alphaBand in own else (*own, self.alphaBand)

    @property
    def usesSourceNoData(self) -> bool:
        """Whether the source's own no-data value counts in every band."""
        return all(self.noData[b].useSource for b in self.renderer.bands if b in self.noData)

    def draw(
        self, readWindow: ReadWindow, canvas: Canvas, frame: Frame, grid: NativeGrid | None = None
    ) -> None:
        """
        Put the layer's picture on a canvas.

        @param grid: the raster's own pixels; without it resampling is left to the source.
        @raise Cancelled: if nobody waits any more.
        """
        picture = self.picture(readWindow, frame.view, grid, frame.isCancelled)
        compose(canvas.pixels, picture, frame.opacity)
        canvas.pixelsChanged()

    def picture(
        self,
        readWindow: ReadWindow,
        view: MapView,
        grid: NativeGrid | None = None,
        isCancelled: Callable[[], bool] = _never,
    ) -> np.ndarray:
        """
        The layer as a picture: uint8 (h, w, 4), premultiplied, cairo's byte order.

        @raise Cancelled: if nobody waits any more.
        """
        crs = self.crs or view.crs
        plain = self.resampling.isEarly or self.resampling.isPlain
        inPlace = self._pointwise and (grid is None or plain)
        inLayer = view if inPlace else viewInLayer(view, crs, grid)
        if inLayer is None:
            return np.zeros((view.height, view.width, 4), np.uint8)
        drawing = _Drawing(self, readWindow, inLayer, grid, isCancelled)
        return np.ascontiguousarray(warped(drawing.picture(), inLayer, view))

    @property
    def _pointwise(self) -> bool:
        return not isinstance(self.renderer, Hillshade)

    def shaded(self, shades: Shades) -> Shades:
        """Colours of the renderer with everything that comes after it, but resampling."""
        return self.hue.applied(self.brightness.applied(shades.withOpacity(self.opacity)))


@dataclass(frozen=True, eq=False)
class _Drawing:
    """One picture on its way, in a view whose CRS is that of what is read."""

    plan: RasterPlan
    readWindow: ReadWindow
    view: MapView
    grid: NativeGrid | None
    isCancelled: Callable[[], bool]

    def picture(self) -> np.ndarray:
        """The picture of the view."""
        resampling, view = self.plan.resampling, self.view
        if self.grid is None:
            method = "nearest" if isinstance(self.plan.renderer, Paletted) else resampling.zoomedIn
            return self._colored(view.extent, view.width, view.height, method)
        ratio = self.grid.ratio(view) if self._isNative else 1.0
        method = resampling.method(ratio)
        if resampling.isEarly or method == "nearest":
            return self._colored(view.extent, view.width, view.height, method)
        return self._zoomedOut(ratio) if ratio > 1 else self._zoomedIn(method, ratio)

    @property
    def _isNative(self) -> bool:
        return self.grid is not None and (self.grid.crs is None or self.grid.crs == self.view.crs)

    def _zoomedOut(self, ratio: float) -> np.ndarray:
        factor = min(ratio, self.plan.resampling.oversampling)
        width, height = round(self.view.width * factor), round(self.view.height * factor)
        picture = self._colored(self.view.extent, width, height, "nearest")
        return scaled(picture, (0, 0, width, height), self.view.width, self.view.height, "average")

    def _zoomedIn(self, method: str, ratio: float) -> np.ndarray:
        """About as many pixels as the raster has are coloured, and what lies between interpolated."""
        view = self.view
        margin = math.ceil(2 * self.plan.resampling.oversampling)
        extent = view.extent.grown(margin * view.unitsPerPixelX, margin * view.unitsPerPixelY)
        width, height = view.width + 2 * margin, view.height + 2 * margin
        columns, rows = max(1, int(width * ratio)), max(1, int(height * ratio))
        picture = self._colored(extent, columns, rows, "nearest")
        larger = scaled(picture, (0, 0, columns, rows), width, height, method)
        return np.ascontiguousarray(larger[margin : margin + view.height, margin : margin + view.width])

    def _colored(self, extent: Box, width: int, height: int, method: str) -> np.ndarray:
        """A window read and coloured: a picture."""
        plan = self.plan
        if self.isCancelled():
            raise Cancelled()
        if isinstance(plan.renderer, Hillshade):
            return self._terrain(plan.renderer, extent, width, height, method)
        if isinstance(plan.renderer, Contours):
            return self._contours(plan.renderer, extent, width, height, method)
        window = self.readWindow(extent, width, height, self.view.crs, plan.bands, method)
        if self.isCancelled():
            raise Cancelled()
        values = window.values[: len(plan.renderer.bands)]
        mask = dataMask(self._known(window), values, [plan.noData.get(b) for b in plan.renderer.bands])
        if isinstance(plan.renderer, MultiBand):
            renderer = plan.renderer.bounded(values, mask)
            pixels = plan.shaded(renderer.ofBands(values)).pixels()
        else:
            pixels = _singleBand(plan, plan.renderer.bounded(values, mask), values[0])
        return self._finished(pixels, mask, window.values, window.inside)

    def _known(self, window: Window) -> np.ndarray:
        return window.mask if self.plan.usesSourceNoData else window.inside

    def _terrain(self, renderer: Hillshade, extent: Box, width: int, height: int, method: str) -> np.ndarray:
        cellWidth, cellHeight = extent.width / width, extent.height / height
        wider = extent.grown(cellWidth, cellHeight)
        window = self.readWindow(wider, width + 2, height + 2, self.view.crs, self.plan.bands, method)
        heights = window.values[:1]
        mask = dataMask(self._known(window), heights, [self.plan.noData.get(renderer.band)])
        shades = renderer.shades(heights[0], mask, cellWidth, cellHeight)
        inner = np.s_[1:-1, 1:-1]
        pixels = self.plan.shaded(shades).pixels()
        return self._finished(pixels, mask[inner], window.values[:, 1:-1, 1:-1], window.inside[inner])

    def _contours(self, renderer: Contours, extent: Box, width: int, height: int, method: str) -> np.ndarray:
        view = MapView(extent, width, height, self.view.crs, self.view.dpi)
        columns, rows = renderer.size(width, height)
        wider = extent.grown(extent.width / columns, extent.height / rows)
        window = self.readWindow(wider, columns + 2, rows + 2, view.crs, renderer.bands, method)
        mask = dataMask(self._known(window), window.values, [self.plan.noData.get(renderer.band)])
        pixels = renderer.picture(window.values[0], mask, view)
        return multiplied(pixels, np.uint8(round(self.plan.opacity * 255)))

    def _finished(self, pixels: np.ndarray, mask: np.ndarray, values: np.ndarray, inside: np.ndarray):
        """With the alpha band, and without what has no data."""
        plan = self.plan
        if plan.alphaBand is not None:
            alpha = np.clip(values[plan.bands.index(plan.alphaBand)], 0, 255).astype(np.uint8)
            pixels = multiplied(pixels, alpha[..., None])
        if not mask.all():
            pixels[~mask] = 0
            if plan.noDataColor is not None:
                pixels[~mask & inside] = _pixel(plan.noDataColor)
        return pixels


def _pixel(color: tuple[int, int, int, int]) -> np.ndarray:
    planes = [np.array(c, np.uint8) for c in color]
    return Shades(planes[0], planes[1], planes[2], planes[3]).pixels()


def _singleBand(plan: RasterPlan, renderer: SingleBand, values: np.ndarray) -> np.ndarray:
    """Pixels of one band: through a table of all values where that is less work."""
    kind = values.dtype
    if kind.itemsize == 1 or (kind.itemsize == 2 and kind.kind in "iu" and values.size >= _TABLE_PIXELS):
        limits = np.iinfo(kind)
        every = np.arange(limits.min, limits.max + 1).astype(kind)
        table = plan.shaded(renderer.ofValues(every)).pixels().view(np.uint32)[:, 0]
        places = values if kind.kind == "u" else values.astype(np.int32) - limits.min
        return table[places][..., None].view(np.uint8)
    return plan.shaded(renderer.ofValues(values)).pixels()


def rasterPlan(style: Style, layer: Layer) -> RasterPlan:
    """
    How a raster layer is drawn in one of its styles; kept by the style's text.

    @raise StyleError: if the style is no XML.
    """
    return _planned(style.xml, layer.crs)


@lru_cache(maxsize=256)
def _planned(xml: bytes, crs: CRS | None) -> RasterPlan:
    layer = parseStyle(xml)
    pipe = layer.find("pipe")
    element = None if pipe is None else pipe.find("rasterrenderer")
    if pipe is None or element is None:
        return RasterPlan(_PLAIN, crs, noData=NoData.readAll(layer), unsupported=("no renderer",))
    kind = element.get("type", "")
    read = _RENDERERS.get(kind)
    renderer = _PLAIN if read is None else read(element)
    unsupported = () if read else (f"raster renderer {kind}",)
    color = rgba(element.get("nodataColor")) if element.get("nodataColor") else None
    return RasterPlan(
        renderer,
        crs,
        min(max(number(element.get("opacity"), 1.0), 0.0), 1.0),
        bandOf(element, "alphaBand"),
        color,
        NoData.readAll(layer),
        Brightness.read(pipe.find("brightnesscontrast")),
        HueSaturation.read(pipe.find("huesaturation")),
        Resampling.read(pipe),
        unsupported or (renderer.unsupported if isinstance(renderer, Contours) else ()),
    )
