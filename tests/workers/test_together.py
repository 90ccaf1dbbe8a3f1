"""Work that is done at the same time."""

from __future__ import annotations

from twisted.internet.defer import CancelledError, Deferred, TimeoutError
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.workers.together import allOf


class AllOfTests(SynchronousTestCase):
    def test_order(self) -> None:
        first: Deferred[int] = Deferred()

        async def second() -> int:
            return 2

        together = allOf([first, second()])
        self.assertNoResult(together)
        first.callback(1)
        self.assertEqual(self.successResultOf(together), [1, 2])

    def test_none(self) -> None:
        self.assertEqual(self.successResultOf(allOf([])), [])

    def test_firstFailureEndsTheRest(self) -> None:
        ended: list[bool] = []
        waiting: Deferred[int] = Deferred(lambda _: ended.append(True))

        async def fails() -> int:
            raise KeyError("x")

        self.failureResultOf(allOf([waiting, fails()]), KeyError)
        self.assertEqual(ended, [True])

    def test_cancelled(self) -> None:
        ended: list[str] = []
        work = [Deferred(lambda _, name=name: ended.append(name)) for name in "ab"]
        together = allOf(work)
        together.cancel()
        self.failureResultOf(together, CancelledError)
        self.assertEqual(sorted(ended), ["a", "b"])

    def test_timeOut(self) -> None:
        clock = Clock()
        together = allOf([Deferred(), Deferred()]).addTimeout(3, clock)
        clock.advance(3)
        self.failureResultOf(together, TimeoutError)
