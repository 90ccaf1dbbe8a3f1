# -*- test-case-name: tests.ows.test_kvp -*-
"""Query strings and url-encoded forms to names and values."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from ogctwist.ows.exceptions import InvalidParameterValue, TooLarge, quoted
from ogctwist.ows.limits import DEFAULT_LIMITS


def decodeComponent(text: str) -> str:
    """
    Undo percent-encoding; C{+} is a space.

    @param text: as it came; bytes that were not UTF-8 as surrogate escapes.
    @raise ValueError: what it encodes is not UTF-8.
    """
    raw = text.replace("+", " ")
    if "%" not in raw and raw.isascii():
        return raw
    return unquote_to_bytes(raw.encode("utf-8", "surrogateescape")).decode("utf-8")


def parsePairs(text: str, maximum: int = DEFAULT_LIMITS.parameters) -> list[tuple[str, str]]:
    """
    The names and values of a query string or an
    C{application/x-www-form-urlencoded} body, in their order, repeated names
    included (the last one counts, as in QGIS Server).

    @raise InvalidParameterValue: a value is not percent-encoded UTF-8, or
        contains a NUL.
    @raise TooLarge: there are more than C{maximum}.
    """
    if text.count("&") >= maximum:
        raise TooLarge(f"The request has more than {maximum} parameters")
    pairs = []
    for part in text.split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        pairs.append((_decoded(name, name), _decoded(value, name)))
    return pairs


def _decoded(text: str, name: str) -> str:
    try:
        decoded = decodeComponent(text)
    except ValueError:
        raise _invalid(name, "is not well encoded: percent-encoded UTF-8 is expected") from None
    if "\0" in decoded:
        raise _invalid(name, "contains a NUL character")
    return decoded


def _invalid(name: str, problem: str) -> InvalidParameterValue:
    shown = quoted(name)
    return InvalidParameterValue(f"Parameter {shown} {problem}", locator=shown)
