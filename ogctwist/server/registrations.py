# -*- test-case-name: tests.server.test_registrations -*-
"""What plugins registered, in the order in which it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Registration(Generic[T]):
    """
    One registered provider.

    @ivar owner: the plugin that registered it, for the log; '' for our own.
    """

    provider: T
    priority: int = 0
    owner: str = ""

    @property
    def label(self) -> str:
        """How the log names it: plugin and class."""
        name = getattr(self.provider, "label", "") or type(self.provider).__name__
        return f"{self.owner}.{name}" if self.owner else name


class Registrations(Generic[T]):
    """
    Providers by priority.

    Lower priorities come first; within one priority the last registered comes
    first (QGIS keeps them in a multi-map).  One object registered twice is
    there twice.  Iterating walks over the state of that moment: a change
    during a request shows in the next one.
    """

    def __init__(self) -> None:
        self._ordered: tuple[Registration[T], ...] = ()

    def add(self, provider: T, priority: int = 0, owner: str = "") -> Registration[T]:
        """Register a provider."""
        if isinstance(priority, bool) or not isinstance(priority, int):
            raise TypeError(f"a priority is an integer, not {priority!r}")
        entry = Registration(provider, priority, owner)
        self._ordered = tuple(sorted((entry, *self._ordered), key=lambda e: e.priority))
        return entry

    def removeOwned(self, owner: str) -> int:
        """Remove what a plugin registered.  @return: how many."""
        kept = tuple(entry for entry in self._ordered if entry.owner != owner)
        removed = len(self._ordered) - len(kept)
        self._ordered = kept
        return removed

    def byPriority(self) -> dict[int, list[T]]:
        """Priority to providers, each list in the order in which it is asked."""
        result: dict[int, list[T]] = {}
        for entry in self._ordered:
            result.setdefault(entry.priority, []).append(entry.provider)
        return result

    def replace(self, providers: Mapping[int, Iterable[T]]) -> None:
        """Put the providers of a mapping such as L{byPriority} answers in place of all."""
        owners = {id(entry.provider): entry.owner for entry in self._ordered}
        self._ordered = tuple(
            Registration(provider, priority, owners.get(id(provider), ""))
            for priority in sorted(providers)
            for provider in providers[priority]
        )

    def __iter__(self) -> Iterator[Registration[T]]:
        return iter(self._ordered)

    def __len__(self) -> int:
        return len(self._ordered)
