# -*- test-case-name: tests.qgiscompat.test_ogcapi -*-
"""QgsServerApi, and the context of a request to one."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.wrapper import Wrapper, abstract


class QgsServerApi(Wrapper):
    """An API that is reached by its path; asked when a request has no SERVICE."""

    _q_interface: Any

    def _make(self, serverIface: Any) -> None:
        self._q_interface = serverIface._q_interface if isinstance(serverIface, QgsServerApi) else serverIface

    def serverIface(self) -> Any:
        """The interface that the API was made with."""
        return self._q_interface

    def name(self) -> Any:
        """Unique text."""
        return abstract(self, "name", "")

    def description(self) -> Any:
        """What it is for."""
        return abstract(self, "description", "")

    def version(self) -> Any:
        """The version, ''."""
        return ""

    def rootPath(self) -> Any:
        """The path below which it is."""
        return abstract(self, "rootPath", "")

    def accept(self, url: Any) -> Any:
        """Whether a request to this URL (a QUrl) is for this API: the root path is in its path."""
        return self.rootPath() in url.path()

    def executeRequest(self, context: Any) -> Any:
        """Carry out a request."""
        abstract(self, "executeRequest")


class QgsServerApiContext(Wrapper):
    """A request to an API: what it is for, and what belongs to it."""

    _q_rootPath: str
    _q_request: Any
    _q_response: Any
    _q_project: Any
    _q_interface: Any

    def _make(
        self,
        apiRootPath: Any,
        request: Any = None,
        response: Any = None,
        project: Any = None,
        serverInterface: Any = None,
    ) -> None:
        if isinstance(apiRootPath, QgsServerApiContext):
            self.__dict__.update(apiRootPath.__dict__)
            return
        self._q_rootPath = apiRootPath
        self._q_request = request
        self._q_response = response
        self._q_project = project
        self._q_interface = serverInterface

    def request(self) -> Any:
        """The QgsServerRequest."""
        return self._q_request

    def setRequest(self, request: Any) -> None:
        """Put another request in its place."""
        self._q_request = request

    def response(self) -> Any:
        """The QgsServerResponse."""
        return self._q_response

    def project(self) -> Any:
        """The QgsProject, or None."""
        return self._q_project

    def setProject(self, project: Any) -> None:
        """Put another project in its place."""
        self._q_project = project

    def serverInterface(self) -> Any:
        """The interface."""
        return self._q_interface

    def apiRootPath(self) -> str:
        """The root path of the API."""
        return self._q_rootPath

    def matchedPath(self) -> str:
        """The path of the URL up to the end of the root path; '' when that is not in it."""
        path = str(self._q_request.url().path())
        place = path.find(self._q_rootPath)
        return "" if place < 0 else path[: place + len(self._q_rootPath)]

    def handlerPath(self) -> str:
        """What of the path comes after the root path."""
        return str(self._q_request.url().path())[len(self.matchedPath()) :]
