# -*- test-case-name: tests.services.wfs.test_version20 -*-
"""How many features there are, which of them an answer gives, and where the others are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from twisted.logger import Logger

from ogctwist.server.request import ServiceRequest
from ogctwist.services.wfs.exceptions import LayerUnavailable, unknownProperty
from ogctwist.services.wfs.featuretypes import typeName
from ogctwist.services.wfs.plans import QueryPlan, limited
from ogctwist.services.wfs.queries import GetFeature
from ogctwist.sources.query import SourceError, UnknownField
from ogctwist.workers.together import allOf

log = Logger()


async def countAll(plans: Sequence[QueryPlan]) -> list[int]:
    """
    How many features each query finds.

    @raise LayerUnavailable: one cannot be counted.
    """
    return await allOf(_count(plan) for plan in plans)


async def _count(plan: QueryPlan) -> int:
    try:
        return await plan.source.count(plan.features)
    except UnknownField as error:
        raise unknownProperty(error.field, typeName(plan.layer)) from error
    except SourceError as error:
        log.error("{layer} cannot be counted: {reason}", layer=plan.layer.id, reason=str(error))
        raise LayerUnavailable(typeName(plan.layer)) from error


def shares(counts: Sequence[int], wanted: GetFeature) -> list[int]:
    """How many features of each query an answer has, when they find so many."""
    offset, limit = wanted.startIndex, wanted.maxFeatures
    given = []
    for count in counts:
        left = max(0, count - offset)
        offset = max(0, offset - count)
        share = left if limit is None else min(left, limit)
        limit = None if limit is None else limit - share
        given.append(share)
    return given


async def paged(
    plans: Sequence[QueryPlan], wanted: GetFeature, counts: Sequence[int] | None = None
) -> list[QueryPlan]:
    """
    The plans with the page that is asked for shared out among them: how many each skips and gives.

    One query pages in its source; of several those before the last are counted.

    @param counts: what all of them find, where it is known already.
    """
    offset, limit = wanted.startIndex, wanted.maxFeatures
    if len(plans) == 1 or (offset == 0 and limit is None):
        return [limited(plan, offset, limit) for plan in plans]
    found = await countAll(plans[:-1]) if counts is None else counts[:-1]
    pages = []
    for plan, count in zip(plans, [*found, None], strict=True):
        pages.append(limited(plan, offset, limit))
        if count is not None:
            given = max(0, count - offset)
            offset = max(0, offset - count)
            limit = None if limit is None else max(0, limit - given)
    return pages


def linkUrl(request: ServiceRequest, url: str) -> str:
    """
    The URL of the request without its page, ending so that parameters may follow; '' when the
    request is no URL: the next page of a document that was posted has none.
    """
    if request.method != "GET":
        return ""
    left = {"STARTINDEX", "COUNT", "MAXFEATURES", "RESULTTYPE", "SERVICE"}
    parameters = [(name, value) for name, value in request.parameters.items() if name not in left]
    known = "".join(f"&{quote(name)}={quote(value, safe=',')}" for name, value in parameters if name != "MAP")
    return f"{url}{'&' if '?' in url else '?'}SERVICE=WFS{known}"


@dataclass(frozen=True, eq=False)
class Page:
    """
    A page of what was found.

    @ivar counts: what each query finds; None when that is not known.
    @ivar url: from L{linkUrl}.
    """

    wanted: GetFeature
    counts: Sequence[int] | None
    moment: str
    url: str = ""

    @property
    def matched(self) -> int:
        """How many there are."""
        return sum(self.counts or ())

    @property
    def returned(self) -> int:
        """How many of them are on the page."""
        return sum(shares(self.counts or (), self.wanted))

    def attributes(self) -> tuple[tuple[str, str], ...]:
        """The attributes of a collection of WFS 2.0 (OGC 09-025r2, 7.7.4)."""
        returned = 0 if self.wanted.isHits else self.returned
        numbers = [
            ("timeStamp", self.moment),
            ("numberMatched", str(self.matched)),
            ("numberReturned", str(returned)),
        ]
        return (*numbers, *self._links())

    def _links(self) -> list[tuple[str, str]]:
        """Where the pages beside this one are; where hits were asked for, the first one."""
        start, size = self.wanted.startIndex, self.wanted.maxFeatures
        if not self.url:
            return []
        if self.wanted.isHits:
            return [("next", self._link(start, size))] if self.matched > start else []
        links = []
        if size and start + size < self.matched:
            links.append(("next", self._link(start + size, size)))
        if size and start > 0:
            links.append(("previous", self._link(max(0, start - size), min(size, start))))
        return links

    def _link(self, start: int, size: int | None) -> str:
        count = "" if size is None else f"&COUNT={size}"
        return f"{self.url}&STARTINDEX={start}{count}"

    def parts(self) -> list[str]:
        """The attributes of the collections that the queries of one request have each for itself."""
        counts = self.counts or ()
        return [
            f' timeStamp="{self.moment}" numberMatched="{count}" numberReturned="{share}"'
            for count, share in zip(counts, shares(counts, self.wanted), strict=True)
        ]
