# -*- test-case-name: tests.web.test_channel -*-
"""
HTTP/1.1 connections with the limits that Twisted does not have by itself.

Deadlines that a byte now and then does not push away, a body that is refused
while it arrives, and an end to clients that stop reading.
"""

from __future__ import annotations

import re
import socket
import sys
from enum import Enum
from io import BytesIO
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IDelayedCall, ISSLTransport, ITCPTransport
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web import http, server

from ogctwist.ows.exceptions import OWSException
from ogctwist.ows.reports import serverExceptionReport

if TYPE_CHECKING:
    from ogctwist.settings import Limits

log = Logger()

HEADERS_TOO_LARGE = 431
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
#: tcpi_bytes_acked within Linux's struct tcp_info.
_BYTES_ACKNOWLEDGED = slice(120, 128)
#: How long a client has to read why it is refused, or to see that its idle connection ends.
LINGER = 1.0


class Phase(Enum):
    """What a connection is waiting for."""

    IDLE = "the next request"
    HEAD = "the end of the headers"
    BODY = "the end of the body"
    ANSWER = "the answer"


class LimitedRequest(server.Request):
    """
    A request whose body stays in memory (it is bounded) and whose query is not
    parsed here (it is, once, by L{ogctwist.ows.arrival}).

    @ivar begun: the reactor's time when it was complete; C{ended}, when its answer was.
    @ivar requestId: set by the resource, for the access log; so is C{remoteAddress}, of the
        client behind a proxy.
    @ivar isAborted: the answer was cut short, by either side.
    """

    channel: Any
    content: Any
    defaultContentType = None
    hasArrived = False
    begun = 0.0
    ended = 0.0
    requestId = "-"
    remoteAddress = ""
    isAborted = False
    _received = 0

    def gotLength(self, length: int | None) -> None:
        """The body stays in memory: it is bounded."""
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:
        """Count the body while it arrives."""
        self._received += len(data)
        if self._received > self.channel.limits.body:
            self.channel.refuse(http.REQUEST_ENTITY_TOO_LARGE)
        else:
            self.content.write(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        """The request is complete; its query is not parsed here."""
        self.hasArrived = True
        self.begun = self.channel.site.reactor.seconds()
        self.content.seek(0, 0)
        self.args = {}
        self.method, self.uri, self.clientproto = command, path, version
        self.path = path.partition(b"?")[0]
        self.process()

    def processingFailed(self, reason: Failure) -> None:
        """500 without a word of the reason, or a cut when the answer had begun."""
        log.failure("request {requestId} failed", reason, requestId=self.requestId)
        if self.startedWriting:
            self.abort()
            return
        self.setResponseCode(http.INTERNAL_SERVER_ERROR)
        self.setHeader(b"Content-Type", b"text/plain; charset=utf-8")
        body = b"Internal Server Error"
        self.setHeader(b"Content-Length", b"%d" % len(body))
        self.write(body)
        self.finish()

    def finish(self) -> None:
        """The answer is complete."""
        if self.channel is not None:
            self.ended = self.channel.site.reactor.seconds()
        super().finish()

    def abort(self) -> None:
        """Cut the connection, so that nobody takes the part for the whole."""
        if self.channel is not None:
            self.isAborted = True
            self.channel.abort()

    def connectionLost(self, reason: Failure) -> None:
        """The connection ended before the answer did."""
        site = self.channel.site
        self.ended = site.reactor.seconds()
        self.isAborted = True
        super().connectionLost(reason)
        if self.hasArrived:
            site.log(self)


class LimitedChannel(http.HTTPChannel):
    """
    One connection.

    @ivar limits: L{ogctwist.settings.Limits}.
    """

    limits: Limits
    site: Any
    factory: Any
    transport: Any
    timeOut = None
    phase = Phase.IDLE
    isRefused = False
    _deadline = 0.0
    _deadlineCall: IDelayedCall | None = None
    _stalledSince: float | None = None
    _stallCall: IDelayedCall | None = None
    _lingerCall: IDelayedCall | None = None
    _taken: int | None = None
    _headerBytes = 0
    _headerCount = 0
    _hasRequestLine = False
    _isDraining = False

    def connectionMade(self) -> None:
        """The first deadline runs from here."""
        self.limits = self.site.limits
        self.MAX_LENGTH = max(self.limits.requestLine, self.limits.headerSize)
        # Counted here, line by line, with the right status for each; the base class only says 400.
        self.totalHeadersSize = sys.maxsize
        self.maxHeaders = sys.maxsize
        super().connectionMade()
        self.site.channels.add(self)
        # A client that connects and says nothing has no more time than one that is slow.
        self._enter(Phase.IDLE, self.limits.headerDeadline)

    # -- what arrives

    def dataReceived(self, data: bytes) -> None:
        """Bytes, which begin a request when none was awaited."""
        if self.isRefused:
            return
        super().dataReceived(data)
        if self.phase is Phase.IDLE and self._buffer:
            self._enter(Phase.HEAD, self.limits.headerDeadline)

    def lineReceived(self, line: bytes) -> None:
        """The request line or a header, counted."""
        if self.isRefused:
            return
        if self.phase is Phase.IDLE:
            self._enter(Phase.HEAD, self.limits.headerDeadline)
        if not self._hasRequestLine:
            if len(line) > self.limits.requestLine:
                self.refuse(http.REQUEST_URI_TOO_LONG)
                return
            self._hasRequestLine = bool(line)
            # Many clients forget to; what is no UTF-8 is seen when it is decoded.
            line = _NOT_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], line)
        elif line:
            self._headerBytes += len(line)
            self._headerCount += 1
            if self._headerBytes > self.limits.headerSize or self._headerCount > self.limits.headerCount:
                self.refuse(HEADERS_TOO_LARGE)
                return
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line without an end."""
        if not self.isRefused:
            self.refuse(HEADERS_TOO_LARGE if self._hasRequestLine else http.REQUEST_URI_TOO_LONG)

    def headerReceived(self, line: bytes) -> bool:
        """A header, unless the request is refused already."""
        return False if self.isRefused else super().headerReceived(line)

    def allHeadersReceived(self) -> None:
        """Refuse a body that is announced as too long; else wait for it."""
        if self.isRefused:
            return
        if self.length is not None and self.length > self.limits.body:
            # Before a client that asked is told to go on.
            self.refuse(http.REQUEST_ENTITY_TOO_LARGE)
            return
        super().allHeadersReceived()
        if self.length != 0:
            self._enter(Phase.BODY, self.limits.bodyDeadline)

    def rawDataReceived(self, data: bytes) -> None:
        """The body, or what follows the request."""
        if not self.isRefused:
            super().rawDataReceived(data)

    def allContentReceived(self) -> None:
        """The request is complete; its answer has no deadline here."""
        if self.isRefused:
            return
        self._hasRequestLine = False
        self._headerBytes = self._headerCount = 0
        self._enter(Phase.ANSWER, None)
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        """The answer is complete; the next request may come."""
        self._enter(Phase.IDLE, LINGER if self._isDraining else self.limits.keepAlive)
        super().requestDone(request)

    # -- refusals

    def refuse(self, status: int) -> None:
        """
        Answer without having read the request, and close: what still arrives is
        thrown away for a moment, so that the client can read the answer.
        """
        if self.isRefused:
            return
        self.isRefused = True
        self._enter(Phase.ANSWER, None)
        reason = http.RESPONSES.get(status, b"Request Header Fields Too Large")
        report = serverExceptionReport(OWSException(reason.decode("ascii"), status=status))
        self.transport.write(
            b"HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            % (status, reason, report.contentType.encode("ascii"), len(report.body), report.body)
        )
        self.site.refused(self, status)
        if ITCPTransport.providedBy(self.transport) and not ISSLTransport.providedBy(self.transport):
            self.transport.loseWriteConnection()
            self._lingerCall = self.site.reactor.callLater(LINGER, self.abort)
        else:
            self.loseConnection()

    def _respondToBadRequestAndDisconnect(self) -> None:
        self.refuse(http.BAD_REQUEST)

    # -- deadlines

    def _enter(self, phase: Phase, seconds: float | None) -> None:
        self.site.busy += (phase is Phase.ANSWER) - (self.phase is Phase.ANSWER)
        self.phase = phase
        if seconds is None:
            self._deadline = 0.0
            return
        now = self.site.reactor.seconds()
        self._deadline = now + seconds
        # One delayed call serves many requests: it looks at the deadline when it is due.
        if self._deadlineCall is None or self._deadlineCall.getTime() > self._deadline:
            if self._deadlineCall is not None:
                self._deadlineCall.cancel()
            self._deadlineCall = self.site.reactor.callLater(seconds, self._checkDeadline)

    def _checkDeadline(self) -> None:
        self._deadlineCall = None
        if not self._deadline:
            return
        left = self._deadline - self.site.reactor.seconds()
        if left > 0:
            self._deadlineCall = self.site.reactor.callLater(left, self._checkDeadline)
        elif self.phase is Phase.IDLE:
            self.loseConnection()
        else:
            self.refuse(http.REQUEST_TIMEOUT)

    # -- clients that stop reading

    def pauseProducing(self) -> None:
        """The buffers are full: from now on the client has to read."""
        super().pauseProducing()
        self._watchStall()

    def resumeProducing(self) -> None:
        """The client has read."""
        self._stalledSince = None
        super().resumeProducing()

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        """A producer that begins on a full connection is paused from the start."""
        super().registerProducer(producer, streaming)
        if self._waitingForTransport:
            # The client has not yet taken the answer before this one.
            producer.pauseProducing()

    def loseConnection(self) -> None:
        """Close when the buffers are empty, or the client does not empty them."""
        # What is buffered is still sent; a client that does not read would keep it for ever.
        self._watchStall()
        super().loseConnection()

    def _watchStall(self) -> None:
        self._stalledSince = self.site.reactor.seconds()
        self._taken = takenBytes(self.transport)
        if self._stallCall is None:
            self._stallCall = self.site.reactor.callLater(self.limits.writeStall, self._checkStall)

    def _checkStall(self) -> None:
        self._stallCall = None
        if self._stalledSince is None:
            return
        now = self.site.reactor.seconds()
        left = self._stalledSince + self.limits.writeStall - now
        if left <= 0:
            taken = takenBytes(self.transport)
            if taken is None or taken == self._taken:
                log.info("{peer} stopped reading: cut off", peer=str(self.transport.getPeer()))
                self.abort()
                return
            self._stalledSince, self._taken, left = now, taken, self.limits.writeStall
        self._stallCall = self.site.reactor.callLater(left, self._checkStall)

    # -- the end

    def abort(self) -> None:
        """Cut the connection at once."""
        self.transport.abortConnection()

    def drain(self) -> None:
        """
        No more requests: close after the answer that is being made.  Where a
        client could not be told so, a request may be on its way; it is the last.
        """
        self._isDraining = True
        if self.phase is Phase.IDLE:
            self._enter(Phase.IDLE, LINGER)
        elif self.requests and not self.requests[0].startedWriting:
            self._closeAfter(self.requests[0])

    def _closeAfter(self, request: Any) -> None:
        # Said in its headers: a client that is not told sends its next request into the void.
        request.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        self.persistent = 0

    def checkPersistence(self, request: Any, version: bytes) -> bool:
        """While the site drains every answer is the last."""
        if not self._isDraining:
            return super().checkPersistence(request, version)
        self._closeAfter(request)
        return False

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Nothing is left behind."""
        self.site.channels.discard(self)
        self._enter(Phase.IDLE, None)
        for call in (self._deadlineCall, self._stallCall, self._lingerCall):
            if call is not None and call.active():
                call.cancel()
        self._deadlineCall = self._stallCall = self._lingerCall = None
        self._deadline = 0.0
        self._stalledSince = None
        super().connectionLost(reason)
        self.site.channelGone()


def takenBytes(transport: Any) -> int | None:
    """
    How many bytes the client has acknowledged in all: by it a slow client is
    told from one that has stopped, whatever the kernel buffers.  None where it
    cannot be told.
    """
    while hasattr(transport, "wrappedProtocol"):
        transport = transport.transport
    if not sys.platform.startswith("linux"):
        return None
    try:
        info = transport.getHandle().getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    except (AttributeError, OSError):
        return None
    counter = info[_BYTES_ACKNOWLEDGED]
    return int.from_bytes(counter, sys.byteorder) if len(counter) == 8 else None
