"""A delivery that keeps what it is given."""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IConsumer
from zope.interface import implementer

from ogctwist.interfaces import IDelivery


@implementer(IDelivery, IConsumer)
class MemoryDelivery:
    """
    @ivar chunks: what was written, one entry for each call.
    @ivar sent: whether the answer came in one piece.
    """

    def __init__(self, wantsBody: bool = True):
        self.wantsBody = wantsBody
        self.isBegun = self.isLost = self.isFinished = self.isAborted = False
        self.wasSentWhole = False
        self.status = 0
        self.headers: dict[str, str] = {}
        self.chunks: list[bytes] = []
        self._watchers: list[Deferred[None]] = []
        self.producer = None

    @property
    def body(self) -> bytes:
        return b"".join(self.chunks)

    def send(self, status, headers, body):
        self.begin(status, headers)
        self.write(body)
        self.finish()
        self.wasSentWhole = True
        return succeed(None)

    def begin(self, status, headers):
        if self.isBegun:
            raise AssertionError("begun twice")
        self.isBegun = True
        self.status, self.headers = status, dict(headers)

    def write(self, data):
        if not self.isBegun or self.isFinished:
            raise AssertionError("written before the beginning or after the end")
        if data and self.wantsBody:
            self.chunks.append(data)
        return None

    def flush(self):
        pass

    def finish(self):
        self.isFinished = True

    def abort(self):
        self.isAborted = True

    def registerProducer(self, producer, streaming):
        if self.producer is not None or not streaming:
            raise AssertionError("one push producer is expected")
        self.producer = producer

    def unregisterProducer(self):
        self.producer = None

    def whenLost(self):
        watcher: Deferred[None] = Deferred()
        self._watchers.append(watcher)
        return watcher

    def lose(self):
        """The client goes."""
        self.isLost = True
        if self.producer is not None:
            self.producer.stopProducing()
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            watcher.callback(None)
