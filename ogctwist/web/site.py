# -*- test-case-name: tests.web.test_channel -*-
"""The factory of connections: their number, the access log, and an orderly end."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress, IReactorTime
from twisted.logger import Logger
from twisted.web import server
from twisted.web.resource import IResource

from ogctwist.settings import Limits
from ogctwist.web.accesslog import AccessLog
from ogctwist.web.channel import LimitedChannel, LimitedRequest

log = Logger()


class OgcSite(server.Site):
    """
    Connections of one listening process.

    @ivar channels: the open ones.
    @ivar busy: how many of them have a request that is being answered.
    @ivar refusals: status to how many requests were refused with it before
        they were read.
    """

    protocol: Any = LimitedChannel
    requestFactory = LimitedRequest

    def __init__(
        self,
        resource: IResource,
        reactor: IReactorTime,
        limits: Limits,
        accessLog: AccessLog | None = None,
    ):
        super().__init__(resource, requestFactory=LimitedRequest, reactor=reactor, timeout=None)
        self.limits = limits
        self.accessLog = accessLog
        self.channels: set[LimitedChannel] = set()
        self.busy = 0
        self.refusals: dict[int, int] = {}
        self._drained: Deferred[None] | None = None
        self._isFull = False

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """A channel; None, which closes the connection, when there are too many."""
        if len(self.channels) >= self.limits.connections:
            if not self._isFull:
                log.warn("{count} connections are open: more are closed at once", count=len(self.channels))
            self._isFull = True
            return None
        self._isFull = False
        return super().buildProtocol(addr)

    def startFactory(self) -> None:
        """Open the access log."""
        if self.accessLog is not None:
            self.accessLog.open()

    def stopFactory(self) -> None:
        """Close the access log."""
        if self.accessLog is not None:
            self.accessLog.close()

    def log(self, request: Any) -> None:
        """A line for the request, whose answer is complete or was cut."""
        if self.accessLog is not None:
            self.accessLog.write(request)

    def refused(self, channel: LimitedChannel, status: int) -> None:
        """A request was refused before it was read."""
        self.refusals[status] = self.refusals.get(status, 0) + 1
        if self.accessLog is not None:
            self.accessLog.writeRefusal(channel, status)

    def drain(self) -> Deferred[None]:
        """
        No more requests on the open connections.

        @return: Deferred that fires when all have ended; L{abortAll} makes that so.
        """
        if not self.channels:
            return succeed(None)
        if self._drained is None:
            self._drained = Deferred()
        drained = self._drained
        for channel in list(self.channels):
            channel.drain()
        return drained

    def abortAll(self) -> None:
        """Cut all connections."""
        for channel in list(self.channels):
            channel.abort()

    def channelGone(self) -> None:
        """A connection has ended."""
        if self._drained is not None and not self.channels:
            drained, self._drained = self._drained, None
            drained.callback(None)
