# -*- test-case-name: tests.conformance.test_featuresources -*-
"""
What one kind of data (a table, a file) must be able to do, blocking.

A reader is asked in two steps, because which columns must be read depends on
which conditions the data's own engine takes: L{IFeatureReader.plan} says what
it honours, then L{ReadPlan.batches} reads.  What it leaves is done by
L{ogctwist.sources.restricted}, alike for all readers.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ogctwist.geo.batch import FeatureBatch
from ogctwist.geo.box import Box
from ogctwist.sources.query import OrderBy, SourceSchema

if TYPE_CHECKING:
    from ogctwist.expression import Expression

IsCancelled = Callable[[], bool]

#: Batches to be read one after the other; closing ends the reading.
BatchStream = Generator[FeatureBatch, None, None]


def never() -> bool:
    """For work that nobody cancels."""
    return False


class Cancelled(Exception):
    """The work was cancelled; nobody waits for its result."""


@dataclass(frozen=True)
class Term:
    """
    One condition on features.

    @ivar columns: names of the reader's columns that it may refer to; a name
        outside is not the reader's to resolve.
    @ivar seesHidden: whether it is the administrator's, and may look at what the
        request may not see.
    """

    expression: Expression
    columns: frozenset[str]
    seesHidden: bool = False


@dataclass(frozen=True)
class ReadRequest:
    """
    Which features a reader is asked for; all conditions hold together.

    @ivar bbox: those whose bounding box meets it; a reader may leave out
        features whose geometry does not.
    @ivar subsets: SQL conditions, checked (L{ogctwist.sources.sql.subset}), in
        the reader's dialect.
    @ivar limit: None for all (likewise C{offset} 0).
    """

    bbox: Box | None = None
    ids: tuple[int, ...] | None = None
    terms: tuple[Term, ...] = ()
    subsets: tuple[str, ...] = ()
    orderBy: tuple[OrderBy, ...] = ()
    limit: int | None = None
    offset: int = 0


class ReadPlan(Protocol):
    """
    How a reader will answer one request.

    @ivar terms: the conditions that it does not apply, in part or at all.
    @ivar isBoxed: whether it applies C{bbox} (likewise C{isOrdered}).
    @ivar isPaged: whether it applies C{limit} and C{offset}: only when it
        leaves nothing else.
    """

    terms: tuple[Term, ...]
    isBoxed: bool
    isOrdered: bool
    isPaged: bool

    def batches(self, columns: Sequence[str], geometry: bool, isCancelled: IsCancelled) -> BatchStream:
        """
        Read.  Closing the iterator ends the reading and gives resources back.

        @param columns: names of the reader's columns, in the order of the result.
        @raise SourceError: when the data cannot be read.
        @raise Cancelled: at latest at the next batch after C{isCancelled()} is true.
        """

    def count(self, isCancelled: IsCancelled) -> int | None:
        """How many features, if that is cheaper than reading them; only asked when nothing is left."""

    def extent(self, isCancelled: IsCancelled) -> tuple[Box | None] | None:
        """
        The extent of the features if that is cheaper than reading them, in a
        tuple of one (None in it: no features); only asked when nothing is left.
        """


class IFeatureReader(Protocol):
    """The features of one table or file; safe to use from several threads at once."""

    def schema(self) -> SourceSchema:
        """@raise SourceError: when it cannot be opened."""

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """
        @param mayPage: whether nothing is done to the features behind the reader
            that a limit must come after.
        @raise SourceError: when it cannot be opened.
        """

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """
        A subset as C{ReadRequest.subsets} takes it: one condition by itself, which the
        engine understands.

        @param isStrict: whether names must be those of columns also where the engine
            would take them for texts.
        @raise SourceError: it is not such a condition.
        """
