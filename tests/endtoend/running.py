"""A whole server on a port of its own, and a client that asks it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import treq
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase
from twisted.web.client import Agent, HTTPConnectionPool

from ogctwist.assemble import makeService
from ogctwist.settings import readSettings

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "conf" / "demo" / "demo.qgs"


class OwnPort:
    """An endpoint on a free port of the loopback interface, which it remembers."""

    def __init__(self) -> None:
        self._endpoint = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
        self.number = 0

    def listen(self, factory) -> Deferred:
        def listening(port):
            self.number = port.getHost().port
            return port

        return self._endpoint.listen(factory).addCallback(listening)


class ServerTestCase(TestCase):
    """
    Runs a server for each test.

    @cvar options: settings besides the project.
    """

    options: dict[str, object] = {}
    project = DEMO

    async def setUp(self) -> None:
        port = OwnPort()
        settings = readSettings({"project": str(self.project), **self.options}, {})
        self.service = makeService(settings, reactor, [port])
        self.service.privilegedStartService()
        self.service.startService()
        self.addCleanup(self.service.stopService)
        self.root = f"http://127.0.0.1:{port.number}/"
        self._pool = HTTPConnectionPool(reactor, persistent=False)
        self.agent = Agent(reactor, pool=self._pool)
        self.addCleanup(self._pool.closeCachedConnections)

    def url(self, **parameters: object) -> str:
        """The address of a request."""
        return f"{self.root}?{urlencode(parameters)}"

    async def ask(self, **parameters: object):
        """@return: (response, body) of a GET."""
        response = await treq.get(self.url(**parameters), agent=self.agent)
        return response, await response.content()

    async def post(self, body: bytes, contentType: str = "text/xml", path: str = ""):
        """@return: (response, body) of a POST."""
        headers = {"Content-Type": contentType}
        response = await treq.post(self.root + path, data=body, headers=headers, agent=self.agent)
        return response, await response.content()

    def inThread(self, function, *arguments) -> Deferred:
        """Run a client that blocks."""
        return deferToThread(function, *arguments)
