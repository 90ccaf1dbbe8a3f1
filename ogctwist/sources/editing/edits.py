# -*- test-case-name: tests.sources.editing -*-
"""What can be done to a data source within a transaction; everything blocks, for worker threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from ogctwist.geo.batch import FeatureBatch
from ogctwist.project.layers import Layer
from ogctwist.sources.query import FeatureQuery, Restriction, SourceSchema


class EditRefused(Exception):
    """
    A change that the data source does not take: a constraint, a file that is read-only, a format
    that cannot be written to.  The message may be told to clients.
    """


class EditTable(Protocol):
    """The features of one layer within a session."""

    def schema(self) -> SourceSchema:
        """All stored attributes, also those that a request may not see."""

    def visible(self, restriction: Restriction) -> SourceSchema:
        """The attributes that a request may see, those that the project computes included."""

    def features(self, query: FeatureQuery, restriction: Restriction) -> Iterator[FeatureBatch]:
        """
        Features as they are by now, earlier changes of this session included.

        @param restriction: its rows do not exist; its hidden fields are delivered all the same,
            because who decides about a change has to see the whole feature.
        """

    def insert(self, values: Mapping[str, Any], geometry: Any, identifier: int | None = None) -> int:
        """
        @param values: attribute names to values; those that are missing get the source's defaults.
        @param geometry: a Shapely geometry in the layer's CRS, or None.
        @param identifier: the feature id to use; None for a new one.
        @return: the feature id, as the session knows it.
        @raise EditRefused: it cannot be stored.
        """

    def update(self, identifier: int, values: Mapping[str, Any], geometry: tuple[Any, ...] = ()) -> None:
        """
        @param geometry: the new geometry (or None) in a tuple; empty: it stays.
        @raise EditRefused: it cannot be stored, or there is no such feature.
        """

    def delete(self, identifier: int) -> None:
        """@raise EditRefused: there is no such feature."""


class EditSession(Protocol):
    """
    One transaction on one data source: C{begin}, changes, then C{commit} or C{rollback}; C{close}
    in any case.  Nobody else changes the source between C{begin} and the end.
    """

    def begin(self) -> None:
        """@raise EditRefused: the source cannot be written to, or somebody else does for too long."""

    def table(self, layer: Layer) -> EditTable:
        """@raise EditRefused: the layer cannot be changed."""

    def commit(self) -> Mapping[int, int]:
        """
        Make the changes last.  When it returns they are on disk.

        @return: ids that inserted features have now, by the ids that they had in the session;
            those that stayed are missing.
        @raise EditRefused: nothing was changed.
        """

    def rollback(self) -> None:
        """Undo everything."""

    def close(self) -> None:
        """Give everything back; what was not committed is undone."""
