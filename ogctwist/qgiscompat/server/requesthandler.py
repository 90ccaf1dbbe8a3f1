# -*- test-case-name: tests.qgiscompat.test_requesthandler -*-
"""QgsRequestHandler: a request and its response, as filters see them."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.server.exceptions import QgsServerException
from ogctwist.qgiscompat.server.request import QgsServerRequest, parameterKey
from ogctwist.qgiscompat.server.response import QgsServerResponse
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsRequestHandler(Wrapper):
    """
    Made of a request and a response.

    Beside the methods of QGIS 3 there are those of QGIS 2 that its tutorials still
    show: C{setHeader}, C{clearHeaders}, C{infoFormat}.
    """

    _q_request: QgsServerRequest
    _q_response: QgsServerResponse
    _q_exceptionRaised: bool

    def _make(self, request: Any, response: Any = None) -> None:
        if isinstance(request, QgsRequestHandler):
            request, response = request._q_request, request._q_response
        self._q_request = request
        self._q_response = response
        self._q_exceptionRaised = False

    # The request.

    def url(self) -> str:
        """The URL, its query in step with the parameters."""
        return str(self._q_request.url().toString())

    def path(self) -> str:
        """The path of the URL."""
        return str(self._q_request.url().path())

    def data(self) -> Any:
        """The body of the request (a QByteArray)."""
        return self._q_request.data()

    def parameterMap(self) -> dict[str, str]:
        """A copy of all parameters, names in upper case."""
        return self._q_request.parameters()

    def parameter(self, key: str) -> str:
        """The value of a parameter, ''; OGC's names in any case, others as they are kept: in upper case."""
        return self._q_request.parameters().get(parameterKey(key), "")

    def setParameter(self, key: str, value: str) -> None:
        """Set a parameter; its name is put in upper case, an empty value ignored."""
        self._q_request.setParameter(key, value)

    def removeParameter(self, key: str) -> None:
        """Remove a parameter."""
        self._q_request.removeParameter(key)

    def format(self) -> str:
        """The value of FORMAT: PNG, JPG, SVG, PDF for those; for GetFeatureInfo that of INFO_FORMAT."""
        parameters = self._q_request.parameters()
        if parameters.get("REQUEST", "").lower() == "getfeatureinfo":
            return parameters.get("INFO_FORMAT", "")
        format = parameters.get("FORMAT", "")
        kind = format.lower().partition(";")[0].strip()
        return {
            "image/png": "PNG", "png": "PNG", "image/jpeg": "JPG", "image/jpg": "JPG", "jpg": "JPG",
            "jpeg": "JPG", "image/svg+xml": "SVG", "svg": "SVG", "application/pdf": "PDF", "pdf": "PDF",
        }.get(kind, format)  # fmt: skip

    infoFormat = format

    def requestHeader(self, name: str) -> str:
        """The value of a header of the request, ''."""
        return self._q_request.header(name)

    def requestHeaders(self) -> dict[str, str]:
        """All headers of the request."""
        return self._q_request.headers()

    def setRequestHeader(self, name: str, value: str) -> None:
        """Set a header of the request, for those that follow to see."""
        self._q_request.setHeader(name, value)

    def removeRequestHeader(self, name: str) -> None:
        """Remove a header of the request."""
        self._q_request.removeHeader(name)

    # The response.

    def appendBody(self, body: Any) -> None:
        """Append bytes to the body; text, as the tutorials of QGIS 2 have it, is UTF-8."""
        self._q_response.write(body.encode("utf-8") if isinstance(body, str) else bytes(body))

    def body(self) -> Any:
        """What of the body has not left yet (a QByteArray of its own)."""
        return self._q_response.data()

    def clearBody(self) -> None:
        """Empty the body."""
        self._q_response.truncate()

    def clear(self) -> None:
        """Empty body and headers."""
        self._q_response.clear()

    def headersSent(self) -> bool:
        """Whether the first byte has left."""
        return bool(self._q_response.headersSent())

    def setResponseHeader(self, name: str, value: str) -> None:
        """Set a header of the response."""
        self._q_response.setHeader(name, value)

    def removeResponseHeader(self, name: str) -> None:
        """Remove a header of the response."""
        self._q_response.removeHeader(name)

    def responseHeader(self, name: str) -> str:
        """The value of a header of the response, ''."""
        return str(self._q_response.header(name))

    def responseHeaders(self) -> dict[str, str]:
        """All headers of the response."""
        return dict(self._q_response.headers())

    setHeader = setResponseHeader

    def clearHeaders(self) -> None:
        """Remove all headers of the response."""
        for name in self.responseHeaders():
            self.removeResponseHeader(name)

    def setStatusCode(self, code: int) -> None:
        """Set the HTTP status."""
        self._q_response.setStatusCode(code)

    def statusCode(self) -> int:
        """The HTTP status."""
        return int(self._q_response.statusCode())

    def sendResponse(self) -> None:
        """Let what is in the buffer leave; C{sendResponse} of filters is not called for it."""
        self._q_response.flush()

    # Failures.

    def setServiceException(self, ex: QgsServerException) -> None:
        """Make an exception the answer; the service does not begin if it has not."""
        checkException(ex)
        self._q_exceptionRaised = True
        self._q_response.write(ex)

    def exceptionRaised(self) -> bool:
        """Whether L{setServiceException} was called."""
        return self._q_exceptionRaised


def checkException(error: Any) -> None:
    """
    @raise TypeError: it is no QgsServerException.  A QgsOgcServiceException is none, in
        PyQGIS: it can be raised instead.
    """
    if not isinstance(error, QgsServerException):
        raise TypeError(
            "QgsRequestHandler.setServiceException(self, QgsServerException): argument 1 has unexpected type "
            f"'{type(error).__name__}'"
        )


class LiveRequestHandler(QgsRequestHandler):
    """The request that is being served."""

    def _make(self, request: Any, response: Any = None) -> None:
        super()._make(request, response)

    def path(self) -> str:
        """The path of the URL, decoded."""
        return str(self._q_request._q_handler().path())

    def requestHeader(self, name: str) -> str:
        """The value of a header of the request, ''."""
        return str(self._q_request._q_handler().requestHeader(name))

    def setServiceException(self, ex: QgsServerException) -> None:
        """Make an exception the answer; the service does not begin if it has not."""
        checkException(ex)
        self._q_request._q_handler().setServiceException(ReportedException(ex))

    def exceptionRaised(self) -> bool:
        """Whether an exception was set, or the request could not be read."""
        return bool(self._q_request._q_handler().exceptionRaised())


class ReportedException:
    """A QgsServerException as our request handler takes it; the status is that of its constructor."""

    def __init__(self, error: QgsServerException):
        self._error = error
        self.responseCode = error._q_responseCode

    def formatResponse(self) -> tuple[bytes, str]:
        """@return: body and type."""
        body, contentType = self._error.formatResponse()
        return bytes(body), str(contentType)
