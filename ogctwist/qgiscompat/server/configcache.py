# -*- test-case-name: tests.qgiscompat.test_configcache -*-
"""QgsConfigCache: the projects of the server."""

from __future__ import annotations

from typing import Any

from ogctwist.project.errors import BadLayers, ProjectError
from ogctwist.qgiscompat.active import activeRuntime
from ogctwist.qgiscompat.qt import qtModule
from ogctwist.qgiscompat.server.exceptions import QgsServerException


class QgsConfigCache(qtModule("QtCore").QObject):  # type: ignore[misc]
    """
    Within a request, the project that it gives is the one that is served: what a plugin
    changes in it, before the service begins, shows in the answer.  It is for that request only.
    """

    projectRemovedFromCache = qtModule("QtCore").pyqtSignal(str)

    _q_instance: QgsConfigCache | None = None

    @staticmethod
    def initialize(settings: Any) -> None:
        """Without effect: the settings of the server hold."""

    @staticmethod
    def instance() -> QgsConfigCache:
        """The one there is."""
        if QgsConfigCache._q_instance is None:
            QgsConfigCache._q_instance = QgsConfigCache()
        return QgsConfigCache._q_instance

    def project(self, path: str, settings: Any = None) -> Any:
        """
        The QgsProject of a file; None when it cannot be read.

        @raise QgsServerException: it has layers that cannot be opened.
        """
        runtime = activeRuntime()
        if runtime is None or not path:
            return None
        try:
            return runtime.projectAt(path)
        except BadLayers as error:
            raise QgsServerException("Layer(s) not valid") from error
        except ProjectError:
            return None

    def removeEntry(self, path: str) -> None:
        """Forget a project: it is read again when it is asked for."""
        runtime = activeRuntime()
        if runtime is not None:
            runtime.forget(path)
        self.projectRemovedFromCache.emit(path)

    def removeChangedEntry(self, path: str) -> bool:
        """Without effect: changed files are noticed.  @return: whether it was removed."""
        return False

    def removeChangedEntries(self) -> None:
        """Without effect: changed files are noticed."""

    def strategyName(self) -> str:
        """How changes are noticed."""
        runtime = activeRuntime()
        return "filesystem" if runtime is None else str(runtime.settings.projectCacheStrategy)

    def projects(self) -> list[Any]:
        """The QgsProjects that are in memory."""
        runtime = activeRuntime()
        return [] if runtime is None else runtime.cachedProjects()
