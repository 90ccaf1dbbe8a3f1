# -*- test-case-name: tests.qgiscompat.test_response -*-
"""QgsFeedback of a response: whether its client has gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogctwist.server.handler import RequestHandler


class RequestFeedback:
    """What of a QgsFeedback a service may ask."""

    def __init__(self, native: RequestHandler | None):
        self._native = native
        self._isCanceled = False

    def isCanceled(self) -> bool:
        """Whether the work is not wanted any more."""
        return self._isCanceled or (self._native is not None and self._native.isLost)

    def cancel(self) -> None:
        """Say so."""
        self._isCanceled = True

    def progress(self) -> float:
        """Nobody counts."""
        return 0.0

    def setProgress(self, progress: float) -> None:
        """Nobody looks."""
