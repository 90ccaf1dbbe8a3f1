# -*- test-case-name: tests.qgiscompat.core.test_project -*-
"""What reads the data of a layer."""

from __future__ import annotations

from typing import Any

from ogctwist.qgiscompat.core.datasourceuri import QgsDataSourceUri
from ogctwist.qgiscompat.core.enums import withEnums
from ogctwist.qgiscompat.wrapper import Wrapper

_STORAGE = {
    "postgres": "PostgreSQL database with PostGIS extension",
    "spatialite": "SQLite database with SpatiaLite extension",
    "delimitedtext": "Delimited text file",
    "memory": "Memory storage",
}
_FORMATS = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".csv": "CSV",
}


class ProviderOptions(Wrapper):
    """Options of a provider; none of them matters here."""

    def _make(self, *arguments: Any) -> None:
        pass


@withEnums("QgsDataProvider")
class QgsDataProvider(Wrapper):
    """The source of a layer."""

    ProviderOptions = ProviderOptions

    def _make(self, layer: Any) -> None:
        self._q_owner = layer

    def name(self) -> str:
        """ogr, postgres, …"""
        return self._q_owner.providerType()

    def isValid(self) -> bool:
        """Whether it can be read."""
        return self._q_owner.isValid()

    def dataSourceUri(self, expandAuthConfig: bool = False) -> str:
        """Where the data lie; with the layer's subset."""
        subset = self._q_owner._q_layer.source.subset
        source = self._q_owner.source()
        if subset and self.name() == "ogr" and "|subset=" not in source:
            return f"{source}|subset={subset}"
        return source

    def uri(self) -> QgsDataSourceUri:
        """The same in parts."""
        return QgsDataSourceUri(self.dataSourceUri())

    def setDataSourceUri(self, uri: str) -> None:
        """Read from elsewhere."""
        self._q_owner.setDataSource(uri)

    def crs(self) -> Any:
        """Of the data."""
        return self._q_owner.crs()

    def extent(self) -> Any:
        """The box around the data."""
        return self._q_owner.extent()

    def subsetString(self) -> str:
        """The condition on features."""
        return self._q_owner._q_layer.source.subset

    def reloadData(self) -> None:
        """Data are read anew with every request."""

    def updateExtents(self) -> None:
        """They are always those of the data."""

    def error(self) -> Any:
        """What is wrong with it, as text."""
        return self._q_owner._q_layer.failure or ""


@withEnums("QgsVectorDataProvider")
class QgsVectorDataProvider(QgsDataProvider):
    """The source of features."""

    def storageType(self) -> str:
        """What kind of store it is."""
        path = self._q_owner.source().partition("|")[0].lower()
        for ending, name in _FORMATS.items():
            if path.endswith(ending):
                return name
        return _STORAGE.get(self.name(), self.name())

    def fields(self) -> Any:
        """Fields of the source itself."""
        from ogctwist.qgiscompat.core.fields import QgsFields

        made = QgsFields()
        fields = self._q_owner.fields()
        for place, field in enumerate(fields):
            if fields.fieldOrigin(place) == 1:
                made.append(field)
        return made

    def getFeatures(self, request: Any = None) -> Any:
        """The layer's features."""
        return self._q_owner.getFeatures(request)

    def featureCount(self) -> int:
        """How many."""
        return self._q_owner.featureCount()

    def wkbType(self) -> Any:
        """The type of the geometries."""
        return self._q_owner.wkbType()

    def pkAttributeIndexes(self) -> list[int]:
        """Places of the fields of the primary key."""
        return self._q_owner.primaryKeyAttributes()

    def setSubsetString(self, subset: str, updateFeatureCount: bool = True) -> bool:
        """Set the condition on features."""
        return self._q_owner.setSubsetString(subset)

    def capabilities(self) -> int:
        """What can be done with it here: features can be read by their ids."""
        return int(self.SelectAtId)  # type: ignore[attr-defined]

    def defaultValueClause(self, index: int) -> str:
        """A default of the source's own: not known."""
        return ""

    def defaultValue(self, index: int) -> Any:
        """The same as a value."""
        from ogctwist.qgiscompat.core.values import NULL

        return NULL

    def uniqueValues(self, index: int, limit: int = -1) -> Any:
        """The different values of a field."""
        return self._q_owner.uniqueValues(index, limit)

    def minimumValue(self, index: int) -> Any:
        """The least value of a field."""
        return self._q_owner.minimumValue(index)

    def maximumValue(self, index: int) -> Any:
        """The greatest."""
        return self._q_owner.maximumValue(index)

    def encoding(self) -> str:
        """Of its text."""
        return self._q_owner._q_layer.encoding or "UTF-8"

    def _q_refused(self, *arguments: Any, **named: Any) -> Any:
        return self._q_owner._q_refuse()

    addFeatures = addFeature = deleteFeatures = changeAttributeValues = _q_refused
    changeGeometryValues = addAttributes = deleteAttributes = truncate = _q_refused


class QgsRasterDataProvider(QgsDataProvider):
    """The source of pixels."""

    def bandCount(self) -> int:
        """How many bands."""
        return self._q_owner.bandCount()

    def xSize(self) -> int:
        """Pixels from left to right."""
        return self._q_owner.width()

    def ySize(self) -> int:
        """Pixels from top to bottom."""
        return self._q_owner.height()
