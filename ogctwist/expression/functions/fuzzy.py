# -*- test-case-name: tests.expression.test_answers -*-
"""How alike two texts are."""

from __future__ import annotations

from ogctwist.expression.functions.registry import Environment, function
from ogctwist.expression.values import toText


@function("levenshtein(string1, string2)", "Fuzzy Matching", needs="environment")
def levenshtein(environment: Environment, left: object, right: object) -> int:
    """How many letters must be put in, taken out or changed."""
    a, b = toText(left), toText(right)
    environment.budget.step(len(a) * len(b))
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


@function("longest_common_substring(string1, string2)", "Fuzzy Matching", needs="environment")
def longestCommonSubstring(environment: Environment, left: object, right: object) -> str:
    """The longest text that both hold."""
    a, b = toText(left), toText(right)
    environment.budget.step(len(a) * len(b))
    best, end = 0, 0
    row = [0] * (len(b) + 1)
    for i, x in enumerate(a, 1):
        previous = 0
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], previous + 1 if x == y else 0
            previous = above
            if row[j] > best:
                best, end = row[j], i
    return a[end - best : end]


@function("hamming_distance(string1, string2)", "Fuzzy Matching")
def hammingDistance(left: object, right: object) -> int | None:
    """How many letters differ; NULL for texts of different lengths."""
    a, b = toText(left), toText(right)
    return sum(x != y for x, y in zip(a, b, strict=True)) if len(a) == len(b) else None


_CODES = {c: d for d, letters in enumerate(("", "BFPV", "CGJKQSXZ", "DT", "L", "MN", "R")) for c in letters}


@function("soundex(string)", "Fuzzy Matching")
def soundex(text: object) -> str | None:
    """The Soundex code, a letter and three digits; vowels do not part equal digits, as in QGIS."""
    string = toText(text).upper()
    if not string:
        return None
    code, last = string[0], _CODES.get(string[0], 0)
    for letter in string[1:]:
        digit = _CODES.get(letter, 0)
        if digit and digit != last:
            code += str(digit)
        last = digit or last
        if len(code) == 4:
            break
    return code.ljust(4, "0")
