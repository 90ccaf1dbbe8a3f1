# -*- test-case-name: tests.expression.test_answers -*-
"""Regular expressions in functions, on the engine that backtracks under a time limit."""

from __future__ import annotations

import re
from typing import Any

import regex  # type: ignore[import-untyped]

from ogctwist.expression.errors import BudgetExceeded, EvaluationFailure
from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.matching import bounded, compiled
from ogctwist.expression.values import toText
from ogctwist.ows.exceptions import quoted

_REFERENCE = re.compile(r"\\(\d)")


def _program(pattern: object) -> regex.Pattern:
    program = compiled(toText(pattern), isUnicode=True)
    if program is None:
        raise EvaluationFailure(f"Invalid regular expression '{quoted(toText(pattern))}'")
    return program


def _search(environment: Environment, text: object, pattern: object) -> Any:
    try:
        return _program(pattern).search(
            bounded(toText(text)), timeout=environment.budget.limits.patternSeconds
        )
    except TimeoutError:
        raise BudgetExceeded("a regular expression takes too long") from None


@function("regexp_match(string, regex)", "String", needs="environment")
def positionOf(environment: Environment, text: object, pattern: object) -> int:
    """Where it matches, from 1; 0 when it does not."""
    found = _search(environment, text, pattern)
    return found.start() + 1 if found else 0


@function("regexp_substr(input_string, regex)", "String", needs="environment")
def matchedPart(environment: Environment, text: object, pattern: object) -> str:
    """The first group of the match, or all of it without groups; '' when it does not match."""
    found = _search(environment, text, pattern)
    if not found:
        return ""
    return found.group(1) or "" if found.re.groups else found.group()


@function("regexp_replace(input_string, regex, replacement)", "String", needs="environment")
def replacedByPattern(environment: Environment, text: object, pattern: object, replacement: object) -> str:
    """All matches replaced; C{\\1} stands for the first group."""
    template = toText(replacement)
    made = 0

    def expanded(found: Any) -> str:
        nonlocal made
        groups = found.re.groups
        word = _REFERENCE.sub(
            lambda m: (found.group(int(m.group(1))) or "") if int(m.group(1)) <= groups else "", template
        )
        made += len(word)
        if made > environment.budget.limits.text:
            environment.budget.text(made)
        return word

    try:
        return _program(pattern).sub(
            expanded, bounded(toText(text)), timeout=environment.budget.limits.patternSeconds
        )
    except TimeoutError:
        raise BudgetExceeded("a regular expression takes too long") from None


@function("regexp_matches(string, regex, emptyvalue='')", "Arrays", needs="environment")
def groupsOf(environment: Environment, text: object, pattern: object, empty: object) -> list[object] | None:
    """The groups of the match; NULL when it does not match."""
    found = _search(environment, text, pattern)
    if not found:
        return None
    groups = found.groups() or (found.group(),)
    return [group if group else empty for group in groups]
