# -*- test-case-name: tests.expression.test_functions -*-
"""Math: numbers in, numbers out."""

from __future__ import annotations

from ogctwist.expression.functions.registry import function
from ogctwist.expression.values import toReal


@function("abs(value)", "Math")
def absolute(value: object) -> float:
    """The absolute value."""
    return abs(toReal(value))
