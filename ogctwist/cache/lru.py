# -*- test-case-name: tests.cache.test_lru -*-
"""A cache with a budget of bytes, whose keys cannot multiply without bound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")

#: What an entry costs besides its value and key: the bookkeeping, roughly.
_OVERHEAD = 400


@dataclass
class CacheCounts:
    """What the status page shows of a cache."""

    hits: int = 0
    misses: int = 0
    entries: int = 0
    bytes: int = 0


@dataclass
class _Entry(Generic[V]):
    value: V
    cost: int


class ByteBudgetCache(Generic[V]):
    """
    Least recently used entries leave when the budget is spent.

    A key has two parts: a group (what the entry is of: project, operation,
    rights), and a variant, the part that a client chooses (Host, STYLES, …).  No
    group has more than C{variants} entries, so a client that makes up new
    variants only pushes out variants of the same group.
    """

    def __init__(self, budget: int, variants: int = 16):
        """
        @param budget: bytes; 0 keeps nothing.
        @param variants: how many entries a group may have.
        """
        self.budget = budget
        self.variants = variants
        self.counts = CacheCounts()
        self._entries: OrderedDict[tuple[Hashable, Hashable], _Entry[V]] = OrderedDict()
        self._groups: dict[Hashable, OrderedDict[Hashable, None]] = {}

    def get(self, group: Hashable, variant: Hashable = "") -> V | None:
        """The value, or None."""
        entry = self._entries.get((group, variant))
        if entry is None:
            self.counts.misses += 1
            return None
        self._entries.move_to_end((group, variant))
        self._groups[group].move_to_end(variant)
        self.counts.hits += 1
        return entry.value

    def put(self, group: Hashable, variant: Hashable, value: V, cost: int) -> bool:
        """
        Keep a value.

        @param cost: bytes of value and key.
        @return: whether it was kept; a value over a quarter of the budget is not.
        """
        cost += _OVERHEAD
        self.remove(group, variant)
        if cost * 4 > self.budget:
            return False
        members = self._groups.setdefault(group, OrderedDict())
        if len(members) >= self.variants:
            self.remove(group, next(iter(members)))
            members = self._groups.setdefault(group, OrderedDict())
        members[variant] = None
        self._entries[group, variant] = _Entry(value, cost)
        self.counts.bytes += cost
        while self.counts.bytes > self.budget:
            self.remove(*next(iter(self._entries)))
        self.counts.entries = len(self._entries)
        return True

    def remove(self, group: Hashable, variant: Hashable = "") -> bool:
        """@return: whether there was one."""
        entry = self._entries.pop((group, variant), None)
        if entry is None:
            return False
        members = self._groups[group]
        del members[variant]
        if not members:
            del self._groups[group]
        self.counts.bytes -= entry.cost
        self.counts.entries = len(self._entries)
        return True

    def removeGroups(self, predicate) -> int:
        """Remove all entries of the groups for which C{predicate(group)} is true.  @return: how many."""
        doomed = [key for key in self._entries if predicate(key[0])]
        for key in doomed:
            self.remove(*key)
        return len(doomed)

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._groups.clear()
        self.counts.bytes = self.counts.entries = 0

    def __len__(self) -> int:
        return len(self._entries)
