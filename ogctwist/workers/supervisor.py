# -*- test-case-name: tests.workers.test_supervisor -*-
"""
Worker processes that share the listening sockets.

The supervisor binds and never accepts; each worker adopts the same sockets.  A
worker that dies is started again alone, later each time that it dies early.  On
a reload each worker is replaced by a new one, which serves before the old one
is told to end: the sockets stay open, so no connection is refused meanwhile.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults, succeed
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import ProcessProtocol
from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.workers.listening import BoundSocket

log = Logger()

#: Seconds before a worker that died early is started again: first, and at most.
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
#: A worker that lived so long, in seconds, did not die early.
SETTLED = 60.0
#: How long a new worker may take until it serves.
READY_DEADLINE = 60.0
#: How much longer than the grace period a worker has before it is killed.
_KILL_AFTER = 5.0
#: The descriptor on which a worker says that it serves; the sockets follow it.
READY_DESCRIPTOR = 3
#: Names the descriptors of the sockets, in the environment of a worker.
SOCKETS_VARIABLE = "_OGCSERVER_SOCKETS"
#: Names the number of the worker.
NUMBER_VARIABLE = "_OGCSERVER_WORKER"


@dataclass(frozen=True)
class WorkerCommand:
    """How a worker is started."""

    executable: str
    arguments: Sequence[str]
    environment: Mapping[str, str]


class Worker(ProcessProtocol):
    """
    One process.

    @ivar ready: fires with True when it serves, with False when it ended before.
    @ivar ended: fires when it is gone.
    """

    def __init__(self, number: int, onEnd: Callable[[Worker, Failure], None]):
        self.number = number
        self.started = 0.0
        self.ready: Deferred[bool] = Deferred()
        self.ended: Deferred[None] = Deferred()
        self.isReady = False
        self.isEnded = False
        self.isLeaving = False
        self._onEnd = onEnd
        self._partial: dict[int, bytes] = {}

    def childDataReceived(self, childFD: int, data: bytes) -> None:
        """What the worker says: that it serves, or lines for the log."""
        if childFD == READY_DESCRIPTOR:
            self._setReady(True)
            return
        *lines, rest = (self._partial.pop(childFD, b"") + data).split(b"\n")
        for line in lines:
            log.info("worker {number}: {line}", number=self.number, line=line.decode("utf-8", "replace"))
        # A line without an end is not kept for ever.
        self._partial[childFD] = rest[-10_000:]

    def processEnded(self, reason: Failure) -> None:
        """The worker is gone."""
        self.isEnded = True
        self._setReady(False)
        self._onEnd(self, reason)
        self.ended.callback(None)

    def signal(self, name: str) -> None:
        """Send a signal, if the process is still there."""
        if self.transport is None or self.isEnded:
            return
        try:
            self.transport.signalProcess(name)
        except ProcessExitedAlready:
            log.debug("worker {number} has ended already", number=self.number)

    def _setReady(self, ready: bool) -> None:
        if not self.ready.called:
            self.isReady = ready
            self.ready.callback(ready)


class Supervisor(Service):
    """Keeps so many workers running."""

    def __init__(
        self,
        reactor: Any,
        count: int,
        command: WorkerCommand,
        sockets: Sequence[BoundSocket],
        grace: float,
    ):
        """
        @param grace: seconds that a worker may take to end its requests.
        """
        self._reactor = reactor
        self._count = count
        self._command = command
        self._sockets = list(sockets)
        self._grace = grace
        self._workers: dict[int, Worker] = {}
        self._coming: Worker | None = None
        self._leaving: set[Worker] = set()
        self._early: dict[int, int] = {}
        self._restarts: dict[int, IDelayedCall] = {}
        self._reloading = False
        self._previousHandler: Any = None

    @property
    def workers(self) -> list[Worker]:
        """Those that are to run; not those that were told to end."""
        return list(self._workers.values())

    def startService(self) -> None:
        """Start the workers; from now on SIGHUP replaces them."""
        super().startService()
        for number in range(1, self._count + 1):
            self._workers[number] = self._spawn(number)
        self._previousHandler = self._handle(self._hangup)

    def stopService(self) -> Deferred[Any]:
        """Have all workers end their requests and go; kill those that do not."""
        super().stopService()
        if self._previousHandler is not None:
            self._handle(self._previousHandler)
        for call in self._restarts.values():
            call.cancel()
        self._restarts.clear()
        workers = {*self._workers.values(), *self._leaving}
        if self._coming is not None:
            workers.add(self._coming)
        self._workers.clear()

        def close(_: Any) -> None:
            for bound in self._sockets:
                bound.close()

        return gatherResults([self._dismiss(w) for w in workers if not w.isEnded]).addCallback(close)

    def reload(self) -> Deferred[None]:
        """
        Replace the workers, one after the other.

        @return: Deferred that fires at the end.  A new worker that does not come to
            serve ends the reload; the old ones go on.
        """
        if self._reloading or not self.running:
            return succeed(None)
        self._reloading = True
        log.info("replacing the workers")

        def over(result: Any) -> Any:
            self._reloading = False
            return result

        return Deferred.fromCoroutine(self._replaceAll()).addBoth(over)

    async def _replaceAll(self) -> None:
        for number in list(self._workers):
            new = self._coming = self._spawn(number)
            timer = self._reactor.callLater(READY_DEADLINE, new.signal, "KILL")
            ready = await new.ready
            self._coming = None
            if timer.active():
                timer.cancel()
            if not self.running:
                return
            if not ready:
                log.error("the new worker {number} does not serve: the old ones go on", number=number)
                return
            old = self._workers.get(number)
            self._workers[number] = new
            restart = self._restarts.pop(number, None)
            if restart is not None:
                restart.cancel()
            if old is not None and not old.isEnded:
                self._dismiss(old)
        log.info("the workers are replaced")

    def _spawn(self, number: int) -> Worker:
        worker = Worker(number, self._workerEnded)
        worker.started = self._reactor.seconds()
        first = READY_DESCRIPTOR + 1
        descriptors = {0: "r", 1: "r", 2: "r", READY_DESCRIPTOR: "r"} | {
            first + place: bound.socket.fileno() for place, bound in enumerate(self._sockets)
        }
        descriptors[0] = "w"
        numbers = ",".join(str(first + place) for place in range(len(self._sockets)))
        environment = {
            **self._command.environment,
            SOCKETS_VARIABLE: numbers,
            NUMBER_VARIABLE: str(number),
        }
        self._reactor.spawnProcess(
            worker,
            self._command.executable,
            [self._command.executable, *self._command.arguments],
            environment,
            childFDs=descriptors,
        )
        return worker

    def _dismiss(self, worker: Worker) -> Deferred[None]:
        """Have a worker go, and see to it that it does."""
        if not worker.isLeaving:
            worker.isLeaving = True
            self._leaving.add(worker)
            worker.signal("TERM")
            kill = self._reactor.callLater(self._grace + _KILL_AFTER, worker.signal, "KILL")
            worker.ended.addCallback(lambda _: kill.cancel() if kill.active() else None)
        gone: Deferred[None] = Deferred()
        worker.ended.addCallback(lambda _: gone.callback(None))
        return gone

    def _workerEnded(self, worker: Worker, reason: Failure) -> None:
        self._leaving.discard(worker)
        if worker.isLeaving:
            log.info("worker {number} has ended", number=worker.number)
            return
        log.error("worker {number} died: {reason}", number=worker.number, reason=reason.getErrorMessage())
        if self._workers.get(worker.number) is not worker:
            # A new one that never came to serve.
            return
        lived = self._reactor.seconds() - worker.started
        early = 0 if lived >= SETTLED else self._early.get(worker.number, 0) + 1
        self._early[worker.number] = early
        delay = min(FIRST_DELAY * 2 ** (early - 1), LONGEST_DELAY) if early else 0.0
        self._restarts[worker.number] = self._reactor.callLater(delay, self._restart, worker.number)

    def _restart(self, number: int) -> None:
        del self._restarts[number]
        self._workers[number] = self._spawn(number)

    def _hangup(self, *_: Any) -> None:
        # In a signal handler: nothing but a message to the reactor.
        self._reactor.callFromThread(self.reload)

    @staticmethod
    def _handle(handler: Any) -> Any:
        try:
            return signal.signal(signal.SIGHUP, handler)
        except (AttributeError, ValueError):
            # No such signal on this system, or a reactor outside the main thread.
            return None
