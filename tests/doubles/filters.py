"""Filters that note what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from zope.interface import implementer

from ogctwist.interfaces import IServerFilter

HOOKS = ("requestReady", "projectReady", "sendResponse", "responseComplete")


@implementer(IServerFilter)
class ScriptedFilter:
    """
    @ivar events: C{(name, hook)} of each call, in a list that several filters may share.
    """

    def __init__(self, name: str = "filter", events: list | None = None, **scripts: Callable[[Any], Any]):
        """
        @param scripts: hook name to what it does, called with the handler.
        """
        self.label = name
        self.events = [] if events is None else events
        self._scripts: Mapping[str, Callable[[Any], Any]] = scripts

    def _run(self, hook: str, handler: Any) -> Any:
        self.events.append((self.label, hook))
        script = self._scripts.get(hook)
        return None if script is None else script(handler)

    def requestReady(self, handler):
        return self._run("requestReady", handler)

    def projectReady(self, handler):
        return self._run("projectReady", handler)

    def sendResponse(self, handler):
        return self._run("sendResponse", handler)

    def responseComplete(self, handler):
        return self._run("responseComplete", handler)
