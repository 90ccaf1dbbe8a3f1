# -*- test-case-name: tests.server.test_dispatch -*-
"""The reports of failures for which no service answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax import saxutils

from ogctwist.ows.exceptions import OWSException

_XML = "text/xml; charset=utf-8"
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


#: What XML 1.0 cannot spell (production 2).
_UNSPELLABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Text as the content of an element."""
    return saxutils.escape(_UNSPELLABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def quoteattr(text: str) -> str:
    """Text as the value of an attribute, with its quotes."""
    return saxutils.quoteattr(_UNSPELLABLE.sub("\N{REPLACEMENT CHARACTER}", text))


class ServerException(OWSException):
    """
    A failure before any service is concerned; reported as QGIS Server's
    C{ServerException}, whatever the service asked for.
    """

    code = ""
    status = 500


def projectFileError(status: int) -> ServerException:
    """There is no project, or it cannot be read: the same words for all, so that nobody can feel for files."""
    return ServerException(
        "Project file error. For OWS services: please provide a SERVICE and a MAP parameter "
        "pointing to a valid QGIS project file",
        status=status,
    )


def unknownService(names: Iterable[str]) -> OWSException:
    """SERVICE names nothing that is registered; with status 200, as in QGIS Server."""
    return OWSException(
        "Service unknown or unsupported. Current supported services (case-sensitive): "
        f"{' '.join(names)}, or use a WFS3 (OGC API Features) endpoint",
        code="Service configuration error",
        status=200,
        version="1.3.0",
    )


def serverException(error: OWSException) -> tuple[int, str, bytes]:
    """C{<ServerException>}: status, content type, body."""
    body = f"{_PROLOG}<ServerException>{escape(error.message)}</ServerException>\n"
    return error.status, _XML, body.encode()


def serviceExceptionReport(error: OWSException) -> tuple[int, str, bytes]:
    """C{<ServiceExceptionReport>} (OGC 06-042, annex E): status, content type, body."""
    locator = f" locator={quoteattr(error.locator)}" if error.locator else ""
    body = (
        f"{_PROLOG}<ServiceExceptionReport version={quoteattr(error.version or '1.3.0')} "
        'xmlns="http://www.opengis.net/ogc">\n'
        f" <ServiceException code={quoteattr(error.code)}{locator}>{escape(error.message)}</ServiceException>\n"
        "</ServiceExceptionReport>\n"
    )
    return error.status, _XML, body.encode()
