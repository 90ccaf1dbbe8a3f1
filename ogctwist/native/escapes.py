# -*- test-case-name: tests.native.test_rows -*-
"""
Texts made fit to stand in XML, JSON and CSV: columns at a time.

@var XML: C{& < >} as entities, a carriage return as a character reference; what XML 1.0
    cannot hold at all (control characters, U+FFFE, U+FFFF) is dropped.
@var JSON: as in RFC 8259; characters beyond ASCII stay as they are.
@var CSV: a quotation mark is doubled (RFC 4180); the quotation marks around are the caller's.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc


class Escape(IntEnum):
    """How a text is made fit for its document."""

    NONE = 0
    XML = 1
    JSON = 2
    CSV = 3


_CONTROLS = [chr(c) for c in range(32)]
_JSON_NAMES = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

#: For each way: what has to be replaced at all (a regular expression), and by what, in order.
_SPECIAL = {
    Escape.XML: "[&<>\\r\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x{fffe}\\x{ffff}]",
    Escape.JSON: '["\\\\\\x00-\\x1f]',
    Escape.CSV: '"',
}


@lru_cache(maxsize=8)
def _replacements(way: Escape) -> tuple[tuple[str, str], ...]:
    if way is Escape.NONE:
        return ()
    if way is Escape.CSV:
        return (('"', '""'),)
    if way is Escape.JSON:
        controls = [(c, _JSON_NAMES.get(c, f"\\u{ord(c):04x}")) for c in _CONTROLS]
        return (("\\", "\\\\"), ('"', '\\"'), *controls)
    dropped = [c for c in _CONTROLS if c not in "\t\n\r"] + ["\ufffe", "\uffff"]
    return (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#13;"), *((c, "") for c in dropped))


def escaped(column: pa.Array, way: Escape) -> pa.Array:
    """
    A column of texts, escaped; nulls stay null.

    @param column: an Arrow string or large_string array.
    """
    if way is Escape.NONE or not pc.any(pc.match_substring_regex(column, _SPECIAL[way])).as_py():
        return column
    for old, new in _replacements(way):
        column = pc.replace_substring(column, old, new)
    return column


def escapeXml(column: pa.Array) -> pa.Array:
    """L{escaped} for XML."""
    return escaped(column, Escape.XML)


def escapeJson(column: pa.Array) -> pa.Array:
    """L{escaped} for JSON."""
    return escaped(column, Escape.JSON)


def escapedText(text: str, way: Escape) -> str:
    """One text, escaped."""
    for old, new in _replacements(way):
        text = text.replace(old, new)
    return text
