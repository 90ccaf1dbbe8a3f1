# -*- test-case-name: tests.symbology.test_legend -*-
"""What a legend tells of a vector layer's style."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.colorramps import ColorRamp
from ogctwist.symbology.combined import CombinedRenderer
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.grouped import GroupRenderer
from ogctwist.symbology.heatmap import HeatmapRenderer
from ogctwist.symbology.renderers import CategorizedRenderer, GraduatedRenderer, Renderer
from ogctwist.symbology.rules import Rule, RuleRenderer
from ogctwist.symbology.symbols import Symbol
from ogctwist.symbology.vector import VectorPlan


@dataclass(frozen=True)
class LegendItem:
    """
    One entry.

    @ivar symbol: None for a heading, or when C{ramp} is shown instead.
    @ivar key: of the entry: the rule's key, the category's id or position.
    @ivar parentKey: of the rule above, or ''.
    @ivar level: how deep it stands below the layer; 0 for the first.
    @ivar symbolIndex: its symbol among the renderer's, or -1 (see L{featureCounts}).
    @ivar isActive: whether the style draws it.
    @ivar maximumScale: denominator of the largest scale at which it draws; 0: none
        (likewise C{minimumScale}, the smallest).
    @ivar filter: of a rule, as text.
    """

    label: str
    symbol: Symbol | None
    key: str = ""
    parentKey: str = ""
    level: int = 0
    symbolIndex: int = -1
    isActive: bool = True
    maximumScale: float = 0.0
    minimumScale: float = 0.0
    filter: str = ""
    ramp: ColorRamp | None = None

    def showsAt(self, denominator: float) -> bool:
        """Whether it is drawn at that scale."""
        tooLarge = self.maximumScale > 0 and denominator < self.maximumScale
        tooSmall = self.minimumScale > 0 and denominator > self.minimumScale
        return not (tooLarge or tooSmall)


def legendItems(plan: VectorPlan) -> tuple[LegendItem, ...]:
    """The entries of a layer's legend, top first."""
    return tuple(_items(plan.renderer))


def _items(renderer: Renderer) -> Iterator[LegendItem]:
    if isinstance(renderer, (CombinedRenderer, GroupRenderer)):
        yield from _items(renderer.embedded)
    elif isinstance(renderer, CategorizedRenderer):
        for entry in renderer.categories:
            symbol = renderer.symbols[entry.symbol]
            yield LegendItem(
                entry.label, symbol, entry.key, symbolIndex=entry.symbol, isActive=entry.isActive
            )
    elif isinstance(renderer, GraduatedRenderer):
        for span in renderer.ranges:
            symbol = renderer.symbols[span.symbol]
            yield LegendItem(span.label, symbol, span.key, symbolIndex=span.symbol, isActive=span.isActive)
    elif isinstance(renderer, RuleRenderer):
        for child in renderer.root.children:
            yield from _rules(renderer, child, "", 0)
    elif isinstance(renderer, HeatmapRenderer):
        yield LegendItem("", None, "0", ramp=renderer.ramp)
    else:
        for symbol in renderer.symbols[:1]:
            yield LegendItem("", symbol, "0", symbolIndex=0)


def _rules(renderer: RuleRenderer, rule: Rule, parentKey: str, level: int) -> Iterator[LegendItem]:
    yield LegendItem(
        label=rule.label,
        symbol=None if rule.symbol is None else renderer.symbols[rule.symbol],
        key=rule.key,
        parentKey=parentKey,
        level=level,
        symbolIndex=-1 if rule.symbol is None else rule.symbol,
        isActive=rule.isActive,
        maximumScale=rule.maximumScale,
        minimumScale=rule.minimumScale,
        filter=rule.filterText,
    )
    for child in rule.children:
        yield from _rules(renderer, child, rule.key, level + 1)


def featureCounts(plan: VectorPlan, batch: FeatureBatch, frame: Frame) -> np.ndarray:
    """
    How many features of a batch each symbol draws.

    @return: int64, one for each of the renderer's symbols (L{LegendItem.symbolIndex}).
    @raise ExpressionError: if an attribute is missing.
    """
    jobs = plan.renderer.jobs(batch, frame)
    return np.bincount(jobs.symbols, minlength=len(plan.renderer.symbols)).astype(np.int64)
