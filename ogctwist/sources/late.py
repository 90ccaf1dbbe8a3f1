# -*- test-case-name: tests.sources.test_late -*-
"""A reader that is chosen when it is first used, because choosing means looking into the file."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ogctwist.sources.query import SourceSchema
from ogctwist.sources.reader import IFeatureReader, ReadPlan, ReadRequest


class LateReader:
    """
    An L{IFeatureReader}.

    @param choose: gives the reader; a SourceError that it raises is raised by
        whatever was called, and it is asked again at the next call.
    """

    def __init__(self, choose: Callable[[], IFeatureReader]):
        self._choose = choose
        self._chosen: IFeatureReader | None = None
        self._lock = threading.Lock()

    @property
    def reader(self) -> IFeatureReader:
        """The reader that was chosen."""
        chosen = self._chosen
        if chosen is None:
            with self._lock:
                chosen = self._chosen = self._chosen or self._choose()
        return chosen

    def schema(self) -> SourceSchema:
        """See L{IFeatureReader.schema}."""
        return self.reader.schema()

    def plan(self, request: ReadRequest, mayPage: bool) -> ReadPlan:
        """See L{IFeatureReader.plan}."""
        return self.reader.plan(request, mayPage)

    def checkedSubset(self, subset: str, isStrict: bool) -> str:
        """See L{IFeatureReader.checkedSubset}."""
        return self.reader.checkedSubset(subset, isStrict)
