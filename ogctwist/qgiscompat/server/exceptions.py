# -*- test-case-name: tests.qgiscompat.test_exceptions -*-
"""
Exceptions of C{qgis.server}.

In PyQGIS the first two are no Python exceptions; here they can be raised, in any
hook: that makes them the answer.
"""

from __future__ import annotations

from typing import Any

from ogctwist.ows.exceptions import OWSException
from ogctwist.ows.reports import serverExceptionReport, serviceExceptionReport
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsServerException(Wrapper, Exception):
    """A failure that the client is told of, as C{ServerException}."""

    _q_message: str
    _q_responseCode: int

    def _make(self, message: str | QgsServerException, responseCode: int = 500) -> None:
        if isinstance(message, QgsServerException):
            message, responseCode = message._q_message, message._q_responseCode
        self.args = (message, responseCode)
        self._q_message = message
        self._q_responseCode = responseCode

    def responseCode(self) -> int:
        """The HTTP status."""
        return self._q_responseCode

    def formatResponse(self) -> Any:
        """@return: the body, as a QByteArray, and its type."""
        report = serverExceptionReport(OWSException(self._q_message, status=self._q_responseCode))
        return qtModule("QtCore").QByteArray(report.body), report.contentType

    def __str__(self) -> str:
        return str(getattr(self, "_q_message", ""))


class QgsOgcServiceException(Wrapper, Exception):
    """A failure that the client is told of, as C{ServiceExceptionReport}."""

    _q_code: str
    _q_message: str
    _q_locator: str
    _q_responseCode: int
    _q_version: str

    def _make(
        self,
        code: str | QgsOgcServiceException,
        message: str = "",
        locator: str = "",
        responseCode: int = 200,
        version: str = "1.3.0",
    ) -> None:
        if isinstance(code, QgsOgcServiceException):
            other = code
            code, message, locator = other._q_code, other._q_message, other._q_locator
            responseCode, version = other._q_responseCode, other._q_version
        self.args = (code, message)
        self._q_code = code
        self._q_message = message
        self._q_locator = locator
        self._q_responseCode = responseCode
        self._q_version = version

    def code(self) -> str:
        """The exception code of the standard."""
        return self._q_code

    def message(self) -> str:
        """The text for people."""
        return self._q_message

    def locator(self) -> str:
        """What in the request is at fault, or ''."""
        return self._q_locator

    def version(self) -> str:
        """The version of the report."""
        return self._q_version

    def responseCode(self) -> int:
        """The HTTP status."""
        return self._q_responseCode

    def formatResponse(self) -> Any:
        """@return: the body, as a QByteArray, and its type."""
        error = OWSException(self._q_message, self._q_code, self._q_locator, self._q_responseCode)
        report = serviceExceptionReport(error, self._q_version)
        return qtModule("QtCore").QByteArray(report.body), report.contentType

    def __str__(self) -> str:
        return str(getattr(self, "_q_message", ""))


class QgsServerApiBadRequestException(Exception):
    """Raised in a handler of an API: status 400, with the text."""


class QgsServerApiInternalServerError(Exception):
    """Raised in a handler of an API: status 500, with the text."""
