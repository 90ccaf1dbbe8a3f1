# -*- test-case-name: tests.server.test_answer -*-
"""
The answer in the making: status, headers, and the buffered part of the body.

Filters (through the request handler) and services (through the response) write
into the same one.
"""

from __future__ import annotations

from twisted.logger import Logger

from ogctwist.interfaces import IStreamedBody

log = Logger()


def checkHeader(name: str, value: str) -> None:
    """
    @raise ValueError: for what would end the header early (CWE-113), or is no
        token (RFC 9110, 5.1).
    """
    if not name or not all((c.isalnum() and c.isascii()) or c in "!#$%&'*+-.^_`|~" for c in name):
        raise ValueError(f"not a header name: {name[:60]!r}")
    if any(c in value for c in "\r\n\0"):
        raise ValueError(f"the value of {name} has a control character")


class Answer:
    """
    @ivar status: the HTTP status, 200 to begin with.
    @ivar headers: as set, case-sensitive as in QGIS.
    @ivar buffer: what of the body has not left yet, and may still be changed.
    @ivar flushed: what may not be changed any more, and leaves as soon as it can.
    @ivar headersSent: whether the first byte has left; then status and headers are fixed.
    @ivar stream: the body that a service makes while it is sent, or None.
    """

    def __init__(self) -> None:
        self.status = 200
        self.headers: dict[str, str] = {}
        self.buffer = bytearray()
        self.flushed = bytearray()
        self.headersSent = False
        self.stream: IStreamedBody | None = None

    def setStatus(self, code: int) -> None:
        """Set the status; without effect once headers are sent."""
        if not 100 <= code <= 599:
            raise ValueError(f"not an HTTP status: {code}")
        if self._open("the status"):
            self.status = code

    def setHeader(self, name: str, value: str) -> None:
        """Set a header; without effect once headers are sent.  C{Status} sets the status, as under CGI."""
        name, value = str(name), str(value)
        checkHeader(name, value)
        if not self._open(name):
            return
        if name == "Status":
            self.setStatus(int(value.split(None, 1)[0]))
        else:
            self.headers[name] = value

    def removeHeader(self, name: str) -> None:
        """Remove a header of exactly that name."""
        if self._open(name):
            self.headers.pop(name, None)

    def write(self, data: bytes) -> None:
        """Append to the buffer."""
        self.buffer += data

    def flush(self) -> None:
        """What is in the buffer is on its way: it cannot be changed any more, nor can status and headers."""
        self.headersSent = True
        self.flushed += self.buffer
        self.buffer.clear()

    def take(self) -> bytes:
        """All that has not left, emptied."""
        data = bytes(self.flushed + self.buffer)
        self.flushed.clear()
        self.buffer.clear()
        return data

    def takeFlushed(self) -> bytes:
        """What must leave now; the buffer stays."""
        data = bytes(self.flushed)
        self.flushed.clear()
        return data

    def truncate(self) -> None:
        """Empty the buffer."""
        self.buffer.clear()

    def clear(self) -> None:
        """Empty the buffer and, unless they are sent, the headers."""
        self.buffer.clear()
        if not self.headersSent:
            self.headers.clear()

    def replace(self, status: int, contentType: str, body: bytes) -> bool:
        """
        Make this the whole answer.

        @return: whether that was still possible; not after the first byte.
        """
        if not self._open("an error"):
            return False
        self.clear()
        self.status = status
        self.headers["Content-Type"] = contentType
        self.buffer += body
        return True

    def dropStream(self) -> None:
        """Close and forget the streamed body, if there is one."""
        stream, self.stream = self.stream, None
        if stream is not None:
            stream.close()

    def _open(self, what: str) -> bool:
        if self.headersSent:
            log.debug("{what} was set after the headers had been sent", what=what)
        return not self.headersSent
