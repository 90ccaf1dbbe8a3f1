# -*- test-case-name: tests.qgiscompat.test_ogcapi -*-
"""QgsServerOgcApi: an API made of handlers."""

from __future__ import annotations

import re
from enum import IntEnum
from typing import Any

from ogctwist.qgiscompat.server.api import QgsServerApi
from ogctwist.qgiscompat.server.exceptions import QgsServerApiBadRequestException
from ogctwist.qgiscompat.wrapper import exposed


class ContentType(IntEnum):
    """Formats of answers."""

    GEOJSON = 0
    OPENAPI3 = 1
    JSON = 2
    HTML = 3
    XML = 4
    FLATGEOBUF = 5


class Rel(IntEnum):
    """Relations of links (RFC 8288, and those of OGC API)."""

    alternate = 0
    describedBy = 1
    collection = 2
    item = 3
    self = 4
    service_desc = 5
    service_doc = 6
    prev = 7
    next = 8
    license = 9
    items = 10
    conformance = 11
    data = 12


class Profile(IntEnum):
    """Profiles of GeoJSON."""

    NONE = 0
    RFC7946 = 1
    JSONFG = 2
    JSONFG_PLUS = 3


#: MIME types of the formats; what Accept may say, the one that is answered first.
MIME_TYPES: dict[ContentType, tuple[str, ...]] = {
    ContentType.GEOJSON: ("application/geo+json", "application/vnd.geo+json", "application/geojson"),
    ContentType.OPENAPI3: (
        "application/vnd.oai.openapi+json;version=3.0",
        "application/openapi+json;version=3.0",
    ),
    ContentType.JSON: ("application/json",),
    ContentType.HTML: ("text/html",),
    ContentType.XML: ("application/xml", "text/xml"),
    ContentType.FLATGEOBUF: ("application/flatgeobuf",),
}

#: Formats that stand in for another one when a handler does not have it.
ALIASES: dict[ContentType, tuple[ContentType, ...]] = {
    ContentType.JSON: (ContentType.GEOJSON, ContentType.OPENAPI3),
}


def sanitizedPath(path: str) -> str:
    """A path without doubled slashes and without one at its end."""
    path = re.sub("/{2,}", "/", path)
    return path[:-1] if len(path) > 1 and path.endswith("/") else path


@exposed(ContentType, Rel, Profile)
class QgsServerOgcApi(QgsServerApi):
    """An API whose requests are answered by the first handler that the path suits."""

    _q_rootPath: str
    _q_name: str
    _q_description: str
    _q_version: str
    _q_handlers: list[Any]

    def _make(
        self,
        serverIface: Any,
        rootPath: str = "",
        name: str = "",
        description: str = "",
        version: str = "",
    ) -> None:
        super()._make(serverIface)
        if isinstance(serverIface, QgsServerOgcApi):
            self.__dict__.update(serverIface.__dict__)
            return
        self._q_rootPath, self._q_name = rootPath, name
        self._q_description, self._q_version = description, version
        self._q_handlers = []

    def name(self) -> Any:
        """Unique text."""
        return self._q_name

    def description(self) -> Any:
        """What it is for."""
        return self._q_description

    def version(self) -> Any:
        """The version, ''."""
        return self._q_version

    def rootPath(self) -> Any:
        """The path below which it is."""
        return self._q_rootPath

    def registerHandler(self, handler: Any) -> None:
        """Add a handler, after those that are there."""
        self._q_handlers.append(handler)

    def handlers(self) -> list[Any]:
        """The handlers, in the order in which they are asked."""
        return list(self._q_handlers)

    def executeRequest(self, context: Any) -> Any:
        """
        Have the first handler answer whose C{path()} is found in the path after the root.

        @raise QgsServerApiBadRequestException: there is none.
        """
        url = self.sanitizeUrl(context.request().url())
        path = url.path()
        place = path.find(self.rootPath())
        rest = path if place < 0 else path[place + len(self.rootPath()) :]
        for handler in self._q_handlers:
            if handler.path().match(rest).hasMatch():
                return handler.handleRequest(context)
        raise QgsServerApiBadRequestException("Requested URI does not match any registered API handler")

    @staticmethod
    def sanitizeUrl(url: Any) -> Any:
        """The URL with its path without doubled slashes and without one at its end."""
        made = type(url)(url)
        made.setPath(sanitizedPath(url.path()))
        return made

    @staticmethod
    def relToString(rel: int) -> str:
        """C{service-desc} for C{service_desc}."""
        return Rel(rel).name.replace("_", "-")

    @staticmethod
    def contentTypeToString(ct: int) -> str:
        """C{JSON}, …"""
        return ContentType(ct).name

    contentTypeToStdString = contentTypeToString

    @staticmethod
    def contentTypeToExtension(ct: int) -> str:
        """C{json}, …"""
        return ContentType(ct).name.lower()

    @staticmethod
    def contentTypeFromExtension(extension: str) -> ContentType:
        """The format of a file's extension, JSON for those that are not known."""
        return ContentType.__members__.get(extension.upper(), ContentType.JSON)

    @staticmethod
    def contenTypeFromExtension(extension: str) -> ContentType:
        """The same, as it was spelled at first."""
        return QgsServerOgcApi.contentTypeFromExtension(extension)

    @staticmethod
    def mimeType(contentType: int) -> str:
        """The MIME type of a format."""
        return MIME_TYPES[ContentType(contentType)][0]
