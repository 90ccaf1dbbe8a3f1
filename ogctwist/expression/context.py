# -*- test-case-name: tests.expression.test_expression -*-
"""What an expression may know besides the feature: variables, the clock, other layers, limits."""

from __future__ import annotations

import datetime
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

import shapely

from ogctwist.expression.errors import BudgetExceeded
from ogctwist.geo.batch import FeatureBatch


class ExpressionLayers(Protocol):
    """
    The layers that an expression of this request may look at.

    Whoever makes the context gives one that asks the same authorised view as
    the request itself: what it does not show does not exist.
    """

    def layerProperty(self, layer: str, name: str) -> object:
        """
        A property of the layer with this id or name (QGIS's names: name, id,
        title, crs, feature_count, extent, …); None when there is no such layer or property.
        """

    def read(self, layer: str, fields: Sequence[str] | None, geometry: bool) -> Sequence[FeatureBatch] | None:
        """All features of the layer with this id or name; None when there is no such layer."""

    def relation(self, relation: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """
        Of the relation with this id or name: the referencing layer, and pairs of
        (referencing attribute, referenced attribute); None when there is none.
        """


@dataclass(frozen=True)
class Limits:
    """
    The budgets of one evaluation.

    @ivar steps: values computed, over all nodes and rows.
    @ivar output: characters, list items and coordinates made.
    @ivar text: characters of a single text.
    @ivar patternSeconds: time spent in one regular expression.
    """

    steps: int = 50_000_000
    output: int = 64_000_000
    text: int = 1_000_000
    patternSeconds: float = 0.25


@dataclass(frozen=True)
class ExpressionContext:
    """
    @ivar variables: without C{@}: C{project_title}, C{layer_name}, C{map_scale}, …;
        values as in L{ogctwist.expression.values}.
    @ivar layers: the layers that aggregates, C{get_feature} and the like may use, or None.
    @ivar now: what C{now()} answers, without zone; None for the clock of the machine.
    @ivar selectedIds: ids of selected features of the layer.
    @ivar displayExpression: the layer's display name, as the text of an expression.
    @ivar representations: by attribute, what makes a shown value of a stored one.
    @ivar memory: what was computed once for all batches of a request (aggregates);
        shared with every L{child}.
    """

    variables: Mapping[str, object] = field(default_factory=dict)
    layers: ExpressionLayers | None = None
    now: datetime.datetime | None = None
    limits: Limits = Limits()
    selectedIds: frozenset[int] = frozenset()
    displayExpression: str = ""
    representations: Mapping[str, Callable[[object], object]] = field(default_factory=dict)
    memory: dict[object, object] = field(default_factory=dict, compare=False, repr=False)

    def child(self, variables: Mapping[str, object]) -> ExpressionContext:
        """The same with more variables, which hide those of the same name."""
        if not variables:
            return self
        return replace(self, variables=ChainMap(dict(variables), self.variables))  # type: ignore[arg-type]


class Budget:
    """
    What is left of the limits of one evaluation, and its clock, which stands still.

    @ivar texts: how many expressions within expressions (C{eval}) are being evaluated.
    """

    def __init__(self, context: ExpressionContext):
        self.limits = context.limits
        self._steps = context.limits.steps
        self._output = context.limits.output
        self._given = context.now
        self.texts = 0

    @cached_property
    def now(self) -> datetime.datetime:
        """The time of the evaluation, in milliseconds."""
        now = self._given or datetime.datetime.now()
        return now.replace(tzinfo=None, microsecond=now.microsecond // 1000 * 1000)

    def step(self, count: int) -> None:
        """@raise BudgetExceeded: when it was one too many."""
        self._steps -= count
        if self._steps < 0:
            raise BudgetExceeded(f"the expression takes more than {self.limits.steps} steps")

    def produce(self, amount: int) -> None:
        """@raise BudgetExceeded: when the output is too large."""
        self._output -= amount
        if self._output < 0:
            raise BudgetExceeded("the expression makes more output than it may")

    def value(self, value: object) -> None:
        """
        Count a list, a map or a geometry that was made, with all that lies in it.

        Items that occur more than once count each time: what refers to itself
        over and over would fill the memory when it is written out.

        @raise BudgetExceeded: when it is too large.
        """
        pending, count = [value], 0
        while pending:
            item = pending.pop()
            count += 1
            if count > self.limits.text:
                raise BudgetExceeded(f"the expression makes a value of more than {self.limits.text} parts")
            if isinstance(item, list):
                pending.extend(item)
            elif isinstance(item, dict):
                pending.extend(item.values())
            elif isinstance(item, str):
                self.text(len(item))
            elif isinstance(item, shapely.Geometry):
                self.vertices(int(shapely.get_num_coordinates(item)))
        self.step(count)

    def vertices(self, count: float) -> None:
        """Count the vertices of a geometry; each weighs as much as 16 characters."""
        self.produce(16 * int(min(count, 1e12)))

    def text(self, length: int) -> None:
        """Count a text before it is made.  @raise BudgetExceeded: when it is too long."""
        if length > self.limits.text:
            raise BudgetExceeded(f"the expression makes a text of more than {self.limits.text} characters")
        self.produce(length)
