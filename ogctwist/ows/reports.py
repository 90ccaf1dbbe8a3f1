# -*- test-case-name: tests.ows.test_reports -*-
"""
Exception reports: failures in the format of each service and version.

For the versions that QGIS Server speaks the form is QGIS's: a
C{ServiceExceptionReport} for WMS (its version 1.3.0 whatever was asked for),
WFS 1.0.0 and 1.1.0 and WCS 1.0.0 (1.2.0), WMTS 1.0.0 (1.0.0).  Later versions
have the report of OWS Common 1.1 (06-121r3, clause 8).
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from xml.sax import saxutils

from ogctwist.ows.exceptions import OWSException

XML = "text/xml; charset=utf-8"
JSON = "application/json"
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
#: What XML 1.0 cannot spell (production 2).
_UNSPELLABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OGC = "http://www.opengis.net/ogc"
#: OWS Common version: namespace and schema.
_OWS = {
    "1.0": ("http://www.opengis.net/ows", "http://schemas.opengis.net/ows/1.0.0/owsExceptionReport.xsd"),
    "1.1": ("http://www.opengis.net/ows/1.1", "http://schemas.opengis.net/ows/1.1.0/owsExceptionReport.xsd"),
    "2.0": ("http://www.opengis.net/ows/2.0", "http://schemas.opengis.net/ows/2.0/owsExceptionReport.xsd"),
}
#: Version attribute of the C{ServiceExceptionReport} of each service.
_SERVICE_EXCEPTION = {"WMS": "1.3.0", "WFS": "1.2.0", "WCS": "1.2.0", "WMTS": "1.0.0"}
#: Versions of a service, as a prefix of the number, that have an OWS Common report, and which.
_OWS_COMMON = {("WFS", "2."): "1.1", ("WCS", "1.1"): "1.1", ("WCS", "2."): "2.0"}


class Report(NamedTuple):
    """An answer: what L{ogctwist.interfaces.IService.formatException} returns."""

    status: int
    contentType: str
    body: bytes


def escaped(text: str) -> str:
    """Text as the content of an XML element; what XML cannot spell is replaced."""
    return saxutils.escape(_UNSPELLABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def attribute(text: str) -> str:
    """Text as the value of an XML attribute, with its quotes."""
    return saxutils.quoteattr(_UNSPELLABLE.sub("\N{REPLACEMENT CHARACTER}", text))


def exceptionReport(error: OWSException, service: str, version: str = "") -> Report:
    """
    The report of C{error} for a request of this service and version.

    @param service: C{WMS}, C{WFS}, C{WCS}, C{WMTS}; any other is reported as WMS.
    @param version: as asked for, or ''.
    """
    for (name, prefix), common in _OWS_COMMON.items():
        if service == name and version.startswith(prefix):
            return owsReport(error, error.version or version, common)
    return serviceExceptionReport(error, _SERVICE_EXCEPTION.get(service, "1.3.0"))


def serviceExceptionReport(error: OWSException, version: str = "1.3.0") -> Report:
    """
    C{ServiceExceptionReport} (06-042, annex E; 02-058, 8.7), as QGIS Server writes it.

    @param version: of the report; the error's own goes before it.
    """
    code = f" code={attribute(error.code)}" if error.code else ""
    locator = f" locator={attribute(error.locator)}" if error.locator else ""
    body = (
        f'{_PROLOG}<ServiceExceptionReport xmlns="{_OGC}" version={attribute(error.version or version)}>\n'
        f" <ServiceException{code}{locator}>{escaped(error.message)}</ServiceException>\n"
        "</ServiceExceptionReport>\n"
    )
    return Report(error.status, XML, body.encode())


def owsReport(error: OWSException, version: str, common: str = "1.1") -> Report:
    """
    C{ows:ExceptionReport}.

    @param version: of the service.
    @param common: of OWS Common: 1.0 (05-008), 1.1 (06-121r3) or 2.0 (06-121r9).
    """
    locator = f" locator={attribute(error.locator)}" if error.locator else ""
    space, schema = _OWS[common]
    body = (
        f'{_PROLOG}<ows:ExceptionReport xmlns:ows="{space}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{space} {schema}" version={attribute(version)}>\n'
        f" <ows:Exception exceptionCode={attribute(error.code or 'NoApplicableCode')}{locator}>\n"
        f"  <ows:ExceptionText>{escaped(error.message)}</ows:ExceptionText>\n"
        " </ows:Exception>\n</ows:ExceptionReport>\n"
    )
    return Report(error.status, XML, body.encode())


def serverExceptionReport(error: OWSException) -> Report:
    """QGIS Server's C{ServerException}: a failure before any service is concerned."""
    body = f"{_PROLOG}<ServerException>{escaped(error.message)}</ServerException>\n"
    return Report(error.status, XML, body.encode())


def jsonReport(error: OWSException) -> Report:
    """The report of OGC APIs, as QGIS Server writes it: a list of one object, code and description."""
    text = json.dumps([{"code": error.code, "description": error.message}], ensure_ascii=False)
    # Lone surrogates have no UTF-8.
    return Report(error.status, JSON, text.encode("utf-8", "replace"))
