# -*- test-case-name: tests.qgiscompat.test_response -*-
"""The buffer of the answer as a QIODevice: C{response.io()}."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.server.answer import Answer


def answerDevice(answer: Answer) -> Any:
    """A device, open for reading and writing, whose bytes are those of the answer's buffer."""
    core = qtModule("QtCore")

    class AnswerDevice(core.QIODevice):  # type: ignore[name-defined, misc]
        """Its place is its own; QGIS writes at the end."""

        def isSequential(self) -> bool:
            return False

        def size(self) -> int:
            return len(answer.buffer)

        def readData(self, length: int) -> bytes:
            return bytes(answer.buffer[self.pos() : self.pos() + length])

        def writeData(self, data: bytes) -> int:
            place = self.pos()
            answer.buffer[place : place + len(data)] = data
            return len(data)

        def _content(self) -> bytes:
            return bytes(answer.buffer)

        def _put(self, place: int, data: bytes) -> None:
            answer.buffer[place : place + len(data)] = data

    device = AnswerDevice()
    device.open(core.QIODevice.ReadWrite | core.QIODevice.Unbuffered)
    device.seek(len(answer.buffer))
    return device
