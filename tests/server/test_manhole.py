"""The prompt for those who hold a key."""

from __future__ import annotations

import os
from pathlib import Path

from twisted.cred.credentials import SSHPrivateKey
from twisted.cred.error import UnauthorizedLogin
from twisted.internet import reactor
from twisted.trial.unittest import SynchronousTestCase

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from twisted.conch.interfaces import IConchUser
    from twisted.conch.ssh.keys import Key

    from ogctwist.server.manhole import (
        ManholeRefused,
        hostKey,
        loopback,
        manholeFactory,
        manholeService,
    )
except ImportError:
    #: What trial reads: why the module's tests are left out.
    skip = "the extra manhole is not installed"


def newKey() -> Key:
    return Key(Ed25519PrivateKey.generate())


class ManholeTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.mine, self.host = newKey(), newKey()
        self.keys = Path(self.mktemp())
        self.keys.write_bytes(b"# keys\n" + self.mine.public().toString("openssh") + b" me\n")

    def login(self, key: Key, signer: Key | None = None) -> object:
        factory = manholeFactory(str(self.keys), self.host, {"answer": 42})
        data = b"what is signed"
        signature = (signer or key).sign(data)
        credentials = SSHPrivateKey(b"anyone", key.sshType(), key.public().blob(), data, signature)
        return factory.portal.login(credentials, None, IConchUser)

    def test_keysOpen(self) -> None:
        interface, avatar, _ = self.successResultOf(self.login(self.mine))
        self.assertIs(interface, IConchUser)
        protocol = avatar.channelLookup[b"session"]
        self.assertTrue(callable(protocol))

    def test_otherKeysDoNot(self) -> None:
        self.failureResultOf(self.login(newKey()), UnauthorizedLogin)
        self.failureResultOf(self.login(self.mine, newKey()), UnauthorizedLogin)
        self.flushLoggedErrors()

    def test_aKeyThatIsTakenAway(self) -> None:
        factory = manholeFactory(str(self.keys), self.host, {})
        self.keys.write_bytes(b"")
        credentials = SSHPrivateKey(
            b"me", self.mine.sshType(), self.mine.public().blob(), b"x", self.mine.sign(b"x")
        )
        self.failureResultOf(factory.portal.login(credentials, None, IConchUser), UnauthorizedLogin)

    def test_withoutKeysThereIsNone(self) -> None:
        self.keys.write_bytes(b"# nobody\n")
        self.assertRaises(ManholeRefused, manholeFactory, str(self.keys), self.host, {})
        self.keys.unlink()
        self.assertRaises(ManholeRefused, manholeFactory, str(self.keys), self.host, {})

    def test_itListensOnLoopback(self) -> None:
        self.assertEqual(loopback("2222"), "tcp:2222:interface=127.0.0.1")
        self.assertEqual(loopback("tcp:2222"), "tcp:2222:interface=127.0.0.1")
        self.assertEqual(loopback("tcp:2222:interface=0.0.0.0"), "tcp:2222:interface=0.0.0.0")
        self.assertEqual(loopback("unix:/run/hole"), "unix:/run/hole")
        service = manholeService("0", str(self.keys), {}, reactor)
        service.privilegedStartService()
        self.addCleanup(service.stopService)
        port = service._waitingForPort.result
        self.assertEqual(port.getHost().host, "127.0.0.1")

    def test_theHostKeyIsKept(self) -> None:
        path = self.mktemp()
        made = hostKey(path)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        self.assertEqual(hostKey(path).fingerprint(), made.fingerprint())
        self.assertNotEqual(hostKey("").fingerprint(), hostKey("").fingerprint())
