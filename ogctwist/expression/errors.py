# -*- test-case-name: tests.expression.test_expression -*-
"""What can go wrong with an expression."""

from __future__ import annotations


class ExpressionError(Exception):
    """
    An expression cannot be read, names what does not exist, or is over a limit.

    The message is fit for clients: it quotes the expression only in part and
    names no path.
    """


class BudgetExceeded(ExpressionError):
    """An evaluation took more steps, or made more output, than it may."""


class EvaluationFailure(Exception):
    """
    A value of one row cannot be computed; QGIS calls it an evaluation error.

    It never leaves the expression room: a column marks the row as failed, and
    a failed row is NULL in a column and False in a mask.
    """
