"""The service: versions, operations, reports."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IService
from ogctwist.ows.exceptions import OWSException, SecurityException, UnreadableValue
from ogctwist.ows.parameters import Parameters
from ogctwist.services.wfs.exceptions import RequestNotWellFormed, wfsReport
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.service import wfsServices
from ogctwist.services.wfs.versions import WFS_1_0_0, WFS_1_1_0, WFS_2_0_0, requestedVersion
from tests.doubles.features import ImmediatePool
from tests.services.wfs.served import ServedWfs, points


class VersionTests(SynchronousTestCase):
    """L{requestedVersion}."""

    def test_numbers(self) -> None:
        """1.1.0 without one, 1.0.0 for what is not known, as in QGIS Server."""
        cases = {"": "1.1.0", "1.1.0": "1.1.0", "1.1.1": "1.0.0", "1.0.0": "1.0.0", "x": "1.0.0"}
        cases |= {"2.0.0": "2.0.0", "2.0.2": "2.0.2", "2.1": "2.0.0"}
        for text, number in cases.items():
            self.assertEqual(requestedVersion(Parameters({"VERSION": text})).number, number)


class ServiceTests(SynchronousTestCase):
    """L{ogctwist.services.wfs.service.WfsService}."""

    def test_interface(self) -> None:
        """One service for each version, the default first."""
        services = wfsServices(WfsKit(ImmediatePool(), None, None))  # type: ignore[arg-type]
        for service in services:
            self.assertTrue(verifyObject(IService, service))
        self.assertEqual([s.version for s in services], ["1.1.0", "1.0.0", "2.0.0", "2.0.2"])

    def test_operations(self) -> None:
        """Operations in any case; those that there are not."""
        wfs = ServedWfs()
        wfs.add("places", points(1))
        self.assertEqual(wfs.get(REQUEST="getFEATURE", TYPENAME="places").status, 200)
        self.assertEqual(wfs.refusal(REQUEST="NoSuch")[:2], (501, "OperationNotSupported"))
        self.assertEqual(wfs.refusal()[:2], (501, "OperationNotSupported"))


class ReportTests(SynchronousTestCase):
    """L{wfsReport}."""

    def test_forms(self) -> None:
        """QGIS's report for 1.0.0 and 1.1.0, that of OWS Common for 2.0."""
        error = RequestNotWellFormed("no <way>", locator="X")
        for version in (WFS_1_0_0, WFS_1_1_0):
            report = wfsReport(error, version)
            self.assertIn(
                b'<ServiceExceptionReport xmlns="http://www.opengis.net/ogc" version="1.2.0">', report.body
            )
            self.assertIn(b'code="RequestNotWellFormed"', report.body)
            self.assertIn(b"no &lt;way&gt;", report.body)
        self.assertIn(b'exceptionCode="OperationParsingFailed"', wfsReport(error, WFS_2_0_0).body)

    def test_codes(self) -> None:
        """QGIS's code for what cannot be converted; status and code of the others stay."""
        self.assertIn(b'code="Invalid Parameter"', wfsReport(UnreadableValue("x"), WFS_1_1_0).body)
        self.assertIn(b"InvalidParameterValue", wfsReport(UnreadableValue("x"), WFS_2_0_0).body)
        self.assertEqual(wfsReport(SecurityException("x"), WFS_1_1_0).status, 403)
        self.assertIn(b'code="NoApplicableCode"', wfsReport(OWSException("x"), WFS_1_1_0).body)
