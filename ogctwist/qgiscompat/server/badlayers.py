# -*- test-case-name: tests.qgiscompat.test_server_small -*-
"""QgsStoreBadLayerInfo: which layers of a project could not be opened."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any

from ogctwist.qgiscompat.wrapper import Wrapper, exposed


class DataType(IntEnum):
    """Kinds of layers."""

    IS_VECTOR = 0
    IS_RASTER = 1
    IS_BOGUS = 2


class ProviderType(IntEnum):
    """Kinds of sources."""

    IS_FILE = 0
    IS_DATABASE = 1
    IS_URL = 2
    IS_Unknown = 3


@exposed(DataType, ProviderType)
class QgsStoreBadLayerInfo(Wrapper):
    """Keeps their ids and names."""

    _q_names: dict[str, str]

    def _make(self, a0: QgsStoreBadLayerInfo | None = None) -> None:
        self._q_names = dict(a0._q_names) if a0 is not None else {}

    def handleBadLayers(self, layers: Iterable[Any]) -> None:
        """Take note of C{maplayer} elements (QDomNodes)."""
        for node in layers:
            layerId = node.firstChildElement("id").text()
            if layerId:
                self._q_names[layerId] = node.firstChildElement("layername").text()

    def badLayers(self) -> list[str]:
        """The ids."""
        return list(self._q_names)

    def badLayerNames(self) -> dict[str, str]:
        """Ids to names."""
        return dict(self._q_names)
