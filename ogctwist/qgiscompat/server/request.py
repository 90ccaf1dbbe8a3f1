# -*- test-case-name: tests.qgiscompat.test_request -*-
"""QgsServerRequest and its kinds."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ogctwist.ows.parameters import upperName
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.threads import checkTime
from ogctwist.qgiscompat.wrapper import Wrapper, exposed

if TYPE_CHECKING:
    from ogctwist.server.handler import RequestHandler

#: Parameters that QGIS finds in any case; others only in upper case.
KNOWN = frozenset({"SERVICE", "VERSION", "REQUEST", "MAP", "FILE_NAME"})


class Method(IntEnum):
    """HTTP methods."""

    HeadMethod = 0
    PutMethod = 1
    GetMethod = 2
    PostMethod = 3
    DeleteMethod = 4
    PatchMethod = 5


class RequestHeader(IntEnum):
    """The headers that QGIS Server reads itself."""

    HOST = 0
    FORWARDED = 1
    X_FORWARDED_FOR = 2
    X_FORWARDED_HOST = 3
    X_FORWARDED_PROTO = 4
    X_QGIS_SERVICE_URL = 5
    X_QGIS_WMS_SERVICE_URL = 6
    X_QGIS_WFS_SERVICE_URL = 7
    X_QGIS_WCS_SERVICE_URL = 8
    X_QGIS_WMTS_SERVICE_URL = 9
    ACCEPT = 10
    USER_AGENT = 11
    AUTHORIZATION = 12


def headerName(name: str | RequestHeader) -> str:
    """The usual spelling of a header's name: C{User-Agent}."""
    text = name.name if isinstance(name, RequestHeader) else str(name)
    return "-".join(part.capitalize() for part in text.replace("_", "-").split("-"))


def parameterKey(name: str) -> str:
    """The key under which QGIS looks a parameter up."""
    upper = upperName(name)
    return upper if upper in KNOWN else name


def _url(url: Any) -> Any:
    QUrl = qtModule("QtCore").QUrl
    return url if isinstance(url, QUrl) else QUrl(url)


@exposed(Method, RequestHeader)
class QgsServerRequest(Wrapper):
    """A request: its URL, method, headers and body."""

    _q_url: Any
    _q_originalUrl: Any
    _q_baseUrl: Any
    _q_method: Method
    _q_headers: dict[str, str]
    _q_parameters: dict[str, str]

    def _make(
        self, url: Any = "", method: int = Method.GetMethod, headers: Mapping[str, str] | None = None
    ) -> None:
        if isinstance(url, QgsServerRequest):
            url, method, headers = url.url(), url.method(), url.headers()
        self._q_method = Method(method)
        self._q_headers = dict(headers or {})
        self._q_originalUrl = self._q_baseUrl = _url(url)
        self._q_setUrl(_url(url))

    def _q_setUrl(self, url: Any) -> None:
        """Take the parameters from the query of a URL."""
        self._q_url = url
        query = url.toEncoded().data().decode("ascii", "replace").partition("?")[2].partition("#")[0]
        self._q_parameters = {
            upperName(name): value for name, value in parse_qsl(query, keep_blank_values=True)
        }

    def url(self) -> Any:
        """The URL (a QUrl), its query in step with the parameters."""
        return self._q_url

    def setUrl(self, url: Any) -> None:
        """Put another URL in the place of this one; its query gives the parameters."""
        self._q_setUrl(_url(url))

    def originalUrl(self) -> Any:
        """The URL as the web server got it."""
        return self._q_originalUrl

    def setOriginalUrl(self, url: Any) -> None:
        """Set the URL as the web server got it."""
        self._q_originalUrl = _url(url)

    def baseUrl(self) -> Any:
        """The URL without path and query of the service."""
        return self._q_baseUrl

    def setBaseUrl(self, url: Any) -> None:
        """Set the base URL."""
        self._q_baseUrl = _url(url)

    def method(self) -> Method:
        """The HTTP method."""
        return self._q_method

    def setMethod(self, method: int) -> None:
        """Set the HTTP method."""
        self._q_method = Method(method)

    @staticmethod
    def methodToString(method: int) -> str:
        """C{GET} for C{GetMethod}."""
        return Method(method).name.removesuffix("Method").upper()

    def parameters(self) -> dict[str, str]:
        """A copy of all parameters, names in upper case."""
        return dict(self._q_parameters)

    def parameter(self, key: str, defaultValue: str = "") -> str:
        """The value of a parameter, or C{defaultValue} when it is absent or empty."""
        return self.parameters().get(parameterKey(key), "") or defaultValue

    def queryParameter(self, name: str, defaultValue: str = "") -> str:
        """The value of a parameter of the URL's query; names are case-sensitive."""
        core = qtModule("QtCore")
        found = core.QUrlQuery(self.url())
        if not found.hasQueryItem(name):
            return defaultValue
        return str(found.queryItemValue(name, core.QUrl.FullyDecoded))

    def setParameter(self, key: str, value: str) -> None:
        """Set a parameter; an empty value is ignored."""
        if value:
            self._q_parameters[upperName(key)] = value
            self._q_writeQuery()

    def removeParameter(self, key: str) -> None:
        """Remove a parameter."""
        if self._q_parameters.pop(parameterKey(key), None) is not None:
            self._q_writeQuery()

    def _q_writeQuery(self) -> None:
        core = qtModule("QtCore")
        query = core.QUrlQuery()
        for name, value in self._q_parameters.items():
            query.addQueryItem(name, bytes(core.QUrl.toPercentEncoding(value, b"/:,")).decode())
        self._q_url.setQuery(query)

    def serverParameters(self) -> Any:
        """The parameters as a QgsServerParameters."""
        from ogctwist.qgiscompat.server.parameters import QgsServerParameters

        return QgsServerParameters(self)

    def header(self, name: str | RequestHeader) -> str:
        """The value of a header, ''."""
        wanted = headerName(name).lower()
        return next((v for k, v in self.headers().items() if k.lower().replace("_", "-") == wanted), "")

    def headers(self) -> dict[str, str]:
        """All headers."""
        return dict(self._q_headers)

    def setHeader(self, name: str, value: str) -> None:
        """Set a header."""
        self._q_headers[name] = value

    def removeHeader(self, name: str) -> None:
        """Remove a header."""
        self._q_headers.pop(name, None)

    def data(self) -> Any:
        """The body (a QByteArray)."""
        return qtModule("QtCore").QByteArray()


class QgsBufferServerRequest(QgsServerRequest):
    """A request made by hand."""

    _q_data: bytes

    def _make(
        self,
        url: Any,
        method: int = Method.GetMethod,
        headers: Mapping[str, str] | None = None,
        data: Any = None,
    ) -> None:
        if isinstance(url, QgsServerRequest):
            data = url.data()
        super()._make(url, method, headers)
        self._q_data = b"" if data is None else bytes(data)

    def data(self) -> Any:
        """The body (a QByteArray)."""
        return qtModule("QtCore").QByteArray(self._q_data)


class QgsFcgiServerRequest(QgsServerRequest):
    """A request that came from the network."""

    def hasError(self) -> bool:
        """Whether it could not be read."""
        return False


class LiveRequest(QgsFcgiServerRequest):
    """
    The request that is being served: what filters change here is seen by those that
    follow, and by the service.
    """

    _q_native: RequestHandler

    def _make(self, native: RequestHandler) -> None:  # type: ignore[override]
        self._q_native = native

    def _q_handler(self) -> RequestHandler:
        checkTime()
        return self._q_native

    def hasError(self) -> bool:
        """Whether it could not be read."""
        return self._q_handler().arrival.parseError is not None

    def url(self) -> Any:
        """The URL (a QUrl), its query in step with the parameters."""
        return qtModule("QtCore").QUrl(self._q_handler().url())

    def setUrl(self, url: Any) -> None:
        """Put another URL in the place of this one; its query gives the parameters."""
        self._q_handler().setUrl(_url(url).toEncoded().data().decode())

    def originalUrl(self) -> Any:
        """The URL as the client used it."""
        return qtModule("QtCore").QUrl(self._q_handler().arrival.url)

    def setOriginalUrl(self, url: Any) -> None:
        """Without effect: what the client used is known."""
        checkTime()

    def baseUrl(self) -> Any:
        """The URL that the client used, without its query."""
        return qtModule("QtCore").QUrl(self._q_handler().arrival.url.partition("?")[0])

    def setBaseUrl(self, url: Any) -> None:
        """Without effect: what the client used is known."""
        checkTime()

    def method(self) -> Method:
        """The HTTP method."""
        name = self._q_handler().method().capitalize() + "Method"
        return Method.__members__.get(name, Method.GetMethod)

    def setMethod(self, method: int) -> None:
        """Set the HTTP method."""
        self._q_handler().setMethod(self.methodToString(method))

    def parameters(self) -> dict[str, str]:
        """A copy of all parameters, names in upper case."""
        return self._q_handler().parameterMap()

    def setParameter(self, key: str, value: str) -> None:
        """Set a parameter; an empty value is ignored."""
        self._q_handler().setParameter(key, value)

    def removeParameter(self, key: str) -> None:
        """Remove a parameter."""
        self._q_handler().removeParameter(parameterKey(key))

    def header(self, name: str | RequestHeader) -> str:
        """The value of a header, ''."""
        return self._q_handler().requestHeader(headerName(name) if isinstance(name, RequestHeader) else name)

    def headers(self) -> dict[str, str]:
        """All headers."""
        return {headerName(k): v for k, v in self._q_handler().requestHeaders().items()}

    def setHeader(self, name: str, value: str) -> None:
        """Set a header, for those that follow to see."""
        self._q_handler().setRequestHeader(name, value)

    def removeHeader(self, name: str) -> None:
        """Remove a header."""
        self._q_handler().removeRequestHeader(name)

    def data(self) -> Any:
        """The body (a QByteArray)."""
        return qtModule("QtCore").QByteArray(self._q_handler().data())
