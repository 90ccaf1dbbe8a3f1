# -*- test-case-name: tests.qgiscompat.test_companion -*-
"""What a request looks like to QGIS plugins; made when the first of them asks, kept with the request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ogctwist.server.current import currentHandler

if TYPE_CHECKING:
    from ogctwist.project.layers import Layer
    from ogctwist.project.model import Project
    from ogctwist.qgiscompat.facades import FacadePool
    from ogctwist.server.handler import RequestHandler

_KEY = "ogctwist.qgiscompat"


class Companion:
    """
    The QGIS objects of one request.

    @ivar native: our own request handler.
    @ivar pool: where the projects come from; set by the runtime.
    @ivar configFilePath: what a plugin set; None: nothing.
    """

    pool: FacadePool | None = None

    def __init__(self, native: RequestHandler):
        self.native = native
        self.configFilePath: str | None = None
        self._facades: dict[str, Any] = {}

    @cached_property
    def request(self) -> Any:
        """The QgsServerRequest."""
        from ogctwist.qgiscompat.server.request import LiveRequest

        return LiveRequest(self.native)

    @cached_property
    def response(self) -> Any:
        """The QgsServerResponse."""
        from ogctwist.qgiscompat.server.response import LiveResponse

        return LiveResponse(self.native.answer)

    @cached_property
    def handler(self) -> Any:
        """The QgsRequestHandler."""
        from ogctwist.qgiscompat.server.requesthandler import LiveRequestHandler

        return LiveRequestHandler(self.request, self.response)

    @property
    def project(self) -> Any:
        """The QgsProject that is served, or None before it is loaded."""
        loaded = self.native.project
        return None if loaded is None else self.projectFor(loaded)

    def projectFor(self, project: Project) -> Any:
        """The QgsProject of a project: one for each path, as long as the request lasts."""
        facade = self._facades.get(project.path)
        if facade is None or not facade._q_isOf(project):
            assert self.pool is not None
            facade = self._facades[project.path] = self.pool.take(project)
        return facade

    def layer(self, layer: Layer) -> Any:
        """
        The QgsMapLayer of a layer of the project that is served; before that is loaded, of one
        that a plugin has asked for by itself.

        @raise LookupError: there is none.
        """
        if self.native.project is not None:
            facades = [self.projectFor(self.native.project)]
        else:
            facades = list(self._facades.values())
        for facade in facades:
            found = facade.mapLayer(layer.id)
            if found is not None:
                return found
        raise LookupError(f"no project of the request has a layer {layer.id}")

    def settle(self) -> None:
        """Have the request served what plugins made of its project."""
        facade = None if self.native.project is None else self._facades.get(self.native.project.path)
        if facade is not None:
            self.native.project = facade._q_served()

    def release(self) -> None:
        """The request is over: the projects are as they were, and free for others."""
        facades, self._facades = self._facades, {}
        for facade in facades.values():
            assert self.pool is not None
            self.pool.give(facade)


def companionOf(native: RequestHandler) -> Companion:
    """The companion of a request."""
    found = native.notes.get(_KEY)
    if found is None:
        found = native.notes[_KEY] = Companion(native)
    return found


def currentCompanion() -> Companion | None:
    """That of the request that the running code works for; None outside one."""
    native = currentHandler.get()
    return None if native is None else companionOf(native)
