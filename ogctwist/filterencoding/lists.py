# -*- test-case-name: tests.filterencoding.test_lists -*-
"""Parameters that hold a filter or an order for each of several types."""

from __future__ import annotations

import re

from ogctwist.expression import Expression, ExpressionError
from ogctwist.filterencoding.target import FilterTarget, SortTerm
from ogctwist.ows.exceptions import InvalidParameterValue, OWSException, quoted

#: A list whose first member that is not empty is XML.
_XML_MEMBER = re.compile(r"(?:\(\s*\)\s*)*\(\s*<")


def splitParenthesised(text: str) -> list[str]:
    """
    The members of C{(a)(b)()}, without their parentheses; a text that does not
    begin with one is its own only member.  Parentheses within quotes, and
    within XML, do not count.

    @raise InvalidParameterValue: they do not match, or there is text between them.
    """
    text = text.strip()
    if not text.startswith("("):
        return [text]
    if _XML_MEMBER.match(text):
        return _splitXml(text)
    members, depth, start, quote = [], 0, 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            start = position + 1 if depth == 0 else start
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                members.append(text[start:position])
        if depth < 0 or (depth == 0 and character != ")" and not character.isspace()):
            raise _unbalanced(text)
    if depth or quote:
        raise _unbalanced(text)
    return members


_PIECE = re.compile(r"<!--.*?-->|<[^<>]*>|[()]", re.DOTALL)


def _splitXml(text: str) -> list[str]:
    """C{(<Filter>…</Filter>)()(…)}: parentheses count outside of elements only."""
    members, elements, start, end = [], 0, None, 0
    for found in _PIECE.finditer(text):
        piece = found.group()
        if piece.startswith("<"):
            isTag = not piece.startswith(("<!", "<?"))
            elements += (-1 if piece.startswith("</") else 0 if piece.endswith("/>") else 1) if isTag else 0
        elif elements == 0:
            if (piece == "(") != (start is None) or (piece == "(" and text[end : found.start()].strip()):
                raise _unbalanced(text)
            if start is None:
                start = found.end()
            else:
                members.append(text[start : found.start()])
                start, end = None, found.end()
    if start is not None or elements or text[end:].strip():
        raise _unbalanced(text)
    return members


def _unbalanced(text: str) -> InvalidParameterValue:
    return InvalidParameterValue(f"Parentheses of a list do not match: {quoted(text)}", locator="FILTER")


def splitExpressions(text: str) -> list[str]:
    """The members of C{a;b} of EXP_FILTER; a semicolon within quotes does not part them."""
    members, start, quote = [], 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == ";":
            members.append(text[start:position].strip())
            start = position + 1
    return [*members, text[start:].strip()]


def expressionFilter(text: str, target: FilterTarget | None = None) -> Expression:
    """
    One expression of EXP_FILTER.

    @raise OWSException: RequestNotWellFormed when it cannot be read or calls
        what a request may not; InvalidParameterValue for an unknown attribute.
    """
    try:
        expression = Expression.parseUntrusted(text)
    except ExpressionError as error:
        raise OWSException(
            f"The EXP_FILTER expression has errors: {error}", "RequestNotWellFormed", "EXP_FILTER"
        ) from None
    if target is None:
        return expression
    try:
        return expression.resolved(tuple(target.fields))
    except ExpressionError as error:
        raise InvalidParameterValue(str(error), locator="EXP_FILTER") from None


_ORDERS = {"a": True, "asc": True, "ascending": True, "d": False, "desc": False, "descending": False}


def sortTerms(text: str, target: FilterTarget) -> tuple[SortTerm, ...]:
    """
    SORTBY: C{name}, C{name A}, C{name DESC}, several between commas (or, as
    some clients have it, C{name D} with a plus sign for the blank).

    @raise InvalidParameterValue: an attribute that is not known, or no such direction.
    """
    terms = []
    for part in text.split(","):
        words = part.replace("+", " ").split()
        if not words:
            raise InvalidParameterValue("SORTBY has an empty term", locator="SORTBY")
        ascending = _ORDERS.get(words[-1].lower()) if len(words) > 1 else None
        name = " ".join(words if ascending is None else words[:-1])
        terms.append(SortTerm(target.fieldNamed(name), ascending is not False))
    return tuple(terms)
