"""What every L{IWorkPool} does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IWorkPool
from ogctwist.workers.pool import WorkPool

#: Longer than any of these tests may take; nothing waits that long when they pass.
PATIENCE = 10

who: ContextVar[str] = ContextVar("who", default="nobody")


class WorkPoolConformance:
    """Mixed into a C{TestCase} that makes a pool of two threads."""

    timeout = 30

    def makePool(self) -> Any:
        raise NotImplementedError

    def setUp(self: Any) -> None:
        self.pool = self.makePool()
        self.pool.start()
        self.addCleanup(self.pool.stop)

    @contextmanager
    def busy(self: Any) -> Iterator[list[Deferred[Any]]]:
        """All threads at work until the block ends."""
        release = threading.Event()
        self.addCleanup(release.set)
        work = [self.pool.run(release.wait, PATIENCE) for _ in range(2)]
        try:
            yield work
        finally:
            release.set()

    def test_interface(self: Any) -> None:
        verifyObject(IWorkPool, self.pool)

    async def test_result(self: Any) -> None:
        self.assertEqual(await self.pool.run(divmod, 17, 5), (3, 2))

    async def test_notInTheReactorsThread(self: Any) -> None:
        self.assertNotEqual(await self.pool.run(threading.get_ident), threading.get_ident())

    async def test_failure(self: Any) -> None:
        await self.assertFailure(self.pool.run(lambda: 1 // 0), ZeroDivisionError)

    async def test_systemExitIsAFailure(self: Any) -> None:
        await self.assertFailure(self.pool.run(exit, 1), SystemExit)
        self.assertEqual(await self.pool.run(str, 1), "1")

    async def test_contextVariables(self: Any) -> None:
        """Work sees the context of its caller, and what it sets goes no further."""
        token = who.set("me")
        work = self.pool.run(lambda: (who.get(), who.set("work"))[0])
        who.reset(token)
        self.assertEqual(await work, "me")
        self.assertEqual(who.get(), "nobody")
        self.assertEqual(await gatherResults([self.pool.run(who.get) for _ in range(8)]), ["nobody"] * 8)

    async def test_whatWaitsCanBeTakenBack(self: Any) -> None:
        ran: list[int] = []
        with self.busy() as work:
            waiting = [self.pool.run(ran.append, number) for number in range(4)]
            waiting[1].cancel()
            self.failureResultOf(waiting[1], CancelledError)
        await gatherResults([*work, waiting[0], *waiting[2:]])
        self.assertEqual(sorted(ran), [0, 2, 3])

    async def test_runningWorkIsTold(self: Any) -> None:
        begun, seen = threading.Event(), threading.Event()

        def work(argument: str, isCancelled: Any) -> None:
            begun.set()
            for _ in range(1000):
                if isCancelled():
                    seen.set()
                    return
                seen.wait(0.01)

        running = self.pool.runCancellable(work, "x")
        await self.pool.run(begun.wait, PATIENCE)
        running.cancel()
        self.failureResultOf(running, CancelledError)
        self.assertTrue(await self.pool.run(seen.wait, PATIENCE))

    async def test_notCancelled(self: Any) -> None:
        self.assertEqual(
            await self.pool.runCancellable(lambda x, isCancelled: (x, isCancelled()), 1), (1, False)
        )

    async def test_resultsOfAbandonedWorkGoToNobody(self: Any) -> None:
        begun, release = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            release.wait(PATIENCE)
            raise ValueError("nobody is to hear of this")

        running = self.pool.run(work)
        await self.pool.run(begun.wait, PATIENCE)
        running.cancel()
        self.failureResultOf(running, CancelledError)
        release.set()
        # Behind it in both threads.
        await gatherResults([self.pool.run(str, n) for n in range(4)])
        self.assertEqual(self.flushLoggedErrors(), [])

    async def test_stop(self: Any) -> None:
        """What runs is waited for, what waits is cancelled."""
        ended: list[int] = []
        begun, release = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            release.wait(PATIENCE)
            ended.append(1)

        running = [self.pool.run(work), self.pool.run(work)]
        waiting = self.pool.run(ended.append, 2)
        begun.wait(PATIENCE)
        stopped = self.pool.stop()
        self.failureResultOf(waiting, CancelledError)
        self.assertNoResult(stopped)
        release.set()
        await stopped
        for deferred in running:
            self.failureResultOf(deferred, CancelledError)
        self.assertIn(1, ended)
        self.assertNotIn(2, ended)


class WorkPoolTests(WorkPoolConformance, TestCase):
    """The pool of the server."""

    def makePool(self) -> WorkPool:
        return WorkPool(reactor, 2, "test")
