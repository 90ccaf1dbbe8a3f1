# -*- test-case-name: tests.server.test_filters -*-
"""The filters around a request: order, Deferreds, and what their failures come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twisted.internet.defer import CancelledError
from twisted.logger import Logger
from zope.interface import Interface

from ogctwist.interfaces import IServerFilter, OWSException
from ogctwist.server.hooks import HookCaller, HookTimeout
from ogctwist.server.registrations import Registrations

if TYPE_CHECKING:
    from ogctwist.server.handler import RequestHandler

log = Logger()


class IRequestScope(Interface):
    """
    Something that a request has to hold from before its first hook until after
    its last, such as the one place in a plugin that sees one request at a time.
    """

    def enter(handler):
        """@return: None, or a Deferred or coroutine that fires when the request holds it."""

    def serving(handler):
        """
        All C{projectReady} hooks are over and the service is about to begin, with
        C{handler.project}; not called when there is nothing to serve.
        """

    def completed(handler):
        """
        The last C{responseComplete} is over; what is left is to deliver the answer, however
        long the client takes.
        """

    def leave(handler):
        """The request is over; called once for every C{enter} that succeeded."""


class FilterChain:
    """
    Runs one hook of every registered filter.

    A filter that answers False ends that hook for this event.  An
    L{OWSException} becomes the answer and the later filters see it; any other
    exception, a time-out among them, makes the answer a 500 without text and
    skips the later filters of the event.
    """

    def __init__(self, registrations: Registrations[IServerFilter], caller: HookCaller):
        self.registrations = registrations
        self.caller = caller

    def __len__(self) -> int:
        return len(self.registrations)

    async def requestReady(self, handler: RequestHandler) -> bool:
        """@return: whether no filter stopped the hook."""
        return await self._run("requestReady", handler)

    async def projectReady(self, handler: RequestHandler) -> bool:
        """@return: whether no filter stopped the hook."""
        return await self._run("projectReady", handler)

    async def sendResponse(self, handler: RequestHandler) -> bool:
        """
        @return: whether the buffer may leave now.
        @raise Exception: of a filter; the chunk must not leave.
        """
        for entry in self.registrations:
            if await self._call(entry, "sendResponse", handler) is False:
                return False
        return True

    async def responseComplete(self, handler: RequestHandler) -> bool:
        """@return: whether no filter stopped the hook."""
        return await self._run("responseComplete", handler)

    async def _call(self, entry, hook: str, handler: RequestHandler):
        return await self.caller.call(f"{entry.label}.{hook}", getattr(entry.provider, hook), handler)

    async def _run(self, hook: str, handler: RequestHandler) -> bool:
        for entry in self.registrations:
            try:
                if await self._call(entry, hook, handler) is False:
                    return False
            except CancelledError:
                raise
            except OWSException as error:
                handler.setServiceException(error)
            except HookTimeout:
                handler.fail()
                return False
            except Exception:
                log.failure(
                    "{plugin}: {hook} failed (request {requestId})",
                    plugin=entry.label,
                    hook=hook,
                    requestId=handler.requestId,
                )
                handler.fail()
                return False
        return True
