# -*- test-case-name: tests.server.test_response -*-
"""The response as a service writes it."""

from __future__ import annotations

from ogctwist.interfaces import IStreamedBody
from ogctwist.server.answer import Answer


class ServiceResponse:
    """
    Written to by a service: either the whole body with L{write}, or a head with
    L{write}, if any, and an L{IStreamedBody} with L{stream}.

    What filters wrote before the service began stays as a prefix.
    """

    def __init__(self, answer: Answer):
        self._answer = answer

    def setStatusCode(self, code: int) -> None:
        """Set the HTTP status; 200 unless set."""
        self._answer.setStatus(code)

    def setHeader(self, name: str, value: str) -> None:
        """
        Set a header; the name's case is kept.

        @raise ValueError: for a line break in it.
        """
        self._answer.setHeader(name, value)

    def header(self, name: str) -> str:
        """The value of a header set before, else ''."""
        return self._answer.headers.get(name, "")

    def write(self, data: bytes) -> None:
        """Append to the body."""
        if self._answer.stream is not None:
            raise ValueError("the response is streamed: what follows comes from the stream")
        self._answer.write(data)

    def stream(self, body: IStreamedBody) -> None:
        """Send this body after what was written; its first chunk is awaited before the answer begins."""
        if self._answer.stream is not None:
            raise ValueError("the response has a stream already")
        self._answer.stream = body

    def truncate(self) -> None:
        """Empty the body."""
        self._answer.truncate()

    def clear(self) -> None:
        """Empty the body and the headers."""
        self._answer.clear()
