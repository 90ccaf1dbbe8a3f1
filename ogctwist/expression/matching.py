# -*- test-case-name: tests.expression.test_columns -*-
"""
LIKE, ILIKE and C{~}.

C{%} is any text and C{_} any character, line ends among them; a backslash
takes their meaning from these two and from nothing else.  LIKE is about case.

Regular expressions run on an engine without backtracking (RE2, as Arrow brings
it); what it cannot read - look-around, back references - runs on one that
backtracks under a time limit.  A pattern that neither can read matches nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc
import regex  # type: ignore[import-untyped]

from ogctwist.expression.arithmetic import textOf
from ogctwist.expression.column import Column, Kind, failuresOf, mapRows
from ogctwist.expression.context import Budget
from ogctwist.expression.errors import BudgetExceeded
from ogctwist.expression.values import toText

#: Longest pattern, and longest text that a backtracking pattern is tried on, in characters.
MAX_PATTERN = 2_000
MAX_SUBJECT = 100_000

_WILDCARD = re.compile(r"\\([%_])|([%_])")


def match(word: str, left: Column, right: Column, budget: Budget) -> Column:
    """The truths of C{left word right}, C{word} in LIKE, NOT LIKE, ILIKE, NOT ILIKE, ~."""
    negated = word.startswith("NOT ")
    kind = word.removeprefix("NOT ")
    failed, reason = failuresOf((left, right))
    if Kind.NULL in (left.kind, right.kind):
        return Column.constant(None, left.length).withFailures(failed, reason)
    if right.isConstant and not left.isConstant and len(toText(right.value)) <= MAX_PATTERN:
        matched = _column(kind, textOf(left), toText(right.value))
        if matched is not None:
            return Column.truths(pc.invert(matched) if negated else matched).withFailures(failed, reason)
    outcome = mapRows(lambda a, b: _value(kind, negated, a, b, budget), [left, right], left.length)
    return outcome.withFailures(failed, reason)


def _value(kind: str, negated: bool, text: object, pattern: object, budget: Budget) -> int | None:
    if text is None or pattern is None:
        return None
    source = toText(pattern)
    if kind != "~":
        source = likePattern(source)
    return int(searches(source, toText(text), budget, kind == "ILIKE") != negated)


def likePattern(pattern: str) -> str:
    """The regular expression that stands for a LIKE pattern."""
    parts, position = [], 0
    for found in _WILDCARD.finditer(pattern):
        parts.append(re.escape(pattern[position : found.start()]))
        parts.append(found.group(1) or (".*" if found.group(2) == "%" else "."))
        position = found.end()
    parts.append(re.escape(pattern[position:]))
    return rf"(?s)\A{''.join(parts)}\z"


def plainParts(pattern: str) -> tuple[bool, str, bool] | None:
    """
    (begins with %, the text between, ends with %) of a LIKE pattern that holds
    no other wildcard; None of any other.
    """
    tokens = [(m.start(), m.end(), m.group(1), m.group(2)) for m in _WILDCARD.finditer(pattern)]
    wild = [t for t in tokens if t[3]]
    if any(t[3] == "_" for t in wild) or any(t[0] > 0 and t[1] < len(pattern) for t in wild):
        return None
    if pattern == "%":
        return True, "", True
    starts = bool(wild) and wild[0][0] == 0
    ends = bool(wild) and wild[-1][1] == len(pattern)
    body = pattern[1:] if starts else pattern
    return starts, _WILDCARD.sub(lambda m: m.group(1) or "", body[:-1] if ends else body), ends


def _column(kind: str, texts: pa.Array, pattern: str) -> pa.Array | None:
    """By a kernel; None if the pattern is not for it."""
    if kind == "~":
        return _searched(texts, pattern, False)
    ignoreCase = kind == "ILIKE"
    plain = plainParts(pattern)
    if plain is None:
        return _searched(texts, likePattern(pattern), ignoreCase)
    anyStart, body, anyEnd = plain
    if anyStart and anyEnd:
        return pc.match_substring(texts, body, ignore_case=ignoreCase)
    if anyStart:
        return pc.ends_with(texts, body, ignore_case=ignoreCase)
    if anyEnd:
        return pc.starts_with(texts, body, ignore_case=ignoreCase)
    if ignoreCase:
        return _searched(texts, likePattern(pattern), True)
    return pc.equal(texts, body)


def _searched(texts: pa.Array, pattern: str, ignoreCase: bool) -> pa.Array | None:
    try:
        return pc.match_substring_regex(texts, pattern, ignore_case=ignoreCase)
    except pa.ArrowInvalid:
        return None  # not for RE2: the caller goes to the other engine


@lru_cache(maxsize=256)
def compiled(pattern: str, ignoreCase: bool = False, isUnicode: bool = False) -> regex.Pattern | None:
    """
    A pattern of the backtracking engine; None if it cannot be read.

    @param isUnicode: whether C{\\w} and its like know letters beyond ASCII, as
        they do in QGIS's functions, but not in its operator.
    """
    if len(pattern) > MAX_PATTERN:
        raise BudgetExceeded(f"a regular expression has more than {MAX_PATTERN} characters")
    flags = regex.VERSION0 | (regex.IGNORECASE if ignoreCase else 0)
    if not (isUnicode or ignoreCase or "(?i" in pattern):  # folds the case of all letters, as PCRE does
        flags |= regex.ASCII
    try:
        return regex.compile(pattern.replace(r"\z", r"\Z"), flags)
    except (regex.error, ValueError, RecursionError, OverflowError):
        return None


def bounded(text: str) -> str:
    """The text; @raise BudgetExceeded: it is too long for a pattern that may backtrack."""
    if len(text) > MAX_SUBJECT:
        raise BudgetExceeded(f"a text of more than {MAX_SUBJECT} characters is matched with a pattern")
    return text


def searches(pattern: str, text: str, budget: Budget, ignoreCase: bool = False) -> bool:
    """Whether the pattern is found in the text.  @raise BudgetExceeded: it takes too long to say."""
    program = compiled(pattern, ignoreCase)
    if program is None:
        return False
    try:
        return program.search(bounded(text), timeout=budget.limits.patternSeconds) is not None
    except TimeoutError:
        raise BudgetExceeded("a regular expression takes too long") from None
