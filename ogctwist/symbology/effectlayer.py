# -*- test-case-name: tests.symbology.test_effects -*-
"""A symbol layer with paint effects."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from ogctwist.canvas.canvas import Canvas
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.effects import EffectStack
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.parts import Parts
from ogctwist.symbology.symbols import Drawing, Painter, SymbolLayer


@dataclass(frozen=True)
class EffectLayer:
    """Another layer, every part of it drawn aside and put on the map with effects."""

    base: SymbolLayer
    effects: EffectStack

    @property
    def renderingPass(self) -> int:
        """The pass of the layer."""
        return self.base.renderingPass

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes that the layer needs."""
        return getattr(self.base, "fields", frozenset())

    @property
    def variables(self) -> frozenset[str]:
        """The variables that the layer mentions."""
        return getattr(self.base, "variables", frozenset())

    def painter(self, parts: Parts, batch: FeatureBatch, drawing: Drawing) -> Painter:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        inner = self.base.painter(parts, batch, drawing)
        margin = self.base.extent(drawing.frame) + 2
        return EffectPainter(inner, parts.bounds, margin, self.effects, drawing.frame)

    def static(self, frame: Frame, staticOf) -> EffectLayer:
        """The layer without what comes from the data; C{staticOf} makes that of the base."""
        return EffectLayer(staticOf(self.base, frame), self.effects)

    def extent(self, frame: Frame) -> float:
        """See L{ogctwist.symbology.symbols.SymbolLayer}."""
        return self.base.extent(frame) + self.effects.reach(frame)


class EffectPainter:
    """Draws each part aside."""

    def __init__(self, inner: Painter, bounds: np.ndarray, margin: float, effects: EffectStack, frame: Frame):
        self._inner = inner
        self._bounds = bounds
        self._margin = margin
        self._effects = effects
        self._frame = frame

    def paint(self, canvas: Canvas, start: int, stop: int) -> None:
        """See L{ogctwist.symbology.symbols.Painter}."""
        reach = self._effects.reach(self._frame)
        around = self._margin + reach
        for index in range(start, stop):
            left, top, right, bottom = self._bounds[index].tolist()
            # what lies farther outside than effects reach does not show
            x, y = floor(max(left - around, -reach)), floor(max(top - around, -reach))
            width = ceil(min(right + around, canvas.width + reach)) - x
            height = ceil(min(bottom + around, canvas.height + reach)) - y
            if width <= 0 or height <= 0:
                continue
            aside = Canvas(width, height)
            aside.context.translate(-x, -y)
            self._inner.paint(aside, index, index + 1)
            self._effects.draw(canvas, aside.pixels, x, y, self._frame)


def withEffects(layer: SymbolLayer, effects: EffectStack | None) -> SymbolLayer:
    """The layer, with effects if there are any."""
    return layer if effects is None else EffectLayer(layer, effects)
