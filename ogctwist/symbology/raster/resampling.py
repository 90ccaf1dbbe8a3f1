# -*- test-case-name: tests.symbology.test_raster -*-
"""
Between the grid of a raster and that of the map.

QGIS either resamples values as they are read ("provider"), or colours pixels
near the raster's own resolution and resamples the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from ogctwist.geo.box import Box
from ogctwist.geo.crs import CRS
from ogctwist.geo.transforms import TransformError, transformBox, transformCoords
from ogctwist.geo.view import MapView
from ogctwist.symbology.markup import number

#: How values are resampled, by QGIS's names, in those of a coverage source.
_EARLY = {
    "nearestNeighbour": "nearest",
    "bilinear": "bilinear",
    "cubic": "cubic",
    "cubicSpline": "cubic",
    "lanczos": "cubic",
    "average": "average",
    "gauss": "average",
    "mode": "nearest",
}
_LATE = {"bilinear": Image.Resampling.BILINEAR, "cubic": Image.Resampling.BICUBIC}
#: Pixels of the map between the points that are transformed exactly.
GRID = 16
#: A warped map is made of at most so many times as many pixels.
MOST_PIXELS = 4.0


@dataclass(frozen=True)
class NativeGrid:
    """The raster's own pixels: C{extent} in C{crs}, C{width} and C{height} in pixels."""

    extent: Box
    width: int
    height: int
    crs: CRS | None

    @classmethod
    def of(cls, info: Any) -> NativeGrid:
        """@param info: L{ogctwist.sources.coverage.CoverageInfo}."""
        return cls(info.extent, info.width, info.height, info.crs)

    @property
    def pixelWidth(self) -> float:
        """In units of the CRS."""
        return self.extent.width / self.width

    @property
    def pixelHeight(self) -> float:
        """In units of the CRS."""
        return self.extent.height / self.height

    def ratio(self, view: MapView) -> float:
        """Pixels of the raster for one of a view in the same CRS: above 1 the map is zoomed out."""
        return max(view.unitsPerPixelX / self.pixelWidth, view.unitsPerPixelY / self.pixelHeight)

    def aligned(self, box: Box) -> Box:
        """The smallest box around another whose sides lie between pixels."""
        x, y, dx, dy = self.extent.xmin, self.extent.ymin, self.pixelWidth, self.pixelHeight
        return Box(
            x + math.floor((box.xmin - x) / dx + 1e-6) * dx,
            y + math.floor((box.ymin - y) / dy + 1e-6) * dy,
            x + math.ceil((box.xmax - x) / dx - 1e-6) * dx,
            y + math.ceil((box.ymax - y) / dy - 1e-6) * dy,
        )


@dataclass(frozen=True)
class Resampling:
    """
    How a style resamples.

    @ivar isEarly: values are resampled, not colours.
    @ivar zoomedIn: 'nearest', 'bilinear', 'cubic' or 'average'; likewise C{zoomedOut}.
    @ivar oversampling: how many pixels along each side go into one, at most, when colours are.
    """

    isEarly: bool = False
    zoomedIn: str = "nearest"
    zoomedOut: str = "nearest"
    oversampling: float = 2.0

    @classmethod
    def read(cls, pipe) -> Resampling:
        """@param pipe: the C{pipe} of a style."""
        early = pipe.find("provider/resampling")
        stage = (pipe.findtext("resamplingStage") or "").strip()
        if stage == "provider" and early is not None and early.get("enabled") == "true":
            return cls(
                True,
                _EARLY.get(early.get("zoomedInResamplingMethod", ""), "nearest"),
                _EARLY.get(early.get("zoomedOutResamplingMethod", ""), "nearest"),
                max(number(early.get("maxOversampling"), 2.0), 1.0),
            )
        late = pipe.find("rasterresampler")
        if late is None:
            return cls()
        known = ("bilinear", "cubic")
        zoomedIn, zoomedOut = late.get("zoomedInResampler", ""), late.get("zoomedOutResampler", "")
        return cls(
            False,
            zoomedIn if zoomedIn in known else "nearest",
            # QGIS 2 called it "average"; it is the same averaging
            "bilinear" if zoomedOut in (*known, "average") else "nearest",
            max(number(late.get("maxOversampling"), 2.0), 1.0),
        )

    def method(self, ratio: float) -> str:
        """@param ratio: pixels of the raster for one of the map."""
        return self.zoomedOut if ratio > 1 else self.zoomedIn

    @property
    def isPlain(self) -> bool:
        """Whether every pixel of the map shows one pixel of the raster."""
        return self.zoomedIn == self.zoomedOut == "nearest"


def scaled(picture: np.ndarray, box: tuple[float, float, float, float], width: int, height: int, method: str):
    """
    Part of a picture on other pixels.

    @param box: left, top, right, bottom of the part, in pixels of the picture, within it.
    @param method: bilinear or cubic; 'average' for pixels that lie wholly or partly within.
    """
    picture = np.ascontiguousarray(picture)
    image = Image.frombuffer("RGBX", (picture.shape[1], picture.shape[0]), picture, "raw", "RGBX", 0, 1)
    how = Image.Resampling.BOX if method == "average" else _LATE[method]
    return np.array(image.resize((width, height), how, box)).reshape(height, width, 4)


def viewInLayer(view: MapView, layerCrs: CRS, grid: NativeGrid | None) -> MapView | None:
    """
    What a map shows, in the CRS of a layer, at a resolution that loses nothing but is no finer
    than the raster's own.

    @return: None if the map shows nothing that the CRS knows, or nothing of the raster.
    """
    if layerCrs == view.crs:
        return view
    try:
        box = transformBox(view.extent, view.crs, layerCrs)
    except TransformError:
        return None
    step = _finestStep(view, layerCrs)
    if grid is not None:
        shared = grid.extent.intersection(box)
        if shared is None or shared.isEmpty:
            return None
        box = grid.aligned(shared)
    if step is None or box.isEmpty or not box.isFinite:
        return None
    step = max(step, math.sqrt(box.width * box.height / (MOST_PIXELS * view.width * view.height)))
    wide, high = (step, step) if grid is None else (max(step, grid.pixelWidth), max(step, grid.pixelHeight))
    width, height = max(1, round(box.width / wide)), max(1, round(box.height / high))
    return MapView(box, width, height, layerCrs, view.dpi)


def _finestStep(view: MapView, crs: CRS) -> float | None:
    """The least distance in another CRS of two neighbouring pixels, None if there is none."""
    x, y = _nodes(view)
    moved = transformCoords(np.stack([x.ravel(), y.ravel()], -1), view.crs, crs).reshape(*x.shape, 2)
    with np.errstate(invalid="ignore"):
        right = np.hypot(*np.moveaxis(np.diff(moved, axis=1), -1, 0)) / (
            np.diff(x, axis=1) / view.unitsPerPixelX
        )
        down = np.hypot(*np.moveaxis(np.diff(moved, axis=0), -1, 0)) / (
            np.diff(-y, axis=0) / view.unitsPerPixelY
        )
    steps = np.concatenate([right.ravel(), down.ravel()])
    steps = steps[np.isfinite(steps) & (steps > 0)]
    return float(steps.min()) if len(steps) else None


def _nodes(view: MapView) -> tuple[np.ndarray, np.ndarray]:
    """Middles of every L{GRID}th pixel and of the last, in map units: x and y, each (rows, columns)."""
    columns = (
        np.append(np.arange(0, view.width - 1, GRID), view.width - 1) if view.width > 1 else np.arange(2)
    )
    rows = (
        np.append(np.arange(0, view.height - 1, GRID), view.height - 1) if view.height > 1 else np.arange(2)
    )
    x = view.extent.xmin + (columns + 0.5) * view.unitsPerPixelX
    y = view.extent.ymax - (rows + 0.5) * view.unitsPerPixelY
    xs, ys = np.meshgrid(x, y)
    return xs, ys


def warped(picture: np.ndarray, source: MapView, view: MapView) -> np.ndarray:
    """
    The pixels of a picture of C{source} that lie at the middles of those of C{view}.

    Coordinates are transformed at every L{GRID}th pixel and interpolated between, which errs by
    a small fraction of a pixel.
    """
    if source is view:
        return picture
    x, y = _nodes(view)
    moved = transformCoords(np.stack([x.ravel(), y.ravel()], -1), view.crs, source.crs)
    columns = _between((moved[:, 0] - source.extent.xmin) / source.unitsPerPixelX, x, y, view)
    rows = _between((source.extent.ymax - moved[:, 1]) / source.unitsPerPixelY, x, y, view)
    inside = (columns >= 0) & (columns < source.width) & (rows >= 0) & (rows < source.height)
    with np.errstate(invalid="ignore"):
        place = np.where(inside, rows.astype(np.int32) * source.width + columns.astype(np.int32), 0)
    words = np.ascontiguousarray(picture).view(np.uint32).reshape(-1)[place]
    words[~inside] = 0
    return words[..., None].view(np.uint8)


def _between(values: np.ndarray, x: np.ndarray, y: np.ndarray, view: MapView) -> np.ndarray:
    """Values at the nodes, interpolated to all pixels: float64 (h, w)."""
    values = values.reshape(x.shape)
    columns = (x[0] - view.extent.xmin) / view.unitsPerPixelX - 0.5
    rows = (view.extent.ymax - y[:, 0]) / view.unitsPerPixelY - 0.5
    wide = _along(values, columns, view.width)
    return _along(wide.T, rows, view.height).T


def _along(values: np.ndarray, nodes: np.ndarray, size: int) -> np.ndarray:
    """The last axis interpolated linearly from its nodes to 0 … size - 1."""
    pixels = np.arange(size)
    left = np.clip(np.searchsorted(nodes, pixels, "right") - 1, 0, len(nodes) - 2)
    share = (pixels - nodes[left]) / (nodes[left + 1] - nodes[left])
    return values[..., left] * (1 - share) + values[..., left + 1] * share
