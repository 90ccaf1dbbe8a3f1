# -*- test-case-name: tests.qgiscompat.core -*-
"""QgsFeature."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.wrapper import Wrapper


class QgsFeature(Wrapper):
    """A feature: id, attributes, geometry."""

    _q_id: int
    _q_attributes: dict[str, Any]
    _q_geometry: Any

    def _make(self, id: int = -(2**63)) -> None:
        self._q_id = id
        self._q_attributes = {}
        self._q_geometry = None

    def id(self) -> int:
        """The feature id."""
        return self._q_id

    def attribute(self, name: str) -> Any:
        """The value of an attribute; KeyError when there is none of that name."""
        return self._q_attributes[name]

    def __getitem__(self, name: str) -> Any:
        return self._q_attributes[name]
