# -*- test-case-name: tests.symbology.test_grouped -*-
"""Renderers of points that lie close together: displacement around a centre, and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import ceil, cos, floor, hypot, pi, sin, sqrt

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.canvas.ink import Color, Pen
from ogctwist.canvas.paths import Paths
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import contextOf, unionOfFields
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.markup import number
from ogctwist.symbology.parts import POINT, Parts, drawnParts
from ogctwist.symbology.renderers import Renderer
from ogctwist.symbology.symbols import Drawing, Symbol, SymbolPainter
from ogctwist.symbology.units import Length, MapUnitScale, unitName

RING, CONCENTRIC, GRID = 0, 1, 2


@dataclass(frozen=True)
class GroupRenderer:
    """
    Points drawn with the symbols of another renderer, those nearer than C{tolerance} together.

    @ivar centre: drawn in the middle of a group (of a cluster: instead of its points).
    @ivar isCluster: groups are drawn as one symbol; otherwise their points stand around it.
    @ivar placement: how they stand: L{RING}, L{CONCENTRIC} or L{GRID}.
    @ivar addition: to the radius of rings, and the distance in grids.
    @ivar circle: the line that joins them; None for none.
    """

    embedded: Renderer
    tolerance: Length
    centre: Symbol | None = None
    isCluster: bool = False
    placement: int = RING
    addition: Length = Length(0.0)
    circleWidth: Length = Length(0.4)
    circleColor: Color = Color(125 / 255, 125 / 255, 125 / 255)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """Those of the other renderer, then the centre's."""
        return self.embedded.symbols + ((self.centre,) if self.centre is not None else ())

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{Renderer}."""
        centre = self.centre.fields if self.centre is not None else frozenset()
        return unionOfFields([self.embedded.fields(frame), centre])

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{Renderer}."""
        return self.embedded.jobs(batch, frame)

    def collector(self, canvas: Canvas, frame: Frame) -> GroupPainter:
        """What takes the points and draws them at the end."""
        return GroupPainter(self, canvas, frame)


@dataclass(eq=False)
class _Group:
    """
    @ivar members: positions among all points, in the order in which they came.
    """

    x: float
    y: float
    members: list[int] = field(default_factory=list)

    def add(self, x: float, y: float, member: int) -> None:
        n = len(self.members)
        self.x = (self.x * n + x) / (n + 1)
        self.y = (self.y * n + y) / (n + 1)
        self.members.append(member)


def groupsOf(points: np.ndarray, tolerance: float) -> list[_Group]:
    """
    Points to groups, as QGIS makes them: a point joins the group whose first point lies
    within a square of twice the tolerance, and of several the one with the nearest middle.

    @param points: float64 (n, 2).
    """
    cells: dict[tuple[int, int], list[tuple[float, float, _Group]]] = {}
    groups: list[_Group] = []
    side = max(tolerance, 1e-9)
    for member, (x, y) in enumerate(points.tolist()):
        column, row = floor(x / side), floor(y / side)
        nearest, best = None, float("inf")
        for c in (column - 1, column, column + 1):
            for r in (row - 1, row, row + 1):
                for firstX, firstY, group in cells.get((c, r), ()):
                    if abs(firstX - x) <= tolerance and abs(firstY - y) <= tolerance:
                        distance = hypot(group.x - x, group.y - y)
                        if distance < best:
                            nearest, best = group, distance
        if nearest is None:
            nearest = _Group(x, y)
            groups.append(nearest)
            cells.setdefault((column, row), []).append((x, y, nearest))
        nearest.add(x, y, member)
    return groups


class GroupPainter:
    """Collects points; draws group by group at the end."""

    def __init__(self, renderer: GroupRenderer, canvas: Canvas, frame: Frame):
        self._renderer = renderer
        self._canvas = canvas
        self._frame = frame
        self._batches: list[FeatureBatch] = []
        self._points: list[np.ndarray] = []
        self._symbols: list[np.ndarray] = []

    def add(self, batch: FeatureBatch) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        assert batch.geometry is not None
        jobs = self._renderer.jobs(batch, self._frame)
        codes = np.full(len(batch), -1, np.int64)
        codes[jobs.rows[::-1]] = jobs.symbols[::-1]
        parts = drawnParts(batch.geometry, POINT, self._frame)
        rows, first = np.unique(parts.rowOf, return_index=True)
        drawn = codes[rows] >= 0
        rows, first = rows[drawn], first[drawn]
        self._batches.append(batch.take(rows))
        self._points.append(parts.firstPoints[first])
        self._symbols.append(codes[rows])

    def finish(self) -> None:
        """See L{ogctwist.symbology.walk.BatchPainter}."""
        if not self._points:
            return
        points = np.concatenate(self._points)
        symbols = np.concatenate(self._symbols)
        groups = groupsOf(points, self._renderer.tolerance.pixels(self._frame))
        if self._renderer.isCluster:
            self._drawClusters(groups, points, symbols)
        else:
            self._drawDisplaced(groups, points, symbols)

    def _drawClusters(self, groups: list[_Group], points: np.ndarray, symbols: np.ndarray) -> None:
        painters = self._painters(points, symbols)
        for group in groups:
            self._frame.checkCancelled()
            if len(group.members) == 1 or self._renderer.centre is None:
                for member in group.members:
                    self._paintMember(painters, member)
            else:
                self._paintCentre(group, {"cluster_size": len(group.members)})

    def _drawDisplaced(self, groups: list[_Group], points: np.ndarray, symbols: np.ndarray) -> None:
        places = points.copy()
        rings: dict[int, list[float]] = {}
        for index, group in enumerate(groups):
            if len(group.members) > 1:
                used = {int(symbols[member]) for member in group.members}
                diagonal = max(_diagonal(self._renderer.symbols[s], self._frame) for s in used)
                shifts, rings[index] = self._arranged(len(group.members), diagonal)
                places[group.members] = np.array([group.x, group.y]) + shifts
        painters = self._painters(places, symbols)
        for index, group in enumerate(groups):
            self._frame.checkCancelled()
            self._drawCircles(group, rings.get(index, []))
            if len(group.members) > 1:
                self._paintCentre(group, {})
            for member in group.members:
                self._paintMember(painters, member)

    def _arranged(self, count: int, diagonal: float) -> tuple[np.ndarray, list[float]]:
        """Where points of a group stand around its middle, and the radii of the circles through them."""
        addition = self._renderer.addition.pixels(self._frame)
        if self._renderer.placement == GRID:
            return _gridShifts(count, diagonal + addition), []
        if self._renderer.placement == CONCENTRIC:
            centre = self._renderer.centre
            middle = 0.0 if centre is None else _diagonal(centre, self._frame)
            return _concentricShifts(count, diagonal, middle, addition)
        radius = max(diagonal / 2, count * diagonal / 2 / pi) + addition
        return _onCircle(count, radius), [radius]

    def _drawCircles(self, group: _Group, radii: Sequence[float]) -> None:
        renderer = self._renderer
        width = renderer.circleWidth.pixels(self._frame)
        if width <= 0 or renderer.circleColor.alpha <= 0:
            return
        for radius in radii:
            angles = np.linspace(0, 2 * pi, 65)
            ring = np.column_stack([np.cos(angles), np.sin(angles)]) * radius + [group.x, group.y]
            paths = Paths(ring, np.array([0, 65]), np.array([0, 1]), True)
            self._canvas.paintParts(paths, 0, 1, None, Pen(renderer.circleColor, width))

    def _painters(self, places: np.ndarray, symbols: np.ndarray) -> list[tuple[SymbolPainter, int] | None]:
        """For every point what draws it, and as which of the painter's parts."""
        result: list[tuple[SymbolPainter, int] | None] = [None] * len(places)
        drawing = Drawing(self._frame)
        begin = 0
        for batch in self._batches:
            codes = symbols[begin : begin + len(batch)]
            for code in np.unique(codes).tolist():
                rows = np.flatnonzero(codes == code)
                count = np.arange(len(rows) + 1, dtype=np.int64)
                parts = Parts(POINT, places[begin + rows], count, count, np.arange(len(rows)))
                painter = self._renderer.symbols[code].painter(parts, batch.take(rows), drawing)
                for local, row in enumerate(rows.tolist()):
                    result[begin + row] = (painter, local)
            begin += len(batch)
        return result

    def _paintMember(self, painters: list[tuple[SymbolPainter, int] | None], member: int) -> None:
        found = painters[member]
        if found is not None:
            painter, local = found
            painter.paint(self._canvas, local, local + 1)

    def _paintCentre(self, group: _Group, variables: dict[str, object]) -> None:
        symbol = self._renderer.centre
        if symbol is None:
            return
        frame = replace(self._frame, context=contextOf(self._frame).child(variables))
        one = np.array([0, 1], np.int64)
        parts = Parts(POINT, np.array([[group.x, group.y]]), one, one, np.array([0]))
        feature = self._feature(group.members[0])
        symbol.painter(parts, feature, Drawing(frame)).paint(self._canvas, 0, 1)

    def _feature(self, member: int) -> FeatureBatch:
        for batch in self._batches:
            if member < len(batch):
                return batch.take(np.array([member]))
            member -= len(batch)
        raise IndexError(member)


def _diagonal(symbol: Symbol, frame: Frame) -> float:
    """Of the square around a marker, in pixels."""
    sizes = [
        placement.size.pixels(frame)
        for layer in symbol.layers
        if (placement := getattr(getattr(layer, "base", layer), "placement", None)) is not None
    ]
    return sqrt(2) * max(sizes, default=0.0)


def _onCircle(count: int, radius: float) -> np.ndarray:
    angles = [2 * pi * i / count for i in range(count)]
    return np.array([(radius * sin(a), radius * cos(a)) for a in angles])


def _gridShifts(count: int, step: float) -> np.ndarray:
    columns = ceil(sqrt(count))
    places = [((i % columns), (i // columns)) for i in range(count)]
    shifts = np.array(places, float) * step
    middle = (columns - 1) * step / 2
    return shifts - [middle, middle]


def _concentricShifts(
    count: int, diagonal: float, middle: float, addition: float
) -> tuple[np.ndarray, list[float]]:
    """Rings from the inside out, each as full as it can be."""
    shifts: list[np.ndarray] = []
    radii: list[float] = []
    left, ring = count, 1
    first = middle / 2 + diagonal / 2
    while left > 0:
        radius = first + (ring - 1) * diagonal + ring * addition
        fits = max(floor(2 * pi * radius / max(diagonal, 1e-9)), 1)
        here = min(fits, left)
        radii.append(radius)
        shifts.append(_onCircle(here, radius))
        left -= here
        ring += 1
    return np.concatenate(shifts), radii


def readGroups(element, embedded: Renderer, centre: Symbol | None) -> GroupRenderer:
    """
    @param element: C{<renderer-v2 type="pointDisplacement">} or C{"pointCluster"}.
    """
    tolerance = Length(
        number(element.get("tolerance"), 3.0),
        unitName(element.get("toleranceUnit", ""), "MapUnit"),
        MapUnitScale.parse(element.get("toleranceUnitScale", "")),
    )
    return GroupRenderer(
        embedded,
        tolerance,
        centre,
        isCluster=element.get("type") == "pointCluster",
        placement=int(number(element.get("placement"))),
        addition=Length(number(element.get("circleRadiusAddition"))),
        circleWidth=Length(number(element.get("circleWidth"), 0.4)),
        circleColor=parseColor(element.get("circleColor"), Color(125 / 255, 125 / 255, 125 / 255)),
    )
