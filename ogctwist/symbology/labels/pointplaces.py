# -*- test-case-name: tests.symbology.labels.test_places -*-
"""Places around a point, or over it."""

from __future__ import annotations

import math
from functools import lru_cache

from ogctwist.symbology.labels.candidate import Candidate, Direction

#: Places around a point.
AROUND_COUNT = 16
CHEAPEST = 0.0001
#: Named positions: (x, y): -1 the label ends at the point, 0 is centred, 1 begins there;
#: what stands between is a label that begins or ends a little beyond the point.
_ORDERED: dict[str, tuple[float, Direction]] = {
    "TL": (135.0, (-1, 1)),
    "TSL": (90.0, (-1, 1)),
    "T": (90.0, (0, 1)),
    "TSR": (90.0, (1, 1)),
    "TR": (45.0, (1, 1)),
    "L": (180.0, (-1, 0)),
    "R": (0.0, (1, 0)),
    "BL": (225.0, (-1, -1)),
    "BSL": (270.0, (-1, -1)),
    "B": (270.0, (0, -1)),
    "BSR": (270.0, (1, -1)),
    "BR": (315.0, (1, -1)),
    "O": (0.0, (0, 0)),
}
#: How much of the label lies beyond the point for the positions slightly left and right.
SLIGHTLY = 0.15


def turnedCorner(x: float, y: float, dx: float, dy: float, angle: float) -> tuple[float, float]:
    """
    The bottom left corner of a label turned about its point.

    @param dx: from the point to the corner before the turn; likewise C{dy}.
    """
    if not angle:
        return x + dx, y + dy
    sine, cosine = math.sin(angle), math.cos(angle)
    return x + dx * cosine - dy * sine, y + dx * sine + dy * cosine


def overPoint(
    point: tuple[float, float],
    size: tuple[float, float],
    quadrant: int,
    offset: tuple[float, float],
    angle: float,
    cost: float = CHEAPEST,
) -> Candidate:
    """
    The place in one quadrant, at an offset.

    @param quadrant: 0 … 8, row by row from above left.
    @param offset: x to the right, y upwards.
    """
    width, height = size
    right, up = quadrant % 3 - 1, 1 - quadrant // 3
    dx = -width / 2 + right * width / 2
    dy = -height / 2 + up * height / 2
    x, y = turnedCorner(point[0], point[1], dx, dy, angle)
    return Candidate(x + offset[0], y + offset[1], width, height, angle, cost, (right, up))


def aroundPoint(
    point: tuple[float, float],
    size: tuple[float, float],
    distance: float,
    angle: float,
    count: int = AROUND_COUNT,
) -> list[Candidate]:
    """
    Places around a point: the best above and to the right, then the nearest to it on
    either side in turn.  The label touches a circle about the point; where it passes the
    point's height or side it slides along.
    """
    width, height = size
    sideward, upward = math.pi / 6, math.pi / 6
    if distance > 0:
        sideward = min(sideward, math.atan2(height / 2, distance + width / 2))
        upward = min(upward, math.atan2(width / 2, distance + height / 2))
    sine, cosine = math.sin(angle), math.cos(angle)
    result = []
    for bearing, x, y, cost in _circle(count):
        dx, dy, direction = _around(bearing, x * distance, y * distance, size, distance, (sideward, upward))
        if angle:
            dx, dy = dx * cosine - dy * sine, dx * sine + dy * cosine
        result.append(Candidate(point[0] + dx, point[1] + dy, width, height, angle, cost, direction))
    return result


@lru_cache(maxsize=16)
def _circle(count: int) -> list[tuple[float, float, float, float]]:
    """Bearings of the places, their cosine and sine, and what they cost."""
    result = []
    for number in range(count):
        bearing = (math.pi / 4 + number * 2 * math.pi / count) % (2 * math.pi)
        # 0, 2, 4, … counter-clockwise and back 15, 13, …
        rank = 2 * number if 2 * number < count else 2 * (count - number) - 1
        cost = CHEAPEST + 0.002 * rank / max(count - 1, 1)
        result.append((bearing, math.cos(bearing), math.sin(bearing), cost))
    return result


def _around(
    bearing: float,
    x: float,
    y: float,
    size: tuple[float, float],
    distance: float,
    reach: tuple[float, float],
) -> tuple[float, float, Direction]:
    """From the point to the label's bottom left corner, and which way it lies."""
    (width, height), (sideward, upward) = size, reach
    quarter, full = math.pi / 2, 2 * math.pi
    if bearing < sideward or bearing > full - sideward:
        turn = bearing if bearing < sideward else bearing - full
        return distance, -height * (sideward - turn) / (2 * sideward), (1, 0)
    if bearing < quarter - upward:
        return x, y, (1, 1)
    if bearing < quarter + upward:
        return -width * (bearing - quarter + upward) / (2 * upward), distance, (0, 1)
    if bearing < math.pi - sideward:
        return x - width, y, (-1, 1)
    if bearing < math.pi + sideward:
        return -distance - width, -height * (bearing - math.pi + sideward) / (2 * sideward), (-1, 0)
    if bearing < 3 * quarter - upward:
        return x - width, y - height, (-1, -1)
    if bearing < 3 * quarter + upward:
        return -width * (1 - (bearing - 3 * quarter + upward) / (2 * upward)), -distance - height, (0, -1)
    return x, y - height, (1, -1)


def orderedPlaces(
    point: tuple[float, float],
    size: tuple[float, float],
    order: tuple[str, ...],
    distance: float,
    symbol: float,
    margins: tuple[float, float],
    angle: float,
) -> list[Candidate]:
    """
    Named places in the order of a style.

    @param symbol: half the size of the point's symbol where distances count from it, else 0.
    @param margins: empty room within the label above and below its letters, which
        may come nearer to the point.
    """
    width, height = size
    result = []
    for rank, name in enumerate(order):
        bearing, direction = _ORDERED[name]
        radians = math.radians(bearing)
        right, up = direction
        dx = distance * math.cos(radians) + right * symbol
        dy = distance * math.sin(radians) + up * symbol
        slightly = name in ("TSL", "TSR", "BSL", "BSR")
        if slightly:
            dx = (-1 + SLIGHTLY) * width if right < 0 else -SLIGHTLY * width
        elif right < 0:
            dx -= width
        elif right == 0:
            dx = -width / 2
        if up > 0:
            dy -= margins[1]
        elif up < 0:
            dy += margins[0] - height
        else:
            dy = -height / 2
        x, y = turnedCorner(point[0], point[1], dx, dy, angle)
        cost = CHEAPEST + 0.001 * rank
        result.append(Candidate(x, y, width, height, angle, cost, direction))
    return result
