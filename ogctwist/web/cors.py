# -*- test-case-name: tests.web.test_cors -*-
"""Which pages of other origins may read answers (Fetch standard, 3.2)."""

from __future__ import annotations

from collections.abc import Iterable

_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_EXPOSED = "X-Request-Id, Content-Disposition, Content-Crs, Link, Location, ETag"
#: How long a browser may remember the answer to a preflight request, in seconds.
_MAX_AGE = "86400"

Headers = list[tuple[str, str]]


class CrossOrigin:
    """The rule of the settings."""

    def __init__(self, origins: Iterable[str]):
        """
        @param origins: as C{https://map.example.org}; C{*} for all.
        """
        self._origins = {origin.rstrip("/").lower() for origin in origins}

    def headers(self, origin: str) -> Headers:
        """
        What is added to an answer.

        @param origin: the header Origin of the request, ''.
        """
        if not self._origins:
            return []
        if "*" in self._origins:
            return [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", _EXPOSED)]
        vary = [("Vary", "Origin")]
        if origin.lower() not in self._origins:
            return vary
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", _EXPOSED),
            *vary,
        ]

    def preflight(self, origin: str, wantedHeaders: str) -> Headers:
        """
        What is added to the answer to a preflight request.

        @param wantedHeaders: its Access-Control-Request-Headers, ''.
        """
        if not self._origins or ("*" not in self._origins and origin.lower() not in self._origins):
            return []
        headers = [("Access-Control-Allow-Methods", _METHODS), ("Access-Control-Max-Age", _MAX_AGE)]
        names = [name.strip() for name in wantedHeaders.split(",")]
        allowed = [n for n in names if n and all(c.isascii() and (c.isalnum() or c in "-_") for c in n)]
        if allowed:
            headers.append(("Access-Control-Allow-Headers", ", ".join(allowed[:50])))
        return headers
