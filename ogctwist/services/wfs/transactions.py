# -*- test-case-name: tests.services.wfs.test_transactionxml tests.services.wfs.test_transaction -*-
"""A Transaction as a value, whatever the version and encoding of the request."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lxml import etree

from ogctwist.services.wfs.queries import Query
from ogctwist.services.wfs.versions import WfsVersion


class ActionKind(Enum):
    """What an action does; the value is how answers call it."""

    INSERT = "Insert"
    UPDATE = "Update"
    DELETE = "Delete"
    REPLACE = "Replace"


@dataclass(frozen=True, eq=False)
class GivenValue:
    """
    A property and what it is to become.

    @ivar name: as the request has it, without a prefix.
    @ivar text: None for no value at all, which is NULL.
    @ivar geometry: a GML element, if there is one.
    """

    name: str
    text: str | None
    geometry: etree._Element | None = None


@dataclass(frozen=True, eq=False)
class GivenFeature:
    """
    A whole feature.

    @ivar identifier: its fid or gml:id, '' without.
    """

    typeName: str
    values: tuple[GivenValue, ...]
    identifier: str = ""


@dataclass(frozen=True, eq=False)
class Action:
    """
    One action.

    @ivar typeName: of what it changes; for an insert the type of the first feature.
    @ivar features: what an insert or a replacement stores.
    @ivar values: what an update changes.
    @ivar query: which features; None for an insert.
    @ivar srsName: for geometries that do not say; '' for the layer's.
    @ivar keepsIds: the features' own ids are to be used (idgen=UseExisting).
    """

    kind: ActionKind
    typeName: str
    handle: str = ""
    features: tuple[GivenFeature, ...] = ()
    values: tuple[GivenValue, ...] = ()
    query: Query | None = None
    srsName: str = ""
    keepsIds: bool = False

    @property
    def locator(self) -> str:
        """How a message names the action: its handle, else what it does to what."""
        return self.handle or f"{self.kind.value}:{self.typeName}"


@dataclass(frozen=True, eq=False)
class Transaction:
    """
    Actions that happen together or not at all.

    @ivar lockId: the locks that the request holds, '' for none.
    @ivar releasesAll: whether they end with it, else only those on what it changes.
    """

    version: WfsVersion
    actions: tuple[Action, ...]
    handle: str = ""
    lockId: str = ""
    releasesAll: bool = True
