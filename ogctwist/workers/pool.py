# -*- test-case-name: tests.workers.test_pool tests.conformance.test_workpool -*-
"""
Threads for blocking work.

A pool has so many threads and no more, so much may wait for one and no more,
and what waits can be taken back.  The context variables of the caller are those
of the work.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from ogctwist.interfaces import IWorkPool, OWSException


class Overloaded(OWSException):
    """More work is waiting than a pool may hold, or the pool has stopped."""

    status = 503


@dataclass(frozen=True)
class PoolStatistics:
    """
    What a pool does, and did since it started.

    @ivar cancelled: taken back before it began.
    @ivar abandoned: cancelled while it ran.
    @ivar waited: seconds that work spent waiting for a thread, all together;
        C{worked} likewise in a thread.
    """

    name: str
    threads: int
    running: int
    waiting: int
    completed: int
    failed: int
    cancelled: int
    abandoned: int
    refused: int
    waited: float
    worked: float


class _Job:
    """One piece of work; C{isCancelled} is read by the thread that runs it."""

    __slots__ = ("_cancelled", "begun", "context", "created", "deferred", "work")

    def __init__(self, work: Callable[[_Job], Any], cancel: Callable[[_Job], None]):
        self.work = work
        self.context: Context = copy_context()
        self.created = time.monotonic()
        self.begun = False
        self._cancelled = threading.Event()
        self.deferred: Deferred[Any] | None = Deferred(lambda _: cancel(self))

    def isCancelled(self) -> bool:
        return self._cancelled.is_set()

    def markCancelled(self) -> None:
        self._cancelled.set()


@implementer(IWorkPool)
class WorkPool:
    """
    Work is begun in the order in which it came.  Everything but the work itself
    happens in the reactor's thread.
    """

    def __init__(
        self, reactor: IReactorFromThreads, threads: int, name: str = "work", maximumWaiting: int = 1_000
    ):
        """
        @param maximumWaiting: how much may wait; more fails with L{Overloaded}.
        """
        self._reactor = reactor
        self._name = name
        self._size = threads
        self._maximumWaiting = maximumWaiting
        self._threads = ThreadPool(0, threads, name)
        self._lock = threading.Lock()
        self._waiting: deque[_Job] = deque()
        self._running: set[_Job] = set()
        self._started = False
        self._stopped: Deferred[None] | None = None
        self._counts = dict.fromkeys(("completed", "failed", "cancelled", "abandoned", "refused"), 0)
        self._waited = 0.0
        self._worked = 0.0

    def start(self) -> None:
        """See L{IWorkPool}."""
        self._started = True
        self._threads.start()

    def stop(self) -> Deferred[None]:
        """
        See L{IWorkPool}.  What waits is cancelled; what runs is told so, and
        waited for, by a thread that is not the reactor's.
        """
        stopped: Deferred[None] = Deferred()
        if self._stopped is not None or not self._started:
            self._stopped = self._stopped or stopped
            stopped.callback(None)
            return stopped
        self._stopped = stopped
        with self._lock:
            jobs = [*self._waiting, *self._running]
        for job in jobs:
            if job.deferred is not None:
                job.deferred.cancel()

        def join() -> None:
            self._threads.stop()
            self._reactor.callFromThread(stopped.callback, None)

        threading.Thread(target=join, name=f"{self._name}-stop", daemon=True).start()
        return stopped

    def run(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """See L{IWorkPool}."""
        return self._submit(lambda job: function(*arguments))

    def runCancellable(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        """See L{IWorkPool}."""
        return self._submit(lambda job: function(*arguments, job.isCancelled))

    def statistics(self) -> PoolStatistics:
        """How busy the pool is, and was."""
        return PoolStatistics(
            name=self._name,
            threads=self._size,
            running=len(self._running),
            waiting=len(self._waiting),
            waited=self._waited,
            worked=self._worked,
            **self._counts,
        )

    def _submit(self, work: Callable[[_Job], Any]) -> Deferred[Any]:
        if self._stopped is not None:
            return fail(Overloaded("The server is shutting down"))
        if len(self._waiting) >= self._maximumWaiting:
            self._counts["refused"] += 1
            return fail(Overloaded("The server is busy"))
        job = _Job(work, self._cancel)
        self._waiting.append(job)
        # Any thread that comes free takes the job that waits longest: a job that is taken back
        # leaves a call that finds nothing to do.
        self._threads.callInThread(self._runNext)
        assert job.deferred is not None
        return job.deferred

    def _cancel(self, job: _Job) -> None:
        """The canceller of a job's Deferred."""
        job.deferred = None
        job.markCancelled()
        with self._lock:
            if job.begun:
                self._counts["abandoned"] += 1
            else:
                self._waiting.remove(job)
                self._counts["cancelled"] += 1

    # -- in a thread

    def _runNext(self) -> None:
        with self._lock:
            if not self._waiting:
                return
            job = self._waiting.popleft()
            job.begun = True
            self._running.add(job)
        begun = time.monotonic()
        result: Any
        try:
            result = job.context.run(job.work, job)
            succeeded = True
        except BaseException:
            result = Failure()
            succeeded = False
        self._reactor.callFromThread(self._finish, job, succeeded, result, begun, time.monotonic())

    # -- in the reactor's thread again

    def _finish(self, job: _Job, succeeded: bool, result: Any, begun: float, ended: float) -> None:
        self._running.discard(job)
        self._waited += begun - job.created
        self._worked += ended - begun
        self._counts["completed" if succeeded else "failed"] += 1
        deferred, job.deferred = job.deferred, None
        if deferred is not None:
            deferred.callback(result)
