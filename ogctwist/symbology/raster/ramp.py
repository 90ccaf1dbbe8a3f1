# -*- test-case-name: tests.symbology.test_raster_bands -*-
"""The colour ramp of single-band pseudo-colour: values to colours by items."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.symbology.colors import parseColor
from ogctwist.symbology.markup import number
from ogctwist.symbology.raster.shades import Shades

#: Steps between two neighbouring items of an interpolated ramp.
STEPS = 256
#: How near a value must come to an item of an exact ramp.
NEAR = 1e-6


def rgba(color: str | None, alpha: str | None = None) -> tuple[int, int, int, int]:
    """A colour of a style as bytes; C{alpha} (0 to 255) as text beside it."""
    parsed = parseColor(color)
    red, green, blue, own = (round(c * 255) for c in parsed)
    return red, green, blue, own if alpha is None else int(min(max(number(alpha, 255), 0), 255))


@dataclass(frozen=True, eq=False)
class Ramp:
    """
    Colours of values.

    @ivar values: float64, ascending, shape (n,); the last may be infinite.
    @ivar colors: uint8, (n, 4), RGBA.
    @ivar kind: INTERPOLATED, DISCRETE (an item colours what is at most its value) or EXACT.
    @ivar clip: values beyond the ends of an interpolated ramp are not drawn.
    """

    values: np.ndarray
    colors: np.ndarray
    kind: str
    clip: bool

    @classmethod
    def read(cls, element) -> Ramp:
        """@param element: C{colorrampshader}, or None."""
        items = [] if element is None else element.findall("item")
        values = np.array([_value(item.get("value", "")) for item in items], np.float64)
        colors = np.array([rgba(i.get("color"), i.get("alpha")) for i in items], np.uint8).reshape(-1, 4)
        order = np.argsort(values, kind="stable")
        kind = "INTERPOLATED" if element is None else element.get("colorRampType", "INTERPOLATED")
        clip = element is not None and element.get("clip", "0") in ("1", "true")
        return cls(values[order], colors[order], kind, clip)

    def stretched(self, bounds: tuple[float, float], old: tuple[float, float]) -> Ramp:
        """The items moved so that those which spanned C{old} span C{bounds}."""
        extent = old[1] - old[0]
        if not extent or not len(self.values):
            return self
        with np.errstate(invalid="ignore"):
            share = (self.values - old[0]) / extent
            moved = bounds[0] + share * (bounds[1] - bounds[0])
        return replace(self, values=np.where(np.isfinite(self.values), moved, self.values))

    def shades(self, values: np.ndarray) -> Shades:
        """The colours of values of any shape."""
        if not len(self.values):
            return Shades.grey(np.zeros(values.shape, np.uint8)).withOpacity(0.0)
        if self.kind == "DISCRETE":
            return self._discrete(values)
        if self.kind == "EXACT":
            return self._exact(values)
        return self._interpolated(values)

    def _discrete(self, values: np.ndarray) -> Shades:
        places = np.searchsorted(self.values, values, "left")
        table = np.vstack([self.colors, np.zeros((1, 4), np.uint8)])
        return Shades.fromTable(table, places)

    def _exact(self, values: np.ndarray) -> Shades:
        finite = self.values[np.isfinite(self.values)]
        places = np.minimum(np.searchsorted(finite, values - NEAR, "left"), max(len(finite) - 1, 0))
        table = np.vstack([self.colors[: len(finite)], np.zeros((1, 4), np.uint8)])
        if len(finite):
            places[~(np.abs(finite[places] - values) <= NEAR)] = len(finite)
        else:
            places = np.zeros(values.shape, np.int64)
        return Shades.fromTable(table, places)

    def _interpolated(self, values: np.ndarray) -> Shades:
        finite = np.isfinite(self.values)
        ends, colors = self.values[finite], self.colors[finite]
        if not len(ends):
            return Shades.fromTable(self.colors[-1:], np.zeros(values.shape, np.int64))
        # one interpolation to a position along the ramp, and a fine table of its colours
        position = np.interp(values, ends, np.arange(len(ends)) * float(STEPS))
        fine = np.arange((len(ends) - 1) * STEPS + 1) / STEPS
        table = np.stack([np.interp(fine, np.arange(len(ends)), colors[:, k]) for k in range(4)], axis=-1)
        places = np.nan_to_num(position, nan=0.0).astype(np.int32)
        shades = Shades.fromTable(table.astype(np.uint8), places)
        if self.clip:
            return shades.shownWhere((values >= ends[0]) & (values <= ends[-1]))
        return shades


def _value(text: str) -> float:
    """A value; QGIS writes C{inf} for the last class of a discrete ramp."""
    lowered = text.strip().lower()
    if lowered in ("inf", "+inf", "infinity"):
        return np.inf
    return number(text, np.nan) if lowered not in ("nan", "") else np.nan
