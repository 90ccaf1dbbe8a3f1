# -*- test-case-name: tests.services.wmts.test_getcapabilities -*-
"""The WMTS: which operation carries out a request, and how its failures are told."""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import implementer

from ogctwist.interfaces import IService, OWSException
from ogctwist.ows.exceptions import OperationNotSupported, UnreadableValue, quoted
from ogctwist.ows.reports import exceptionReport
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wms.exceptions import UNREADABLE
from ogctwist.services.wmts.getcapabilities import GetCapabilitiesOperation
from ogctwist.services.wmts.getfeatureinfo import GetFeatureInfoOperation
from ogctwist.services.wmts.gettile import GetTileOperation
from ogctwist.services.wmts.kit import Operation, WmtsKit

#: What an operation is made with; one entry for each operation, by its name in lower case.
OPERATIONS: dict[str, Callable[[WmtsKit], Operation]] = {
    "getcapabilities": GetCapabilitiesOperation,
    "gettile": GetTileOperation,
    "getfeatureinfo": GetFeatureInfoOperation,
}


@implementer(IService)
class WmtsService:
    """WMTS 1.0.0, as KVP."""

    name = "WMTS"
    version = "1.0.0"

    def __init__(self, kit: WmtsKit):
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
        if isinstance(error, UnreadableValue):
            error = OWSException(error.message, UNREADABLE, error.locator, error.status, "1.3.0")
        return exceptionReport(error, self.name, self.version)
