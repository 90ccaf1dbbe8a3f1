# -*- test-case-name: tests.qgiscompat.test_turns -*-
"""
One request at a time in a plugin.

A request takes its turn before the first hook of a plugin, and keeps it until
the last C{responseComplete} is over, as if it had the process for itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from twisted.internet.defer import Deferred, succeed


class Turn:
    """Who is in one plugin, and who waits to be; first come, first served."""

    def __init__(self) -> None:
        self.holder: Hashable | None = None
        self._waiting: dict[Hashable, list[Deferred[None]]] = {}

    def take(self, who: Hashable) -> Deferred[None]:
        """
        @return: Deferred that fires when it is C{who}'s turn; at once when it is already.
            Cancelling the last one of C{who} takes it out of the queue.
        """
        if self.holder is None:
            self.holder = who
        if self.holder == who:
            return succeed(None)
        waiter: Deferred[None] = Deferred(lambda d: self._goAway(who, d))
        self._waiting.setdefault(who, []).append(waiter)
        return waiter

    def release(self, who: Hashable) -> None:
        """End C{who}'s turn, if it is that."""
        if self.holder != who:
            return
        self.holder = next(iter(self._waiting), None)
        if self.holder is not None:
            for waiter in self._waiting.pop(self.holder):
                waiter.callback(None)

    def _goAway(self, who: Hashable, waiter: Deferred[None]) -> None:
        waiters = self._waiting.get(who, [])
        if waiter in waiters:
            waiters.remove(waiter)
        if not waiters:
            self._waiting.pop(who, None)


class Turns:
    """The turns of all plugins, by name."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    async def take(self, who: Hashable, names: Iterable[str]) -> None:
        """
        Take the turns of some plugins, always in the order in which they were first
        named to us: so nobody waits for one who waits for him.
        """
        wanted = set(names)
        for name in wanted:
            self._turns.setdefault(name, Turn())
        for name, turn in list(self._turns.items()):
            if name in wanted:
                await turn.take(who)

    def release(self, who: Hashable) -> None:
        """End all turns of C{who}."""
        for turn in list(self._turns.values()):
            turn.release(who)
