# -*- test-case-name: tests.services.wcs.test_getcapabilities -*-
"""The WCS: which operation carries out a request, and how its failures are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from zope.interface import implementer

from ogctwist.interfaces import IService, OWSException
from ogctwist.ows.exceptions import OperationNotSupported, quoted
from ogctwist.ows.reports import exceptionReport
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wcs.coverages import VERSION
from ogctwist.services.wcs.describecoverage import DescribeCoverageOperation
from ogctwist.services.wcs.getcapabilities import GetCapabilitiesOperation
from ogctwist.services.wcs.getcoverage import GetCoverageOperation
from ogctwist.services.wcs.kit import WcsKit

Operation = Callable[[ServiceRequest, ServiceResponse, Project], Awaitable[None]]

#: What an operation is made with; one entry for each operation, by its name in lower case.
OPERATIONS: dict[str, Callable[[WcsKit], Operation]] = {
    "getcapabilities": GetCapabilitiesOperation,
    "describecoverage": DescribeCoverageOperation,
    "getcoverage": GetCoverageOperation,
}


@implementer(IService)
class WcsService:
    """WCS 1.0.0, whatever VERSION says, as QGIS Server does."""

    name = "WCS"
    version = VERSION

    def __init__(self, kit: WcsKit):
        self._operations = {name: make(kit) for name, make in OPERATIONS.items()}

    async def executeRequest(
        self, request: ServiceRequest, response: ServiceResponse, project: Project
    ) -> None:
        """Carry out one request."""
        name = request.parameters.text("REQUEST").strip()
        if not name:
            raise OperationNotSupported(
                "Please add or check the value of the REQUEST parameter", locator="REQUEST"
            )
        operation = self._operations.get(name.lower())
        if operation is None:
            raise OperationNotSupported(f"Request {quoted(name)} is not supported", locator="REQUEST")
        await operation(request, response, project)

    def formatException(self, error: OWSException, request: ServiceRequest) -> tuple[int, str, bytes]:
        """See L{IService}."""
        return exceptionReport(error, self.name, self.version)
