# -*- test-case-name: tests.web.test_accesslog -*-
"""
A line for each request, whatever the request contains.

Text: the combined format, then the seconds that it took and the request's id;
control characters and quotes are escaped.  JSON: an object a line.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import IO, Any

from twisted.logger import Logger

log = Logger()

#: No more of a field than this.
_LONGEST = 2_000
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def readable(raw: bytes | str | None) -> str:
    """Bytes of a stranger as one line of printable text: all else as escapes."""
    if raw is None:
        return ""
    text = raw.decode("utf-8", "backslashreplace") if isinstance(raw, bytes) else raw
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text[:_LONGEST]
    pieces = (
        c if c.isprintable() and c not in '"\\' else c.encode("unicode_escape").decode().replace('"', '\\"')
        for c in text[:_LONGEST]
    )
    return "".join(pieces)


class AccessLog:
    """Lines to a file, or to the server's own log."""

    def __init__(self, path: str, format: str = "text"):
        """
        @param path: of a file, lines are appended to it; C{-} for the server's log.
        @param format: C{text} or C{json}.
        """
        self._path = path
        self._line = _jsonLine if format == "json" else _textLine
        self._file: IO[str] | None = None

    def open(self) -> None:
        """Open the file, or open it again after it was moved away."""
        self.close()
        if self._path != "-":
            # Line by line: workers append to the same file.
            self._file = open(self._path, "a", 1, encoding="utf-8", newline="\n")  # noqa: SIM115

    def close(self) -> None:
        """Close the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def write(self, request: Any) -> None:
        """
        @param request: L{ogctwist.web.channel.LimitedRequest}, answered or cut.
        """
        self._put(
            {
                "client": readable(request.remoteAddress) or _host(request.client),
                "method": readable(request.method),
                "uri": readable(request.uri),
                "protocol": readable(request.clientproto),
                "status": request.code if request.startedWriting else 0,
                "bytes": request.sentLength,
                "referrer": readable(request.getHeader(b"referer")),
                "agent": readable(request.getHeader(b"user-agent")),
                "seconds": round(max(request.ended - request.begun, 0.0), 6),
                "requestId": readable(request.requestId),
                "aborted": request.isAborted,
            }
        )

    def writeRefusal(self, channel: Any, status: int) -> None:
        """
        @param channel: where a request was refused before it was read.
        """
        self._put(
            {
                "client": _host(channel.transport.getPeer()),
                "method": readable(getattr(channel, "_command", b"-")),
                "uri": readable(getattr(channel, "_path", b"-")),
                "protocol": readable(getattr(channel, "_version", b"-")),
                "status": status,
                "bytes": 0,
                "referrer": "",
                "agent": "",
                "seconds": 0.0,
                "requestId": "-",
                "aborted": True,
            }
        )

    def _put(self, entry: dict[str, Any]) -> None:
        line = self._line(entry, datetime.fromtimestamp(time.time(), UTC))
        if self._path == "-":
            log.info("{line}", line=line)
        elif self._file is not None:
            self._file.write(line + "\n")


def _host(address: Any) -> str:
    return readable(getattr(address, "host", None) or "-")


def _textLine(entry: dict[str, Any], now: datetime) -> str:
    # Not strftime: %b depends on the locale.
    stamp = f"{now.day:02d}/{_MONTHS[now.month - 1]}/{now:%Y:%H:%M:%S} +0000"
    aborted = " aborted" if entry["aborted"] else ""
    return (
        '{client} - - [{stamp}] "{method} {uri} {protocol}" {status} {bytes} "{referrer}" "{agent}" '
        "{seconds:.6f} {requestId}{aborted_}"
    ).format(stamp=stamp, aborted_=aborted, **entry)


def _jsonLine(entry: dict[str, Any], now: datetime) -> str:
    return json.dumps({"time": now.isoformat(timespec="milliseconds"), **entry})
