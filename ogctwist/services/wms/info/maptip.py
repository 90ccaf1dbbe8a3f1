# -*- test-case-name: tests.services.wms.info.test_maptip -*-
"""Map tips: HTML with expressions between C{[%} and C{%]}, or the display name."""

from __future__ import annotations

import re

from ogctwist.expression import Expression, ExpressionContext, ExpressionError
from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import Layer
from ogctwist.services.wms.info.representation import displayExpression, plainText

_EXPRESSION = re.compile(r"\[%(.*?)%\]", re.S)


def mapTipOf(layer: Layer, batch: FeatureBatch, context: ExpressionContext) -> list[str] | None:
    """
    The map tip of each feature; None for a layer without one.  An expression
    that cannot be evaluated leaves nothing in its place.
    """
    template = layer.mapTip.strip()
    if not template:
        expression = displayExpression(layer)
        return None if expression is None else _texts(expression, batch, context)
    return expanded(layer.mapTip, batch, context)


def expanded(template: str, batch: FeatureBatch, context: ExpressionContext) -> list[str]:
    """A template with its expressions replaced by their values, for each feature."""
    pieces = _EXPRESSION.split(template)
    columns: list[list[str]] = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            columns.append([piece] * len(batch))
            continue
        try:
            columns.append(_texts(Expression.parse(piece.strip()), batch, context))
        except ExpressionError:
            columns.append([""] * len(batch))
    return ["".join(parts) for parts in zip(*columns, strict=True)]


def _texts(expression: Expression, batch: FeatureBatch, context: ExpressionContext) -> list[str]:
    values = expression.evaluate(batch, context).to_pylist()
    return ["" if value is None else plainText(value) for value in values]
