# -*- test-case-name: tests.workers.test_listening -*-
"""
Listening sockets that are bound first and served later.

Bound before the process goes to the background, so that a port that is taken is
a line on the terminal; and shared by several processes, each of which adopts
the same socket.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from twisted.internet import tcp
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IDelayedCall, IListeningPort, IStreamServerEndpoint
from twisted.internet.protocol import Factory
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.python.failure import Failure
from zope.interface import implementer

#: Connections that wait to be accepted; endpoint strings say 50 when nothing else is said.
_BACKLOG = 511
#: How long a busy process waits before it accepts, in seconds: for each request, and at most.
_STAND_BACK, _LONGEST_STAND_BACK = 0.001, 0.02


class ListenError(Exception):
    """An endpoint cannot be listened on; the message is one line, for the administrator."""


@dataclass(frozen=True)
class BoundSocket:
    """
    A listening socket that nobody serves yet.

    @ivar endpoint: the endpoint string that it belongs to.
    """

    endpoint: str
    socket: socket.socket

    def close(self) -> None:
        """Give it back; the file of a local socket goes with it."""
        name = self.socket.getsockname() if self.socket.family == socket.AF_UNIX else ""
        self.socket.close()
        if name and isinstance(name, str):
            try:
                os.unlink(name)
            except FileNotFoundError:
                pass


def bindEndpoints(endpoints: Iterable[str]) -> list[BoundSocket]:
    """
    Bind and listen, without serving.

    @param endpoints: Twisted endpoint strings.
    @raise ListenError: one of them cannot be; then none is.
    """
    bound: list[BoundSocket] = []
    try:
        for text in endpoints:
            reactor = _BindingReactor(text)
            _listen(text, reactor)
            if not reactor.bound:
                raise ListenError(f"Cannot listen on {text}: it has no socket")
            bound += reactor.bound
    except ListenError:
        for one in bound:
            one.close()
        raise
    return bound


def adoptedSockets(endpoints: Sequence[str], descriptors: Sequence[int]) -> list[BoundSocket]:
    """Sockets that another process has bound, by the numbers of their descriptors."""
    return [
        BoundSocket(text, socket.socket(fileno=descriptor))
        for text, descriptor in zip(endpoints, descriptors, strict=True)
    ]


@implementer(IStreamServerEndpoint)
class AdoptedEndpoint:
    """An endpoint whose socket is bound already."""

    def __init__(self, reactor: Any, bound: BoundSocket, isShared: bool = False):
        """
        @param isShared: other processes serve the socket too.
        """
        self._reactor = reactor
        self._bound = bound
        self._isShared = isShared

    def listen(self, protocolFactory: Any) -> Deferred[IListeningPort]:
        """
        Serve the socket with a factory; TLS, where the endpoint says so, in between.

        @param protocolFactory: when the socket is shared, its C{busy} says how
            many requests are being answered.
        """
        load = (lambda: protocolFactory.busy) if self._isShared else None
        reactor = _AdoptingReactor(self._reactor, self._bound, load)
        return serverFromString(reactor, self._bound.endpoint).listen(protocolFactory)


class SharedPort(tcp.Port):
    """
    A socket that several processes accept from.

    All of them wake when a connection waits.  A process that is answering
    requests stands back for a moment, the longer the more there are, so that one
    with less to do comes first; and it takes one connection at a time.
    """

    load: Callable[[], int]
    reactor: Any
    _standingBack: IDelayedCall | None = None

    def doRead(self) -> None:
        """Accept one connection, now or in a moment."""
        load = self.load()
        if load and not self.disconnecting:
            self.stopReading()
            delay = min(load * _STAND_BACK, _LONGEST_STAND_BACK)
            self._standingBack = self.reactor.callLater(delay, self._accept)
        else:
            self.numberAccepts = 1
            super().doRead()

    def _accept(self) -> None:
        self._standingBack = None
        self.numberAccepts = 1
        super().doRead()
        self.startReading()

    def loseConnection(self, *arguments: Any) -> Any:
        """Accept no more."""
        call, self._standingBack = self._standingBack, None
        if call is not None:
            call.cancel()
        return super().loseConnection(*arguments)

    stopListening = loseConnection


class _BindingReactor:
    """What an endpoint takes for a reactor: binds, and serves nothing."""

    def __init__(self, text: str):
        self._text = text
        self.bound: list[BoundSocket] = []

    def listenTCP(self, port: int, factory: Any, backlog: int = 50, interface: str = "") -> _NoPort:
        family = socket.AF_INET6 if ":" in interface else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return self._bind(made, (interface, port), backlog)

    def listenSSL(
        self, port: int, factory: Any, contextFactory: Any, backlog: int = 50, interface: str = ""
    ) -> _NoPort:
        return self.listenTCP(port, factory, backlog, interface)

    def listenUNIX(
        self, address: str, factory: Any, backlog: int = 50, mode: int = 0o666, wantPID: int = 0
    ) -> _NoPort:
        _removeDeadSocket(address)
        port = self._bind(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), address, backlog)
        os.chmod(address, mode)
        return port

    def adoptStreamPort(self, fileDescriptor: int, addressFamily: int, factory: Any) -> _NoPort:
        self.bound.append(BoundSocket(self._text, socket.socket(fileno=os.dup(fileDescriptor))))
        return _NoPort()

    def _bind(self, made: socket.socket, address: Any, backlog: int) -> _NoPort:
        try:
            made.bind(address)
            made.listen(max(backlog, _BACKLOG))
        except (OSError, OverflowError) as error:
            made.close()
            raise CannotListenError(str(address), "", error) from error
        made.setblocking(False)
        self.bound.append(BoundSocket(self._text, made))
        return _NoPort()


class _NoPort:
    """In place of a port, which nobody looks at."""


class _AdoptingReactor:
    """The reactor, but for listening: that is done on a socket that is bound already."""

    def __init__(self, reactor: Any, bound: BoundSocket, load: Callable[[], int] | None):
        self._reactor = reactor
        self._bound = bound
        self._load = load

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def listenTCP(self, port: int, factory: Any, *arguments: Any, **names: Any) -> Any:
        made = self._bound.socket
        if self._load is None or made.family == socket.AF_UNIX:
            return self._reactor.adoptStreamPort(made.fileno(), made.family, factory)
        shared = SharedPort._fromListeningDescriptor(self._reactor, made.fileno(), made.family, factory)
        shared.load = self._load
        shared.startListening()
        return shared

    def listenSSL(self, port: int, factory: Any, contextFactory: Any, *arguments: Any, **names: Any) -> Any:
        return self.listenTCP(port, TLSMemoryBIOFactory(contextFactory, False, factory))

    def listenUNIX(self, address: str, factory: Any, *arguments: Any, **names: Any) -> Any:
        return self.listenTCP(0, factory)

    def adoptStreamPort(self, fileDescriptor: int, addressFamily: int, factory: Any) -> Any:
        return self.listenTCP(0, factory)


def _listen(text: str, reactor: Any) -> None:
    """Have an endpoint listen, and say what went wrong in one line."""
    try:
        listening = serverFromString(reactor, text).listen(Factory())
    except Exception as error:
        # Parsers of endpoint strings, of whatever plugin, fail in whatever way.
        raise ListenError(f"Cannot listen on {text}: {_reason(error)}") from error
    failures: list[Failure] = []
    listening.addErrback(failures.append)
    for failure in failures:
        raise ListenError(f"Cannot listen on {text}: {_reason(failure.value)}") from failure.value


def _reason(error: BaseException | None) -> str:
    inner = getattr(error, "socketError", error)
    text = getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
    return " ".join(text.split())


def _removeDeadSocket(path: str) -> None:
    """A local socket that a server left behind is in the way; one that is answered is somebody's."""
    try:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
    except OSError:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
        except OSError:
            return
