# -*- test-case-name: tests.server.test_hooks -*-
"""
Calling a hook of a plugin: whatever it answers becomes a Deferred that fires
in time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

log = Logger()

#: Seconds after which a hook that has not answered is given up.
HOOK_TIMEOUT = 10.0


class HookTimeout(Exception):
    """A hook did not answer in time."""


class HookCancelled(Exception):
    """The Deferred of a hook was cancelled, and not by the request."""


class TimedDeferred(Deferred[Any]):
    """What a hook answers that looks after its own time: such as one that has to wait for its turn first."""


class HookCaller:
    """
    Calls hooks with a limit in time.

    @ivar clock: tells the time, and when it is over.
    @ivar seconds: the limit; it counts for Deferreds and coroutines.  A native
        hook that blocks cannot be cut off by anybody on its own thread.
    """

    def __init__(self, clock: IReactorTime, seconds: float = HOOK_TIMEOUT):
        self.clock = clock
        self.seconds = seconds

    async def call(self, label: str, hook: Callable[..., Any], *arguments: Any) -> Any:
        """
        @param label: names the plugin and the hook in the log.
        @return: what the hook answers, or what its Deferred or coroutine gives.
        @raise HookTimeout: the Deferred was cancelled; a later result is dropped.
        @raise HookCancelled: the Deferred was cancelled by the plugin; so
            C{CancelledError} always means that the request is.
        """
        answer = hook(*arguments)
        if inspect.iscoroutine(answer):
            answer = Deferred.fromCoroutine(answer)
        if not isinstance(answer, Deferred):
            return answer
        if isinstance(answer, TimedDeferred):
            return await answer
        return await self._within(label, answer)

    def _within(self, label: str, answer: Deferred[Any]) -> Deferred[Any]:
        """
        A Deferred of C{answer}'s result that fires in time even when C{answer}
        takes no notice of being cancelled.
        """

        def cancelBoth(_: Deferred[Any]) -> None:
            timer.cancel()
            answer.cancel()

        def expire() -> None:
            log.error("{label} did not answer within {seconds} s", label=label, seconds=self.seconds)
            result.errback(HookTimeout(label))
            answer.cancel()

        def settle(value: Any) -> None:
            if result.called:
                return
            if not timer.active():
                # Cancelled by the request: Deferred.cancel() fires the result.
                return
            timer.cancel()
            if isinstance(value, Failure) and value.check(CancelledError):
                value = Failure(HookCancelled(label))
            result.callback(value)

        result: Deferred[Any] = Deferred(cancelBoth)
        timer = self.clock.callLater(self.seconds, expire)
        answer.addBoth(settle)
        return result
