# -*- test-case-name: tests.qgiscompat.test_exceptions -*-
"""Exceptions that a QGIS plugin raises, as ours."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ogctwist.interfaces import OWSException
from ogctwist.qgiscompat.server.exceptions import QgsOgcServiceException, QgsServerException
from ogctwist.server.reports import PreparedReport


def asOwsException(error: QgsServerException | QgsOgcServiceException) -> OWSException:
    """
    The exception report that a raised exception becomes: that of the service and version
    asked for; but a class of the plugin's own that formats itself is taken at its word.
    """
    if type(error).formatResponse not in (
        QgsServerException.formatResponse,
        QgsOgcServiceException.formatResponse,
    ):
        body, contentType = error.formatResponse()
        return PreparedReport(error._q_responseCode, str(contentType), bytes(body))
    if isinstance(error, QgsOgcServiceException):
        return OWSException(error._q_message, error._q_code, error._q_locator, error._q_responseCode)
    return OWSException(error._q_message, status=error._q_responseCode)


def translate(failure: Failure) -> Failure:
    """The failure of a hook with an exception of ours in the place of one of QGIS's."""
    if isinstance(failure.value, (QgsServerException, QgsOgcServiceException)):
        return Failure(asOwsException(failure.value))
    return failure


def translated(answer: Deferred[Any]) -> Deferred[Any]:
    """The same Deferred with its failures translated."""
    return answer.addErrback(translate)
