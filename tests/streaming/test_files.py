"""Files as bodies."""

from __future__ import annotations

import io

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ogctwist.interfaces import IStreamedBody
from ogctwist.streaming import files
from ogctwist.streaming.files import FileBody
from tests.doubles.features import ImmediatePool


class WaitingPool:
    """A pool whose work never ends."""

    def __init__(self) -> None:
        self.cancelled = 0

    def run(self, function, *arguments):
        def cancel(_):
            self.cancelled += 1

        return Deferred(cancel)


class FileBodyTests(SynchronousTestCase):
    def test_interface(self) -> None:
        self.assertTrue(verifyObject(IStreamedBody, FileBody(io.BytesIO(), ImmediatePool())))

    def test_allOfItInPieces(self) -> None:
        self.patch(files, "_CHUNK", 4)
        for length in (0, 3, 4, 9):
            file = io.BytesIO(bytes(range(length)))
            body = FileBody(file, ImmediatePool())
            pieces = [self.successResultOf(piece) for piece in body.chunks]
            self.assertEqual(b"".join(pieces) + body.tail(), bytes(range(length)))
            self.assertTrue(all(len(piece) <= 4 for piece in pieces))
            body.close()
            self.assertTrue(file.closed)

    def test_aClientThatGoes(self) -> None:
        """What is being read is given up, and the file is closed once."""
        pool, file = WaitingPool(), io.BytesIO(b"abc")
        body = FileBody(file, pool)
        piece = next(body.chunks)
        body.close()
        body.close()
        self.assertEqual((pool.cancelled, file.closed), (1, True))
        self.failureResultOf(piece)
