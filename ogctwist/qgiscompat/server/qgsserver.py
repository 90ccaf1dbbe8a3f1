# -*- test-case-name: tests.qgiscompat.test_qgsserver -*-
"""QgsServer: the server, for code that has requests of its own answered."""

from __future__ import annotations

import os
from typing import Any

from ogctwist.qgiscompat.active import activeRuntime
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsServer(Wrapper):
    """The server that runs in this process."""

    def _make(self) -> None:
        """There is nothing to it."""

    def serverInterface(self) -> Any:
        """
        The interface, as plugins are given it.

        @raise RuntimeError: no server runs here.
        """
        return _runtime().ownInterface()

    def initPython(self) -> None:
        """Without effect: the server has loaded its plugins."""

    def putenv(self, var: str, val: str) -> None:
        """Set a variable of the environment; the settings of the server stay."""
        os.environ[var] = val

    def handleRequest(self, request: Any, response: Any, project: Any = None) -> None:
        """
        Answer a QgsServerRequest into a QgsServerResponse, with filters and all; blocks.  To be
        called in a hook of a plugin, or in any thread but the reactor's.

        @param project: instead of that which MAP names; None: that.
        @raise RuntimeError: no server runs here.
        """
        from ogctwist.qgiscompat.nested import handle

        handle(_runtime(), request, response, project)


def _runtime() -> Any:
    runtime = activeRuntime()
    if runtime is None:
        raise RuntimeError("no server runs in this process: start one, with plugins, and send it requests")
    return runtime
