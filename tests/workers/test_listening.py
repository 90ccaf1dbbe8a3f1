"""Sockets bound first and served later."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import clientFromString
from twisted.internet.protocol import Factory, Protocol
from twisted.trial.unittest import TestCase

from ogctwist.workers.listening import (
    AdoptedEndpoint,
    BoundSocket,
    ListenError,
    adoptedSockets,
    bindEndpoints,
)

LOCAL = "tcp:0:interface=127.0.0.1"


class Greeter(Protocol):
    def connectionMade(self) -> None:
        self.transport.write(b"hello")
        self.transport.loseConnection()


class Reader(Protocol):
    def __init__(self) -> None:
        self.data = b""
        self.done: Deferred[bytes] = Deferred()

    def dataReceived(self, data: bytes) -> None:
        self.data += data

    def connectionLost(self, reason: Any = None) -> None:
        self.done.callback(self.data)


class ListeningTests(TestCase):
    timeout = 20

    def bind(self, *endpoints: str) -> list[BoundSocket]:
        bound = bindEndpoints(endpoints)
        for one in bound:
            self.addCleanup(one.close)
        return bound

    def folder(self) -> str:
        # The path of a local socket is short.
        path = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, path)
        return path

    async def serve(self, bound: BoundSocket) -> None:
        port = await AdoptedEndpoint(reactor, bound).listen(Factory.forProtocol(Greeter))
        self.addCleanup(port.stopListening)

    async def ask(self, address: str) -> bytes:
        reader = await clientFromString(reactor, address).connect(Factory.forProtocol(Reader))
        return await reader.done

    async def test_tcp(self) -> None:
        (bound,) = self.bind(LOCAL)
        await self.serve(bound)
        port = bound.socket.getsockname()[1]
        self.assertEqual(await self.ask(f"tcp:127.0.0.1:{port}"), b"hello")

    async def test_ipv6(self) -> None:
        if not socket.has_ipv6:
            raise self.skipTest("no IPv6")  # type: ignore[misc]
        try:
            (bound,) = self.bind("tcp6:0:interface=\\:\\:1")
        except ListenError as error:
            raise self.skipTest(str(error)) from None  # type: ignore[misc]
        self.assertEqual(bound.socket.family, socket.AF_INET6)

    async def test_waitingConnections(self) -> None:
        """Who connects before anybody serves waits, and is served."""
        (bound,) = self.bind(LOCAL)
        answer = Deferred.fromCoroutine(self.ask(f"tcp:127.0.0.1:{bound.socket.getsockname()[1]}"))
        await self.serve(bound)
        self.assertEqual(await answer, b"hello")

    async def test_unix(self) -> None:
        path = self.folder() + "/s"
        bound = bindEndpoints([f"unix:{path}:mode=600"])[0]
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        port = await AdoptedEndpoint(reactor, bound).listen(Factory.forProtocol(Greeter))
        self.assertEqual(await self.ask(f"unix:{path}"), b"hello")
        await port.stopListening()
        bound.close()
        self.assertFalse(os.path.exists(path))

    def test_deadUnixSocket(self) -> None:
        """What a server that was killed left behind is not in the way."""
        path = self.folder() + "/s"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(path)
        self.bind(f"unix:{path}")

    def test_livingUnixSocket(self) -> None:
        path = self.folder() + "/s"
        self.bind(f"unix:{path}")
        self.assertRaises(ListenError, bindEndpoints, [f"unix:{path}"])

    async def test_adopted(self) -> None:
        """As another process does it: by the number of the descriptor."""
        (bound,) = self.bind(LOCAL)
        (adopted,) = adoptedSockets([LOCAL], [os.dup(bound.socket.fileno())])
        self.addCleanup(adopted.close)
        await self.serve(adopted)
        self.assertEqual(await self.ask(f"tcp:127.0.0.1:{bound.socket.getsockname()[1]}"), b"hello")

    async def test_shared(self) -> None:
        """Several processes serve one socket; a busy one waits a moment before it accepts."""
        (bound,) = self.bind(LOCAL)
        factory = Factory.forProtocol(Greeter)
        address = f"tcp:127.0.0.1:{bound.socket.getsockname()[1]}"
        port = await AdoptedEndpoint(reactor, bound, isShared=True).listen(factory)
        self.addCleanup(port.stopListening)
        for busy in (0, 3, 1000, 0):
            factory.busy = busy
            self.assertEqual(await self.ask(address), b"hello")

    async def test_theIdleOneAccepts(self) -> None:
        """Two serve one socket: while one is busy the other takes the connections."""
        (bound,) = self.bind(LOCAL)
        address = f"tcp:127.0.0.1:{bound.socket.getsockname()[1]}"
        accepted: list[str] = []

        class Named(Factory):
            def __init__(self, name: str, busy: int):
                self.name = name
                self.busy = busy

            def buildProtocol(self, addr: Any) -> Greeter:
                accepted.append(self.name)
                return Greeter()

        for factory in (Named("busy", 20), Named("idle", 0)):
            port = await AdoptedEndpoint(reactor, bound, isShared=True).listen(factory)
            self.addCleanup(port.stopListening)
        for _ in range(5):
            await self.ask(address)
        self.assertEqual(accepted, ["idle"] * 5)

    async def test_stoppedWhileItStandsBack(self) -> None:
        (bound,) = self.bind(LOCAL)
        factory = Factory.forProtocol(Greeter)
        factory.busy = 20
        port = await AdoptedEndpoint(reactor, bound, isShared=True).listen(factory)
        before = set(reactor.getDelayedCalls())
        port.doRead()
        waiting = set(reactor.getDelayedCalls()) - before
        await port.stopListening()
        self.assertEqual(len(waiting), 1)
        self.assertFalse(waiting.pop().active())

    def refused(self, message: str, *endpoints: str) -> None:
        error = self.assertRaises(ListenError, bindEndpoints, endpoints)
        self.assertIn(message, str(error))
        self.assertNotIn("\n", str(error))

    def test_takenPort(self) -> None:
        (bound,) = self.bind(LOCAL)
        text = f"tcp:{bound.socket.getsockname()[1]}:interface=127.0.0.1"
        self.refused(f"Cannot listen on {text}: Address already in use", text)

    def test_allOrNone(self) -> None:
        """When the second is refused the first is given back."""
        free = socket.socket()
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
        free.close()
        text = f"tcp:{number}:interface=127.0.0.1"
        self.refused("Cannot listen", text, "tcp:-1")
        self.bind(text)

    def test_malformed(self) -> None:
        for text in (
            "8080",
            "tcp:http",
            "nonsense:1",
            "tcp:8080:interfac=x",
            "ssl:443:privateKey=/no/such.pem",
        ):
            self.refused(f"Cannot listen on {text}: ", text)
