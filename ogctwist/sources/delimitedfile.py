# -*- test-case-name: tests.sources.test_delimitedtext -*-
"""The records of a delimited text file, by the settings of QGIS's provider C{delimitedtext}."""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass

from ogctwist.project.datasource import UrlUri
from ogctwist.sources.query import SourceError

#: Characters of one field; the module's default is for shorter texts than polygons.
_FIELD_CHARACTERS = 1 << 26


@dataclass(frozen=True)
class DelimitedSettings:
    """
    How a file is written.

    @ivar kind: csv, plain, whitespace or regexp.
    @ivar delimiter: a character, or the pattern of C{regexp}.
    @ivar encoding: of Python's codecs.
    """

    path: str
    kind: str = "csv"
    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    encoding: str = "utf-8"
    skipLines: int = 0
    hasHeader: bool = True
    trim: bool = False
    skipEmpty: bool = False
    maxFields: int = 0

    @classmethod
    def fromUri(cls, uri: UrlUri) -> DelimitedSettings:
        """@raise SourceError: a setting that is not supported."""
        kind = uri.get("type", "csv").lower() or "csv"
        if kind not in ("csv", "plain", "whitespace", "regexp"):
            raise SourceError(f"delimited text of type {kind!r} is not supported")
        delimiter = uri.get("delimiter", ",")
        settings = cls(
            uri.path,
            kind,
            delimiter if kind == "regexp" else _decoded(delimiter),
            _decoded(uri.get("quote", '"')),
            _decoded(uri.get("escape", '"')),
            uri.get("encoding", "utf-8") or "utf-8",
            _number(uri.get("skipLines")),
            isYes(uri.get("useHeader"), True),
            isYes(uri.get("trimFields"), False),
            isYes(uri.get("skipEmptyFields"), False),
            _number(uri.get("maxFields")),
        )
        settings.check()
        return settings

    def check(self) -> None:
        """@raise SourceError: settings that cannot be followed."""
        if self.kind in ("csv", "plain") and len(self.delimiter) != 1:
            raise SourceError(f"delimiter {self.delimiter!r}: exactly one character is supported")
        if self.kind == "csv" and (len(self.quote) > 1 or len(self.escape) > 1):
            raise SourceError("delimited text with several quote or escape characters is not supported")
        if self.kind == "regexp":
            try:
                re.compile(self.delimiter)
            except re.error as error:
                raise SourceError(f"delimiter {self.delimiter!r}: {error}") from error
        try:
            "".encode(self.encoding)
        except LookupError as error:
            raise SourceError(f"unknown encoding {self.encoding!r}") from error


def isYes(text: str, default: bool) -> bool:
    """A flag as QGIS writes them: what begins with N, F or 0 is no."""
    return default if not text else text[0].upper() not in "NF0"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _decoded(text: str) -> str:
    return text.replace("\\t", "\t").replace("\\n", "\n").replace("\\\\", "\\")


def records(settings: DelimitedSettings) -> Generator[tuple[int, list[str]], None, None]:
    """
    The records without the header: (number of the line on which a record
    begins, from 1, its fields).

    @raise SourceError: the file cannot be read.
    """
    with closing(_records(settings)) as found:
        if settings.hasHeader:
            next(found, None)
        yield from found


def headerOf(settings: DelimitedSettings) -> list[str]:
    """The fields of the header; empty when there is none."""
    if not settings.hasHeader:
        return []
    with closing(_records(settings)) as found:
        return next(found, (0, []))[1]


def _records(settings: DelimitedSettings) -> Generator[tuple[int, list[str]], None, None]:
    encoding = "utf-8-sig" if settings.encoding.lower() in ("utf-8", "utf8") else settings.encoding
    try:
        with open(settings.path, encoding=encoding, errors="replace", newline="") as lines:
            for _ in range(settings.skipLines):
                lines.readline()
            numbered = _csv(lines, settings) if settings.kind == "csv" else _plain(lines, settings)
            for line, fields in numbered:
                fields = _cleaned(fields, settings)
                if any(fields):
                    yield settings.skipLines + line, fields
    except (OSError, csv.Error) as error:
        raise SourceError(f"{settings.path}: {error}") from error


def _csv(lines: Iterator[str], settings: DelimitedSettings) -> Iterator[tuple[int, list[str]]]:
    if csv.field_size_limit() < _FIELD_CHARACTERS:
        csv.field_size_limit(_FIELD_CHARACTERS)
    isDoubled = settings.escape in ("", settings.quote)
    reader = csv.reader(
        lines,
        delimiter=settings.delimiter,
        quotechar=settings.quote or None,
        quoting=csv.QUOTE_MINIMAL if settings.quote else csv.QUOTE_NONE,
        doublequote=isDoubled,
        escapechar=None if isDoubled else settings.escape,
    )
    line = 1
    for fields in reader:
        yield line, fields
        line = reader.line_num + 1


def _plain(lines: Iterator[str], settings: DelimitedSettings) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, 1):
        line = line.rstrip("\r\n")
        if settings.kind == "whitespace":
            yield number, line.split()
        elif settings.kind == "plain":
            yield number, line.split(settings.delimiter)
        else:
            yield number, [part or "" for part in re.split(settings.delimiter, line)]


def _cleaned(fields: list[str], settings: DelimitedSettings) -> list[str]:
    if settings.trim:
        fields = [field.strip() for field in fields]
    if settings.skipEmpty:
        fields = [field for field in fields if field]
    return fields[: settings.maxFields] if settings.maxFields else fields
