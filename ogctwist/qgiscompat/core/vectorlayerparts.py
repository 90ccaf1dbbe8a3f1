# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""What belongs to vector layers: options, joins, and the field that names a feature."""

from __future__ import annotations

from typing import Any

from ogctwist.project.layers import Join
from ogctwist.qgiscompat.core.expression import QgsExpression
from ogctwist.qgiscompat.wrapper import Wrapper

_NAMING = ("name", "title", "desc", "nom", "street", "road", "label")


def namingField(names: list[str]) -> str:
    """The field whose name sounds most like that of a name, quoted; the first one without."""
    folded = [(name, name.lower()) for name in names]
    found = next((name for word in _NAMING for name, lower in folded if word in lower), None)
    found = found or next(iter(names), "")
    return QgsExpression.quotedColumnRef(found) if found else ""


class LayerOptions(Wrapper):
    """Options of the constructor; none of them matters here."""

    def _make(self, *arguments: Any, **named: Any) -> None:
        self.loadDefaultStyle = False


class QgsVectorLayerJoinInfo(Wrapper):
    """A join of another layer's fields."""

    def _make(self, join: Join | None = None, project: Any = None) -> None:
        self._q_join = join or Join("", "", "")
        self._q_project = project

    def joinLayerId(self) -> str:
        """Which layer."""
        return self._q_join.layerId

    def joinLayer(self) -> Any:
        """The layer itself."""
        return None if self._q_project is None else self._q_project.mapLayer(self._q_join.layerId)

    def joinFieldName(self) -> str:
        """Its field."""
        return self._q_join.joinField

    def targetFieldName(self) -> str:
        """The field that must be equal to it."""
        return self._q_join.targetField

    def prefix(self) -> str:
        """What joined names begin with."""
        return self._q_join.prefix or ""
