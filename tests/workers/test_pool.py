"""What the server's pool does besides what every pool does."""

from __future__ import annotations

import threading
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.trial.unittest import TestCase

from ogctwist.workers.pool import Overloaded, WorkPool

PATIENCE = 10


class WorkPoolTests(TestCase):
    timeout = 30

    def pool(self, threads: int, waiting: int = 100) -> WorkPool:
        pool = WorkPool(reactor, threads, "test", waiting)
        pool.start()
        self.addCleanup(pool.stop)
        return pool

    async def test_bounded(self) -> None:
        """Never more at once than there are threads."""
        pool = self.pool(3)
        lock = threading.Lock()
        meeting = threading.Barrier(3, timeout=PATIENCE)
        now: list[int] = []
        most: list[int] = []

        def work() -> None:
            with lock:
                now.append(1)
                most.append(len(now))
            meeting.wait()
            with lock:
                now.pop()

        await gatherResults([pool.run(work) for _ in range(30)])
        self.assertEqual(max(most), 3)

    async def test_refused(self) -> None:
        pool = self.pool(1, waiting=2)
        release, begun = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            release.wait(PATIENCE)

        running = pool.run(work)
        begun.wait(PATIENCE)
        waiting = [pool.run(str, 1), pool.run(str, 2)]
        error = self.failureResultOf(pool.run(str, 3), Overloaded).value
        self.assertEqual(error.status, 503)
        waiting[0].addErrback(lambda _: None).cancel()
        again = pool.run(str, 4)
        release.set()
        self.assertEqual(await gatherResults([running, waiting[1], again]), [None, "2", "4"])

    async def test_order(self) -> None:
        pool = self.pool(1)
        ran: list[int] = []
        await gatherResults([pool.run(ran.append, number) for number in range(50)])
        self.assertEqual(ran, list(range(50)))

    async def test_statistics(self) -> None:
        pool = self.pool(1)
        release, begun = threading.Event(), threading.Event()

        def work() -> None:
            begun.set()
            release.wait(PATIENCE)

        running = pool.run(work)
        waiting: list[Deferred[Any]] = [pool.run(str, 1), pool.run(str, 2)]
        begun.wait(PATIENCE)
        waiting[0].addErrback(lambda _: None).cancel()
        now = pool.statistics()
        self.assertEqual(
            (now.name, now.threads, now.running, now.waiting, now.cancelled), ("test", 1, 1, 1, 1)
        )
        release.set()
        await gatherResults([running, waiting[1]])
        await self.assertFailure(pool.run(lambda: 1 // 0), ZeroDivisionError)
        after = pool.statistics()
        self.assertEqual((after.running, after.waiting, after.completed, after.failed), (0, 0, 2, 1))
        self.assertGreater(after.waited, 0)
        self.assertGreater(after.worked, 0)

    async def test_stopped(self) -> None:
        pool = WorkPool(reactor, 1)
        pool.start()
        await pool.stop()
        self.failureResultOf(pool.run(str, 1), Overloaded)
        await pool.stop()

    async def test_neverStarted(self) -> None:
        await WorkPool(reactor, 1).stop()
