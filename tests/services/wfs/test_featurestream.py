"""Features on their way: order of events, back-pressure, cancelling, failures."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ogctwist.encoders.featuretype import FeatureType
from ogctwist.geo.batch import FeatureBatch
from ogctwist.interfaces import IFeatureCursor, IStreamedBody, OWSException
from ogctwist.services.wfs.featurestream import CHUNK_ROWS, FeatureStream, Part
from ogctwist.sources.query import FeatureQuery, SourceError, UnknownField
from tests.doubles.features import HeldPool, ImmediatePool
from tests.services.wfs.served import points


class CountingEncoder:
    """Writes how many features of which type it was given."""

    def __init__(self) -> None:
        self.name = "a"

    def ofType(self, featureType: FeatureType) -> None:
        self.name = featureType.name

    def head(self) -> bytes:
        return b"<"

    def batch(self, features: FeatureBatch) -> bytes:
        return f"{self.name}{len(features)},".encode()

    def tail(self) -> bytes:
        return b">"


@implementer(IFeatureCursor)
class ScriptedCursor:
    """
    @ivar script: batches and Deferreds of batches; then empty ones.
    @ivar fetched: how often it was asked.
    """

    def __init__(self, *script: Any):
        self.script = list(script)
        self.fetched = self.closed = 0

    def fetch(self):
        self.fetched += 1
        step = self.script.pop(0) if self.script else FeatureBatch.empty()
        if isinstance(step, Exception):
            return fail(step)
        return step if isinstance(step, Deferred) else succeed(step)

    def close(self):
        self.closed += 1
        return succeed(None)


class ScriptedSource:
    """A source that opens one cursor."""

    def __init__(self, cursor: Any):
        self.cursor = cursor

    def open(self, query: FeatureQuery):
        if isinstance(self.cursor, Exception):
            return fail(self.cursor)
        return self.cursor if isinstance(self.cursor, Deferred) else succeed(self.cursor)


def streamOf(*cursors: Any, pool: Any = None) -> FeatureStream:
    parts = [
        Part(ScriptedSource(cursor), FeatureQuery(), FeatureType(name))
        for cursor, name in zip(cursors, "abc", strict=False)
    ]
    return FeatureStream(parts, CountingEncoder(), pool or ImmediatePool())


class StreamCase(SynchronousTestCase):
    def drained(self, stream: FeatureStream) -> list[bytes]:
        """All chunks and the tail."""
        return [self.successResultOf(chunk) for chunk in stream.chunks] + [stream.tail()]


class OrderTests(StreamCase):
    """What comes after what."""

    def test_headWithFirstBatch(self) -> None:
        """The head leaves with the first features; an empty chunk ends."""
        chunks = self.drained(streamOf(ScriptedCursor(points(2), points(3))))
        self.assertEqual(chunks, [b"<a2,", b"a3,", b"", b">"])

    def test_parts(self) -> None:
        """One part after another; each cursor is closed when it has given all."""
        cursors = [ScriptedCursor(points(1)), ScriptedCursor(), ScriptedCursor(points(2))]
        self.assertEqual(b"".join(self.drained(streamOf(*cursors))), b"<a1,c2,>")
        self.assertEqual([cursor.closed for cursor in cursors], [1, 1, 1])

    def test_nothing(self) -> None:
        """No features: the head and the tail."""
        self.assertEqual(self.drained(streamOf(ScriptedCursor())), [b"<", b">"])

    def test_cut(self) -> None:
        """A large batch becomes several chunks."""
        chunks = self.drained(streamOf(ScriptedCursor(points(2 * CHUNK_ROWS + 1))))
        self.assertEqual(b"".join(chunks), f"<a{CHUNK_ROWS},a{CHUNK_ROWS},a1,>".encode())

    def test_interface(self) -> None:
        """It is a streamed body."""
        self.assertTrue(verifyObject(IStreamedBody, streamOf(ScriptedCursor())))


class PressureTests(StreamCase):
    """Nothing runs far ahead of the client."""

    def test_oneAhead(self) -> None:
        """While a chunk is sent one more batch is read, and no other."""
        cursor = ScriptedCursor(*(points(1) for _ in range(10)))
        chunks = streamOf(cursor).chunks
        self.assertEqual(cursor.fetched, 0)
        self.successResultOf(next(chunks))
        self.assertEqual(cursor.fetched, 2)
        self.successResultOf(next(chunks))
        self.assertEqual(cursor.fetched, 3)

    def test_encodedInPool(self) -> None:
        """Encoding is the pool's work."""
        pool = HeldPool()
        chunk = next(streamOf(ScriptedCursor(points(2)), pool=pool).chunks)
        self.assertNoResult(chunk)
        pool.work()
        self.assertEqual(self.successResultOf(chunk), b"<a2,")


class EndTests(StreamCase):
    """Clients that go, sources that fail."""

    def test_closedWhileReading(self) -> None:
        """The client goes while a batch is read: the read is cancelled, the cursor closed, once."""
        cancelled = []
        waiting: Deferred[FeatureBatch] = Deferred(cancelled.append)
        cursor = ScriptedCursor(points(1), waiting)
        stream = streamOf(cursor)
        self.successResultOf(next(stream.chunks))
        stream.close()
        self.assertEqual((cancelled, cursor.closed), ([waiting], 1))
        self.assertRaises(StopIteration, next, stream.chunks)
        stream.close()
        self.assertEqual(cursor.closed, 1)

    def test_closedWhileOpening(self) -> None:
        """A cursor that comes too late is closed."""
        opening: Deferred[Any] = Deferred()
        stream = streamOf(opening)
        chunk = next(stream.chunks)
        stream.close()
        cursor = ScriptedCursor(points(1))
        opening.callback(cursor)
        self.successResultOf(chunk)
        self.assertEqual((cursor.closed, cursor.fetched), (1, 0))

    def test_closedBeforeItBegan(self) -> None:
        """Nothing is opened for a client that is gone."""
        stream = streamOf(RuntimeError("opened"))
        stream.close()
        self.assertRaises(StopIteration, next, stream.chunks)

    def test_failures(self) -> None:
        """A source that cannot be opened or read: an exception that can be told, without its words."""
        for cursor in (SourceError("/secret"), ScriptedCursor(SourceError("/secret"))):
            error = self.failureResultOf(next(streamOf(cursor).chunks), OWSException).value
            self.assertEqual(error.status, 500)
            self.assertNotIn("secret", error.message)

    def test_unknownField(self) -> None:
        """A field that the source does not know is the request's fault."""
        error = self.failureResultOf(next(streamOf(UnknownField("x")).chunks), OWSException).value
        self.assertEqual(error.status, 400)

    def test_failureLater(self) -> None:
        """So does one in the middle; the answer can then only be cut."""
        stream = streamOf(ScriptedCursor(points(1), SourceError("gone")))
        self.successResultOf(next(stream.chunks))
        self.failureResultOf(next(stream.chunks), OWSException)
