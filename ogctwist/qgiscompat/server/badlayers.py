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

    def dataSource(self, layerNode: Any) -> str:
        """The source of a layer."""
        return str(layerNode.firstChildElement("datasource").text())

    def setDataSource(self, layerNode: Any, dataSource: str) -> None:
        """Set the source of a layer in its element."""
        element = layerNode.firstChildElement("datasource")
        while element.hasChildNodes():
            element.removeChild(element.firstChild())
        element.appendChild(element.ownerDocument().createTextNode(dataSource))

    def dataType(self, layerNode: Any) -> DataType:
        """The kind of a layer."""
        kind = layerNode.toElement().attribute("type")
        return {"vector": DataType.IS_VECTOR, "raster": DataType.IS_RASTER}.get(kind, DataType.IS_BOGUS)

    def providerType(self, layerNode: Any) -> ProviderType:
        """The kind of a layer's source."""
        provider = layerNode.firstChildElement("provider").text()
        if provider in ("spatialite", "ogr", "gdal", "delimitedtext", "memory"):
            return ProviderType.IS_FILE
        if provider in ("postgres", "mssql", "oracle"):
            return ProviderType.IS_DATABASE
        return ProviderType.IS_URL if provider in ("wms", "wfs", "WFS", "wcs") else ProviderType.IS_Unknown

    def badLayers(self) -> list[str]:
        """The ids."""
        return list(self._q_names)

    def badLayerNames(self) -> dict[str, str]:
        """Ids to names."""
        return dict(self._q_names)
