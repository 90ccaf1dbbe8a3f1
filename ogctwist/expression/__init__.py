# -*- test-case-name: tests.expression -*-
"""QGIS expressions: read, evaluated in columns, translated to SQL."""

from ogctwist.expression.context import ExpressionContext, ExpressionLayers, Limits
from ogctwist.expression.errors import BudgetExceeded, ExpressionError
from ogctwist.expression.expression import Expression

__all__ = [
    "BudgetExceeded",
    "Expression",
    "ExpressionContext",
    "ExpressionError",
    "ExpressionLayers",
    "Limits",
]
