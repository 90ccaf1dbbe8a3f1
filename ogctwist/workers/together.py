# -*- test-case-name: tests.workers.test_together -*-
"""Work that is done at the same time."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, FirstError, gatherResults
from twisted.python.failure import Failure

Result = TypeVar("Result")


def allOf(work: Iterable[Deferred[Result] | Coroutine[Any, Any, Result]]) -> Deferred[list[Result]]:
    """
    Wait for all of it.

    The first failure ends the rest, and is what the Deferred fails with, as it was raised.
    Cancelling the Deferred cancels all, and it fails with C{CancelledError}: so C{addTimeout} does
    what it says.

    @return: the results, in the order of C{work}.
    """
    running = [each if isinstance(each, Deferred) else Deferred.fromCoroutine(each) for each in work]

    def failed(failure: Failure) -> Failure:
        for each in running:
            each.cancel()
        return failure.value.subFailure if isinstance(failure.value, FirstError) else failure

    return gatherResults(running, consumeErrors=True).addErrback(failed)
