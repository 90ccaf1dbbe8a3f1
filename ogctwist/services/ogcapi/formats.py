# -*- test-case-name: tests.services.ogcapi.test_formats -*-
"""The formats of answers: chosen by the extension of the path, then by Accept, then the first offered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from ogctwist.ows.parameters import finiteNumber
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


_MIME_TYPES = {
    "application/json": Format.JSON,
    "application/geo+json": Format.GEOJSON,
    "application/vnd.geo+json": Format.GEOJSON,
    "application/geojson": Format.GEOJSON,
    "application/vnd.oai.openapi+json": Format.OPENAPI,
    "application/openapi+json": Format.OPENAPI,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
}
_EXTENSIONS = {form.extension: form for form in Format}
#: What plain JSON may stand for.
_JSONS = (Format.JSON, Format.GEOJSON, Format.OPENAPI)


def chosenFormat(extension: str, accept: str, offered: Sequence[Format]) -> Format:
    """
    @param extension: of the path, without the dot; '' for none.
    @param accept: the header (RFC 9110, 12.5.1), '' for none.
    @param offered: the first is the default; also for an Accept that names none of them, as in
        QGIS Server.
    @raise OWSException: the extension is of a format that is not offered.
    """
    if extension:
        found = _offered(_EXTENSIONS.get(extension), offered)
        if found is None:
            raise badRequest("Unsupported Content-Type")
        return found
    for name in acceptedTypes(accept):
        if name in ("*/*", "application/*"):
            return offered[0]
        found = _offered(Format.HTML if name == "text/*" else _MIME_TYPES.get(name), offered)
        if found is not None:
            return found
    return offered[0]


def _offered(form: Format | None, offered: Sequence[Format]) -> Format | None:
    if form in offered or form is None:
        return form
    if form is Format.JSON:
        return next((other for other in offered if other in _JSONS), None)
    return None


def acceptedTypes(accept: str) -> Iterator[str]:
    """The media types of an Accept header, what is liked best first, those of weight 0 left out."""
    weighted = []
    for entry in accept[:4096].split(","):
        name, *parameters = (part.strip() for part in entry.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                weight = finiteNumber(value.strip()) or 0.0
        if name and weight > 0:
            weighted.append((-weight, name.lower()))
    return (name for _, name in sorted(weighted, key=lambda pair: pair[0]))
