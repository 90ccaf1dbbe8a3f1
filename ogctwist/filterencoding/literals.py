# -*- test-case-name: tests.filterencoding.test_fes -*-
"""Texts of filters as values, by the type of the attribute that they are compared with."""

from __future__ import annotations

from ogctwist.expression import Expression
from ogctwist.expression.column import Kind
from ogctwist.expression.temporal import parsedDate, parsedDateTime, parsedTime
from ogctwist.expression.values import realOf


def valueFor(kind: Kind | None, text: str) -> object:
    """
    A text as the value that is compared with an attribute.

    Where it does not fit the attribute's type it stays a text, which no value
    of that attribute is equal to.  Beside no attribute, or one of unknown
    type, what spells a number is one.
    """
    if kind is Kind.TEXT:
        return text
    if kind is Kind.BOOLEAN:
        word = text.strip().lower()
        return word in ("true", "1") if word in ("true", "false", "1", "0") else text
    if kind is Kind.DATETIME:
        return parsedDateTime(text.strip()) or text
    if kind is Kind.DATE:
        return parsedDate(text.strip()) or text
    if kind is Kind.TIME:
        return parsedTime(text.strip()) or text
    return numberOrText(text)


def numberOrText(text: str) -> object:
    """An int or float if the text spells one."""
    number = realOf(text)
    if number is None:
        return text
    stripped = text.strip()
    if stripped.lstrip("+-").isdigit() and -(2**63) <= int(stripped) < 2**63:
        return int(stripped)
    return number


def literalFor(kind: Kind | None, text: str) -> Expression:
    """L{valueFor} as an expression."""
    return Expression.literal(valueFor(kind, text))
