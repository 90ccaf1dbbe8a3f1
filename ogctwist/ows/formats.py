# -*- test-case-name: tests.ows.test_formats -*-
"""Media types: as parameters name them, and as clients say that they accept them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_TYPE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*")
_PARAMETER = re.compile(r";\s*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;,\s]*))?\s*")
#: More alternatives of an Accept header are not read.
_ALTERNATIVES = 50


@dataclass(frozen=True)
class MediaType:
    """
    @ivar name: C{type/subtype}, lower case.
    @ivar parameters: lower-case names to values, unquoted.
    """

    name: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def isJson(self) -> bool:
        """Whether it is JSON, or built on it."""
        return self.name.endswith(("/json", "+json"))

    @property
    def isXml(self) -> bool:
        """Whether it is XML, or built on it."""
        return self.name.endswith(("/xml", "+xml"))


def mediaType(text: str) -> MediaType | None:
    """
    Read a media type: C{text/xml; subtype=gml/3.1.1} (RFC 9110, 8.3.1).  In a
    query string a plus sign that was not encoded is a space by now: C{image/svg
    xml} and C{application/geo json} are taken for what they were meant to be.

    @return: None when it is none.
    """
    text = re.sub(r"^(\s*\w+/[\w.-]+) (xml|json)\b", r"\1+\2", text)
    match = _TYPE.match(text)
    if match is None:
        return None
    parameters, place = {}, match.end()
    while parameter := _PARAMETER.match(text, place):
        if parameter[1]:
            parameters[parameter[1].lower()] = _unquoted(parameter[2])
        place = parameter.end()
    return MediaType(match[1].lower(), parameters) if place == len(text) else None


def accepted(accept: str, offered: Sequence[str]) -> str | None:
    """
    The type that a client wants most of those that are offered (RFC 9110, 12.5.1).

    @param accept: an Accept header; empty for anything.
    @param offered: names of types, the preferred one first.
    @return: None when it takes none of them.
    """
    if not accept.strip():
        return offered[0] if offered else None
    wishes = [wish for text in accept.split(",")[:_ALTERNATIVES] if (wish := mediaType(text)) is not None]
    best, most = None, 0.0
    for name in offered:
        quality = _quality(name, wishes)
        if quality > most:
            best, most = name, quality
    return best


def _quality(name: str, wishes: Sequence[MediaType]) -> float:
    """What the wish that fits best says of a type."""
    whole, group = name.partition(";")[0].strip().lower(), name.partition("/")[0].lower() + "/*"
    for wanted in (whole, group, "*/*"):
        for wish in wishes:
            if wish.name == wanted:
                return _q(wish.parameters.get("q", "1"))
    return 0.0


def _q(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.[0-9]{0,3})?", text) else 0.0


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
