# -*- test-case-name: tests.services.wfs.test_service -*-
"""The WFS: which operation carries out a request, and how its failures are told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from zope.interface import implementer

from ogctwist.interfaces import IService, OWSException
from ogctwist.ows.exceptions import OperationNotSupported, quoted
from ogctwist.project.model import Project
from ogctwist.server.request import ServiceRequest
from ogctwist.server.response import ServiceResponse
from ogctwist.services.wfs.describefeaturetype import DescribeFeatureTypeOperation
from ogctwist.services.wfs.describestoredqueries import DescribeStoredQueriesOperation
from ogctwist.services.wfs.exceptions import wfsReport
from ogctwist.services.wfs.getcapabilities import GetCapabilitiesOperation
from ogctwist.services.wfs.getfeature import GetFeatureOperation
from ogctwist.services.wfs.getpropertyvalue import GetPropertyValueOperation
from ogctwist.services.wfs.kit import WfsKit
from ogctwist.services.wfs.liststoredqueries import ListStoredQueriesOperation
from ogctwist.services.wfs.transaction import TransactionOperation
from ogctwist.services.wfs.versions import VERSIONS, WfsVersion, requestedVersion

Operation = Callable[[ServiceRequest, ServiceResponse, Project], Awaitable[None]]

#: What an operation is made with; one entry for each operation, by its name in lower case.
OPERATIONS: dict[str, Callable[[WfsVersion, WfsKit], Operation]] = {
    "describefeaturetype": DescribeFeatureTypeOperation,
    "getfeature": GetFeatureOperation,
    "transaction": TransactionOperation,
}


#: Those that only WFS 2.0 has.
OPERATIONS_OF_TWO: dict[str, Callable[[WfsVersion, WfsKit], Operation]] = {
    "describestoredqueries": DescribeStoredQueriesOperation,
    "getpropertyvalue": GetPropertyValueOperation,
    "liststoredqueries": ListStoredQueriesOperation,
}


def offeredOperations(
    version: WfsVersion, kit: WfsKit
) -> dict[str, Callable[[WfsVersion, WfsKit], Operation]]:
    """What a version has besides GetCapabilities, by name in lower case."""
    operations = OPERATIONS | OPERATIONS_OF_TWO if version.isTwo else OPERATIONS
    return {
        name: make for name, make in operations.items() if name != "transaction" or kit.editing is not None
    }


@implementer(IService)
class WfsService:
    """
    All versions of the WFS.  Registered once for each; VERSION decides which one answers, since
    QGIS Server answers versions that it does not know as 1.0.0.

    @param version: the version under which it is registered.
    """

    name = "WFS"

    def __init__(self, version: WfsVersion, kit: WfsKit):
        self.version = version.number
        self._operations: dict[tuple[str, str], Operation] = {}
        for known in VERSIONS:
            operations = offeredOperations(known, kit)
            offered = frozenset(operations) | {"getcapabilities"}
            for name, make in operations.items():
                self._operations[known.number, name] = make(known, kit)
            self._operations[known.number, "getcapabilities"] = GetCapabilitiesOperation(known, kit, offered)

    async def executeRequest(
        self, request: ServiceRequest, response: ServiceResponse, project: Project
    ) -> None:
        """Carry out one request."""
        name = request.parameters.text("REQUEST").strip()
        if not name:
            raise OperationNotSupported(
                "Please add or check the value of the REQUEST parameter", locator="REQUEST"
            )
        version = requestedVersion(request.parameters)
        operation = self._operations.get((version.number, name.lower()))
        if operation is None:
            raise OperationNotSupported(f"Request {quoted(name)} is not supported", locator="REQUEST")
        await operation(request, response, project)

    def formatException(self, error: OWSException, request: ServiceRequest) -> tuple[int, str, bytes]:
        """See L{IService}."""
        try:
            version = requestedVersion(request.parameters)
        except OWSException:
            version = VERSIONS[0]
        return wfsReport(error, version)


def wfsServices(kit: WfsKit) -> list[WfsService]:
    """The service under each of its versions; the first is the default."""
    return [WfsService(version, kit) for version in VERSIONS]
