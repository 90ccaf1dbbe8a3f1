# -*- test-case-name: tests.server.test_assemble -*-
"""The listening sockets, from the first connection to the last answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.application import strports
from twisted.application.internet import StreamServerEndpointService
from twisted.application.service import MultiService
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IStreamServerEndpoint

from ogctwist.web.site import OgcSite


class Door(MultiService):
    """
    The listening sockets; it closes before what is behind it does.

    @ivar site: the factory of connections.
    """

    def __init__(
        self,
        site: OgcSite,
        endpoints: Sequence[str | IStreamServerEndpoint],
        grace: float,
        reactor: Any,
    ):
        """
        @param endpoints: or their descriptions; one that cannot be listened on ends the start.
        @param grace: seconds that running requests have to end when the server stops.
        """
        super().__init__()
        self.site = site
        self._grace = grace
        self._reactor = reactor
        for endpoint in endpoints:
            if isinstance(endpoint, str):
                listener = strports.service(endpoint, site, reactor=reactor)
            else:
                listener = StreamServerEndpointService(endpoint, site)
            listener.setServiceParent(self)

    def stopService(self) -> Deferred[Any]:
        """Listen no more; let the running requests end, then cut those that did not."""
        closed = super().stopService()
        timer = self._reactor.callLater(self._grace, self.site.abortAll)

        def drained(result: Any) -> Any:
            if timer.active():
                timer.cancel()
            return result

        return closed.addCallback(lambda _: self.site.drain()).addBoth(drained)
