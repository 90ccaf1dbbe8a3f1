# -*- test-case-name: tests.services.wfs.test_service -*-
"""Failures of the WFS, with QGIS Server's codes where it has some."""

from __future__ import annotations

from ogctwist.interfaces import OWSException
from ogctwist.ows.exceptions import SecurityException, UnreadableValue, quoted
from ogctwist.ows.reports import Report, exceptionReport
from ogctwist.services.wfs.versions import WfsVersion

#: QGIS Server's code for a value that cannot be converted.
UNREADABLE = "Invalid Parameter"


class RequestNotWellFormed(OWSException):
    """What QGIS Server answers to nearly every request that makes no sense to it."""

    code = "RequestNotWellFormed"


class LayerUnavailable(OWSException):
    """The source of a layer cannot be read; why is in the log."""

    status = 500

    def __init__(self, typeName: str):
        super().__init__(f"The features of '{quoted(typeName)}' cannot be read")


class OptionNotSupported(OWSException):
    """The operation is there, but not this way of it (OGC 06-121r3, 8.3)."""

    code = "OptionNotSupported"
    status = 501


class NotFound(OWSException):
    """There is no feature of that id (OGC 09-025r2, 7.9.3.6 and annex D)."""

    code = "NotFound"
    status = 404


def unknownType(typeName: str) -> RequestNotWellFormed:
    """No layer of that name is published."""
    return RequestNotWellFormed(f"TypeName '{quoted(typeName)}' could not be found", locator="TYPENAME")


def unknownProperty(name: str, typeName: str) -> RequestNotWellFormed:
    """The type has no such attribute, or not for this request."""
    return RequestNotWellFormed(
        f"'{quoted(typeName)}' has no property '{quoted(name)}'", locator="PROPERTYNAME"
    )


def readDenied() -> SecurityException:
    """The layer may not be read."""
    return SecurityException("Feature access permission denied")


def wfsReport(error: OWSException, version: WfsVersion) -> Report:
    """The report of a failure in the form of a version."""
    code = error.code
    if version.isTwo:
        # OGC 09-025r2, 7.5, has no such code
        code = {"RequestNotWellFormed": "OperationParsingFailed", "Security": "NoApplicableCode"}.get(
            code, code
        )
    elif isinstance(error, UnreadableValue):
        code = UNREADABLE
    if code != error.code:
        error = OWSException(error.message, code, error.locator, error.status, error.version)
    return exceptionReport(error, "WFS", version.number)
