"""Workers are kept running, replaced, and sent home."""

from __future__ import annotations

import signal
from typing import Any

from twisted.internet.error import ProcessDone, ProcessExitedAlready, ProcessTerminated
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.workers.listening import bindEndpoints
from ogctwist.workers.supervisor import (
    NUMBER_VARIABLE,
    READY_DEADLINE,
    READY_DESCRIPTOR,
    SOCKETS_VARIABLE,
    Supervisor,
    Worker,
    WorkerCommand,
)


class Process:
    """A process that does what the test says."""

    def __init__(self, protocol: Worker, arguments: list[str], environment: dict[str, str], childFDs: Any):
        self.protocol = protocol
        self.arguments = arguments
        self.environment = environment
        self.childFDs = childFDs
        self.signals: list[str] = []
        self.isGone = False
        protocol.makeConnection(self)  # type: ignore[arg-type]

    def signalProcess(self, name: str) -> None:
        if self.isGone:
            raise ProcessExitedAlready
        self.signals.append(name)

    def serve(self) -> None:
        self.protocol.childDataReceived(READY_DESCRIPTOR, b"1")

    def end(self, status: int = 0) -> None:
        self.isGone = True
        reason = ProcessTerminated(status) if status else ProcessDone(0)
        self.protocol.processEnded(Failure(reason))


class Reactor(Clock):
    """Processes and time."""

    def __init__(self) -> None:
        super().__init__()
        self.processes: list[Process] = []

    def spawnProcess(self, protocol: Any, executable: str, args: Any, env: Any, childFDs: Any) -> Process:
        self.processes.append(Process(protocol, args, env, childFDs))
        return self.processes[-1]

    def callFromThread(self, function: Any, *arguments: Any) -> None:
        self.callLater(0, function, *arguments)


class SupervisorTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.reactor = Reactor()
        self.sockets = bindEndpoints(["tcp:0:interface=127.0.0.1"])
        self.addCleanup(self.sockets[0].close)
        self.supervisor = Supervisor(
            self.reactor, 2, WorkerCommand("/python", ["-m", "x"], {"A": "b"}), self.sockets, 30.0
        )
        before = signal.getsignal(signal.SIGHUP)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        self.supervisor.startService()

    def processes(self) -> list[Process]:
        """Those that were started since the last time."""
        found, self.reactor.processes = self.reactor.processes, []
        return found

    def test_start(self) -> None:
        one, two = self.processes()
        self.assertEqual(one.arguments, ["/python", "-m", "x"])
        self.assertEqual(one.environment, {"A": "b", SOCKETS_VARIABLE: "4", NUMBER_VARIABLE: "1"})
        self.assertEqual(two.environment[NUMBER_VARIABLE], "2")
        self.assertEqual(one.childFDs[4], self.sockets[0].socket.fileno())

    def test_restartedAlone(self) -> None:
        one, two = self.processes()
        self.reactor.advance(100)
        one.end(9)
        self.reactor.advance(0)
        (again,) = self.processes()
        self.assertEqual(again.environment[NUMBER_VARIABLE], "1")
        self.assertEqual(two.signals, [])

    def test_backOff(self) -> None:
        """Who dies early is waited for longer each time, up to half a minute."""
        delays = []
        process = self.processes()[0]
        for _ in range(9):
            process.end(1)
            delay = 0.0
            while not self.reactor.processes:
                self.reactor.advance(0.5)
                delay += 0.5
            delays.append(delay)
            (process,) = self.processes()
        self.assertEqual(delays, [0.5, 1, 2, 4, 8, 16, 30, 30, 30])
        self.reactor.advance(61)
        process.end(1)
        self.reactor.advance(0)
        self.assertEqual(len(self.processes()), 1)

    def test_stop(self) -> None:
        one, two = self.processes()
        stopped = self.supervisor.stopService()
        self.assertEqual((one.signals, two.signals), (["TERM"], ["TERM"]))
        one.end()
        self.assertNoResult(stopped)
        two.end()
        self.successResultOf(stopped)
        self.assertEqual(self.reactor.getDelayedCalls(), [])
        self.assertEqual(self.sockets[0].socket.fileno(), -1)

    def test_killed(self) -> None:
        """A worker that does not end by itself is made to."""
        one, two = self.processes()
        stopped = self.supervisor.stopService()
        two.end()
        self.reactor.advance(34.9)
        self.assertEqual(one.signals, ["TERM"])
        self.reactor.advance(0.2)
        self.assertEqual(one.signals, ["TERM", "KILL"])
        one.end(9)
        self.successResultOf(stopped)

    def test_stopWhileWaitingToRestart(self) -> None:
        one, two = self.processes()
        one.end(1)
        stopped = self.supervisor.stopService()
        two.end()
        self.successResultOf(stopped)
        self.reactor.advance(100)
        self.assertEqual(self.processes(), [])

    def test_reload(self) -> None:
        """One after the other; the old one goes when the new one serves."""
        old = self.processes()
        reloaded = self.supervisor.reload()
        (new,) = self.processes()
        self.assertEqual(old[0].signals, [])
        new.serve()
        self.assertEqual((old[0].signals, old[1].signals), (["TERM"], []))
        (newer,) = self.processes()
        newer.serve()
        self.successResultOf(reloaded)
        self.assertEqual(old[1].signals, ["TERM"])
        for process in old:
            process.end()
        self.reactor.advance(0)
        self.assertEqual(self.processes(), [])
        self.assertEqual([w.transport for w in self.supervisor.workers], [new, newer])

    def test_reloadOfWhatDoesNotServe(self) -> None:
        """The old ones go on."""
        old = self.processes()
        reloaded = self.supervisor.reload()
        self.processes()[0].end(1)
        self.successResultOf(reloaded)
        self.reactor.advance(100)
        self.assertEqual(self.processes(), [])
        self.assertEqual([process.signals for process in old], [[], []])
        self.assertEqual([w.transport for w in self.supervisor.workers], old)

    def test_reloadOfWhatHangs(self) -> None:
        self.processes()
        reloaded = self.supervisor.reload()
        (new,) = self.processes()
        self.reactor.advance(READY_DEADLINE)
        self.assertEqual(new.signals, ["KILL"])
        new.end(9)
        self.successResultOf(reloaded)
        self.assertNotIn(new, [w.transport for w in self.supervisor.workers])

    def test_oneReloadAtATime(self) -> None:
        self.processes()
        self.supervisor.reload()
        self.processes()
        self.successResultOf(self.supervisor.reload())
        self.assertEqual(self.processes(), [])

    def test_reloadOfADeadWorker(self) -> None:
        """Its restart, which was due, is not wanted any more."""
        old = self.processes()
        old[0].end(1)
        self.supervisor.reload()
        (new,) = self.processes()
        new.serve()
        self.processes()[0].serve()
        old[1].end()
        self.reactor.advance(100)
        self.assertEqual(self.processes(), [])

    def test_stopWhileReloading(self) -> None:
        old = self.processes()
        reloaded = self.supervisor.reload()
        (new,) = self.processes()
        stopped = self.supervisor.stopService()
        self.assertEqual(new.signals, ["TERM"])
        for process in old:
            process.end()
        self.assertNoResult(stopped)
        new.serve()
        new.end()
        self.successResultOf(reloaded)
        self.successResultOf(stopped)
        self.assertEqual(self.reactor.getDelayedCalls(), [])

    def test_hangup(self) -> None:
        self.processes()
        signal.raise_signal(signal.SIGHUP)
        self.assertEqual(self.processes(), [])
        self.reactor.advance(0)
        self.assertEqual(len(self.processes()), 1)

    def test_output(self) -> None:
        """What workers say goes line by line to the log."""
        from twisted.logger import globalLogPublisher

        lines: list[str] = []
        observer = lambda event: lines.append(str(event.get("line")))  # noqa: E731
        globalLogPublisher.addObserver(observer)
        self.addCleanup(globalLogPublisher.removeObserver, observer)
        worker = self.processes()[0].protocol
        worker.childDataReceived(1, b"one\ntw")
        worker.childDataReceived(1, b"o\n")
        self.assertEqual(lines, ["one", "two"])
