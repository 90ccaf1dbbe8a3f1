# -*- test-case-name: tests.symbology.test_frame -*-
"""What a layer is drawn into: the map's view, seen from the layer's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformBox, transformCoords
from ogctwist.geo.view import MapView
from ogctwist.symbology.pictures import EmbeddedOnly, Pictures

if TYPE_CHECKING:
    from ogctwist.expression import ExpressionContext


class Cancelled(Exception):
    """Nobody waits for the picture any more."""


def _never() -> bool:
    return False


@dataclass(frozen=True, eq=False)
class Frame:
    """
    One map, as the drawing of one layer sees it.

    @ivar view: extent, pixels, CRS and dpi of the map.
    @ivar layerCrs: CRS of the layer's coordinates; None: that of the map.
    @ivar context: variables for expressions; None for none.
    @ivar opacity: what the whole layer's picture is multiplied with.
    @ivar selectedIds: ids of features that are drawn in C{selectionColor}.
    @ivar selectionColor: RGBA, 0 to 255.
    @ivar checkedRules: keys of legend entries that are drawn; None: as the style says.
    @ivar isCancelled: asked now and then; True ends the drawing with L{Cancelled}.
    @ivar scale: the scale denominator when it differs from that of C{view}.
    @ivar pictures: where symbols find SVG and picture files.
    @ivar isExact: draw shapes where pictures of them would be stamped on pixels: for
        output that has none (PDF, SVG).
    @ivar symbologyScale: what sizes in mm, points, inches and pixels are
        multiplied with (a style's reference scale).
    """

    view: MapView
    layerCrs: CRS | None = None
    context: ExpressionContext | None = None
    opacity: float = 1.0
    selectedIds: frozenset[int] = frozenset()
    selectionColor: tuple[int, int, int, int] = (255, 255, 0, 255)
    checkedRules: frozenset[str] | None = None
    isCancelled: Callable[[], bool] = field(default=_never)
    scale: float | None = None
    symbologyScale: float = 1.0
    pictures: Pictures = field(default_factory=EmbeddedOnly)
    isExact: bool = False

    @cached_property
    def scaleDenominator(self) -> float:
        """The map's scale: one to that."""
        return self.view.scaleDenominator if self.scale is None else self.scale

    @property
    def pixelsPerMm(self) -> float:
        """Pixels of a millimetre on the output."""
        return self.view.dpi / 25.4

    @property
    def unitsPerPixel(self) -> float:
        """Map units of a pixel."""
        return self.view.unitsPerPixel

    @property
    def unitsPerMetre(self) -> float:
        """Map units of a metre on the ground, roughly for degrees."""
        return 1 / self.view.crs.metresPerUnit

    @property
    def transforms(self) -> bool:
        """Whether the layer is in another CRS than the map."""
        return self.layerCrs is not None and self.layerCrs != self.view.crs

    @cached_property
    def layerExtent(self) -> Box | None:
        """The map's extent in the layer's CRS; None if it has no place there."""
        if not self.transforms:
            return self.view.extent
        assert self.layerCrs is not None
        try:
            return transformBox(self.view.extent, self.view.crs, self.layerCrs)
        except TransformError:
            return None

    @cached_property
    def clipBox(self) -> Box | None:
        """
        Beyond this, in the layer's CRS, lines and polygons are cut off: the extent and a
        tenth of it on every side, as in QGIS.
        """
        extent = self.layerExtent
        return None if extent is None else extent.grown(extent.width / 10, extent.height / 10)

    def toPixels(self, coords: np.ndarray) -> np.ndarray:
        """
        @param coords: (v, 2 or more) in the layer's CRS.
        @return: float64 (v, 2), pixels; not finite where the map's CRS has no such place.
        """
        if self.transforms:
            assert self.layerCrs is not None
            coords = transformCoords(coords[:, :2], self.layerCrs, self.view.crs)
        view = self.view
        result = np.empty((len(coords), 2))
        np.subtract(coords[:, 0], view.extent.xmin, out=result[:, 0])
        np.subtract(view.extent.ymax, coords[:, 1], out=result[:, 1])
        result[:, 0] *= 1 / view.unitsPerPixelX
        result[:, 1] *= 1 / view.unitsPerPixelY
        return result

    def toMap(self, pixels: np.ndarray) -> np.ndarray:
        """Pixels (v, 2) to coordinates in the map's CRS."""
        view = self.view
        scale = np.array([view.unitsPerPixelX, -view.unitsPerPixelY])
        return pixels * scale + [view.extent.xmin, view.extent.ymax]

    def checkCancelled(self) -> None:
        """@raise Cancelled: if nobody waits any more."""
        if self.isCancelled():
            raise Cancelled()

    def child(self, **changes) -> Frame:
        """The same map with some things different."""
        return replace(self, **changes)
