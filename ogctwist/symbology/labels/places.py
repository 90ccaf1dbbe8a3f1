# -*- test-case-name: tests.symbology.labels.test_places -*-
"""All places of a label, by the placement that its style names."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from ogctwist.symbology.frame import Frame
from ogctwist.symbology.labels.block import TextBlock
from ogctwist.symbology.labels.candidate import Candidate, Shape
from ogctwist.symbology.labels.curveplaces import alongCurve
from ogctwist.symbology.labels.diagrams import DiagramBlock
from ogctwist.symbology.labels.lineplaces import LineStyle, Track, alongLine, levelAlongLine
from ogctwist.symbology.labels.pointplaces import aroundPoint, orderedPlaces, overPoint, turnedCorner
from ogctwist.symbology.labels.polygonplaces import heartOf, outsidePolygon, withinPolygon
from ogctwist.symbology.labels.settings import (
    ABOVE_LINE,
    AROUND,
    BELOW_LINE,
    CURVED,
    FREE,
    HORIZONTAL,
    INSIDE_POLYGON,
    LINE,
    MAP_ORIENTED,
    ON_LINE,
    ORDERED,
    OUTSIDE,
    OUTSIDE_POLYGON,
    OVER,
    PERIMETER,
    LabelSettings,
)

#: What wants a place.
Block = TextBlock | DiagramBlock
#: Labels beside lines and outlines stay at least so far from them, pixels.
LEAST_GAP = 1.0
LEAST_OUTSIDE_GAP = 2.0
_ACROSS = {"Left": 0.0, "Center": 0.5, "Centre": 0.5, "Right": 1.0}


@dataclass(frozen=True, eq=False)
class Spot:
    """
    What a label belongs to.

    @ivar shape: a point, line or polygon, in label space.
    @ivar symbol: half the size of a point's symbol, pixels.
    @ivar pinned: (x, y) in label space where the data fix the label, or None.
    """

    shape: Shape
    symbol: float = 0.0
    pinned: tuple[float, float] | None = None


def placesOf(spot: Spot, block: Block, settings: LabelSettings, frame: Frame) -> list[Candidate]:
    """The candidates of a label, in no order; empty when it has no place."""
    angle = -math.radians(settings.placement.rotation)
    if spot.pinned is not None:
        found = [_pinned(spot.pinned, block, settings, angle)]
    else:
        kind = shapely.get_type_id(spot.shape)
        if kind == 0:
            found = _ofPoint(spot, block, settings, frame, angle)
        elif kind in (1, 2):
            found = _ofLine(spot.shape, block, settings, frame)
        elif kind == 3:
            found = _ofPolygon(spot, block, settings, frame, angle)
        else:
            found = []
    return [_upright(candidate, settings) for candidate in found]


def _upright(candidate: Candidate, settings: LabelSettings) -> Candidate:
    """Turned by half a turn where it would stand on its head, unless the style leaves it."""
    how = settings.rendering.upsideDown
    if candidate.letters is not None or how == 2 or (how == 1 and settings.hasOwnRotation):
        return candidate
    angle = (candidate.angle + math.pi) % (2 * math.pi) - math.pi
    if -math.pi / 2 - 1e-9 <= angle <= math.pi / 2 + 1e-9:
        return candidate
    x, y = candidate.corners[2].tolist()
    return candidate._replace(x=x, y=y, angle=candidate.angle - math.copysign(math.pi, angle))


def _pinned(position: tuple[float, float], block: Block, settings: LabelSettings, angle: float) -> Candidate:
    """Where the data say: the position is a corner, or what the alignments name."""
    across, down = settings.pin
    base, cap = 0.0, 1.0
    if isinstance(block, TextBlock):
        metrics = block.font.metrics
        # shares of the label's height, also where it has several lines
        base = metrics.descent / metrics.height
        cap = (round(metrics.capHeight) + 1 + metrics.descent) / metrics.height
    shares = {"Bottom": 0.0, "Base": base, "Half": (base + cap) / 2, "Cap": cap, "Top": 1.0}
    dx = -block.width * _ACROSS.get(across.capitalize(), 0.0)
    dy = -block.height * shares.get(down.capitalize(), 0.0)
    x, y = turnedCorner(position[0], position[1], dx, dy, angle)
    return Candidate(x, y, block.width, block.height, angle)


def _offset(settings: LabelSettings, frame: Frame) -> tuple[float, float]:
    right, down = settings.placement.offset
    return right.pixels(frame), -down.pixels(frame)


def _ofPoint(
    spot: Spot, block: Block, settings: LabelSettings, frame: Frame, angle: float
) -> list[Candidate]:
    placement = settings.placement
    point, size = (spot.shape.x, spot.shape.y), (block.width, block.height)
    if placement.mode == OVER:
        return [overPoint(point, size, placement.quadrant, _offset(settings, frame), angle)]
    distance = placement.distance.pixels(frame)
    if placement.mode == ORDERED:
        margins = (0.0, 0.0)
        if isinstance(block, TextBlock):
            metrics = block.font.metrics
            margins = (0.25 * metrics.ascent, 1.0 + metrics.descent)
        symbol = spot.symbol if placement.fromSymbol else 0.0
        return orderedPlaces(point, size, placement.order, distance, symbol, margins, angle)
    return aroundPoint(point, size, distance, angle)


def _lineStyle(settings: LabelSettings, frame: Frame) -> LineStyle:
    placement = settings.placement
    distance = placement.distance.pixels(frame)
    if abs(distance) < LEAST_GAP:
        distance = math.copysign(LEAST_GAP, distance)
    flags = placement.lineFlags & 15
    if not flags & (ON_LINE | ABOVE_LINE | BELOW_LINE):
        flags = ABOVE_LINE | MAP_ORIENTED
    return LineStyle(flags, distance, placement.anchorPercent, placement.isStrictAnchor)


def _pixelsPerCm(frame: Frame) -> float:
    return frame.pixelsPerMm * 10


def _ofLine(shape: Shape, block: Block, settings: LabelSettings, frame: Frame) -> list[Candidate]:
    track = Track.of(shapely.get_coordinates(shape))
    if track is None:
        return []
    placement = settings.placement
    track = track.extended(placement.overrun.pixels(frame))
    style, size = _lineStyle(settings, frame), (block.width, block.height)
    if placement.mode in (CURVED, PERIMETER):
        return _curved(track, block, settings, frame)
    if placement.mode == HORIZONTAL:
        return levelAlongLine(track, size, style, _pixelsPerCm(frame))
    if placement.mode in (OVER, AROUND, ORDERED):
        x, y = track.pointAt(track.length * placement.anchorPercent)
        return _ofPoint(Spot(shapely.Point(x, y)), block, settings, frame, 0.0)
    return alongLine(track, size, style, _pixelsPerCm(frame))


def _curved(track: Track, block: Block, settings: LabelSettings, frame: Frame) -> list[Candidate]:
    if not isinstance(block, TextBlock) or not block.lines:
        return []
    return alongCurve(
        track,
        block.lines[0],
        block.font.metrics.height,
        _lineStyle(settings, frame),
        settings.placement.angles,
        _pixelsPerCm(frame),
        settings.rendering.upsideDown == 0,
    )


def _ofPolygon(
    spot: Spot, block: Block, settings: LabelSettings, frame: Frame, angle: float
) -> list[Candidate]:
    placement, polygon = settings.placement, spot.shape
    size = (block.width, block.height)
    if placement.mode in (LINE, CURVED, PERIMETER):
        return _ofOutline(polygon, block, settings, frame)
    found: list[Candidate] = []
    if placement.mode == OUTSIDE or placement.polygonFlags & OUTSIDE_POLYGON:
        gap = max(placement.distance.pixels(frame), LEAST_OUTSIDE_GAP)
        found = outsidePolygon(polygon, size, gap)
        if placement.mode == OUTSIDE or not placement.polygonFlags & INSIDE_POLYGON:
            return found
        found = [candidate._replace(cost=candidate.cost + 0.01) for candidate in found]
    if placement.mode in (HORIZONTAL, FREE):
        inside = withinPolygon(
            polygon, size, _pixelsPerCm(frame), placement.fitsPolygon, placement.mode == FREE
        )
        return inside + found
    heart = heartOf(polygon, placement.insidePolygon)
    if placement.mode == OVER:
        inside = [overPoint(heart, size, placement.quadrant, _offset(settings, frame), angle)]
    else:
        inside = [overPoint(heart, size, 4, (0.0, 0.0), angle)]
        around = aroundPoint(heart, size, placement.distance.pixels(frame), angle)
        inside += [candidate._replace(cost=candidate.cost + 0.001) for candidate in around]
    if placement.fitsPolygon:
        inside = [candidate for candidate in inside if polygon.covers(candidate.footprint)]
    return inside + found


def _ofOutline(
    polygon: shapely.Polygon, block: Block, settings: LabelSettings, frame: Frame
) -> list[Candidate]:
    """Along the outline, walked counter-clockwise, so that "above" is the inside."""
    ring = np.asarray(polygon.exterior.coords)[:, :2]
    if not polygon.exterior.is_ccw:
        ring = ring[::-1]
    track = Track.of(ring)
    if track is None:
        return []
    if settings.placement.mode == LINE:
        size = (block.width, block.height)
        return alongLine(track, size, _lineStyle(settings, frame), _pixelsPerCm(frame))
    return _curved(track, block, settings, frame)
