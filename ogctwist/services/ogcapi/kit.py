# -*- test-case-name: tests.services.ogcapi -*-
"""What the operations of the API work with; made where the server is put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from twisted.internet.interfaces import IReactorTime

from ogctwist.interfaces import IWorkPool


@dataclass(frozen=True)
class ApiKit:
    """
    @ivar pool: where features are encoded, changed, and files are read.
    @ivar clock: for time stamps.
    @ivar rootPath: the path below which the API is.
    @ivar mostItems: the greatest number of features in one page.
    @ivar resources: a folder whose C{ogc/static} goes before our own static files; '' for none.
    @ivar editing: L{ogctwist.services.wfs.editing.Editing}.
    """

    pool: IWorkPool
    clock: IReactorTime
    editing: Any
    rootPath: str = "/wfs3"
    mostItems: int = 10_000
    resources: str = ""

    def timeStamp(self) -> str:
        """Now, as documents tell it."""
        return datetime.fromtimestamp(self.clock.seconds(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
