# -*- test-case-name: tests.sources.test_keptopen -*-
"""Things that are kept open, within bounds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class KeptOpen(Generic[Key, Value]):
    """Open things by key; the least recently used is closed when there are too many.  For any thread."""

    def __init__(self, maximum: int, close: Callable[[Value], None] | None = None):
        self._maximum = maximum
        self._close = close
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        """The thing of that key; C{make} must be quick, it is called under the lock."""
        evicted = []
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            else:
                self._values[key] = make()
                while len(self._values) > self._maximum:
                    evicted.append(self._values.popitem(last=False)[1])
            value = self._values[key]
        self._closeAll(evicted)
        return value

    def clear(self) -> None:
        """Close all."""
        with self._lock:
            values, self._values = list(self._values.values()), OrderedDict()
        self._closeAll(values)

    def _closeAll(self, values: list[Value]) -> None:
        if self._close is not None:
            for value in values:
                self._close(value)
