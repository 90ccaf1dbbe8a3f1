# -*- test-case-name: tests.sources.test_subset -*-
"""
Subset strings: SQL that a project or access control holds, put into statements
of ours.

A subset is trusted to choose rows, not to change the statement around it: it
stands in brackets and must not be able to close them.  The check reads the
text as SQL tokens; what remains doubtful is refused.
"""

from __future__ import annotations

import re

_SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_QUOTES = {"'": "'", '"': '"', "`": "`", "[": "]"}


class SubsetRefused(ValueError):
    """A subset string that is not one expression (or one SELECT) by itself."""


def isSelect(subset: str) -> bool:
    """Whether it is a whole SELECT (which QGIS allows) rather than a condition."""
    return _SELECT.match(subset) is not None


def checkedSubset(subset: str, backslashEscapes: bool = False) -> str:
    """
    The subset, fit to be put in brackets.

    @param backslashEscapes: whether the dialect lets a backslash escape a quote
        (OGR SQL does); a backslash before a quote is then refused, because it
        would be read differently here and there.
    @raise SubsetRefused: on unbalanced brackets or quotes, statement ends,
        comments, parameters or an empty text.
    """
    if not subset.strip():
        raise SubsetRefused("empty subset")
    if "\0" in subset:
        raise SubsetRefused("NUL in subset")
    depth = 0
    i = 0
    while i < len(subset):
        c = subset[i]
        if c in _QUOTES:
            i = _closingQuote(subset, i, backslashEscapes)
        elif c == "(":
            depth += 1
        elif c == ")":
            depth -= 1
            if depth < 0:
                raise SubsetRefused("bracket closed that was not opened")
        elif c == ";" or subset.startswith(("--", "/*"), i) or c in "?$#":
            raise SubsetRefused(f"{c!r} outside quotes")
        i += 1
    if depth:
        raise SubsetRefused("bracket left open")
    return subset


def withStrictNames(subset: str) -> str:
    """
    A checked subset with all its quoted names in backticks: SQLite takes a name
    in double quotes for a text when there is no such column.
    """
    parts: list[str] = []
    i = 0
    while i < len(subset):
        if subset[i] not in _QUOTES:
            parts.append(subset[i])
            i += 1
            continue
        end = _closingQuote(subset, i, False)
        quoted = subset[i : end + 1]
        if quoted[0] == '"':
            quoted = "`" + quoted[1:-1].replace('""', '"').replace("`", "``") + "`"
        parts.append(quoted)
        i = end + 1
    return "".join(parts)


def _closingQuote(text: str, start: int, backslashEscapes: bool) -> int:
    """Position of the quote that closes the one at C{start}; doubled quotes stand for themselves."""
    close = _QUOTES[text[start]]
    i = start + 1
    while True:
        i = text.find(close, i)
        if i < 0:
            raise SubsetRefused("quote left open")
        if backslashEscapes and text[i - 1] == "\\":
            raise SubsetRefused("backslash before a quote")
        if close != "]" and text.startswith(close, i + 1):
            i += 2
            continue
        return i
