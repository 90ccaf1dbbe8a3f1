# -*- test-case-name: tests.server.test_dispatch -*-
"""Failures for which no service answers, in QGIS Server's words and forms."""

from __future__ import annotations

from collections.abc import Iterable

from ogctwist.ows.exceptions import OWSException
from ogctwist.project.errors import BadLayers, ProjectError, ProjectNotFound


class ServerException(OWSException):
    """
    A failure before any service is concerned; reported as C{ServerException},
    whatever the service asked for.
    """

    code = ""
    status = 500


class PreparedReport(OWSException):
    """
    A failure with its report, as a plugin wrote it.

    @ivar report: status, content type, body.
    """

    def __init__(self, status: int, contentType: str, body: bytes):
        super().__init__("", status=status)
        self.report = (status, contentType, body)


def projectFileError(status: int) -> ServerException:
    """
    There is no project, or it cannot be read: the same words for all, so that
    nobody can feel for files.
    """
    return ServerException(
        "Project file error. For OWS services: please provide a SERVICE and a MAP parameter "
        "pointing to a valid QGIS project file",
        status=status,
    )


def projectProblem(error: ProjectError) -> ServerException:
    """What a client is told of a project that cannot be served; the reason is for the log."""
    if isinstance(error, BadLayers):
        return ServerException("Layer(s) not valid")
    return projectFileError(404 if isinstance(error, ProjectNotFound) else 500)


def unknownService(names: Iterable[str]) -> OWSException:
    """SERVICE names nothing that is registered; with status 200, as in QGIS Server."""
    return OWSException(
        "Service unknown or unsupported. Current supported services (case-sensitive): "
        f"{' '.join(names)}, or use a WFS3 (OGC API Features) endpoint",
        code="Service configuration error",
        status=200,
    )
