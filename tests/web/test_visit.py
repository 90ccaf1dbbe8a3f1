"""What is known of a request before it is decoded."""

from __future__ import annotations

from twisted.internet.address import IPv6Address, UNIXAddress
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.http_headers import Headers

from ogctwist.web.forwarding import TrustedPeers
from ogctwist.web.visit import visitOf

PEERS = TrustedPeers(("127.0.0.1", "unix"))


class Request:
    """As much of a request as is looked at."""

    method = b"GET"
    uri = b"/x?y"

    def __init__(self, client: object, host: object, *headers: tuple[bytes, bytes]):
        self.client = client
        self._host = host
        self.requestHeaders = Headers()
        for name, value in headers:
            self.requestHeaders.addRawHeader(name, value)

    def getHost(self) -> object:
        return self._host

    def isSecure(self) -> bool:
        return False


class VisitTests(SynchronousTestCase):
    def test_localSocket(self) -> None:
        """A proxy that speaks through a local socket is believed."""
        request = Request(UNIXAddress(None), UNIXAddress(b"/s"), (b"X-Forwarded-For", b"1.2.3.4"))
        visit = visitOf(request, PEERS)  # type: ignore[arg-type]
        self.assertEqual((visit.remoteAddress, visit.url), ("1.2.3.4", "http://localhost/x?y"))

    def test_ipv6(self) -> None:
        address = IPv6Address("TCP", "2001:db8::1", 80)
        visit = visitOf(Request(address, address), PEERS)  # type: ignore[arg-type]
        self.assertEqual((visit.remoteAddress, visit.url), ("2001:db8::1", "http://[2001:db8::1]:80/x?y"))

    def test_headersInLatin1(self) -> None:
        visit = visitOf(Request(None, None, (b"X-A", b"\xe9"), (b"X-B", b"\xc3\xa9")), PEERS)  # type: ignore[arg-type]
        self.assertEqual((visit.headers["x-a"], visit.headers["x-b"]), ("é", "é"))
