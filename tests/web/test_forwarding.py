"""Clients, proxies, and who is believed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ogctwist.web.forwarding import TrustedPeers, clientAddress, isForwardedSecure, keptHeaders

LOCAL = TrustedPeers(("127.0.0.0/8", "::1", "10.0.0.0/8", "unix"))


class TrustedPeersTests(SynchronousTestCase):
    def test_trusts(self) -> None:
        for host in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "10.1.2.3", ""):
            self.assertTrue(LOCAL.trusts(host), host)
        for host in ("192.168.0.1", "::2", "fe80::1%eth0", "localhost", "127.0.0.1, 1.2.3.4", "1"):
            self.assertFalse(LOCAL.trusts(host), host)

    def test_nobody(self) -> None:
        for host in ("127.0.0.1", "::1", ""):
            self.assertFalse(TrustedPeers(()).trusts(host))

    def test_malformed(self) -> None:
        self.assertRaises(ValueError, TrustedPeers, ("localhost",))


class KeptHeadersTests(SynchronousTestCase):
    spoken = {
        "forwarded": "host=a",
        "x-forwarded-host": "a",
        "x-forwarded-for": "a",
        "x-real-ip": "a",
        "x-qgis-service-url": "a",
        "x-qgis-wms-service-url": "a",
    }

    def test_trusted(self) -> None:
        self.assertEqual(keptHeaders(self.spoken, True), self.spoken)

    def test_notTrusted(self) -> None:
        self.assertEqual(keptHeaders({**self.spoken, "x-other": "b"}, False), {"x-other": "b"})

    def test_never(self) -> None:
        """What a CGI variable would take for something else."""
        self.assertEqual(keptHeaders({"proxy": "evil", "x_forwarded_host": "evil"}, True), {})


class ClientAddressTests(SynchronousTestCase):
    def client(self, host: str = "127.0.0.1", **headers: str) -> str:
        return clientAddress(host, {name.replace("_", "-"): value for name, value in headers.items()}, LOCAL)

    def test_direct(self) -> None:
        self.assertEqual(self.client("1.2.3.4", x_forwarded_for="5.6.7.8"), "1.2.3.4")
        self.assertEqual(self.client(), "127.0.0.1")

    def test_behindAProxy(self) -> None:
        self.assertEqual(self.client(x_forwarded_for="1.2.3.4"), "1.2.3.4")
        self.assertEqual(self.client(x_forwarded_for="1.2.3.4:567"), "1.2.3.4")
        self.assertEqual(self.client(forwarded='for="[2001:db8::1]:47";proto=https'), "2001:db8::1")
        self.assertEqual(self.client("", forwarded="for=1.2.3.4"), "1.2.3.4")

    def test_whatTheClientClaims(self) -> None:
        """Only the last address that no trusted proxy has is the client's; it may have made up the others."""
        self.assertEqual(self.client(x_forwarded_for="127.0.0.1, 6.6.6.6, 10.0.0.2"), "6.6.6.6")
        self.assertEqual(self.client(forwarded="for=127.0.0.1, for=6.6.6.6"), "6.6.6.6")

    def test_unknown(self) -> None:
        self.assertEqual(self.client(forwarded="for=unknown"), "127.0.0.1")
        self.assertEqual(self.client(x_forwarded_for="6.6.6.6, _hidden"), "127.0.0.1")

    def test_secure(self) -> None:
        self.assertTrue(isForwardedSecure({"forwarded": "for=1.2.3.4;proto=https, proto=http"}))
        self.assertTrue(isForwardedSecure({"x-forwarded-proto": "HTTPS, http"}))
        self.assertFalse(isForwardedSecure({"forwarded": "proto=http", "x-forwarded-proto": "https"}))
        self.assertFalse(isForwardedSecure({}))

    @given(st.text(), st.text())
    def test_anyText(self, forwarded: str, listed: str) -> None:
        for headers in ({"forwarded": forwarded}, {"x-forwarded-for": listed}):
            self.assertIsInstance(clientAddress("127.0.0.1", headers, LOCAL), str)
            isForwardedSecure(headers)
