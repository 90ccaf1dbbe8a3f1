# -*- test-case-name: tests.workers.test_worker -*-
"""A worker's side of its supervision: it says that it serves, and does not outlive its supervisor."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from typing import Any

from twisted.application.service import Service
from twisted.internet.interfaces import IReadDescriptor
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ogctwist.workers.supervisor import NUMBER_VARIABLE, READY_DESCRIPTOR, SOCKETS_VARIABLE

log = Logger()


def inheritedDescriptors(environment: Mapping[str, str]) -> list[int]:
    """The descriptors of the sockets that a supervisor has bound; none outside a worker."""
    return [int(number) for number in environment.get(SOCKETS_VARIABLE, "").split(",") if number]


def workerNumber(environment: Mapping[str, str]) -> int:
    """From 1; 0 outside a worker."""
    return int(environment.get(NUMBER_VARIABLE, "0"))


@implementer(IReadDescriptor)
class SupervisorLink(Service):
    """
    The pipes to the supervisor.

    The standard input stays open as long as the supervisor lives.
    """

    def __init__(self, reactor: Any, lifeline: int = 0, ready: int = READY_DESCRIPTOR):
        """
        @param lifeline: the descriptor that ends with the supervisor.
        @param ready: the descriptor on which to say that this worker serves.
        """
        self._reactor = reactor
        self._lifeline = lifeline
        self._ready = ready

    def startService(self) -> None:
        """Start to watch; say that requests are served as soon as they are."""
        super().startService()
        if self._isMainThread():
            # Meant for the supervisor, which may share its terminal with us.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self._reactor.addReader(self)
        self._reactor.callWhenRunning(self._tellReady)

    def stopService(self) -> None:
        """Watch no more."""
        super().stopService()
        self._reactor.removeReader(self)

    def _tellReady(self) -> None:
        os.write(self._ready, b"1")
        os.close(self._ready)

    @staticmethod
    def _isMainThread() -> bool:
        import threading

        return threading.current_thread() is threading.main_thread()

    # -- IReadDescriptor

    def fileno(self) -> int:
        """The lifeline."""
        return self._lifeline

    def doRead(self) -> None:
        """The supervisor says nothing: that there is something to read means that it is gone."""
        if not os.read(self._lifeline, 1024):
            log.error("the supervisor is gone: this worker ends too")
            self._reactor.removeReader(self)
            self._reactor.stop()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor stops."""

    def logPrefix(self) -> str:
        """For the log."""
        return "supervisor"
