# -*- test-case-name: tests.symbology.labels.test_places -*-
"""Places in polygons, and just outside them."""

from __future__ import annotations

import math

import numpy as np
import shapely

from ogctwist.symbology.labels.candidate import Candidate, Shape, footprints
from ogctwist.symbology.labels.lineplaces import CHEAPEST

#: Places in a square centimetre of a polygon on paper.
PER_SQUARE_CENTIMETRE = 2.5
#: Places of one polygon, at least and at most.
LEAST_PLACES, MOST_PLACES = 25, 100
#: The same where nothing of a label may stick out.
MOST_FITTING = 600
#: Places along an outline for labels outside.
OUTSIDE_PLACES = 40
#: How much of a label must lie in its polygon.
LEAST_INSIDE = 0.25


def heartOf(polygon: Shape, inside: bool) -> tuple[float, float]:
    """
    The centroid; with C{inside} a point that is surely within the polygon when the centroid is not.
    """
    point = polygon.centroid
    if inside and not polygon.contains(point):
        point = polygon.point_on_surface()
    return float(point.x), float(point.y)


def withinPolygon(
    polygon: shapely.Polygon,
    size: tuple[float, float],
    pixelsPerCm: float,
    fits: bool,
    isFree: bool,
) -> list[Candidate]:
    """
    Labels in a polygon, the roomiest places first.

    @param fits: nothing of the label may lie outside.
    @param isFree: labels may turn with the longest side of the polygon.
    """
    width, height = size
    if polygon.is_empty or polygon.area <= 0:
        return []
    length, breadth, bearing = _extent(polygon)
    if width > length or height > breadth:
        return []
    angles = [0.0]
    if isFree and _levelFit(polygon) < width:
        angles = [bearing]
    spots = _spots(polygon, pixelsPerCm, MOST_FITTING if fits else MOST_PLACES)
    result = []
    clearances = np.minimum(shapely.distance(shapely.points(spots), polygon.boundary) / height, 1.0)
    away = np.hypot(*(spots - heartOf(polygon, True)).T) / math.hypot(length, breadth)
    costs = CHEAPEST + 0.002 * (1 - clearances) + 0.001 * away
    for angle in angles:
        sine, cosine = math.sin(angle), math.cos(angle)
        for (x, y), cost in zip(spots.tolist(), costs.tolist(), strict=True):
            left = x - cosine * width / 2 + sine * height / 2
            bottom = y - sine * width / 2 - cosine * height / 2
            result.append(Candidate(left, bottom, width, height, angle, cost))
    return _inside(result, polygon, fits)


def _inside(candidates: list[Candidate], polygon: shapely.Polygon, fits: bool) -> list[Candidate]:
    """Those that are enough within the polygon; what sticks out costs."""
    shapes = footprints(candidates)
    shapely.prepare(polygon)
    whole = shapely.covers(polygon, shapes)
    if fits:
        return [candidate for candidate, good in zip(candidates, whole, strict=True) if good]
    area = candidates[0].width * candidates[0].height
    shares = np.ones(len(candidates))
    shares[~whole] = shapely.area(shapely.intersection(shapes[~whole], polygon)) / max(area, 1e-9)
    result = []
    for candidate, share in zip(candidates, shares.tolist(), strict=True):
        if share >= LEAST_INSIDE:
            result.append(candidate._replace(cost=candidate.cost + 0.02 * (1 - share)))
    return result


def _extent(polygon: shapely.Polygon) -> tuple[float, float, float]:
    """Length, breadth and bearing (-90 to 90 degrees, in radians) of the smallest rectangle around it."""
    frame: Shape = shapely.minimum_rotated_rectangle(polygon)
    if frame.geom_type != "Polygon":
        return 0.0, 0.0, 0.0
    corners = np.asarray(frame.exterior.coords)
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(*sides.T)
    longest = sides[int(lengths.argmax())]
    bearing = math.atan2(longest[1], longest[0])
    if bearing <= -math.pi / 2 + 1e-9:
        bearing += math.pi
    elif bearing > math.pi / 2 + 1e-9:
        bearing -= math.pi
    return float(lengths.max()), float(lengths.min()), bearing


def _levelFit(polygon: shapely.Polygon) -> float:
    """How wide the polygon is at the height of its heart."""
    xmin, _, xmax, _ = polygon.bounds
    _, y = heartOf(polygon, True)
    cut = polygon.intersection(shapely.LineString([(xmin - 1, y), (xmax + 1, y)]))
    parts = shapely.get_parts(cut)
    return float(shapely.length(parts).max()) if len(parts) else 0.0


def _spots(polygon: shapely.Polygon, pixelsPerCm: float, most: int) -> np.ndarray:
    """Points spread evenly over a polygon, its roomiest and its heart among them: float64 (n, 2)."""
    xmin, ymin, xmax, ymax = polygon.bounds
    share = polygon.area / max((xmax - xmin) * (ymax - ymin), 1e-9)
    wanted = polygon.area / pixelsPerCm**2 * PER_SQUARE_CENTIMETRE
    wanted = most if most > MOST_PLACES else min(max(wanted, LEAST_PLACES), most)
    wanted /= max(share, 0.05)
    step = math.sqrt(max((xmax - xmin) * (ymax - ymin), 1e-9) / wanted)
    x = np.arange(xmin + step / 2, xmax, step)
    y = np.arange(ymin + step / 2, ymax, step)
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    shapely.prepare(polygon)
    grid = grid[shapely.contains_xy(polygon, grid[:, 0], grid[:, 1])]
    pole = shapely.maximum_inscribed_circle(polygon, tolerance=max(step / 8, 0.5)).coords[0]
    return np.vstack([pole, heartOf(polygon, True), grid])


def outsidePolygon(polygon: shapely.Polygon, size: tuple[float, float], distance: float) -> list[Candidate]:
    """Level labels that touch the polygon from outside, nearest to its heart first."""
    width, height = size
    ring = polygon.exterior
    if ring.length <= 0:
        return []
    heart = polygon.centroid
    away = np.linspace(0, ring.length, OUTSIDE_PLACES, endpoint=False)
    points = shapely.get_coordinates(shapely.line_interpolate_point(ring, away))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(ring, (away + 0.5) % ring.length))
    steps = ahead - points
    turn = 1.0 if ring.is_ccw else -1.0
    normals = np.stack([steps[:, 1], -steps[:, 0]], -1) * turn
    normals /= np.maximum(np.hypot(*normals.T), 1e-9)[:, None]
    result = []
    for (x, y), (nx, ny) in zip(points.tolist(), normals.tolist(), strict=True):
        # the label's centre moves outwards until its rectangle touches the point
        middleX = x + nx * distance + width / 2 * _soft(nx, ny)
        middleY = y + ny * distance + height / 2 * _soft(ny, nx)
        gap = math.hypot(middleX - heart.x, middleY - heart.y)
        level = 0.0 if abs(nx) > abs(ny) else 0.5
        cost = CHEAPEST + 0.002 * gap / (ring.length + width) + 0.0005 * level + (0.0002 if nx < 0 else 0.0)
        left, bottom = middleX - width / 2, middleY - height / 2
        direction = (round(nx), round(ny))
        result.append(Candidate(left, bottom, width, height, 0.0, cost, direction))
    shapely.prepare(polygon)
    hits = shapely.intersects(polygon, footprints(result))
    return [candidate for candidate, hit in zip(result, hits, strict=True) if not hit]


def _soft(component: float, other: float) -> float:
    """-1 to 1: how far the label's side, not its corner, faces the outline."""
    largest = max(abs(component), abs(other), 1e-9)
    return component / largest
