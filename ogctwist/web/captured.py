# -*- test-case-name: tests.web.test_landing -*-
"""Answers that the server gives to itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from ogctwist.interfaces import IDelivery


class TooMuch(Exception):
    """The answer is longer than it was expected to be at most."""


@implementer(IDelivery)
class CapturedDelivery:
    """
    Keeps the answer.

    @ivar status: 0 until it has begun.
    @ivar isComplete: whether it was finished.
    """

    isLost = False
    wantsBody = True

    def __init__(self, maximum: int):
        self._maximum = maximum
        self._pieces: list[bytes] = []
        self._size = 0
        self.isBegun = False
        self.isComplete = False
        self.status = 0
        self.headers: dict[str, str] = {}

    @property
    def body(self) -> bytes:
        """All that was written."""
        return b"".join(self._pieces)

    def send(
        self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]], body: bytes
    ) -> Deferred[None]:
        """See L{IDelivery}."""
        self.begin(status, headers)
        self.write(body)
        self.finish()
        return succeed(None)

    def begin(self, status: int, headers: Mapping[str, str] | Iterable[tuple[str, str]]) -> None:
        """See L{IDelivery}."""
        self.isBegun = True
        self.status = status
        self.headers = dict(headers)

    def write(self, data: bytes) -> None:
        """See L{IDelivery}.  @raise TooMuch: that is more than was bargained for."""
        self._size += len(data)
        if self._size > self._maximum:
            raise TooMuch
        self._pieces.append(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def finish(self) -> None:
        """See L{IDelivery}."""
        self.isComplete = True

    def abort(self) -> None:
        """See L{IDelivery}."""
        self._pieces.clear()

    def whenLost(self) -> Deferred[None]:
        """Nobody goes."""
        return Deferred()

    def registerProducer(self, producer: object, streaming: bool) -> None:
        """A producer is never paused."""

    def unregisterProducer(self) -> None:
        """The producer is done."""
