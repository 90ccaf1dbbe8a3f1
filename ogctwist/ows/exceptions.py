# -*- test-case-name: tests.ows.test_exceptions -*-
"""
Exceptions that become exception reports.

Any room may raise one; the service that answers writes it in the format of its
service and version (L{ogctwist.ows.reports}).
"""

from __future__ import annotations

#: How much of a request's text a message may quote (reference: safe by default).
QUOTED = 200


def quoted(text: str) -> str:
    """A piece of the request, fit to stand in a message."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return clean if len(clean) <= QUOTED else clean[: QUOTED - 1] + "…"


class OWSException(Exception):
    """
    A failure that the client is told about.

    @ivar code: the exception code of the standard (C{InvalidParameterValue},
        C{LayerNotDefined}, …); '' for none.
    @ivar message: for people; no path, no SQL, no stack trace.
    @ivar locator: the parameter at fault, or ''.
    @ivar status: the HTTP status.
    @ivar version: the version of the report where it differs from the one that
        the request asked for; '' normally.
    """

    code = "NoApplicableCode"
    status = 400

    def __init__(
        self,
        message: str,
        code: str | None = None,
        locator: str = "",
        status: int | None = None,
        version: str = "",
    ):
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status
        self.locator = locator
        self.version = version


class InvalidParameterValue(OWSException):
    """A parameter has a value that the operation does not understand."""

    code = "InvalidParameterValue"


class UnreadableValue(InvalidParameterValue):
    """
    A parameter has a value of the wrong kind (no number, no box, …).  To the
    standards that is an invalid value; QGIS's WMS and WMTS have a code of their own for it.
    """


class MissingParameterValue(OWSException):
    """A parameter without which the operation cannot be carried out is missing."""

    code = "MissingParameterValue"


class OperationNotSupported(OWSException):
    """The service has no such operation."""

    code = "OperationNotSupported"
    status = 501


class SecurityException(OWSException):
    """The client is not allowed to do this."""

    code = "Security"
    status = 403


class TooLarge(OWSException):
    """The request, or its answer, is over a limit."""

    status = 413
