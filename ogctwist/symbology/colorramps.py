# -*- test-case-name: tests.symbology.test_colorramps -*-
"""Colour ramps: a colour for every number from 0 to 1."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ogctwist.canvas.ink import BLACK, Color
from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.markup import Properties, number


@dataclass(frozen=True)
class ColorRamp:
    """
    @ivar stops: (position, colour), ascending, the first at 0 and the last at 1.
    @ivar isDiscrete: each stop's colour holds until the next.
    """

    stops: tuple[tuple[float, Color], ...]
    isDiscrete: bool = False

    def color(self, position: float) -> Color:
        """The colour at a position; beyond the ends, that of the end."""
        stops = self.stops
        if position <= stops[0][0]:
            return stops[0][1]
        if position >= stops[-1][0]:
            return stops[-1][1]
        above = bisect_right(stops, position, key=lambda stop: stop[0])
        (low, first), (high, second) = stops[above - 1], stops[above]
        if self.isDiscrete or high <= low:
            return first
        share = (position - low) / (high - low)
        return Color(*(a + (b - a) * share for a, b in zip(first, second, strict=True)))


def readColorRamp(element) -> ColorRamp | None:
    """@param element: C{<colorramp>}, or None."""
    if element is None:
        return None
    return rampOf(element.get("type", ""), Properties.of(element))


def rampOfOption(value: Any) -> ColorRamp | None:
    """The ramp of a data-defined property's transformer."""
    if not isinstance(value, Mapping):
        return None
    properties = value.get("properties")
    known = Properties(properties if isinstance(properties, Mapping) else {})
    return rampOf(str(value.get("type", "")), known)


def rampOf(kind: str, properties: Properties) -> ColorRamp | None:
    """
    A gradient or a list of preset colours; None for kinds whose colours only QGIS
    knows (by name, or at random).
    """
    if kind == "preset":
        names = sorted(
            (name for name in properties if name.startswith("preset_color_")),
            key=lambda name: number(name.rsplit("_", 1)[1]),
        )
        colors = [parseColor(properties[name], BLACK) for name in names]
        if not colors:
            return None
        last = max(len(colors) - 1, 1)
        return ColorRamp(tuple((i / last, color) for i, color in enumerate(colors)))
    if kind not in ("gradient", "cpt-city") or "color1" not in properties:
        return None
    stops = [(0.0, parseColor(properties["color1"], BLACK))]
    stops += _stops(properties.get("stops", ""))
    stops.append((1.0, parseColor(properties.get("color2"), BLACK)))
    return ColorRamp(tuple(stops), properties.flag("discrete"))


#: Between two stops; spellings of colours may hold colons too.
_BETWEEN = re.compile(r":(?=[0-9.eE+-]+;)")


def _stops(text: str) -> list[tuple[float, Color]]:
    """C{"0.25;r,g,b,a:0.5;r,g,b,a"}; since 3.24 with C{;rgb;ccw} after each."""
    stops = []
    for item in _BETWEEN.split(text):
        position, _, rest = item.partition(";")
        if rest:
            stops.append((number(position), parseColor(rest.partition(";")[0], BLACK)))
    return sorted(stops, key=lambda stop: stop[0])
