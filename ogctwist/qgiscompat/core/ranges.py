# -*- test-case-name: tests.qgiscompat.core.test_values -*-
"""Ranges of days and of moments; an end that is no valid date is open."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsDateTimeRange(Wrapper):
    """From one moment to another."""

    _q_kind = "QDateTime"

    def _make(
        self, begin: Any = None, end: Any = None, includeBeginning: bool = True, includeEnd: bool = True
    ) -> None:
        empty = getattr(qtModule("QtCore"), self._q_kind)
        self._q_begin = empty() if begin is None else begin
        self._q_end = empty() if end is None else end
        self._q_withBegin, self._q_withEnd = bool(includeBeginning), bool(includeEnd)

    def begin(self) -> Any:
        """The first; not valid when it is open."""
        return self._q_begin

    def end(self) -> Any:
        """The last; not valid when it is open."""
        return self._q_end

    def includeBeginning(self) -> bool:
        """Whether the first belongs to it."""
        return self._q_withBegin

    def includeEnd(self) -> bool:
        """Whether the last belongs to it."""
        return self._q_withEnd

    def isInfinite(self) -> bool:
        """Whether both ends are open."""
        return not self._q_begin.isValid() and not self._q_end.isValid()

    def isInstant(self) -> bool:
        """Whether it is one moment."""
        return (
            self._q_begin.isValid()
            and self._q_begin == self._q_end
            and (self._q_withBegin or self._q_withEnd)
        )

    def isEmpty(self) -> bool:
        """Whether nothing is in it: its ends are the wrong way round, or one moment that is left out."""
        if not self._q_begin.isValid() or not self._q_end.isValid():
            return False
        if self._q_begin == self._q_end:
            return not (self._q_withBegin or self._q_withEnd)
        return bool(self._q_begin > self._q_end)

    def contains(self, what: Any) -> bool:
        """Whether a moment lies in it."""
        if self._q_begin.isValid() and (
            what < self._q_begin or (what == self._q_begin and not self._q_withBegin)
        ):
            return False
        return not (
            self._q_end.isValid() and (what > self._q_end or (what == self._q_end and not self._q_withEnd))
        )

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and (
            (self._q_begin, self._q_end, self._q_withBegin, self._q_withEnd)
            == (other._q_begin, other._q_end, other._q_withBegin, other._q_withEnd)  # type: ignore[attr-defined]
        )

    __hash__ = None  # type: ignore[assignment]


class QgsDateRange(QgsDateTimeRange):
    """From one day to another."""

    _q_kind = "QDate"
