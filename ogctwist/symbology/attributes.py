# -*- test-case-name: tests.symbology.test_attributes -*-
"""The value a renderer classifies by: an attribute or an expression, as a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.symbology.frame import Frame


@dataclass(frozen=True)
class Value:
    """
    @ivar field: the attribute's name, or None.
    @ivar expression: used when there is no C{field}.
    """

    field: str | None
    expression: Expression | None

    @classmethod
    def read(cls, text: str, fieldNames: Sequence[str]) -> Value:
        """
        What a style means by C{text}: an attribute of that name (in any case) if
        the layer has one, else an expression.

        @param fieldNames: the layer's attributes as far as they are known.
        @raise ExpressionError: if it is neither.
        """
        plain = text.strip()
        if len(plain) > 1 and plain[0] == plain[-1] == '"' and plain.count('"') == 2:
            plain = plain[1:-1]
        if text in fieldNames:
            return cls(text, None)
        for name in fieldNames:
            if name.lower() == plain.lower():
                return cls(name, None)
        try:
            expression = expressionOf(text, fieldNames)
        except ExpressionError:
            if fieldNames or not plain:
                raise
            return cls(plain, None)
        return cls(None, expression)

    @classmethod
    def ofField(cls, name: str, fieldNames: Sequence[str]) -> Value:
        """The attribute of that name, spelled as the layer spells it."""
        for known in fieldNames:
            if known == name:
                return cls(name, None)
        for known in fieldNames:
            if known.lower() == name.lower():
                return cls(known, None)
        return cls(name, None)

    @property
    def fields(self) -> frozenset[str] | None:
        """The attributes it needs; None: all of them."""
        if self.field is not None:
            return frozenset([self.field])
        assert self.expression is not None
        return fieldsOf(self.expression)

    def column(self, batch: FeatureBatch, frame: Frame) -> pa.Array:
        """
        The values for a batch; nulls where it cannot be computed.

        @raise ExpressionError: an attribute is missing.
        """
        if self.field is not None:
            column = batch.columns.get(self.field)
            if column is None:
                raise ExpressionError(f"Field '{self.field[:200]}' not found")
            return column
        assert self.expression is not None
        return self.expression.evaluate(batch, contextOf(frame))


def expressionOf(text: str, fieldNames: Sequence[str]) -> Expression:
    """
    An expression with its attributes spelled as the layer spells them.

    @raise ExpressionError: it cannot be read.
    """
    expression = Expression.parse(text)
    if not fieldNames:
        return expression
    try:
        return expression.resolved(list(fieldNames))
    except ExpressionError:
        return expression


def fieldsOf(*expressions: Expression | None) -> frozenset[str] | None:
    """The attributes that expressions need; None: all of them."""
    names: set[str] = set()
    for expression in expressions:
        if expression is None:
            continue
        if expression.needsAllFields:
            return None
        names |= expression.fields
    return frozenset(names)


def unionOfFields(sets: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    """The union; None as soon as one of them is None (all attributes)."""
    if any(s is None for s in sets):
        return None
    return frozenset().union(*(s for s in sets if s is not None))


def contextOf(frame: Frame) -> ExpressionContext:
    """The variables of a frame."""
    return frame.context if frame.context is not None else _EMPTY


_EMPTY = ExpressionContext()
