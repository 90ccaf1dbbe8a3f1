"""Exception reports of each service and version."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.ows.exceptions import InvalidParameterValue, OWSException
from ogctwist.ows.reports import (
    exceptionReport,
    jsonReport,
    owsReport,
    serverExceptionReport,
    serviceExceptionReport,
)

OGC = "{http://www.opengis.net/ogc}"


class ReportTests(SynchronousTestCase):
    error = InvalidParameterValue("WIDTH ('<x>') is not an integer", locator="WIDTH")

    def test_asQgisWritesIt(self) -> None:
        report = exceptionReport(self.error, "WMS", "1.3.0")
        self.assertEqual(
            report.body,
            b'<?xml version="1.0" encoding="UTF-8"?>\n'
            b'<ServiceExceptionReport xmlns="http://www.opengis.net/ogc" version="1.3.0">\n'
            b' <ServiceException code="InvalidParameterValue" locator="WIDTH">'
            b"WIDTH ('&lt;x&gt;') is not an integer</ServiceException>\n"
            b"</ServiceExceptionReport>\n",
        )
        self.assertEqual((report.status, report.contentType), (400, "text/xml; charset=utf-8"))

    def test_versionsOfTheReport(self) -> None:
        for service, version, expected in (
            ("WMS", "1.1.1", "1.3.0"),
            ("WMS", "", "1.3.0"),
            ("WFS", "1.0.0", "1.2.0"),
            ("WFS", "1.1.0", "1.2.0"),
            ("WFS", "", "1.2.0"),
            ("WCS", "1.0.0", "1.2.0"),
            ("WMTS", "1.0.0", "1.0.0"),
            ("NONE", "", "1.3.0"),
        ):
            root = etree.fromstring(exceptionReport(self.error, service, version).body)
            self.assertEqual((root.tag, root.get("version")), (OGC + "ServiceExceptionReport", expected))

    def test_theErrorsOwnVersion(self) -> None:
        root = etree.fromstring(exceptionReport(OWSException("x", version="1.3.0"), "WMTS", "1.0.0").body)
        self.assertEqual(root.get("version"), "1.3.0")

    def test_owsCommon(self) -> None:
        for service, version, space in (
            ("WFS", "2.0.0", "http://www.opengis.net/ows/1.1"),
            ("WFS", "2.0.2", "http://www.opengis.net/ows/1.1"),
            ("WCS", "1.1.1", "http://www.opengis.net/ows/1.1"),
            ("WCS", "2.0.1", "http://www.opengis.net/ows/2.0"),
        ):
            root = etree.fromstring(exceptionReport(self.error, service, version).body)
            self.assertEqual(root.tag, f"{{{space}}}ExceptionReport")
            self.assertEqual(root.get("version"), version)
            self.assertEqual(root[0].get("exceptionCode"), "InvalidParameterValue")
            self.assertEqual(root[0].get("locator"), "WIDTH")
            self.assertEqual(root[0][0].text, self.error.message)

    def test_serverException(self) -> None:
        root = etree.fromstring(serverExceptionReport(self.error).body)
        self.assertEqual((root.tag, root.text), ("ServerException", self.error.message))

    def test_json(self) -> None:
        report = jsonReport(OWSException('a "b"', code="Bad request error", status=400))
        self.assertEqual(json.loads(report.body), [{"code": "Bad request error", "description": 'a "b"'}])
        self.assertEqual(report.contentType, "application/json")

    @given(st.text(), st.text(), st.text())
    def test_anyText(self, message: str, code: str, locator: str) -> None:
        error = OWSException(message, code=code, locator=locator)
        for report in (
            serviceExceptionReport(error),
            owsReport(error, "2.0.0"),
            serverExceptionReport(error),
        ):
            etree.fromstring(report.body)
        self.assertEqual(len(json.loads(jsonReport(error).body)), 1)

    def test_unspellableText(self) -> None:
        report = serviceExceptionReport(OWSException("a\0b\ud800c", locator="\x1b"))
        root = etree.fromstring(report.body)
        self.assertEqual(root[0].text, "a\ufffdb\ufffdc")
