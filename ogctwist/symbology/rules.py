# -*- test-case-name: tests.symbology.test_rules -*-
"""The rule-based renderer: a tree of rules, each with a filter, a range of scales and a symbol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ogctwist.expression import Expression, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.attributes import contextOf, expressionOf, fieldsOf, unionOfFields
from ogctwist.symbology.frame import Frame
from ogctwist.symbology.jobs import Jobs
from ogctwist.symbology.markup import number
from ogctwist.symbology.renderers import SymbolTable
from ogctwist.symbology.symbols import Symbol


@dataclass(frozen=True)
class Rule:
    """
    @ivar filter: None lets every feature through.
    @ivar isBroken: the filter cannot be read: no feature passes.
    @ivar isElse: for features that no other rule beside it draws.
    @ivar symbol: position in the renderer's symbols, or None.
    @ivar maximumScale: denominator of the largest scale at which it draws; 0: none.
    @ivar minimumScale: denominator of the smallest; 0: none.
    """

    key: str = ""
    label: str = ""
    description: str = ""
    filter: Expression | None = None
    filterText: str = ""
    isBroken: bool = False
    isElse: bool = False
    isActive: bool = True
    symbol: int | None = None
    maximumScale: float = 0.0
    minimumScale: float = 0.0
    children: tuple[Rule, ...] = ()

    def isDrawn(self, frame: Frame) -> bool:
        """Whether it takes part in a map."""
        if frame.checkedRules is not None and self.key:
            active = self.key in frame.checkedRules
        else:
            active = self.isActive
        return active and self.showsAt(frame.scaleDenominator)

    def showsAt(self, denominator: float) -> bool:
        """Whether the scale is in its range."""
        if denominator <= 0:
            return True
        tooLarge = self.maximumScale > 0 and denominator < self.maximumScale
        tooSmall = self.minimumScale > 0 and denominator > self.minimumScale
        return not (tooLarge or tooSmall)

    def walk(self) -> Iterator[Rule]:
        """Itself and all rules below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class RuleRenderer:
    """
    Every feature with the symbols of all rules whose filters, and those of the
    rules above, it passes.
    """

    root: Rule
    symbols: tuple[Symbol, ...]

    def fields(self, frame: Frame) -> frozenset[str] | None:
        """See L{ogctwist.symbology.renderers.Renderer}."""
        return unionOfFields([fieldsOf(rule.filter) for rule in self.root.walk()])

    def filter(self, frame: Frame) -> Expression | None:
        """What every drawn feature passes, or None."""
        return _filterOf(self.root, frame) if self.root.children else None

    def jobs(self, batch: FeatureBatch, frame: Frame) -> Jobs:
        """See L{ogctwist.symbology.renderers.Renderer}."""
        masks: list[tuple[int, np.ndarray]] = []
        _collect(self.root, np.ones(len(batch), bool), batch, frame, masks)
        return Jobs.fromMasks(masks)


def _filterOf(rule: Rule, frame: Frame) -> Expression | None:
    """What a feature must pass to be drawn by the rule or those below it; None: nothing."""
    children = [child for child in rule.children if child.isDrawn(frame)]
    below: Expression | None = None
    if rule.symbol is None and not any(child.isElse for child in children):
        conditions = [_filterOf(child, frame) for child in children]
        if conditions and all(c is not None for c in conditions):
            below = Expression.disjunction(conditions)
    return Expression.conjunction([rule.filter, below])


def _collect(
    rule: Rule,
    candidates: np.ndarray,
    batch: FeatureBatch,
    frame: Frame,
    masks: list[tuple[int, np.ndarray]],
) -> np.ndarray:
    """
    Add the jobs of a rule and those below it.

    @param candidates: bool (n,): features that passed the rules above.
    @return: bool (n,): features that it, or one below, draws.
    """
    passed = _passing(rule, candidates, batch, frame)
    drawn = np.zeros(len(batch), bool)
    if rule.symbol is not None:
        masks.append((rule.symbol, passed))
        drawn |= passed
    others = [child for child in rule.children if child.isElse and child.isDrawn(frame)]
    taken = np.zeros(len(batch), bool)
    for child in rule.children:
        if child.isElse:
            continue
        if child.isDrawn(frame):
            below = _collect(child, passed, batch, frame, masks)
            drawn |= below
            taken |= below
        elif others:
            # what a rule would draw that is switched off now is not drawn by ELSE instead
            taken |= _passing(child, passed, batch, frame)
    for child in others:
        drawn |= _collect(child, passed & ~taken, batch, frame, masks)
    return drawn


def _passing(rule: Rule, candidates: np.ndarray, batch: FeatureBatch, frame: Frame) -> np.ndarray:
    if rule.isBroken:
        return np.zeros(len(batch), bool)
    if rule.filter is None or not candidates.any():
        return candidates
    if candidates.all():
        return rule.filter.mask(batch, contextOf(frame))
    rows = np.flatnonzero(candidates)
    passed = np.zeros(len(batch), bool)
    passed[rows] = rule.filter.mask(batch.take(rows), contextOf(frame))
    return passed


def readRules(element, table: SymbolTable, fieldNames: Sequence[str]) -> RuleRenderer:
    """@param element: C{<renderer-v2 type="RuleRenderer">}."""
    root = element.find("rules")
    return RuleRenderer(Rule() if root is None else _readRule(root, table, fieldNames), table.symbols)


def _readRule(element, table: SymbolTable, fieldNames: Sequence[str]) -> Rule:
    text = element.get("filter", "").strip()
    isElse = text.upper() == "ELSE"
    expression, isBroken = None, False
    if text and not isElse:
        try:
            expression = expressionOf(text, fieldNames)
        except ExpressionError:
            isBroken = True
    return Rule(
        key=element.get("key", ""),
        label=element.get("label", ""),
        description=element.get("description", ""),
        filter=expression,
        filterText=text,
        isBroken=isBroken,
        isElse=isElse,
        isActive=element.get("checkstate", "1") != "0",
        symbol=table.positions.get(element.get("symbol", "")),
        maximumScale=number(element.get("scalemindenom")),
        minimumScale=number(element.get("scalemaxdenom")),
        children=tuple(_readRule(child, table, fieldNames) for child in element.iterchildren("rule")),
    )
