# -*- test-case-name: tests.qgiscompat.core -*-
"""
QgsProject over our own immutable Project.

The rest of the package holds to four members: C{_q_of} makes one of a Project; C{_q_isOf}
says whether it is of that very version; C{_q_served} is the Project that a request is to be
served: the same object when nothing was changed, else one of another C{version}; C{_q_reset}
takes the changes back, when the request is over.
"""

from __future__ import annotations

from typing import Any

from ogctwist.project.model import Project
from ogctwist.qgiscompat.companion import currentCompanion
from ogctwist.qgiscompat.core.layers import KINDS, QgsMapLayer
from ogctwist.qgiscompat.wrapper import Wrapper


class QgsProject(Wrapper):
    """A project."""

    _q_project: Project | None
    _q_layers: dict[str, Any]

    def _make(self, parent: Any = None, capabilities: Any = None) -> None:
        self._q_project = None
        self._q_layers = {}

    @classmethod
    def _q_of(cls, project: Project) -> QgsProject:
        made = cls()
        made._q_project = project
        return made

    def _q_isOf(self, project: Project) -> bool:
        return self._q_project is project

    def _q_served(self) -> Any:
        return self._q_project

    def _q_reset(self) -> None:
        pass

    @staticmethod
    def instance() -> QgsProject:
        """The project of the current request; an empty one where there is none yet."""
        companion = currentCompanion()
        found = None if companion is None else companion.project
        return _EMPTY if found is None else found

    def fileName(self) -> str:
        """The path of the project's file, or ''."""
        return "" if self._q_project is None else self._q_project.path

    def mapLayer(self, layerId: str) -> Any:
        """The layer of that id, or None."""
        if layerId not in self._q_layers:
            layer = None if self._q_project is None else self._q_project.layers.get(layerId)
            if layer is None:
                return None
            self._q_layers[layerId] = KINDS.get(layer.kind, QgsMapLayer)._q_of(layer, self)
        return self._q_layers[layerId]


_EMPTY = QgsProject()
