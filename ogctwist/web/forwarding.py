# -*- test-case-name: tests.web.test_forwarding -*-
"""
Who speaks: the client, or a proxy that is believed.

Headers by which proxies speak are only kept from peers that the settings
trust; behind the door nobody has to ask again.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_SPOKEN_BY_PROXIES = re.compile(r"forwarded|x-forwarded-.*|x-real-ip|x-qgis-.*service-url")
_FOR = re.compile(r'(?:^|;)\s*for\s*=\s*"?([^";,]*)', re.IGNORECASE)


class TrustedPeers:
    """Addresses and networks, and C{unix} for sockets of this machine."""

    def __init__(self, networks: Iterable[str]):
        """
        @raise ValueError: one is neither.
        """
        networks = tuple(networks)
        self._unix = "unix" in networks
        self._networks = [ipaddress.ip_network(n, strict=False) for n in networks if n != "unix"]
        self._trusts = lru_cache(maxsize=1024)(self._look)

    def trusts(self, host: str) -> bool:
        """
        @param host: an IP address; '' for a peer on a local socket.
        """
        return self._trusts(host)

    def _look(self, host: str) -> bool:
        if not host:
            return self._unix
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address.version == n.version and address in n for n in self._networks)


def keptHeaders(headers: Mapping[str, str], isTrusted: bool) -> dict[str, str]:
    """
    The headers that may be believed.

    Left out: those of proxies, when the peer is none that is trusted; C{Proxy}
    (as a CGI variable it would be HTTP_PROXY, CVE-2016-5385); names with an
    underscore (as CGI variables they would pass for those with a hyphen).

    @param headers: lower-case names to text.
    """
    return {
        name: value
        for name, value in headers.items()
        if name != "proxy" and "_" not in name and (isTrusted or not _SPOKEN_BY_PROXIES.fullmatch(name))
    }


def clientAddress(host: str, headers: Mapping[str, str], peers: TrustedPeers) -> str:
    """
    The address of the client: the peer's, or, when that is a trusted proxy,
    the last one in Forwarded (RFC 7239) or X-Forwarded-For that is none.

    @param headers: lower-case names to text.
    """
    if not peers.trusts(host):
        return host
    for hop in reversed(_hops(headers)):
        try:
            ipaddress.ip_address(hop)
        except ValueError:
            # An obfuscated or unknown client: who told is the last that is known.
            return host
        host = hop
        if not peers.trusts(hop):
            break
    return host


def isForwardedSecure(headers: Mapping[str, str]) -> bool:
    """Whether the proxy nearest to the client was reached by https."""
    forwarded = headers.get("forwarded")
    if forwarded is not None:
        first = forwarded.partition(",")[0]
        return re.search(r'(?:^|;)\s*proto\s*=\s*"?https\b', first, re.IGNORECASE) is not None
    return headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower() == "https"


def _hops(headers: Mapping[str, str]) -> list[str]:
    forwarded = headers.get("forwarded")
    if forwarded is not None:
        found = (_FOR.search(element) for element in forwarded.split(","))
        return [_bare(match[1]) for match in found if match is not None]
    listed = headers.get("x-forwarded-for", "")
    return [_bare(hop) for hop in listed.split(",") if hop.strip()]


def _bare(hop: str) -> str:
    """An address without its port and brackets."""
    hop = hop.strip()
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
