"""Threads, turns and time limits of plugins."""

from __future__ import annotations

import threading
from contextvars import ContextVar

from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred, inlineCallbacks, succeed
from twisted.internet.task import deferLater
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ogctwist.qgiscompat.runner import HookEnded, HookRunner, isCoroutineHook
from ogctwist.qgiscompat.threads import (
    MOST_LOST,
    HookCutOff,
    PluginHangs,
    PluginThreads,
    checkTime,
    waitFor,
)
from ogctwist.qgiscompat.turns import Turn, Turns
from ogctwist.server.hooks import HookCancelled, HookTimeout

variable: ContextVar[str] = ContextVar("variable", default="")


class ThreadCase(TestCase):
    timeout = 20

    def setUp(self) -> None:
        self.threads = PluginThreads(reactor, "tested")
        self.addCleanup(self.threads.stop)


class PluginThreadsTests(ThreadCase):
    async def test_oneAfterAnotherInTheSameThread(self) -> None:
        order: list[int] = []
        jobs = [self.threads.submit(order.append, n) for n in range(20)]
        threads = {await self.threads.submit(threading.current_thread).deferred for _ in range(3)}
        self.assertEqual(order, list(range(20)))
        self.assertEqual(len(threads), 1)
        self.assertTrue(all(job.isDone for job in jobs))

    async def test_inTheContextOfTheCaller(self) -> None:
        variable.set("mine")
        job = self.threads.submit(variable.get)
        variable.set("later")
        self.assertEqual(await job.deferred, "mine")

    async def test_severalThreads(self) -> None:
        threads = PluginThreads(reactor, "several", 3)
        self.addCleanup(threads.stop)
        barrier = threading.Barrier(3)
        answers = [threads.submit(barrier.wait, 10).deferred for _ in range(3)]
        self.assertEqual(sorted([await answer for answer in answers]), [0, 1, 2])

    async def test_failuresAreGivenOn(self) -> None:
        def fail():
            raise ValueError("no")

        await self.assertFailure(self.threads.submit(fail).deferred, ValueError)

    async def test_waitingForTheReactor(self) -> None:
        def work():
            return waitFor(lambda: deferLater(reactor, 0, threading.current_thread))

        self.assertIs(await self.threads.submit(work).deferred, threading.current_thread())

    async def test_whileItWaitsTheThreadServesItsPlugin(self) -> None:
        def inner():
            return threading.current_thread()

        def outer():
            return threading.current_thread(), waitFor(lambda: self.threads.submit(inner).deferred)

        mine, its = await self.threads.submit(outer).deferred
        self.assertIs(mine, its)

    async def test_failuresOfWhatIsWaitedFor(self) -> None:
        def later():
            raise ValueError("no")

        def work():
            waitFor(lambda: deferLater(reactor, 0, later))

        await self.assertFailure(self.threads.submit(work).deferred, ValueError)

        def atOnce():
            waitFor(later)

        await self.assertFailure(self.threads.submit(atOnce).deferred, ValueError)

    def test_waitingElsewhere(self) -> None:
        self.assertRaises(RuntimeError, waitFor, lambda: succeed(1))

    async def test_aThreadThatIsGivenUpIsReplaced(self) -> None:
        release, ended = threading.Event(), threading.Event()

        def hang():
            try:
                release.wait(10)
                checkTime()
            except HookCutOff:
                ended.set()
                raise

        job = self.threads.submit(hang)
        while job.begun is None:
            await deferLater(reactor, 0, lambda: None)
        later = self.threads.submit(threading.current_thread)
        self.threads.cutOff(job)
        self.assertIsNot(await later.deferred, job.thread)
        self.assertEqual(self.threads.lost, 1)
        release.set()
        self.assertTrue(ended.wait(10))

    async def test_aPluginThatHangsTooOftenIsNotCalled(self) -> None:
        release = threading.Event()
        self.addCleanup(release.set)
        for _ in range(MOST_LOST):
            job = self.threads.submit(release.wait, 10)
            while job.begun is None:
                await deferLater(reactor, 0, lambda: None)
            self.threads.cutOff(job)
        self.assertRaises(PluginHangs, self.threads.submit, len, ())
        release.set()
        while self.threads.lost:
            await deferLater(reactor, 0, lambda: None)
        self.assertEqual(await self.threads.submit(len, ()).deferred, 0)

    async def test_whatHasNotBegunIsTakenBack(self) -> None:
        release = threading.Event()
        first = self.threads.submit(release.wait, 10)
        second = self.threads.submit(self.fail, "it was called")
        self.assertTrue(self.threads.takeBack(second))
        self.assertFalse(self.threads.takeBack(second))
        release.set()
        await first.deferred

    def test_afterTheEnd(self) -> None:
        self.threads.stop()
        self.assertRaises(RuntimeError, self.threads.submit, len, ())


class RunnerTests(ThreadCase):
    def setUp(self) -> None:
        super().setUp()
        self.runner = HookRunner("plugin", self.threads, reactor, 5)

    async def test_valuesDeferredsAndCoroutines(self) -> None:
        async def coroutine():
            return threading.current_thread()

        def deferred():
            answer: Deferred[int] = Deferred()
            reactor.callFromThread(answer.callback, 3)
            return answer

        self.assertEqual(await self.runner.call("hook", lambda: 1), 1)
        self.assertEqual(await self.runner.call("hook", deferred), 3)
        self.assertIs(await self.runner.call("hook", coroutine), threading.current_thread())

    async def test_whatEndsTheProcessIsAFailure(self) -> None:
        def leave():
            raise SystemExit(2)

        async def leaveLater():
            raise SystemExit(2)

        await self.assertFailure(self.runner.call("hook", leave), HookEnded)
        await self.assertFailure(self.runner.call("hook", leaveLater), HookEnded)

    async def test_aDeferredThatThePluginCancels(self) -> None:
        def cancelled():
            answer: Deferred[None] = Deferred()
            reactor.callFromThread(answer.cancel)
            return answer

        await self.assertFailure(self.runner.call("hook", cancelled), HookCancelled)

    async def test_timeBeginsWithTheHook(self) -> None:
        """What waits for a thread that is busy is not late."""
        calls = [self.runner.call("hook", threading.Event().wait, 0.03, seconds=0.06) for _ in range(4)]
        self.assertEqual([await call for call in calls], [False] * 4)

    async def test_tooLate(self) -> None:
        call = self.runner.call("hook", threading.Event().wait, 5, seconds=0.02)
        error = await self.assertFailure(call, HookTimeout)
        self.assertEqual(str(error), "plugin.hook")
        self.assertEqual(await self.runner.call("hook", lambda: 1), 1)

    async def test_cancellingWhatRuns(self) -> None:
        release = threading.Event()
        begun = threading.Event()
        call = self.runner.call("hook", lambda: begun.set() or release.wait(10))
        while not begun.is_set():
            await deferLater(reactor, 0, lambda: None)
        call.cancel()
        await self.assertFailure(call, CancelledError)
        after = self.runner.call("hook", lambda: 1)
        self.assertFalse(after.called)
        release.set()
        self.assertEqual(await after, 1)

    async def test_cancellingWhatWaits(self) -> None:
        release = threading.Event()
        first = self.runner.call("hook", release.wait, 10)
        second = self.runner.call("hook", self.fail, "it was called")
        second.cancel()
        await self.assertFailure(second, CancelledError)
        release.set()
        await first

    def test_whatIsACoroutineHook(self) -> None:
        async def coroutine(self): ...

        @inlineCallbacks
        def inline(self):
            yield

        def generator(self):
            yield

        class Hooks:
            c = coroutine
            i = inline
            g = generator
            p = lambda self: None  # noqa: E731

        hooks = Hooks()
        self.assertEqual([isCoroutineHook(getattr(hooks, n)) for n in "cigp"], [True, True, False, False])


class TurnTests(SynchronousTestCase):
    def test_firstComeFirstServed(self) -> None:
        turn = Turn()
        self.successResultOf(turn.take("a"))
        waiting = {who: turn.take(who) for who in "bcd"}
        self.successResultOf(turn.take("a"))
        for who, following in (("a", "b"), ("b", "c"), ("c", "d")):
            self.assertNoResult(waiting[following])
            turn.release(who)
            self.successResultOf(waiting[following])
        turn.release("d")
        self.assertIs(turn.holder, None)

    def test_oneWhoWaitsTwiceIsLetInOnce(self) -> None:
        turn = Turn()
        turn.take("a")
        first, second = turn.take("b"), turn.take("b")
        third = turn.take("c")
        turn.release("a")
        self.successResultOf(first)
        self.successResultOf(second)
        self.assertNoResult(third)

    def test_goingAway(self) -> None:
        turn = Turn()
        turn.take("a")
        gone, stays = turn.take("b"), turn.take("c")
        gone.cancel()
        self.failureResultOf(gone, CancelledError)
        turn.release("a")
        self.successResultOf(stays)
        turn.release("somebody")
        self.assertEqual(turn.holder, "c")

    def test_severalAreTakenInOneOrder(self) -> None:
        turns = Turns()
        self.successResultOf(Deferred.fromCoroutine(turns.take("x", ["one", "two"])))
        backwards = Deferred.fromCoroutine(turns.take("y", ["two", "one"]))
        other = Deferred.fromCoroutine(turns.take("z", ["three"]))
        self.assertNoResult(backwards)
        self.successResultOf(other)
        turns.release("x")
        self.successResultOf(backwards)
