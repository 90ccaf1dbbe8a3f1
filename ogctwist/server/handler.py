# -*- test-case-name: tests.server.test_handler -*-
"""One request and its response, as filters see them: QGIS's request handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from twisted.logger import Logger
from zope.interface import implementer

from ogctwist.interfaces import IRequestHandler, OWSException
from ogctwist.ows.parameters import upperName
from ogctwist.server.answer import Answer
from ogctwist.server.environment import cgiVariable

if TYPE_CHECKING:
    from ogctwist.ows.arrival import Arrival
    from ogctwist.project.model import Project

log = Logger()

#: What a client is told of a failure that is ours.
INTERNAL_ERROR = b"Internal Server Error"

#: Writes an exception report: status, content type, body.
Reporter = Callable[["RequestHandler", OWSException], "tuple[int, str, bytes]"]


@implementer(IRequestHandler)
class RequestHandler:
    """
    See L{IRequestHandler}.

    @ivar arrival: the request as it came.
    @ivar answer: the answer in the making.
    @ivar isLost: the client has gone; what is still written goes nowhere.
    @ivar configFilePath: the path of the project, as known by now.
    @ivar access: what access control says to the request (L{RequestAccess}); None before it is asked.
    @ivar api: the API that took the request, if one did.
    @ivar isRouted: whether the APIs were asked.
    @ivar notes: what others keep with the request, each under a key of its own.
    """

    project: Project | None = None
    access: Any = None
    api: Any = None
    isRouted = False

    def __init__(self, arrival: Arrival, report: Reporter):
        self.arrival: Arrival = arrival
        self.requestId = arrival.requestId
        self.answer = Answer()
        self.isLost = False
        self.configFilePath = ""
        self.notes: dict[str, Any] = {}
        self._method = arrival.method
        self._report = report
        self._parameters: dict[str, str] = dict(arrival.parameters.items())
        self._headers = dict(arrival.headers)
        self._query = [part for part in arrival.query.split("&") if part]
        self._exceptionRaised = False
        self._failed = False
        if arrival.parseError is not None:
            self.setServiceException(arrival.parseError)

    # The request.

    def parameterMap(self) -> dict[str, str]:
        return dict(self._parameters)

    def parameter(self, name: str) -> str:
        return self._parameters.get(upperName(name), "")

    def setParameter(self, name: str, value: str) -> None:
        if not value:
            return
        name, value = upperName(name), str(value)
        self._parameters[name] = value
        written = f"{quote(name, safe='')}={quote(value, safe='/:,')}"
        places = self._placesOf(name)
        if places:
            self._query[places[0]] = written
            for place in reversed(places[1:]):
                del self._query[place]
        else:
            self._query.append(written)

    def removeParameter(self, name: str) -> None:
        if self._parameters.pop(name, None) is None:
            return
        for place in reversed(self._placesOf(name)):
            del self._query[place]

    def _placesOf(self, name: str) -> list[int]:
        return [
            i for i, part in enumerate(self._query) if upperName(unquote_plus(part.partition("=")[0])) == name
        ]

    def query(self) -> str:
        """The query of the URL, as it came save for what filters changed."""
        return "&".join(self._query)

    def rawParameter(self, name: str) -> str:
        """
        The value of a parameter as it is spelled in the URL, or encoded anew when
        a form had it; '' if absent.
        """
        for place in reversed(self._placesOf(upperName(name))):
            return self._query[place].partition("=")[2]
        return quote(self.parameter(name), safe="/:")

    def url(self) -> str:
        query = self.query()
        base = self.arrival.url.partition("?")[0]
        return f"{base}?{query}" if query else base

    def path(self) -> str:
        return self.arrival.path

    def setUrl(self, url: str) -> None:
        """Put a URL's query, and so its parameters, in the place of all; its path stays what it was."""
        self._query = [part for part in url.partition("?")[2].partition("#")[0].split("&") if part]
        pairs = [part.partition("=") for part in self._query]
        self._parameters = {upperName(unquote_plus(name)): unquote_plus(value) for name, _, value in pairs}

    def method(self) -> str:
        return self._method

    def setMethod(self, method: str) -> None:
        """Have the service see another method."""
        self._method = method.upper()

    def data(self) -> bytes:
        return self.arrival.body

    def requestHeader(self, name: str) -> str:
        return self._headers.get(name.lower(), "")

    def requestHeaders(self) -> dict[str, str]:
        return dict(self._headers)

    def setRequestHeader(self, name: str, value: str) -> None:
        """Set a header of the request, for later filters and the service to see."""
        self._headers[name.lower()] = str(value)

    def removeRequestHeader(self, name: str) -> None:
        """Remove a header of the request."""
        self._headers.pop(name.lower(), None)

    def environment(self, name: str) -> str:
        return cgiVariable(self, name)

    # The response.

    def setResponseHeader(self, name: str, value: str) -> None:
        self.answer.setHeader(name, value)

    def removeResponseHeader(self, name: str) -> None:
        self.answer.removeHeader(name)

    def responseHeader(self, name: str) -> str:
        return self.answer.headers.get(name, "")

    def responseHeaders(self) -> dict[str, str]:
        return dict(self.answer.headers)

    def setStatusCode(self, code: int) -> None:
        self.answer.setStatus(code)

    def statusCode(self) -> int:
        return self.answer.status

    def headersSent(self) -> bool:
        return self.answer.headersSent

    def body(self) -> bytes:
        return bytes(self.answer.buffer)

    def appendBody(self, data: bytes) -> None:
        self.answer.write(data)

    def clearBody(self) -> None:
        self.answer.truncate()

    def clear(self) -> None:
        self.answer.clear()

    # Failures.

    def setServiceException(self, error: OWSException | Any) -> None:
        self._exceptionRaised = True
        if isinstance(error, OWSException):
            status, contentType, body = self._report(self, error)
        else:
            body, contentType = error.formatResponse()
            code = error.responseCode
            status = code() if callable(code) else code
        if not self.answer.replace(status, contentType, bytes(body)):
            log.warn("an exception came after the headers of request {requestId}", requestId=self.requestId)

    def exceptionRaised(self) -> bool:
        return self._exceptionRaised

    def report(self, error: OWSException) -> None:
        """
        Make a service's exception the answer; as in QGIS, L{exceptionRaised}
        does not tell of it.
        """
        self.answer.replace(*self._report(self, error))

    def fail(self) -> None:
        """Make "500 Internal Server Error" the answer; the service is skipped if it has not begun."""
        self._failed = True
        self.answer.replace(500, "text/plain; charset=utf-8", INTERNAL_ERROR)

    @property
    def hasFailed(self) -> bool:
        """Whether L{fail} was called."""
        return self._failed

    @property
    def isStopped(self) -> bool:
        """Whether the service must not begin: a filter set an exception, or failed."""
        return self._exceptionRaised or self._failed
