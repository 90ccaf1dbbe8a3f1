# -*- test-case-name: tests.qgiscompat.test_runtime -*-
"""A plugin that uses the C{qgis} modules, at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.runner import HookRunner
from ogctwist.qgiscompat.threads import PluginThreads

if TYPE_CHECKING:
    from ogctwist.qgiscompat.turns import Turns

#: Threads of a plugin that says it can do more than one thing at a time.
CONCURRENT_THREADS = 8


class LoadedPlugin:
    """
    @ivar name: of the plugin's folder.
    @ivar isConcurrent: its metadata say that it can serve several requests at a time.
    @ivar hasFilters: whether every request passes through it.
    @ivar interface: the QgsServerInterface that it was given.
    @ivar facades: where QgsProjects come from.
    @ivar serviceSeconds: how long a service or API of it may take to answer, or to send the
        next part of an answer.
    """

    interface: Any = None
    facades: Any = None

    def __init__(
        self,
        name: str,
        isConcurrent: bool,
        turns: Turns,
        reactor: Any,
        seconds: float,
        serviceSeconds: float,
    ):
        self.serviceSeconds = serviceSeconds
        self.name = name
        self.isConcurrent = isConcurrent
        self.hasFilters = False
        size = CONCURRENT_THREADS if isConcurrent else 1
        self.threads = PluginThreads(reactor, name, size)
        self.runner = HookRunner(name, self.threads, reactor, seconds)
        self._turns = turns

    async def takeTurn(self, handler: Any) -> None:
        """Wait until the request may enter the plugin."""
        if not self.isConcurrent:
            await self._turns.take(handler, (self.name,))
