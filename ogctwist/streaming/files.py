# -*- test-case-name: tests.streaming.test_files -*-
"""A file on disk as the body of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from twisted.internet.defer import Deferred
from zope.interface import implementer

from ogctwist.interfaces import IStreamedBody, IWorkPool

#: What is read at once, in bytes.
_CHUNK = 256 * 1024


@implementer(IStreamedBody)
class FileBody:
    """
    Reads an open file piece by piece in a pool's threads, when the client takes more.

    The file is closed at the end: of a temporary one nothing is left then.
    """

    def __init__(self, file: IO[bytes], pool: IWorkPool):
        """
        @param file: read from where it stands.
        """
        self._file = file
        self._pool = pool
        self._reading: Deferred[bytes] | None = None
        self._isClosed = False
        self._isAtEnd = False
        self.chunks: Iterator[Deferred[bytes]] = self._pieces()

    def _pieces(self) -> Iterator[Deferred[bytes]]:
        while not self._isAtEnd:
            self._reading = self._pool.run(self._file.read, _CHUNK)
            yield self._reading.addCallback(self._read)

    def _read(self, piece: bytes) -> bytes:
        self._reading = None
        self._isAtEnd = len(piece) < _CHUNK
        return piece

    def tail(self) -> bytes:
        """There is nothing to close."""
        return b""

    def close(self) -> None:
        """See L{IStreamedBody.close}: what is being read is waited for by nobody."""
        if self._isClosed:
            return
        self._isClosed = True
        if self._reading is not None:
            self._reading.cancel()
        self._file.close()
