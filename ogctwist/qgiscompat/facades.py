# -*- test-case-name: tests.qgiscompat.test_facades -*-
"""
The QgsProject objects of a server.

A plugin may keep and change the project that it is given, as if it were its own:
so a QgsProject belongs to one request at a time, and what was changed is taken back
when that is over.  Requests that come one after another get the same object.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ogctwist.project.model import Project

#: How many unused ones are kept.
KEPT = 100


class FacadePool:
    """
    One unused QgsProject for each path.

    @ivar make: makes one of a project.
    """

    def __init__(self, make: Callable[[Project], Any]):
        self.make = make
        self._unused: OrderedDict[str, Any] = OrderedDict()

    def take(self, project: Project) -> Any:
        """A QgsProject of this version of a project, for one request."""
        kept = self._unused.pop(project.path, None)
        return kept if kept is not None and kept._q_isOf(project) else self.make(project)

    def give(self, facade: Any) -> None:
        """A request needs it no more."""
        facade._q_reset()
        self._unused[facade.fileName()] = facade
        while len(self._unused) > KEPT:
            self._unused.popitem(last=False)

    def forget(self, path: str) -> None:
        """Drop the unused one of a path."""
        self._unused.pop(path, None)
