"""What every IServerFilter must hold to."""

from __future__ import annotations

import inspect
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IServerFilter
from tests.doubles.filters import HOOKS
from tests.doubles.server import DoubleServer, ListedBody, ScriptedService, answering, streaming


class ServerFilterSuite:
    """Mix into a TestCase, and say how to make the filter."""

    def makeFilter(self) -> Any:
        raise NotImplementedError

    def server(self) -> DoubleServer:
        server = DoubleServer(
            ScriptedService(answering()), ScriptedService(streaming(ListedBody(b"a", b"b")), "WFS", "1.1.0")
        )
        server.interface.registerFilter(self.makeFilter())
        return server

    def test_itProvidesTheInterface(self) -> None:
        verifyObject(IServerFilter, self.makeFilter())

    def test_hooksTakeTheHandlerAlone(self) -> None:
        tested = self.makeFilter()
        for hook in HOOKS:
            self.assertEqual(len(inspect.signature(getattr(tested, hook)).parameters), 1, hook)

    def test_aRequestForSomethingElsePasses(self) -> None:
        delivery, done = self.server().start("SERVICE=WMS&REQUEST=GetMap")
        self.successResultOf(done)
        self.assertEqual((delivery.status, delivery.isFinished), (200, True))

    def test_streamedAnswersEnd(self) -> None:
        delivery, done = self.server().start("SERVICE=WFS&REQUEST=GetFeature")
        self.successResultOf(done)
        self.assertTrue(delivery.isFinished)
        self.assertTrue(delivery.body.endswith(b"</end>"))

    def test_requestsAtTheSameTime(self) -> None:
        server = DoubleServer()
        waiting: list[Deferred] = []

        def wait(request, response, project):
            waiting.append(Deferred())
            return waiting[-1].addCallback(lambda _: response.write(request.parameters["N"].encode()))

        server.server.services.registerService(ScriptedService(wait))
        server.interface.registerFilter(self.makeFilter())
        started = [server.start(f"SERVICE=WMS&N={n}") for n in range(3)]
        for each in reversed(waiting):
            each.callback(None)
        for n, (delivery, done) in enumerate(started):
            self.successResultOf(done)
            self.assertEqual(delivery.body, str(n).encode())

    def test_aClientThatGoes(self) -> None:
        server = DoubleServer(ScriptedService(lambda *a: Deferred()))
        server.interface.registerFilter(self.makeFilter())
        _, done = server.start("SERVICE=WMS")
        done.cancel()
        self.successResultOf(done)

    def test_aRequestThatCannotBeDecoded(self) -> None:
        delivery, done = self.server().start("SERVICE=WMS", method="POST", body=b"<broken")
        self.successResultOf(done)
        self.assertEqual(delivery.status, 400)
