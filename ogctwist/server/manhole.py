# -*- test-case-name: tests.server.test_manhole -*-
"""
A Python prompt in the running server, over SSH: for those who look after it, and hold a key.

It needs the extra C{manhole}.  Whoever gets in can do whatever the server can; so there are no
passwords, and it listens on the loopback interface unless told otherwise.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from twisted.application import strports
from twisted.application.service import IService
from twisted.conch.checkers import IAuthorizedKeysDB, SSHPublicKeyChecker, readAuthorizedKeyFile
from twisted.conch.insults.insults import ServerProtocol
from twisted.conch.manhole import ColoredManhole
from twisted.conch.manhole_ssh import ConchFactory, TerminalRealm
from twisted.conch.ssh.keys import BadKeyError, Key
from twisted.cred.portal import Portal
from twisted.logger import Logger
from zope.interface import implementer

log = Logger()

_TCP = re.compile(r"(?:tcp:)?(\d{1,5})")


class ManholeRefused(ValueError):
    """There can be no prompt so."""


def loopback(endpoint: str) -> str:
    """
    The endpoint to listen on: a port alone, or C{tcp:PORT}, is one of the loopback interface;
    whoever wants another one says which.
    """
    found = _TCP.fullmatch(endpoint.strip())
    return f"tcp:{found[1]}:interface=127.0.0.1" if found else endpoint


@implementer(IAuthorizedKeysDB)
class KeyFile:
    """
    Public keys as in an C{authorized_keys} file, good for any user name.  It is read when
    somebody knocks; while it cannot be read, nobody gets in.
    """

    def __init__(self, path: str):
        self.path = path

    def getAuthorizedKeys(self, username: bytes) -> Iterator[Key]:
        """See L{IAuthorizedKeysDB}."""
        with open(self.path, "rb") as file:
            yield from list(readAuthorizedKeyFile(file))


def hostKey(path: str) -> Key:
    """
    The key by which clients know the server: read from a file, or made and written to it.

    @param path: '' for a key of this run only.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if path and os.path.exists(path):
        return Key.fromFile(path)
    made = Key(Ed25519PrivateKey.generate())
    if path:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(made.toString("openssh"))
    return made


def checkKeys(keys: str) -> KeyFile:
    """
    The keys that open the prompt.

    @param keys: path of the file of public keys.
    @raise ManholeRefused: there is no such file, or no key in it.
    """
    database = KeyFile(keys)
    try:
        known = list(database.getAuthorizedKeys(b""))
    except OSError as error:
        raise ManholeRefused(f"the keys in {keys} cannot be read: {error.strerror}") from error
    except (BadKeyError, ValueError) as error:
        raise ManholeRefused(f"{keys} is not a file of public keys: {error}") from error
    if not known:
        raise ManholeRefused(f"there is no key in {keys}")
    return database


def manholeFactory(keys: str, host: Key, namespace: Mapping[str, Any]) -> ConchFactory:
    """
    Makes connections.

    @param keys: path of the file of public keys.
    @param namespace: what is there at the prompt.
    @raise ManholeRefused: there is no such file, or no key in it.
    """
    database = checkKeys(keys)
    realm: Any = TerminalRealm()
    realm.chainedProtocolFactory = lambda: ServerProtocol(ColoredManhole, dict(namespace))
    factory: Any = ConchFactory(Portal(realm, [SSHPublicKeyChecker(database)]))
    factory.publicKeys = {host.sshType(): host.public()}
    factory.privateKeys = {host.sshType(): host}
    return factory


def manholeService(
    endpoint: str, keys: str, namespace: Mapping[str, Any], reactor: Any, hostKeyPath: str = ""
) -> IService:
    """
    A service that listens for those who want a prompt.

    @param endpoint: a port, or a Twisted endpoint; see L{loopback}.
    @param keys: path of the file of public keys, as C{authorized_keys}.
    @param hostKeyPath: see L{hostKey}.
    @raise ManholeRefused: it would have no keys.
    """
    factory = manholeFactory(keys, hostKey(hostKeyPath), namespace)
    where = loopback(endpoint)
    log.warn("a Python prompt is offered at {endpoint} to the keys of {keys}", endpoint=where, keys=keys)
    service: IService = strports.service(where, factory, reactor=reactor)
    return service
