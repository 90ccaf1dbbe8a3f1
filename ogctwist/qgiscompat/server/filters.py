# -*- test-case-name: tests.qgiscompat.test_filters -*-
"""QgsServerFilter: hooks around a request."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred

from ogctwist.qgiscompat.wrapper import Wrapper

if TYPE_CHECKING:
    from ogctwist.qgiscompat.server.interface import QgsServerInterface


def answered(hook: str, answer: Any) -> Any:
    """
    What a hook of the older family comes to: they answer nothing, or a Deferred or
    coroutine of nothing.

    @return: True, or a Deferred or coroutine of it.
    @raise TypeError: it answered something else.
    """
    if isinstance(answer, Deferred) or inspect.iscoroutine(answer):
        return _answeredLater(hook, answer)
    if answer is not None:
        raise TypeError(f"invalid result from {hook}(): a {type(answer).__name__}, where nothing is expected")
    return True


async def _answeredLater(hook: str, answer: Any) -> bool:
    answered(hook, await answer)
    return True


class _Hooks(Wrapper):
    """
    Both families of hooks.  They are above L{QgsServerFilter} so that
    C{super(QgsServerFilter, self)} finds them.
    """

    _q_interface: QgsServerInterface | None

    def _make(self, serverInterface: Any) -> None:
        if isinstance(serverInterface, _Hooks):
            serverInterface = serverInterface._q_interface
        self._q_interface = serverInterface

    def serverInterface(self) -> QgsServerInterface:
        """The interface that the filter was made with."""
        assert self._q_interface is not None
        return self._q_interface

    def requestReady(self) -> Any:
        """The request is decoded."""

    def responseComplete(self) -> Any:
        """The answer is complete."""

    def sendResponse(self) -> Any:
        """A part of a streamed answer is about to leave."""

    def onRequestReady(self) -> Any:
        """As L{requestReady}; False keeps the later filters from being called."""
        return answered("requestReady", self.requestReady())

    def onProjectReady(self) -> Any:
        """The project is loaded; False keeps the later filters from being called."""
        return True

    def onResponseComplete(self) -> Any:
        """As L{responseComplete}; False keeps the later filters from being called."""
        return answered("responseComplete", self.responseComplete())

    def onSendResponse(self) -> Any:
        """
        As L{sendResponse}; False keeps the later filters from being called, and the
        part in the buffer.
        """
        return answered("sendResponse", self.sendResponse())


class QgsServerFilter(_Hooks):
    """
    A filter of a plugin.  Override C{requestReady} and its like, or the
    C{on*} hooks, which answer whether the later filters are called.
    """
