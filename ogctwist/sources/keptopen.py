# -*- test-case-name: tests.sources.test_keptopen -*-
"""Things that are kept for later, within bounds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values by key; the least recently used is forgotten when there are too many.  For any thread."""

    def __init__(self, maximum: int):
        self._maximum = maximum
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The value of that key; C{make} must be quick, it is called under the lock."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            else:
                self._values[key] = make()
                while len(self._values) > self._maximum:
                    self._values.popitem(last=False)
            return self._values[key]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()


class Idle(Generic[Value]):
    """
    Open things that nobody uses at the moment; the one that was idle longest is
    closed when there are too many.  For any thread.
    """

    def __init__(self, maximum: int, close: Callable[[Value], None]):
        self._maximum = maximum
        self._close = close
        self._things: list[tuple[Hashable, Hashable, Value]] = []
        self._lock = threading.Lock()
        self._isClosed = False

    def __len__(self) -> int:
        return len(self._things)

    def take(self, key: Hashable, stamp: Hashable) -> Value | None:
        """
        A thing that was given with that key and stamp, or None.  Those of the key
        with another stamp are closed: what they are open on has changed.
        """
        found: Value | None = None
        stale: list[Value] = []
        with self._lock:
            kept = []
            for entry in reversed(self._things):
                if entry[0] != key:
                    kept.append(entry)
                elif entry[1] != stamp:
                    stale.append(entry[2])
                elif found is None:
                    found = entry[2]
                else:
                    kept.append(entry)
            self._things = kept[::-1]
        self._closeAll(stale)
        return found

    def give(self, key: Hashable, stamp: Hashable, thing: Value) -> None:
        """Keep a thing for the next who wants it."""
        with self._lock:
            self._things.append((key, stamp, thing))
            excess = len(self._things) if self._isClosed else max(len(self._things) - self._maximum, 0)
            old, self._things = self._things[:excess], self._things[excess:]
        self._closeAll([entry[2] for entry in old])

    def close(self) -> None:
        """Close what is here now, and what is given from now on."""
        with self._lock:
            self._isClosed = True
            things, self._things = self._things, []
        self._closeAll([entry[2] for entry in things])

    def _closeAll(self, things: list[Value]) -> None:
        for thing in things:
            self._close(thing)
