# -*- test-case-name: tests.qgiscompat.test_qt -*-
"""
PyQt5.QtNetwork without Qt: requests can be made up, but nothing goes out; C{treq} on the
reactor, or C{urllib} in a hook, are what plugins have.
"""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.qt.bytearrays import QByteArray, asBytes
from ogctwist.qgiscompat.qt.devices import QIODevice
from ogctwist.qgiscompat.qt.enums import enum, member
from ogctwist.qgiscompat.qt.objects import QObject, pyqtSignal
from ogctwist.qgiscompat.qt.urls import QUrl

__all__ = ["QNetworkAccessManager", "QNetworkReply", "QNetworkRequest"]

KnownHeaders = enum(
    "KnownHeaders",
    ContentTypeHeader=0, ContentLengthHeader=1, LocationHeader=2, LastModifiedHeader=3, CookieHeader=4,
    SetCookieHeader=5, ContentDispositionHeader=6, UserAgentHeader=7, ServerHeader=8, IfModifiedSinceHeader=9,
    ETagHeader=10, IfMatchHeader=11, IfNoneMatchHeader=12,
)  # fmt: skip
Attribute = enum(
    "Attribute",
    HttpStatusCodeAttribute=0, HttpReasonPhraseAttribute=1, RedirectionTargetAttribute=2,
    CacheLoadControlAttribute=4, CacheSaveControlAttribute=5, FollowRedirectsAttribute=21,
    RedirectPolicyAttribute=24,
)  # fmt: skip
CacheLoadControl = enum("CacheLoadControl", AlwaysNetwork=0, PreferNetwork=1, PreferCache=2, AlwaysCache=3)
NetworkError = enum(
    "NetworkError",
    NoError=0, ConnectionRefusedError=1, HostNotFoundError=3, TimeoutError=4, OperationCanceledError=5,
    ContentAccessDenied=201, ContentNotFoundError=203, AuthenticationRequiredError=204,
    UnknownNetworkError=99, ProtocolUnknownError=301, UnknownServerError=499,
)  # fmt: skip


@member(KnownHeaders, Attribute, CacheLoadControl)
class QNetworkRequest:
    """A request that could be sent."""

    def __init__(self, url: Any = None):
        self._url = QUrl(url) if url is not None else QUrl()
        self._headers: dict[int, Any] = {}
        self._raw: dict[bytes, bytes] = {}
        self._attributes: dict[int, Any] = {}

    def url(self) -> QUrl:
        return self._url

    def setUrl(self, url: QUrl) -> None:
        self._url = url

    def header(self, header: int) -> Any:
        return self._headers.get(int(header))

    def setHeader(self, header: int, value: Any) -> None:
        self._headers[int(header)] = value

    def rawHeader(self, name: Any) -> QByteArray:
        return QByteArray(self._raw.get(asBytes(name), b""))

    def setRawHeader(self, name: Any, value: Any) -> None:
        self._raw[asBytes(name)] = asBytes(value)

    def attribute(self, code: int, default: Any = None) -> Any:
        return self._attributes.get(int(code), default)

    def setAttribute(self, code: int, value: Any) -> None:
        self._attributes[int(code)] = value


@member(NetworkError)
class QNetworkReply(QIODevice):
    """What came of a request: nothing was sent."""

    finished = pyqtSignal()

    def __init__(self, request: Any = None):
        super().__init__()
        self._request = request or QNetworkRequest()

    def error(self) -> Any:
        return NetworkError.OperationCanceledError

    def errorString(self) -> str:
        return "this server does not send requests for plugins"

    def isFinished(self) -> bool:
        return True

    def url(self) -> QUrl:
        return self._request.url()

    def attribute(self, code: int) -> Any:
        return None

    def rawHeader(self, name: Any) -> QByteArray:
        return QByteArray()

    def abort(self) -> None:
        """It is over already."""


class QNetworkAccessManager(QObject):
    """Sends nothing: every reply is an error at once."""

    finished = pyqtSignal(QNetworkReply)

    def get(self, request: Any) -> QNetworkReply:
        return QNetworkReply(request)

    def post(self, request: Any, data: Any = None) -> QNetworkReply:
        return QNetworkReply(request)

    put = post

    def head(self, request: Any) -> QNetworkReply:
        return QNetworkReply(request)

    deleteResource = head
