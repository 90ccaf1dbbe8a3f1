# -*- test-case-name: tests.qgiscompat.test_ogcapi -*-
"""QgsServerOgcApiHandler: one operation of an API, or a few; and the one for files."""

from __future__ import annotations

import datetime
import json
import mimetypes
import os
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import (
    QgsServerApiBadRequestException,
    QgsServerApiInternalServerError,
)
from ogctwist.qgiscompat.server.ogcapi import (
    ALIASES,
    MIME_TYPES,
    ContentType,
    QgsServerOgcApi,
    Rel,
    sanitizedPath,
)
from ogctwist.qgiscompat.server.templates import TemplateProblem, rendered
from ogctwist.qgiscompat.wrapper import Wrapper, abstract


class QgsServerOgcApiHandler(Wrapper):
    """Answers requests whose path suits it."""

    _q_contentTypes: list[ContentType]

    def _make(self, a0: Any = None) -> None:
        self._q_contentTypes = [ContentType.JSON, ContentType.HTML]

    # What it is: to be overridden.

    def path(self) -> Any:
        """A QRegularExpression that is searched in the path after the API's root."""
        return abstract(self, "path", qtModule("QtCore").QRegularExpression())

    def operationId(self) -> Any:
        """Unique text."""
        return abstract(self, "operationId", "")

    def summary(self) -> Any:
        """What it does, in short."""
        return abstract(self, "summary", "")

    def description(self) -> Any:
        """What it does."""
        return abstract(self, "description", "")

    def linkTitle(self) -> Any:
        """The title of a link to it."""
        return abstract(self, "linkTitle", "")

    def linkType(self) -> Any:
        """The relation of a link to it."""
        return abstract(self, "linkType", Rel.alternate)

    def tags(self) -> Any:
        """Words for it."""
        return []

    def parameters(self, context: Any) -> Any:
        """The QgsServerQueryStringParameters that it reads."""
        return []

    def handleRequest(self, context: Any) -> Any:
        """
        Answer a request.

        @raise QgsServerApiInternalServerError: when it is not overridden.
        """
        raise QgsServerApiInternalServerError(f"Not implemented: {self.operationId()}")

    # The format of the answer.

    def setContentTypes(self, contentTypes: Iterable[int]) -> None:
        """Set the formats that it has; the first one is the default."""
        self._q_contentTypes = [ContentType(each) for each in contentTypes]

    def contentTypes(self) -> list[ContentType]:
        """The formats that it has."""
        return list(self._q_contentTypes)

    def defaultContentType(self) -> Any:
        """The format where the request does not say."""
        return self._q_contentTypes[0] if self._q_contentTypes else ContentType.JSON

    def contentTypeForAccept(self, accept: str) -> str:
        """The first of the known MIME types that an Accept header names; '' when there is none."""
        return next((mime for mimes in MIME_TYPES.values() for mime in mimes if mime in accept), "")

    def contentTypeFromRequest(self, request: Any) -> ContentType:
        """
        The format that a request wants: by the extension of its path, then its Accept header.

        @raise QgsServerApiBadRequestException: the handler does not have that one.
        """
        wanted = self._q_byExtension(request)
        if wanted is None:
            wanted = self._q_byAccept(request)
        if wanted is None:
            wanted = ContentType(self.defaultContentType())
        if wanted in self._q_contentTypes:
            return wanted
        for alias in ALIASES.get(wanted, ()):
            if alias in self._q_contentTypes:
                return alias
        raise QgsServerApiBadRequestException(f"Unsupported Content-Type: {wanted.name}")

    @staticmethod
    def _q_byExtension(request: Any) -> ContentType | None:
        extension = os.path.splitext(request.url().path())[1].lstrip(".")
        return ContentType.__members__.get(extension.upper())

    def _q_byAccept(self, request: Any) -> ContentType | None:
        mime = self.contentTypeForAccept(request.header("Accept"))
        return next((kind for kind, mimes in MIME_TYPES.items() if mime in mimes), None)

    # Reading and writing.

    def values(self, context: Any) -> Any:
        """
        The values of the parameters, by name, and those of the named groups of C{path()}.

        @raise QgsServerApiBadRequestException: one cannot be read.
        """
        found = {parameter.name(): parameter.value(context) for parameter in self.parameters(context)}
        match = self.path().match(sanitizedPath(context.handlerPath()))
        if match.hasMatch():
            for name in self.path().namedCaptureGroups():
                if name:
                    found[name] = unquote(match.captured(name))
        return found

    def write(self, data: Any, context: Any, htmlMetadata: Mapping[str, Any] | None = None) -> None:
        """
        Write data in the format that the request wants: as JSON with a C{timeStamp}, or as
        HTML by the handler's template.

        @raise QgsServerApiBadRequestException: the handler does not have the format, or the
            data do not suit it.
        """
        contentType = self.contentTypeFromRequest(context.request())
        if contentType == ContentType.HTML:
            text = self._q_html(data, context, htmlMetadata or {})
        elif contentType in (ContentType.GEOJSON, ContentType.JSON, ContentType.OPENAPI3):
            text = _json(data)
        else:
            raise QgsServerApiInternalServerError(f"{contentType.name} cannot be written")
        response = context.response()
        response.setStatusCode(200)
        response.setHeader("Content-Type", QgsServerOgcApi.mimeType(contentType))
        response.write(text)

    def _q_html(self, data: Any, context: Any, metadata: Mapping[str, Any]) -> str:
        path = self.templatePath(context)
        if not os.path.isfile(path):
            name = os.path.basename(path)
            raise QgsServerApiBadRequestException(f"Template not found: {name}")
        try:
            return rendered(path, data, metadata, self, context)
        except TemplateProblem as error:
            raise QgsServerApiInternalServerError(str(error)) from error

    def templatePath(self, context: Any) -> Any:
        """The path of the template for HTML."""
        folder = f"{resources(context)}/ogc/templates{context.apiRootPath()}"
        return f"{folder}/{self.operationId()}.html"

    def staticPath(self, context: Any) -> Any:
        """The folder of files for HTML pages."""
        return f"{resources(context)}/ogc/static"

    # Links.

    def href(self, context: Any, extraPath: str = "", extension: str = "") -> str:
        """The URL of the request with a path added and with another extension; its query stays."""
        url = QgsServerOgcApi.sanitizeUrl(context.request().url())
        path = os.path.splitext(url.path())[0] + extraPath
        url.setPath(path + (f".{extension}" if extension else ""))
        return str(url.toString())

    @staticmethod
    def parentLink(url: Any, levels: int = 1) -> str:
        """The URL so many levels up; of its query, MAP stays."""
        core = qtModule("QtCore")
        path = sanitizedPath(url.path())
        for _ in range(levels):
            path = path.rpartition("/")[0]
        made = core.QUrl(url)
        made.setPath(path + "/")
        query = core.QUrlQuery(url)
        kept = core.QUrlQuery()
        for name, value in query.queryItems():
            if name.upper() == "MAP":
                kept.addQueryItem(name, value)
        made.setQuery(kept if not kept.isEmpty() else None)
        return str(made.toString())

    @staticmethod
    def layerFromCollectionId(context: Any, collectionId: str) -> Any:
        """
        The layer of a collection, by short name, name or id.

        @raise QgsServerApiBadRequestException: there is none.
        """
        layers = list(context.project().mapLayers().values())
        for matches in ("shortName", "name", "id"):
            found = [each for each in layers if getattr(each, matches)() == collectionId]
            if found:
                return found[0]
        raise QgsServerApiBadRequestException(f"Collection with given id ({collectionId}) was not found")


def _json(data: Any) -> str:
    """JSON with the time in it."""
    if not isinstance(data, Mapping):
        raise QgsServerApiBadRequestException("unknown")
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        stamped = {**data, "timeStamp": now}
        return json.dumps(stamped, ensure_ascii=False, separators=(",", ":"), default=plain, sort_keys=True)
    except (TypeError, ValueError) as error:
        raise QgsServerApiBadRequestException(f"The data cannot be written as JSON: {error}") from error


def plain(value: Any) -> Any:
    """
    A value of Qt's or QGIS's as one of JSON's.

    @raise TypeError: there is none.
    """
    if hasattr(value, "isNull") and value.isNull():
        return None
    if hasattr(value, "toString"):
        core = qtModule("QtCore")
        dates = (core.QDate, core.QTime, core.QDateTime)
        return value.toString(core.Qt.ISODate) if isinstance(value, dates) else value.toString()
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    raise TypeError(f"a {type(value).__name__}")


def resources(context: Any) -> str:
    """The folder of templates and files of APIs."""
    from ogctwist.qgiscompat.server.settings import QgsServerSettings

    return QgsServerSettings().apiResourcesDirectory()


class QgsServerStaticHandler(QgsServerOgcApiHandler):
    """Answers with files of a folder."""

    _q_pathRegExp: str
    _q_suffix: str

    def _make(self, pathRegExp: Any = "", staticPathSuffix: str = "") -> None:
        super()._make()
        if isinstance(pathRegExp, QgsServerStaticHandler):
            pathRegExp, staticPathSuffix = pathRegExp._q_pathRegExp, pathRegExp._q_suffix
        self._q_pathRegExp = pathRegExp
        self._q_suffix = staticPathSuffix
        self.setContentTypes([ContentType.HTML])

    def path(self) -> Any:
        """All below C{/static/}, unless another pattern was given."""
        pattern = self._q_pathRegExp or r"/static/(?<staticFilePath>.*)$"
        return qtModule("QtCore").QRegularExpression(pattern)

    def operationId(self) -> Any:
        """Unique text."""
        return "static"

    def summary(self) -> Any:
        """What it does, in short."""
        return "Serves static files"

    def description(self) -> Any:
        """What it does."""
        return "Serves static files"

    def linkTitle(self) -> Any:
        """The title of a link to it."""
        return "Serves static files"

    def linkType(self) -> Any:
        """The relation of a link to it."""
        return Rel.data

    def handleRequest(self, context: Any) -> Any:
        """
        Answer with a file.

        @raise QgsServerApiBadRequestException: there is none; whatever lies outside the folder
            is not there.
        """
        folder = os.path.realpath(self.staticPath(context) + self._q_suffix)
        match = self.path().match(sanitizedPath(context.handlerPath()))
        wanted = os.path.realpath(os.path.join(folder, match.captured("staticFilePath").lstrip("/")))
        if not wanted.startswith(folder + os.sep) or not os.path.isfile(wanted):
            raise QgsServerApiBadRequestException("Static file was not found")
        with open(wanted, "rb") as file:
            content = file.read()
        response = context.response()
        response.setHeader("Content-Type", mimetypes.guess_type(wanted)[0] or "application/octet-stream")
        response.setHeader("Content-Length", str(len(content)))
        response.write(content)
