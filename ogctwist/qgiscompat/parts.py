# -*- test-case-name: tests.qgiscompat.test_runtime -*-
"""What of the server the runtime of QGIS's plugins uses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ogctwist.project.model import Project


@dataclass
class ServerParts:
    """
    @ivar projects: locates projects by name and gives them, C{Deferred}s.
    @ivar readProject: reads a project here and now; raises C{ProjectError}.
    @ivar access: L{ogctwist.access.control.AccessControl}.
    @ivar documents: L{ogctwist.cache.documents.DocumentCache}.
    @ivar catalogue: L{ogctwist.sources.catalogue.SourceCatalogue}.
    @ivar dispatcher: answers requests; set when it is made.
    """

    projects: Any
    readProject: Callable[[str], Project]
    access: Any
    documents: Any
    catalogue: Any
    dispatcher: Any = None
