# -*- test-case-name: tests.services.wfs -*-
"""What the operations of the WFS work with; made where the server is put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twisted.internet.interfaces import IReactorTime

from ogctwist.interfaces import IWorkPool
from ogctwist.services.wfs.editing import Editing


@dataclass(frozen=True)
class WfsKit:
    """
    @ivar pool: where features are encoded.
    @ivar documents: L{ogctwist.cache.documents.DocumentCache}: capabilities and schemas made before.
    @ivar clock: for time stamps.
    @ivar mostTypes: how many feature types one request may name.
    @ivar mostActions: how many actions a transaction may have.
    @ivar editing: what Transactions work with; None: there are none.
    @ivar extraFormats: GDAL drivers whose formats may be asked for besides.
    """

    pool: IWorkPool
    documents: Any
    clock: IReactorTime
    mostTypes: int = 200
    mostActions: int = 1000
    editing: Editing | None = None
    extraFormats: frozenset[str] = frozenset()
