# -*- test-case-name: tests.symbology.labels.test_plan -*-
"""Rules for labels: which features get which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ogctwist.expression import Expression, ExpressionError
from ogctwist.symbology.attributes import expressionOf
from ogctwist.symbology.labels.settings import LabelSettings
from ogctwist.symbology.markup import number


@dataclass(frozen=True)
class LabelRule:
    """
    A rule; one kind of labels for all features is a rule without a filter.

    @ivar settings: None for a rule that only groups others.
    @ivar isElse: for features that no rule beside it labels.
    @ivar isBroken: its filter cannot be read: no feature passes.
    """

    settings: LabelSettings | None = None
    filter: Expression | None = None
    isElse: bool = False
    isBroken: bool = False
    isActive: bool = True
    maximumScale: float = 0.0
    minimumScale: float = 0.0
    children: tuple[LabelRule, ...] = ()

    def showsAt(self, denominator: float) -> bool:
        """Whether the scale is in its range."""
        tooLarge = self.maximumScale > 0 and denominator < self.maximumScale
        tooSmall = self.minimumScale > 0 and denominator > self.minimumScale
        return denominator <= 0 or not (tooLarge or tooSmall)

    def walk(self) -> Iterator[LabelRule]:
        """Itself and all rules below, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


def readRule(element, fieldNames: list[str]) -> LabelRule:
    """@param element: C{rule} or C{rules}."""
    text = (element.get("filter") or "").strip()
    isElse = text.upper() == "ELSE"
    expression, isBroken = None, False
    if text and not isElse:
        try:
            expression = expressionOf(text, fieldNames)
        except ExpressionError:
            isBroken = True
    markup = element.find("settings")
    return LabelRule(
        settings=None if markup is None else LabelSettings.read(markup, fieldNames),
        filter=expression,
        isElse=isElse,
        isBroken=isBroken,
        isActive=element.get("active", "1") != "0",
        maximumScale=number(element.get("scalemindenom")),
        minimumScale=number(element.get("scalemaxdenom")),
        children=tuple(readRule(child, fieldNames) for child in element.iterchildren("rule")),
    )
