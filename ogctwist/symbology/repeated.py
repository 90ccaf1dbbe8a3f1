# -*- test-case-name: tests.symbology.test_repeated -*-
"""Symbol layers that repeat another symbol along lines: markers and hashes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.datadefined import toNumber
from ogctwist.symbology.dynamic import Variation, field, length
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import LINE, Parts
from ogctwist.symbology.placements import KINDS, LinePlacement, readPlacement
from ogctwist.symbology.symbols import Drawing, LayerMarkup, Painter, Symbol
from ogctwist.symbology.units import Length


class GroupedPainter:
    """Draws things of which every part owns some: those from C{starts[i]} to C{starts[i + 1]}."""

    def __init__(self, inner: Painter, starts: np.ndarray):
        self._inner = inner
        self._starts = starts

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        first, last = int(self._starts[start]), int(self._starts[stop])
        if last > first:
            self._inner.paint(canvas, first, last)


@dataclass(frozen=True)
class MarkerLine:
    """Markers along the geometry."""

    symbol: Symbol
    placement: LinePlacement = LinePlacement()
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the markers need."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        places = self.placement.places(parts, drawing.frame)
        angles = places.angles if self.placement.rotates else None
        inner = self.symbol.painter(places.parts(parts), batch, replace(drawing, angles=angles, sizes=None))
        return GroupedPainter(inner, places.starts(len(parts)))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return abs(self.placement.offset.pixels(frame)) + self.symbol.extent(frame)


@dataclass(frozen=True)
class HashLine:
    """
    Short lines across the geometry.

    @ivar angle: degrees clockwise, from square to the line.
    """

    symbol: Symbol
    placement: LinePlacement = LinePlacement()
    length: Length = Length(3.0)
    angle: float = 0.0
    renderingPass: int = 0

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the hashes need."""
        return self.symbol.fields

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        places = self.placement.places(parts, drawing.frame)
        angles = places.angles if self.placement.rotates else np.zeros(len(places.angles))
        turned = np.radians(angles + self.angle - 90)
        half = self.length.pixels(drawing.frame) / 2
        reach = np.column_stack([np.cos(turned), np.sin(turned)]) * half
        coords = np.stack([places.points + reach, places.points - reach], axis=1).reshape(-1, 2)
        count = np.arange(len(turned) + 1, dtype=np.int64)
        hashes = Parts(LINE, coords, count * 2, count, parts.rowOf[places.owner])
        inner = self.symbol.painter(hashes, batch, replace(drawing, angles=None, sizes=None))
        return GroupedPainter(inner, places.starts(len(parts)))

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        reach = abs(self.placement.offset.pixels(frame)) + self.length.pixels(frame) / 2
        return reach + self.symbol.extent(frame)


def readMarkerLine(markup: LayerMarkup) -> MarkerLine:
    """A MarkerLine."""
    return MarkerLine(markup.requiredSubSymbol(), readPlacement(markup.properties), markup.renderingPass)


def readHashLine(markup: LayerMarkup) -> HashLine:
    """A HashLine."""
    properties = markup.properties
    return HashLine(
        markup.requiredSubSymbol(),
        readPlacement(properties),
        Length.read(properties, "hash_length", 3.0),
        properties.number("hash_angle"),
        markup.renderingPass,
    )


def _kinds(value: object) -> frozenset[str] | None:
    words = {word.strip().lower() for word in str(value).split("|")}
    return frozenset(words) if words <= set(KINDS) else None


MARKER_LINE_VARIATIONS: dict[str, Variation] = {
    "interval": length("placement.interval"),
    "offset": length("placement.offset"),
    "offsetAlongLine": length("placement.alongOffset"),
    "averageAngleLength": length("placement.averaging"),
    "placement": field("placement.kinds", _kinds),
}

HASH_LINE_VARIATIONS: dict[str, Variation] = {
    **MARKER_LINE_VARIATIONS,
    "lineDistance": length("length"),
    "lineAngle": field("angle", toNumber),
}
