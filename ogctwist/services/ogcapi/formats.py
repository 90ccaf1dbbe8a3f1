# -*- test-case-name: tests.services.ogcapi.test_api -*-
"""The formats of answers: chosen by the extension of the path, then by Accept, then the first offered."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from ogctwist.ows.formats import accepted
from ogctwist.services.ogcapi.errors import badRequest


class Format(Enum):
    """
    @ivar extension: of a path that asks for it.
    @ivar contentType: of an answer in it.
    """

    JSON = ("json", "application/json")
    GEOJSON = ("geojson", "application/geo+json")
    OPENAPI = ("openapi3", "application/vnd.oai.openapi+json;version=3.0")
    HTML = ("html", "text/html")

    def __init__(self, extension: str, contentType: str):
        self.extension = extension
        self.contentType = contentType

    @property
    def title(self) -> str:
        """As the titles of links have it."""
        return self.extension.upper()


#: What Accept may say for each format, and plain JSON for all that are JSON.
_NAMES = {
    Format.JSON: ("application/json",),
    Format.GEOJSON: (
        "application/geo+json",
        "application/vnd.geo+json",
        "application/geojson",
        "application/json",
    ),
    Format.OPENAPI: (
        "application/vnd.oai.openapi+json",
        "application/openapi+json",
        "application/json",
    ),
    Format.HTML: ("text/html", "application/xhtml+xml"),
}
_EXTENSIONS = {form.extension: form for form in Format}


def chosenFormat(extension: str, accept: str, offered: Sequence[Format]) -> Format:
    """
    @param extension: of the path, without the dot; '' for none.
    @param accept: the header (RFC 9110, 12.5.1), '' for none.
    @param offered: the first is the default; also for an Accept that names none of them, as in
        QGIS Server.
    @raise OWSException: the extension is of a format that is not offered.
    """
    if extension:
        wanted = _EXTENSIONS.get(extension)
        if wanted is Format.JSON:
            wanted = next((form for form in offered if form is not Format.HTML), None)
        if wanted is None or wanted not in offered:
            raise badRequest("Unsupported Content-Type")
        return wanted
    formats = {name: form for form in reversed(offered) for name in _NAMES[form]}
    names = [name for form in offered for name in _NAMES[form]]
    return formats.get(accepted(accept, names) or "", offered[0])
