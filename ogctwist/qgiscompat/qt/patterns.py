# -*- test-case-name: tests.qgiscompat.test_qt_patterns -*-
"""QRegularExpression and its match; QRegExp."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ogctwist.qgiscompat.qt.enums import enum, flags, member

PatternOption = flags(
    "PatternOption",
    NoPatternOption=0, CaseInsensitiveOption=1, DotMatchesEverythingOption=2, MultilineOption=4,
    ExtendedPatternSyntaxOption=8, InvertedGreedinessOption=16, DontCaptureOption=32,
    UseUnicodePropertiesOption=64, OptimizeOnFirstUsageOption=128, DontAutomaticallyOptimizeOption=256,
)  # fmt: skip
MatchType = enum(
    "MatchType",
    NormalMatch=0, PartialPreferCompleteMatch=1, PartialPreferFirstMatch=2, NoMatch=3,
)  # fmt: skip
_FLAGS = {1: re.IGNORECASE, 2: re.DOTALL, 4: re.MULTILINE, 8: re.VERBOSE}
#: Named groups as PCRE writes them too.
_NAMED = re.compile(r"\(\?(?:<(?![=!])|')(\w+)[>']")
_CLASSES = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "A-Za-z0-9", "upper": "A-Z", "lower": "a-z", "space": r"\s",
    "xdigit": "0-9A-Fa-f", "word": r"\w",
}  # fmt: skip


def translated(pattern: str) -> str:
    """A pattern in Perl's syntax as Python's: named groups, POSIX classes, C{\\z}."""
    pattern = _NAMED.sub(r"(?P<\1>", pattern)
    pattern = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found[1], found[0]), pattern)
    return re.sub(r"(?<!\\)((?:\\\\)*)\\z", r"\1\\Z", pattern)


@member(PatternOption, MatchType)
class QRegularExpression:
    """A regular expression; what Python's C{re} cannot read is not valid."""

    PatternOptions = PatternOption

    def __init__(self, pattern: Any = "", options: int = 0):
        if isinstance(pattern, QRegularExpression):
            pattern, options = pattern._pattern, pattern._options
        self._options = int(options)
        self.setPattern(pattern)

    def setPattern(self, pattern: str) -> None:
        self._pattern = pattern
        self._error = ""
        flags = 0
        for option, flag in _FLAGS.items():
            flags |= flag if self._options & option else 0
        try:
            self._compiled = re.compile(translated(pattern), flags)
        except re.error as error:
            self._compiled = re.compile(r"(?!)")
            self._error = str(error)

    def pattern(self) -> str:
        return self._pattern

    def patternOptions(self) -> Any:
        return PatternOption(self._options)

    def setPatternOptions(self, options: int) -> None:
        self._options = int(options)
        self.setPattern(self._pattern)

    def isValid(self) -> bool:
        return not self._error

    def errorString(self) -> str:
        return self._error or "no error"

    def captureCount(self) -> int:
        return self._compiled.groups if self.isValid() else -1

    def namedCaptureGroups(self) -> list[str]:
        names = [""] * (self._compiled.groups + 1)
        for name, place in self._compiled.groupindex.items():
            names[place] = name
        return names

    def match(self, subject: str, offset: int = 0, *options: Any) -> QRegularExpressionMatch:
        return QRegularExpressionMatch(self._compiled.search(subject, offset), self)

    def globalMatch(self, subject: str, offset: int = 0, *options: Any) -> QRegularExpressionMatchIterator:
        return QRegularExpressionMatchIterator(
            [QRegularExpressionMatch(found, self) for found in self._compiled.finditer(subject, offset)]
        )

    @staticmethod
    def escape(text: str) -> str:
        return re.sub(r"([^A-Za-z0-9_])", r"\\\1", text)

    @staticmethod
    def anchoredPattern(pattern: str) -> str:
        return rf"\A(?:{pattern})\z"

    @staticmethod
    def wildcardToRegularExpression(pattern: str) -> str:
        parts = (
            {"*": "[^/]*", "?": "[^/]"}.get(c) or (c if c in "[]" else QRegularExpression.escape(c))
            for c in pattern
        )
        return QRegularExpression.anchoredPattern("".join(parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QRegularExpression) and (self._pattern, self._options) == (
            other._pattern,
            other._options,
        )

    def __hash__(self) -> int:
        return hash((self._pattern, self._options))

    def __repr__(self) -> str:
        return f"QRegularExpression({self._pattern!r})"


class QRegularExpressionMatch:
    """What a regular expression found."""

    def __init__(self, found: re.Match[str] | None = None, expression: Any = None):
        self._found = found
        self._expression = expression

    def hasMatch(self) -> bool:
        return self._found is not None

    def hasPartialMatch(self) -> bool:
        return False

    def isValid(self) -> bool:
        return self._expression is not None and self._expression.isValid()

    def regularExpression(self) -> Any:
        return self._expression

    def captured(self, group: Any = 0) -> str:
        """The text of a group by number or name; '' when there is no such group, or nothing in it."""
        try:
            return (self._found.group(group) or "") if self._found is not None else ""
        except IndexError:
            return ""

    def capturedTexts(self) -> list[str]:
        if self._found is None:
            return []
        return [self._found.group(0), *(text or "" for text in self._found.groups())]

    def lastCapturedIndex(self) -> int:
        return -1 if self._found is None else self._found.lastindex or 0

    def capturedStart(self, group: Any = 0) -> int:
        return -1 if self._found is None else self._found.start(group)

    def capturedEnd(self, group: Any = 0) -> int:
        return -1 if self._found is None else self._found.end(group)

    def capturedLength(self, group: Any = 0) -> int:
        return len(self.captured(group))


class QRegularExpressionMatchIterator:
    """Several of them."""

    def __init__(self, found: list[QRegularExpressionMatch]):
        self._found = found
        self._place = 0

    def hasNext(self) -> bool:
        return self._place < len(self._found)

    def next(self) -> QRegularExpressionMatch:
        self._place += 1
        return self._found[self._place - 1]

    def __iter__(self) -> Iterator[QRegularExpressionMatch]:
        while self.hasNext():
            yield self.next()


PatternSyntax = enum("PatternSyntax", RegExp=0, Wildcard=1, FixedString=2, RegExp2=3, WildcardUnix=4)


@member(PatternSyntax)
class QRegExp:
    """The older kind; it remembers what it found last."""

    def __init__(self, pattern: str = "", sensitivity: int = 1, syntax: int = 0):
        if syntax in (1, 4):
            pattern = QRegularExpression.wildcardToRegularExpression(pattern)
        elif syntax == 2:
            pattern = QRegularExpression.escape(pattern)
        self._expression = QRegularExpression(pattern, 0 if sensitivity else 1)
        self._found = QRegularExpressionMatch()

    def pattern(self) -> str:
        return self._expression.pattern()

    def isValid(self) -> bool:
        return self._expression.isValid()

    def indexIn(self, text: str, offset: int = 0, *mode: Any) -> int:
        self._found = self._expression.match(text, offset)
        return self._found.capturedStart()

    def exactMatch(self, text: str) -> bool:
        anchored = QRegularExpression(
            QRegularExpression.anchoredPattern(self._expression.pattern()), self._expression.patternOptions()
        )
        self._found = anchored.match(text)
        return self._found.hasMatch()

    def cap(self, group: int = 0) -> str:
        return self._found.captured(group)

    def capturedTexts(self) -> list[str]:
        return self._found.capturedTexts()

    def matchedLength(self) -> int:
        return self._found.capturedLength() if self._found.hasMatch() else -1
