# -*- test-case-name: tests.symbology.labels.test_plan -*-
"""The labels of one layer on one map, gathered batch by batch while the layer is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from ogctwist.canvas.fonts import FontLibrary
from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.transforms import TransformError, transformPoint
from ogctwist.symbology.attributes import contextOf
from ogctwist.symbology.datadefined import asNumbers, factored
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.block import TextBlock, brokenLines, labelText
from ogctwist.symbology.labels.candidate import Shape
from ogctwist.symbology.labels.diagrams import HISTOGRAM, TEXT, DiagramBlock, DiagramStyle
from ogctwist.symbology.labels.lineplaces import Track, repeated
from ogctwist.symbology.labels.places import Block, Spot
from ogctwist.symbology.labels.rules import LabelRule
from ogctwist.symbology.labels.settings import CURVED, LINE, PERIMETER, LabelSettings
from ogctwist.symbology.labels.variations import VARIATIONS, varied

#: Labels of one layer on one map at most: no more would find room.
MOST_LABELS = 10_000
#: Where features crowd, so many of each cell of that many pixels are asked for labels, and are
#: in the way of others.
CELL_LABELS, CELL_OBSTACLES, CELL_PIXELS = 4, 8, 32


@dataclass(frozen=True, eq=False)
class Label:
    """
    A label that wants a place.

    @ivar number: its rank within the layer.
    @ivar featureId: of the feature that it belongs to.
    """

    number: int
    featureId: int
    text: str
    block: Block
    settings: LabelSettings
    spot: Spot
    frame: Frame


@dataclass(frozen=True, eq=False)
class Obstacle:
    """
    A feature that labels should keep clear of.

    @ivar shape: in label space; of points the box of their symbol.
    @ivar ofInside: of polygons: the inside is to be kept free; likewise C{ofBoundary}.
    """

    shape: Shape
    featureId: int
    factor: float
    ofInside: bool = False
    ofBoundary: bool = True


@dataclass
class LabelCollection:
    """What one layer asks for."""

    labels: list[Label] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)


class LabelCollector:
    """Gathers the labels of a layer; one for each map and layer, for one thread."""

    def __init__(
        self,
        rules: Iterable[LabelRule],
        diagrams: DiagramStyle | None,
        symbols,
        frame: Frame,
        fonts: FontLibrary,
    ):
        """
        @param diagrams: what the layer's features show besides labels, or None.
        @param symbols: callable of a batch: (bool (n,) of the features that are drawn,
            float64 (n,) half the sizes of their symbols in pixels).
        """
        self._rules = tuple(rules)
        self._diagrams = diagrams
        self._symbols = symbols
        self._frame = frame
        self._fonts = fonts
        self._collection = LabelCollection()
        self._count = 0
        self._lastBars: DiagramBlock | None = None
        self._cells: dict[tuple[int, int], int] = {}
        self._obstacleCells: dict[tuple[int, int], int] = {}
        self._mergeable: dict[tuple[int, str], list[Label]] = {}
        view = frame.view
        self._map = shapely.box(0, -view.height, view.width, 0)

    def watching(self, batches: Iterable[FeatureBatch]) -> Iterator[FeatureBatch]:
        """The same batches, each looked at on its way."""
        for batch in batches:
            self.add(batch)
            yield batch

    def add(self, batch: FeatureBatch) -> None:
        """
        Look at a batch.

        @raise ExpressionError: an attribute is missing.
        """
        if not len(batch) or batch.geometry is None or len(self._collection.labels) >= MOST_LABELS:
            return
        drawn, halves = self._symbols(batch)
        if self._diagrams is not None and drawn.any():
            self._addDiagrams(self._diagrams, batch.take(np.flatnonzero(drawn)), halves[drawn])
        for rule, mask in matching(self._rules, batch, drawn, self._frame):
            if rule.settings is not None and mask.any():
                rows = np.flatnonzero(mask)
                self._addRows(rule.settings, batch if mask.all() else batch.take(rows), halves[rows])

    def collection(self) -> LabelCollection:
        """All that was gathered."""
        for group in self._mergeable.values():
            self._addMerged(group)
        self._mergeable = {}
        self._scaleBars()
        self._collection.labels.sort(key=lambda label: label.number)
        return self._collection

    def _scaleBars(self) -> None:
        """Give bars of a fixed size their scale, which the last feature decides."""
        if self._lastBars is None:
            return
        scale = self._lastBars.style.fixedBarScale(self._lastBars, self._frame)
        for number, label in enumerate(self._collection.labels):
            block = label.block
            if isinstance(block, DiagramBlock) and block.style.kind == HISTOGRAM:
                self._collection.labels[number] = replace(label, block=replace(block, barScale=scale))

    def _addDiagrams(self, style: DiagramStyle, batch: FeatureBatch, halves: np.ndarray) -> None:
        frame = self._frame
        if not style.categories or not style.showsAt(frame.scaleDenominator):
            return
        columns = [asNumbers(category.value.column(batch, frame)) for category in style.categories]
        values = np.nan_to_num(np.stack(columns, -1), nan=0.0, posinf=0.0, neginf=0.0)
        sizes = None if style.scale is None else asNumbers(style.scale.value.column(batch, frame))
        font = style.font(frame, self._fonts) if style.kind == TEXT else None
        variants, codes = self._variants(style.settings, batch)
        shapes = self._inLabelSpace(batch)
        cells = self._cellsOf(shapes)
        for row in np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).tolist():
            settings = variants[codes[row]]
            if self._wants(settings, cells[row]):
                scaled = None if sizes is None else float(sizes[row])
                block = style.block(tuple(values[row].tolist()), scaled, frame, font)
                if block is not None:
                    if style.kind == HISTOGRAM and style.scale is None:
                        self._lastBars = block
                    half = float(halves[row])
                    self._addFeature(int(batch.ids[row]), "", shapes[row], block, settings, half)

    def _variants(self, base: LabelSettings, batch: FeatureBatch) -> tuple[list[LabelSettings], np.ndarray]:
        """The settings that occur in a batch, and which of them each feature has."""
        defined = {name: d for name, d in base.defined.items() if name in VARIATIONS}
        if not defined:
            return [base], np.zeros(len(batch), np.int64)
        combinations, codes = factored(defined, batch, self._frame)
        return [varied(base, values) for values in combinations], codes

    def _addRows(self, base: LabelSettings, batch: FeatureBatch, halves: np.ndarray) -> None:
        frame = self._frame
        variants, codes = self._variants(base, batch)
        fonts = [v.format.font(frame, self._fonts, v.rendering.fontLimits) for v in variants]
        shapes = self._inLabelSpace(batch)
        values = [] if base.content.value is None else base.content.value.column(batch, frame).to_pylist()
        blocks = _obstacleShapes(shapes, halves)
        cells = self._cellsOf(shapes)
        for row in np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)).tolist():
            settings, font, shape = variants[codes[row]], fonts[codes[row]], shapes[row]
            self._addObstacle(blocks[row], int(batch.ids[row]), settings, cells[row])
            if font is None or not values or not self._wants(settings, cells[row]):
                continue
            text = labelText(values[row], settings.content, settings.format.capitalization)
            lines = brokenLines(text, settings.content)
            if lines:
                block = TextBlock.of(lines, font, settings.format.lineHeight)
                self._addFeature(int(batch.ids[row]), text, shape, block, settings, float(halves[row]))

    def _wants(self, settings: LabelSettings, cell: tuple[int, int]) -> bool:
        """Whether a feature is to be labelled: shown, and not where too many crowd already."""
        rendering = settings.rendering
        full = len(self._collection.labels) >= MOST_LABELS
        shown = settings.isShown and rendering.isDrawn and not full
        if not shown or not rendering.showsAt(self._frame.scaleDenominator):
            return False
        if settings.position[0] is not None or rendering.showsAll:
            return True
        count = self._cells.get(cell, 0)
        self._cells[cell] = count + 1
        return count < CELL_LABELS

    def _cellsOf(self, shapes: np.ndarray) -> list[tuple[int, int]]:
        """The cell of the map in which the middle of each geometry lies."""
        bounds = np.nan_to_num(shapely.bounds(shapes))
        view = self._frame.view
        middle = np.clip(bounds, (0, -view.height, 0, -view.height), (view.width, 0, view.width, 0))
        cells = (middle[:, :2] + middle[:, 2:]) // (2 * CELL_PIXELS)
        return [(x, y) for x, y in cells.astype(np.int64).tolist()]

    def _inLabelSpace(self, batch: FeatureBatch) -> np.ndarray:
        """The geometries as pixels, y upwards; None where they have no place on the map."""
        assert batch.geometry is not None

        def moved(coords: np.ndarray) -> np.ndarray:
            pixels = self._frame.toPixels(coords)
            return pixels * (1, -1)

        shapes = shapely.force_2d(batch.geometry.shapes)
        result = shapely.transform(shapes, moved)
        bounds = shapely.bounds(result)
        known = np.isfinite(bounds).all(axis=1) & (np.abs(bounds) < 1e7).all(axis=1)
        broken = known & (shapely.get_dimensions(result) == 2) & ~shapely.is_valid(result)
        result[broken] = shapely.make_valid(result[broken])
        result[~known] = None
        return result

    def _addObstacle(
        self, shape: Shape, featureId: int, settings: LabelSettings, cell: tuple[int, int]
    ) -> None:
        rendering = settings.rendering
        if shape is None or not rendering.isObstacle or rendering.obstacleFactor <= 0:
            return
        count = self._obstacleCells.get(cell, 0)
        self._obstacleCells[cell] = count + 1
        if count >= CELL_OBSTACLES:
            return
        self._collection.obstacles.append(
            Obstacle(
                shape,
                featureId,
                rendering.obstacleFactor,
                rendering.obstacleType in (0, 2),
                rendering.obstacleType in (1, 2),
            )
        )

    def _addFeature(
        self, featureId: int, text: str, shape: Shape, block: Block, settings: LabelSettings, half: float
    ) -> None:
        pinned = self._pinned(settings)
        if pinned is not None:
            self._append(featureId, text, block, settings, Spot(shape, half, pinned))
            return
        for part in self._parts(shape, settings):
            if settings.rendering.mergesLines and part.geom_type == "LineString":
                label = Label(self._count, featureId, text, block, settings, Spot(part, half), self._frame)
                self._mergeable.setdefault((id(settings.content), text), []).append(label)
                self._count += 1
                continue
            for piece in self._pieces(part, block, settings):
                self._append(featureId, text, block, settings, Spot(piece, half))

    def _append(self, featureId: int, text: str, block: Block, settings: LabelSettings, spot: Spot) -> None:
        label = Label(self._count, featureId, text, block, settings, spot, self._frame)
        self._collection.labels.append(label)
        self._count += 1

    def _addMerged(self, labels: list[Label]) -> None:
        """Labels of one text whose lines continue each other, as labels of the whole lines."""
        lines = shapely.line_merge(shapely.multilinestrings([label.spot.shape for label in labels]))
        for number, line in enumerate(shapely.get_parts(lines)):
            first = labels[min(number, len(labels) - 1)]
            for piece in self._pieces(line, first.block, first.settings):
                self._collection.labels.append(replace(first, spot=Spot(piece, first.spot.symbol)))

    def _pinned(self, settings: LabelSettings) -> tuple[float, float] | None:
        x, y = settings.position
        if x is None or y is None:
            return None
        frame = self._frame
        if frame.transforms:
            assert frame.layerCrs is not None
            try:
                x, y = transformPoint(x, y, frame.layerCrs, frame.view.crs)
            except TransformError:
                return None
        extent, view = frame.view.extent, frame.view
        return (x - extent.xmin) / view.unitsPerPixelX, (y - extent.ymax) / view.unitsPerPixelY

    def _parts(self, shape, settings: LabelSettings) -> list[Shape]:
        """What gets a label of its own, cut at the map's edge."""
        dimension = shapely.get_dimensions(shape)
        if dimension == 0:
            return [p for p in shapely.get_parts(shape) if self._map.covers(p)]
        if not (dimension == 2 and settings.placement.wholePolygon):
            shape = shapely.clip_by_rect(shape, *self._map.bounds)
        elif not shape.intersects(self._map):
            return []
        parts = [p for p in shapely.get_parts(shape) if shapely.get_dimensions(p) == dimension]
        sizes = [p.length if dimension == 1 else p.area for p in parts]
        if not settings.rendering.perPart and parts:
            parts = [parts[int(np.argmax(sizes))]]
        least = settings.rendering.leastSize * self._frame.pixelsPerMm
        return [p for p in parts if _sizeOf(p, dimension) >= least and not p.is_empty]

    def _pieces(self, part: Shape, block: Block, settings: LabelSettings) -> list[Shape]:
        """A line cut where its label is to be repeated."""
        placement = settings.placement
        interval = placement.repeatDistance.pixels(self._frame)
        if interval <= 0 or part.geom_type != "LineString" or placement.mode not in (LINE, CURVED, PERIMETER):
            return [part]
        track = Track.of(shapely.get_coordinates(part))
        if track is None:
            return []
        return [shapely.LineString(piece.coords) for piece in repeated(track, interval, block.width)]


def _obstacleShapes(shapes: np.ndarray, halves: np.ndarray) -> np.ndarray:
    """What of each feature is in the way of labels: of points the boxes of their symbols."""
    result = shapes.copy()
    isPoint = shapely.get_type_id(shapes) == 0
    x, y, half = shapely.get_x(shapes[isPoint]), shapely.get_y(shapes[isPoint]), halves[isPoint]
    boxes = shapely.box(x - half, y - half, x + half, y + half)
    boxes[half <= 0] = None
    result[isPoint] = boxes
    for row in np.flatnonzero(shapely.get_type_id(shapes) == 4).tolist():
        parts = shapely.buffer(shapely.get_parts(shapes[row]), halves[row], cap_style="square")
        result[row] = shapely.union_all(parts) if halves[row] > 0 else None
    return result


def _sizeOf(part, dimension: int) -> float:
    """How large a feature looks: a line by its length, a polygon by the side of a square of its area."""
    return float(part.length if dimension == 1 else np.sqrt(part.area))


def matching(
    rules: Iterable[LabelRule], batch: FeatureBatch, mask: np.ndarray, frame: Frame
) -> Iterator[tuple[LabelRule, np.ndarray]]:
    """
    Which rules label which features.

    @param mask: bool (n,): features that come into question.
    @return: every active rule with the features that it labels.
    """
    rules = [rule for rule in rules if rule.isActive and rule.showsAt(frame.scaleDenominator)]
    taken = np.zeros(len(batch), bool)
    for rule in [r for r in rules if not r.isElse] + [r for r in rules if r.isElse]:
        passed = mask & ~taken if rule.isElse else mask
        if rule.filter is not None and passed.any():
            passed = passed & rule.filter.mask(batch, contextOf(frame))
        if rule.isBroken:
            passed = np.zeros(len(batch), bool)
        if not rule.isElse:
            taken = taken | passed
        yield rule, passed
        yield from matching(rule.children, batch, passed, frame)
