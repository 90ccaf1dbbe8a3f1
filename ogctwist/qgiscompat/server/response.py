# -*- test-case-name: tests.qgiscompat.test_response -*-
"""QgsServerResponse and its kinds."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from ogctwist.qgiscompat.feedback import RequestFeedback
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import QgsOgcServiceException, QgsServerException
from ogctwist.qgiscompat.threads import checkTime
from ogctwist.qgiscompat.wrapper import Wrapper, abstract
from ogctwist.server.current import currentHandler

if TYPE_CHECKING:
    from ogctwist.server.answer import Answer


class QgsServerResponse(Wrapper):
    """What a service writes to; abstract but for C{write}, C{finish} and C{flush}."""

    def _make(self, a0: Any = None) -> None:
        """There is nothing to it."""

    def write(self, data: Any) -> Any:
        """
        Append text, bytes, or the report of an exception.

        @return: for bytes: how many were written, -1 when that is not possible.
        """
        if isinstance(data, (QgsServerException, QgsOgcServiceException)):
            return self._q_writeException(data)
        if isinstance(data, str):
            self.io().write(data.encode("utf-8"))
            return None
        return self.io().write(bytes(data))

    def _q_writeException(self, error: Any) -> None:
        body, contentType = error.formatResponse()
        if self.headersSent():
            return
        self.clear()
        self.setStatusCode(error.responseCode())
        self.setHeader("Content-Type", contentType)
        self.io().write(bytes(body))

    def finish(self) -> Any:
        """The response is complete."""

    def flush(self) -> Any:
        """Send what is in the buffer."""

    def feedback(self) -> Any:
        """A QgsFeedback that says whether the client has gone; None: that cannot be known."""
        return None

    def clear(self) -> Any:
        """Empty headers and body."""
        abstract(self, "clear")

    def data(self) -> Any:
        """The buffer (a QByteArray)."""
        return abstract(self, "data", qtModule("QtCore").QByteArray())

    def header(self, key: str) -> Any:
        """The value of a header, ''."""
        return abstract(self, "header", "")

    def headers(self) -> Any:
        """All headers."""
        return abstract(self, "headers", {})

    def headersSent(self) -> Any:
        """Whether the first byte has left."""
        return abstract(self, "headersSent", False)

    def io(self) -> Any:
        """The buffer as a QIODevice."""
        abstract(self, "io")

    def removeHeader(self, key: str) -> Any:
        """Remove a header."""
        abstract(self, "removeHeader")

    def sendError(self, code: int, message: str) -> Any:
        """Make an error the whole response."""
        abstract(self, "sendError")

    def setHeader(self, key: str, value: str) -> Any:
        """Set a header."""
        abstract(self, "setHeader")

    def setStatusCode(self, code: int) -> Any:
        """Set the HTTP status."""
        abstract(self, "setStatusCode")

    def statusCode(self) -> Any:
        """The HTTP status."""
        return abstract(self, "statusCode", 0)

    def truncate(self) -> Any:
        """Empty the body."""
        abstract(self, "truncate")


class QgsBufferServerResponse(QgsServerResponse):
    """
    A response that is kept in memory: what was flushed is in C{body()}, what was not
    in C{data()}.
    """

    _q_headers: dict[str, str]
    _q_status: int
    _q_isSent: bool
    _q_isFinished: bool
    _q_body: bytes
    _q_buffer: Any

    def _make(self) -> None:
        self._q_headers = {}
        self._q_status = 200
        self._q_isSent = self._q_isFinished = False
        self._q_body = b""
        core = qtModule("QtCore")
        self._q_buffer = core.QBuffer()
        self._q_buffer.open(core.QIODevice.ReadWrite)

    def body(self) -> Any:
        """What was flushed."""
        return qtModule("QtCore").QByteArray(self._q_body)

    def data(self) -> Any:
        """What was not flushed yet."""
        return qtModule("QtCore").QByteArray(bytes(self._q_buffer.data()))

    def io(self) -> Any:
        """The buffer as a QIODevice."""
        return self._q_buffer

    def header(self, key: str) -> str:
        """The value of a header, ''."""
        return self._q_headers.get(key, "")

    def headers(self) -> dict[str, str]:
        """All headers."""
        return dict(self._q_headers)

    def setHeader(self, key: str, value: str) -> None:
        """Set a header."""
        if not self._q_isSent:
            self._q_headers[key] = value

    def removeHeader(self, key: str) -> None:
        """Remove a header."""
        if not self._q_isSent:
            self._q_headers.pop(key, None)

    def headersSent(self) -> bool:
        """Whether something was flushed."""
        return self._q_isSent

    def setStatusCode(self, code: int) -> None:
        """Set the HTTP status."""
        if not self._q_isSent:
            self._q_status = code

    def statusCode(self) -> int:
        """The HTTP status."""
        return self._q_status

    def sendError(self, code: int, message: str) -> None:
        """Make an error the whole response, in plain text."""
        if self._q_isSent:
            return
        self.clear()
        self.setStatusCode(code)
        self.setHeader("Content-Type", "text/plain; charset=utf-8")
        self.write(message)
        self.finish()

    def finish(self) -> None:
        """Flush, after Content-Length was set if the headers are not out yet."""
        if self._q_isFinished:
            return
        if not self._q_isSent and "Content-Length" not in self._q_headers:
            self._q_headers["Content-Length"] = str(len(self._q_buffer.data()))
        self.flush()
        self._q_isFinished = True

    def flush(self) -> None:
        """Move the buffer to the body."""
        self._q_isSent = True
        self._q_body += bytes(self._q_buffer.data())
        self.truncate()

    def clear(self) -> None:
        """Empty headers and buffer."""
        if not self._q_isSent:
            self._q_headers.clear()
        self.truncate()

    def truncate(self) -> None:
        """Empty the buffer."""
        self._q_buffer.seek(0)
        self._q_buffer.buffer().clear()


class LiveResponse(QgsServerResponse):
    """The response that is being made."""

    _q_native: Answer

    def _make(self, native: Answer) -> None:  # type: ignore[override]
        self._q_native = native

    def _q_answer(self) -> Answer:
        checkTime()
        return self._q_native

    def write(self, data: Any) -> Any:
        """See L{QgsServerResponse.write}."""
        if isinstance(data, (QgsServerException, QgsOgcServiceException)):
            return self._q_writeException(data)
        written = data.encode("utf-8") if isinstance(data, str) else bytes(data)
        self._q_answer().write(written)
        return None if isinstance(data, str) else len(written)

    def _q_writeException(self, error: Any) -> None:
        body, contentType = error.formatResponse()
        self._q_answer().replace(error._q_responseCode, contentType, bytes(body))

    def data(self) -> Any:
        """What was not flushed yet (a QByteArray)."""
        return qtModule("QtCore").QByteArray(bytes(self._q_answer().buffer))

    def io(self) -> Any:
        """The buffer as a QIODevice."""
        from ogctwist.qgiscompat.server.answerdevice import answerDevice

        return answerDevice(self._q_answer())

    def header(self, key: str) -> str:
        """The value of a header, ''."""
        return self._q_answer().headers.get(key, "")

    def headers(self) -> dict[str, str]:
        """All headers."""
        return dict(self._q_answer().headers)

    def setHeader(self, key: str, value: str) -> None:
        """Set a header; C{Status} sets the status, as under FastCGI."""
        self._q_answer().setHeader(key, value)

    def removeHeader(self, key: str) -> None:
        """Remove a header."""
        self._q_answer().removeHeader(key)

    def headersSent(self) -> bool:
        """Whether the first byte has left."""
        return self._q_answer().headersSent

    def setStatusCode(self, code: int) -> None:
        """Set the HTTP status."""
        self._q_answer().setStatus(code)

    def statusCode(self) -> int:
        """The HTTP status."""
        return self._q_answer().status

    def sendError(self, code: int, message: str) -> None:
        """Make an error the whole response, as a small HTML page."""
        page = f"<html><body>{escape(message)}</body></html>"
        self._q_answer().replace(code, "text/html; charset=utf-8", page.encode())

    def flush(self) -> None:
        """Let what is in the buffer leave."""
        self._q_answer().flush()

    def finish(self) -> None:
        """The server finishes the response itself."""
        checkTime()

    def feedback(self) -> Any:
        """A QgsFeedback that says whether the client has gone."""
        return RequestFeedback(currentHandler.get())

    def clear(self) -> None:
        """Empty headers and body."""
        self._q_answer().clear()

    def truncate(self) -> None:
        """Empty the body."""
        self._q_answer().truncate()
