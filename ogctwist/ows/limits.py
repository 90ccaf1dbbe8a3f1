# -*- test-case-name: tests.ows.test_arrival -*-
"""How much of a request is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestLimits:
    """
    Bounds on the decoding of one request; the defaults are those of a server
    that faces the internet.

    @ivar parameters: names in the query string and in the form together.
    @ivar xmlDepth: elements within each other.
    @ivar xmlNodes: elements, comments and processing instructions.
    @ivar xmlAttributes: attributes of one element.
    @ivar xmlText: bytes of one piece of text, or of one tag.
    """

    parameters: int = 1_000
    xmlDepth: int = 100
    xmlNodes: int = 100_000
    xmlAttributes: int = 500
    xmlText: int = 1_000_000


#: The limits where no others are given.
DEFAULT_LIMITS = RequestLimits()
