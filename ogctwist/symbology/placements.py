# -*- test-case-name: tests.symbology.test_placements -*-
"""Where symbols are put along lines: at intervals, at vertices, in the middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogctwist.symbology.along import MeasuredLines
from ogctwist.symbology.clipping import offsetsOf
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.lines import ALL_RINGS, offsetLines, offsetRings, ringLines
from ogctwist.symbology.markup import Properties
from ogctwist.symbology.parts import POINT, POLYGON, Parts
from ogctwist.symbology.units import Length, readUnit

#: In the order in which QGIS draws them where there are several.
KINDS = ("interval", "centralpoint", "vertex", "firstvertex", "lastvertex", "segmentcenter", "innervertices")
#: The least distance between two symbols, in pixels.
LEAST_INTERVAL = 0.1


@dataclass(frozen=True, eq=False)
class Places:
    """
    @ivar points: float64 (m, 2), pixels.
    @ivar angles: float64 (m,), degrees clockwise from the x axis: the direction of the line.
    @ivar owner: int64 (m,), the part that each belongs to, ascending.
    """

    points: np.ndarray
    angles: np.ndarray
    owner: np.ndarray

    def parts(self, parts: Parts) -> Parts:
        """The places as points; C{parts} is what they lie on."""
        count = np.arange(len(self.points) + 1, dtype=np.int64)
        return Parts(POINT, self.points, count, count, parts.rowOf[self.owner])

    def starts(self, count: int) -> np.ndarray:
        """int64 (count + 1,): where the places of each of C{count} parts begin."""
        return np.searchsorted(self.owner, np.arange(count + 1))


@dataclass(frozen=True)
class LinePlacement:
    """
    @ivar kinds: some of L{KINDS}.
    @ivar offset: of the line that they are put on, to the right.
    @ivar alongOffset: from the start of the line; from its end for last vertices.
    @ivar rotates: whether symbols turn with the line.
    @ivar averaging: the stretch of line over which its direction is taken at intervals.
    """

    kinds: frozenset[str] = frozenset(("interval",))
    interval: Length = Length(3.0)
    offset: Length = Length(0.0)
    alongOffset: Length = Length(0.0)
    rotates: bool = True
    averaging: Length = Length(4.0)
    ringFilter: int = ALL_RINGS

    def places(self, parts: Parts, frame: Frame) -> Places:
        """
        @param parts: lines, or polygons whose rings are followed.
        """
        lines, owner, isRing = self._lines(parts, frame)
        measured = MeasuredLines(lines)
        index: list[np.ndarray] = [np.empty(0, np.int64)]
        distance: list[np.ndarray] = [np.empty(0)]
        angles: list[np.ndarray] = [np.empty(0)]
        if len(lines):
            for kind in KINDS:
                if kind in self.kinds:
                    found = self._found(kind, measured, frame, isRing)
                    for values, more in zip((index, distance, angles), found, strict=True):
                        values.append(more)
        line, along = np.concatenate(index), np.concatenate(distance)
        owners = owner[line]
        order = np.argsort(owners, kind="stable")
        points = measured.pointsAt(line, along) if len(line) else np.empty((0, 2))
        degrees = np.degrees(np.concatenate(angles))
        return Places(points[order], degrees[order], owners[order])

    def _lines(self, parts: Parts, frame: Frame) -> tuple[Parts, np.ndarray, bool]:
        offset = self.offset.pixels(frame)
        if parts.kind == POLYGON:
            lines, owner, isExterior = ringLines(parts, self.ringFilter)
            if offset:
                lines, owner = offsetRings(lines, owner, isExterior, offset)
            return lines.outlines if lines.kind == POLYGON else _closedLines(lines), owner, True
        owner = np.arange(len(parts))
        if offset:
            parts, owner = offsetLines(parts, owner, offset)
        return parts, owner, False

    def _found(
        self, kind: str, measured: MeasuredLines, frame: Frame, isRing: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(line, distance, direction in radians) of each symbol of a kind."""
        if kind == "interval":
            return self._atIntervals(measured, frame, isRing)
        if kind in ("vertex", "innervertices"):
            return _atVertices(measured, isRing, onlyInner=kind == "innervertices")
        lines = np.arange(len(measured.lengths))
        if kind == "segmentcenter":
            lines, at = _segmentCentres(measured)
        elif kind == "centralpoint":
            at = measured.lengths / 2
            return lines, at, self._averaged(measured, lines, at, frame, isRing)
        else:
            offset = self._along(measured, frame)
            at = offset if kind == "firstvertex" else measured.lengths - offset
            lines = lines[(at >= 0) & (at <= measured.lengths)]
            at = at[lines]
            # QGIS walks back from the last vertex: symbols it puts on the way look back too.
            backwards = np.pi if kind == "lastvertex" else 0.0
            angles = measured.directionsAt(lines, at)
            return lines, at, np.where(offset[lines] > 0, angles + backwards, angles)
        return lines, at, measured.directionsAt(lines, at)

    def _along(self, measured: MeasuredLines, frame: Frame) -> np.ndarray:
        offset = self.alongOffset.pixels(frame)
        if self.alongOffset.unit == "Percentage":
            return measured.lengths * offset / 100
        return np.full(len(measured.lengths), offset)

    def _atIntervals(
        self, measured: MeasuredLines, frame: Frame, isRing: bool
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        interval = max(self.interval.pixels(frame), LEAST_INTERVAL)
        first = np.mod(self._along(measured, frame), interval)
        counts = np.maximum(np.floor((measured.lengths - first) / interval + 1e-9) + 1, 0).astype(np.int64)
        line = np.repeat(np.arange(len(counts)), counts)
        number = np.arange(len(line)) - np.repeat(offsetsOf(counts)[:-1], counts)
        at = first[line] + number * interval
        return line, at, self._averaged(measured, line, at, frame, isRing)

    def _averaged(
        self, measured: MeasuredLines, line: np.ndarray, at: np.ndarray, frame: Frame, isRing: bool
    ) -> np.ndarray:
        """Directions, taken over a stretch of the line around each place."""
        stretch = self.averaging.pixels(frame)
        if stretch <= 0:
            return measured.directionsAt(line, at)
        before, after = at - stretch / 2, at + stretch / 2
        if isRing:
            before, after = (np.mod(d, np.maximum(measured.lengths[line], 1e-9)) for d in (before, after))
        chord = measured.pointsAt(line, after) - measured.pointsAt(line, before)
        return np.arctan2(chord[:, 1], chord[:, 0])


def _closedLines(lines: Parts) -> Parts:
    """Lines of rings that may lack their closing point."""
    closed = Parts(POLYGON, lines.coords, lines.coordsOf, lines.ringsOf, lines.rowOf)
    return closed.outlines


def _segmentCentres(measured: MeasuredLines) -> tuple[np.ndarray, np.ndarray]:
    distances = measured.distances
    line = np.repeat(np.arange(len(measured.lengths)), np.diff(measured.offsets))
    same = np.flatnonzero(line[1:] == line[:-1])
    return line[same], (distances[same] + distances[same + 1]) / 2


def _vertexDirections(measured: MeasuredLines, isRing: bool) -> np.ndarray:
    """Radians, for every vertex: half way between the segments before and after."""
    coords, offsets = measured.lines.coords, measured.offsets
    first, last = offsets[:-1], offsets[1:] - 1
    delta = np.zeros_like(coords)
    delta[:-1] = coords[1:] - coords[:-1]
    delta[last] = 0
    length = np.hypot(*delta.T)
    unit = np.divide(delta, length[:, None], out=np.zeros_like(delta), where=length[:, None] > 0)
    before = np.zeros_like(unit)
    before[1:] = unit[:-1]
    before[first] = unit[np.maximum(last - 1, first)] if isRing else 0
    after = unit.copy()
    if isRing:
        after[last] = unit[first]
    together = before + after
    opposite = np.hypot(*together.T) < 1e-9
    together[opposite] = after[opposite]
    return np.arctan2(together[:, 1], together[:, 0])


def _atVertices(
    measured: MeasuredLines, isRing: bool, *, onlyInner: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    line = np.repeat(np.arange(len(measured.lengths)), np.diff(measured.offsets))
    keep = np.ones(len(line), bool)
    if isRing or onlyInner:
        keep[measured.offsets[1:] - 1] = False
    if onlyInner and not isRing:
        keep[measured.offsets[:-1]] = False
    return line[keep], measured.distances[keep], _vertexDirections(measured, isRing)[keep]


def readPlacement(properties: Properties) -> LinePlacement:
    """The placement of marker and hash lines."""
    listed = properties.first("placements", default=properties.get("placement", "interval"))
    kinds = frozenset(word.strip().lower() for word in listed.split("|"))
    interval = readUnit(properties, "interval", properties.number("interval", default=3.0))
    return LinePlacement(
        kinds=kinds & frozenset(KINDS),
        interval=interval,
        offset=Length.read(properties, "offset"),
        alongOffset=Length.read(properties, "offset_along_line"),
        rotates=properties.flag("rotate", True),
        averaging=_averaging(properties),
        ringFilter=int(properties.number("ring_filter")),
    )


def _averaging(properties: Properties) -> Length:
    value = properties.number("average_angle_length", default=4.0)
    return readUnit(properties, "average_angle", value)
