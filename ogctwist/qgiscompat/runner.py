# -*- test-case-name: tests.qgiscompat.test_runner -*-
"""Calling the hooks of one plugin: in its thread, within their time."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from ogctwist.qgiscompat.threads import Job, PluginThreads
from ogctwist.server.hooks import HookCancelled, HookTimeout, TimedDeferred

log = Logger()


class HookEnded(Exception):
    """A hook was left by something that would end the process, such as C{sys.exit()}."""


def isCoroutineHook(hook: Callable[..., Any]) -> bool:
    """
    Whether a hook is C{async def}, or decorated with C{inlineCallbacks}: then it
    runs on the reactor, where all that it may wait for lives.
    """
    inner = inspect.unwrap(getattr(hook, "__func__", hook))
    return inspect.iscoroutinefunction(inner) or (
        inspect.isgeneratorfunction(inner) and hasattr(getattr(hook, "__func__", hook), "__wrapped__")
    )


class HookRunner:
    """
    Runs the hooks of one plugin.

    @ivar plugin: its name.
    @ivar seconds: how long a hook may take, its Deferred included; what it waits
        for its thread is not counted.
    """

    def __init__(self, plugin: str, threads: PluginThreads, reactor: Any, seconds: float):
        self.plugin = plugin
        self.threads = threads
        self.seconds = seconds
        self._reactor = reactor

    def call(
        self, label: str, hook: Callable[..., Any], *arguments: Any, seconds: float | None = None
    ) -> TimedDeferred:
        """
        @param label: names the hook in the log.
        @param seconds: instead of C{self.seconds}.
        @return: Deferred of what the hook answers, or what its Deferred or coroutine
            gives.  Fails with L{HookTimeout} when that takes too long.
        """
        call = _Call(self, f"{self.plugin}.{label}", self.seconds if seconds is None else seconds)
        if isCoroutineHook(hook):
            call.runHere(hook, arguments)
        else:
            call.runInThread(hook, arguments)
        return call.result


class _Call:
    """One call of a hook, until its answer is there, given up or not wanted any more."""

    def __init__(self, runner: HookRunner, label: str, seconds: float):
        self._threads = runner.threads
        self._reactor = runner._reactor
        self._label = label
        self._seconds = seconds
        self._job: Job | None = None
        self._answer: Deferred[Any] | None = None
        self._isOver = False
        self._begun = self._reactor.seconds()
        self._timer = self._reactor.callLater(seconds, self._look)
        self.result: TimedDeferred = TimedDeferred(self._cancel)

    def runHere(self, hook: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            self._take(hook(*arguments))
        except Exception:
            self._settle(Failure())

    def runInThread(self, hook: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        try:
            self._job = self._threads.submit(hook, *arguments)
        except RuntimeError:
            self._settle(Failure())
            return
        assert self._job.deferred is not None
        self._job.deferred.addCallbacks(self._take, self._settle)

    def _take(self, answer: Any) -> None:
        """The hook has returned; in the reactor's thread."""
        if inspect.iscoroutine(answer):
            answer = Deferred.fromCoroutine(answer)
        if isinstance(answer, Deferred) and not self.result.called:
            self._answer = answer
            answer.addBoth(self._settle)
        else:
            self._settle(answer)

    def _settle(self, value: Any) -> None:
        if self._timer.active():
            self._timer.cancel()
        if self._isOver or self.result.called:
            return
        if isinstance(value, Failure):
            if value.check(CancelledError):
                value = Failure(HookCancelled(self._label))
            elif not value.check(Exception):
                value = Failure(HookEnded(f"{self._label}: {value.type.__name__}"))
        self.result.callback(value)

    def _look(self) -> None:
        """The time is over, unless the hook began later than it was called."""
        job, now = self._job, self._reactor.seconds()
        if job is not None:
            self._begun = now if job.begun is None else job.begun
        left = self._begun + self._seconds - now
        if left > 0:
            self._timer = self._reactor.callLater(left, self._look)
            return
        log.error("{label} did not answer within {seconds} s", label=self._label, seconds=self._seconds)
        self._isOver = True
        if job is not None and not job.isDone:
            self._threads.cutOff(job)
        if self._answer is not None:
            self._answer.cancel()
        if not self.result.called:
            self.result.errback(HookTimeout(self._label))

    def _cancel(self, result: Deferred[Any]) -> None:
        """
        The request is not wanted any more.  A hook that runs in its thread cannot be
        stopped; its time goes on to be looked at.
        """
        if self._job is not None and not self._job.isDone:
            if self._threads.takeBack(self._job):
                self._job.deferred = None
                self._timer.cancel()
            return
        if self._timer.active():
            self._timer.cancel()
        if self._answer is not None:
            self._answer.cancel()
