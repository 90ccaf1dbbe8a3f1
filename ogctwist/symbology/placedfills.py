# -*- test-case-name: tests.symbology.test_placedfills -*-
"""Fills that put markers on polygons: on the centroid, or at random."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import POINT, Parts
from ogctwist.symbology.repeated import GroupedPainter
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length, readUnit

#: More random points are not put into one polygon.
MOST_POINTS = 10_000
#: Rounds of throwing points at a polygon's box until enough hit the polygon.
MOST_ROUNDS = 50


class ClippedPainter:
    """What another painter draws, within the polygons."""

    def __init__(self, inner: Painter, parts: Parts):
        self._inner = inner
        self._parts = parts

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        for index in range(start, stop):
            with canvas.saved():
                canvas.clipTo(self._parts.polygonPaths, index, index + 1)
                self._inner.paint(canvas, index, index + 1)


def _marked(
    symbol: Symbol, points: np.ndarray, owner: np.ndarray, parts: Parts, batch: FeatureBatch, drawing: Drawing
) -> Painter:
    """A painter of markers; C{owner} says which part each point belongs to, ascending."""
    count = np.arange(len(points) + 1, dtype=np.int64)
    places = Parts(POINT, points, count, count, parts.rowOf[owner])
    # QGIS does not tell these markers that their polygon is selected.
    plain = replace(drawing, angles=None, sizes=None, selectionColor=None)
    inner = symbol.painter(places, batch, plain)
    return GroupedPainter(inner, np.searchsorted(owner, np.arange(len(parts) + 1)))


@dataclass(frozen=True)
class CentroidFill:
    """
    A marker on the centroid.

    @ivar onSurface: where the centroid lies outside, or there are holes, on a point that is inside.
    @ivar onAllParts: on every part; otherwise on the largest only.
    @ivar isClipped: cut at the polygon's edge.
    """

    symbol: Symbol
    onSurface: bool = False
    onAllParts: bool = True
    isClipped: bool = False
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the marker needs."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        shapes = parts.shapes
        centres = shapely.centroid(shapes)
        if self.onSurface:
            outside = ~shapely.intersects(shapes, centres) | (np.diff(parts.ringsOf) > 1)
            centres[outside] = shapely.point_on_surface(shapes[outside])
        known = np.array([shape is not None and not shape.is_empty for shape in centres], bool)
        if not self.onAllParts:
            known &= _largest(parts, shapely.area(shapes))
        owner = np.flatnonzero(known)
        painter = _marked(self.symbol, shapely.get_coordinates(centres[owner]), owner, parts, batch, drawing)
        return ClippedPainter(painter, parts) if self.isClipped else painter

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.symbol.extent(frame)


def _largest(parts: Parts, areas: np.ndarray) -> np.ndarray:
    """bool (p,): whether a part is the largest of its feature."""
    order = np.lexsort((np.nan_to_num(areas), parts.rowOf))
    rows = parts.rowOf[order]
    isLast = np.append(rows[1:] != rows[:-1], True)[: len(rows)]
    result = np.zeros(len(parts), bool)
    result[order[isLast]] = True
    return result


@dataclass(frozen=True)
class RandomMarkerFill:
    """
    Markers at random places, the same for each map of the same polygon and size.

    @ivar count: of markers; for each C{densityArea} if C{isDensity}.
    """

    symbol: Symbol
    count: int = 10
    seed: int = 0
    isDensity: bool = False
    densityArea: Length = Length(250.0)
    isClipped: bool = False
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the markers need."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        shapes = parts.shapes
        wanted = np.full(len(parts), self.count)
        if self.isDensity:
            # an area in square units: the unit's factor counts twice
            unit = self.densityArea.factor(drawing.frame) ** 2 * max(self.densityArea.value, 1e-9)
            wanted = np.ceil(shapely.area(shapes) / unit * self.count).astype(np.int64)
        wanted = np.clip(wanted, 0, MOST_POINTS)
        found = [
            _scattered(shape, count, self.seed + row)
            for shape, count, row in zip(shapes, wanted.tolist(), parts.rowOf.tolist(), strict=True)
        ]
        counts = np.array([len(points) for points in found], np.int64)
        owner = np.repeat(np.arange(len(parts)), counts)
        points = np.concatenate(found) if found else np.empty((0, 2))
        painter = _marked(self.symbol, points, owner, parts, batch, drawing)
        return ClippedPainter(painter, parts) if self.isClipped else painter

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.symbol.extent(frame)


def _scattered(shape, count: int, seed: int) -> np.ndarray:
    """Points in a polygon, from top to bottom."""
    if shape is None or shape.is_empty or not count:
        return np.empty((0, 2))
    random = np.random.default_rng(abs(seed))
    shapely.prepare(shape)
    low, high = np.array(shape.bounds[:2]), np.array(shape.bounds[2:])
    points = np.empty((0, 2))
    for _ in range(MOST_ROUNDS):
        thrown = low + random.random((max(count, 16), 2)) * (high - low)
        points = np.concatenate([points, thrown[shapely.contains_xy(shape, thrown)]])
        if len(points) >= count:
            break
    points = points[:count]
    return points[np.argsort(points[:, 1], kind="stable")]


def readCentroidFill(markup: LayerMarkup) -> CentroidFill:
    """A CentroidFill."""
    properties = markup.properties
    return CentroidFill(
        markup.requiredSubSymbol(),
        onSurface=properties.flag("point_on_surface"),
        onAllParts=properties.flag("point_on_all_parts", True),
        isClipped=properties.flag("clip_points"),
        renderingPass=markup.renderingPass,
    )


def readRandomMarkerFill(markup: LayerMarkup) -> RandomMarkerFill:
    """A RandomMarkerFill."""
    properties = markup.properties
    area = properties.number("density_area", default=250.0)
    return RandomMarkerFill(
        markup.requiredSubSymbol(),
        count=int(properties.number("point_count", default=10)),
        seed=int(properties.number("seed")),
        isDensity=int(properties.number("count_method")) == 1,
        densityArea=readUnit(properties, "density_area", area),
        isClipped=properties.flag("clip_points"),
        renderingPass=markup.renderingPass,
    )


def _count(value: object) -> int | None:
    found = toNumber(value)
    return None if found is None else max(int(found), 0)


RANDOM_MARKER_FILL_VARIATIONS: dict[str, Variation] = {
    "pointCount": field("count", _count),
    "randomSeed": field("seed", _count),
    "densityArea": length("densityArea"),
}
